package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan/toolchain"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// toolchains is the screen of every installed Go: the one that runs first, then by version.
type toolchains struct {
	*root
	list    table.List[string]
	columns *table.Columns

	width, height int
}

func newToolchains(r *root) *toolchains {
	return &toolchains{root: r, columns: table.NewColumns(
		table.Column{Title: "VERSION", Width: 20, Flex: 1},
		table.Column{Title: "PLATFORM", Width: 13, Drop: 4},
		table.Column{Title: "SOURCE", Width: 9, Drop: 1},
		table.Column{Title: "SIZE", Width: 9, Right: true},
		table.Column{Title: "PROJECTS", Width: 8, Right: true, Drop: 2},
		table.Column{Title: "SUPPORT", Width: 18, Drop: 3},
	)}
}

// all is the list, nil while nothing is known.
func (t *toolchains) all() []toolchain.Toolchain {
	if t.data == nil || t.data.inv.Toolchains == nil {
		return nil
	}
	return t.data.inv.Toolchains.Toolchains
}

func (t *toolchains) setData(*data) {
	roots := make([]string, len(t.all()))
	for i := range roots {
		roots[i] = t.all()[i].Root
	}
	t.list.SetRows(roots, nil)
}

func (t *toolchains) resize(w, h int) {
	t.width, t.height = w, h
	t.list.Resize(max(h-3, 1)) // about right until it is drawn
}

func (t *toolchains) typing() textfield { return nil }

func (t *toolchains) keys() []key.Binding {
	list := []key.Binding{moveHint, keys.open, keys.copy, keys.copyCommand}
	if t.Repair != nil {
		get := keys.run
		get.SetHelp("x", "fetch a Go")
		list = slices.Insert(list, 2, get)
	}
	return list
}

func (t *toolchains) selected() *toolchain.Toolchain {
	if i := t.list.Selected(); i >= 0 && i < len(t.all()) {
		return &t.all()[i]
	}
	return nil
}

func (t *toolchains) update(m tea.KeyPressMsg) tea.Cmd {
	if moveKeys(&t.list, m) {
		return nil
	}
	s := t.selected()
	switch {
	case key.Matches(m, keys.run):
		return t.askGet()
	case s == nil:
	case key.Matches(m, keys.open, keys.right):
		t.dialog = factsDialog(t.name(s), t.detail())
	case key.Matches(m, keys.copy):
		return t.copyText("path", s.Root)
	case key.Matches(m, keys.copyCommand):
		return t.copyText("command", "godoctor toolchains")
	}
	return nil
}

// factsDialog shows facts in full.
func factsDialog(title string, facts []fact) *dialog {
	d := &dialog{title: title}
	for _, f := range facts {
		d.lines = append(d.lines, entry{label: f.word, text: f.text})
	}
	return d
}

func (t *toolchains) name(s *toolchain.Toolchain) string {
	return t.env.clean(cmp.Or(s.Version, "unknown version"))
}

// users is who selects the toolchain with that index.
func (t *toolchains) users(i int) goUsers {
	if i < len(t.data.goUsers) {
		return t.data.goUsers[i]
	}
	return goUsers{}
}

// selectedBy is how many projects select it.
func (t *toolchains) selectedBy(i int) string {
	switch g := t.users(i); {
	case g.known:
		return text.Short(int64(len(g.projects)))
	case t.asking():
		return "..."
	}
	return "?"
}

// needed says who selects it, and names a few.
func (t *toolchains) needed(i int) string {
	g := t.users(i)
	switch {
	case !g.known && t.asking():
		return "who selects it is being looked for ..."
	case !g.known:
		return "unknown: projects were not looked for"
	case len(g.projects) > 0:
		return t.selectors(g.projects)
	case g.orphan:
		return "nobody here selects it"
	case g.use != nil && len(g.use.Others) > 0:
		return "no project selects it, but " + t.env.clean(strings.Join(g.use.Others, "; "))
	case g.use != nil && len(g.use.Uses) > 0:
		return "no project selects it now, but " + plural(len(g.use.Uses), "project") + " may"
	case g.use != nil:
		return "no project selects it; it is " + string(g.use.State)
	}
	return "no project found selects it"
}

// selectors names the first of the projects that select a toolchain, and says what decides: once, where it is the same
// everywhere.
func (t *toolchains) selectors(list []int32) string {
	const few = 4
	first, same := t.data.projs[list[0]].p.Decides, true
	for _, i := range list {
		same = same && t.data.projs[i].p.Decides == first
	}
	var names []string
	for _, i := range list[:min(len(list), few)] {
		p := &t.data.projs[i]
		if name := p.name; same {
			names = append(names, name)
		} else {
			names = append(names, name+" ("+t.env.clean(p.p.Decides)+")")
		}
	}
	s := plural(len(list), "project")
	if same {
		s += ", because of " + t.env.clean(first)
	}
	s += ": " + strings.Join(names, ", ")
	if more := len(list) - few; more > 0 {
		s += fmt.Sprintf(", and %s more", text.Count(int64(more)))
	}
	return s
}

