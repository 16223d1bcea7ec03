package verify

import (
	"cmp"
	"slices"

	"godoctor/doctor/finding"
	"godoctor/scan/tree"
)

// MoreRules is the table of checks beside those of a module version: of toolchains, the build cache, vendor
// directories, the local copy of the checksum database, and what lies about in the module cache. The contract's table
// of integrity findings has all but three: buildcache-damaged, sumdb-untrusted, which is about the database itself, and checksum-mismatch,
// which is what there is to say before anything is hashed.
var MoreRules = []Rule{
	mismatch,
	{"toolchain-damaged", finding.Error, "a toolchain is not the one that was published"},
	{"buildcache-damaged", finding.Error, "an entry of the build cache does not have the content that its name says"},
	{"index-poisoned", finding.Error, "the build cache holds an index of this module that was made while its directory was damaged"},
	{"vendor-modified", finding.Error, "vendored files are not those of the module's zip"},
	{"sumdb-untrusted", finding.Error, "the checksum database contradicts itself, or answers what it has not signed: nothing of it is believed"},
	{"sumdb-cache-damaged", finding.Warning, "a file of the local copy of the checksum database cannot be used"},
	{"vcs-damaged", finding.Warning, "a clone of a repository under cache/vcs is damaged"},
	{"leftover-tmp", finding.Note, "temporary files of broken-off work that nothing will remove"},
	{"list-damaged", finding.Note, "a list of versions in the module cache is damaged"},
}

// mismatch is the check of Glance, which does not know more.
var mismatch = Rule{"checksum-mismatch", finding.Error, "go.sum and .ziphash disagree"}

// more makes a finding of MoreRules. detail says what was seen and what follows from it, raw.
func more(id string, at finding.Target, detail string, fixes ...finding.Fix) finding.Finding {
	for _, r := range MoreRules {
		if r.ID == id {
			return finding.Finding{Check: id, Severity: r.Severity, Title: r.Title, Docs: id, Target: at, Detail: detail, Fixes: fixes}
		}
	}
	panic("verify: no rule " + id) // a test asks for every ID that is used
}

// foundMax bounds the findings of one check that are kept; what is beyond is counted.
const foundMax = 1000

// sortUnread orders what could not be read, so that two runs say the same.
func sortUnread(list []tree.Unreadable) {
	slices.SortStableFunc(list, func(a, b tree.Unreadable) int { return cmp.Compare(a.Path, b.Path) })
}
