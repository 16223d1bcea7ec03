package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
	"godoctor/ui/table"
)

// findings is the screen of what is wrong: each finding with its witnesses or what was seen, why it matters, and what mends
// it. The checks run by themselves; nothing is hashed until somebody asks for it here, or with r on Modules.
type findings struct {
	*root
	list     table.List[string]
	columns  *table.Columns
	sortBy   findingSort
	reversed bool
	filter   *filterField
	show     int  // only findings of severity show-1; 0: of all
	passed   bool // versions without a finding too
	notes    bool // many notes are shown, each in a row of its own
	marks    table.Marks[string]
	copied   copiedFix
	touched  bool // somebody has done something in the list: the cursor stays where it is

	width, height int
}

func newFindings(r *root) *findings {
	return &findings{root: r, filter: new(filterField), columns: table.NewColumns(
		table.Column{Title: "", Width: 6},
		table.Column{Title: "CHECK", Width: 18, Drop: 1},
		table.Column{Title: "TARGET", Width: 24, Flex: 2, Middle: true},
		table.Column{Title: "WHAT", Width: 30, Flex: 3, Drop: 3},
		table.Column{Title: "FIX", Width: 7, Drop: 2},
	)}
}

func (f *findings) setData(*data) {}

// setHealth puts what is known into the list. The cursor stays on its finding; as long as nobody has touched the list it is
// on the worst.
func (f *findings) setHealth() {
	names := make([]string, len(f.health.rows))
	for i := range names {
		names[i] = f.health.rows[i].key
	}
	f.list.SetRows(names, f.order())
	if !f.touched {
		f.list.Move(0)
	}
	f.marks.Keep(f.isFinding)
}

// order is which rows are shown, and in what sequence.
func (f *findings) order() []int32 {
	o := f.health.orders[f.sortBy]
	if f.reversed {
		o = slices.Clone(o)
		slices.Reverse(o)
	}
	o = f.health.find.Apply(f.filter.words(), o) // a copy
	o = slices.DeleteFunc(o, func(i int32) bool { return !f.wants(&f.health.rows[i]) })
	if f.sortBy == bySeverity && !f.filtered() {
		o = f.health.folded(o, f.notes)
	}
	return o
}

// wants reports whether a row is among those that are shown.
func (f *findings) wants(r *findingRow) bool {
	if f.show > 0 {
		return r.rank == f.show-1
	}
	return f.passed || r.rank < okRank
}

func (f *findings) refilter() {
	if f.health != nil {
		f.list.SetOrder(f.order())
	}
}

func (f *findings) resize(w, h int) {
	f.width, f.height = w, h
	f.list.Resize(max(h-3, 1)) // about right until it is drawn
}

func (f *findings) typing() textfield {
	if f.filter.active {
		return filterTyping{f.env, f.filter, typedFindings{&f.list, f}, f.width}
	}
	return nil
}

// typedFindings is the list while the filter takes letters.
type typedFindings struct {
	mover
	f *findings
}

func (t typedFindings) refilter() { t.f.refilter() }

// filtered reports whether not all findings are shown.
func (f *findings) filtered() bool { return f.filter.words() != "" || f.show > 0 }

func (f *findings) keys() []key.Binding {
	switch {
	case f.Verify == nil && f.Check == nil:
		return nil
	case f.filter.active:
		return filterKeys()
	case f.health == nil && f.Check == nil:
		return []key.Binding{keys.verify}
	case f.health == nil:
		return []key.Binding{keys.verify, keys.again}
	}
	open, show := keys.open, keys.show
	open.SetHelp("enter", "all of it")
	show.SetHelp("f", "by severity")
	passed := keys.passed
	if f.passed {
		passed.SetHelp("o", "hide verified ones")
	}
	list := []key.Binding{moveHint, open, keys.verify, keys.again, keys.filter, show, passed, keys.sort, keys.copy,
		keys.copyCommand, keys.reverse}
	row := f.selected()
	if f.Diff != nil && row != nil && len(differing(row.f)) > 0 {
		list = slices.Insert(list, 4, keys.diff)
	}
	if row != nil && row.fold {
		list[1].SetHelp("enter", "show or hide notes")
	}
	if f.Check != nil && !f.hashes(row) {
		list[3].SetHelp("r", "check again")
	}
	list = f.fixKeys(list)
	if f.filtered() || f.marks.Count() > 0 {
		list = append([]key.Binding{keys.back}, list...)
	}
	return list
}

