package tui

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/ui/text"
)

// verifyJob is a verification that runs or ran.
type verifyJob struct {
	job
	meter    *meter.Meter
	started  time.Time
	running  bool
	versions int          // that are to be verified
	expected atomic.Int64 // bytes that will be hashed, about

	sample meter.Sample // what the last tick found
	took   time.Duration
	seen   int       // changes of the ledger that the screens have
	next   time.Time // when it is worth making them ready again
}

// A wish is what somebody wants verified: versions by name, module@version, or all.
type wish struct{ keys []string } // nil: all

// verifySampleMsg is what a tick found.
type verifySampleMsg struct {
	id     int
	next   time.Time
	sample meter.Sample
	health *health // nil: nothing new
}

// verifyDoneMsg ends a verification.
type verifyDoneMsg struct {
	id     int
	health *health
	res    *verify.Result
}

// noVerify is said where nothing can verify.
const noVerify = "module versions cannot be verified here: the program was started without what does it"

// startVerify begins a verification, or notes the wish for the end of the scan: who needs what, and with it every go.sum,
// is known only then.
func (r *root) startVerify(w wish) tea.Cmd {
	switch v := r.verifying; {
	case r.Verify == nil:
		r.say(r.lacks(noVerify))
	case v.running && v.ctx.Err() == nil:
		r.say("verifying already; ctrl+c stops it")
	case r.scan.running:
		r.wish = &w
		r.say("verifying begins when the scan has ended")
	case r.data == nil || r.data.inv.ModCache == nil:
		r.say("there is no module cache to verify; e tells why")
	default:
		return r.beginVerify(w)
	}
	return nil
}

// wished begins what was wanted while the scan ran.
func (r *root) wished() tea.Cmd {
	w := r.wish
	if r.wish = nil; w == nil {
		return nil
	}
	return r.startVerify(*w)
}

// beginVerify starts the job, and the ticks that sample it.
func (r *root) beginVerify(w wish) tea.Cmd {
	inv, use := r.data.inv, r.data.who.result()
	picked := w.find(inv.ModCache.Versions)
	if w.keys != nil && len(picked) == 0 {
		r.say("it is not in the module cache: there is nothing to verify")
		return nil
	}
	v := &verifyJob{meter: new(meter.Meter), started: r.Now(), running: true, versions: len(picked)}
	if picked == nil {
		v.versions = len(inv.ModCache.Versions)
	}
	e := *r.env
	var run tea.Cmd
	v.job, run = r.jobs.start(func(ctx context.Context) tea.Msg { return r.runVerify(ctx, v, inv, use, picked, &e) })
	r.ledger.begin(v.id)
	r.verifying = v
	return tea.Batch(run, r.verifySampleCmd())
}

// find gives the places of the versions that are wanted; nil: all.
func (w wish) find(versions []modcache.Version) []int {
	if w.keys == nil {
		return nil
	}
	wanted := make(map[string]bool, len(w.keys))
	for _, k := range w.keys {
		wanted[k] = true
	}
	picked := []int{}
	for i := range versions {
		if len(wanted) > 0 && wanted[versions[i].Path+"@"+versions[i].Version] {
			picked = append(picked, i)
		}
	}
	return picked
}

// runVerify is the body of the job.
func (r *root) runVerify(ctx context.Context, v *verifyJob, inv *scan.Inventory, use *usage.Result, picked []int, e *env) tea.Msg {
	versions := inv.ModCache.Versions
	v.expected.Store(toHash(versions, picked))
	res := r.Verify(ctx, inv, use, picked, v.meter, func(x *verify.Verdict) {
		path := ""
		if x.Index >= 0 && x.Index < len(versions) {
			path = placeOf(&versions[x.Index])
		}
		r.ledger.put(v.id, x, path, r.Now())
	})
	if res == nil {
		res = &verify.Result{Stopped: true}
	}
	r.ledger.end(v.id, res, picked == nil)
	return verifyDoneMsg{v.id, r.ledger.health(e), res}
}

