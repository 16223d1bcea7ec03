package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
)

// A Plan is what a cleanup removes.
type Plan struct {
	ID         string     `json:"id"`
	Made       time.Time  `json:"made"`
	Items      []PlanItem `json:"items"`
	BytesNow   int64      `json:"bytes_now"`   // on disk, free at once
	BytesLater int64      `json:"bytes_later"` // on disk, free when the quarantine is emptied
	Kept       []PlanKept `json:"kept"`
	DryRun     bool       `json:"dry_run"`
}

// A PlanItem is one thing to remove.
type PlanItem struct {
	Module     string    `json:"module"`
	Version    string    `json:"version"`
	Part       string    `json:"part"`
	Name       string    `json:"name"`    // which one, where it is no module version
	Entries    int       `json:"entries"` // of the build cache
	Path       Path      `json:"path"`    // for people: nothing follows it
	PathB64    Path64    `json:"path_b64,omitzero"`
	Bytes      int64     `json:"bytes"`
	DiskBytes  int64     `json:"disk_bytes"`
	Tier       string    `json:"tier"`
	Rule       string    `json:"rule"`
	Why        string    `json:"why"`
	Hash       string    `json:"hash"`   // of the zip
	Proved     bool      `json:"proved"` // hashes were recomputed in this run and agree
	FetchBytes int64     `json:"fetch_bytes"`
	Changed    time.Time `json:"changed,omitzero"`
}

// A PlanKept counts what stays, by the reason.
type PlanKept struct {
	Reason    string   `json:"reason"`
	Items     int      `json:"items"`
	DiskBytes int64    `json:"disk_bytes"`
	First     []string `json:"first"`
}

// A Run is what became of a plan, or of its undoing.
type Run struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Of         string    `json:"of,omitzero"` // of an undo: the run that it undid
	Started    time.Time `json:"started"`
	Hidden     time.Time `json:"hidden,omitzero"`   // when everything was out of the go command's sight
	Finished   time.Time `json:"finished,omitzero"` // missing: it was broken off
	FreedBytes int64     `json:"freed_bytes"`
	LaterBytes int64     `json:"later_bytes"`
	FreeBefore int64     `json:"free_before"` // on the file system
	FreeAfter  int64     `json:"free_after"`
	Done       int       `json:"done"`
	Failed     int       `json:"failed"`
	Skipped    int       `json:"skipped"`
	UndoUntil  time.Time `json:"undo_until,omitzero"` // of what waits in the quarantine
	Undone     string    `json:"undone,omitzero"`     // the run that undid it
	Items      []RunItem `json:"items"`
}

// A RunItem is what became of one item.
type RunItem struct {
	Module    string `json:"module"`
	Version   string `json:"version"`
	Part      string `json:"part"`
	Name      string `json:"name"`
	Tier      string `json:"tier"`
	DiskBytes int64  `json:"disk_bytes"`
	Result    string `json:"result"` // done, skipped, failed, untouched
	Error     string `json:"error"`
	Backup    Path   `json:"backup,omitzero"` // of settings that were edited: the file that has what they were
}

// A CleanSummary is the summary of clean and undo.
type CleanSummary struct {
	Items      int   `json:"items"`
	BytesNow   int64 `json:"bytes_now"`
	BytesLater int64 `json:"bytes_later"`
	FreedBytes int64 `json:"freed_bytes"`
	Done       int   `json:"done"`
	Failed     int   `json:"failed"`
	Skipped    int   `json:"skipped"`
	DryRun     bool  `json:"dry_run"`
}

// WithPlan adds a plan.
func (d *Document) WithPlan(p *plan.Plan, dry bool) *Document {
	out := &Plan{ID: p.ID, Made: p.Made.UTC(), Items: []PlanItem{}, Kept: []PlanKept{}, BytesNow: p.Now(), BytesLater: p.Later(), DryRun: dry}
	for i := range p.Items {
		it := &p.Items[i]
		out.Items = append(out.Items, PlanItem{it.Module, it.Version, string(it.Part), it.Name, len(it.Names), it.Path, path64(it.Path),
			it.Bytes, it.Disk, string(it.Tier), it.Rule, it.Why, it.Hash, it.Proved, it.Fetch, it.Changed.UTC()})
	}
	for _, k := range p.Kept {
		out.Kept = append(out.Kept, PlanKept{k.Reason, k.Items, k.Disk, append([]string{}, k.First...)})
	}
	d.Plan = out
	d.Summary = CleanSummary{Items: len(p.Items), BytesNow: out.BytesNow, BytesLater: out.BytesLater, DryRun: dry}
	return d
}

