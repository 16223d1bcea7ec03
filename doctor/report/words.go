package report

import (
	"cmp"
	"fmt"

	"godoctor/doctor/usage"
)

// HereWords is what is to be said first of the project that the program was started in: the go that runs, how much of
// what it needs is present, whether it works offline, the state of go.sum. Raw: module paths and file names are in it.
func HereWords(here *usage.Project) string {
	s := cmp.Or(here.Module, here.File) + ": " + cmp.Or(here.Selects, "no go")
	if !here.Installed && here.Selects != "" {
		s += " (not installed)"
	}
	switch {
	case here.Vendored:
		s += ", builds from its vendor directory"
	case here.Needed == 0:
		s += ", needs no modules"
	default:
		s += fmt.Sprintf(", %d of %d module versions present", here.Present, here.Needed)
	}
	switch {
	case here.Offline:
		s += ", works offline"
	case here.Perhaps:
		s += ", works offline unless a build here needs what lacks"
	case len(here.Because) > 0:
		s += ", does not work offline: " + here.Because[0]
	}
	if here.GoSum != "ok" && here.GoSum != "" {
		s += ", go.sum " + here.GoSum
	}
	return s
}

// OfflineWord says in a word whether a project works offline.
func OfflineWord(p *usage.Project) string {
	switch {
	case p.Offline:
		return "yes"
	case p.Perhaps:
		return "perhaps"
	}
	return "no"
}

// StateWords says what a state means.
func StateWords(s usage.State) string {
	switch s {
	case usage.InUse:
		return "in the build list of a project, or a toolchain that is selected"
	case usage.Listed:
		return "a build may need it: go.sum, a branch, a fixture, a vendored project"
	case usage.Pinned:
		return "you said so"
	case usage.GraphOnly:
		return "only its go.mod is needed, to select versions"
	case usage.Young:
		return "nobody needs it; downloaded or read within the grace period"
	case usage.Orphan:
		return "no project found needs it"
	}
	return "nobody is known to need it, and not everybody could be asked"
}
