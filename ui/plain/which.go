package plain

import (
	"fmt"
	"strings"

	"godoctor/doctor/report"
)

// Which prints which Go runs in a directory, and why.
func (p *Printer) Which(s *report.WhichSummary) {
	o := &s.Here
	switch {
	case o.Fails == "too-old":
		p.line("%s in %s: %s", p.Theme.Bad("nothing can be built"), p.clean(s.Dir), p.clean(p.because(s, o)))
		p.line("  %s runs, and says: %s", p.clean(o.Toolchain), p.clean(o.Error))
	case o.Error != "":
		p.line("%s in %s: %s", p.Theme.Bad("no go command works"), p.clean(s.Dir), p.clean(p.because(s, o)))
		if o.Fails != "no-go" {
			p.line("  go says: %s", p.clean(o.Error))
		}
	case o.From == "download":
		p.line("%s would run in %s: %s", p.Theme.Strong(p.clean(o.Toolchain)), p.clean(s.Dir), p.clean(p.because(s, o)))
	default:
		p.line("%s runs in %s: %s", p.Theme.Strong(p.clean(o.Toolchain)), p.clean(s.Dir), p.clean(p.because(s, o)))
	}
	if how := p.how(o); how != "" {
		p.line("  %s", p.clean(how))
	}
	if o.Ignored.Says != "" {
		p.line("  %s %s is not heeded", p.Theme.Warn("note:"), p.clean(said(o.Ignored)))
	}
	if s.Deps != "" {
		p.line("  %s a dependency asks for go %s: go looks for a newer toolchain, or stops where it may not", p.Theme.Warn("note:"), p.clean(s.Deps))
	}
	g := grid{right: []bool{false, false}}
	g.add("go", p.clean(strings.TrimSpace(s.Local+" "+s.Command)))
	g.add("GOTOOLCHAIN", p.clean(strings.TrimPrefix(said(s.Setting), "GOTOOLCHAIN=")))
	for _, l := range []report.WhichLine{s.Go, s.Toolchain} {
		if l.Says != "" {
			key, value, _ := strings.Cut(said(l), " ")
			g.add(key+" line", p.clean(value))
		}
	}
	g.add("with auto", p.clean(p.other(s, &s.Auto)))
	g.add("with local", p.clean(p.other(s, &s.Alone)))
	g.write(p, "  ", nil)
}

// because says what decided.
func (p *Printer) because(s *report.WhichSummary, o *report.WhichOutcome) string {
	switch {
	case o.Fails == "no-go":
		return "there is none in PATH"
	case o.Decided.Says != "":
		return said(o.Decided) + " decides that"
	case o.Fails == "too-old":
		return said(s.Go) + " asks for more than " + o.Toolchain
	}
	return "it is the go that is typed, and nothing asks for a newer one"
}

// how says where the toolchain is or comes from.
func (p *Printer) how(o *report.WhichOutcome) string {
	text := ""
	switch o.From {
	case "local", "module-cache":
		text = o.Path
	case "path":
		text = "the program " + o.Path
	case "zip":
		text = "it is unpacked from its zip in the module cache"
	case "download":
		return "it is not here: go downloads " + o.Module
	}
	if o.Error != "" {
		text = o.Blocked
	}
	if o.Asks != "" {
		text += "; its signed record is not here: " + o.Asks + " is asked first"
	}
	return text
}

// other says what one gets with another value of GOTOOLCHAIN.
func (p *Printer) other(s *report.WhichSummary, o *report.WhichOutcome) string {
	if o.Error != "" {
		return "go says: " + o.Error
	}
	text := o.Toolchain
	switch o.From {
	case "download":
		text += ", downloaded"
	case "module-cache", "zip":
		text += ", from the module cache"
	case "path":
		text += ", " + o.Path
	}
	if o.Decided.Says != "" && o.Decided.File != "" && o.Decided != s.Setting {
		text += ", by " + said(o.Decided)
	}
	if o.Ignored.Says != "" {
		text += "; " + o.Ignored.Says + " is not heeded"
	}
	return text
}

// said is a line and where it stands.
func said(l report.WhichLine) string {
	switch {
	case l.File != "" && l.Line > 0:
		return fmt.Sprintf("%s (%s:%d)", l.Says, l.File, l.Line)
	case l.File != "":
		return fmt.Sprintf("%s (%s)", l.Says, l.File)
	case l.From != "":
		return fmt.Sprintf("%s (%s)", l.Says, l.From)
	}
	return l.Says
}
