package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A world is a made-up machine: a process table, a module cache, projects.
type world struct {
	t    testing.TB
	dir  string
	gate *Gate
}

func newWorld(t testing.TB, change func(*GateInput)) *world {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir}
	w.mkdir("home/go/pkg/mod")
	in := GateInput{ModCache: w.path("home/go/pkg/mod"), GoCache: w.path("home/.cache/go-build"), Self: 99, Editors: func(string, string) bool { return false }}
	if change != nil {
		change(&in)
	}
	w.gate = NewGate(in)
	w.gate.proc = w.path("proc")
	w.process(&made{pid: 1, exe: "/sbin/init"})
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) mkdir(name string) string {
	w.t.Helper()
	w.must(os.MkdirAll(w.path(name), 0o755))
	return w.path(name)
}

func (w *world) file(name, text string) string {
	w.t.Helper()
	w.mkdir(filepath.Dir(name))
	w.must(os.WriteFile(w.path(name), []byte(text), 0o644))
	return w.path(name)
}

// A made is a process of a made-up table.
type made struct {
	pid, parent int
	exe, comm   string // exe "": it cannot be seen
	args        string // words
	env         []string
	noEnv       bool   // the environment cannot be read
	cwd         string // below the world
	open        []string
	ticks       int
	root        string // what it sees as the file tree, below the world; "/" is that of this machine
	mount       string // its mount namespace
}

func (w *world) process(m *made) *made {
	w.t.Helper()
	dir := fmt.Sprintf("proc/%d", m.pid)
	w.must(os.RemoveAll(w.path(dir)))
	w.mkdir(dir + "/fd")
	if m.exe == "" {
		w.file(dir+"/exe", "") // no link: readlink says so, and not that there is none
	} else {
		w.must(os.Symlink(m.exe, w.path(dir+"/exe")))
	}
	w.must(os.Symlink(w.path(m.cwd), w.path(dir+"/cwd")))
	w.file(dir+"/comm", m.comm+"\n")
	w.file(dir+"/stat", fmt.Sprintf("%d (a) b) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0", m.pid, m.parent, m.ticks))
	w.file(dir+"/cmdline", strings.ReplaceAll(m.args, " ", "\x00")+"\x00")
	if m.args == "" {
		w.file(dir+"/cmdline", "")
	}
	if m.noEnv {
		w.mkdir(dir + "/environ")
	} else {
		w.file(dir+"/environ", strings.Join(append([]string{"HOME=" + w.path("home")}, m.env...), "\x00")+"\x00")
	}
	if m.root != "" {
		root := m.root
		if root != "/" {
			root = w.path(root)
		}
		w.must(os.Symlink(root, w.path(dir+"/root")))
	}
	if m.mount != "" {
		w.mkdir(dir + "/ns")
		w.must(os.Symlink("mnt:["+m.mount+"]", w.path(dir+"/ns/mnt")))
	}
	for i, target := range m.open {
		w.must(os.Symlink(w.path(target), w.path(fmt.Sprintf("%s/fd/%d", dir, i))))
	}
	return m
}

func (w *world) look() *Users {
	w.t.Helper()
	u := w.gate.Look(context.Background())
	if !u.Known() {
		w.t.Fatal("the process table is not known")
	}
	return u
}

// users tells which of a few versions of example.com/a, v1.0.0 and so on, are in use, and "cache" for the build cache.
func (w *world) users() string {
	w.t.Helper()
	u := w.look()
	var list []string
	for _, v := range []string{"v1.0.0", "v1.2.0", "v1.3.0"} {
		if one := u.Of("example.com/a", v); one != nil {
			list = append(list, v)
			if one.PID == 0 || one.Name == "" || one.Why == "" {
				w.t.Errorf("says too little: %+v", one)
			}
		}
	}
	if one := u.BuildCache(); one != nil {
		list = append(list, "cache")
		if one.Why == "" {
			w.t.Errorf("says too little: %+v", one)
		}
	}
	return strings.Join(list, " ")
}
