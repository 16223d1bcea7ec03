//go:build linux

package remedy

import (
	"errors"
	"fmt"
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
	if err := f.thaw("none", 0o777); !gone(err) {
		t.Error(err)
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

// A mount is told by the number that the kernel has for it, so that one file system in two places is two. What lies on another one
// is not opened, and no descriptor comes with a refusal.
func TestMounts(t *testing.T) {
	f, top := folderOf(t), opened(t, "/")
	for _, f := range []*folder{f, top} {
		info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", f.fd()))
		if err != nil || !strings.Contains(string(info), fmt.Sprintf("mnt_id:\t%d\n", f.mount.id)) {
			t.Errorf("%s: %+v, %s, %v", f.path, f.mount, info, err)
		}
	}
	for name, want := range map[string]error{"link": errLink, "a": errLink, "none": os.ErrNotExist} {
		if fd, err := openBelow(f.fd(), name, f.mount); fd != -1 || !errors.Is(err, want) {
			t.Errorf("%s: %d, %v", name, fd, err)
		}
	}
	if fd, err := openBelow(top.fd(), "proc", top.mount); fd != -1 || !errors.Is(err, errMount) {
		t.Errorf("another mount: %d, %v", fd, err)
	}
	proc := opened(t, "/proc")
	if f.sameMount(proc) || !f.sameMount(f) || top.sameMount(proc) {
		t.Error("mounts are mixed up")
	}
	if err := top.thaw("proc", 0o777); !errors.Is(err, errMount) {
		t.Error(err)
	}
}
