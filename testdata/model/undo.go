//go:build linux && amd64

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// after judges what a command has left that removes or brings back. hits are the versions that it was to change, and what they may
// be if it was broken off. done is what undo can take back; nil: nothing.
func (s *session) after(o op, e *expectation, how ending, hits map[string][]state, done *cleaned, r *result) error {
	was := s.now
	if how == killed {
		for name := range hits {
			e.halves[name] = true
			e.holds[name] = true
			for _, part := range allParts { // and whatever is on its way under another name
				e.allow(name, part, absent)
			}
			if was.versions[name]["info"] == absent {
				e.allow(name, "info", lentInfo(name)) // the next run takes it away again
			}
		}
		drops := e.drops
		e.drops = func(id string, h heldEntry) bool { return drops(id, h) || hits[h.name] != nil }
		e.build = nil
	}
	if err := s.check(e); err != nil {
		return err
	}
	if len(s.faults) > 0 {
		s.fault("after %s", r)
	}
	s.untidy = how == killed || s.untidy && (r.code != 0 && r.code != 4 || done != nil && done.repair && !r.ran())
	if how == killed {
		for name, states := range hits {
			s.unsettled[name] = append(append(s.unsettled[name], states...), s.now.versions[name])
		}
	} else if r.code == 0 || r.code == 4 {
		s.unsettled = make(map[string][]state)
	}
	if err := s.remember(how, done, r); err != nil || how != killed || len(s.faults) > 0 || !o.again {
		return err
	}
	return s.recover(was, hits)
}

// remember notes a run that can be taken back.
func (s *session) remember(how ending, done *cleaned, r *result) error {
	if how == ended {
		var d struct{ Run struct{ ID string } }
		if done == nil || json.Unmarshal([]byte(r.out), &d) != nil || d.Run.ID == "" {
			return nil // there was nothing to do, and nothing is written down
		}
		if done.id, done.certain = d.Run.ID, r.code == 0 && !done.unsettled; !done.repair {
			s.runs = append(s.runs, done)
			return nil
		}
	}
	// Who was killed has not said which run it was, on a full disk it may not be written down, and a repair can be undone only
	// where it has put something aside.
	ids, err := s.history()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if done != nil && !slices.ContainsFunc(s.runs, func(c *cleaned) bool { return c.id == id }) {
			done.id = id
			s.runs = append(s.runs, done)
		}
	}
	s.runs = slices.DeleteFunc(s.runs, func(c *cleaned) bool { return !slices.Contains(ids, c.id) })
	return nil
}

// recover lets godoctor end what it was killed in, and do nothing else. Then each version is what it was before, or what it would
// have been after; and nothing is lost.
func (s *session) recover(was *snapshot, hits map[string][]state) error {
	left := s.now
	r, err := s.try(trouble{}, "purge", "0-0") // there is no such run
	if err != nil {
		return err
	}
	if r.code != 0 || r.crashed() {
		s.fault("after a kill: %s", r)
	}
	e := s.expect()
	e.build = nil
	if err := s.check(e); err != nil {
		return err
	}
	for name, states := range hits {
		is := s.now.versions[name]
		states = append(states, s.unsettled[name]...)
		if z := is["ziphash"]; z != absent && z != s.w.good[name]["ziphash"] && !slices.ContainsFunc(states, func(st state) bool { return st["ziphash"] == z }) {
			s.fault("after a kill, and after the next run, .ziphash of %s is %s: go was writing it", name, z)
		}
		states = append(states, left.versions[name]) // it may end what an earlier one was killed in
		ok := slices.ContainsFunc(states, func(st state) bool { return maps.Equal(st, is) })
		if !ok && !(is["partial"] != absent) && !s.mixture(name, states) {
			s.fault("after a kill, and after the next run, %s is %v: neither as before nor as after: %v", name, is, states)
		}
		s.lost(was, name, states)
	}
	s.ended, s.untidy = true, false
	s.unsettled = make(map[string][]state)
	return nil
}

// mixture reports whether each part is as before or as after, and what is not there waits: undo goes on there.
func (s *session) mixture(name string, states []state) bool {
	for _, part := range allParts {
		if !slices.ContainsFunc(states, func(st state) bool { return st[part] == s.now.versions[name][part] }) {
			return false
		}
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(s.now.held)), func(h heldEntry) bool { return h.name == name }) || s.sure(name)
}

// lost notes what may not come back and is nowhere any more.
func (s *session) lost(was *snapshot, name string, states []state) {
	after := states[len(states)-1]
	for _, part := range []string{"zip", "ziphash", "dir"} {
		f := was.versions[name][part]
		if f == absent || after[part] == f || s.sure(name) && f == s.w.good[name][part] || s.now.versions[name][part] != absent {
			continue
		}
		if part == "dir" && s.now.versions[name]["zip"] != absent { // it is unpacked again
			continue
		}
		found := false
		for _, h := range s.now.held {
			found = found || h.name == name && h.parts[part] == bare(f)
		}
		if !found && !s.purging {
			s.fault("%s of %s, which may not come back, is lost", part, name)
		}
	}
}

