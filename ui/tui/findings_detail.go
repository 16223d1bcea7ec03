package tui

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// factRoom is what the words before the text take, in facts and here.
const factRoom = 8

// detail is what there is to know of the selected row; in a pane of its own with a line for each witness and file.
func (f *findings) detail(width int, pane bool) []string {
	row := f.selected()
	switch {
	case row == nil:
		return nil
	case row.fold:
		return f.noteLines(width)
	case row.f == nil:
		return f.facts(width, []fact{{"WHAT", row.title}, {"MODULE", row.target}, {"WHERE", f.env.path(row.path)}})
	}
	if !ofVerify(row.f.Check) {
		return f.checkDetail(row, width, pane)
	}
	what, why := fact{"WHAT", row.title}, fact{"WHY", f.env.say(report.NoPassword(row.f.Detail))}
	if !pane {
		out := append(f.facts(width, []fact{what}), f.sideBySide(row.f, width)...)
		out = append(out, f.facts(width, []fact{why, {"FILES", f.filesInLine(row.f, width-factRoom)}, {"FIX", f.fixInLine(row.f)}})...)
		return append(out, f.facts(width, []fact{{"WHERE", f.where(row)}})...)
	}
	gap := line(width)
	out := append(f.facts(width, []fact{{"TARGET", row.target}, what}), gap)
	if why.text != "" {
		out = append(append(out, f.facts(width, []fact{why})...), gap)
	}
	if lines := f.belowEachOther(row.f, width); len(lines) > 0 {
		out = append(append(out, lines...), gap)
	}
	if lines := f.fileLines(row.f, width); len(lines) > 0 {
		out = append(append(out, lines...), gap)
	}
	for i, s := range f.fixes(row.f) {
		out = append(out, f.facts(width, []fact{{firstWord(i, "FIX"), s}})...)
	}
	return append(append(out, gap), f.facts(width, []fact{{"WHERE", f.where(row)}, {"SAME AS", f.env.clean(f.commands(row)[0])}})...)
}

// firstWord is a word before the first of several lines.
func firstWord(i int, word string) string {
	if i == 0 {
		return word
	}
	return ""
}

// where is the file or path of a finding.
func (f *findings) where(row *findingRow) string {
	if t := row.f.Target; t.File != "" && t.Line > 0 {
		return f.env.path(fmt.Sprintf("%s:%d", t.File, t.Line))
	}
	return f.env.path(row.path)
}

// A voice is what one or more witnesses of one name say.
type voice struct {
	name string // clean
	says string // clean
	from string // clean, of the first
	n    int
	lies bool
}

// voices are the witnesses of a finding, those that say the same under one name together.
func (f *findings) voices(list []finding.Witness) []voice {
	var out []voice
next:
	for _, w := range list {
		v := voice{f.env.clean(w.Name), f.env.clean(report.NoPassword(w.Says)), f.env.path(w.From), 1, w.Lies}
		for i := range out {
			if o := &out[i]; o.name == v.name && o.says == v.says && o.lies == v.lies {
				o.n++
				continue next
			}
		}
		out = append(out, v)
	}
	return out
}

// title is the name, with how many say so.
func (v *voice) title() string {
	if v.n > 1 {
		return fmt.Sprintf("%s x%d", v.name, v.n)
	}
	return v.name
}

// cut shortens what is said: of a hash the beginning tells it from others.
func (v *voice) cut(width int) string { return text.Fit(v.says, min(text.Width(v.says), width)) }

// lie is the word behind the one that lies.
const lie = "LIES"

// aboutMod reports whether a finding is about the go.mod file: then others speak than about the content.
func aboutMod(f *finding.Finding) bool {
	for _, w := range f.Witnesses {
		if w.Lies && w.Name != "mod" && w.Name != "gomod_gosum" {
			return false
		}
	}
	return f.Check == "mod-mismatch"
}

