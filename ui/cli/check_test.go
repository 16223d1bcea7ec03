package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
	"godoctor/ui/tui"
)

// A checkLab is a machine with a module in its cache and a project that needs it and replaces another one by a directory
// that is not there. Its checks are made up where a test sets table.
type checkLab struct {
	t       *testing.T
	m       *cachetest.Machine
	project string
	dep     cachetest.Module
	table   []*check.Check
	env     []string // before those of the machine
	stdin   string
}

func newCheckLab(t *testing.T) *checkLab {
	t.Helper()
	t.Parallel()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	l := &checkLab{t: t, m: m, dep: cachetest.Module{Path: "example.com/dep", Version: "v1.2.0", Files: map[string]string{"dep.go": "package dep\n"}}}
	l.must(err)
	t.Cleanup(func() { l.must(m.RemoveAll()) })
	l.must(m.Install(l.dep))
	l.project, err = m.Project("p", "module example.com/p\n\ngo 1.20\n\nrequire example.com/dep v1.2.0\n",
		map[string]string{"p.go": "package p\n\nimport _ \"example.com/dep\"\n"})
	l.must(err)
	return l
}

func (l *checkLab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *checkLab) write(file, text string) string {
	l.t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(l.project, file)
	}
	l.must(os.MkdirAll(filepath.Dir(file), 0o777))
	os.Chmod(file, 0o666)
	l.must(os.WriteFile(file, []byte(text), 0o666))
	return file
}

// run runs godoctor in the project, and wants an exit code.
func (l *checkLab) run(code int, args ...string) (out, errs string) {
	l.t.Helper()
	var o, e bytes.Buffer
	a := newApp(IO{Args: append([]string{"-C", l.project, "--no-progress"}, args...), Environ: append(slices.Clone(l.env), l.m.Environ()...),
		Stdin: strings.NewReader(l.stdin), Stdout: &o, Stderr: &e})
	a.checks = l.table
	if got := a.run(l.t.Context()); got != code {
		l.t.Fatalf("godoctor %q: exit code %d, want %d\n%s\n%s", args, got, code, o.String(), e.String())
	}
	return o.String(), e.String()
}

// document runs godoctor with --json.
func (l *checkLab) document(code int, args ...string) *report.Document {
	l.t.Helper()
	out, _ := l.run(code, append(args, "--json")...)
	d := new(report.Document)
	l.must(json.Unmarshal([]byte(out), d))
	if d.ExitCode != code || d.OK != (code == 0) {
		l.t.Errorf("%q: the document says %d, %v", args, d.ExitCode, d.OK)
	}
	return d
}

// says is a check that reports one finding, if it has a target.
func says(id string, severity finding.Severity, target finding.Target, text ...string) *check.Check {
	c := &check.Check{ID: id, Title: "the title of " + id, Severity: severity, Says: text,
		Help: check.Help{Why: "because of " + id, Look: "look at " + id, Do: "do something about " + id}}
	c.Run = func(p *check.Pass) {
		if target != (finding.Target{}) {
			p.Report(finding.Finding{Target: target, Detail: "seen by " + id})
		}
	}
	return c
}

// told are the IDs of findings.
func told(list []report.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Check)
	}
	return strings.Join(out, " ")
}

