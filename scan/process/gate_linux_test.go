package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const everything = "v1.0.0 v1.2.0 v1.3.0 cache"

const goExe = "/usr/local/go/bin/go"

// project makes a module that requires v1.0.0 and has v1.2.0 in its go.sum.
func (w *world) project(dir string) {
	w.t.Helper()
	w.file(dir+"/go.mod", "module example.com/main\n\ngo 1.25.1\n\ntoolchain go1.26.4\n\nrequire example.com/a v1.0.0\n")
	w.file(dir+"/go.sum", "example.com/a v1.0.0 h1:x=\nexample.com/a\tv1.2.0/go.mod  h1:x=\n")
}

// TestCommand: what a go command may need, by its environment, directory and arguments.
func TestCommand(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.mkdir("p/sub/deep")
	w.mkdir("none")
	w.mkdir("other")
	w.must(os.Symlink(w.path("home/go"), w.path("gopath")))
	w.file("conf/go/env", "GOMODCACHE="+w.path("home/go/pkg/mod")+"\n")
	w.file("alt/go.mod", "module example.com/alt\n")
	w.file("alt/x.mod", "module example.com/alt\n\nrequire example.com/a v1.3.0\n")
	w.file("alt/x.sum", "example.com/a v1.2.0 h1:x=\n")
	w.file("broken/go.mod", "module example.com/broken\n\nrequire (\n")
	w.file("replaced/go.mod", "module example.com/r\n\nreplace example.com/b => example.com/a v1.3.0\n")
	w.file("nosum/go.mod", "module example.com/nosum\n")
	w.file("big/go.mod", "module example.com/big\n")
	w.must(os.Truncate(w.file("big/go.sum", ""), listingMax+1))
	w.file("ws/go.work", "go 1.25\n\nuse (\n\t./one\n\t"+w.path("nosum")+"\n)\n")
	w.file("ws/go.work.sum", "example.com/a v1.3.0/go.mod h1:x=\n")
	w.file("ws/one/go.mod", "module example.com/one\n\nrequire example.com/a v1.0.0\n")
	elsewhere := []string{"GOMODCACHE=" + w.path("other"), "GOCACHE=" + w.path("other")}
	for _, c := range []struct {
		name, want string
		made
	}{
		{"by default", "v1.0.0 v1.2.0 cache", made{args: "go build .", cwd: "p"}},
		{"upwards", "v1.0.0 v1.2.0 cache", made{args: "go build .", cwd: "p/sub/deep"}},
		{"deleted program", "v1.0.0 v1.2.0 cache", made{exe: goExe + " (deleted)", args: "go build .", cwd: "p"}},
		{"by GOPATH, through a link", "v1.0.0 v1.2.0 cache", made{args: "go build .", cwd: "p", env: []string{"HOME=/x", "GOPATH=" + w.path("gopath") + ":/y", "GOCACHE=" + w.path("home/.cache/go-build")}}},
		{"by GOENV file", "v1.0.0 v1.2.0", made{args: "go build .", cwd: "p", env: []string{"GOPATH=" + w.path("other"), "XDG_CONFIG_HOME=" + w.path("conf"), "GOCACHE=" + w.path("other")}}},
		{"other caches", "", made{args: "go mod tidy", cwd: "p", env: elsewhere}},
		{"other module cache", "cache", made{args: "go mod tidy", cwd: "p", env: elsewhere[:1]}},
		{"other cache, with ours as directory", "", made{args: "go build", cwd: "home/go/pkg/mod", env: elsewhere}},
		{"no environment", everything, made{args: "go build .", cwd: "p", noEnv: true}},
		{"relative GOMODCACHE", everything, made{args: "go build .", cwd: "p", env: []string{"GOMODCACHE=x"}}},
		{"no arguments yet", everything, made{cwd: "p"}},
		{"an argument with @", everything, made{args: "go install example.com/x@latest", cwd: "none"}},
		{"no module", "cache", made{args: "go run x.go", cwd: "none"}},
		{"no module, go get", everything, made{args: "go get example.com/a", cwd: "none"}},
		{"nothing needed", "", made{args: "go env GOPATH", cwd: "p"}},
		{"-mod=mod in GOFLAGS", everything, made{args: "go build .", cwd: "p", env: []string{"GOFLAGS=-mod=mod"}}},
		{"-C", "v1.0.0 v1.2.0 cache", made{args: "go -C p build .", cwd: ""}},
		{"-C, arrived", "v1.0.0 v1.2.0 cache", made{args: "go build -C p .", cwd: "p"}},
		{"-modfile", "v1.2.0 v1.3.0 cache", made{args: "go build -modfile=x.mod .", cwd: "alt"}},
		{"-modfile that is gone", everything, made{args: "go build -modfile=y.mod .", cwd: "alt"}},
		{"a go.mod that cannot be parsed", everything, made{args: "go build .", cwd: "broken"}},
		{"replaced", "v1.3.0 cache", made{args: "go build .", cwd: "replaced"}},
		{"go.sum too large", everything, made{args: "go build .", cwd: "big"}},
		{"download without go.sum", everything, made{args: "go mod download", cwd: "nosum"}},
		{"download with go.sum", "v1.0.0 v1.2.0 cache", made{args: "go mod download", cwd: "p"}},
		{"workspace", "v1.0.0 v1.3.0 cache", made{args: "go build ./...", cwd: "ws/one"}},
		{"workspace by GOWORK", "v1.0.0 v1.3.0 cache", made{args: "go build", cwd: "none", env: []string{"GOWORK=" + w.path("ws/go.work")}}},
		{"no workspace", "v1.0.0 cache", made{args: "go build", cwd: "ws/one", env: []string{"GOWORK=off"}}},
		{"relative GOWORK", everything, made{args: "go build", cwd: "none", env: []string{"GOWORK=go.work"}}},
		{"GOPATH mode", "cache", made{args: "go build", cwd: "p", env: []string{"GO111MODULE=off"}}},
		{"itself", "", made{pid: 99, args: "go mod tidy", cwd: "p"}},
		{"a child", "", made{parent: 99, args: "go mod tidy", cwd: "p"}},
	} {
		m := c.made
		if m.pid == 0 {
			m.pid = 50
		}
		if m.exe == "" {
			m.exe = goExe
		}
		m.env = append(slices.Clone(m.env), "PATH=/nothing")
		if len(m.env) > 1 && m.env[0] == "HOME=/x" {
			w.process(&m)
			w.file("proc/50/environ", strings.Join(m.env, "\x00")+"\x00")
		} else {
			w.process(&m)
		}
		if got := w.users(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		w.must(os.RemoveAll(w.path("proc/50")))
	}
}

// TestToolchain: a toolchain of the cache is in use by what runs from it, and by who may switch to it.
func TestToolchain(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.mkdir("none")
	of := func(name string) int {
		if u := w.look().Of("golang.org/toolchain", "v0.0.1-"+name+".linux-amd64"); u != nil {
			return u.PID
		}
		return 0
	}
	w.process(&made{pid: 10, exe: w.path("home/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.24.2.linux-amd64/bin/go"), args: "go env", cwd: "none", env: []string{"GOMODCACHE=/elsewhere"}})
	w.process(&made{pid: 11, exe: w.path("home/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.24.3.linux-amd64/pkg/tool/linux_amd64/compile"), parent: 10, args: "compile", cwd: "none"})
	w.process(&made{pid: 12, exe: goExe, args: "go version", cwd: "p", env: []string{"GOTOOLCHAIN=go1.24.4+auto"}})
	for name, want := range map[string]int{"go1.24.2": 10, "go1.24.3": 11, "go1.24.4": 12, "go1.25.1": 12, "go1.26.4": 12, "go1.22.0": 0} {
		if got := of(name); got != want {
			t.Errorf("%s: process %d, want %d", name, got, want)
		}
	}
}

// TestTool: a tool is covered by the go command that started it; without one it may need anything.
func TestTool(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.mkdir("home/go/pkg/mod/example.com/a@v1.3.0")
	compile := &made{pid: 22, parent: 21, exe: "/usr/local/go/pkg/tool/linux_amd64/compile", args: "compile -o x", cwd: "home/go/pkg/mod/example.com/a@v1.3.0"}
	w.process(&made{pid: 20, exe: goExe, args: "go build .", cwd: "p"})
	w.process(&made{pid: 21, parent: 20, exe: "/usr/bin/time", args: "time compile", cwd: "p"})
	w.process(compile)
	if got := w.users(); got != everything { // v1.3.0 because it stands there
		t.Error("with its parent, standing in v1.3.0:", got)
	}
	compile.cwd = "p"
	w.process(compile)
	if got := w.users(); got != "v1.0.0 v1.2.0 cache" {
		t.Error("with its parent:", got)
	}
	w.must(os.RemoveAll(w.path("proc/20")))
	if got := w.users(); got != everything {
		t.Error("without its parent:", got)
	}
	compile.env = []string{"GOMODCACHE=/elsewhere", "GOCACHE=/elsewhere"}
	w.process(compile)
	if got := w.users(); got != "" {
		t.Error("without its parent, of another cache:", got)
	}
}

// TestReader: an editor's server may need what projects list, what its directory lists, and what it has open.
func TestReader(t *testing.T) {
	listed := "v1.3.0"
	w := newWorld(t, func(in *GateInput) {
		in.Editors = func(path, version string) bool { return path == "example.com/a" && version == listed }
	})
	w.project("p")
	w.mkdir("none")
	gopls := &made{pid: 30, exe: "/home/x/go/bin/gopls", args: "gopls serve", cwd: "none"}
	w.process(gopls)
	if got := w.users(); got != "v1.3.0 cache" {
		t.Error("what projects list:", got)
	}
	listed = ""
	if got := w.users(); got != "cache" {
		t.Error("nothing:", got)
	}
	gopls.open = []string{"home/go/pkg/mod/example.com/a@v1.2.0/a.go", "home/go/pkg/mod/cache/download/example.com/a/@v/v1.3.0.zip"}
	w.process(gopls)
	if got := w.users(); got != "v1.2.0 v1.3.0 cache" {
		t.Error("what it has open:", got)
	}
	gopls.open, gopls.cwd = nil, "p"
	w.process(gopls)
	if got := w.users(); got != "v1.0.0 v1.2.0 cache" {
		t.Error("what its directory lists:", got)
	}
	w.gate.in.Editors = nil
	if got := w.users(); got != everything {
		t.Error("nothing is known of projects:", got)
	}
}

// TestOthers: other programs use what they stand in and have open, and no more.
func TestOthers(t *testing.T) {
	w := newWorld(t, nil)
	other := &made{pid: 40, exe: "/bin/sh", args: "sh", cwd: "home/go/pkg/mod"}
	w.process(other)
	if got := w.users(); got != "" {
		t.Error("in the cache itself:", got)
	}
	other.pid, other.cwd = 42, "home/go/pkg/mod/example.com/a@v1.2.0.tmp-godoctor-3/sub"
	w.process(other)
	if got := w.users(); got != "v1.2.0" {
		t.Error("in a version that was renamed:", got)
	}
	w.process(&made{pid: 41, exe: "/bin/other", open: []string{"home/.cache/go-build/00/x-d", "home/go/pkg/mod/cache/download/example.com/a/@v/v1.0.0.lock"}})
	if got := w.users(); got != "v1.0.0 v1.2.0 cache" {
		t.Error("open:", got)
	}
}

// TestUnseen: of a process of another user only the name is known. A table that hides processes is not known.
func TestUnseen(t *testing.T) {
	w := newWorld(t, nil)
	w.process(&made{pid: 60, comm: "postgres"})
	if got := w.users(); got != "" {
		t.Error("no go program:", got)
	}
	for _, name := range []string{"go", "compile", "gopls"} {
		w.process(&made{pid: 60, comm: name, ticks: 7})
		if got := w.users(); got != everything {
			t.Errorf("%s: %q", name, got)
		}
		if u := w.look().Of("example.com/a", "v1.0.0"); u.PID != 60 || u.Name != name || u.Started.IsZero() {
			t.Errorf("%+v", u)
		}
	}
	w.must(os.Remove(w.path("proc/60/comm")))
	w.mkdir("proc/60/comm") // reading it fails, as with hidepid=1
	if u := w.gate.Look(context.Background()); u.Known() || u.Of("example.com/a", "v1.0.0") != nil || u.BuildCache() != nil {
		t.Error("a name that cannot be read")
	}
	w.must(os.RemoveAll(w.path("proc/60")))
	w.must(os.RemoveAll(w.path("proc/1")))
	if w.gate.Look(context.Background()).Known() {
		t.Error("a table without a process is known")
	}
	w.must(os.RemoveAll(w.path("proc")))
	if w.gate.Look(context.Background()).Known() {
		t.Error("no table is known")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if NewGate(GateInput{ModCache: w.path("home")}).Look(ctx).Known() {
		t.Error("a look that was broken off is known")
	}
}

// TestEnded: of a process that has ended the kernel says what it says of another user's. Nobody has to wait for it.
func TestEnded(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		state          string
		flags, threads int
		ended          bool
	}{
		{"Z", 4194308, 1, true}, {"X", 0, 0, true}, {"R", 4194308, 1, true}, // a zombie; dead; exiting
		{"S", 4194304, 1, false}, {"Z", 4194308, 2, false}, {"R", 0x40, 9, false}, // of another user; its first thread only
	} {
		w.process(&made{pid: 61, comm: "go"})
		w.file("proc/61/stat", fmt.Sprintf("61 (go) Z) 1 (g) %s 1 1 1 0 -1 %d 0 0 0 0 0 0 0 0 20 0 %d 0 9 0 0", c.state, c.flags, c.threads))
		if got := w.users(); (got == "") != c.ended {
			t.Errorf("%+v: %q", c, got)
		}
	}
	w.file("proc/61/stat", "61 (go) Z 1")
	if got := w.users(); got != everything {
		t.Errorf("a line that is cut short: %q", got)
	}
}

func TestHiddenBy(t *testing.T) {
	for options, want := range map[string]bool{
		"rw,relatime": false, "rw,hidepid=2": true, "rw,hidepid=invisible": true, "rw,hidepid=0": false, "rw,hidepid=off": false,
		"rw,gid=5,hidepid=2": false, "rw,gid=6,hidepid=2": true,
	} {
		if got := hiddenBy("proc /proc proc rw 0 0\nproc /proc proc "+options+" 0 0\nproc /x proc hidepid=2 0 0\n", "/proc", []int{5}); got != want {
			t.Errorf("%s: %v", options, got)
		}
	}
}

// TestChanges: an exec in the same process, a go.sum that changes, a program that ends.
func TestChanges(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.process(&made{pid: 70, exe: "/bin/sh", args: "sh -c x", cwd: "p"})
	if got := w.users(); got != "" {
		t.Error("a shell:", got)
	}
	w.process(&made{pid: 70, exe: goExe, args: "go build", cwd: "p"})
	if got := w.users(); got != "v1.0.0 v1.2.0 cache" {
		t.Error("exec:", got)
	}
	w.file("p/go.sum", "example.com/a v1.3.0 h1:x=\n")
	if got := w.users(); got != "v1.0.0 v1.3.0 cache" {
		t.Error("another go.sum:", got)
	}
	w.file("p/go.sum", "example.com/a v1.2.0 h1:y=\n") // of the same size, at once
	if got := w.users(); got != "v1.0.0 v1.2.0 cache" {
		t.Error("another go.sum again:", got)
	}
	w.process(&made{pid: 70, exe: goExe, args: "go mod tidy", cwd: "p"})
	if got := w.users(); got != everything {
		t.Error("exec of the same program:", got)
	}
	w.must(os.RemoveAll(w.path("proc/70")))
	if got := w.users(); got != "" || len(w.gate.memos) != 0 || len(w.gate.slow) != 1 {
		t.Error("gone:", got, len(w.gate.memos), len(w.gate.slow))
	}
}

// TestRunBy: the "go run" that waits for this process does not count; a "go test" does.
func TestRunBy(t *testing.T) {
	w := newWorld(t, nil)
	w.mkdir("none")
	w.process(&made{pid: 99, parent: 80, exe: "/tmp/go-build1/b001/exe/godoctor", args: "godoctor", cwd: "none"})
	w.process(&made{pid: 80, exe: goExe, args: "go run example.com/godoctor@latest clean", cwd: "none"})
	if got := w.users(); got != "" {
		t.Error("go run:", got)
	}
	w.process(&made{pid: 80, exe: goExe, args: "go test example.com/godoctor@latest", cwd: "none"})
	if got := w.users(); got != everything {
		t.Error("go test:", got)
	}
}

// TestSince: only who was there before a time counts.
func TestSince(t *testing.T) {
	w := newWorld(t, nil)
	w.mkdir("none")
	w.process(&made{pid: 80, exe: goExe, args: "go get x", cwd: "none", ticks: 100})
	u := w.look()
	at := u.Of("example.com/a", "v1.0.0").Started
	if at.IsZero() || time.Since(at) < 0 {
		t.Fatal(at)
	}
	if u.Of("example.com/a", "v1.0.0", at) != nil || u.Of("example.com/a", "v1.0.0", at.Add(1)) == nil || u.Of("example.com/a", "v1.0.0", time.Time{}) == nil {
		t.Error("since")
	}
}

// TestForeign: in a container the same path is another directory, and another path may be the same one.
func TestForeign(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.mkdir("box" + w.path("home/go/pkg/mod"))
	w.file("box/conf/go/env", "GOMODCACHE=/none\n")
	w.mkdir("empty")
	w.must(os.Symlink(w.path("home"), w.path("empty/home")))
	w.mkdir("proc/self/ns")
	w.must(os.Symlink("mnt:[1]", w.path("proc/self/ns/mnt")))
	w.gate.asked = false
	w.file("conf/go/env", "GOMODCACHE=/home/go/pkg/mod\n")
	for _, c := range []struct {
		name, want string
		made
	}{
		{"the same path", "", made{root: "box"}},
		{"no such path", "", made{root: "p"}},
		{"the same directory", everything, made{root: ".", env: []string{"GOPATH=/home/go", "GOCACHE=/home/.cache/go-build"}}},
		{"by its own GOENV file", "v1.0.0 v1.2.0 v1.3.0", made{root: ".", env: []string{"GOPATH=/none", "XDG_CONFIG_HOME=/conf"}}},
		{"another by its own GOENV file", "", made{root: "box", env: []string{"XDG_CONFIG_HOME=/conf"}}},
		{"through a link that leads out", "v1.0.0 v1.2.0 v1.3.0", made{root: "empty", env: []string{"GOPATH=/home/go"}}},
		{"a tree that cannot be seen", everything, made{root: "gone"}},
		{"another mount namespace in which all is alike", "v1.0.0 v1.2.0 cache", made{root: "/", mount: "2"}},
		{"another mount namespace in which its directory is not", everything, made{root: "/", mount: "2", cwd: "nowhere"}},
		{"the same mount namespace", "v1.0.0 v1.2.0 cache", made{root: "/", mount: "1"}},
	} {
		m := c.made
		m.pid, m.exe, m.args = 50, goExe, "go build ."
		if m.cwd == "" {
			m.cwd = "p"
		}
		if c.name == "the same directory" {
			w.mkdir("home/.cache/go-build")
			w.gate.build = newPlace(w.path("home/.cache/go-build"))
		}
		w.process(&m)
		if got := w.users(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		w.must(os.RemoveAll(w.path("proc/50")))
	}
}

// TestReadsPackages: a program that was built with golang.org/x/tools may read packages. It is this test's own program
// with another name in its build info.
func TestReadsPackages(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(build\t[^\n\x00]*\n){2,}`)
	if !line.Match(data) {
		t.Fatal("this program has no build info")
	}
	w := newWorld(t, nil)
	w.mkdir("none")
	w.gate.in.Editors = nil
	w.process(&made{pid: 50, exe: w.file("bin/plain", string(data)), args: "plain", cwd: "none"})
	if got := w.users(); got != "" {
		t.Error("without it:", got)
	}
	data = line.ReplaceAllFunc(data, func(l []byte) []byte {
		made := "dep\tgolang.org/x/tools\tv0.1.0\th1:"
		return []byte(made + strings.Repeat("x", len(l)-len(made)-1) + "\n")
	})
	w.process(&made{pid: 50, exe: w.file("bin/mylinter", string(data)), args: "mylinter", cwd: "none"})
	if got := w.users(); got != everything {
		t.Error("with it:", got)
	}
	w.process(&made{pid: 50, exe: w.file("bin/cut", string(data[:len(data)/2])), args: "cut", cwd: "none"})
	w.process(&made{pid: 51, exe: w.file("bin/fake", "\x7fELF golang.org/x/tools"), args: "fake", cwd: "none"})
	w.users() // must not fail
}

// TestJustStarted: a process that starts another program while it is looked at is judged by that.
func TestJustStarted(t *testing.T) {
	w := newWorld(t, nil)
	w.project("p")
	w.process(&made{pid: 50, exe: goExe, args: "go build", cwd: "p"})
	w.process(&made{pid: 51, parent: 50, exe: "/usr/local/go/pkg/tool/linux_amd64/compile", args: "compile", cwd: "p"})
	table, err := openTable(w.gate.proc)
	w.must(err)
	defer table.close()
	w.gate.listings.begin()
	table.kinds[50] = kindCommand
	u := w.gate.judge(table, &candidate{pid: 51, exe: goExe, name: "go", kind: kindCommand, slow: &slow{}, cwd: w.path("p")})
	if u == nil || u.Name != "compile" || u.all != "" || u.command {
		t.Errorf("%+v", u)
	}
}

// Of two reasons the same one is told every time.
func TestStanding(t *testing.T) {
	mod, build := filepath.Join(t.TempDir(), "mod"), filepath.Join(t.TempDir(), "build")
	g := NewGate(GateInput{ModCache: mod, GoCache: build})
	for range 50 {
		for dir, want := range map[string]string{filepath.Join(mod, "a.b", "c@v1.0.0"): "mod", filepath.Join(build, "00"): "build"} {
			u := new(user)
			g.standing(u, &candidate{cwd: dir, exe: filepath.Join(dir, "x"), slow: new(slow)})
			why := u.here[key("a.b/c", "v1.0.0")] + u.build
			if !strings.HasPrefix(why, "it runs from ") {
				t.Fatalf("%s: %s", want, why)
			}
		}
	}
}
