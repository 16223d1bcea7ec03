package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
)

// A verifier stands for doctor/verify: it finds in the version at a place what wrong says.
type verifier struct {
	wrong  func(i int, v *modcache.Version) []finding.Finding
	texts  []finding.Finding                   // beside the versions
	pace   func(ctx context.Context, done int) // before each verdict; may be nil
	begun  atomic.Int32
	picked []int
}

func (f *verifier) run(ctx context.Context, inv *scan.Inventory, use *usage.Result, picked []int, m *meter.Meter, each func(*verify.Verdict)) *verify.Result {
	f.begun.Add(1)
	f.picked = picked
	if picked == nil {
		for i := range inv.ModCache.Versions {
			picked = append(picked, i)
		}
	}
	res := &verify.Result{Findings: slices.Clone(f.texts)}
	m.Expect(int64(len(picked)))
	for n, i := range picked {
		if f.pace != nil {
			f.pace(ctx, n)
		}
		if ctx.Err() != nil {
			res.Stopped = true
			break
		}
		v := &inv.ModCache.Versions[i]
		d := &verify.Verdict{Index: i, Module: module.Version{Path: v.Path, Version: v.Version}, Bytes: 1 << 20, Findings: f.wrong(i, v)}
		d.Whole = len(d.Findings) == 0
		m.Add(1, d.Bytes)
		m.Done(1)
		res.Modules++
		res.Findings = append(res.Findings, d.Findings...)
		each(d)
	}
	finding.Sort(res.Findings)
	return res
}

// hash makes up an h1.
func hash(c string) string { return "h1:" + strings.Repeat(c, 43) + "=" }

// wrongIn makes up a finding of a kind that goes by n.
func wrongIn(n int, v *modcache.Version) finding.Finding {
	rule := verify.Rules[n%len(verify.Rules)]
	f := finding.Finding{Check: rule.ID, Severity: rule.Severity, Title: rule.Title, Target: finding.Target{Module: v.Path, Version: v.Version, Path: v.Dir + "@" + v.Version},
		Detail: "go compiles these files without looking at their hashes",
		Witnesses: []finding.Witness{{Name: "gosum", Says: hash("A"), From: "/home/u/src/p000/go.sum:3"}, {Name: "gosum", Says: hash("A"), From: "/home/u/src/p001/go.sum:4"},
			{Name: "zip", Says: hash("A"), From: "/home/u/go/pkg/mod/cache/download/x.zip"}, {Name: "ziphash", Says: hash("A")},
			{Name: "dir", Says: hash("B"), From: v.Dir, Lies: true}, {Name: "mod", Says: hash("C")}},
		Files: []finding.File{{Path: "logger.go", Change: finding.Modified}, {Path: "logger.go.orig", Change: finding.Extra}},
		Fixes: []finding.Fix{{ID: "unpack-again", Title: "have go unpack the directory again from the zip, offline"},
			{ID: "fetch-again", Title: "fetch the version again and compare it before go sees it", NeedsNetwork: true}}}
	for k := range n % 20 {
		f.Files = append(f.Files, finding.File{Path: fmt.Sprintf("internal/%s/file%d.go", v.Path, k), Change: finding.Missing})
	}
	return f
}

// some finds something in a few versions.
func some() *verifier {
	v := &verifier{wrong: func(i int, v *modcache.Version) []finding.Finding {
		if i%37 != 5 {
			return nil
		}
		return []finding.Finding{wrongIn(i/37+7, v)}
	}}
	v.texts = []finding.Finding{{Check: "gosum-malformed", Severity: finding.Error, Title: "a line that go cannot read",
		Target: finding.Target{File: "/home/u/src/p002/go.sum", Line: 7}, Detail: "line 7 of its go.sum is malformed"}}
	return v
}

func nothingWrong(int, *modcache.Version) []finding.Finding { return nil }

// verifyWith lets a program verify all, as far as the verifier goes.
func verifyWith(r *root, v *verifier) {
	r.Diff = someDiff
	r.Verify = v.run
	body := batch(r.startVerify(wish{}))[0]
	r.Update(body())
	r.say("")
}

// someDiff is a diff of every file, hostile where its name is.
func someDiff(_ context.Context, v *modcache.Version, name string, limit int) (*verify.FileDiff, error) {
	if strings.HasSuffix(name, ".bin") {
		return &verify.FileDiff{Why: "binary files differ"}, nil
	}
	return &verify.FileDiff{More: 3, Lines: []string{"--- zip/" + name, "+++ dir/" + name, "@@ -1,4 +1,5 @@", " package logger", " ",
		" func Print(s string) {", "-\twrite(s)", "+\twrite(s + " + fmt.Sprintf("%.40q", v.Path) + ")", "+\tupload(s) // " + strings.Repeat("far ", 40), " }"}}, nil
}

