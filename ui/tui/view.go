package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"godoctor/ui/text"
)

// View draws the frame: tabs, the current screen, the status line and the keys.
func (r *root) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: "godoctor"}
	if r.tooSmall() {
		v.Content = r.smallFrame()
		return v
	}
	frame := r.frame()
	v.Content = strings.Join(frame, "\n")
	v.ProgressBar = r.work.bar()
	if r.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	switch f := r.field(); {
	case r.question != nil:
		v.Content, _, _ = r.over(v.Content, r.question.render(r))
	case r.dialog != nil:
		v.Content, _, _ = r.over(v.Content, r.dialog.render(r))
	case r.help != nil:
		content, x, y := r.over(v.Content, r.help.render(r))
		v.Content, v.Cursor = content, r.help.cursor(r, x, y)
	case f == nil:
		v.Cursor = r.rowCursor(frame)
	default:
		if c := f.cursor(); c != nil {
			c.Position.Y += r.bodyTop()
			v.Cursor = c
		}
	}
	if r.ASCII {
		v.Content = strings.ReplaceAll(v.Content, text.Ellipsis, ".") // as wide as what it stands for
	}
	return v
}

// bodyTop is the first line of the body.
func (r *root) bodyTop() int {
	if r.layout.rules {
		return 2
	}
	return 1
}

// frame is exactly height lines of exactly width cells.
func (r *root) frame() []string {
	out := make([]string, 0, r.height)
	out = append(out, r.tabs())
	if r.layout.rules {
		out = append(out, r.rule(r.width))
	}
	body := r.screens[r.current].render()
	for i := range r.layout.body {
		if i < len(body) {
			out = append(out, body[i])
		} else {
			out = append(out, strings.Repeat(" ", r.width))
		}
	}
	if r.layout.rules {
		out = append(out, r.rule(r.width))
	}
	out = append(out, r.statusLine())
	return append(out, r.footer(r.layout.footer)...)
}

// smallFrame says that the terminal is too small.
func (r *root) smallFrame() string {
	s := fmt.Sprintf("godoctor needs %dx%d, has %dx%d", minWidth, minHeight, r.width, r.height)
	lines := make([]string, r.height)
	for i := range lines {
		lines[i] = strings.Repeat(" ", r.width)
	}
	for i, l := range wrap(s, r.width) {
		if i < len(lines) {
			lines[i] = text.Fit(l, r.width)
		}
	}
	return strings.Join(lines, "\n")
}

// tabs is the first line: the screens, and what is going on.
func (r *root) tabs() string {
	left := r.tabSpans()
	if s := r.activityIn(r.width - spanWidth(left) - 1); s != "" {
		return ends(r.width, left, []span{{s, r.theme.Muted}, {" ", nil}})
	}
	return line(r.width, left...)
}

// tabSpans are the names of the screens: far apart behind that of the program, close together, or the current one alone.
// Behind the name of Findings stands how many want something to be done, where there is room.
func (r *root) tabSpans() []span {
	brand := span{text: " godoctor ", dress: r.theme.Accent}
	wide, close := r.tabNames(true)
	if wide = append([]span{brand}, wide...); spanWidth(wide) <= r.width-activityWidth {
		return wide
	}
	_, bare := r.tabNames(false)
	for _, names := range [][]span{close, bare} {
		out := []span{{" ", nil}}
		for _, s := range names {
			out = append(out, s, span{" ", nil})
		}
		if spanWidth(out) <= r.width {
			return out
		}
	}
	return []span{brand, {"[" + r.numbered(r.current) + "]", r.theme.Strong}}
}

// tabNames are the names, with room around them and without.
func (r *root) tabNames(counted bool) (wide, close []span) {
	for i, s := range screens {
		if s.beside && i != r.current {
			continue
		}
		name := r.numbered(i)
		if counted && i == findingsScreen && r.health != nil && r.health.count.bad() > 0 {
			name += " " + text.Count(int64(r.health.count.bad()))
		}
		if i == r.current {
			current := span{"[" + name + "]", r.theme.Strong}
			wide, close = append(wide, current), append(close, current)
			continue
		}
		wide, close = append(wide, span{" " + name + " ", nil}), append(close, span{name, nil})
	}
	return wide, close
}

// numbered is the name of a screen behind its number, if it has one.
func (r *root) numbered(i int) string {
	if screens[i].beside {
		return screens[i].name
	}
	return fmt.Sprintf("%d %s", i+1, screens[i].name)
}

// activityWidth is what the first line keeps for what is going on before its names move together.
const activityWidth = 22

// activityIn is what is going on in at most width cells; empty where there is no room, or nothing.
func (r *root) activityIn(width int) string {
	for _, s := range r.activity() {
		if text.Width(s)+1 <= width {
			return s
		}
	}
	return ""
}

