package sum

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// TestZipAt hashes zips that lie in the middle of something else, as the members of an archive do.
func TestZipAt(t *testing.T) {
	for _, m := range manyModules(5, 9) {
		zip, err := m.Zip()
		check(t, err)
		want, err := m.Sum()
		check(t, err)
		all := append(append(bytes.Repeat([]byte("before"), 100), zip...), strings.Repeat("behind", 100)...)
		job := Job{Path: m.Path, Version: m.Version, ZipAt: bytes.NewReader(all[600:]), ZipLen: int64(len(zip))}
		if r := One(context.Background(), job, Options{}); r.Zip == nil || r.Zip.Err != nil || r.Zip.H1 != want {
			t.Errorf("%s: got %+v, want %s", m, r.Zip, want)
		}
		job.ZipLen -= 10
		if r := One(context.Background(), job, Options{}); r.Zip == nil || r.Zip.Err == nil {
			t.Errorf("%s: a zip without its end has a hash", m)
		}
		job.ZipLen = 0
		if r := One(context.Background(), job, Options{}); r.Zip == nil || !errors.Is(r.Zip.Err, ErrEmpty) {
			t.Errorf("%s: got %+v, want ErrEmpty", m, r.Zip)
		}
	}
}
