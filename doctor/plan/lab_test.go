package plan

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// now is the present of the tests: what a test makes is then two days old, and what it gives a time is as old as it
// says.
var now = time.Now().Add(48 * time.Hour)

func ago(days int) time.Time { return now.Add(-time.Duration(days) * day) }

func machine(t testing.TB) *cachetest.Machine {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// mod is a module version with a few kilobytes of sources, downloaded so many days ago.
func mod(path, version string, days int, needs ...string) cachetest.Module {
	gomod := "module " + path + "\n\ngo 1.20\n"
	for _, need := range needs {
		gomod += "\nrequire " + strings.Replace(need, "@", " ", 1) + "\n"
	}
	return cachetest.Module{Path: path, Version: version, GoMod: gomod, Fetched: ago(days), Files: map[string]string{
		"a.go": "package a\n", "data.txt": strings.Repeat(path+version+"\n", 300)}}
}

// A lab is a machine on which one project needs some of the modules.
//
//	example.com/used     v1.0.0 in use, v0.9.0 needed for its go.mod only
//	example.com/Upper    v1.0.0, v1.1.0, v1.2.0 orphans whose hash a go.sum has
//	corp.test/private    v1.0.0 an orphan whose hash nobody has
//	example.com/young    v1.0.0 downloaded a day ago
//	example.com/bare     v1.0.0 an orphan of which only .mod is there
type lab struct {
	*cachetest.Machine
	t                                                           *testing.T
	used, graph, old0, old1, old2, private, young, middle, bare cachetest.Module
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{Machine: machine(t), t: t}
	l.graph = mod("example.com/used", "v0.9.0", 300)
	l.middle = mod("example.com/middle", "v1.0.0", 300, "example.com/used@v0.9.0")
	l.used = mod("example.com/used", "v1.0.0", 200)
	l.old0, l.old1, l.old2 = mod("example.com/Upper", "v1.0.0", 100), mod("example.com/Upper", "v1.1.0", 90), mod("example.com/Upper", "v1.2.0", 20)
	l.private = mod("corp.test/private", "v1.0.0", 100)
	l.young = mod("example.com/young", "v1.0.0", 1)
	l.bare = mod("example.com/bare", "v1.0.0", 100)
	must(t, l.Install(l.graph, l.middle, l.used, l.old0, l.old1, l.old2, l.private, l.young))
	must(t, l.InstallModOnly(l.bare))
	_, err := l.Project("p", "module p.example/p\n\ngo 1.16\n\nrequire (\n\texample.com/middle v1.0.0\n\texample.com/used v1.0.0\n)\n",
		map[string]string{"main.go": "package main\n\nimport (\n\t_ \"example.com/middle\"\n\t_ \"example.com/used\"\n)\n\nfunc main() {}\n"})
	must(t, err)
	// A go.sum file that nobody's build list needs: it knows the hashes, and /go.mod lines would be a need.
	l.database(l.old0, l.old1, l.old2, l.graph)
	return l
}

// database notes the hashes of modules as the records of a checksum database that go keeps in the module cache.
func (l *lab) database(mods ...cachetest.Module) {
	l.t.Helper()
	for _, m := range mods {
		h, err := m.Sum()
		must(l.t, err)
		dir := filepath.Join(l.GOMODCACHE, "cache", "download", "sumdb", "sum.example.test", "lookup")
		file := filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(m.Path, "U", "!u"))+"@"+m.Version)
		l.write(file, fmt.Sprintf("1\n%s %s %s\n%s %s/go.mod h1:x\n", m.Path, m.Version, h, m.Path, m.Version))
	}
}

// input scans the machine and finds out who needs what.
func (l *lab) input(change func(*usage.Input)) Input {
	l.t.Helper()
	return inputOf(l.t, l.Machine, l.Environ(), change)
}

