package report

import (
	"slices"

	"godoctor/doctor/finding"
)

// A Finding is one thing that is wrong.
type Finding struct {
	ID        string            `json:"id"` // stable for as long as it is the same thing
	Check     string            `json:"check"`
	Severity  string            `json:"severity"`
	Title     string            `json:"title"`
	Detail    string            `json:"detail"`
	Target    Target            `json:"target"`
	Witnesses map[string]string `json:"witnesses"` // what each says, by its name
	Evidence  []Evidence        `json:"evidence"`  // all of them: two go.sum files are two witnesses of one name
	Files     []File            `json:"files"`
	FilesMore int               `json:"files_more"`        // that differ beside those
	Diffs     []Diff            `json:"diffs,omitzero"`    // with --diff only: what became of files, against the zip
	Fix       []Fix             `json:"fix"`               // alternatives, the smallest first
	Docs      string            `json:"docs"`              // the topic of godoctor help
	Baseline  bool              `json:"baseline,omitzero"` // it stands in the baseline that was given: it fails nothing
}

// A Target is what a finding is about. Empty fields do not apply.
type Target struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	File    Path   `json:"file"` // a text that a person may edit
	FileB64 Path64 `json:"file_b64,omitzero"`
	Line    int    `json:"line"` // in File, from 1
}

// String names the target for people, raw: the module version, else the file with its line, else the path.
func (t *Target) String() string {
	return finding.Target{Module: t.Module, Version: t.Version, Path: t.Path, File: t.File, Line: t.Line}.String()
}

// Evidence is one place that says what the hash of something is.
type Evidence struct {
	Name    string `json:"name"`
	Says    string `json:"says"`
	From    Path   `json:"from"` // the file that says it
	FromB64 Path64 `json:"from_b64,omitzero"`
	Lies    bool   `json:"lies"` // it differs from those that agree
}

// A File is a file that differs from what it should be.
type File struct {
	Path    Path   `json:"path"` // below the directory of the module
	PathB64 Path64 `json:"path_b64,omitzero"`
	Change  string `json:"change"` // modified, missing, extra or odd
}

// A Diff is what became of one file: the unified diff from the zip to the directory, bounded. It is no part of what a
// finding is; it is looked up for those who ask.
type Diff struct {
	Path    Path     `json:"path"` // as in files
	PathB64 Path64   `json:"path_b64,omitzero"`
	Lines   []string `json:"lines"` // without newlines
	More    int      `json:"more"`  // lines beyond the limit
	Why     string   `json:"why"`   // instead of lines: binary, too large, could not be read
}

// NewDiff makes the shape of a Diff of the file path, with at most max bytes of lines.
func NewDiff(path string, lines []string, more int, why string, max int) Diff {
	d := Diff{Path: path, PathB64: path64(path), Lines: []string{}, More: more, Why: NoPassword(why)}
	for i, l := range lines {
		if max -= len(l) + 1; max < 0 {
			d.More += len(lines) - i
			break
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

// A Fix is one way to mend what is wrong.
type Fix struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Argv         []string `json:"argv"` // an argument vector, never a shell string
	NeedsNetwork bool     `json:"needs_network"`
	Bytes        int64    `json:"bytes"`          // that are fetched or freed; 0: not known
	Undo         string   `json:"undo"`           // how it is taken back; empty: it cannot be
	Edits        []Edit   `json:"edits,omitzero"` // of target.file: what a person, or godoctor repair, changes in it
}

// An Edit changes one line of a text, while that says what it said.
type Edit struct {
	Line int    `json:"line"` // from 1; 0: New is added at the end
	Old  string `json:"old"`
	New  string `json:"new"` // empty: the line goes
}

// A VerifySummary is the summary of verify.
type VerifySummary struct {
	Modules     int   `json:"modules"`   // module versions that were looked at
	Verified    int   `json:"verified"`  // of those, hashed just now and found right
	Unchanged   int   `json:"unchanged"` // of those, not hashed: nothing changed since they were verified
	Errors      int   `json:"errors"`
	Warnings    int   `json:"warnings"`
	Notes       int   `json:"notes"`
	BytesHashed int64 `json:"bytes_hashed"`
	Known       int   `json:"baseline"` // of the findings, those that stand in the baseline
	Gone        int   `json:"gone"`     // findings of the baseline that are no more found
}

// Count counts the findings by severity.
func (s *VerifySummary) Count(list []finding.Finding) {
	s.Errors, s.Warnings, s.Notes = finding.Count(list)
}

// WithFindings fills in findings, in the order of finding.Sort, and leaves the list as it is. Summary, OK and ExitCode
// are the caller's: only the command knows what --fail-on is.
func (d *Document) WithFindings(list []finding.Finding) *Document {
	list = slices.Clone(list)
	finding.Sort(list)
	d.Findings = make([]Finding, 0, len(list))
	for i := range list {
		d.Findings = append(d.Findings, NewFinding(&list[i]))
	}
	return d
}

// NewFinding makes the shape of a finding. Passwords in addresses are left out of words: what is printed gets pasted.
// Paths stay as they are.
func NewFinding(f *finding.Finding) Finding {
	t := f.Target
	out := Finding{
		ID: f.ID(), Check: f.Check, Severity: f.Severity.String(), Title: NoPassword(f.Title), Detail: NoPassword(f.Detail),
		Target: Target{Module: t.Module, Version: t.Version, Path: t.Path, PathB64: path64(t.Path),
			File: t.File, FileB64: path64(t.File), Line: t.Line},
		Evidence: make([]Evidence, 0, len(f.Witnesses)), Files: make([]File, 0, len(f.Files)), FilesMore: f.More,
		Fix: make([]Fix, 0, len(f.Fixes)), Docs: f.Docs,
	}
	for _, w := range f.Witnesses {
		out.Evidence = append(out.Evidence, Evidence{w.Name, NoPassword(w.Says), w.From, path64(w.From), w.Lies})
	}
	out.Witnesses = witnesses(out.Evidence)
	for _, x := range f.Files {
		out.Files = append(out.Files, File{x.Path, path64(x.Path), string(x.Change)})
	}
	for _, x := range f.Fixes {
		argv := make([]string, 0, len(x.Argv))
		for _, a := range x.Argv {
			argv = append(argv, NoPassword(a))
		}
		var edits []Edit
		for _, e := range x.Edits {
			edits = append(edits, Edit{e.Line, NoPassword(e.Old), NoPassword(e.New)})
		}
		out.Fix = append(out.Fix, Fix{x.ID, NoPassword(x.Title), argv, x.NeedsNetwork, x.Bytes, NoPassword(x.Undo), edits})
	}
	return out
}

// witnessNames are the names that the contract knows as keys of witnesses.
var witnessNames = []string{"gosum", "sumdb", "zip", "ziphash", "dir", "mod", "gomod_gosum", "binary"}

// witnesses gives each name what it says; of several with one name the first that lies, else the first.
func witnesses(list []Evidence) map[string]string {
	out := make(map[string]string, len(list))
	lied := make(map[string]bool)
	for _, e := range list {
		if _, taken := out[e.Name]; slices.Contains(witnessNames, e.Name) && (!taken || e.Lies && !lied[e.Name]) {
			out[e.Name] = e.Says
			lied[e.Name] = e.Lies
		}
	}
	return out
}
