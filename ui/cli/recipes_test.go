package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"godoctor/doctor/config"
	"godoctor/scan/cachetest"
)

// readme gives the code blocks of README.md in one language.
func readme(t *testing.T, language string) (out []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range strings.Split(string(b), "```") {
		if text, ok := strings.CutPrefix(part, language+"\n"); ok && i%2 == 1 {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		t.Fatalf("README.md has no block of %s", language)
	}
	return out
}

// A recipeLab is a machine with a project on which the recipes of the README are carried out.
type recipeLab struct {
	*checkLab
	config string
}

func newRecipeLab(t *testing.T) *recipeLab {
	l := &recipeLab{checkLab: newCheckLab(t)}
	dep2 := cachetest.Module{Path: "example.com/unused", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}
	l.must(l.m.Install(dep2))
	l.write("go.sum", l.m.GoSum(l.dep))
	l.config = filepath.Join(l.m.Home, ".config", "godoctor", "config.toml")
	l.env = append(l.env, "XDG_CONFIG_HOME="+filepath.Join(l.m.Home, ".config"))
	return l
}

// command runs a line of a recipe as a shell would run it, and gives what it printed.
func (l *recipeLab) command(code int, line string) string {
	l.t.Helper()
	line, file, redirected := strings.Cut(line, " > ")
	words := strings.Fields(line)
	if len(words) == 0 || filepath.Base(words[0]) != "godoctor" {
		l.t.Fatalf("no command of godoctor: %q", line)
	}
	out, _ := l.run(code, words[1:]...)
	if redirected {
		l.write(strings.TrimSpace(file), out)
	}
	return out
}

// TestReadmeSettings: what the README says of config.toml is understood to the letter.
func TestReadmeSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(strings.Join(readme(t, "toml"), "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Read(config.Places{User: []string{file}, Named: true, Home: "/home/ann", Keys: settingsOf(newApp(IO{}).root()).keys()})
	if len(c.Warnings) > 0 || c.Broken || len(c.Auto.Policies) == 0 || c.Auto.Budget == 0 || c.Auto.Goal == 0 || c.Auto.OlderThan == 0 || c.Auto.Keep == 0 || !c.Auto.HasGrace || len(c.Settings) < 6 {
		t.Errorf("%+v", c)
	}
	var f cleanFlags
	f.given = func(string) bool { return false }
	if err := f.takePolicies(c.Auto.Policies, file); err != nil {
		t.Error(err)
	}
}

// TestReadmeTimers: the units and the cron lines are what systemd and cron take, and what they start runs.
func TestReadmeTimers(t *testing.T) {
	l := newRecipeLab(t)
	_, auto, _ := strings.Cut(strings.Join(readme(t, "toml"), "\n"), "\n[auto]")
	auto, _, _ = strings.Cut(auto, "\n\n")
	l.write(l.config, "[auto]"+auto+"\n")
	starts := 0
	known := strings.Fields("Unit.Description Service.Type Service.ExecStart Service.SuccessExitStatus Service.Nice Service.IOSchedulingClass " +
		"Timer.OnCalendar Timer.RandomizedDelaySec Timer.Persistent Install.WantedBy")
	for _, unit := range readme(t, "ini") {
		section := ""
		for line := range strings.Lines(unit) {
			line = strings.TrimSpace(line)
			key, value, ok := strings.Cut(line, "=")
			switch {
			case line == "" || line[0] == '#':
			case line[0] == '[':
				section = strings.Trim(line, "[]")
			case !ok || !slices.Contains(known, section+"."+key):
				t.Errorf("%q in [%s] is not known", line, section)
			case key == "ExecStart":
				starts++
				if !strings.HasPrefix(value, "%h/go/bin/godoctor ") {
					t.Errorf("%q names no program in the home directory", value)
				}
				if out := l.command(0, value); !strings.HasPrefix(out, "nothing to remove") {
					t.Errorf("%s: %s", value, out)
				}
			}
		}
	}
	entry := regexp.MustCompile(`^([0-9*/,-]+ ){5}\$HOME/(go/bin/godoctor [^%]+)$`) // % is a newline to cron
	dir := t.TempDir()
	for _, table := range readme(t, "crontab") {
		for line := range strings.Lines(table) {
			m := entry.FindStringSubmatch(strings.TrimSpace(line))
			if m == nil {
				t.Errorf("%q is no entry of a crontab", line)
				continue
			}
			starts++
			if out := l.command(0, strings.ReplaceAll(m[2], "/var/lib/prometheus/node-exporter", dir)); out != "" {
				t.Errorf("cron would mail what %q prints: %s", m[2], out)
			}
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "godoctor.prom")); err != nil || !bytes.Contains(b, []byte("\ngodoctor_projects 1\n")) {
		t.Errorf("no metrics were written: %v\n%s", err, b)
	}
	if starts != 3 {
		t.Errorf("%d commands were found", starts)
	}
}

// TestReadmeWorkflow: the steps of the workflow pass on a sound project, fail on what is new, and not on what was there.
func TestReadmeWorkflow(t *testing.T) {
	l := newRecipeLab(t)
	var w struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses, Run, Name, If string
				With                map[string]any
			}
		}
	}
	for _, text := range readme(t, "yaml") {
		d := yaml.NewDecoder(strings.NewReader(text))
		l.must(d.Decode(&w))
	}
	var check, verify, clean string
	for _, job := range w.Jobs {
		for _, s := range job.Steps {
			if (s.Uses == "") == (s.Run == "") {
				t.Errorf("a step has to use or to run something: %+v", s)
			}
			for name, line := range map[string]*string{"godoctor check ": &check, "godoctor verify ": &verify, "godoctor clean ": &clean} {
				if strings.HasPrefix(s.Run, name) {
					*line = s.Run
				}
			}
		}
	}
	baseline, _ := l.run(0, "check", "--deep", "--json", "--fail-on", "never")
	l.write("baseline.json", baseline)
	l.command(0, check)
	l.command(0, verify)

	// A file of a module was changed: that is new, and then it was there before.
	l.must(os.Chmod(l.m.Dir(l.dep), 0o777))
	l.write(filepath.Join(l.m.Dir(l.dep), "evil.go"), "package dep\n")
	if out := l.command(3, check); !strings.Contains(out, "::error title=sources-modified") {
		t.Errorf("%s: %s", check, out)
	}
	l.command(0, verify) // code scanning judges, not this step
	if b, err := os.ReadFile(filepath.Join(l.project, "godoctor.sarif")); err != nil || !bytes.Contains(b, []byte(`"ruleId": "sources-modified"`)) {
		t.Errorf("%v in\n%s", err, b)
	}
	baseline, _ = l.run(0, "check", "--deep", "--json", "--fail-on", "never")
	l.write("baseline.json", baseline)
	if out := l.command(0, check); !strings.Contains(out, "::notice title=sources-modified") {
		t.Errorf("%s: %s", check, out)
	}
	l.run(0, "verify", "--project", ".", "--baseline", "baseline.json")

	// Within the budget nothing goes. Beyond it goes what comes back, but nothing that was changed.
	if out := l.command(0, clean); !strings.HasPrefix(out, "nothing to remove") {
		t.Errorf("%s: %s", clean, out)
	}
	if out := l.command(0, strings.Replace(clean, "2GiB", "1KiB", 1)); !strings.HasPrefix(out, "removed 1 item\n") {
		t.Errorf("%s: %s", clean, out)
	}
	if _, err := os.Stat(filepath.Join(l.m.Dir(l.dep), "evil.go")); err != nil {
		t.Error(err)
	}
}