func inputOf(t testing.TB, m *cachetest.Machine, environ []string, change func(*usage.Input)) Input {
	t.Helper()
	environ = append([]string{"PATH=" + m.Tmp}, environ...) // the Go of this machine takes longer to measure than all else
	inv := scan.Run(t.Context(), scan.Options{Environ: environ, Dir: m.Home, Projects: &project.Input{Roots: []string{m.Home}},
		Now: func() time.Time { return now }})
	in := &usage.Input{Inventory: inv, Config: config.Default(), Now: now}
	in.Grace, in.HasGrace = 14*day, true
	if change != nil {
		change(in)
	}
	return Input{Inventory: inv, Usage: usage.Look(t.Context(), in), Now: now}
}

// plan makes a plan by policies.
func (l *lab) plan(p Policies, change func(*Input)) *Plan {
	l.t.Helper()
	in := l.input(nil)
	in.Policies = p
	if change != nil {
		change(&in)
	}
	got, err := New(l.t.Context(), in)
	must(l.t, err)
	return got
}

// items are the labels of a plan with part and tier, sorted.
func items(p *Plan) string {
	var out []string
	for i := range p.Items {
		it := &p.Items[i]
		out = append(out, it.Label()+" "+string(it.Part)+" "+string(it.Tier))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// want compares items with those expected.
func want(t *testing.T, p *Plan, list ...string) {
	t.Helper()
	slices.Sort(list)
	if got := items(p); got != strings.Join(list, "\n") {
		t.Errorf("planned\n%s\nwant\n%s\nkept %+v", got, strings.Join(list, "\n"), p.Kept)
	}
	for i := range p.Items {
		if it := &p.Items[i]; it.Path == "" || it.Rule == "" || it.Why == "" || it.check() != nil || it.Bytes <= 0 || it.Disk < 0 {
			t.Errorf("%+v: %v", it, it.check())
		}
	}
}

// kept is how many things stay for a reason.
func kept(p *Plan, reason string) int {
	for _, k := range p.Kept {
		if k.Reason == reason {
			return k.Items
		}
	}
	return 0
}

func wantKept(t *testing.T, p *Plan, reason string, n int) {
	t.Helper()
	if got := kept(p, reason); got != n {
		t.Errorf("%d kept as %q, want %d: %+v", got, reason, n, p.Kept)
	}
}

func (l *lab) write(file, text string) { write(l.t, file, text) }

func write(t testing.TB, file, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(file), 0o777))
	must(t, cachetest.Overwrite(file, text))
}

// remove removes a tree as go leaves it, without permission to write.
func (l *lab) remove(name string) {
	l.t.Helper()
	must(l.t, cachetest.Remove(name))
}

// edit changes a file of an extracted directory, and puts the time of the directory back.
func (l *lab) edit(m cachetest.Module) {
	l.t.Helper()
	must(l.t, l.Edit(m, "a.go", ago(50), func(s string) string { return s + "// changed\n" }))
}

// sdk makes a toolchain in ~/sdk.
func (l *lab) sdk(version string, marker bool) string {
	l.t.Helper()
	root := filepath.Join(l.Home, "sdk", version)
	l.write(filepath.Join(root, "VERSION"), version+"\n")
	l.write(filepath.Join(root, "src", "runtime", "proc.go"), "package runtime\n")
	l.write(filepath.Join(root, "pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH, "compile"), "x")
	l.write(filepath.Join(root, "bin", "go"), "x")
	if marker {
		l.write(filepath.Join(root, ".unpacked-success"), "")
	}
	return root
}

// digest sums up all below a directory: names, kinds, modes, times and content.
func digest(t testing.TB, root string) string {
	t.Helper()
	h := sha256.New()
	must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %v %d %v\n", path, fi.Mode(), fi.Size(), fi.ModTime().UnixNano())
		if fi.Mode().IsRegular() {
			data, err := regular.ReadFile(path, 1<<30) // a time of access would make a version young
			if err != nil {
				return err
			}
			h.Write(data)
		}
		return nil
	}))
	return fmt.Sprintf("%x", h.Sum(nil))
}
