package plain

import (
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// RepairPlan prints what a repair will do, with the lines of go.sum and settings files that change as a diff, and what it
// leaves.
func (p *Printer) RepairPlan(r *report.Repair) {
	for i := range r.Steps {
		s := &r.Steps[i]
		p.line("%s", p.Theme.Strong(p.clean(stepName(s))))
		p.line("  %s", p.clean(strings.Join(s.Checks, ", ")+": "+s.Title))
		p.line("  %s", p.stepCost(s))
		p.edits(s)
	}
	p.repairLeft(r.Left)
	switch {
	case len(r.Steps) == 0 && len(r.Left) == 0:
		p.line("nothing to repair")
	case r.Bytes > 0 && r.Seconds > 0:
		p.line("fetches %s, in about %s at the rate of the last download", p.size(r.Bytes), text.Duration(time.Duration(r.Seconds*float64(time.Second))))
	case r.Bytes > 0:
		p.line("fetches %s", p.size(r.Bytes))
	}
}

// stepName names what a step mends, raw.
func stepName(s *report.RepairStep) string {
	switch {
	case s.File != "":
		return s.File
	case s.Path != "":
		return s.Path
	}
	return s.Module + "@" + s.Version
}

// stepCost says what a step needs, by whose word it is right, and what becomes of what was there.
func (p *Printer) stepCost(s *report.RepairStep) string {
	out := "offline"
	if s.NeedsNetwork {
		out = "needs the network"
		if s.Bytes > 0 {
			out += ", " + p.size(s.Bytes)
		}
	}
	switch {
	case s.Unproved:
		out += "; " + p.Theme.Warn("nobody knows its hash: confirm that what comes is believed")
	case s.HashSource != "":
		out += "; proved by " + p.clean(s.HashSource)
	}
	if s.Keeps && s.Module != "" && s.File == "" {
		out += "; what is there waits in the quarantine"
	}
	return out
}

// edits shows the lines that change.
func (p *Printer) edits(s *report.RepairStep) {
	for _, e := range s.Edits {
		if e.Line == 0 {
			p.line("  @@ at the end @@")
		} else {
			p.line("  @@ line %d @@", e.Line)
			p.line("  %s", p.Theme.Bad("-"+p.clean(strings.TrimSuffix(e.Old, "\r"))))
		}
		if e.New != "" {
			p.line("  %s", p.Theme.Good("+"+p.clean(strings.TrimSuffix(e.New, "\r"))))
		}
	}
}

// repairLeft lists what a person has to do.
func (p *Printer) repairLeft(left []report.RepairLeft) {
	if len(left) == 0 {
		return
	}
	p.line("%s", p.Theme.Strong("left to you:"))
	for i := range left {
		l := &left[i]
		p.line("  %s %s: %s", p.Theme.Warn(p.clean(l.Check)), p.clean(l.Target.String()), p.clean(l.Why))
		if len(l.Argv) > 0 {
			p.line("    %s", p.Theme.Accent(p.clean(inLine(Command(l.Argv)))))
		}
	}
}

// Mended prints what became of a repair, and what was still found of what was mended.
func (p *Printer) Mended(d *report.Document, s report.RepairSummary) {
	for i := range d.Repair.Steps {
		x := &d.Repair.Steps[i]
		word := p.Theme.Good(x.Result)
		switch x.Result {
		case "failed":
			word = p.Theme.Bad(x.Result)
		case "skipped", "untouched":
			word = p.Theme.Warn(x.Result)
		}
		what := x.Title
		if x.Error != "" {
			what = x.Error
		}
		p.line("%s %s: %s", word, p.clean(stepName(x)), p.clean(what))
		if x.Result == "done" { // with --yes nobody has seen them yet
			p.edits(x)
		}
	}
	p.repairLeft(d.Repair.Left)
	p.Findings(d.Findings)
	line := "repaired " + plural(int64(s.Done), "item")
	for _, c := range []struct {
		n    int
		what string
	}{{s.Skipped, "skipped"}, {s.Failed, "failed"}, {s.Left, "left to you"}} {
		if c.n > 0 {
			line += ", " + plural(int64(c.n), "item") + " " + c.what
		}
	}
	switch {
	case s.Done > 0 && s.Remain == 0:
		line += "; verified again: nothing found"
	case s.Remain > 0:
		line += "; verified again: " + plural(int64(s.Remain), "finding")
	}
	p.line("%s", line)
	if d.Run != nil {
		for i := range d.Run.Items {
			if it := &d.Run.Items[i]; it.Backup != "" && it.Result == "done" {
				p.line("what it said is kept in %s", p.clean(it.Backup))
			}
		}
		for i := range d.Repair.Steps {
			if x := &d.Repair.Steps[i]; x.Quarantine != "" || len(x.Edits) > 0 && x.Result == "done" {
				p.line("take it back: godoctor undo %s", d.Run.ID)
				break
			}
		}
	}
}