// TestCheck: which projects are looked at, and what is said of them.
func TestCheck(t *testing.T) {
	l := newCheckLab(t)
	l.table = []*check.Check{check.Find("replace-missing"), says("silent", finding.Error, finding.Target{})}
	if out, errs := l.run(0, "check"); !strings.HasPrefix(out, "all is well") || errs != "" {
		t.Errorf("a healthy machine: %s%s", out, errs)
	}
	other, err := l.m.Project("other", "module example.com/other\n\ngo 1.20\n\nreplace example.com/x => ../nowhere\n\nrequire example.com/x v1.0.0\n", map[string]string{"go.sum": ""})
	l.must(err)
	if d := l.document(0, "check"); len(d.Findings) != 0 {
		t.Errorf("what is wrong with another project is told: %+v", d.Findings)
	}
	d := l.document(3, "check", "--project", "../other")
	i := slices.IndexFunc(d.Findings, func(f report.Finding) bool { return f.Check == "replace-missing" })
	if i < 0 || !strings.HasPrefix(d.Findings[i].Target.File, other) || d.Findings[i].Target.Line == 0 {
		t.Fatalf("%+v", d.Findings)
	}
	out, _ := l.run(3, "check", "--project", other)
	for _, want := range []string{"ERROR replace-missing ", "  in " + d.Findings[i].Target.File + ":", "  why: ", "  fix: ", "  more: godoctor help replace-missing", "\n1 error; 2 checks in "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	for _, args := range [][]string{{"check", "--all"}, {"check", "--root", l.m.Projects}, {"check", "-C", l.m.Home}} {
		if d := l.document(3, args...); !strings.Contains(told(d.Findings), "replace-missing") {
			t.Errorf("%q: %s", args, told(d.Findings))
		}
	}
	if d := l.document(0, "check", "--root", l.project); d.Summary.(map[string]any)["projects"] != 1.0 {
		t.Errorf("below --root: %v", d.Summary)
	}
	if d := l.document(0, "check", "--all", "--skip", "replace-missing", "--skip", "deep"); told(d.Findings) != "" {
		t.Errorf("what is left out is told: %s", told(d.Findings))
	}
	if _, errs := l.run(1, "check", "--project", "nowhere"); !strings.Contains(errs, "no project was found at") {
		t.Error(errs)
	}
}

// TestCheckWorkspace: a project is checked with its workspace, from a directory inside too.
func TestCheckWorkspace(t *testing.T) {
	l := newCheckLab(t)
	_, err := l.m.Project("other", "module example.com/other\n\ngo 1.20\n", nil)
	l.must(err)
	l.write(filepath.Join(l.m.Projects, "go.work"), "go 1.20\n\nuse (\n\t./p\n\t./other\n)\n")
	l.write("sub/x.go", "package sub\n")
	var dirs []string
	l.table = []*check.Check{{ID: "each", Title: "t", Subject: check.OfProject, Severity: finding.Note, Run: func(p *check.Pass) {
		p.Report(finding.Finding{Target: finding.Target{Path: p.Project.File}})
	}}}
	for _, f := range l.document(0, "check", "-C", filepath.Join(l.project, "sub")).Findings {
		rel, err := filepath.Rel(l.m.Projects, f.Target.Path)
		l.must(err)
		dirs = append(dirs, filepath.ToSlash(rel))
	}
	if want := []string{"go.work", "other/go.mod", "p/go.mod"}; !slices.Equal(dirs, want) {
		t.Errorf("checked %q, want %q", dirs, want)
	}
	l.env = []string{"GOWORK=off"}
	if d := l.document(0, "check"); len(d.Findings) != 1 {
		t.Errorf("with GOWORK=off: %s", told(d.Findings))
	}
}

// TestCheckMisuse: what contradicts itself is refused, and says how.
func TestCheckMisuse(t *testing.T) {
	l := newCheckLab(t)
	baseline := l.write("b.json", "{}")
	for _, c := range []struct{ args, want string }{
		{"replace-mising", "unknown check \"replace-mising\": did you mean replace-missing"}, {"qqqqqqqqq", "'godoctor check --list' lists them"},
		{"--skip nothing", "--skip \"nothing\" is neither"},
		{"--fail-on often", "--fail-on \"often\""}, {"--all --project .", "--all and --project exclude each other"},
		{"--list --deep", "--list and --deep exclude"}, {"--list --error x", "--list and --error exclude"}, {"--error x --deep", "--error and --deep exclude"},
		{"--error x --baseline " + baseline, "--error and --baseline exclude"}, {"--error x replace-missing", "--error takes no CHECK"}, {"--list replace-missing", "--list takes no CHECK"},
		{"--list --format sarif", "--list is no finding"}, {"--baseline " + baseline, "is no baseline: its schema"}, {"--baseline nowhere", "cannot be read"},
		{"--offline --ask-proxy", "--offline and --ask-proxy exclude"}, {"--error=", "--error wants what go printed"}, {"--error -", "standard input is empty"}, {"--baseline=", "--baseline wants a file"},
	} {
		if _, errs := l.run(2, append([]string{"check"}, strings.Fields(c.args)...)...); !strings.Contains(errs, c.want) {
			t.Errorf("%s: %s", c.args, errs)
		}
	}
	ask := says("asks", finding.Note, finding.Target{Path: "asked"})
	ask.Cost = check.Network
	l.table = []*check.Check{ask, {ID: "hashes", Title: "t", Cost: check.Deep}, {ID: "told", Title: "t"}}
	for id, want := range map[string]string{"hashes": "hashes is not looked for: it takes hashes", "told": "told is not looked for: nothing that lies on a machine tells"} {
		if _, errs := l.run(2, "check", id); !strings.Contains(errs, want) {
			t.Errorf("%s: %s", id, errs)
		}
	}
	if _, errs := l.run(2, "check", "asks"); !strings.Contains(errs, "--ask-proxy") {
		t.Error(errs)
	}
	if d := l.document(0, "check"); len(d.Findings) != 0 {
		t.Error("the network was asked")
	}
	if d := l.document(0, "check", "--ask-proxy"); told(d.Findings) != "asks" {
		t.Error("the network was not asked")
	}
}

// TestCheckStops: a signal ends a run at once, whatever a check is at.
func TestCheckStops(t *testing.T) {
	l := newCheckLab(t)
	began := make(chan bool, 1)
	a := newApp(IO{Args: []string{"-C", l.project, "check", "--no-progress"}, Environ: l.m.Environ(), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer)})
	a.checks = []*check.Check{{ID: "hangs", Title: "h", Run: func(*check.Pass) { began <- true; select {} }}}
	ctx, cancel := context.WithCancelCause(t.Context())
	code := make(chan int, 1)
	go func() { code <- a.run(ctx) }()
	<-began
	cancel(Stopped{syscall.SIGINT})
	select {
	case got := <-code:
		if got != 130 {
			t.Errorf("exit code %d", got)
		}
	case <-time.After(time.Minute): // a guard, no measure: the check never ends
		t.Fatal("it hangs")
	}
}

