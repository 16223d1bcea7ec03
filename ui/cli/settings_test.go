package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
)

// everyFlag visits every flag of every command, with the command's table.
func everyFlag(visit func(cmd *cobra.Command, table string, f *pflag.Flag)) {
	root := newApp(IO{}).root()
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpFlag()
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { visit(root, "", f) })
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if root.PersistentFlags().Lookup(f.Name) != f {
				visit(cmd, tableOfFlag(cmd, f), f)
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(root)
}

// TestEveryFlag: every flag is settable in files and by a variable, or the table says why not; what a command that changes the disk
// takes is said of each flag; and no two have one name.
func TestEveryFlag(t *testing.T) {
	variables, names, used, n := map[string]string{}, map[string]string{}, map[string]bool{}, 0
	everyFlag(func(cmd *cobra.Command, table string, f *pflag.Flag) {
		n++
		full := strings.TrimPrefix(table+"."+f.Name, ".")
		r := ruleOf(table, f.Name)
		if _, ok := rules[full]; ok {
			used[full] = true
		} else if _, ok := rules["*."+f.Name]; ok {
			used["*."+f.Name] = true
		}
		if r.flagOnly == unlisted {
			t.Errorf("--%s of %s, which changes the disk: the table of rules says nothing of it", f.Name, table)
		}
		if f.Name == "help" || f.Name == "fast" && cmd == cmd.Root() {
			return // the one is everywhere, the other that of status
		}
		s := (&settingsTable{of: map[*pflag.Flag]*setting{}}).add(table, f)
		if r.flagOnly != "" {
			return
		}
		if other := variables[s.env]; other != "" {
			t.Errorf("%s is --%s and %s", s.env, full, other)
		}
		variables[s.env] = full
		if name := s.key.String(); s.noFile == "" {
			if names[name] != "" {
				t.Errorf("%q is --%s and %s", name, full, names[name])
			}
			names[name] = full
		}
		if !slices.Contains([]string{"bool", "int", "string", "stringArray", "DURATION", "SIZE"}, f.Value.Type()) {
			t.Errorf("--%s is a %s, of which files do not know what it takes", full, f.Value.Type())
		}
		for _, mate := range append(slices.Clone(r.yields), r.needs) {
			if mate != "" && cmd.Flags().Lookup(mate) == nil && cmd.Root().PersistentFlags().Lookup(mate) == nil {
				t.Errorf("--%s names --%s, which there is not", full, mate)
			}
		}
	})
	for name := range rules {
		if !used[name] && name != "help" && name != "*.version" {
			t.Errorf("the rule of %q is about no flag", name)
		}
	}
	if n < 100 || len(variables) < 60 {
		t.Errorf("only %d flags, %d variables", n, len(variables))
	}
	for _, name := range []string{"yes", "confirm", "allow-shared", "experimental", "no-config", "clean.apply", "clean.purge", "clean.all-modules", "repair.all"} {
		if rules[name].flagOnly == "" {
			t.Errorf("--%s can be set", name)
		}
	}
}

// A settingsLab is a machine of settings: an administrator's file, a user's, a project's, and variables.
type settingsLab struct {
	t                                  *testing.T
	home, dir, system, config, project string
	environ                            []string
}

func newSettingsLab(t *testing.T) *settingsLab {
	top := t.TempDir()
	l := &settingsLab{t: t, home: filepath.Join(top, "home"), system: filepath.Join(top, "etc", "godoctor.toml")}
	l.dir = filepath.Join(l.home, "src", "app")
	l.config, l.project = filepath.Join(l.home, ".config", "godoctor", "config.toml"), filepath.Join(l.dir, config.ProjectFile)
	l.environ = []string{"HOME=" + l.home, "USERPROFILE=" + l.home, "XDG_CONFIG_HOME=" + filepath.Join(l.home, ".config"), "APPDATA=" + filepath.Join(l.home, ".config"),
		"PATH=/nowhere", "GOENV=off"}
	l.write(filepath.Join(l.dir, ".git", "HEAD"), "")
	return l
}

