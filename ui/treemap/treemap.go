// Package treemap divides a rectangle of terminal cells among sizes, each its share of it.
//
// The fields are squarified: laid in rows along the shorter side, each row with as many fields as make them least long
// and thin (Bruls, Huizing and van Wijk, "Squarified treemaps", 2000). Everything is in whole cells, so that the fields
// cover the rectangle exactly and none lies on another; what has too small a share for a field of its own is folded into
// one for all of that. A row is rounded to cells and the rest is divided anew, so that roundings do not add up.
//
// The package is pure: the same sizes in the same rectangle give the same fields.
package treemap

import (
	"cmp"
	"math"
	"slices"
)

// A Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Area is how many cells it has.
func (r Rect) Area() int { return r.W * r.H }

// Others is the Item of the field that stands for everything too small for one of its own.
const Others = -1

// A Field is the place of one item, or of all that are too small.
type Field struct {
	Rect
	Item  int   // index into the sizes, or Others
	Count int   // how many items it stands for: 1, or of Others as many as there are
	Size  int64 // theirs together
}

// square is how many times as wide as high, in cells, a field is that counts as a square. A cell is some two times as
// high as wide; fields have names in them, so a little wider is better.
const square = 3

// Layout gives each size a field of in, of at least minW times minH cells, the largest first, of equal ones the first
// first. What is too small comes last, in one field. Sizes of nothing or less have none. Where in itself is smaller than
// a field should be there is one field, for the only size, or for all as others; without a size or a cell there is none.
//
// A field is larger than its share only where the smallest field is.
func Layout(sizes []int64, in Rect, minW, minH int) []Field {
	order := descending(sizes)
	if len(order) == 0 || in.W <= 0 || in.H <= 0 {
		return nil
	}
	l := &layout{sizes: sizes, order: order, in: in, minW: max(minW, 1), minH: max(minH, 1)}
	for _, i := range order {
		l.total += float64(sizes[i])
	}
	for n := l.fit(); n > 0; n -= max(1, n/16) {
		if l.divide(n) {
			return l.fields
		}
	}
	if len(order) == 1 {
		return []Field{{in, order[0], 1, sizes[order[0]]}}
	}
	return []Field{{in, Others, len(order), l.sum(0)}}
}

// descending are the indexes of the sizes that are something, largest first.
func descending(sizes []int64) []int {
	order := make([]int, 0, len(sizes))
	sorted := true
	for i, s := range sizes {
		if s <= 0 {
			continue
		}
		sorted = sorted && (len(order) == 0 || sizes[order[len(order)-1]] >= s)
		order = append(order, i)
	}
	if !sorted {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	}
	return order
}

// layout is one division that is tried.
type layout struct {
	sizes      []int64
	order      []int
	in         Rect
	minW, minH int
	total      float64

	weights []float64 // of the fields, that for others last
	fields  []Field
}

// least is the share of the total that the smallest field has.
func (l *layout) least() float64 {
	return l.total * float64(l.minW) * float64(l.minH) / (float64(l.in.W) * float64(l.in.H))
}

// fit is how many sizes have a share that is worth a field.
func (l *layout) fit() int {
	least, n := l.least(), 0
	for n < len(l.order) && float64(l.sizes[l.order[n]]) >= least {
		n++
	}
	return n
}

// sum is the size of all from the n-th on. More than an int64 can say is as much as it can.
func (l *layout) sum(n int) int64 {
	var s int64
	for _, i := range l.order[n:] {
		if s += l.sizes[i]; s < 0 {
			return math.MaxInt64
		}
	}
	return s
}

