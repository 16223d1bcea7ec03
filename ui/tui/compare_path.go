package tui

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// pathJob looks for the names that go on from what was typed.
type pathJob struct {
	job
	running bool
	tab     bool    // somebody waits for them with tab
	of      string  // what the offers go on from
	offers  []offer // clean
}

// pathsMsg ends it.
type pathsMsg struct {
	compareMsg
	id     int
	of     string
	offers []offer
}

// complete looks for names, in place of a look for others.
func (c *comparison) complete() tea.Cmd {
	h := c.choice
	if h.paths.running {
		h.paths.cancel()
	}
	words := h.field.words()
	if words == "" {
		h.paths = pathJob{}
		return nil
	}
	h.paths = pathJob{of: h.paths.of, offers: h.paths.offers}
	paths, e := c.Compare.Paths, *c.env
	var j job
	var cmd tea.Cmd
	j, cmd = c.jobs.start(func(ctx context.Context) tea.Msg {
		m := pathsMsg{id: j.id, of: words}
		for _, p := range paths(ctx, words) {
			o := offer{arg: p.Path, kind: kindFile, name: e.clean(p.Path), where: "a snapshot, a program, or what go env printed"}
			if p.Dir {
				o.dir, o.kind, o.where = true, kindDir, "this machine now, with the project in it"
			}
			m.offers = append(m.offers, o)
		}
		return m
	})
	h.paths.job, h.paths.running = j, true
	return cmd
}

// onPaths takes the names.
func (c *comparison) onPaths(m pathsMsg) tea.Cmd {
	h := c.choice
	if m.id != h.paths.id || !h.paths.running {
		return nil
	}
	h.paths.running, h.paths.of, h.paths.offers = false, m.of, m.offers
	if h.paths.tab && m.of == h.field.words() && h.put(h.common()) {
		c.fill()
		return c.complete()
	}
	h.paths.tab = false
	c.fill()
	return nil
}

// common is what all names that go on have in common; where there is one, it whole.
func (h *choice) common() string {
	var out string
	for i := range h.paths.offers {
		o := &h.paths.offers[i]
		p := o.arg
		if o.dir {
			p += string(separator(p))
		}
		if i == 0 {
			out = p
		}
		n := 0
		for n < min(len(out), len(p)) && out[n] == p[n] {
			n++
		}
		out = out[:n]
	}
	for !utf8.ValidString(out) && len(out) > 0 { // in the middle of a letter
		out = out[:len(out)-1]
	}
	return out
}

// separator is what a path puts between its elements, by what it has of them.
func separator(path string) rune {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 && path[i] == '\\' {
		return '\\'
	}
	return '/'
}

// put puts a path into the field, if it goes on from what is there. What does not print cannot be typed: it is taken from the
// list.
func (h *choice) put(path string) bool {
	if len(path) <= len(h.field.words()) || !strings.HasPrefix(path, h.field.words()) || !utf8.ValidString(path) ||
		strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return false
	}
	h.field.runes = []rune(path)
	h.field.pos = len(h.field.runes)
	return true
}

// typedPath is the choice while the field takes letters.
type typedPath struct{ *comparison }

func (t typedPath) edit(msg tea.Msg) tea.Cmd {
	h := t.choice
	f := h.field
	before := f.words()
	switch k := msg.(type) {
	case tea.PasteMsg:
		f.insert(strings.TrimSpace(k.Content))
	case tea.KeyPressMsg:
		switch {
		case key.Matches(k, keys.open):
			if row := h.at(); row != nil {
				return t.take(row)
			}
			f.active = false
			return nil
		case key.Matches(k, keys.back):
			f.clear()
		case key.Matches(k, keys.tab):
			h.tabbed()
		case k.Code == tea.KeyUp || k.Code == tea.KeyDown || k.Code == tea.KeyPgUp || k.Code == tea.KeyPgDown:
			moveKeys(&h.list, k)
		default:
			f.press(k)
		}
	}
	if f.words() == before {
		return nil
	}
	t.fill()
	h.list.Home()
	return t.complete()
}

// tabbed is tab: the name under the cursor goes into the field, else what all names have in common.
func (h *choice) tabbed() {
	switch row := h.at(); {
	case row != nil && (row.kind == kindDir || row.kind == kindFile):
		p := row.arg
		if row.dir {
			p += string(separator(p))
		}
		h.put(p)
	case h.paths.of == h.field.words():
		h.put(h.common())
	default:
		h.paths.tab = h.paths.running
	}
}

// visible is what is shown of the field in a line of width cells, and where the cursor is in it: of a long path the end.
func (t typedPath) visible(width int) (shown string, at int) {
	f := t.choice.field
	before, after := t.env.clean(string(f.runes[:f.pos])), t.env.clean(string(f.runes[f.pos:]))
	for room := max(width-4, 1); text.Width(before) > room; {
		_, n := utf8.DecodeRuneInString(before)
		before = before[n:]
	}
	return before + after, 3 + text.Width(before)
}

func (t typedPath) cursor() *tea.Cursor {
	_, x := t.visible(t.width)
	return tea.NewCursor(min(x, max(t.width-1, 0)), 0)
}
