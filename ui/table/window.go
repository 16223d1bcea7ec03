// Package table holds the lists and trees of the screens: a cursor, a window and the rows in it.
//
// A List shows rows, a Tree nodes with a depth. Both stay cheap at 20,000 rows and more, because a key
// and a frame cost what is visible and never what there is: an index slice over the caller's rows is
// what is sorted, filtered and spliced, and only the rows in the window are formatted. Rows have a key
// that stays with the item, so that the cursor keeps its item, and a tree its open nodes, while a scan
// replaces, re-sorts and filters what is shown.
//
// The package knows no Bubble Tea and no colours. A screen turns keys into method calls, a Style of its
// own turns a finished line into a coloured one. Lines are exactly as wide as was asked for, whatever
// is in the rows, and there are exactly as many; the selected one starts with ">", so that it is seen
// without colours too.
//
// Nothing here is safe for use by several goroutines: the screen's Update and View own it.
package table

// A window is a cursor in n rows of which height are visible from offset on. It is what List and Tree
// share; its methods are the movements that both understand.
type window struct {
	n      int
	cursor int
	offset int
	height int
}

// Len returns the number of rows that are shown or can be scrolled to.
func (w *window) Len() int { return w.n }

// Cursor returns the position of the cursor, 0 where there are no rows.
func (w *window) Cursor() int { return w.cursor }

// Visible returns the range of positions in the window.
func (w *window) Visible() (from, to int) { return w.offset, min(w.offset+w.height, w.n) }

// Resize sets the height of the window and keeps the cursor in it.
func (w *window) Resize(height int) {
	w.height = max(height, 0)
	w.settle()
}

// Move puts the cursor on a position, the nearest there is.
func (w *window) Move(to int) {
	w.cursor = to
	w.settle()
}

// The movements of the keys. None goes round from one end to the other.

func (w *window) Up()       { w.Move(w.cursor - 1) }
func (w *window) Down()     { w.Move(w.cursor + 1) }
func (w *window) Home()     { w.Move(0) }
func (w *window) End()      { w.Move(w.n - 1) }
func (w *window) PageUp()   { w.scroll(-max(w.height, 1)) }
func (w *window) PageDown() { w.scroll(max(w.height, 1)) }
func (w *window) HalfUp()   { w.scroll(-max((w.height+1)/2, 1)) }
func (w *window) HalfDown() { w.scroll(max((w.height+1)/2, 1)) }

// Scroll moves the window and leaves the cursor on its item for as long as that is visible: the wheel.
func (w *window) Scroll(by int) {
	w.offset = max(0, min(w.offset+by, w.n-w.height))
	w.cursor = max(w.offset, min(w.cursor, w.offset+w.height-1))
	w.settle()
}

// scroll moves window and cursor together, so that the cursor keeps its place on the screen.
func (w *window) scroll(by int) {
	w.offset += by
	w.Move(w.cursor + by)
}

// settle brings cursor and offset back to where they may be.
func (w *window) settle() {
	w.cursor = max(0, min(w.cursor, w.n-1))
	w.offset = min(w.offset, w.cursor)
	w.offset = max(w.offset, w.cursor-max(w.height, 1)+1)
	w.offset = max(0, min(w.offset, w.n-w.height))
}

// replace sets the number of rows and the cursor after rows were replaced. The cursor keeps its place
// on the screen: it is the rest that moves.
func (w *window) replace(n, cursor int) {
	w.offset += cursor - w.cursor
	w.n, w.cursor = n, cursor
	w.settle()
}
