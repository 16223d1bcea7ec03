package tui

import (
	"context"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A Repairer finds out how findings are mended, mends them, and fetches toolchains. All its funcs are called beside the
// screen, and may take their time.
type Repairer struct {
	Refused string // why nothing may be changed here; empty: it may. Plans are made all the same
	Offline bool   // the network is not to be used: what needs it is left

	// Plan looks again at what is wished, and plans how it is mended. It may ask the checksum database, unless the network is
	// not to be used; it changes nothing. The meter counts what is hashed.
	Plan func(ctx context.Context, inv *scan.Inventory, use *usage.Result, w MendWish, m *meter.Meter) (*Mending, error)

	// Get fetches a toolchain that a person has asked for, proves it, and puts it where it is to go.
	Get func(ctx context.Context, g GetWish, w *Watch) Outcome
}

// A MendWish is what is to be mended: findings, or what a project needs.
type MendWish struct {
	Findings []finding.Finding
	All      bool              // with Findings: they are those that repair --all mends
	Known    []finding.Finding // with Findings: all that was found, for what a person has to decide first is among it
	Project  string            // a go.mod or go.work file, raw: what it needs is mended, and what it lacks fetched. "": none
}

// A GetWish is a toolchain that is to be fetched.
type GetWish struct {
	Word     string // "go1.26.8", "go1.26" for the newest patch, "latest"
	Platform string // "windows/amd64"; "": this one
	SDK      bool   // to ~/sdk instead of the module cache
}

// command is the wish on the command line.
func (g *GetWish) command() string {
	s := "godoctor toolchains get " + shellWord(g.Word)
	if g.Platform != "" {
		s += " --platform " + shellWord(g.Platform)
	}
	if g.SDK {
		s += " --sdk"
	}
	return s
}

// A Mending is a repair that was planned. It may be carried out more than once, each time other steps of it.
type Mending struct {
	Repair *plan.Repair
	Rate   float64        // bytes a second of the last download; 0: not known
	Who    map[string]int // processes, raw, and the number of steps that each may be in the way of
	Known  bool           // false where the system does not tell who uses the caches

	// Run carries out steps that a person has confirmed, and verifies what was mended. It tells the Watch.
	Run func(ctx context.Context, steps []plan.Step, w *Watch) Outcome
}

// An Again is what was found when what was mended was verified once more.
type Again struct {
	Inventory *scan.Inventory  // that the verdicts are about
	Verdicts  []verify.Verdict // of the module versions that were mended
	Mended    []string         // ids of the findings that the steps were to mend
	Remain    []finding.Finding
	Err       error // why it could not be verified
}

// A Download is what fetches files: a fetch.Queue. Its methods return at once.
type Download interface {
	Picture() fetch.Picture
	Pause(ids ...int)
	Resume(ids ...int)
	Cancel(ids ...int)
}

// noRepairer is said where nothing can mend.
const noRepairer = "nothing can be repaired here: the program was started without what does it"
