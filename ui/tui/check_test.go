package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A checkup stands for what runs the checks: it finds what is made up here.
type checkup struct {
	list  []finding.Finding
	pace  func(ctx context.Context, done int) // before each of its 90 checks; may be nil
	begun atomic.Int32
	use   *usage.Result
}

func (c *checkup) run(ctx context.Context, _ *scan.Inventory, use *usage.Result, m *meter.Meter) *Checked {
	c.begun.Add(1)
	c.use = use
	m.Expect(90)
	for n := range 90 {
		if c.pace != nil {
			c.pace(ctx, n)
		}
		if ctx.Err() != nil {
			return &Checked{Checks: n}
		}
		m.Done(1)
	}
	list := slices.Clone(c.list)
	finding.Sort(list)
	return &Checked{Findings: list, Ignored: 2, Checks: 90, Projects: 3}
}

// manuals are the manual pages of the checks that are made up here.
var manuals = []*check.Check{
	{ID: "env-bricks", Says: []string{"go: cannot find GOROOT directory: …", `GOPATH entry is relative: "…"`}, Help: check.Help{
		Why: "go reads the file before it does anything. With a GOROOT that is not there every go command stops at once, the one " +
			"that would take the line out among them.\n\nSuch lines come from another release, or from an editor.",
		Look: "The file is ~/.config/go/env; go env -changed shows what is set.",
		Do:   "Take the line out of the file.", See: []string{"golang/go#34880"}}, Run: func(*check.Pass) {}},
	{ID: "proxy-stops", Help: check.Help{Why: "Behind a comma go asks the next proxy only after a 404.", Look: "go env GOPROXY", Do: "Separate them by a bar."}, Run: func(*check.Pass) {}},
	{ID: "shadowed", Help: check.Help{Why: "The first of two programs with one name runs.", Look: "command -v -a go", Do: "Remove one of them."}, Run: func(*check.Pass) {}},
	{ID: "gave-up", Help: check.Help{Why: "A check did not come to its end."}},
}

// symptoms are what the made-up checks find: an error that is mended here, two warnings for a person, and notes.
func symptoms(notes int) *checkup {
	list := []finding.Finding{
		{Check: "env-bricks", Severity: finding.Error, Title: "a line of the GOENV file keeps go from starting", Detail: `/home/u/.config/go/env:3 says GOROOT="/opt/gone": there is no such directory`,
			Target: finding.Target{Path: "GOROOT", File: "/home/u/.config/go/env", Line: 3},
			Fixes:  []finding.Fix{{ID: plan.FixSetting, Title: "take GOROOT away in the GOENV file", Edits: []finding.Edit{{Line: 3, Old: "GOROOT=/opt/gone"}}, Undo: "godoctor undo"}}},
		{Check: "proxy-stops", Severity: finding.Warning, Title: "GOPROXY stops at the first proxy that is down", Detail: "GOPROXY=https://u:secret@proxy.example.io,direct",
			Target: finding.Target{Path: "GOPROXY"}, Fixes: []finding.Fix{
				{ID: check.FixEnvironment, Title: "go on where one is down", Argv: []string{"go", "env", "-w", "GOPROXY=https://proxy.example.io|direct"}},
				{ID: check.FixEnvironment, Title: "go back to the default", Argv: []string{"go", "env", "-u", "GOPROXY"}}}},
		{Check: "shadowed", Severity: finding.Warning, Title: "another go stands before the one that is meant", Detail: "PATH finds /usr/bin/go before /opt/go/bin/go", Target: finding.Target{Path: "/usr/bin/go"}},
	}
	for i := range notes {
		list = append(list, finding.Finding{Check: fmt.Sprintf("habit-%d", i%3), Severity: finding.Note, Title: "a habit of this machine", Detail: "seen",
			Target: finding.Target{File: fmt.Sprintf("/home/u/src/p%03d/go.mod", i), Line: 3}})
	}
	return &checkup{list: list}
}

