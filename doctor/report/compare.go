package report

import (
	"godoctor/doctor/compare"
	"godoctor/doctor/snapshot"
)

// A CompareSummary says what was compared.
type CompareSummary struct {
	A           Side     `json:"a"`
	B           Side     `json:"b"`
	Differences int      `json:"differences"`
	Matter      int      `json:"matter"` // can change what a build makes
	Same        int      `json:"same"`   // that both know and have alike
	Silent      []string `json:"silent"` // what only one side knows anything of
}

// A Difference is something that two sides have differently.
type Difference = compare.Difference

// A Side is one of the two that are compared.
type Side struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // machine, program, go-env or go-version
	Go   string `json:"go"`
	Host string `json:"host"`
}

// A SnapshotSummary counts what a snapshot holds.
type SnapshotSummary struct {
	Settings   int    `json:"settings"`
	Toolchains int    `json:"toolchains"`
	Modules    int    `json:"modules"`
	Hashes     int    `json:"hashes"` // modules whose hash is known
	Project    string `json:"project"`
}

// WithSnapshot fills in a snapshot.
func (d *Document) WithSnapshot(s *snapshot.Snapshot) *Document {
	sum := SnapshotSummary{Settings: len(s.Settings), Toolchains: len(s.Toolchains), Modules: len(s.Modules)}
	for i := range s.Modules {
		if s.Modules[i].Sum != "" {
			sum.Hashes++
		}
	}
	if s.Project != nil {
		sum.Project = s.Project.Module
	}
	d.Snapshot, d.Summary = s, sum
	return d
}

// WithDifferences fills in what differs between two snapshots.
func (d *Document) WithDifferences(a, b *snapshot.Snapshot, r *compare.Result) *Document {
	side := func(s *snapshot.Snapshot) Side { return Side{Name: s.Name, Kind: s.Kind, Go: s.Go, Host: s.Host} }
	d.Differences = r.Differences
	d.Summary = CompareSummary{A: side(a), B: side(b), Differences: len(r.Differences), Matter: r.Matters(), Same: r.Same, Silent: r.Silent}
	return d
}
