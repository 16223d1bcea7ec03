package tui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// bundles is the screen of offline bundles. One side of it makes them of what is marked; the other looks into one, checks all of
// it, and installs what lacks here. Nothing is made or installed before the question that x asks was answered.
type bundles struct {
	*root
	side   int
	sides  [2]bundleSide
	values [numBundleFields]string // what was typed, raw
	edit   *bundleEdit             // what takes letters, or nil

	picks []bundleRow // all that can be in a bundle
	marks table.Marks[string]
	typed []string        // toolchains that were typed
	met   map[string]bool // module versions that were marked on the screen Modules: each is taken over once
	begun bool            // the project of the working directory was marked
	tally [3]int          // marked projects, module versions, toolchains

	packing   *packView  // what a bundle would hold; nil: nobody looked yet, or something else was marked since
	unpacking *applyView // what is in one; likewise

	width, height int
}

// The sides.
const (
	packSide = iota
	applySide
)

// A bundleSide is what both have.
type bundleSide struct {
	rows   []bundleRow
	list   table.List[string]
	filter *filterField
	find   *table.Filter
	look   *bundleLook // the last; never nil
	err    string      // why nothing is known, clean; empty: nothing failed
	work   *workJob    // what came of it; nil: nothing was begun
}

// A bundleRow is a line of the screen, made ready: all text is clean.
type bundleRow struct {
	key     string
	section string // in front of the first row of one
	label   string
	right   string
	raw     string // what y copies; empty: nothing
	kind    bundleKind
	field   bundleField // of a fieldRow
	dress   bundleDress
	facts   []fact
}

// A bundleKind is what can be done with a row.
type bundleKind uint8

const (
	infoRow   bundleKind = iota // nothing
	fieldRow                    // enter types
	markRow                     // space marks
	optionRow                   // space changes it
)

// A bundleDress is how a row stands out.
type bundleDress uint8

const (
	plainDress bundleDress = iota
	mutedDress
	goodDress
	warnDress
	badDress
	strongDress
)

func newBundles(r *root) *bundles {
	b := &bundles{root: r, met: make(map[string]bool)}
	for i := range b.sides {
		b.sides[i].filter, b.sides[i].look = new(filterField), &bundleLook{work: newWork(packWork)}
		b.sides[i].find = table.NewFilter(nil)
	}
	return b
}

func (b *bundles) at() *bundleSide { return &b.sides[b.side] }

func (b *bundles) resize(w, h int) {
	b.width, b.height = w, h
	for i := range b.sides {
		b.sides[i].list.Resize(max(h-4, 1)) // about right until it is drawn
	}
}

// setData is told of what a scan found; while nobody looks at the screen that can wait.
func (b *bundles) setData(*data) {
	if b.current == bundleScreen {
		b.rebuild()
	}
}

// entered is told when somebody looks at the screen.
func (b *bundles) entered() tea.Cmd {
	if b.Bundle == nil {
		return nil
	}
	if b.values[toField] == "" {
		b.values[toField] = "bundle-" + b.Now().Format("2006-01-02") + ".tar"
		b.rebuild()
		b.top()
		return nil
	}
	b.rebuild()
	return nil
}

// redraw draws the rows anew.
func (b *bundles) redraw() {
	if b.current == bundleScreen {
		b.rebuild()
	}
}

// rebuild puts the rows together. The cursor stays on its row.
func (b *bundles) rebuild() {
	if b.Bundle == nil {
		return
	}
	b.pick()
	for i := range b.sides {
		s := &b.sides[i]
		if w := s.work; w != nil && !w.running && !w.ended() && !slices.Contains(b.works, w) {
			s.work = nil // somebody took it off before its turn
		}
		if s.rows = b.rowsOf(i); len(s.rows) == 0 {
			s.rows = []bundleRow{{key: "none", label: "nothing"}}
		}
		keys, names := make([]string, len(s.rows)), make([]string, len(s.rows))
		for n := range s.rows {
			keys[n], names[n] = s.rows[n].key, s.rows[n].label+" "+s.rows[n].right
		}
		s.find = table.NewFilter(names)
		s.list.SetRows(keys, s.find.Apply(s.filter.words(), nil))
	}
}

