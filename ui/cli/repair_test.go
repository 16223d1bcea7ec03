package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/scan/cachetest"
)

// A repairLab is a machine with a project that needs a module, and a proxy with a checksum database on loopback.
type repairLab struct {
	t     *testing.T
	m     *cachetest.Machine
	proxy *cachetest.Proxy
	mod   cachetest.Module
	sums  string // the project's go.sum
	more  []string
}

func newRepairLab(t *testing.T) *repairLab {
	t.Helper()
	t.Parallel()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	l := &repairLab{t: t, m: m, mod: cachetest.Module{Path: "example.com/sick", Version: "v1.0.0", Files: map[string]string{
		"sick.go": "package sick\n", "data.txt": noise(1, 300<<10)}}}
	l.must(err)
	t.Cleanup(func() { l.must(errors.Join(l.proxy.Close(), m.RemoveAll())) })
	l.must(m.Publish(l.mod))
	l.must(m.Install(l.mod))
	dir, err := m.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire example.com/sick v1.0.0\n",
		map[string]string{"p.go": "package p\n\nimport _ \"example.com/sick\"\n"})
	l.must(err)
	l.sums = filepath.Join(dir, "go.sum")
	l.proxy, err = m.Serve()
	l.must(err)
	return l
}

func (l *repairLab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// run runs godoctor on the machine and wants an exit code.
func (l *repairLab) run(code int, args ...string) (out, errs string) {
	l.t.Helper()
	var o, e bytes.Buffer
	env := append(append(append([]string{}, l.more...), "GOSUMDB="+cachetest.SumDBKey()), l.m.Environ()...) // the first of a name counts
	if got := Run(l.t.Context(), IO{Args: args, Environ: env, Stdin: strings.NewReader(""), Stdout: &o, Stderr: &e}); got != code {
		l.t.Fatalf("godoctor %q: exit code %d, want %d\n%s\n%s", args, got, code, o.String(), e.String())
	}
	return o.String(), e.String()
}

// repair runs repair and gives its document.
func (l *repairLab) repair(code int, args ...string) *report.Document {
	l.t.Helper()
	out, _ := l.run(code, append([]string{"repair", "--json"}, args...)...)
	d := new(report.Document)
	l.must(json.Unmarshal([]byte(out), d))
	return d
}

func (l *repairLab) write(file, text string) {
	l.t.Helper()
	l.must(cachetest.Overwrite(file, text))
}

func (l *repairLab) read(file string) string {
	l.t.Helper()
	b, err := os.ReadFile(file)
	l.must(err)
	return string(b)
}

// forge puts another zip, .ziphash and directory in the place of the module's, and gives its hash.
func (l *repairLab) forge() string {
	l.t.Helper()
	evil := l.mod
	evil.Files = map[string]string{"sick.go": "package sick\n\nconst Evil = 1\n", "data.txt": l.mod.Files["data.txt"]}
	data, err := evil.Zip()
	l.must(err)
	h, err := evil.Sum()
	l.must(err)
	l.write(l.m.CachePath(l.mod, "zip"), string(data))
	l.write(l.m.CachePath(l.mod, "ziphash"), h)
	l.write(l.m.Dir(l.mod)+"/sick.go", evil.Files["sick.go"])
	return h
}

func (l *repairLab) evil() bool { return strings.Contains(l.read(l.m.Dir(l.mod)+"/sick.go"), "Evil") }

// Where go.sum and the cache disagree nothing is changed offline; the checksum database settles it.
func TestRepairSettles(t *testing.T) {
	l := newRepairLab(t)
	l.forge()
	d := l.repair(ExitPartly, "--all", "--yes", "--offline")
	if len(d.Repair.Steps) > 0 || len(d.Repair.Left) == 0 || d.Repair.Left[0].Check != "gosum-unsettled" || !l.evil() {
		t.Fatalf("%+v", d.Repair)
	}
	d = l.repair(ExitOK, "--all", "--yes")
	s := d.Repair.Steps[0]
	if s.Checks[0] != "zip-mismatch" || s.HashSource != "the checksum database" || s.Result != "done" || s.Quarantine == "" || l.evil() {
		t.Fatalf("%+v", s)
	}
	l.run(ExitOK, "verify")
	if out, _ := l.run(ExitOK, "undo", "--yes"); !l.evil() {
		t.Errorf("the evidence did not come back: %s", out)
	}
}

// A wrong line of go.sum is shown as a diff, changed to what the checksum database has, and comes back with undo.
func TestRepairLine(t *testing.T) {
	l := newRepairLab(t)
	was := l.read(l.sums)
	h, err := l.mod.Sum()
	l.must(err)
	wrong := strings.Replace(was, h, "h1:"+strings.Repeat("A", 43)+"=", 1)
	l.must(os.WriteFile(l.sums, []byte(wrong), 0o666))
	out, _ := l.run(ExitOK, "repair", "--all", "-n")
	if !strings.Contains(out, "\n  @@ line 1 @@\n  -example.com/sick v1.0.0 h1:AAAA") || !strings.Contains(out, "\n  +example.com/sick v1.0.0 "+h) || l.read(l.sums) != wrong {
		t.Fatal(out)
	}
	l.run(ExitUnconfirmed, "repair", "--all")
	if out, _ := l.run(ExitOK, "repair", "gosum-wrong", "--yes"); l.read(l.sums) != was {
		t.Fatalf("%s\n%s", out, l.read(l.sums))
	}
	l.run(ExitOK, "undo", "--yes")
	if l.read(l.sums) != wrong {
		t.Error(l.read(l.sums))
	}
}

// Where cache and go.sum agree against the checksum database a person has to decide: both stay.
func TestRepairStops(t *testing.T) {
	l := newRepairLab(t)
	h, err := l.mod.Sum()
	l.must(err)
	l.must(os.WriteFile(l.sums, []byte(strings.ReplaceAll(l.read(l.sums), h, l.forge())), 0o666))
	sums := l.read(l.sums)
	l.must(l.m.InstallSumDB(l.mod)) // an earlier look at it
	for _, args := range [][]string{{"--all"}, {"gosum-wrong"}, {"example.com/sick@v1.0.0"}} {
		d := l.repair(ExitPartly, append(args, "--yes", "--offline")...)
		if len(d.Repair.Steps) > 0 || len(d.Repair.Left) == 0 || !l.evil() || l.read(l.sums) != sums {
			t.Errorf("%q: %+v", args, d.Repair)
		}
	}
}

// A connection that breaks is gone on with; what comes and is not what it should be is not installed, and the state stays.
func TestRepairNetwork(t *testing.T) {
	l := newRepairLab(t)
	zip := l.m.CachePath(l.mod, "zip")
	l.must(os.Truncate(zip, 1000))
	l.proxy.Misbehave("*.zip", cachetest.Fault{Flip: true, FlipAt: 5000})
	d := l.repair(ExitPartly, "zip-damaged", "--yes")
	if len(d.Repair.Steps) == 0 {
		t.Fatalf("%+v", d)
	}
	if s := d.Repair.Steps[0]; s.Result != "failed" || s.Error == "" || len(l.read(zip)) != 1000 || d.ExitCode != ExitPartly {
		t.Fatalf("%+v", s)
	}
	l.proxy.Forget()
	l.proxy.Misbehave("*.zip", cachetest.Fault{Cut: true, CutAt: 150 << 10, Times: 1})
	out, _ := l.run(ExitOK, "repair", "--all", "--yes", "--jsonl")
	for _, want := range []string{`{"event":"step","module":"example.com/sick"`, `{"event":"progress","module":"example.com/sick"`, `{"event":"mended","module":"example.com/sick"`, `"result":"done"`, `{"event":"run",`, `"remain":0`} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %s in\n%s", want, out)
		}
	}
	ranges := ""
	for _, r := range l.proxy.Requests() {
		ranges += r.Range
	}
	if ranges == "" {
		t.Error("it was fetched again from its beginning")
	}
	l.run(ExitOK, "verify")
}

