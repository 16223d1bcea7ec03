//go:build unix

package remedy

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan/meter"
)

// The steps of a removal come in the order that the package promises: barrier, second look, the rest, durable, and only then anything
// is deleted.
func TestOrder(t *testing.T) {
	for part, want := range map[plan.Part]string{
		plan.Sources: "look, v1.0.0.ziphash, look, a@v1.0.0, back, sync, remove",
		plan.Zip:     "look, v1.0.0.zip, look, sync, remove",
		plan.Version: "look, v1.0.0.zip, v1.0.0.ziphash, look, a@v1.0.0, sync, remove",
		plan.Forget:  "look, v1.0.0.zip, v1.0.0.ziphash, look, a@v1.0.0, v1.0.0.mod, v1.0.0.info, sync, remove",
	} {
		m := madeIn(t, quick(t))
		var steps []string
		meter := new(meter.Meter)
		r := remover(t, m, Options{Workers: 1, Meter: meter,
			Gate: func(context.Context) Users {
				steps = append(steps, "look")
				return func(string, string) string { return "" }
			},
			Before: func(op, path string) error {
				step := op
				if base := filepath.Base(path); op == "rename" {
					if step = base; strings.Contains(base, "godoctor") {
						step = "back"
					}
				}
				steps = append(steps, step)
				return nil
			}})
		it := item(t, m, "example.com/a", "v1.0.0", part)
		r.Remove(t.Context(), []plan.Item{it}, func(_ int, o plan.Outcome) { wantDone(t, o) })
		if now := meter.Sample().Now; now != it.Label() {
			t.Errorf("%s: works on %q", part, now)
		}
		meter.Working("")
		r.Finish(t.Context(), always)
		if now := meter.Sample().Now; now != it.Label() {
			t.Errorf("%s: deletes of %q", part, now)
		}
		if got := strings.Join(slices.DeleteFunc(slices.Compact(steps), func(s string) bool { return s == "chmod" }), ", "); !strings.HasPrefix(strings.ReplaceAll(got, "remove, remove", "remove"), want) {
			t.Errorf("%s: %s\nwant %s", part, got, want)
		}
	}
}

// What somebody began to use and cannot be put back has failed, with both reasons: it is not said to be as it was.
func TestNotPutBack(t *testing.T) {
	for _, hold := range []bool{false, true} {
		m := madeIn(t, quick(t))
		looks := 0
		r := remover(t, m, Options{
			Gate: func(context.Context) Users {
				looks++
				return func(string, string) string { return map[bool]string{true: "go (pid 42)"}[looks > 1] }
			},
			Before: func(op, _ string) error {
				return map[bool]error{true: syscall.EIO}[op == "rename" && looks > 1]
			}})
		it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
		if hold {
			it.Tier = usage.Hold
		}
		o := one(t, r, it)
		wantLeft(t, o, plan.Failed, "go (pid 42) began to use it meanwhile", m.Dir(mod("example.com/a", "v1.0.0")))
		if !errors.Is(o.Err, syscall.EIO) || o.Undone || o.Busy || !strings.Contains(o.Err.Error(), "could not be put back") {
			t.Errorf("hold %v: %+v", hold, o)
		}
		r.opt.Before, r.disk.before = nil, nil
		r.Sweep(t.Context(), []module.Version{{Path: it.Module, Version: it.Version}}, func(_ module.Version, _ int64, err error) {
			if err != nil {
				t.Error(err)
			}
		})
		if now := item(t, m, it.Module, it.Version, plan.Version); now.Dir != it.Dir || now.ZipFile != it.ZipFile {
			t.Errorf("hold %v: after a sweep it is not as it was: %+v", hold, now)
		}
	}
}

