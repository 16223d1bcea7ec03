package remedy_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// state describes a version's files by name and content: what a repair may put back, but not change otherwise.
func (l *sickbay) state() string { return l.stateOf(l.mod) }

func (l *sickbay) stateOf(m cachetest.Module) string {
	l.t.Helper()
	var out strings.Builder
	for _, part := range []string{"zip", "ziphash", "mod", "info", "dir"} {
		name := l.CachePath(m, part)
		if part == "dir" {
			name = l.Dir(m)
		}
		filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				fmt.Fprintf(&out, "%s: %v\n", part, err)
			case d.Type().IsRegular():
				b, err := os.ReadFile(path)
				fmt.Fprintf(&out, "%s %q %v\n", path, b, err)
			default:
				fmt.Fprintf(&out, "%s %v\n", path, d.Type())
			}
			return nil
		})
	}
	return out.String()
}

// plan makes the repair of what is found.
func (l *sickbay) plan() *plan.Repair {
	l.t.Helper()
	list, in := l.examine()
	return plan.NewRepair(l.t.Context(), list, in)
}

// faulty are the kinds of damage that faults are tried with.
var faulty = []string{"an edited file", "a truncated zip", "another go.mod file", "half unpacked"}

// A fault at any change of the disk leaves the old state or the new one, never a worse; where the program dies there, the
// next run sees to that.
func TestMendFaults(t *testing.T) {
	for _, name := range faulty {
		for _, dies := range []bool{false, true} {
			if !dies && amongOthers(name) {
				continue
			}
			t.Run(fmt.Sprintf("%s/dies=%v", name, dies), func(t *testing.T) {
				t.Parallel()
				c := sick(t, name)
				l := newSickbay(t)
				c.damage(l)
				was, r := l.state(), l.plan()
				total := 1
				for at := 0; at < total; at += stride(at, dies) {
					total = max(total, l.faultAt(c, r, at, dies)+1)
					if list, _ := l.examine(); len(list) == 0 {
						c.damage(l) // it was mended: once more, with the next fault
						r = l.plan()
						was = l.state()
					} else if now := l.state(); now != was {
						t.Fatalf("fault %d: it was\n%s\nand is\n%s", at, was, now)
					}
				}
				if total < 4 {
					t.Errorf("only %d changes were met", total)
				}
				l.before = nil
				if _, out := l.mend(t.Context(), r, c.online); out[0].Result != plan.Done {
					t.Errorf("without a fault: %+v", out)
				}
				l.builds()
				l.tidy()
			})
		}
	}
}

// stride is the way to the next fault: the last changes are all of one kind, the files of a directory that is deleted.
func stride(at int, dies bool) int {
	switch {
	case at >= 14:
		return 5
	case !dies:
		return 2
	}
	return 1
}

// amongOthers reports whether single errors are not tried with a kind of damage: its changes of the disk are among those of another.
func amongOthers(name string) bool { return name == "an edited file" || name == "half unpacked" }

// faultAt carries the repair out with a fault at one change, and gives how many changes there were. Where the program dies
// everything fails from there on, and another session begins after it.
func (l *sickbay) faultAt(c *sickness, r *plan.Repair, at int, dies bool) int {
	l.t.Helper()
	var n atomic.Int32
	on := true
	l.before = func(op, path string) error {
		i := int(n.Add(1)) - 1
		if on && (i == at || dies && i > at) {
			return syscall.EIO
		}
		return nil
	}
	s := l.session()
	n.Store(0)
	s.Mend(l.t.Context(), r.Steps, l.mender(s, c.online), func(int, plan.Outcome) {})
	met := int(n.Load())
	on = false
	s.Close()
	l.before = nil
	l.session().Close()
	return met
}

func sick(t *testing.T, name string) *sickness {
	t.Helper()
	for i := range sicknesses {
		if sicknesses[i].name == name {
			return &sicknesses[i]
		}
	}
	t.Fatalf("there is no %q", name)
	return nil
}