// selected is the row under the cursor, or nil.
func (f *findings) selected() *findingRow {
	if i := f.list.Selected(); f.health != nil && i >= 0 && i < len(f.health.rows) {
		return &f.health.rows[i]
	}
	return nil
}

func (f *findings) update(m tea.KeyPressMsg) tea.Cmd {
	if key.Matches(m, keys.verify) {
		return f.startVerify(wish{})
	}
	if key.Matches(m, keys.again) {
		return f.again(f.selected())
	}
	if f.health == nil {
		return nil
	}
	f.touched = true
	if moveKeys(&f.list, m) {
		return nil
	}
	switch {
	case f.mark(m):
	case key.Matches(m, keys.run, keys.fixAll):
		return f.plan(key.Matches(m, keys.fixAll))
	case key.Matches(m, keys.filter):
		f.filter.start()
	case key.Matches(m, keys.back):
		f.back()
	case key.Matches(m, keys.show):
		f.nextSeverity()
	case key.Matches(m, keys.passed):
		f.togglePassed()
	case key.Matches(m, keys.sort):
		f.sortBy = (f.sortBy + 1) % numFindingSorts
		f.refilter()
	case key.Matches(m, keys.reverse):
		f.reversed = !f.reversed
		f.refilter()
	default:
		if row := f.selected(); row != nil {
			return f.act(m, row)
		}
	}
	return nil
}

// act deals with the keys that do something with a finding.
func (f *findings) act(m tea.KeyPressMsg, row *findingRow) tea.Cmd {
	switch {
	case key.Matches(m, keys.left):
		if row.rank == int(finding.Note) && f.notes {
			f.toggleNotes()
		}
	case row.fold && key.Matches(m, keys.open, keys.right):
		f.toggleNotes()
	case row.fold && key.Matches(m, keys.copy, keys.copyCommand, keys.diff):
		f.say("enter shows the notes, each in a row of its own")
	case key.Matches(m, keys.open, keys.right):
		f.root.dialog = &dialog{title: rankWords[row.rank] + " " + row.target, lines: f.story(row)}
	case key.Matches(m, keys.diff) && f.Diff != nil:
		return f.diff(row)
	case key.Matches(m, keys.copy):
		if row.path == "" {
			f.say("it has no path")
			return nil
		}
		return f.copyText("path", row.path)
	case key.Matches(m, keys.copyCommand):
		return f.copyFix(row)
	}
	return nil
}

// again is r: the checks run again, and what is under the cursor is verified again where it is a module version.
func (f *findings) again(row *findingRow) tea.Cmd {
	hash := f.hashes(row)
	cmd := f.startCheck(!hash)
	switch {
	case hash:
		return tea.Batch(cmd, f.startVerify(wish{[]string{row.mod.String()}}))
	case cmd != nil:
		f.say("the checks run again")
	case f.Check != nil && f.scan.running:
		f.say("the checks run when the scan has ended")
	case f.health == nil:
		f.say("nothing is verified yet: v verifies all, r on Modules a single version")
	case row != nil:
		f.say("that is about a file, not a module version: v verifies all")
	}
	return cmd
}

// hashes reports whether r verifies a row: it is about a module version, and verify looks for such.
func (f *findings) hashes(row *findingRow) bool {
	return f.Verify != nil && row != nil && row.mod.Path != "" && (row.f == nil || ofVerify(row.f.Check))
}

// toggleNotes shows many notes, or hides them behind the row that stands for them.
func (f *findings) toggleNotes() {
	f.notes = !f.notes
	f.refilter()
	f.list.Select(foldKey)
}

// back is esc: the words go first, then the severity.
func (f *findings) back() {
	if f.filter.words() == "" {
		f.show = 0
		f.marks.Clear()
		f.list.Invalidate()
	}
	f.filter.clear()
	f.refilter()
}

// nextSeverity is f: only findings of the next severity that there is are shown.
func (f *findings) nextSeverity() {
	for f.show = (f.show + 1) % (okRank + 1); f.show > 0 && f.health.count[f.show-1] == 0; f.show = (f.show + 1) % (okRank + 1) {
	}
	f.refilter()
	if f.show == 0 {
		f.say("showing all severities")
		return
	}
	f.say("showing " + rankWords[f.show-1])
}

func (f *findings) togglePassed() {
	f.passed, f.show = !f.passed, 0
	f.refilter()
	if f.passed {
		f.say("showing what is verified too")
		return
	}
	f.say("showing findings only")
}
