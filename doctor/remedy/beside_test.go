package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// besideItem makes an item of a path.
func besideItem(t testing.TB, part plan.Part, name, root string) plan.Item {
	t.Helper()
	return plan.Item{Part: part, Name: name, Root: root, Dir: stampOf(t, root)}
}

func wantRefused(t testing.TB, o plan.Outcome, names ...string) {
	t.Helper()
	wantLeft(t, o, plan.Failed, "", names...)
	if !errors.Is(o.Err, ErrRoot) {
		t.Errorf("%v is no refusal", o.Err)
	}
}

// A toolchain of golang.org/dl goes unless it runs.
func TestSDK(t *testing.T) {
	m := madeIn(t, quick(t))
	sdk := filepath.Join(m.Home, "sdk")
	make1 := func(name string) string {
		write(t, filepath.Join(sdk, name, "bin", "go"), "program")
		write(t, filepath.Join(sdk, name, ".unpacked-success"), "")
		return filepath.Join(sdk, name)
	}
	var runs string
	r := remover(t, m, Options{SDK: sdk, Programs: func() []string { return []string{"/bin/sh", runs} }})
	dir := make1("go1.22.1")
	runs = filepath.Join(dir, "bin", "go")
	o := one(t, r, besideItem(t, plan.SDK, "go1.22.1", dir))
	wantLeft(t, o, plan.Skipped, "runs from it", runs)
	if !o.Busy {
		t.Error("not busy")
	}
	runs = filepath.Join(sdk, "go1.22.11", "bin", "go")
	o = one(t, r, besideItem(t, plan.SDK, "go1.22.1", dir))
	wantDone(t, o, dir)
	if o.Disk < 4096 {
		t.Errorf("freed %d", o.Disk)
	}
	// One that starts meanwhile, seen under the name that it has then.
	dir = make1("go1.23.0")
	was := tree(t, dir)
	r.opt.Programs = func() []string {
		if list, _ := filepath.Glob(dir + tempMark + "*"); len(list) > 0 {
			return []string{filepath.Join(list[0], "bin", "go")}
		}
		return nil
	}
	o = one(t, r, besideItem(t, plan.SDK, "go1.23.0", dir))
	wantLeft(t, o, plan.Skipped, "put back", dir)
	if !o.Undone || !o.Busy {
		t.Errorf("%+v", o)
	}
	sameTree(t, "put back", was, tree(t, dir))
	// What golang.org/dl did not make, or lies elsewhere.
	own := filepath.Join(sdk, "go1.24.0")
	write(t, filepath.Join(own, "bin", "go"), "program")
	wantRefused(t, one(t, r, besideItem(t, plan.SDK, "go1.24.0", own)), own)
	other := filepath.Join(m.Home, "other", "sdk", "go1.23.0")
	write(t, filepath.Join(other, ".unpacked-success"), "")
	wantRefused(t, one(t, r, besideItem(t, plan.SDK, "go1.23.0", other)), other)
	link := filepath.Join(sdk, "go1.21.0")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	wantLeft(t, one(t, r, besideItem(t, plan.SDK, "go1.21.0", link)), plan.Skipped, "link", link, other)
}

// Archives go; what is beside them in pkg, and what is no archive, does not.
func TestArchive(t *testing.T) {
	m := madeIn(t, quick(t))
	pkg := filepath.Join(m.GOPATH, "pkg")
	r := remover(t, m, Options{Gopath: []string{m.GOPATH}})
	dir := filepath.Join(pkg, "linux_amd64_race")
	write(t, filepath.Join(dir, "example.com", "a.a"), "!<arch>\n")
	wantDone(t, one(t, r, besideItem(t, plan.Archive, "linux_amd64_race", dir)), dir)
	for _, name := range []string{"mod", "sumdb", "dep"} {
		write(t, filepath.Join(pkg, name, "x.a"), "")
		wantRefused(t, one(t, r, besideItem(t, plan.Archive, name, filepath.Join(pkg, name))), filepath.Join(pkg, name))
	}
	dir = filepath.Join(pkg, "my_work")
	write(t, filepath.Join(dir, "deep", "main.go"), "package main")
	wantRefused(t, one(t, r, besideItem(t, plan.Archive, "my_work", dir)), dir)
}

