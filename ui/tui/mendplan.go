package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// mendPlan is a repair made ready for the screen Plan: the steps, which are ticked, and behind them what is left to a person.
type mendPlan struct {
	from  *Mending
	steps []plan.Step
	rows  []mendRow
	on    []bool // of the steps
	list  table.List[string]
}

// mendRow is a step, or a finding that no step mends. All text but command is clean.
type mendRow struct {
	key     string
	step    int // -1: it is left to a person
	label   string
	how     string
	cost    string
	facts   []fact
	lines   []editLine // of a text, as go.sum is
	command string     // raw; empty: there is none
}

// An editLine is a line of the difference of a text.
type editLine struct {
	text string
	sign byte // '-', '+', or '@' for where it is
}

// newMendPlan makes a repair ready. All of it is ticked but what nobody can prove.
func newMendPlan(m *Mending, e *env) *mendPlan {
	p := &mendPlan{from: m, steps: m.Repair.Steps}
	var keys []string
	add := func(row mendRow) {
		p.rows = append(p.rows, row)
		keys = append(keys, row.key)
	}
	for i := range p.steps {
		add(stepRow(&p.steps[i], i, e))
		p.on = append(p.on, !p.steps[i].Unproved)
	}
	for i := range m.Repair.Left {
		add(leftRow(&m.Repair.Left[i], i, e))
	}
	p.list.SetRows(keys, nil)
	return p
}

// stepRow makes a step ready.
func stepRow(s *plan.Step, i int, e *env) mendRow {
	row := mendRow{key: "step " + stepKey(s), step: i, label: e.clean(s.Label()), how: e.clean(s.Title), cost: "offline"}
	if s.File != "" || s.Name != "" {
		row.label = e.path(s.Label())
	}
	needs := "no network"
	if s.NeedsNetwork {
		row.cost, needs = "network", "the network"
		if s.Bytes > 0 {
			row.cost = text.Bytes(s.Bytes)
			needs += ": " + row.cost + " to fetch"
		}
	}
	var proof string
	switch {
	case s.Unproved:
		proof = "nobody knows its hash, and it is private: tick it only if you trust where it comes from"
	case s.Source != "" && s.File != "":
		proof = "what is written is what " + e.clean(s.Source) + " has"
	case s.Source != "":
		proof = "its hash is that of " + e.clean(s.Source)
	}
	row.facts = []fact{{"FIX", row.how}, {"MENDS", e.clean(strings.Join(s.Checks, ", "))}, {"NEEDS", needs}, {"PROOF", proof}, {"UNDO", stepUndo(s)}}
	for _, d := range s.Edits {
		at := fmt.Sprintf("@@ line %d @@", d.Line)
		if d.Line == 0 {
			at = "@@ at the end @@"
		}
		row.lines = append(row.lines, editLine{at, '@'})
		if d.Old != "" {
			row.lines = append(row.lines, editLine{"-" + e.clean(strings.TrimSuffix(d.Old, "\r")), '-'})
		}
		if d.New != "" {
			row.lines = append(row.lines, editLine{"+" + e.clean(strings.TrimSuffix(d.New, "\r")), '+'})
		}
	}
	return row
}

// stepUndo says how a step is taken back.
func stepUndo(s *plan.Step) string {
	switch {
	case s.File != "":
		return "z puts the lines back"
	case s.Keep, s.Has(plan.FixAside):
		return "what is there now waits in the quarantine for 7 days; z puts it back"
	case len(s.Checks) == 1 && s.Checks[0] == plan.CheckMissing:
		return "none needed: nothing is replaced"
	}
	return "none: what is there is damaged, and go makes it again"
}

// leftRow makes ready what is left to a person.
func leftRow(l *plan.Leave, i int, e *env) mendRow {
	f := &l.Finding
	row := mendRow{key: fmt.Sprint("left ", i, " ", f.ID()), step: -1, label: targetOf(&f.Target, e), how: e.say(report.NoPassword(l.Why)), cost: "by hand"}
	row.command = commandOf(l.Argv)
	row.facts = []fact{{"CHECK", e.clean(f.Check)}, {"WHY NOT", row.how}}
	if row.command != "" {
		row.facts = append(row.facts, fact{"DO", e.clean(row.command)})
	}
	return row
}

// commandOf is a command line for people, without passwords; empty where there is none.
func commandOf(argv []string) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = shellWord(report.NoPassword(a))
	}
	return strings.Join(words, " ")
}

