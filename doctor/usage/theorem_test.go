package usage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/scan/modcache"
)

// universe are the modules of the theorem: versions that look alike, capitals, old modules without pruning, versions
// that are named on the way to others.
func universe() []cachetest.Module {
	return []cachetest.Module{
		library("example.com/leaf", "v1.1.0", "1.20"),
		library("example.com/leaf", "v1.1.1", "1.20"),
		library("example.com/leaf", "v1.1.1-rc1", "1.20"),
		library("example.com/leaf", "v1.1.10", "1.20"),
		library("example.com/mid", "v1.0.0", "1.20", "example.com/leaf@v1.1.0"),
		library("example.com/mid", "v1.1.0", "1.20", "example.com/leaf@v1.1.0"),
		library("example.com/mid", "v1.2.0", "1.20", "example.com/leaf@v1.1.1"),
		library("example.com/Upper/Case", "v0.1.0", "1.20", "example.com/mid@v1.1.0", "!example.com/leaf@v1.0.5"),
		library("example.com/leaf", "v1.0.5", "1.20"),
		library("example.com/proof", "v1.0.0", "1.20"),
		library("example.com/Upper/Case", "v0.2.0-RC1", "1.20", "example.com/mid@v1.0.0"),
		library("example.com/old", "v1.0.0", "", "example.com/leaf@v1.1.0", "!example.com/side@v1.0.0"),
		library("example.com/side", "v1.0.0", "1.15", "!example.com/far@v1.0.0"),
		library("example.com/side", "v1.1.0", "1.20"),
		library("example.com/far", "v1.0.0", "1.15"),
		library("example.com/big", "v2.0.0+incompatible", ""),
		library("example.com/big/v3", "v3.0.0", "1.20"),
		library("example.com/pseudo", "v0.0.0-20240102030405-abcdefabcdef", "1.20"),
		library("example.com/tool", "v1.0.0", "1.20", "example.com/leaf@v1.1.1"),
		library("example.com/fork", "v1.0.0", "1.20"),
		library("example.com/unused", "v1.0.0", "1.20"),
		library("example.com/unused", "v2.0.0+incompatible", ""),
	}
}

