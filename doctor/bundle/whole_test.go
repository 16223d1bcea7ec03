package bundle

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/state"
)

// TestDamaged tells what a power failure leaves of a version from what is whole, from what lacks, and from what go itself does anew.
func TestDamaged(t *testing.T) {
	l := newLab(t)
	_, err := Make(t.Context(), l.making("dir"))
	check(t, err)
	b, err := Open(filepath.Join(l.out, "dir"))
	check(t, err)
	defer b.Close()
	x := b.Manifest.module(place{path: gamma1.Path, version: gamma1.Version})
	file := func(ext string) string { return l.m.CachePath(gamma1, ext) }
	source := filepath.Join(l.m.Dir(gamma1), "g.go")
	empty := func(name string) func() {
		return func() {
			check(t, os.Chmod(name, 0o644))
			check(t, os.Truncate(name, 0))
		}
	}
	gone := func(name string) func() { return func() { check(t, os.Remove(name)) } }
	for _, c := range []struct {
		name string
		do   func()
		want bool
	}{
		{"whole", func() {}, false},
		{"an empty source", empty(source), true},
		{"an empty zip", empty(file("zip")), true},
		{"an empty .mod", empty(file("mod")), true},
		{"an empty .info", empty(file("info")), true},
		{"an empty .ziphash", empty(file("ziphash")), true},
		{"zeros in a source", func() {
			empty(source)()
			check(t, os.Truncate(source, 30))
		}, true},
		{"no zip", gone(file("zip")), false},
		{"no .ziphash", gone(file("ziphash")), false},
		{"half unpacked", func() {
			empty(source)()
			check(t, os.WriteFile(file("partial"), nil, 0o644))
		}, false},
	} {
		check(t, removeAll(l.m.GOMODCACHE))
		if Damaged(t.Context(), l.m.GOMODCACHE, &x) {
			t.Errorf("%s: nothing is there, and it is damaged", c.name)
		}
		check(t, l.m.Install(gamma1))
		if c.do(); Damaged(t.Context(), l.m.GOMODCACHE, &x) != c.want {
			t.Errorf("%s: want %v", c.name, c.want)
		}
	}
}

// TestDoubted reads the history: what was broken off is in doubt until a younger run has come to its end with it.
func TestDoubted(t *testing.T) {
	item := func(path, result string) state.RunItem {
		return state.RunItem{Module: path, Version: "v1.0.0", Part: "bundle", Result: result}
	}
	apply := []string{"bundle", "apply"}
	got := Doubted([]*state.Run{
		{Kind: "repair", Args: apply, Items: []state.RunItem{item("mended", "done"), item("used", "skipped")}},
		{Kind: "bundle", Args: apply, Items: []state.RunItem{item("mended", ""), item("used", ""), item("begun", ""), item("ended", "done"),
			item("refused", "failed"), {Part: "leftover", Name: "x"}}},
		{Kind: "repair", Args: []string{"repair"}, Items: []state.RunItem{item("another", "")}},
		{Kind: "clean", Items: []state.RunItem{item("cleaned", "done")}},
		{Kind: "bundle", Args: apply, Items: []state.RunItem{item("ended", ""), item("cleaned", ""), item("older", "")}},
	})
	var paths []string
	for _, v := range slices.SortedFunc(maps.Keys(got), func(a, b module.Version) int { return strings.Compare(a.Path, b.Path) }) {
		paths = append(paths, v.Path)
	}
	if want := []string{"begun", "older", "used"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

// TestForgetRecords removes what cannot be a record or a tile, and nothing else.
func TestForgetRecords(t *testing.T) {
	l := newLab(t)
	_, err := Make(t.Context(), l.making("dir"))
	check(t, err)
	b, err := Open(filepath.Join(l.out, "dir"))
	check(t, err)
	defer b.Close()
	check(t, b.ForgetRecords(l.m.GOMODCACHE)) // there are none
	check(t, l.m.InstallSumDB(gamma1, beta))
	top := sumsIn(l.m.GOMODCACHE, b)
	all, err := filepath.Glob(filepath.Join(top, "*", "*", "*"))
	check(t, err)
	check(t, b.ForgetRecords(l.m.GOMODCACHE))
	if !b.Recorded(l.m.GOMODCACHE, gamma1.ID()) || !b.Recorded(l.m.GOMODCACHE, beta.ID()) || b.Recorded(l.m.GOMODCACHE, gamma0.ID()) {
		t.Error("the records are not as they were")
	}
	tiles, err := filepath.Glob(filepath.Join(top, "tile", "8", "0", "*"))
	check(t, err)
	if len(tiles) == 0 || len(all) < 2 {
		t.Fatalf("there are %q and %q", all, tiles)
	}
	tile := tiles[0]
	check(t, filepath.WalkDir(tile, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			tile = name
		}
		return err
	}))
	lookup := filepath.Join(top, "lookup", "example.com", "gamma@v1.1.0")
	check(t, os.Truncate(lookup, 0))
	check(t, os.Truncate(tile, 0))
	other := filepath.Join(top, "tile", "README")
	check(t, os.WriteFile(other, nil, 0o644))
	check(t, b.ForgetRecords(l.m.GOMODCACHE))
	for name, want := range map[string]bool{lookup: false, tile: false, other: true} {
		if _, err := os.Lstat(name); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b.Recorded(l.m.GOMODCACHE, gamma1.ID()) || !b.Recorded(l.m.GOMODCACHE, beta.ID()) {
		t.Error("one of the records is to be there")
	}
}
