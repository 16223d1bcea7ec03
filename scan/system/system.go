// Package system says what only the operating system knows of this machine: who runs, how much room there is, how a
// place is mounted, to whom an entry belongs, how many files may be open.
//
// [This] is the machine that the program runs on. It is a struct of functions, so that a test, or a recording of another
// machine, can answer instead: what a full disk, a mount without execution or another user's files look like cannot be
// had everywhere. Nothing here opens a file for writing.
package system

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// A System answers for one machine. Its functions may be called by many goroutines at once.
type System struct {
	GOOS, GOARCH string
	UID, GID     int    // of this process; -1 where users have no numbers
	Groups       []int  // that its user is in besides
	Etc          string // where what is configured for all users lies: /etc; "": this system has no such place
	CPUs         int    // that run Go code at once: how many actions the go command runs side by side

	// Spool is where the cron tables of users lie, which often only root may read; "": this system has no such place.
	Spool string

	// Native is the architecture of the machine, as GOARCH names it: that of its kernel, where the program may itself be
	// emulated (Rosetta, WOW64), and 32-bit programs run on a 64-bit one. ErrUnknown where the system does not tell.
	Native func() (goarch string, err error)
	// Entry looks at what a path names itself, not at what a link there leads to.
	Entry func(path string) (Entry, error)
	// Space is the room on the file system of a path, which need not exist yet: the next directory above counts.
	Space func(path string) (Space, error)
	// Mount is how the file system of a path is mounted, found likewise. ErrUnknown where the system does not tell.
	Mount func(path string) (Mount, error)
	// Access reports whether this process may write into a directory, without trying (access(2), W_OK and X_OK).
	Access func(dir string) error
	// OpenFiles is how many files a process may have open: what it has, and what it may raise that to. ErrUnknown where
	// there is no such limit. The Go runtime has raised soft as far as the system allows before the program asks (package
	// os, rlimit.go), as it does in the go command: soft is the limit that go will have.
	OpenFiles func() (soft, hard uint64, err error)
	// Holders are the processes that hold a lock on any of the files (flock, fcntl), in their order; a file that is not
	// there is locked by nobody. The system is asked once for all of them. ErrUnknown where it does not tell. Processes in
	// another PID namespace are not seen.
	Holders func(files ...string) ([]Holder, error)
	// TryLock takes the shared lock (flock) of a file for a moment, if it is free, and lets it go. nil: the file system
	// knows locks, be it held or not; else what it says, like ENOLCK, or why the file cannot be opened for reading.
	TryLock func(file string) error
}

// ErrUnknown says that the system does not tell.
var ErrUnknown = errors.New("this system does not tell")

// An Entry is what stands at a path.
type Entry struct {
	Mode     fs.FileMode
	Size     int64
	UID, GID int // -1: the system does not tell
	Time     time.Time
}

// A Space is the room on a file system.
type Space struct {
	Dir         string // that was asked: the next one above that exists
	Total, Free int64  // bytes; Free is what this user may still take
	Inodes      int64  // that are free; -1: they are made as they are needed
	Device      uint64 // tells two file systems apart; 0: not known
}

// A Mount is how a file system is mounted.
type Mount struct {
	Point    string
	Type     string // like ext4, nfs4, 9p
	ReadOnly bool
	NoExec   bool // no program in it can be started
}

// A Holder is a process that holds a lock.
type Holder struct {
	File    string // as it was asked for
	PID     int    // 0: not known
	Command string // the name of its program, raw; "": not known
	Started time.Time
	Kind    string // FLOCK, which the go command uses, POSIX, OFDLCK, ... as the system calls it
	Shared  bool   // it keeps only those away that want it alone
}

// This is the machine that the program runs on.
func This() System {
	groups, _ := os.Getgroups()
	etc, spool := "/etc", "/var/spool/cron"
	switch runtime.GOOS {
	case "windows":
		etc, spool = "", ""
	case "darwin":
		spool = "/usr/lib/cron/tabs"
	}
	return System{Etc: etc, Spool: spool, Groups: groups, GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, UID: os.Getuid(), GID: os.Getgid(), CPUs: runtime.GOMAXPROCS(0),
		Entry: entry, Space: space, Mount: mount, Access: access, OpenFiles: openFiles, Holders: holders, TryLock: tryLock, Native: native}
}

// May reports whether the permissions of an entry let this user do what the bits of want say, like 4 for reading, 2 for
// writing. Access control lists are not looked at.
func (s *System) May(e Entry, want fs.FileMode) bool {
	perm := e.Mode.Perm()
	switch {
	case s.UID <= 0:
		return true // root, or a system without such permissions
	case e.UID == s.UID:
		perm >>= 6
	case e.GID == s.GID || slices.Contains(s.Groups, e.GID):
		perm >>= 3
	}
	return perm&want == want
}

func entry(path string) (Entry, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return Entry{}, err
	}
	uid, gid := owner(fi)
	return Entry{Mode: fi.Mode(), Size: fi.Size(), UID: uid, GID: gid, Time: fi.ModTime()}, nil
}

// above is the next directory at or above a path that exists, with links resolved.
func above(path string) (string, error) {
	for {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			if fi, err := os.Stat(real); err == nil && !fi.IsDir() {
				real = filepath.Dir(real)
			}
			return real, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
			return "", err
		}
		path = filepath.Dir(path)
	}
}