// batch are the commands of a command.
func batch(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	return cmd().(tea.BatchMsg)
}

// The states that the screen can be in.
func unverified(r *root) { r.Verify = some().run }
func verified(r *root)   { verifyWith(r, some()) }
func well(r *root)       { verifyWith(r, &verifier{wrong: nothingWrong}) }

func allWrong(r *root) {
	n := 0
	v := &verifier{wrong: func(_ int, v *modcache.Version) []finding.Finding { n++; return []finding.Finding{wrongIn(n, v)} }}
	for _, h := range hostile {
		v.texts = append(v.texts, finding.Finding{Check: "odd" + h, Severity: finding.Severity(n % 5), Title: h, Detail: h, Docs: h,
			Target: finding.Target{Path: h, File: h, Line: 3}, Witnesses: []finding.Witness{{Name: h, Says: h, From: h, Lies: true}},
			Files: []finding.File{{Path: h, Change: finding.Change(h)}}, More: 7, Fixes: []finding.Fix{{Title: h, Argv: []string{h}, Bytes: 9}}})
		n++
	}
	verifyWith(r, v)
}

// verifying is a run that is half done.
func verifying(r *root) {
	v := some()
	r.Verify = v.run
	cmds := batch(r.startVerify(wish{}))
	half := len(r.data.inv.ModCache.Versions) / 2
	v.pace = func(_ context.Context, done int) {
		if done == half {
			r.verifying.started = noon.Add(-5 * time.Second)
			m := verifySampleMsg{id: r.verifying.id, sample: r.verifying.meter.Sample(), health: r.ledger.health(r.env)}
			r.verifying.expected.Store(int64(2*half) << 20)
			r.Update(m)
		}
	}
	cmds[0]()
}

// stopped is a run that somebody stopped.
func stopped(r *root) {
	v := some()
	v.pace = func(_ context.Context, done int) {
		if done == 100 {
			r.Update(keyNamed("ctrl+c"))
		}
	}
	r.Verify = v.run
	r.Update(batch(r.startVerify(wish{}))[0]())
}

// checker is a program that can verify, on the screen of findings.
func checker(t testing.TB, v *verifier, mods int) (*root, *findings) {
	t.Helper()
	r := load(testRoot(t, Options{Use: useOf(config.Default()), Verify: v.run}), withProjects(inventory(mods), 3))
	press(r, "5")
	return r, r.screens[findingsScreen].(*findings)
}

// wantText insists on texts on the screen.
func wantText(t *testing.T, r *root, what string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(screenText(r), s) {
			t.Errorf("%s: no %q:\n%s", what, s, screenText(r))
		}
	}
}

// Nothing is hashed until somebody asks; then findings come while the run goes on, and its end says what came of it.
func TestVerify(t *testing.T) {
	v := some()
	r, f := checker(t, v, 40)
	wantText(t, r, "before", "Nothing is verified yet.", "v verifies 201 versions", "v verify all")
	if press(r, "j", "enter", "o", "f", "y", "Y", "/", "r", "s"); v.begun.Load() != 0 || r.verifying.running {
		t.Fatal("something is hashed that nobody asked for")
	}
	goOn, at := make(chan bool), make(chan bool)
	v.pace = func(_ context.Context, done int) {
		if done == 50 {
			at <- true
			<-goOn
		}
	}
	cmds := batch(press(r, "v"))
	ended := make(chan tea.Msg)
	go func() { ended <- cmds[0]() }()
	<-at
	wantText(t, r, "begun", "0 of 201", "Nothing is found so far")
	_, next := r.Update(cmds[1]())
	if next == nil {
		t.Error("no further sample is taken")
	}
	wantText(t, r, "half", "50 of 201", "50.0 MiB", "2 errors", "48 ok", "ctrl+c stops")
	if f.list.Len() != 2 {
		t.Errorf("%d findings are listed while it runs, want 2", f.list.Len())
	}
	if press(r, "v"); v.begun.Load() != 1 || !strings.Contains(screenText(r), "verifying already") {
		t.Error("a second run began beside the first")
	}
	press(r, "1") // leaving the screen stops nothing
	if r.verifying.ctx.Err() != nil {
		t.Error("leaving the screen stopped it")
	}
	wantText(t, r, "elsewhere", "verifying 50 of 201")
	close(goOn)
	r.Update(<-ended)
	wantText(t, r, "end", "verified 201 module versions in", "verified 12:00")
	if n := r.health.count.total(); n != 7 || r.health.whole != 195 {
		t.Errorf("%d findings, %d ok", n, r.health.whole)
	}
	if _, next := r.Update(next()); next != nil {
		t.Error("samples are taken for ever")
	}
}