// activity says what is going on, the longest first: there may be little room.
func (r *root) activity() []string {
	what, more := "", ""
	switch {
	case r.Saved != nil:
		return r.from()
	case r.work.running:
		what = fmt.Sprintf("%s %.0f%%", strings.ToLower(r.work.title()), 100*r.work.done())
	case r.verifying.running:
		what = fmt.Sprintf("verifying %.0f%%", 100*r.verifying.done())
	case r.scan.running && r.data != nil && !r.data.inv.Since.IsZero():
		what = "checking " + text.Short(r.sample.Entries)
		return r.inDemo("as of "+r.data.inv.Since.Local().Format("2 Jan 15:04")+", "+what, what)
	case r.scan.running:
		what, more = "scanning "+text.Short(r.sample.Entries), ", "+text.Duration(r.Now().Sub(r.scan.started))
	case r.checking.running:
		what = r.checking.state()
	case r.data == nil:
	case !r.data.inv.Done:
		what = "stopped"
	default:
		what = "scanned " + r.data.inv.Finished.Local().Format("15:04")
		more = ", " + text.Duration(r.data.inv.Finished.Sub(r.data.inv.Started))
	}
	return r.inDemo(what+more, what)
}

// inDemo adds to texts that the machine is made up, if it is.
func (r *root) inDemo(long, short string) []string {
	switch {
	case !r.Demo:
		return []string{long, short}
	case short == "":
		return []string{"demo"}
	}
	return []string{"demo, " + long, "demo, " + short, short}
}

// statusLine answers the last key, or says what should be known always.
func (r *root) statusLine() string {
	if r.status != "" {
		return line(r.width, span{" " + r.env.clean(r.status), r.theme.Strong})
	}
	var right []span
	if d := r.data; d != nil {
		if n := d.notes(); n > 0 {
			s := " notes [e] "
			if n == 1 {
				s = " note [e] "
			}
			right = []span{{text.Count(n) + s, r.theme.Warn}}
		}
	}
	if r.activityIn(r.width-spanWidth(r.tabSpans())-1) == "" { // no room in the first line
		if s := r.activityIn(r.width / 2); s != "" {
			right = append([]span{{s + "  ", r.theme.Muted}}, right...)
		}
	}
	left := ""
	switch {
	case r.current != overviewScreen:
	case r.Saved != nil:
		left = r.savedLine(r.width - spanWidth(right) - 1)
	default:
		left = " Looks only: nothing is changed before you have confirmed it. c begins."
		if text.Width(left)+spanWidth(right)+1 > r.width {
			left = " Looks only, until you confirm."
		}
	}
	return ends(r.width, []span{{left, r.theme.Muted}}, right)
}

// footer prints as many keys as fit into n lines: those of the screen first, then help and quit, which are
// always there.
func (r *root) footer(n int) []string {
	must := []key.Binding{keys.help, keys.quit}
	list := r.screens[r.current].keys()
	if r.field() == nil {
		list = append(list[:len(list):len(list)], screenHint(), keys.rescan)
	} else {
		must = nil
	}
	out := make([]string, 0, n)
	for i := range n {
		var tail []key.Binding
		if i == n-1 {
			tail = must
		}
		var l string
		l, list = r.keyLine(list, tail)
		out = append(out, l)
	}
	return out
}

// keyLine prints keys until the line is full, keeping room for the ones at its end.
func (r *root) keyLine(list, tail []key.Binding) (string, []key.Binding) {
	room := r.width - 1
	for _, b := range tail {
		room -= keyWidth(b)
	}
	spans := []span{{" ", nil}}
	for len(list) > 0 && keyWidth(list[0]) <= room {
		room -= keyWidth(list[0])
		spans = r.keySpans(spans, list[0])
		list = list[1:]
	}
	for _, b := range tail {
		spans = r.keySpans(spans, b)
	}
	return line(r.width, spans...), list
}

func keyWidth(b key.Binding) int { return text.Width(b.Help().Key) + text.Width(b.Help().Desc) + 3 }

func (r *root) keySpans(spans []span, b key.Binding) []span {
	return append(spans, span{b.Help().Key, r.theme.Accent}, span{" " + b.Help().Desc + "  ", nil})
}

// over lays the open dialog over the screen, and says where it is.
func (r *root) over(content string, box []string) (frame string, x, y int) {
	w, h := 0, len(box)
	if h > 0 {
		w = lipgloss.Width(box[0])
	}
	x, y = max((r.width-w)/2, 0), max((r.height-h)/2, 0)
	top := lipgloss.NewLayer(strings.Join(box, "\n")).X(x).Y(y).Z(1)
	return lipgloss.NewCompositor(lipgloss.NewLayer(content), top).Render(), x, y
}
