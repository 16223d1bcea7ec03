package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"godoctor/ui/text"
)

// names are rows that make columns slip: wide, combining, right to left, invalid, control, joined.
var names = []string{
	"plain", "", "日本語のモジュール", "e\u0301e\u0301\u0301\u0301\u0301\u0301e", "שלום עולם", "مرحبا", "\xff\xfe", "a\nb\r\x1b[31m", "👩\u200d💻 👍🏽 🇩🇪",
	"\u202egnp.exe", "\u0301first", "\u0d4e", "\u1100\u1161\u11a8", "กำ", "x\u200by", `C:\x1b`, strings.Repeat("界", 120), "1\ufe0f\u20e3", "ｶﾞ",
}

func newList(keys ...string) *List[string] {
	l := &List[string]{}
	l.SetRows(keys, nil)
	return l
}

// draw renders and joins, with the keys as rows.
func draw(l *List[string], w, h int) string {
	return strings.Join(l.Render(w, h, func(i, _ int) string { return text.Clean(l.keys[i]) }, nil), "\n")
}

func TestListRender(t *testing.T) {
	l := newList("alpha", "beta", "gamma", "delta")
	for _, c := range []struct {
		do   string
		key  func()
		want string
	}{
		{"start", func() {}, "> alpha |  beta  |  gamma "},
		{"down", l.Down, "  alpha |> beta  |  gamma "},
		{"end", l.End, "  beta  |  gamma |> delta "},
		{"down at the end", l.Down, "  beta  |  gamma |> delta "},
		{"up", l.Up, "  beta  |> gamma |  delta "},
		{"home", l.Home, "> alpha |  beta  |  gamma "},
		{"up at the top", l.Up, "> alpha |  beta  |  gamma "},
		{"page down", l.PageDown, "  beta  |  gamma |> delta "},
		{"page up", l.PageUp, "> alpha |  beta  |  gamma "},
		{"half down", l.HalfDown, "  beta  |> gamma |  delta "},
		{"half up", l.HalfUp, "> alpha |  beta  |  gamma "},
		{"wheel", func() { l.Scroll(1) }, "> beta  |  gamma |  delta "},
		{"filter", func() { l.SetOrder([]int32{3, 1}) }, "  delta |> beta  |        "},
		{"nothing", func() { l.SetOrder([]int32{}) }, "        |        |        "},
	} {
		c.key()
		got := strings.ReplaceAll(draw(l, 8, 3), "\n", "|")
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.do, got, c.want)
		}
	}
}

func TestListEmptyAndTiny(t *testing.T) {
	for _, keys := range [][]string{nil, {"a"}, {"日本", "b", "c"}} {
		for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 1}, {3, 2}, {0, 5}, {5, 0}, {-3, -3}} {
			l := newList(keys...)
			l.Resize(size[1])
			for _, key := range []func(){l.Up, l.Down, l.PageUp, l.PageDown, l.HalfUp, l.HalfDown, l.Home, l.End, func() { l.Scroll(3) }, func() { l.Scroll(-9) }} {
				key()
				checkFrame(t, l.Render(size[0], size[1], func(i, w int) string { return l.keys[i] }, nil), size[0], size[1])
				if _, ok := l.CursorKey(); ok != (len(keys) > 0) {
					t.Errorf("CursorKey of %d rows: %v", len(keys), ok)
				}
			}
		}
	}
	var zero List[int64]
	checkFrame(t, zero.Render(3, 2, nil, nil), 3, 2)
	if zero.Selected() != -1 || zero.Select(7) || zero.Len() != 0 {
		t.Error("the zero list is not empty")
	}
}

// checkFrame asserts exactly h lines of exactly w cells.
func checkFrame(t *testing.T, lines []string, w, h int) {
	t.Helper()
	if len(lines) != max(h, 0) {
		t.Errorf("%d lines, want %d", len(lines), h)
	}
	for _, line := range lines {
		if got := ansi.StringWidth(line); got != max(w, 0) || strings.ContainsAny(line, "\n\r\x1b") {
			t.Errorf("line %q is %d cells wide, want %d", line, got, w)
		}
	}
}

func TestEveryWidthWithNastyNames(t *testing.T) {
	l := newList(names...)
	cols := NewColumns(Column{Title: "日本", Width: 8, Flex: 1, Middle: true}, Column{Title: "SIZE", Width: 8, Right: true, Drop: 1}, Column{Title: "STATE", Width: 6})
	for w := range 201 {
		raw := func(i, _ int) string { return names[i] } // a screen that forgot to clean
		checkFrame(t, l.Render(w, len(names)+1, raw, nil), w, len(names)+1)
		l.Invalidate()
		checkFrame(t, l.Render(w, len(names), func(i, w int) string {
			c := text.Clean(names[i])
			return cols.Row(w, "a/b/"+c, c, c)
		}, nil), w, len(names))
		l.Invalidate()
		if got := ansi.StringWidth(cols.Header(w)); got != w {
			t.Errorf("header is %d cells wide, want %d", got, w)
		}
	}
}

