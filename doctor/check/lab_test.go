package check

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
	"godoctor/scan/project"
	"godoctor/scan/system"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A lab is a healthy machine with one project, which a case makes sick. Everything of it may be changed before look.
type lab struct {
	*cachetest.Machine
	t       *testing.T
	env     []string // what a shell would have; GOCACHE and the others stand at go's defaults below Home
	dir     string   // where godoctor and go are started: the project
	project string
	mod     cachetest.Module // that the project needs
	sys     system.System    // of this machine, until a case replaces a func of it
	table   []*Check
	humble  bool                   // permissions count for what is run, also where the tests run as root
	stolen  map[string]os.FileMode // what somebody else has made, and the mode that it had

	vuln func(ctx context.Context, dir string) ([]byte, error) // in the place of govulncheck
}

func newLab(t *testing.T) *lab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	l := &lab{Machine: m, t: t, sys: system.This(), table: All()}
	l.roomy()
	l.mod = cachetest.Module{Path: "example.com/dep", Version: "v1.2.0", GoMod: "module example.com/dep\n\ngo 1.20\n",
		Files: map[string]string{"dep.go": "package dep\n\nfunc Name() string { return \"dep\" }\n", "dep_test.go": "package dep\n", "sub/sub.go": "package sub\n"}}
	must(t, m.Publish(l.mod))
	must(t, m.Install(l.mod))
	must(t, m.InstallSumDB(l.mod))
	l.project, err = m.Project("p", "module example.com/p\n\ngo 1.20\n\nrequire example.com/dep v1.2.0\n", map[string]string{
		"p.go":      "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Name()) }\n",
		"p_test.go": "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) {}\n"})
	must(t, err)
	l.dir = l.project
	l.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + m.Home, "USERPROFILE=" + m.Home, "TMPDIR=" + m.Tmp,
		"GOPROXY=" + m.GOPROXY, "GOSUMDB=" + cachetest.SumDBKey(), "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1"}
	return l
}

// set sets a variable of the environment; with an empty value it takes it away.
func (l *lab) set(key, value string) {
	l.env = slices.DeleteFunc(l.env, func(e string) bool { return strings.HasPrefix(e, key+"=") })
	if value != "" {
		l.env = append(l.env, key+"="+value)
	}
}

// goenvFile is the GOENV file of the machine.
func (l *lab) goenvFile() string { return filepath.Join(l.Home, ".config", "go", "env") }

// goenv writes the GOENV file.
func (l *lab) goenv(lines ...string) { l.write(l.goenvFile(), strings.Join(lines, "\n")+"\n") }

// write writes a file, with the directories above it, whatever its mode was. A relative name is below the project.
func (l *lab) write(file, text string) {
	l.t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(l.project, file)
	}
	must(l.t, os.MkdirAll(filepath.Dir(file), 0o777))
	must(l.t, cachetest.Overwrite(file, text))
}

// edit replaces text in a file, which has to be there.
func (l *lab) edit(file, old, new string) {
	l.t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(l.project, file)
	}
	b, err := os.ReadFile(file)
	must(l.t, err)
	if !strings.Contains(string(b), old) {
		l.t.Fatalf("%s has no %q", file, old)
	}
	l.write(file, strings.ReplaceAll(string(b), old, new))
}

// goroot is that of the go command that runs the tests.
var goroot = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(out))
})

// warm is a build cache for all cases: the runtime is compiled once for all test runs.
var warm = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(out))
})

