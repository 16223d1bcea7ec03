package verify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
)

// A sickness is one damage: what is found, and that its smallest fix by hand lets the real go build again.
type sickness struct {
	name   string
	damage func(l *lab)
	want   string // checks, in the order of the findings
	liars  string // witnesses that lie
	files  string // files that differ
	where  string // of the first finding: the base name of the path, or file:line
	db     bool   // the checksum database is asked, which knows both modules
	mend   func(l *lab)
	online bool // the fix needs the proxy; else go builds without any
	stop   bool // there is no fix: a person has to decide
}

// severities are those of the integrity table of the contract.
var severities = map[string]finding.Severity{
	"sources-modified": finding.Error, "zip-damaged": finding.Error, "zip-mismatch": finding.Error, "ziphash-wrong": finding.Error,
	"ziphash-missing": finding.Warning, "mod-mismatch": finding.Error, "info-damaged": finding.Warning, "crash-damage": finding.Error,
	"gosum-wrong": finding.Error, "gosum-conflict": finding.Error, "gosum-malformed": finding.Error, "gosum-missing": finding.Warning,
	"gosum-unsettled": finding.Error, "sumdb-mismatch": finding.Error, "vendor-modified": finding.Error,
	"partial-download": finding.Warning, "leftover-tmp": finding.Note, "odd-entry": finding.Warning, "index-poisoned": finding.Error,
	"toolchain-damaged": finding.Error, "sumdb-cache-damaged": finding.Warning, "vcs-damaged": finding.Warning,
	"list-damaged": finding.Note, "permission": finding.Error,
}

// exercised are the checks that the laboratory has seen reported.
var exercised struct {
	sync.Mutex
	ids map[string]bool
}

func exercise(id string) {
	exercised.Lock()
	defer exercised.Unlock()
	if exercised.ids == nil {
		exercised.ids = map[string]bool{}
	}
	exercised.ids[id] = true
}

// elsewhere are the tests of checks that need another laboratory than a module cache and a project.
var elsewhere = map[string]string{
	"permission": "TestUnreadable", "changed-while-read": "TestChanging", "index-poisoned": "TestIndexPoisoned",
	"vendor-modified": "TestVendored", "toolchain-damaged": "TestToolchains", "buildcache-damaged": "TestBuildCache",
	"checksum-mismatch": "TestGlance", "sumdb-cache-damaged": "TestSumDBCache", "sumdb-untrusted": "TestSumDBForked",
}

// The damage laboratory: each kind of damage is found, by the right name, with the right liar and files, and nothing
// else is reported; then its smallest fix by hand lets the real go build and verify, without a network where that is
// said. Every check has its damage, and every row of the contract's table is a check of its severity.
func TestLaboratory(t *testing.T) {
	gocache := t.TempDir()
	cases := slices.Concat(contentCases, partCases, oddCases, sumCases, litterCases, benignCases)
	var ran atomic.Int32
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.gocache = gocache
				c.run(l)
				ran.Add(1)
			})
		}
	})
	if int(ran.Load()) < len(cases) {
		return // one has failed, or -run has picked some
	}
	var tests string
	sources, err := filepath.Glob("*_test.go")
	must(t, err)
	for _, file := range sources {
		data, err := os.ReadFile(file)
		must(t, err)
		tests += string(data)
	}
	for _, r := range AllRules() {
		name, other := elsewhere[r.ID]
		switch {
		case other == exercised.ids[r.ID]:
			t.Errorf("%q: exercised here %v, elsewhere %q", r.ID, exercised.ids[r.ID], name)
		case other && !regexp.MustCompile(`(?m)^func `+name+`\w*\(`).MatchString(tests):
			t.Errorf("%q: there is no test %s", r.ID, name)
		}
		if s, ok := severities[r.ID]; ok && s != r.Severity {
			t.Errorf("%q is %v, and in the contract %v", r.ID, r.Severity, s)
		}
		delete(severities, r.ID)
	}
	for id := range severities {
		t.Errorf("%q is in the contract and no rule", id)
	}
}

// run makes the damage, compares what is found, and mends it.
func (c *sickness) run(l *lab) {
	if c.damage != nil {
		c.damage(l)
	}
	var db Database
	if c.db {
		db = l.notary()
	}
	list := l.examine(db)
	c.compare(l, list)
	if c.stop || l.t.Failed() {
		return
	}
	if c.online {
		p, err := l.Serve()
		must(l.t, err)
		defer p.Close()
	}
	if c.mend != nil {
		c.mend(l)
	}
	for _, args := range [][]string{{"build", "-trimpath", "./..."}, {"mod", "verify"}} {
		if err := l.goCommand(c.online, args...); err != nil {
			l.t.Errorf("after the fix: %v", err)
		}
	}
}

func (c *sickness) compare(l *lab, list []finding.Finding) {
	l.t.Helper()
	var checks, liars, files []string
	for i := range list {
		f := &list[i]
		exercise(f.Check)
		checks = append(checks, f.Check)
		if f.Target.Module != "" && f.Target.Module != l.mod.Path {
			l.t.Errorf("about %s: %s", f.Target.Module, f.Title)
		}
		if f.Severity != severities[f.Check] {
			l.t.Errorf("%s is %v", f.Check, f.Severity)
		}
		for _, w := range f.Witnesses {
			if w.Lies && !slices.Contains(liars, w.Name) {
				liars = append(liars, w.Name)
			}
		}
		for _, file := range f.Files {
			files = append(files, file.Path+" "+string(file.Change))
		}
	}
	if got := strings.Join(checks, " "); got != c.want {
		l.t.Fatalf("found %q, want %q: %+v", got, c.want, list)
	}
	if got := strings.Join(liars, " "); got != c.liars {
		l.t.Errorf("liars %q, want %q", got, c.liars)
	}
	if got := strings.Join(files, ", "); got != c.files {
		l.t.Errorf("files %q, want %q", got, c.files)
	}
	if len(list) == 0 || c.where == "" {
		return
	}
	where := filepath.Base(list[0].Target.Path)
	if at := list[0].Target; at.Line > 0 {
		where = fmt.Sprintf("%s:%d", filepath.Base(at.File), at.Line)
	}
	if where != c.where {
		l.t.Errorf("at %q, want %q: %+v", where, c.where, list[0].Target)
	}
}

// A notary is the checksum database as the command sees it.
type notary struct{ *sumdb.DB }

// LookupAll asks for each version.
func (n notary) LookupAll(ctx context.Context, list []module.Version, m *meter.Meter) []Record {
	out := make([]Record, len(list))
	for i, r := range n.DB.LookupAll(ctx, list, m) {
		out[i] = Record{Zip: r.Record.Zip, Mod: r.Record.GoMod, Err: r.Err}
	}
	return out
}

// notary gives the database, all of whose records of both modules lie in the cache.
func (l *lab) notary() notary {
	l.t.Helper()
	must(l.t, l.InstallSumDB(l.mod, l.other))
	return openNotary(l.t, l.Machine, sumdb.Options{})
}

func openNotary(t testing.TB, m *cachetest.Machine, opt sumdb.Options, vars ...string) notary {
	t.Helper()
	environ := append([]string{"GOSUMDB=" + cachetest.SumDBKey()}, vars...) // the first of a name counts
	environ = append(environ, m.Environ()...)
	env := goenv.Load(goenv.Input{Environ: environ})
	client := fetch.New(fetch.SettingsOf(env, environ), fetch.Options{})
	t.Cleanup(client.Close)
	db, err := sumdb.Open(sumdb.SettingsOf(env), m.GOMODCACHE, m.GOPATH, client, opt)
	must(t, err)
	return notary{db}
}