// checkedBy lets the checks of a checkup run on what a program shows.
func checkedBy(c *checkup) func(*root) {
	return func(r *root) {
		r.Check, r.manuals = c.run, manualsOf(manuals)
		r.Update(batch(r.startCheck(false))[0]())
	}
}

// checkedState is a machine with findings of checks that nobody has verified; verifiedToo one that was.
func checkedState(r *root) { r.Verify = some().run; checkedBy(symptoms(20))(r) }
func verifiedToo(r *root)  { checkedBy(symptoms(20))(r); verified(r) }
func nothingToo(r *root)   { r.Verify = some().run; checkedBy(&checkup{})(r) }

// checksRun is a run that is half done.
func checksRun(r *root) {
	c := symptoms(20)
	r.Check, r.Verify = c.run, some().run
	cmds := batch(r.startCheck(false))
	c.pace = func(_ context.Context, done int) {
		if done == 34 {
			r.Update(checkSampleMsg{r.checking.id, r.checking.meter.Sample()})
		}
	}
	cmds[0]()
}

// hostileChecks find what is hostile in every text.
func hostileChecks(r *root) {
	c := &checkup{}
	var table []*check.Check
	for i, h := range hostile {
		table = append(table, &check.Check{ID: "bad" + h, Says: []string{h, h, h, h, h}, Help: check.Help{Why: h + "\n\n" + h, Look: h, Do: h, See: []string{h}}})
		for k := range 4 {
			c.list = append(c.list, finding.Finding{Check: "bad" + h, Severity: finding.Severity(k), Title: h, Detail: h, Docs: h, Target: finding.Target{Path: h, File: h, Line: i + k},
				Fixes: []finding.Fix{{ID: plan.FixSetting, Title: h, Argv: []string{h, h}, Edits: []finding.Edit{{Line: k, Old: h, New: h}}}, {ID: h, Title: h, Argv: []string{h}}}[:k%3]})
		}
	}
	r.Verify = some().run
	checkedBy(c)(r)
	r.manuals = manualsOf(table)
}

var checkGoldens = []struct {
	name  string
	state func(*root)
	keys  []string
	sizes [][2]int
}{
	{"checks", checkedState, []string{"5"}, [][2]int{{40, 12}, {80, 24}, {120, 40}, {200, 60}}},
	{"checks_choices", checkedState, []string{"5", "j", "Y", "Y"}, [][2]int{{80, 24}, {120, 40}}},
	{"checks_folded", checkedState, []string{"5", "G"}, [][2]int{{40, 12}, {80, 24}, {120, 40}}},
	{"checks_notes", checkedState, []string{"5", "G", "enter", "j"}, [][2]int{{40, 12}, {80, 24}, {120, 40}}},
	{"checks_story", checkedState, []string{"5", "enter"}, [][2]int{{80, 24}, {120, 40}}},
	{"checks_verified", verifiedToo, []string{"5", "j"}, [][2]int{{80, 24}, {120, 40}}},
	{"checks_running", checksRun, []string{"5"}, [][2]int{{40, 12}, {80, 24}}},
	{"checks_well", nothingToo, []string{"5"}, [][2]int{{40, 12}, {80, 24}}},
	{"overview_checked", checkedState, nil, [][2]int{{40, 12}, {80, 24}, {120, 40}}},
}

func TestCheckGolden(t *testing.T) {
	for _, g := range checkGoldens {
		for _, size := range g.sizes {
			name := fmt.Sprintf("%s_%dx%d", g.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Setenv("TZ", "UTC")
				r := testRoot(t, Options{Use: useOf(config.Default()), Repair: (&nurse{}).repairer()})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				load(r, withProjects(inventory(40), 14))
				g.state(r)
				press(r, g.keys...)
				checkFrame(t, r, name)
				golden(t, name, withoutGoroot(screenText(r)))
			})
		}
	}
}

