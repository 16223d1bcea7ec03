package plain

import (
	"cmp"
	"fmt"
	"io"

	"godoctor/doctor/compare"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// valueWidth bounds a value in a line for people; -v shows all of it.
const valueWidth = 160

// Kept says that a snapshot was written.
func (p *Printer) Kept(file string, s report.SnapshotSummary) {
	what := plural(int64(s.Settings), "setting")
	if s.Project != "" {
		what += fmt.Sprintf(", %s of %s", plural(int64(s.Modules), "module"), p.clean(s.Project))
	}
	p.line("%s: %s; no secrets, no names", p.clean(file), what)
}

// Compared prints what differs, a block each: what, both values, and why it matters.
func (p *Printer) Compared(s report.CompareSummary, list []report.Difference) {
	for _, x := range []struct {
		letter string
		side   report.Side
	}{{"A", s.A}, {"B", s.B}} {
		p.line("%s  %s", p.Theme.Strong(x.letter), p.clean(x.side.Words()))
	}
	p.line("")
	hidden := 0
	for i := range list {
		d := &list[i]
		if d.Effect == compare.Nothing && !p.Verbose {
			hidden++
			continue
		}
		name := p.clean(d.Title())
		switch d.Effect {
		case compare.Code, compare.Output:
			name = p.Theme.Warn(name)
		default:
			name = p.Theme.Strong(name)
		}
		p.line("%s  can change: %s", name, d.Effect.Word())
		p.line("  A  %s", p.value(d.A, d.FromA))
		p.line("  B  %s", p.value(d.B, d.FromB))
		p.line("  %s", p.clean(d.Why))
		if p.Verbose {
			p.line("  to do: %s", p.clean(d.Do()))
		}
	}
	p.compareTally(s, hidden)
}

func (p *Printer) compareTally(s report.CompareSummary, hidden int) {
	if s.Differences > hidden {
		p.line("")
	}
	switch {
	case s.Differences == 0:
		p.line("no difference in %s", plural(int64(s.Same), "thing"))
	default:
		p.line("%s, %s can change what a build makes; %s alike", plural(int64(s.Differences), "difference"), text.Count(int64(s.Matter)), plural(int64(s.Same), "thing"))
	}
	if hidden > 0 {
		p.line("%s nothing of a build (-v lists them)", plural(int64(hidden), "difference changes", "differences change"))
	}
	for _, x := range s.Silent {
		p.line("%s %s", p.Theme.Muted("note:"), p.clean(x))
	}
}

// value is a value and where it comes from, in one line.
func (p *Printer) value(v, from string) string {
	v = cmp.Or(p.clean(v), "not set")
	if !p.Verbose {
		v = text.FitMiddle(v, min(text.Width(v), valueWidth))
	}
	if from != "" {
		v += "  (" + p.clean(from) + ")"
	}
	return v
}

// compared writes what differs as a table of Markdown, every row with its sentence.
func compared(w io.Writer, d *report.Document, o Export) error {
	m := &markdown{redactor: newRedactor(o), o: o}
	s := d.Summary.(report.CompareSummary)
	m.line("**godoctor compare**\n")
	m.line("- A: %s", m.prose(s.A.Words()))
	m.line("- B: %s", m.prose(s.B.Words()))
	m.line("- %s, %d can change what a build makes\n", plural(int64(s.Differences), "difference"), s.Matter)
	if len(d.Differences) > 0 {
		m.line("| what | A | B | can change | why |\n|---|---|---|---|---|")
	}
	shown := 0
	for i := range d.Differences {
		x := &d.Differences[i]
		if x.Effect == compare.Nothing && !o.Verbose || shown == fewRows {
			continue
		}
		shown++
		m.line("| %s | %s | %s | %s | %s |", m.code(x.Title()), m.code(x.A), m.code(x.B), x.Effect.Word(), m.prose(x.Why))
	}
	if n := len(d.Differences) - shown; n > 0 {
		m.line("\n%s not listed.", plural(int64(n), "more difference is", "more differences are"))
	}
	for _, x := range s.Silent {
		m.line("\n%s.", m.prose(x))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}