// RunOf is a run of the history in the shape of the contract. holdFor is how long the quarantine keeps what it has.
func RunOf(r *state.Run, holdFor time.Duration) Run {
	out := Run{ID: r.ID, Kind: r.Kind, Of: r.Of, Started: r.Started.UTC(), Hidden: r.Hidden.UTC(), Finished: r.Finished.UTC(), FreedBytes: r.Freed, LaterBytes: r.Later,
		FreeBefore: r.Before, FreeAfter: r.After, Undone: r.Undone, Items: []RunItem{}}
	for _, it := range r.Items {
		switch it.Result {
		case "done":
			out.Done++
			if it.Kept != "" {
				out.UndoUntil = r.Started.UTC().Add(holdFor)
			}
		case "failed":
			out.Failed++
		case "skipped":
			out.Skipped++
		}
		out.Items = append(out.Items, RunItem{it.Module, it.Version, it.Part, it.Name, it.Tier, it.Disk, cmp.Or(it.Result, "untouched"), NoPassword(it.Error), it.Backup})
	}
	if out.UndoUntil.IsZero() && r.Later > 0 { // there was no room for the quarantine: it waits in its place
		out.UndoUntil = r.Started.UTC().Add(holdFor)
	}
	return out
}

// WithRun adds what became of a plan.
func (d *Document) WithRun(r Run) *Document {
	d.Run = &r
	s, _ := d.Summary.(CleanSummary)
	s.FreedBytes, s.Done, s.Failed, s.Skipped = r.FreedBytes, r.Done, r.Failed, r.Skipped
	d.Summary = s
	return d
}

// A PlanGroup is the items of a plan that one rule chose and that cost the same to get back.
type PlanGroup struct {
	Rule  string
	Tier  usage.Tier
	Later bool
	Items []int // of the plan, by size
	Disk  int64
	Fetch int64
}

// Usual reports whether the group is chosen when a plan is new: what comes back without network and without work.
func (g *PlanGroup) Usual() bool { return g.Tier == usage.Free && !g.Later || g.Rule == "leftovers" }

// Groups puts the items of a plan together, the cheapest to get back first.
func Groups(p *plan.Plan) []PlanGroup {
	type key struct {
		rule  string
		tier  usage.Tier
		later bool
	}
	index := make(map[key]int)
	var out []PlanGroup
	for i := range p.Items {
		it := &p.Items[i]
		k := key{it.Rule, it.Tier, it.Later()}
		n, ok := index[k]
		if !ok {
			n = len(out)
			index[k] = n
			out = append(out, PlanGroup{Rule: it.Rule, Tier: it.Tier, Later: k.later})
		}
		g := &out[n]
		g.Items = append(g.Items, i)
		g.Disk += it.Disk
		g.Fetch += it.Fetch
	}
	for _, g := range out {
		slices.SortStableFunc(g.Items, func(a, b int) int { return cmp.Compare(p.Items[b].Disk, p.Items[a].Disk) })
	}
	order := []usage.Tier{usage.Free, usage.Network, usage.Rebuild, usage.Hold, usage.Keep}
	slices.SortStableFunc(out, func(a, b PlanGroup) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Tier), slices.Index(order, b.Tier)), cmp.Compare(b.Disk, a.Disk))
	})
	return out
}

// RuleWords says what a rule chooses.
func RuleWords(rule string) string {
	if w, ok := ruleWords[rule]; ok {
		return w
	}
	return rule
}

var ruleWords = map[string]string{
	"orphans": "module versions nobody needs", "forget": "module versions nobody needs, .mod too",
	"sources": "unpacked sources, zip kept", "zips": "zips, sources kept", "toolchains": "toolchains nobody selects",
	"vcs": "clones of repositories", "build": "old build-cache entries", "dead": "build cache of Go versions that are gone",
	"test": "test results", "fuzz": "fuzz inputs", "leftovers": "leftovers of broken-off work", "related": "caches of other tools",
	"abandoned": "caches no setting points to", "all-modules": "the module cache",
}

// BackWords says how what a group removes comes back. Fetch is in the words of size.
func BackWords(g *PlanGroup, size func(int64) string) string {
	switch {
	case g.Later:
		return "undo within 7 days, from the quarantine"
	case g.Rule == "leftovers":
		return "nothing to bring back"
	case g.Tier == usage.Free:
		return "unpacked from the zip, offline"
	case g.Tier == usage.Network:
		if g.Fetch > 0 {
			return "download of " + size(g.Fetch)
		}
		return "download"
	case g.Tier == usage.Rebuild:
		return "built again when needed, no undo"
	}
	return fmt.Sprintf("tier %s", g.Tier)
}
