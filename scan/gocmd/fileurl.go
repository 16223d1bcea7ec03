package gocmd

import (
	"net/url"
	"path/filepath"
	"strings"
)

// FileURL is the file:// address of a directory, absolute, as GOPROXY takes it (cmd/go/internal/web/url.go): a comma or a bar would
// end it there.
func FileURL(dir string) string {
	dir = filepath.ToSlash(dir)
	if !strings.HasPrefix(dir, "/") {
		dir = "/" + dir // a drive letter
	}
	u := url.URL{Scheme: "file", Path: dir}
	return strings.NewReplacer(",", "%2C", "|", "%7C").Replace(u.String())
}
