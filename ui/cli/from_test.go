package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/scanfile"
	"godoctor/scan"
	"godoctor/scan/cachetest"
)

// newFromLab is a machine with something of everything: versions in use, of a graph only and of nobody, a workspace with a
// local replacement, a vendor directory, a program, a pin, a broken setting, odd names.
func newFromLab(t *testing.T) *checkLab {
	l := newCheckLab(t)
	for _, m := range []cachetest.Module{
		{Path: "example.com/dep", Version: "v1.1.0", Files: map[string]string{"dep.go": "package dep\n"}},
		{Path: "example.com/old", Version: "v0.1.0", Files: map[string]string{"old.go": "package old\n"}},
		{Path: "example.com/Upper/Case", Version: "v2.0.0+incompatible", Files: map[string]string{"u.go": "package u\n"}},
		{Path: "example.com/mid", Version: "v1.0.0", GoMod: "module example.com/mid\n\ngo 1.20\n\nrequire example.com/dep v1.1.0\n", Files: map[string]string{"m.go": "package mid\n"}},
	} {
		l.must(l.m.Install(m))
	}
	l.write("go.mod", "module example.com/p\n\ngo 1.20\n\nrequire (\n\texample.com/dep v1.2.0\n\texample.com/mid v1.0.0\n)\n")
	l.write("go.sum", l.m.GoSum(l.dep))
	l.write("../work/go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n\nreplace example.com/away => ./a/away\n")
	l.write("../work/a/go.mod", "module example.com/a\n\ngo 1.21\n\nrequire (\n\texample.com/away v1.0.0\n\texample.com/mid v1.0.0\n)\n")
	l.write("../work/a/away/go.mod", "module example.com/away\n\ngo 1.20\n\nrequire example.com/dep v1.1.0\n")
	l.write("../work/b/go.mod", "module example.com/b\n\ngo 1.21\n\nrequire example.com/gone v1.0.0\n")
	l.write("../broken/go.mod", "module example.com/broken\n\n<<<<<<< HEAD\nrequire example.com/old v0.1.0\n")
	l.write(filepath.Join(l.m.Home, "go", "bin", "script"), "#!/bin/sh\n")
	l.write(filepath.Join(l.m.GOMODCACHE, "cache", "download", "odd\x1b[31m\u202ename", "x"), "x")
	l.env = append(l.env, "GOFLAGS=-mod=mod -nonsense", "GOPRIVATE=corp.example.com/*")
	return l
}

// saved is the file of a scan.
func (l *checkLab) saved(args ...string) string {
	l.t.Helper()
	file := filepath.Join(l.m.Root, "scan.json")
	l.run(0, append([]string{"scan", "-o", file}, args...)...)
	return file
}

// parsed is a document without what two runs do not have in common.
func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	delete(d, "started")
	delete(d, "duration_ms")
	if sum, ok := d["summary"].(map[string]any); ok {
		delete(sum, "duration_ms")
	}
	return d
}