// TestCursorStaysOnItsItem sorts, filters, inserts and removes at random.
func TestCursorStaysOnItsItem(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		l := &List[string]{}
		l.Resize(1 + rnd.IntN(12))
		keys := []string{}
		fresh := 0
		for range 150 {
			before := slices.Collect(l.All())
			cursor, screen := l.Cursor(), l.Cursor()-l.offset
			switch rnd.IntN(4) {
			case 0: // the same rows in another order, some filtered
				order := identity(len(keys))
				rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				l.SetOrder(order[:len(order)-rnd.IntN(len(order)/2+1)])
			case 1, 2: // a new scan: rows come and go
				keys = slices.DeleteFunc(slices.Clone(keys), func(string) bool { return rnd.IntN(10) == 0 })
				for range rnd.IntN(12) {
					fresh++
					keys = slices.Insert(keys, rnd.IntN(len(keys)+1), fmt.Sprint("k", fresh))
				}
				l.SetRows(keys, nil)
			case 3:
				moves := []func(){l.Up, l.Down, l.PageUp, l.PageDown, l.Home, l.End, l.HalfDown, l.HalfUp}
				moves[rnd.IntN(len(moves))]()
				continue
			}
			after := slices.Collect(l.All())
			want, ok := nearest(before, cursor, after)
			got, _ := l.CursorKey()
			if ok && got != want {
				t.Fatalf("seed %d: cursor on %q, want %q", seed, got, want)
			}
			from, to := l.Visible()
			if l.n > 0 && (l.cursor < from || l.cursor >= to) || l.n >= l.height && to-from != l.height {
				t.Fatalf("seed %d: cursor %d, window %d to %d of %d", seed, l.cursor, from, to, l.n)
			}
			if ok && got == before[cursor] && l.cursor >= screen && l.cursor-screen+l.height <= l.n && l.cursor-l.offset != screen {
				t.Fatalf("seed %d: the cursor jumped on the screen from %d to %d", seed, screen, l.cursor-l.offset)
			}
		}
	}
}

// nearest is the plain definition of what follow does.
func nearest(before []string, cursor int, after []string) (string, bool) {
	for d := range len(before) {
		for _, i := range []int{cursor + d, cursor - d} {
			if i >= 0 && i < len(before) && slices.Contains(after, before[i]) {
				return before[i], true
			}
		}
	}
	return "", false
}

func TestRowsAreFormattedOnce(t *testing.T) {
	l := newList("a", "b", "c", "d", "e", "f")
	calls := 0
	frame := func(w int) {
		l.Render(w, 3, func(i, _ int) string { calls++; return l.keys[i] }, nil)
	}
	for _, c := range []struct {
		why  string
		do   func()
		w    int
		want int
	}{
		{"the first frame formats what is visible", func() {}, 10, 3},
		{"the cursor moves in the window", l.Down, 10, 0},
		{"a row scrolls in", func() { l.Scroll(1) }, 10, 1},
		{"another order of the same", func() { l.SetOrder([]int32{5, 4, 3, 2, 1, 0}) }, 10, 0},
		{"another width", func() {}, 11, 3},
		{"marks changed", l.Invalidate, 11, 3},
		{"new rows", func() { l.SetRows([]string{"a", "b", "c"}, nil) }, 11, 3},
	} {
		calls = 0
		c.do()
		frame(c.w)
		if calls != c.want {
			t.Errorf("%s: %d rows formatted, want %d", c.why, calls, c.want)
		}
	}
}

func TestStyle(t *testing.T) {
	l := newList("a", "b")
	l.Down()
	got := l.Render(4, 3, func(i, _ int) string { return l.keys[i] }, func(row int, selected bool, line string) string {
		return fmt.Sprintf("%d%v[%s]", row, selected, line)
	})
	if want := []string{"0false[  a ]", "1true[> b ]", "    "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListSelectAndBetween(t *testing.T) {
	l := newList("a", "b", "c", "d")
	if !l.Select("c") || l.Selected() != 2 || l.Select("x") || l.Selected() != 2 {
		t.Error("Select")
	}
	for _, c := range []struct{ a, b, want string }{{"b", "d", "bcd"}, {"d", "b", "bcd"}, {"a", "a", "a"}, {"a", "x", ""}} {
		if got := strings.Join(slices.Collect(l.Between(c.a, c.b)), ""); got != c.want {
			t.Errorf("Between(%s, %s) = %q, want %q", c.a, c.b, got, c.want)
		}
	}
	if l.Index(-1) != -1 || l.Index(4) != -1 || l.Rows() != 4 {
		t.Error("Index out of range")
	}
}
