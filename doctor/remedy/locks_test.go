package remedy

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// lockVariable makes the test program hold the lock whose file it names until its input ends.
const lockVariable = "REMEDY_TEST_LOCK"

func TestMain(m *testing.M) {
	if name := os.Getenv(lockVariable); name != "" {
		os.Exit(holdLock(name))
	}
	os.Exit(m.Run())
}

func holdLock(name string) int {
	f, err := openFolder(filepath.Dir(name), nil)
	if err == nil {
		_, err = f.lock(filepath.Base(name))
	}
	fmt.Println("locked:", err == nil)
	io.Copy(io.Discard, os.Stdin)
	return 0
}

// lockElsewhere lets another process take a lock.
func lockElsewhere(t *testing.T, name string) (release func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), lockVariable+"="+name)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked: true\n" {
		t.Fatal(line, err)
	}
	return func() {
		in.Close()
		cmd.Wait()
	}
}

// A version whose lock another process holds is skipped at once, and goes once the lock is free.
func TestLocked(t *testing.T) {
	m := made(t)
	lock := m.CachePath(mod("example.com/a", "v1.0.0"), "lock")
	release := lockElsewhere(t, lock)
	it, other := item(t, m, "example.com/a", "v1.0.0", plan.Version), item(t, m, "example.com/a", "v1.1.0", plan.Version)
	was := states(t, m, "example.com/a", "v1.0.0")
	r := remover(t, m, Options{})
	var run *plan.Run
	synctest.Test(t, func(t *testing.T) { // where the clock goes on only while all sleep
		began := time.Now()
		run = apply(r, it, other)
		if took := time.Since(began); took > 0 {
			t.Errorf("it waited %v", took)
		}
	})
	if o := run.Outcomes[0]; o.Result != plan.Skipped || !o.Busy || run.Outcomes[1].Result != plan.Done {
		t.Errorf("%+v", run.Outcomes)
	}
	if now := states(t, m, "example.com/a", "v1.0.0"); now != was {
		t.Errorf("%s, was %s", now, was)
	}
	release()
	wantDone(t, one(t, r, it))
}

// Two that remove the same versions at once do not disturb each other: each version goes once. Lock files stay, whatever
// happens.
func TestTwoAtOnce(t *testing.T) {
	m := machine(t, quick(t))
	const rounds, each = 25, 4 // a hundred times that both want one version
	items := versions(t, m, "example.com/two", rounds*each, plan.Version)
	was := locks(t, m)
	if len(was) < len(items) {
		t.Fatalf("%d lock files", len(was))
	}
	a, b := remover(t, m, Options{Run: "1-1"}), remover(t, m, Options{Run: "2-2"})
	for round := range rounds {
		list := items[round*each : (round+1)*each]
		var runs [2]*plan.Run
		var wg sync.WaitGroup
		for i, r := range []*Remover{a, b} {
			wg.Go(func() { runs[i] = apply(r, list...) })
		}
		wg.Wait()
		for i := range list {
			x, y := runs[0].Outcomes[i], runs[1].Outcomes[i]
			if x.Result == plan.Failed || y.Result == plan.Failed || x.Result == plan.Done == (y.Result == plan.Done) {
				t.Errorf("%s: %v (%v) and %v (%v)", list[i].Version, x.Result, x.Err, y.Result, y.Err)
			}
			for _, part := range partsOf(t, m, list[i].Module, list[i].Version) {
				if exists(t, part) {
					t.Errorf("%s is there", part)
				}
			}
		}
	}
	now := locks(t, m)
	for name, s := range was {
		if now[name] != s {
			t.Errorf("%s: %q, was %q", name, now[name], s)
		}
	}
	if n := traces(t, m.GOMODCACHE); len(n) > 0 {
		t.Error("left:", n)
	}
}

// A clock that was put back, or runs ahead of the times of files, shortens no grace.
func TestClocks(t *testing.T) {
	m := made(t)
	now := time.Now()
	clock := now
	r := remover(t, m, Options{Now: func() time.Time { return clock }})
	it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
	it.Tier = usage.Hold
	if o := one(t, r, it); o.Kept == "" {
		t.Fatalf("%+v", o)
	}
	held, err := r.Quarantined()
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	for at, want := range map[time.Time]bool{now.AddDate(-10, 0, 0): false, now: false, now.Add(HoldFor - time.Hour): false, now.Add(HoldFor + time.Hour): true} {
		if held[0].Overdue(at) != want {
			t.Errorf("overdue at %v: %v", at, !want)
		}
	}
	for _, c := range []time.Duration{-10 * 365 * 24 * time.Hour, 0, 23 * time.Hour} {
		clock = now.Add(c)
		if r.old(stat{mtime: now.UnixNano()}) || r.old(stat{mtime: now.AddDate(10, 0, 0).UnixNano()}) || r.old(stat{}) || r.old(stat{mtime: -1}) {
			t.Errorf("%v from now something young counts as old", c)
		}
	}
	clock = now.Add(25 * time.Hour)
	if !r.old(stat{mtime: now.UnixNano()}) {
		t.Error("what is old counts as young")
	}
}