func (l *settingsLab) write(file, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// run runs a command in the project.
func (l *settingsLab) run(code int, args ...string) (out, errs string) {
	l.t.Helper()
	var stdout, stderr bytes.Buffer
	got := Run(l.t.Context(), IO{Args: append([]string{"-C", l.dir}, args...), Environ: l.environ, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		SystemConfig: l.system})
	if got != code {
		l.t.Errorf("%q: exit code %d, want %d: %s", args, got, code, stderr.String())
	}
	return stdout.String(), stderr.String()
}

// show is what config show says of a setting.
func (l *settingsLab) show(name string, args ...string) report.ConfigSetting {
	l.t.Helper()
	out, _ := l.run(0, append([]string{"config", "show", "--json=true"}, args...)...)
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		l.t.Fatal(err)
	}
	i := slices.IndexFunc(d.Configuration, func(s report.ConfigSetting) bool { return s.Name == name })
	if i < 0 {
		l.t.Fatalf("no setting %q", name)
	}
	return d.Configuration[i]
}

// TestPrecedence: for every set of places that say something, the one that counts most holds, and the others are told in order.
func TestPrecedence(t *testing.T) {
	l := newSettingsLab(t)
	places := []struct {
		origin string
		color  string // of all commands
		fail   string // of one, which a project may say too
	}{{"system", "auto", "error"}, {"user", "always", "warning"}, {"project", "never", "note"}, {"variable", "never", "never"}, {"flag", "always", ""}}
	plain := slices.Clone(l.environ)
	for set := range 1 << len(places) {
		has := func(i int) bool { return set&(1<<i) != 0 }
		l.environ = plain
		var colors, fails []int
		for i, p := range places {
			text := ""
			if has(i) {
				text = "color = \"" + p.color + "\"\n[check]\nfail_on = \"" + p.fail + "\"\n"
			}
			switch i {
			case 0:
				l.write(l.system, text)
			case 1:
				l.write(l.config, text)
			case 2:
				l.write(l.project, strings.TrimPrefix(text, "color = \"never\"\n")) // the colour is not its to say
			case 3:
				if has(i) {
					l.environ = append(slices.Clone(plain), "GODOCTOR_COLOR="+p.color, "GODOCTOR_CHECK_FAIL_ON="+p.fail)
				}
			}
			if has(i) && i != 2 {
				colors = append(colors, i)
			}
			if has(i) && i != 4 { // config show has no --fail-on
				fails = append(fails, i)
			}
		}
		var args []string
		if has(4) {
			args = []string{"--color", places[4].color}
		}
		for name, told := range map[string][]int{"color": colors, "check.fail_on": fails} {
			s := l.show(name, args...)
			want, origin := map[string]string{"color": "auto", "check.fail_on": "error"}[name], "default"
			if n := len(told); n > 0 {
				p := places[told[n-1]]
				want, origin = map[string]string{"color": p.color, "check.fail_on": p.fail}[name], p.origin
			}
			if s.Value != want || s.Origins[0].Origin != origin || len(s.Overrides) != max(0, len(told)-1) {
				t.Errorf("%s by %v: %v from %s, want %v from %s; %+v", name, told, s.Value, s.Origins[0].Origin, want, origin, s.Overrides)
				continue
			}
			for i, o := range s.Overrides {
				if o.Origin != places[told[len(told)-2-i]].origin {
					t.Errorf("%s by %v: %+v", name, told, s.Overrides)
				}
			}
		}
	}
}

