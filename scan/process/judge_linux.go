package process

import (
	"path/filepath"
	"strconv"
)

// unseen is said of a process whose program cannot be seen.
const unseen = "it belongs to another user, and which caches it uses cannot be seen"

// judge tells what a process may need, or nil: nothing.
func (g *Gate) judge(t *table, c *candidate) *user {
	if g.in.Self > 0 && t.descends(c.pid, g.in.Self) {
		return nil
	}
	u := &user{User: User{PID: c.pid, Name: c.name, Started: t.started(t.stat(c.pid))}}
	if c.exe == "" {
		u.all, u.build = unseen, unseen
		return u
	}
	if c.kind != kindOther {
		g.working(t, u, c)
		u.Name = c.name
	}
	g.standing(u, c)
	if u.all == "" && u.build == "" && len(u.here) == 0 && len(u.lists) == 0 && !u.reader && u.toolchain == "" {
		return nil
	}
	return u
}

// standing notes what a process uses by where it is, whatever it does.
func (g *Gate) standing(u *user, c *candidate) {
	for key, why := range c.slow.open {
		u.stands(key, why)
	}
	if c.slow.build {
		u.build = "it has files of the build cache open"
	}
	for _, at := range []struct{ file, why string }{{c.cwd, "it works in "}, {c.exe, "it runs from "}} { // the program says more
		if rel, ok := g.mod.below(at.file); ok {
			if key, ok := versionAt(rel); ok {
				u.stands(key, at.why+quoted(at.file))
			}
		}
		if _, ok := g.build.below(at.file); ok {
			u.build = at.why + quoted(at.file)
		}
	}
}

// working notes what a go command, a tool or a reader may need beside where it is.
func (g *Gate) working(t *table, u *user, c *candidate) {
	m := g.examine(t, c)
	if m == nil {
		return // it ended
	}
	if c.kind == kindCommand && (m.line.verb == "run" || m.line.verb == "tool") && g.in.Self > 0 && t.descends(g.in.Self, c.pid) {
		return // it has built what this process runs from, and waits for its end
	}
	open, build, whole := g.opened(t, c.pid)
	for key, why := range open {
		u.stands(key, why)
	}
	switch {
	case m.unknown != "":
		u.all, u.build = m.unknown, m.unknown
		return
	case m.build != "" && (c.kind != kindCommand || m.line.need != needNone):
		u.build = m.build
	case build:
		u.build = "it has files of the build cache open"
	}
	if m.mod == "" {
		return
	}
	if !whole {
		u.all = "what it has open cannot be read"
		return
	}
	switch c.kind {
	case kindCommand:
		g.command(u, m)
	case kindReader:
		u.reader = true
		g.listed(u, m)
	case kindTool:
		living := false
		t.ancestors(c.pid, func(pid int) bool {
			living = t.kinds[pid] == kindCommand
			return !living
		})
		if !living {
			u.all = "the go command that started it is gone"
		}
	}
	if m.foreign && u.all == "" && c.kind != kindTool && !u.nothing {
		u.all = m.mod
	}
}

// command notes what a go command may need.
func (g *Gate) command(u *user, m *memo) {
	u.command = true
	u.toolchain = m.toolchain
	switch m.line.need {
	case needAll:
		u.all = m.line.why
	case needNone:
		u.nothing = true // but a toolchain it may need
		g.listed(u, m)
		u.all = ""
	case needListed:
		g.listed(u, m)
	case needSums:
		if !g.listed(u, m) && u.all == "" {
			u.all = "there is no go.sum that says what \"go " + m.line.verb + "\" needs"
		}
	}
}

// membersMax bounds how many members of a workspace are looked at.
const membersMax = 10000

// listed notes what the files of a process's module and workspace name. It reports whether there was anything in a
// go.sum file. What cannot be read may name anything.
func (g *Gate) listed(u *user, m *memo) (sums bool) {
	add := func(file string, must bool) *listing {
		l := g.listings.of(file)
		switch {
		case l.err != nil:
			u.all = quoted(file) + " cannot be read: " + l.err.Error()
		case l.absent && must:
			u.all = quoted(file) + " is gone"
		case !l.absent:
			u.lists = append(u.lists, l)
			sums = sums || filepath.Ext(file) == ".sum" && len(l.versions) > 0
		}
		return l
	}
	for _, at := range m.at {
		if at.unknown != "" {
			u.all = at.unknown
		}
		for _, file := range at.mods {
			add(file, true)
			add(sumBeside(file), false)
		}
		if at.work == "" {
			continue
		}
		add(at.work+".sum", false)
		use := add(at.work, true).use
		if len(use) > membersMax {
			u.all = quoted(at.work) + " has " + strconv.Itoa(len(use)) + " members"
			continue
		}
		for _, dir := range use {
			if dir = filepath.FromSlash(dir); !filepath.IsAbs(dir) {
				dir = filepath.Join(filepath.Dir(at.work), dir)
			}
			add(filepath.Join(dir, "go.mod"), false)
			add(filepath.Join(dir, "go.sum"), false)
		}
	}
	return sums
}