// TestChecksOf: what the screens show is what check without flags does: of the project of the working directory, of all
// where there is none.
func TestChecksOf(t *testing.T) {
	l := newCheckLab(t)
	_, err := l.m.Project("other", "module example.com/other\n\ngo 1.20\n", nil)
	l.must(err)
	l.write("../../.config/godoctor/config.toml", "[[ignore]]\ncheck = \"hidden\"\nreason = \"r\"\n")
	asks := says("asks", finding.Error, finding.Target{Path: "a"})
	asks.Cost = check.Network
	for dir, projects := range map[string]int{l.project: 1, l.m.Home: 2} {
		a := newApp(IO{Environ: l.m.Environ(), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer)})
		a.workDir = dir
		a.checks = []*check.Check{says("shown", finding.Error, finding.Target{Path: "a"}), says("hidden", finding.Error, finding.Target{Path: "a"}), asks,
			{ID: "each", Title: "t", Subject: check.OfProject, Run: func(p *check.Pass) { p.Report(finding.Finding{Target: finding.Target{Path: p.Project.Dir}}) }}}
		k, err := a.look(t.Context(), 0)
		l.must(err)
		m := new(meter.Meter)
		c := a.checksOf(t.Context(), k.inv, k.use, m)
		each, other := 0, ""
		for _, f := range c.Findings {
			if f.Check == "each" {
				each++
				continue
			}
			other += f.Check
		}
		if s := m.Sample(); each != projects || other != "shown" || c.Ignored != 1 || c.Checks != 3 || c.Projects != projects || s.Units != 3 || s.Total != 3 {
			t.Errorf("in %s: %+v, counted %+v", dir, c, s)
		}
	}
}

