package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// An ask is a question over the screen, with Cancel marked. What it asks about happens only by a key that was pressed
// after somebody could read it: for a moment after it was drawn, and after every key in that moment, all keys are
// dropped, and so are repeats of a key that is held and whatever is pasted.
type ask struct {
	title string
	lines []entry
	names []string // all that it is about, clean; v shows them
	do    string   // what is done, on its button
	typed string   // what has to be typed for it; empty: y is enough
	input string   // what a person is to type, in words; empty: nothing
	save  string   // on a third button; empty: there is none

	yes, saved func() tea.Cmd
	wrong      func(words string) string // of input: what is wrong with it; empty: it will do

	field   filterField
	marked  int // button: 0 is Cancel
	press   int // counts what restarts the moment
	armed   bool
	listing bool // names are shown

	offset, height, total int // as it was drawn last
	wrapped               []string
	wrappedTo             int
}

// askGrace is how long a question cannot be answered.
const askGrace = 300 * time.Millisecond

// askArmedMsg says that nobody pressed a key for the moment.
type askArmedMsg struct {
	ask   *ask
	press int
}

// open shows a question.
func (r *root) openAsk(a *ask) tea.Cmd {
	r.question, r.dialog, r.help = a, nil, nil
	return a.arm()
}

// arm waits for the moment to be over.
func (a *ask) arm() tea.Cmd {
	a.press++
	n := a.press
	return guard(tea.Tick(askGrace, func(time.Time) tea.Msg { return askArmedMsg{a, n} }))
}

// onArmed lets a question be answered.
func (r *root) onArmed(m askArmedMsg) {
	if m.press == m.ask.press {
		m.ask.armed = true
	}
}

// askKey gives a key to the open question.
func (r *root) askKey(m tea.KeyPressMsg) tea.Cmd {
	a := r.question
	if !a.armed {
		return a.arm()
	}
	cmd, closed := a.update(m)
	if closed && r.question == a {
		r.question = nil
	}
	return cmd
}

// update takes a key and reports whether the question is to be closed.
func (a *ask) update(m tea.KeyPressMsg) (cmd tea.Cmd, closed bool) {
	if a.scroll(m) || m.IsRepeat {
		return nil, false
	}
	switch {
	case key.Matches(m, keys.back) && a.listing:
		a.listing, a.offset = false, 0
	case key.Matches(m, keys.back):
		return nil, true
	case key.Matches(m, keys.tab), m.Code == tea.KeyRight:
		a.mark(1)
	case key.Matches(m, keys.tabBack), m.Code == tea.KeyLeft:
		a.mark(-1)
	case key.Matches(m, keys.open):
		return a.enter()
	case a.input != "", a.typed != "" && !(a.field.words() == "" && key.Matches(m, keys.list)):
		a.field.press(m)
		a.marked = 0
		if a.said() {
			a.marked = 1
		}
	case key.Matches(m, keys.list) && len(a.names) > 0:
		a.listing, a.offset = !a.listing, 0
	case key.Matches(m, keys.no):
		return nil, true
	case key.Matches(m, keys.yes):
		return a.yes(), true
	}
	return nil, false
}

// said reports whether what has to be typed was.
func (a *ask) said() bool {
	words := strings.TrimSpace(a.field.words())
	if a.input != "" {
		return a.wrong(words) == ""
	}
	return words == a.typed
}

// mark marks another button.
func (a *ask) mark(by int) {
	n := len(a.buttons())
	a.marked = (a.marked + by + n) % n
}

func (a *ask) buttons() []string {
	out := []string{"Cancel", a.do}
	if a.save != "" {
		out = append(out, a.save)
	}
	return out
}

// enter presses the button that is marked.
func (a *ask) enter() (tea.Cmd, bool) {
	switch a.marked {
	case 0:
		return nil, a.field.words() == "" || a.input != "" && a.said() // what was typed is not it yet: esc cancels
	case 1:
		if a.typed+a.input != "" && !a.said() {
			return nil, false
		}
		return a.yes(), true
	case 2:
		if a.input != "" && !a.said() {
			return nil, false
		}
		return a.saved(), true
	}
	return nil, true
}

// scroll takes the keys that move through what is asked.
func (a *ask) scroll(m tea.KeyPressMsg) bool {
	page := max(a.height-1, 1)
	switch m.Code {
	case tea.KeyDown:
		a.offset++
	case tea.KeyUp:
		a.offset--
	case tea.KeyPgDown:
		a.offset += page
	case tea.KeyPgUp:
		a.offset -= page
	default:
		return false
	}
	a.offset = max(min(a.offset, a.total-a.height), 0)
	return true
}