// sideBySide shows who says what in columns: the names, and below them what they say. Only those are shown that speak about
// what differs, and as many as there is room for.
func (f *findings) sideBySide(x *finding.Finding, width int) []string {
	const cell = 14
	var names, says []span
	mod, left := aboutMod(x), 0
	for _, v := range f.voices(x.Witnesses) {
		switch {
		case mod != (v.name == "mod" || v.name == "gomod_gosum"):
			continue
		case (len(names)/2+1)*cell > width-factRoom:
			left++
			continue
		}
		dress := f.theme.Muted
		word := v.title()
		if v.lies {
			dress, word = f.theme.Bad, text.Fit(word, min(text.Width(word), cell-len(lie)-2))+" "+lie
		}
		said := text.Fit(v.cut(cell-2), cell)
		names = append(names, span{text.Fit(text.Fit(word, min(text.Width(word), cell-1)), cell), dress}, span{})
		if v.lies {
			says = append(says, span{said, f.theme.Bad})
		} else {
			says = append(says, span{said, nil})
		}
	}
	if len(names) == 0 {
		return nil
	}
	out := []string{line(width, append([]span{{text.Fit("SAYS", factRoom), f.theme.Muted}}, names...)...),
		line(width, append([]span{{text.Fit("", factRoom), nil}}, says...)...)}
	if left > 0 {
		out[1] = ends(width, append([]span{{text.Fit("", factRoom), nil}}, says...), []span{{fmt.Sprintf("%d more", left), f.theme.Muted}})
	}
	return out
}

// belowEachOther gives every witness a line: who, what, and where there is room from where.
func (f *findings) belowEachOther(x *finding.Finding, width int) []string {
	const name = 13
	var out []string
	for i, v := range f.voices(x.Witnesses) {
		mark, dress := "", f.theme.Muted
		if v.lies {
			mark, dress = lie, f.theme.Bad
		}
		says := min(max(width-factRoom-name-len(lie)-1, 8), 24)
		spans := []span{{text.Fit(firstWord(i, "SAYS"), factRoom), f.theme.Muted}, {text.Fit(text.Fit(v.title(), min(text.Width(v.title()), name-1)), name), dress}}
		said := span{text.Fit(v.cut(says), says+1), nil}
		if v.lies {
			said.dress = f.theme.Bad
		}
		spans = append(spans, said, span{text.Fit(mark, len(lie)), f.theme.Bad})
		if room := width - spanWidth(spans) - 1; room >= 16 {
			spans = append(spans, span{" " + text.FitMiddle(v.from, room), f.theme.Muted})
		}
		out = append(out, line(width, spans...))
	}
	return out
}

// How many files that differ are shown beside the list.
const fewFiles = 8

// filesInLine names as many of the files that differ as fit into a line, one at least.
func (f *findings) filesInLine(x *finding.Finding, width int) string {
	const tail = len(", and 1,000 more")
	out, n := "", 0
	for _, d := range x.Files {
		s := f.env.clean(string(d.Change)) + " " + f.env.clean(d.Path)
		switch {
		case n == 0:
			out = text.Fit(s, min(text.Width(s), max(width-tail, 1)))
		case text.Width(out)+2+text.Width(s) <= width-tail:
			out += ", " + s
		default:
			return out + ", and " + text.Count(int64(len(x.Files)+x.More-n)) + " more"
		}
		n++
	}
	if x.More > 0 && n > 0 {
		out += ", and " + text.Count(int64(x.More)) + " more"
	}
	return out
}

// fileLines are the files that differ, a line each.
func (f *findings) fileLines(x *finding.Finding, width int) []string {
	var out []string
	for i, d := range x.Files[:min(len(x.Files), fewFiles)] {
		out = append(out, line(width, span{text.Fit(firstWord(i, "FILES"), factRoom), f.theme.Muted},
			span{text.Fit(f.env.clean(string(d.Change)), 10), f.theme.Warn}, span{text.FitMiddle(f.env.clean(d.Path), max(width-factRoom-10, 8)), nil}))
	}
	if more := len(x.Files) + x.More - len(out); more > 0 && len(out) > 0 {
		out = append(out, line(width, span{text.Fit("", factRoom) + "and " + text.Count(int64(more)) + " more", f.theme.Muted}))
	}
	return out
}

