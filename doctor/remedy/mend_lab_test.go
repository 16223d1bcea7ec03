package remedy_test

import (
	"context"
	"errors"
	"io/fs"
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
	runs    int
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
	m := remedy.Mender{Installer: l.installer()}
	if online {
		dir, err := s.Staging()
		must(l.t, err)
		m.Fetch = l.client().Proved(filepath.Join(dir, "parts"), nil)
	}
	out := make([]plan.Outcome, len(r.Steps))
	run := s.Mend(ctx, r.Steps, m, func(i int, o plan.Outcome) { out[i] = o })
	return run, out
}

func (l *sickbay) session() *remedy.Session {
	l.t.Helper()
	l.runs++
	s, err := remedy.Start(l.t.Context(), state.Home(filepath.Join(l.Home, "state")), remedy.Options{ModCache: l.GOMODCACHE, Home: l.Home,
		Run: "20260101-000000-" + string(rune('0'+l.runs/10)) + string(rune('0'+l.runs%10)), Before: l.before}, nil)
	must(l.t, err)
	return s
}

var goroot string

func (l *sickbay) installer() remedy.Installer {
	if goroot == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		must(l.t, err)
		goroot = strings.TrimSpace(string(out))
	}
	return remedy.Installer{Go: filepath.Join(goroot, "bin", "go"), Environ: append(os.Environ(), l.Environ()...)}
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
	must(l.t, os.Chmod(filepath.Dir(file), 0o777))
	os.Chmod(file, 0o666)
	must(l.t, os.WriteFile(file, []byte(text), 0o666))
}

func (l *sickbay) remove(name string) {
	l.t.Helper()
	filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			os.Chmod(path, 0o777)
		}
		return nil
	})
	must(l.t, os.Chmod(filepath.Dir(name), 0o777))
	must(l.t, os.RemoveAll(name))
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

// A sickness is one damage and how it is mended.
type sickness struct {
	name   string
	damage func(l *sickbay)
	want   string // checks, in order
	fixes  string // of the steps, in order
	online bool   // else no request may reach the proxy
	zips   int    // that are fetched
	db     bool
	kept   bool // something waits in the quarantine
	cannot bool // undo cannot take it back
}

func crash(l *sickbay, names ...string) {
	for _, name := range names {
		must(l.t, os.Truncate(name, 0))
	}
}

// crashed leaves every file of the directory with no byte in it.
func crashed(l *sickbay) {
	must(l.t, filepath.WalkDir(l.file("dir"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			os.Chmod(path, 0o644)
			err = os.Truncate(path, 0)
		}
		return err
	}))
}