// theoremProjects are projects of all shapes.
func theoremProjects(t *testing.T, m *cachetest.Machine) []string {
	t.Helper()
	make := func(name, gomod string, files map[string]string) string {
		files["go.sum"] = ""
		dir, err := m.Project(name, gomod, files)
		must(t, err)
		return dir
	}
	app := make("app", "module corp.example/app\n\ngo 1.24\n\nrequire (\n\texample.com/Upper/Case v0.1.0\n\texample.com/mid v1.2.0\n\texample.com/proof v1.0.0\n)\n",
		program("example.com/Upper/Case", "example.com/mid"))
	write(t, filepath.Join(app, "app_test.go"), "package main\n\nimport proof \"example.com/proof\"\n\nvar _ = proof.Name\n")
	old := make("old", "module corp.example/old\n\ngo 1.16\n\nrequire (\n\texample.com/old v1.0.0\n\texample.com/side v1.1.0\n\texample.com/big v2.0.0+incompatible\n)\n",
		program("example.com/old", "example.com/big", "example.com/side"))
	replaced := make("replaced", "module corp.example/replaced\n\ngo 1.24\n\nrequire (\n\texample.com/leaf v1.1.0\n\texample.com/pseudo v0.0.0-20240102030405-abcdefabcdef\n\tcorp.example/local v0.0.0\n)\n\n"+
		"replace (\n\texample.com/leaf => example.com/fork v1.0.0\n\tcorp.example/local => ./local\n)\n",
		program("example.com/leaf", "example.com/pseudo", "corp.example/local"))
	write(t, filepath.Join(replaced, "local", "go.mod"), "module corp.example/local\n\ngo 1.24\n\nrequire example.com/big/v3 v3.0.0\n")
	write(t, filepath.Join(replaced, "local", "l.go"), "package local\n\nimport big \"example.com/big/v3\"\n\nfunc Name() string { return big.Name() }\n")
	tools := make("tools", "module corp.example/tools\n\ngo 1.24\n\ntool example.com/tool\n\nrequire example.com/tool v1.0.0\n",
		map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	one := make("ws/one", "module corp.example/one\n\ngo 1.24\n\nrequire example.com/mid v1.0.0\n", program("example.com/mid"))
	two := make("ws/two", "module corp.example/two\n\ngo 1.24\n\nrequire example.com/leaf v1.1.10\n", program("example.com/leaf"))
	for _, dir := range []string{app, old, replaced, tools, one, two} {
		fill(t, m, dir)
	}
	write(t, filepath.Join(m.Projects, "ws", "go.work"), "go 1.24\n\nuse (\n\t./one\n\t./two\n)\n")
	for _, dir := range []string{one, two} {
		for _, args := range compiling {
			if out, err := runGo(t, m, dir, nil, args...); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
	}
	vendored := make("vendored", "module corp.example/vendored\n\ngo 1.24\n\nrequire example.com/leaf v1.1.1-rc1\n", program("example.com/leaf"))
	fill(t, m, vendored)
	if out, err := runGo(t, m, vendored, nil, "mod", "vendor"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return []string{app, old, replaced, tools, one, two, vendored}
}

// The safety theorem: what is called an orphan, and sources and zip of what is called graph-only, can go, and every
// project still builds without a network.
func TestTheorem(t *testing.T) {
	m := machine(t)
	must(t, m.Publish(universe()...))
	projects := theoremProjects(t, m)
	// What is in no project, and what only graphs name, with zip and sources.
	must(t, m.Install(universe()...))
	r := lookAt(t, m, nil)
	if r.Unsure {
		t.Fatalf("there are doubts: %+v", r.Doubts)
	}
	for _, p := range r.Projects {
		if local := filepath.Base(p.Dir) == "local"; local == p.Offline { // it has no go.sum of its own
			t.Errorf("%s: works offline: %v %q", p.File, p.Offline, p.Because)
		}
	}
	states := make(map[State]int)
	for i := range r.Versions {
		states[r.Versions[i].State]++
		removeUnneeded(t, m, &r.in.versions()[i], r.Versions[i].State)
	}
	if states[Orphan] < 3 || states[GraphOnly] < 3 || states[InUse] < 8 || states[Listed] < 1 {
		t.Errorf("states %v: the test has lost its point", states)
	}
	for _, dir := range projects {
		if err := works(t, m, dir); err != nil {
			t.Error(err)
		}
	}
}

// removeUnneeded takes away by renames what a state lets go.
func removeUnneeded(t *testing.T, m *cachetest.Machine, v *modcache.Version, s State) {
	t.Helper()
	if s != Orphan && s != GraphOnly {
		return
	}
	names := []string{v.Dir, v.Zip, strings.TrimSuffix(v.Zip, ".zip") + ".ziphash"}
	if s == Orphan {
		names = append(names, strings.TrimSuffix(v.Zip, ".zip")+".mod", strings.TrimSuffix(v.Zip, ".zip")+".info")
	}
	for _, name := range names {
		if err := os.Rename(name, name+".gone"); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

// Versions that look alike are told apart.
func TestAlike(t *testing.T) {
	m := machine(t)
	must(t, m.Install(universe()...))
	sum := m.GoSum(library("example.com/leaf", "v1.1.1", "1.20"))
	_, err := m.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire example.com/leaf v1.1.1\n",
		map[string]string{"go.sum": sum, "p.go": "package p\n"})
	must(t, err)
	r := lookAt(t, m, nil)
	for version, want := range map[string]State{"v1.1.1": InUse, "v1.1.10": Orphan, "v1.1.1-rc1": Orphan, "v1.1.0": Orphan} {
		if got := stateOf(r, "example.com/leaf", version); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}
