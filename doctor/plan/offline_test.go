package plan

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// loads has the real go command load all packages of the project without a network.
func (l *lab) loads() (string, error) {
	cmd := exec.Command("go", "list", "-deps", "-test", "./...")
	cmd.Dir = filepath.Join(l.Projects, "p")
	cmd.Env = append(l.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// After all that policies offer is gone, a project finds all that it needs without a network: what was extracted is
// unpacked again, and .mod files that its graph needs are there. Removing one version more breaks it: the test can see.
func TestNothingNeededGoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    Policies
	}{{"orphans", Policies{Forget: true}}, {"all that is free", Policies{Orphans: true, Sources: true, Leftovers: true}}, {"zips", Policies{Orphans: true, Zips: true}}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			if out, err := l.loads(); err != nil {
				t.Fatalf("before: %v\n%s", err, out)
			}
			in := l.input(nil)
			in.Policies = c.p
			made, err := New(t.Context(), in)
			must(t, err)
			p := Prove(t.Context(), made, in, nil)
			if len(p.Items) < 5 || len(p.Items) != len(made.Items) {
				t.Fatalf("%s\n%+v", items(p), p.Kept)
			}
			for i := range p.Items {
				l.take(p, &p.Items[i])
			}
			if out, err := l.loads(); err != nil {
				t.Fatalf("after: %v\n%s", err, out)
			}
			l.take(p, &Item{Module: l.graph.Path, Version: l.graph.Version, Part: Forget})
			if out, err := l.loads(); err == nil {
				t.Errorf("a .mod file that is needed was removed, and go does not mind:\n%s", out)
			}
		})
	}
}

// take removes an item as its part says.
func (l *lab) take(p *Plan, it *Item) {
	l.t.Helper()
	at, err := it.place(p.ModCache, p.GoCache)
	must(l.t, err)
	base := strings.TrimSuffix(at.zip, ".zip")
	switch it.Part {
	case Zip:
		l.remove(at.zip)
	case Forget:
		must(l.t, os.RemoveAll(base+".mod"))
		must(l.t, os.RemoveAll(base+".info"))
		fallthrough
	case Version:
		l.remove(at.zip)
		l.remove(base + ".ziphash")
		fallthrough
	default:
		l.remove(at.thing)
	}
}
