package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"godoctor/doctor/config"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/related"
	"godoctor/scan/tree"
	"godoctor/ui/treemap"
)

// mapShown is a program of a size that shows the map of the made-up machine.
func mapShown(t testing.TB, w, h int) (*root, *diskMap) {
	t.Helper()
	r := testRoot(t, Options{})
	r.Update(tea.WindowSizeMsg{Width: w, Height: h})
	mapped(r)
	press(r, "m")
	return r, &r.screens[overviewScreen].(*overview).disk
}

// on puts the cursor on a leaf by its name.
func (m *diskMap) on(t testing.TB, name string) *leaf {
	t.Helper()
	m.lay()
	for i := range m.pic.leaves {
		if m.pic.leaves[i].name == name {
			m.choose(i)
			return &m.pic.leaves[i]
		}
	}
	t.Fatalf("there is no field of %q", name)
	return nil
}

// The fields of a store lie in it, all that a store takes is in them, and what is drawn is the picture.
func TestMapAddsUp(t *testing.T) {
	for _, size := range [][2]int{{50, 14}, {80, 24}, {120, 40}, {200, 60}} {
		r, m := mapShown(t, size[0], size[1])
		p := m.lay()
		area, sums := 0, map[int]int64{}
		var all, want int64
		for i := range p.leaves {
			area += p.fields[i].Area()
			sums[p.leaves[i].store] += p.leaves[i].size
			all += p.leaves[i].size
			if n := p.leaves[i].unneeded; n < 0 || n > p.leaves[i].size {
				t.Errorf("%v: %d of %d of %q are unneeded", size, n, p.leaves[i].size, p.leaves[i].name)
			}
		}
		for i := range r.data.stores {
			want += r.data.stores[i].Size.Disk
			if n, ok := sums[i]; ok && n != r.data.stores[i].Size.Disk {
				t.Errorf("%v: the fields of %s have %d of %d", size, r.data.stores[i].Name, n, r.data.stores[i].Size.Disk)
			}
		}
		if area != (m.width-1)*(m.height-1) || all != want {
			t.Errorf("%v: the fields have %d cells of %d, %d bytes of %d", size, area, (m.width-1)*(m.height-1), all, want)
		}
		s := screenText(r)
		if f := p.leaves[0]; !strings.Contains(s, f.name[strings.LastIndex(f.name, "/")+1:]) {
			t.Errorf("%v: %q is not on the screen:\n%s", size, f.name, s)
		}
	}
}

// Arrows lead to every field, and back the way one came; g and G to the first and the last.
func TestMapArrows(t *testing.T) {
	ways := []struct{ there, back string }{{"l", "h"}, {"right", "left"}, {"j", "k"}, {"down", "up"}, {"h", "l"}, {"k", "j"}}
	for _, size := range [][2]int{{50, 14}, {80, 24}, {120, 40}, {200, 60}} {
		r, m := mapShown(t, size[0], size[1])
		reached := map[int]bool{m.cursor: true}
		for i := range m.lay().leaves {
			for _, w := range ways {
				m.choose(i)
				from := m.pic.fields[i]
				press(r, w.there)
				to := m.pic.fields[m.cursor]
				reached[m.cursor] = true
				if m.cursor == i {
					continue
				}
				if d := map[string]bool{"l": to.X == from.X+from.W, "h": to.X+to.W == from.X, "j": to.Y == from.Y+from.H, "k": to.Y+to.H == from.Y}; !d[w.there] && len(w.there) == 1 {
					t.Errorf("%v: %s from %v leads to %v", size, w.there, from, to)
				}
				if press(r, w.back); m.cursor != i {
					t.Errorf("%v: %s and %s from %v lead to %v", size, w.there, w.back, from, m.pic.fields[m.cursor])
				}
			}
		}
		if len(reached) != len(m.pic.leaves) {
			t.Errorf("%v: %d of %d fields can be reached", size, len(reached), len(m.pic.leaves))
		}
		if press(r, "G"); m.cursor != len(m.pic.leaves)-1 {
			t.Errorf("%v: G goes to %d", size, m.cursor)
		}
		if press(r, "g"); m.cursor != 0 {
			t.Errorf("%v: g goes to %d", size, m.cursor)
		}
	}
}

