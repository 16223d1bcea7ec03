package tui

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// A bundleField is a line of the screen that is typed.
type bundleField uint8

const (
	toField bundleField = iota
	sinceField
	goField // one toolchain more
	fileField
	witnessField
	numBundleFields
)

// bundleFields are their words, and what they are for.
var bundleFields = [numBundleFields]struct{ word, empty, what string }{
	toField: {"TO", "", "The file to be made, an archive if its name ends in .tar, else a directory that is a module proxy. Nothing is overwritten."},
	sinceField: {"SINCE", "nothing is left out", "A bundle that the other machine has had: what is in it is left out. Or its file " +
		"GOPATH/pkg/sumdb/NAME/latest, a tree head: then go there finds proof that the new one goes on from it."},
	goField: {"", "another one, like go1.25.3:windows/amd64", "A Go release, of this platform or, behind a colon, of another one. It is " +
		"fetched if it is not here."},
	fileField: {"FILE", "enter types the path of a bundle", "A bundle: an archive, or a directory. It is opened and checked, offline; nothing " +
		"is changed by that."},
	witnessField: {"GO.SUM", "of no project", "The directory of a project whose go.sum tells the hashes of private modules: nobody else does."},
}

// bundleGo is a release with its platform.
var bundleGo = regexp.MustCompile(`^go1\.[0-9]{1,4}(?:\.[0-9]{1,4}|(?:rc|beta)[0-9]{1,3})(?::[a-z0-9]{1,20}/[a-z0-9]{1,20})?$`)

// fieldRows are the rows of fields.
func (b *bundles) fieldRows(list ...bundleField) (rows []bundleRow) {
	for _, f := range list {
		d := &bundleFields[f]
		row := bundleRow{key: "f:" + d.word + d.empty, section: d.word, kind: fieldRow, field: f, facts: []fact{{"WHAT", d.what}}}
		if v := b.values[f]; v == "" || f == goField {
			row.label, row.dress = d.empty, mutedDress
		} else {
			row.raw = b.clean(v)
			row.label = b.env.path(row.raw)
		}
		rows = append(rows, row)
	}
	return rows
}

// A bundleEdit takes what is typed into a field. Paths are completed beside the screen.
type bundleEdit struct {
	b       *bundles
	field   bundleField
	input   filterField
	hints   []string // what it may go on to, as it would be typed; raw
	asked   string   // what they are of
	job     job
	running bool
	wrong   string // why it was not taken
}

// completedMsg brings what a path may go on to.
type completedMsg struct {
	id    int
	typed string
	list  []string
}

func (completedMsg) screen() int { return bundleScreen }

const pathSep = string(filepath.Separator)

// pathMax bounds a path that is typed, in characters.
const pathMax = 4096

func (b *bundles) startEdit(f bundleField) tea.Cmd {
	e := &bundleEdit{b: b, field: f, input: filterField{most: pathMax}}
	if f != goField {
		e.input.insert(b.values[f])
	}
	b.edit = e
	return e.complete()
}

// edit takes a key, or what is pasted.
func (e *bundleEdit) edit(msg tea.Msg) tea.Cmd {
	e.wrong = ""
	switch k := msg.(type) {
	case tea.PasteMsg:
		e.input.insert(strings.TrimSpace(k.Content))
	case tea.KeyPressMsg:
		switch {
		case key.Matches(k, keys.open):
			return e.take()
		case key.Matches(k, keys.back):
			e.leave()
			return nil
		case key.Matches(k, keys.tab):
			e.further()
		default:
			e.input.press(k)
		}
	}
	return e.complete()
}

// leave gives the keys back to the screen.
func (e *bundleEdit) leave() {
	if e.running {
		e.job.cancel()
	}
	e.b.edit = nil
}

// take keeps what was typed; of a bundle that is to be looked into the look begins at once.
func (e *bundleEdit) take() tea.Cmd {
	b, words := e.b, strings.TrimSpace(e.input.words())
	switch {
	case e.field == goField && words != "" && !bundleGo.MatchString(words):
		e.wrong = "an exact release, like go1.25.3, and behind a colon OS/ARCH"
		return nil
	case e.field == toField && words == "":
		e.wrong = "a bundle has to have a name"
		return nil
	}
	e.leave()
	if e.field == goField {
		if words != "" {
			b.addGo(words)
		}
		return nil
	}
	if b.values[e.field] == words && (e.field != fileField || b.unpacking != nil) {
		return nil
	}
	b.values[e.field] = words
	if b.side == packSide {
		b.packing = nil
		b.rebuild()
		return nil
	}
	b.unpacking, b.at().err = nil, ""
	b.rebuild()
	if b.values[fileField] == "" || b.Bundle.NoLook != "" {
		return nil
	}
	return b.lookApply()
}