// ctrl+c stops the run and nothing else, and what is known stays.
func TestVerifyStopped(t *testing.T) {
	v := some()
	r, f := checker(t, v, 40)
	v.pace = func(ctx context.Context, done int) {
		if done == 60 {
			if isQuit(press(r, "ctrl+c")) {
				t.Error("ctrl+c quits")
			}
			<-ctx.Done()
			wantText(t, r, "stopping", "stopping the verification; ctrl+c again quits", "stopping ...")
		}
	}
	r.Update(batch(press(r, "v"))[0]())
	wantText(t, r, "stopped", "stopped: 60 of 201 versions verified; what was found stays, v begins again", "58 ok")
	if r.verifying.running || f.list.Len() != 3 { // two versions, and go.sum as a text
		t.Errorf("%d findings", f.list.Len())
	}
	if !isQuit(press(r, "ctrl+c")) {
		t.Error("with nothing to stop ctrl+c quits")
	}
}

// r verifies the selected version: its findings are replaced, all others stay.
func TestVerifyOne(t *testing.T) {
	v := some()
	r, f := checker(t, v, 40)
	r.Update(batch(press(r, "v"))[0]())
	press(r, "/", "v", "1", "enter", "g")
	row := *f.selected()
	before := r.health.count.total()
	v.wrong = nothingWrong // somebody has mended it
	cmds := batch(press(r, "r"))
	if len(cmds) != 2 || r.verifying.versions != 1 {
		t.Fatalf("r on %s:\n%s", row.target, screenText(r))
	}
	r.Update(cmds[0]())
	if len(v.picked) != 1 || r.data.inv.ModCache.Versions[v.picked[0]].Path != row.mod.Path {
		t.Errorf("picked %v, want %s", v.picked, row.target)
	}
	if n := r.health.count.total(); n != before-1 || r.health.whole != 196 {
		t.Errorf("%d findings of %d are left, %d ok", n, before, r.health.whole)
	}
	press(r, "esc", "/", "m", "a", "l", "f", "enter")
	if cmd := press(r, "r"); cmd != nil {
		t.Error("a go.sum file was verified as a module version")
	}
	wantText(t, r, "r on a file", "about a file, not a module version")
	// A run through everything leaves nothing of what was before.
	press(r, "esc")
	v.texts = nil
	r.Update(batch(press(r, "v"))[0]())
	wantText(t, r, "mended", "Nothing is wrong: every hash", "201 ok", "nothing is wrong")
	press(r, "o", "G")
	if f.list.Len() != 201 || f.selected().rank != okRank {
		t.Errorf("o lists %d", f.list.Len())
	}
}

// r on Modules verifies what is under the cursor, or marked.
func TestVerifyFromModules(t *testing.T) {
	v := some()
	r, _ := checker(t, v, 10)
	press(r, "2", "j")
	r.Update(batch(press(r, "r"))[0]())
	if len(v.picked) != 5 {
		t.Errorf("a module has five versions, %d were verified", len(v.picked))
	}
	press(r, "l", "j")
	r.Update(batch(press(r, "r"))[0]())
	if len(v.picked) != 1 {
		t.Errorf("%d were verified", len(v.picked))
	}
	press(r, "space", "space") // marks, and goes on
	cmds := batch(press(r, "r"))
	wantText(t, r, "begun", "verifying 2 versions; 5 shows what is found")
	if r.Update(cmds[0]()); len(v.picked) != 2 {
		t.Errorf("%d were verified", len(v.picked))
	}
	for _, k := range []string{"1", "3", "4"} {
		if cmd := press(r, k, "r"); cmd != nil || r.scan.running {
			t.Errorf("r on screen %s does something", k)
		}
		wantText(t, r, "r on screen "+k, "r verifies one version, on Modules and Findings; R scans everything again")
	}
}

