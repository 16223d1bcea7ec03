package remedy

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan/cachetest"
)

// mod is a small module.
func mod(path, version string) cachetest.Module {
	return cachetest.Module{Path: path, Version: version, Files: map[string]string{
		"a.go": "package a\n", "sub/b.go": "package sub\n", "sub/deep/data.txt": "text\n"}}
}

// made is a machine with a few versions.
func made(t testing.TB) *cachetest.Machine {
	t.Helper()
	return madeIn(t, t.TempDir())
}

// madeIn makes it below a directory.
func madeIn(t testing.TB, dir string) *cachetest.Machine {
	t.Helper()
	m := machine(t, dir)
	if err := m.Install(mod("example.com/a", "v1.0.0"), mod("example.com/a", "v1.1.0"), mod("github.com/Big/B", "v0.1.0-RC1")); err != nil {
		t.Fatal(err)
	}
	return m
}

// item makes an item as the constructor of plans does.
func item(t testing.TB, m *cachetest.Machine, path, version string, part plan.Part) plan.Item {
	t.Helper()
	names, err := plan.Places(module.Version{Path: path, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	root, err := openFolder(m.GOMODCACHE, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.close()
	stamp := func(name string, k kind) plan.Stamp {
		b := &removal{r: &Remover{mod: root}, folders: map[string]*folder{}}
		defer b.close()
		f, err := b.at(filepath.ToSlash(filepath.Dir(name)))
		if err != nil {
			return plan.Stamp{}
		}
		st, err := f.lstat(filepath.Base(name))
		if err != nil || st.kind != k {
			return plan.Stamp{}
		}
		s := plan.Stamp{Inode: st.inode, Mtime: st.mtime}
		if k == file {
			s.Size = st.size
		}
		return s
	}
	return plan.Item{Module: path, Version: version, Part: part, Tier: usage.Network,
		Dir: stamp(names.Dir, directory), ZipFile: stamp(names.Zip, file)}
}

// remover opens the cache of a machine.
func remover(t testing.TB, m *cachetest.Machine, opt Options) *Remover {
	t.Helper()
	opt.ModCache, opt.Home = m.GOMODCACHE, m.Home
	r, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func apply(r *Remover, items ...plan.Item) *plan.Run {
	return plan.Apply(context.Background(), &plan.Plan{Items: items}, r, plan.Options{})
}

func exists(t testing.TB, name string) bool {
	t.Helper()
	_, err := os.Lstat(name)
	return err == nil
}

// A version goes whole, and what graphs need stays.
func TestRemoveVersion(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	run := apply(r, item(t, m, "example.com/a", "v1.0.0", plan.Version), item(t, m, "github.com/Big/B", "v0.1.0-RC1", plan.Version))
	if run.Done != 2 || run.Freed <= 0 {
		t.Fatalf("%+v", run.Outcomes)
	}
	at := filepath.Join(m.GOMODCACHE, "cache", "download", "example.com", "a", "@v")
	for name, want := range map[string]bool{"v1.0.0.zip": false, "v1.0.0.ziphash": false, "v1.0.0.mod": true, "v1.0.0.info": true,
		"v1.0.0.lock": true, "v1.1.0.zip": true, "../../a@v1.0.0": false, "../../../../example.com": false} {
		if got := exists(t, filepath.Join(at, name)); got != want {
			t.Errorf("%s: there %v, want %v", name, got, want)
		}
	}
	if exists(t, filepath.Join(m.GOMODCACHE, "example.com", "a@v1.0.0")) || !exists(t, filepath.Join(m.GOMODCACHE, "example.com", "a@v1.1.0")) {
		t.Error("the wrong directory went")
	}
	left, _ := filepath.Glob(filepath.Join(m.GOMODCACHE, "*", "*godoctor*"))
	more, _ := filepath.Glob(filepath.Join(at, "*godoctor*"))
	if len(left)+len(more) > 0 {
		t.Error("left:", left, more)
	}
}

// What may not come back waits, and comes back as it was.
func TestQuarantine(t *testing.T) {
	m := made(t)
	dir := filepath.Join(m.GOMODCACHE, "example.com", "a@v1.0.0")
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	r := remover(t, m, Options{})
	it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
	it.Tier = usage.Hold
	run := apply(r, it)
	if run.Done != 1 || run.Outcomes[0].Kept == "" || exists(t, dir) {
		t.Fatalf("%+v", run.Outcomes)
	}
	held, err := r.Quarantined()
	if err != nil || len(held) != 1 || !held[0].Whole || held[0].Module != "example.com/a" || held[0].Name != run.Outcomes[0].Kept {
		t.Fatalf("%+v, %v", held, err)
	}
	if _, err := r.Restore(held[0].Name); err != nil {
		t.Fatal(err)
	}
	if now := item(t, m, "example.com/a", "v1.0.0", plan.Version); now.Dir.Inode != it.Dir.Inode || now.ZipFile != it.ZipFile {
		t.Errorf("%+v, was %+v", now, it)
	}
	if fi, err := os.Stat(dir); err != nil || fi.Mode().Perm() != 0o555 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	if held, _ = r.Quarantined(); len(held) != 0 {
		t.Errorf("%+v", held)
	}
}
