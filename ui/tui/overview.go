package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// overview is the first screen: the verdict, the stores with their sizes, and what the selected one is.
// Enter on the build cache opens what it is made of; m goes on to the map, to how old everything is, and back.
type overview struct {
	*root
	list          table.List[string]
	columns       *table.Columns
	builds        *builds // open, or nil
	shows         picturing
	disk          diskMap
	width, height int
}

// picturing is what the Overview shows.
type picturing uint8

const (
	theStores picturing = iota
	theMap
	theAges
	numPicturing
)

// pictureNames are what m goes to.
var pictureNames = [numPicturing]string{"stores", "map", "ages"}

func newOverview(r *root) *overview {
	o := &overview{root: r, columns: table.NewColumns(
		table.Column{Title: "STORE", Width: 18},
		table.Column{Title: "SIZE", Width: 9, Right: true},
		table.Column{Title: "", Width: 8, Flex: 1, Drop: 4},
		table.Column{Title: "ITEMS", Width: 5, Right: true, Drop: 3},
		table.Column{Title: "CAN FREE", Width: 9, Right: true, Drop: 1},
		table.Column{Title: "GET IT BACK", Width: 11, Drop: 2},
	)}
	o.disk.overview = o
	return o
}

func (o *overview) setData(d *data) {
	names := make([]string, len(d.stores))
	for i := range d.stores {
		names[i] = d.stores[i].Name
	}
	o.list.SetRows(names, nil)
	if o.builds != nil {
		o.builds.setData(d)
	}
}

func (o *overview) resize(w, h int) {
	o.width, o.height = w, h
	o.list.Resize(max(h-3, 1)) // about right until it is drawn
}

func (o *overview) typing() textfield { return nil }

func (o *overview) keys() []key.Binding {
	if o.builds != nil {
		return o.builds.keys()
	}
	next := keys.picture
	next.SetHelp("m", pictureNames[(o.shows+1)%numPicturing])
	var list []key.Binding
	switch o.shows {
	case theStores:
		list = o.storeKeys()
	case theMap:
		list = o.disk.keys()
	}
	list = append(list, next)
	if o.Clean != nil {
		list = slices.Insert(list, min(1, len(list)-1), keys.plan)
	}
	if o.shows != theStores {
		list = append(list, keys.back)
	}
	return append(list, keys.settings, keys.copyCommand)
}

// storeKeys are the keys of the list.
func (o *overview) storeKeys() []key.Binding {
	list := []key.Binding{moveHint}
	if s := o.selected(); s != nil && opens(s.Name) != "" {
		open := keys.open
		open.SetHelp("enter", opens(s.Name))
		list = append(list, open)
	}
	return append(list, keys.copy)
}

// opens says what enter does on a store; nothing on most.
func opens(store string) string {
	switch store {
	case "sources", "zips", "meta":
		return "modules"
	case "toolchains", "sdks":
		return "toolchains"
	case "gopath-src":
		return "projects"
	case "binaries", "related", "abandoned", "gopath-pkg":
		return "list"
	case "build", "test":
		return "made by"
	}
	return ""
}

func (o *overview) selected() *storeRow {
	if i := o.list.Selected(); o.data != nil && i >= 0 && i < len(o.data.stores) {
		return &o.data.stores[i]
	}
	return nil
}

func (o *overview) update(m tea.KeyPressMsg) tea.Cmd {
	if o.builds != nil {
		if o.builds.update(m) {
			o.builds = nil
		}
		return nil
	}
	switch {
	case key.Matches(m, keys.plan):
		return o.guide()
	case key.Matches(m, keys.settings):
		o.openSettings()
	case key.Matches(m, keys.copyCommand):
		return o.copyText("command", "godoctor status")
	case key.Matches(m, keys.picture):
		o.shows = (o.shows + 1) % numPicturing
	case key.Matches(m, keys.back):
		o.shows = theStores
	case o.shows == theMap:
		return o.disk.update(m)
	case o.shows == theAges || moveKeys(&o.list, m):
	default:
		return o.act(m)
	}
	return nil
}

// act deals with the keys that are about the selected store.
func (o *overview) act(m tea.KeyPressMsg) tea.Cmd {
	s := o.selected()
	switch {
	case s == nil:
	case key.Matches(m, keys.open, keys.right):
		return o.open(s)
	case key.Matches(m, keys.copy):
		return o.copyText("path", s.Path)
	}
	return nil
}

func (o *overview) open(s *storeRow) tea.Cmd {
	switch opens(s.Name) {
	case "modules":
		return o.goTo(modulesScreen)
	case "toolchains":
		return o.goTo(toolchainsScreen)
	case "projects":
		return o.goTo(projectsScreen)
	case "list":
		o.openList(s)
	case "made by":
		o.openBuilds()
	default:
		o.say(strings.ToLower(s.title) + ": there is nothing to open")
	}
	return nil
}

// point is a click: the map has fields beside each other.
func (o *overview) point(x, y int) bool {
	return o.shows == theMap && o.builds == nil && o.disk.point(x, y)
}

