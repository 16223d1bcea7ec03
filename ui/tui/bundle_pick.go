package tui

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// toolchainPath is the module that Go releases come as.
const toolchainPath = "golang.org/toolchain"

// pick lists what can be in a bundle: the projects that were found, the module versions that were marked on the screen Modules,
// the toolchains that are installed, and those that were typed.
func (b *bundles) pick() {
	b.picks = append(append(b.projectPicks(), b.modulePicks()...), b.goPicks()...)
	keep := make(map[string]bool, len(b.picks))
	for i := range b.picks {
		keep[b.picks[i].key] = true
	}
	if b.data != nil && b.data.inv.Done { // what is not found while a scan goes on may come yet
		b.marks.Keep(func(k string) bool { return keep[k] })
	}
	b.tallyUp()
}

// projectPicks are the projects. That of the working directory is marked to begin with.
func (b *bundles) projectPicks() (rows []bundleRow) {
	if b.data == nil || b.data.who == nil {
		s := "projects are being looked for ..."
		if b.data != nil && !b.asking() {
			s = "they were not looked for"
		}
		return []bundleRow{{key: "no projects", section: "PROJECTS", label: s, dress: mutedDress}}
	}
	seen := make(map[string]bool)
	for _, i := range b.data.byProject[projectsByName] {
		p := &b.data.projs[i]
		if name := filepath.Base(p.p.File); seen[p.p.Dir] || name != "go.mod" && name != "go.work" {
			continue // a directory is a project once: its go.work file counts, or else its go.mod file
		}
		seen[p.p.Dir] = true
		row := bundleRow{key: "p:" + p.p.Dir, label: p.name, right: b.env.path(p.p.Dir), raw: p.p.Dir, kind: markRow, facts: []fact{
			{"PROJECT", p.name}, {"WHERE", p.path}, {"GO", p.selects},
			{"NEEDS", plural(p.p.Needed, "module version") + ", of which " + text.Count(int64(p.p.Present)) + " here"}}}
		if p.here && !b.begun {
			b.begun = true
			b.marks.Toggle(row.key)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return []bundleRow{{key: "no projects", section: "PROJECTS", label: "none was found", dress: mutedDress}}
	}
	rows[0].section = "PROJECTS"
	return rows
}

// modulePicks are the module versions that were marked on the screen Modules. What was marked there was meant: it is marked here.
func (b *bundles) modulePicks() (rows []bundleRow) {
	marks := &b.screens[modulesScreen].(*modules).marks
	for i := 0; b.data != nil && marks.Count() > 0 && i < len(b.data.vers); i++ {
		v := &b.data.vers[i]
		if !marks.Has(v.key) || v.v.Path == toolchainPath {
			continue
		}
		row := bundleRow{key: "m:" + v.key, label: b.data.mods[v.mod].path + "@" + v.version, right: text.Bytes(v.v.ZipSize.Bytes), raw: v.v.Dir,
			kind: markRow, facts: []fact{{"MODULE", b.data.mods[v.mod].path}, {"VERSION", v.version}, {"ZIP", text.Bytes(v.v.ZipSize.Bytes) + " here"},
				{"ALSO", "what it needs in turn is in the bundle too"}}}
		b.meet(row.key)
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		rows = []bundleRow{{key: "no modules", label: "those that are marked on 2 Modules", dress: mutedDress, facts: []fact{
			{"WHAT", "Module versions that are marked on the screen Modules stand here, to be carried with what they need."}}}}
	}
	rows[0].section = "MODULES"
	return rows
}

// meet marks what was marked elsewhere when it is seen first.
func (b *bundles) meet(k string) {
	if !b.met[k] {
		b.met[k] = true
		if !b.marks.Has(k) {
			b.marks.Toggle(k)
		}
	}
}

// goPicks are the toolchains: each release and platform once.
func (b *bundles) goPicks() []bundleRow {
	var rows []bundleRow
	add := func(words, where, raw string) bool {
		if !bundleGo.MatchString(words) || slices.ContainsFunc(rows, func(r bundleRow) bool { return r.key == "t:"+words }) {
			return false
		}
		rows = append(rows, bundleRow{key: "t:" + words, label: words, right: where, raw: raw, kind: markRow, facts: []fact{
			{"GO", words}, {"WHERE", where}, {"ALSO", "it is carried as the module golang.org/toolchain, some 70 MiB"}}})
		return true
	}
	for _, words := range b.typed {
		add(words, "typed", "")
	}
	if b.data != nil && b.data.inv.Toolchains != nil {
		for i := range b.data.inv.Toolchains.Toolchains {
			t := &b.data.inv.Toolchains.Toolchains[i]
			add(t.Version+":"+t.GOOS+"/"+t.GOARCH, b.env.path(t.Root), t.Root)
		}
	}
	marks := &b.screens[modulesScreen].(*modules).marks
	for i := 0; b.data != nil && marks.Count() > 0 && i < len(b.data.vers); i++ {
		if v := &b.data.vers[i]; v.v.Path == toolchainPath && marks.Has(v.key) {
			if words := releaseWords(v.v.Version); bundleGo.MatchString(words) {
				add(words, "marked on 2 Modules", v.v.Dir)
				b.meet("t:" + words)
			}
		}
	}
	rows = append(rows, b.fieldRows(goField)...)
	rows[0].section = "TOOLCHAINS"
	return rows
}

// releaseWords are the release and the platform in the version of a toolchain module: v0.0.1-go1.25.3.linux-amd64.
func releaseWords(version string) string {
	rest := strings.TrimPrefix(version, "v0.0.1-")
	i := strings.LastIndexByte(rest, '.')
	if i < 0 {
		return ""
	}
	return rest[:i] + ":" + strings.Replace(rest[i+1:], "-", "/", 1)
}

// addGo marks a toolchain that was typed, in the list where it is there already.
func (b *bundles) addGo(words string) {
	if !strings.Contains(words, ":") {
		words += ":" + runtime.GOOS + "/" + runtime.GOARCH
	}
	if !slices.Contains(b.typed, words) {
		b.typed = append(b.typed, words)
	}
	if k := "t:" + words; !b.marks.Has(k) {
		b.marks.Toggle(k)
	}
	b.rebuild()
}

// mark are the keys that mark.
func (b *bundles) mark(m tea.KeyPressMsg) {
	s := b.at()
	if row := b.selected(); row != nil && row.kind == optionRow && key.Matches(m, keys.mark) {
		b.otherWay()
		return
	}
	if b.side != packSide || b.packing != nil || s.work != nil {
		b.say("there is nothing to mark here")
		return
	}
	switch row := b.selected(); {
	case key.Matches(m, keys.unmark):
		b.marks.Clear()
	case key.Matches(m, keys.all):
		b.marks.Add(func(yield func(string) bool) {
			for i := range s.list.Len() {
				if r := &s.rows[s.list.Index(i)]; r.kind == markRow && !yield(r.key) {
					return
				}
			}
		})
	case row == nil:
	case row.kind == markRow:
		b.marks.Toggle(row.key)
		s.list.Down()
	case row.kind == fieldRow:
		b.say("enter types it")
	default:
		b.say("space marks projects, module versions and toolchains")
	}
	b.tallyUp()
	s.list.Invalidate()
}

// tallyUp counts what is marked.
func (b *bundles) tallyUp() {
	b.tally = [3]int{}
	for k := range b.marks.All() {
		b.tally[strings.IndexByte("pmt", k[0])]++
	}
}

// wish is what is marked, in the order of the list.
func (b *bundles) wish() BundleWish {
	w := BundleWish{Target: b.clean(b.values[toField]), Since: b.clean(b.values[sinceField])}
	for i := range b.picks {
		r := &b.picks[i]
		if r.kind != markRow || !b.marks.Has(r.key) {
			continue
		}
		switch kind, word, _ := strings.Cut(r.key, ":"); kind {
		case "p":
			w.Projects = append(w.Projects, word)
		case "m":
			w.Modules = append(w.Modules, word)
		case "t":
			w.Toolchains = append(w.Toolchains, word)
		}
	}
	return w
}

// use is the bundle that was named.
func (b *bundles) use() BundleUse {
	return BundleUse{Path: b.clean(b.values[fileField]), Project: b.clean(b.values[witnessField])}
}
