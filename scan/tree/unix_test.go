//go:build unix

package tree

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

func oracleStat(_ string, fi fs.FileInfo) (bytes, disk int64, nlink uint64, id ID) {
	s := fi.Sys().(*syscall.Stat_t)
	return s.Size, int64(s.Blocks) * 512, uint64(s.Nlink), ID{uint64(s.Dev), uint64(s.Ino)}
}

// Odd entries are counted like files, listed, and never opened.
func TestOddEntries(t *testing.T) {
	root := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(root, "fifo"), 0o644))
	must(t, os.Symlink(".", filepath.Join(root, "loop")))
	l, err := net.Listen("unix", filepath.Join(root, "sock"))
	must(t, err)
	defer l.Close()
	c, r := walkOne(root, Options{})
	if got, want := c.Size(), oracle(t, root); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	var kinds []string
	for _, o := range r.Odd {
		kinds = append(kinds, filepath.Base(o.Path)+" "+o.Kind.String())
	}
	slices.Sort(kinds)
	want := []string{"fifo fifo", "loop symbolic link", "sock socket"}
	if !slices.Equal(kinds, want) || r.Odds != 3 {
		t.Errorf("got %q, want %q", kinds, want)
	}
}

// What may not be read is named, and its own size counts, as in du. To root nothing is closed; there the
// test proves that the tree is read whole.
func TestUnreadable(t *testing.T) {
	root := t.TempDir()
	shut := filepath.Join(root, "shut")
	must(t, os.MkdirAll(filepath.Join(shut, "in"), 0o755))
	must(t, os.WriteFile(filepath.Join(shut, "f"), make([]byte, 3000), 0o644))
	must(t, os.WriteFile(filepath.Join(root, "g"), make([]byte, 3000), 0o644))
	must(t, os.Chmod(shut, 0))
	defer os.Chmod(shut, 0o755)
	c, r := walkOne(root, Options{})
	if got, want := c.Size(), oracle(t, root); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if os.Getuid() == 0 {
		if r.Unread != 0 || c.Size().Dirs != 3 {
			t.Errorf("as root: %+v, %v", c.Size(), r.Unreadable)
		}
		return
	}
	if len(r.Unreadable) != 1 || r.Unreadable[0].Path != shut || !errors.Is(r.Unreadable[0].Err, fs.ErrPermission) {
		t.Errorf("unreadable: %+v", r.Unreadable)
	}
	if c.Size().Dirs != 2 {
		t.Errorf("got %+v", c.Size())
	}
}

// Names that are hostile to a terminal or no UTF-8 are counted like any other.
func TestNames(t *testing.T) {
	root := t.TempDir()
	for _, n := range []string{"\x1b[31m", "a\nb", "\u202eabc", "\xff\xfe", "name with spaces", "..."} {
		must(t, os.Mkdir(filepath.Join(root, n), 0o755))
		must(t, os.WriteFile(filepath.Join(root, n, n), []byte("x"), 0o644))
	}
	c, r := walkOne(root, Options{})
	if got, want := c.Size(), oracle(t, root); got != want || r.Unread != 0 {
		t.Errorf("got %+v, want %+v, unreadable %v", got, want, r.Unreadable)
	}
}
