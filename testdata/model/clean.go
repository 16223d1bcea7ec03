//go:build linux && amd64

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A policy is a set of flags of clean.
type policy struct {
	flags  string
	weight int
}

func (p policy) has(flag string) bool { return slices.Contains(strings.Fields(p.flags), flag) }

var policies = []policy{
	{"--orphans", 5}, {"--orphans --sources --leftovers", 3}, {"--sources", 4}, {"--zips", 2}, {"--orphans --forget", 2},
	{"--build", 2}, {"--orphans --purge", 1}, {"--all-modules", 1}, {"--module", 2}, {"--orphans --zips --build", 1},
}

func drawPolicy(n uint32) policy {
	total := 0
	for _, p := range policies {
		total += p.weight
	}
	k := int(n % uint32(total))
	for _, p := range policies {
		if k -= p.weight; k < 0 {
			return p
		}
	}
	return policies[0]
}

// A planItem is one line of what godoctor says that it would remove.
type planItem struct {
	Module, Version, Part, Tier string
	Entries                     int
}

func (it planItem) name() string { return it.Module + "@" + it.Version }

// goes are the parts of a version that go with a part of a plan.
var goes = map[string][]string{
	"sources": {"dir"}, "zip": {"zip"}, "version": {"zip", "ziphash", "dir"}, "forget": {"zip", "ziphash", "dir", "mod", "info"},
}

// without is a state without the parts that go.
func (s state) without(parts []string) state {
	out := maps.Clone(s)
	for _, part := range parts {
		delete(out, part)
	}
	return out
}

// wanted says what the documentation promises for an undamaged version: which part goes, "" for none; and whether that is sure.
func (s *session) wanted(p policy, target, name string) (part string, sure bool) {
	st := s.now.versions[name]
	dir, zip, hash := st["dir"] != absent, st["zip"] != absent, st["ziphash"] != absent
	unneeded := !s.needed()[name] && len(s.projects) > 0
	switch {
	case target != "" && name != target:
		return "", true
	case target != "":
		if !dir && !zip {
			return "", true
		}
		return "version", hash || zip
	case p.has("--all-modules") && (dir || zip):
		return "forget", false // or only version, where somebody may need the go.mod file
	case p.has("--orphans") && unneeded && (dir || zip):
		if p.has("--forget") {
			return "forget", hash && !s.reached()[name] && s.sure(name)
		}
		return "version", hash // without .ziphash it is a matter of what can be proved
	case p.has("--sources") && dir && zip && hash:
		return "sources", true
	case p.has("--zips") && dir && zip && hash:
		return "zip", true
	}
	return "", true
}

// sure reports whether a version can be had again: a go.sum file or the checksum database has its hash.
func (s *session) sure(name string) bool { return s.needed()[name] || s.now.records[name] }

var asked = regexp.MustCompile(`give --confirm (\d+) to`)

// clean lets godoctor say what it would remove, and remove it.
func (s *session) clean(o op) (string, error) {
	p, target := drawPolicy(o.a), ""
	args := append([]string{"clean", "--grace", "0", "--json"}, strings.Fields(p.flags)...)
	if p.has("--module") {
		target = pick(names, o.b)
		args = append(args, target)
	}
	e := s.expect()
	e.litter = s.untidy
	r, err := s.w.doctor(trouble{}, append(args, "-n")...)
	if err == nil {
		err = s.check(e)
	}
	if err != nil {
		return "", err
	}
	items, ok := s.plan(r)
	what := describe(append([]string{"godoctor"}, args...), o)
	if !ok || len(s.faults) > 0 {
		return what, nil
	}
	s.judgePlan(p, target, items)
	return what, s.remove(o, p, args, items)
}

func describe(args []string, o op) string {
	what := strings.Join(args, " ")
	switch {
	case o.trouble.full:
		what += fmt.Sprintf(", the disk full from its call %d on", o.trouble.at)
	case o.trouble.at > 0:
		what += fmt.Sprintf(", killed before its call %d", o.trouble.at)
	}
	return what
}

// plan reads the plan in an answer.
func (s *session) plan(r *result) ([]planItem, bool) {
	var d struct{ Plan struct{ Items []planItem } }
	if r.code != 0 || r.crashed() || json.Unmarshal([]byte(r.out), &d) != nil {
		s.fault("%s", r)
		return nil, false
	}
	return d.Plan.Items, true
}

// judgePlan compares a plan with what the model says.
func (s *session) judgePlan(p policy, target string, items []planItem) {
	by := make(map[string]planItem)
	for _, it := range items {
		if it.Module != "" {
			by[it.name()] = it
		}
	}
	needed := s.needed()
	for _, name := range names {
		it, planned := by[name]
		if s.unsettled[name] != nil {
			continue // whether it is there is decided by the next run
		}
		want, sure := s.wanted(p, target, name)
		whole := it.Part == "version" || it.Part == "forget"
		switch {
		case planned && whole && needed[name] && target == "" && !p.has("--all-modules"):
			s.fault("%s is needed, and is to go: %+v", name, it)
		case planned && s.hurt(name) && it.Tier != "hold" && target == "" && s.evidence(name):
			s.fault("%s is not as it was downloaded, and is to be deleted: %+v", name, it)
		case !s.hurt(name) && planned != (want != "") && (sure || planned):
			s.fault("the plan has %+v of %s, and the model says %q: it has %v", it, name, want, s.now.versions[name])
		case !s.hurt(name) && sure && it.Part != want:
			s.fault("the plan has %+v of %s, and the model says %q", it, name, want)
		case planned && it.Part != "sources" && it.Tier != "hold" && !s.sure(name):
			s.fault("nothing tells the hash of %s, and it is to be deleted at once: %+v", name, it)
		}
	}
}