// run runs a program in l.dir with the machine's environment, and gives what it said. The build cache is a warm one
// unless the case has a GOCACHE of its own. It is given 60 seconds.
func (l *lab) run(args ...string) (string, error) {
	l.t.Helper()
	name := args[0]
	for _, e := range l.env {
		if path, ok := strings.CutPrefix(e, "PATH="); ok && !strings.Contains(name, "/") {
			for _, dir := range filepath.SplitList(path) {
				if fi, err := os.Stat(filepath.Join(dir, name)); err == nil && fi.Mode()&0o111 != 0 && !fi.IsDir() {
					name = filepath.Join(dir, name)
					break
				}
			}
		}
	}
	cmd := exec.CommandContext(l.t.Context(), name, args[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = l.dir, l.env, 60*time.Second
	if !slices.ContainsFunc(l.env, func(e string) bool { return strings.HasPrefix(e, "GOCACHE=") }) {
		cmd.Env = append(slices.Clone(l.env), "GOCACHE="+warm())
	}
	var out []byte
	var err error
	l.humbly(func() { out, err = cmd.CombinedOutput() })
	return string(out), err
}

// look scans the machine as the program does, with the project picked.
func (l *lab) look() *Machine {
	l.t.Helper()
	in := &project.Input{Roots: []string{l.Projects}}
	env := goenv.Load(goenv.Input{Environ: l.env, Dir: l.dir})
	if work := env.Value("GOWORK"); filepath.IsAbs(work) {
		in.Seen = append(in.Seen, work)
	}
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.env, Dir: l.dir, Projects: in, Mode: scan.Fast})
	use := usage.Look(l.t.Context(), &usage.Input{Inventory: inv, Config: config.Default(), Now: time.Now()})
	var picked []*usage.Project
	for i := range use.Projects {
		if use.Projects[i].Dir == l.project {
			picked = append(picked, &use.Projects[i])
		}
	}
	return New(Input{Environ: l.env, Dir: l.dir, System: l.sys, Inventory: inv, Usage: use, Picked: picked, Now: time.Now(), Vulncheck: l.vuln})
}

// check runs checks on the machine as it is now: those that are named, or all but the network's.
func (l *lab) check(ids ...string) []finding.Finding {
	l.t.Helper()
	return Run(l.t.Context(), l.look(), l.table, Options{Only: ids, Patience: time.Minute}).Findings
}

// A labCase is one way to be sick, which one check has to tell.
type labCase struct {
	id     string     // of the check
	name   string     // tells the cases of one check apart
	damage func(*lab) // makes the machine sick
	twin   func(*lab) // instead of it: makes it look sick, and healthy all the same; nil: the healthy machine will do

	// What go does about it: the command, and the pattern of the check's Says that its output has; an empty Says where it
	// says nothing, or cannot be made to here (why, in silent).
	goes   []string
	says   string
	silent string

	severity finding.Severity
	target   func(*lab) finding.Target // the fields that are set have to be those of the finding
	detail   []string                  // what title and detail have to name
	fix      string                    // the ID of the first fix

	// cure does what the first fix says, where it is neither a command nor an edit of a file; nil: that is done. incurable
	// is why neither is possible in a test. Afterwards the check is silent, and the go command works.
	cure      func(*lab)
	incurable string
}

var cases = slices.Concat(integrityCases, placesCases, toolchainsCases, settingsCases, networkCases, layoutCases, elsewhereCases)

// TestCases makes each machine sick and asks for the one finding; then it is cured, and there is none.
func TestCases(t *testing.T) {
	for _, c := range cases {
		t.Run(strings.TrimSuffix(c.id+"/"+c.name, "/"), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.damage(l)
			f := c.found(l)
			c.judge(l, f)
			c.gone(l)
			c.cured(l, f)
			if c.twin != nil {
				twin := newLab(t)
				c.twin(twin)
				if list := twin.check(c.id); len(list) > 0 {
					t.Errorf("the healthy twin: %+v", list)
				}
			}
		})
	}
}

