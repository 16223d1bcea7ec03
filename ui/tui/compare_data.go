package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/compare"
	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// letters name the two sides.
var letters = [2]string{"A", "B"}

// The groups of what differs, in the order in which they are shown.
const (
	buildGroup   = iota // what a build makes
	runGroup            // how programs behave
	sourceGroup         // where modules and toolchains come from
	nothingGroup        // nothing
	silentGroup         // what one side knows nothing of: no difference
	numGroups
)

// groupTitles say what is in a group.
var groupTitles = [numGroups]string{"what can change a build", "what can change how programs behave", "what can change where modules and toolchains come from",
	"what changes nothing of a build", "what one side knows nothing of"}

var groupOf = map[compare.Effect]int{compare.Code: buildGroup, compare.Output: buildGroup, compare.Run: runGroup, compare.Source: sourceGroup,
	compare.Nothing: nothingGroup}

// compared is a comparison made ready for the screen. It is made by commands and never changed.
type compared struct {
	sides  [2]Side
	words  [2]string // what each is, clean
	rows   []differenceRow
	find   *table.Filter
	counts [numGroups]int
	same   int
}

// differenceRow is a difference, or what one side knows nothing of. All text is clean, and no longer than a row shows.
type differenceRow struct {
	d     *compare.Difference // nil: it is none
	key   string
	group int
	word  string // what it can change
	what  string // before the name: module, replace, ...; may be empty
	name  string
	a, b  string
	says  string // of what is no difference
}

// title names the row.
func (r *differenceRow) title() string { return r.what + r.name }

// cellMax bounds a text of the list, in cells. The detail has all of it.
const cellMax = 240

// newCompared compares two sides. It takes its time: it is for commands.
func newCompared(sides [2]Side, e *env) *compared {
	r := compare.Of(sides[0].Snapshot, sides[1].Snapshot)
	c := &compared{sides: sides, same: r.Same, rows: make([]differenceRow, 0, len(r.Differences)+len(r.Silent))}
	for i := range sides {
		c.words[i] = sideWords(&sides[i], e)
	}
	for i := range r.Differences {
		d := &r.Differences[i]
		row := differenceRow{d: d, key: d.Subject + "\x00" + d.Name, group: groupOf[d.Effect], word: d.Effect.Word(), name: d.Title(),
			a: cell(shown(d, d.A), e), b: cell(shown(d, d.B), e)}
		if name, ok := strings.CutPrefix(row.name, d.Subject+" "); ok {
			row.what, row.name = d.Subject+" ", name
		}
		row.name = cell(row.name, e)
		c.rows = append(c.rows, row)
	}
	// What decides the order is how much it matters; a rank may put behaviour before output.
	slices.SortStableFunc(c.rows, func(p, q differenceRow) int { return cmp.Compare(p.group, q.group) })
	for _, s := range r.Silent {
		c.rows = append(c.rows, differenceRow{key: "silent\x00" + s, group: silentGroup, word: "not known", name: cell(s, e), a: "-", b: "-", says: e.clean(s)})
	}
	names := make([]string, len(c.rows))
	for i := range c.rows {
		row := &c.rows[i]
		c.counts[row.group]++
		names[i] = row.word + " " + row.title() + " " + row.a + " " + row.b
	}
	c.find = table.NewFilter(names)
	return c
}

// sideWords describe a side.
func sideWords(s *Side, e *env) string {
	out := report.SideOf(s.Snapshot).Words()
	if p := s.Snapshot.Project; p != nil && p.Module != "" {
		out += ", with " + p.Module
	}
	if t := s.Snapshot.Taken; !s.Local && s.Snapshot.Kind == snapshot.Machine && !t.IsZero() {
		out += ", as of " + t.Local().Format("2 Jan 2006 15:04")
	}
	return e.clean(out)
}

// shown is a value, or what its absence is called.
func shown(d *compare.Difference, value string) string {
	switch {
	case value != "":
		return value
	case d.Subject == "setting", d.Subject == "flag", d.Subject == "environment":
		return "not set"
	}
	return "none"
}

// cell prepares a text for the list.
func cell(s string, e *env) string {
	s = e.clean(s)
	return text.Fit(s, min(text.Width(s), cellMax))
}

// order is which rows are shown, and in what sequence.
func (c *compared) order(words string, show int) []int32 {
	o := c.find.Apply(words, identity(len(c.rows)))
	if show == 0 {
		return o
	}
	return slices.DeleteFunc(o, func(i int32) bool { return c.rows[i].group != show-1 })
}

// differences counts those that there are.
func (c *compared) differences() int { return len(c.rows) - c.counts[silentGroup] }

// decides reports whether anything that decides a build differs.
func (c *compared) decides() bool { return c.differences() > c.counts[nothingGroup] }

// tally says how many differences there are of what kind, the longest first.
func (c *compared) tally() []string {
	words := [3][numGroups]string{
		{"can change a build", "how programs behave", "where modules come from", "nothing of a build", "not known to one side"},
		{"can change a build", "behaviour", "source", "nothing", "not known"},
		{"build", "behaviour", "source", "nothing", "not known"},
	}
	out := make([]string, 0, 6)
	alike := ", " + text.Count(int64(c.same)) + " alike"
	for _, w := range words {
		var parts []string
		for i, n := range c.counts {
			switch {
			case n > 0:
				parts = append(parts, text.Count(int64(n))+" "+w[i])
			case i == buildGroup && c.decides():
				parts = append(parts, "nothing can change a build")
			}
		}
		if !c.decides() {
			parts = append([]string{"nothing that decides a build differs"}, parts...)
		}
		if all := strings.Join(parts, ", "); len(out) == 0 {
			out = append(out, all+alike, all)
		} else {
			out = append(out, all)
		}
	}
	if !c.decides() {
		return append(out, "nothing that decides a build differs", "nothing of a build differs")
	}
	if c.counts[buildGroup] == 0 {
		return append(out, "nothing can change a build")
	}
	return append(out, fmt.Sprintf("%s of %s can change a build", text.Count(int64(c.counts[buildGroup])), text.Count(int64(c.differences()))),
		text.Count(int64(c.counts[buildGroup]))+" can change a build")
}
