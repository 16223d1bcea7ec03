package report

import (
	"cmp"
	"fmt"

	"godoctor/doctor/usage"
)

// A HerePart is a part of a sentence that may be left out.
type HerePart struct {
	Text string
	Drop int  // what is left out first, where there is no room, is the highest; 0 stays
	With bool // it goes where the one before it goes
}

// HereWords is what is to be said first of the project that the program was started in: the go that runs, how much of
// what it needs is present, whether it works offline, the state of go.sum. Raw: module paths and file names are in it.
func HereWords(here *usage.Project) string {
	s := ""
	for _, p := range HereParts(here) {
		s += p.Text
	}
	return s
}

// HereParts are the parts of HereWords. The first is the name of the project.
func HereParts(here *usage.Project) []HerePart {
	out := []HerePart{{Text: cmp.Or(here.Module, here.File)}}
	add := func(text string, drop int) { out = append(out, HerePart{Text: text, Drop: drop}) }
	selects := ": " + cmp.Or(here.Selects, "no go")
	if !here.Installed && here.Selects != "" {
		selects += " (not installed)"
	}
	add(selects, 3)
	switch {
	case here.Vendored:
		add(", builds from its vendor directory", 4)
	case here.Needed == 0:
		add(", needs no modules", 4)
	default:
		add(fmt.Sprintf(", %d of %d module versions present", here.Present, here.Needed), 4)
	}
	switch {
	case here.Offline:
		add(", works offline", 1)
	case here.Perhaps:
		add(", works offline", 1)
		out = append(out, HerePart{" unless a build here needs what lacks", 2, true})
	case len(here.Because) > 0:
		add(", does not work offline", 1)
		out = append(out, HerePart{": " + here.Because[0], 5, true})
	}
	if here.GoSum != "ok" && here.GoSum != "" {
		add(", go.sum "+here.GoSum, 2)
	}
	return out
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
