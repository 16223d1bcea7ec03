package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
)

// ofVerify reports whether a check is one that verify looks for: its findings are about what lies in the caches, and have
// witnesses. All others are about the machine and its projects.
func ofVerify(id string) bool { return verifyRules()[id] }

var verifyRules = sync.OnceValue(func() map[string]bool {
	of := make(map[string]bool)
	for _, r := range verify.AllRules() {
		of[r.ID] = true
	}
	return of
})

// manualsOf are the checks by their IDs, for their manual pages.
func manualsOf(table []*check.Check) map[string]*check.Check {
	if table == nil {
		table = check.All()
	}
	of := make(map[string]*check.Check)
	for _, c := range table {
		of[c.ID] = c
	}
	return of
}

// add adds what the checks found. What verify found too is one finding, and verify's, for that hashed.
func (h *health) add(c *Checked, e *env) {
	if c == nil {
		return
	}
	h.checks, h.projects = c.Checks, c.Projects
	told := make(map[string]bool)
	for i := range h.rows {
		told[h.rows[i].key] = true
	}
	for i := range c.Findings {
		if row := findingRowOf(&c.Findings[i], &verdict{}, e); !told[row.key] {
			h.rows = append(h.rows, row)
		}
	}
}

// fewNotes is how many notes are shown without being asked for. More are one row, so that they bury nothing.
const fewNotes = 3

// foldKey is the key of the row that stands for the notes.
const foldKey = "notes"

// foldNotes adds the row that stands for the notes where there are many. It is in no order: who shows an order puts it in.
func (h *health) foldNotes() {
	n := h.count[finding.Note]
	if n <= fewNotes {
		return
	}
	h.fold = int32(len(h.rows))
	var names []string
	for _, k := range h.noteKinds() {
		names = append(names, k.words())
	}
	h.rows = append(h.rows, findingRow{key: foldKey, fold: true, rank: int(finding.Note), check: plural(n, "note"),
		target: strings.Join(names, ", "), title: "enter shows them, or hides them"})
}

// A noteKind is how many notes are of one check.
type noteKind struct {
	check, title string // clean
	n            int
}

func (k *noteKind) words() string {
	if k.n > 1 {
		return fmt.Sprintf("%s x%d", k.check, k.n)
	}
	return k.check
}

// noteKinds are the checks of the notes, in the order of their names.
func (h *health) noteKinds() (list []noteKind) {
	for _, i := range h.orders[byCheck] {
		r := &h.rows[i]
		switch last := len(list) - 1; {
		case r.f == nil || r.rank != int(finding.Note):
		case last >= 0 && list[last].check == r.check:
			list[last].n++
		default:
			list = append(list, noteKind{r.check, r.title, 1})
		}
	}
	return list
}

// folded puts the row that stands for the notes before them, and takes them out unless they are wanted.
func (h *health) folded(order []int32, open bool) []int32 {
	isNote := func(i int32) bool { return h.rows[i].rank == int(finding.Note) }
	at := slices.IndexFunc(order, isNote)
	if h.fold < 0 || at < 0 {
		return order
	}
	if !open {
		order = slices.DeleteFunc(order, isNote)
	}
	return slices.Insert(order, at, h.fold)
}
