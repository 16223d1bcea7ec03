package table

import (
	"slices"
	"sort"
)

// Right opens the node under the cursor; where it is open, it goes to its first child. On a leaf it
// does nothing.
func (t *Tree[K]) Right() {
	i := t.Selected()
	switch {
	case i < 0 || !t.hasChildren(i):
	case t.isOpen(i):
		t.Down()
	default:
		t.open(t.cursor)
	}
}

// Left closes the node under the cursor; where there is nothing to close, it goes to the parent.
func (t *Tree[K]) Left() {
	i := t.Selected()
	switch {
	case i < 0:
	case t.IsOpen(i):
		t.close(t.cursor)
	case t.parent[i] >= 0:
		t.Move(t.position(int(t.parent[i])))
	}
}

// Toggle opens or closes the node under the cursor.
func (t *Tree[K]) Toggle() {
	i := t.Selected()
	switch {
	case i < 0 || !t.hasChildren(i):
	case t.isOpen(i):
		t.close(t.cursor)
	default:
		t.open(t.cursor)
	}
}

// Select puts the cursor on the node with this key, opening what it is in, and says whether there is
// one.
func (t *Tree[K]) Select(key K) bool {
	i, ok := find(key, len(t.nodes), func(i int) K { return t.nodes[i].Key })
	if !ok {
		return false
	}
	var closed []int
	for p := int(t.parent[i]); p >= 0; p = int(t.parent[p]) {
		if !t.isOpen(p) {
			closed = append(closed, p)
		}
	}
	for _, p := range slices.Backward(closed) { // from the root down: each is in sight when its turn comes
		t.open(t.position(p))
	}
	t.Move(t.position(i))
	return true
}

// OpenAll opens every node, those too that come with later SetNodes.
func (t *Tree[K]) OpenAll() { t.setAll(true) }

// CloseAll closes every node. The cursor goes to the root above it.
func (t *Tree[K]) CloseAll() { t.setAll(false) }

func (t *Tree[K]) setAll(open bool) {
	i := t.Selected()
	t.allOpen = open
	clear(t.touched)
	t.cache.forget()
	t.visible = t.unfold(t.visible[:0], 0, len(t.nodes))
	if i < 0 {
		return
	}
	for !open && t.parent[i] >= 0 {
		i = int(t.parent[i])
	}
	t.replace(len(t.visible), t.position(i))
}

// position returns where node i is shown, or the node that hides it.
func (t *Tree[K]) position(i int) int {
	pos := sort.Search(len(t.visible), func(p int) bool { return int(t.visible[p]) > i })
	return max(0, pos-1)
}

// open splices what is shown of the children in behind pos. The rest of what is visible is moved, not
// made anew.
func (t *Tree[K]) open(pos int) {
	i := t.indexAt(pos)
	t.flip(i)
	under := t.unfold(nil, i+1, int(t.end[i]))
	t.visible = slices.Insert(t.visible, pos+1, under...)
	t.n = len(t.visible)
	if pos < t.cursor {
		t.cursor += len(under)
	}
	t.settle()
}

// close takes what is shown under pos out again. The cursor is at pos or outside.
func (t *Tree[K]) close(pos int) {
	i := t.indexAt(pos)
	t.flip(i)
	to := pos + 1
	for to < len(t.visible) && t.visible[to] < t.end[i] {
		to++
	}
	t.visible = slices.Delete(t.visible, pos+1, to)
	t.n = len(t.visible)
	t.settle()
}

// flip changes whether node i is open, which its row shows.
func (t *Tree[K]) flip(i int) {
	key := t.nodes[i].Key
	if _, other := t.touched[key]; other {
		delete(t.touched, key)
	} else {
		if t.touched == nil {
			t.touched = map[K]struct{}{}
		}
		t.touched[key] = struct{}{}
	}
	t.cache.drop(key)
}
