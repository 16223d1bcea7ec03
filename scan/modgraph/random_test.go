package modgraph_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/modgraph"
)

// universes is how many are tried. They come out the same every time; more of them are other ones.
var universes = flag.Int("universes", 30, "how many made-up worlds TestRandom tries")

// TestRandom asks the go command and the graph about made-up worlds of modules, and wants one answer.
//
// Where go refuses go.mod because its requirements contradict each other, it is let mend the file, and both
// count: what was computed from the file as it was has to be what go made of it, and so has what is
// computed from the mended one.
func TestRandom(t *testing.T) {
	var refused, mended, asIs atomic.Int32
	t.Run("seed", func(t *testing.T) {
		for seed := range uint64(*universes) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				switch newUniverse(seed).check(t) {
				case "refused":
					refused.Add(1)
				case "mended":
					mended.Add(1)
				default:
					asIs.Add(1)
				}
			})
		}
	})
	t.Logf("%d as they are, %d mended, %d refused by go", asIs.Load(), mended.Load(), refused.Load())
	if 5*int(refused.Load()) > *universes || 4*int(asIs.Load()) < *universes {
		t.Errorf("too few worlds that go accepts: the rest proves little")
	}
}

// TestTold asks about worlds in which something happens that is rare in TestRandom.
func TestTold(t *testing.T) {
	told := map[string]string{
		// Where go.work replaces another version of the path, go lets members contradict each other.
		"contradicting members": `
-- go.work --
go 1.21
use (
	./a
	./b
)
replace ex.test/x v1.5.0 => ex.test/x v1.0.0
-- a/go.mod --
module ex.test/a
go 1.21
require ex.test/x v1.0.0
replace ex.test/x => ../x1
-- b/go.mod --
module ex.test/b
go 1.21
replace ex.test/x => ../x2
-- x1/go.mod --
module ex.test/x
require ex.test/y v1.1.0
-- x2/go.mod --
module ex.test/x
require ex.test/y v1.2.0
-- ex.test/y@v1.1.0 --
module ex.test/y
-- ex.test/y@v1.2.0 --
module ex.test/y
`,
		// What is excluded is not there, so x is not above it: what is below y stays out.
		"excluded requirement of a member": `
-- go.work --
go 1.21
use (
	./a
	./b
)
-- a/go.mod --
module ex.test/a
go 1.21
require ex.test/x v1.0.0
-- b/go.mod --
module ex.test/b
go 1.21
require ex.test/x v1.1.0
exclude ex.test/x v1.0.0
-- ex.test/x@v1.1.0 --
module ex.test/x
go 1.21
require ex.test/y v1.1.0
-- ex.test/y@v1.1.0 --
module ex.test/y
go 1.21
require ex.test/z v1.0.0
-- ex.test/z@v1.0.0 --
module ex.test/z
`,
		// A pruned file names a path twice: the lower version is not even read.
		"a path twice": `
-- go.mod --
module ex.test/main
go 1.21
require ex.test/x v1.1.0
require ex.test/x v1.0.0
-- ex.test/x@v1.0.0 --
module ex.test/x
require ex.test/y v1.0.0
-- ex.test/x@v1.1.0 --
module ex.test/x
-- ex.test/y@v1.0.0 --
module ex.test/y
`,
		"a release candidate is no release": `
-- go.mod --
module ex.test/main
go 1.17rc1
require ex.test/x v1.0.0
-- ex.test/x@v1.0.0 --
module ex.test/x
go 1.17
require ex.test/y v1.0.0
-- ex.test/y@v1.0.0 --
module ex.test/y
go 1.17
require ex.test/z v1.0.0
-- ex.test/z@v1.0.0 --
module ex.test/z
`,
	}
	for name, text := range told {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if newTold(t, text).check(t) == "refused" {
				t.Error("go refuses this world")
			}
		})
	}
}

// newTold takes a world from a txtar archive: files of the project, and go.mod files of module versions.
func newTold(t *testing.T, text string) *universe {
	t.Helper()
	u := &universe{mods: make(map[module.Version]string), files: make(map[string]string), mains: []string{"."}}
	for _, f := range txtar.Parse([]byte(text)).Files {
		if path, version, versioned := strings.Cut(f.Name, "@"); versioned {
			u.mods[module.Version{Path: path, Version: version}] = string(f.Data)
		} else {
			u.files[f.Name] = string(f.Data)
		}
	}
	if text, ok := u.files["go.work"]; ok {
		u.work, u.mains = true, nil
		f, err := modfile.ParseWork("go.work", []byte(text), nil)
		must(t, err)
		for _, use := range f.Use {
			u.mains = append(u.mains, use.Path)
		}
	}
	return u
}

// check compares the answers, and says how they came about: as it is, mended or refused.
func (u *universe) check(t *testing.T) string {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	g := &goCommand{t: t, m: m, dir: filepath.Join(m.Projects, "p")}
	u.write(t, g.dir, m.ProxyDir)
	if u.work {
		return g.workspace(u)
	}

	list, errText := g.run("list", "-mod=readonly", "-m", "-f", listFormat, "all")
	before := g.load(g.input(u))
	if errText == "" {
		graph, errText := g.run("mod", "graph")
		if errText != "" {
			t.Fatalf("go mod graph: %s", errText)
		}
		// A requirement on the main module itself is as it was to go list, and gone to go mod graph.
		g.compare(u, "as it is", before, list, graph, !u.requiresItself())
		return "as it is"
	}
	if !strings.Contains(errText, "updates to go.mod needed") {
		t.Logf("go refuses: %s", errText)
		return "refused"
	}
	list, errText = g.run("list", "-mod=mod", "-m", "-f", listFormat, "all")
	if errText != "" {
		t.Logf("go refuses: %s", errText)
		return "refused"
	}
	graph, errText := g.run("mod", "graph")
	if errText != "" {
		t.Fatalf("go mod graph: %s", errText)
	}
	after := g.load(g.input(u))
	g.same(u, "as it was mended", after, list, graph)
	if g.before[0].Go != "" { // go adds a go line where there is none, and what it means
		before = g.load(g.input(u, g.before...))
		g.covers(u, "before it was mended", before, list, graph)
	}
	return "mended"
}

