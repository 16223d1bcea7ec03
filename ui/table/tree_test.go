package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// grow reads a tree from lines, two spaces a level.
func grow(lines ...string) []Node[string] {
	nodes := make([]Node[string], len(lines))
	for i, s := range lines {
		key := strings.TrimLeft(s, " ")
		nodes[i] = Node[string]{Key: key, Depth: (len(s) - len(key)) / 2}
	}
	return nodes
}

func drawTree(t *Tree[string], w, h int) string {
	return strings.Join(t.Render(w, h, func(i, _ int) string { return t.Prefix(i) + t.nodes[i].Key }, nil), "|")
}

func TestTreeKeys(t *testing.T) {
	tr := &Tree[string]{}
	tr.SetNodes(grow("a", "  a1", "    a1x", "  a2", "b", "  b1", "c"))
	for _, c := range []struct {
		do   string
		key  func()
		want string
	}{
		{"start", func() {}, "> + a      |  + b      |    c      "},
		{"left on a closed root", tr.Left, "> + a      |  + b      |    c      "},
		{"open", tr.Right, "> - a      |    + a1   |      a2   |  + b      |    c      "},
		{"enter", tr.Right, "  - a      |>   + a1   |      a2   |  + b      |    c      "},
		{"open the child", tr.Right, "  - a      |>   - a1   |        a1x|      a2   |  + b      |    c      "},
		{"enter it", tr.Right, "  - a      |    - a1   |>       a1x|      a2   |  + b      |    c      "},
		{"right on a leaf", tr.Right, "  - a      |    - a1   |>       a1x|      a2   |  + b      |    c      "},
		{"left to the parent", tr.Left, "  - a      |>   - a1   |        a1x|      a2   |  + b      |    c      "},
		{"parent again closes", tr.Left, "  - a      |>   + a1   |      a2   |  + b      |    c      "},
		{"toggle", tr.Toggle, "  - a      |>   - a1   |        a1x|      a2   |  + b      |    c      "},
		{"close the grandparent", func() { tr.Up(); tr.Left() }, "> + a      |  + b      |    c      "},
		{"open: the child was left open", tr.Toggle, "> - a      |    - a1   |        a1x|      a2   |  + b      |    c      "},
		{"new nodes keep what is open", func() {
			tr.SetNodes(grow("0", "a", "  a0", "  a1", "    a1w", "    a1x", "c"))
		}, "    0      |> - a      |      a0   |    - a1   |        a1w|        a1x|    c      "},
		{"close all", func() { tr.End(); tr.Up(); tr.CloseAll() }, "    0      |> + a      |    c      "},
		{"open all", tr.OpenAll, "    0      |> - a      |      a0   |    - a1   |        a1w|        a1x|    c      "},
		{"a new node is open too", func() { tr.SetNodes(grow("a", "  a1", "d", "  d1")) }, "> - a      |      a1   |  - d      |      d1   "},
		{"select opens the way", func() {
			tr.CloseAll()
			tr.SetNodes(grow("r", "  s", "    t", "      u", "v"))
			tr.Select("u")
		}, "  - r      |    - s    |      - t  |>         u|    v      "},
		{"nothing left", func() { tr.SetNodes(nil) }, ""},
	} {
		c.key()
		if got := drawTree(tr, 11, tr.Len()); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.do, got, c.want)
		}
	}
}

func TestTreeEmptyAndTiny(t *testing.T) {
	for _, nodes := range [][]Node[string]{nil, grow("a"), grow("a", "  b"), {{Key: "deep", Depth: 9}, {Key: "deeper", Depth: 12}, {Key: "up", Depth: 10}}} {
		for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 1}, {4, 3}, {-1, -1}} {
			tr := &Tree[string]{}
			tr.SetNodes(nodes)
			for _, key := range []func(){tr.Right, tr.Right, tr.Left, tr.Left, tr.Toggle, tr.OpenAll, tr.End, tr.CloseAll, tr.Up, tr.PageDown} {
				key()
				checkFrame(t, tr.Render(size[0], size[1], func(i, _ int) string { return tr.Prefix(i) + tr.nodes[i].Key }, nil), size[0], size[1])
			}
			if _, ok := tr.CursorKey(); ok != (len(nodes) > 0) {
				t.Errorf("CursorKey of %d nodes: %v", len(nodes), ok)
			}
		}
	}
	var zero Tree[int64]
	zero.OpenAll()
	zero.Left()
	zero.Right()
	checkFrame(t, zero.Render(3, 2, nil, nil), 3, 2)
	if zero.Selected() != -1 || zero.Select(1) {
		t.Error("the zero tree is not empty")
	}
}

func TestTreeParts(t *testing.T) {
	tr := &Tree[string]{}
	tr.SetNodes(grow("a", "  a1", "    a1x", "  a2", "b"))
	if got := strings.Join(slices.Collect(tr.Subtree(0)), " "); got != "a a1 a1x a2" {
		t.Errorf("Subtree = %q", got)
	}
	if tr.Parent(2) != 1 || tr.Parent(0) != -1 || tr.IsOpen(0) || tr.Index(9) != -1 {
		t.Error("Parent, IsOpen or Index")
	}
	tr.Right()
	if got := strings.Join(slices.Collect(tr.Between("b", "a1")), " "); got != "a1 a2 b" || !tr.IsOpen(0) {
		t.Errorf("Between = %q", got)
	}
}

// TestSplicedIsRebuilt compares what was spliced, key by key, with what a whole walk gives.
func TestSplicedIsRebuilt(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		tr := &Tree[string]{}
		tr.Resize(1 + rnd.IntN(10))
		nodes := randomTree(rnd, 80)
		tr.SetNodes(nodes)
		for range 200 {
			moves := []func(){tr.Up, tr.Down, tr.Left, tr.Right, tr.Left, tr.Right, tr.Toggle, tr.PageDown, tr.PageUp, tr.Home, tr.End}
			switch rnd.IntN(20) {
			case 0:
				tr.OpenAll()
			case 1:
				tr.CloseAll()
			case 2:
				before, cursor := slices.Collect(tr.All()), tr.Cursor()
				nodes = slices.DeleteFunc(slices.Clone(nodes), func(Node[string]) bool { return rnd.IntN(40) == 0 })
				tr.SetNodes(nodes)
				got, _ := tr.CursorKey()
				if want, ok := nearest(before, cursor, slices.Collect(tr.All())); ok && got != want {
					t.Fatalf("seed %d: cursor on %q, want %q", seed, got, want)
				}
			default:
				moves[rnd.IntN(len(moves))]()
			}
			if want := tr.unfold(nil, 0, len(tr.nodes)); !slices.Equal(tr.visible, want) || tr.n != len(want) {
				t.Fatalf("seed %d: visible %v, want %v", seed, tr.visible, want)
			}
			from, to := tr.Visible()
			if tr.n > 0 && (tr.cursor < from || tr.cursor >= to) {
				t.Fatalf("seed %d: cursor %d outside %d to %d", seed, tr.cursor, from, to)
			}
		}
	}
}

func randomTree(rnd *rand.Rand, n int) []Node[string] {
	nodes := make([]Node[string], n)
	depth := 0
	for i := range nodes {
		nodes[i] = Node[string]{Key: fmt.Sprint("n", i), Depth: depth}
		depth = max(0, depth+rnd.IntN(4)-2)
		depth = min(depth, nodes[i].Depth+1)
	}
	return nodes
}