// undo takes back the last run, or an older one.
func (s *session) undo(o op) (string, error) {
	if len(s.runs) == 0 {
		return "", nil
	}
	run, args := s.runs[len(s.runs)-1], []string{"undo", "--yes", "--json"}
	if o.a%3 == 0 {
		run = pick(s.runs, o.b)
		args = append(args, run.id)
	}
	what := describe([]string{"godoctor", "undo", fmt.Sprintf("of run %d", slices.Index(s.runs, run)+1)}, o)
	settled := len(s.unsettled) == 0
	r, err := s.try(o.trouble, args...)
	if err != nil {
		return "", err
	}
	how := s.outcome(o, r)
	e, hits := s.expect(), make(map[string][]state)
	e.litter, e.build = how == killed, nil
	must := how == ended && !r.busy() && settled && !run.repair
	hindered := run.repair || !settled || r.busy() || how != ended
	dropped := make(map[string]bool)
	for _, it := range run.items {
		b := s.bring(run, it)
		back := maps.Clone(s.now.versions[it.name])
		if back == nil {
			back = make(state)
		}
		maps.Copy(back, b.gives)
		hits[it.name] = []state{s.now.versions[it.name], back}
		hindered = hindered || b.hindered
		if b.hindered { // go may finish what it finds half unpacked
			e.allow(it.name, "partial", absent)
		}
		for part, f := range b.gives {
			if must && r.code == 0 && !b.hindered && (b.all || slices.Contains(it.parts, part)) {
				e.only(it.name, part, f)
			} else {
				e.allow(it.name, part, f, s.w.good[it.name][part])
			}
		}
		for id := range b.entries {
			dropped[id] = true
		}
	}
	for name := range hits { // a go command that fails ends in the middle of what else it was at
		e.halves[name] = e.halves[name] || r.code != 0
	}
	if run.repair {
		s.unmend(e, run, hits)
		for id := range s.now.held {
			if strings.HasPrefix(id, run.id+"/") {
				dropped[id] = true
			}
		}
	}
	drops := e.drops
	e.drops = func(id string, h heldEntry) bool { return dropped[id] || drops(id, h) }
	if r.code != 0 && !hindered || r.code != 0 && r.code != 4 && how == ended && !r.busy() {
		s.fault("an undo that nothing stands in the way of does not come to its end: %s", r)
	}
	if err := s.after(o, e, how, hits, nil, r); err != nil {
		return what, err
	}
	if how == ended && r.code == 0 { // on a full disk it may not be written down that it was undone: see remember
		for id := range dropped {
			if _, ok := s.now.held[id]; ok && must {
				s.fault("undo has brought back %s, and it is still in the quarantine", id)
			}
		}
		s.runs = slices.DeleteFunc(s.runs, func(c *cleaned) bool { return c == run })
	}
	return what, nil
}

// A brought is what undo brings back of one version.
type brought struct {
	gives    state           // parts
	all      bool            // all of these have to be there afterwards; else those that the run removed
	hindered bool            // something stands in the way, or may
	entries  map[string]bool // of the quarantine, that vanish
}

// bring says what undo does to one version.
func (s *session) bring(run *cleaned, it removed) brought {
	is, b := s.now.versions[it.name], brought{gives: make(state), entries: make(map[string]bool)}
	b.hindered = !run.certain || s.mixed(it.name)
	for id, h := range s.now.held {
		if h.name == it.name && strings.HasPrefix(id, run.id+"/") {
			b.entries[id] = true
		}
	}
	for _, part := range it.parts {
		b.gives[part] = it.had[part]
	}
	switch {
	case len(b.entries) > 0:
		for _, part := range it.parts {
			b.hindered = b.hindered || is[part] != absent // somebody has fetched it meanwhile
		}
	case it.held: // it was purged
		b.hindered = true
	case it.part == "sources":
		b.hindered = b.hindered || !s.good(it.name, "zip") || !s.good(it.name, "ziphash") && is["ziphash"] != absent
		b.gives["dir"] = s.w.good[it.name]["dir"]
		if is["ziphash"] == absent {
			b.gives["ziphash"] = s.w.good[it.name]["ziphash"] // go makes it when it unpacks
		}
	default:
		b.all, b.gives = true, maps.Clone(s.w.good[it.name])
	}
	if b.hindered { // then it may also be that go brings it
		for _, part := range wholeVersion {
			if b.gives[part] == absent {
				b.gives[part] = s.w.good[it.name][part]
			}
		}
	}
	return b
}
