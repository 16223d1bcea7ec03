package tui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
)

// Findings are marked here, and how they are mended is shown on the screen Plan: nothing is mended from this list.

// fixKeys adds the keys that have to do with mending.
func (f *findings) fixKeys(list []key.Binding) []key.Binding {
	if f.Repair == nil || f.health == nil || f.health.count.total() == 0 {
		return list
	}
	fix := keys.run
	fix.SetHelp("x", "fix")
	if n := f.marks.Count(); n > 0 {
		fix.SetHelp("x", fmt.Sprintf("fix %d marked", n))
	}
	out := slices.Insert(slices.Clone(list), 2, fix, keys.fixAll)
	return append(out, keys.mark, keys.span, keys.all, keys.unmark)
}

// fix deals with the keys that mark findings.
func (f *findings) mark(m tea.KeyPressMsg) bool {
	cur, ok := f.list.CursorKey()
	if !ok || f.Repair == nil {
		return false
	}
	switch {
	case key.Matches(m, keys.mark):
		if f.isFinding(cur) {
			f.marks.Toggle(cur)
		}
		f.list.Down()
	case key.Matches(m, keys.span):
		if _, _, done := f.marks.Range(cur, f.list.Between); !done {
			f.say("move to the other end and press V again")
		}
		f.marks.Keep(f.isFinding)
	case key.Matches(m, keys.all):
		f.marks.Add(func(yield func(string) bool) {
			for k := range f.list.All() {
				if f.isFinding(k) && !yield(k) {
					return
				}
			}
		})
		f.say("marked " + plural(f.marks.Count(), "finding"))
	case key.Matches(m, keys.unmark):
		f.marks.Clear()
		f.say("nothing is marked")
	default:
		return false
	}
	f.list.Invalidate()
	return true
}

// isFinding reports whether a row is a finding: of what is right nothing is mended.
func (f *findings) isFinding(key string) bool {
	return f.health != nil && f.health.findings[key] != nil
}

// marked is the severity of a row, with the mark behind it.
func (f *findings) marked(r *findingRow) string {
	if f.marks.Has(r.key) {
		return rankWords[r.rank] + "*"
	}
	return rankWords[r.rank]
}

// plan is x and F: how the marked findings are mended, or the one under the cursor, or all that can be.
func (f *findings) plan(all bool) tea.Cmd {
	row := f.selected()
	var list []finding.Finding
	switch {
	case f.Repair == nil:
		f.say(noRepairer)
		return nil
	case f.verifying.running:
		f.say("one moment: it is being verified; ctrl+c stops that")
		return nil
	case all:
		if list = f.found(mendedByAll); len(list) == 0 {
			f.say("nothing here is fixed by a program: x says what to do about one of them")
			return nil
		}
	case f.marks.Count() > 0:
		list = f.found(func(r *findingRow) bool { return f.marks.Has(r.key) })
	case row != nil && row.fold:
		f.say("enter shows the notes: x fixes one")
		return nil
	case row != nil && row.f != nil:
		list = []finding.Finding{*row.f}
	}
	if len(list) == 0 {
		f.say("nothing is wrong with it: there is nothing to fix")
		return nil
	}
	f.marks.Clear()
	f.list.Invalidate()
	return f.planMend(MendWish{Findings: list, All: all}, findingsScreen)
}

// mendedByAll reports whether F is about a row: as repair --all it leaves notes of checks alone, for a setting that was made
// on purpose is not taken away because somebody wants a cache repaired, and what only a person can do of what they found.
func mendedByAll(r *findingRow) bool {
	return ofVerify(r.f.Check) || r.f.Severity != finding.Note && fixable(r.f)
}

// found are the findings of some rows.
func (f *findings) found(wanted func(*findingRow) bool) (list []finding.Finding) {
	for _, i := range f.health.orders[bySeverity] {
		if r := &f.health.rows[i]; r.f != nil && wanted(r) {
			list = append(list, *r.f)
		}
	}
	return list
}

// howFixed says how a finding is mended from here.
func (f *findings) howFixed(x *finding.Finding) string {
	hand := slices.ContainsFunc(x.Fixes, func(x finding.Fix) bool { return len(x.Argv) > 0 })
	switch {
	case !fixable(x) && !hand && !ofVerify(x.Check):
		return "that is for a person to do"
	case !fixable(x):
		return "that is for a person to do; Y copies the command"
	case f.Repair == nil:
		return "godoctor repair does it; Y copies the command"
	}
	return "x shows what that would do, and asks"
}

// commands are what mends it on the command line, the smallest fix first, or what shows it; of what is right, what
// verifies it. There is one at least.
func (f *findings) commands(r *findingRow) (list []string) {
	if r.f == nil {
		return []string{"godoctor verify " + shellWord(r.mod.String())}
	}
	if fixable(r.f) {
		w := MendWish{Findings: []finding.Finding{*r.f}}
		list = append(list, w.command())
	}
	for i := range r.f.Fixes {
		if s := commandOf(r.f.Fixes[i].Argv); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	switch c := f.manuals[r.f.Check]; {
	case len(list) > 0:
		return list
	case ofVerify(r.f.Check) && r.mod.Path != "":
		return []string{"godoctor verify " + shellWord(r.mod.String())}
	case ofVerify(r.f.Check):
		return []string{"godoctor verify"}
	case c != nil && c.Run != nil:
		return []string{"godoctor check " + shellWord(r.f.Check)}
	}
	return []string{"godoctor help " + shellWord(r.f.Check)}
}

// copiedFix is which command of which finding was copied last.
type copiedFix struct {
	key string
	n   int
}

// copyFix is Y: it copies the command of the first fix, and pressed again that of the next.
func (f *findings) copyFix(row *findingRow) tea.Cmd {
	list := f.commands(row)
	n := 0
	if f.copied.key == row.key {
		n = (f.copied.n + 1) % len(list)
	}
	f.copied = copiedFix{row.key, n}
	cmd := f.copyText("command", list[n])
	if cmd != nil && len(list) > 1 {
		f.say(fmt.Sprintf("copied the command %d of %d: %s; Y again copies the next", n+1, len(list), list[n]))
	}
	return cmd
}
