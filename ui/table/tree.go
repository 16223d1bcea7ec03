package table

import (
	"iter"
	"slices"
	"strings"
)

// A Node is one node of a tree. A tree is its nodes in the order in which they are drawn when all is
// open: each is followed by its children, which are one deeper. A node that is deeper than that is
// taken as a child.
type Node[K comparable] struct {
	Key   K
	Depth int
}

// A Tree is a window over the open part of a tree. The zero Tree is empty and ready. Which nodes are
// open is kept by key, so it outlives SetNodes.
type Tree[K comparable] struct {
	window
	nodes   []Node[K]
	end     []int32 // the first node behind the subtree
	parent  []int32 // -1 for a root
	visible []int32 // what is shown: indices into nodes, rising

	allOpen bool           // what a node is that nobody touched
	touched map[K]struct{} // the nodes that are the other way round
	cache   cache[K]
}

// SetNodes replaces the nodes, which belong to the tree from then on. The cursor stays on its item; where that is gone
// or has moved into a closed node, it goes to the nearest that remains in sight.
func (t *Tree[K]) SetNodes(nodes []Node[K]) {
	prev, prevKey := t.visible, t.nodes
	t.nodes = nodes
	t.link()
	t.visible = t.unfold(make([]int32, 0, len(prev)), 0, len(nodes))
	cursor := follow(t.cursor, len(prev), func(i int) K { return prevKey[prev[i]].Key }, len(t.visible), t.keyAt)
	t.replace(len(t.visible), cursor)
	t.cache.forget()
}

// link finds the parent and the end of every node, in one pass.
func (t *Tree[K]) link() {
	n := len(t.nodes)
	t.end, t.parent = slices.Grow(t.end[:0], n)[:n], slices.Grow(t.parent[:0], n)[:n]
	up := int32(-1) // innermost node that may still get children
	for i := range t.nodes {
		for up >= 0 && t.nodes[up].Depth >= t.nodes[i].Depth {
			t.end[up] = int32(i)
			up = t.parent[up]
		}
		t.parent[i] = up
		up = int32(i)
	}
	for ; up >= 0; up = t.parent[up] {
		t.end[up] = int32(n)
	}
}

// unfold appends what is shown of the nodes from to to, where these are whole subtrees.
func (t *Tree[K]) unfold(out []int32, from, to int) []int32 {
	for i := from; i < to; {
		out = append(out, int32(i))
		if t.isOpen(i) {
			i++
		} else {
			i = int(t.end[i])
		}
	}
	return out
}

func (t *Tree[K]) keyAt(pos int) K     { return t.nodes[t.visible[pos]].Key }
func (t *Tree[K]) indexAt(pos int) int { return int(t.visible[pos]) }

func (t *Tree[K]) hasChildren(i int) bool { return int(t.end[i]) > i+1 }

func (t *Tree[K]) isOpen(i int) bool {
	_, other := t.touched[t.nodes[i].Key]
	return t.allOpen != other
}

// Index returns the caller's index of the node at a position, -1 where there is none.
func (t *Tree[K]) Index(pos int) int {
	if pos < 0 || pos >= len(t.visible) {
		return -1
	}
	return t.indexAt(pos)
}

// Selected returns the caller's index of the node under the cursor, -1 where there are no nodes.
func (t *Tree[K]) Selected() int { return t.Index(t.cursor) }

// CursorKey returns the key of the node under the cursor, false where there are no nodes.
func (t *Tree[K]) CursorKey() (K, bool) {
	if len(t.visible) == 0 {
		var none K
		return none, false
	}
	return t.keyAt(t.cursor), true
}

// Parent returns the caller's index of the parent of node i, -1 for a root.
func (t *Tree[K]) Parent(i int) int { return int(t.parent[i]) }

// Subtree returns the keys of node i and of all that is under it, open or not.
func (t *Tree[K]) Subtree(i int) iter.Seq[K] {
	return span(i, int(t.end[i])-1, func(i int) K { return t.nodes[i].Key })
}

// All returns the keys of the nodes that are shown, from top to bottom.
func (t *Tree[K]) All() iter.Seq[K] { return span(0, len(t.visible)-1, t.keyAt) }

// Between returns the keys of the shown nodes from a to b, as List.Between does.
func (t *Tree[K]) Between(a, b K) iter.Seq[K] { return between(a, b, len(t.visible), t.keyAt) }

// IsOpen says whether node i shows its children. A leaf does not.
func (t *Tree[K]) IsOpen(i int) bool { return t.hasChildren(i) && t.isOpen(i) }

// Prefix returns what stands before node i: two cells a level, then + closed, - open, nothing for a leaf.
func (t *Tree[K]) Prefix(i int) string {
	sign := "  "
	if t.hasChildren(i) {
		if sign = "+ "; t.isOpen(i) {
			sign = "- "
		}
	}
	level := 0
	for p := t.parent[i]; p >= 0; p = t.parent[p] {
		level++
	}
	return strings.Repeat("  ", level) + sign
}

// Invalidate makes every row be formatted anew, as List.Invalidate does.
func (t *Tree[K]) Invalidate() { t.cache.forget() }

// Render draws the tree as List.Render does; row gets the caller's index of a node.
func (t *Tree[K]) Render(width, height int, row RowFunc, style Style) []string {
	t.Resize(height)
	return render(&t.window, &t.cache, width, t.keyAt, t.indexAt, row, style)
}
