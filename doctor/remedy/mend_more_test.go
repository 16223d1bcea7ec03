package remedy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/doctor/verify"
	"godoctor/scan/cachetest"
)

// A machine that lost power: every extracted file is empty, .ziphash is whole. It is told from tampering, and healed with
// one download for each module whose zip is empty too, and with none for the others.
func TestMendCrash(t *testing.T) {
	l := newSickbay(t)
	var mods []cachetest.Module
	require := ""
	for i := range 6 {
		m := cachetest.Module{Path: fmt.Sprintf("crash.example/m%d", i), Version: "v1.0.0", Files: map[string]string{
			"a.go": "package m\n", "b.go": "package m\n\nconst B = 1\n", "doc/c.txt": strings.Repeat("text ", 50)}}
		mods = append(mods, m)
		require += "require " + m.Path + " v1.0.0\n"
	}
	must(t, l.Publish(mods...))
	must(t, l.Install(mods...))
	_, err := l.Project("crash", "module crash.example/p\n\ngo 1.20\n\n"+require, map[string]string{"p.go": "package p\n"})
	must(t, err)
	empty := 0
	for i, m := range mods {
		l.mod = m
		crashed(l)
		if i%2 == 0 {
			crash(l, l.file("zip"))
			empty++
		}
	}
	list, in := l.examine()
	if got, want := checksOf(list), strings.TrimSpace(strings.Repeat("crash-damage ", len(mods))); got != want {
		t.Fatalf("found %q, want %q", got, want)
	}
	r := plan.NewRepair(t.Context(), list, in)
	l.proxy.Forget()
	_, out := l.mend(t.Context(), r, true)
	for i, o := range out {
		if o.Result != plan.Done || o.Err != nil || o.Kept != "" {
			t.Errorf("%s: %+v", r.Steps[i].Label(), o)
		}
	}
	if l.zips() != empty {
		t.Errorf("%d zips were fetched, want %d", l.zips(), empty)
	}
	if list, _ := l.examine(); len(list) > 0 {
		t.Errorf("still found: %+v", list)
	}
	l.builds()
	l.tidy()
}

// A repair can be taken back: what waits in the quarantine, and lines of go.sum.
func TestMendUndo(t *testing.T) {
	for _, name := range []string{"an edited file", "another zip", "another go.mod file", "a link in the place of the directory",
		"a wrong line", "two hashes", "two hashes, the wrong one first", "a hash of another kind"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := sick(t, name)
			l := newSickbay(t)
			l.db = c.db
			c.damage(l)
			sums := filepath.Join(l.project, "go.sum")
			text, err := os.ReadFile(sums)
			must(t, err)
			must(t, os.Chmod(sums, 0o640))
			was := l.state()
			run, _ := l.mend(t.Context(), l.plan(), c.online)
			if l.state() == was && strings.HasPrefix(c.fixes, "unpack") {
				t.Error("nothing was mended")
			}
			s := l.session()
			of, err := state.Home(filepath.Join(l.Home, "state")).Run(run.ID)
			must(t, err)
			undo := s.Undo(t.Context(), of, l.installer(), func(i int, err error) {
				if err != nil {
					t.Error(of.Items[i].Part, err)
				}
			})
			s.Close()
			if undo.Of != run.ID {
				t.Errorf("%+v", undo)
			}
			if now := l.state(); now != was {
				t.Errorf("it was\n%s\nand is\n%s", was, now)
			}
			if now, _ := os.ReadFile(sums); string(now) != string(text) {
				t.Errorf("go.sum was\n%s\nand is\n%s", text, now)
			}
			if fi, err := os.Lstat(sums); err != nil || fi.Mode().Perm() != 0o640 {
				t.Error("its mode was not kept:", fi.Mode(), err)
			}
			l.tidy()
		})
	}
}

// go.sum files are changed only while they say what they said, and never where nothing can tell who is right.
func TestMendSums(t *testing.T) {
	l := newSickbay(t)
	l.db = true
	l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(0), l.lie(0), 1) })
	r := l.plan()
	l.editSum(func(s string) string { return "\n" + s })
	if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Skipped {
		t.Errorf("it changed meanwhile: %+v", out)
	}
	if _, err := os.Stat(filepath.Join(l.project, "go.sum")); err != nil {
		t.Error(err)
	}
	l.db = false
	r = l.plan()
	if len(r.Steps) > 0 || len(r.Left) == 0 {
		t.Errorf("nobody knows: %+v", r)
	}
}

