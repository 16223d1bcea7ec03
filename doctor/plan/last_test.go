package plan

import (
	"os"
	"path/filepath"
	"testing"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"
)

// GOTOOLCHAIN selects a toolchain, by its version or by its directory, with a suffix or without.
func TestSelectedByEnv(t *testing.T) {
	dir := t.TempDir()
	tool := &toolchain.Toolchain{Version: "go1.22.3", Root: abs("home", "sdk", "go1.22.3-mine")}
	for value, want := range map[string]bool{"go1.22.3": true, "go1.22.3+auto": true, "go1.22.3-mine": true, "go1.22.4": false, "auto": false, "local": false} {
		env := goenv.Load(goenv.Input{Environ: []string{"GOTOOLCHAIN=" + value, "GOENV=off", "HOME=" + dir}, Dir: dir})
		f := &facts{in: &Input{Inventory: &scan.Inventory{Env: env}, Usage: &usage.Result{}}}
		if got := f.selected(0, tool); got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
}

// A version is as old as its download or its last read, whichever came later; of another machine nothing is looked at here.
func TestLast(t *testing.T) {
	v := modcache.Version{Path: "a.example/a", Version: "v1.0.0", Fetched: ago(9)}
	for i, c := range []struct{ read, want int }{{0, 9}, {20, 9}, {5, 5}} {
		f := &facts{in: &Input{Now: now, OlderThan: day, Elsewhere: true}, list: []modcache.Version{v}, uses: make([]usage.Version, 1)}
		if c.read > 0 {
			f.uses[0].Read = ago(c.read)
		}
		if got := f.last(0); !got.Equal(ago(c.want)) {
			t.Errorf("%d: %v, want %v", i, got, ago(c.want))
		}
	}
	f := &facts{in: &Input{Now: now, Usage: &usage.Result{}}, list: []modcache.Version{{Path: "a.example/a"}}, uses: []usage.Version{{State: usage.GraphOnly}}}
	if part, reason := f.whole(0, ruleOrphans, false); part != "" || reason != keptGraph {
		t.Errorf("%q, %q", part, reason)
	}
	f.uses[0].State = usage.Orphan
	if part, reason := f.whole(0, ruleOrphans, false); part != "" || reason != "" {
		t.Errorf("%q, %q", part, reason)
	}
	seen := make(map[string]bool)
	for _, state := range []usage.State{usage.Orphan, usage.GraphOnly, usage.InUse} {
		f.uses[0].State, f.nobody = state, "nobody"
		for _, part := range []Part{Sources, Zip, Version} {
			seen[f.why(0, part, false)] = true
			seen[f.why(0, part, true)] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d reasons: %v", len(seen), seen)
	}
}

// A toolchain in ~/sdk stays while it is younger than the grace, to the nanosecond, and for each other reason.
func TestSDKKept(t *testing.T) {
	root := filepath.Join(t.TempDir(), "sdk", "go1.22.3")
	marker := filepath.Join(root, ".unpacked-success")
	write(t, marker, "")
	fi, err := os.Lstat(marker)
	must(t, err)
	for i, c := range []struct {
		change func(in *Input, x *toolchain.Toolchain)
		want   string
	}{
		{func(*Input, *toolchain.Toolchain) {}, ""},
		{func(in *Input, _ *toolchain.Toolchain) { in.Now = in.Now.Add(-1) }, keptYoung},
		{func(in *Input, _ *toolchain.Toolchain) { in.OlderThan = 11 * day }, keptRecent},
		{func(_ *Input, x *toolchain.Toolchain) { x.Active = true }, keptInUse},
		{func(_ *Input, x *toolchain.Toolchain) { x.Removable = false }, keptInUse},
		{func(_ *Input, x *toolchain.Toolchain) { x.Source = "system" }, keptNotOurs},
		{func(_ *Input, x *toolchain.Toolchain) { x.Root += "x" }, keptNotOurs},
		{func(in *Input, _ *toolchain.Toolchain) { in.Elsewhere = true }, keptThere},
		{func(in *Input, _ *toolchain.Toolchain) { in.Usage = nil }, keptUnknown},
		{func(in *Input, _ *toolchain.Toolchain) { in.Usage = &usage.Result{Toolchains: [][]int32{{0}}} }, keptInUse},
		{func(in *Input, x *toolchain.Toolchain) { in.Running = []string{filepath.Join(x.Root, "bin", "go")} }, keptRuns},
	} {
		x := toolchain.Toolchain{Version: "go1.22.3", Root: root, Source: "sdk", Removable: true}
		in := &Input{Inventory: &scan.Inventory{}, Usage: &usage.Result{}, Now: fi.ModTime().Add(10 * day), Grace: 10 * day}
		c.change(in, &x)
		in.Inventory.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{x}}
		if _, reason := (&facts{in: in}).sdk(0); reason != c.want {
			t.Errorf("%d: %q, want %q", i, reason, c.want)
		}
	}
	must(t, os.Remove(marker))
	must(t, os.Symlink(root, marker))
	in := &Input{Inventory: &scan.Inventory{Toolchains: &toolchain.Found{Toolchains: []toolchain.Toolchain{{Root: root, Source: "sdk", Removable: true}}}}}
	if _, reason := (&facts{in: in}).sdk(0); reason != keptMarker {
		t.Errorf("a link for a marker: %q", reason)
	}
}
