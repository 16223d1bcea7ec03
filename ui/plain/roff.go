package plain

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Roff writes a manual page in the macros of man(7), of which it uses those that groff and mandoc both know. All text is escaped:
// no word of a help text can be taken for a request. It is used by one goroutine; the first error ends the writing, and is that
// of [Roff.End].
type Roff struct {
	w     *bufio.Writer
	begun bool // something stands below the last head: a paragraph needs a macro
}

// PageName is what stands at the top and the bottom of a manual page.
type PageName struct {
	Name    string // godoctor-ls
	Section int    // 1: a command; 7: what is about none
	Date    string // 2006-01-02; "": not known
	Source  string // the program and its version
	Title   string // what the name stands for, in a line
}

// NewRoff begins a page: its head, and the section NAME.
func NewRoff(w io.Writer, n PageName) *Roff {
	r := &Roff{w: bufio.NewWriter(w)}
	date := strings.ReplaceAll(quoteRoff(n.Date), `\-`, "-") // mandoc knows it as a date with plain hyphens only
	fmt.Fprintf(r.w, ".TH %s %d %s %s %s\n", quoteRoff(strings.ToUpper(n.Name)), n.Section, date, quoteRoff(n.Source), quoteRoff("godoctor manual"))
	// Left-aligned and unhyphenated: flags and paths that are broken up cannot be copied.
	fmt.Fprint(r.w, ".ad l\n.nh\n")
	r.Section("name")
	fmt.Fprintf(r.w, "%s \\- %s\n", lineRoff(n.Name), escapeRoff(n.Title))
	return r
}

// Section begins a section.
func (r *Roff) Section(name string) { r.head(".SH", strings.ToUpper(name)) }

// Part begins a part of a section.
func (r *Roff) Part(name string) { r.head(".SS", name) }

func (r *Roff) head(macro, name string) {
	fmt.Fprintf(r.w, "%s %s\n", macro, quoteRoff(name))
	r.begun = false
}

// paragraph begins a paragraph. Below a head one begins by itself, and mandoc remarks on a second beginning.
func (r *Roff) paragraph() {
	if r.begun {
		r.w.WriteString(".PP\n")
	}
	r.begun = true
}

// Synopsis writes a line of a command, its words in bold up to the first that is to be replaced.
func (r *Roff) Synopsis(command, rest string) {
	r.paragraph()
	fmt.Fprintf(r.w, "\\fB%s\\fR%s\n", escapeRoff(command), escapeRoff(" "+rest))
}

// Item writes a term in bold, what follows it in italics, and what it means.
func (r *Roff) Item(term, value, meaning string) {
	r.begun = true
	r.w.WriteString(".TP\n\\fB" + escapeRoff(term) + "\\fR")
	if value != "" {
		r.w.WriteString(" \\fI" + escapeRoff(value) + "\\fR")
	}
	r.w.WriteString("\n" + lineRoff(meaning) + "\n")
}

// Text writes paragraphs, which empty lines separate. Lines that are indented stand as they are, as an example.
func (r *Roff) Text(text string) {
	for _, para := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		open, begun := false, false
		for _, l := range strings.Split(para, "\n") {
			if example := strings.HasPrefix(l, "  "); example != open || !begun {
				if open {
					r.w.WriteString(".fi\n.RE\n")
				}
				if r.paragraph(); example {
					r.w.WriteString(".RS 4\n.nf\n")
				}
				open, begun = example, true
			}
			r.w.WriteString(lineRoff(strings.TrimPrefix(l, "  ")) + "\n")
		}
		if open {
			r.w.WriteString(".fi\n.RE\n")
		}
	}
}

// Pages names other pages, each with its section.
func (r *Roff) Pages(list []string) {
	r.paragraph()
	for i, p := range list {
		r.w.WriteString(lineRoff(p) + map[bool]string{true: "\n", false: ",\n"}[i == len(list)-1])
	}
}

// End writes what is left, and gives the first error.
func (r *Roff) End() error { return r.w.Flush() }

// escapes are what troff would take for something else, or set as something else.
var escapes = strings.NewReplacer(`\`, `\(rs`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "\t", "    ", "\n", " ")

// escapeRoff makes text that stands in a line. What is not ASCII is named by its number; control characters are not text.
func escapeRoff(s string) string {
	var b strings.Builder
	for _, c := range escapes.Replace(s) {
		switch {
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\(rsx%02x`, c)
		case c > '~':
			fmt.Fprintf(&b, `\[u%04X]`, c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// lineRoff makes a line of text: one that begins with a dot is not a request. (An apostrophe was escaped.)
func lineRoff(s string) string {
	s = escapeRoff(strings.TrimRight(s, " "))
	if strings.HasPrefix(s, ".") {
		return `\&` + s
	}
	return s
}

// quoteRoff makes an argument of a macro.
func quoteRoff(s string) string { return `"` + strings.ReplaceAll(escapeRoff(s), `"`, `\(dq`) + `"` }
