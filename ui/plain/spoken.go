package plain

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"
	"godoctor/ui/text"
)

// What stands in columns elsewhere is a sentence here: for who hears it, a column is a number without a name. The methods
// that give a string give one clean line without a colour.

// Overview prints what Status prints, a sentence for each thing. Stores with nothing in them are named together.
func (p *Printer) Overview(inv *scan.Inventory, r *usage.Result, here *usage.Project) {
	p.Here(here)
	p.verdict(inv)
	free := report.FreeableOf(inv, r)
	var empty []string
	for _, s := range inv.Stores {
		if s.Items == 0 && s.Size.Disk == 0 {
			empty = append(empty, p.clean(s.Name))
			continue
		}
		line := fmt.Sprintf("%s: %s, %s", p.clean(s.Name), p.size(s.Size.Disk), plural(s.Items, "item"))
		if can := free.Of(s.Name); can > 0 {
			line += ", of which " + p.size(can) + " can go"
		}
		p.line("%s; %s; in %s", line, backBy(report.StoreTier(s.Name)), p.clean(s.Path))
	}
	if empty != nil {
		p.line("nothing in: %s", strings.Join(empty, ", "))
	}
	p.line("total: %s, of which %s can go", p.size(inv.Total().Disk), p.size(free.Total()))
	if r != nil && len(r.Versions) > 0 {
		p.line("")
		for _, k := range report.KeptBy(inv, r) {
			if k.Versions > 0 {
				p.line("%s: %s, %s: %s", k.State, plural(int64(k.Versions), "module version"), p.size(k.DiskBytes), report.StateWords(usage.State(k.State)))
			}
		}
	}
	p.line("")
	p.facts(report.Facts(inv, r))
	if r != nil && len(r.Versions) > 0 {
		p.looked(inv)
		p.doubts(r)
	}
	p.notes(inv)
}

// backBy says how a tier comes back.
func backBy(tier string) string {
	switch tier {
	case "free":
		return "comes back by unpacking, offline"
	case "network":
		return "comes back by download"
	case "rebuild":
		return "is built again when needed"
	}
	return "nothing brings it back"
}

// ModuleLine tells a module version. u may be nil.
func (p *Printer) ModuleLine(v *modcache.Version, u *usage.Version) string {
	s := p.clean(v.Path + "@" + v.Version)
	if u == nil {
		return s + ", " + p.size(v.Disk())
	}
	s += fmt.Sprintf(", %s, %s", u.State, p.size(v.Disk()))
	if n := len(u.Uses) + len(u.Others); n > 0 {
		s += fmt.Sprintf(", %d need it", n)
		if n == 1 {
			s = strings.TrimSuffix(s, "1 need it") + "one needs it"
		}
	}
	if v.Fetched.IsZero() {
		return s
	}
	return s + ", fetched " + p.ago(v.Fetched)
}

// ago is how long ago something was, in words that stand alone.
func (p *Printer) ago(t time.Time) string {
	switch s := p.age(t); {
	case s == "now", strings.HasPrefix(s, "in "):
		return s
	default:
		return s + " ago"
	}
}

// GroupLine tells a group of a plan.
func (p *Printer) GroupLine(g *report.PlanGroup) string {
	title := report.RuleWords(g.Rule)
	if g.Later {
		title = "may not come back: " + title
	}
	return fmt.Sprintf("%s: %s, %s; back: %s", p.clean(title), plural(int64(len(g.Items)), "item"), p.size(g.Disk), report.BackWords(g, p.size))
}

// ItemLine tells an item of a plan.
func (p *Printer) ItemLine(it *plan.Item) string {
	s := p.clean(it.Label()) + ", " + p.size(it.Disk)
	if it.Why != "" {
		s += ": " + p.clean(it.Why)
	}
	return s
}

// KeptLine tells why some of a plan stays.
func (p *Printer) KeptLine(k *plan.Kept) string {
	s := fmt.Sprintf("%s: %s, %s", p.clean(k.Reason), plural(int64(k.Items), "item"), p.size(k.Disk))
	if len(k.First) > 0 {
		s += ", such as " + p.clean(k.First[0])
	}
	return s
}

// FindingLine tells a finding: how bad, which check, of what, and what.
func (p *Printer) FindingLine(f *report.Finding) string {
	return severityWord(f.Severity) + " " + p.clean(f.Check) + " " + p.clean(subject(&f.Target, f.Title))
}

// FindingPage prints all there is to know of a finding but how it is mended: what, where, the proof, and why that is so,
// each behind its word.
func (p *Printer) FindingPage(f *report.Finding, why string) {
	p.line("%s", p.FindingLine(f))
	p.paragraphs("", "what: ", cmp.Or(f.Detail, f.Title))
	at := place(&f.Target)
	if at == "" {
		at = f.Target.String()
	}
	if at != "" {
		p.line("where: %s", p.clean(at))
	}
	for _, e := range f.Evidence {
		s := p.clean(e.Name) + " says " + p.clean(e.Says)
		if e.Lies {
			s += ", which DIFFERS from the others"
		}
		if e.From != "" {
			s += ", in " + p.clean(e.From)
		}
		p.line("proof: %s", s)
	}
	for _, x := range f.Files {
		p.line("proof: %s is %s", p.clean(x.Path), p.clean(x.Change))
	}
	if f.FilesMore > 0 {
		p.line("and %s", plural(int64(f.FilesMore), "more file", "more files"))
	}
	if why, _, _ = strings.Cut(why, "\n\n"); why != "" {
		p.paragraphs("", "cause: ", why)
	}
}