// facts is what there is to know of a toolchain.
func (t *toolchains) facts(s *toolchain.Toolchain, needed string) []fact {
	out := []fact{{"GO", t.name(s) + " for " + t.env.clean(s.GOOS+"/"+s.GOARCH)}}
	for _, p := range s.Problems {
		out = append(out, fact{"WRONG", t.env.clean(p)})
	}
	size := "not measured yet"
	if s.SizeKnown {
		size = fmt.Sprintf("%s in %s files", text.Bytes(s.Size.Disk), text.Count(s.Size.Files))
	}
	out = append(out, fact{"RUNS", t.env.clean(s.Why)}, fact{"NEEDED", needed}, fact{"SUPPORT", t.env.clean(s.SupportText)}, fact{"WHERE", t.env.path(s.Root)},
		fact{"FROM", t.env.clean(cmp.Or(s.Owner, s.Source))}, fact{"SIZE", size})
	for _, a := range s.Also {
		out = append(out, fact{"ALSO", t.env.clean(a)})
	}
	return out
}

func (t *toolchains) render() []string {
	if len(t.all()) == 0 {
		s := "No Go was found on this machine: neither in PATH nor where installers and version managers put it."
		if t.data == nil || t.scan.running {
			s = "Looking for toolchains ..."
		} else if t.data.inv.Toolchains == nil {
			s = "Toolchains are not looked for where only a cache is named (--modcache, --gocache)."
		}
		var out []string
		for _, l := range wrap(s, t.width-2) {
			out = append(out, line(t.width, span{" " + l, nil}))
		}
		return out
	}
	out := []string{t.head()}
	rest := t.height - 1
	switch {
	case t.width >= wideWidth && t.height >= wideHeight-6:
		left := t.width * 66 / 100
		right := t.width - left
		list := t.pane("Installed Go", t.listing(left-2, rest-2), left, rest)
		detail := indent(t.root.facts(right-4, t.detail()))
		return append(out, beside(list, t.pane("Selected", detail, right, rest))...)
	case t.width >= bodyWidth && t.height >= 14:
		detail := indent(t.root.facts(t.width-2, t.detail()))
		rows := max(rest-1-max(len(detail), detailLines), rest/2)
		out = append(out, t.listing(t.width, rows)...)
		out = append(out, t.rule(t.width))
		return append(out, detail[:min(len(detail), t.height-len(out))]...)
	}
	return append(out, t.listing(t.width, rest)...)
}

// detail is what there is to know of the selected toolchain.
func (t *toolchains) detail() []fact {
	if s := t.selected(); s != nil {
		return t.facts(s, t.needed(t.list.Selected()))
	}
	return nil
}

// head says what runs here, and what is wrong with the choice.
func (t *toolchains) head() string {
	c := t.data.inv.Toolchains.Choice
	spans := []span{{" " + t.env.clean(cmp.Or(c.Why, "no go command is in PATH")), nil}}
	if len(c.Problems) > 0 {
		spans = []span{{" " + t.env.clean(strings.Join(c.Problems, "; ")), t.theme.Warn}}
	}
	return line(t.width, spans...)
}

// listing draws the list with its heading in exactly height lines.
func (t *toolchains) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	if width < bodyWidth-4 {
		t.list.Resize(height)
		return t.list.Render(width, height, t.narrowRow, t.rowStyle)
	}
	t.list.Resize(height - 1)
	out := []string{line(width, span{"  " + t.columns.Header(width-1-table.Gutter), t.theme.Muted})}
	for _, l := range t.list.Render(width-1, height-1, t.row, t.rowStyle) {
		out = append(out, l+" ")
	}
	return out
}

func (t *toolchains) row(i, w int) string {
	s := &t.all()[i]
	return t.columns.Row(w, t.title(s), t.env.clean(s.GOOS+"/"+s.GOARCH), t.env.clean(s.Source), sizeOf(s), t.selectedBy(i), supportWords(s.Support))
}

func (t *toolchains) narrowRow(i, w int) string {
	s := &t.all()[i]
	return text.Fit(t.title(s), max(w-10, 0)) + text.Right(sizeOf(s), 10)
}

// title is the version, with what has to be known at a glance.
func (t *toolchains) title(s *toolchain.Toolchain) string {
	title := t.name(s)
	if s.Active {
		title += "  RUNS HERE"
	}
	if len(s.Problems) > 0 {
		title += "  [!]"
	}
	return title
}

func sizeOf(s *toolchain.Toolchain) string {
	if !s.SizeKnown {
		return "..."
	}
	return text.Bytes(s.Size.Disk)
}

func supportWords(s toolchain.Support) string {
	switch s {
	case toolchain.Supported:
		return "supported"
	case toolchain.PatchAvailable:
		return "newer patch is out"
	case toolchain.Unsupported:
		return "OUT OF SUPPORT"
	}
	return "unknown"
}

func (t *toolchains) rowStyle(row int, selected bool, l string) string {
	switch s := &t.all()[row]; {
	case selected:
		return t.theme.Selected(l)
	case s.Active:
		return t.theme.Strong(l)
	case s.Support == toolchain.Unsupported || len(s.Problems) > 0:
		return t.theme.Warn(l)
	}
	return l
}
