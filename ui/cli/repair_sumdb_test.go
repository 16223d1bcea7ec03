package cli

import (
	"os"
	"path/filepath"
	"testing"

	"godoctor/scan/cachetest"
)

// What a project lacks is compared with the checksum database before go sees it, though go.sum has it, and without go.sum too; a
// module cache is not needed for that. Offline nobody is asked.
func TestRepairAsksDatabase(t *testing.T) {
	for _, name := range []string{"go.sum", "no go.sum", "no module cache"} {
		t.Run(name, func(t *testing.T) {
			l := newRepairLab(t)
			l.more = []string{"GOFLAGS=-mod=mod"}
			code := ExitOK
			if name == "no go.sum" {
				l.must(os.Remove(l.sums))
				code = ExitPartly // go has to add it
			}
			l.noCache()
			if name != "no module cache" {
				l.must(os.MkdirAll(filepath.Join(l.m.GOMODCACHE, "cache", "download"), 0o777))
			}
			l.run(ExitOK, "repair", "--project", filepath.Dir(l.sums), "--offline", "-n") // nothing can be done
			if n := len(l.proxy.Requests()); n > 0 {
				t.Errorf("offline %d things were asked for", n)
			}
			d := l.repair(code, "--project", filepath.Dir(l.sums), "--yes")
			if len(d.Repair.Steps) != 1 || d.Repair.Steps[0].HashSource != "the checksum database" {
				t.Errorf("%+v", d.Repair.Steps)
			}
			if l.proxy.Count("/sumdb/"+cachetest.SumDBName+"/lookup/"+l.mod.Path+"@"+l.mod.Version) == 0 {
				t.Error("the checksum database was not asked")
			}
			if !isThere(l.m.Dir(l.mod)) {
				t.Error("it was not installed")
			}
		})
	}
}

// A checksum database that lies is told of, and is no witness: go.sum is.
func TestRepairDatabaseLies(t *testing.T) {
	l := newRepairLab(t)
	l.noCache()
	l.must(os.MkdirAll(filepath.Join(l.m.GOMODCACHE, "cache", "download"), 0o777))
	l.more = []string{"GOSUMDB=sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"} // another key
	d := l.repair(ExitPartly, "--project", filepath.Dir(l.sums), "--yes")
	if len(d.Repair.Steps) != 1 || d.Repair.Steps[0].HashSource != "go.sum" {
		t.Errorf("%+v", d.Repair.Steps)
	}
	if len(d.Repair.Left) != 1 || d.Repair.Left[0].Check != "sumdb-untrusted" {
		t.Errorf("left: %+v", d.Repair.Left)
	}
	if !isThere(l.m.Dir(l.mod)) {
		t.Error("it was not installed")
	}
}

// noCache removes the module cache.
func (l *repairLab) noCache() {
	l.t.Helper()
	l.must(cachetest.Remove(l.m.GOMODCACHE))
}
