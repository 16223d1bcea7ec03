package remedy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/doctor/sumdb"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/project"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A sickbay is a machine with a project that needs two modules, of which one is to be damaged, and a proxy on loopback.
type sickbay struct {
	*cachetest.Machine
	t       *testing.T
	mod     cachetest.Module // that is damaged
	other   cachetest.Module // that is not
	project string
	gocache string
	proxy   *cachetest.Proxy
	db      bool // the checksum database is asked
	before  func(op, path string) error
	gate    remedy.Gate
	options func(*remedy.Options) // may be nil
	runs    int
	met     int // what a fault counts
}

// newSickbay makes one below a directory, in memory where there is such a file system: every step is made durable.
func newSickbay(t *testing.T) *sickbay {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mend")
	if err != nil {
		dir = t.TempDir()
	}
	m, err := cachetest.New(filepath.Join(dir, "m"))
	must(t, err)
	t.Cleanup(func() {
		if open := remedy.OpenPaths(filepath.Join(m.GOPATH, "pkg")); len(open) > 0 {
			t.Errorf("still open: %q", open)
		}
		if err := errors.Join(m.RemoveAll(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	l := &sickbay{Machine: m, t: t, gocache: filepath.Join(dir, "gocache")}
	l.mod = cachetest.Module{Path: "example.com/Sick", Version: "v1.2.0", Files: map[string]string{
		"sick.go": "package sick\n\n// Name is it.\nfunc Name() string { return \"sick\" }\n",
		"README":  strings.Repeat("a line of text\n", 400), "sub/x.go": "package sub\n"}}
	l.other = cachetest.Module{Path: "example.com/well", Version: "v1.0.0", Files: map[string]string{
		"well.go": "package well\n\nfunc Name() string { return \"well\" }\n"}}
	must(t, m.Publish(l.mod, l.other))
	must(t, m.Install(l.mod, l.other))
	l.project, err = m.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire (\n\texample.com/Sick v1.2.0\n\texample.com/well v1.0.0\n)\n",
		map[string]string{"p.go": "package p\n\nimport (\n\t\"example.com/Sick\"\n\t\"example.com/well\"\n)\n\n// Names are both.\nfunc Names() string { return sick.Name() + well.Name() }\n"})
	must(t, err)
	l.proxy, err = m.Serve()
	must(t, err)
	t.Cleanup(func() { l.proxy.Close() })
	return l
}

func (l *sickbay) environ() []string {
	return append([]string{"GOSUMDB=" + cachetest.SumDBKey()}, l.Environ()...) // the first of a name counts
}

func (l *sickbay) client() *fetch.Client {
	env := goenv.Load(goenv.Input{Environ: l.environ()})
	c := fetch.New(fetch.SettingsOf(env, l.environ()), fetch.Options{})
	l.t.Cleanup(c.Close)
	return c
}

// notary is the checksum database as the command sees it.
type notary struct{ *sumdb.DB }

func (n notary) LookupAll(ctx context.Context, list []module.Version, m *meter.Meter) []verify.Record {
	out := make([]verify.Record, len(list))
	for i, r := range n.DB.LookupAll(ctx, list, m) {
		out[i] = verify.Record{Zip: r.Record.Zip, Mod: r.Record.GoMod, Err: r.Err}
	}
	return out
}

func (l *sickbay) database() verify.Database {
	if !l.db {
		return nil
	}
	env := goenv.Load(goenv.Input{Environ: l.environ()})
	db, err := sumdb.Open(sumdb.SettingsOf(env), l.GOMODCACHE, l.GOPATH, l.client(), sumdb.Options{Online: true})
	must(l.t, err)
	return notary{db}
}

// examine looks at all that godoctor verify does.
func (l *sickbay) examine() ([]finding.Finding, plan.RepairInput) {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home, Projects: &project.Input{Roots: []string{l.Home}}})
	use := usage.Look(l.t.Context(), &usage.Input{Inventory: inv, Config: config.Default(), Now: time.Now()})
	in := plan.RepairInput{Inventory: inv, Usage: use, DB: l.database()}
	list := verify.Run(l.t.Context(), inv, verify.Options{DB: in.DB, Usage: use}, nil).Findings
	list = append(list, verify.Indexes(l.t.Context(), inv, verify.ModuleDirs(inv, list), nil).Findings...)
	list = append(list, verify.Litter(l.t.Context(), inv.ModCache)...)
	finding.Sort(list)
	return list, in
}

// mend carries a repair out and gives the run and what became of each step. Without online nothing is fetched.
func (l *sickbay) mend(ctx context.Context, r *plan.Repair, online bool) (*state.Run, []plan.Outcome) {
	l.t.Helper()
	s := l.session()
	defer s.Close()
	out := make([]plan.Outcome, len(r.Steps))
	run := s.Mend(ctx, r.Steps, l.mender(s, online), func(i int, o plan.Outcome) { out[i] = o })
	return run, out
}

// mender is what a repair needs; without online nothing is fetched.
func (l *sickbay) mender(s *remedy.Session, online bool) remedy.Mender {
	m := remedy.Mender{Installer: l.installer()}
	if online {
		dir, err := s.Staging()
		if err != nil { // a fault that was meant
			return m
		}
		c := l.client()
		m.Fetch, m.Installed = c.Proved(filepath.Join(dir, "parts"), nil), c.Installed
	}
	return m
}

// soon is a context that ends before a download is given up.
func (l *sickbay) soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.t.Context(), 300*time.Millisecond)
}

