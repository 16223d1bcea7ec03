//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
)

// hiddenOnly takes versions out of sight, and does not delete them yet.
func hiddenOnly(t *testing.T, r *Remover, items ...plan.Item) []plan.Outcome {
	t.Helper()
	out := make([]plan.Outcome, len(items))
	r.Remove(t.Context(), items, func(i int, o plan.Outcome) { out[i] = o })
	if len(r.pending) != len(items) {
		t.Fatalf("%+v", out)
	}
	return out
}

func never() bool  { return false }
func always() bool { return true }

// What is not deleted any more is put back whole, and every step in the way of that is said; what go fetched meanwhile stays.
func TestPutBack(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(zip string) error
		want error
	}{
		{"nothing", nil, nil},
		{"no directory", func(zip string) error { return os.Rename(filepath.Dir(zip), filepath.Dir(zip)+".away") }, os.ErrNotExist},
		{"fetched anew", func(zip string) error { return os.WriteFile(zip, []byte("new"), 0o600) }, errLeft},
		{"locked", func(zip string) error { return nil }, errBusy},
		{"fault", func(zip string) error { return nil }, syscall.EIO},
	} {
		m := madeIn(t, quick(t))
		var fails error
		r := remover(t, m, Options{Before: func(op, _ string) error { return fails }})
		a := mod("example.com/a", "v1.0.0")
		was := states(t, m, a.Path, a.Version)
		out := hiddenOnly(t, r, item(t, m, a.Path, a.Version, plan.Version))
		zip := m.CachePath(a, "zip")
		hidden := tree(t, m.GOMODCACHE)
		if c.do != nil {
			if err := c.do(zip); err != nil {
				t.Fatal(err)
			}
			hidden = tree(t, m.GOMODCACHE)
		}
		if c.what == "locked" {
			lock, err := opened(t, filepath.Dir(zip)).lock("v1.0.0.lock")
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Close()
		}
		if c.what == "fault" {
			fails = syscall.EIO
		}
		out[0] = plan.Outcome{Result: plan.Failed}
		r.pending[0].each = func(i int, o plan.Outcome) { out[i] = o }
		r.Finish(t.Context(), never)
		if c.want == nil {
			if now := states(t, m, a.Path, a.Version); out[0] != (plan.Outcome{}) || now != was || len(r.pending) > 0 || len(traces(t, m.GOMODCACHE)) > 0 {
				t.Errorf("%+v: %s, it was %s", out[0], now, was)
			}
			continue
		}
		if o := out[0]; o.Result != plan.Skipped || !errors.Is(o.Err, errLeft) || !errors.Is(o.Err, c.want) || o.Disk != 0 {
			t.Errorf("%s: %+v", c.what, o)
		}
		sameTree(t, c.what, hidden, tree(t, m.GOMODCACHE))
	}
}

// A version of which nothing was to be renamed is done; what go clean removed meanwhile is gone all the same.
func TestFinishNothing(t *testing.T) {
	m := madeIn(t, quick(t))
	r := remover(t, m, Options{})
	a, b := mod("example.com/a", "v1.0.0"), mod("github.com/Big/B", "v0.1.0-RC1")
	if err := errors.Join(os.Remove(m.CachePath(a, "zip")), os.Remove(m.CachePath(a, "ziphash"))); err != nil {
		t.Fatal(err)
	}
	out := hiddenOnly(t, r, item(t, m, a.Path, a.Version, plan.Zip), item(t, m, b.Path, b.Version, plan.Version))
	r.pending[0].each = func(i int, o plan.Outcome) { out[i] = o }
	r.pending[1].each = r.pending[0].each
	if o := r.pending[0].putBack(r); o.Result != plan.Skipped || !errors.Is(o.Err, errLeft) {
		t.Errorf("%+v", o)
	}
	if err := os.RemoveAll(filepath.Join(m.GOMODCACHE, "cache", "download", "github.com")); err != nil {
		t.Fatal(err)
	}
	r.Finish(t.Context(), always)
	if out[0] != (plan.Outcome{Result: plan.Done}) || out[1].Result != plan.Done || out[1].Err != nil || out[1].Disk <= 0 {
		t.Errorf("%+v", out)
	}
	if n := traces(t, m.GOMODCACHE); len(n) > 0 {
		t.Errorf("left: %q", n)
	}
}

// Where the context has ended what waits to be deleted is left, and said so.
func TestFinishEnded(t *testing.T) {
	m := madeIn(t, quick(t))
	r := remover(t, m, Options{})
	out := hiddenOnly(t, r, item(t, m, "example.com/a", "v1.0.0", plan.Version))
	r.pending[0].each = func(i int, o plan.Outcome) { out[i] = o }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Finish(ctx, always)
	if o := out[0]; o.Result != plan.Failed || !errors.Is(o.Err, context.Canceled) || o.Disk != 0 || strings.Count(o.Err.Error(), "out of sight") != 3 {
		t.Errorf("%+v", o)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	r.Remove(ctx, []plan.Item{item(t, m, "example.com/a", "v1.1.0", plan.Version), {Part: plan.VCS}}, func(i int, o plan.Outcome) { t.Errorf("%d: %+v", i, o) })
}
