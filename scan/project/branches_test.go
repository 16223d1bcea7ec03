package project

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/scan/gocmd"
)

// mod and sum are files that name versions of example.com/a.
func mod(goLine string, list ...string) string {
	return "module m\n\ngo " + goLine + "\n\nrequire example.com/a " + strings.Join(list, "\nrequire example.com/a ") + "\n"
}

func sum(list ...string) string {
	var b strings.Builder
	for _, v := range list {
		b.WriteString("example.com/a " + v + " " + hash1 + "\nexample.com/a " + v + "/go.mod " + hash2 + "\n")
	}
	return b.String()
}

// commit makes a commit of everything.
func (w *world) commit(dir string) {
	w.Helper()
	w.git(dir, "add", ".")
	w.git(dir, "commit", "-qm", "x")
}

func (w *world) branches(change func(*Input)) *Found {
	w.Helper()
	return w.find(func(in *Input) {
		in.Git, in.BranchBudget = gitRunner(w), time.Minute
		if change != nil {
			change(in)
		}
	})
}

// refs are the names of branches, and what they name.
func refs(p *Project) []string {
	var list []string
	for _, b := range p.Branches {
		s := strings.Join(b.Refs, ",")
		for _, m := range b.Named {
			s += " " + m.String()
		}
		for _, l := range b.Sums {
			if !l.GoMod {
				s += " sum:" + l.Version
			}
		}
		list = append(list, s)
	}
	return list
}

func TestBranches(t *testing.T) {
	w := newWorld(t)
	w.must(os.MkdirAll(w.path("r"), 0o777))
	w.git("r", "init", "-q")
	w.file("r/go.mod", mod("1.20", "v1.0.0"))
	w.file("r/go.sum", sum("v1.0.0"))
	w.commit("r")
	w.git("r", "branch", "same")
	w.git("r", "checkout", "-qb", "new")
	w.file("r/go.mod", mod("1.24.0", "v1.1.0"))
	w.file("r/go.sum", sum("v1.0.0", "v1.1.0"))
	w.file("r/sub/go.mod", mod("1.20", "v1.5.0"))
	w.commit("r")
	w.git("r", "branch", "new2")
	w.git("r", "checkout", "-qb", "broken")
	w.file("r/go.mod", "<<<<<<< x\nrequire example.com/b v0.9.0\n")
	w.commit("r")
	w.git("r", "checkout", "-q", "main")
	for _, v := range []string{"v1.2.0", "v1.3.0"} { // two stash entries
		w.file("r/go.mod", mod("1.20", v))
		w.file("r/sub/go.mod", mod("1.20", v))
		w.git("r", "stash", "-q", "-u")
	}
	w.git("r", "tag", "v9", "new")
	w.file("r/sub/go.mod", mod("1.20", "v1.5.0"))
	f := w.branches(nil)
	p := w.one(f, "r/go.mod")
	same(t, "branches", refs(p), []string{
		"refs/heads/broken example.com/b@v0.9.0 sum:v1.1.0",
		"refs/heads/new,refs/heads/new2 example.com/a@v1.1.0 sum:v1.1.0",
		"stash@{0} example.com/a@v1.3.0", "stash@{1} example.com/a@v1.2.0",
	})
	if b := p.Branches[1]; b.Go != "1.24.0" || len(b.Doubts) != 0 || len(b.Sums) != 2 {
		t.Errorf("%+v", b)
	}
	if b := p.Branches[0]; len(b.Doubts) != 1 || b.Doubts[0].Kind != DoubtSyntax || b.Doubts[0].File != "refs/heads/broken:go.mod" {
		t.Errorf("%+v", b)
	}
	same(t, "untracked files of a stash entry", refs(w.one(f, "r/sub/go.mod")), []string{
		"stash@{0} example.com/a@v1.3.0", "stash@{1} example.com/a@v1.2.0"})
	if b := f.Branches; !b.Asked || b.Read != 7 || b.Left != 0 || len(b.Repositories) != 0 || b.NoGit != "" {
		t.Errorf("%+v", b)
	}
	if dirty := w.git("r", "status", "--porcelain"); dirty != "?? sub/" {
		t.Errorf("the working tree was changed: %q", dirty)
	}
}