// evidence reports whether zip or directory are something that cannot be had again.
func (s *session) evidence(name string) bool {
	for _, part := range []string{"zip", "dir"} {
		if f := s.now.versions[name][part]; f != absent && bare(f) != bare(s.w.good[name][part]) {
			return true
		}
	}
	return false
}

// remove carries out a clean.
func (s *session) remove(o op, p policy, args []string, items []planItem) error {
	run := append(args, "--yes", "--confirm", fmt.Sprint(len(items)))
	settled := len(s.unsettled) == 0
	r, err := s.try(o.trouble, run...)
	if err == nil && r.code == 5 {
		if m := asked.FindStringSubmatch(r.err); m != nil && !settled { // what was broken off is ended now, and there is another number
			r, err = s.try(o.trouble, append(args, "--yes", "--confirm", m[1])...)
		}
	}
	if err != nil {
		return err
	}
	broken := s.outcome(o, r)
	items = s.really(r, items, settled)
	e, done := s.expect(), &cleaned{unsettled: !settled}
	e.litter = broken == killed
	hits := make(map[string][]state)
	free := r.code == 0 && broken == ended
	for _, it := range items {
		if it.Module == "" {
			s.entriesGo(e, free && it.Part == "entry") // what else has no name is a leftover
			continue
		}
		name, parts := it.name(), goes[it.Part]
		had := s.now.versions[name]
		held := (it.Tier == "hold" && it.Part != "sources" || s.evidence(name)) && !p.has("--purge")
		gone := had.without(parts)
		hits[name] = []state{had, gone}
		if held {
			e.holds[name] = true
		}
		for _, part := range parts {
			if free && settled {
				e.only(name, part, absent)
			} else {
				e.allow(name, part, absent)
			}
		}
		if rm := (removed{name: name, part: it.Part, had: had, held: held}); true {
			for _, part := range parts {
				if had[part] != absent {
					rm.parts = append(rm.parts, part)
				}
			}
			done.items = append(done.items, rm)
			if held && free && settled {
				e.held = append(e.held, heldEntry{name: name, parts: pickParts(had, rm.parts)})
			}
		}
	}
	if broken == ended && r.code != 0 && !r.busy() && settled && !slices.ContainsFunc(items, func(it planItem) bool { return it.Module != "" && s.hurt(it.name()) }) {
		s.fault("a clean that nothing stands in the way of does not come to its end: %s", r)
	}
	s.purging = p.has("--purge")
	defer func() { s.purging = false }()
	due := s.due(e, len(items) > 0)
	if err := s.after(o, e, broken, hits, done, r); err != nil {
		return err
	}
	for _, id := range due {
		if h, ok := s.now.held[id]; ok && free {
			s.fault("%s of %s has waited long enough, and is there after a clean", id, h.name)
		}
	}
	return nil
}

// due are what goes from the quarantine with a clean, if that does anything.
func (s *session) due(e *expectation, does bool) (ids []string) {
	for id, h := range s.now.held {
		if does && h.due && h.whole {
			ids = append(ids, id)
		}
	}
	drops := e.drops
	e.drops = func(id string, h heldEntry) bool { return slices.Contains(ids, id) || drops(id, h) }
	return ids
}

// pickParts are the bare hashes of some parts.
func pickParts(s state, parts []string) state {
	out := make(state)
	for _, part := range parts {
		if s[part] != absent {
			out[part] = bare(s[part])
		}
	}
	return out
}

// entriesGo says what becomes of the build cache.
func (s *session) entriesGo(e *expectation, free bool) {
	for name, f := range s.now.build {
		if f.aged {
			e.build[name] = true
			if free && strings.HasSuffix(name, "-a") {
				e.entries = append(e.entries, name)
			}
		}
	}
}

// really are the items of the plan that the run itself has made: what was broken off before is ended first.
func (s *session) really(r *result, items []planItem, settled bool) []planItem {
	var d struct{ Plan struct{ Items []planItem } }
	if settled || json.Unmarshal([]byte(r.out), &d) != nil {
		return items
	}
	return append(items, d.Plan.Items...)
}

// An ending is how a command came to its end.
type ending int

const (
	ended  ending = iota
	killed        // in the middle
	full          // it came to its end on a full disk
)

// outcome counts how a command ended, and notes one that fell over.
func (s *session) outcome(o op, r *result) ending {
	if r.crashed() {
		s.fault("it crashed: %s", r)
	}
	if r.busy() {
		s.tally.busy++
	}
	switch {
	case o.trouble.at > 0 && r.hit != nil && o.trouble.full:
		s.tally.fulls++
		return full
	case o.trouble.at > 0 && r.hit != nil:
		s.tally.kills++
		return killed
	}
	return ended
}

// busyCode is the exit code of a command that did nothing, because something is in use.
const busyCode = 6

// try runs godoctor; again where a go command of somebody else seems to use the cache, and nothing was done for that. What was
// done in part is not asked for again: it would be something else.
func (s *session) try(t trouble, args ...string) (r *result, err error) {
	for range 5 {
		if r, err = s.w.doctor(t, args...); err != nil || r.code != busyCode || t.at > 0 {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	return r, err
}
