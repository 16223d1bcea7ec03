package verify

import (
	"maps"
	"slices"

	"godoctor/doctor/finding"
)

// A Rule is a check of this package: what is reported under its ID.
type Rule struct {
	ID       string
	Severity finding.Severity
	Title    string
}

// Rules is the table of checks, in the order in which one is chosen where several fit a version: the first is
// reported, the others are its evidence.
var Rules = []Rule{
	{"permission", finding.Error, "entries that this user can neither read nor replace"},
	{"crash-damage", finding.Error, "files of zero length where content belongs: power loss, not tampering"},
	{"zip-damaged", finding.Error, "the zip cannot be read"},
	{"odd-entry", finding.Warning, "something in an extracted module is neither file nor directory"},
	{"zip-mismatch", finding.Error, "the zip is well-formed and not the one that was published"},
	{"sumdb-mismatch", finding.Error, "cache and go.sum agree, and the checksum database says otherwise"},
	{"gosum-unsettled", finding.Error, "go.sum and the module cache disagree, and nothing here can tell who is right"},
	{"sources-modified", finding.Error, "the extracted files are not those of the zip"},
	{"ziphash-wrong", finding.Error, "the zip is right, and its .ziphash says something else"},
	{"ziphash-missing", finding.Warning, "there is no .ziphash: go downloads the version again"},
	{"mod-mismatch", finding.Error, "the cached go.mod file is not the one that was published"},
	{"info-damaged", finding.Warning, "the .info file is not what it should be"},
	{"gosum-wrong", finding.Error, "a line of go.sum is wrong"},
	{"partial-download", finding.Warning, "an extraction was broken off, and nobody is at it"},
	{"changed-while-read", finding.Note, "somebody was at work on it while it was read: look again"},
}

// rule finds a rule by its ID, which is one of the table.
func rule(id string) Rule {
	for _, r := range Rules {
		if r.ID == id {
			return r
		}
	}
	panic("verify: no rule " + id) // a test asks for every ID that Judge uses
}

// anyRule finds a rule of a version in both tables.
func anyRule(id string) Rule {
	if id == mismatch.ID {
		return mismatch
	}
	return rule(id)
}

// AllRules are the checks of the whole package: of module versions, of go.sum files, and of everything else.
func AllRules() []Rule {
	out := slices.Clone(Rules)
	for _, id := range slices.Sorted(maps.Keys(sumRules)) {
		out = append(out, sumRules[id])
	}
	return append(out, MoreRules...)
}
