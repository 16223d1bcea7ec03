package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A nurse stands for what plans and carries out repairs: it plans what is made up here, and mends nothing.
type nurse struct {
	names   []string // of more steps, hostile ones
	who     map[string]int
	unknown bool  // nobody can tell who uses the caches
	fail    error // no plan can be made
	refuse  error // no run begins
	remain  []finding.Finding
	outcome func(s *plan.Step) plan.Outcome           // nil: it is mended
	pace    func(ctx context.Context, at string)      // before each part of a run; may be nil
	picture func() fetch.Picture                      // nil: nothing is downloaded
	getting func(ctx context.Context, w *Watch) error // nil: it comes

	wishes   []MendWish
	mended   []string // in the order in which that happened
	got      []GetWish
	download *madeUpDownload
}

func (f *nurse) repairer() *Repairer { return &Repairer{Plan: f.plan, Get: f.get} }

func (f *nurse) plan(_ context.Context, inv *scan.Inventory, _ *usage.Result, w MendWish, m *meter.Meter) (*Mending, error) {
	f.wishes = append(f.wishes, w)
	if f.fail != nil {
		return nil, f.fail
	}
	m.Add(3, 5<<20)
	r := &plan.Repair{}
	out := &Mending{Repair: r, Rate: 4 << 20, Who: f.who, Known: !f.unknown}
	for i := range w.Findings {
		x := &w.Findings[i]
		s := plan.Step{Module: x.Target.Module, Version: x.Target.Version, Checks: []string{x.Check}, Of: []string{x.ID()}, Source: "go.sum"}
		switch {
		case x.Target.Module == "" || x.Check == "permission":
			r.Left = append(r.Left, plan.Leave{Finding: *x, Why: "somebody who knows what was meant has to edit the file", Argv: []string{"go", "mod", "tidy"}})
			continue
		case i%3 == 0:
			s.Fixes, s.Title, s.NeedsNetwork, s.Bytes = []string{plan.FixFetch}, "fetch it again, compare it, and have go install it", true, 21<<20
		case i%3 == 1:
			s.Fixes, s.Title, s.Keep = []string{plan.FixUnpack}, "have go unpack it again from the proved zip", true
		default:
			s.Fixes, s.Title = []string{plan.FixZiphash}, "have go make .ziphash again from the proved zip"
		}
		r.Steps = append(r.Steps, s)
	}
	for i, n := range f.names {
		r.Steps = append(r.Steps, plan.Step{Module: n, Version: n, Fixes: []string{plan.FixUnpack}, Checks: []string{n}, Title: n, Source: n},
			plan.Step{Name: n, Path: n, Fixes: []string{plan.FixRemove}, Checks: []string{n}, Title: n, Unproved: i == 1})
		r.Left = append(r.Left, plan.Leave{Finding: finding.Finding{Check: n, Target: finding.Target{Path: n}}, Why: n, Argv: []string{n, n}})
	}
	if len(r.Steps) > 0 {
		r.Steps = append(r.Steps, plan.Step{File: "/home/u/src/p000/go.sum", Fixes: []string{plan.FixLine}, Checks: []string{"gosum-wrong"}, Title: "replace the line by what the checksum database has",
			Source: "the checksum database", Edits: []finding.Edit{{Line: 41, Old: "example.com/acme/log v1.4.2 " + hash("B"), New: "example.com/acme/log v1.4.2 " + hash("A")}}})
	}
	out.Run = func(ctx context.Context, steps []plan.Step, w *Watch) Outcome { return f.run(ctx, inv, steps, w) }
	return out, nil
}

func (f *nurse) at(ctx context.Context, part string) {
	if f.pace != nil {
		f.pace(ctx, part)
	}
}