// clinicOf is a program with checks, on the screen of findings. They have not run.
func clinicOf(t testing.TB, c *checkup, v *verifier) (*root, *findings) {
	t.Helper()
	r := testRoot(t, Options{Use: useOf(config.Default()), Verify: v.run, Check: c.run, Checks: manuals, Repair: (&nurse{}).repairer(), Clean: (&remover{}).cleaner()})
	r.scan.running = true
	inv := withProjects(inventory(40), 3)
	r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, r.ask(context.Background(), inv), &env{home: "/home/u", now: r.Now})})
	press(r, "5")
	return r, r.screens[findingsScreen].(*findings)
}

// The checks run by themselves once the scan has ended, with who needs what; they are counted, and what they find is listed,
// counted behind the name of the screen and on the Overview. Nobody is interrupted by it.
func TestChecksRun(t *testing.T) {
	c := symptoms(2)
	r := testRoot(t, Options{Use: useOf(config.Default()), Verify: some().run, Check: c.run, Checks: manuals})
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.scan, _ = fakeScan(r)
	press(r, "5")
	wantText(t, r, "scanning", "Nothing is verified yet")
	inv := withProjects(inventory(40), 3)
	w := r.ask(context.Background(), inv)
	_, cmd := r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, w, r.env)})
	cmds := batch(cmd)
	wantText(t, r, "begun", "The checks look at settings", "checks")
	var next tea.Cmd
	c.pace = func(_ context.Context, done int) {
		if done == 34 {
			if _, next = r.Update(cmds[1]()); next == nil {
				t.Fatal("no further sample is taken")
			}
			wantText(t, r, "half", "checks 34 of 90")
		}
	}
	r.say("something else")
	r.Update(cmds[0]())
	if c.begun.Load() != 1 || c.use != w.use {
		t.Error("the checks do not know who needs what")
	}
	wantText(t, r, "end", "something else", "[5 Findings 3]", "1 error, 2 warnings, 2 notes", "Hashes are not verified yet", "> ERROR   env-bricks", "WARN    shadowed", "v verifies 201 versions")
	press(r, "1")
	wantText(t, r, "overview", "1 error, 2 warnings, 2 notes, hashes not verified yet", "5 Findings 3", "5 lists them")
	if _, next := r.Update(next()); next != nil {
		t.Error("samples are taken for ever")
	}
	stopped := *inv
	stopped.Done = false
	r.scan.running = true
	if r.Update(scanDoneMsg{id: r.scan.id, data: prepare(&stopped, w, r.env)}); r.checking.running {
		t.Error("they run on what a scan that was stopped has found")
	}
}

// ctrl+c stops the checks; what they found before stays, and what a run says that was replaced is dropped.
func TestChecksStop(t *testing.T) {
	c := symptoms(2)
	r, f := clinicOf(t, c, some())
	r.Update(batch(r.startCheck(false))[0]())
	n := f.list.Len()
	c.pace = func(ctx context.Context, done int) {
		if done == 10 {
			if isQuit(press(r, "ctrl+c")) || ctx.Err() == nil {
				t.Error("ctrl+c does not stop them")
			}
			wantText(t, r, "stopping", "stopping the checks")
		}
	}
	r.Update(batch(press(r, "r"))[0]())
	wantText(t, r, "stopped", "the checks were stopped: what was found before stays")
	if r.checking.running || f.list.Len() != n {
		t.Errorf("%d findings of %d", f.list.Len(), n)
	}
	c.pace = nil
	late := batch(press(r, "r"))
	c2 := symptoms(0)
	r.Check = c2.run
	now := batch(press(r, "r"))
	r.Update(now[0]())
	wantText(t, r, "again", "90 checks of 3 projects: 1 error, 2 warnings, 2 ignored in")
	r.Update(late[0]())
	if f.list.Len() != 3 {
		t.Errorf("%d findings: a run that was replaced is believed", f.list.Len())
	}
}

