package tui

import (
	"cmp"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// filterField is what is typed after "/". While it is active every letter is text.
//
// The textinput of bubbles is not used: it brings a clipboard library that runs other programs, and this
// program runs none. What is pasted comes through the terminal.
type filterField struct {
	runes  []rune
	pos    int // of the cursor
	active bool
	most   int // characters that can be typed; 0: filterMax
}

// filterMax bounds what can be typed or pasted.
const filterMax = 200

func (f *filterField) words() string { return string(f.runes) }

// insert puts text at the cursor. What does not print is left out.
func (f *filterField) insert(s string) {
	for _, r := range s {
		if len(f.runes) < cmp.Or(f.most, filterMax) && unicode.IsPrint(r) {
			f.runes = append(f.runes[:f.pos], append([]rune{r}, f.runes[f.pos:]...)...)
			f.pos++
		}
	}
}

// cut removes the text between two places.
func (f *filterField) cut(from, to int) {
	f.runes = append(f.runes[:from], f.runes[to:]...)
	f.pos = from
}

// press takes a key that is not text.
func (f *filterField) press(k tea.KeyPressMsg) {
	switch k.String() {
	case "backspace", "ctrl+h":
		f.cut(max(f.pos-1, 0), f.pos)
	case "delete":
		f.cut(f.pos, min(f.pos+1, len(f.runes)))
	case "ctrl+u":
		f.cut(0, f.pos)
	case "ctrl+w":
		from := f.pos
		for from > 0 && unicode.IsSpace(f.runes[from-1]) {
			from--
		}
		for from > 0 && !unicode.IsSpace(f.runes[from-1]) {
			from--
		}
		f.cut(from, f.pos)
	case "left":
		f.pos = max(f.pos-1, 0)
	case "right":
		f.pos = min(f.pos+1, len(f.runes))
	case "home", "ctrl+a":
		f.pos = 0
	case "end", "ctrl+e":
		f.pos = len(f.runes)
	default:
		if k.Mod&^(tea.ModShift|tea.ModCapsLock|tea.ModNumLock) == 0 {
			f.insert(k.Text)
		}
	}
}

func (f *filterField) start() {
	f.active = true
	f.pos = len(f.runes)
}

func (f *filterField) clear() { *f = filterField{most: f.most} }

// A filtered is a list with a filter.
type filtered interface {
	mover
	refilter() // the words changed
}

// filterTyping is a screen while its filter takes letters.
type filterTyping struct {
	env   *env
	field *filterField
	list  filtered
	width int // of the screen
}

func (t filterTyping) edit(msg tea.Msg) tea.Cmd {
	f := t.field
	before := f.words()
	switch k := msg.(type) {
	case tea.PasteMsg:
		f.insert(k.Content)
	case tea.KeyPressMsg:
		switch {
		case key.Matches(k, keys.open):
			f.active = false
		case key.Matches(k, keys.back):
			f.clear()
		case k.Code == tea.KeyUp || k.Code == tea.KeyDown || k.Code == tea.KeyPgUp || k.Code == tea.KeyPgDown:
			moveKeys(t.list, k)
		default:
			f.press(k)
		}
	}
	if f.words() != before {
		t.list.refilter()
	}
	return nil
}

// cursor is in the text that was typed.
func (t filterTyping) cursor() *tea.Cursor {
	x := 3 + text.Width(t.env.clean(string(t.field.runes[:t.field.pos])))
	return tea.NewCursor(min(x, max(t.width-1, 0)), 0)
}

// filterKeys are the keys that a screen shows while its filter takes letters.
func filterKeys() []key.Binding {
	return []key.Binding{bind("enter", "keep", "enter"), bind("esc", "clear", "esc")}
}
