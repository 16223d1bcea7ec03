//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A session is one sequence of operations, and the model beside it.
type session struct {
	w         *world
	tally     *tally
	now       *snapshot
	projects  map[string]*project
	runs      []*cleaned            // that can be undone, the oldest first
	unsettled map[string][]state    // versions that something was killed in, and what they may be after the next run
	planted   map[location][]string // what damages have made of parts
	purging   bool                  // what goes is meant to go for good
	untidy    bool                  // something was killed, and nothing has ended that
	ended     bool                  // what was killed was ended by another run
	faults    []string
	log       []string
}

// A cleaned is a run that removed something, or repaired.
type cleaned struct {
	id      string
	repair  bool
	certain bool // it came to its end, and the model knows what it has done
	items   []removed

	unsettled bool // it has ended first what somebody was killed in
}

// A removed is what a run has removed of one version.
type removed struct {
	name  string
	part  string   // as the plan calls it
	parts []string // that went
	had   state    // what the version was
	held  bool     // it waits in the quarantine
}

// A tally counts over all sequences.
type tally struct {
	steps, kills, fulls, builds, offline, busy, sequences int
	did                                                   map[string]int
}

// newSession begins with a fresh machine.
func newSession(w *world, t *tally) (*session, error) {
	if err := w.back(); err != nil {
		return nil, err
	}
	s := &session{w: w, tally: t, projects: make(map[string]*project), unsettled: make(map[string][]state), planted: make(map[location][]string)}
	for name, p := range w.first {
		s.projects[name] = &project{wants: maps.Clone(p.wants)}
	}
	var err error
	s.now, err = w.look()
	return s, err
}

// fault notes that something is not as it has to be.
func (s *session) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// check looks at the disk and compares it with what was expected. From then on that is what there is.
func (s *session) check(e *expectation) error {
	now, err := s.w.look()
	if err != nil {
		return err
	}
	s.faults = append(s.faults, e.judge(now)...)
	s.now = now
	return nil
}

// good reports whether a part is as the go command has made it.
func (s *session) good(name, part string) bool {
	f := s.now.versions[name][part]
	return f != absent && bare(f) == bare(s.w.good[name][part])
}

// hurt reports whether something of a version is neither good nor gone.
func (s *session) hurt(name string) bool {
	for part, f := range s.now.versions[name] {
		if part == "partial" || bare(f) != bare(s.w.good[name][part]) {
			return true
		}
	}
	return false
}

// mixed reports whether a version is hurt, or something was killed in it.
func (s *session) mixed(name string) bool { return s.hurt(name) || s.unsettled[name] != nil }

// needed are the versions that some project builds from.
func (s *session) needed() map[string]bool {
	out := make(map[string]bool)
	for _, p := range s.projects {
		for path, version := range p.selected() {
			out[path+"@"+version] = true
		}
	}
	return out
}

// reached are the versions whose go.mod file some project may need.
func (s *session) reached() map[string]bool {
	out := make(map[string]bool)
	for _, p := range s.projects {
		maps.Copy(out, p.reached())
	}
	return out
}

// projectNames are those of the projects, in order.
func (s *session) projectNames() []string { return slices.Sorted(maps.Keys(s.projects)) }

// history asks godoctor which of its runs can be undone, the oldest first.
func (s *session) history() (ids []string, err error) {
	r, err := s.w.doctor(trouble{}, "history", "--json")
	if err != nil {
		return nil, err
	}
	var d struct {
		Runs []struct {
			ID, Kind, Undone string
			UndoUntil        time.Time `json:"undo_until"` // of a repair: it has put something aside
			Items            []json.RawMessage
		}
	}
	if r.code != 0 || json.Unmarshal([]byte(r.out), &d) != nil {
		return nil, errors.New(r.String())
	}
	for _, run := range d.Runs {
		if (run.Kind == "clean" || run.Kind == "repair" && !run.UndoUntil.IsZero()) && run.Undone == "" && len(run.Items) > 0 {
			ids = append(ids, run.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// An op is one operation as it is drawn: what its numbers mean depends on what there is then, so that any of them can be left out.
type op struct {
	index   int
	kind    int
	a, b    uint32
	trouble trouble
	again   bool
}

// A kind of operation.
type kind struct {
	name   string
	weight int
	do     func(*session, op) (string, error)
}

var kinds = []kind{
	{"clean", 26, (*session).clean},
	{"undo", 16, (*session).undo},
	{"repair", 9, (*session).repair},
	{"purge", 5, (*session).purge},
	{"damage", 11, (*session).damage},
	{"build", 12, (*session).goBuild},
	{"download", 7, (*session).goDownload},
	{"add", 5, (*session).addProject},
	{"remove", 4, (*session).removeProject},
	{"edit", 8, (*session).editProject},
	{"age", 4, (*session).age},
}

// draw gives the operation of an index.
func draw(seed uint64, index int) op {
	r := rand.New(rand.NewPCG(seed, uint64(index)))
	o := op{index: index, a: r.Uint32(), b: r.Uint32(), again: r.IntN(2) == 0}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	n := r.IntN(total)
	for n >= kinds[o.kind].weight {
		n -= kinds[o.kind].weight
		o.kind++
	}
	switch r.IntN(10) {
	case 0, 1, 2: // killed, most of the time early enough
		o.trouble.at = 1 + r.IntN(10+r.IntN(90))
	case 3:
		o.trouble = trouble{at: 1 + r.IntN(30), full: true}
	}
	return o
}

// step does one operation, and looks what came of it. It reports whether all is as it has to be.
func (s *session) step(o op) (bool, error) {
	what, err := kinds[o.kind].do(s, o)
	if err == nil && len(s.faults) == 0 && what != "" {
		err = s.compile(o)
	}
	if what == "" {
		what = kinds[o.kind].name + ": there is nothing to do it to"
	} else {
		s.tally.did[kinds[o.kind].name]++
		s.tally.steps++
	}
	if s.ended {
		what, s.ended = what+"; and godoctor again, which ended that", false
	}
	s.note("%d %s", o.index, what)
	return len(s.faults) == 0, err
}

// pick gives one of a list, by a number.
func pick[T any](list []T, n uint32) T { return list[int(n%uint32(len(list)))] }

// note writes down what was done.
func (s *session) note(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf(format, args...))
	if verbose {
		fmt.Println(s.log[len(s.log)-1])
	}
}

func (s *session) tell() string { return strings.Join(s.faults, "\n") }
