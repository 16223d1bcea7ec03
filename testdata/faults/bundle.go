//go:build linux && amd64

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
)

// How many calls of each of the commands are tried, spread evenly over the whole of it, and of its last phase: below a full run, and in
// one. There every call of the last phase is.
const bundleKills, bundleEnds, bundleKillsFull = 6, 24, 100

// A carrying is a command of the part bundle: bundle create or bundle apply.
type carrying struct {
	what string
	last string // the first call of its last phase; "": it has none
	try  func(c *carrier) broken
}

// A broken is such a command on one machine, which is made ready for it: it is broken off, once or more often, and then comes to
// its end.
type broken interface {
	args() []string
	left(whole bool) string // what is wrong with what a run has left that was broken off; whole: nothing that it has written is lost
	ends() string           // what is wrong after the same command without a fault
	endured() string        // what is not there any more of what it has done
}

// carryings are what is broken off: an archive and a directory each.
var carryings = []carrying{
	{"create of an archive", "openat bundle.tar", func(c *carrier) broken { return newMaking(c, "offline.tar") }},
	{"create of a directory", "fchmodat tree", func(c *carrier) broken { return newMaking(c, "offline") }},
	{"apply of an archive", "", func(c *carrier) broken { return newApplying(c, "offline.tar") }},
	{"apply of a directory", "", func(c *carrier) broken { return newApplying(c, "offline") }},
}

// bundles kills bundle create and bundle apply before the calls by which they, and the go command that they start, change a file,
// and lets the power fail under them. What is left is whole or is not there, and the same command goes on.
func bundles(s *suite) error {
	carriers := make([]*carrier, min(4, runtime.NumCPU()))
	for i := range carriers { // one after the other: the first compiles the standard library for all
		dir := filepath.Join(s.dir, fmt.Sprint(i))
		var err error
		if carriers[i], err = newCarrier(&s.tools, dir, dir); err != nil {
			return err
		}
	}
	for i := range carryings {
		x := &carryings[i]
		if err := s.killCarrying(carriers, x, ""); err != nil {
			return err
		}
		if x.last == "" {
			continue
		}
		if err := s.killCarrying(carriers, x, x.last); err != nil {
			return err
		}
	}
	for i := range carryings {
		if err := s.straceCarrying(carriers[0], &carryings[i]); err != nil {
			return err
		}
	}
	return s.cutCarryings()
}

// killCarrying kills a command at many points, from a call on or from its beginning.
func (s *suite) killCarrying(carriers []*carrier, x *carrying, from string) error {
	if err := carriers[0].reset(); err != nil {
		return err
	}
	b := x.try(carriers[0])
	r, err := carriers[0].trace(0, fault{From: from}, b.args()...)
	if err != nil || r.code != 0 {
		return fmt.Errorf("%s without a fault: %v\n%s", x.what, err, r)
	}
	n := len(r.calls)
	for n > 0 && !r.calls[len(r.calls)-n].Is(from) {
		n--
	}
	if n < 10 {
		return fmt.Errorf("%s makes %d calls that change a file, from %q on: the tracer sees too little", x.what, n, from)
	}
	most, phase := bundleKills, ""
	switch full := s.seconds >= fullRun; {
	case from != "" && full:
		most, phase = n, ", its end"
	case from != "":
		most, phase = bundleEnds, ", its end"
	case full:
		most = bundleKillsFull
	}
	var missed, kills atomic.Int64
	points := evenly(n, most)
	spread(carriers, points, func(c *carrier, point int) {
		k := s.killTries(c, x, point, from)
		if kills.Add(int64(k)); k == 0 {
			missed.Add(1)
		}
	})
	s.say("%s%s: %d kills at %d of %d points", x.what, phase, kills.Load(), len(points), n)
	if int(missed.Load()) > 2+len(points)/10 { // how many calls there are differs by a few
		s.fault("%s: %d of %d kills did not come to pass", x.what, missed.Load(), len(points))
	}
	return nil
}

// killTries kills a command at one point, in one of two cases the next run of it too, and lets it come to its end. It gives how
// often it was killed.
func (s *suite) killTries(c *carrier, x *carrying, point int, from string) (kills int) {
	after := x.what
	if err := c.reset(); err != nil {
		s.fault("%s: %v", after, err)
		return 1
	}
	b := x.try(c)
	f := fault{Kill: true, From: from}
	for _, at := range []int{point, 1 + point*7%40}[:1+point%2] {
		r, err := c.trace(at, f, b.args()...)
		if err != nil {
			s.fault("%s: %v", after, err)
			return 1
		}
		if !r.killed {
			break
		}
		s.ran()
		kills++
		after += fmt.Sprintf(", killed before call %d, %v", at, r.hit)
		s.check(after, b.left(true))
		f.From = "" // the next one in its beginning, where it takes over what was left
	}
	if kills > 0 {
		s.check(after, b.ends())
	}
	return kills
}

// straceCarrying lets strace kill, at its own counting: the nth call of a thread, of one kind. That may be the go command alone.
func (s *suite) straceCarrying(c *carrier, x *carrying) error {
	most := 1
	if s.seconds >= fullRun {
		most = 8
	}
	hits := 0
	for _, name := range []string{"write", "openat", "renameat", "mkdirat", "unlinkat", "fsync", "linkat"} {
		for n := 1; n <= most; n++ {
			if err := c.reset(); err != nil {
				return err
			}
			b := x.try(c)
			when := fmt.Sprintf("inject=%s:signal=KILL:when=%d", name, n*n)
			tracing := []string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=" + name, "-e", when, c.tools.godoctor}
			r := c.run(c.environ("GOMAXPROCS=1"), c.m.Home, nil, c.tools.strace, append(tracing, c.arguments(b.args()...)...)...)
			if r.code == 0 { // no thread made so many
				break
			}
			s.ran()
			hits++
			after := x.what + ", strace -e " + when
			if r.crashed() && !strings.Contains(r.err, "signal: killed") {
				s.fault("%s: it fell over: %s", after, r)
			}
			s.check(after, b.left(true))
			s.check(after, b.ends())
		}
	}
	if hits < 3 {
		s.fault("%s: strace killed %d times only", x.what, hits)
	}
	s.say("%s: strace %d kills", x.what, hits)
	return nil
}