// What a job says that was replaced is dropped, its verdicts too.
func TestVerifyLate(t *testing.T) {
	v := some()
	r, _ := checker(t, v, 10)
	late := batch(press(r, "v"))
	old := r.verifying
	press(r, "ctrl+c") // stops it; and at once again
	cmds := batch(press(r, "v"))
	if len(cmds) == 0 || r.verifying == old {
		t.Fatal("v after ctrl+c does not begin again")
	}
	r.ledger.put(old.id, &verify.Verdict{Module: module.Version{Path: "late", Version: "v1"}, Whole: true}, "", noon)
	r.Update(late[0]())
	r.Update(verifySampleMsg{id: old.id, health: &health{}})
	if r.health != nil || !r.verifying.running || len(r.ledger.of) != 0 {
		t.Error("a message of a job that was replaced is believed")
	}
	r.Update(cmds[0]())
	if len(r.health.rows) == 0 || r.verifying.running {
		t.Error("the new job is not shown")
	}
	r.Update(late[1]())
	if r.health == nil || len(r.health.rows) == 0 {
		t.Error("a late sample replaced the result")
	}
}

// What is wanted while the scan runs begins when it has ended; where the scan fails or is stopped it does not.
func TestVerifyWaitsForScan(t *testing.T) {
	v := some()
	r, _ := checker(t, v, 10)
	inv := r.data.inv
	r.scan, _ = fakeScan(r)
	if cmd := press(r, "v"); cmd != nil || r.wish == nil {
		t.Fatal("it began before the scan ended")
	}
	wantText(t, r, "waiting", "waiting for the scan to end, then verifying", "verifying begins when the scan has ended")
	_, cmd := r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, r.data.who, r.env)})
	if !r.verifying.running || r.wish != nil {
		t.Fatal("it does not begin when the scan has ended")
	}
	r.Update(batch(cmd)[0]())
	if v.begun.Load() != 1 || r.health == nil {
		t.Error("nothing was verified")
	}
	r.scan, _ = fakeScan(r)
	press(r, "v", "ctrl+c")
	if r.wish != nil {
		t.Error("ctrl+c does not take the wish back")
	}
}

// Where nothing can verify, or there is nothing to verify, the screen says so.
func TestNoVerify(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(3))
	if press(r, "5", "v", "r"); r.verifying.running {
		t.Error("verifying without what does it")
	}
	wantText(t, r, "no Verify", "module versions cannot be verified here")
	v := some()
	r, _ = checker(t, v, 3)
	inv := inventory(0)
	inv.ModCache = nil
	load(r, inv)
	if press(r, "v"); v.begun.Load() != 0 {
		t.Error("verifying no cache")
	}
	wantText(t, r, "no cache", "there is no module cache to verify")
	r.Verify = func(context.Context, *scan.Inventory, *usage.Result, []int, *meter.Meter, func(*verify.Verdict)) *verify.Result {
		return nil
	}
	load(r, inventory(1))
	r.Update(batch(press(r, "v"))[0]())
	wantText(t, r, "no result", "stopped: 0 of 5 versions")
}

// Quitting waits for a verification, which is told to stop.
func TestQuitWaitsForVerify(t *testing.T) {
	v := some()
	r, _ := checker(t, v, 10)
	at := make(chan bool)
	ended := false
	v.pace = func(ctx context.Context, done int) {
		if done == 3 {
			at <- true
			<-ctx.Done()
			time.Sleep(10 * time.Millisecond)
			ended = true
		}
	}
	cmds := batch(press(r, "v"))
	go cmds[0]()
	<-at
	if r.jobs.close(); !ended {
		t.Error("the program ended before its job")
	}
}

// The list shows the worst first, or one severity, or what is verified too.
func TestFindingsList(t *testing.T) {
	r, f := checker(t, some(), 60)
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.Update(batch(press(r, "v"))[0]())
	ranks := func() (out []int) {
		for pos := range f.list.Len() {
			out = append(out, r.health.rows[f.list.Index(pos)].rank)
		}
		return out
	}
	if got := ranks(); !slices.IsSorted(got) || got[0] != 0 || slices.Max(got) != 2 {
		t.Errorf("severities %v", got)
	}
	all := f.list.Len()
	shown := 0
	for _, want := range []string{"ERROR", "WARN", "NOTE"} {
		press(r, "f")
		wantText(t, r, "f", "show "+want)
		if got := ranks(); len(got) == 0 || rankWords[slices.Min(got)] != want || rankWords[slices.Max(got)] != want {
			t.Errorf("%s: severities %v", want, got)
		}
		shown += f.list.Len()
	}
	if press(r, "f"); shown != all || f.show != 0 {
		t.Errorf("%d of %d shown by severity", shown, all)
	}
	press(r, "s", "s")
	wantText(t, r, "s", "sort TARGET")
	press(r, "S", "G", "o")
	if f.list.Len() != len(r.health.rows) || !slices.Contains(ranks(), okRank) {
		t.Error("o does not show what is verified")
	}
}