// What both find is one finding, that of verify, which has hashed; when verify finds nothing any more what the checks find
// stays until they run again, which r does.
func TestChecksAndVerify(t *testing.T) {
	c, v := symptoms(0), some()
	r, f := clinicOf(t, c, v)
	version := &r.data.inv.ModCache.Versions[5]
	same := wrongIn(7, version)
	same.Witnesses, same.Detail = nil, "seen without a hash"
	c.list = append(c.list, same)
	r.Update(batch(press(r, "r"))[0]())
	at := func() *findingRow {
		for i := range r.health.rows {
			if r.health.rows[i].key == same.ID() {
				return &r.health.rows[i]
			}
		}
		return &findingRow{f: &finding.Finding{}}
	}
	if at().f.Detail != same.Detail {
		t.Fatalf("what the checks found is not there: %+v", r.health.rows)
	}
	r.Update(batch(press(r, "v"))[0]())
	n := 0
	for i := range r.health.rows {
		if r.health.rows[i].key == same.ID() {
			n++
		}
	}
	if n != 1 || len(at().f.Witnesses) == 0 || r.health.count.total() != 3+7 {
		t.Errorf("%d rows of one finding, %d witnesses, %d findings", n, len(at().f.Witnesses), r.health.count.total())
	}
	wantText(t, r, "both", "verified 12:00")
	v.wrong, c.list = nothingWrong, c.list[:3]
	f.list.Select(same.ID())
	cmds := batch(press(r, "r")) // the checks, and the version under the cursor
	if len(cmds) != 2 {
		t.Fatalf("r begins %d jobs", len(cmds))
	}
	for _, cmd := range cmds {
		r.Update(batch(cmd)[0]())
	}
	if at().f.Check != "" || r.health.count.total() != 3+6 {
		t.Errorf("%d findings are left", r.health.count.total())
	}
}

// A message with what was known before another one arrives late: what is shown does not go back.
func TestHealthOvertaken(t *testing.T) {
	r, _ := clinicOf(t, symptoms(0), some())
	old := r.ledger.health(r.env)
	r.Update(batch(press(r, "r"))[0]())
	if r.showHealth(old); r.health.count.total() != 3 {
		t.Error("what was overtaken is shown")
	}
}

// Many notes are one row, which enter opens; sorted otherwise, filtered or asked for by f they are shown.
func TestNotesFold(t *testing.T) {
	r, f := clinicOf(t, symptoms(20), some())
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.Update(batch(press(r, "r"))[0]())
	if f.list.Len() != 4 || r.health.count[finding.Note] != 20 {
		t.Fatalf("%d rows, %d notes", f.list.Len(), r.health.count[finding.Note])
	}
	press(r, "G")
	wantText(t, r, "folded", "20 notes", "habit-0 x7", "enter show or hide notes")
	press(r, "x")
	wantText(t, r, "x", "enter shows the notes: x fixes one")
	press(r, "space", "Y")
	wantText(t, r, "Y", "enter shows the notes")
	if press(r, "a"); f.marks.Count() != 3 {
		t.Errorf("a marks %d", f.marks.Count())
	}
	if press(r, "u", "enter"); f.list.Len() != 24 || !f.selected().fold {
		t.Errorf("opened: %d rows", f.list.Len())
	}
	if press(r, "j", "h"); f.list.Len() != 4 || !f.selected().fold {
		t.Errorf("h on a note: %d rows", f.list.Len())
	}
	for _, how := range [][]string{{"s"}, {"s", "s"}, {"/", "h", "a", "b", "i", "t", "enter"}, {"f", "f", "f"}} {
		r, f := clinicOf(t, symptoms(20), some())
		r.Update(batch(press(r, "r"))[0]())
		if press(r, how...); f.list.Len() < 20 || strings.Contains(screenText(r), "20 notes  ") {
			t.Errorf("%q: %d rows", how, f.list.Len())
		}
	}
	if press(r, "S"); f.list.Len() != 4 || f.list.Index(0) != int(r.health.fold) {
		t.Errorf("reversed: %d rows", f.list.Len())
	}
}