func (g *goCommand) workspace(u *universe) string {
	list, errText := g.run("list", "-m", "-f", listFormat, "all")
	if errText != "" {
		g.t.Logf("go refuses: %s", errText)
		return "refused"
	}
	graph, errText := g.run("mod", "graph")
	if errText != "" {
		g.t.Fatalf("go mod graph: %s", errText)
	}
	g.same(u, "workspace", g.load(g.input(u)), list, graph)
	return "as it is"
}

// listFormat prints the path of a main module alone, and what replaces a module by its directory where it
// is one: a relative path is printed as seen from there or from here.
const listFormat = `{{if not .Main}}{{.Path}} {{.Version}}{{with .Replace}} => {{if .Version}}{{.Path}} {{.Version}}{{else}}{{.Dir}}{{end}}{{end}}{{end}}`

// A goCommand runs the go command in a project on a machine of its own.
type goCommand struct {
	t      *testing.T
	m      *cachetest.Machine
	dir    string
	before []modgraph.Main
}

func (g *goCommand) run(args ...string) (out, errText string) {
	g.t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = g.dir
	cmd.Env = append(g.m.Environ(), "GOMAXPROCS=2")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Sprintf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return stdout.String(), ""
}

// input reads the project. Main modules that are given stand in for those that are there.
func (g *goCommand) input(u *universe, mains ...modgraph.Main) *modgraph.Input {
	g.t.Helper()
	in := &modgraph.Input{Workspace: u.work, Mains: mains}
	for _, dir := range u.mains {
		if len(mains) > 0 {
			break
		}
		dir = filepath.Join(g.dir, filepath.FromSlash(dir))
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		must(g.t, err)
		f, err := modfile.Parse("go.mod", data, nil)
		must(g.t, err)
		in.Mains = append(in.Mains, modgraph.MainOf(dir, f))
	}
	if g.before == nil {
		g.before = in.Mains
	}
	if !u.work {
		return in
	}
	in.WorkDir = g.dir
	data, err := os.ReadFile(filepath.Join(g.dir, "go.work"))
	must(g.t, err)
	f, err := modfile.ParseWork("go.work", data, nil)
	must(g.t, err)
	for _, r := range f.Replace {
		in.Replace = append(in.Replace, modgraph.Replace{Old: r.Old, New: r.New})
	}
	return in
}

func (g *goCommand) load(in *modgraph.Input) *modgraph.Graph {
	return modgraph.NewCache(g.m.GOMODCACHE).Load(in)
}

// same wants the graph to be what go said, no more and no less.
func (g *goCommand) same(u *universe, what string, graph *modgraph.Graph, list, vertices string) {
	g.t.Helper()
	g.compare(u, what, graph, list, vertices, true)
}

// covers wants the build list to be what go said, and all vertices to be in the graph.
func (g *goCommand) covers(u *universe, what string, graph *modgraph.Graph, list, vertices string) {
	g.t.Helper()
	g.compare(u, what, graph, list, vertices, false)
}

func (g *goCommand) compare(u *universe, what string, graph *modgraph.Graph, list, vertices string, exactly bool) {
	g.t.Helper()
	var got []string
	for _, s := range graph.Selected {
		got = append(got, selectedLine(s))
	}
	var want []string
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if from, to, _ := strings.Cut(line, " => "); from == to {
			line = from
		}
		if line != "" {
			want = append(want, line)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	bad := g.diff(what+": build list", got, want, true)
	got = nil
	for _, v := range graph.Vertices {
		got = append(got, v.String())
	}
	bad = g.diff(what+": graph", got, vertexLines(vertices), exactly) || bad
	for _, m := range graph.Missing {
		g.t.Errorf("%s: missing %v: %v", what, m.Version, m.Err)
		bad = true
	}
	if bad {
		for name, text := range u.files {
			g.t.Logf("-- %s --\n%s", name, text)
		}
	}
}

// diff complains of lines that only one side has.
func (g *goCommand) diff(what string, got, want []string, exactly bool) (bad bool) {
	g.t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			g.t.Errorf("%s: lacks %s", what, line)
			bad = true
		}
	}
	for _, line := range got {
		if exactly && !slices.Contains(want, line) {
			g.t.Errorf("%s: has %s", what, line)
			bad = true
		}
	}
	return bad
}

func selectedLine(s modgraph.Selected) string {
	switch {
	case s.Actual == s.Version: // or replaced by itself
		return s.Path + " " + s.Version.Version
	case s.Actual.Version == "":
		return fmt.Sprintf("%s %s => %s", s.Path, s.Version.Version, s.Actual.Path)
	}
	return fmt.Sprintf("%s %s => %s %s", s.Path, s.Version.Version, s.Actual.Path, s.Actual.Version)
}

// vertexLines gives the module versions that go mod graph names. Main modules have no version there, go and
// toolchain are no modules.
func vertexLines(graph string) []string {
	var out []string
	for _, word := range strings.Fields(graph) {
		path, _, versioned := strings.Cut(word, "@")
		if versioned && path != "go" && path != "toolchain" {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