// divide lays out the first n sizes, and what remains as others. It reports whether every field is large enough.
func (l *layout) divide(n int) bool {
	l.weights, l.fields = l.weights[:0], make([]Field, 0, n+1)
	for _, i := range l.order[:n] {
		l.weights = append(l.weights, float64(l.sizes[i]))
		l.fields = append(l.fields, Field{Item: i, Count: 1, Size: l.sizes[i]})
	}
	if rest := len(l.order) - n; rest > 0 {
		s := l.sum(n)
		l.weights = append(l.weights, max(float64(s), l.least()))
		l.fields = append(l.fields, Field{Item: Others, Count: rest, Size: s})
	}
	var left float64
	for _, w := range l.weights {
		left += w
	}
	room := l.in
	for at := 0; at < len(l.weights); {
		across := room.W < room.H*square // the row lies across the room, else it stands in it
		end, sum := l.row(at, room, left, across)
		rest, ok := l.place(at, end, room, sum/left, across)
		if !ok { // the other way it may be longer and thinner, and large enough
			end, sum = l.row(at, room, left, !across)
			rest, ok = l.place(at, end, room, sum/left, !across)
		}
		if !ok {
			return false
		}
		at, left, room = end, left-sum, rest
	}
	return true
}

// row is how many fields from at on make the best row, and the sum of their weights.
func (l *layout) row(at int, room Rect, left float64, across bool) (end int, sum float64) {
	long, wide := float64(room.H), 1/float64(square) // what a side along the row counts, to one across it
	if across {
		long, wide = float64(room.W), square
	}
	perWeight := float64(room.W) * float64(room.H) / left
	worst := math.Inf(1)
	for end = at; end < len(l.weights); end++ {
		s := sum + l.weights[end]
		thick := s * perWeight / long
		now := 1.0
		for _, w := range [2]float64{l.weights[at], l.weights[end]} { // but for others the largest and the smallest
			side := w * perWeight / thick
			now = max(now, side/(thick*wide), thick*wide/side)
		}
		if now > worst {
			break
		}
		worst, sum = now, s
	}
	return end, sum
}

// place gives the fields from at to end their places in a row with a share of the room, and returns what of it is left.
// It reports false where there is no room for fields of the least size.
func (l *layout) place(at, end int, room Rect, share float64, across bool) (Rect, bool) {
	row, rest := room, Rect{}
	if across {
		row.H = thickness(room.H, l.minH, share, end == len(l.weights))
		rest = Rect{room.X, room.Y + row.H, room.W, room.H - row.H}
	} else {
		row.W = thickness(room.W, l.minW, share, end == len(l.weights))
		rest = Rect{room.X + row.W, room.Y, room.W - row.W, room.H}
	}
	if row.W < l.minW || row.H < l.minH {
		return rest, false
	}
	var left float64
	for _, w := range l.weights[at:end] {
		left += w
	}
	for ; at < end; at++ {
		f := &l.fields[at]
		f.Rect = row
		if across {
			f.W = thickness(row.W, l.minW, l.weights[at]/left, at == end-1)
			row.X, row.W = row.X+f.W, row.W-f.W
		} else {
			f.H = thickness(row.H, l.minH, l.weights[at]/left, at == end-1)
			row.Y, row.H = row.Y+f.H, row.H-f.H
		}
		if f.W < l.minW || f.H < l.minH {
			return rest, false
		}
		left -= l.weights[at]
	}
	return rest, true
}

// thickness is a share of n cells, all of them for the last, else at least least and so that as much is left. Where
// that cannot be it is less than least.
func thickness(n, least int, share float64, last bool) int {
	if last {
		return n
	}
	return min(max(int(math.Round(share*float64(n))), least), n-least)
}

// At is the field that a cell lies in, -1 where there is none.
func At(fields []Field, x, y int) int {
	return slices.IndexFunc(fields, func(f Field) bool { return x >= f.X && x < f.X+f.W && y >= f.Y && y < f.Y+f.H })
}

// Beside is the field that one comes to from another at a cell of its own, going in a direction: one of dx and dy is 1
// or -1. It is from itself at the edge.
func Beside(fields []Field, from, x, y, dx, dy int) int {
	f := fields[from]
	x, y = min(max(x, f.X), f.X+f.W-1), min(max(y, f.Y), f.Y+f.H-1)
	switch {
	case dx > 0:
		x = f.X + f.W
	case dx < 0:
		x = f.X - 1
	case dy > 0:
		y = f.Y + f.H
	case dy < 0:
		y = f.Y - 1
	}
	if i := At(fields, x, y); i >= 0 {
		return i
	}
	return from
}
