package remedy

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan/cachetest"
)

// A lab has something to remove of every part, and can be copied: a fault is put at each change of the disk in turn.
type lab struct {
	*cachetest.Machine
	versions []labVersion
	opt      Options
	check    func() // of what lies beside the caches
}

// A labVersion is a module version of the lab and the part that the plan removes of it.
type labVersion struct {
	cachetest.Module
	part plan.Part
	hold bool
	was  [3]string // zip, .ziphash, directory, by content
}

func labModule(name string) cachetest.Module {
	return cachetest.Module{Path: "lab.example.com/" + name, Version: "v1.0.0", Fetched: long,
		Files: map[string]string{"a.go": "package " + name + "\n", "sub/b.go": "package sub\n"}}
}

var labVersions = []labVersion{
	{Module: labModule("src"), part: plan.Sources}, {Module: labModule("zip"), part: plan.Zip}, {Module: labModule("ver"), part: plan.Version},
	{Module: labModule("forget"), part: plan.Forget}, {Module: labModule("hold"), part: plan.Version, hold: true},
	{Module: labModule("work"), part: plan.Sources, hold: true},
}

// newLab makes the lab that others are copied from.
func newLab(t testing.TB) *lab {
	t.Helper()
	m := machine(t, quick(t))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range labVersions {
		must(m.Install(v.Module))
		must(m.Publish(v.Module))
	}
	must(m.Publish(labModule("part")))
	must(m.PartialDownload(labModule("part")))
	_, err := m.Leftovers(labModule("left"))
	must(err)
	_, err = m.VCS("git3", "https://vcs.example.com/r", 500, long)
	must(err)
	must(m.BuildCacheFiles(long, long))
	for _, k := range []cachetest.BuildKind{cachetest.KindPackage, cachetest.KindExecutable} {
		must(m.BuildEntry(cachetest.BuildEntry{Kind: k, Package: "example.com/p", GoVersion: "go1.20", Used: long}))
	}
	hex, err := filepath.Glob(filepath.Join(m.GOCACHE, "??"))
	must(err)
	for _, dir := range hex {
		os.Remove(dir) // those that are empty: a copy is made for every fault
	}
	must(m.FuzzCorpus("example.com/p", "FuzzA", long, []byte("1")))
	write(t, filepath.Join(m.Home, "sdk", "go1.20", ".unpacked-success"), "")
	write(t, filepath.Join(m.GOPATH, "pkg", "linux_386", "p.a"), "!<arch>\n")
	write(t, filepath.Join(m.Home, ".cache", "gopls", "x"), "1")
	write(t, filepath.Join(m.Home, "old", "mod", "cache", "download", "example.com", "x", "@v", "list"), "")
	return &lab{Machine: m}
}

// copy makes another lab like it.
func (l *lab) copy(t testing.TB) *lab {
	t.Helper()
	m := machine(t, quick(t))
	m.GOPROXY = l.GOPROXY
	copyTree(t, l.Home, m.Home)
	c := &lab{Machine: m, versions: append([]labVersion(nil), labVersions...)}
	for i := range c.versions {
		c.versions[i].was = c.content(t, &c.versions[i])
	}
	c.opt = Options{Home: m.Home, ModCache: m.GOMODCACHE, GoCache: m.GOCACHE, SDK: filepath.Join(m.Home, "sdk"), Gopath: []string{m.GOPATH},
		Places: []string{filepath.Join(m.Home, ".cache", "gopls"), filepath.Join(m.Home, "old", "mod")}}
	c.check = sentinels(t, m)
	return c
}

// copyTree copies files and directories with permissions and times.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	type done struct {
		path string
		fi   fs.FileInfo
	}
	var dirs []done
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		if d.IsDir() {
			dirs = append(dirs, done{target, fi})
			return os.MkdirAll(target, 0o777)
		}
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(target, b, fi.Mode().Perm())
		}
		return errors.Join(err, os.Chtimes(target, fi.ModTime(), fi.ModTime()))
	})
	for i := len(dirs) - 1; i >= 0 && err == nil; i-- {
		d := dirs[i]
		err = errors.Join(os.Chtimes(d.path, d.fi.ModTime(), d.fi.ModTime()), os.Chmod(d.path, d.fi.Mode().Perm()))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// content describes the three parts of a version by content and permissions; "" where one is not there.
func (l *lab) content(t testing.TB, v *labVersion) (out [3]string) {
	t.Helper()
	for i, part := range partsOf(t, l.Machine, v.Path, v.Version) {
		if exists(t, part) {
			out[i] = looks(t, part)
		}
	}
	return out
}

// looks is a description of a tree without inodes.
func looks(t testing.TB, root string) string {
	t.Helper()
	var s strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		s.WriteString(rel + " " + fi.Mode().String())
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s.Write(b)
		}
		s.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.String()
}

