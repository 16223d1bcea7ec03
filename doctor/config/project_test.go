package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// someKeys are flags as the command line might have them.
var someKeys = []Key{
	{Name: "offline", Kind: Bool, Safe: true}, {Name: "dry_run", Kind: Bool, Safe: true}, {Name: "color", Choices: []string{"auto", "always", "never"}},
	{Name: "yes", Kind: Bool, Refused: "cannot be set in a file: it is an answer"}, {Name: "modcache", Path: true},
	{Table: "check", Name: "fail_on", Choices: []string{"error", "warning", "note", "never"}, Project: true},
	{Table: "check", Name: "skip", Kind: List, Project: true, Skips: true}, {Table: "check", Name: "all", Kind: Bool},
	{Table: "clean", Name: "older_than", Limit: true, Check: func(s string) error { _, err := ParseDuration(s); return err }},
	{Table: "clean", Name: "keep", Kind: Int, Limit: true}, {Table: "toolchains.get", Name: "sdk", Kind: Bool},
}

// A repository is a project below a home directory, whose user has a config.toml, and the system one of its own.
type repository struct {
	t                         *testing.T
	home, dir, system, config string
}

func newRepository(t *testing.T) *repository {
	top := t.TempDir()
	r := &repository{t, filepath.Join(top, "home"), filepath.Join(top, "home", "src", "app"), filepath.Join(top, "etc", "godoctor.toml"), ""}
	r.config = In(filepath.Join(r.home, ".config")).File()
	for _, dir := range []string{filepath.Join(r.dir, ".git"), filepath.Join(r.dir, "cmd", "deep")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// read reads the files as for who stands deep in the project.
func (r *repository) read(project string) *Config {
	write(r.t, filepath.Join(r.dir, ProjectFile), project)
	return r.readFrom(filepath.Join(r.dir, "cmd", "deep"))
}

func (r *repository) readFrom(dir string) *Config {
	return Read(Places{System: r.system, User: []string{r.config}, From: dir, Home: r.home, Keys: someKeys})
}

// hostile is a project's file that says everything which would remove more, ask less, or reach further.
const hostile = `
grace = "0"
roots = ["/nowhere"]
more_roots = ["/nowhere"]
skip = ["/"]
branches = false
pins = []
mirrors = ["https://evil.example.com"]
offline = false
dry_run = false
yes = true
confirm = 100
allow_shared = true
modcache = "/"
color = "never"

[auto]
policies = ["orphans"]
budget = "1"
grace = "0"

[clean]
older_than = "0"
keep = 0
orphans = true

[toolchains.get]
sdk = true

[[modfile]]
mod = "/nowhere/go.mod"
`

// TestHostileProject: nothing that a clone says makes anything less protected or more be removed. What holds is what held without it.
func TestHostileProject(t *testing.T) {
	r := newRepository(t)
	write(t, r.config, `
grace = "90d"
roots = ["~/src"]
skip = ["~/mnt"]
pins = ["example.com/a"]
protect = ["corp.example/*"]
mirrors = ["https://proxy.example.com"]
offline = true
dry_run = true
[auto]
older_than = "90d"
[clean]
older_than = "90d"
[check]
all = true
`)
	before := r.readFrom(r.home)
	if len(before.Settings) != 4 || before.Broken || len(before.Warnings) > 0 {
		t.Fatalf("%+v", before)
	}
	after := r.read(hostile)
	if n := len(after.Warnings); n < 18 {
		t.Errorf("only %d warnings: %+v", n, after.Warnings)
	}
	for _, w := range after.Warnings {
		if w.Line == 0 || !strings.Contains(w.Message, "counts for nothing") && !strings.Contains(w.Message, "does not know") {
			t.Errorf("%+v", w)
		}
	}
	after.Warnings, after.Files, before.Files = nil, nil, nil
	// A limit that a clone spells wrong may only have clean refuse.
	after.Limits = nil
	if !reflect.DeepEqual(before, after) {
		t.Errorf("the project's file changed something:\n%+v\n%+v", before, after)
	}
}

// TestEachKeyOfProject tries every key there is alone, so that no other hides what it does.
func TestEachKeyOfProject(t *testing.T) {
	r := newRepository(t)
	write(t, r.config, "grace = \"90d\"\npins = [\"example.com/a\"]\n")
	before := r.readFrom(r.home)
	all := slices.Clone(keys)
	for i := range someKeys {
		all = append(all, someKeys[i].String())
	}
	for _, key := range all {
		if slices.Contains([]string{"protect", "ignore", "check.fail_on", "check.skip"}, key) {
			continue
		}
		for _, value := range []string{"true", "false", "0", `"0"`, `"x"`, `["/x"]`, "[]", `{}`, `[{}]`} {
			after := r.read(key + " = " + value + "\n")
			if len(after.Warnings) == 0 {
				t.Errorf("%s = %s is not told", key, value)
			}
			after.Warnings, after.Limits, after.Files, before.Files = nil, nil, nil, nil
			if !reflect.DeepEqual(before, after) {
				t.Errorf("%s = %s changed something: %+v", key, value, after)
			}
		}
	}
}

// What a project may say is heard: it protects, hides its own findings, and has its checks fail on other things.
func TestProject(t *testing.T) {
	r := newRepository(t)
	write(t, r.config, "protect = [\"corp.example/*\"]\n[check]\nfail_on = \"note\"\nskip = [\"a\"]\n")
	c := r.read(`protect = ["example.com/*"]

[check]
fail_on = "warning"
skip = ["ci-go-version"]

[[ignore]]
check = "gosum-missing"
target = "go.sum"
reason = "generated"
`)
	if len(c.Warnings) > 0 || c.Broken || !slices.Equal(c.Protect, []string{"corp.example/*", "example.com/*"}) {
		t.Errorf("%+v", c)
	}
	file := filepath.Join(r.dir, ProjectFile)
	if want := []Ignore{{Check: "gosum-missing", Target: "go.sum", Reason: "generated", Within: r.dir, File: file, Line: 7},
		{Check: "ci-go-version", Reason: "the project skips this check", Within: r.dir, File: file, Line: 5}}; !reflect.DeepEqual(c.Ignores, want) {
		t.Errorf("%+v", c.Ignores)
	}
	if want := []Setting{{"check.fail_on", []string{"note"}, Origin{r.config, 3}, User}, {"check.skip", []string{"a"}, Origin{r.config, 4}, User},
		{"check.fail_on", []string{"warning"}, Origin{file, 4}, Project}}; !reflect.DeepEqual(c.Settings, want) {
		t.Errorf("%+v", c.Settings)
	}
	for _, text := range []string{"protect = [", "protect = 1\n", "protect = [\"a[b\"]\n", "protect = [\"" + strings.Repeat("a\",\"", projectEntries) + "\"]\n",
		strings.Repeat("# much\n", projectMax)} {
		if c := r.read(text); !c.Broken || c.BrokenFile != file || len(c.Warnings) == 0 {
			t.Errorf("%.40q may have protected something: %v, %+v", text, c.Broken, c.Warnings)
		}
	}
}

// TestFindProject: upwards to the top of the repository, never out of it, never in or above the home directory, and not where
// anybody may write.
func TestFindProject(t *testing.T) {
	r := newRepository(t)
	deep, top := filepath.Join(r.dir, "cmd", "deep"), filepath.Dir(filepath.Dir(r.home))
	find := func(dir, home, want, problem string) {
		t.Helper()
		got, err := findProject(dir, home)
		if got != want || (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
			t.Errorf("from %q: %q, %v; want %q", dir, got, err, want)
		}
	}
	find(deep, r.home, "", "")
	for _, dir := range []string{r.home, filepath.Dir(r.dir), top} {
		write(t, filepath.Join(dir, ProjectFile), "")
	}
	find(deep, r.home, "", "") // .git stops
	find(filepath.Dir(r.dir), r.home, filepath.Join(filepath.Dir(r.dir), ProjectFile), "")
	find(r.home, r.home, "", "")
	find(top, r.home, "", "")
	inner := filepath.Join(r.dir, "cmd", ProjectFile)
	write(t, inner, "")
	find(deep, r.home, inner, "")
	find(deep, "", inner, "")
	if err := os.Chmod(filepath.Dir(inner), 0o777); err != nil {
		t.Fatal(err)
	}
	find(deep, r.home, inner, map[bool]string{true: "everybody may write"}[permissions])
	if fi, err := os.Stat(filepath.Dir(inner)); err != nil || anybodyWrites("windows", fi) {
		t.Error("Windows gives every directory such a mode, and no project's file would count:", err)
	}
	if err := os.Chmod(filepath.Dir(inner), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(inner); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	find(deep, r.home, inner, "no regular file")
	if c := r.readFrom(deep); c.Broken || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].Message, "counts for nothing") {
		t.Errorf("%+v", c)
	}
}

// What a clone sends does not keep us busy: the parser alone would take minutes for these.
func TestProjectTakesNoTime(t *testing.T) {
	r := newRepository(t)
	for _, text := range []string{strings.Repeat("a.", 30000) + "a = 1", "[" + strings.Repeat("a.", 30000) + "a]", "a = " + strings.Repeat("{a=", 20000),
		"a = " + strings.Repeat("[", 60000), strings.Repeat("\"a\".", 15000) + "a = 1", strings.Repeat("'a' . ", 10000) + "a = 1"} {
		if c := r.read(text); !c.Broken || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].Message, "more than 16 levels") || c.Warnings[0].Line != 1 {
			t.Errorf("%.20q: %+v", text, c.Warnings)
		}
	}
	var b strings.Builder
	for i := range 4000 {
		b.WriteString("k" + strings.Repeat("x", i%7) + strconv.Itoa(i) + " = 1\n")
	}
	if c := r.read(b.String()); len(c.Warnings) != warningsMax+1 {
		t.Errorf("%d warnings", len(c.Warnings))
	}
}

