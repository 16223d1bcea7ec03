package verify

import (
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
)

// A cache that the real go command has filled, checksum database and all, is healthy: by the records that go left every
// version is known, without a network. One bit is found; go's own directory, unpacked again, is healthy.
func TestRealCache(t *testing.T) {
	l := newLab(t)
	l.gocache = t.TempDir()
	for _, m := range []cachetest.Module{l.mod, l.other} {
		l.remove(l.Dir(m))
		l.remove(filepath.Dir(l.CachePath(m, "zip")))
	}
	p, err := l.Serve()
	must(t, err)
	defer p.Close()
	cmd := exec.Command("go", "mod", "download", "all")
	cmd.Dir, cmd.Env = l.project, append(l.Environ(), "GOSUMDB="+cachetest.SumDBKey())
	l.editSum(func(string) string { return "" }) // so that go asks the database
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p.Forget()
	db := openNotary(t, l.Machine, sumdb.Options{})
	for _, r := range db.LookupAll(t.Context(), []module.Version{l.mod.ID(), l.other.ID()}, nil) {
		must(t, r.Err)
	}
	if list := l.examine(db); len(list) > 0 {
		t.Fatalf("%+v", list)
	}
	l.flip(filepath.Join(l.file("dir"), "sick.go"), 5)
	if list := l.examine(db); len(list) != 1 || list[0].Check != "sources-modified" {
		t.Fatalf("%+v", list)
	}
	l.remove(l.file("dir"))
	must(t, l.goCommand(false, "build", "-trimpath", "./..."))
	if list := l.examine(db); len(list) > 0 {
		t.Errorf("%+v", list)
	}
	if n := len(p.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}
