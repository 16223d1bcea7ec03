package process

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// actAs is the variable that makes this test program act as another: "sleep", "exec FILE", "start FILE" or "look CACHE".
const actAs = "PROCESS_TEST_ACT_AS"

func TestMain(m *testing.M) {
	words := strings.Fields(os.Getenv(actAs))
	if len(words) == 0 {
		os.Exit(m.Run())
	}
	env := append(os.Environ(), actAs+"=sleep")
	switch words[0] {
	case "exec": // when it is told to
		io.ReadFull(os.Stdin, make([]byte, 1))
		os.Unsetenv(actAs)
		if err := syscall.Exec(words[1], []string{words[1], "build"}, append(os.Environ(), actAs+"=sleep")); err != nil {
			os.Exit(3)
		}
	case "start": // and end
		cmd := exec.Command(words[1])
		cmd.Env, cmd.Stdin = append(env, "X=1"), os.Stdin
		os.Unsetenv(actAs)
		cmd.Env = append(os.Environ(), actAs+"=sleep")
		if err := cmd.Start(); err != nil {
			os.Exit(3)
		}
		os.Stdout.WriteString("started\n")
		os.Exit(0)
	case "look":
		u := NewGate(GateInput{ModCache: words[1], Self: os.Getpid()}).Look(context.Background())
		for _, one := range u.list {
			os.Stdout.WriteString(one.Name + " " + one.all + "\n")
		}
		if !u.Known() {
			os.Stdout.WriteString("not known\n")
		}
		os.Exit(0)
	}
	os.Stdout.WriteString("ready\n")
	io.Copy(io.Discard, os.Stdin) // until the test ends, or says so
	os.Exit(0)
}

// A stage is a real directory with a cache and this program under other names.
type stage struct {
	*world
	gate *Gate // of the process table of this machine
}

func newStage(t testing.TB) *stage {
	t.Helper()
	w := newWorld(t, nil)
	s := &stage{world: w, gate: NewGate(GateInput{ModCache: w.path("home/go/pkg/mod"), GoCache: w.path("home/.cache/go-build"), Self: 1 << 30,
		Editors: func(string, string) bool { return false }})}
	for dir := w.dir; len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755) // for the test with another user
	}
	return s
}

// program copies this program to a place.
func (s *stage) program(name string) string {
	s.t.Helper()
	self, err := os.Executable()
	s.must(err)
	s.mkdir(filepath.Dir(name))
	if _, err := os.Stat(s.path(name)); err == nil {
		return s.path(name)
	}
	if os.Link(self, s.path(name)) != nil {
		data, err := os.ReadFile(self)
		s.must(err)
		s.must(os.WriteFile(s.path(name), data, 0o755))
	}
	return s.path(name)
}

// run starts a program that acts, in a directory, and waits until it says so.
func (s *stage) run(act, exe, cwd string, env []string, args ...string) (pid int, in io.WriteCloser) {
	s.t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Dir = s.mkdir(cwd)
	cmd.Env = append([]string{"GOMAXPROCS=1", "HOME=" + s.path("home"), "PATH=/nothing", actAs + "=" + act}, env...)
	in, err := cmd.StdinPipe()
	s.must(err)
	out, err := cmd.StdoutPipe()
	s.must(err)
	s.must(cmd.Start())
	s.t.Cleanup(func() { in.Close(); cmd.Wait() })
	if !strings.HasPrefix(act, "exec") {
		_, err = io.ReadFull(out, make([]byte, 6))
		s.must(err)
	}
	if strings.HasPrefix(act, "start") {
		s.must(cmd.Process.Release())
	}
	return cmd.Process.Pid, in
}

