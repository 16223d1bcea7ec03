package cli

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
)

// A file that says everything which can be said.
const everything = `color = "never"
theme = "mono"
grace = "30d"
roots = ["~/src"]
more_roots = ["/srv/\"build\""]
skip = ["~/mnt"]
pins = ["example.com/a@v1.0.0", "example.com/b"]
protect = ["corp.example/*"]
branches = false
mirrors = ["https://user:secret@proxy.example.com"]
dry_run = true
modcache = "~/x\u001b[2J"

[auto]
policies = ["orphans", "build"]
older_than = "30d"
budget = "20GiB"
goal = "1500"
keep = 2
grace = "36h"

[check]
fail_on = "warning"
skip = ["network", "ci-go-version"]

[clean]
older_than = "90d"
keep = 3

[toolchains.get]
sdk = true

[[ignore]]
check = "gosum-missing"
reason = "generated"
target = "go.sum"
until = "2027-01-31"

[[modfile]]
mod = "~/src/app/tools.mod"
`

// TestShowIsAFile: what config show prints is a config.toml that says the same, with origins and with what only flags say, and
// as the file of nobody who has said anything.
func TestShowIsAFile(t *testing.T) {
	for _, text := range []string{everything, ""} {
		for _, args := range [][]string{{}, {"--origin"}, {"-v"}, {"--origin", "-v", "--ascii"}} {
			l := newSettingsLab(t)
			l.write(l.config, strings.ReplaceAll(text, "user:secret@", ""))
			before := l.all()
			out, _ := l.run(0, append([]string{"config", "show"}, args...)...)
			l.write(l.config, out)
			out2, errs := l.run(0, append([]string{"config", "show"}, args...)...)
			if errs != "" {
				t.Errorf("%v: what was printed is no file: %s\n%s", args, errs, out)
			}
			after := l.all()
			if !reflect.DeepEqual(before, after) {
				t.Errorf("%v: %v\nwas %v", args, after, before)
			}
			if !slices.Contains(args, "--origin") && out != out2 {
				t.Errorf("%v: %s\nwas %s", args, out2, out)
			}
		}
	}
}

// all are the settings with their values, and which of them somebody said.
func (l *settingsLab) all() map[string][2]any {
	l.t.Helper()
	out, _ := l.run(0, "config", "show", "--json")
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		l.t.Fatal(err)
	}
	m := make(map[string][2]any)
	for _, s := range d.Configuration {
		if s.Files && !strings.HasPrefix(s.Name, "config.") && !slices.Contains([]string{"json", "verbose", "ascii"}, s.Name) { // those are flags here
			m[s.Name] = [2]any{s.Value, s.Set}
		}
	}
	if len(m) < 60 {
		l.t.Errorf("only %d settings", len(m))
	}
	return m
}

// No password is told, in whatever format.
func TestShowHidesPasswords(t *testing.T) {
	l := newSettingsLab(t)
	l.write(l.config, everything)
	for _, args := range [][]string{{"config", "show"}, {"config", "show", "--origin"}, {"config", "show", "--json"}, {"config", "show", "--jsonl"}} {
		if out, errs := l.run(0, args...); strings.Contains(out+errs, "secret") || !strings.Contains(out, "https://user:***@proxy.example.com") || strings.Contains(out, "\x1b") {
			t.Errorf("%v: %s%s", args, out, errs)
		}
	}
}