// session starts one. A lock that was let go may stay held for a moment by a child of another test that was just forked.
func (l *sickbay) session() *remedy.Session {
	l.t.Helper()
	l.runs++
	opt := remedy.Options{ModCache: l.GOMODCACHE, Home: l.Home, Run: fmt.Sprintf("20260101-000000-%03d", l.runs), Before: l.before, Gate: l.gate}
	if l.options != nil {
		l.options(&opt)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s, err := remedy.Start(l.t.Context(), state.Home(filepath.Join(l.Home, "state")), opt, nil)
		var busy *state.BusyError
		if errors.As(err, &busy) && time.Now().Before(end) {
			continue
		}
		must(l.t, err)
		return s
	}
}

var goroot string

func (l *sickbay) installer() remedy.Installer {
	if goroot == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		must(l.t, err)
		goroot = strings.TrimSpace(string(out))
	}
	return remedy.Installer{Go: filepath.Join(goroot, "bin", "go"), Environ: append(os.Environ(), append(l.Environ(), "GOSUMDB="+cachetest.SumDBKey())...)} // the last of a name counts
}

// builds has the real go build the project, without a network.
func (l *sickbay) builds() {
	l.t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "./...")
	cmd.Dir = l.project
	cmd.Env = append(l.Environ(), "GOFLAGS=-mod=readonly", "GOCACHE="+l.gocache, "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Errorf("go build: %v: %s", err, out)
	}
}

// file is a part of the damaged version: dir, zip, ziphash, mod, info, lock.
func (l *sickbay) file(part string) string {
	if part == "dir" {
		return l.Dir(l.mod)
	}
	return l.CachePath(l.mod, part)
}

func (l *sickbay) write(file, text string) {
	l.t.Helper()
	must(l.t, cachetest.Overwrite(file, text))
}

func (l *sickbay) remove(name string) {
	l.t.Helper()
	must(l.t, cachetest.Remove(name))
}

// replaceZip puts the zip of another content in the place of the damaged one's.
func (l *sickbay) replaceZip() string {
	l.t.Helper()
	evil := l.evil()
	data, err := evil.Zip()
	must(l.t, err)
	l.write(l.file("zip"), string(data))
	h, err := evil.Sum()
	must(l.t, err)
	return h
}

func (l *sickbay) evil() cachetest.Module {
	m := l.mod
	m.Files = map[string]string{"sick.go": "package sick\n\nfunc Name() string { return `evil` }\n"}
	return m
}

func (l *sickbay) editSum(f func(string) string) {
	l.t.Helper()
	file := filepath.Join(l.project, "go.sum")
	data, err := os.ReadFile(file)
	must(l.t, err)
	must(l.t, os.WriteFile(file, []byte(f(string(data))), 0o666))
}

func (l *sickbay) sumLine(i int) string { return strings.SplitAfter(l.GoSum(l.mod, l.other), "\n")[i] }

func (l *sickbay) lie(i int) string {
	f := strings.Fields(l.sumLine(i))
	return f[0] + " " + f[1] + " h1:" + strings.Repeat("A", 43) + "=\n"
}

func (l *sickbay) longAgo(file string) {
	then := time.Now().Add(-48 * time.Hour)
	must(l.t, os.Chtimes(file, then, then))
}

// checksOf are the checks of findings.
func checksOf(list []finding.Finding) string {
	var out []string
	for i := range list {
		out = append(out, list[i].Check)
	}
	return strings.Join(out, " ")
}

// zips is how many zips the proxy was asked for.
func (l *sickbay) zips() (n int) {
	for _, r := range l.proxy.Requests() {
		if strings.HasSuffix(r.Path, ".zip") {
			n++
		}
	}
	return n
}
