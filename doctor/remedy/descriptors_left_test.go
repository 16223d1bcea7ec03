package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// openPaths are the paths below a directory that this program has open, where the system tells.
func openPaths(dir string) (out []string) {
	list, _ := os.ReadDir("/proc/self/fd")
	for _, e := range list {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && strings.HasPrefix(to, strings.TrimSuffix(dir, "/")+"/") {
			out = append(out, to)
		}
	}
	return out
}

// wantRoots checks that a Remover has open what it opened at its start, once each, and nothing else: no directory, no lock.
func wantRoots(t testing.TB, what, dir string, r *Remover) {
	t.Helper()
	var want []string
	for _, f := range []*folder{r.mod, r.gc} {
		if f != nil {
			want = append(want, f.path)
		}
	}
	got := openPaths(dir)
	slices.Sort(want)
	slices.Sort(got)
	if len(openPaths("/")) > 0 && !slices.Equal(got, want) {
		t.Errorf("%s: open are %q", what, got)
	}
}

// Nothing stays open, whatever is done and whatever fails: a run that removes thousands of versions has few descriptors, and a
// lock that is held for nothing stops a build.
func TestNothingStaysOpen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would close what nobody holds
	l := newLab(t)
	n := changes(t, l)
	for k := 0; k <= n; k += 4 { // the others are looked at where every change fails
		c := l.copy(t)
		opt := c.opt
		f := &fault{at: k, err: syscall.EIO}
		opt.Before = f.before
		items := c.items(t)
		r, err := Open(opt)
		if err != nil {
			t.Fatal(err)
		}
		plan.Apply(context.Background(), &plan.Plan{Items: items}, r, plan.Options{})
		wantRoots(t, "applied, "+f.op+" "+f.fired, c.Root, r)
		var list []module.Version
		for i := range c.versions {
			list = append(list, c.versions[i].ID())
		}
		r.Sweep(context.Background(), list, func(module.Version, int64, error) {})
		r.SweepThings(context.Background(), items, func(*plan.Item, int64, error) {})
		wantRoots(t, "swept, "+f.op+" "+f.fired, c.Root, r)
		r.Close()
		if open := openPaths(c.Root); len(open) > 0 || t.Failed() {
			t.Fatalf("closed, %s %s: %q", f.op, f.fired, open)
		}
	}
}

// So it is where things are put back and deleted for good, and where roots are refused.
func TestQuarantineStaysClosed(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for k := 0; k < 40; k++ {
		m := madeIn(t, quick(t))
		f := &fault{}
		r := remover(t, m, Options{Before: f.before})
		var kept []string
		for _, v := range []string{"v1.0.0", "v1.1.0"} {
			it := item(t, m, "example.com/a", v, plan.Version)
			it.Tier = usage.Hold
			kept = append(kept, one(t, r, it).Kept)
		}
		it := item(t, m, "github.com/Big/B", "v0.1.0-RC1", plan.Version)
		it.Tier = usage.Hold
		f.mu.Lock()
		f.n, f.at, f.err = 0, k, syscall.EIO
		f.mu.Unlock()
		first := one(t, r, it)
		_, err := r.Restore(kept[0])
		var purged error
		r.Purge(t.Context(), kept[1:], func(_ string, _ int64, err error) { purged = err })
		_, again := r.Restore(kept[0])
		r.Quarantined()
		_, found := r.Restore("1-1/1")
		told := errors.Is(errors.Join(first.Err, err, purged, again), syscall.EIO)
		litter := f.op == "remove" && strings.Contains(f.fired, "/quarantine/") // of an entry that holds nothing: the next sweep takes it
		if told != (f.fired != "") && !litter || told && f.fired == "" || !gone(found) {
			t.Errorf("%s %s: %v, %v, %v, %v", f.op, f.fired, first.Err, err, purged, again)
		}
		r.Sweep(t.Context(), nil, func(m module.Version, _ int64, err error) {
			if err != nil {
				t.Errorf("%s %s: %v: %v", f.op, f.fired, m, err)
			}
		})
		waits := func(h Held) bool { return h.Module != it.Module && (purged == nil || h.Name != kept[1]) }
		if held, err := r.Quarantined(); err != nil || slices.ContainsFunc(held, waits) || !exists(t, m.Dir(mod("example.com/a", "v1.0.0"))) {
			t.Errorf("%s %s: %+v, %v", f.op, f.fired, held, err)
		}
		wantRoots(t, f.op+" "+f.fired, m.Root, r)
		for _, opt := range []Options{{ModCache: m.GOMODCACHE, GoCache: m.GOPATH}, {ModCache: m.GOPATH}, {ModCache: m.GOMODCACHE, Run: "x"}} {
			if r, err := Open(opt); err == nil {
				r.Close()
				t.Errorf("%+v is opened", opt)
			}
		}
		wantRoots(t, "refused", m.Root, r)
		r.Close()
		if open := openPaths(m.Root); len(open) > 0 || t.Failed() {
			t.Fatal(open)
		}
		if f.fired == "" && k > 0 {
			return
		}
	}
	t.Error("there is no end to the changes")
}

// Whatever lies in the cache in place of what is looked for, nothing of it stays open.
func TestOddPlacesStayClosed(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	m := madeIn(t, quick(t))
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	hash := strings.Repeat("0a", 32)
	two := filepath.Join(m.GOCACHE, "0a", hash+"-d")
	write(t, filepath.Join(two, "a"), "1")
	write(t, filepath.Join(two, "b"), "1")
	aged(t, two)
	write(t, filepath.Join(m.GOMODCACHE, "cache", "vcs", hash, "HEAD"), "1")
	gopls, lint, own := filepath.Join(m.Home, ".cache", "gopls"), filepath.Join(m.Home, ".cache", "lint"), filepath.Join(m.Home, "sdk", "go1.24.0")
	write(t, filepath.Join(gopls, "deep", "x"), "1")
	write(t, filepath.Join(lint, "a", "b", ".git", "HEAD"), "ref")
	write(t, filepath.Join(own, "x"), "1")
	uses := false
	r := remover(t, m, Options{GoCache: m.GOCACHE, Places: []string{gopls, lint, m.Projects}, SDK: filepath.Dir(own),
		Uses:     func(context.Context, string) string { return map[bool]string{true: "git"}[uses] },
		Programs: func() []string { return []string{filepath.Join(gopls, "deep", "x")} }})
	clone := plan.Item{Part: plan.VCS, Name: hash, Dir: stampOf(t, filepath.Join(m.GOMODCACHE, "cache", "vcs", hash))}
	changed := clone
	changed.Dir.Inode++
	for i, it := range []plan.Item{
		{Part: plan.Entry, Name: "0a", Names: []string{hash + "-d"}}, clone, changed, besideItem(t, plan.Related, "gopls", gopls),
		besideItem(t, plan.Related, "lint", lint), besideItem(t, plan.Abandoned, "projects", m.Projects), besideItem(t, plan.SDK, "go1.24.0", own),
		{Module: "example.com/a", Version: "v1.0.0", Part: plan.Version}, {Part: plan.Leftover, Name: "example.com/a@v1.0.0.tmp-1"},
	} {
		uses = true
		if o := one(t, r, it); o.Result == plan.Done || o.Err == nil {
			t.Errorf("%d: %+v", i, o)
		}
		wantRoots(t, it.Label(), m.Root, r)
	}
}
