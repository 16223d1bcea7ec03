package tree

import (
	"io/fs"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// empty is the path of an open file itself.
var empty [1]byte

// statOpen is statx of an open directory.
func (r *reader) statOpen(fd int) (Stat, error) {
	if _, err := r.call(unix.SYS_STATX, fd, unsafe.Pointer(&empty[0]), unix.AT_EMPTY_PATH,
		statMask, unsafe.Pointer(&r.stx)); err != nil {
		return Stat{}, err
	}
	return r.dirStat(), nil
}

// statAt is statx of a name, or of a path, in an open directory.
func (r *reader) statAt(at int, name string) (Stat, error) {
	if len(name) >= len(r.name) || strings.IndexByte(name, 0) >= 0 {
		return Stat{}, unix.EINVAL
	}
	r.name[copy(r.name[:], name)] = 0
	if err := r.statName(at, r.name[:]); err != nil {
		return Stat{}, err
	}
	return r.dirStat(), nil
}

// dirStat reads the answer to a statx of a directory.
func (r *reader) dirStat() Stat {
	return Stat{
		Dev: unix.Mkdev(r.stx.Dev_major, r.stx.Dev_minor), Ino: r.stx.Ino,
		Bytes: int64(r.stx.Size), Disk: int64(r.stx.Blocks) * 512,
		Mtime: mtime(&r.stx), Mode: fileMode(r.stx.Mode),
	}
}

// statName is statx of a zero-terminated name in place: the call of package unix would copy it first.
func (r *reader) statName(at int, name []byte) error {
	_, err := r.call(unix.SYS_STATX, at, unsafe.Pointer(&name[0]),
		unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, statMask, unsafe.Pointer(&r.stx))
	return err
}

func mtime(s *unix.Statx_t) int64 { return s.Mtime.Sec*1e9 + int64(s.Mtime.Nsec) }

// fileMode translates the mode of statx as package os does.
func fileMode(m uint16) fs.FileMode {
	mode := fs.FileMode(m & 0o777)
	switch m & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	case unix.S_IFLNK:
		mode |= fs.ModeSymlink
	case unix.S_IFIFO:
		mode |= fs.ModeNamedPipe
	case unix.S_IFSOCK:
		mode |= fs.ModeSocket
	case unix.S_IFCHR, unix.S_IFBLK:
		mode |= fs.ModeDevice
	default:
		mode |= fs.ModeIrregular
	}
	return mode
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