// TestFromEqualsMachine: what commands say of a saved scan is what they say of the machine itself.
func TestFromEqualsMachine(t *testing.T) {
	l := newFromLab(t)
	l.m.GOPROXY = "off" // else its path looks like a token
	l.run(0, "status")  // the projects are known from now on
	file := l.saved("--grace", "0")
	for _, args := range [][]string{
		{"status"}, {"ls"}, {"ls", "--state", "orphan", "--sort", "size"}, {"projects"}, {"projects", "example.com/a"}, {"projects", "work"},
		{"toolchains"}, {"binary"}, {"env"}, {"why", "example.com/dep"}, {"why", "example.com/mid@v1.0.0"}, {"why", "example.com/old"},
		{"why", "example.com/Upper/Case"},
	} {
		want, _ := l.run(0, append(args, "--json", "--grace", "0")...)
		got, _ := l.run(0, append(args, "--json", "--from", file)...)
		if args[0] == "why" || args[0] == "projects" || args[0] == "binary" { // they take sizes from the zips, the file has been more exact
			want, got = strings.ReplaceAll(want, `"exact": false`, `"exact": true`), strings.ReplaceAll(got, `"exact": false`, `"exact": true`)
		}
		a, b := parsed(t, want), parsed(t, got)
		if reflect.DeepEqual(a, b) {
			continue
		}
		for key := range a {
			if x, y := a[key], b[key]; !reflect.DeepEqual(x, y) {
				t.Errorf("%q: %s is\n%v, want\n%v", args, key, y, x)
			}
		}
	}
	if a, b := l.document(3, "check", "--all"), l.document(3, "check", "--from", file); len(a.Findings) != len(b.Findings) {
		t.Errorf("%d findings, want %d", len(b.Findings), len(a.Findings))
	}
	for _, args := range [][]string{{"clean", "-n", "--sources"}, {"clean", "-n", "--module", "example.com/old"}} {
		a, b := l.document(0, append(args, "--grace", "0")...), l.document(0, append(args, "--from", file)...)
		if len(a.Plan.Items) == 0 || len(a.Plan.Items) != len(b.Plan.Items) || a.Plan.BytesNow+a.Plan.BytesLater != b.Plan.BytesNow+b.Plan.BytesLater {
			t.Errorf("%q: %d items, want %d", args, len(b.Plan.Items), len(a.Plan.Items))
		}
	}
}

