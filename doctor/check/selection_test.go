package check

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
)

// selectionCases are settings and lines that a choice is made of; what comes of them, the go command says.
var selectionCases = []struct{ name, setting, lines string }{
	{"no line", "auto", "go 1.20"},
	{"unset", "", "go 1.99.1"},
	{"go line", "auto", "go 1.99.1"},
	{"language version", "auto", "go 1.99"},
	{"toolchain line", "auto", "go 1.21\ntoolchain go1.98.2"},
	{"older toolchain line", "auto", "go 1.99.1\ntoolchain go1.98.2"},
	{"toolchain language version", "auto", "go 1.21\ntoolchain go1.98"},
	{"no such release", "auto", "go 1.99.7"},
	{"default", "auto", "go 1.21\ntoolchain default"},
	{"default, too old", "auto", "go 1.99.1\ntoolchain default"},
	{"commented", "auto", "go 1.21 // not go 1.99.1\n// toolchain go1.98.2\ntoolchain go1.98.2 // yes"},
	{"local", "local", "go 1.20"},
	{"local, too old", "local", "go 1.99.1"},
	{"local, toolchain line", "local", "go 1.21\ntoolchain go1.98.2"},
	{"local+auto", "local+auto", "go 1.99.1"},
	{"local+path", "local+path", "go 1.99.1"},
	{"path", "path", "go 1.97.3"},
	{"path, not there", "path", "go 1.99.1"},
	{"in PATH", "auto", "go 1.97.3"},
	{"pinned", "go1.98.2", "go 1.20"},
	{"pinned, too old", "HERE", "go 1.99.1"},
	{"pinned to here+auto", "HERE+auto", "go 1.99.1"},
	{"least+auto", "go1.98.2+auto", "go 1.99.1"},
	{"least+auto, enough", "go1.98.2+auto", "go 1.20"},
	{"least+path", "go1.97.3+path", "go 1.20"},
	{"least+path, not there", "go1.98.2+path", "go 1.20"},
	{"pinned in PATH", "go1.97.3", "go 1.20"},
	{"pinned language version", "go1.98", "go 1.20"},
	{"nonsense", "nonsense", "go 1.20"},
	{"nonsense+auto", "nonsense+auto", "go 1.20"},
	{"suffix", "go1.98.2+fast", "go 1.20"},
	{"a way out", "go1.98.2/../x", "go 1.20"},
	{"local+nonsense", "local+nonsense", "go 1.20"},
	{"other compiler", "gccgo-go1.98.2", "go 1.20"},
	{"ends in +", "go1.98.2+", "go 1.20"},
	{"no such release of a company", "HERE-custom+auto", "go 1.20"},
}

// TestSelection holds what Selection says against what go does: in modules and in workspaces, with a proxy and its checksum
// database, with nothing allowed, and with nothing to prove by.
func TestSelection(t *testing.T) {
	for _, world := range []struct {
		name string
		work bool
		make func(*lab)
	}{
		{"proxy", false, func(l *lab) {}},
		{"workspace", true, func(l *lab) {}},
		{"off", false, func(l *lab) { l.set("GOPROXY", "off") }},
		{"no checksum database", true, func(l *lab) { l.set("GOSUMDB", "off") }},
		{"direct only", false, func(l *lab) { l.set("GOPROXY", "off,"+l.GOPROXY) }},
		{"no modules", false, func(l *lab) { l.set("GO111MODULE", "off") }},
	} {
		t.Run(world.name, func(t *testing.T) {
			t.Parallel()
			l := selectionLab(t)
			world.make(l)
			for _, c := range selectionCases {
				l.selects(c.name, c.setting, c.lines, world.work)
			}
		})
	}
}

func selectionLab(t *testing.T) *lab {
	l := newLab(t)
	for _, v := range []string{"go1.98.2", "go1.99.0", "go1.99.1"} {
		must(t, l.Publish(cachetest.ToolchainModule(v, runtime.GOOS, runtime.GOARCH)))
	}
	// What the lab knows of the checksum database is an older tree than that of its proxy.
	must(t, os.RemoveAll(filepath.Join(l.GOPATH, "pkg", "sumdb")))
	must(t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "sumdb")))
	p, err := l.Serve()
	must(t, err)
	t.Cleanup(func() { p.Close() })
	l.set("GOPROXY", l.GOPROXY)
	bin := filepath.Join(l.Home, "bin")
	l.script(filepath.Join(bin, "go1.97.3"), "echo go version go1.97.3 made/up")
	l.set("PATH", filepath.Join(goroot(), "bin")+string(os.PathListSeparator)+bin)
	return l
}

// script writes a program.
func (l *lab) script(file, text string) {
	l.t.Helper()
	l.write(file, "#!/bin/sh\n"+text+"\n")
	must(l.t, os.Chmod(file, 0o755))
}

