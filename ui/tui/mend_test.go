package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
)

func TestMendGolden(t *testing.T) {
	for _, g := range mendGoldens {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}, {200, 60}} {
			name := fmt.Sprintf("%s_%dx%d", g.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Setenv("TZ", "UTC")
				r := testRoot(t, Options{Use: useOf(config.Default())})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				load(r, withProjects(inventory(40), 14))
				g.state(r)
				checkFrame(t, r, name)
				golden(t, name, hourless(screenText(r)))
			})
		}
	}
}

// hourless takes out the time until which the host of inTheMiddle is left alone, which is told from the clock.
func hourless(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, l := range lines {
		if at := strings.Index(l, "pause until "); at >= 0 && len(l) >= at+20 {
			lines[i] = l[:at+12] + "hh:mm:ss" + l[at+20:]
		}
	}
	return strings.Join(lines, "\n")
}

// One key plans the fix of the finding under the cursor, of what is marked, or of all; nothing is mended before it was
// confirmed, and then exactly what is ticked; what was mended is gone from the list.
func TestMend(t *testing.T) {
	f := &nurse{}
	r := ward(t, f)
	fs := r.screens[findingsScreen].(*findings)
	before := r.health.count.total()
	do(r, "j", "j", "x")
	p := r.screens[planScreenAt].(*planScreen)
	if len(f.wishes) != 1 || len(f.wishes[0].Findings) != 1 || len(f.wishes[0].Known) != before || p.mend == nil {
		t.Fatalf("planned: %d wishes", len(f.wishes))
	}
	wantText(t, r, "one", "[6 Plan]", "2 items to repair", "same as: godoctor repair ")
	if do(r, "esc"); r.current != findingsScreen || p.mending() {
		t.Error("esc does not go back")
	}
	do(r, "g", "space", "space", "V", "j", "j", "V")
	if fs.marks.Count() != 5 {
		t.Errorf("%d marked", fs.marks.Count())
	}
	wantText(t, r, "marked", "ERROR*", "x fix 5 marked")
	if do(r, "x"); len(f.wishes[1].Findings) != 5 || fs.marks.Count() != 0 {
		t.Errorf("%d of 5 marked are wished", len(f.wishes[1].Findings))
	}
	do(r, "esc", "F")
	if len(f.wishes[2].Findings) != before {
		t.Errorf("%d of %d are wished", len(f.wishes[2].Findings), before)
	}
	steps := labels(p.mend.steps)
	do(r, "space", "x")
	if len(f.mended) > 0 || r.question == nil {
		t.Fatal("it did not ask")
	}
	if press(r, "enter"); r.question != nil || len(f.mended) > 0 {
		t.Fatal("enter on Cancel did something")
	}
	do(r, "x", "y")
	slices.Sort(f.mended)
	if len(f.mended) != len(steps)-1 || r.current != activityScreen || p.mending() {
		t.Errorf("mended %d of %d", len(f.mended), len(steps)-1)
	}
	wantText(t, r, "result", fmt.Sprintf("Done: %d items repaired, skipped 0, failed 0", len(steps)-1), "Verified again: nothing is wrong", "z takes it back")
	if n := r.health.count.total(); n != before-len(f.mended)+1 { // one was not ticked, and go.sum is no finding here
		t.Errorf("%d findings remain of %d", n, before)
	}
	if !r.scan.running {
		t.Error("the caches are not looked at again")
	}
}

// What a person has to decide is shown with the reason and the command, and cannot be ticked.
func TestMendByHand(t *testing.T) {
	r := ward(t, &nurse{})
	fs := r.screens[findingsScreen].(*findings)
	for i := range fs.list.Len() {
		if fs.list.Move(i); fs.selected().check == "gosum-malformed" {
			break
		}
	}
	wantText(t, r, "list", "by hand")
	do(r, "x")
	wantText(t, r, "plan", "nothing of it can be repaired from here", "somebody who knows what was meant", "to do: go mod tidy")
	do(r, "space")
	wantText(t, r, "space", "that is left to you: go mod tidy")
	do(r, "x")
	wantText(t, r, "x", "there is nothing that can be done from here")
	do(r, "Y")
	wantText(t, r, "Y", "copied the command")
	do(r, "enter")
	wantText(t, r, "enter", "WHY NOT", "Y copies the command.")
}

