package check

import (
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/toolchain"
)

// A usedGo is a release that runs on this machine, and who runs it.
type usedGo struct {
	version  string // as a toolchain: go1.26.8
	root     string // "": it is not installed
	runs     bool   // when somebody types go outside a project
	projects []string
	idle     bool // it is installed, and nothing that was looked at selects it
}

// usedGos are the releases that run when somebody types go, in a project or outside, and beside them, where others is set,
// what is installed for whoever asks for it. Each version is there once, the one that is typed first.
func (p *Pass) usedGos(others bool) []usedGo {
	var list []usedGo
	add := func(version, root string) *usedGo {
		i := slices.IndexFunc(list, func(u usedGo) bool { return u.version == version })
		if i < 0 {
			list = append(list, usedGo{version: version, root: root})
			i = len(list) - 1
		}
		return &list[i]
	}
	f := p.Inventory.Toolchains
	if f == nil {
		return nil
	}
	for _, dir := range []string{f.Choice.Local, f.Choice.Root} {
		if t := f.At(dir); t != nil && usage.LocalToolchain(t.Version) != "" {
			add(usage.LocalToolchain(t.Version), t.Root).runs = true
		}
	}
	for _, s := range p.selections() {
		if o := &s.c.Here; s.p != nil && o.Name != "" && goVersion(o.Name) != "" {
			u := add(o.Name, o.Path)
			u.projects = append(u.projects, s.p.Dir)
		}
	}
	if others {
		for i := range f.Toolchains {
			if t := &f.Toolchains[i]; goVersion(t.Version) != "" && !slices.ContainsFunc(list, func(u usedGo) bool { return u.version == usage.LocalToolchain(t.Version) }) {
				add(usage.LocalToolchain(t.Version), t.Root).idle = true
			}
		}
	}
	return list
}

// who says who runs a release.
func (u *usedGo) who() string {
	var text []string
	if u.runs {
		text = append(text, "runs when you type go")
	}
	if n := len(u.projects); n > 0 {
		t := "is what " + strings.Join(u.projects[:min(n, 3)], ", ") + " selects"
		if n > 3 {
			t = "is what " + strings.Join(u.projects[:3], ", ") + " and others select"
		}
		text = append(text, t)
	}
	if u.idle {
		text = append(text, "is installed, and nothing that was looked at selects it")
	}
	return strings.Join(text, ", and ")
}

// target is the tree, or the version of one that is not there.
func (u *usedGo) target() finding.Target {
	if u.root == "" {
		return finding.Target{Module: toolchainModule, Version: u.version}
	}
	return finding.Target{Path: u.root}
}

// judge is how a release is cared for.
func (p *Pass) judge(u *usedGo) (toolchain.Support, string) {
	return toolchain.Judge(u.version, p.Inventory.Toolchains.Table, p.Now)
}
