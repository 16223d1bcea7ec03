package usage

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

// small are modules without needs.
func small(list ...string) []cachetest.Module {
	var out []cachetest.Module
	for _, s := range list {
		path, version, _ := strings.Cut(s, "@")
		out = append(out, library(path, version, "1.20"))
	}
	return out
}

func project1(t *testing.T, m *cachetest.Machine, name, gomod, gosum string) string {
	t.Helper()
	dir, err := m.Project(name, gomod, map[string]string{"go.sum": gosum, "p.go": "package p\n"})
	must(t, err)
	return dir
}

// expect compares states.
func expect(t *testing.T, r *Result, want map[string]State) {
	t.Helper()
	for name, state := range want {
		path, version, _ := strings.Cut(name, "@")
		if got := stateOf(r, path, version); got != state {
			t.Errorf("%s: %s, want %s", name, got, state)
		}
	}
}

// A version without a project is an orphan only if nothing is in doubt; each doubt has its words.
func TestDoubts(t *testing.T) {
	cases := []struct {
		name   string
		make   func(t *testing.T, m *cachetest.Machine)
		change func(*Input)
		want   State
		says   string
	}{
		{name: "a project", want: Orphan},
		{name: "no project", make: func(t *testing.T, m *cachetest.Machine) { must(t, os.RemoveAll(filepath.Join(m.Projects, "p"))) },
			want: Unknown, says: "no project was found"},
		{name: "config that cannot be read", change: func(in *Input) { in.Config.Broken = true }, want: Unknown, says: "configuration"},
		{name: "nobody looked", change: func(in *Input) { in.Inventory.Projects = nil }, want: Unknown, says: "no projects were looked for"},
		{name: "a go.mod file without content that says enough", make: func(t *testing.T, m *cachetest.Machine) {
			write(t, filepath.Join(m.Projects, "nul", "go.mod"), strings.Repeat("\x00", 500))
		}, want: Unknown, says: "nul"},
		{name: "a go.mod file that names what it needs in a way go does not parse", make: func(t *testing.T, m *cachetest.Machine) {
			write(t, filepath.Join(m.Projects, "merge", "go.mod"), "module x.example/merge\n\n<<<<<<< HEAD\nrequire example.com/named v1.0.0\n=======\n")
		}, want: Orphan, says: "merge"},
		{name: "a go.mod file of the graph is missing, and go.sum names it", make: func(t *testing.T, m *cachetest.Machine) {
			project1(t, m, "bound", "module x.example/bound\n\ngo 1.20\n\nrequire example.com/gone v1.0.0\n",
				"example.com/gone v1.0.0 h1:x=\nexample.com/gone v1.0.0/go.mod h1:x=\n")
		}, want: Orphan, says: "what its go.sum lists is kept"},
		{name: "likewise, and nothing names what it needs", make: func(t *testing.T, m *cachetest.Machine) {
			project1(t, m, "open", "module x.example/open\n\ngo 1.20\n\nrequire example.com/gone v1.0.0\n", "")
		}, want: Unknown, says: "no go.sum says what they need"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := machine(t)
			must(t, m.Install(small("example.com/x@v1.0.0", "example.com/named@v1.0.0")...))
			project1(t, m, "p", "module x.example/p\n\ngo 1.20\n", "")
			if c.make != nil {
				c.make(t, m)
			}
			r := lookAt(t, m, c.change)
			expect(t, r, map[string]State{"example.com/x@v1.0.0": c.want})
			if c.says != "" && !slices.ContainsFunc(r.Doubts, func(d Doubt) bool { return strings.Contains(d.Message, c.says) }) {
				t.Errorf("%q is not said: %+v", c.says, r.Doubts)
			}
			if c.says == "" && len(r.Doubts) > 0 {
				t.Errorf("doubts: %+v", r.Doubts)
			}
		})
	}
}