// complete asks what the path may go on to: one question at a time.
func (e *bundleEdit) complete() tea.Cmd {
	b, typed := e.b, e.input.words()
	if e.field == goField || b.Bundle.Complete == nil || e.running || typed == e.asked && e.hints != nil {
		return nil
	}
	do, at := b.Bundle.Complete, b.abs(typed)
	if typed == "" {
		at = strings.TrimSuffix(b.Bundle.Dir, pathSep) + pathSep
	}
	var cmd tea.Cmd
	e.running = true
	e.job, cmd = b.jobs.start(func(ctx context.Context) tea.Msg {
		list := do(ctx, at)
		for i := range list {
			list[i] = typed + strings.TrimPrefix(list[i], at)
		}
		return completedMsg{e.job.id, typed, list}
	})
	return cmd
}

// onCompleted takes what a path may go on to, and asks again if it went on meanwhile.
func (b *bundles) onCompleted(m completedMsg) tea.Cmd {
	e := b.edit
	if e == nil || m.id != e.job.id || !e.running {
		return nil
	}
	e.running, e.asked, e.hints = false, m.typed, m.list
	if e.hints == nil {
		e.hints = []string{}
	}
	return e.complete()
}

// likely are the hints that go on from what is typed now.
func (e *bundleEdit) likely() (list []string) {
	for _, h := range e.hints {
		if strings.HasPrefix(h, e.input.words()) {
			list = append(list, h)
		}
	}
	return list
}

// further is tab: the path goes on as far as there is one way.
func (e *bundleEdit) further() {
	list := e.likely()
	if len(list) == 0 {
		if e.wrong = "nothing here begins like that"; e.field == goField {
			e.wrong = "a release is typed in full"
		}
		return
	}
	common := list[0]
	for _, h := range list[1:] {
		n := 0
		for n < min(len(common), len(h)) && common[n] == h[n] {
			n++
		}
		common = strings.ToValidUTF8(common[:n], "")
	}
	if len(common) > len(e.input.words()) {
		e.input.clear()
		e.input.insert(common)
	}
}

// prompt is in front of what is typed.
func (e *bundleEdit) prompt() string {
	if e.field == goField {
		return " RELEASE "
	}
	return " " + bundleFields[e.field].word + " "
}

// shown is the part of what is typed that there is room for, and how far in it the cursor is, in cells.
func (e *bundleEdit) shown(width int) (s string, at int) {
	room := max(width-1, 1)
	from := 0
	before := func() string { return e.b.env.clean(string(e.input.runes[from:e.input.pos])) }
	for from < e.input.pos && text.Width(before()) > room {
		from++
	}
	return e.b.env.clean(string(e.input.runes[from:])), text.Width(before())
}

// cursor is in the first line.
func (e *bundleEdit) cursor() *tea.Cursor {
	p := text.Width(e.prompt())
	_, at := e.shown(e.b.width - p)
	return tea.NewCursor(min(p+at, max(e.b.width-1, 0)), 0)
}

// lines are the screen while something is typed: the field, and what it may go on to.
func (e *bundleEdit) lines() []string {
	b := e.b
	p := e.prompt()
	s, _ := e.shown(b.width - text.Width(p))
	out := []string{line(b.width, span{p, b.theme.Accent}, span{s, b.theme.Strong})}
	list := e.likely()
	switch {
	case e.wrong != "":
		out = append(out, line(b.width, span{" " + e.wrong, b.theme.Warn}))
	case e.field == goField:
	case len(list) > 0:
		out = append(out, line(b.width, span{" tab goes on to:", b.theme.Muted}))
	case e.running:
		out = append(out, line(b.width, span{" looking ...", b.theme.Muted}))
	default:
		out = append(out, line(b.width, span{" nothing here begins like that", b.theme.Muted}))
	}
	room := max(b.height-len(out), 0)
	if len(list) == 0 {
		for _, l := range wrap(bundleFields[e.field].what, b.width-2) {
			out = append(out, line(b.width, span{" " + l, b.theme.Muted}))
		}
		return out[:min(len(out), b.height)]
	}
	for i, h := range list[:min(len(list), room)] {
		if i == room-1 && len(list) > room {
			out = append(out, line(b.width, span{"   and " + text.Count(int64(len(list)-i)) + " more", b.theme.Muted}))
			break
		}
		out = append(out, line(b.width, span{"   " + text.FitMiddle(b.env.clean(h), max(b.width-4, 0)), nil}))
	}
	return out[:min(len(out), b.height)]
}

// editKeys are those of a field.
func editKeys(f bundleField) []key.Binding {
	take, leave, tab := keys.open, keys.back, keys.tab
	take.SetHelp("enter", "keep")
	leave.SetHelp("esc", "as it was")
	tab.SetHelp("tab", "go on")
	if f == goField {
		return []key.Binding{take, leave}
	}
	return []key.Binding{take, tab, leave}
}
