package report

import (
	"slices"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
)

// A Repair is what mends findings, and what a person has to do.
type Repair struct {
	Steps        []RepairStep `json:"steps"`
	Left         []RepairLeft `json:"left"`
	NeedsNetwork bool         `json:"needs_network"`
	Bytes        int64        `json:"bytes"`   // that are fetched, as far as that is known
	Seconds      float64      `json:"seconds"` // how long that takes at the rate of the last download; 0: not known
	DryRun       bool         `json:"dry_run"`
}

// A RepairStep mends one module version, one file of a cache, or one go.sum file.
type RepairStep struct {
	Module       string   `json:"module"`
	Version      string   `json:"version"`
	Fixes        []string `json:"fixes"`    // the farthest reaching first
	Checks       []string `json:"checks"`   // of the findings that it mends
	Findings     []string `json:"findings"` // their ids
	Title        string   `json:"title"`
	Path         Path     `json:"path"` // of a file in a cache
	PathB64      Path64   `json:"path_b64,omitzero"`
	File         Path     `json:"file"` // a go.sum file, or the GOENV file
	FileB64      Path64   `json:"file_b64,omitzero"`
	Edits        []Edit   `json:"edits"`
	Hash         string   `json:"hash"`        // of the zip, that what is installed has to have
	HashSource   string   `json:"hash_source"` // who says so
	Unproved     bool     `json:"unproved"`    // nobody does: a person has to confirm it
	Keeps        bool     `json:"keeps"`       // what was there is kept: in the quarantine, of a text beside the history
	NeedsNetwork bool     `json:"needs_network"`
	Bytes        int64    `json:"bytes"`
	Result       string   `json:"result"` // done, skipped, failed, untouched; empty with -n
	Error        string   `json:"error"`
	Quarantine   string   `json:"quarantine"` // the entry that has what was there
}

// A RepairLeft is a finding that nothing mends.
type RepairLeft struct {
	Finding string   `json:"finding"`
	Check   string   `json:"check"`
	Target  Target   `json:"target"`
	Why     string   `json:"why"`
	Argv    []string `json:"argv"` // the command that a person may run; an argument vector
}

// A RepairSummary is the summary of repair.
type RepairSummary struct {
	Findings int  `json:"findings"` // before
	Steps    int  `json:"steps"`
	Done     int  `json:"done"`
	Skipped  int  `json:"skipped"`
	Failed   int  `json:"failed"`
	Left     int  `json:"left"`   // findings that nothing mends
	Remain   int  `json:"remain"` // findings of what was mended, when it was verified again
	DryRun   bool `json:"dry_run"`
}

// A MendedEvent says to JSON lines what became of a step, as soon as it is known.
type MendedEvent struct {
	Module  string   `json:"module"`
	Version string   `json:"version"`
	Path    Path     `json:"path"`
	File    Path     `json:"file"`
	Fixes   []string `json:"fixes"`
	Result  string   `json:"result"` // done, skipped or failed
	Error   string   `json:"error"`
}

// WithRepair adds the plan of a repair of so many findings.
func (d *Document) WithRepair(r *plan.Repair, findings int, dry bool) *Document {
	out := &Repair{Steps: []RepairStep{}, Left: []RepairLeft{}, DryRun: dry}
	out.NeedsNetwork, out.Bytes = r.NeedsNetwork()
	for i := range r.Steps {
		s := &r.Steps[i]
		x := RepairStep{Module: s.Module, Version: s.Version, Fixes: slices.Clone(s.Fixes), Checks: slices.Clone(s.Checks), Findings: slices.Clone(s.Of),
			Title: s.Title, Path: s.Path, PathB64: path64(s.Path), File: s.File, FileB64: path64(s.File), Edits: []Edit{},
			Hash: s.Hash, HashSource: s.Source, Unproved: s.Unproved, Keeps: s.Keep, NeedsNetwork: s.NeedsNetwork, Bytes: s.Bytes}
		for _, e := range s.Edits {
			x.Edits = append(x.Edits, Edit{e.Line, NoPassword(e.Old), NoPassword(e.New)})
		}
		out.Steps = append(out.Steps, x)
	}
	for i := range r.Left {
		l := &r.Left[i]
		f := NewFinding(&l.Finding)
		out.Left = append(out.Left, RepairLeft{f.ID, f.Check, f.Target, NoPassword(l.Why), append([]string{}, l.Argv...)})
	}
	d.Repair = out
	d.Summary = RepairSummary{Findings: findings, Steps: len(r.Steps), Left: len(r.Left), DryRun: dry}
	return d
}

// Mended adds what became of the steps, and what was found when the mended was verified again.
func (d *Document) Mended(outcomes []plan.Outcome, remain []finding.Finding) *Document {
	s, _ := d.Summary.(RepairSummary)
	for i, o := range outcomes {
		x := &d.Repair.Steps[i]
		x.Result, x.Quarantine = o.Result.String(), o.Kept
		if o.Err != nil {
			x.Error = NoPassword(o.Err.Error())
		}
		switch o.Result {
		case plan.Done:
			s.Done++
		case plan.Failed:
			s.Failed++
		case plan.Skipped:
			s.Skipped++
		}
	}
	s.Remain = len(remain)
	d.WithFindings(remain)
	d.Summary = s
	return d
}
