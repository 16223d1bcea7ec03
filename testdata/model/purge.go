//go:build linux && amd64

package main

import (
	"fmt"
	"slices"
	"strings"
)

// purge empties the quarantine, or what one run put into it. With a wrong number it has to do nothing.
func (s *session) purge(o op) (string, error) {
	var ids []string
	for id := range s.now.held {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return "", nil
	}
	slices.Sort(ids)
	args := []string{"purge", "--json"}
	what := []string{"godoctor", "purge"}
	if o.a%3 == 0 {
		run, _, _ := strings.Cut(pick(ids, o.b), "/")
		ids = slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, run+"/") })
		args = append(args, run)
		what = append(what, "of one run")
	}
	settled, n := len(s.unsettled) == 0, 0
	for _, id := range ids {
		n += s.now.held[id].items(id)
	}
	if o.b%4 == 0 {
		return strings.Join(append(what, "with a wrong number"), " "), s.purgeWrong(args, n+1, settled)
	}
	r, err := s.try(o.trouble, append(args, "--confirm", fmt.Sprint(n))...)
	if err == nil && r.code == 5 && !settled {
		if m := asked.FindStringSubmatch(r.err); m != nil {
			r, err = s.try(o.trouble, append(args, "--confirm", m[1])...)
		}
	}
	if err != nil {
		return "", err
	}
	how := s.outcome(o, r)
	e := s.expect()
	e.litter = how == killed
	drops := e.drops
	e.drops = func(id string, h heldEntry) bool { return slices.Contains(ids, id) || drops(id, h) }
	if how == ended && r.code != 0 {
		s.fault("a purge that nothing stands in the way of does not come to its end: %s", r)
	}
	s.purging = true
	defer func() { s.purging = false }()
	if err := s.after(o, e, how, make(map[string][]state), nil, r); err != nil {
		return "", err
	}
	for _, id := range ids {
		if h, ok := s.now.held[id]; ok && how == ended && settled {
			s.fault("%s of %s was to be purged, and is there: %v", id, h.name, h.parts)
		}
	}
	return describe(what, o), nil
}

// purgeWrong says another number than there are items.
func (s *session) purgeWrong(args []string, n int, settled bool) error {
	r, err := s.try(trouble{}, append(args, "--confirm", fmt.Sprint(n))...)
	if err != nil {
		return err
	}
	if r.code != 5 && settled {
		s.fault("want exit code 5 for a wrong number: %s", r)
	}
	e := s.expect()
	if !settled {
		e.drops = func(string, heldEntry) bool { return true }
	}
	if err := s.check(e); err != nil {
		return err
	}
	if r.code == 0 || r.code == 5 {
		s.untidy = false
		s.unsettled = make(map[string][]state)
	}
	return nil
}