// FixLine tells a way to mend a finding, and what is known of its cost.
func (p *Printer) FixLine(x *report.Fix) string {
	s := p.clean(x.Title)
	if x.NeedsNetwork {
		s += "; needs the network"
	}
	if x.Bytes > 0 {
		s += ", " + p.size(x.Bytes)
	}
	if x.Undo != "" {
		s += "; undo: " + p.clean(x.Undo)
	}
	return s
}

// FixEdits prints the lines that a fix changes.
func (p *Printer) FixEdits(x *report.Fix) {
	for _, e := range x.Edits {
		switch {
		case e.Line == 0:
			p.line("at the end comes: %s", p.clean(e.New))
		case e.New == "":
			p.line("line %d goes: %s", e.Line, p.clean(e.Old))
		default:
			p.line("line %d: %s becomes %s", e.Line, p.clean(e.Old), p.clean(e.New))
		}
	}
}

// StepLine tells a step of a repair.
func (p *Printer) StepLine(s *report.RepairStep) string {
	return p.clean(stepName(s)) + ": " + p.clean(s.Title) + "; " + p.stepCost(s)
}

// RepairRest prints what StepLine leaves out of a repair: the lines of texts that change, what a person has to do, and how
// much is fetched.
func (p *Printer) RepairRest(r *report.Repair) {
	for i := range r.Steps {
		if s := &r.Steps[i]; len(s.Edits) > 0 {
			p.line("in %s:", p.clean(stepName(s)))
			p.FixEdits(&report.Fix{Edits: s.Edits})
		}
	}
	for i := range r.Left {
		l := &r.Left[i]
		p.line("left to you: %s %s: %s", p.clean(l.Check), p.clean(l.Target.String()), p.clean(l.Why))
		if len(l.Argv) > 0 {
			p.line("  %s", p.clean(Command(l.Argv)))
		}
	}
	if r.Bytes > 0 {
		s := "fetches " + p.size(r.Bytes)
		if r.Seconds > 0 {
			s += ", in about " + text.Duration(time.Duration(r.Seconds*float64(time.Second))) + " at the rate of the last download"
		}
		p.line("%s", s)
	}
}

// RunLine tells a run of the history.
func (p *Printer) RunLine(r *report.Run) string {
	s := fmt.Sprintf("%s of %s: %d done", p.clean(r.Kind), r.Started.Local().Format("2 Jan 2006 15:04"), r.Done)
	if r.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", r.Skipped)
	}
	if r.Failed > 0 {
		s += fmt.Sprintf(", %d failed", r.Failed)
	}
	if r.FreedBytes > 0 {
		s += ", " + p.size(r.FreedBytes) + " freed"
	}
	if r.LaterBytes > 0 {
		s += ", " + p.size(r.LaterBytes) + " put into the quarantine"
	}
	switch {
	case r.Finished.IsZero():
		s += ", broken off"
	case r.Undone != "":
		s += ", taken back"
	}
	return s
}

// RunItems prints what a run did, a line an item.
func (p *Printer) RunItems(r *report.Run) {
	for i := range r.Items {
		it := &r.Items[i]
		name := it.Name
		if it.Module != "" {
			name = it.Module + "@" + it.Version
		}
		s := it.Result + ": " + p.clean(strings.TrimSpace(it.Part+" "+name)) + ", " + p.size(it.DiskBytes)
		if it.Error != "" {
			s += ": " + p.clean(it.Error)
		}
		p.line("%s", s)
	}
}

// ProjectLine tells a project.
func (p *Printer) ProjectLine(q *usage.Project) string {
	return p.clean(report.HereWords(q)) + "; " + p.clean(q.File)
}

// ToolchainLine tells an installed Go. users is how many projects select it, below 0 where that is not known.
func (p *Printer) ToolchainLine(t *toolchain.Toolchain, users int) string {
	s := p.clean(cmp.Or(t.Version, "unknown")) + " for " + p.clean(t.GOOS+"/"+t.GOARCH)
	if t.Active {
		s += ", runs here"
	}
	s += ", from " + p.clean(t.Source)
	if t.SizeKnown {
		s += ", " + p.size(t.Size.Disk)
	}
	if users >= 0 {
		s += ", selected by " + plural(int64(users), "project")
	}
	return s + ", " + p.clean(string(t.Support)) + "; " + p.clean(t.Root)
}

// ToolchainPage prints all that is known of an installed Go.
func (p *Printer) ToolchainPage(t *toolchain.Toolchain) {
	for _, l := range [][2]string{{"why: ", t.Why}, {"support: ", t.SupportText}, {"put there by: ", t.Owner}} {
		if l[1] != "" {
			p.line("%s%s", l[0], p.clean(l[1]))
		}
	}
	for _, s := range t.Also {
		p.line("also: %s", p.clean(s))
	}
	for _, s := range t.Problems {
		p.line("note: %s", p.clean(s))
	}
}

// SettingLine tells a setting of go, and where it comes from.
func (p *Printer) SettingLine(s *report.Setting) string {
	line := p.clean(s.Key) + " is " + cmp.Or(p.clean(s.Value), "empty") + ", from " + p.clean(s.Origin)
	switch {
	case s.File != "" && s.Line > 0:
		line += fmt.Sprintf(" (%s:%d)", p.clean(s.File), s.Line)
	case s.File != "":
		line += " (" + p.clean(s.File) + ")"
	}
	for _, o := range s.Overrides {
		line += fmt.Sprintf("; instead of %s from %s", cmp.Or(p.clean(o.Value), "empty"), p.clean(o.Origin))
	}
	return line
}

// Topic prints a page of help that is about no command.
func (p *Printer) Topic(t *report.Topic) {
	p.paragraphs("", "", t.Name+" - "+t.Title)
	p.line("")
	p.paragraphs("  ", "", t.Text)
}
