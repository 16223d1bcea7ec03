//go:build linux && amd64

package tracing

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// limit ends a program that hangs.
const limit = 2 * time.Minute

// A Call is a system call that changes the disk, orders it or locks a file.
type Call struct {
	Name string
	Path string
	Own  bool // of the program itself, not of one that it has started
}

func (c Call) String() string { return c.Name + " " + c.Path }

// Is reports whether a call has this name, and its file that one: "openat bundle.tar".
func (c Call) Is(what string) bool {
	name, file, _ := strings.Cut(what, " ")
	return what == "" || c.Name == name && filepath.Base(c.Path) == file
}

// traced are the calls that count, and which of their arguments say where.
var traced = map[uint64]struct {
	name  string
	dirfd int // argument with the directory; -1: none
	path  int // argument with the name; -1: dirfd is the file itself
}{
	unix.SYS_UNLINK: {"unlink", -1, 0}, unix.SYS_UNLINKAT: {"unlinkat", 0, 1}, unix.SYS_RMDIR: {"rmdir", -1, 0},
	unix.SYS_RENAME: {"rename", -1, 0}, unix.SYS_RENAMEAT: {"renameat", 0, 1}, unix.SYS_RENAMEAT2: {"renameat2", 0, 1},
	unix.SYS_MKDIR: {"mkdir", -1, 0}, unix.SYS_MKDIRAT: {"mkdirat", 0, 1}, unix.SYS_CHMOD: {"chmod", -1, 0},
	unix.SYS_FCHMOD: {"fchmod", 0, -1}, unix.SYS_FCHMODAT: {"fchmodat", 0, 1}, unix.SYS_LINK: {"link", -1, 1},
	unix.SYS_LINKAT: {"linkat", 2, 3}, unix.SYS_SYMLINK: {"symlink", -1, 1}, unix.SYS_SYMLINKAT: {"symlinkat", 1, 2},
	unix.SYS_TRUNCATE: {"truncate", -1, 0}, unix.SYS_FTRUNCATE: {"ftruncate", 0, -1}, unix.SYS_FSYNC: {"fsync", 0, -1},
	unix.SYS_FDATASYNC: {"fdatasync", 0, -1}, unix.SYS_SYNCFS: {"syncfs", 0, -1}, unix.SYS_FLOCK: {"flock", 0, -1},
	unix.SYS_OPENAT: {"openat", 0, 1}, unix.SYS_CREAT: {"creat", -1, 0}, unix.SYS_WRITE: {"write", 0, -1},
	unix.SYS_PWRITE64: {"pwrite64", 0, -1}, unix.SYS_UTIMENSAT: {"utimensat", 0, 1}, unix.SYS_FCHOWNAT: {"fchownat", 0, 1},
}

const openWrites = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC

// A Fault is what is done at a call: a kill of all, an error in its place, or the end of all room on the disk.
type Fault struct {
	Kill  bool          // which is so too where there is neither of the others
	Errno syscall.Errno // of this call, where the program itself makes it
	Full  bool          // from this call on, every one that needs room for something new fails with ENOSPC, whoever makes it
	From  string        // calls are counted from the first of this name and file name on, "openat bundle.tar"; "": from the beginning
}

// Filter is what the program runs as before it becomes the traced one. It comes back only with an error.
func Filter(argv []string) error {
	runtime.LockOSThread()
	code := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the number of the call
	ret := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	for nr := range traced {
		is := unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(nr)}
		switch nr {
		case unix.SYS_OPENAT: // only those that may write: the low half of the third argument
			is.Jf = 4
			code = append(code, is,
				unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 16 + 2*8},
				unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: openWrites, Jf: 1},
				ret(unix.SECCOMP_RET_TRACE), ret(unix.SECCOMP_RET_ALLOW))
		default:
			is.Jf = 1
			code = append(code, is, ret(unix.SECCOMP_RET_TRACE))
		}
	}
	code = append(code, ret(unix.SECCOMP_RET_ALLOW))
	prog := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&prog))); errno != 0 {
		return errno
	}
	return syscall.Exec(argv[0], argv, os.Environ())
}