// What a proxy brings that is not what go.sum has is never installed: the old state stays, or comes back.
func TestMendHostile(t *testing.T) {
	evil := func(l *sickbay) cachetest.Module { return l.evil() }
	other := func(l *sickbay) cachetest.Module { return l.other }
	zipOf := func(of func(*sickbay) cachetest.Module) func(l *sickbay) {
		return func(l *sickbay) {
			data, err := of(l).Zip()
			must(l.t, err)
			l.answer(".zip", data)
		}
	}
	for name, hostile := range map[string]func(l *sickbay){
		"a flipped byte":  func(l *sickbay) { l.proxy.Misbehave("*.zip", cachetest.Fault{Flip: true, FlipAt: 90}) },
		"another content": zipOf(evil),
		"another module":  zipOf(other),
		"a portal":        func(l *sickbay) { l.answer(".zip", []byte("<html>sign in</html>")) },
		"nothing":         func(l *sickbay) { l.proxy.Misbehave("*", cachetest.Fault{Status: 404}) },
		"no zip":          func(l *sickbay) { l.answer(".zip", nil) },
		"another go.mod":  func(l *sickbay) { l.answer(".mod", []byte("module example.com/Sick\n\nrequire evil.example v1.0.0\n")) },
		"another .info":   func(l *sickbay) { l.answer(".info", []byte(`{"Version":"v1.1.0"}`)) },
		"it comes too small": func(l *sickbay) {
			l.proxy.Misbehave("*.zip", cachetest.Fault{Header: map[string]string{"X": "y"}, Cut: true, CutAt: 100, Times: 0})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			sick(t, "a crash, everything").damage(l)
			if strings.HasPrefix(name, "another go.mod") { // the zip would do otherwise
				l.remove(l.file("mod"))
				l.remove(l.file("zip"))
				l.write(l.file("mod"), "")
			}
			was, r := l.state(), l.plan()
			hostile(l)
			if name == "it comes too small" {
				ctx, cancel := l.soon()
				defer cancel()
				l.mend(ctx, r, true)
			} else if _, out := l.mend(t.Context(), r, true); name != "another go.mod" && out[0].Result != plan.Failed {
				t.Errorf("%+v", out)
			}
			if now := l.state(); now != was && name != "another go.mod" {
				t.Errorf("it was\n%s\nand is\n%s", was, now)
			}
			if b, _ := os.ReadFile(l.file("mod")); strings.Contains(string(b), "evil") {
				t.Error("another go.mod file was installed")
			}
			if b, _ := os.ReadFile(l.file("dir") + "/sick.go"); strings.Contains(string(b), "evil") {
				t.Error("another zip was installed")
			}
			l.tidy()
			l.proxy.Forget()
			if r = l.plan(); len(r.Steps) > 0 {
				if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
					t.Errorf("from a proxy that behaves: %+v", out)
				}
			}
			l.builds()
		})
	}
}

// A repair that is stopped, at whatever change, takes back what is not mended, and leaves what it has not come to. What it had
// fetched is not fetched again.
func TestMendStopped(t *testing.T) {
	c := sick(t, "a truncated zip")
	for at := range 20 {
		l := newSickbay(t)
		c.damage(l)
		must(t, os.Truncate(l.CachePath(l.other, "zip"), 10))
		mods := []cachetest.Module{l.mod, l.other}
		var was [2]string
		for i := range mods {
			was[i] = l.stateOf(mods[i])
		}
		r := l.plan()
		ctx, cancel := context.WithCancel(t.Context())
		var n atomic.Int32
		l.before = func(op, _ string) error {
			if n.Add(1) == int32(at+1) {
				cancel()
			}
			return nil
		}
		_, out := l.mend(ctx, r, true)
		cancel()
		l.before = nil
		if len(out) != 2 {
			t.Fatalf("stopped at %d: %+v", at, out)
		}
		for i := range out {
			if now := l.stateOf(mods[i]); out[i].Result != plan.Done && now != was[i] {
				t.Errorf("stopped at %d: %+v: it was\n%s\nand is\n%s", at, out[i], was[i], now)
			}
		}
		l.tidy()
		if r = l.plan(); len(r.Steps) > 0 {
			if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
				t.Errorf("after it was stopped at %d: %+v", at, out)
			}
		}
		if list, _ := l.examine(); len(list) > 0 || l.zips() > 2 {
			t.Errorf("after it was stopped at %d: %+v, and %d zips were fetched", at, list, l.zips())
		}
		l.builds()
	}
}

// answer has the proxy give the same bytes for everything of a kind.
func (l *sickbay) answer(ext string, data []byte) {
	l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, ext) {
			return false
		}
		w.Write(data)
		return true
	})
}
