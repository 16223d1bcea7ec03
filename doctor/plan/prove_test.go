package plan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// proof makes a plan, changes the disk, makes the plan anew unless stale, and proves it.
func (l *lab) prove(p Policies, damage func(), change func(*Input)) *Plan {
	l.t.Helper()
	if damage != nil {
		damage()
	}
	in := l.input(func(in *usage.Input) { in.Grace = 0 }) // what was damaged just now is not young
	in.Policies = p
	if change != nil {
		change(&in)
	}
	made, err := New(l.t.Context(), in)
	must(l.t, err)
	before := digest(l.t, l.Root)
	got := Prove(l.t.Context(), made, in, nil)
	if digest(l.t, l.Root) != before {
		l.t.Error("a proof changed something")
	}
	return got
}

func (l *lab) hash(m cachetest.Module) string {
	h, err := m.Sum()
	must(l.t, err)
	return h
}

// What is as it was downloaded is proved, by hashes of this run.
func TestProved(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var m meter.Meter
	in := l.input(nil)
	in.Policies = Policies{Orphans: true, Sources: true}
	made, err := New(t.Context(), in)
	must(t, err)
	p := Prove(t.Context(), made, in, &m)
	if items(p) != items(made) || m.Sample().Units != int64(len(p.Items)) || m.Sample().Bytes == 0 {
		t.Errorf("%s\n%+v\n%+v", items(p), p.Kept, m.Sample())
	}
	hashes := map[string]string{l.used.String(): l.hash(l.used), l.old0.String(): l.hash(l.old0), l.private.String(): l.hash(l.private)}
	for i := range p.Items {
		it := &p.Items[i]
		if h := hashes[it.Label()]; !it.Proved || it.Modified || !strings.HasPrefix(it.Hash, "h1:") || h != "" && it.Hash != h {
			t.Errorf("%+v", it)
		}
		if made.Items[i].Proved {
			t.Error("the plan that was given has changed")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p = Prove(ctx, made, in, nil)
	want(t, p)
	wantKept(t, p, keptStopped, len(made.Items))
}

// What differs, is damaged or cannot be proved stays, each for its reason.
func TestUnproved(t *testing.T) {
	for _, c := range []struct {
		name   string
		p      Policies
		damage func(l *lab)
		reason string
		stays  string // module version that is not planned any more
	}{
		{"an edited directory", Policies{Sources: true}, func(l *lab) { l.edit(l.used) }, keptDiffers, "example.com/used@v1.0.0"},
		{"a file too many", Policies{Sources: true}, func(l *lab) { l.write(l.Dir(l.used)+"/notes.txt", "mine") }, keptDiffers, "example.com/used@v1.0.0"},
		{"an orphan", Policies{}, func(l *lab) { l.edit(l.old0) }, keptDiffers, "example.com/Upper@v1.0.0"},
		{"a private one", Policies{}, func(l *lab) { l.edit(l.private) }, keptDiffers, "corp.test/private@v1.0.0"},
		{"its zip", Policies{Zips: true}, func(l *lab) { l.edit(l.old0) }, keptDiffers, "example.com/Upper@v1.0.0"},
		{"a truncated zip", Policies{Sources: true}, func(l *lab) { must(l.t, os.Truncate(l.CachePath(l.used, "zip"), 200)) }, keptDamaged, "example.com/used@v1.0.0"},
		{"an empty zip of an orphan", Policies{}, func(l *lab) { must(l.t, os.Truncate(l.CachePath(l.old0, "zip"), 0)) }, keptDamaged, "example.com/Upper@v1.0.0"},
		{"a flipped byte", Policies{Sources: true}, func(l *lab) { must(l.t, l.FlipByte(l.CachePath(l.used, "zip"), 62)) }, keptDamaged, "example.com/used@v1.0.0"},
		{"a wrong ziphash", Policies{Sources: true}, func(l *lab) {
			l.write(l.CachePath(l.used, "ziphash"), "h1:"+strings.Repeat("A", 43)+"=")
		}, keptDamaged, "example.com/used@v1.0.0"},
		{"no hash in ziphash", Policies{Sources: true}, func(l *lab) { l.write(l.CachePath(l.used, "ziphash"), "") }, keptNoZip, "example.com/used@v1.0.0"},
		{"all of it another module", Policies{Sources: true}, func(l *lab) { l.swap(l.used) }, keptDamaged, "example.com/used@v1.0.0"},
		{"no zip, and edited", Policies{}, func(l *lab) { l.edit(l.old0); l.remove(l.CachePath(l.old0, "zip")) }, keptDiffers, "example.com/Upper@v1.0.0"},
		{"no zip, no ziphash", Policies{}, func(l *lab) {
			l.remove(l.CachePath(l.old0, "zip"))
			l.remove(l.CachePath(l.old0, "ziphash"))
		}, keptUnproved, "example.com/Upper@v1.0.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			whole := l.prove(c.p, nil, nil)
			p := l.prove(c.p, func() { c.damage(l) }, nil)
			if strings.Contains(items(p), c.stays+" ") || len(p.Items) != len(whole.Items)-1 {
				t.Errorf("planned\n%s\nof\n%s", items(p), items(whole))
			}
			wantKept(t, p, c.reason, 1)
		})
	}
}

// swap puts another module in the place of one: directory, zip and ziphash agree with each other, and not with go.sum.
func (l *lab) swap(m cachetest.Module) {
	l.t.Helper()
	evil := m
	evil.Files = map[string]string{"a.go": "package a\n\nfunc evil() {}\n"}
	for _, name := range []string{l.Dir(m), l.CachePath(m, "zip"), l.CachePath(m, "ziphash")} {
		l.remove(name)
	}
	must(l.t, l.Install(evil))
}

// A version without a zip goes when its directory has the hash that go.sum or .ziphash says.
func TestProvedWithoutZip(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.prove(Policies{}, func() { l.remove(l.CachePath(l.old0, "zip")) }, nil)
	if len(p.Items) != 6 {
		t.Errorf("%s\n%+v", items(p), p.Kept)
	}
	for i := range p.Items {
		if it := &p.Items[i]; !it.Proved || it.Label() == l.old0.String() && it.Hash != l.hash(l.old0) {
			t.Errorf("%+v", it)
		}
	}
}

// What may not come back and nothing proves waits as it is: it is planned, and not called proved.
func TestUnprovedHold(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.prove(Policies{}, func() {
		l.remove(l.CachePath(l.private, "zip"))
		l.remove(l.CachePath(l.private, "ziphash"))
	}, nil)
	for i := range p.Items {
		if it := &p.Items[i]; it.Label() == l.private.String() {
			if it.Proved || it.Hash != "" || it.Tier != usage.Hold || !it.Later() {
				t.Errorf("%+v", it)
			}
			return
		}
	}
	t.Error(items(p))
}

// A directory that differs goes into the quarantine where a person insists on it, whatever its tier.
func TestInsist(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.edit(l.used)
	p := l.prove(Policies{Sources: true}, nil, func(in *Input) { in.Modules, in.Insist = []string{l.used.String()}, true })
	if len(p.Items) != 1 || !p.Items[0].Modified || p.Items[0].Proved || !p.Items[0].Later() || p.Items[0].Hash != l.hash(l.used) || p.Now() != 0 || p.Later() == 0 {
		t.Errorf("%+v %+v", p.Items, p.Kept)
	}
	if p.Weigh() != Severe {
		t.Error("it may not come back")
	}
	// A damaged zip is evidence, whoever insists.
	must(t, os.Truncate(l.CachePath(l.used, "zip"), 62))
	p = l.prove(Policies{Sources: true}, nil, func(in *Input) { in.Modules, in.Insist = []string{l.used.String()}, true })
	wantKept(t, p, keptDamaged, 1)
	want(t, p)
}

// What changes between plan and proof, or while it is proved, stays.
func TestChangedBeforeProof(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.input(nil)
	in.Policies = Policies{Sources: true, Orphans: true}
	made, err := New(t.Context(), in)
	must(t, err)
	age(t, 3, l.Dir(l.used))
	l.remove(l.Dir(l.middle))
	l.write(l.CachePath(l.old0, "zip"), "PK")
	p := Prove(t.Context(), made, in, nil)
	if len(p.Items) != len(made.Items)-3 {
		t.Errorf("%s", items(p))
	}
	wantKept(t, p, keptChanged, 2)
	wantKept(t, p, keptGone, 1)
}

// A database that speaks is believed against all others.
type database map[module.Version]string

func (d database) LookupAll(_ context.Context, list []module.Version, _ *meter.Meter) []verify.Record {
	out := make([]verify.Record, len(list))
	for i, m := range list {
		out[i].Zip = d[m]
		if d[m] == "" {
			out[i].Err = os.ErrNotExist
		}
	}
	return out
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.prove(Policies{}, nil, func(in *Input) {
		in.DB = database{l.old0.ID(): l.hash(l.old0), l.old1.ID(): l.hash(l.old0)}
	})
	if strings.Contains(items(p), l.old1.String()) || !strings.Contains(items(p), l.old0.String()) {
		t.Error(items(p))
	}
	wantKept(t, p, keptDamaged, 1)
}

// Toolchains are hashed without the go.mod files that go adds to them.
func TestProvedToolchain(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	tc, err := l.Toolchain("go1.21.9", "linux", "amd64", ago(100), nil)
	must(t, err)
	p := l.prove(Policies{Toolchains: true}, nil, nil)
	if len(p.Items) != 1 || !p.Items[0].Proved {
		t.Errorf("%+v %+v", p.Items, p.Kept)
	}
	must(t, l.Edit(tc, filepath.Join("VERSION"), ago(50), func(s string) string { return s + "x" }))
	p = l.prove(Policies{Toolchains: true}, nil, nil)
	wantKept(t, p, keptDiffers, 1)
}