// What is selected is told in the pane and, by enter, in full; keys copy what they say.
func TestFindingDetail(t *testing.T) {
	r, f := checker(t, some(), 60)
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.Update(batch(press(r, "v"))[0]())
	all := f.list.Len()
	press(r, "/", "s", "o", "u", "r", "c", "e", "s", "enter")
	if f.list.Len() == 0 || f.selected().check != "sources-modified" {
		t.Fatalf("filter:\n%s", screenText(r))
	}
	wantText(t, r, "pane", "gosum x2", "dir", "LIES", "logger.go.orig", "1. have go unpack", "2. fetch the version again", "(network)", "godoctor repair does it")
	press(r, "enter")
	wantText(t, r, "story", "Who says what", "LIES h1:BBBB", "~/src/p001/go.sum:4", "files that differ")
	press(r, "esc", "y")
	wantText(t, r, "y", "copied the path")
	if got := f.commands(f.selected())[0]; got != "godoctor repair "+f.selected().mod.String() {
		t.Errorf("command %q", got)
	}
	press(r, "Y")
	wantText(t, r, "Y", "copied the command")
	if press(r, "esc"); f.filter.words() != "" || f.list.Len() != all {
		t.Error("esc does not clear the filter")
	}
}

// d compares the first text that differs, beside the screen; an answer that comes when its dialog is closed is not seen.
func TestDiff(t *testing.T) {
	v := some()
	var asked []string
	r, f := checker(t, v, 40)
	if r.Update(batch(press(r, "v"))[0]()); strings.Contains(screenText(r), "d diff") || press(r, "d") != nil {
		t.Error("a key for what there is not")
	}
	r.Diff = func(ctx context.Context, v *modcache.Version, name string, limit int) (*verify.FileDiff, error) {
		if asked = append(asked, name); len(asked) == 1 {
			return &verify.FileDiff{Why: "binary files differ"}, nil
		}
		return someDiff(ctx, v, name, limit)
	}
	press(r, "/", "m", "a", "l", "f", "enter")
	if cmd := press(r, "d"); cmd != nil || r.dialog != nil {
		t.Error("d on a go.sum file")
	}
	press(r, "esc", "/", "s", "o", "u", "r", "c", "e", "s", "enter")
	late := press(r, "d")
	wantText(t, r, "d", "comparing ...", "d diff")
	r.Update(late())
	wantText(t, r, "answer", "logger.go.orig of "+f.selected().target, "+    write(s + ", "-    write(s)")
	if !slices.Equal(asked, []string{"logger.go", "logger.go.orig"}) {
		t.Errorf("compared %q", asked)
	}
	late = press(r, "esc", "d")
	press(r, "esc")
	if r.Update(late()); r.dialog != nil {
		t.Error("a late answer opened a dialog")
	}
	r.Diff = func(context.Context, *modcache.Version, string, int) (*verify.FileDiff, error) {
		return nil, errors.New("no such zip")
	}
	answer(r, "d")
	wantText(t, r, "an error", "no such zip")
}

// The cursor stays on its finding while others come and go.
func TestFindingsCursor(t *testing.T) {
	v := some()
	r, f := checker(t, v, 40)
	r.Update(batch(press(r, "v"))[0]())
	press(r, "j", "j", "j")
	before := f.selected().key
	v.wrong = func(i int, x *modcache.Version) []finding.Finding {
		return append(some().wrong(i, x), finding.Finding{Check: "a", Target: finding.Target{Module: x.Path, Version: x.Version}})
	}
	r.Update(batch(press(r, "v"))[0]())
	if f.selected().key != before {
		t.Error("the cursor left its finding")
	}
}

// A key and its frame over 1,000 findings: under two milliseconds.
func BenchmarkFindings1000(b *testing.B) {
	n := 0
	r, _ := checker(b, &verifier{wrong: func(_ int, v *modcache.Version) []finding.Finding {
		n++
		return []finding.Finding{wrongIn(n, v)}
	}}, 200)
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.Update(batch(press(r, "v"))[0]())
	for _, k := range []string{"j", "s", "f", "o"} {
		b.Run(k, func(b *testing.B) {
			for b.Loop() {
				press(r, k)
				r.View()
			}
		})
	}
	b.Run("filter", func(b *testing.B) {
		press(r, "/")
		for b.Loop() {
			press(r, "1")
			r.View()
			press(r, "backspace")
		}
	})
}

// What a sample costs beside the screen with 20,000 versions verified.
func BenchmarkHealth20k(b *testing.B) {
	r, _ := checker(b, some(), 4000)
	r.Update(batch(press(r, "v"))[0]())
	for b.Loop() {
		r.ledger.health(r.env)
	}
}
