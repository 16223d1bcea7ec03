package tui

// layout says where the parts of the frame are. It is computed once for a size.
type layout struct {
	rules  bool // lines between the parts
	footer int  // lines of keys
	body   int  // lines between the tabs and the footer
}

// The sizes from which on there is room for more.
const (
	roomyHeight = 20  // rules, and two lines of keys
	wideWidth   = 110 // two panes side by side
	wideHeight  = 28
	bodyWidth   = 60 // a list with what belongs to the selected row below
)

func newLayout(w, h int) layout {
	l := layout{footer: 1}
	if h >= roomyHeight {
		l.rules = true
		l.footer = 2
		if w >= wideWidth {
			l.footer = 1
		}
	}
	used := 2 + l.footer // tabs and status
	if l.rules {
		used += 2
	}
	l.body = max(h-used, 0)
	return l
}