// A file that GOFLAGS names instead of go.mod is in doubt until it was looked at.
func TestModfile(t *testing.T) {
	m := machine(t)
	must(t, m.Install(small("example.com/x@v1.0.0", "example.com/alt@v1.0.0")...))
	dir := project1(t, m, "p", "module x.example/p\n\ngo 1.20\n", "")
	alt := filepath.Join(dir, "alt.mod")
	write(t, alt, "module x.example/p\n\ngo 1.20\n\nrequire example.com/alt v1.0.0\n")
	env := append([]string{"GOFLAGS=-modfile=" + alt}, m.Environ()...)
	r := lookInput(t, env, m, project.Input{Roots: []string{m.Home}}, nil)
	expect(t, r, map[string]State{"example.com/x@v1.0.0": Unknown, "example.com/alt@v1.0.0": Unknown})
	r = lookInput(t, env, m, project.Input{Roots: []string{m.Home}, Modfiles: []project.ModfilePair{{File: alt}}}, nil)
	expect(t, r, map[string]State{"example.com/x@v1.0.0": Orphan, "example.com/alt@v1.0.0": InUse})
}

// What is protected, private, young, pinned, or without a known hash.
func TestTiers(t *testing.T) {
	m := machine(t)
	mods := small("example.com/known@v1.0.0", "example.com/unknown@v1.0.0", "corp.example/private@v1.0.0",
		"example.com/pin@v1.0.0", "example.com/pin@v1.1.0", "prot.example/x@v1.0.0", "example.com/gone@v1.0.0", "example.com/young@v1.0.0")
	must(t, m.Install(mods...))
	must(t, m.InstallSumDB(mods[0], mods[6], mods[7]))
	project1(t, m, "p", "module x.example/p\n\ngo 1.20\n", "")
	must(t, os.Chtimes(m.CachePath(mods[7], "ziphash"), time.Now(), time.Now().Add(-1000*time.Hour)))
	old := time.Now().Add(-1000 * time.Hour)
	for _, mod := range mods {
		for _, ext := range []string{"zip", "ziphash"} {
			at := old
			if mod.Path == "example.com/young" && ext == "ziphash" {
				at = time.Now() // read lately
			}
			must(t, os.Chtimes(m.CachePath(mod, ext), at, old))
		}
		must(t, os.Chtimes(m.Dir(mod), old, old))
	}
	r := lookAt(t, m, func(in *Input) {
		in.Config = &config.Config{Grace: 24 * time.Hour, Pins: []config.Pin{{Path: "example.com/pin", Version: "v1.0.0"}},
			Protect: []string{"prot.example"}}
		in.Gone = map[module.Version]bool{mods[6].ID(): true}
	})
	for _, c := range []struct {
		name string
		tier Tier
	}{{"example.com/unknown", Hold}, {"corp.example/private", Hold}, {"example.com/known", Network}, {"example.com/gone", Hold},
		{"example.com/young", Keep}, {"prot.example/x", Keep}} {
		if v := r.Of(c.name, "v1.0.0"); v.Tier != c.tier {
			t.Errorf("%s: %s, %s, want %s", c.name, v.State, v.Tier, c.tier)
		}
	}
	expect(t, r, map[string]State{"example.com/pin@v1.0.0": Pinned, "example.com/pin@v1.1.0": Orphan,
		"prot.example/x@v1.0.0": Pinned, "example.com/young@v1.0.0": Young, "example.com/known@v1.0.0": Orphan})
	if v := r.Of("example.com/pin", "v1.1.0"); !v.Newest {
		t.Error("the newest version is not told")
	}
}

// GOPRIVATE makes a version private: a known hash does not bring it back.
func TestPrivate(t *testing.T) {
	m := machine(t)
	mods := small("corp.example/private@v1.0.0", "example.com/public@v1.0.0")
	must(t, m.Install(mods...))
	project1(t, m, "p", "module x.example/p\n\ngo 1.20\n", "")
	must(t, m.InstallSumDB(mods...))
	r := lookWith(t, m, []string{"GOPRIVATE=corp.example", "GONOPROXY="}, nil)
	if v := r.Of("corp.example/private", "v1.0.0"); !v.Private || v.Tier != Hold {
		t.Errorf("%+v", v)
	}
	if v := r.Of("example.com/public", "v1.0.0"); v.Private || v.Tier != Network {
		t.Errorf("%+v", v)
	}
}