// openBuilds shows what made the build cache, once that is known.
func (o *overview) openBuilds() {
	if c := o.data.inv.BuildCache; c == nil || !c.Headers {
		o.say("the headers of the build cache are still being read")
		return
	}
	o.builds = newBuilds(o.root)
}

func (o *overview) render() []string {
	switch {
	case o.data == nil:
		return o.empty()
	case o.builds != nil:
		return o.builds.render(o.width, o.height)
	case o.shows == theMap:
		return o.disk.render()
	case o.shows == theAges:
		return o.ages()
	}
	if o.width >= wideWidth && o.height >= wideHeight-6 {
		return o.wide()
	}
	head := o.head(o.width)
	if o.height < 14 || o.width < bodyWidth {
		head = o.shortHead(o.width)
		return append(head, o.stores(o.width, o.height-len(head))...)
	}
	// All stores first, then as much of what the selected one is as there is room for, at least three lines.
	detail := indent(o.detail(o.width - 2))
	rows := min(len(o.data.stores)+1, o.height-len(head)-1-min(len(detail), 3))
	out := head
	if spare := o.height - len(head) - rows - 1 - len(detail); spare > 0 {
		out = append(out, strings.Repeat(" ", o.width))
	}
	out = append(out, o.stores(o.width, rows)...)
	out = append(out, o.rule(o.width))
	return append(out, detail[:min(len(detail), o.height-len(out))]...)
}

// empty is what is shown before anything is known.
func (o *overview) empty() []string {
	out := make([]string, 0, o.height)
	for _, l := range wrap("Looking at what Go keeps on this machine ...", o.width-2) {
		out = append(out, line(o.width, span{" " + l, nil}))
	}
	return out
}

// stores draws the table of stores in exactly height lines.
func (o *overview) stores(width, height int) []string {
	if height < 1 {
		return nil
	}
	if width < bodyWidth {
		return o.list.Render(width, height, o.narrowRow, o.rowStyle)
	}
	head := line(width, span{"  " + o.columns.Header(width-1-table.Gutter), o.theme.Muted})
	o.list.Resize(height - 1)
	rows := o.list.Render(width-1, height-1, o.row, o.rowStyle)
	for i := range rows {
		rows[i] += " "
	}
	return append([]string{head}, rows...)
}

func (o *overview) row(i, w int) string {
	s := &o.data.stores[i]
	return o.columns.Row(w, s.title, o.bytes(&s.Store), o.glyphs.barOf(s.Size.Disk, o.biggest(), o.columns.Widths(w)[2]),
		text.Short(s.Items), o.canFree(s), backWords(s.tier))
}

// canFree is what of a store nobody needs.
func (o *overview) canFree(s *storeRow) string {
	switch {
	case o.data.who != nil:
		return text.Bytes(o.data.free.Of(s.Name))
	case o.asking():
		return "..."
	}
	return "?"
}

// bytes is a size that says whether it is known for certain: an estimate has a ~ before it.
func (o *overview) bytes(s *scan.Store) string {
	if !s.Exact && s.Size.Disk > 0 {
		return "~" + text.Bytes(s.Size.Disk)
	}
	return text.Bytes(s.Size.Disk)
}

func (o *overview) narrowRow(i, w int) string {
	s := &o.data.stores[i]
	size := text.Right(o.bytes(&s.Store), 10)
	return text.Fit(s.title, max(w-10, 0)) + size
}

func (o *overview) biggest() int64 {
	var n int64
	for i := range o.data.stores {
		n = max(n, o.data.stores[i].Size.Disk)
	}
	return n
}

func (o *overview) rowStyle(row int, selected bool, l string) string {
	dress := func(s string) string { return s }
	switch {
	case selected:
		dress = o.theme.Selected
	case o.data.stores[row].Size.Disk == 0:
		dress = o.theme.Muted
	}
	glyph := o.glyphs.bar
	from, to := strings.Index(l, glyph), strings.LastIndex(l, glyph)
	if from < 0 {
		return dress(l)
	}
	to += len(glyph)
	return dress(l[:from]) + o.theme.Accent(l[from:to]) + dress(l[to:])
}

// backWords says how a tier comes back.
func backWords(tier string) string {
	switch tier {
	case "free":
		return "offline"
	case "network":
		return "download"
	case "keep":
		return "KEEP"
	}
	return cmp.Or(tier, "?")
}

// A mover is a list with a cursor.
type mover interface {
	Up()
	Down()
	PageUp()
	PageDown()
	HalfUp()
	HalfDown()
	Home()
	End()
}

// moveKeys are the keys of every list. It reports whether the key was one of them.
func moveKeys(l mover, m tea.KeyPressMsg) bool {
	switch {
	case key.Matches(m, keys.up):
		l.Up()
	case key.Matches(m, keys.down):
		l.Down()
	case key.Matches(m, keys.pageUp):
		l.PageUp()
	case key.Matches(m, keys.pageDown):
		l.PageDown()
	case key.Matches(m, keys.halfUp):
		l.HalfUp()
	case key.Matches(m, keys.halfDown):
		l.HalfDown()
	case key.Matches(m, keys.home):
		l.Home()
	case key.Matches(m, keys.end):
		l.End()
	default:
		return false
	}
	return true
}