// What cannot be proved, and what nobody can see the users of, has to be typed; what cannot be planned is told.
func TestMendCareful(t *testing.T) {
	f := &nurse{unknown: true}
	r := ward(t, f)
	do(r, "F", "x")
	if r.question == nil || !strings.HasPrefix(r.question.typed, "repair ") {
		t.Fatalf("nothing has to be typed\n%s", screenText(r))
	}
	press(r, "y", "enter")
	if len(f.mended) > 0 {
		t.Error("y is enough")
	}
	press(r, "ctrl+u")
	typeText(r, r.question.typed)
	if work(r, press(r, "enter")); len(f.mended) == 0 {
		t.Error("it did not begin")
	}
	f = &nurse{fail: errors.New("no room\x1b[2J")}
	r = ward(t, f)
	do(r, "F")
	wantText(t, r, "failure", `no room\x1b[2J. Nothing was changed;`)
	r = ward(t, &nurse{refuse: errors.New("another godoctor is at work")})
	do(r, "F", "x", "y")
	wantText(t, r, "refused", "Nothing was changed: another godoctor is at work", "x try what is left again")
	r.Repair.Refused = "--dry-run was given: nothing is changed"
	do(r, "5", "F", "x")
	wantText(t, r, "not here", "Not here", "--dry-run was given")
}

// What failed is tried again, and nothing else, as a run of its own that is confirmed.
func TestMendRetry(t *testing.T) {
	f := &nurse{}
	f.outcome = func(s *plan.Step) plan.Outcome {
		if len(f.mended) == 2 {
			return plan.Outcome{Result: plan.Failed, Err: errors.New("410 Gone")}
		}
		return plan.Outcome{Result: plan.Done}
	}
	r := ward(t, f)
	do(r, "F", "x", "y")
	left := labels(r.work.left)
	if len(left) == 0 || len(f.mended) != 2 {
		t.Fatalf("%d left, %d mended", len(left), len(f.mended))
	}
	wantText(t, r, "first", "410 Gone", "x tries what is left again")
	f.outcome = nil
	do(r, "x")
	wantText(t, r, "question", fmt.Sprintf("Repair %s?", plural(len(left), "item")))
	do(r, "y")
	again := slices.Clone(f.mended[2:])
	if slices.Sort(again); !slices.Equal(again, left) {
		t.Errorf("tried again: %q, left: %q", again, left)
	}
	do(r, "x")
	wantText(t, r, "second", "nothing is left of it to be tried again")
	if len(r.works) != 2 {
		t.Errorf("%d runs", len(r.works))
	}
	wantText(t, r, "list", "Repairing", "done, 0 skipped")
}

// p pauses what is downloaded too; X gives it up; ctrl+c stops at once, and nothing that waits begins.
func TestMendSteer(t *testing.T) {
	f := &nurse{picture: inTheMiddle(0)}
	r := ward(t, f)
	f.pace = func(ctx context.Context, part string) {
		switch part {
		case "download":
			r.Update(workSampleMsg{r.work.id, r.work.sampled(r.env)})
			wantText(t, r, "download", "Repairing", "receiving", "held", "failed", "working  download")
			press(r, "p")
			wantText(t, r, "paused", "Paused", "p go on")
			press(r, "p", "p", "p", "X")
			wantText(t, r, "stopping", "stops after this")
		default:
			t.Errorf("after X it goes on with %s", part)
		}
	}
	do(r, "F", "x")
	msg := batch(press(r, "y"))[0]()
	if got := strings.Join(f.download.told, " "); got != "pause resume pause resume cancel" {
		t.Errorf("the download was told %q", got)
	}
	r.Update(msg)
	wantText(t, r, "stopped", "Stopped: 0 items repaired")
	r.scan.running = false

	f.pace = func(ctx context.Context, part string) {
		if part == "download" {
			waits := newWork(cleanWork)
			r.startWork(waits, func(context.Context) Outcome { t.Error("what waited began"); return Outcome{} })
			if isQuit(press(r, "ctrl+c")) || ctx.Err() == nil {
				t.Error("ctrl+c does not stop it")
			}
			wantText(t, r, "interrupted", "stopping what is being repaired and 1 run that waited")
		}
	}
	do(r, "x")
	_, next := r.Update(batch(press(r, "y"))[0]())
	if r.work.running || next == nil || len(r.waiting()) > 0 {
		t.Error("it did not end")
	}
}

