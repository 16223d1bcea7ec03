package table

import "iter"

// A List is a window over rows. K identifies an item for as long as it lives: a string or a number.
// The zero List is empty and ready.
type List[K comparable] struct {
	window
	keys  []K     // of every row, by the caller's index
	order []int32 // what is shown: indices into keys
	cache cache[K]
}

// SetRows replaces the rows: keys has one for each, order is which of them are shown and in what
// sequence, nil for all as they are. Both belong to the list from then on. The cursor stays on its
// item, else on the nearest that remains. Of two rows with one key, the cursor takes the first.
func (l *List[K]) SetRows(keys []K, order []int32) {
	if order == nil {
		order = identity(len(keys))
	}
	cursor := follow(l.cursor, len(l.order), l.keyAt, len(order), func(i int) K { return keys[order[i]] })
	l.keys, l.order = keys, order
	l.replace(len(order), cursor)
	l.cache.forget()
}

// SetOrder shows the same rows in another order or selection. What was drawn of them stays cached.
func (l *List[K]) SetOrder(order []int32) {
	if order == nil {
		order = identity(len(l.keys))
	}
	cursor := follow(l.cursor, len(l.order), l.indexAt, len(order), func(i int) int { return int(order[i]) })
	l.order = order
	l.replace(len(order), cursor)
}

func identity(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

func (l *List[K]) keyAt(pos int) K     { return l.keys[l.order[pos]] }
func (l *List[K]) indexAt(pos int) int { return int(l.order[pos]) }

// Rows returns the number of rows, shown or not.
func (l *List[K]) Rows() int { return len(l.keys) }

// Index returns the caller's index of the row at a position, -1 where there is none.
func (l *List[K]) Index(pos int) int {
	if pos < 0 || pos >= len(l.order) {
		return -1
	}
	return l.indexAt(pos)
}

// Selected returns the caller's index of the row under the cursor, -1 where there are no rows.
func (l *List[K]) Selected() int { return l.Index(l.cursor) }

// CursorKey returns the key of the row under the cursor, false where there are no rows.
func (l *List[K]) CursorKey() (K, bool) {
	if len(l.order) == 0 {
		var none K
		return none, false
	}
	return l.keyAt(l.cursor), true
}

// Select puts the cursor on the item with this key and says whether it is shown.
func (l *List[K]) Select(key K) bool {
	pos, ok := find(key, len(l.order), l.keyAt)
	if ok {
		l.Move(pos)
	}
	return ok
}

// All returns the keys of the rows that are shown, from top to bottom.
func (l *List[K]) All() iter.Seq[K] { return span(0, len(l.order)-1, l.keyAt) }

// Between returns the keys of the rows from a to b, both included, whichever is above. Where one of
// them is not shown there is nothing between them.
func (l *List[K]) Between(a, b K) iter.Seq[K] { return between(a, b, len(l.order), l.keyAt) }

// Invalidate makes every row be formatted anew: after marks changed, or anything else that rows show
// and that is no part of SetRows.
func (l *List[K]) Invalidate() { l.cache.forget() }

// Render draws the list in width times height cells. row formats the row with the caller's index i,
// which has passed text.Clean, in w cells; it is called for visible rows only, and once for as long as
// neither the rows nor the width change. style may be nil.
func (l *List[K]) Render(width, height int, row RowFunc, style Style) []string {
	l.Resize(height)
	return render(&l.window, &l.cache, width, l.keyAt, l.indexAt, row, style)
}

// find returns the first position that has the key.
func find[K comparable](key K, n int, at func(int) K) (int, bool) {
	for i := range n {
		if at(i) == key {
			return i, true
		}
	}
	return 0, false
}

func span[K any](from, to int, at func(int) K) iter.Seq[K] {
	return func(yield func(K) bool) {
		for i := from; i <= to; i++ {
			if !yield(at(i)) {
				return
			}
		}
	}
}

func between[K comparable](a, b K, n int, at func(int) K) iter.Seq[K] {
	from, okA := find(a, n, at)
	to, okB := find(b, n, at)
	if !okA || !okB {
		return span(0, -1, at)
	}
	return span(min(from, to), max(from, to), at)
}
