package remedy

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
)

// handled checks that every version is in a state that the go command handles: of directory, zip and .ziphash each is
// as it was or not there, and .mod and .info are there unless they were to go. Before a sweep a directory that was to be
// moved may be writable.
func (l *lab) handled(t testing.TB, what string, swept bool) {
	t.Helper()
	for i := range l.versions {
		v := &l.versions[i]
		for j, now := range l.content(t, v) {
			if !swept {
				now = strings.Replace(now, ". drwxr-xr-x", ". dr-xr-xr-x", 1)
			}
			if now != "" && now != v.was[j] {
				t.Errorf("%s: %s: %s is not as it was:\n%s\nwas\n%s", what, v, [3]string{"zip", "ziphash", "directory"}[j], now, v.was[j])
			}
		}
		for _, ext := range []string{"mod", "info", "lock"} {
			if (v.part != plan.Forget || ext == "lock") && !exists(t, l.CachePath(v.Module, ext)) {
				t.Errorf("%s: %s has no %s", what, v, ext)
			}
		}
	}
	if part := labModule("part"); !exists(t, l.CachePath(part, "partial")) && exists(t, l.Dir(part)) {
		t.Errorf("%s: a half-unpacked directory counts as whole", what)
	}
}

// waits checks that what may not come back is whole, in place or in the quarantine.
func (l *lab) waits(t testing.TB, what string) {
	t.Helper()
	r, err := Open(l.opt)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	held, err := r.Quarantined()
	if err != nil {
		t.Fatal(err)
	}
	for i := range l.versions {
		v := &l.versions[i]
		if !v.hold || l.content(t, v) == v.was {
			continue
		}
		at := slices.IndexFunc(held, func(h Held) bool { return h.Module == v.Path && h.Whole && h.Err == nil })
		if at >= 0 {
			if _, err := r.Restore(held[at].Name); err != nil {
				t.Errorf("%s: %s: %v", what, v, err)
			}
		} else {
			l.unkeep(t, v)
		}
		if now := l.content(t, v); now != v.was {
			t.Errorf("%s: %s may not come back, and is\n%q, was\n%q", what, v, now, v.was)
		}
	}
}

// unkeep puts back by hand what waits under another name, because there was no room for the quarantine.
func (l *lab) unkeep(t testing.TB, v *labVersion) {
	t.Helper()
	for _, part := range partsOf(t, l.Machine, v.Path, v.Version) {
		names, _ := filepath.Glob(part + ".*godoctor-keep-*")
		if len(names) == 1 {
			if err := os.Rename(names[0], part); err != nil {
				t.Error(err)
			}
		}
	}
}

// ends runs the rest of the plan, and checks that nothing is left of it.
func (l *lab) ends(t testing.TB, what string) {
	t.Helper()
	run := l.run(t, &fault{})
	for i, o := range run.Outcomes {
		if o.Result != plan.Done {
			t.Errorf("%s: second run: %s %s: %v, %v", what, run.Plan.Items[i].Part, run.Plan.Items[i].Label(), o.Result, o.Err)
		}
	}
	if n := traces(t, l.Home); len(n) > 0 {
		t.Errorf("%s: left: %q", what, n)
	}
	if rest := l.items(t); len(rest) > 0 {
		t.Errorf("%s: %d items are still there, the first %s %s", what, len(rest), rest[0].Part, rest[0].Label())
	}
	l.check()
}

// changes counts the changes of the disk that the plan makes.
func changes(t testing.TB, l *lab) int {
	t.Helper()
	f := &fault{}
	c := l.copy(t)
	run := c.run(t, f)
	if run.Done != len(run.Outcomes) || run.Done < len(labVersions)+12 || f.n < 80 {
		t.Fatalf("%d changes, %d of %d done: %+v", f.n, run.Done, len(run.Outcomes), run.Outcomes)
	}
	c.handled(t, "no fault", true)
	c.waits(t, "no fault")
	c.ends(t, "no fault")
	return f.n
}

// Every change of the disk fails in turn: what the error hits is named, everything else goes, and a second run ends it.
func TestEveryChangeFails(t *testing.T) {
	l := newLab(t)
	errnos := []error{syscall.EIO, syscall.ENOSPC, syscall.EACCES}
	seen := 0
	for k, n := 0, changes(t, l)*len(errnos); k < n; k++ {
		c := l.copy(t)
		f := &fault{at: k/len(errnos) + 1, err: errnos[k%len(errnos)]}
		items := c.items(t)
		run := c.run(t, f)
		what := f.op + " " + f.fired + ": " + f.err.Error()
		if f.fired == "" {
			t.Fatalf("change %d was not reached", f.at)
		}
		hit := 0
		for i, o := range run.Outcomes {
			if o.Result == plan.Untouched {
				t.Errorf("%s: %s is untouched", what, items[i].Label())
			}
			if o.Err == nil {
				continue
			}
			seen++
			hit++
			if !errors.Is(o.Err, f.err) || !strings.Contains(o.Err.Error(), filepath.Base(f.fired)) {
				t.Errorf("%s: %s: %v", what, items[i].Label(), o.Err)
			}
		}
		if hit > 1 && f.op != "sync" {
			t.Errorf("%s: %d items suffer", what, hit)
		}
		c.handled(t, what, false)
		c.sweep(t, items)
		c.handled(t, what+", swept", true)
		c.waits(t, what)
		if k%len(errnos) == k/len(errnos)%len(errnos) { // once for each change, and for each error many times
			c.ends(t, what)
		}
		c.check()
		if t.Failed() {
			return
		}
	}
	if seen == 0 {
		t.Error("no error was told of")
	}
}

// The program is killed at every change of the disk in turn: go can use what lies there, the next run ends it, and once
// more has nothing to do.
func TestKilledEverywhere(t *testing.T) {
	l := newLab(t)
	n := changes(t, l)
	for k := 1; k <= n; k++ {
		c := l.copy(t)
		f := &fault{at: k, kill: true}
		items := c.items(t)
		c.run(t, f)
		what := "killed at " + f.fired
		if f.fired == "" {
			t.Fatalf("change %d of %d was not reached", k, n)
		}
		c.handled(t, what, false)
		if k%(n/3) == 1 {
			c.builds(t, what) // which changes much
			c.check()
			continue
		}
		c.sweep(t, items)
		c.handled(t, what+", swept", true)
		was := tree(t, c.Home)
		if again := c.sweep(t, items); again > 0 {
			t.Errorf("%s: a second sweep found %d", what, again)
		}
		sameTree(t, what+": second sweep", was, tree(t, c.Home))
		c.waits(t, what)
		c.ends(t, what)
		if t.Failed() {
			return
		}
	}
}

// builds lets the real go command build what needs the versions, with the proxy for what is gone.
func (l *lab) builds(t testing.TB, what string) {
	t.Helper()
	gomod, main := "module example.test/user\n\ngo 1.21\n", "package user\n\nimport (\n"
	for _, name := range []string{"src", "zip", "ver", "hold", "work", "part"} {
		gomod += "\nrequire lab.example.com/" + name + " v1.0.0\n"
		main += "\t_ \"lab.example.com/" + name + "\"\n"
	}
	dir := filepath.Join(t.TempDir(), "user")
	write(t, filepath.Join(dir, "go.mod"), gomod)
	write(t, filepath.Join(dir, "user.go"), main+")\n")
	cmd := exec.Command(goCommand(t), "build", "./...")
	cmd.Dir = dir
	cmd.Env = append(l.Environ(), "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: go build: %v\n%s", what, err, out)
	}
}