// TestPlanChecked: what is planned on the screen for what checks found is what they find now, without a hash.
func TestPlanChecked(t *testing.T) {
	l := newCheckLab(t)
	goenv := l.write(filepath.Join(l.m.Root, "env"), "GOPROXXY=off\nGOROOT=/nonexistent\n")
	a := newApp(IO{Environ: append([]string{"GOENV=" + goenv, "GOROOT="}, l.m.Environ()...), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer)})
	a.workDir = l.project
	s := &screens{app: a, workers: 1}
	k, err := a.look(t.Context(), 0)
	l.must(err)
	var bricks, left []finding.Finding
	for _, f := range s.check(t.Context(), k.inv, k.use, new(meter.Meter)).Findings {
		switch {
		case f.Check == "goenv-bricks":
			bricks = append(bricks, f)
		case len(f.Fixes) == 0 || len(f.Fixes[0].Edits) == 0:
			left = append(left, f)
		}
	}
	if len(bricks) != 1 || len(left) == 0 {
		t.Fatalf("found %+v and %+v", bricks, left)
	}
	plan := func(list ...finding.Finding) *tui.Mending {
		m := new(meter.Meter)
		out, err := s.planRepair(t.Context(), k.inv, k.use, tui.MendWish{Findings: list, Known: list}, m)
		l.must(err)
		if m.Sample() != (meter.Sample{}) {
			t.Errorf("something was hashed: %+v", m.Sample())
		}
		return out
	}
	out := plan(bricks[0], left[0])
	if r := out.Repair; len(r.Steps) != 1 || len(r.Steps[0].Edits) != 1 || r.Steps[0].Edits[0].Old != "GOROOT=/nonexistent" || len(r.Left) != 1 || !out.Known {
		t.Errorf("planned %+v", out.Repair)
	}
	l.write(goenv, "GOPROXXY=off\n")
	if out := plan(bricks[0]); len(out.Repair.Steps)+len(out.Repair.Left) != 0 {
		t.Errorf("planned for what is mended: %+v", out.Repair)
	}
}

// TestCheckNetwork: with --ask-proxy, and not without, the proxies are asked how they are, and for newest versions.
func TestCheckNetwork(t *testing.T) {
	l := newCheckLab(t)
	proxy, err := l.m.Serve()
	l.must(err)
	t.Cleanup(func() { l.must(proxy.Close()) })
	for _, v := range []string{"v1.0.0", "v1.1.0", "v1.2.0-rc.1"} {
		l.must(l.m.Publish(cachetest.Module{Path: "example.com/asked", Version: v, GoMod: "module example.com/asked\n// " + v + "\n"}))
	}
	asks := &check.Check{ID: "asks", Title: "t", Cost: check.Network, Severity: finding.Note, Run: func(p *check.Pass) {
		v, data, err := p.Latest(p, "example.com/asked")
		p.Report(finding.Finding{Detail: string(data), Target: finding.Target{Module: v.Path, Version: v.Version}})
		if err != nil {
			t.Error(err)
		}
		if _, err := p.Vulncheck(p, l.project); err != check.ErrNotInstalled {
			t.Error(err)
		}
	}}
	l.table = []*check.Check{asks, check.Find("proxy-down")}
	l.env = []string{"PATH=", "GOSUMDB=off", "GOPROXY=" + l.m.GOPROXY}
	d := l.document(0, "check", "--ask-proxy")
	if told(d.Findings) != "asks" || d.Findings[0].Target.Version != "v1.1.0" || !strings.Contains(d.Findings[0].Detail, "// v1.1.0") {
		t.Errorf("%+v", d.Findings)
	}
	l.env[2] = "GOPROXY=http://127.0.0.1:1"
	l.table = l.table[1:]
	if d := l.document(3, "check", "--ask-proxy"); told(d.Findings) != "proxy-down" {
		t.Errorf("%+v", d.Findings)
	}
	if d := l.document(3, "check", "--ask-proxy", "proxy-down"); told(d.Findings) != "proxy-down" {
		t.Errorf("%+v", d.Findings)
	}
	if d := l.document(0, "check", "--ask-proxy", "--skip", "proxy-down"); len(d.Findings) != 0 {
		t.Errorf("%+v", d.Findings)
	}
	if d := l.document(0, "check", "--offline"); len(d.Findings) != 0 {
		t.Errorf("%+v", d.Findings)
	}
	if _, errs := l.run(2, "check", "proxy-down"); !strings.Contains(errs, "it takes asking: 'godoctor proxy', or --ask-proxy") {
		t.Error(errs)
	}
}