// Toolchains are used by the projects that select them.
func TestToolchains(t *testing.T) {
	m := machine(t)
	old := time.Now().Add(-1000 * time.Hour)
	for _, v := range []string{"go1.90.0", "go1.91.2", "go1.92.0", "go1.93.1"} {
		_, err := m.Toolchain(v, "linux", "amd64", old, nil)
		must(t, err)
	}
	project1(t, m, "a", "module x.example/a\n\ngo 1.90\n", "")
	project1(t, m, "b", "module x.example/b\n\ngo 1.21\n\ntoolchain go1.91.2\n", "")
	project1(t, m, "ws/c", "module x.example/c\n\ngo 1.92.0\n", "")
	write(t, filepath.Join(m.Projects, "ws", "go.work"), "go 1.91.2\n\nuse ./c\n")
	project1(t, m, "d", "module x.example/d\n\ngo 1.92.0\n\ntoolchain default\n", "") // go stops there, and switches to nothing
	for _, c := range []struct {
		setting string
		want    map[string]State
	}{
		{"auto", map[string]State{"go1.90.0": InUse, "go1.91.2": InUse, "go1.92.0": Orphan, "go1.93.1": Orphan}},
		{"local", map[string]State{"go1.90.0": Orphan, "go1.91.2": Orphan, "go1.92.0": Orphan, "go1.93.1": Orphan}},
		{"go1.93.1", map[string]State{"go1.90.0": Orphan, "go1.91.2": Orphan, "go1.92.0": Orphan, "go1.93.1": InUse}},
		{"go1.91.2+auto", map[string]State{"go1.90.0": Orphan, "go1.91.2": InUse, "go1.92.0": Orphan, "go1.93.1": Orphan}},
	} {
		r := lookWith(t, m, []string{"GOTOOLCHAIN=" + c.setting, "GOHOSTOS=linux"}, nil)
		for name, want := range c.want {
			v := "v0.0.1-" + name + "." + hostPlatform(r)
			if got := stateOf(r, toolchainPath, v); got != want {
				t.Errorf("GOTOOLCHAIN=%s: %s is %s, want %s", c.setting, name, got, want)
			}
		}
	}
}

// TestUseOrder: the strongest use stands first, also where a project selects a toolchain and one before it only has it on a branch.
func TestUseOrder(t *testing.T) {
	r := &Result{in: &Input{Inventory: &scan.Inventory{Env: envOf("GOVERSION=go1.26.8", "GOTOOLCHAIN=auto", "GOHOSTOS=linux", "GOHOSTARCH=amd64")}}}
	v := module.Version{Path: toolchainPath, Version: "v0.0.1-go1.91.2.linux-amd64"}
	r.in.Inventory.ModCache = &modcache.Cache{Versions: []modcache.Version{{Path: v.Path, Version: v.Version, Toolchain: true}}}
	for i, p := range []*project.Project{{Go: "1.20", Branches: []project.Branch{{Toolchain: "go1.91.2"}}}, {Go: "1.20", Toolchain: "go1.91.2"}} {
		p.File = fmt.Sprintf("/p%d/go.mod", i)
		found := r.in.found()
		found.Projects = append(found.Projects, p)
		r.in.Inventory.Projects = found
	}
	r = Look(t.Context(), r.in)
	uses := r.Of(v.Path, v.Version).Uses
	if want := []Use{{1, Needed}, {0, OnBranch}}; !slices.Equal(uses, want) {
		t.Errorf("got %v, want %v", uses, want)
	}
	if why := r.Reasons(0); why[0] != `in the build list of "/p1/go.mod"` {
		t.Errorf("%q", why)
	}
}

// envOf is settings as they were recorded somewhere.
func envOf(settings ...string) *goenv.Env {
	r := &goenv.Record{GOOS: "linux"}
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		r.Settings = append(r.Settings, goenv.Setting{Key: key, Value: value})
	}
	return r.Env()
}

