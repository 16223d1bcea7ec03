package tui

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/fetch"
	"godoctor/doctor/report"
	"godoctor/scan/meter"
)

// A carrier stands for what makes and applies bundles: it makes up what is in them, and writes nothing.
type carrier struct {
	names  []string // of more versions, projects and notes: hostile ones
	notes  []string
	taken  bool
	wrong  []string                                       // what is wrong in the bundle that is looked into
	plain  bool                                           // its toolchain is of another platform
	there  bool                                           // all of it is here
	rest   bool                                           // though something is left to be done
	loose  int                                            // versions that nobody stands for
	fail   error                                          // of every look
	ending error                                          // of every run
	pace   func(ctx context.Context, at string, w *Watch) // before each part of a look or a run; may be nil
	path   []string                                       // completions

	mu      sync.Mutex
	wishes  []BundleWish
	uses    []BundleUse
	made    []string // targets
	applied []string // in the order in which that happened
	ways    []int
	asked   []string // completed
	last    *madeUpDownload
	picture func() fetch.Picture
}

func (f *carrier) bundler() *Bundler {
	return &Bundler{Dir: "/home/u/src", Home: "/home/u", Plan: f.plan, Look: f.look, Complete: func(_ context.Context, path string) []string {
		f.note(func() { f.asked = append(f.asked, path) })
		var out []string
		for _, p := range f.path {
			if strings.HasPrefix(p, path) {
				out = append(out, p)
			}
		}
		return out
	}}
}

