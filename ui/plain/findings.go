package plain

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// An Export is what the formats that leave this machine (SARIF, GitHub annotations, Markdown) need to know of it. What
// they say of findings is always the same findings, in the order of the document; which exit code they give is
// the caller's.
type Export struct {
	Root  string // the top of the checkout or project: files in it are named relative to it; may be empty
	Rules []Rule // every check there is; without it, the checks that found something

	// For Markdown only.
	Home    string   // of the user: becomes ~
	User    string   // becomes USER
	Hosts   []string // private hosts, of proxies, GOPRIVATE and the like: they and what lies below them become HOST
	Verbose bool     // the long lists too
}

// How much of a list is shown without --verbose.
const fewFiles = 5

// Findings prints findings, a paragraph each; nothing if there are none.
func (p *Printer) Findings(list []report.Finding) {
	for i := range list {
		p.finding(&list[i])
		p.line("")
	}
}

func (p *Printer) finding(f *report.Finding) {
	word := severityWord(f.Severity)
	switch f.Severity {
	case "error":
		word = p.Theme.Bad(word)
	case "warning":
		word = p.Theme.Warn(word)
	}
	p.line("%s %s %s%s", word, p.clean(f.Check), p.Theme.Strong(p.clean(subject(&f.Target, f.Title))), known(f))
	if f.Detail != "" {
		p.line("  %s", p.clean(inLine(f.Detail)))
	}
	if at := place(&f.Target); at != "" {
		p.line("  in %s", p.clean(at))
	}
	p.evidence(f.Evidence)
	p.files(f)
	for i := range f.Fix {
		p.fix(&f.Fix[i])
	}
	if f.Docs != "" {
		p.line("  more: %s", p.clean("godoctor help "+f.Docs))
	}
}

// inLine keeps words that follow an indent from beginning with "::". The log of a GitHub workflow takes such a line for a
// command, whatever space stands before it.
func inLine(s string) string {
	if strings.HasPrefix(strings.TrimSpace(s), "::") {
		return "- " + s
	}
	return s
}

// severityWord is the word that a line of text begins with.
func severityWord(severity string) string {
	switch severity {
	case "error":
		return "ERROR"
	case "warning":
		return "WARN"
	}
	return "NOTE"
}

// subject is target and title in one line, raw.
func subject(t *report.Target, title string) string {
	if name := t.String(); name != "" {
		return name + ": " + title
	}
	return title
}

// place is the file or path of a target where its name does not say it already, raw.
func place(t *report.Target) string {
	at := t.Path
	if t.File != "" {
		if at = t.File; t.Line > 0 {
			at += ":" + strconv.Itoa(t.Line)
		}
	}
	if at == t.String() {
		return ""
	}
	return at
}

// evidence prints the witnesses below each other, the one that lies marked with a word.
func (p *Printer) evidence(list []report.Evidence) {
	g := grid{right: []bool{false, false, false, false}}
	lies := false
	for _, e := range list {
		mark := ""
		if e.Lies {
			mark, lies = "DIFFERS", true
		}
		g.add(p.clean(inLine(e.Name)), p.clean(e.Says), mark, p.clean(e.From))
	}
	if !lies { // then the column is not worth its place
		for i, row := range g.rows {
			g.rows[i] = []string{row[0], row[1], row[3]}
		}
		g.right = g.right[1:]
	}
	g.write(p, "  ", func(row int, line string) string {
		if list[row].Lies {
			return p.Theme.Bad(line)
		}
		return line
	})
}

// files prints the files that differ, a few of them without --verbose.
func (p *Printer) files(f *report.Finding) {
	shown := f.Files
	if !p.Verbose {
		shown = shown[:min(len(shown), fewFiles)]
	}
	g := grid{right: []bool{false, false}}
	for _, x := range shown {
		g.add(p.clean(inLine(x.Change)), p.clean(x.Path))
	}
	g.write(p, "  ", nil)
	if more := len(f.Files) - len(shown) + f.FilesMore; more > 0 {
		hint := ""
		if len(shown) < len(f.Files) {
			hint = " (-v shows more)"
		}
		p.line("  and %s%s", plural(int64(more), "more file", "more files"), hint)
	}
}

// fix prints a way to mend it: what it does, what it costs, and its command.
func (p *Printer) fix(x *report.Fix) {
	p.line("  fix: %s (%s)", p.clean(x.Title), p.cost(x))
	if len(x.Argv) > 0 {
		p.line("       %s", p.Theme.Accent(p.clean(inLine(Command(x.Argv)))))
	}
}

// cost says what a fix needs and whether it can be taken back.
func (p *Printer) cost(x *report.Fix) string {
	s := "offline"
	if x.NeedsNetwork {
		s = "needs the network"
	}
	if x.Bytes > 0 {
		s += ", " + p.size(x.Bytes)
	}
	if x.Undo == "" {
		return s + ", cannot be undone"
	}
	return s + ", undo: " + p.clean(x.Undo)
}

// Command writes an argument vector as a person would type it into a POSIX shell. It is for display, raw: what runs is the
// vector.
func Command(argv []string) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = a
		if a == "" || a[0] == '~' || strings.Trim(a, plainWord) != "" {
			words[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// plainWord are the characters that no shell takes for anything but themselves.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,~"

// Verified prints how a verification went.
func (p *Printer) Verified(s report.VerifySummary) {
	line := plural(int64(s.Verified), "module version") + " verified"
	if s.Unchanged > 0 {
		line += ", " + text.Count(int64(s.Unchanged)) + " unchanged since they were"
	}
	if rest := s.Modules - s.Verified - s.Unchanged; rest > 0 {
		line += ", " + text.Count(int64(rest)) + " not"
	}
	found := p.tally(s.Errors, s.Warnings, s.Notes)
	if s.Known > 0 {
		found += ", " + text.Count(int64(s.Known)) + " of them in the baseline"
	}
	p.line("%s: %s; %s hashed", line, found, p.size(s.BytesHashed))
}

// tally counts findings in words, with the colour of the worst.
func (p *Printer) tally(errors, warnings, notes int) string {
	s := tally(errors, warnings, notes)
	switch {
	case errors > 0:
		return p.Theme.Bad(s)
	case warnings > 0:
		return p.Theme.Warn(s)
	}
	return p.Theme.Good(s)
}

func tally(errors, warnings, notes int) string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{errors, "error"}, {warnings, "warning"}, {notes, "note"}} {
		if c.n > 0 {
			parts = append(parts, plural(int64(c.n), c.what))
		}
	}
	if parts == nil {
		return "nothing found"
	}
	return strings.Join(parts, ", ")
}

// inside gives the name of a file relative to root, with slashes, if it lies in it. It looks at names only.
func inside(root, file string) (string, bool) {
	if root == "" || file == "" || !filepath.IsAbs(file) {
		return "", false
	}
	rel, err := filepath.Rel(root, file)
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// onWindows says whether names have drives and backslashes.
const onWindows = runtime.GOOS == "windows"