// items make the plan anew from what is there.
func (l *lab) items(t testing.TB) (out []plan.Item) {
	t.Helper()
	for i := range l.versions {
		v := &l.versions[i]
		it := item(t, l.Machine, v.Path, v.Version, v.part)
		if it.Dir == (plan.Stamp{}) && (it.ZipFile == (plan.Stamp{}) || v.part == plan.Sources) || v.part == plan.Zip && it.ZipFile == (plan.Stamp{}) {
			continue
		}
		if v.hold {
			it.Tier = usage.Hold
		}
		out = append(out, it)
	}
	thing := func(part plan.Part, name, root, path string) {
		if exists(t, path) {
			out = append(out, plan.Item{Part: part, Name: name, Root: root, Dir: stampOf(t, path)})
		}
	}
	left := func(path string) {
		if exists(t, path) {
			out = append(out, leftoverItem(t, l.Machine, path))
		}
	}
	left(l.CachePath(labModule("part"), "partial"))
	left(l.CachePath(labModule("left"), "zip") + "811345961.tmp")
	left(l.Dir(labModule("left")) + ".tmp-123456789")
	clones, _ := filepath.Glob(filepath.Join(l.GOMODCACHE, "cache", "vcs", "*.lock"))
	for _, c := range clones {
		c = strings.TrimSuffix(c, ".lock")
		thing(plan.VCS, filepath.Base(c), "", c)
	}
	entries, _ := filepath.Glob(filepath.Join(l.GOCACHE, "??", "*"))
	for _, e := range entries {
		if list, err := os.ReadDir(e); err == nil && len(list) == 0 {
			continue // the program went and its directory did not: it counts as young now, and goes later
		}
		out = append(out, plan.Item{Part: plan.Entry, Name: filepath.Base(filepath.Dir(e)), Names: []string{filepath.Base(e)}})
	}
	thing(plan.Fuzz, "example.com/p/FuzzA", "", filepath.Join(l.GOCACHE, "fuzz", "example.com", "p", "FuzzA"))
	for part, root := range map[plan.Part]string{plan.SDK: filepath.Join(l.Home, "sdk", "go1.20"), plan.Related: l.opt.Places[0],
		plan.Archive: filepath.Join(l.GOPATH, "pkg", "linux_386"), plan.Abandoned: l.opt.Places[1]} {
		thing(part, filepath.Base(root), root, root)
	}
	return out
}

// A fault happens at one change of the disk.
type fault struct {
	at   int  // which; 0: none
	kill bool // nothing changes the disk from then on: what a killed program leaves
	err  error

	mu    sync.Mutex
	n     int
	fired string // where it happened
	op    string // what
}

var errKilled = errors.New("the program was killed")

func (f *fault) before(op, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.at == 0 || f.n < f.at || f.n > f.at && !f.kill {
		return nil
	}
	if f.n == f.at {
		f.fired, f.op = path, op
	}
	if f.kill {
		return errKilled
	}
	return f.err
}

// run carries out the plan with a fault.
func (l *lab) run(t testing.TB, f *fault) *plan.Run {
	t.Helper()
	opt := l.opt
	opt.Before = f.before
	r, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer func() { wantRoots(t, f.op+" "+f.fired, l.Root, r) }()
	return plan.Apply(context.Background(), &plan.Plan{Items: l.items(t)}, r, plan.Options{})
}

// sweep ends what was left, and says how often something was found.
func (l *lab) sweep(t testing.TB, items []plan.Item) (found int) {
	t.Helper()
	r, err := Open(l.opt)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var list []module.Version
	for i := range l.versions {
		list = append(list, l.versions[i].ID())
	}
	list = append(list, labModule("part").ID(), labModule("left").ID())
	told := func(what string, err error) {
		found++
		if err != nil {
			t.Errorf("sweep: %s: %v", what, err)
		}
	}
	r.Sweep(context.Background(), list, func(m module.Version, _ int64, err error) { told(m.String(), err) })
	r.SweepThings(context.Background(), items, func(it *plan.Item, _ int64, err error) { told(it.Label(), err) })
	return found
}