// run mends nothing, and says that it did.
func (f *nurse) run(ctx context.Context, inv *scan.Inventory, steps []plan.Step, w *Watch) Outcome {
	if f.refuse != nil {
		return Outcome{Err: f.refuse}
	}
	run := &state.Run{ID: "20261122-120500-000", Kind: "repair", Started: noon, Finished: noon.Add(time.Minute)}
	if f.picture != nil {
		f.download = &madeUpDownload{picture: f.picture}
		end := w.Fetching(f.download)
		f.at(ctx, "download")
		end()
	}
	m := new(meter.Meter)
	end := w.Working("repairing", m)
	again := &Again{Inventory: inv, Remain: f.remain}
	for i := range steps {
		s := &steps[i]
		if w.More(ctx) {
			f.at(ctx, s.Label())
		}
		if !w.More(ctx) {
			run.Items = append(run.Items, state.RunItem{Module: s.Module, Version: s.Version, Part: s.Fix()})
			continue
		}
		m.Working(s.Label())
		o := plan.Outcome{Result: plan.Done}
		if s.Keep {
			o.Kept = "20261122-120500-000/1"
		}
		if f.outcome != nil {
			o = f.outcome(s)
		}
		it := state.RunItem{Module: s.Module, Version: s.Version, Part: s.Fix(), Result: o.Result.String(), Kept: o.Kept}
		if o.Result == plan.Done {
			f.mended = append(f.mended, s.Label())
			again.Mended = append(again.Mended, s.Of...)
			again.Verdicts = append(again.Verdicts, verify.Verdict{Index: -1, Module: module.Version{Path: s.Module, Version: s.Version}, Whole: true})
		}
		run.Items = append(run.Items, it)
		w.Step(s, o)
	}
	end()
	if len(f.mended) > 0 {
		defer w.Working("verifying again", m)()
		f.at(ctx, "verify")
	}
	return Outcome{Run: run, Stopped: ctx.Err() != nil || !w.More(ctx), Again: again}
}

func (f *nurse) get(ctx context.Context, g GetWish, w *Watch) Outcome {
	f.got = append(f.got, g)
	if f.picture != nil {
		f.download = &madeUpDownload{picture: f.picture}
		end := w.Fetching(f.download)
		f.at(ctx, "download")
		end()
	}
	if f.getting != nil {
		if err := f.getting(ctx, w); err != nil {
			return Outcome{Err: err}
		}
	}
	w.Note(`go1.26.9 is in "/home/u/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.9.linux-amd64"`)
	return Outcome{Run: &state.Run{ID: "20261122-120600-000", Kind: "get", Started: noon}}
}

// A madeUpDownload downloads nothing.
type madeUpDownload struct {
	picture func() fetch.Picture
	mu      sync.Mutex
	told    []string
}

func (d *madeUpDownload) tell(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, s)
}

func (d *madeUpDownload) Picture() fetch.Picture { return d.picture() }
func (d *madeUpDownload) Pause(...int)           { d.tell("pause") }
func (d *madeUpDownload) Resume(...int)          { d.tell("resume") }
func (d *madeUpDownload) Cancel(...int)          { d.tell("cancel") }

// inTheMiddle is a download with a file in every state. Step moves it on.
func inTheMiddle(step int64, names ...string) func() fetch.Picture {
	return func() fetch.Picture {
		p := fetch.Picture{Counts: make(map[fetch.State]int), Running: true, Hosts: []fetch.HostState{
			{Host: "proxy.example.io:443", Busy: 3, Limit: 4, Breaker: fetch.Closed},
			{Host: "mirror.example.io:443", Breaker: fetch.Opened, Until: noon.Add(30 * time.Second), Fails: 5},
			{Host: "slow.example.io:443", Breaker: fetch.Closed, Paused: time.Now().Add(time.Hour)}}}
		add := func(s fetch.FileState) {
			s.ID = len(p.Files)
			if s.Item.Module.Path == "" {
				s.Item.Module = module.Version{Path: fmt.Sprintf("example.com/group%02d/module%05d", s.ID, s.ID*7), Version: "v1.2.0"}
			}
			p.Files = append(p.Files, s)
			p.Bytes, p.Total = p.Bytes+s.Bytes, p.Total+s.Total
			p.Counts[s.State]++
		}
		add(fetch.FileState{State: fetch.Finished, Bytes: 210 << 10, Total: 210 << 10, Tries: 1, Host: "proxy.example.io:443"})
		add(fetch.FileState{State: fetch.Receiving, Bytes: 7<<20 + step, Total: 21 << 20, Tries: 1, Host: "proxy.example.io:443"})
		add(fetch.FileState{State: fetch.Receiving, Bytes: 3<<20 + step/2, Total: 9 << 20, Kept: 3 << 20, Tries: 1, Host: "proxy.example.io:443"})
		add(fetch.FileState{State: fetch.Held, Bytes: 1 << 20, Total: 4 << 20, Tries: 3, Host: "mirror.example.io:443", Until: noon.Add(12 * time.Second)})
		add(fetch.FileState{State: fetch.Failed, Total: 2 << 20, Tries: 6, Host: "mirror.example.io:443", Err: errors.New("410 Gone: no such version")})
		for range 12 {
			add(fetch.FileState{State: fetch.Waiting, Total: 1 << 20})
		}
		for _, n := range names {
			add(fetch.FileState{State: fetch.Receiving, Item: fetch.Item{Module: module.Version{Path: n, Version: n}}, Bytes: 5, Total: 3, Host: n, Tries: 2, Err: errors.New(n)})
			p.Hosts = append(p.Hosts, fetch.HostState{Host: n, Breaker: fetch.Probe})
			p.Stopped = errors.New(n)
		}
		return p
	}
}

