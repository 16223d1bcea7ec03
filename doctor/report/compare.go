package report

import (
	"cmp"

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

// SideOf is what is told of a snapshot that is compared.
func SideOf(s *snapshot.Snapshot) Side {
	return Side{Name: s.Name, Kind: s.Kind, Go: s.Go, Host: s.Host}
}

// kinds of snapshot, for people.
var kinds = map[string]string{snapshot.Machine: "a machine", snapshot.Program: "a program", snapshot.GoEnv: "what go env says",
	snapshot.Version: "what go version -m says"}

// Words describe a side.
func (s Side) Words() string {
	out := s.Name + ": " + cmp.Or(kinds[s.Kind], s.Kind)
	if s.Host != "" {
		out += ", " + s.Host
	}
	return out + ", " + cmp.Or(s.Go, "no Go that works")
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
	d.Differences = r.Differences
	d.Summary = CompareSummary{A: SideOf(a), B: SideOf(b), Differences: len(r.Differences), Matter: r.Matters(), Same: r.Same, Silent: r.Silent}
	return d
}
