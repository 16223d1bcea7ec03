package plain

import (
	"io"
	"strconv"
	"strings"

	"godoctor/doctor/privacy"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// GitHub writes findings as annotations of a GitHub workflow, one a line, the worst first: GitHub shows ten errors, ten
// warnings and ten notices of a step and drops the others.
//
//	::error file=go.sum,line=41,title=gosum-wrong: ...::message
//
// The syntax is that of "Workflow commands for GitHub Actions" in GitHub's documentation; the escapes are those of
// command.ts in the toolkit (actions/toolkit), which the runner undoes. Only a file below o.Root has file=: GitHub
// looks for it in the checkout. What the caches hold is named in the message.
func GitHub(w io.Writer, d *report.Document, o Export) error {
	var b strings.Builder
	for i := range d.Findings {
		f := &d.Findings[i]
		command := githubCommand(f.Severity)
		if f.Baseline { // nothing that this change did
			command = "notice"
		}
		b.WriteString("::" + command + " ")
		file, ok := inside(o.Root, f.Target.File)
		if !ok {
			file, ok = inside(o.Root, f.Target.Path)
		}
		if ok {
			b.WriteString("file=" + githubProperty(text.Clean(file)) + ",")
			if f.Target.File != "" && f.Target.Line > 0 {
				b.WriteString("line=" + strconv.Itoa(f.Target.Line) + ",")
			}
		}
		b.WriteString("title=" + githubProperty(text.Clean(f.Check+": "+f.Title)))
		b.WriteString("::" + githubData(strings.Join(message(f), "\n")) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// githubCommand is the command for a severity. Any other is a notice: it fails nothing.
func githubCommand(severity string) string {
	switch severity {
	case "error", "warning":
		return severity
	}
	return "notice"
}

var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubData escapes the message of a workflow command (escapeData in command.ts).
func githubData(s string) string { return githubDataEscapes.Replace(s) }

// githubProperty escapes the value of a property (escapeProperty in command.ts).
func githubProperty(s string) string { return githubPropertyEscapes.Replace(s) }

// message says what a finding is, in cleaned lines: target, title and detail, who says what, what differs, what to do.
// Annotations and SARIF have no other place for it that every viewer shows.
func message(f *report.Finding) []string {
	var out []string
	add := func(s string) { out = append(out, text.Clean(privacy.Secrets(s))) }
	add(subject(&f.Target, f.Title))
	for l := range strings.Lines(f.Detail) {
		add(strings.TrimRight(l, "\n"))
	}
	if f.Baseline {
		add("it stands in the baseline")
	}
	if at := place(&f.Target); at != "" {
		add("in " + at)
	}
	for _, e := range f.Evidence {
		s := e.Name + ": " + e.Says
		if e.Lies {
			s += " (differs)"
		}
		add(s)
	}
	shown := f.Files[:min(len(f.Files), fewFiles)]
	for _, x := range shown {
		add(x.Change + " " + x.Path)
	}
	if more := len(f.Files) - len(shown) + f.FilesMore; more > 0 {
		add("and " + plural(int64(more), "more file", "more files"))
	}
	if len(f.Fix) > 0 {
		s := "fix: " + f.Fix[0].Title
		if len(f.Fix[0].Argv) > 0 {
			s += ": " + Command(f.Fix[0].Argv)
		}
		add(s)
	}
	return out
}
