//go:build unix

package gocmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOwner: the repository of another user is not read, not even by root. Only root can make one.
func TestOwner(t *testing.T) {
	dir, _ := repo(t)
	if os.Getuid() != 0 {
		return
	}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 12345, 12345)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SUDO_UID", "12345")
	refs, err := runner(t).Refs(t.Context(), dir, "refs/heads")
	if err == nil || !strings.Contains(err.Error(), "dubious ownership") {
		t.Errorf("%v, %v", refs, err)
	}
}
