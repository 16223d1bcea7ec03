//go:build unix

package tui_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// An island is a machine without a network and with nothing in its module cache, which has the project of a clinic.
type island struct {
	*cachetest.Machine
	of      *clinic
	goroot  string // of a go command that can be held up; "": that of the clinic
	project string
}

func newIsland(t *testing.T, c *clinic) *island {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "island"))
	check(err)
	t.Cleanup(func() { check(m.RemoveAll()) })
	i := &island{Machine: m, of: c, project: filepath.Join(m.Projects, "app")}
	check(os.CopyFS(i.project, os.DirFS(c.project)))
	return i
}

func (i *island) environ() []string {
	goroot := i.goroot
	if goroot == "" {
		goroot = i.of.goroot
	}
	list := []string{"GOSUMDB=" + cachetest.SumDBKey(), "GOPROXY=off", "GOROOT=" + goroot, "LC_ALL=", "LANG=C.UTF-8"}
	for _, kv := range i.Environ() {
		if name, _, _ := strings.Cut(kv, "="); !slices.Contains([]string{"GOSUMDB", "GOPROXY", "GOROOT", "LC_ALL", "LANG"}, name) {
			list = append(list, kv)
		}
	}
	return list
}

// flags are those that the program wants here to change anything.
func flags() []string {
	if runtime.GOOS != "linux" {
		return []string{"--experimental"}
	}
	return nil
}

func (i *island) start(t *testing.T, cols, rows int) *tuitest.Terminal {
	t.Helper()
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Args: flags(), Env: i.environ(), Dir: i.Home, Cols: cols, Rows: rows})
	check(err)
	t.Cleanup(func() { term.Close() })
	see(t, term, "scanned ")
	return term
}

// runs runs a program on the machine, and insists that it succeeds.
func (i *island) runs(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(i.environ(), "GOCACHE="+i.of.gocache, "GOROOT="+i.of.goroot, "GOFLAGS=-mod=readonly")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// builds insists that the project builds there.
func (i *island) builds(t *testing.T) {
	t.Helper()
	i.runs(t, i.project, filepath.Join(i.of.goroot, "bin", "go"), "build", "-o", os.DevNull, ".")
}

// name types a path into the field under the cursor.
func name(t *testing.T, term *tuitest.Terminal, path string) {
	t.Helper()
	press(t, term, "enter")
	see(t, term, "esc as it was")
	press(t, term, "ctrl+u")
	check(term.Type(path))
	press(t, term, "enter")
	check(term.WaitGone(patience, "esc as it was"))
}

// A bundle of a project is made with live progress, paused, stopped, gone on with; the command finds it right; it is applied on a
// machine with an empty module cache and no network, and go builds the project there.
func TestBundleCarried(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	clear := exec.Command(filepath.Join(c.goroot, "bin", "go"), "clean", "-modcache")
	clear.Env = c.environ()
	if out, err := clear.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	check(os.MkdirAll(c.GOMODCACHE, 0o777))
	file := filepath.Join(c.Home, "offline.tar")
	c.close()
	term := c.start(t, 120, 40)
	press(t, term, "B")
	see(t, term, "[Bundle]", "~/bundle-", "corp.example/app", "nothing is marked")
	press(t, term, "space", "g")
	see(t, term, "marked: 1 project")
	name(t, term, "offline.tar")
	see(t, term, "~/offline.tar", "--project ~/src/app")
	press(t, term, "x")
	see(t, term, "2 module versions: 2 zips to fetch", "example.com/ward/big@v1.2.0", "nothing is made yet")
	if _, err := os.Lstat(file); err == nil {
		t.Fatal("a look made it")
	}
	press(t, term, "x")
	see(t, term, "Make this bundle?", "> [ Cancel ] <", "y make")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Bundling", "receiving", "example.com/ward/big@v1.2.0", "1.00 MiB of 2.", "127.0.0.1", "waiting  rehearsing", "Safe to stop: no half bundle")
	press(t, term, "p")
	see(t, term, "Paused", "p go on")
	press(t, term, "ctrl+c")
	see(t, term, "Stopped: offline.tar was not made", "x tries what is left again")
	if _, err := os.Lstat(file); err == nil {
		t.Error("half a bundle got its name")
	}
	c.open()
	press(t, term, "x")
	see(t, term, "Go on with offline.tar?", "y make")
	press(t, term, "y")
	see(t, term, "The bundle is made: ", "~/offline.tar", "There: godoctor bundle apply offline.tar", "y copy path", "Y copy command")
	if !c.resumed() {
		t.Error("it was fetched from its beginning")
	}
	if left := below(t, c.GOMODCACHE); len(left) > 3 { // nothing is put into the module cache
		t.Errorf("the module cache holds %d things: %q", len(left), left)
	}
	press(t, term, "q")
	clean(t, term, 0)

	i := newIsland(t, c)
	if out := i.runs(t, i.Home, binary, "bundle", "verify", file); !strings.Contains(out, "right: every file is as the manifest says") {
		t.Errorf("verify says:\n%s", out)
	}
	term = i.start(t, 80, 24)
	press(t, term, "B", "B")
	see(t, term, "Apply a bundle", "enter types the path of a bundle")
	name(t, term, file)
	see(t, term, "right: every file is as the manifest says", "2 versions to install", "2 module versions", "to install")
	press(t, term, "x")
	see(t, term, "Install 2 versions?", "> [ Cancel ] <", "y install")
	press(t, term, "n")
	unasked(t, term)
	if got := below(t, i.GOMODCACHE); len(got) != 1 {
		t.Errorf("a look has left %q", got)
	}
	press(t, term, "x")
	see(t, term, "y install")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Done: 2 versions installed, failed 0", "example.com/ward/small@v0.1.0")
	i.builds(t)
	press(t, term, "B")
	see(t, term, "RESULT", "esc another one")
	press(t, term, "esc")
	press(t, term, "x")
	see(t, term, "right, and all of it is here: 2 versions")
	press(t, term, "q")
	clean(t, term, 0)
}

// A bundle that is damaged is refused by the name of what is wrong; one that is exchanged after it was checked is not installed.
func TestBundleExchanged(t *testing.T) {
	c := newClinic(t)
	i := newIsland(t, c)
	file, other := filepath.Join(i.Home, "offline.tar"), filepath.Join(i.Home, "other.tar")
	for to, what := range map[string][]string{file: {"--project", c.project}, other: {"--module", c.small.String()}} {
		create := exec.Command(binary, append([]string{"bundle", "create", "-o", to}, what...)...)
		create.Env = c.environ()
		if out, err := create.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	data, err := os.ReadFile(file)
	check(err)
	damaged := slices.Clone(data)
	damaged[len(damaged)/2] ^= 1 // in the middle of the large zip
	check(os.WriteFile(file, damaged, 0o666))
	term := i.start(t, 80, 24)
	press(t, term, "B", "B")
	name(t, term, "offline.tar")
	see(t, term, "REFUSED: 1 thing is wrong", "example.com/ward/big/@v/v1.2.0.zip", "x install (refused)")
	press(t, term, "x")
	see(t, term, "Not here", "nothing of it is installed")
	press(t, term, "esc")
	check(os.WriteFile(file, data, 0o666))
	press(t, term, "esc")
	press(t, term, "x")
	see(t, term, "right: every file is as the manifest says", "2 versions to install")
	check(os.Rename(other, file))
	press(t, term, "x")
	see(t, term, "Install 2 versions?", "y install")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Nothing was changed", "is another bundle than the one that was")
	if got := below(t, i.GOMODCACHE); len(got) != 1 {
		t.Errorf("it was installed: %q", got)
	}
	press(t, term, "q")
	clean(t, term, 0)
}

// hold makes a go command for the machine that installs once and waits then until its gate is opened.
func (i *island) hold(t *testing.T) (open func()) {
	t.Helper()
	i.goroot = filepath.Join(i.Root, "goroot")
	check(os.MkdirAll(filepath.Join(i.goroot, "bin"), 0o777))
	first, gate := filepath.Join(i.Root, "first"), filepath.Join(i.Root, "gate")
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *'mod download'*)\n\tif ! mkdir '%s' 2>/dev/null; then\n\t\twhile [ ! -e '%s' ]; do sleep 0.05; done\n\tfi;;\nesac\nGOROOT='%s' exec '%s' \"$@\"\n",
		first, gate, i.of.goroot, filepath.Join(i.of.goroot, "bin", "go"))
	check(os.WriteFile(filepath.Join(i.goroot, "bin", "go"), []byte(script), 0o777))
	return func() { check(os.WriteFile(gate, nil, 0o666)) }
}