// note writes down what happened: looks and runs go on side by side.
func (f *carrier) note(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

func (f *carrier) at(ctx context.Context, part string, w *Watch) {
	if f.pace != nil {
		f.pace(ctx, part, w)
	}
}

func (f *carrier) plan(ctx context.Context, w BundleWish, t *Watch) (*Packing, error) {
	f.note(func() { f.wishes = append(f.wishes, w) })
	m := new(meter.Meter)
	defer t.Working("reading go.mod files", m)()
	m.Add(17, 5<<10)
	f.at(ctx, "look", t)
	if f.fail != nil {
		return nil, f.fail
	}
	for _, n := range append(f.notes, f.names...) {
		t.Note(n)
	}
	p := &Packing{Taken: f.taken}
	for i := range 9 {
		v := PackedVersion{Module: fmt.Sprintf("example.com/group%02d/module%05d", i, i*7), Version: "v1.2.0", Zip: i%3 > 0, Here: int64(i) << 18}
		if i == 7 {
			v.Here = 0
		}
		p.Versions = append(p.Versions, v)
	}
	for _, word := range w.Toolchains {
		p.Versions = append(p.Versions, PackedVersion{Module: toolchainPath, Version: "v0.0.1-" + strings.NewReplacer(":", ".", "/", "-").Replace(word), Zip: true})
	}
	for i, n := range f.names {
		p.Versions = append(p.Versions, PackedVersion{Module: n, Version: n, Zip: i%2 == 0})
	}
	p.Make = func(ctx context.Context, t *Watch) Outcome { return f.pack(ctx, w, p, t) }
	return p, nil
}

// pack makes nothing, and says that it did.
func (f *carrier) pack(ctx context.Context, w BundleWish, p *Packing, t *Watch) Outcome {
	m := new(meter.Meter)
	for _, s := range packStages {
		if !t.More(ctx) {
			return Outcome{Stopped: true}
		}
		end := t.Working(s.title, m)
		m.Expect(4)
		m.Done(2)
		m.Add(2, 3<<20)
		if s.title == fetchStage && f.picture != nil {
			last := &madeUpDownload{picture: f.picture}
			f.note(func() { f.last = last })
			end := t.Fetching(last)
			f.at(ctx, "download", t)
			end()
		}
		f.at(ctx, s.title, t)
		m.Done(2)
		end()
	}
	if f.ending != nil || t.Stopping(ctx) {
		return Outcome{Err: f.ending, Stopped: t.Stopping(ctx)}
	}
	f.note(func() { f.made = append(f.made, w.Target) })
	d := f.bundle(w.Target)
	d.FetchedB, d.Reused, d.LeftOut = 3<<20, 5, 1
	for _, n := range f.names {
		t.Note(n)
	}
	return Outcome{Made: &Packed{Bundle: d, Bytes: 34 << 20, Summary: report.BundleSummary{Modules: 10, Zips: 7, Toolchains: 1, Bytes: 34 << 20}}}
}

// bundle makes up what is in one.
func (f *carrier) bundle(path string) *report.Bundle {
	d := &report.Bundle{Path: path, Kind: "archive", Manifest: strings.Repeat("0123456789abcdef", 4), Files: 48, Bytes: 34 << 20, SumDB: "sum.example.io+033de0ae",
		HeadSize: 28_123_456, Linked: true}
	for i := range 9 {
		m := report.BundleModule{Path: fmt.Sprintf("example.com/group%02d/module%05d", i, i*7), Version: "v1.2.0", Zip: hash("A"), Mod: hash("B"), ZipBytes: int64(i+1) << 18,
			Recorded: true, Proof: "record", State: "right"}
		if i < f.loose {
			m.Recorded, m.Proof = false, ""
		}
		d.Modules = append(d.Modules, m)
	}
	goos := runtime.GOOS
	if f.plain {
		goos = "plan9"
	}
	d.Modules = append(d.Modules, report.BundleModule{Path: toolchainPath, Version: "v0.0.1-go1.25.3." + goos + "-amd64", Zip: hash("C"), ZipBytes: 68 << 20, Recorded: true, Proof: "record"})
	for _, n := range f.names {
		d.Modules = append(d.Modules, report.BundleModule{Path: n, Version: n, Zip: n, Proof: n, State: "right", Error: n})
	}
	return d
}

func (f *carrier) look(ctx context.Context, u BundleUse, t *Watch) (*Unpacking, error) {
	f.note(func() { f.uses = append(f.uses, u) })
	m := new(meter.Meter)
	defer t.Working("checking", m)()
	m.Expect(48)
	m.Done(12)
	m.Add(12, 9<<20)
	m.Working("example.com/group01/module00007/@v/v1.2.0.zip")
	f.at(ctx, "look", t)
	if f.fail != nil {
		return nil, f.fail
	}
	for _, n := range append(f.notes, f.names...) {
		t.Note(n)
	}
	x := &Unpacking{Bundle: f.bundle(u.Path), Summary: report.BundleSummary{Modules: 10, Zips: 10, Toolchains: 1, Bytes: 34 << 20, Unproved: f.loose}}
	for i, n := range f.wrong {
		if i%2 == 0 {
			x.Bundle.Faults = append(x.Bundle.Faults, report.BundleFault{Name: n, Error: fmt.Sprintf("%q: its content is not that of the manifest", n)})
			continue
		}
		x.Bundle.Modules[i].State, x.Bundle.Modules[i].Error = "wrong", "its hash is another one than that which is known: "+n
	}
	if len(f.wrong) > 0 {
		return x, nil
	}
	x.Ways = []Way{f.way(x.Bundle, false)}
	if !f.plain {
		x.Ways = append(x.Ways, f.way(x.Bundle, true))
	}
	x.Apply = func(ctx context.Context, way int, t *Watch) Outcome { return f.apply(ctx, &x.Ways[way], way, t) }
	return x, nil
}

// way is what is to be done: every third version is here.
func (f *carrier) way(d *report.Bundle, sdk bool) Way {
	w := Way{Unproved: f.loose, Rest: f.rest}
	for i, m := range d.Modules {
		m.State, m.To = "planned", "modcache"
		if f.there || i%3 == 2 {
			m.State = "there"
		}
		if sdk && m.Path == toolchainPath {
			m.To = "sdk"
		}
		w.Modules = append(w.Modules, m)
	}
	return w
}

// apply installs nothing, and says that it did.
func (f *carrier) apply(ctx context.Context, way *Way, n int, t *Watch) Outcome {
	f.note(func() { f.ways = append(f.ways, n) })
	m := new(meter.Meter)
	end := t.Working("installing", m)
	if f.ending != nil {
		end()
		return Outcome{Err: f.ending}
	}
	for i := range way.Modules {
		x := &way.Modules[i]
		if x.State != "planned" {
			continue
		}
		name := x.Path + "@" + x.Version
		m.Working(name)
		f.at(ctx, name, t)
		if !t.More(ctx) {
			end()
			return Outcome{Stopped: true}
		}
		x.State = "there"
		f.note(func() { f.applied = append(f.applied, name) })
		var err error
		if len(f.names) > 0 && i%2 == 0 {
			err = fmt.Errorf("no room: %s", f.names[i%len(f.names)])
		}
		t.Version(name, x.ZipBytes, err)
	}
	end()
	t.Working("giving go the records", m)()
	return Outcome{}
}

// depot is a program with projects and marked module versions, and with who carries them.
func depot(t testing.TB, f *carrier, w, h int) (*root, *bundles) {
	t.Helper()
	r := testRoot(t, Options{Use: useOf(config.Default()), Clean: (&remover{}).cleaner(), Bundle: f.bundler()})
	r.resize(w, h)
	load(r, withProjects(inventory(20), 8))
	press(r, "2", "j", "l", "j", "space", "B")
	return r, r.screens[bundleScreen].(*bundles)
}

// bundleState is a state of a program that carries bundles, and the keys that lead there.
func bundleState(f *carrier, keys ...string) func(*root) {
	return func(r *root) {
		r.Clean, r.Bundle = (&remover{}).cleaner(), f.bundler()
		press(r, "2", "j", "l", "j", "space", "B")
		do(r, keys...)
	}
}

// within is a state in the middle of a look or a run: the body has come so far, and ended when the state is made. What was
// drawn last stays.
func within(f *carrier, part string, side int, keys ...string) func(*root) {
	return func(r *root) {
		bundleState(f, keys[:len(keys)-1]...)(r)
		seen := false
		f.pace = func(_ context.Context, at string, w *Watch) {
			if seen || !strings.Contains(at, part) {
				return
			}
			seen = true
			b := r.screens[bundleScreen].(*bundles)
			if l := b.sides[side].look; l.running {
				r.Update(bundleSampleMsg{l.id, side, l.work.sampled(r.env)})
				return
			}
			j := r.work
			j.started = noon.Add(-9 * time.Second)
			if f.last != nil {
				now := time.Now()
				j.mu.Lock()
				for i := range 40 { // two seconds of samples, so that there is a rate
					f.last.picture = inTheMiddle(4<<20*int64(i)/40, f.names...)
					j.flow.look(j.download, r.env, now.Add(time.Duration(i)*50*time.Millisecond))
				}
				j.mu.Unlock()
			}
			s := j.sampled(r.env)
			if f.last != nil {
				s.flow = j.flow.last
			}
			r.Update(workSampleMsg{j.id, s})
			j.pace = pace{rate: 2.4 * (1 << 20), left: 17 * time.Second, known: true}
		}
		batch(press(r, keys[len(keys)-1]))[0]()
	}
}

// named is a side with a bundle that is named, and looked into.
func named(f *carrier, keys ...string) func(*root) {
	return func(r *root) {
		bundleState(f, "B")(r)
		b := r.screens[bundleScreen].(*bundles)
		b.values[fileField] = "/media/usb/offline.tar"
		b.rebuild()
		do(r, keys...)
	}
}

// lookingInto is a look into a bundle, half done.
func lookingInto(r *root) {
	f := &carrier{}
	named(f)(r)
	b := r.screens[bundleScreen].(*bundles)
	f.pace = func(context.Context, string, *Watch) {
		l := b.sides[applySide].look
		r.Update(bundleSampleMsg{l.id, applySide, l.work.sampled(r.env)})
	}
	batch(press(r, "x"))[0]()
}
