//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// strace counts a thread's calls, and the Go runtime spreads them over threads as it likes. To stop a program before
// each single change of the disk this tracer counts the calls of all its threads and children together. A filter
// (seccomp) that the program starts with makes only such calls stop; everything else runs at full speed.

// A call is a system call that changes the disk, orders it or locks a file.
type call struct {
	Name string
	Path string
	Own  bool // of the program itself, not of one that it has started
}

func (c call) String() string { return c.Name + " " + c.Path }

// is reports whether a call has this name, and its file that one: "openat bundle.tar".
func (c call) is(what string) bool {
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

// A fault is what is done at a call: nothing, a kill of all, or an error in its place.
type fault struct {
	kill  bool
	errno syscall.Errno
	from  string // calls are counted from the first of this name and file name on, "openat bundle.tar"; "": from the beginning
}

// filter is what the program runs as before it becomes the traced one.
func filter(argv []string) error {
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

// A tracer follows one program and what it starts.
type tracer struct {
	top    int
	groups map[int]int // thread -> process
	seen   map[int]bool
	at     int // the call that is hit, counted from 1; 0: none
	count  int // calls that were counted
	fault  fault
	Calls  []call
	Hit    int // the call that was hit; 0: none
	Killed bool
	Code   int
	Err    string
}

// trace runs godoctor, and does something at the nth call that counts. Calls of programs that it starts count too where it
// is a kill, and never fail. The tracer is a process of its own: it waits for whatever there is.
func (w *world) trace(n int, f fault, args ...string) (*result, error) {
	file := filepath.Join(w.aside, "calls.json")
	own := append([]string{"trace", file, strconv.Itoa(n), strconv.Itoa(int(f.errno)), f.from, w.tools.godoctor}, w.arguments(args...)...)
	r := w.run(w.environ(), w.m.Home, nil, w.tools.self, own...)
	if r.code != 0 {
		return nil, errors.New(r.String())
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var t tracer
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, err
	}
	if t.Err != "" {
		return nil, errors.New(t.Err)
	}
	r.args, r.code, r.calls, r.killed = append([]string{"godoctor"}, args...), t.Code, t.Calls, t.Killed
	if t.Hit > 0 {
		r.hit = &t.Calls[t.Hit-1]
	}
	return r, nil
}

// tracing is the tracer's process: FILE N ERRNO FROM PROGRAM ARGS. An ERRNO of 0 is a kill.
func tracing(args []string) int {
	runtime.LockOSThread()
	t := &tracer{groups: make(map[int]int), seen: make(map[int]bool)}
	errno := 0
	fmt.Sscan(args[1], &t.at)
	fmt.Sscan(args[2], &errno)
	if t.fault = (fault{errno: syscall.Errno(errno), from: args[3]}); errno == 0 {
		t.fault.kill = true
	}
	self, err := os.Readlink("/proc/self/exe")
	if err == nil {
		t.top, err = syscall.ForkExec(self, append([]string{self, "filter"}, args[4:]...), &syscall.ProcAttr{Env: os.Environ(),
			Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Ptrace: true}})
	}
	if err == nil {
		err = t.follow(time.Now().Add(limit))
	}
	if err != nil {
		t.Err = "tracing: " + err.Error()
	}
	b, err := json.Marshal(t)
	if err == nil {
		err = os.WriteFile(args[0], b, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
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
	if !c.Own && !t.fault.kill {
		return // an error of what it has started is that program's
	}
	t.Calls = append(t.Calls, c)
	if t.count == 0 && !c.is(t.fault.from) {
		return
	}
	if t.count++; t.count != t.at {
		return
	}
	t.Hit = len(t.Calls)
	switch {
	case t.fault.kill:
		t.Killed = true
		t.kill()
	default:
		regs.Orig_rax = ^uint64(0) // no call at all
		regs.Rax = uint64(-int64(t.fault.errno))
		syscall.PtraceSetRegs(pid, &regs)
	}
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
func (t *tracer) look(pid int, regs *syscall.PtraceRegs) (call, bool) {
	args := [...]uint64{regs.Rdi, regs.Rsi, regs.Rdx, regs.R10}
	k := traced[regs.Orig_rax]
	c := call{Name: k.name}
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
	case !filepath.IsAbs(c.Path), strings.HasPrefix(c.Path, "/dev/"), strings.HasPrefix(c.Path, "/proc/"),
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
