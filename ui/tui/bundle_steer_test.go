package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"godoctor/doctor/fetch"
)

// A look is stopped by esc and by ctrl+c, and what comes of it then is dropped; so is what comes of a look before.
func TestBundleLookStopped(t *testing.T) {
	for _, k := range []string{"esc", "ctrl+c"} {
		f := &carrier{}
		r, b := depot(t, f, 80, 24)
		f.pace = func(ctx context.Context, _ string, _ *Watch) {
			l := b.sides[packSide].look
			r.Update(bundleSampleMsg{l.id, packSide, l.work.sampled(r.env)})
			r.Update(bundleSampleMsg{l.id - 1, packSide, workSample{workState: workState{what: "stale"}}})
			wantText(t, r, k, "reading go.mod files", "esc stop the look")
			if do(r, "x"); len(f.wishes) != 1 {
				t.Error("x looks twice at once")
			}
			if isQuit(press(r, k)) || ctx.Err() == nil {
				t.Errorf("%s does not stop the look", k)
			}
		}
		do(r, "x")
		if b.packing != nil || b.sides[packSide].look.running {
			t.Errorf("%s: it came to something", k)
		}
		wantText(t, r, k, "Stopped: nothing was changed. x looks again.")
		f.pace = nil
		do(r, "x")
		if b.packing == nil {
			t.Error("it does not look again")
		}
	}
	f := &carrier{}
	r, b := depot(t, f, 80, 24)
	r.Update(packLookMsg{id: 999, view: &packView{}})
	r.Update(applyLookMsg{id: 999, view: &applyView{}})
	r.Update(bundleSampleMsg{id: 999, side: applySide})
	if b.packing != nil || b.unpacking != nil {
		t.Error("an answer that nobody waits for is believed")
	}
}

// p pauses a download and the stages, X gives the download up, ctrl+c stops; what came is gone on with once that is confirmed.
func TestBundleSteer(t *testing.T) {
	f := &carrier{picture: inTheMiddle(0)}
	r, b := depot(t, f, 120, 40)
	f.pace = func(_ context.Context, part string, _ *Watch) {
		if part == "download" {
			r.Update(workSampleMsg{r.work.id, r.work.sampled(r.env)})
			wantText(t, r, "download", "Bundling", "receiving", "held", "working  fetching", "waiting  rehearsing", "Safe to stop: no half bundle")
			press(r, "p")
			wantText(t, r, "paused", "Paused", "p go on")
			press(r, "p", "X")
			wantText(t, r, "stopping", "stops after this")
			press(r, "B")
			wantText(t, r, "beside it", "Bundling ", "7 Activity shows it")
			do(r, "x")
			wantText(t, r, "x", "it is at work")
			press(r, "7")
		}
	}
	do(r, "x", "x", "y")
	if got := strings.Join(f.last.told, " "); got != "pause resume cancel" {
		t.Errorf("the download was told %q", got)
	}
	wantText(t, r, "stopped", "Stopped: bundle-2026-11-22.tar was not made", "x tries what is left again")
	f.picture = nil
	f.pace = func(ctx context.Context, part string, _ *Watch) {
		if part == "rehearsing" {
			if isQuit(press(r, "ctrl+c")) || ctx.Err() == nil {
				t.Error("ctrl+c does not stop it")
			}
		}
	}
	do(r, "x")
	wantText(t, r, "again", "Go on with bundle-2026-11-22.tar?", "> [ Cancel ] <")
	do(r, "y")
	wantText(t, r, "interrupted", "Stopped: ")
	f.pace = nil
	if do(r, "x", "n"); len(f.made) > 0 {
		t.Error("it goes on without an answer")
	}
	do(r, "x", "y")
	wantText(t, r, "done", "The bundle is made")
	if len(f.made) != 1 || len(r.works) != 3 {
		t.Errorf("made %q in %d runs", f.made, len(r.works))
	}
	if b.sides[packSide].work != r.work {
		t.Error("the screen shows another run")
	}
}

