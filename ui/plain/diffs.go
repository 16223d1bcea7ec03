package plain

import (
	"strings"

	"godoctor/doctor/report"
)

// Diffs prints what became of the files of findings, as far as it was looked up: unified diffs from the zip to the
// directory, behind a rule, so that no line of a file is taken for one of ours, nor for a command of a workflow.
func (p *Printer) Diffs(list []report.Finding) {
	for i := range list {
		f := &list[i]
		if len(f.Diffs) == 0 {
			continue
		}
		p.line("%s", p.Theme.Strong(p.clean("diff of "+f.Target.String())))
		for j := range f.Diffs {
			p.diff(&f.Diffs[j])
		}
		if n := len(f.Files) + f.FilesMore - len(f.Diffs); n > 0 {
			p.line("  %s not shown", plural(int64(n), "more file is", "more files are"))
		}
		p.line("")
	}
}

// diff prints one file. A tab is as wide as in the other views of a diff.
func (p *Printer) diff(d *report.Diff) {
	if d.Why != "" {
		p.line("  | %s: %s", p.clean(d.Path), p.clean(d.Why))
	}
	for n, l := range d.Lines {
		s := p.clean(strings.ReplaceAll(l, "\t", "    "))
		switch {
		case n < 2: // the names
			s = p.Theme.Muted(s)
		case strings.HasPrefix(l, "@@"):
			s = p.Theme.Accent(s)
		case strings.HasPrefix(l, "+"):
			s = p.Theme.Good(s)
		case strings.HasPrefix(l, "-"):
			s = p.Theme.Bad(s)
		}
		p.line("  | %s", s)
	}
	if d.More > 0 {
		p.line("  | and %s", plural(int64(d.More), "more line", "more lines"))
	}
}
