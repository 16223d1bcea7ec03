package remedy

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// leftoverItem makes an item of what lies below the module cache.
func leftoverItem(t testing.TB, m *cachetest.Machine, file string) plan.Item {
	t.Helper()
	rel, err := filepath.Rel(m.GOMODCACHE, file)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Item{Part: plan.Leftover, Name: filepath.ToSlash(rel), Dir: stampOf(t, file)}
}

// What crashed go commands leave goes, of every kind, and nothing of the version.
func TestLeftovers(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	a.Fetched = long
	files, err := m.Leftovers(a)
	if err != nil {
		t.Fatal(err)
	}
	r := remover(t, m, Options{})
	before := states(t, m, "example.com/a", "v1.0.0")
	for _, file := range files {
		wantDone(t, one(t, r, leftoverItem(t, m, file)), file)
	}
	if now := states(t, m, "example.com/a", "v1.0.0"); now != before {
		t.Errorf("%v, was %v", now, before)
	}
	// What is young may still be written.
	a.Fetched = time.Now()
	if files, err = m.Leftovers(a); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.Contains(filepath.Base(file), ".zip") { // that is written under the lock: see TestYoungZip
			wantLeft(t, one(t, r, leftoverItem(t, m, file)), plan.Skipped, "within a day", file)
		}
	}
	// What a process works on is locked.
	in, err := openFolder(filepath.Dir(m.CachePath(a, "lock")), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	lock, err := in.lock("v1.0.0.lock")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	for _, file := range files {
		if filepath.Base(file)[:4] != "list" {
			wantLeft(t, one(t, r, leftoverItem(t, m, aged(t, file))), plan.Skipped, "lock", file)
		}
	}
}

// A zip that go was downloading goes however young it is, if nobody has the lock: verify tells of it, and repair is to come to its end.
func TestYoungZip(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	file := write(t, m.CachePath(a, "zip")+"123.tmp", "half")
	before := states(t, m, a.Path, a.Version)
	wantDone(t, one(t, remover(t, m, Options{}), leftoverItem(t, m, file)), file)
	if now := states(t, m, a.Path, a.Version); now != before {
		t.Errorf("%v, was %v", now, before)
	}
}

// A half-unpacked directory goes before the mark that says so, and the zip stays.
func TestPartial(t *testing.T) {
	m := madeIn(t, quick(t))
	p := mod("example.com/p", "v1.0.0")
	if err := m.PartialDownload(p); err != nil {
		t.Fatal(err)
	}
	var order []string
	r := remover(t, m, Options{Before: func(op, path string) error {
		if op == "rename" || op == "remove" || op == "sync" {
			order = append(order, op+" "+filepath.Base(path))
		}
		return nil
	}})
	wantDone(t, one(t, r, leftoverItem(t, m, m.CachePath(p, "partial"))), m.CachePath(p, "partial"), m.Dir(p))
	if len(order) < 3 || order[0] != "rename p@v1.0.0" || order[1] != "sync example.com" || order[2] != "remove v1.0.0.partial" {
		t.Errorf("%q", order)
	}
	if !exists(t, m.CachePath(p, "zip")) || !exists(t, m.CachePath(p, "ziphash")) || !exists(t, m.CachePath(p, "lock")) {
		t.Error("more went than what was half there")
	}
	// The mark alone.
	mark := write(t, m.CachePath(mod("example.com/a", "v1.9.0"), "partial"), "")
	wantDone(t, one(t, r, leftoverItem(t, m, mark)), mark)
}