// What tools keep goes, a directory or a file, if the look of this run has found it and no work lies in it.
func TestRelated(t *testing.T) {
	m := madeIn(t, quick(t))
	cache := filepath.Join(m.Home, ".cache")
	gopls, index, lint := filepath.Join(cache, "gopls"), filepath.Join(cache, "index"), filepath.Join(cache, "lint")
	write(t, filepath.Join(gopls, "deep", "x"), "1")
	write(t, index, "1")
	write(t, filepath.Join(lint, "a", ".git", "HEAD"), "ref")
	r := remover(t, m, Options{Places: []string{gopls, index, lint, m.Home, m.GOPATH, m.GOMODCACHE, filepath.Join(m.GOMODCACHE, "cache")}})
	it := besideItem(t, plan.Related, "gopls", gopls)
	wantRefused(t, one(t, r, besideItem(t, plan.Related, "gopls", cache)), gopls) // not found by this run
	wantRefused(t, one(t, r, besideItem(t, plan.Related, "golangci-lint", lint)), lint)
	for _, root := range []string{m.Home, m.GOPATH, m.GOMODCACHE, filepath.Join(m.GOMODCACHE, "cache")} {
		wantRefused(t, one(t, r, besideItem(t, plan.Related, "gopls", root)), root)
	}
	wantDone(t, one(t, r, it), gopls)
	wantDone(t, one(t, r, besideItem(t, plan.Related, "goimports", index)), index)
	write(t, filepath.Join(gopls, "new"), "1") // another directory of that name
	wantLeft(t, one(t, r, it), plan.Skipped, "changed", gopls)
	if n := traces(t, m.Home); len(n) > 0 {
		t.Error("left:", n)
	}
}

// A tool's cache whose parent cannot be written is emptied where it is. A journal of a killed run leads to the rest.
func TestRelatedInPlace(t *testing.T) {
	m := madeIn(t, quick(t))
	gopls := filepath.Join(m.Home, ".cache", "gopls")
	write(t, filepath.Join(gopls, "deep", "x"), "1")
	r := remover(t, m, Options{Places: []string{gopls}, Before: func(op, path string) error {
		if op == "rename" || path == gopls {
			return os.ErrPermission
		}
		return nil
	}})
	o := one(t, r, besideItem(t, plan.Related, "gopls", gopls))
	if list, err := os.ReadDir(gopls); o.Result != plan.Done || err != nil || len(list) > 0 {
		t.Errorf("%+v, %v, %v", o, list, err)
	}
	write(t, filepath.Join(gopls+tempMark+"1-1", "deep", "x"), "1")
	write(t, filepath.Join(gopls+tempMark+"mine", "x"), "1")
	told := 0
	for range 2 {
		r.SweepThings(context.Background(), []plan.Item{{Part: plan.Related, Name: "gopls", Root: gopls}}, func(_ *plan.Item, freed int64, err error) {
			told++
			if err != nil || freed == 0 {
				t.Error(freed, err)
			}
		})
	}
	if told != 1 || exists(t, gopls+tempMark+"1-1") || !exists(t, gopls+tempMark+"mine") || !exists(t, gopls) {
		t.Errorf("told %d times", told)
	}
}

// A whole cache goes if it is one and nothing else lies in it.
func TestAbandoned(t *testing.T) {
	m, other := madeIn(t, quick(t)), madeIn(t, quick(t))
	r := remover(t, m, Options{})
	try := func(root string) plan.Outcome {
		r.opt.Places = []string{root}
		return one(t, r, besideItem(t, plan.Abandoned, root, root))
	}
	docs := filepath.Join(other.GOMODCACHE, "documents")
	write(t, filepath.Join(docs, "letter"), "mine")
	wantRefused(t, try(other.GOMODCACHE), docs)
	os.RemoveAll(docs)
	write(t, filepath.Join(other.GOMODCACHE, ".ssh", "key"), "mine")
	wantRefused(t, try(other.GOMODCACHE), docs[:len(docs)-len("documents")]+".ssh")
	os.RemoveAll(filepath.Join(other.GOMODCACHE, ".ssh"))
	o := try(other.GOMODCACHE)
	wantDone(t, o, other.GOMODCACHE)
	if o.Disk < 30*512 {
		t.Errorf("freed %d", o.Disk)
	}
	if err := other.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	if err := other.BuildEntry(cachetest.BuildEntry{Package: "example.com/p", GoVersion: "go1.20", Used: long}); err != nil {
		t.Fatal(err)
	}
	mine := write(t, filepath.Join(other.GOCACHE, "thesis.txt"), "mine")
	wantRefused(t, try(other.GOCACHE), mine)
	os.Remove(mine)
	wantDone(t, try(other.GOCACHE), other.GOCACHE)
	empty := filepath.Join(other.Home, "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, try(empty), empty)
	write(t, filepath.Join(empty, "cache", "x"), "1")
	wantRefused(t, try(empty), empty)
	wantRefused(t, try(other.Projects), other.Projects)
}