// placeOf is where a version lies.
func placeOf(v *modcache.Version) string {
	if v.Parts.Has(modcache.HasDir) || v.Zip == "" {
		return v.Dir
	}
	return v.Zip
}

// toHash is about how many bytes will be hashed: the directory, and what the zip unpacks to, which is as much.
func toHash(versions []modcache.Version, picked []int) int64 {
	const packed = 4 // what a zip without a directory may unpack to, in times its size
	var sum int64
	add := func(v *modcache.Version) {
		dir, zip := v.Parts.Has(modcache.HasDir), v.Parts.Has(modcache.HasZip)
		switch {
		case dir && zip:
			sum += 2 * v.Sources.Bytes
		case dir:
			sum += v.Sources.Bytes
		case zip:
			sum += packed * v.ZipSize.Bytes
		}
	}
	if picked == nil {
		for i := range versions {
			add(&versions[i])
		}
	}
	for _, i := range picked {
		add(&versions[i])
	}
	return sum
}

// verifySampleCmd looks at the verification after a moment.
func (r *root) verifySampleCmd() tea.Cmd {
	v, l, e := r.verifying, r.ledger, *r.env
	seen, next := v.seen, v.next
	return guard(tea.Tick(sampleEvery, func(now time.Time) tea.Msg {
		m := verifySampleMsg{id: v.id, next: next, sample: v.meter.Sample()}
		if !now.Before(next) && l.changed() != seen {
			m.health = l.health(&e)
			m.next = now.Add(max(prepareEvery, 15*time.Since(now))) // of a long list it would take a core else
		}
		return m
	}))
}

// onVerifySample takes what a tick found and asks for the next.
func (r *root) onVerifySample(m verifySampleMsg) tea.Cmd {
	v := r.verifying
	if m.id != v.id || !v.running {
		return nil
	}
	v.sample = m.sample
	if m.health != nil {
		v.seen, v.next = m.health.changes, m.next
		r.showHealth(m.health)
	}
	return r.verifySampleCmd()
}

// onVerifyDone takes the result.
func (r *root) onVerifyDone(m verifyDoneMsg) {
	v := r.verifying
	if m.id != v.id {
		return
	}
	v.running, v.took = false, r.Now().Sub(v.started)
	v.sample = v.meter.Sample()
	r.showHealth(m.health)
	r.say(v.outcome(m))
}

// outcome says what came of it.
func (v *verifyJob) outcome(m verifyDoneMsg) string {
	if m.res.Stopped {
		return fmt.Sprintf("stopped: %s of %s verified; what was found stays, v begins again",
			text.Count(int64(m.res.Modules)), plural(v.versions, "version"))
	}
	s := "verified " + plural(m.res.Modules, "module version") + " in " + text.Duration(v.took)
	return s + ": " + countOf(m.res.Findings).words()
}

// showHealth gives what is known to the screens.
func (r *root) showHealth(h *health) {
	if r.health != nil && h.changes < r.health.changes {
		return // it was overtaken on its way: verification, checks and repairs go on beside each other
	}
	r.health = h
	for _, s := range r.screens {
		if s, ok := s.(interface{ setHealth() }); ok {
			s.setHealth()
		}
	}
}

// done is how far the verification is, from 0 to 1: by bytes as long as they are not more than was expected, for
// versions are of very different sizes.
func (v *verifyJob) done() float64 {
	s := v.sample
	switch want := v.expected.Load(); {
	case want > 0 && s.Bytes > 0 && s.Bytes <= want:
		return float64(s.Bytes) / float64(want)
	case v.versions > 0:
		return min(float64(s.Units)/float64(v.versions), 1)
	}
	return 0
}

// left is how long it will go on; false while that would be a guess.
func (v *verifyJob) left(now time.Time) (time.Duration, bool) {
	took, done := now.Sub(v.started), v.done()
	if took < time.Second || done < 0.01 {
		return 0, false
	}
	return time.Duration(float64(took) * (1 - done) / done), true
}