// A version that a process uses, or whose lock it holds, is skipped, and nothing of it changes; so is one that somebody
// begins to use in between.
func TestMendBusy(t *testing.T) {
	for _, after := range []int{0, 1} {
		l := newSickbay(t)
		sick(t, "an edited file").damage(l)
		was, asked := l.state(), 0
		l.gate = func(context.Context) remedy.Users {
			asked++
			return func(string, string) string {
				if asked > after {
					return "go (pid 1)"
				}
				return ""
			}
		}
		_, out := l.mend(t.Context(), l.plan(), false)
		if !out[0].Busy || out[0].Result != plan.Skipped || l.state() != was {
			t.Errorf("busy after %d looks: %+v", after, out)
		}
		l.tidy()
	}
}

// What cannot be proved is not installed: where nobody knows a hash, where they contradict each other, and without a
// network what has to be fetched.
func TestMendUnproved(t *testing.T) {
	l := newSickbay(t)
	must(t, os.RemoveAll(l.project))
	sick(t, "a truncated zip").damage(l)
	list, in := l.examine()
	if r := plan.NewRepair(t.Context(), list, in); len(r.Steps) > 0 || len(r.Left) != 1 || !strings.Contains(r.Left[0].Why, "nobody here knows its hash") {
		t.Errorf("%+v", r)
	}
	in.Private = func(path string) bool { return path == l.mod.Path }
	r := plan.NewRepair(t.Context(), list, in)
	if len(r.Steps) != 1 || !r.Steps[0].Unproved {
		t.Fatalf("%+v", r)
	}
	if _, out := l.mend(t.Context(), r, false); out[0].Result != plan.Failed {
		t.Errorf("without a network: %+v", out)
	}
	if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done { // a person has confirmed it
		t.Errorf("%+v", out)
	}
	in.Offline = true
	if r := plan.NewRepair(t.Context(), list, in); len(r.Steps) > 0 || !strings.Contains(r.Left[0].Why, "--offline") {
		t.Errorf("%+v", r)
	}
}

// Whatever a plan says, nothing outside its place is touched.
func TestMendForged(t *testing.T) {
	l := newSickbay(t)
	mine := filepath.Join(l.Home, "mine")
	must(t, os.WriteFile(mine, []byte("x"), 0o644))
	stamp := func(name string) plan.Stamp {
		fi, err := os.Lstat(name)
		must(t, err)
		return plan.StampOf(fi)
	}
	for _, s := range []plan.Step{
		{Fixes: []string{plan.FixIndex}, Name: "../../mine", Stamp: stamp(mine)},
		{Fixes: []string{plan.FixAside}, Name: "cache/download/sumdb/../../../../../../mine", Stamp: stamp(mine)},
		{Fixes: []string{plan.FixAside}, Name: "cache/download/example.com/well/@v/v1.0.0.zip", Stamp: stamp(l.CachePath(l.other, "zip"))},
		{Fixes: []string{plan.FixRemove}, Name: "cache/download/../../../../mine/@v/list"},
		{Fixes: []string{plan.FixRemove}, Name: "cache/download/example.com/well/@v/v1.0.0.zip", Stamp: stamp(l.CachePath(l.other, "zip"))},
		{Fixes: []string{plan.FixClone}, Name: "../.."},
		{Fixes: []string{plan.FixUnpack}, Module: "../../mine", Version: "v1.0.0"},
		{Fixes: []string{"format-disk"}, Name: "x"},
		{Fixes: []string{plan.FixLine}, File: mine, Edits: []finding.Edit{{Line: 1, Old: "x", New: "y"}}},
	} {
		if _, out := l.mend(t.Context(), &plan.Repair{Steps: []plan.Step{s}}, false); out[0].Result == plan.Done {
			t.Errorf("%+v: %+v", s, out)
		}
	}
	if b, err := os.ReadFile(mine); string(b) != "x" || err != nil {
		t.Error(string(b), err)
	}
	if list, _ := l.examine(); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}

// A damaged file of the checksum database's local copy is moved aside, and comes back with undo.
func TestMendAside(t *testing.T) {
	l := newSickbay(t)
	must(t, l.InstallSumDB(l.mod, l.other))
	name := "cache/download/sumdb/sum.golang.org/lookup/example.com/well@v1.0.0"
	file := filepath.Join(l.GOMODCACHE, filepath.FromSlash(name))
	must(t, os.WriteFile(file, []byte("garbage"), 0o644))
	f := finding.Finding{Check: "sumdb-cache-damaged", Target: finding.Target{Path: file}, Fixes: []finding.Fix{{ID: "move-aside"}}}
	_, in := l.examine()
	run, out := l.mend(t.Context(), plan.NewRepair(t.Context(), []finding.Finding{f}, in), false)
	if out[0].Result != plan.Done || out[0].Kept == "" || out[0].Err != nil {
		t.Fatalf("%+v", out)
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("it is still there:", err)
	}
	s := l.session()
	defer s.Close()
	if held, err := s.Quarantined(); err != nil || len(held) != 1 || held[0].Err != nil || !held[0].Whole {
		t.Errorf("%+v, %v", held, err)
	}
	s.Undo(t.Context(), run, l.installer(), func(_ int, err error) {
		if err != nil {
			t.Error(err)
		}
	})
	if b, err := os.ReadFile(file); string(b) != "garbage" {
		t.Error(string(b), err)
	}
}