func (l *lab) selects(name, setting, lines string, work bool) {
	l.t.Helper()
	l.set("GOTOOLCHAIN", strings.ReplaceAll(setting, "HERE", thisGo()))
	l.write("go.mod", "module example.com/p\n\n"+lines+"\n")
	if work {
		l.write("go.mod", "module example.com/p\n\ngo 1.18\n")
		l.write("go.work", lines+"\nuse .\n")
	}
	m := l.look()
	c := Selection(m, m.Projects[0])
	out, err := l.run("go", "list", "-m")
	ver, _ := l.run("go", "version")
	o := c.Here
	if m.Getenv("GO111MODULE") == "off" { // nothing is selected, and nothing listed
		err = nil
	}
	if strings.Contains(out, "updates to go.mod needed") { // toolchain default, which go mod tidy takes away
		err = nil
	}
	switch {
	case strings.HasPrefix(name, "no such") && o.Module != "" && strings.Contains(out, "toolchain not available"): // only a proxy knows
	case o.Error == "" && err != nil, o.Error != "" && (err == nil || !strings.Contains(out, "go: "+o.Error)):
		l.t.Errorf("%s: go says (%v)\n%sand not %q", name, err, out, o.Error)
	case o.Error == "" && !strings.Contains(ver, "go version "+o.Name+" "):
		l.t.Errorf("%s: %q runs, and not %s", name, ver, o.Name)
	}
	l.places(name, &o)
}

// places holds where a toolchain was found against what lies there now that go has run.
func (l *lab) places(name string, o *Outcome) {
	l.t.Helper()
	there := func(path string) bool { _, err := os.Stat(path); return err == nil }
	switch o.From {
	case FromPath, FromModCache:
		if !there(o.Path) {
			l.t.Errorf("%s: %q is not there", name, o.Path)
		}
	case FromNetwork:
		v := strings.TrimPrefix(o.Module, toolchainModule+"@")
		dir := filepath.Join(l.GOMODCACHE, "golang.org", "toolchain@"+v)
		if !there(dir) && !strings.HasPrefix(name, "no such") {
			l.t.Errorf("%s: %s was not downloaded", name, o.Module)
		}
		must(l.t, cachetest.Remove(dir))
		must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "golang.org", "toolchain")))
	}
}

// TestSelectionKept: what was downloaded before is used without a network and unpacked from its zip, if there is a signed
// record of it.
func TestSelectionKept(t *testing.T) {
	l := selectionLab(t)
	mod, err := l.Toolchain("go1.98.2", runtime.GOOS, runtime.GOARCH, cachetest.Released, nil)
	must(t, err)
	must(t, l.InstallSumDB(mod))
	key := cachetest.SumDBKey()
	l.set("GOTOOLCHAIN", "auto")
	l.set("GOPROXY", "off")
	l.write("go.mod", "module example.com/p\n\ngo 1.98.2\n")
	for _, step := range []struct {
		before      func()
		from, sumdb string
		works       bool
	}{
		{func() {}, FromModCache, key, true},
		{func() {}, FromModCache, "off", false},
		{func() { must(t, cachetest.Remove(l.Dir(mod))) }, FromZip, "off", false},
		{func() {}, FromZip, key, true},
		{func() { must(t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "sumdb"))) }, FromModCache, key, false},
		{func() { must(t, cachetest.Remove(l.Dir(mod))); must(t, os.Remove(l.CachePath(mod, "zip"))) }, FromNowhere, key, false},
	} {
		step.before()
		l.set("GOSUMDB", step.sumdb)
		m := l.look()
		c := Selection(m, m.Projects[0])
		out, err := l.run("go", "version")
		works := c.Here.Works() && c.Here.Asks == ""
		if c.Here.From != step.from || works != step.works || (err == nil) != works || !strings.Contains(out, c.Here.Error) {
			t.Errorf("%+v\nwant %s, works %v; go says (%v) %s", c.Here, step.from, step.works, err, out)
		}
	}
}

// TestSelectionDecides: the line that decides is named, and what others get.
func TestSelectionDecides(t *testing.T) {
	l := selectionLab(t)
	l.goenv("# mine", "GOTOOLCHAIN=local")
	l.write("go.mod", "module example.com/p\n\ngo 1.21\n\ntoolchain go1.98.2\n")
	m := l.look()
	c := Selection(m, m.Projects[0])
	file := filepath.Join(l.project, "go.mod")
	got := fmt.Sprint(c.Here.Name == c.Local, c.Here.Decided, c.Here.Ignored, c.Auto.Name, c.Auto.From, c.Auto.Decided, c.Alone.Error)
	want := fmt.Sprint(true, Decision{"GOTOOLCHAIN=local", l.goenvFile(), 2}, Decision{"toolchain go1.98.2", file, 5},
		"go1.98.2", FromNetwork, Decision{"toolchain go1.98.2", file, 5}, "")
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if c := Selection(m, nil); c.Here.Name != c.Local || c.File != "" || c.Here.Ignored != (Decision{}) {
		t.Errorf("outside a project: %+v", c)
	}
}
