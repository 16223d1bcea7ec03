package plain

import (
	"fmt"
	"io"
	"strings"

	"godoctor/doctor/report"
)

// Checks prints the table of checks.
func (p *Printer) Checks(list []report.Check) {
	g := grid{right: make([]bool, 5)}
	g.add("CHECK", "SEVERITY", "COST", "COVERS", "TITLE")
	for i := range list {
		c := &list[i]
		g.add(p.clean(c.ID), p.clean(c.Severity), p.clean(c.Cost), p.clean(covers(c)), p.clean(c.Title))
	}
	g.write(p, "", nil)
}

// covers are the conditions of a check in one word; a dash where it has none.
func covers(c *report.Check) string {
	if len(c.Covers) == 0 {
		return "-"
	}
	return strings.Join(c.Covers, ",")
}

// ChecksMarkdown writes the table of checks as Markdown, and which of them covers which condition.
func ChecksMarkdown(w io.Writer, list []report.Check, conditions []report.Condition) error {
	r := newRedactor(Export{})
	var b strings.Builder
	b.WriteString("| check | severity | cost | covers | what |\n|---|---|---|---|---|\n")
	for i := range list {
		c := &list[i]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.code(c.ID), c.Severity, c.Cost, strings.Join(c.Covers, ", "), r.prose(c.Title))
	}
	b.WriteString("\n| condition | what | checks |\n|---|---|---|\n")
	for i := range conditions {
		c := &conditions[i]
		ids := make([]string, len(c.Checks))
		for k, id := range c.Checks {
			ids[k] = r.code(id)
		}
		told := strings.Join(ids, ", ")
		if c.Why != "" {
			told += " (" + r.prose(c.Why) + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.ID, r.prose(c.Title), told)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// costWords say what a class of cost is.
var costWords = map[string]string{
	"stat":    "settings, and a look at a few files",
	"read":    "reads some small files",
	"walk":    "goes through a cache or a project",
	"network": "asks somebody: only with --ask-proxy",
	"deep":    "hashes: only with --deep, or by 'godoctor verify'",
}

// CheckPage prints the manual page of a check.
func (p *Printer) CheckPage(c *report.Check) {
	p.paragraphs("", "", c.ID+" - "+c.Title)
	p.line("")
	p.line("  severity    %s", p.clean(c.Severity))
	if words := costWords[c.Cost]; words != "" {
		p.line("  cost        %s: %s", p.clean(c.Cost), words)
	}
	p.line("  looks at    %s", map[string]string{"project": "each project that is checked", "machine": "the machine"}[c.Subject])
	if len(c.Covers) > 0 {
		p.line("  conditions  %s", p.clean(strings.Join(c.Covers, ", ")))
	}
	if len(c.Says) > 0 {
		p.section("go says")
		for _, s := range c.Says {
			p.line("  go says: %s", p.clean(inLine(s)))
		}
	}
	for _, part := range [][2]string{{"why", c.Why}, {"how to see it", c.Look}, {"what to do", c.Do}} {
		if part[1] != "" {
			p.section(part[0])
			p.paragraphs("  ", "", part[1])
		}
	}
	p.section("see also")
	for _, s := range c.See {
		p.line("  %s", p.clean(s))
	}
	p.line("  godoctor check %s", p.clean(c.ID))
}

// section prints the head of a part of a page.
func (p *Printer) section(name string) { p.line("\n%s", p.Theme.Strong(strings.ToUpper(name))) }
