package tree

import (
	"bytes"
	"encoding/binary"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The reader of Linux asks the kernel for as little as it can: one getdents for many names, one statx
// per file, relative to the open directory, with the name where getdents put it. Compared with
// os.ReadDir and Info that is half the CPU time (no sort, no FileInfo, no path for the kernel to look
// up again). statx has the same shape on every architecture, which fstatat has not.

// handle is how a directory stays open for those in it.
type handle struct {
	fd   int
	refs atomic.Int32 // directories below that still want fd
}

// heldMax bounds the directories that are kept open. Beyond it a directory is opened from the root
// again, name by name: slower, but right at any depth and with few descriptors.
const heldMax = 128

const (
	openFlags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	statMask  = unix.STATX_TYPE | unix.STATX_MODE | unix.STATX_NLINK | unix.STATX_INO |
		unix.STATX_SIZE | unix.STATX_BLOCKS | unix.STATX_MTIME
	bufSize = 64 << 10
)

// A reader belongs to one worker.
type reader struct {
	held *atomic.Int32 // directories kept open by all workers together
	buf  [bufSize]byte
	name [unix.PathMax]byte // of a directory to open, with a zero at its end
	stx  unix.Statx_t

	// quick says that the last calls were answered from memory, so that the next are made without telling
	// the scheduler: what that costs is an eighth of a warm walk. Where the disk has to be waited for the
	// scheduler is told, or a waiting worker would hold up the screen.
	quick bool
	ticks uint
}

// slowCall is what a call answered from memory never takes on average.
const slowCall = 12 * time.Microsecond

// call makes a system call and repeats it if a signal interrupted it. Its pointers become numbers only in the
// expression of the call itself: before that a growing stack may still move what they point to.
func (r *reader) call(trap uintptr, fd int, p unsafe.Pointer, a3, a4 uintptr, q unsafe.Pointer) (uintptr, error) {
	for {
		var n uintptr
		var errno unix.Errno
		if r.quick {
			n, _, errno = unix.RawSyscall6(trap, uintptr(fd), uintptr(p), a3, a4, uintptr(q), 0)
		} else {
			n, _, errno = unix.Syscall6(trap, uintptr(fd), uintptr(p), a3, a4, uintptr(q), 0)
		}
		switch errno {
		case 0:
			return n, nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// shut says that d is not open yet.
func (d *dir) shut() { d.fd = -1 }

// openRoot follows links in the root's own path, as the go command does, and keeps it open.
func (r *reader) openRoot(d *dir) error {
	fd, err := retry(func() (int, error) {
		return unix.Open(d.name, openFlags&^unix.O_NOFOLLOW, 0)
	})
	if err == unix.ENOTDIR {
		return ErrNotDirectory
	}
	if err != nil {
		return err
	}
	d.fd = fd
	return nil
}

// open opens a directory that the walk came to, without following a link.
func (r *reader) open(d *dir) (Stat, error) {
	if d.parent == nil {
		return r.statOpen(d.fd)
	}
	var err error
	if d.parent.fd >= 0 {
		d.fd, err = r.openAt(d.parent.fd, d.name)
	} else {
		at, name, done, e := d.from()
		if e != nil {
			return Stat{}, e
		}
		d.fd, err = r.openAt(at, name)
		done()
	}
	if err != nil {
		return Stat{}, err
	}
	st, err := r.statOpen(d.fd)
	if err != nil {
		r.closeFD(d.fd)
		d.fd = -1
	}
	return st, err
}

// openAt opens a directory without following a link; -1 if that fails.
func (r *reader) openAt(at int, name string) (int, error) {
	if len(name) >= len(r.name) || strings.IndexByte(name, 0) >= 0 {
		return -1, unix.EINVAL
	}
	r.name[copy(r.name[:], name)] = 0
	fd, err := r.call(unix.SYS_OPENAT, at, unsafe.Pointer(&r.name[0]), openFlags, 0, nil)
	if err != nil {
		return -1, err
	}
	return int(fd), nil
}

// closeFD closes a directory, which has nothing to lose. It is never repeated: on Linux the descriptor is gone
// even if a signal interrupted the call, and may be another's by then.
func (r *reader) closeFD(fd int) {
	if r.quick {
		unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
		return
	}
	unix.Close(fd)
}

// stat looks at a directory without opening it.
func (r *reader) stat(d *dir) (Stat, error) {
	if d.parent == nil {
		return r.statOpen(d.fd)
	}
	d.fd = -1
	if d.parent.fd < 0 && d.indexed {
		if st, err, ok := r.statPath(d); ok {
			return st, err
		}
	}
	at, name, done, err := d.from()
	if err != nil {
		return Stat{}, err
	}
	defer done()
	return r.statAt(at, name)
}

// statPath looks at a directory by its path from the root. Nothing above is open because everything above was
// believed from a listing, a moment ago, and one look-up by path is a fifth of opening each of the names. ok is
// false where the path is too long for that.
func (r *reader) statPath(d *dir) (st Stat, err error, ok bool) {
	n, root := 0, d
	for ; root.parent != nil; root = root.parent {
		n += len(root.name) + 1
	}
	if n > len(r.name)/2 {
		return Stat{}, nil, false
	}
	path := r.name[:n]
	path[n-1] = 0
	if d.fill(path[:n-1]); bytes.IndexByte(path, 0) < n-1 {
		return Stat{}, unix.EINVAL, true
	}
	start := r.clock()
	err = r.statName(root.fd, path)
	if !start.IsZero() {
		r.quick = time.Since(start) < slowCall
	}
	if err != nil {
		return Stat{}, err, true
	}
	return r.dirStat(), nil, true
}

// from gives an open directory and the name in it that lead to d: its parent where that is open, else
// a way from the root. done closes what had to be opened for it.
func (d *dir) from() (at int, name string, done func(), err error) {
	if d.parent.fd >= 0 {
		return d.parent.fd, d.name, func() {}, nil
	}
	var names []string
	root := d
	for ; root.parent != nil; root = root.parent {
		names = append(names, root.name)
	}
	at = root.fd
	done = func() {
		if at != root.fd {
			unix.Close(at)
		}
	}
	for i := len(names) - 1; i > 0; i-- {
		fd, err := retry(func() (int, error) {
			return unix.Openat(at, names[i], unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		})
		done()
		if err != nil {
			at = root.fd
			return 0, "", nil, err
		}
		at = fd
	}
	return at, d.name, done, nil
}

// list reads the entries of an open directory.
func (r *reader) list(v *visitor, d *dir, st *Stat) error {
	for {
		start, calls := r.clock(), time.Duration(1)
		n, err := r.call(unix.SYS_GETDENTS64, d.fd, unsafe.Pointer(&r.buf[0]), bufSize, 0, nil)
		if err != nil {
			return err
		}
		if n == 0 { // only zero is the end: ext4 gives short answers in the middle of a directory, even of one block
			return nil
		}
		for b := r.buf[:n]; len(b) > 0; calls++ {
			size := int(binary.NativeEndian.Uint16(b[direntReclen:]))
			r.entry(v, d, st, b[:size])
			b = b[size:]
		}
		if !start.IsZero() {
			r.quick = time.Since(start) < calls*slowCall
		}
	}
}

// clock is the time now and then, and zero in between: where the disk has to be waited for at all that goes on
// for many calls, and asking for the time at each of them costs more than it tells.
func (r *reader) clock() time.Time {
	if r.ticks++; r.quick && r.ticks%16 != 0 {
		return time.Time{}
	}
	return time.Now()
}

// Where struct linux_dirent64 has its fields: ino, off, reclen, type, name.
const (
	direntReclen = 16
	direntType   = 18
	direntName   = 19
)

// entry deals with one name of a directory.
func (r *reader) entry(v *visitor, d *dir, st *Stat, rec []byte) {
	name := rec[direntName:]
	n := 0
	for name[n] != 0 {
		n++
	}
	if name[0] == '.' && (n == 1 || n == 2 && name[1] == '.') {
		return
	}
	typ := rec[direntType]
	if typ == unix.DT_DIR {
		v.listed(d, string(name[:n]), st.Dev)
		return
	}
	if err := r.statName(d.fd, name); err != nil {
		if err != unix.ENOENT {
			v.lost(d, string(name[:n]), err)
		}
		return
	}
	if typ == unix.DT_UNKNOWN && r.stx.Mode&unix.S_IFMT == unix.S_IFDIR {
		v.listed(d, string(name[:n]), st.Dev)
		return
	}
	v.leaf(d, name[:n], &leafStat{
		kind: modeKind(fileMode(r.stx.Mode)), bytes: int64(r.stx.Size), disk: int64(r.stx.Blocks) * 512,
		mtime: mtime(&r.stx), nlink: uint64(r.stx.Nlink),
		id: ID{unix.Mkdev(r.stx.Dev_major, r.stx.Dev_minor), r.stx.Ino},
	})
}

// close lets a directory go once it is read, or keeps it open for the ones found in it. It is called
// once for each directory that the walk came to, whether it could be opened or not. A root stays open
// until all below it is read.
func (r *reader) close(d *dir, below []*dir) {
	if d.parent == nil {
		return
	}
	r.unref(d.parent)
	if d.fd < 0 {
		return
	}
	if len(below) > 0 && r.held.Add(1) <= heldMax {
		d.refs.Store(int32(len(below)))
		return
	}
	if len(below) > 0 {
		r.held.Add(-1)
	}
	r.closeFD(d.fd)
	d.fd = -1
}

// unref closes a directory that was kept open when the last one in it is done with.
func (r *reader) unref(d *dir) {
	if d.parent == nil || d.fd < 0 || d.refs.Add(-1) > 0 {
		return
	}
	r.closeFD(d.fd)
	r.held.Add(-1)
}

// closeRoot ends what openRoot began, where it did not end yet.
func (r *reader) closeRoot(d *dir) {
	if d.fd >= 0 {
		unix.Close(d.fd)
		d.fd = -1
	}
}
