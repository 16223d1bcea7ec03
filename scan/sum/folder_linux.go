package sum

import (
	"encoding/binary"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"
)

// On Linux a file costs four system calls relative to its open directory: openat, fstat, pread, close. os.Root asks
// for each directory of the name again, and *os.File for the poller: 2.5 times the system time on small files.

const (
	dirFlags  = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	fileFlags = unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY
)

// Stats reports whether [Hashed.Entries] are known on this system.
const Stats = true

// descriptor is a folder: the descriptor of the directory.
type descriptor int

func openFolder(path string) (folder, error) {
	fd, err := retry(func() (int, error) { return unix.Open(path, dirFlags, 0) })
	switch err {
	case nil:
		return descriptor(fd), nil
	case unix.ENOTDIR, unix.ELOOP:
		return nil, ErrNotDir
	}
	return nil, err
}

func (d descriptor) close() { unix.Close(int(d)) }

func (d descriptor) reader(scratch []byte) folderReader {
	return &descriptorReader{root: int(d), scratch: scratch}
}

// A descriptorReader keeps the directories open that lead to the last name, because the next is most often beside
// it: at most MaxDepth.
type descriptorReader struct {
	root    int
	file    int
	stat    unix.Stat_t // of what was opened or listed last
	path    string      // of the innermost open directory
	ends    []int       // where in path the names of the open directories end, behind the slash
	fds     []int       // of these directories
	scratch []byte
}

func (d *descriptorReader) close() { d.leave(0) }

// leave closes all but the first n open directories.
func (d *descriptorReader) leave(n int) {
	for _, fd := range d.fds[n:] {
		unix.Close(fd)
	}
	d.fds, d.ends = d.fds[:n], d.ends[:n]
	if n == 0 {
		d.path = ""
	} else {
		d.path = d.path[:d.ends[n-1]]
	}
}

// enter opens a directory, name by name.
func (d *descriptorReader) enter(dir string) (int, error) {
	n := 0
	for n < len(d.ends) && strings.HasPrefix(dir, d.path[:d.ends[n]]) {
		n++
	}
	if n < len(d.ends) {
		d.leave(n)
	}
	at := d.root
	if n > 0 {
		at = d.fds[n-1]
	}
	for len(d.path) < len(dir) {
		name, _, _ := strings.Cut(dir[len(d.path):], "/")
		if len(d.fds) == MaxDepth {
			return 0, ErrDeep
		}
		fd, err := retry(func() (int, error) { return unix.Openat(at, name, dirFlags, 0) })
		if err == unix.ENOTDIR || err == unix.ELOOP {
			err = ErrNotDir
		}
		if err != nil {
			return 0, err
		}
		d.path = dir[:len(d.path)+len(name)+1]
		d.ends, d.fds, at = append(d.ends, len(d.path)), append(d.fds, fd), fd
	}
	return at, nil
}

func (d *descriptorReader) list(dir string, each func(name []byte, mode fs.FileMode) error) error {
	at, err := d.enter(dir)
	if err == nil {
		_, err = retry(func() (int, error) { return 0, unix.Fstat(at, &d.stat) })
	}
	if err != nil {
		return err
	}
	for {
		n, err := retry(func() (int, error) { return unix.ReadDirent(at, d.scratch) })
		if err != nil || n <= 0 {
			return err
		}
		for b := d.scratch[:n]; len(b) > 0; {
			size := int(binary.NativeEndian.Uint16(b[direntReclen:]))
			if err := d.entry(at, b[:size], each); err != nil {
				return err
			}
			b = b[size:]
		}
	}
}

// Where struct linux_dirent64 has its fields: ino, off, reclen, type, name.
const (
	direntReclen = 16
	direntType   = 18
	direntName   = 19
)

func (d *descriptorReader) entry(at int, rec []byte, each func(name []byte, mode fs.FileMode) error) error {
	name := rec[direntName:]
	for i, c := range name {
		if c == 0 {
			name = name[:i]
			break
		}
	}
	if string(name) == "." || string(name) == ".." {
		return nil
	}
	var mode fs.FileMode
	switch rec[direntType] {
	case unix.DT_REG:
	case unix.DT_DIR:
		mode = fs.ModeDir
	case unix.DT_LNK:
		mode = fs.ModeSymlink
	case unix.DT_FIFO:
		mode = fs.ModeNamedPipe
	case unix.DT_SOCK:
		mode = fs.ModeSocket
	case unix.DT_CHR:
		mode = fs.ModeDevice | fs.ModeCharDevice
	case unix.DT_BLK:
		mode = fs.ModeDevice
	default:
		var st unix.Stat_t
		if _, err := retry(func() (int, error) {
			return 0, unix.Fstatat(at, string(name), &st, unix.AT_SYMLINK_NOFOLLOW)
		}); err != nil {
			mode = fs.ModeIrregular
			break
		}
		mode = typeOf(st.Mode)
	}
	return each(name, mode)
}

// typeOf translates the type in a mode as package os does.
func typeOf(mode uint32) fs.FileMode {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return 0
	case unix.S_IFDIR:
		return fs.ModeDir
	case unix.S_IFLNK:
		return fs.ModeSymlink
	case unix.S_IFIFO:
		return fs.ModeNamedPipe
	case unix.S_IFSOCK:
		return fs.ModeSocket
	case unix.S_IFCHR:
		return fs.ModeDevice | fs.ModeCharDevice
	case unix.S_IFBLK:
		return fs.ModeDevice
	}
	return fs.ModeIrregular
}

func (d *descriptorReader) open(name string) (int64, error) {
	dir, base := split(name)
	at, err := d.enter(dir)
	if err != nil {
		return 0, err
	}
	fd, err := retry(func() (int, error) { return unix.Openat(at, base, fileFlags, 0) })
	if err == unix.ELOOP || err == unix.ENXIO { // a link; a socket, or a device without a driver
		err = ErrOdd
	}
	if err != nil {
		return 0, err
	}
	if _, err = retry(func() (int, error) { return 0, unix.Fstat(fd, &d.stat) }); err == nil && typeOf(d.stat.Mode) != 0 {
		err = ErrOdd
	}
	if err != nil {
		unix.Close(fd)
		return 0, err
	}
	d.file = fd
	return d.stat.Size, nil
}

func (d *descriptorReader) last() Stat {
	st := &d.stat
	return Stat{Kind: st.Mode & unix.S_IFMT, Size: st.Size, Mtime: st.Mtim.Nano(), Ctime: st.Ctim.Nano(), Inode: st.Ino}
}

func (d *descriptorReader) readAt(p []byte, off int64) (int, error) {
	n, err := retry(func() (int, error) { return unix.Pread(d.file, p, off) })
	return max(n, 0), err
}

func (d *descriptorReader) shut() { unix.Close(d.file) }

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