// Enter goes to the thing; esc comes back.
func TestMapEnter(t *testing.T) {
	r, m := mapShown(t, 120, 40)
	mods := r.screens[modulesScreen].(*modules)
	press(r, "2", "/", "z", "z", "enter", "1")
	m.on(t, "example.com/kubernetes")
	press(r, "enter")
	if key, _ := mods.shown().CursorKey(); r.current != modulesScreen || key != "example.com/kubernetes" || mods.filtered() {
		t.Errorf("enter on a module leads to screen %d, %q", r.current, key)
	}
	press(r, "1")
	m.on(t, "go1.25.5 linux/amd64") // of two of that name the toolchain is second
	for i := range m.pic.leaves {
		if l := &m.pic.leaves[i]; l.name == "go1.25.5 linux/amd64" && r.data.stores[l.store].Name == "toolchains" {
			m.choose(i)
		}
	}
	press(r, "enter")
	if s := r.screens[toolchainsScreen].(*toolchains).selected(); r.current != toolchainsScreen || s == nil || s.Version != "go1.25.5" {
		t.Errorf("enter on a toolchain leads to screen %d, %+v", r.current, s)
	}
	press(r, "1")
	m.on(t, "go1.24.9 linux/amd64")
	press(r, "enter")
	if m.builds == nil || m.builds.data.builds[m.builds.list.Selected()].GoVersion != "go1.24.9" {
		t.Error("enter on what a Go left does not lead to it")
	}
	if press(r, "esc"); m.builds != nil || m.shows != theMap {
		t.Error("esc does not come back to the map")
	}
	m.on(t, "Module zips")
	if press(r, "enter"); r.dialog == nil || r.dialog.title != "Module zips" {
		t.Error("enter on a store does not tell it")
	}
	press(r, "esc")
	l := m.on(t, "4 other stores")
	if press(r, "enter"); r.dialog == nil || len(r.dialog.lines) != l.count {
		t.Error("enter on the small stores does not list them")
	}
	press(r, "esc")
	m.on(t, "199 other modules")
	if press(r, "enter"); r.current != modulesScreen {
		t.Error("enter on the small modules does not lead to them")
	}
	press(r, "1", "esc")
	if m.shows != theStores {
		t.Error("esc does not lead from the map to the stores")
	}
	for i, want := range []picturing{theMap, theAges, theStores} {
		if press(r, "m"); m.shows != want {
			t.Errorf("m, %d times, shows %d", i+1, m.shows)
		}
	}
}

// What other tools keep is a field for each place; enter lists them, y copies where it is.
func TestMapRelated(t *testing.T) {
	r := testRoot(t, Options{})
	r.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	inv := mapInventory()
	for i, path := range []string{"/home/u/.cache/gopls", "/home/u/.cache/staticcheck", "/home/u/old/pkg/mod"} {
		inv.Related = append(inv.Related, related.Root{Store: []string{"related", "related", "abandoned"}[i], Path: path, What: "it was " + path, Size: tree.Size{Disk: 2 << 30}})
	}
	inv.Stores = append(inv.Stores, scan.Store{Name: "related", Size: tree.Size{Disk: 4 << 30}}, scan.Store{Name: "abandoned", Size: tree.Size{Disk: 2 << 30}})
	load(r, inv)
	press(r, "m")
	m := &r.screens[overviewScreen].(*overview).disk
	m.on(t, "~/.cache/staticcheck")
	if s := screenText(r); !strings.Contains(s, "Tools' own caches: ~/.cache/staticcheck  2.00 GiB, 50% of it") || !strings.Contains(s, "it was /home/u/.cache/staticcheck") {
		t.Errorf("screen:\n%s", s)
	}
	if press(r, "enter"); r.dialog == nil || len(r.dialog.lines) != 2 {
		t.Errorf("enter shows %+v", r.dialog)
	}
	press(r, "esc")
	m.on(t, "Abandoned caches") // of one alone there is nothing to see
	if press(r, "y"); r.status != "copied the path" {
		t.Errorf("y says %q", r.status)
	}
}