// TestApplied: what is resolved is what the command does.
func TestApplied(t *testing.T) {
	l := newSettingsLab(t)
	environ := l.environ
	for _, c := range []struct {
		name, config string
		env          []string
		args         []string
		code         int
		out, err     string // a part
	}{
		{"a file", "format = \"json\"\n", nil, []string{"version"}, 0, `"command": "version"`, ""},
		{"a flag before it", "format = \"json\"\n", nil, []string{"version", "--format", "text"}, 0, "godoctor ", ""},
		{"a flag that excludes it", "format = \"json\"\n", nil, []string{"version", "--jsonl"}, 0, `{"event":"start"`, ""},
		{"a variable before it", "json = true\n", []string{"GODOCTOR_FORMAT=text"}, []string{"version"}, 0, "godoctor ", ""},
		{"both in one file: the first of the table", "json = true\njsonl = true\n", nil, []string{"version"}, 0, `"command"`, ""},
		{"both as flags", "", nil, []string{"version", "--json", "--jsonl"}, 2, "", "exclude each other"},
		{"a format that only findings have", "format = \"sarif\"\n", nil, []string{"version"}, 0, "godoctor ", ""},
		{"the same as a flag", "", nil, []string{"version", "--format", "sarif"}, 2, "", "is for findings"},
		{"quiet", "quiet = true\ngracee = 1\n", nil, []string{"version"}, 0, "godoctor ", ""},
		{"an array", "[check]\nskip = [\"nothing\"]\n", nil, []string{"check", "--list"}, 0, "", `"nothing": it is none of the`},
		{"its variable", "", []string{"GODOCTOR_CHECK_SKIP=network" + string(os.PathListSeparator) + "nothing"}, []string{"check"}, 2, "", `GODOCTOR_CHECK_SKIP="network`},
		{"a bad variable of this command", "", []string{"GODOCTOR_LS_LIMIT=-1"}, []string{"ls"}, 2, "", `GODOCTOR_LS_LIMIT="-1" does not fit --limit: want 0 or more`},
		{"a bad variable of another", "", []string{"GODOCTOR_LS_LIMIT=-1"}, []string{"version"}, 0, "godoctor ", ""},
		{"offline holds", "offline = true\n", []string{"GODOCTOR_ASK_PROXY=true"}, []string{"version"}, 0, "godoctor ", ""},
		{"offline is told", "offline = true\n", nil, []string{"version", "--ask-proxy"}, 2, "", "--offline and --ask-proxy"},
		{"offline taken back", "offline = true\n", nil, []string{"version", "--ask-proxy", "--offline=false"}, 0, "godoctor ", ""},
		{"what another flag is for", "[verify]\nfresh = true\nfetch = true\n", nil, []string{"verify", "--json"}, 0, `"verify"`, ""},
		{"a flag for a file", "[binary]\nsumdb = true\n", nil, []string{"binary", "--json"}, 0, `"binary"`, ""},
		{"another config", "", []string{"GODOCTOR_CONFIG=" + filepath.Join(l.dir, "none.toml")}, []string{"version"}, 0, "", "none.toml"},
		{"none at all", "", []string{"GODOCTOR_CONFIG=" + filepath.Join(l.dir, "none.toml")}, []string{"version", "--no-config"}, 0, "godoctor ", ""},
		{"no file by a variable", "gracee = 1\n", []string{"GODOCTOR_NO_CONFIG=1"}, []string{"version"}, 0, "", `GODOCTOR_NO_CONFIG counts for nothing: --no-config:`},
		{"yes by a variable", "", []string{"GODOCTOR_YES=1"}, []string{"version"}, 0, "", `GODOCTOR_YES counts for nothing: --yes:`},
		{"an unknown one", "", []string{"GODOCTOR_COLOUR=never"}, []string{"version"}, 0, "", `GODOCTOR_COLOUR is no variable of godoctor: did you mean GODOCTOR_COLOR?`},
		{"without its command", "", []string{"GODOCTOR_SORT=size"}, []string{"version"}, 0, "", `did you mean GODOCTOR_LS_SORT?`},
		{"an empty one", "", []string{"GODOCTOR_NOTHING=", "GODOCTOR_COLOR="}, []string{"version"}, 0, "godoctor ", ""},
		{"twice: the first", "", []string{"GODOCTOR_JSON=1", "GODOCTOR_JSON=0"}, []string{"version"}, 0, `"command"`, ""},
		{"hostile", "\"a\\u001b[2J\" = 1\n", []string{"GODOCTOR_\x1b[2J=1"}, []string{"version"}, 0, "godoctor ", `\x1b[2J`},
		{"completing", "gracee = 1\n", []string{"GODOCTOR_COLOUR=never"}, []string{"__complete", "ls", "--so"}, 0, "--sort", ""},
	} {
		l.write(l.config, c.config)
		l.environ = append(slices.Clone(environ), c.env...)
		out, errs := l.run(c.code, c.args...)
		if !strings.Contains(out, c.out) || !strings.Contains(errs, c.err) {
			t.Errorf("%s: %.300q, %.300q", c.name, out, errs)
		}
		if strings.ContainsRune(out+errs, '\x1b') || strings.HasPrefix(c.name, "completing") && strings.Contains(errs, "COLOUR") || c.name == "quiet" && errs != "" {
			t.Errorf("%s: %.300q, %.300q", c.name, out, errs)
		}
	}
}
