package process

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// textMax bounds what is read of a command line or an environment.
	textMax = 1 << 20
	// descriptorsMax bounds how many descriptors of a process are looked at.
	descriptorsMax = 4096
	// clockTick is the unit of times of start: USER_HZ is 100 on all architectures that Go runs on.
	clockTick = 10 * time.Millisecond
)

var errTooLong = errors.New("too long")

// A table reads the process table (proc(5)) during one Look.
type table struct {
	root  *os.File
	fd    int
	buf   []byte     // what was read last
	links [4096]byte // where the last link led

	now   time.Time
	up    time.Duration // since the machine started, as the kernel counts it for times of start
	stats map[int]stat
	kinds map[int]kind
}

// A stat is what /proc/PID/stat says.
type stat struct {
	parent  int
	started int64 // clock ticks since the machine started
	ok      bool
}

func openTable(dir string) (*table, error) {
	root, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	t := &table{root: root, fd: int(root.Fd()), buf: make([]byte, 8192), now: time.Now(), stats: make(map[int]stat), kinds: make(map[int]kind)}
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) == nil {
		t.up = time.Duration(ts.Nano())
	}
	return t, nil
}

func (t *table) close() { t.root.Close() }

// pids lists the processes.
func (t *table) pids() ([]int, error) {
	names, err := t.root.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	list := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid > 0 {
			list = append(list, pid)
		}
	}
	return list, nil
}

// link reads a link of a process, such as exe or cwd.
func (t *table) link(pid int, name string) (string, error) {
	n, err := unix.Readlinkat(t.fd, strconv.Itoa(pid)+"/"+name, t.links[:])
	if err != nil {
		return "", err
	}
	if n == len(t.links) {
		return "", errTooLong
	}
	return string(t.links[:n]), nil
}

// directory gives the working directory of a process, or "".
func (t *table) directory(pid int) string {
	dir, _ := t.link(pid, "cwd")
	return strings.TrimSuffix(dir, deleted)
}

// name gives the name of a process, which is told of every one.
func (t *table) name(pid int) (string, error) {
	comm, err := t.read(pid, "comm")
	return strings.TrimSuffix(string(comm), "\n"), err
}

// read reads a file of a process, up to textMax bytes. What it returns is good until the next read.
func (t *table) read(pid int, name string) ([]byte, error) {
	fd, err := unix.Openat(t.fd, strconv.Itoa(pid)+"/"+name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	for n := 0; ; {
		m, err := unix.Read(fd, t.buf[n:])
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m == 0 {
			return t.buf[:n], nil
		}
		if n += m; n > textMax {
			return nil, errTooLong
		}
		if n == len(t.buf) {
			t.buf = append(t.buf, make([]byte, len(t.buf))...)
		}
	}
}

// stat reads who started a process and when.
func (t *table) stat(pid int) stat {
	if s, known := t.stats[pid]; known {
		return s
	}
	var s stat
	if f := t.fields(pid); len(f) > 19 { // ppid is field 4, starttime 22
		parent, err1 := strconv.Atoi(string(f[1]))
		started, err2 := strconv.ParseInt(string(f[19]), 10, 64)
		s = stat{parent, started, err1 == nil && err2 == nil}
	}
	t.stats[pid] = s
	return s
}

// ended reports whether a process has come to its end, or is doing so: it waits for its parent to take note, which may be never
// where the first process of a container is no init. Of one's own processes too the kernel then says what it says of another
// user's: permission denied. Where only its first thread has ended, the others go on.
func (t *table) ended(pid int) bool {
	const exiting = 4 // PF_EXITING of linux/sched.h
	f := t.fields(pid)
	if len(f) < 18 { // state is field 3, flags 9, num_threads 20
		return false
	}
	flags, err := strconv.ParseUint(string(f[6]), 10, 32)
	threads, err2 := strconv.Atoi(string(f[17]))
	state := string(f[0])
	return err == nil && err2 == nil && threads <= 1 && (state == "Z" || state == "X" || flags&exiting != 0)
}

// fields are those of the file stat of a process, from the third on. The name before them may hold anything, so the last
// parenthesis counts. They are good until the next read.
func (t *table) fields(pid int) [][]byte {
	data, err := t.read(pid, "stat")
	if err != nil {
		return nil
	}
	return bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
}

// started is when a process was started, on the clock of this process, a tick early at most.
func (t *table) started(s stat) time.Time {
	if !s.ok || t.up == 0 {
		return time.Time{}
	}
	return t.now.Add(time.Duration(s.started)*clockTick - t.up)
}

// ancestors calls yield for the processes that a process was started by, the nearest first.
func (t *table) ancestors(pid int, yield func(pid int) bool) {
	for range 64 {
		pid = t.stat(pid).parent
		if pid <= 0 || !yield(pid) {
			return
		}
	}
}

// descends reports whether a process is another or was started by it.
func (t *table) descends(pid, from int) (found bool) {
	if pid == from {
		return true
	}
	t.ancestors(pid, func(up int) bool {
		found = up == from
		return !found
	})
	return found
}

// descriptors calls yield with where the open descriptors of a process lead. It reports whether all could be read.
func (t *table) descriptors(pid int, yield func(target string)) bool {
	dir := strconv.Itoa(pid) + "/fd"
	fd, err := unix.Openat(t.fd, dir, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_DIRECTORY, 0)
	if err != nil {
		return isGone(err)
	}
	f := os.NewFile(uintptr(fd), dir)
	defer f.Close()
	names, _ := f.Readdirnames(descriptorsMax)
	for _, name := range names {
		if target, err := t.link(pid, "fd/"+name); err == nil && strings.HasPrefix(target, "/") {
			yield(strings.TrimSuffix(target, deleted))
		}
	}
	return len(names) < descriptorsMax
}

// deleted is what the kernel puts behind the name of a file that has none any more.
const deleted = " (deleted)"

// isGone reports whether there is no such process any more, or no such thing of it: a kernel thread has no program,
// and one that ended has neither program nor directory.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) || errors.Is(err, unix.ENOTDIR)
}