// render draws the box for the size of the frame: what is asked, which scrolls, above the buttons, which do not.
func (a *ask) render(r *root) []string {
	width := min(r.width, 78)
	if r.width >= 50 {
		width = min(r.width-2, 84)
	}
	inner := width - 4
	foot := a.foot(r, inner)
	room := max(r.height-2-len(foot), 1)
	a.total = len(a.names)
	if !a.listing {
		a.wrap(r, inner)
		a.total = len(a.wrapped)
	}
	a.height = min(a.total, room)
	if a.listing {
		a.height = min(a.total, max(room-2, 1))
	}
	a.offset = max(min(a.offset, a.total-a.height), 0)
	title := a.title
	if a.total > a.height {
		title += fmt.Sprintf(" (%d-%d of %s)", a.offset+1, a.offset+a.height, text.Count(int64(a.total)))
	}
	var out []string
	for i := a.offset; i < a.offset+a.height; i++ {
		l := ""
		if a.listing {
			l = text.FitMiddle(a.names[i], inner)
			l = line(inner, span{l, nil})
		} else {
			l = a.wrapped[i]
		}
		out = append(out, " "+l+" ")
	}
	for _, l := range foot {
		out = append(out, " "+l+" ")
	}
	return r.pane(title, out, width, len(out)+2)
}

func (a *ask) wrap(r *root, width int) {
	if a.wrapped != nil && a.wrappedTo == width {
		return
	}
	a.wrapped, a.wrappedTo = []string{}, width
	room := 0
	for i := range a.lines {
		room = max(room, text.Width(a.lines[i].label)+2)
	}
	room = min(room, labelWidth, width/3)
	for i := range a.lines {
		a.wrapped = append(a.wrapped, a.lines[i].render(r, width, room)...)
	}
}

// foot are the lines that do not scroll: the field, the buttons, the keys.
func (a *ask) foot(r *root, width int) []string {
	var out []string
	hint := "y " + strings.ToLower(a.do) + "   n or esc cancel   tab move   enter the marked one"
	short := "y does it   n or esc cancel"
	if len(a.names) > 0 {
		hint, short = hint+"   v all", short+"   v all"
	}
	if a.typed != "" {
		said := span{r.env.clean(a.field.words()) + "_", r.theme.Accent}
		spans := []span{{"To do it type ", nil}, {a.typed, r.theme.Strong}, {" and press enter: ", nil}, said}
		if spanWidth(spans) > width {
			spans = []span{{"type ", nil}, {a.typed, r.theme.Strong}, {": ", nil}, said}
		}
		out = append(out, line(width, spans...))
		hint = "esc cancels   tab move   enter presses the marked button"
		short = "esc cancels"
		if len(a.names) > 0 {
			hint, short = hint+"   v all", short+"   v all"
		}
	}
	if a.input != "" {
		out = append(out, line(width, span{a.input + ": ", nil}, span{r.env.clean(a.field.words()) + "_", r.theme.Accent}))
		hint, short = "tab next button   enter presses the marked one   esc cancels", "tab, enter   esc cancels"
		if why := a.wrong(strings.TrimSpace(a.field.words())); why != "" && a.field.words() != "" {
			hint = why
		}
	}
	spans := a.buttonSpans(r, "[ ", " ]", "  ")
	if spanWidth(spans) > width {
		spans = a.buttonSpans(r, "", "", " ")
	}
	if text.Width(hint) > width {
		hint = short
	}
	if text.Width(hint) > width {
		hint = "esc cancels"
	}
	if !a.armed {
		hint = "one moment ..." // keys that were typed before are dropped
	}
	return append(out, line(width, spans...), line(width, span{hint, r.theme.Muted}))
}

// buttonSpans draws the buttons; the one that is marked stands between arrows.
func (a *ask) buttonSpans(r *root, left, right, apart string) []span {
	var spans []span
	for i, b := range a.buttons() {
		s := span{apart + left + b + right + apart, nil}
		if i == a.marked {
			s = span{(">" + apart)[:len(apart)] + left + b + right + (apart + "<")[1:], r.theme.Selected}
		}
		spans = append(spans, s, span{" ", nil})
	}
	return spans
}
