package tui

import (
	"bytes"
	"cmp"
	"context"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/scanfile"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// savedScan is the file of a made-up machine with names that a terminal could take for commands.
func savedScan(t testing.TB) []byte {
	t.Helper()
	inv := withProjects(inventory(5, hostile[:len(hostile)-1]...), 4)
	slices.SortStableFunc(inv.ModCache.Versions, func(a, b modcache.Version) int { return cmp.Compare(a.Path, b.Path) })
	inv.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: "go1.26.8", Root: "/opt/" + hostile[0], Source: "path", Owner: "dpkg",
		GOOS: "linux", GOARCH: "amd64", Active: true, Why: hostile[1], Also: []string{"GOROOT"}, Problems: []string{"no compiler"}, SupportText: "supported"}}}
	inv.Binaries = &binary.Found{Binaries: []binary.Binary{{Path: "/home/u/go/bin/tool", Name: "tool", GoVersion: "go1.25.5", Module: "example.com/tool", Version: "v1.0.0"}}}
	inv.Related = []related.Root{{Name: "gopls", Store: "related", Path: "/home/u/.cache/gopls", What: "the cache of gopls", Size: tree.Size{Disk: 1 << 30}},
		{Name: "lint", Store: "related", Path: "/home/u/.cache/lint", What: "the cache of a linter", Size: tree.Size{Disk: 1 << 29}}}
	inv.Stores = append(inv.Stores, scan.Store{Name: "binaries", Path: "/home/u/go/bin", Size: tree.Size{Disk: 1 << 29}},
		scan.Store{Name: "related", Size: tree.Size{Disk: 3 << 29}}, scan.Store{Name: "gopath-src", Path: "/home/u/go/src", Size: tree.Size{Disk: 1 << 29}})
	use, _ := useOf(config.Default())(context.Background(), inv)
	checked := &scanfile.Checked{Ran: []string{"goflags"}}
	for i, name := range hostile {
		checked.Findings = append(checked.Findings, finding.Finding{Check: "goflags", Severity: finding.Severity(i % 3), Title: name, Detail: name,
			Target: finding.Target{Path: "/" + name, Module: name}, Fixes: []finding.Fix{{ID: "x", Title: name}}})
	}
	var b bytes.Buffer
	f := &scanfile.File{Host: scanfile.Host{Name: "ford.\x1b[2Jexample.io", OS: "linux", Home: "/home/u"}, Inventory: inv, Usage: use, Checked: checked}
	if err := f.Encode(&b, scanfile.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// showSaved is the program over a file.
func showSaved(t testing.TB, f *scanfile.File) *root {
	o := Options{Saved: &Saved{Inventory: f.Inventory, Home: f.Host.Home, Host: f.Host.Name, Refused: "a saved scan is only looked at"},
		Use: func(context.Context, *scan.Inventory) (*usage.Result, *usage.Project) { return f.Usage, nil },
		Check: func(context.Context, *scan.Inventory, *usage.Result, *meter.Meter) *Checked {
			return &Checked{Findings: f.Checked.Findings, Checks: len(f.Checked.Ran)}
		},
		Clean: &Cleaner{Refused: "not here"}, Repair: &Repairer{Refused: "not here"}}
	r := testRoot(t, o)
	r.startScan()
	r.Update(r.runScan(context.Background(), r.scan))
	if f.Checked != nil {
		r.ledger.beginChecks(1)
		r.ledger.check(1, o.Check(nil, nil, nil, nil), false)
		r.showHealth(r.ledger.health(r.env))
	}
	return r
}

// walkSaved draws every screen, with what its keys show.
func walkSaved(t testing.TB, r *root, sizes ...[2]int) {
	t.Helper()
	for _, size := range sizes {
		r.resize(size[0], size[1])
		for i := range screens {
			r.goTo(i)
			checkFrame(t, r, screens[i].name)
			for _, k := range []string{"enter", "down", "G", "s", "f", "enter", "esc", "m", "right", "enter", "esc", "m"} {
				press(r, k)
				checkFrame(t, r, screens[i].name+" after "+k)
			}
		}
	}
}

// TestSavedReadOnly: what would change something, or look again, says why it does not.
func TestSavedReadOnly(t *testing.T) {
	f, err := scanfile.Decode(bytes.NewReader(savedScan(t)))
	if err != nil {
		t.Fatal(err)
	}
	r := showSaved(t, f)
	walkSaved(t, r, sizes...)
	r.resize(120, 40)
	r.goTo(overviewScreen)
	r.say("") // what the last key was told
	for _, want := range []string{"from ford.", "a saved scan, nothing is changed from here", `From ford.\x1b[2Jexample.io, 22 Nov 12:00`} {
		if !strings.Contains(screenText(r), want) {
			t.Errorf("the Overview lacks %q:\n%s", want, screenText(r))
		}
	}
	id := r.scan.id
	for _, c := range []struct {
		screen int
		keys   string
	}{{overviewScreen, "R"}, {modulesScreen, "P"}, {modulesScreen, "r"}, {findingsScreen, "v"}} {
		r.goTo(c.screen)
		r.say("")
		if press(r, c.keys); r.status != r.Saved.Refused || r.scan.id != id {
			t.Errorf("%s on %s says %q", c.keys, screens[c.screen].name, r.status)
		}
	}
	r.goTo(findingsScreen)
	press(r, "g")
	if press(r, "x"); r.dialog == nil || r.dialog.title != "Not here" || r.current != findingsScreen {
		t.Errorf("x on a finding: %+v, on %s", r.dialog, screens[r.current].name)
	}
}

// TestSavedExtremes: numbers of any size, in any place where the file has one, leave the frame whole.
func TestSavedExtremes(t *testing.T) {
	text := savedScan(t)
	number := regexp.MustCompile(`\d+`)
	extremes := []string{"0", "1", "7", "65536", "2147483647", "1125899906842624", "576460752303423487", "-1", "-1125899906842624"}
	tried := 0
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		changed := number.ReplaceAllFunc(text, func(b []byte) []byte {
			if random.IntN(2000) > 0 {
				return b
			}
			return []byte(extremes[random.IntN(len(extremes))])
		})
		f, err := scanfile.Decode(bytes.NewReader(changed))
		if err != nil {
			continue
		}
		tried++
		walkSaved(t, showSaved(t, f), [2]int{80, 24}, [2]int{200, 60})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if t.Logf("%d files", tried); tried < 10 {
		t.Errorf("only %d of the files could be decoded", tried)
	}
}

// FuzzSaved: whatever is taken for a saved scan can be drawn.
func FuzzSaved(f *testing.F) {
	text := savedScan(f)
	f.Add(text)
	f.Add(bytes.ReplaceAll(text, []byte("/home/u"), []byte(`C:\\Users\\u`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := scanfile.Decode(bytes.NewReader(b)); err == nil {
			walkSaved(t, showSaved(t, s), [2]int{80, 24})
		}
	})
}
