//go:build unix

package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOwner: the repository of another user is found and its branches are not read, not even by root. Only
// root can make one.
func TestOwner(t *testing.T) {
	w := newWorld(t)
	w.file("r/go.mod", mod("1.20", "v1.0.0"))
	w.git("r", "init", "-q")
	w.commit("r")
	if os.Getuid() != 0 {
		return
	}
	w.must(filepath.WalkDir(w.path("r/.git"), func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 12345, 12345)
	}))
	f := w.branches(nil)
	w.one(f, "r/go.mod")
	if b := f.Branches; b.Read != 0 || len(b.Repositories) != 1 || !strings.Contains(b.Repositories[0].Why, "another user") {
		t.Errorf("%+v", b)
	}
}