// Runs go one after the other; one that waits is seen, can be taken off, and begins when its turn has come.
func TestQueue(t *testing.T) {
	f := &nurse{}
	r := ward(t, f)
	var second, third *workJob
	ran := ""
	f.pace = func(_ context.Context, part string) {
		if second != nil {
			return
		}
		second, third = newWork(cleanWork), newWork(getWork)
		second.name, third.name = "44 items", "go1.26.9"
		r.startWork(second, func(context.Context) Outcome { ran += "second"; return Outcome{} })
		r.startWork(third, func(context.Context) Outcome { ran += "third"; return Outcome{} })
		wantText(t, r, "waiting", "Repairing", "Removing", "44 items", "waits for its turn", "it begins when what is being repaired is done")
		press(r, "tab", "tab")
		wantText(t, r, "looked at", "Fetching go1.26.9", "changes are made one after the", "X take it off")
		press(r, "X")
		if len(r.waiting()) != 1 {
			t.Error("X did not take it off")
		}
		if press(r, "q"); r.question == nil {
			t.Error("q does not ask")
		}
		wantText(t, r, "q", "1 run that waits does not begin then")
		r.question = nil
	}
	do(r, "F", "x")
	_, next := r.Update(batch(press(r, "y"))[0]())
	if r.work != second || !second.running || r.scan.running {
		t.Fatal("what waited does not begin")
	}
	r.Update(batch(next)[0]())
	if ran != "second" || !r.scan.running {
		t.Errorf("ran %q", ran)
	}
}

// A project's needs are planned from its screen, and esc goes back there; a toolchain is typed, or taken as it is proposed.
func TestFetchKeys(t *testing.T) {
	f := &nurse{}
	r := ward(t, f)
	do(r, "4", "j", "x")
	if len(f.wishes) != 1 || !strings.HasSuffix(f.wishes[0].Project, "go.mod") {
		t.Fatalf("wished: %+v", f.wishes)
	}
	wantText(t, r, "project", "nothing is wrong with it", "Esc goes back")
	if do(r, "esc"); r.current != projectsScreen {
		t.Error("esc does not go back")
	}
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	do(r, "3", "x")
	wantText(t, r, "prompt", "Fetch a Go?", "Which: ", "[ To ~/sdk ]")
	press(r, "ctrl+u")
	typeText(r, "go1.26.9; rm")
	if press(r, "enter"); r.question == nil || len(f.got) > 0 {
		t.Fatal("nonsense is taken")
	}
	wantText(t, r, "nonsense", "goX.Y.Z, goX.Y for its newest patch")
	press(r, "ctrl+u")
	typeText(r, "1.26.9")
	do(r, "tab")
	if work(r, press(r, "enter")); len(f.got) != 1 || f.got[0] != (GetWish{Word: "go1.26.9", SDK: true}) {
		t.Fatalf("got %+v", f.got)
	}
	wantText(t, r, "fetched", "go1.26.9 is there, fetched and proved", "~/go/pkg/mod/golang.org/toolchain@")
	if got := r.work.twin(); got != "godoctor toolchains get go1.26.9 --sdk" {
		t.Errorf("Y copies %q", got)
	}
	r.scan.running = false
	f.getting = func(context.Context, *Watch) error { return errors.New("the proxy gives no answers") }
	do(r, "3", "x")
	press(r, "ctrl+u")
	typeText(r, "latest windows/arm64")
	work(r, press(r, "enter"))
	wantText(t, r, "failed", "Nothing was changed: the proxy gives no answers", "x tries what is left again")
	f.getting = nil
	do(r, "x", "y")
	if len(f.got) != 3 || f.got[2] != f.got[1] || r.work.twin() != "godoctor toolchains get latest --platform windows/arm64" {
		t.Errorf("got %+v", f.got)
	}
	r.Repair.Offline = true
	do(r, "3", "x")
	wantText(t, r, "offline", "--offline forbids it")
}

// What is marked is mended by a command that names it; only F is repair --all.
func TestMendCommands(t *testing.T) {
	for keys, all := range map[string]bool{"F": true, "a x": false, "g x": false} {
		r := ward(t, &nurse{})
		do(r, strings.Fields(keys)...)
		p := r.screens[planScreenAt].(*planScreen)
		if got := p.wish.command(); (got == "godoctor repair --all") != all {
			t.Errorf("%s: %s", keys, got)
		}
	}
}

// What was mended while somebody verifies stays known when that ends, and what is found of it then.
func TestMendedLedger(t *testing.T) {
	r := ward(t, &nurse{})
	l := r.ledger
	before := len(l.known())
	wrong := l.known()[0]
	l.begin(99)
	l.mended(&Again{Inventory: r.data.inv, Mended: []string{wrong.ID()}, Remain: []finding.Finding{{Check: "gosum-wrong", Target: finding.Target{File: "/x/go.sum", Line: 1}}}}, noon)
	if n := len(l.known()); n != before && n != before+1 {
		t.Errorf("%d findings, there were %d", n, before)
	}
	l.mended(&Again{Err: errors.New("no")}, noon)
	if h := l.health(r.env); h.count.total() != len(l.known()) {
		t.Errorf("%d shown, %d known", h.count.total(), len(l.known()))
	}
}