// TestSelection: what a go command calls itself is more than the name of its release where it is a development version, or was built
// with experiments.
func TestSelection(t *testing.T) {
	for _, c := range []struct{ version, goLine, toolchain, want, decides string }{
		{"go1.26.8", "1.26.8", "", "go1.26.8", "new enough"},
		{"go1.26.8", "1.27", "", "go1.27.0", "go 1.27"},
		{"go1.26.8", "1.25", "go1.27.1", "go1.27.1", "toolchain go1.27.1"},
		{"go1.26.8", "1.27", "default", "go1.26.8", "toolchain default"},
		{"go1.26.8 X:jsonv2", "1.25.0", "", "go1.26.8", "new enough"},
		{"go1.26.8-X:jsonv2", "1.25.0", "", "go1.26.8-X:jsonv2", "new enough"},
		{"devel go1.28-0123abc Mon Nov 2 10:00:00 2026 +0000", "1.26.8", "", "go1.28", "new enough"},
		{"go1.28-devel_0123abc Mon Nov 2 10:00:00 2026 +0000", "1.26.8", "", "go1.28-devel_0123abc", "new enough"},
		{"devel +0123abc", "1.26.8", "", "devel +0123abc", "new enough"},
		{"", "1.26.8", "", "go1.26.8", "go 1.26.8"},
		{"", "", "", "", ""},
	} {
		s := newSelection(envOf("GOVERSION="+c.version, "GOTOOLCHAIN=auto"))
		if got, decides := s.of(c.goLine, c.toolchain); got != c.want || !strings.Contains(decides, c.decides) || got == "" && decides != "" {
			t.Errorf("%s, go %s, toolchain %s: %q (%s), want %q (%s)", c.version, c.goLine, c.toolchain, got, decides, c.want, c.decides)
		}
	}
}

