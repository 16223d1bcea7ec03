package usage

import (
	"fmt"
	"slices"

	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
)

// judge says whether a project can be built, vetted and tested without a network. It says yes only where nothing that
// this needs is missing: yes is a promise, no is a list of what lacks. go.sum lists what builds for any platform need, and
// the tests of other modules too; where only a part of that lacks, a build on this machine may work all the same.
func (p *Project) judge(s *selection, l *look) {
	p.Installed = l.hasToolchain(s, p.Selects)
	var why []string
	if !p.Installed {
		if p.Selects == "" {
			why = append(why, "no go command is in PATH")
		} else {
			why = append(why, fmt.Sprintf("go would download the toolchain %s (%s)", p.Selects, p.Decides))
		}
	}
	if line := l.linesOf(p).Go; p.Selects != "" && newer("go"+line, p.Selects) {
		why = append(why, fmt.Sprintf("its go line asks for go %s, and %s is what runs (%s)", line, p.Selects, p.Decides))
	}
	switch doubt := slices.IndexFunc(p.Doubts, func(d project.Doubt) bool { return d.Kind != project.DoubtSum }); {
	case p.Main == nil && p.Kind != project.Workspace:
		why = append(why, "its go.mod file cannot be read")
	case p.SumState == project.SumMalformed || p.SumState == project.SumUnread:
		why = append(why, "go cannot read its go.sum file")
	case doubt >= 0:
		why = append(why, p.Doubts[doubt].Message)
	}
	if !p.Vendored {
		why = append(why, p.lacks()...)
	}
	if p.NewGo != "" {
		why = append(why, fmt.Sprintf("a dependency needs go %s, and go would look for a toolchain that has it", p.NewGo))
	}
	p.Offline, p.Because = len(why) == 0, why
	p.Perhaps = len(why) == 1 && !p.Vendored && p.Needed > p.Present && p.Present > 0
}

// lacks says what a build needs of the module cache and go.sum that is not there.
func (p *Project) lacks() []string {
	var why []string
	if n := p.Needed - p.Present; n > 0 {
		why = append(why, fmt.Sprintf("%d of %d module versions are not in the module cache", n, p.Needed))
	}
	if n := len(p.Missing); n > 0 {
		why = append(why, fmt.Sprintf("%d go.mod files of its module graph are not in the module cache, %s first", n, p.Missing[0].Version))
	}
	switch p.GoSum {
	case sumAbsent:
		why = append(why, "there is no go.sum file")
	case sumIncomplete:
		why = append(why, fmt.Sprintf("go.sum lacks %d lines, %s first", len(p.SumLacks), p.SumLacks[0]))
	case sumConflict:
		why = append(why, "go.sum has two hashes for one module version")
	}
	return why
}

// hasToolchain reports whether a toolchain runs without being downloaded: it is the one in PATH, a program of that
// name is in PATH, or it is whole in the module cache, with the record of the checksum database that go insists on
// (modfetch: checkModSum of golang.org/toolchain).
func (l *look) hasToolchain(s *selection, name string) bool {
	if name == "" {
		return false
	}
	if name == s.local {
		return true
	}
	v := l.cached(s.module(name))
	if v != nil && v.Parts.Has(modcache.HasZiphash) && !v.Parts.Has(modcache.HasPartial) &&
		v.Parts&(modcache.HasDir|modcache.HasZip) != 0 && l.inDatabase(v) {
		return true
	}
	found := l.in.Inventory.Toolchains
	return found != nil && slices.ContainsFunc(found.Toolchains, func(t toolchain.Toolchain) bool {
		return t.As == name
	})
}