// found is the finding that the case is about.
func (c *labCase) found(l *lab) finding.Finding {
	l.t.Helper()
	list := l.check(c.id)
	if len(list) == 0 {
		l.t.Fatalf("%s found nothing", c.id)
	}
	if c.target == nil {
		return list[0]
	}
	want := c.target(l)
	for _, f := range list {
		got := f.Target
		if (want.Module == "" || want.Module == got.Module) && (want.Version == "" || want.Version == got.Version) &&
			(want.Path == "" || want.Path == got.Path) && (want.File == "" || want.File == got.File) && (want.Line == 0 || want.Line == got.Line) {
			return f
		}
	}
	l.t.Fatalf("no finding of %s is about %+v:\n%+v", c.id, want, list)
	panic("not reached")
}

func (c *labCase) judge(l *lab, f finding.Finding) {
	l.t.Helper()
	if f.Check != c.id || f.Severity != c.severity || f.Title == "" || f.Docs != c.id {
		l.t.Errorf("got %s %s %q (docs %q), want %s %s", f.Severity, f.Check, f.Title, f.Docs, c.severity, c.id)
	}
	for _, want := range c.detail {
		if !strings.Contains(f.Title+"\n"+f.Detail, want) {
			l.t.Errorf("the finding does not name %q:\n%s\n%s", want, f.Title, f.Detail)
		}
	}
	first := ""
	if len(f.Fixes) > 0 {
		first = f.Fixes[0].ID
	}
	if first != c.fix {
		l.t.Errorf("the first fix is %q, want %q: %+v", first, c.fix, f.Fixes)
	}
}

// gone asks the real go command for what the help page quotes.
func (c *labCase) gone(l *lab) {
	l.t.Helper()
	if len(c.goes) == 0 {
		if c.silent == "" {
			l.t.Errorf("the case says neither what go prints nor why it prints nothing")
		}
		return
	}
	out, err := l.run(c.goes...)
	if c.says == "" {
		return
	}
	mustRecognise(l.t, c.id, out)
	if !matches(c.says, out) {
		l.t.Errorf("%q does not say %q but (%v):\n%s", c.goes, c.says, err, out)
	}
	if !slices.Contains(Find(c.id).Says, c.says) {
		l.t.Errorf("the help page of %s does not quote %q", c.id, c.says)
	}
}

func (c *labCase) cured(l *lab, f finding.Finding) {
	l.t.Helper()
	switch {
	case c.incurable != "":
		return
	case c.cure != nil:
		c.cure(l)
	case len(f.Fixes) > 0 && len(f.Fixes[0].Edits) > 0:
		applyEdits(l, f.Target.File, f.Fixes[0].Edits)
	case len(f.Fixes) > 0 && len(f.Fixes[0].Argv) > 0:
		if out, err := l.run(f.Fixes[0].Argv...); err != nil {
			l.t.Errorf("the fix %q: %v\n%s", f.Fixes[0].Argv, err, out)
		}
	default:
		l.t.Fatalf("nothing in the fixes can be done: say how it is cured, or why not: %+v", f.Fixes)
	}
	if list := l.check(c.id); len(list) > 0 {
		l.t.Errorf("after the fix: %+v", list)
	}
	if len(c.goes) > 0 && c.says != "" {
		if out, err := l.run(c.goes...); err != nil || matches(c.says, out) {
			l.t.Errorf("after the fix %q says (%v):\n%s", c.goes, err, out)
		}
	}
}

// matches reports whether what go printed has a pattern of Check.Says in it.
func matches(pattern, text string) bool {
	_, ok := match(pattern, spaced(text))
	return ok
}

func applyEdits(l *lab, file string, edits []finding.Edit) {
	l.t.Helper()
	b, err := os.ReadFile(file)
	must(l.t, err)
	lines := strings.Split(string(b), "\n")
	for _, e := range edits {
		if e.Line == 0 {
			lines = append(lines, e.New)
			continue
		}
		if lines[e.Line-1] != e.Old {
			l.t.Fatalf("%s:%d is %q, the fix takes it for %q", file, e.Line, lines[e.Line-1], e.Old)
		}
		lines[e.Line-1] = e.New // an empty line says nothing in all of these files
	}
	l.write(file, strings.Join(lines, "\n"))
}