// uses tells which versions a process of a name may need. Other processes of this machine may be there as well.
func (s *stage) uses(match func(u *user) bool) string {
	s.t.Helper()
	u := s.gate.Look(context.Background())
	if !u.Known() {
		s.t.Fatal("the process table of this machine is not known")
	}
	only := &Users{known: true, editors: u.editors}
	for _, one := range u.list {
		if match(one) {
			only.list = append(only.list, one)
		}
	}
	var list []string
	for _, v := range []string{"v1.0.0", "v1.2.0", "v1.3.0"} {
		if one := only.Of("example.com/a", v); one != nil {
			list = append(list, v)
			if since := time.Since(one.Started); since < 0 || since > time.Minute {
				s.t.Errorf("%q was started %v ago", one.Name, since)
			}
		}
	}
	if only.BuildCache() != nil {
		list = append(list, "cache")
	}
	return strings.Join(list, " ")
}

func byPID(pid int) func(*user) bool { return func(u *user) bool { return u.PID == pid } }

// TestReal: the rules hold for processes as the kernel shows them.
func TestReal(t *testing.T) {
	s := newStage(t)
	s.project("p")
	s.mkdir("none")
	s.file("conf/go/env", "GOMODCACHE="+s.path("home/go/pkg/mod")+"\n")
	goCommand := s.program("go/bin/go")
	for _, c := range []struct {
		name, cwd string
		env, args []string
		want      string
	}{
		{"by default", "p", nil, []string{"build", "."}, "v1.0.0 v1.2.0 cache"},
		{"by environment", "p", []string{"HOME=/x", "GOMODCACHE=" + s.path("home/go/pkg/mod"), "GOCACHE=/x"}, []string{"build"}, "v1.0.0 v1.2.0"},
		{"by GOENV file", "p", []string{"HOME=/x", "GOCACHE=/x", "XDG_CONFIG_HOME=" + s.path("conf")}, []string{"build"}, "v1.0.0 v1.2.0"},
		{"another cache", "p", []string{"GOMODCACHE=/x", "GOCACHE=/x"}, []string{"mod", "tidy"}, ""},
		{"an argument with @", "none", nil, []string{"install", "example.com/x@latest"}, everything},
		{"no module", "none", nil, []string{"build", "x.go"}, "cache"},
	} {
		pid, in := s.run("sleep", goCommand, c.cwd, c.env, c.args...)
		if got := s.uses(byPID(pid)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		s.must(syscall.Kill(pid, syscall.SIGSTOP))
		if got := s.uses(byPID(pid)); got != c.want {
			t.Errorf("%s, stopped: %q, want %q", c.name, got, c.want)
		}
		s.must(syscall.Kill(pid, syscall.SIGCONT))
		in.Close()
	}
}

// TestRealExec: a program that becomes a go command in the same process is one, and one whose file is gone.
func TestRealExec(t *testing.T) {
	s := newStage(t)
	s.project("p")
	goCommand := s.program("go/bin/go")
	pid, in := s.run("exec "+goCommand, s.program("bin/other"), "p", nil)
	if got := s.uses(byPID(pid)); got != "" {
		t.Error("before:", got)
	}
	if _, err := in.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	got := ""
	for range 200 {
		if got = s.uses(byPID(pid)); got == "v1.0.0 v1.2.0 cache" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.must(os.Remove(goCommand))
	if again := s.uses(byPID(pid)); got != "v1.0.0 v1.2.0 cache" || again != got {
		t.Errorf("after: %q, without its file %q", got, again)
	}
}

// TestRealOrphan: the compiler goes on where the go command that started it was killed.
func TestRealOrphan(t *testing.T) {
	s := newStage(t)
	compile := s.program("go/pkg/tool/linux_amd64/compile")
	s.run("start "+compile, s.program("go/bin/go"), "p", nil, "build")
	orphan := func(u *user) bool { return u.Name == "compile" && u.all != unseen }
	got := ""
	for range 200 { // until its parent is gone
		if got = s.uses(orphan); got == everything {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error(got)
}

// TestRealZombie: a go command that has ended, and that its parent has not waited for, uses nothing.
func TestRealZombie(t *testing.T) {
	s := newStage(t)
	pid, in := s.run("sleep", s.program("go/bin/go"), "p", nil, "build")
	if got := s.uses(byPID(pid)); got == "" {
		t.Fatal("while it runs nobody uses anything")
	}
	in.Close()
	if state := s.zombie(pid); state != "Z" {
		t.Fatal("its state:", state)
	}
	if got := s.uses(byPID(pid)); got != "" {
		t.Error("a zombie:", got)
	}
}

// zombie waits until a process has ended, or for ten seconds.
func (s *stage) zombie(pid int) (state string) {
	for range 1000 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		s.must(err)
		if state, _, _ = strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+2:]), " "); state == "Z" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return state
}

// TestRealOpen: what a reader has open, and a toolchain that runs from the cache.
func TestRealOpen(t *testing.T) {
	s := newStage(t)
	s.mkdir("none")
	pid, _ := s.run("sleep", s.program("bin/gopls"), "home/go/pkg/mod/example.com/a@v1.2.0", nil)
	if got := s.uses(byPID(pid)); got != "v1.2.0 cache" {
		t.Error("it stands in a version:", got)
	}
	s.must(os.Rename(s.path("home/go/pkg/mod/example.com/a@v1.2.0"), s.path("home/go/pkg/mod/example.com/a@v1.2.0.tmp-godoctor-1")))
	if got := s.uses(byPID(pid)); got != "v1.2.0 cache" {
		t.Error("it stands in a version that was renamed:", got)
	}
	exe := s.program("home/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.3.linux-amd64/bin/go")
	pid, _ = s.run("sleep", exe, "none", []string{"GOMODCACHE=/x"}, "build")
	u := s.gate.Look(context.Background())
	found := u.Of("golang.org/toolchain", "v0.0.1-go1.25.3.linux-amd64")
	if found == nil || found.PID != pid && found.Why != unseen {
		t.Errorf("%+v, want process %d", found, pid)
	}
}

// TestRealOtherUser: an ordinary user cannot see what a go command of another works with. Only root can try that for
// real; TestUnseen tries it for all.
func TestRealOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	s := newStage(t)
	s.run("sleep", s.program("go/bin/go"), "p", nil, "build")
	s.run("sleep", s.program("go/bin/other"), "p", nil, "build")
	cmd := exec.Command(s.program("bin/look"))
	cmd.Dir, cmd.Env = "/", []string{actAs + "=look " + s.path("home/go/pkg/mod")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if text := string(out); !strings.Contains(text, "go "+unseen+"\n") || strings.Contains("\n"+text, "\nother ") || strings.Contains(text, "not known") {
		t.Errorf("another user sees %q", text)
	}
}

// cpuTime is what this process took of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLook looks at 300 more processes than there are, of which eight are go commands and two gopls. "first" is
// the first look of a gate, which reads what the programs were built with.
func BenchmarkLook(b *testing.B) {
	s := newStage(b)
	s.project("p")
	s.mkdir("none")
	names := []string{"go/bin/go", "bin/gopls", "bin/other"}
	for i := range 300 {
		name := names[2]
		switch {
		case i < 8:
			name = names[0]
		case i < 10:
			name = names[1]
		}
		s.run("sleep", s.program(name), "p", nil, "build", ".")
	}
	b.Run("again", func(b *testing.B) {
		from := cpuTime()
		defer func() { b.ReportMetric(float64(cpuTime()-from)/float64(b.N), "cpu-ns/op") }()
		for b.Loop() {
			if s.gate.Look(context.Background()).Of("example.com/a", "v1.0.0") == nil {
				b.Fatal("not in use")
			}
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			NewGate(s.gate.in).Look(context.Background())
		}
	})
	u := s.gate.Look(context.Background())
	b.Run("of", func(b *testing.B) {
		for b.Loop() {
			u.Of("example.com/a", "v1.3.0")
		}
	})
}