// The cursor stays on its item while data is replaced and the window changes, also where that has no field of its own
// for a while.
func TestMapFollows(t *testing.T) {
	r, m := mapShown(t, 120, 40)
	m.on(t, "example.com/x/tools")
	name := func() string { return m.leaf().name }
	inv := mapInventory()
	for i := range inv.ModCache.Versions {
		if v := &inv.ModCache.Versions[i]; v.Path == "example.com/x/tools" {
			v.Sources.Disk *= 8 // it is the largest now
		}
	}
	inv.Stores = mapStores(inv)
	if load(r, inv); name() != "example.com/x/tools" || m.cursor != 0 {
		t.Errorf("the cursor went to %q", name())
	}
	load(r, mapInventory())
	r.Update(tea.WindowSizeMsg{Width: 50, Height: 14})
	if s := screenText(r); !strings.Contains(name(), "other modules") {
		t.Errorf("of what was folded away the cursor is on %q:\n%s", name(), s)
	}
	r.Update(tea.WindowSizeMsg{Width: 40, Height: 12})
	screenText(r)
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	if name() != "example.com/x/tools" {
		t.Errorf("the cursor came back to %q", name())
	}
	gone := mapInventory()
	gone.Stores = gone.Stores[1:] // no sources any more
	if load(r, gone); m.leaf() == nil || strings.HasPrefix(m.leaf().key, "sources") {
		t.Errorf("of what is gone the cursor is on %+v", m.leaf())
	}
}

// What cannot be drawn is said, and no key does harm there.
func TestMapOfNothing(t *testing.T) {
	r, m := mapShown(t, 49, 30)
	if s := screenText(r); !strings.Contains(s, "The map needs 50x14, has 49x30") || m.leaf() != nil {
		t.Errorf("too narrow:\n%s", s)
	}
	press(r, "l", "j", "enter", "y", "G")
	checkFrame(t, r, "too narrow")
	inv := inventory(0)
	inv.Stores, inv.ModCache, inv.BuildCache = nil, nil, nil
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if load(r, inv); !strings.Contains(screenText(r), "no store holds a byte") {
		t.Errorf("of nothing:\n%s", screenText(r))
	}
	press(r, "l", "j", "enter", "y", "g", "G", "m", "m", "m")
	checkFrame(t, r, "nothing")
	early := testRoot(t, Options{})
	press(early, "m", "l", "enter")
	checkFrame(t, early, "before anything is known")
}

// The selected field is reversed, with colour and without; shading says what nobody needs in both.
func TestMapWithoutColour(t *testing.T) {
	r, m := mapShown(t, 80, 24)
	m.on(t, "example.com/kubernetes")
	var reversed []string
	for _, l := range strings.Split(r.View().Content, "\n") {
		if _, rest, ok := strings.Cut(l, "\x1b[7m"); ok {
			in, _, _ := strings.Cut(rest, "\x1b[0m")
			reversed = append(reversed, in)
		}
	}
	if f := m.pic.fields[m.cursor]; len(reversed) != f.H-1 || ansi.StringWidth(reversed[0]) != f.W-1 || !strings.Contains(reversed[0], "kubernetes") {
		t.Errorf("reversed: %q in %v", reversed, m.pic.fields[m.cursor])
	}
	if s := strings.Join(reversed, ""); strings.Count(s, "░") < 5 {
		t.Errorf("what nobody needs is not shaded: %q", s)
	}
	m.on(t, "go1.26.8 linux/amd64")
	if press(r, "y"); !strings.Contains(screenText(r), "copied the path") {
		t.Error("y does not copy the path of a store")
	}
}

// A click puts the cursor on the field that it is in; elsewhere, and on the other pictures, it does what it did.
func TestMapClick(t *testing.T) {
	r, m := mapShown(t, 120, 40)
	r.Mouse = true
	for i, f := range m.lay().fields {
		r.Update(tea.MouseClickMsg{Button: tea.MouseLeft, X: f.X + f.W/2, Y: r.bodyTop() + 1 + f.Y + f.H/2})
		if m.cursor != i || m.wanted != m.pic.leaves[i].key {
			t.Errorf("a click in field %d goes to %d", i, m.cursor)
		}
	}
	last := m.cursor
	for _, y := range []int{r.bodyTop(), 38, 39} {
		if r.Update(tea.MouseClickMsg{Button: tea.MouseLeft, X: 3, Y: y}); m.cursor != last {
			t.Errorf("a click in line %d goes to %d", y, m.cursor)
		}
	}
	press(r, "esc")
	r.Update(tea.MouseClickMsg{Button: tea.MouseLeft, X: 5, Y: r.bodyTop() + 7})
	if o := r.screens[overviewScreen].(*overview); o.list.Selected() == 0 || m.cursor != last {
		t.Errorf("a click in the list goes to row %d, on the map to %d", o.list.Selected(), m.cursor)
	}
}

