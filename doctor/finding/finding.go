// Package finding is what all of doctor speaks in: something that is wrong, how bad that is, how one knows, and what
// could be done about it.
//
// A finding is data. Its wording and severity live where it is made, in the file of its check; this package gives it
// its shape, its order and its identity. Nothing here looks at a disk.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// A Severity is how bad a finding is.
type Severity uint8

// The severities, the worst first.
const (
	Error   Severity = iota // a build fails, or works with what it should not
	Warning                 // something will fail, or costs what it need not
	Note                    // worth knowing
)

var severityNames = [...]string{"error", "warning", "note"}

// String is the severity in the JSON contract.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "unknown"
}

// ParseSeverity reads a severity as --fail-on gives it; never is none and gives false.
func ParseSeverity(s string) (Severity, bool) {
	i := slices.Index(severityNames[:], s)
	return Severity(max(i, 0)), i >= 0
}

// A Target is what a finding is about. Empty fields do not apply.
type Target struct {
	Module  string // module path
	Version string
	Path    string // of a directory or file in a cache, absolute, raw
	File    string // of a text that a person may edit: go.sum, go.mod, a settings file; absolute, raw
	Line    int    // in File, from 1
}

// String names the target for people: the module version, else the path or file. Raw.
func (t Target) String() string {
	switch {
	case t.Module != "" && t.Version != "":
		return t.Module + "@" + t.Version
	case t.Module != "":
		return t.Module
	case t.File != "" && t.Line > 0:
		return t.File + ":" + strconv.Itoa(t.Line)
	}
	return cmp.Or(t.Path, t.File)
}

// A Witness is one place that says what the hash of something is.
type Witness struct {
	Name string // gosum, sumdb, zip, ziphash, dir, mod, gomod_gosum, binary: part of the JSON contract
	Says string // a hash like h1:..., or in words why it says nothing
	From string // the file that says it, raw; may be empty
	Lies bool   // it is the one that differs from those that agree
}

// A Change is how a file differs from what it should be.
type Change string

// The changes.
const (
	Modified Change = "modified"
	Missing  Change = "missing"
	Extra    Change = "extra"
	Odd      Change = "odd" // a link, a fifo, a device: nothing that belongs into a module
)

// A File is a file that differs.
type File struct {
	Path   string // below the module's directory, with slashes, raw
	Change Change
}

// A Fix is one way to mend what a finding is about. It is named here and carried out elsewhere.
type Fix struct {
	ID           string   // like unpack-again, fetch-again, remove: stable
	Title        string   // in words: what it does
	Argv         []string // the command that does it; an argument vector, never a shell string
	NeedsNetwork bool
	Bytes        int64  // that are fetched or freed, 0: not known
	Undo         string // how it is taken back; empty: it cannot be
	Edits        []Edit // of Target.File, which a person may edit: what godoctor repair changes in it
}

// An Edit changes one line of a text, and only while that says what it said.
type Edit struct {
	Line     int    // from 1; 0: New is added at the end
	Old, New string // without the line end, raw; New "": the line goes
}

// A Finding is one thing that is wrong.
type Finding struct {
	Check     string // its ID, like sources-modified: part of the JSON contract
	Severity  Severity
	Title     string // a short sentence without the target
	Detail    string // what was seen, and what follows from it; raw where it quotes
	Target    Target
	Witnesses []Witness
	Files     []File // at most FilesMax
	More      int    // files that differ beside those
	Fixes     []Fix  // alternatives, the smallest first
	Docs      string // where to read on: the topic of godoctor help
}

// FilesMax bounds the files that are listed of a finding: a module can have 135,000.
const FilesMax = 100

// ID names the finding for as long as it is the same thing that is wrong: made of check and target, not of wording,
// witnesses or files.
func (f *Finding) ID() string {
	h := sha256.New()
	for _, s := range []string{f.Check, f.Target.Module, f.Target.Version, f.Target.Path, f.Target.File, strconv.Itoa(f.Target.Line)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Sort orders findings: the worst first, then by check and target, so that two runs say the same in the same order.
func Sort(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Check, b.Check),
			cmp.Compare(a.Target.Module, b.Target.Module), cmp.Compare(a.Target.Version, b.Target.Version),
			cmp.Compare(a.Target.File, b.Target.File), cmp.Compare(a.Target.Line, b.Target.Line),
			cmp.Compare(a.Target.Path, b.Target.Path))
	})
}

// Count counts findings by severity.
func Count(list []Finding) (errors, warnings, notes int) {
	for i := range list {
		switch list[i].Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		default:
			notes++
		}
	}
	return errors, warnings, notes
}
