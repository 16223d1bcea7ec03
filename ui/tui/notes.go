package tui

import (
	"cmp"
	"fmt"
	"strings"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/text"
)

// notesMax bounds each part of the notes: what is behind it nobody reads.
const notesMax = 200

// notes is how many things there are that a person should know of: what could not be read, settings that make no
// sense, doubts about who needs what.
func (d *data) notes() int64 {
	n := d.inv.Unread + int64(len(d.inv.Problems))
	if d.who != nil {
		n += int64(len(d.who.use.Doubts) + len(d.who.warnings))
	}
	return n
}

// openErrors shows what is not known and why: what kept the scan from looking, what makes no sense, what is in doubt
// about who needs what, and what the look for projects left out.
func (r *root) openErrors() {
	if r.data == nil {
		r.say("the scan has not found anything yet")
		return
	}
	var l noteList
	l.env = r.env
	inv := r.data.inv
	for _, p := range inv.Problems {
		l.add("Settings", p.Message, p.Path, p.Line)
	}
	if w := r.data.who; w != nil {
		for _, s := range w.warnings {
			l.add("Configuration", s, "", 0)
		}
		l.doubts(w.use)
	}
	for _, u := range inv.Unreadable {
		l.add("What could not be read", u.Path+": "+u.Err.Error(), "", 0)
	}
	l.more(inv.Unread - int64(len(inv.Unreadable)))
	l.projects(inv)
	if len(l.out) == 0 {
		r.say("everything could be read, and nothing is in doubt")
		return
	}
	r.dialog = &dialog{title: "Notes: what is not known, and why", lines: l.out}
}

// A noteList puts notes together, in parts with a heading each.
type noteList struct {
	env  *env
	out  []entry
	part string // heading of the last note
	n    int    // notes below it
	left int64  // notes that were left out below it
}

// head begins a part.
func (l *noteList) head(part string) {
	if l.part == part {
		return
	}
	l.end()
	if len(l.out) > 0 {
		l.out = append(l.out, entry{})
	}
	l.part = part
	l.out = append(l.out, entry{text: part, strong: true})
}

// end says what was left out of the part.
func (l *noteList) end() {
	if l.left > 0 {
		l.out = append(l.out, entry{text: fmt.Sprintf("and %s more", text.Count(l.left))})
	}
	l.n, l.left = 0, 0
}

// add puts a note below a heading. What it says, and where, is raw.
func (l *noteList) add(part, what, path string, line int) {
	l.head(part)
	if l.n++; l.n > notesMax {
		l.left++
		return
	}
	at := ""
	switch {
	case line > 0:
		at = fmt.Sprintf(" (%s:%d)", l.env.path(path), line)
	case path != "" && !strings.Contains(what, path):
		at = " (" + l.env.path(path) + ")"
	}
	l.out = append(l.out, entry{text: "- " + l.env.say(what) + at})
}

// more adds to what is left out of the part.
func (l *noteList) more(n int64) {
	l.left += max(n, 0)
	l.end()
}

// doubts are what makes it uncertain who needs what; those that leave nothing certain come first.
func (l *noteList) doubts(r *usage.Result) {
	for _, d := range r.Doubts {
		part := "Because of this nothing is called an orphan"
		if d.Bounded {
			part = "Not fully known: what these may name is kept"
		}
		l.add(part, d.Message, d.Path, d.Line)
	}
	l.end()
}

// projects are what the look for projects found gone, and what it left out.
func (l *noteList) projects(inv *scan.Inventory) {
	f := inv.Projects
	if f == nil {
		return
	}
	l.end()
	for _, g := range f.Gone {
		l.add("Projects that were there before and are gone", g, "", 0)
	}
	if f.Branches.Asked && f.Branches.NoGit != "" {
		l.add("Git branches that were not read", f.Branches.NoGit, "", 0)
	}
	for _, b := range f.Branches.Repositories {
		s := b.Dir + ": " + b.Why
		if b.Left > 0 {
			s += fmt.Sprintf(", %s left", plural(b.Left, "branch", "branches"))
		}
		l.add("Git branches that were not read", s, "", 0)
	}
	for _, r := range f.Roots {
		what := "searched"
		if r.Err != nil || !r.Exists {
			what = "not there"
			if r.Err != nil {
				what = r.Err.Error()
			}
		}
		l.add("Where projects were looked for", cmp.Or(r.Path, "?")+": "+what, "", 0)
	}
	for _, k := range f.Skipped {
		s := fmt.Sprintf("%s: %s", k.Reason, plural(int(k.Count), "directory", "directories"))
		if len(k.Examples) > 0 {
			s += ", like " + k.Examples[0]
		}
		l.add("What was left out there", s, "", 0)
	}
	l.end()
}
