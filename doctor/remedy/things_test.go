package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// long is a time that lies far enough back for whatever is removed by its age.
var long = time.Now().Add(-30 * 24 * time.Hour).Truncate(time.Second)

// stampOf is the stamp of a path, as the constructor of plans takes it.
func stampOf(t testing.TB, name string) plan.Stamp {
	t.Helper()
	fi, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	return plan.StampOf(fi)
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func aged(t testing.TB, name string) string {
	t.Helper()
	if err := os.Chtimes(name, long, long); err != nil {
		t.Fatal(err)
	}
	return name
}

// both opens both caches of a machine.
func both(t testing.TB, m *cachetest.Machine, opt Options) *Remover {
	t.Helper()
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	opt.GoCache = m.GOCACHE
	return remover(t, m, opt)
}

// one removes one item.
func one(t testing.TB, r *Remover, it plan.Item) plan.Outcome {
	t.Helper()
	return apply(r, it).Outcomes[0]
}

func wantDone(t testing.TB, o plan.Outcome, names ...string) {
	t.Helper()
	if o.Result != plan.Done || o.Err != nil {
		t.Errorf("%v, %v", o.Result, o.Err)
	}
	for _, name := range names {
		if exists(t, name) {
			t.Errorf("%s is still there", name)
		}
	}
}

func wantLeft(t testing.TB, o plan.Outcome, r plan.Result, why string, names ...string) {
	t.Helper()
	if o.Result != r || o.Err == nil || !strings.Contains(o.Err.Error(), why) || o.Disk != 0 {
		t.Errorf("%v, %v, freed %d: want %v because %q", o.Result, o.Err, o.Disk, r, why)
	}
	for _, name := range names {
		if !exists(t, name) {
			t.Errorf("%s is gone", name)
		}
	}
}

// entryItem makes an item of all entries in a directory of the build cache.
func entryItem(t testing.TB, m *cachetest.Machine, dir string) plan.Item {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(m.GOCACHE, dir))
	if err != nil {
		t.Fatal(err)
	}
	it := plan.Item{Part: plan.Entry, Name: dir}
	for _, e := range list {
		it.Names = append(it.Names, e.Name())
	}
	return it
}

// Entries go, with the program of one that is a directory; young ones stay, and those whose time cannot be true.
func TestEntries(t *testing.T) {
	m := madeIn(t, quick(t))
	r := both(t, m, Options{})
	lib := cachetest.BuildEntry{Kind: cachetest.KindPackage, Package: "example.com/lib", GoVersion: "go1.26.8", Size: 9000, Used: long}
	exe := cachetest.BuildEntry{Kind: cachetest.KindExecutable, Package: "example.com/exe", GoVersion: "go1.26.8", Size: 9000, Used: long}
	var items []plan.Item
	for _, e := range []cachetest.BuildEntry{lib, exe} {
		if err := m.BuildEntry(e); err != nil {
			t.Fatal(err)
		}
		items = append(items, entryItem(t, m, filepath.Base(filepath.Dir(m.ActionFile(e)))), entryItem(t, m, filepath.Base(filepath.Dir(m.OutputFile(e)))))
	}
	run := apply(r, items...)
	if run.Done != len(items) || run.Freed < 18000 {
		t.Errorf("%+v", run.Outcomes)
	}
	for _, e := range []cachetest.BuildEntry{lib, exe} {
		if exists(t, m.ActionFile(e)) || exists(t, m.OutputFile(e)) {
			t.Errorf("%s is still there", e.Package)
		}
	}
	for _, name := range []string{"README", "trim.txt", "testexpire.txt", "00", "ff"} {
		if !exists(t, filepath.Join(m.GOCACHE, name)) {
			t.Errorf("%s is gone", name)
		}
	}
	day := time.Now()
	for _, used := range []time.Time{day.Add(-23 * time.Hour), day.Add(time.Hour), day.AddDate(10, 0, 0), time.Unix(0, 0)} {
		lib.Used, lib.Seed = used, lib.Seed+1
		if err := m.BuildEntry(lib); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(m.ActionFile(lib), used, used); err != nil {
			t.Fatal(err)
		}
		wantLeft(t, one(t, r, plan.Item{Part: plan.Entry, Name: filepath.Base(filepath.Dir(m.ActionFile(lib))),
			Names: []string{filepath.Base(m.ActionFile(lib))}}), plan.Skipped, "within a day", m.ActionFile(lib))
	}
}

// Nothing but an entry is one, whatever a plan says.
func TestEntryNames(t *testing.T) {
	m := madeIn(t, quick(t))
	r := both(t, m, Options{})
	hash := strings.Repeat("0a", 32)
	secret := aged(t, write(t, filepath.Join(m.GOCACHE, "0a", "secret"), "mine"))
	for _, it := range []plan.Item{
		{Name: "0a", Names: []string{"secret"}}, {Name: "0a", Names: []string{hash}}, {Name: "0b", Names: []string{hash + "-a"}},
		{Name: "0a", Names: []string{"../0a/" + hash + "-a"}}, {Name: "0a", Names: []string{strings.ToUpper(hash) + "-a"}},
		{Name: "", Names: []string{"trim.txt"}}, {Name: "0a"}, {Name: "fuzz", Names: []string{hash + "-a"}},
		{Name: "..", Names: []string{hash + "-d"}}, {Name: "0a", Names: []string{hash + "-a", "secret"}},
	} {
		it.Part = plan.Test
		if o := one(t, r, it); o.Result != plan.Failed || !errors.Is(o.Err, errNotNamed) {
			t.Errorf("%q %q: %v, %v", it.Name, it.Names, o.Result, o.Err)
		}
	}
	// A directory that is no program's, and a link.
	two := filepath.Join(m.GOCACHE, "0a", hash+"-d")
	write(t, filepath.Join(two, "a"), "1")
	write(t, filepath.Join(two, "b"), "2")
	aged(t, two)
	wantLeft(t, one(t, r, plan.Item{Part: plan.Entry, Name: "0a", Names: []string{hash + "-d"}}), plan.Failed, errForeign.Error(), two)
	if err := os.Symlink(secret, filepath.Join(m.GOCACHE, "0a", hash+"-a")); err != nil {
		t.Fatal(err)
	}
	r.opt.Now = func() time.Time { return time.Now().AddDate(0, 1, 0) }
	wantLeft(t, one(t, r, plan.Item{Part: plan.Entry, Name: "0a", Names: []string{hash + "-a"}}), plan.Failed, errForeign.Error(), secret)
}

