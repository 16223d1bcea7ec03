package tui

import (
	"cmp"
	"time"

	"godoctor/ui/text"
)

// pace is how fast a run has been of late. What is left of it is said only while that is steady.
type pace struct {
	over  time.Duration // how far it looks back; 0: paceOver
	at    []time.Time
	bytes []int64
	rate  float64 // bytes a second
	left  time.Duration
	known bool
}

// paceOver is how far a pace looks back.
const paceOver = 3 * time.Second

// add notes how much is done.
func (p *pace) add(now time.Time, done, total int64, paused bool) {
	last := len(p.at) - 1
	if paused || last >= 0 && done < p.bytes[last] { // it began anew
		*p = pace{over: p.over}
		return
	}
	over := cmp.Or(p.over, paceOver)
	p.at, p.bytes = append(p.at, now), append(p.bytes, done)
	for len(p.at) > 2 && now.Sub(p.at[1]) >= over {
		p.at, p.bytes = p.at[1:], p.bytes[1:]
	}
	last = len(p.at) - 1
	took := now.Sub(p.at[0])
	p.known = false
	if took < over {
		return
	}
	p.rate = float64(done-p.bytes[0]) / took.Seconds()
	half := 0
	for now.Sub(p.at[half]) > over/2 {
		half++
	}
	recent := float64(p.bytes[last]-p.bytes[half]) / max(now.Sub(p.at[half]).Seconds(), 0.1)
	if p.rate > 0 && recent > p.rate/2 && recent < 2*p.rate {
		p.known, p.left = true, time.Duration(float64(max(total-done, 0))/p.rate*float64(time.Second))
	}
}

// words say the pace.
func (p *pace) words() string {
	if p.rate <= 0 {
		return ""
	}
	return text.Bytes(int64(p.rate)) + "/s"
}
