package system

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMountOf(t *testing.T) {
	const table = `22 28 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 28 0:40 / /home/a\040b rw,relatime - nfs4 server:/x rw,vers=4.2
31 28 0:41 / /tmp rw,nosuid,noexec - tmpfs tmpfs rw
32 28 0:42 / /mnt ro,relatime - ext4 /dev/sdb1 ro
33 32 0:43 / /mnt rw,relatime - xfs /dev/sdc1 rw
34 28 0:44 / /media rw - iso9660 /dev/sr0 ro
a line that is none
`
	for path, want := range map[string]Mount{
		"/etc":            {Point: "/", Type: "ext4"},
		"/home/a b/go":    {Point: "/home/a b", Type: "nfs4"},
		"/home/a":         {Point: "/", Type: "ext4"},
		"/tmp":            {Point: "/tmp", Type: "tmpfs", NoExec: true},
		"/tmpx":           {Point: "/", Type: "ext4"},
		"/mnt/x":          {Point: "/mnt", Type: "xfs"},
		"/media/disc/a/b": {Point: "/media", Type: "iso9660", ReadOnly: true},
	} {
		if got, ok := mountOf(table, path); !ok || got != want {
			t.Errorf("%s: %+v, %v, want %+v", path, got, ok, want)
		}
	}
	if _, ok := mountOf("", "/"); ok {
		t.Error("an empty table has a mount")
	}
}

// The size of a block is not that of the best read where the file system has two.
func TestBlockSize(t *testing.T) {
	if n := blockSize(&unix.Statfs_t{Bsize: 1 << 20, Frsize: 4096}); n != 4096 {
		t.Errorf("a block has %d bytes", n)
	}
	if n := blockSize(&unix.Statfs_t{Bsize: 4096}); n != 4096 {
		t.Errorf("where the kernel does not tell it has %d", n)
	}
}

func TestThis(t *testing.T) {
	s, dir := This(), t.TempDir()
	file := filepath.Join(dir, "lock")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Entry(file); err != nil || e.UID != s.UID || e.Mode.Perm() != 0o600 {
		t.Errorf("the entry is %+v, %v", e, err)
	}
	if sp, err := s.Space(filepath.Join(dir, "not", "yet")); err != nil || sp.Total <= 0 || sp.Free > sp.Total || sp.Device == 0 {
		t.Errorf("the room is %+v, %v", sp, err)
	}
	if m, err := s.Mount(file); err != nil || m.Point == "" || m.Type == "" || m.ReadOnly {
		t.Errorf("the mount is %+v, %v", m, err)
	}
	if err := s.Access(dir); err != nil {
		t.Errorf("our own directory: %v", err)
	}
	if soft, hard, err := s.OpenFiles(); err != nil || soft == 0 || hard < soft {
		t.Errorf("open files: %d, %d, %v", soft, hard, err)
	}
}

// TestHolders takes a lock and looks who has it.
func TestHolders(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if list, err := This().Holders(f.Name(), f.Name()+"-absent"); err != nil || len(list) > 0 {
		t.Errorf("nobody holds it, but %+v, %v", list, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	list, err := This().Holders(f.Name()+"-absent", f.Name())
	if err != nil || !slices.ContainsFunc(list, func(h Holder) bool {
		return h.File == f.Name() && h.PID == os.Getpid() && h.Command != "" && h.Kind == "FLOCK" && !h.Shared &&
			time.Since(h.Started) < time.Hour
	}) {
		t.Errorf("this process holds it, but %+v, %v", list, err)
	}
	if err := This().TryLock(f.Name()); err != nil {
		t.Errorf("a lock that is held is a lock: %v", err)
	}
	if err := This().TryLock(f.Name() + "-absent"); err == nil {
		t.Error("a file that is not there can be locked")
	}
}

func TestParseLocks(t *testing.T) {
	const table = `1: FLOCK  ADVISORY  WRITE 706 08:01:1234 0 EOF
2: POSIX  ADVISORY  WRITE 707 08:01:1234 0 EOF
2: -> POSIX  ADVISORY  WRITE 708 08:01:1234 0 EOF
3: FLOCK  ADVISORY  READ -1 08:01:1234 0 EOF
4: FLOCK  ADVISORY  WRITE 9 00:2f:12345 0 EOF
5: FLOCK  ADVISORY  WRITE nobody 08:01:1234 0 EOF
a line that is none
`
	got := parseLocks(table)
	want := []lock{{"FLOCK", false, 706, "08:01"}, {"POSIX", false, 707, "08:01"}, {"FLOCK", true, 0, "08:01"}}
	if !slices.Equal(got[1234], want) || !slices.Equal(got[12345], []lock{{"FLOCK", false, 9, "00:2f"}}) || len(got) != 2 {
		t.Errorf("the locks are %+v", got)
	}
}

// TestOpens: where devices differ, as on btrfs, a process is believed to hold a lock on a file that it has open.
func TestOpens(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "open"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	if !opens(os.Getpid(), &st) {
		t.Error("an open file is not found")
	}
	st.Ino++
	if opens(os.Getpid(), &st) || opens(1<<30, &st) {
		t.Error("a file that is not open is found")
	}
}
