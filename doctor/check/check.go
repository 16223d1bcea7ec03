// Package check finds out why the go command fails here, or does something else than elsewhere, from what lies on this
// machine.
//
// A [Check] is one condition: a literal in the table, which [All] gives, with its own file. It looks at a [Machine], or
// at one [Project] of it, and reports findings; it writes nothing, asks no network unless its Cost says so, and runs
// nothing from a project. [Run] runs many of them side by side: one that panics or does not come to an end is a finding
// of its own (check-failed) and hides no other.
//
// What is seen is data: Machine holds the facts of a scan and a [system.System], which tests replace by a recorded one,
// so that what only happens on another system, or with a full disk, is tested as well.
//
// # Severities
//
// An error is what makes a go command fail now, or lets it use what it should not. A warning is what will fail, or makes
// this machine differ from others without saying so. A note is worth knowing. A healthy machine has neither errors nor
// warnings: a setting that somebody made on purpose and that does no harm is a note at most.
package check

import (
	"context"
	"sync"
	"time"

	"godoctor/doctor/finding"
)

// A Cost is the class of what a check costs.
type Cost uint8

// The classes, the cheapest first.
const (
	Stat    Cost = iota // settings, and looks at a few files
	Read                // reads some small files
	Walk                // goes through a cache or a project
	Network             // asks somebody
	Deep                // hashes: verify does that
)

var costs = []string{"stat", "read", "walk", "network", "deep"}

// String is the name of the class.
func (c Cost) String() string { return costs[c] }

// A Subject is what a check looks at.
type Subject uint8

// The subjects.
const (
	OfMachine Subject = iota
	OfProject         // each project that is checked, one after the other: Pass.Project is set
)

// A Check is one condition that makes Go machines sick. It is data, and does not change.
type Check struct {
	ID       string           // like goroot-other: part of the JSON contract
	Title    string           // a short sentence without the target, lower case
	Severity finding.Severity // of the worst that it reports
	Cost     Cost
	Subject  Subject
	Covers   []string // conditions of the catalogue, like C40

	// Says are the texts of the go command, the compiler or the linker that lead here; "…" stands for anything. People
	// search for them, check --error recognises them, and the tests hold them against what go really prints.
	Says []string
	Help Help

	// Patience is how long it may take, where that is more than Patience of the package: it waits for somebody else.
	Patience time.Duration

	// Run looks and reports. It is called once for the machine, or once for each project. nil: only verify looks for it.
	Run func(*Pass)
}

// A Help is the manual page of a check: whole sentences, lines of any length, paragraphs separated by an empty line.
type Help struct {
	Why  string   // what goes wrong, and how it comes about
	Look string   // how one sees it by hand
	Do   string   // what to do about it
	See  []string // issues and manuals, like golang/go#60076
}

// A Pass is one call of a check.
type Pass struct {
	context.Context
	*Machine
	Check   *Check
	Project *Project // of a check OfProject

	found *collector
}

// collector takes the findings of one check, until it is closed: what a check that hangs says later, nobody hears.
type collector struct {
	sync.Mutex
	list   []finding.Finding
	closed bool
}

func (c *collector) add(f finding.Finding) {
	c.Lock()
	defer c.Unlock()
	if !c.closed {
		c.list = append(c.list, f)
	}
}

// take closes the collector and gives what is in it.
func (c *collector) take() []finding.Finding {
	c.Lock()
	defer c.Unlock()
	c.closed = true
	return c.list
}

// Report reports a finding with the severity of the check. Check, Title and Docs need not be set; a Title of the finding
// wins over that of the check. The target has to tell it from every other finding of the check.
func (p *Pass) Report(f finding.Finding) { p.ReportAs(p.Check.Severity, f) }

// ReportAs reports a finding with a severity that is not worse than that of the check.
func (p *Pass) ReportAs(s finding.Severity, f finding.Finding) {
	f.Check, f.Docs, f.Severity = p.Check.ID, p.Check.ID, max(s, p.Check.Severity)
	if f.Title == "" {
		f.Title = p.Check.Title
	}
	if len(f.Fixes) > 0 && f.Fixes[0].ID == FixSetting && len(f.Fixes[0].Edits) > 0 && f.Fixes[0].Argv == nil && p.Check.Cost < Network {
		f.Fixes[0].Argv = []string{"godoctor", "repair", f.ID()} // which takes the first fix, and asks nobody
	}
	p.found.add(f)
}