// ward is a program with findings, and with who mends them.
func ward(t testing.TB, f *nurse) *root {
	t.Helper()
	r := testRoot(t, Options{Use: useOf(config.Default()), Clean: (&remover{}).cleaner(), Repair: f.repairer()})
	load(r, withProjects(inventory(60), 3))
	verified(r)
	press(r, "5")
	return r
}

// mendState is a state of a program that mends: findings, and the keys that lead there.
func mendState(f *nurse, keys ...string) func(*root) {
	return func(r *root) {
		r.Clean, r.Repair = (&remover{}).cleaner(), f.repairer()
		verified(r)
		do(r, keys...)
	}
}

// repairing is a repair that is half done with its download; a clean waits behind it.
func repairing(f *nurse, step int64, names ...string) func(*root) {
	return func(r *root) {
		mendState(f, "5", "F", "x")(r)
		f.picture = inTheMiddle(0, names...)
		f.pace = func(_ context.Context, part string) {
			if w := r.work; part == "download" {
				w.started = noon.Add(-9 * time.Second)
				now := time.Now()
				w.mu.Lock()
				for i := range 40 { // two seconds of samples, so that there is a rate
					f.download.picture = inTheMiddle(step*int64(i)/40, names...)
					w.flow.look(w.download, r.env, now.Add(time.Duration(i)*50*time.Millisecond))
				}
				w.mu.Unlock()
				s := w.sampled(r.env)
				s.flow = w.flow.last
				r.Update(workSampleMsg{w.id, s})
				w.pace = pace{rate: 2.4 * (1 << 20), left: 17 * time.Second, known: true}
			}
		}
		if r.question.typed != "" {
			typeText(r, r.question.typed)
			batch(press(r, "enter"))[0]()
			return
		}
		batch(press(r, "y"))[0]()
	}
}

// repairedState is a repair that has ended, of which something is left.
func repairedState(r *root) {
	f := &nurse{picture: inTheMiddle(0)}
	f.outcome = func(s *plan.Step) plan.Outcome {
		switch {
		case s.NeedsNetwork && len(f.mended) > 1:
			return plan.Outcome{Result: plan.Failed, Err: errors.New("410 Gone: no such version")}
		case s.Has(plan.FixZiphash):
			return plan.Outcome{Result: plan.Skipped, Busy: true, Err: errors.New("gopls (pid 4711) uses it, or may: run this again when it has ended")}
		}
		return plan.Outcome{Result: plan.Done, Kept: "20261122-120500-000/1"}
	}
	mendState(f, "5", "F", "x", "y")(r)
	r.scan.running = false
	r.say("")
}

// waitingState is a clean that waits behind a repair, beside which somebody verifies.
func waitingState(r *root) {
	repairing(&nurse{}, 4<<20)(r)
	w := newWork(cleanWork)
	w.name = amount(44, 6<<30)
	w.now.phases = []phase{{title: "unpacked sources, zip kept", items: 40, disk: 5 << 30}, {title: "leftovers of broken-off work", items: 4, disk: 1 << 30}}
	r.startWork(w, func(context.Context) Outcome { return Outcome{} })
	r.verifying.running = true
	r.verifying.job, _ = r.jobs.start(func(context.Context) tea.Msg { return nil })
	r.say("")
}

// mendGoldens are the states of repairs that are compared in four sizes.
var mendGoldens = []struct {
	name  string
	state func(*root)
}{
	{"findings_fix", mendState(&nurse{}, "5", "j", "space", "space")},
	{"mend_plan", mendState(&nurse{}, "5", "F", "j")},
	{"mend_lines", mendState(&nurse{}, "5", "F", "G", "k")},
	{"mend_left", mendState(&nurse{}, "5", "F", "G")},
	{"mend_ask", mendState(&nurse{who: map[string]int{"gopls (pid 4711)": 2}}, "5", "F", "x")},
	{"mend_running", repairing(&nurse{}, 4<<20)},
	{"mend_done", repairedState},
	{"mend_waits", waitingState},
	{"get_ask", mendState(&nurse{}, "3", "x")},
}

// names are the labels of steps.
func labels(steps []plan.Step) (list []string) {
	for i := range steps {
		list = append(list, steps[i].Label())
	}
	slices.Sort(list)
	return list
}