// A bundle of many versions that is applied is stopped in the middle: what is installed stays so, and it goes on there.
func TestBundleApplyStopped(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	const many = 70
	gomod, imports, sum := "module corp.example/app\n\ngo 1.20\n\nrequire (\n", "", ""
	for n := range many {
		m := cachetest.Module{Path: fmt.Sprintf("example.com/many/m%02d", n), Version: "v1.0.0", Files: map[string]string{
			"go.mod": fmt.Sprintf("module example.com/many/m%02d\n\ngo 1.20\n", n), "m.go": fmt.Sprintf("package m%02d\n\nconst Size = %d\n", n, n)}}
		check(c.Publish(m))
		check(c.Install(m))
		gomod += "\t" + m.Path + " " + m.Version + "\n"
		imports += fmt.Sprintf("\t%q\n", m.Path)
		sum += fmt.Sprintf(" + m%02d.Size", n)
	}
	var err error
	c.project, err = c.Project("app", gomod+")\n", map[string]string{"main.go": "package main\n\nimport (\n" + imports + ")\n\nfunc main() { println(0" + sum + ") }\n"})
	check(err)
	i := newIsland(t, c)
	file := filepath.Join(i.Home, "offline.tar")
	create := exec.Command(binary, "bundle", "create", "-o", file, "--project", c.project)
	create.Env = c.environ()
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	open := i.hold(t)
	term := i.start(t, 120, 40)
	press(t, term, "B", "B")
	name(t, term, "~/offline.tar")
	see(t, term, "70 versions to install")
	press(t, term, "x")
	see(t, term, "Install 70 versions?", "y install")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Installing", "64/70", "p pause")
	press(t, term, "ctrl+c")
	see(t, term, "Stopped: 64 versions installed", "They stay so", "x tries what is left again")
	dirs, err := filepath.Glob(filepath.Join(i.GOMODCACHE, "example.com", "many", "m*@v1.0.0"))
	check(err)
	if len(dirs) != 64 {
		t.Errorf("%d versions are installed", len(dirs))
	}
	open()
	press(t, term, "x")
	see(t, term, "Go on with offline.tar?", "y install")
	press(t, term, "y")
	see(t, term, "Done: 6 versions installed, failed 0")
	i.builds(t)
	press(t, term, "q")
	clean(t, term, 0)
}
