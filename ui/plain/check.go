package plain

import (
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// pageWidth is how wide words of ours are printed: that of manual pages.
const pageWidth = 80

// Checked prints what check has found, the worst first: errors and warnings in full, with the reason of each check once;
// notes, and what stands in a baseline, in a line each unless all is wanted. why gives the reason of a check, which may
// be empty.
func (p *Printer) Checked(list []report.Finding, why func(check string) string) {
	told := make(map[string]bool)
	for i := range list {
		f := &list[i]
		if !p.Verbose && (f.Severity == "note" || f.Baseline) {
			p.checkedHead(f)
			continue
		}
		reason := ""
		if !told[f.Check] {
			reason, told[f.Check] = why(f.Check), true
		}
		p.checked(f, reason)
	}
}

// checkedHead is the line that a finding begins with.
func (p *Printer) checkedHead(f *report.Finding) {
	word := severityWord(f.Severity)
	switch {
	case f.Baseline:
	case f.Severity == "error":
		word = p.Theme.Bad(word)
	case f.Severity == "warning":
		word = p.Theme.Warn(word)
	}
	p.line("%s %s %s%s", word, p.clean(f.Check), p.Theme.Strong(p.clean(subject(&f.Target, f.Title))), known(f))
}

func (p *Printer) checked(f *report.Finding, why string) {
	p.checkedHead(f)
	if at := place(&f.Target); at != "" {
		p.line("  in %s", p.clean(at))
	}
	p.paragraphs("  ", "", f.Detail)
	if first, _, _ := strings.Cut(why, "\n\n"); first != "" {
		p.paragraphs("  ", "why: ", first)
	}
	p.evidence(f.Evidence)
	p.files(f)
	for i := range f.Fix {
		p.choice(&f.Fix[i])
	}
	if f.Docs != "" {
		p.line("  more: %s", p.clean("godoctor help "+f.Docs))
	}
	p.line("")
}

// paragraphs prints words wrapped, after an indent and a word before the first paragraph, whose other lines stand below the
// first. Lines of words that begin with white space, as a command does, stay as they are. Of no words nothing is printed.
func (p *Printer) paragraphs(indent, head, words string) {
	if words = strings.TrimSpace(words); words == "" {
		return
	}
	var joined []string
	flush := func() {
		for _, l := range text.Wrap(p.clean(strings.Join(joined, " ")), pageWidth-len(indent)-len(head)) {
			p.line("%s%s%s", indent, head, inLine(l))
			head = strings.Repeat(" ", len(head))
		}
		joined, head = nil, ""
	}
	for _, l := range strings.Split(words, "\n") {
		switch {
		case strings.TrimSpace(l) == "":
			if joined != nil {
				flush()
			}
			p.line("")
		case l[0] == ' ' || l[0] == '\t':
			if joined != nil {
				flush()
			}
			p.line("%s  %s", indent, p.clean(inLine(strings.TrimSpace(l))))
		default:
			joined = append(joined, l)
		}
	}
	if joined != nil {
		flush()
	}
}

// choice prints a way to mend a finding: what it does and costs, its command or what changes in the file.
func (p *Printer) choice(x *report.Fix) {
	var cost []string
	if x.NeedsNetwork {
		cost = append(cost, "needs the network")
	}
	if x.Bytes > 0 {
		cost = append(cost, p.size(x.Bytes))
	}
	if x.Undo != "" {
		cost = append(cost, "undo: "+x.Undo)
	}
	s := x.Title
	if cost != nil {
		s += " (" + strings.Join(cost, ", ") + ")"
	}
	p.paragraphs("  ", "fix: ", s)
	if len(x.Argv) > 0 {
		p.line("       %s", p.Theme.Accent(p.clean(inLine(Command(x.Argv)))))
	}
	for _, e := range x.Edits {
		switch {
		case e.Line == 0:
			p.line("       at the end: %s", p.clean(e.New))
		case e.New == "":
			p.line("       line %d goes: %s", e.Line, p.clean(e.Old))
		default:
			p.line("       line %d: %s becomes %s", e.Line, p.clean(e.Old), p.clean(e.New))
		}
	}
}

// IgnoredFindings lists what somebody lives with, if all is wanted.
func (p *Printer) IgnoredFindings(list []report.Ignored) {
	if !p.Verbose {
		return
	}
	for i := range list {
		f := &list[i]
		until := ""
		if f.Until != "" {
			until = ", until " + f.Until
		}
		p.line("ignored %s %s (%s%s)", p.clean(f.Check), p.clean(subject(&f.Target, f.Title)), p.clean(f.Reason), p.clean(until))
	}
}

// GoneFindings says what a baseline has and was no more found.
func (p *Printer) GoneFindings(list []report.Finding) {
	if len(list) == 0 {
		return
	}
	hint := " (-v lists them); a new baseline would not have them"
	if p.Verbose {
		hint = ":"
	}
	p.line("%s%s", plural(int64(len(list)), "finding of the baseline is no more found", "findings of the baseline are no more found"), hint)
	for i := range list {
		if f := &list[i]; p.Verbose {
			p.line("  gone %s %s", p.clean(f.Check), p.clean(subject(&f.Target, f.Title)))
		}
	}
}

// CheckTally is the last line of check.
func (p *Printer) CheckTally(s report.CheckSummary) {
	what := p.tally(s.Errors, s.Warnings, s.Notes)
	if s.Errors+s.Warnings == 0 {
		what = p.Theme.Good("all is well")
		if s.Notes > 0 {
			what += ", " + plural(int64(s.Notes), "note")
		}
	}
	if s.Known > 0 {
		what += ", " + text.Count(int64(s.Known)) + " of them in the baseline"
	}
	if s.Ignored > 0 {
		what += ", " + text.Count(int64(s.Ignored)) + " ignored"
	}
	of := ""
	if s.Projects != 1 {
		of = " of " + plural(int64(s.Projects), "project")
	}
	if s.BytesHashed > 0 {
		of += ", " + p.size(s.BytesHashed) + " hashed"
	}
	p.line("%s; %s%s in %.1f s", what, plural(int64(s.Checks), "check"), of, (time.Duration(s.DurationMS) * time.Millisecond).Seconds())
}

// Recognised prints what a text of the go command leads to: what was found here, then what fits and was not.
func (p *Printer) Recognised(list []report.Recognised, findings []report.Finding, why func(string) string) {
	if len(findings) > 0 {
		p.line("This is why, or may be:\n")
		verbose := p.Verbose
		p.Verbose = true // a note may be the answer
		p.Checked(findings, why)
		p.Verbose = verbose
	}
	var rest []report.Recognised
	for _, r := range list {
		if !r.Found {
			rest = append(rest, r)
		}
	}
	if len(rest) > 0 && len(findings) > 0 {
		p.line("The text fits these too, and their state was not found here:\n")
	} else if len(rest) > 0 {
		p.line("The text fits these, and their state was not found here:\n")
	}
	for _, r := range rest {
		p.line("%s: %s", p.Theme.Strong(p.clean(r.Check)), p.clean(r.Title))
		if r.Pattern != "" {
			p.line("  go says: %s", p.clean(inLine(r.Pattern)))
		}
		if !r.Looked && r.WhyNot != "" {
			p.line("  not looked for: %s", p.clean(r.WhyNot))
		}
		first, _, _ := strings.Cut(r.Look, "\n\n")
		p.paragraphs("  ", "to see it: ", first)
		p.line("  more: %s", p.clean("godoctor help "+r.Check))
		p.line("")
	}
	if len(list) == 0 && len(findings) == 0 {
		p.line("No check knows this text. 'godoctor check' looks at everything; 'godoctor help checks' lists what it looks for.")
	}
}