// TestFromElsewhere: the machine is gone, and everything is told all the same; nothing is kept of it on this one.
func TestFromElsewhere(t *testing.T) {
	l := newFromLab(t)
	file := l.saved()
	here := filepath.Join(t.TempDir(), "scan.json")
	b, err := os.ReadFile(file)
	l.must(err)
	l.must(os.WriteFile(here, b, 0o600))
	before := make(map[string]string)
	commands := [][]string{{"status"}, {"ls"}, {"projects", "work"}, {"toolchains"}, {"why", "example.com/dep"}, {"binary"}, {"metrics"}, {"clean", "-n"}}
	for _, args := range commands {
		before[args[0]], _ = l.run(0, append(args, "--json", "--from", here)...)
	}
	l.must(l.m.RemoveAll())
	home := t.TempDir()
	for _, args := range commands {
		var out, errs bytes.Buffer
		a := newApp(IO{Args: append(args, "--json", "--from", here, "-C", home), Environ: []string{"HOME=" + home, "USERPROFILE=" + home, "PATH="},
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
		if code := a.run(t.Context()); code != 0 || !reflect.DeepEqual(parsed(t, before[args[0]]), parsed(t, out.String())) {
			t.Errorf("%q: exit code %d, %s", args, code, errs.String())
		}
	}
	if list, err := os.ReadDir(home); err != nil || len(list) > 0 {
		t.Errorf("%v was left, %v", list, err)
	}
}

// TestFromCommands: every command answers from a saved scan, or refuses, says why, and has exit code 2.
func TestFromCommands(t *testing.T) {
	l := newCheckLab(t)
	file := l.saved()
	var walk func(c *cobra.Command)
	a := newApp(IO{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}})
	seen := 0
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		name := strings.TrimSpace(strings.TrimPrefix(c.CommandPath(), "godoctor"))
		first, _, _ := strings.Cut(name, " ")
		if slices.Contains(fromSaved, name) || slices.Contains(regardless, first) || first == "scan" || !c.Runnable() {
			return
		}
		seen++
		if notFromSaved[name] == "" {
			t.Errorf("%s says nothing of a saved scan", name)
		}
		c.Args = nil
		args := append(strings.Fields(name), "--from", file)
		for _, more := range [][]string{nil, {"x"}, {"x", "y"}} { // some want arguments
			var out, errs bytes.Buffer
			app := newApp(IO{Args: append(slices.Clone(args), more...), Environ: l.m.Environ(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
			if code := app.run(t.Context()); code != ExitUsage || out.Len() > 0 || strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("%q: exit code %d, %s%s", args, code, out.String(), errs.String())
			}
		}
	}
	walk(a.root())
	if seen < 12 {
		t.Errorf("only %d commands are refused", seen)
	}
	for _, args := range [][]string{
		{"status", "--demo"}, {"status", "--modcache", "x"}, {"ls", "--root", "x"}, {"ls", "--grace", "0"}, {"check", "--deep"}, {"check", "--project", "."},
		{"check", "--ask-proxy"}, {"check", "--error", "x"}, {"toolchains", "--refresh"}, {"binary", "--rebuild", "."}, {"binary", "x"}, {"clean"},
		{"clean", "-n", "-o", "plan"}, {"clean", "-n", "--build"}, {"clean", "-n", "--vcs"}, {"clean", "--auto"}, {"clean", "--apply", "x"}, {"scan"},
	} {
		_, errs := l.run(ExitUsage, append(args, "--from", file)...)
		if !strings.Contains(errs, "--from") {
			t.Errorf("%q says %q", args, errs)
		}
	}
	l.env = append(l.env, "GODOCTOR_ROOT=/nowhere", "GODOCTOR_GRACE=0") // set for ever, they do not shut anybody out
	l.run(0, "status", "--from", file)
	l.run(0, "version", "--from", "/nowhere")
	for name, want := range map[string]string{"": "no saved scan", "{}": "no saved scan", `{"schema":"godoctor/v1"}`: "no saved scan"} {
		_, errs := l.run(1, "status", "--from", l.write("bad.json", name))
		if !strings.Contains(errs, want) {
			t.Errorf("%q: %s", name, errs)
		}
	}
	if _, errs := l.run(1, "status", "--from", "none.json"); !strings.Contains(errs, `"none.json" cannot be opened`) {
		t.Error(errs)
	}
}

// TestScanSecrets: no secret is in a saved scan; with --redact nobody's home and name are, either.
func TestScanSecrets(t *testing.T) {
	l := newCheckLab(t)
	l.env = append(l.env, "USER=zaphod", "LOGNAME=zaphod", "GOPATH="+filepath.Join(l.m.Root, "zaphod", "go"), "GOROOT=")
	for _, p := range planted {
		key, value, _ := strings.Cut(p.where, "=")
		file, text, isFile := strings.Cut(p.where, ":")
		if isFile && (file[0] == '~' || file == "go.mod" || file[0] == '.') {
			if rest, ok := strings.CutPrefix(file, "~/"); ok {
				file = filepath.Join(l.m.Home, rest)
			}
			l.write(file, text)
			continue
		}
		l.env = append(l.env, key+"="+value)
	}
	l.env = append(l.env, "GOENV="+filepath.Join(l.m.Home, ".config", "go", "env"), "XDG_CONFIG_HOME="+filepath.Join(l.m.Home, ".config"))
	out, errs := l.run(0, "scan", "--debug")
	file := l.saved("--redact")
	b, err := os.ReadFile(file)
	l.must(err)
	redacted := string(b)
	shown, _ := l.run(0, "status", "--from", file)
	tools, _ := l.run(0, "env", "--from", file)
	for _, p := range planted {
		for _, text := range []string{out, errs, redacted, shown, tools} {
			if i := strings.Index(text, p.secret); i >= 0 {
				t.Errorf("%s: found: %.160s", p.kind, text[max(0, i-80):])
			}
		}
	}
	for _, who := range []string{"zaphod", l.m.Home} {
		if i := strings.Index(redacted, who); i >= 0 {
			t.Errorf("%q: found: %.160s", who, redacted[max(0, i-80):])
		}
	}
	for _, want := range []string{"https://proxy.example.com,direct", "/opt/auth ***", "-DAPI_KEY=***"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not told any more", want)
		}
	}
	if !strings.Contains(redacted, `"home":"~"`) || !strings.Contains(redacted, `"redacted":true`) || !strings.Contains(out, `"home":"`+l.m.Home) {
		t.Error("the home directory is not what it should be")
	}
}

// The name of the machine in a saved scan is printed as whoever made the file wrote it, but for what a terminal obeys.
func TestFromWhereIsClean(t *testing.T) {
	a := &app{saved: &scanfile.File{Host: scanfile.Host{Name: "ford\x1b[2J"}, Inventory: &scan.Inventory{Finished: time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)}}}
	if got, want := a.fromWhere(), `ford\x1b[2J, 22 Nov 12:00`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
