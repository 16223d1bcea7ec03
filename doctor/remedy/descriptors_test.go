//go:build linux

package remedy

import (
	"os"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
)

// With so few descriptors that some directory or file cannot be opened, what cannot be done is said, every version is in a state that go
// handles, and nothing is lost: a run with enough of them ends it.
func TestFewDescriptors(t *testing.T) {
	l := newLab(t)
	var had syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &had); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &had); err != nil {
			t.Fatal(err)
		}
	}
	defer restore()
	failed, whole := 0, false
	for n := 0; n < 1000 && !whole; n += 1 + n/6 {
		c := l.copy(t)
		items := c.items(t)
		r, err := Open(c.opt)
		if err != nil {
			t.Fatal(err)
		}
		few := had
		few.Cur = uint64(free(t) + n)
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
			t.Fatal(err)
		}
		run := plan.Apply(t.Context(), &plan.Plan{Items: items}, r, plan.Options{})
		restore()
		r.Close()
		whole = run.Done == len(items)
		for i, o := range run.Outcomes {
			if o.Result == plan.Untouched || o.Result != plan.Done && o.Err == nil {
				t.Errorf("%d descriptors: %s %s: %+v", n, items[i].Part, items[i].Label(), o)
			}
			if o.Result == plan.Failed {
				failed++
			}
		}
		c.handled(t, "few descriptors", false)
		c.sweep(t, items)
		c.handled(t, "few descriptors, swept", true)
		c.waits(t, "few descriptors")
		c.ends(t, "few descriptors")
		if t.Failed() {
			return
		}
	}
	if failed == 0 || !whole {
		t.Errorf("%d items failed, and at the end all went: %v", failed, whole)
	}
}

// free is the lowest descriptor that nobody has.
func free(t testing.TB) int {
	t.Helper()
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return int(f.Fd())
}
