package cli

import (
	"bytes"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/check"
)

// manual gives every page by the name of its file.
func manual(t *testing.T, environ ...string) map[string]string {
	t.Helper()
	say := func(args ...string) string {
		var out, errs bytes.Buffer
		if code := Run(t.Context(), IO{Args: append([]string{"man"}, args...), Environ: environ, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}); code != 0 {
			t.Fatalf("man %q: exit code %d, %s", args, code, errs.String())
		}
		return out.String()
	}
	pages := map[string]string{}
	for _, f := range strings.Fields(say("--list")) {
		pages[f] = say(f)
	}
	if pages["godoctor.1"] != say() || pages["godoctor-toolchains-get.1"] != say("toolchains", "get") || pages["godoctor-settings.7"] != say("settings") {
		t.Error("a page has not the same words by its other name")
	}
	return pages
}

// TestMan: every command has a page with every flag of it, every topic and every check is told, and what is not about a command
// stands on the page of the program.
func TestMan(t *testing.T) {
	pages := manual(t, "HOME="+t.TempDir(), "SOURCE_DATE_EPOCH=1795803432")
	has := func(page, text string) {
		t.Helper()
		if !strings.Contains(pages[page], text) {
			t.Errorf("%s lacks %q", page, text)
		}
	}
	escape := strings.NewReplacer("-", `\-`).Replace
	root := newApp(IO{}).root()
	root.InitDefaultHelpCmd()
	n := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		n++
		page := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		for _, head := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"} {
			has(page, `.SH "`+head+`"`)
		}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { has(page, escape("--"+f.Name)+`\fR`) })
		root.PersistentFlags().VisitAll(func(f *pflag.Flag) { has(page, escape("--"+f.Name)) })
		for _, sub := range c.Commands() {
			has(page, escape(strings.ReplaceAll(sub.CommandPath(), " ", "-")+"(1)"))
			walk(sub)
		}
	}
	walk(root)
	for _, head := range []string{"ENVIRONMENT", "FILES", "COMMANDS"} {
		has("godoctor.1", `.SH "`+head+`"`)
	}
	var told []string
	for _, e := range exitStatus {
		told = append(told, strings.Split(e[0], ", ")...)
	}
	for _, code := range []int{ExitOK, ExitFailed, ExitUsage, ExitFindings, ExitPartly, ExitUnconfirmed, ExitBusy, 129, 130, 143} {
		if !slices.Contains(told, strconv.Itoa(code)) {
			t.Errorf("nothing says what exit code %d means", code)
		}
	}
	for i := range topics {
		n++
		has("godoctor-"+topics[i].Name+".7", `.SH "DESCRIPTION"`)
		has("godoctor.1", escape("godoctor-"+topics[i].Name+"(7)"))
	}
	for _, c := range check.Conditions() {
		for _, id := range c.Checks {
			has("godoctor-checks.7", `.SS "`+escape(id)+`"`)
		}
	}
	if len(pages) != n+1 {
		t.Errorf("there are %d pages, want %d", len(pages), n+1)
	}
	for name, page := range pages {
		if !strings.Contains(page, ` "2026-11-27" "godoctor `) {
			t.Errorf("%s does not bear the day of SOURCE_DATE_EPOCH and the version: %s", name, page[:80])
		}
	}
}

func TestManWrong(t *testing.T) {
	for args, want := range map[string]string{"man nosuch": `there is no manual page "nosuch"`, "man --list clean": "give it no PAGE"} {
		var out, errs bytes.Buffer
		code := Run(t.Context(), IO{Args: strings.Fields(args), Environ: []string{"HOME=" + t.TempDir()}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
		if code != ExitUsage || !strings.Contains(errs.String(), want) || out.Len() > 0 {
			t.Errorf("%s: exit code %d, %s", args, code, errs.String())
		}
	}
}

func TestVersion(t *testing.T) {
	info := func(v string, settings ...string) *debug.BuildInfo {
		i := &debug.BuildInfo{Main: debug.Module{Version: v}}
		for _, s := range settings {
			k, v, _ := strings.Cut(s, "=")
			i.Settings = append(i.Settings, debug.BuildSetting{Key: k, Value: v})
		}
		return i
	}
	for _, c := range []struct {
		what          string
		info          *debug.BuildInfo
		stamp         string
		version, from string
	}{
		{"go install MODULE@VERSION", info("v1.2.3"), "", "v1.2.3", ""},
		{"a clone at a tag", info("v1.2.3", "vcs.revision=abc", "vcs.modified=false"), "", "v1.2.3", "abc"},
		{"a clone with changes", info("v1.2.3+dirty", "vcs.revision=abc", "vcs.modified=true"), "", "v1.2.3+dirty", "abc+dirty"},
		{"sources without git, stamped", info("(devel)"), "v1.2.3", "v1.2.3", ""},
		{"a stamp and a tag", info("v1.2.4"), "v1.2.3", "v1.2.4", ""},
		{"sources without git", info("(devel)"), "", "(devel)", ""},
		{"an old go", info(""), "", "(devel)", ""},
		{"no build info", nil, "", "(devel)", ""},
		{"no build info, stamped", nil, "v1.2.3", "v1.2.3", ""},
	} {
		if v, rev := versionIn(c.info, c.stamp), revisionIn(c.info); v != c.version || rev != c.from {
			t.Errorf("%s: %q, %q, want %q, %q", c.what, v, rev, c.version, c.from)
		}
	}
}
