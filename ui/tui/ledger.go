package tui

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
)

// ledger is what is known of module versions since they were verified, and what the checks found. Jobs write, commands
// read. What was found stays until the version is verified again, or the checks have run again.
type ledger struct {
	mu       sync.Mutex
	owner    int                 // the job that may write: one that was replaced may still be ending
	of       map[string]*verdict // by module@version
	texts    []finding.Finding   // of go.sum files as texts
	verified bool                // somebody has verified something, if only to find that there is nothing
	checker  int                 // the job that may write what checks found
	checked  *Checked            // nil: they did not run yet. It is never changed
	changes  int
	at       time.Time // of the last verdict
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
	l.at, l.verified = now, true
}

// end keeps what a job found beside its verdicts. One that went through everything to its end leaves nothing else.
func (l *ledger) end(job int, res *verify.Result, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if job != l.owner {
		return
	}
	l.verified = true
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
		l.at, l.verified = now, true
	}
	gone := make(map[string]bool)
	for _, id := range a.Mended {
		gone[id] = true
	}
	texts := without(l.texts, gone)
	var checked []finding.Finding
	if l.checked != nil {
		checked = without(l.checked.Findings, gone)
	}
	for _, f := range a.Remain {
		list := &texts
		if l.checked != nil && !ofVerify(f.Check) {
			list = &checked
		}
		if !told[f.ID()] && !slices.ContainsFunc(*list, func(x finding.Finding) bool { return x.ID() == f.ID() }) {
			*list = append(*list, f)
		}
	}
	l.texts = texts
	if l.checked != nil {
		c := *l.checked
		c.Findings = checked
		l.checked = &c
	}
	l.changes++
}

// without are the findings of a list that are not gone, as a list of their own.
func without(list []finding.Finding, gone map[string]bool) (out []finding.Finding) {
	for i := range list {
		if !gone[list[i].ID()] {
			out = append(out, list[i])
		}
	}
	return out
}

// known is everything that is found.
func (l *ledger) known() (list []finding.Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range l.of {
		list = append(list, v.findings...)
	}
	list = append(list, l.texts...)
	if l.checked != nil {
		list = append(list, without(l.checked.Findings, idsOf(list))...)
	}
	finding.Sort(list)
	return list
}

func idsOf(list []finding.Finding) map[string]bool {
	ids := make(map[string]bool, len(list))
	for i := range list {
		ids[list[i].ID()] = true
	}
	return ids
}

// beginChecks gives what checks find to a job.
func (l *ledger) beginChecks(job int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checker = job
}

// check keeps what the checks of a job found in place of what they found before. What was found by some of them counts
// only where nothing was known.
func (l *ledger) check(job int, c *Checked, stopped bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if job != l.checker || c == nil || stopped && l.checked != nil {
		return
	}
	l.checked = c
	l.changes++
}

func (l *ledger) changed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// health makes what is known ready for the screens.
func (l *ledger) health(e *env) *health {
	l.mu.Lock()
	h := &health{changes: l.changes, at: l.at, verified: l.verified, fold: -1}
	list := make([]*verdict, 0, len(l.of)+1)
	for _, v := range l.of {
		list = append(list, v)
	}
	list = append(list, &verdict{findings: l.texts})
	checked := l.checked
	l.mu.Unlock()
	for _, v := range list {
		for i := range v.findings {
			h.rows = append(h.rows, findingRowOf(&v.findings[i], v, e))
		}
		if len(v.findings) == 0 && v.module.Path != "" {
			h.rows = append(h.rows, verifiedRow(v, e))
		}
	}
	h.add(checked, e)
	h.sort()
	h.foldNotes()
	return h
}