// rowsOf are the rows of a side as it is.
func (b *bundles) rowsOf(side int) []bundleRow {
	switch s := &b.sides[side]; {
	case s.work != nil:
		return b.workRows(s.work)
	case side == packSide && b.packing != nil:
		return b.packing.rows
	case side == packSide:
		return append(b.fieldRows(toField, sinceField), b.picks...)
	}
	return append(b.fieldRows(fileField, witnessField), b.applyRows()...)
}

// fresh shows other rows than before: the cursor goes to the first.
func (b *bundles) fresh() {
	s := b.at()
	s.filter.clear()
	b.rebuild()
	b.top()
}

// top puts the cursor where a person begins: in front of what can be marked.
func (b *bundles) top() {
	s := b.at()
	s.list.Home()
	if b.side == packSide && s.work == nil && b.packing == nil {
		s.list.Move(2)
	}
}

// selected is the row under the cursor, or nil.
func (b *bundles) selected() *bundleRow {
	s := b.at()
	if i := s.list.Selected(); i >= 0 && i < len(s.rows) {
		return &s.rows[i]
	}
	return nil
}

func (b *bundles) typing() textfield {
	switch s := b.at(); {
	case b.edit != nil:
		return b.edit
	case s.filter.active:
		return filterTyping{b.env, s.filter, typedBundles{&s.list, s}, b.width}
	}
	return nil
}

// typedBundles is the list while the filter takes letters.
type typedBundles struct {
	mover
	side *bundleSide
}

func (t typedBundles) refilter() { t.side.list.SetOrder(t.side.find.Apply(t.side.filter.words(), nil)) }

// on takes the messages of the jobs that the screen started.
func (b *bundles) on(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case bundleSampleMsg:
		return b.onSample(m)
	case packLookMsg:
		b.onPackLook(m)
	case applyLookMsg:
		b.onApplyLook(m)
	case completedMsg:
		return b.onCompleted(m)
	}
	return nil
}

// abs is a path that was typed: ~ is the home directory, and what is relative begins where the program was started. What the
// path ends in stays.
func (b *bundles) abs(path string) string {
	switch rest, ok := strings.CutPrefix(path, "~"); {
	case path == "":
		return ""
	case ok && b.Bundle.Home != "" && (rest == "" || rest[0] == filepath.Separator || rest[0] == '/'):
		return b.Bundle.Home + rest
	case filepath.IsAbs(path):
		return path
	}
	return strings.TrimSuffix(b.Bundle.Dir, pathSep) + pathSep + path
}

// clean is such a path for a command.
func (b *bundles) clean(path string) string {
	if path = b.abs(path); path == "" {
		return ""
	}
	return filepath.Clean(path)
}

// stop stops the looks that run.
func (b *bundles) stop() (what []string) {
	for i := range b.sides {
		if l := b.sides[i].look; l.running && l.ctx.Err() == nil {
			l.cancel()
			what = append(what, "the look at the bundle")
		}
	}
	b.redraw()
	return what
}

// holds says in words what is in a bundle: versions with their packages, go.mod files alone, toolchains.
func holds(versions, mods, tools int) string {
	s := plural(versions, "module version")
	if mods > 0 {
		s += ", " + plural(mods, "go.mod file") + " alone"
	}
	if tools > 0 {
		s += ", " + plural(tools, "toolchain")
	}
	return s
}

// marked says in words what is marked, the longest first.
func (b *bundles) marked() []string {
	n := b.tally[0] + b.tally[1] + b.tally[2]
	if n == 0 {
		return []string{"nothing is marked: space marks what the other machine lacks", "nothing is marked yet"}
	}
	return []string{"marked: " + plural(b.tally[0], "project") + ", " + plural(b.tally[1], "module version") + ", " + plural(b.tally[2], "toolchain"),
		fmt.Sprintf("%s marked", text.Count(int64(n)))}
}