var sicknesses = []sickness{
	{name: "an edited file", want: "sources-modified", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
	}},
	{name: "an edited file, and no .info", want: "sources-modified", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/README", "")
		l.write(l.file("dir")+"/more", "x")
		l.remove(l.file("info"))
	}},
	{name: "edited, and no zip", want: "sources-modified", fixes: "fetch-again", kept: true, online: true, zips: 1, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
		l.remove(l.file("zip"))
	}},
	{name: "a crash, the zip is good", want: "crash-damage", fixes: "unpack-again", damage: crashed},
	{name: "a crash, everything", want: "crash-damage mod-mismatch info-damaged", fixes: "fetch-again fetch-mod fetch-info", online: true, zips: 1, damage: func(l *sickbay) {
		crashed(l)
		crash(l, l.file("zip"), l.file("mod"), l.file("info"))
	}, kept: true},
	{name: "a truncated zip", want: "zip-damaged", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		must(l.t, os.Truncate(l.file("zip"), 200))
	}},
	{name: "another zip", want: "zip-mismatch", fixes: "fetch-again", online: true, zips: 1, kept: true, damage: func(l *sickbay) { l.replaceZip() }},
	{name: "all of the cache forged", want: "zip-mismatch", fixes: "fetch-again", online: true, zips: 1, kept: true, db: true, damage: func(l *sickbay) {
		l.write(l.file("ziphash"), l.replaceZip())
		l.remove(l.file("dir") + "/README")
		l.remove(l.file("dir") + "/sub")
		l.write(l.file("dir")+"/sick.go", l.evil().Files["sick.go"])
	}},
	{name: "a wrong ziphash", want: "ziphash-wrong", fixes: "renew-ziphash", damage: func(l *sickbay) {
		l.write(l.file("ziphash"), "h1:"+strings.Repeat("A", 43)+"=")
	}},
	{name: "no ziphash", want: "ziphash-missing", fixes: "renew-ziphash", damage: func(l *sickbay) { l.remove(l.file("ziphash")) }},
	{name: "no ziphash and no zip", want: "ziphash-missing", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.remove(l.file("ziphash"))
		l.remove(l.file("zip"))
	}},
	{name: "no ziphash and a broken zip", want: "zip-damaged ziphash-missing", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.remove(l.file("ziphash"))
		must(l.t, os.Truncate(l.file("zip"), 200))
	}},
	{name: "another go.mod file", want: "mod-mismatch", fixes: "fetch-mod", kept: true, damage: func(l *sickbay) {
		l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n")
	}},
	{name: "another go.mod file, and no zip", want: "mod-mismatch", fixes: "fetch-mod", kept: true, online: true, damage: func(l *sickbay) {
		l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n")
		l.remove(l.file("zip"))
	}},
	{name: "garbage in .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) { l.write(l.file("info"), "\x00\x00") }},
	{name: "another version in .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) {
		l.write(l.file("info"), `{"Version":"v1.1.0"}`)
	}},
	{name: "half unpacked", want: "partial-download", fixes: "finish", damage: func(l *sickbay) {
		l.write(l.file("partial"), "")
		l.remove(l.file("dir") + "/sick.go")
	}},
	{name: "half unpacked, and no zip", want: "partial-download", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.write(l.file("partial"), "")
		l.remove(l.file("zip"))
		l.remove(l.file("ziphash"))
	}},
	{name: "a link in the place of the directory", want: "odd-entry", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.remove(l.file("dir"))
		must(l.t, l.Symlink(l.Dir(l.other), l.file("dir")))
	}},
	{name: "a file in the place of the directory", want: "odd-entry", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.remove(l.file("dir"))
		l.write(l.file("dir"), "x")
	}},
	{name: "a directory in the place of .mod", want: "odd-entry", fixes: "fetch-mod", kept: true, damage: func(l *sickbay) { l.dirAt("mod") }},
	{name: "a directory in the place of .lock", want: "odd-entry", fixes: "remove-odd", damage: func(l *sickbay) { l.dirAt("lock") }},
	{name: "a directory in the place of .ziphash", want: "odd-entry", fixes: "renew-ziphash", kept: true, damage: func(l *sickbay) { l.dirAt("ziphash") }},
	{name: "a directory in the place of .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) { l.dirAt("info") }},
	{name: "temporary files", want: "leftover-tmp", fixes: "remove", damage: func(l *sickbay) {
		l.write(l.file("zip")+"811345961.tmp", "half")
		l.longAgo(l.file("zip") + "811345961.tmp")
	}},
	{name: "garbage in a list", want: "list-damaged", fixes: "remove", damage: func(l *sickbay) {
		list := filepath.Join(filepath.Dir(l.file("mod")), "list")
		l.write(list, "v1.2\x00\x00\x00")
		l.longAgo(list)
	}},
	{name: "a clone without HEAD", want: "vcs-damaged", fixes: "remove-clone", damage: func(l *sickbay) {
		dir, err := l.VCS("git3", "https://vcs.example/r", 1000, time.Now().Add(-48*time.Hour))
		must(l.t, err)
		must(l.t, os.Remove(dir+"/HEAD"))
		l.longAgo(dir)
	}},
	{name: "a wrong line", want: "gosum-wrong", fixes: "replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(0), l.lie(0), 1) })
	}},
	{name: "a wrong go.mod line", want: "gosum-wrong", fixes: "replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(1), l.lie(1), 1) })
	}},
	{name: "two hashes", want: "gosum-conflict gosum-wrong", fixes: "keep-right-line replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return s + l.lie(0) })
	}},
	{name: "two hashes, the wrong one first", want: "gosum-conflict gosum-wrong", fixes: "keep-right-line replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return l.lie(1) + s })
	}},
	{name: "a hash of another kind", want: "gosum-malformed", fixes: "remove-line", damage: func(l *sickbay) {
		l.editSum(func(s string) string { return s + strings.Replace(l.sumLine(0), "h1:", "h2:", 1) })
	}},
}

func (l *sickbay) dirAt(part string) {
	l.remove(l.file(part))
	must(l.t, os.Mkdir(l.file(part), 0o777))
}

// Each kind of damage is mended by its named fix, with no more of the network than that says; afterwards nothing is
// found, the real go builds without a network, and nothing of ours lies about.
func TestMend(t *testing.T) {
	gocache := t.TempDir()
	for _, c := range sicknesses {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			l.gocache, l.db = gocache, c.db
			c.damage(l)
			list, in := l.examine()
			if got := checksOf(list); got != c.want {
				t.Fatalf("found %q, want %q: %+v", got, c.want, list)
			}
			l.proxy.Forget()
			r := plan.NewRepair(t.Context(), list, in)
			var fixes []string
			for i := range r.Steps {
				fixes = append(fixes, r.Steps[i].Fixes...)
			}
			if got := strings.Join(fixes, " "); got != c.fixes || len(r.Left) > 0 {
				t.Fatalf("steps %q, want %q; left %+v", got, c.fixes, r.Left)
			}
			run, out := l.mend(t.Context(), r, c.online)
			kept := false
			for i, o := range out {
				if o.Result != plan.Done || o.Err != nil {
					t.Errorf("%s: %+v", r.Steps[i].Label(), o)
				}
				kept = kept || o.Kept != ""
			}
			if kept != c.kept {
				t.Errorf("kept %v", kept)
			}
			if n := l.zips(); n != c.zips || !c.online && len(l.proxy.Requests()) > 0 {
				t.Errorf("%d zips, want %d: %+v", n, c.zips, l.proxy.Requests())
			}
			if left, _ := l.examine(); len(left) > 0 {
				t.Errorf("still found: %+v", left)
			}
			l.builds()
			l.tidy()
			if run.Kind != "repair" || run.Interrupted() {
				t.Errorf("%+v", run)
			}
		})
	}
}

// tidy: nothing of ours is left beside the quarantine.
func (l *sickbay) tidy() {
	l.t.Helper()
	must(l.t, filepath.WalkDir(l.Root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && (strings.Contains(d.Name(), "godoctor-") || strings.HasPrefix(d.Name(), "run-")) {
			l.t.Errorf("left: %s", path)
		}
		return err
	}))
}
