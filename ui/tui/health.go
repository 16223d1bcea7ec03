package tui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// health is what is known of module versions, made ready: cleaned, counted, sorted. It is never changed.
type health struct {
	changes  int
	at       time.Time // of the last verdict; zero: there is none
	verified bool      // somebody has verified something
	checks   int       // that have run; 0: none yet
	projects int       // that they looked at
	rows     []findingRow
	count    severities
	whole    int // versions that were hashed, and nothing is wrong
	orders   [numFindingSorts][]int32
	find     *table.Filter
	fold     int32 // the row that stands for the notes, which is in no order; -1: they are few

	findings map[string]*finding.Finding // by the key of their row
}

// findingRow is a finding, or a version without one. All text but key and path is clean.
type findingRow struct {
	f      *finding.Finding // nil: nothing is wrong
	key    string           // for the cursor
	mod    module.Version   // may be empty
	path   string           // what y copies, raw
	rank   int              // its severity; okRank and noRank: none
	check  string
	target string
	title  string
	fold   bool // it stands for the notes, and f is nil
}

// What stands behind the severities: versions in which nothing is wrong, and such of which nothing could be hashed.
const (
	okRank = int(finding.Note) + 1 + iota
	noRank
)

// rankWords are the words that a row begins with.
var rankWords = [...]string{"ERROR", "WARN", "NOTE", "ok", "-"}

func findingRowOf(f *finding.Finding, v *verdict, e *env) findingRow {
	t := f.Target
	at := cmp.Or(t.Path, t.File, v.path)
	if t.File != "" && !filepath.IsAbs(t.Path) { // the path is the name of a setting
		at = t.File
	}
	return findingRow{f: f, key: f.ID(), mod: module.Version{Path: t.Module, Version: t.Version}, path: at,
		rank: min(int(f.Severity), int(finding.Note)), check: e.clean(f.Check), target: targetOf(&t, e),
		title: e.say(report.NoPassword(f.Title))}
}

// targetOf names a target: the module version, else a path with ~ for the home directory.
func targetOf(t *finding.Target, e *env) string {
	if t.Module != "" {
		return e.clean(t.String())
	}
	return e.path(t.String())
}

func verifiedRow(v *verdict, e *env) findingRow {
	row := findingRow{key: v.module.String(), mod: v.module, path: v.path, rank: okRank, target: e.clean(v.module.String()),
		title: "verified, nothing is wrong"}
	if !v.whole {
		row.rank, row.title = noRank, "there is nothing of it that could be hashed"
	}
	return row
}

// A findingSort is what findings are sorted by.
type findingSort int

const (
	bySeverity findingSort = iota // the worst first
	byCheck
	byTarget
	numFindingSorts
)

var findingSortNames = [numFindingSorts]string{"SEVERITY", "CHECK", "TARGET"}

// sort counts the rows and puts them into all orders.
func (h *health) sort() {
	names := make([]string, len(h.rows))
	h.findings = make(map[string]*finding.Finding)
	for i := range h.rows {
		r := &h.rows[i]
		if r.f != nil {
			h.findings[r.key] = r.f
		}
		names[i] = rankWords[r.rank] + " " + r.check + " " + r.target + " " + r.title
		switch r.rank {
		case okRank:
			h.whole++
		case noRank:
		default:
			h.count[r.rank]++
		}
	}
	h.find = table.NewFilter(names)
	h.orders = sorted(h.rows)
}

// sorted puts rows into all orders. Names are compared once, places in their order after that: there may be 20,000.
func sorted(rows []findingRow) (orders [numFindingSorts][]int32) {
	for by := range orders {
		orders[by] = identity(len(rows))
	}
	slices.SortFunc(orders[byTarget], func(a, b int32) int {
		x, y := &rows[a], &rows[b]
		return cmp.Or(strings.Compare(x.target, y.target), x.rank-y.rank, strings.Compare(x.key, y.key))
	})
	place := make([]int32, len(rows))
	for n, i := range orders[byTarget] {
		place[i] = int32(n)
	}
	for by, rank := range map[findingSort]func(*findingRow) int{
		bySeverity: func(r *findingRow) int { return r.rank },
		byCheck:    func(r *findingRow) int { return max(r.rank, okRank-1) },
	} {
		slices.SortFunc(orders[by], func(a, b int32) int {
			x, y := &rows[a], &rows[b]
			if n := rank(x) - rank(y); n != 0 {
				return n
			}
			if n := strings.Compare(x.check, y.check); n != 0 {
				return n
			}
			return int(place[a] - place[b])
		})
	}
	return orders
}

// severities counts findings by severity.
type severities [okRank]int

func countOf(list []finding.Finding) (n severities) {
	n[finding.Error], n[finding.Warning], n[finding.Note] = finding.Count(list)
	return n
}

func (n severities) total() int { return n[0] + n[1] + n[2] }

// bad is how many want something to be done: notes are worth knowing.
func (n severities) bad() int { return n[0] + n[1] }

// parts are the counts in words, the worst first, those that are not 0.
func (n severities) parts() []string {
	var out []string
	for i, what := range []string{"error", "warning", "note"} {
		if n[i] > 0 {
			out = append(out, plural(n[i], what))
		}
	}
	return out
}

func (n severities) words() string {
	return cmp.Or(strings.Join(n.parts(), ", "), "nothing is wrong")
}

// healthSpans are the counts of what is known, each dressed by what it means.
func (r *root) healthSpans(h *health) []span {
	var out []span
	add := func(s string, dress func(string) string) {
		if len(out) > 0 {
			out = append(out, span{", ", r.theme.Muted})
		}
		out = append(out, span{s, dress})
	}
	for i, dress := range []func(string) string{r.theme.Bad, r.theme.Warn, nil} {
		if n := h.count[i]; n > 0 {
			add(plural(n, []string{"error", "warning", "note"}[i]), dress)
		}
	}
	if len(out) == 0 && (h.verified || h.checks > 0) {
		add("nothing is wrong", r.theme.Good)
	}
	if h.verified {
		add(text.Count(int64(h.whole))+" ok", r.theme.Good)
	}
	return out
}

// verifiedAt says when the last version was verified, behind the counts.
func (r *root) verifiedAt(h *health) string {
	switch {
	case r.verifying.running:
		return " so far"
	case !h.verified:
		return ", hashes not verified yet"
	case h.at.IsZero():
		return ""
	case r.Now().Sub(h.at) > 20*time.Hour:
		return ", verified " + h.at.Local().Format("2 Jan 15:04")
	}
	return ", verified " + h.at.Local().Format("15:04")
}
