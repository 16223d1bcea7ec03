package tui

import (
	"context"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/usage"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// needs is the list of what one project needs: each module version, what go does about it, and the file that decides.
type needs struct {
	*root
	project *projectRow
	rows    []needRow // nil until they are worked out
	known   bool
	list    table.List[string]
	columns *table.Columns
}

// needRow is one module version. All text but key is clean.
type needRow struct {
	key                            string
	name, does, file, size, actual string
}

// A needsMsg is what was worked out, for the list that waits for it. Once that is closed nobody sees it.
type needsMsg struct {
	needs *needs
	rows  []needRow
}

// newNeeds opens the list of a project. What it needs is worked out by the command.
func newNeeds(r *root, row *projectRow) (*needs, tea.Cmd) {
	n := &needs{root: r, project: row, columns: table.NewColumns(
		table.Column{Title: "MODULE", Width: 28, Flex: 2, Middle: true},
		table.Column{Title: "GO DOES", Width: 15},
		table.Column{Title: "SIZE", Width: 9, Right: true, Drop: 1},
		table.Column{Title: "BECAUSE OF", Width: 11, Drop: 2},
		table.Column{Title: "REPLACED BY", Width: 24, Flex: 1, Middle: true, Drop: 3},
	)}
	use, e := r.data.who.use, *r.env
	_, cmd := r.jobs.start(func(context.Context) tea.Msg {
		list := use.Needs(row.p)
		slices.SortStableFunc(list, func(a, b usage.Need) int { return doingRank(a.Doing) - doingRank(b.Doing) })
		rows := make([]needRow, len(list))
		for i := range list {
			rows[i] = newNeedRow(&list[i], &e)
		}
		return needsMsg{n, rows}
	})
	return n, cmd
}

// doingRank puts first what is not there.
func doingRank(d usage.Doing) int {
	return slices.Index([]usage.Doing{usage.Download, usage.Unpack, usage.Hit, usage.Local}, d)
}

func newNeedRow(n *usage.Need, e *env) needRow {
	row := needRow{key: n.Version.String(), name: e.clean(n.Version.String()), does: n.Doing.String(), file: n.File}
	if n.Doing == usage.Download {
		row.size = "~" + text.Bytes(n.Bytes)
	}
	if n.Actual != n.Version {
		row.actual = e.clean(n.Actual.String())
		if n.Actual.Version == "" {
			row.actual = e.path(n.Actual.Path)
		}
	}
	return row
}

// fill takes what was worked out.
func (n *needs) fill(rows []needRow) {
	n.rows, n.known = rows, true
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = rows[i].key
	}
	n.list.SetRows(names, nil)
}

func (n *needs) keys() []key.Binding {
	return []key.Binding{moveHint, keys.back, bind("y", "copy name", "y"), keys.copyCommand}
}

// update reports whether the list is to be closed.
func (n *needs) update(m tea.KeyPressMsg) (cmd tea.Cmd, closed bool) {
	if moveKeys(&n.list, m) {
		return nil, false
	}
	i := n.list.Selected()
	switch {
	case key.Matches(m, keys.back, keys.left):
		return nil, true
	case i < 0:
	case key.Matches(m, keys.copy):
		return n.copyText("module version", n.rows[i].key), false
	case key.Matches(m, keys.copyCommand):
		return n.copyText("command", "godoctor why "+shellWord(n.rows[i].key)), false
	}
	return nil, false
}

func (n *needs) render(width, height int) []string {
	p := n.project
	out := []string{line(width, span{" " + p.name + " ", n.theme.Strong}, span{p.path, n.theme.Muted})}
	if height >= 6 {
		why := (&projects{root: n.root}).offlineFact(p)
		lines := wrap("offline "+why, width-2)
		for _, l := range lines[:min(len(lines), max(height/4, 1))] {
			out = append(out, line(width, span{" " + l, nil}))
		}
		out = append(out, line(width, span{" " + needsFact(p), n.theme.Muted}), line(width))
	}
	rest := max(height-len(out), 0)
	switch {
	case !n.known:
		return append(out, line(width, span{" working out what it needs ...", nil}))
	case len(n.rows) == 0:
		return append(out, line(width, span{" it needs nothing of the module cache", nil}))
	case rest > 1 && width >= bodyWidth:
		out = append(out, line(width, span{"  " + n.columns.Header(width-1-table.Gutter), n.theme.Muted}))
		rest--
	}
	row := n.row
	if width < bodyWidth {
		row = n.narrowRow
	}
	n.list.Resize(rest)
	for _, l := range n.list.Render(width-1, rest, row, n.style) {
		out = append(out, l+" ")
	}
	return out
}

func (n *needs) row(i, w int) string {
	r := &n.rows[i]
	return n.columns.Row(w, r.name, r.does, r.size, r.file, r.actual)
}

// narrowRow is a row with the name and what go does.
func (n *needs) narrowRow(i, w int) string {
	r := &n.rows[i]
	return text.FitMiddle(r.name, max(w-10, 0)) + text.Right(r.does, 10)
}

func (n *needs) style(row int, selected bool, l string) string {
	switch {
	case selected:
		return n.theme.Selected(l)
	case n.rows[row].size != "":
		return n.theme.Warn(l)
	}
	return l
}