// The pane says what was seen, where, why, how to see it and what go says; Y copies the command of each fix in turn, without
// passwords; what is edited goes through the plan, what is not is told with its command, and F leaves that alone.
func TestCheckDetail(t *testing.T) {
	r, f := clinicOf(t, symptoms(0), some())
	r.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	r.Update(batch(press(r, "r"))[0]())
	press(r, "g")
	wantText(t, r, "error", "TARGET  ~/.config/go/env:3", `SEEN    ~/.config/go/env:3 says GOROOT="/opt/gone"`, "FIX     take GOROOT away in the GOENV file",
		"x shows what that would do, and asks", "MORE    godoctor help env-bricks", "WHY     go reads the file", "Such lines come from another release", "GO SAYS go: cannot find GOROOT", "LOOK    The file is", "setting")
	if got := f.commands(f.selected()); len(got) != 1 || got[0] != "godoctor repair "+f.selected().key {
		t.Errorf("commands %q", got)
	}
	press(r, "enter")
	wantText(t, r, "story", "How one sees it by hand", "What to do about it", "What go says", "golang/go#34880")
	press(r, "esc", "j")
	if strings.Contains(screenText(r), "secret") {
		t.Error("a password is shown")
	}
	wantText(t, r, "warning", "1. go on where one is down: go env -w", "2. go back to the default", "Y copies the command", "by hand")
	for i, want := range []string{"copied the command 1 of 2: go env -w", "copied the command 2 of 2", "copied the command 1 of 2"} {
		if press(r, "Y"); !strings.Contains(r.status, want) {
			t.Errorf("Y, time %d: %q", i+1, r.status)
		}
	}
	press(r, "j", "Y")
	wantText(t, r, "without a fix", "copied the command", "DO      Remove one of them.", "SAME AS godoctor check shadowed")
	if got := f.found(mendedByAll); len(got) != 1 || got[0].Check != "env-bricks" {
		t.Errorf("F is about %+v", got)
	}
	work(r, press(r, "x"))
	wantText(t, r, "plan", "[6 Plan]", "nothing of it can be repaired from here")
}

// What was mended is gone from what the checks found, and what a check still finds stays among it, until they run again.
func TestChecksMended(t *testing.T) {
	r, _ := clinicOf(t, symptoms(0), some())
	r.Update(batch(press(r, "r"))[0]())
	bricks := r.ledger.known()[0]
	next := bricks
	next.Target.Line = 7
	r.ledger.mended(&Again{Mended: []string{bricks.ID()}, Remain: []finding.Finding{next}}, noon)
	h := r.ledger.health(r.env)
	if h.findings[bricks.ID()] != nil || h.findings[next.ID()] == nil || h.verified || h.count.total() != 3 {
		t.Errorf("%d findings: %+v", h.count.total(), h.rows)
	}
	r.showHealth(h)
	if r.Update(batch(press(r, "r"))[0]()); r.health.findings[next.ID()] != nil {
		t.Error("what remained is not replaced by what the checks find now")
	}
}

// Without something that verifies the checks are shown all the same; a machine that has nothing says so.
func TestChecksAlone(t *testing.T) {
	r, _ := clinicOf(t, symptoms(0), some())
	r.Verify = nil
	wantText(t, r, "running", "The checks look at")
	r.Update(batch(press(r, "r"))[0]())
	wantText(t, r, "alone", "env-bricks", "1 error, 2 warnings")
	r, _ = clinicOf(t, &checkup{}, &verifier{wrong: nothingWrong})
	r.Update(batch(press(r, "r"))[0]())
	wantText(t, r, "nothing", "Nothing is wrong that can be seen without hashing: 90 checks looked at the", "machine and 3 projects.", "v verifies 201 versions")
	r.Update(batch(press(r, "v"))[0]())
	wantText(t, r, "nothing at all", "Nothing is wrong: every hash", "Nor is anything wrong that can be seen without hashing")
}