func TestLocalToolchain(t *testing.T) {
	for v, want := range map[string]string{
		"go1.26.8":                       "go1.26.8",
		"go1.26.8 X:jsonv2":              "go1.26.8",
		"go1.26.8-X:jsonv2":              "go1.26.8-X:jsonv2",
		"go1.28-devel_0123abc Mon Nov 2": "go1.28-devel_0123abc",
		"devel go1.28-0123abc Mon Nov 2": "go1.28",
		"go1.22.2-1ubuntu":               "go1.22.2-1ubuntu",
		"":                               "",
		"devel +0123abc":                 "",
		"go1.26.8/../x":                  "",
	} {
		if got := LocalToolchain(v); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

// TestTooOld: what go refuses to build does not work offline either.
func TestTooOld(t *testing.T) {
	m := machine(t)
	dir := project1(t, m, "p", "module x.example/p\n\ngo 1.90\n", "")
	for _, setting := range []string{"local", "auto"} {
		r := lookWith(t, m, []string{"GOTOOLCHAIN=" + setting}, nil)
		if p := r.At(filepath.Join(dir, "go.mod")); p.Offline || len(p.Because) != 1 || !strings.Contains(p.Because[0], "go1.90.0") && !strings.Contains(p.Because[0], "go 1.90") {
			t.Errorf("%s: %v, %q", setting, p.Offline, p.Because)
		}
	}
}

func hostPlatform(r *Result) string {
	s := newSelection(r.in.Inventory.Env)
	return s.goos + "-" + s.goarch
}

// What another branch or a stash entry names is listed.
func TestBranches(t *testing.T) {
	git, err := gocmd.FindGit(os.Environ())
	must(t, err)
	m := machine(t)
	must(t, m.Install(small("example.com/main@v1.0.0", "example.com/branch@v1.0.0", "example.com/none@v1.0.0")...))
	dir := project1(t, m, "p", "module x.example/p\n\ngo 1.20\n\nrequire example.com/branch v1.0.0\n",
		"example.com/branch v1.0.0 h1:x=\nexample.com/branch v1.0.0/go.mod h1:x=\n")
	run := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
		cmd.Dir, cmd.Env = dir, m.Environ()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run("init", "-q", "-b", "side")
	run("add", ".")
	run("commit", "-qm", "one")
	run("checkout", "-q", "-b", "main")
	write(t, filepath.Join(dir, "go.mod"), "module x.example/p\n\ngo 1.20\n\nrequire example.com/main v1.0.0\n")
	write(t, filepath.Join(dir, "go.sum"), "example.com/main v1.0.0 h1:x=\nexample.com/main v1.0.0/go.mod h1:x=\n")
	run("commit", "-qam", "two")
	r := lookGit(t, m, git)
	expect(t, r, map[string]State{"example.com/main@v1.0.0": InUse, "example.com/branch@v1.0.0": Listed, "example.com/none@v1.0.0": Orphan})
	i := r.byName[module.Version{Path: "example.com/branch", Version: "v1.0.0"}]
	if why := r.Why(int(i), 1); len(why) != 1 || !slices.Contains(why[0].Refs, "refs/heads/side") {
		t.Errorf("%+v", why)
	}
}

// A project that builds from its vendor directory needs nothing of the cache; what is in its build list is listed.
func TestVendored(t *testing.T) {
	m := machine(t)
	must(t, m.Install(small("example.com/v@v1.0.0")...))
	dir := project1(t, m, "p", "module x.example/p\n\ngo 1.20\n\nrequire example.com/v v1.0.0\n", m.GoSum(small("example.com/v@v1.0.0")...))
	write(t, filepath.Join(dir, "vendor", "modules.txt"), "# example.com/v v1.0.0\n## explicit; go 1.20\nexample.com/v\n")
	r := lookAt(t, m, nil)
	expect(t, r, map[string]State{"example.com/v@v1.0.0": Listed})
	if p := r.At(filepath.Join(dir, "go.mod")); !p.Vendored || p.Needed != 0 || !p.Offline {
		t.Errorf("%+v", p)
	}
	r = lookWith(t, m, []string{"GOFLAGS=-mod=mod"}, nil)
	expect(t, r, map[string]State{"example.com/v@v1.0.0": InUse})
}

// What a project needs, what go does about it, and whether it works offline.
func TestNeeds(t *testing.T) {
	m := machine(t)
	mods := small("example.com/hit@v1.0.0", "example.com/unpack@v1.0.0", "example.com/lost@v1.0.0", "example.com/half@v1.0.0")
	must(t, m.Install(mods...))
	must(t, cachetest.Remove(m.Dir(mods[1])))
	must(t, os.Remove(m.CachePath(mods[2], "zip")))
	must(t, os.Remove(m.CachePath(mods[2], "ziphash")))
	must(t, os.Remove(m.CachePath(mods[0], "info")))
	must(t, os.Remove(m.CachePath(mods[3], "zip")))
	write(t, m.CachePath(mods[3], "partial"), "")
	gomod := "module x.example/p\n\ngo 1.20\n\nrequire (\n"
	for _, mod := range mods {
		gomod += "\t" + mod.Path + " v1.0.0\n"
	}
	dir := project1(t, m, "p", gomod+")\n", m.GoSum(mods...))
	r := lookAt(t, m, nil)
	p := r.At(filepath.Join(dir, "go.mod"))
	if p.Needed != 4 || p.Present != 2 || p.NoInfo != 1 || p.Offline || !p.Perhaps || p.MissingBytes == 0 || p.GoSum != "ok" {
		t.Errorf("%+v", p)
	}
	want := map[string]string{"example.com/hit": "hit .ziphash", "example.com/unpack": "unpack .zip",
		"example.com/lost": "download no .ziphash", "example.com/half": "download .partial"}
	for _, n := range r.Needs(p) {
		if got := n.Doing.String() + " " + n.File; got != want[n.Path] {
			t.Errorf("%s: %s, want %s", n.Path, got, want[n.Path])
		}
	}
	sum := m.GoSum(mods[:3]...)
	write(t, filepath.Join(dir, "go.sum"), sum)
	if p := lookAt(t, m, nil).At(filepath.Join(dir, "go.mod")); p.GoSum != "incomplete" || len(p.SumLacks) == 0 {
		t.Errorf("%s %q", p.GoSum, p.SumLacks)
	}
	must(t, os.Remove(filepath.Join(dir, "go.sum")))
	if p := lookAt(t, m, nil).At(filepath.Join(dir, "go.mod")); p.GoSum != "absent" {
		t.Errorf("%s", p.GoSum)
	}
}
