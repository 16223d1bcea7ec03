package report

import (
	"testing"
	"time"

	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

func TestByVersion(t *testing.T) {
	size := func(n int64) tree.Size { return tree.Size{Disk: n} }
	got := ByVersion([]gocache.Group{
		{GoVersion: "go1.1", GOOS: "linux", GOARCH: "amd64", Age: gocache.AgeDay, Entries: 1, Size: size(10)},
		{GoVersion: "go1.1", GOOS: "linux", GOARCH: "amd64", Age: gocache.AgeOld, Entries: 2, Size: size(5), Kind: "x"},
		{GoVersion: "go1.2", GOOS: "linux", GOARCH: "amd64", Age: gocache.AgeDay, Entries: 1, Size: size(100)},
		{GOOS: "linux", Age: gocache.AgeVeryOld, Entries: 9, Size: size(1000)},
		{Age: gocache.AgeDay, Entries: 9, Size: size(1000)},
	})
	if len(got) != 3 || got[0].GoVersion != "go1.2" || got[1].Size.Disk != 15 || got[1].Old.Disk != 5 || got[1].Entries != 3 {
		t.Errorf("got %+v", got)
	}
	if last := got[2]; last.GoVersion != "" || last.Size.Disk != 2000 || last.Platform() != "" {
		t.Errorf("what has no version: %+v", last)
	}
}

func TestNoPassword(t *testing.T) {
	for in, want := range map[string]string{
		"https://proxy.example,direct":                               "https://proxy.example,direct",
		"https://u:secret@proxy.example/x,https://v:p@b.example|off": "https://u:***@proxy.example/x,https://v:***@b.example|off",
		"https://user@proxy.example":                                 "https://user@proxy.example",
		"a:b@c":                                                      "a:b@c",
	} {
		if got := NoPassword(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Facts are computed, at most three, and nothing is said where there is nothing to say.
func TestFacts(t *testing.T) {
	env := goenv.Load(goenv.Input{Dir: "/"})
	if f := Facts(&scan.Inventory{Env: env}, nil); len(f) != 0 {
		t.Errorf("an empty machine: %+v", f)
	}
	big := tree.Size{Disk: 5 << 20, Bytes: 5 << 20}
	inv := &scan.Inventory{Env: env, Finished: time.Now(),
		BuildCache: &gocache.Cache{Headers: true, Groups: []gocache.Group{
			{GoVersion: "go1.20", Size: big}, {GoVersion: "go1.19", Size: big}, {GoVersion: "go1.26.8", Size: big}}},
		Toolchains: &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: "go1.26.8", Active: true, Support: toolchain.Unsupported}}},
		Related:    []related.Root{{Store: "abandoned", Size: big}},
		ModCache:   &modcache.Cache{},
	}
	for i := range 6 {
		inv.ModCache.Versions = append(inv.ModCache.Versions, modcache.Version{Path: "m", Version: string(rune('a' + i)), Sources: big})
	}
	f := Facts(inv, nil)
	if len(f) != 3 || f[0].Bytes != 10<<20 || f[1].Bytes != 5<<20 || f[2].Bytes != 0 {
		t.Errorf("got %+v", f)
	}
	inv.Related, inv.Toolchains.Toolchains[0].Support = nil, toolchain.Supported
	if f := Facts(inv, nil); len(f) != 2 || f[1].Bytes != 30<<20 {
		t.Errorf("got %+v", f)
	}
}

// Times are told in UTC, also of a scan that was read from a file, which has them as this machine does; no error tells a password.
func TestTimesAndErrors(t *testing.T) {
	at := time.Date(2026, 11, 28, 1, 2, 3, 0, time.FixedZone("elsewhere", 3600))
	if m := newModule(&modcache.Version{Path: "m", Version: "v1.0.0", Fetched: at}, nil, 0); m.Fetched.Location() != time.UTC || !m.Fetched.Equal(at) {
		t.Errorf("fetched %v", m.Fetched)
	}
	r := RunOf(&state.Run{Started: at, Hidden: at, Items: []state.RunItem{{Result: "failed", Error: "Get https://u:secret@proxy.example/x"}}}, 0)
	if r.Started.Location() != time.UTC || r.Hidden.Location() != time.UTC || !r.Finished.IsZero() || r.Items[0].Error != "Get https://u:***@proxy.example/x" {
		t.Errorf("%+v", r)
	}
}

// A clean in which everything was skipped is not the last one that removed something.
func TestLastClean(t *testing.T) {
	at := time.Unix(1700000000, 0)
	skipped, done := &state.Run{Kind: "clean", Finished: at.Add(time.Hour)}, &state.Run{Kind: "clean", Finished: at, Later: 1}
	m := &metrics{}
	m.runs([]*state.Run{skipped, {Kind: "undo", Finished: at, Freed: 1}, done})
	if len(m.list) != 2 || m.list[0].Samples[0].Value != 1700000000 {
		t.Errorf("%+v", m.list)
	}
}

// Every store has a tier that the contract knows.
func TestStoreTiers(t *testing.T) {
	known := map[string]bool{"free": true, "network": true, "rebuild": true, "hold": true, "keep": true}
	for _, s := range []string{"sources", "zips", "meta", "vcs", "sumdb", "toolchains", "leftovers", "alien", "build", "test",
		"fuzz", "sdks", "binaries", "gopath-src", "gopath-pkg", "related", "abandoned", "quarantine"} {
		if !known[StoreTier(s)] {
			t.Errorf("%s: %q", s, StoreTier(s))
		}
	}
	for _, s := range []string{"fuzz", "alien", "gopath-src", "meta"} {
		if StoreTier(s) != "keep" {
			t.Errorf("%s is not kept", s)
		}
	}
}

// TestUndoUntil: what waits, in the quarantine or in its place, waits for as long from the start of the run; where nothing waits there is
// no such time.
func TestUndoUntil(t *testing.T) {
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	done := state.RunItem{Module: "example.com/a", Version: "v1.0.0", Part: "version", Result: "done"}
	held := done
	held.Kept = "20261126-120000-000/1"
	for _, c := range []struct {
		r    state.Run
		want time.Time
	}{{state.Run{Items: []state.RunItem{done}}, time.Time{}}, {state.Run{Items: []state.RunItem{held}, Later: 1}, at.Add(time.Hour)},
		{state.Run{Items: []state.RunItem{done}, Later: 1}, at.Add(time.Hour)}} {
		c.r.Started = at
		if got := RunOf(&c.r, time.Hour).UndoUntil; !got.Equal(c.want) {
			t.Errorf("%+v: %v, want %v", c.r, got, c.want)
		}
	}
}
