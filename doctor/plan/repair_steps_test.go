package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan/binary"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
)

// What a repair needs of the network, and how a step is named.
func TestRepairNeedsNetwork(t *testing.T) {
	r := &Repair{Steps: []Step{{Bytes: 5}, {NeedsNetwork: true, Bytes: 7}, {NeedsNetwork: true}, {NeedsNetwork: true, Bytes: 4}}}
	if needs, bytes := r.NeedsNetwork(); !needs || bytes != 11 {
		t.Errorf("%v, %d", needs, bytes)
	}
	r.Steps = r.Steps[:1]
	if needs, bytes := r.NeedsNetwork(); needs || bytes != 0 {
		t.Errorf("%v, %d", needs, bytes)
	}
	for want, s := range map[string]Step{
		"a.example/a@v1.0.0": {Module: "a.example/a", Version: "v1.0.0", Path: "p"}, "p": {Name: "n", Path: "p"}, "f": {File: "f", Path: "p"},
		"q": {Module: "a.example/a", Version: "v1.0.0", Name: "n", Path: "q"}, "g": {Module: "a.example/a", Version: "v1.0.0", File: "g"},
	} {
		if got := s.Label(); got != want {
			t.Errorf("%+v is %q", s, got)
		}
	}
}

// A file or directory of a cache becomes one step, with its stamp: nothing outside, nothing that has gone, and not the root.
func TestRepairThings(t *testing.T) {
	in := repairInput(t)
	mod, build := in.Inventory.ModCache.Root, in.Inventory.BuildCache.Root
	index, clone, odd := filepath.Join(build, "0a", "index-d"), filepath.Join(mod, "cache", "vcs", hash), filepath.Join(mod, "odd")
	write(t, index, "index")
	write(t, filepath.Join(clone, "HEAD"), "x")
	write(t, clone+".info", "git3:x")
	write(t, odd, "odd")
	thing := func(check, path, fix string) finding.Finding {
		return finding.Finding{Check: check, Target: finding.Target{Path: path}, Fixes: []finding.Fix{{ID: fix, Title: "the fix"}}}
	}
	list := []finding.Finding{thing("index", index, FixIndex), thing("entry", index, FixIndex), thing("index", index, FixIndex), thing("clone", clone+".info", FixClone),
		thing("odd", odd, FixRemove), thing("aside", odd, FixAside), thing("gone", filepath.Join(mod, "gone"), FixRemove)}
	left := []finding.Finding{thing("root", mod, FixRemove), thing("above", filepath.Dir(mod), FixRemove), thing("other", odd, FixEntry),
		thing("below a file", filepath.Join(odd, "x"), FixRemove), thing("no clone", index, "no such fix")}
	write(t, filepath.Join(mod, "cache", "vcs", "lone.info"), "x")
	left = append(left, thing("lone", filepath.Join(mod, "cache", "vcs", "lone.info"), FixClone))
	r := NewRepair(t.Context(), append(list, left...), in)
	var got []string
	for i := range r.Steps {
		s := &r.Steps[i]
		fi, err := os.Lstat(map[bool]string{true: clone, false: s.Path}[s.Fix() == FixClone])
		must(t, err)
		if s.Stamp != StampOf(fi) || s.NeedsNetwork || s.Title != "the fix" {
			t.Errorf("%+v", s)
		}
		got = append(got, s.Name+" "+strings.Join(s.Fixes, "+")+" "+strings.Join(s.Checks, "+"))
		if want := map[string]int{FixIndex: 3}[s.Fix()]; want > 0 && len(s.Of) != want {
			t.Errorf("of %q", s.Of)
		}
	}
	want := []string{"0a/index-d drop-index index+entry", "cache/vcs/" + hash + " remove-clone clone", "odd remove odd", "odd move-aside aside"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var why []string
	for _, l := range r.Left {
		why = append(why, l.Finding.Check)
		if l.Why == "" {
			t.Errorf("%+v", l)
		}
	}
	if want := []string{"root", "above", "other", "below a file", "no clone", "lone"}; !slices.Equal(why, want) {
		t.Errorf("left %q, want %q", why, want)
	}
	in.Inventory.BuildCache.Looks = false // then it may be anything
	if r := NewRepair(t.Context(), list[:1], in); len(r.Steps) != 0 || len(r.Left) != 1 || r.GoCache != "" {
		t.Errorf("%+v", r)
	}
	in.Inventory.ModCache, in.Inventory.BuildCache = nil, nil
	if r := NewRepair(t.Context(), append(list, about("zip-damaged", "v1.0.0", FixFetch)), in); len(r.Steps) != 0 || len(r.Left) != len(list)+1 || r.ModCache != "" {
		t.Errorf("%+v", r)
	}
}

// Where the caches really lie stands in the repair: a link on the way may lead elsewhere later.
func TestRepairRoots(t *testing.T) {
	in := repairInput(t)
	for _, root := range []*string{&in.Inventory.ModCache.Root, &in.Inventory.BuildCache.Root} {
		real, err := filepath.EvalSymlinks(*root)
		must(t, err)
		link := filepath.Join(t.TempDir(), "link")
		must(t, os.Symlink(real, link))
		*root = link
		r := NewRepair(t.Context(), nil, in)
		if r.ModCache != real && r.GoCache != real {
			t.Errorf("%+v, want %s", r, real)
		}
	}
}

// What has to be fetched says so and how much that is; offline it is left; what nobody can prove is, too.
func TestRepairSettles(t *testing.T) {
	private := func(path string) bool { return path == "a.example/a" }
	for _, c := range []struct {
		name   string
		fixes  []string
		sums   []string
		parts  modcache.Parts
		change func(in *RepairInput)
		net    bool
		bytes  int64
		left   bool
	}{
		{"unpack", []string{FixUnpack}, []string{hashA}, modcache.HasZip, nil, false, 0, false},
		{"unpack offline", []string{FixUnpack}, []string{hashA}, modcache.HasZip, func(in *RepairInput) { in.Offline = true }, false, 0, false},
		{"fetch", []string{FixFetch}, []string{hashA}, modcache.HasZip, nil, true, 77, false},
		{"fetch offline", []string{FixFetch}, []string{hashA}, modcache.HasZip, func(in *RepairInput) { in.Offline = true }, true, 77, true},
		{"fetch what nobody knows", []string{FixFetch}, nil, modcache.HasZip, nil, true, 77, true},
		{"fetch what is private", []string{FixFetch}, nil, modcache.HasZip, func(in *RepairInput) { in.Private = private }, true, 77, false},
		{"info", []string{FixInfo}, []string{hashA}, modcache.HasZip, nil, true, 0, false},
		{"info offline", []string{FixInfo}, []string{hashA}, modcache.HasZip, func(in *RepairInput) { in.Offline = true }, true, 0, true},
		{"info in a quarrel", []string{FixInfo}, []string{hashA, hashB}, modcache.HasZip, nil, true, 0, false},
		{"unpack in a quarrel", []string{FixUnpack}, []string{hashA, hashB}, modcache.HasZip, nil, false, 0, true},
		{"mod beside a zip", []string{FixMod}, nil, modcache.HasZip, func(in *RepairInput) { in.Offline = true }, false, 0, false},
		{"mod without a zip", []string{FixMod}, []string{hashA}, 0, nil, true, 0, false},
		{"mod that nobody knows", []string{FixMod}, nil, 0, nil, true, 0, true},
		{"finish", []string{FixFinish}, []string{hashA}, modcache.HasZip, nil, false, 0, false},
		{"finish without a zip", []string{FixFinish}, []string{hashA}, 0, nil, true, 77, false},
	} {
		in := repairInput(t, c.sums...)
		v := &in.Inventory.ModCache.Versions[0]
		v.Parts, v.ZipSize.Bytes = c.parts, 77
		if c.change != nil {
			c.change(&in)
		}
		var list []finding.Finding
		for _, fix := range c.fixes {
			list = append(list, about("zip-damaged", "v1.0.0", fix))
		}
		r := NewRepair(t.Context(), list, in)
		if c.left {
			if len(r.Steps) != 0 || len(r.Left) != len(list) || r.Left[0].Why == "" {
				t.Errorf("%s: %+v", c.name, r)
			}
			continue
		}
		if len(r.Steps) != 1 || len(r.Left) != 0 {
			t.Errorf("%s: %+v", c.name, r)
			continue
		}
		if s := &r.Steps[0]; s.NeedsNetwork != c.net || s.Bytes != c.bytes || s.Unproved != (c.name == "fetch what is private") || s.Title == "" {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// Programs are witnesses where no go.sum is, and contradict one like another.
func TestRepairPrograms(t *testing.T) {
	dep := func(sum string) binary.Dep { return binary.Dep{Path: "a.example/a", Version: "v1.0.0", Sum: sum} }
	replaced := binary.Dep{Path: "b.example/b", Version: "v1.0.0", Sum: hashB, Replace: &binary.Dep{Path: "a.example/a", Version: "v1.0.0", Sum: hashA}}
	for i, c := range []struct {
		sums []string
		deps []binary.Dep
		main string
		want string
		from string
	}{
		{nil, []binary.Dep{dep(hashA)}, "", hashA, "an installed program"}, {nil, []binary.Dep{replaced}, "", hashA, "an installed program"},
		{nil, nil, hashB, hashB, "an installed program"}, {[]string{hashA}, []binary.Dep{dep(hashA)}, "", hashA, "go.sum"},
		{[]string{hashA}, []binary.Dep{dep(hashB)}, "", "", ""}, {nil, []binary.Dep{dep(hashA)}, hashB, "", ""}, {nil, []binary.Dep{dep("")}, "", "", ""},
	} {
		in := repairInput(t, c.sums...)
		b := binary.Binary{Module: "m.example/m", Version: "v1.0.0", Deps: c.deps}
		if c.main != "" {
			b.Module, b.Sum = "a.example/a", c.main
		}
		in.Inventory.Binaries = &binary.Found{Binaries: []binary.Binary{b}}
		m := &mender{in: in, ctx: t.Context()}
		k := m.claims(module.Version{Path: "a.example/a", Version: "v1.0.0"})
		if k.zip != c.want || k.source != c.from || k.quarrel != (c.want == "" && len(c.deps) > 0 && c.deps[0].Sum != "") {
			t.Errorf("%d: %+v", i, k)
		}
	}
}

// What a project lacks is added once, with its hash, and not what is planned or left already.
func TestRepairNeed(t *testing.T) {
	in := repairInput(t, hashA)
	in.Inventory.ModCache.Versions = in.Inventory.ModCache.Versions[1:]
	p := &in.Usage.Projects[0]
	var missing usage.Project = *p
	r := &Repair{}
	m := &mender{in: in, ctx: t.Context(), versions: make(map[module.Version]*Step), files: make(map[string]*Step), out: r, modRoot: "."}
	m.lacks(module.Version{Path: "a.example/a", Version: "v1.0.0"}, FixFetch, 99)
	m.lacks(module.Version{Path: "a.example/a", Version: "v1.0.0"}, FixMod, 0)
	m.lacks(module.Version{Path: "../a", Version: "v1.0.0"}, FixFetch, 1)
	if len(m.versions) != 1 {
		t.Fatalf("%+v", m.versions)
	}
	for _, s := range m.versions {
		m.settle(s)
	}
	if len(r.Steps) != 1 || r.Steps[0].Hash != hashA || r.Steps[0].Bytes != 99 || !r.Steps[0].NeedsNetwork || !slices.Equal(r.Steps[0].Checks, []string{CheckMissing}) || r.Steps[0].Keep {
		t.Errorf("%+v", r.Steps)
	}
	again := &Repair{}
	again.Need(t.Context(), &missing, in)
	if len(again.Steps) != 0 || len(again.Left) != 0 {
		t.Errorf("a project that lacks nothing: %+v", again)
	}
}

// A go.sum file or a settings file that cannot be read is left, and so is what no database settles.
func TestRepairUnread(t *testing.T) {
	dir := t.TempDir()
	wrong := about("gosum-wrong", "v1.0.0", FixLine)
	wrong.Target.File, wrong.Target.Line = filepath.Join(dir, "none", "go.sum"), 1
	in := repairInput(t)
	in.DB = records{{Path: "a.example/a", Version: "v1.0.0"}: verify.Record{Zip: hashB}}
	if r := NewRepair(t.Context(), []finding.Finding{wrong}, in); len(r.Steps) != 0 || len(r.Left) != 1 || !strings.Contains(r.Left[0].Why, "go.sum") {
		t.Errorf("%+v", r)
	}
	if err := asTheyWere(filepath.Join(dir, "none"), []finding.Edit{{New: "X=y"}}); err == nil {
		t.Error("it is not there")
	}
	file := filepath.Join(dir, "env")
	write(t, file, "GOPROXY=off\n")
	in.Inventory.Env = goenv.Load(goenv.Input{Environ: []string{"GOENV=" + file, "HOME=" + dir}, Dir: dir})
	one := finding.Finding{Check: "one", Target: finding.Target{File: file}, Fixes: []finding.Fix{{ID: FixSetting, Title: "its title", Edits: []finding.Edit{{Line: 1, Old: "GOPROXY=off"}}}}}
	if r := NewRepair(t.Context(), []finding.Finding{one}, in); len(r.Steps) != 1 || r.Steps[0].Title != "its title" {
		t.Errorf("%+v", r)
	}
	for text, good := range map[string]bool{"f:1": true, "c:\\x:12": true, "f": false, "f:": false, "f:0": false, "f:-1": false, "f:x": false} {
		if p, ok := sumPlaceOf(text); ok != good || ok && (p.line == 0 || p.file == "") {
			t.Errorf("%q: %+v, %v", text, p, ok)
		}
	}
}
