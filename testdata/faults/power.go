//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// power takes the power away while godoctor cleans and undoes in turn, and looks at what is there after the next mount.
func power(s *suite) error {
	d, err := s.ext4("disk", 96)
	if err != nil {
		return err
	}
	w, err := newWorld(&s.tools, d.at, filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	if err := w.seesLoss(d); err != nil {
		return err
	}
	until := time.Now().Add(time.Duration(s.seconds) * time.Second)
	states := make(map[string]int)
	for n := 0; time.Now().Before(until) || n < 3; n++ {
		if err := w.back(w.fresh); err != nil {
			return err
		}
		if err := d.durable(); err != nil {
			return err
		}
		state, err := s.cycle(d, w)
		if err != nil {
			return err
		}
		states[state]++
		s.ran()
	}
	for state, n := range states {
		s.say("%d times %s", n, state)
	}
	if states["in a clean"] == 0 && s.seconds > 10 {
		s.fault("the power never failed while godoctor worked: this test could not see")
	}
	return d.unmount()
}

// seesLoss proves that what is not synced is lost: a plain go mod download before the power fails.
func (w *world) seesLoss(d *disk) error {
	m := w.all[0]
	if err := removeTree(w.m.Dir(m)); err != nil {
		return err
	}
	if err := d.durable(); err != nil {
		return err
	}
	if why := w.downloads(); why != "" {
		return errors.New(why)
	}
	for _, do := range []func() error{d.cut, d.unmount, d.mount} {
		if err := do(); err != nil {
			return err
		}
	}
	if st, err := os.Stat(filepath.Join(w.m.Dir(m), "LICENSE")); err == nil && st.Size() > 0 {
		return errors.New("what go had just written outlived the power: this test could not see")
	}
	return nil
}

// A phase is what godoctor is doing: the commands that have ended, and whether one runs.
type phase struct {
	done    int // 0: none, odd: a clean was the last, even: an undo
	running bool
}

// cycle cleans and undoes until the power fails, mounts again, and judges. It says when the power failed.
func (s *suite) cycle(d *disk, w *world) (string, error) {
	var now atomic.Pointer[phase]
	var stop atomic.Bool
	now.Store(&phase{})
	last := make(chan string, 1)
	pauses := [8]time.Duration{}
	for i := range pauses {
		pauses[i] = time.Duration(s.rand.IntN(60)) * time.Millisecond
	}
	go func() { last <- w.turns(&now, &stop, pauses[:]) }()
	time.Sleep(time.Duration(30+s.rand.IntN(900)) * time.Millisecond)
	was := now.Load()
	err := d.cut()
	still := now.Load()
	stop.Store(true)
	said := <-last
	if err != nil {
		return "", fmt.Errorf("the power cannot be taken from %s: %w", d.at, err)
	}
	if err := w.endOthers(); err != nil {
		return "", err
	}
	if err := d.unmount(); err != nil {
		return "", err
	}
	if err := d.mount(); err != nil {
		return "", err
	}
	state := "before anything"
	switch {
	case was.running && was.done%2 == 0:
		state = "in a clean"
	case was.running:
		state = "in an undo"
	case was.done%2 == 1:
		state = "after a clean"
	case was.done > 0:
		state = "after an undo"
	}
	after := "power failed " + state
	if said != "" {
		s.fault("%s: %s", after, said)
	}
	if was == still && !was.running && was.done > 0 {
		s.check(after, w.durable(was.done))
	}
	if state == "in an undo" {
		n, why := w.lostByGo()
		if s.check(after, why); n > 0 {
			state += " (what go had unpacked was not on the disk)"
		}
	}
	s.check(after, w.afterPower())
	is, err := w.around()
	if err != nil {
		return "", err
	}
	s.check(after, differ(w.sent, is))
	return state, nil
}

// turns cleans and undoes until it is told to stop. What is wrong with a command that ended before is the answer.
func (w *world) turns(now *atomic.Pointer[phase], stop *atomic.Bool, pauses []time.Duration) string {
	for n := 0; ; n++ {
		time.Sleep(pauses[n%len(pauses)])
		if stop.Load() {
			return ""
		}
		now.Store(&phase{n, true})
		var r *result
		if n%2 == 0 {
			r = w.clean()
		} else {
			r = w.doctor("undo", "--yes")
		}
		switch {
		case r.crashed():
			return "it fell over: " + r.String()
		case r.code == 0:
			now.Store(&phase{n + 1, false})
		case stop.Load(), strings.Contains(r.String(), "input/output error"):
			return "" // the power is gone
		default:
			return "without a fault: " + r.String()
		}
	}
}

// durable says why what was reported done is not done after the power failed.
func (w *world) durable(done int) string {
	is, err := w.modules()
	if err != nil {
		return err.Error()
	}
	want := w.cleaned
	if done%2 == 0 {
		want = w.whole
	}
	gone := func(l listing) listing { // what both kinds of commands promise: versions, not what go puts beside them
		out := make(listing)
		for name, line := range l {
			if strings.HasPrefix(name, "faults.test/") || strings.HasSuffix(name, ".zip") || strings.HasSuffix(name, ".ziphash") {
				out[name] = line
			}
		}
		return out
	}
	if done%2 == 0 {
		is, want = back(gone(is), gone(want))
	}
	if diff := differ(gone(want), gone(is)); diff != "" {
		return "what was reported done is not: " + diff
	}
	return ""
}

// back takes out of two listings what an undo does not promise: the zip of a version that had none, and leftovers.
func back(is, want listing) (listing, listing) {
	for _, l := range []listing{is, want} {
		for name := range l {
			if strings.Contains(name, "slim/@v/") || strings.Contains(name, ".tmp") || strings.Contains(name, "zip1") {
				delete(l, name)
			}
		}
	}
	return is, want
}

// lostByGo removes what go was just bringing back when the power failed: it syncs nothing, and its files may be there and
// be empty (golang/go#36568). Of what godoctor itself puts back nothing may be so.
func (w *world) lostByGo() (n int, why string) {
	is, err := w.modules()
	if err != nil {
		return 0, err.Error()
	}
	for _, m := range w.all {
		for _, place := range places(m.ID()) {
			damaged := ""
			for name, line := range is {
				if was, ok := w.whole[name]; ok && was != line && (name == place || strings.HasPrefix(name, place+"/")) && strings.Contains(line, " 0 e3b0c4") {
					damaged = name
				}
			}
			switch {
			case damaged == "":
				continue
			case slices.Contains(held, m.String()), slices.Contains(needed, m.String()) && strings.Contains(place, "@v"):
				return n, damaged + " is empty"
			}
			n++
			if err := removeTree(filepath.Join(w.m.GOMODCACHE, place)); err != nil {
				return n, err.Error()
			}
		}
	}
	return n, ""
}

// afterPower says what is wrong with the machine after the power failed.
func (w *world) afterPower() string {
	for _, look := range []func() string{w.builds, w.downloads, w.builds, w.ends} {
		if why := look(); why != "" {
			return why
		}
	}
	return ""
}