// A Result is what came of a program that was traced.
type Result struct {
	Calls  []Call
	Hit    int // the call that was hit, counted from 1; 0: none
	Killed bool
	Code   int    // -1: it was killed
	Err    string // why it could not be traced
}

// A tracer follows one program and what it starts.
type tracer struct {
	Result
	top    int
	groups map[int]int // thread -> process
	seen   map[int]bool
	at     int // the call that is hit, counted from 1; 0: none
	count  int // calls that were counted
	fault  Fault
}

// Arguments are those with which this program is to run as a tracer, [Trace] and [Filter] being what it does then: it writes into file
// what came of the command, and does something at its nth call; 0: at none.
func Arguments(file string, n int, f Fault, command ...string) ([]string, error) {
	b, err := json.Marshal(f)
	return append([]string{"trace", file, strconv.Itoa(n), string(b)}, command...), err
}

// Read reads what a tracer wrote.
func Read(file string) (*Result, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r Result
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	if r.Err != "" {
		return nil, errors.New(r.Err)
	}
	return &r, nil
}

// Trace is the tracer's process, which waits for whatever there is: FILE N FAULT COMMAND. It gives the exit code.
func Trace(args []string) int {
	runtime.LockOSThread()
	t := &tracer{groups: make(map[int]int), seen: make(map[int]bool)}
	fmt.Sscan(args[1], &t.at)
	if err := json.Unmarshal([]byte(args[2]), &t.fault); err != nil {
		fmt.Fprintln(os.Stderr, "tracing:", err)
		return 1
	}
	t.fault.Kill = t.fault.Errno == 0 && !t.fault.Full
	self, err := os.Readlink("/proc/self/exe")
	if err == nil {
		t.top, err = syscall.ForkExec(self, append([]string{self, "filter"}, args[3:]...), &syscall.ProcAttr{Env: os.Environ(),
			Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Ptrace: true}})
	}
	if err == nil {
		err = t.follow(time.Now().Add(limit))
	}
	if err != nil {
		t.Err = "tracing: " + err.Error()
	}
	b, err := json.Marshal(t.Result)
	if err == nil {
		err = os.WriteFile(args[0], b, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tracing:", err)
		return 1
	}
	return 0
}

// follow goes on until nothing that is followed is left.
func (t *tracer) follow(until time.Time) error {
	var st syscall.WaitStatus
	if _, err := syscall.Wait4(t.top, &st, unix.WALL, nil); err != nil {
		return err
	}
	if !st.Stopped() {
		return fmt.Errorf("the traced program did not start: %v", st)
	}
	const options = unix.PTRACE_O_TRACESECCOMP | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
		unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL
	if err := syscall.PtraceSetOptions(t.top, options); err != nil {
		return err
	}
	t.seen[t.top] = true
	syscall.PtraceCont(t.top, 0)
	for {
		pid, err := syscall.Wait4(-1, &st, unix.WALL, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.ECHILD):
			return nil
		case err != nil:
			return err
		}
		if st.Stopped() {
			t.stopped(pid, st)
		} else {
			delete(t.seen, pid)
			delete(t.groups, pid)
			if pid == t.top {
				t.Code = st.ExitStatus()
			}
		}
		if time.Now().After(until) {
			t.kill()
		}
	}
}

func (t *tracer) stopped(pid int, st syscall.WaitStatus) {
	sig := 0
	switch {
	case st.TrapCause() == unix.PTRACE_EVENT_SECCOMP:
		t.met(pid)
	case st.TrapCause() > 0: // it has started a thread or a program
	case st.StopSignal() == syscall.SIGSTOP && !t.seen[pid]: // a new one
	case st.StopSignal() == syscall.SIGTRAP:
	default:
		sig = int(st.StopSignal())
	}
	t.seen[pid] = true
	syscall.PtraceCont(pid, sig)
}

