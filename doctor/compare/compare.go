// Package compare says what differs between two snapshots, and which difference matters: those that change what is compiled
// come first, those that change nothing of a build last, each with a sentence that says why.
//
// Only what both sides can know is compared. A program does not know which proxy its modules came from, go env knows no
// build list: what one side is silent about is named in [Result.Silent] and is no difference. The package is pure: data in,
// differences out.
package compare

import (
	"cmp"
	"slices"

	"godoctor/doctor/snapshot"
)

// An Effect is what a difference can change, the most first. Its text is part of the JSON contract.
type Effect string

// The effects.
const (
	Code    Effect = "code"    // which source is compiled
	Output  Effect = "output"  // what the compiler makes of the same source
	Run     Effect = "run"     // how the same program behaves
	Source  Effect = "source"  // where modules and toolchains come from, and who vouches for them
	Nothing Effect = "nothing" // nothing of a build
)

// A Difference is something that two sides know and have differently.
type Difference struct {
	Subject string `json:"subject"` // setting, flag, module, toolchain, ...
	Name    string `json:"name"`    // of the setting, the module path, ...
	A       string `json:"a"`
	B       string `json:"b"`
	FromA   string `json:"a_from"` // where that comes from; "" where nobody says
	FromB   string `json:"b_from"`
	Effect  Effect `json:"effect"`
	Rank    int    `json:"rank"` // lower ones matter more
	Why     string `json:"why"`
}

// A Result is what differs.
type Result struct {
	Differences []Difference
	Same        int      // how many things both know and have alike
	Silent      []string // what only one side knows anything of, in words
}

// Matters counts the differences that can change what a build makes.
func (r *Result) Matters() int {
	n := 0
	for i := range r.Differences {
		if e := r.Differences[i].Effect; e == Code || e == Output {
			n++
		}
	}
	return n
}

// Of compares two snapshots.
func Of(a, b *snapshot.Snapshot) *Result {
	x, y := factsOf(a), factsOf(b)
	r := &Result{Differences: []Difference{}, Silent: []string{}}
	for _, g := range groups {
		switch {
		case x.knows[g.key] && !y.knows[g.key]:
			r.Silent = append(r.Silent, "B says nothing of "+g.words)
		case !x.knows[g.key] && y.knows[g.key]:
			r.Silent = append(r.Silent, "A says nothing of "+g.words)
		}
	}
	switch {
	case a.Program != nil && b.Program == nil:
		x.asBuilt(y)
	case a.Program == nil && b.Program != nil:
		y.asBuilt(x)
	}
	for _, key := range union(x, y) {
		p, q := x.values[key], y.values[key]
		if !x.tells(key) || !y.tells(key) {
			continue
		}
		if p.text == q.text {
			r.Same++
			continue
		}
		d := Difference{Subject: key.subject, Name: key.name, A: p.text, B: q.text, FromA: p.from, FromB: q.from}
		judge(&d, a, b)
		r.Differences = append(r.Differences, d)
	}
	r.explain(a, b)
	slices.SortStableFunc(r.Differences, func(p, q Difference) int {
		return cmp.Or(cmp.Compare(p.Rank, q.Rank), cmp.Compare(p.Subject, q.Subject), cmp.Compare(p.Name, q.Name))
	})
	return r
}