// fixes name what mends it, the smallest first, and say how that is done.
func (f *findings) fixes(x *finding.Finding) []string {
	if len(x.Fixes) == 0 {
		if !ofVerify(x.Check) {
			return []string{f.howFixed(x)}
		}
		return []string{"none that a program may choose: a person has to decide; x says why"}
	}
	var out []string
	for i := range x.Fixes {
		s := f.fix(x, i)
		if len(x.Fixes) > 1 {
			s = fmt.Sprintf("%d. %s", i+1, s)
		}
		out = append(out, s)
	}
	return append(out, f.howFixed(x))
}

// fix is a way to mend it: what it does, what it needs, and its command if it has one.
func (f *findings) fix(of *finding.Finding, i int) string {
	x := &of.Fixes[i]
	s := f.env.say(report.NoPassword(x.Title))
	switch {
	case x.NeedsNetwork:
		s += " (network)"
	case ofVerify(of.Check) && !strings.Contains(x.Title, "offline"):
		s += " (offline)"
	}
	if x.Bytes > 0 {
		s += ", " + text.Bytes(x.Bytes)
	}
	if len(x.Argv) > 0 {
		words := make([]string, len(x.Argv))
		for i, a := range x.Argv {
			words[i] = shellWord(report.NoPassword(a))
		}
		s += ": " + f.env.clean(strings.Join(words, " "))
	}
	return s
}

// fixInLine is the smallest of them in a line.
func (f *findings) fixInLine(x *finding.Finding) string {
	list := f.fixes(x)
	if len(x.Fixes) == 0 {
		return list[0]
	}
	s := f.fix(x, 0)
	if more := len(x.Fixes) - 1; more > 0 {
		s += fmt.Sprintf(", or %d more", more)
	}
	return s + "; " + f.howFixed(x)
}

// story is all that is known of a row, for a dialog.
func (f *findings) story(row *findingRow) []entry {
	if row.f == nil {
		return []entry{{label: "WHAT", text: row.title}, {label: "WHERE", text: f.env.path(row.path)}}
	}
	x := row.f
	why, seen := "WHY", f.env.say(report.NoPassword(x.Detail))
	if !ofVerify(x.Check) {
		why, seen = "SEEN", f.seen(x.Detail)
	}
	out := []entry{{label: "CHECK", text: row.check}, {label: "WHAT", text: row.title}, {label: why, text: seen},
		{label: "WHERE", text: f.where(row)}}
	if len(x.Witnesses) > 0 {
		out = append(out, entry{}, entry{text: "Who says what", strong: true})
	}
	for _, w := range x.Witnesses {
		s := f.env.clean(report.NoPassword(w.Says))
		if w.Lies {
			s = lie + " " + s
		}
		out = append(out, entry{label: "  " + f.env.clean(w.Name), text: s})
		if w.From != "" {
			out = append(out, entry{label: " ", text: f.env.path(w.From)})
		}
	}
	if len(x.Files) > 0 {
		out = append(out, entry{}, entry{text: plural(len(x.Files)+x.More, "file that differs", "files that differ"), strong: true})
	}
	for _, d := range x.Files {
		out = append(out, entry{label: "  " + f.env.clean(string(d.Change)), text: f.env.clean(d.Path)})
	}
	if x.More > 0 && len(x.Files) > 0 {
		out = append(out, entry{label: " ", text: "and " + text.Count(int64(x.More)) + " more"})
	}
	out = append(out, entry{}, entry{text: "What mends it", strong: true})
	for _, s := range f.fixes(x) {
		out = append(out, entry{text: "  " + s})
	}
	out = append(out, entry{}, entry{label: "SAME AS", text: f.env.clean(f.commands(row)[0])})
	return append(out, f.manual(x.Check)...)
}