// TestShowOrigin: where each value comes from.
func TestShowOrigin(t *testing.T) {
	l := newSettingsLab(t)
	l.write(l.system, "protect = [\"a.example/*\"]\n")
	l.write(l.config, "color = \"never\"\nprotect = [\"b.example/*\"]\njsonl = true\n")
	l.write(l.project, "protect = [\"c.example/*\"]\n")
	l.environ = append(l.environ, "GODOCTOR_CLEAN_KEEP=2", "GODOCTOR_NO_BRANCHES=1", "GODOCTOR_FORMAT=text")
	out, _ := l.run(0, "config", "show", "--origin", "--grace", "1d")
	for _, want := range []string{`color = "never"  # ` + l.config + ":1\n", `protect = ["a.example/*", "b.example/*", "c.example/*"]  # ` + l.system + ":1, " + l.config + ":2, " + l.project + ":1\n",
		"keep = 2  # GODOCTOR_CLEAN_KEEP\n", "branches = false  # GODOCTOR_NO_BRANCHES\n", `grace = "24h0m0s"  # --grace` + "\n", `# theme = "auto"  # default` + "\n",
		"# jsonl = false  # default, gives way to --format\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	out, _ = l.run(0, "config", "show", "-v")
	if !strings.Contains(out, "\n# godoctor --yes: it is the answer to a question") || !strings.Contains(out, "\n# godoctor clean --purge: it says what is removed") {
		t.Errorf("what only flags say is not in\n%s", out)
	}
}

// TestConfigPath: the files, and whether they are there.
func TestConfigPath(t *testing.T) {
	l := newSettingsLab(t)
	l.write(l.config, "")
	l.write(l.project, "a = [")
	out, _ := l.run(0, "config", "path")
	for _, want := range []string{"system   absent  " + l.system, "user     read    " + l.config, "pins     absent  ", "project  wrong   " + l.project + "  "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if out, _ := l.run(0, "config", "path", "--no-config"); strings.Contains(out, "user") {
		t.Errorf("no file was to be read:\n%s", out)
	}
	for _, args := range [][]string{{"config"}, {"config", "sohw"}, {"config", "show", "x"}} {
		l.run(2, args...)
	}
}

// TestConfigSchema: the schema has every key that a file may say, and no other.
func TestConfigSchema(t *testing.T) {
	l := newSettingsLab(t)
	out, _ := l.run(0, "config", "schema")
	var schema map[string]any
	if err := json.Unmarshal([]byte(out), &schema); err != nil {
		t.Fatal(err)
	}
	l.write(l.config, everything)
	have := make(map[string]bool)
	var walk func(in map[string]any, prefix string)
	walk = func(in map[string]any, prefix string) {
		for name, v := range in["properties"].(map[string]any) {
			if sub := v.(map[string]any); sub["type"] == "object" {
				walk(sub, prefix+name+".")
				continue
			}
			have[prefix+name] = true
		}
	}
	walk(schema, "")
	for name := range l.all() {
		if !have[name] {
			t.Errorf("%s is not in the schema", name)
		}
		delete(have, name)
	}
	if want := map[string]bool{"json": true, "verbose": true, "ascii": true, "config.show.origin": true}; !reflect.DeepEqual(have, want) { // which all leaves out
		t.Errorf("more in the schema: %v", have)
	}
	fail := schema["properties"].(map[string]any)["check"].(map[string]any)["properties"].(map[string]any)["fail_on"].(map[string]any)
	if !reflect.DeepEqual(fail["enum"], []any{"error", "warning", "note", "never"}) || schema["additionalProperties"] != false {
		t.Errorf("%v", fail)
	}
}

// TestLimitsOfClean: a limit that makes no sense is no limit less.
func TestLimitsOfClean(t *testing.T) {
	l := newSettingsLab(t)
	environ := l.environ
	for _, c := range []struct {
		config, project string
		env             []string
		says            string
	}{
		{config: "[clean]\nolder_than = \"90 days\"\n", says: "what is said of its limits makes no sense"},
		{config: "[clean]\nolder_thna = \"90d\"\n", says: "what is said of its limits makes no sense"},
		{config: "clean = 3\n", says: "what is said of its limits makes no sense"},
		{env: []string{"GODOCTOR_CLEAN_OLDER_THNA=90d"}, says: "what is said of its limits makes no sense: GODOCTOR_CLEAN_OLDER_THNA"},
		{env: []string{"GODOCTOR_CLEAN_OLDER_THAN=90 days"}, says: "does not fit --older-than"},
		{project: "[clean]\nolder = \"90d\"\n", says: "what is said of its limits makes no sense"},
	} {
		l.write(l.config, c.config)
		l.write(l.project, c.project)
		l.environ = append(slices.Clone(environ), c.env...)
		for _, args := range [][]string{{"clean", "-n"}, {"clean", "--yes"}, {"clean", "--auto", "--budget", "1KiB"}} {
			if _, errs := l.run(2, args...); !strings.Contains(errs, c.says) {
				t.Errorf("%+v, %v: %s", c, args, errs)
			}
		}
		l.run(0, "version")
	}
}

// TestOnlyOn: a file or variable can have nothing changed, and only the flag can take that back.
func TestOnlyOn(t *testing.T) {
	l := newSettingsLab(t)
	plain := l.environ
	for _, c := range []struct {
		config, env string
		args        []string
		want        bool
	}{
		{"", "", nil, false}, {"dry_run = true\n", "", nil, true}, {"dry_run = false\n", "", nil, false}, {"", "true", nil, true},
		{"dry_run = true\n", "false", nil, true}, {"dry_run = false\n", "true", nil, true}, {"dry_run = true\n", "", []string{"--dry-run=false"}, false},
		{"dry_run = \"no\"\n", "", nil, true}, {"dry_run = 0\n", "", nil, true},
	} {
		l.write(l.config, c.config)
		l.environ = slices.Clone(plain)
		if c.env != "" {
			l.environ = append(l.environ, "GODOCTOR_DRY_RUN="+c.env)
		}
		if got := l.show("dry_run", c.args...).Value; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// On macOS there are two places, and that of the terminal's programs counts before the other.
func TestUserFiles(t *testing.T) {
	dir := config.In("/h/Library/Application Support")
	for _, c := range []struct {
		goos, home, xdg string
		want            []string
	}{
		{"linux", "/h", "/x", []string{dir.File()}},
		{"darwin", "/h", "", []string{dir.File(), filepath.FromSlash("/h/.config/godoctor/config.toml")}},
		{"darwin", "/h", "/x", []string{dir.File(), filepath.FromSlash("/x/godoctor/config.toml")}},
		{"darwin", "", "", []string{dir.File()}},
		{"darwin", "/h", "/h/Library/Application Support", []string{dir.File()}},
	} {
		if got := userFiles(c.goos, dir, c.home, c.xdg); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if v := variables("windows", []string{"GoDoctor_Color=never", "GODOCTOR_COLOR=auto"}); v["GODOCTOR_COLOR"] != "never" || len(v) != 1 {
		t.Errorf("%v", v)
	}
}
