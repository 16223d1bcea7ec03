package tui

import (
	"fmt"
	"strings"

	"godoctor/doctor/check"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// How many texts of go that lead to a check are shown beside the list.
const fewSays = 3

// checkDetail is what there is to know of what a check found: what was seen and where, what to do, and from its manual page
// why it is so and how it is seen by hand.
func (f *findings) checkDetail(row *findingRow, width int, pane bool) []string {
	x := row.f
	var help check.Help
	var says []string
	if c := f.manuals[x.Check]; c != nil {
		help, says = c.Help, c.Says
	}
	what, seen := fact{"WHAT", row.title}, fact{"SEEN", f.seen(x.Detail)}
	where := fact{"WHERE", f.where(row)}
	if where.text == row.target {
		where.text = ""
	}
	why, look := f.paragraphs("WHY", help.Why), f.paragraphs("LOOK", help.Look)
	if !pane {
		list := []fact{what, seen, where, {"FIX", f.fixInLine(x)}}
		if len(x.Fixes) == 0 {
			list = append(list[:3], f.paragraphs("DO", help.Do)...)
		}
		return f.facts(width, append(append(list, why...), look...))
	}
	parts := [][]fact{{{"TARGET", row.target}, what}, {seen, where}, nil, why, nil, look}
	same := f.env.clean(f.commands(row)[0])
	for i, s := range f.fixes(x) {
		parts[2] = append(parts[2], fact{firstWord(i, "FIX"), s})
		if strings.HasSuffix(s, ": "+same) {
			same = "" // it stands there
		}
	}
	if len(x.Fixes) == 0 {
		parts[2] = f.paragraphs("DO", help.Do)
	}
	parts[2] = append(parts[2], fact{"SAME AS", same}, fact{"MORE", f.env.clean(helpCommand(x.Check))})
	for i, s := range says[:min(len(says), fewSays)] {
		parts[4] = append(parts[4], fact{firstWord(i, "GO SAYS"), f.goSays(s)})
	}
	if more := len(says) - fewSays; more > 0 {
		parts[4] = append(parts[4], fact{"", fmt.Sprintf("and %d more texts: enter shows them", more)})
	}
	var out []string
	for _, list := range parts {
		if lines := f.facts(width, list); len(lines) > 0 {
			out = append(append(out, lines...), line(width))
		}
	}
	return out
}

// seen prepares what a check has seen, which names paths without quotes, too.
func (f *findings) seen(s string) string {
	s = report.NoPassword(s)
	if home, sep := f.env.home, f.env.separator(); home != "" && home != sep {
		s = strings.ReplaceAll(" "+s, " "+home+sep, " ~"+sep)[1:]
	}
	return f.env.say(s)
}

// helpCommand prints the manual page of a check.
func helpCommand(id string) string { return "godoctor help " + shellWord(id) }

// paragraphs are the paragraphs of a manual page, the first behind a word.
func (f *findings) paragraphs(word, s string) (list []fact) {
	if s == "" {
		return nil
	}
	for i, p := range strings.Split(s, "\n\n") {
		list = append(list, fact{firstWord(i, word), f.env.clean(strings.ReplaceAll(p, "\n", " "))})
	}
	return list
}

// goSays prepares a text of go: where anything may stand there are dots.
func (f *findings) goSays(s string) string {
	if f.ASCII {
		s = strings.ReplaceAll(s, text.Ellipsis, "...")
	}
	return f.env.clean(s)
}

// manual is the manual page of a check, for a dialog; nil if there is none.
func (f *findings) manual(id string) (out []entry) {
	c := f.manuals[id]
	if c == nil {
		return nil
	}
	part := func(title string, list []fact) {
		if len(list) > 0 {
			out = append(out, entry{}, entry{text: title, strong: true})
		}
		for _, p := range list {
			out = append(out, entry{text: p.text})
		}
	}
	part("Why", f.paragraphs("", c.Help.Why))
	part("How one sees it by hand", f.paragraphs("", c.Help.Look))
	part("What to do about it", f.paragraphs("", c.Help.Do))
	var says, see []fact
	for _, s := range c.Says {
		says = append(says, fact{"", f.goSays(s)})
	}
	part("What go says", says)
	for _, s := range c.Help.See {
		see = append(see, fact{"", f.env.clean(s)})
	}
	part("Where to read on", append(see, fact{"", f.env.clean(helpCommand(id))}))
	return out
}

// noteLines say what the notes are that one row stands for.
func (f *findings) noteLines(width int) []string {
	out := f.facts(width, []fact{{"WHAT", "worth knowing; nothing fails because of it. Enter shows each in a row of its own, or hides them."}})
	for i, k := range f.health.noteKinds() {
		out = append(out, f.facts(width, []fact{{firstWord(i, "NOTES"), k.words() + ": " + k.title}})...)
	}
	return out
}