// FuzzProject: whatever stands in a project's file, what protects what is there without it is there with it, and nothing else is new.
func FuzzProject(f *testing.F) {
	f.Add(hostile)
	f.Add("protect = [\"a/*\"]\n[[ignore]]\ncheck = \"a\"\nreason = \"r\"\nuntil = 2027-01-31\n[check]\nskip = [\"x\"]\nfail_on = \"never\"\n")
	f.Add("check = 1\ncheck.fail_on = \"nev\"\n\"protect\" = [[]]\n[clean.x]\n[[clean]]\n")
	f.Add("a = \"\"\"\n]]]\"\"\"\nb.c.\"d\" = '''{'''\n")
	dir := f.TempDir()
	config := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, []byte("grace = \"90d\"\npins = [\"a.b/c\"]\nprotect = [\"d.e/*\"]\n[clean]\nkeep = 2\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	before := Read(Places{User: []string{config}, Home: "/home/x", Keys: someKeys})
	f.Fuzz(func(t *testing.T, text string) {
		write(t, filepath.Join(dir, "p", ProjectFile), text)
		c := Read(Places{User: []string{config}, From: filepath.Join(dir, "p"), Home: "/home/x", Keys: someKeys})
		for _, i := range c.Ignores {
			if i.Within != filepath.Join(dir, "p") || i.Check == "" || i.Reason == "" {
				t.Errorf("%+v", i)
			}
		}
		for _, s := range c.Settings[len(before.Settings):] {
			if s.Key != "check.fail_on" || s.Layer != Project {
				t.Errorf("%+v", s)
			}
		}
		if len(c.Protect) < len(before.Protect) || !slices.Equal(c.Protect[:len(before.Protect)], before.Protect) {
			t.Errorf("protect %q", c.Protect)
		}
		for _, e := range []struct{ a, b any }{{c.Grace, before.Grace}, {c.Roots, before.Roots}, {c.Skip, before.Skip}, {c.MoreRoots, before.MoreRoots},
			{c.Pins, before.Pins}, {c.Branches, before.Branches}, {c.Auto, before.Auto}, {c.Mirrors, before.Mirrors}, {c.Modfiles, before.Modfiles},
			{c.Settings[:len(before.Settings)], before.Settings}} {
			if !reflect.DeepEqual(e.a, e.b) {
				t.Errorf("%v was %v", e.a, e.b)
			}
		}
		if len(c.Warnings) > warningsMax+1 {
			t.Errorf("%d warnings", len(c.Warnings))
		}
	})
}