func secondsOf(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// ticked is how many steps are.
func (m *mendPlan) ticked() (n int) {
	for _, on := range m.on {
		if on {
			n++
		}
	}
	return n
}

// chosen are the steps that are ticked, in the order of the plan.
func (m *mendPlan) chosen() (list []plan.Step) {
	for i, on := range m.on {
		if on {
			list = append(list, m.steps[i])
		}
	}
	return list
}

// selected is the row under the cursor, or nil.
func (m *mendPlan) selected() *mendRow {
	if i := m.list.Selected(); i >= 0 && i < len(m.rows) {
		return &m.rows[i]
	}
	return nil
}

// command is the wish on the command line.
func (w *MendWish) command() string {
	if w.Project != "" {
		return "godoctor repair --project " + shellWord(w.Project)
	}
	if w.All {
		return "godoctor repair --all"
	}
	words := "godoctor repair"
	told := make(map[string]bool)
	for i := range w.Findings {
		f := &w.Findings[i]
		s := f.ID()
		if f.Target.Module != "" && f.Target.Version != "" {
			s = f.Target.Module + "@" + f.Target.Version
		}
		if !told[s] {
			told[s] = true
			words += " " + shellWord(s)
		}
	}
	return words
}

func (p *planScreen) mendKeys() []key.Binding {
	back := keys.back
	if p.mend == nil {
		return []key.Binding{back}
	}
	run, open, mark := keys.run, keys.open, keys.mark
	mark.SetHelp("space", "tick")
	open.SetHelp("enter", "all of it")
	run.SetHelp("x", "repair: asks first")
	if p.width < bodyWidth {
		run.SetHelp("x", "repair")
	}
	if p.Repair.Refused != "" {
		run.SetHelp("x", "repair (not here)")
	}
	all, none := keys.all, keys.unmark
	all.SetHelp("a", "tick all")
	none.SetHelp("u", "tick none")
	if p.width < bodyWidth {
		return []key.Binding{mark, run, open, back, moveHint}
	}
	return []key.Binding{moveHint, mark, run, open, back, all, none, keys.copyCommand}
}

// updateMend are the keys while the screen is about a repair.
func (p *planScreen) updateMend(k tea.KeyPressMsg) tea.Cmd {
	if key.Matches(k, keys.back) {
		p.endMend()
		return p.goTo(p.origin)
	}
	m := p.mend
	if m == nil || moveKeys(&m.list, k) {
		return nil
	}
	row := m.selected()
	switch {
	case key.Matches(k, keys.run):
		return p.runMend()
	case key.Matches(k, keys.all, keys.unmark):
		for i := range m.on {
			m.on[i] = key.Matches(k, keys.all)
		}
	case row == nil:
	case key.Matches(k, keys.mark):
		if row.step < 0 {
			p.say("that is left to you: " + cmp.Or(row.command, row.how))
			return nil
		}
		m.on[row.step] = !m.on[row.step]
		m.list.Down()
	case key.Matches(k, keys.open, keys.right):
		p.root.dialog = p.mendDialog(row)
	case key.Matches(k, keys.copyCommand):
		return p.copyText("command", cmp.Or(row.command, p.wish.command()))
	}
	m.list.Invalidate()
	return nil
}

// mendDialog is all there is to know of a row.
func (p *planScreen) mendDialog(row *mendRow) *dialog {
	d := &dialog{title: row.label}
	for _, l := range row.lines {
		d.lines = append(d.lines, entry{text: l.text, verbatim: true, dress: p.dressOfLine(l)})
	}
	for _, f := range row.facts {
		if f.text != "" {
			d.lines = append(d.lines, entry{label: f.word, text: f.text})
		}
	}
	if row.command != "" {
		d.lines = append(d.lines, entry{}, entry{text: "Y copies the command."})
	}
	return d
}

// dressOfLine dresses a line of a difference.
func (r *root) dressOfLine(l editLine) func(string) string {
	switch l.sign {
	case '-':
		return r.theme.Bad
	case '+':
		return r.theme.Good
	}
	return r.theme.Muted
}

// fixable reports whether a finding has a fix that a step carries out.
func fixable(f *finding.Finding) bool {
	return f != nil && len(f.Fixes) > 0 && fixWords[f.Fixes[0].ID] != "" && (f.Fixes[0].ID != plan.FixSetting || len(f.Fixes[0].Edits) > 0)
}

// fixWords say in a word what mends a finding.
var fixWords = map[string]string{plan.FixUnpack: "unpack", plan.FixZiphash: "ziphash", plan.FixFinish: "finish", plan.FixFetch: "fetch",
	plan.FixMod: "fetch", plan.FixInfo: "fetch", plan.FixOdd: "remove", plan.FixIndex: "drop", plan.FixEntry: "remove", plan.FixRemove: "remove",
	plan.FixClone: "remove", plan.FixAside: "aside", plan.FixLine: "go.sum", plan.FixKeep: "go.sum", plan.FixUnline: "go.sum", plan.FixSetting: "setting"}

// fixWord is that of a row.
func (r *findingRow) fixWord() string {
	switch {
	case r.f == nil:
		return ""
	case fixable(r.f):
		return fixWords[r.f.Fixes[0].ID]
	}
	return "by hand"
}