// The index of a directory that went goes too, young as it is, and no other entry.
func TestIndexGoes(t *testing.T) {
	m := madeIn(t, quick(t))
	e := cachetest.BuildEntry{Kind: cachetest.KindIndex, GoVersion: "go1.26.8", Dir: filepath.Join(m.GOMODCACHE, "example.com", "a@v1.0.0"), Size: 500}
	other := e
	other.Dir = filepath.Join(m.GOMODCACHE, "example.com", "a@v1.1.0")
	for _, e := range []cachetest.BuildEntry{e, other} {
		if err := m.BuildEntry(e); err != nil {
			t.Fatal(err)
		}
	}
	name := func(file string) string { return filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file) }
	r := both(t, m, Options{Index: func(string) []string {
		return []string{name(m.ActionFile(e)), "../" + name(m.ActionFile(other)), name(m.OutputFile(other)), "trim.txt", "README"}
	}})
	wantDone(t, one(t, r, item(t, m, "example.com/a", "v1.0.0", plan.Sources)), m.ActionFile(e))
	for _, file := range []string{m.ActionFile(other), m.OutputFile(other), filepath.Join(m.GOCACHE, "trim.txt"), filepath.Join(m.GOCACHE, "README")} {
		if !exists(t, file) {
			t.Errorf("%s is gone", file)
		}
	}
}

// Inputs of one fuzz function go.
func TestFuzz(t *testing.T) {
	m := madeIn(t, quick(t))
	r := both(t, m, Options{})
	for _, f := range []string{"FuzzA", "FuzzB"} {
		if err := m.FuzzCorpus("example.com/p", f, long, []byte("1"), []byte("2")); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(m.GOCACHE, "fuzz", "example.com", "p")
	it := plan.Item{Part: plan.Fuzz, Name: "example.com/p/FuzzA", Dir: stampOf(t, filepath.Join(dir, "FuzzA"))}
	o := one(t, r, it)
	wantDone(t, o, filepath.Join(dir, "FuzzA"))
	if o.Disk < 4096 || !exists(t, filepath.Join(dir, "FuzzB")) {
		t.Errorf("freed %d", o.Disk)
	}
	for _, name := range []string{"example.com/p/FuzzB/..", "../FuzzB", "FuzzB", "example.com/p/testdata", "example.com//FuzzB", "/example.com/p/FuzzB"} {
		it.Name = name
		wantLeft(t, one(t, r, it), plan.Failed, errNotNamed.Error(), filepath.Join(dir, "FuzzB"))
	}
	it.Name = "example.com/p/FuzzB" // but with the stamp of the other
	wantLeft(t, one(t, r, it), plan.Skipped, "changed", filepath.Join(dir, "FuzzB"))
}

// A clone goes under its lock, which stays; while somebody holds that, it is left.
func TestClone(t *testing.T) {
	m := madeIn(t, quick(t))
	dir, err := m.VCS("git3", "https://vcs.example.com/r", 5000, long)
	if err != nil {
		t.Fatal(err)
	}
	asked, busy := 0, 0
	r := remover(t, m, Options{Uses: func(_ context.Context, d string) string {
		asked++
		if asked == busy {
			return "git (pid 7)"
		}
		return ""
	}})
	it := plan.Item{Part: plan.VCS, Name: filepath.Base(dir), Dir: stampOf(t, dir)}
	hold, err := openFolder(filepath.Dir(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hold.close()
	lock, err := hold.lock(it.Name + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	o := one(t, r, it)
	wantLeft(t, o, plan.Skipped, "lock", dir)
	if !o.Busy {
		t.Error("it is not said that somebody is busy")
	}
	lock.Close()
	for busy = 1; busy <= 3; busy++ {
		asked = 0
		o := one(t, r, it)
		wantLeft(t, o, plan.Skipped, "git (pid 7)", dir, filepath.Join(dir, "HEAD"), dir+".info")
		if !o.Busy || o.Undone != (busy > 1) {
			t.Errorf("look %d: %+v", busy, o)
		}
	}
	busy = 0
	o = one(t, r, it)
	wantDone(t, o, dir, dir+".info")
	if !exists(t, dir+".lock") || o.Disk < 5000 {
		t.Errorf("freed %d", o.Disk)
	}
	wantLeft(t, one(t, r, it), plan.Skipped, "not there")
	for _, name := range []string{"..", "", "../download", strings.Repeat("g", 64), strings.Repeat("A", 64)} {
		it.Name = name
		wantLeft(t, one(t, r, it), plan.Failed, errNotNamed.Error())
	}
}
