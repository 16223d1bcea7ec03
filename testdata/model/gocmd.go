//go:build linux && amd64

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// goUses says what the go command may do to versions that it uses. It makes whole what is not; the rest it leaves as it is. Where it
// fails it ends in the middle of what else it was at.
func (s *session) goUses(e *expectation, used map[string]bool, failed bool) {
	e.build = nil
	for name := range used {
		for _, part := range wholeVersion {
			e.allow(name, part, s.w.good[name][part])
		}
		e.allow(name, "partial", absent)
		if s.mixed(name) || failed { // it may begin anew
			for _, part := range allParts {
				e.allow(name, part, absent)
			}
			e.halves[name] = true
		}
	}
}

// settledBy notes that go has made versions whole that something was killed in.
func (s *session) settledBy(used map[string]bool) {
	for name := range used {
		if s.unsettled[name] != nil {
			s.unsettled[name] = append(s.unsettled[name], s.now.versions[name])
		}
	}
}

// anyHurt reports whether go may stumble over one of them.
func (s *session) anyHurt(used map[string]bool) bool {
	for name := range used {
		if s.damaged(name) {
			return true
		}
	}
	return false
}

// damaged reports whether a version is not what go would have left there, by what the test has done to it.
func (s *session) damaged(name string) bool {
	for part, f := range s.now.versions[name] {
		if slices.Contains(s.planted[location{name, part}], f) {
			return true
		}
	}
	return false
}

// goBuild lets the real go build a project with the proxy.
func (s *session) goBuild(o op) (string, error) {
	list := s.projectNames()
	if len(list) == 0 {
		return "", nil
	}
	name := pick(list, o.a)
	return "go build " + name, s.builds(name, false)
}

// builds lets go build a project, and looks at what that changes.
func (s *session) builds(name string, offline bool) error {
	p := s.projects[name]
	used := p.imported()
	r := s.w.build(name, offline)
	s.tally.builds++
	if offline {
		s.tally.offline++
	}
	e := s.expect()
	e.litter = s.untidy
	s.goUses(e, p.reached(), r.code != 0)
	hurt := s.anyHurt(p.reached())
	if r.code != 0 && !hurt {
		s.fault("%s does not build: %s", name, r)
	}
	if r.code == 0 && !hurt {
		for v := range used {
			e.only(v, "dir", s.w.good[v]["dir"])
			e.only(v, "partial", absent)
		}
	}
	if err := s.check(e); err != nil {
		return err
	}
	s.settledBy(p.reached())
	return nil
}

// compile looks whether projects build after an operation: without a network where the model says that all is there, and where
// only zips are, or something has to be fetched, one time in three, for that changes what is there.
func (s *session) compile(o op) error {
	for i, name := range s.projectNames() {
		if len(s.faults) > 0 {
			return nil
		}
		dirs, zips := true, true
		for v := range s.projects[name].imported() {
			ready := s.good(v, "ziphash") && s.good(v, "dir")
			dirs = dirs && ready
			zips = zips && (ready || s.good(v, "zip") && s.good(v, "ziphash") && s.now.versions[v]["dir"] == absent)
		}
		mods := true
		for v := range s.projects[name].reached() {
			mods = mods && s.good(v, "mod") && s.now.versions[v]["partial"] == absent
		}
		seldom := (o.b+uint32(i))%3 == 0
		switch {
		case dirs && mods, zips && mods && seldom:
			if err := s.builds(name, true); err != nil {
				return err
			}
		case seldom:
			if err := s.builds(name, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// goDownload lets go download versions outside any project: it asks the checksum database.
func (s *session) goDownload(o op) (string, error) {
	list := []string{pick(names, o.a)}
	if other := pick(names, o.b); other != list[0] {
		list = append(list, other)
	}
	r := s.w.gorun(s.w.scratch(), nil, append([]string{"mod", "download"}, list...)...)
	e, used := s.expect(), make(map[string]bool)
	e.litter = s.untidy
	for _, name := range list {
		used[name] = true
	}
	hurt := s.anyHurt(used)
	s.goUses(e, used, r.code != 0)
	for _, name := range list {
		for part, f := range s.w.good[name] {
			if r.code == 0 && !hurt {
				e.only(name, part, f)
			}
		}
	}
	if r.code != 0 && !hurt {
		s.fault("go cannot download: %s", r)
	}
	err := s.check(e)
	s.settledBy(used)
	return "go mod download " + strings.Join(list, " "), err
}

const mostProjects = 4

// addProject makes a project that wants some modules.
func (s *session) addProject(o op) (string, error) {
	for n := range mostProjects {
		if name := fmt.Sprintf("p%d", n); s.projects[name] == nil {
			p := &project{wants: make(map[string]string)}
			for _, v := range []string{pick(names, o.a), pick(names, o.b)} {
				path, version, _ := strings.Cut(v, "@")
				p.wants[path] = version
			}
			return fmt.Sprintf("a project %s that needs %v", name, p.roots()), s.write(name, p)
		}
	}
	return "", nil
}

// write changes a project on the disk, which is nothing that godoctor has done.
func (s *session) write(name string, p *project) (err error) {
	if s.projects[name] = p; p == nil {
		delete(s.projects, name)
		err = os.RemoveAll(filepath.Join(s.w.m.Projects, name))
	} else {
		err = s.w.writeProject(name, p)
	}
	if err != nil {
		return err
	}
	now, err := s.w.look()
	s.now = now
	return err
}

// removeProject removes one, even the last: then nothing is known to be unneeded.
func (s *session) removeProject(o op) (string, error) {
	list := s.projectNames()
	if len(list) == 0 || len(list) == 1 && o.b%4 != 0 {
		return "", nil
	}
	name := pick(list, o.a)
	return "project " + name + " is removed", s.write(name, nil)
}

// editProject changes what a project requires.
func (s *session) editProject(o op) (string, error) {
	list := s.projectNames()
	if len(list) == 0 {
		return "", nil
	}
	name := pick(list, o.a)
	p := &project{wants: maps.Clone(s.projects[name].wants)}
	path, version, _ := strings.Cut(pick(names, o.b), "@")
	if p.wants[path] == version && len(p.wants) > 1 {
		delete(p.wants, path)
	} else {
		p.wants[path] = version
	}
	return fmt.Sprintf("project %s needs %v", name, p.roots()), s.write(name, p)
}

// age makes the build cache and the quarantine four days older: after two of these what waits has waited long enough.
func (s *session) age(op) (string, error) {
	const days = 4 * 24 * time.Hour
	files, err := filepath.Glob(filepath.Join(s.w.m.GOCACHE, "??", "*-[ad]"))
	then := time.Now().Add(-days)
	for _, file := range files {
		if err == nil {
			err = os.Chtimes(file, then, then)
		}
	}
	if err == nil {
		err = s.w.ageHeld(days)
	}
	if err == nil {
		s.now, err = s.w.look()
	}
	return "four days go by for the build cache and the quarantine", err
}
