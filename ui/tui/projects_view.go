package tui

import (
	"fmt"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/scan/project"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

func (p *projects) render() []string {
	switch {
	case p.needs != nil:
		return p.needs.render(p.width, p.height)
	case p.data == nil || len(p.data.projs) == 0:
		return p.nothing()
	}
	out := []string{p.head()}
	rest := p.height - 1
	switch {
	case p.width >= wideWidth && p.height >= wideHeight-6:
		left := p.width * 66 / 100
		right := p.width - left
		list := p.pane(p.place(), p.listing(left-2, rest-2), left, rest)
		detail := indent(p.root.facts(right-4, p.detail()))
		return append(out, beside(list, p.pane(p.title(), detail, right, rest))...)
	case p.width >= bodyWidth && p.height >= 14:
		detail := indent(p.root.facts(p.width-2, p.detail()))
		rows := max(rest-1-max(len(detail), detailLines), rest/2)
		out = append(out, p.listing(p.width, rows)...)
		out = append(out, p.rule(p.width))
		return append(out, detail[:min(len(detail), p.height-len(out))]...)
	}
	return append(out, p.listing(p.width, rest)...)
}

// nothing is the screen without projects.
func (p *projects) nothing() []string {
	s := "Looking for projects ..."
	switch d := p.data; {
	case d == nil || d.who == nil && p.asking() && d.inv.Projects == nil:
	case d.who == nil && p.asking():
		s = plural(len(d.inv.Projects.Projects), "project") + " found; working out what they need ..."
	case d.who == nil || d.who.inv.Projects == nil:
		s = "Projects were not looked for, so nothing is called unused. R looks again."
	default:
		s = "No project was found"
		if list := p.searched(); list != "" {
			s += " below " + list
		}
		s += ": start godoctor with --root DIR, or name roots in its configuration. Until then nothing is called unused."
	}
	var out []string
	for _, l := range wrap(s, p.width-2) {
		out = append(out, line(p.width, span{" " + l, nil}))
	}
	return out
}

// searched are the directories in which projects were looked for.
func (p *projects) searched() string {
	var list []string
	for _, r := range p.data.who.inv.Projects.Roots {
		if r.Exists {
			list = append(list, p.env.path(r.Path))
		}
	}
	return strings.Join(list, ", ")
}

func (p *projects) place() string {
	return fmt.Sprintf("Projects, row %s of %s", text.Count(int64(min(p.list.Cursor()+1, p.list.Len()))), text.Count(int64(p.list.Len())))
}

func (p *projects) title() string {
	if row := p.selected(); row != nil {
		return lastElements(row.name)
	}
	return ""
}

// toFetch is what all projects together lack.
func (p *projects) toFetch() string {
	if p.data.missing == 0 {
		return "nothing to fetch"
	}
	return "about " + text.Bytes(p.data.missing) + " to fetch"
}

// detail is what there is to know of the selected project.
func (p *projects) detail() []fact {
	row := p.selected()
	if row == nil {
		return nil
	}
	q := row.p
	out := []fact{{"FILE", row.path + hereMark(row)}}
	if q.Module != "" {
		out = append(out, fact{"MODULE", row.name + kindMark(row)})
	}
	out = append(out, fact{"GO", p.goFact(row)}, fact{"OFFLINE", p.offlineFact(row)}, fact{"NEEDS", needsFact(row)})
	if fetch := fetchFact(row); fetch != "" {
		out = append(out, fact{"FETCH", fetch})
	}
	out = append(out, fact{"GO.SUM", row.sum})
	if q.Doubted {
		out = append(out, fact{"DOUBT", "not everything that it needs is known; what it names is kept (e tells more)"})
	}
	for _, d := range q.Doubts {
		at := ""
		if d.Line > 0 {
			at = fmt.Sprintf(" (%s:%d)", p.env.path(d.File), d.Line)
		}
		out = append(out, fact{"DOUBT", p.env.say(d.Message) + at})
	}
	if n := len(q.Branches); n > 0 {
		out = append(out, fact{"GIT", plural(n, "other state of its files", "other states of its files") + " on branches or in stashes: what they name is kept"})
	}
	return out
}

func hereMark(row *projectRow) string {
	if row.here {
		return "  (godoctor was started here)"
	}
	return ""
}

// kindMark says what kind of project it is, if that is not a plain module.
func kindMark(row *projectRow) string {
	s := ""
	if row.p.Kind == project.Modfile {
		s += "  (a -modfile)"
	}
	if row.p.Weak {
		s += "  (below testdata)"
	}
	return s
}

// goFact says what the lines of the file are, what go selects, and what decides it.
func (p *projects) goFact(row *projectRow) string {
	q := row.p
	s := "go " + row.goLine
	if q.Go == "" {
		s = "no go line"
	}
	if q.Toolchain != "" {
		s += ", toolchain " + p.env.clean(q.Toolchain)
	}
	if q.Selects == "" {
		return s + ": no go command is there to select a toolchain"
	}
	s += ": selects " + p.env.clean(q.Selects) + " (" + p.env.clean(q.Decides) + ")"
	if !q.Installed {
		s += ", which is not installed"
	}
	return s
}

// offlineFact says whether it works offline, and everything that is in the way.
func (p *projects) offlineFact(row *projectRow) string {
	if row.p.Offline {
		return "yes: go build, vet and test need no network"
	}
	word := report.OfflineWord(row.p)
	if len(row.p.Because) == 0 {
		return word
	}
	return word + ": " + p.env.say(strings.Join(row.p.Because, "; "))
}

func needsFact(row *projectRow) string {
	q := row.p
	if q.Vendored {
		return plural(q.Selected, "module version") + " selected; it builds from its vendor directory"
	}
	return fmt.Sprintf("%s selected; builds may need %s, of which %s are present", plural(q.Selected, "module version"),
		text.Count(int64(q.Needed)), text.Count(int64(q.Present)))
}

// fetchFact says what go would fetch; empty: nothing.
func fetchFact(row *projectRow) string {
	q := row.p
	if q.MissingBytes == 0 {
		return ""
	}
	s := "about " + text.Bytes(q.MissingBytes)
	if q.Seconds > 0 {
		s += ", " + text.Duration(time.Duration(q.Seconds*float64(time.Second))) + " at the rate of the last download"
	}
	return s
}

// listing draws the list with its heading in exactly height lines.
func (p *projects) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	if width < bodyWidth-4 {
		p.list.Resize(height)
		return p.list.Render(width, height, p.narrowRow, p.rowStyle)
	}
	p.list.Resize(height - 1)
	out := []string{line(width, span{"  " + p.columns.Header(width-1-table.Gutter), p.theme.Muted})}
	for _, l := range p.list.Render(width-1, height-1, p.row, p.rowStyle) {
		out = append(out, l+" ")
	}
	return out
}

func (p *projects) row(i, w int) string {
	r := &p.data.projs[i]
	return p.columns.Row(w, r.name, r.goLine, r.selects, r.present, r.fetch, r.sum, report.OfflineWord(r.p), r.path)
}

// narrowRow is a row with name and how much is present.
func (p *projects) narrowRow(i, w int) string {
	r := &p.data.projs[i]
	return text.FitMiddle(r.name, max(w-10, 0)) + text.Right(r.present, 10)
}

// rowStyle dresses a row: where one is, what is not fully known, what is a fixture of tests.
func (p *projects) rowStyle(row int, selected bool, l string) string {
	switch r := &p.data.projs[row]; {
	case selected:
		return p.theme.Selected(l)
	case r.here:
		return p.theme.Strong(l)
	case r.p.Doubted || r.p.GoSum == "conflict":
		return p.theme.Warn(l)
	case r.p.Weak:
		return p.theme.Muted(l)
	}
	return l
}
