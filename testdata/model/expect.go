//go:build linux && amd64

package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unwritten are the bare hashes of a .ziphash file that go has made, and has not written to: empty, and of the length of a hash.
var unwritten = []string{bareText(""), bareText(strings.Repeat("\x00", len("h1:")+44))}

func bareText(s string) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%x", sha256.Sum256([]byte(s)))))
}

// absent is the fingerprint of what is not there.
const absent = ""

// An expectation is what the model says that the disk is like after an operation. It begins as: nothing has changed.
type expectation struct {
	before  *snapshot
	allowed map[location][]string // of parts that may be something else than they were, or have to be
	halves  map[string]bool       // versions that go may have left half unpacked, with a .partial file that says so
	holds   map[string]bool       // versions of which something may come into the quarantine
	held    []heldEntry           // what has to be there then: one entry each
	drops   func(id string, e heldEntry) bool
	litter  bool            // temporary names of ours may stay
	build   map[string]bool // files of the build cache that may go; a nil one: any may come and go
	entries []string        // of the build cache, that have to be gone
}

// expect is the expectation that nothing changes, but for what an operation before was killed in.
func (s *session) expect() *expectation {
	e := &expectation{before: s.now, allowed: make(map[location][]string), halves: make(map[string]bool), holds: make(map[string]bool),
		drops: func(string, heldEntry) bool { return false }, build: make(map[string]bool)}
	for name, states := range s.unsettled {
		for _, st := range states {
			for _, part := range allParts {
				e.allow(name, part, st[part])
			}
		}
		e.holds[name] = true
		e.halves[name] = s.now.versions[name]["partial"] != absent
	}
	if len(s.unsettled) > 0 {
		e.drops = func(_ string, h heldEntry) bool { return !h.whole || s.unsettled[h.name] != nil }
	}
	for file, f := range s.now.build {
		if f.index {
			e.build[file] = true
		}
	}
	return e
}

// allow adds to what a part may be, beside what it is.
func (e *expectation) allow(name, part string, fingerprints ...string) {
	l := location{name, part}
	if e.allowed[l] == nil {
		e.allowed[l] = []string{e.before.versions[name][part]}
	}
	e.allowed[l] = append(e.allowed[l], fingerprints...)
}

// only says what a part has to be.
func (e *expectation) only(name, part string, fingerprints ...string) {
	e.allowed[location{name, part}] = fingerprints
}

// judge compares the disk with the expectation, and says what differs.
func (e *expectation) judge(now *snapshot) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, name := range names {
		is := now.versions[name]
		half := e.halves[name] && is["partial"] != absent
		for _, part := range allParts {
			allowed, ok := e.allowed[location{name, part}]
			if !ok {
				allowed = []string{e.before.versions[name][part]}
			}
			switch {
			case slices.Contains(allowed, is[part]), half && (part == "dir" || part == "partial"), e.thawed(name, part, is[part], allowed):
			case e.halves[name] && part == "ziphash" && slices.Contains(unwritten, bare(is[part])):
			default:
				fault("%s of %s is %s, and has to be %s", part, name, told(is[part]), tellAll(allowed))
			}
		}
	}
	faults = append(faults, e.judgeHeld(now)...)
	if len(now.ours) > 0 && !e.litter {
		fault("temporary names are left: %s", strings.Join(now.ours, ", "))
	}
	for lock := range e.before.locks {
		if !now.locks[lock] {
			fault("a lock file has vanished, so that two go commands could hold the same lock: %s", lock)
		}
	}
	for _, name := range differ(e.before.around, now.around) {
		fault("nobody may touch this: %s", name)
	}
	return append(faults, e.judgeBuild(now)...)
}

// thawed reports whether a directory has the right content, and can be written where it could before, or because go was killed.
func (e *expectation) thawed(name, part, is string, allowed []string) bool {
	if part != "dir" || is == absent || is != e.before.versions[name][part] && !e.halves[name] {
		return false
	}
	return slices.ContainsFunc(allowed, func(f string) bool { return bare(f) == bare(is) })
}

func told(fingerprint string) string {
	if fingerprint == absent {
		return "not there"
	}
	return short(fingerprint)
}

func tellAll(list []string) string {
	var out []string
	for _, f := range list {
		out = append(out, told(f))
	}
	return strings.Join(out, " or ")
}

// judgeHeld compares the quarantine.
func (e *expectation) judgeHeld(now *snapshot) (faults []string) {
	for id, was := range e.before.held {
		is, ok := now.held[id]
		switch {
		case !ok && !e.drops(id, was):
			faults = append(faults, fmt.Sprintf("%s of %s has gone from the quarantine", id, was.name))
		case ok && !e.drops(id, was) && !contains(is.parts, was.parts):
			faults = append(faults, fmt.Sprintf("%s of %s in the quarantine is %v, and was %v", id, was.name, is.parts, was.parts))
		}
	}
	var came []heldEntry
	for _, id := range slices.Sorted(maps.Keys(now.held)) {
		is := now.held[id]
		if was, ok := e.before.held[id]; ok && (!strings.Contains(id, inPlace) || maps.Equal(was.parts, is.parts) || e.drops(id, was) && contains(was.parts, is.parts)) {
			continue
		}
		came = append(came, is)
		if !e.holds[is.name] && !(e.litter && is.name == "" && len(is.parts) == 0) { // whoever was killed had not said what it is
			faults = append(faults, fmt.Sprintf("%s of %q has come into the quarantine", id, is.name))
		}
		if !is.whole && !e.litter {
			faults = append(faults, fmt.Sprintf("%s of %q in the quarantine is not whole", id, is.name))
		}
	}
	for _, want := range e.held {
		if !slices.ContainsFunc(came, func(h heldEntry) bool { return h.name == want.name && contains(h.parts, want.parts) }) {
			faults = append(faults, fmt.Sprintf("%s is not in the quarantine: %v", want.name, want.parts))
		}
	}
	return faults
}

// contains reports whether all parts of the second state are in the first.
func contains(s, parts state) bool {
	for part, f := range parts {
		if s[part] != f {
			return false
		}
	}
	return true
}

// judgeBuild compares the build cache.
func (e *expectation) judgeBuild(now *snapshot) (faults []string) {
	for _, name := range e.entries {
		if _, ok := now.build[name]; ok {
			faults = append(faults, "an entry of the build cache that was to go is there: "+name)
		}
	}
	if e.build == nil {
		return faults
	}
	for name, was := range e.before.build {
		is, ok := now.build[name]
		if !ok && !e.build[name] || ok && is.stamp != was.stamp {
			faults = append(faults, "an entry of the build cache has gone, or is another one: "+name)
		}
	}
	for name := range now.build {
		if _, ok := e.before.build[name]; !ok {
			faults = append(faults, "an entry of the build cache has come: "+name)
		}
	}
	return faults
}

// differ names what is not alike, at most four.
func differ(was, is map[string]string) (out []string) {
	for name, line := range was {
		switch now, ok := is[name]; {
		case !ok:
			out = append(out, "lost "+name)
		case now != line:
			out = append(out, fmt.Sprintf("changed %s: %s, it was %s", name, now, line))
		}
	}
	for name := range is {
		if _, ok := was[name]; !ok {
			out = append(out, "new "+name)
		}
	}
	slices.Sort(out)
	return out[:min(4, len(out))]
}
