package tui

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"godoctor/doctor/usage"
	"godoctor/scan/project"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// projectRow is one project, made ready for the list: all text is clean.
type projectRow struct {
	p       *usage.Project
	name    string
	path    string
	goLine  string
	selects string
	present string
	fetch   string
	sum     string
	here    bool // the program was started in it
}

// A projectSort is what projects are sorted by.
type projectSort int

const (
	projectsByName    projectSort = iota
	projectsByFetch               // most to fetch first
	projectsByPresent             // least present first
	numProjectSorts
)

var projectSortNames = [numProjectSorts]string{"NAME", "TO FETCH", "PRESENT"}

// projects lists the projects in all orders.
func (d *data) projects(e *env) {
	d.findProject = table.NewFilter(nil)
	if d.who == nil {
		return
	}
	list := d.who.use.Projects
	d.projs = make([]projectRow, len(list))
	names := make([]string, len(list))
	for i := range list {
		d.projs[i] = newProjectRow(&list[i], e)
		d.projs[i].here = d.who.here == &list[i]
		names[i] = d.projs[i].name + " " + d.projs[i].path
		if list[i].Offline {
			d.offlineProjects++
		}
		d.missing += list[i].MissingBytes
	}
	d.findProject = table.NewFilter(names)
	compare := [numProjectSorts]func(a, b *projectRow) int{
		projectsByName:    func(a, b *projectRow) int { return 0 },
		projectsByFetch:   func(a, b *projectRow) int { return cmp.Compare(b.p.MissingBytes, a.p.MissingBytes) },
		projectsByPresent: func(a, b *projectRow) int { return cmp.Compare(presentRatio(a.p), presentRatio(b.p)) },
	}
	for by := range d.byProject {
		o := identity(len(list))
		slices.SortStableFunc(o, func(a, b int32) int {
			x, y := &d.projs[a], &d.projs[b]
			return cmp.Or(compare[by](x, y), cmp.Compare(x.name, y.name), cmp.Compare(x.p.File, y.p.File))
		})
		d.byProject[by] = o
	}
}

// presentRatio is the part of what a project needs that is there.
func presentRatio(p *usage.Project) float64 {
	if p.Needed == 0 {
		return 1
	}
	return float64(p.Present) / float64(p.Needed)
}

func newProjectRow(p *usage.Project, e *env) projectRow {
	name := e.clean(p.Module)
	switch {
	case p.Kind == project.Workspace:
		name = "(workspace) " + e.clean(filepath.Base(p.Dir))
	case name == "":
		name = "(no module line) " + e.clean(filepath.Base(p.Dir))
	}
	row := projectRow{p: p, name: name, path: e.path(p.File), goLine: cmp.Or(e.clean(p.Go), "-"), selects: cmp.Or(e.clean(p.Selects), "none"),
		sum: cmp.Or(e.clean(p.GoSum), "-")}
	if !p.Installed {
		row.selects += "!"
	}
	row.present, row.fetch = fmt.Sprintf("%d/%d", p.Present, p.Needed), "-"
	if p.Vendored {
		row.present = "vendored"
	}
	if p.MissingBytes > 0 {
		row.fetch = text.Bytes(p.MissingBytes)
	}
	return row
}