// What a store holds beside its parts has a field too, and a store of one part has none but its own.
func TestInsides(t *testing.T) {
	r, _ := mapShown(t, 80, 24)
	inv := mapInventory()
	inv.Stores[0].Size.Disk += 9 << 30
	inv.BuildCache.Groups = []gocache.Group{{Kind: gocache.KindArchive, GoVersion: "go1.26.8", Size: inv.Stores[4].Size}}
	load(r, inv)
	if p := r.data.inside[0].parts[0]; p.id != theRest || p.size != 9<<30 {
		t.Errorf("the rest is %+v", p)
	}
	if in := r.data.inside[4]; in.kind != noParts || len(in.parts) != 0 {
		t.Errorf("of one part: %+v", in)
	}
	for version, want := range map[string]string{"v0.0.1-go1.26.8.linux-amd64": "go1.26.8 linux/amd64", "v0.0.1-go1.27rc1.darwin-arm64": "go1.27rc1 darwin/arm64",
		"v1.0.0": "v1.0.0", "v0.0.1-": "v0.0.1-", "": ""} {
		if got := goOf(version); got != want {
			t.Errorf("%q is %q, want %q", version, got, want)
		}
	}
}

// Borders meet: every combination of arms has a sign of its own.
func TestLines(t *testing.T) {
	if len(boxLines) != 81 {
		t.Fatalf("%d signs", len(boxLines))
	}
	seen := map[rune]bool{}
	for _, c := range boxLines {
		if seen[c] {
			t.Errorf("%c stands twice", c)
		}
		seen[c] = true
	}
	l := newLines(7, 5)
	l.box(treemap.Rect{W: 6, H: 4}, heavy)
	l.box(treemap.Rect{W: 3, H: 4}, light)
	l.box(treemap.Rect{X: 3, W: 3, H: 2}, light)
	for i, want := range []string{"┏━━┯━━┓", "┃  │  ┃", "┃  ├──┨", "┃  │  ┃", "┗━━┷━━┛"} {
		if got := l.text(i, 0, 7, false); got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
	for i, want := range []string{"#==#==#", "#  |  #", "#  +--#"} {
		if got := l.text(i, 0, 7, true); got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
}

// TestPictures compares the map and the ages with what they looked like when somebody looked at them.
func TestPictures(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {50, 14}, {80, 24}, {120, 40}, {200, 60}} {
		for _, p := range []struct {
			name  string
			keys  []string
			ascii bool
		}{{"map", []string{"m", "l"}, false}, {"map_ascii", []string{"m", "l"}, true}, {"ages", []string{"m", "m"}, false}, {"overview_map", nil, false}} {
			if size[0] == 50 && p.name != "map" || size[0] != 80 && p.ascii {
				continue
			}
			name := fmt.Sprintf("%s_%dx%d", p.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				r := testRoot(t, Options{ASCII: p.ascii})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				mapped(r)
				r.trend = trendOfTest(r.data.inv, p.ascii)
				press(r, p.keys...)
				golden(t, name, withoutGoroot(screenText(r)))
			})
		}
	}
}

// BenchmarkMap20k is an arrow and its frame over 20,000 modules, and the frame that is laid out anew.
func BenchmarkMap20k(b *testing.B) {
	r := testRoot(b, Options{Color: true})
	r.Use = useOf(config.Default())
	inv := inventory(20_000)
	r.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	load(r, inv)
	press(r, "m")
	m := &r.screens[overviewScreen].(*overview).disk
	b.Run("arrow", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			press(r, []string{"l", "j", "h", "k"}[i%4])
			r.View()
		}
	})
	b.Run("laid out", func(b *testing.B) {
		for b.Loop() {
			m.pic = nil
			r.View()
		}
	})
	b.Run("prepared", func(b *testing.B) {
		for b.Loop() {
			r.data.insides()
		}
	})
}

// What of a line matters most stays, what depends on something goes with it, and nothing is wider than the line.
func TestFitted(t *testing.T) {
	list := []optional{{span: span{"name", nil}}, {span: span{", most", nil}, drop: 1}, {span: span{": why", nil}, drop: 3, with: true},
		{span: span{", less", nil}, drop: 4}, {span: span{", second", nil}, drop: 2}}
	for width, want := range map[int]string{3: "na…", 9: "name     ", 10: "name, most", 12: "name, most  ", 18: "name, most, second", 23: "name, most: why, second",
		29: "name, most: why, less, second", 0: ""} {
		if got := fitted(width, list...); got != want {
			t.Errorf("%d cells: %q, want %q", width, got, want)
		}
	}
	if got := fitted(8, optional{span: span{"long name", nil}, drop: 1}, optional{span: span{": why", nil}, drop: 2, with: true}); got != "        " {
		t.Errorf("without what it depends on: %q", got)
	}
}
