package remedy_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
)

// die carries a repair out until an operation, and dies there; then the next session begins.
func (l *sickbay) die(r *plan.Repair, at string, meanwhile func()) {
	l.t.Helper()
	dead := false
	l.before = func(op, _ string) error {
		if dead = dead || op == at; dead {
			return syscall.EIO
		}
		return nil
	}
	s := l.session()
	s.Mend(l.t.Context(), r.Steps, l.mender(s, true), func(int, plan.Outcome) {})
	s.Close()
	if !dead {
		l.t.Fatalf("it did not come to %s", at)
	}
	l.before = nil
	meanwhile()
	l.session().Close()
}

// A repair dies while go installs, and go after it has written .info and .mod: that is no version, and what was put aside comes
// back. After .zip it is one.
func TestMendKilledInGo(t *testing.T) {
	for _, zip := range []bool{false, true} {
		l := newSickbay(t)
		c := sick(t, "a crash, everything")
		c.damage(l)
		was := l.state()
		l.die(l.plan(), "install", func() {
			if l.state() == was {
				t.Fatal("nothing was put aside: this test cannot see")
			}
			data, err := l.mod.Info()
			must(t, err)
			l.write(l.file("info"), string(data))
			l.write(l.file("mod"), l.mod.Mod())
			if zip {
				h, err := l.mod.Sum()
				must(t, err)
				l.write(l.file("ziphash"), h)
				l.write(l.file("zip"), string(l.zipOf(l.mod)))
			}
		})
		list, _ := l.examine()
		if zip {
			if len(list) > 0 {
				t.Errorf("the zip is there, and this is found: %+v", list)
			}
		} else if l.state() != was || checksOf(list) != c.want {
			t.Errorf("it was\n%s\nand is\n%s\nfound: %s", was, l.state(), checksOf(list))
		}
		if r := l.plan(); len(r.Steps) > 0 {
			if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
				t.Errorf("%+v", out)
			}
		}
		l.builds()
		l.tidy()
	}
}

// A repair that dies while it deletes a clone leaves nothing of it: the next run ends that.
func TestMendKilledInThings(t *testing.T) {
	l := newSickbay(t)
	sick(t, "a clone without HEAD").damage(l)
	left := func() []string {
		list, err := filepath.Glob(filepath.Join(l.GOMODCACHE, "cache", "vcs", "*.tmp-godoctor-*"))
		must(t, err)
		return list
	}
	r := l.plan()
	l.before = func(op, path string) error {
		if strings.Contains(path, ".tmp-godoctor-") {
			return syscall.EIO
		}
		return nil
	}
	l.mend(t.Context(), r, false)
	l.before = nil
	if len(left()) == 0 {
		t.Fatal("nothing was left half deleted: this test cannot see")
	}
	l.session().Close()
	if list, _ := l.examine(); len(list) > 0 || len(left()) > 0 {
		t.Errorf("%+v, %q", list, left())
	}
}

// What goes by itself between the look and the plan is nothing to repair: a go command has ended.
func TestMendGone(t *testing.T) {
	l := newSickbay(t)
	sick(t, "temporary files").damage(l)
	list, in := l.examine()
	must(t, os.Remove(l.file("zip")+"811345961.tmp"))
	if r := plan.NewRepair(t.Context(), list, in); len(list) != 1 || len(r.Steps)+len(r.Left) > 0 {
		t.Errorf("%+v: %+v", list, r)
	}
}