// met is told that a thread is about to make a call.
func (t *tracer) met(pid int) {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		return // it was killed
	}
	c, counts := t.look(pid, &regs)
	if !counts {
		return
	}
	c.Own = t.group(pid) == t.top
	if !c.Own && t.fault.Errno != 0 {
		return // an error of what it has started is that program's
	}
	t.Calls = append(t.Calls, c)
	if t.count == 0 && !c.Is(t.fault.From) {
		return
	}
	t.count++
	if t.fault.Full && t.at > 0 && t.count >= t.at && c.needsRoom(&regs) {
		t.Hit = len(t.Calls)
		t.fail(pid, &regs, syscall.ENOSPC)
		return
	}
	if t.fault.Full || t.count != t.at {
		return
	}
	t.Hit = len(t.Calls)
	switch {
	case t.fault.Kill:
		t.Killed = true
		t.kill()
	default:
		t.fail(pid, &regs, t.fault.Errno)
	}
}

// fail lets a call come back with an error, and do nothing.
func (t *tracer) fail(pid int, regs *syscall.PtraceRegs, errno syscall.Errno) {
	regs.Orig_rax = ^uint64(0) // no call at all
	regs.Rax = uint64(-int64(errno))
	syscall.PtraceSetRegs(pid, regs)
}

// needsRoom reports whether a call puts something new on the disk: bytes, or a name that is not there.
func (c Call) needsRoom(regs *syscall.PtraceRegs) bool {
	switch regs.Orig_rax {
	case unix.SYS_WRITE, unix.SYS_PWRITE64:
		return true
	case unix.SYS_OPENAT:
		if regs.Rdx&unix.O_CREAT == 0 {
			return false
		}
		_, err := os.Lstat(c.Path)
		return err != nil
	}
	return slices.Contains([]uint64{unix.SYS_CREAT, unix.SYS_MKDIR, unix.SYS_MKDIRAT, unix.SYS_LINK, unix.SYS_LINKAT,
		unix.SYS_SYMLINK, unix.SYS_SYMLINKAT}, regs.Orig_rax)
}

// kill kills all that is followed, at once as far as that goes.
func (t *tracer) kill() {
	syscall.Kill(t.top, syscall.SIGKILL)
	for pid := range t.seen {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

func (t *tracer) group(pid int) int {
	if g, ok := t.groups[pid]; ok {
		return g
	}
	g := pid
	if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
		if _, rest, ok := strings.Cut(string(b), "\nTgid:\t"); ok {
			n, _, _ := strings.Cut(rest, "\n")
			if v, err := strconv.Atoi(n); err == nil {
				g = v
			}
		}
	}
	t.groups[pid] = g
	return g
}

// look reads what a call is about. Writes to anything but regular files do not count.
func (t *tracer) look(pid int, regs *syscall.PtraceRegs) (Call, bool) {
	args := [...]uint64{regs.Rdi, regs.Rsi, regs.Rdx, regs.R10}
	k := traced[regs.Orig_rax]
	c := Call{Name: k.name}
	if k.dirfd >= 0 {
		at := "cwd"
		if fd := int32(args[k.dirfd]); fd >= 0 {
			at = "fd/" + strconv.Itoa(int(fd))
		}
		c.Path, _ = os.Readlink(fmt.Sprintf("/proc/%d/%s", pid, at))
	}
	if k.path >= 0 {
		if name := text(pid, args[k.path]); filepath.IsAbs(name) {
			c.Path = name
		} else {
			c.Path = filepath.Join(c.Path, name)
		}
	}
	switch {
	case !filepath.IsAbs(c.Path), strings.HasPrefix(c.Path, "/dev/") && !strings.HasPrefix(c.Path, "/dev/shm/"), strings.HasPrefix(c.Path, "/proc/"),
		strings.HasPrefix(c.Path, "/sys/"):
		return c, false
	}
	return c, true
}

// text reads a string of another process, page by page: the next one may not be there.
func text(pid int, addr uint64) string {
	buf := make([]byte, 4096)
	here := int(4096 - addr%4096)
	n, _ := unix.ProcessVMReadv(pid, []unix.Iovec{{Base: &buf[0], Len: uint64(len(buf))}},
		[]unix.RemoteIovec{{Base: uintptr(addr), Len: here}, {Base: uintptr(addr) + uintptr(here), Len: 4096 - here}}, 0)
	s, _, _ := strings.Cut(string(buf[:max(0, n)]), "\x00")
	return s
}
