package check

import (
	"io/fs"
	"os"
	"syscall"

	"godoctor/scan/system"
)

// permissions makes permissions count, also where the tests run as root: for what is run, and for what the checks ask the
// system. The files are this user's in both cases.
func (l *lab) permissions() {
	l.humble = true
	l.sys.Access = func(dir string) error {
		fi, err := os.Stat(dir)
		if err == nil && fi.Mode()&0o300 != 0o300 {
			err = &fs.PathError{Op: "access", Path: dir, Err: syscall.EACCES}
		}
		return err
	}
}

// as makes the checks think that another user runs them, who owns what is here.
func (l *lab) as(uid int) {
	was := l.sys.Entry
	l.sys.UID, l.sys.GID = uid, uid
	l.sys.Entry = func(path string) (e system.Entry, err error) {
		if e, err = was(path); err == nil && e.UID == os.Getuid() {
			e.UID, e.GID = uid, uid
		}
		return e, err
	}
}
