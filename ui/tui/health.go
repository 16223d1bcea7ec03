package tui

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// ledger is what is known of module versions since they were verified. Jobs write, commands read. What was found stays
// until the version is verified again.
type ledger struct {
	mu      sync.Mutex
	owner   int                 // the job that may write: one that was replaced may still be ending
	of      map[string]*verdict // by module@version
	texts   []finding.Finding   // of go.sum files as texts
	changes int
	at      time.Time // of the last verdict
}

// verdict is what came of one version. It is never changed.
type verdict struct {
	job      int
	module   module.Version
	path     string // where it lies, raw
	findings []finding.Finding
	whole    bool
}

func newLedger() *ledger { return &ledger{of: make(map[string]*verdict)} }

// begin gives the ledger to a job.
func (l *ledger) begin(job int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owner = job
}

// put keeps a verdict in place of the one before.
func (l *ledger) put(job int, v *verify.Verdict, path string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if job != l.owner {
		return
	}
	l.of[v.Module.String()] = &verdict{job, v.Module, path, slices.Clone(v.Findings), v.Whole}
	l.changes++
	l.at = now
}

// end keeps what a job found beside its verdicts. One that went through everything to its end leaves nothing else.
func (l *ledger) end(job int, res *verify.Result, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if job != l.owner {
		return
	}
	told := make(map[string]bool)
	for k, v := range l.of {
		if all && !res.Stopped && v.job != job {
			delete(l.of, k)
			continue
		}
		for i := range v.findings {
			if v.job == job {
				told[v.findings[i].ID()] = true
			}
		}
	}
	var texts []finding.Finding
	for _, f := range res.Findings {
		if !told[f.ID()] {
			texts = append(texts, f)
		}
	}
	if !res.Stopped || len(texts) > 0 {
		l.texts = texts
	}
	l.changes++
}

// mended takes what was found when versions were verified again after a repair, whoever else may write: what the repair was
// about goes, what remains stays.
func (l *ledger) mended(a *Again, now time.Time) {
	if a.Err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	told := make(map[string]bool)
	for i := range a.Verdicts {
		v := &a.Verdicts[i]
		path := ""
		if c := a.Inventory.ModCache; c != nil && v.Index >= 0 && v.Index < len(c.Versions) {
			path = placeOf(&c.Versions[v.Index])
		}
		for j := range v.Findings {
			told[v.Findings[j].ID()] = true
		}
		l.of[v.Module.String()] = &verdict{l.owner, v.Module, path, slices.Clone(v.Findings), v.Whole}
		l.at = now
	}
	gone := make(map[string]bool)
	for _, id := range a.Mended {
		gone[id] = true
	}
	var texts []finding.Finding
	for _, f := range l.texts {
		if !gone[f.ID()] {
			texts = append(texts, f)
		}
	}
	for _, f := range a.Remain {
		if !told[f.ID()] && !slices.ContainsFunc(texts, func(x finding.Finding) bool { return x.ID() == f.ID() }) {
			texts = append(texts, f)
		}
	}
	l.texts = texts
	l.changes++
}

// known is everything that is found.
func (l *ledger) known() (list []finding.Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range l.of {
		list = append(list, v.findings...)
	}
	list = append(list, l.texts...)
	finding.Sort(list)
	return list
}

func (l *ledger) changed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// health makes what is known ready for the screens.
func (l *ledger) health(e *env) *health {
	l.mu.Lock()
	h := &health{changes: l.changes, at: l.at}
	list := make([]*verdict, 0, len(l.of)+1)
	for _, v := range l.of {
		list = append(list, v)
	}
	list = append(list, &verdict{findings: l.texts})
	l.mu.Unlock()
	for _, v := range list {
		for i := range v.findings {
			h.rows = append(h.rows, findingRowOf(&v.findings[i], v, e))
		}
		if len(v.findings) == 0 && v.module.Path != "" {
			h.rows = append(h.rows, verifiedRow(v, e))
		}
	}
	h.sort()
	return h
}

// health is what is known of module versions, made ready: cleaned, counted, sorted. It is never changed.
type health struct {
	changes int
	at      time.Time // of the last verdict; zero: there is none
	rows    []findingRow
	count   severities
	whole   int // versions that were hashed, and nothing is wrong
	orders  [numFindingSorts][]int32
	find    *table.Filter

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
	if len(out) == 0 {
		add("nothing is wrong", r.theme.Good)
	}
	add(text.Count(int64(h.whole))+" ok", r.theme.Good)
	return out
}

// verifiedAt says when the last version was verified, behind the counts.
func (r *root) verifiedAt(h *health) string {
	if r.verifying.running {
		return " so far"
	}
	if r.Now().Sub(h.at) > 20*time.Hour {
		return ", verified " + h.at.Local().Format("2 Jan 15:04")
	}
	return ", verified " + h.at.Local().Format("15:04")
}