// Whatever fails is told once, and ends the item: no later step is made for it, its lock is free, and it is as it was.
func TestFailsOnce(t *testing.T) {
	for _, part := range []plan.Part{plan.Sources, plan.Zip, plan.Version, plan.Forget} {
		for _, hold := range []bool{false, true} {
			for k := 1; ; k++ {
				m := madeIn(t, quick(t))
				it := item(t, m, "example.com/a", "v1.0.0", part)
				if hold {
					it.Tier = usage.Hold
				}
				was := states(t, m, it.Module, it.Version)
				n, fired, later := 0, "", 0
				r := remover(t, m, Options{Before: func(op, path string) error {
					if op == "rename" {
						if n++; n == k {
							fired = path
							return syscall.EIO
						}
						if fired != "" && !strings.Contains(path, "godoctor") {
							later++
						}
					}
					return nil
				}})
				var told []plan.Outcome
				r.Remove(t.Context(), []plan.Item{it}, func(_ int, o plan.Outcome) { told = append(told, o) })
				if fired == "" {
					if k < 2 {
						t.Errorf("%s: nothing is renamed", part)
					}
					break
				}
				if len(told) != 1 || told[0].Result != plan.Failed || !errors.Is(told[0].Err, syscall.EIO) || len(r.pending) > 0 || later > 0 {
					t.Errorf("%s, hold %v, %s: %+v, %d pending, %d steps more", part, hold, fired, told, len(r.pending), later)
				}
				if now := states(t, m, it.Module, it.Version); now != was {
					t.Errorf("%s, hold %v, %s: %s\nwas %s", part, hold, fired, now, was)
				}
				if held, err := r.Quarantined(); len(held) > 0 || err != nil {
					t.Errorf("%s, hold %v, %s: %+v, %v", part, hold, fired, held, err)
				}
				wantRoots(t, fired, m.Root, r)
			}
		}
	}
}

// Where not everything could be made durable, all of it is put back and said to be.
func TestNotDurable(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	was := states(t, m, a.Path, a.Version)
	r := remover(t, m, Options{Before: func(op, path string) error {
		return map[bool]error{true: syscall.EIO}[op == "sync" && path == m.GOMODCACHE]
	}})
	o := one(t, r, item(t, m, a.Path, a.Version, plan.Version))
	wantLeft(t, o, plan.Skipped, "could not be made durable")
	if !errors.Is(o.Err, syscall.EIO) || !o.Undone || states(t, m, a.Path, a.Version) != was || len(r.pending) > 0 {
		t.Errorf("%+v", o)
	}
	wantRoots(t, "not durable", m.Root, r)
}

// What was interrupted on its way into the quarantine comes back over what go wrote since, unless that is a version; a run is named by
// its time in UTC.
func TestInterruptedComesBack(t *testing.T) {
	for _, anew := range []string{"", "info", "zip", "dir"} {
		m := madeIn(t, quick(t))
		a := mod("example.com/a", "v1.0.0")
		it := item(t, m, a.Path, a.Version, plan.Forget)
		it.Tier = usage.Hold
		r := remover(t, m, Options{})
		o := one(t, r, it)
		if o.Kept == "" {
			t.Fatalf("%+v", o)
		}
		unmark(t, m, o.Kept)
		switch anew {
		case "info", "zip":
			write(t, m.CachePath(a, anew), "new")
		case "dir":
			write(t, filepath.Join(m.Dir(a), "new.go"), "package a")
			write(t, m.CachePath(a, "info"), "new")
		}
		r.Sweep(t.Context(), nil, func(m module.Version, _ int64, err error) {
			if err != nil || m != a.ID() {
				t.Errorf("%s: %v, %v", anew, m, err)
			}
		})
		held, err := r.Quarantined()
		whole := anew == "zip" || anew == "dir"
		if err != nil || (len(held) == 1 && held[0].Whole) != whole || len(held) > 1 {
			t.Errorf("%s: %+v, %v", anew, held, err)
		}
		if now := item(t, m, a.Path, a.Version, plan.Forget); (now.Dir == it.Dir && now.ZipFile == it.ZipFile) == whole {
			t.Errorf("%s: %+v, it was %+v", anew, now, it)
		}
	}
	if id := RunID(time.Date(2026, 11, 26, 23, 45, 1, 987654321, time.FixedZone("", 2*3600))); id != "20261126-214501-987" {
		t.Error(id)
	}
}