// Applying stops between versions, keeps what is installed, and goes on; what failed is tried again.
func TestBundleApplySteer(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 120, 40)
	b.side, b.values[fileField] = applySide, "/media/usb/offline.tar"
	f.pace = func(_ context.Context, part string, _ *Watch) {
		switch {
		case part == "look":
		case len(f.applied) == 2:
			r.Update(workSampleMsg{r.work.id, r.work.sampled(r.env)})
			wantText(t, r, "running", "Installing", "working  install", "2/7", "Safe to stop: what is installed stays so")
			press(r, "ctrl+c")
		}
	}
	do(r, "x", "x", "y")
	wantText(t, r, "stopped", "Stopped: 2 versions installed", "They stay so", "x tries what is left again")
	f.pace = nil
	r.scan.running = false
	do(r, "x", "y")
	wantText(t, r, "gone on", "Done: 5 versions installed")
	if len(f.applied) != 7 {
		t.Errorf("applied %d", len(f.applied))
	}
	f = &carrier{ending: errors.New("another godoctor is at work")}
	r, b = depot(t, f, 120, 40)
	b.side, b.values[fileField] = applySide, "/media/usb/offline.tar"
	do(r, "x", "x", "y")
	wantText(t, r, "refused", "Nothing was changed", "another godoctor is at work", "x tries what is left again")
	f.ending = nil
	do(r, "x", "y")
	wantText(t, r, "again", "Done: 7 versions installed")
}

// A bundle waits for its turn behind another run, and can be taken off; the screen knows.
func TestBundleWaits(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 80, 24)
	other := newWork(cleanWork)
	r.startWork(other, func(context.Context) Outcome { return Outcome{} })
	press(r, "B")
	do(r, "x", "x")
	press(r, "y")
	wantText(t, r, "waits", "waits for its turn")
	press(r, "tab", "tab")
	press(r, "B")
	if b.sides[packSide].work == nil {
		t.Fatal("the screen does not know of it")
	}
	wantText(t, r, "on the screen", "waits for its turn")
	r.drop(b.sides[packSide].work)
	press(r, "1", "B")
	if b.sides[packSide].work != nil || len(f.made) > 0 {
		t.Error("it is still there")
	}
}

// What is not possible is said, with the reason.
func TestBundleRefused(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 80, 24)
	r.Bundle.NoMake = "--dry-run was given"
	do(r, "x", "x")
	wantText(t, r, "make", "Not here", "--dry-run was given", "looked at all")
	press(r, "esc")
	wantText(t, r, "key", "x make it (not here)")
	r.Bundle.NoMake, r.Bundle.Offline = "", true
	do(r, "x")
	wantText(t, r, "offline", "1 zip would have to be fetched, and --offline forbids it")
	press(r, "esc")
	b.packing.p.Taken, r.Bundle.Offline = true, false
	do(r, "x")
	wantText(t, r, "taken", "there is something of that name already")
	if r.question != nil || len(f.made) > 0 {
		t.Error("it is made")
	}
	r.Bundle.NoApply = "apply was tested on Linux only"
	b.side, b.values[fileField] = applySide, "x.tar"
	do(r, "x", "x")
	wantText(t, r, "apply", "apply was tested on Linux only")
	press(r, "esc")
	r.Bundle.NoLook = "a made-up machine has nothing to carry"
	n := len(f.uses)
	do(r, "esc", "x")
	wantText(t, r, "look", "Not here", "a made-up machine has nothing to carry")
	press(r, "esc")
	do(r, "enter")
	typeText(r, "y.tar")
	if do(r, "enter"); len(f.uses) != n || len(f.applied) > 0 {
		t.Error("it looks, or applies")
	}
	r = load(testRoot(t, Options{}), inventory(3))
	press(r, "B")
	wantText(t, r, "nobody", "nothing can be bundled here")
	if press(r, "esc"); r.current != overviewScreen {
		t.Error("esc does not lead back")
	}
}

// The bar of a bundle in the making goes forward only, whatever its stages count.
func TestBundleProgress(t *testing.T) {
	step := int64(0)
	f := &carrier{picture: func() fetch.Picture { return inTheMiddle(step)() }}
	r, _ := depot(t, f, 80, 24)
	last := -1.0
	look := func() {
		r.Update(workSampleMsg{r.work.id, r.work.sampled(r.env)})
		if d := r.work.done(); d < last || d > 1 {
			t.Errorf("%f after %f", d, last)
		} else {
			last = d
		}
	}
	f.pace = func(_ context.Context, part string, _ *Watch) {
		switch part {
		case "look":
			return
		case "download":
			for ; step < 8<<20; step += 1 << 20 {
				look()
			}
		}
		look()
	}
	do(r, "x", "x", "y")
	if last < 0.9 || r.work.done() != 1 {
		t.Errorf("at the end %f, %f", last, r.work.done())
	}
	if r.View().ProgressBar != nil {
		t.Error("the bar stays")
	}
}
