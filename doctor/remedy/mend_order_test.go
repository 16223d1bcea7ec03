//go:build unix

package remedy_test

import (
	"context"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
)

// twice are steps of which one batch follows another: a version twice, with others between.
func (l *sickbay) twice() []plan.Step {
	l.t.Helper()
	other := l.known(plan.FixZiphash)
	other.Module, other.Version, other.ModHash = l.other.Path, l.other.Version, ""
	var err error
	other.Hash, err = l.other.Sum()
	must(l.t, err)
	l.write(l.file("ziphash"), wrongHash)
	l.write(l.CachePath(l.other, "ziphash"), wrongHash)
	l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
	return []plan.Step{other, l.known(plan.FixZiphash), l.known(plan.FixUnpack), {Fixes: []string{plan.FixLine}, File: filepath.Join(l.Home, "none.sum")}, l.known(plan.FixUnpack)}
}

// Batches follow each other and what is no version, and every step is told of once, in their order, and written down by its place.
func TestMendOrder(t *testing.T) {
	l := newSickbay(t)
	steps := l.twice()
	s := l.session()
	var order []int
	var came []module.Version
	m := l.mender(s, false)
	m.Installed = func(m module.Version) { came = append(came, m) }
	r := s.Mend(t.Context(), steps[:3], m, func(i int, o plan.Outcome) {
		order = append(order, i)
		if o.Result != plan.Done || o.Err != nil {
			t.Errorf("%d: %+v", i, o)
		}
	})
	if r.Left {
		t.Error("nothing has failed")
	}
	again := s.Mend(t.Context(), steps[3:], m, func(i int, o plan.Outcome) {
		order = append(order, i+3)
		if k, err := state.Home(filepath.Join(l.Home, "state")).Run(r.ID); err != nil || !k.Interrupted() {
			t.Errorf("%d: the history has the end of what goes on: %+v, %v", i+3, k, err)
		}
		if (o.Result == plan.Done) != (i == 1) {
			t.Errorf("%d: %+v", i+3, o)
		}
	})
	s.Close()
	if !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
		t.Errorf("told in the order %v", order)
	}
	if mod, other := l.mod.ID(), l.other.ID(); !slices.Equal(came, []module.Version{other, mod, mod, mod}) {
		t.Errorf("installed: %v", came)
	}
	k, err := state.Home(filepath.Join(l.Home, "state")).Run(r.ID)
	must(t, err)
	if again != r || len(k.Items) != len(steps) || k.Interrupted() || k.Kind != "repair" {
		t.Fatalf("%+v", k)
	}
	for i, it := range k.Items {
		if want := i != 3; (it.Result == "done") != want || (it.Error == "") != want || it.Module != steps[i].Module || it.Root != steps[i].File || it.Part != steps[i].Fix() || it.Hash != steps[i].Hash {
			t.Errorf("%d: %+v", i, it)
		}
	}
	l.builds()
	l.tidy()
}

// A repair that fails is one whose rest the next run looks for.
func TestMendLeft(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("ziphash"), wrongHash)
	st := l.known(plan.FixUnpack)
	st.Hash = wrongHash
	run, out := l.mend(t.Context(), &plan.Repair{Steps: []plan.Step{st}}, false)
	if out[0].Result != plan.Failed || !run.Left || run.Items[0].Error == "" {
		t.Errorf("%+v, %+v", out, run)
	}
}

// A repair that is stopped between two batches leaves the second, of which all was gathered, and tells of none of it.
func TestMendStoppedBetween(t *testing.T) {
	l := newSickbay(t)
	steps := l.twice()[:3]
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := l.session()
	var order []int
	run := s.Mend(ctx, steps, l.mender(s, false), func(i int, o plan.Outcome) {
		if order = append(order, i); i == 1 {
			cancel()
		}
	})
	s.Close()
	if !slices.Equal(order, []int{0, 1}) || run.Items[2].Result != "" || run.Items[1].Result != "done" {
		t.Errorf("told of %v: %+v", order, run.Items)
	}
	l.tidy()
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(l.GOMODCACHE), ".godoctor", "staging", "2*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if _, out := l.mend(t.Context(), &plan.Repair{Steps: steps[2:]}, false); out[0].Result != plan.Done {
		t.Errorf("afterwards: %+v", out)
	}
	l.builds()
}

// What is damaged and no evidence goes for good, and what is evidence waits whole; where it cannot be marked or cannot go, that is said
// of a version that is mended all the same.
func TestMendKeeps(t *testing.T) {
	for _, keep := range []bool{true, false} {
		for _, fails := range []string{"", "2", "done"} {
			l := newSickbay(t)
			l.write(l.file("ziphash"), wrongHash)
			st := l.known(plan.FixZiphash)
			st.Keep = keep
			if fails != "" {
				l.before = l.failing(fails)
			}
			s := l.session()
			var o plan.Outcome
			s.Mend(t.Context(), []plan.Step{st}, l.mender(s, false), func(_ int, out plan.Outcome) { o = out })
			held, err := s.Quarantined()
			must(t, err)
			s.Close()
			bad := fails == "done" || fails == "2" && !keep // 2 is renamed when it is purged
			if o.Result != plan.Done || (o.Err != nil) != bad || (o.Kept != "") != (keep && !bad) {
				t.Errorf("keep %v, %q fails: %+v", keep, fails, o)
			}
			if (len(held) == 1) != (keep || bad) || len(held) == 1 && held[0].Whole == (fails == "done") || o.Kept != "" && held[0].Name != o.Kept {
				t.Errorf("keep %v, %q fails: in the quarantine %+v", keep, fails, held)
			}
			if list, _ := l.examine(); len(list) > 0 {
				t.Errorf("keep %v, %q fails: %+v", keep, fails, list)
			}
		}
	}
}

// The build cache's index of a directory goes only where the directory was made anew.
func TestMendDropsIndexes(t *testing.T) {
	for _, c := range []struct {
		fix  string
		want int
	}{{plan.FixUnpack, 1}, {plan.FixInfo, 0}} {
		l := newSickbay(t)
		must(t, l.BuildCacheFiles(longAgo(), longAgo()))
		asked := 0
		l.options = func(o *remedy.Options) {
			o.GoCache = l.GOCACHE
			o.Index = func(string) []string { asked++; return nil }
		}
		if out := l.mendWith(t.Context(), gives(right(l)), l.known(c.fix)); out[0].Result != plan.Done {
			t.Errorf("%s: %+v", c.fix, out)
		}
		if asked != c.want {
			t.Errorf("%s: asked %d times", c.fix, asked)
		}
	}
}

func longAgo() time.Time { return time.Now().Add(-48 * time.Hour) }

// failing fails every change of a path with this last element.
func (l *sickbay) failing(base string) func(op, path string) error {
	return func(op, path string) error {
		if filepath.Base(path) == base && (base != "2" || op == "rename") {
			return syscall.EIO
		}
		return nil
	}
}