// What a project needs and lacks is fetched by the same way as what is damaged.
func TestMendNeed(t *testing.T) {
	l := newSickbay(t)
	for _, part := range []string{"zip", "ziphash", "mod", "info", "lock", "dir"} {
		l.remove(l.file(part))
	}
	_, in := l.examine()
	r := plan.NewRepair(t.Context(), nil, in)
	for i := range in.Usage.Projects {
		r.Need(t.Context(), &in.Usage.Projects[i], in)
		r.Need(t.Context(), &in.Usage.Projects[i], in) // a second project that needs the same
	}
	want := module.Version{Path: l.mod.Path, Version: l.mod.Version}
	if len(r.Steps) != 1 || r.Steps[0].Module != want.Path || len(r.Left) > 0 {
		t.Fatalf("%+v", r)
	}
	if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
		t.Fatalf("%+v", out)
	}
	if list, _ := l.examine(); len(list) > 0 {
		t.Errorf("%+v", list)
	}
	l.builds()
}

// An index that go has made of a damaged directory goes with the damage, and the real go sees the files again.
func TestMendIndex(t *testing.T) {
	l := newSickbay(t)
	l.GOCACHE = l.gocache
	must(t, os.MkdirAll(l.gocache, 0o777))
	goversion, err := exec.Command("go", "env", "GOVERSION").Output()
	must(t, err)
	must(t, os.Chmod(l.file("dir"), 0o777))
	must(t, os.Rename(l.file("dir")+"/sick.go", l.file("dir")+"/sick_plan9.go"))
	build := exec.Command("go", "build", "./...")
	build.Dir, build.Env = l.project, append(l.Environ(), "GOCACHE="+l.gocache, "GOPROXY=off")
	if err := build.Run(); err == nil {
		t.Fatal("it builds without its file")
	}
	list, in := l.examine()
	r := plan.NewRepair(t.Context(), list, in)
	l.options = func(o *remedy.Options) {
		o.GoCache = l.gocache
		o.Index = func(dir string) (names []string) {
			for _, file := range verify.IndexEntries(l.gocache, filepath.Join(l.GOMODCACHE, filepath.FromSlash(dir)), []string{strings.TrimSpace(string(goversion))}) {
				rel, err := filepath.Rel(l.gocache, file)
				must(t, err)
				names = append(names, filepath.ToSlash(rel))
			}
			return names
		}
	}
	if len(l.index()) != 1 {
		t.Fatal("go has made no index")
	}
	_, out := l.mend(t.Context(), r, false)
	for i, o := range out {
		if o.Result != plan.Done {
			t.Errorf("%s: %+v", r.Steps[i].Label(), o)
		}
	}
	if left := l.index(); len(left) > 0 {
		t.Errorf("%q is still there", left)
	}
	l.builds()
}

// index are the entries of the build cache that are an index of the damaged module.
func (l *sickbay) index() (there []string) {
	opt := remedy.Options{}
	l.options(&opt)
	rel, err := filepath.Rel(l.GOMODCACHE, l.file("dir"))
	must(l.t, err)
	for _, name := range opt.Index(filepath.ToSlash(rel)) {
		if _, err := os.Stat(filepath.Join(l.gocache, filepath.FromSlash(name))); err == nil {
			there = append(there, name)
		}
	}
	return there
}

// A toolchain that the go command has downloaded is mended as any module version, and is as it was: with no .info.
func TestMendToolchain(t *testing.T) {
	for _, zip := range []bool{true, false} {
		l := newSickbay(t)
		tool, err := l.Toolchain("go1.99.1", "linux", "amd64", time.Now(), nil)
		must(t, err)
		must(t, l.Publish(tool))
		l.mod, l.db = tool, true
		l.write(l.file("dir")+"/VERSION", "go1.99.1 with something in it\n")
		if !zip {
			must(t, os.Truncate(l.file("zip"), 100))
		}
		list, in := l.examine()
		r := plan.NewRepair(t.Context(), list, in)
		if len(r.Steps) != 1 || len(r.Left) > 0 || r.Steps[0].NeedsNetwork == zip {
			t.Fatalf("%+v", r)
		}
		if _, out := l.mend(t.Context(), r, !zip); out[0].Result != plan.Done || out[0].Err != nil {
			t.Errorf("with the zip %v: %+v", zip, out)
		}
		if list, _ := l.examine(); len(list) > 0 {
			t.Errorf("%+v", list)
		}
	}
}