// TestTrees: linked working trees, a submodule, a detached HEAD, a bare repository, a working tree above the
// root, and a -modfile.
func TestTrees(t *testing.T) {
	w := newWorld(t)
	w.must(os.MkdirAll(w.path("main/in"), 0o777))
	w.git("main", "init", "-q")
	w.file("main/in/go.mod", mod("1.20", "v1.0.0"))
	w.file("main/in/alt.mod", mod("1.20", "v0.1.0"))
	w.file("main/in/alt.sum", sum("v0.1.0"))
	w.commit("main")
	w.git("main", "worktree", "add", "-q", "../linked", "-b", "linked")
	w.file("linked/in/go.mod", mod("1.20", "v1.1.0"))
	w.file("linked/in/alt.mod", mod("1.20", "v0.2.0"))
	w.commit("linked")
	w.git("main", "worktree", "add", "-q", "--detach", "../loose")
	w.file("loose/in/go.mod", mod("1.20", "v1.2.0"))
	w.commit("loose")
	w.file("loose/in/go.mod", mod("1.20", "v1.3.0"))
	w.git("main", "clone", "-q", "--bare", ".", "../bare.git")
	w.git("main", "submodule", "--quiet", "add", "../bare.git", "module")
	w.git("main/module", "checkout", "-q", "-b", "deep", "origin/linked")

	f := w.branches(func(in *Input) {
		in.Roots = []string{w.path("main/in"), w.path("linked"), w.path("loose"), w.path("bare.git"), w.path("main/module")}
		in.Modfiles = []ModfilePair{{File: w.path("main/in/alt.mod")}}
	})
	same(t, "projects", w.files(f), []string{"linked/in/go.mod", "loose/in/go.mod", "main/in/alt.mod", "main/in/go.mod", "main/module/in/go.mod"})
	same(t, "main", refs(w.one(f, "main/in/go.mod")), []string{"HEAD example.com/a@v1.2.0", "refs/heads/linked example.com/a@v1.1.0"})
	same(t, "linked", refs(w.one(f, "linked/in/go.mod")), []string{"HEAD example.com/a@v1.2.0", "refs/heads/main example.com/a@v1.0.0"})
	same(t, "loose", refs(w.one(f, "loose/in/go.mod")), []string{"HEAD example.com/a@v1.2.0", "refs/heads/linked example.com/a@v1.1.0", "refs/heads/main example.com/a@v1.0.0"})
	same(t, "modfile", refs(w.one(f, "main/in/alt.mod")), []string{"refs/heads/linked example.com/a@v0.2.0"})
	same(t, "submodule", refs(w.one(f, "main/module/in/go.mod")), []string{"refs/heads/main example.com/a@v1.0.0"})
	if f.Branches.Read != 5 || len(f.Branches.Repositories) != 0 {
		t.Errorf("%+v", f.Branches)
	}
	same(t, "skipped", w.skipped(f), []string{"version control: bare.git"})
}

// TestBranchesLeft: what is not read is said.
func TestBranchesLeft(t *testing.T) {
	w := newWorld(t)
	w.file("r/go.mod", mod("1.20", "v1.0.0"))
	w.git("r", "init", "-q")
	w.commit("r")
	w.file("odd/go.mod", "module odd\n")
	w.file("odd/.git", "gitdir: nowhere\n")
	w.file("none/go.mod", "module none\n")
	w.file("none/.git", "nothing\n")

	f := w.branches(func(in *Input) { in.BranchBudget = time.Nanosecond })
	if b := f.Branches; b.Read != 0 || len(b.Repositories) != 3 || b.Repositories[2].Dir != w.path("r") || !strings.Contains(b.Repositories[2].Why, "time") {
		t.Errorf("without time: %+v", b)
	}
	f = w.branches(nil)
	if b := f.Branches; b.Read != 1 || len(b.Repositories) != 2 {
		t.Errorf("with time: %+v", b)
	}
	_, err := gocmd.FindGit(nil)
	f = w.find(func(in *Input) { in.NoGit = err.Error() })
	if b := f.Branches; !errors.Is(err, gocmd.ErrNoGit) || !b.Asked || !strings.Contains(b.NoGit, "no git in PATH") || b.Read != 0 || len(b.Repositories) != 0 {
		t.Errorf("without git: %+v", b)
	}
	if b := w.find(nil).Branches; b.Asked {
		t.Errorf("nobody asked: %+v", b)
	}
	// A tree that is missing objects, as after a crash.
	commit := w.git("r", "rev-parse", "HEAD")
	w.must(os.Remove(w.path(filepath.Join("r/.git/objects", commit[:2], commit[2:]))))
	if b := w.branches(nil).Branches; b.Read != 0 || len(b.Repositories) != 3 {
		t.Errorf("without an object: %+v", b)
	}
}

// TestManyBranches: files that are the same are read once, and more lookups than fit into one call are several.
func TestManyBranches(t *testing.T) {
	w := newWorld(t)
	w.must(os.MkdirAll(w.path("r"), 0o777))
	w.git("r", "init", "-q")
	for _, d := range []string{"", "a/", "b/", "c/"} {
		w.file("r/"+d+"go.mod", mod("1.20", "v1.0.0"))
		w.file("r/"+d+"go.sum", sum("v1.0.0"))
	}
	w.commit("r")
	var in strings.Builder
	head := w.git("r", "rev-parse", "HEAD")
	for i := range 1000 {
		in.WriteString(head + " refs/heads/b" + strings.Repeat("x", i/100) + string(rune('a'+i%10)) + string(rune('a'+i/10%10)) + "\n")
	}
	w.file("r/.git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"+sorted(in.String()))
	w.file("r/go.mod", mod("1.20", "v1.1.0"))
	f := w.branches(nil)
	p := w.one(f, "r/go.mod")
	if len(p.Branches) != 1 || len(p.Branches[0].Refs) != 1001 || f.Branches.Read != 1001 {
		t.Errorf("%d branches, %+v", len(p.Branches), f.Branches)
	}
}

func sorted(lines string) string {
	list := strings.Split(strings.TrimSpace(lines), "\n")
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(a[41:], b[41:]) })
	return strings.Join(list, "\n") + "\n"
}

func TestStashLog(t *testing.T) {
	w := newWorld(t)
	id := func(c string) string { return strings.Repeat(c, 40) }
	w.file("logs/refs/stash", id("0")+" "+id("a")+" n <e> 1 +0000\tm\n"+id("a")+" "+id("b")+" n <e> 1 +0000\tm\nbroken\n")
	same(t, "log", stashes(w.dir, id("b")), []gocmd.Ref{{Name: "stash@{0}", ID: id("b")}, {Name: "stash@{1}", ID: id("a")}})
	same(t, "no log", stashes(w.path("none"), id("b")), []gocmd.Ref{{Name: "stash@{0}", ID: id("b")}})
	same(t, "old log", stashes(w.dir, id("c"))[:1], []gocmd.Ref{{Name: "stash@{0}", ID: id("c")}})
}
