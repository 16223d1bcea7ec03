package cli

import (
	"cmp"
	"path/filepath"
	"slices"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/report"
	"godoctor/scan/project"
)

// readBaseline reads the file of --baseline; nil without one.
func (a *app) readBaseline(file string) (*report.Baseline, error) {
	if file == "" {
		return nil, nil
	}
	b, err := report.ReadBaseline(a.at(file))
	if err != nil {
		return nil, misuse("%w", err)
	}
	return b, nil
}

// places are what paths of findings are relative to: the project, which is the directory where the program was started
// where top, that of the one project that was asked for, is empty.
func (a *app) places(l *look, top string) []report.Place {
	modcache, gocache := "", ""
	if l.inv.ModCache != nil {
		modcache = l.inv.ModCache.Root
	}
	if l.inv.BuildCache != nil {
		gocache = l.inv.BuildCache.Root
	}
	pairs := []string{"home", a.home(), "modcache", modcache, "gocache", gocache}
	if dir := cmp.Or(top, a.workDir); dir != a.home() {
		pairs = append(pairs, "project", dir)
	}
	return report.NewPlaces(pairs...)
}

// topOf is the directory of the one project that was asked for, or of the workspace it is in; "" for several.
func (a *app) topOf(l *look, picked []int) string {
	if a.only == nil {
		return ""
	}
	top := ""
	for _, i := range picked {
		p := &l.use.Projects[i]
		switch {
		case p.Kind == project.Workspace:
			return p.Dir
		case top != "":
			return ""
		}
		top = p.Dir
	}
	return top
}

// rules are the [[ignore]] entries of the configuration. One of a check that there is not hides nothing, and is told.
func (a *app) rules() []config.Ignore {
	return slices.DeleteFunc(slices.Clone(a.conf.Ignores), func(r config.Ignore) bool {
		if checkIn(a.table(), r.Check) != nil && r.Check != check.Failed.ID && r.Check != check.Expired.ID {
			return false
		}
		a.note("%s:%d: ignore: %q is no check that can be ignored%s", filepath.Base(r.File), r.Line, r.Check, didYouMean(near(r.Check, ids(a.table()))))
		return true
	})
}