// Names that are none of a leftover are not followed, least of all what waits for undo.
func TestLeftoverNames(t *testing.T) {
	m := madeIn(t, quick(t))
	r := remover(t, m, Options{})
	at := "cache/download/example.com/a/@v/"
	for _, name := range []string{
		"example.com/a@v1.0.0", at + "v1.0.0.zip", at + "v1.0.0.lock", at + "v1.0.0.mod", at + "list", "cache/download", "cache",
		"example.com/a@v1.0.0.godoctor-keep-1-1", at + "v1.0.0.zip.godoctor-keep-1-1", "example.com/a@v1.0.0.tmp-godoctor-keep-1-1", at + "v1.0.0.zip.godoctor-keep-1-1.tmp", "../mod/x@v1.0.0.tmp-1",
		"example.com/a@v1.0.0.tmp-", "example.com/a@v1.0.0.tmp-1/..", "example.com/a@v1.0.tmp-1", "example.com/A@v1.0.0.tmp-1",
		at + "v1.0.0.zip123.tmp.bak", at + "../v1.0.0.partial", at + "notes.tmp", at + "v1.0.0.txt1.tmp", "a.tmp-1", "",
		at + "list.tmp", "cache/download/../download/example.com/a/@v/v1.0.0.partial", "@v1.0.0.tmp-1", "/etc/x@v1.0.0.tmp-1",
	} {
		if _, ok := scrapOf(name); ok {
			t.Errorf("%q is taken for a leftover", name)
		}
		wantLeft(t, one(t, r, plan.Item{Part: plan.Leftover, Name: name}), plan.Failed, errNotNamed.Error())
	}
	for name, want := range map[string]module.Version{
		"github.com/!big/!b@v0.1.0-!r!c1.tmp-1":                      {Path: "github.com/Big/B", Version: "v0.1.0-RC1"},
		"cache/download/github.com/!big/!b/@v/v0.1.0-!r!c1.zip1.tmp": {Path: "github.com/Big/B", Version: "v0.1.0-RC1"},
		at + "v2.0.0+incompatible.partial":                           {Path: "example.com/a", Version: "v2.0.0+incompatible"},
		at + "list12.tmp":                                            {},
		at + "v1.0.0.zip.godoctor-1-1.tmp":                           {Path: "example.com/a", Version: "v1.0.0"},
	} {
		if s, ok := scrapOf(name); !ok || s.of != want {
			t.Errorf("%q: %+v, %v", name, s, ok)
		}
	}
}

// Where the zip was renamed away and the directory was not, it comes back; where the directory was, both go.
func TestOwnLeftovers(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	zip, dir := m.CachePath(a, "zip"), m.Dir(a)
	r := remover(t, m, Options{})
	before := states(t, m, a.Path, a.Version)
	hidden := zip + ".godoctor-1-1.tmp"
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(zip, hidden)
	wantLeft(t, one(t, r, leftoverItem(t, m, hidden)), plan.Skipped, "put back", zip)
	if now := states(t, m, a.Path, a.Version); now != before {
		t.Errorf("%v, was %v", now, before)
	}
	move(zip, hidden)
	move(m.CachePath(a, "ziphash"), m.CachePath(a, "ziphash")+".godoctor-1-2.tmp")
	move(dir, dir+".tmp-godoctor-1-3")
	run := apply(r, leftoverItem(t, m, hidden), leftoverItem(t, m, dir+".tmp-godoctor-1-3"))
	if run.Failed > 0 || run.Done != 1 || run.Freed == 0 || exists(t, hidden) || exists(t, dir+".tmp-godoctor-1-3") {
		t.Errorf("%+v", run.Outcomes)
	}
	r.Sweep(context.Background(), []module.Version{a.ID()}, func(m module.Version, _ int64, err error) { t.Error(m, err) })
}

// Whatever name a plan gives, what is taken for a leftover lies in the cache, and is no part of a version.
func FuzzScrap(f *testing.F) {
	for _, s := range []string{"example.com/a@v1.0.0.tmp-1", "cache/download/example.com/a/@v/v1.0.0.partial",
		"cache/download/example.com/a/@v/v1.0.0.zip12.tmp", "cache/download/example.com/a/@v/list1.tmp",
		"cache/download/example.com/a/@v/v1.0.0.ziphash.godoctor-1-1.tmp", "github.com/!b/a@v1.0.0-!r!c.tmp-godoctor-1-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s, ok := scrapOf(name)
		if !ok {
			return
		}
		if !filepath.IsLocal(name) || path.Clean(name) != name || strings.Contains(name, "-keep-") {
			t.Errorf("%q is taken for a leftover", name)
		}
		for _, part := range []string{s.names.Dir, s.names.Zip, s.names.Ziphash, s.names.Mod, s.names.Info, s.names.Lock} {
			if name == part {
				t.Errorf("%q is a part of %s", name, s.of)
			}
		}
		below := strings.HasPrefix(name, "cache/download/") && (s.of.Path == "" || path.Dir(name) == path.Dir(s.names.Zip))
		if s.dir != strings.HasPrefix(name, s.names.Dir+".tmp-") || !s.dir && !below {
			t.Errorf("%q does not belong to %s", name, s.of)
		}
	})
}
