package bundle

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
)

// TestHeads has machines that have seen older tree heads read a bundle: those that were named when it was made are led on
// by it, another one is not, and the go command sees it the same way.
func TestHeads(t *testing.T) {
	l := newLab(t)
	latest := func(gopath string) string {
		return filepath.Join(gopath, "pkg", "sumdb", cachetest.SumDBName, "latest")
	}
	// A receiver that looked up gamma v1.0.0 when the database was small, and another one a little later.
	receive := func(name string, m cachetest.Module) (gopath string) {
		gopath = filepath.Join(l.m.Root, name)
		out, err := l.run(l.app, l.environ("GOPATH="+gopath, "GOMODCACHE="+filepath.Join(gopath, "mod"), "GOFLAGS=-modcacherw", "GONOSUMCHECK=1"), "mod", "download", "-x", m.ID().String())
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		check(t, os.RemoveAll(filepath.Join(gopath, "mod")))
		return gopath
	}
	old, told := receive("old", gamma0), receive("told", delta)
	in := l.making("bundle")
	in.Toolchains = []module.Version{id(tool)}
	head, err := os.ReadFile(latest(told))
	check(t, err)
	in.Older = [][]byte{head}
	made, err := Make(t.Context(), in)
	check(t, err)
	if made.Head < 4 {
		t.Fatalf("the pinned head has %d records", made.Head)
	}
	b, err := Open(in.Target)
	check(t, err)
	defer b.Close()
	for gopath, linked := range map[string]bool{told: true, filepath.Join(l.m.Root, "new"): true, old: false} {
		db, err := sumdb.Open(sumdb.Settings{GOSUMDB: cachetest.SumDBKey()}, "", gopath, nil, sumdb.Options{Files: b.SumFile})
		check(t, err)
		r, err := b.Check(t.Context(), Witness{DB: db, Key: db.Key()}, nil)
		check(t, err)
		if !r.OK() {
			t.Fatalf("%s: %v", gopath, r.First())
		}
		for i := range r.Modules {
			if m := &r.Modules[i]; m.Proof != ByRecord || m.Linked != linked {
				t.Errorf("%s: %s: proof %q, linked %v", gopath, m.ID(), m.Proof, m.Linked)
			}
		}
		out, err := l.run(t.TempDir(), l.environ("GOPATH="+gopath, "GOMODCACHE="+filepath.Join(gopath, "mod"), "GOFLAGS=-modcacherw", "GOPROXY="+gocmd.FileURL(in.Target)),
			"mod", "download", id(beta).String(), id(tool).String())
		if (err == nil) != linked {
			t.Errorf("%s: %v, and the head is linked: %v\n%s", gopath, err, linked, out)
		}
	}
}