// What was fetched and could not be installed, because a go command holds the lock of the version, is not fetched again.
func TestRepairBusy(t *testing.T) {
	l := newRepairLab(t)
	l.must(os.Truncate(l.m.CachePath(l.mod, "zip"), 1000))
	unlock, err := lockedfile.MutexAt(l.m.CachePath(l.mod, "lock")).Lock()
	l.must(err)
	l.run(ExitBusy, "repair", "--all", "--yes")
	unlock()
	if n := l.proxy.Count("/example.com/sick/@v/v1.0.0.zip"); n != 1 {
		t.Fatalf("it was asked for %d times", n)
	}
	l.run(ExitOK, "repair", "--all", "--yes")
	if n := l.proxy.Count("/example.com/sick/@v/v1.0.0.zip"); n != 1 {
		t.Errorf("it was asked for %d times", n)
	}
	l.run(ExitOK, "verify")
	parts, err := filepath.Glob(filepath.Join(filepath.Dir(l.m.GOMODCACHE), ".godoctor", "staging", "parts", "*"))
	if err != nil || len(parts) > 0 {
		t.Errorf("left: %q, %v", parts, err)
	}
}

// What nobody can prove is not fetched, unless it is private and a person has typed the number.
func TestRepairPrivate(t *testing.T) {
	l := newRepairLab(t)
	l.must(os.RemoveAll(filepath.Dir(l.sums)))
	l.must(os.Truncate(l.m.CachePath(l.mod, "zip"), 1000))
	l.more = []string{"GONOSUMDB=example.com"}
	_, errs := l.run(ExitUnconfirmed, "repair", "--all", "--yes")
	if !strings.Contains(errs, "--confirm 1") {
		t.Error(errs)
	}
	d := l.repair(ExitOK, "--all", "--confirm", "1")
	if s := d.Repair.Steps[0]; !s.Unproved || s.Result != "done" {
		t.Errorf("%+v", s)
	}
	l.must(os.Truncate(l.m.CachePath(l.mod, "zip"), 1000))
	l.more = []string{"GOSUMDB=off"}
	if d = l.repair(ExitPartly, "--all", "--confirm", "1"); len(d.Repair.Steps) > 0 || len(d.Repair.Left) != 1 { // it is public, and nobody is asked
		t.Errorf("%+v", d.Repair)
	}
}

// The exit code of a repair: in use where that is all that came of it, partly where anything is left.
func TestRepairCode(t *testing.T) {
	done, busy, failed := plan.Outcome{Result: plan.Done}, plan.Outcome{Result: plan.Skipped, Busy: true}, plan.Outcome{Result: plan.Failed}
	for _, c := range []struct {
		outcomes []plan.Outcome
		left     int
		want     int
	}{
		{nil, 0, ExitOK}, {[]plan.Outcome{done}, 0, ExitOK}, {[]plan.Outcome{done}, 1, ExitPartly}, {[]plan.Outcome{busy}, 0, ExitBusy},
		{[]plan.Outcome{done, busy}, 0, ExitPartly}, {[]plan.Outcome{failed}, 0, ExitPartly}, {[]plan.Outcome{busy, failed}, 0, ExitPartly},
		{[]plan.Outcome{{}}, 0, ExitPartly}, // it was not come to
	} {
		a := &app{}
		if a.repairCode(c.outcomes, c.left); a.code != c.want {
			t.Errorf("%+v, %d left: %d, want %d", c.outcomes, c.left, a.code, c.want)
		}
	}
}
