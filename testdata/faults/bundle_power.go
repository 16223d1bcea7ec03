//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cutCarryings lets the power fail while bundles are made and applied, and after that, for some seconds.
func (s *suite) cutCarryings() error {
	d, err := s.ext4("disk", 480)
	if err != nil {
		return err
	}
	c, err := newCarrier(&s.tools, d.at, filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	if err := seesLoss(d); err != nil {
		return err
	}
	until := time.Now().Add(time.Duration(s.seconds) * time.Second)
	in, after := 0, 0
	took := make(map[string]time.Duration)
	for n := 0; time.Now().Before(until) || n < len(carryings); n++ {
		x := &carryings[n%len(carryings)]
		ended, err := s.cutOne(d, c, x, took)
		if err != nil {
			return err
		}
		s.ran()
		if ended {
			after++
		} else {
			in++
		}
	}
	s.say("the power failed %d times in them and %d times after", in, after)
	if in == 0 {
		s.fault("the power never failed while a bundle was made or applied: this test could not see")
	}
	return d.unmount()
}

// seesLoss proves that what is not synced is lost.
func seesLoss(d *disk) error {
	name := filepath.Join(d.at, "unsynced")
	if err := os.WriteFile(name, []byte(strings.Repeat("lost\n", 1000)), 0o600); err != nil {
		return err
	}
	if err := errors.Join(d.cut(), d.unmount(), d.mount()); err != nil {
		return err
	}
	if st, err := os.Stat(name); err == nil && st.Size() > 0 {
		return errors.New("what was not synced outlived the power: this test could not see")
	}
	return nil
}

// cutOne lets the power fail some time after a command was started, mounts again, and judges. It reports whether the command had
// come to its end.
func (s *suite) cutOne(d *disk, c *carrier, x *carrying, took map[string]time.Duration) (ended bool, err error) {
	if err := errors.Join(c.reset(), d.durable()); err != nil {
		return false, err
	}
	b := x.try(c)
	wait := time.Duration(s.rand.Int64N(int64(took[x.what]*5/4 + 1)))
	if took[x.what] == 0 {
		wait = limit
	}
	said := make(chan *result, 1)
	go func() { said <- c.doctor(b.args()...) }()
	var r *result
	select {
	case r = <-said:
		ended = true
	case <-time.After(wait):
	}
	if s.rand.IntN(2) == 0 {
		err = d.commit()
	}
	if err := errors.Join(err, d.cut()); err != nil {
		return false, fmt.Errorf("the power cannot be taken from %s: %w", d.at, err)
	}
	if !ended {
		r = <-said
	} else if r.code != 0 {
		s.fault("%s without a fault: %s", x.what, r)
	} else {
		took[x.what] = max(took[x.what], r.took)
	}
	if err := errors.Join(c.endOthers(), d.unmount(), d.mount()); err != nil {
		return false, err
	}
	after := fmt.Sprintf("%s, power failed after %v", x.what, wait)
	if ended {
		after = x.what + ", power failed after its end"
	}
	if r.crashed() {
		s.fault("%s: it fell over: %s", after, r)
	}
	s.check(after, b.left(false))
	if ended {
		s.check(after, b.endured())
	}
	s.check(after, b.ends())
	return ended, nil
}
