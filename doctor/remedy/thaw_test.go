//go:build linux

package remedy

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// The permissions of a directory that cannot be opened are changed, and of nothing else: not through a link, not on another mount.
func TestThaw(t *testing.T) {
	f := folderOf(t)
	was := tree(t, f.path)
	for _, name := range []string{"a", "link", "fifo", "none"} {
		if err := f.thaw(name, 0o777); err == nil || !strings.Contains(err.Error(), f.child(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	elsewhere := *f
	elsewhere.mount.id++
	if err := elsewhere.thaw("d", 0o777); !errors.Is(err, errMount) || !strings.Contains(err.Error(), f.child("d")) {
		t.Error(err)
	}
	sameTree(t, "refused", was, tree(t, f.path))
	if err := os.Chmod(f.child("d"), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.thaw("d", 0o700); err != nil {
		t.Fatal(err)
	}
	if st, err := f.lstat("d"); err != nil || st.mode != 0o700 {
		t.Error(st.mode, err)
	}
}
