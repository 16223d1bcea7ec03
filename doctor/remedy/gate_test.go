package remedy

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// gateItems are versions whose patch number says what happens at the gate: it is in use at once (n%3 == 1), a process
// comes in between (n%3 == 2), or nobody uses it. Every part is among them, and what goes into the quarantine.
func gateItems(t *testing.T, items []plan.Item) {
	t.Helper()
	parts := []plan.Part{plan.Sources, plan.Zip, plan.Version, plan.Forget}
	for i := range items {
		items[i].Part = parts[i/3%len(parts)]
		if i/12%2 == 1 {
			items[i].Tier = usage.Hold
		}
	}
}

// What a process uses when it is looked at first is not touched, what one came to use meanwhile is as it was.
func TestGate(t *testing.T) {
	m := machine(t, quick(t))
	items := versions(t, m, "example.com/gate", 48, plan.Version)
	gateItems(t, items)
	was := make([]string, len(items))
	for i := range items {
		was[i] = states(t, m, items[i].Module, items[i].Version)
	}
	patch := func(version string) (n int) {
		fmt.Sscanf(version, "v1.0.%d", &n)
		return n
	}
	asked := make(map[string]int)
	looks := 0
	r := remover(t, m, Options{Gate: func(context.Context) Users {
		looks++
		return func(path, version string) string {
			asked[version]++
			if k := patch(version) % 3; path == "example.com/gate" && (k == 1 || k == 2 && asked[version] == 2) {
				return "go (pid 42)"
			}
			return ""
		}
	}})
	run := apply(r, items...)
	if looks != 2*len(items)/groupMax {
		t.Errorf("%d looks", looks)
	}
	for i, o := range run.Outcomes {
		k := i % 3
		if k == 0 {
			if o.Result != plan.Done || (items[i].Later() != (o.Kept != "")) {
				t.Errorf("%s %s: %+v", items[i].Part, items[i].Version, o)
			}
			continue
		}
		if o.Result != plan.Skipped || !o.Busy || o.Undone != (k == 2) || o.Err == nil || !strings.Contains(o.Err.Error(), "go (pid 42)") {
			t.Errorf("%s %s: %+v", items[i].Part, items[i].Version, o)
		}
		if now := states(t, m, items[i].Module, items[i].Version); now != was[i] {
			t.Errorf("%s %s: %s\nwas %s", items[i].Part, items[i].Version, now, was[i])
		}
		if asked[items[i].Version] != k {
			t.Errorf("%s: asked %d times", items[i].Version, asked[items[i].Version])
		}
	}
	held, err := r.Quarantined()
	if err != nil || len(held) != 8 {
		t.Errorf("%d in the quarantine, %v", len(held), err)
	}
	if n := traces(t, m.GOMODCACHE); len(n) > 0 {
		t.Error("left:", n)
	}
	// The locks are free: once nobody uses them any more, all go.
	r.opt.Gate = nil
	var rest []plan.Item
	for i := range items {
		if i%3 != 0 {
			rest = append(rest, items[i])
		}
	}
	if run := apply(r, rest...); run.Done != len(rest) {
		t.Errorf("%+v", run.Outcomes)
	}
}

// A run that is broken off ends soon; what it had not begun is untouched, and what is out of sight goes with a sweep.
func TestCancel(t *testing.T) {
	m := machine(t, quick(t))
	big := mod("example.com/big", "v1.0.0")
	for i := range 2000 {
		big.Files[fmt.Sprintf("d%d/f%d.txt", i%50, i)] = "text"
	}
	if err := m.Install(big); err != nil {
		t.Fatal(err)
	}
	items := append([]plan.Item{item(t, m, big.Path, big.Version, plan.Version)}, versions(t, m, "example.com/rest", 100, plan.Version)...)
	was := make([]string, len(items))
	for i := range items {
		was[i] = states(t, m, items[i].Module, items[i].Version)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	late, ended := 0, false
	r := remover(t, m, Options{Workers: 1, Before: func(op, path string) error {
		if ended && op == "remove" { // others put back what was out of sight already
			late++
		} else if op == "remove" && strings.Contains(path, "big@v1.0.0") && strings.HasSuffix(path, ".txt") { // the first of 40 in its directory
			ended = true
			cancel()
		}
		return nil
	}})
	run := plan.Apply(ctx, &plan.Plan{Items: items}, r, plan.Options{})
	if !ended || late > 5 || !run.Stopped {
		t.Errorf("%d files were removed after the end: %+v", late, run.Stopped)
	}
	untouched := 0
	var list []module.Version
	for i, o := range run.Outcomes {
		it := &items[i]
		list = append(list, module.Version{Path: it.Module, Version: it.Version})
		now := states(t, m, it.Module, it.Version)
		switch {
		case o.Result == plan.Untouched:
			untouched++
			if now != was[i] {
				t.Errorf("%s is untouched, and %s\nwas %s", it.Label(), now, was[i])
			}
		case o.Result == plan.Failed && !strings.Contains(o.Err.Error(), "out of sight"):
			t.Errorf("%s: %v", it.Label(), o.Err)
		case now != "- - - ":
			t.Errorf("%s: %v, and %s", it.Label(), o.Result, now)
		}
	}
	if o := run.Outcomes[0]; o.Result != plan.Failed || untouched != len(items)-1 {
		t.Errorf("%d untouched; %+v", untouched, o)
	}
	if len(traces(t, m.GOMODCACHE)) == 0 {
		t.Error("nothing was left: the test saw nothing")
	}
	next := remover(t, m, Options{})
	freed := int64(0)
	next.Sweep(context.Background(), list, func(m module.Version, n int64, err error) {
		freed += n
		if err != nil {
			t.Error(m, err)
		}
	})
	if n := traces(t, m.GOMODCACHE); len(n) > 0 || freed == 0 || exists(t, filepath.Join(m.GOMODCACHE, "example.com", "big@v1.0.0")) {
		t.Errorf("left %q, freed %d", n, freed)
	}
}
