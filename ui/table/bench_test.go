package table

import (
	"fmt"
	"testing"

	"godoctor/ui/text"
)

const many = 20_000

func manyKeys() []string {
	keys := make([]string, many)
	for i := range keys {
		keys[i] = fmt.Sprintf("github.com/company%03d/project-%05d/component@v1.%d.%d", i%400, i, i%37, i%7)
	}
	return keys
}

func benchRow(keys []string) RowFunc {
	cols := overview()
	return func(i, w int) string {
		return cols.Row(w, text.Clean(keys[i]), text.Bytes(int64(i)<<16), "[#######       ]", text.Short(int64(i)), "3 d", "orphan")
	}
}

// BenchmarkListKey20k is one key and the frame after it: of 120x40, cursor keys and paging in turn.
func BenchmarkListKey20k(b *testing.B) {
	keys := manyKeys()
	for _, c := range []struct {
		name string
		key  func(*List[string])
	}{
		{"down", func(l *List[string]) { l.Down() }},
		{"page", func(l *List[string]) { l.PageDown() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := &List[string]{}
			l.SetRows(keys, nil)
			row := benchRow(keys)
			l.Render(120, 40, row, nil)
			b.ReportAllocs()
			for b.Loop() {
				if c.key(l); l.Cursor() == many-1 {
					l.Home()
				}
				l.Render(120, 40, row, nil)
			}
		})
	}
}

// BenchmarkListResort20k is what a scan costs that sorts the list anew twice a second.
func BenchmarkListResort20k(b *testing.B) {
	keys := manyKeys()
	l := &List[string]{}
	l.SetRows(keys, nil)
	l.End()
	up, down := identity(many), identity(many)
	for i := range down {
		down[i] = int32(many - 1 - i)
	}
	b.ReportAllocs()
	for b.Loop() {
		l.SetOrder(down)
		l.SetOrder(up)
	}
}

// manyNodes are 2,000 modules of 9 versions each.
func manyNodes() []Node[int64] {
	nodes := make([]Node[int64], many)
	for i := range nodes {
		nodes[i] = Node[int64]{Key: int64(i), Depth: min(i%10, 1)}
	}
	return nodes
}

// BenchmarkTreeKey20k is one key and the frame after it, with all 20,000 nodes in sight: moving, and
// opening and closing the first node, which is the dearest splice.
func BenchmarkTreeKey20k(b *testing.B) {
	keys := manyKeys()
	for _, c := range []struct {
		name string
		key  func(*Tree[int64])
	}{
		{"down", func(t *Tree[int64]) { t.Down() }},
		{"toggle", func(t *Tree[int64]) { t.Toggle() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			t := &Tree[int64]{}
			t.SetNodes(manyNodes())
			t.OpenAll()
			cols := overview()
			row := func(i, w int) string {
				return cols.Row(w, t.Prefix(i)+text.Clean(keys[i]), text.Bytes(int64(i)<<16), "[#######       ]", "9", "3 d", "orphan")
			}
			t.Render(120, 40, row, nil)
			b.ReportAllocs()
			for b.Loop() {
				if c.key(t); t.Cursor() == many-1 {
					t.Home()
				}
				t.Render(120, 40, row, nil)
			}
		})
	}
}

// BenchmarkTreeSetNodes20k is a new snapshot while a scan runs.
func BenchmarkTreeSetNodes20k(b *testing.B) {
	t := &Tree[int64]{}
	t.SetNodes(manyNodes())
	t.OpenAll()
	t.End()
	nodes := manyNodes()
	b.ReportAllocs()
	for b.Loop() {
		t.SetNodes(nodes)
	}
}

// BenchmarkFilter20k is one letter typed, or taken back: the first of a word searches all names, the
// next those that are left. The benchmark goes to and fro between two queries.
func BenchmarkFilter20k(b *testing.B) {
	for _, c := range []struct{ name, from, to string }{{"first", "xyz", "9"}, {"next", "9", "99"}, {"none", "", "nowhere"}} {
		b.Run(c.name, func(b *testing.B) {
			f := NewFilter(manyKeys())
			b.ReportAllocs()
			for b.Loop() {
				f.Apply(c.from, nil)
				c.from, c.to = c.to, c.from
			}
		})
	}
}
