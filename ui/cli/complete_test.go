package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/state"
	"godoctor/scan/goenv"
	"godoctor/scan/toolchain"
)

// complete gives what is offered, without descriptions, and what the shell is told.
func (l *checkLab) complete(args ...string) (words []string, how string) {
	l.t.Helper()
	var out, errs bytes.Buffer
	code := Run(l.t.Context(), IO{Args: append([]string{"__complete"}, args...), Environ: l.m.Environ(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if code != 0 || strings.Count(errs.String(), "\n") > 1 {
		l.t.Fatalf("%q: exit code %d, %s", args, code, errs.String())
	}
	for _, line := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(line, "\t")
		words = append(words, word)
	}
	return words, lines[len(lines)-1]
}

// TestComplete: modules and versions, runs, projects, releases, checks and pages are completed from what is kept, and nothing is
// changed by it.
func TestComplete(t *testing.T) {
	l := newCheckLab(t)
	newer := l.dep
	newer.Version = "v1.10.0"
	l.must(l.m.Install(newer))
	hour := time.Now().Add(-time.Hour)
	l.must(filepath.Walk(l.m.GOMODCACHE, func(p string, _ os.FileInfo, err error) error { // what has just been written is not kept
		return errors.Join(err, os.Chtimes(p, hour, hour))
	}))
	l.run(ExitOK, "status", "--root", filepath.Dir(l.project))
	home, err := goenv.UserStateDir(l.m.Environ())
	l.must(err)
	kept := state.HomeIn(home)
	done := []state.RunItem{{Part: "sources", Result: "done"}}
	l.must(kept.SaveRun(&state.Run{ID: "20261126-214501-123", Kind: "clean", Items: done}))
	l.must(kept.SaveRun(&state.Run{ID: "20261127-214501-124", Kind: "clean", Items: []state.RunItem{{Part: "zip", Result: "done", Kept: "x"}}}))
	l.must(kept.SaveRun(&state.Run{ID: "20261127-214501-125", Kind: "clean", Items: done, Undone: "y"}))
	l.must(kept.See([]string{"/tmp/\x1b]0;x\a/go.mod"}, nil, time.Hour, time.Now()))
	cache, err := goenv.UserCacheDir(l.m.Environ())
	l.must(err)
	l.must(state.In(cache).SaveReleases(&toolchain.ReleaseList{AsOf: time.Now(), From: "x", Releases: []toolchain.Seen{{Version: "go1.26.7"}, {Version: "go1.26.8"}}}))
	before := l.files()

	for _, c := range []struct{ args, want, how string }{
		{"ls example.com/", "example.com/dep example.com/dep@v1.10.0 example.com/dep@v1.2.0", ":4"},
		{"why example.com/dep@v1.2", "example.com/dep@v1.2.0", ":4"},
		{"verify example.com/dep@v1.2.0 example.com/dep@v1.1", "example.com/dep@v1.10.0", ":4"},
		{"ls example.com/dep example.com/", "", ":4"},
		{"clean --module example.com/dep@v1.1", "example.com/dep@v1.10.0", ":4"},
		{"bundle create --module example.com/dep@v1.1", "example.com/dep@v1.10.0", ":4"},
		{"undo _", "20261127-214501-124 20261126-214501-123", ":36"},
		{"purge _", "20261127-214501-124", ":36"},
		{"projects _", l.project, ":4"},
		{"projects " + l.project[:len(l.project)-1], l.project, ":4"},
		{"projects ./", "", ":16"},
		{"verify --project _", l.project, ":4"},
		{"projects /nosuch/", "", ":16"},
		{"toolchains get go1", "go1.26.8 go1.26.7", ":36"},
		{"toolchains get _", "latest go1.26.8 go1.26.7", ":36"},
		{"bundle create --toolchain _", "go1.26.8 go1.26.7", ":36"},
		{"repair goenv-br", "goenv-bricks", ":4"},
		{"check goenv-br", "goenv-bricks", ":4"},
		{"check --skip goenv-br", "goenv-bricks stat read walk network deep", ":4"}, // the shell picks
		{"man toolchains-g", "toolchains-get", ":4"},
		{"help acc", "accessibility", ":4"},
		{"status --color _", "auto always never", ":4"},
		{"status --format s", "text json jsonl sarif github markdown", ":4"},
		{"--modcache _", "", ":16"},
		{"scan --output _", "", ":0"},
		{"clean --older-than _", "", ":4"},
		{"ls --nosuch x", "", ":4"},
	} {
		args := strings.Fields(c.args)
		for i := range args {
			args[i] = strings.TrimPrefix(args[i], "_")
		}
		words, how := l.complete(args...)
		if got := strings.Join(words, " "); got != c.want || how != c.how && c.how != ":4" {
			t.Errorf("%s: %q %s, want %q %s", c.args, got, how, c.want, c.how)
		}
	}
	if after := l.files(); !slices.Equal(before, after) {
		t.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// files are all files of the machine, with what would tell a change.
func (l *checkLab) files() []string {
	var out []string
	l.must(filepath.Walk(l.m.Root, func(p string, fi os.FileInfo, err error) error {
		if err == nil {
			out = append(out, strings.Join([]string{p, fi.Mode().String(), fi.ModTime().String()}, " "))
		}
		return err
	}))
	return out
}

// TestCompleteFlags: the value of each flag is completed by something, unless it is a file's name.
func TestCompleteFlags(t *testing.T) {
	n := 0
	everyFlag(func(cmd *cobra.Command, _ string, f *pflag.Flag) {
		if f.Value.Type() == "bool" {
			return
		}
		n++
		_, ok := cmd.GetFlagCompletionFunc(f.Name)
		kind, _ := pflag.UnquoteUsage(f)
		file := kind == "FILE" || kind == "BUNDLE"
		if dirs := f.Annotations[cobra.BashCompSubdirsInDir] != nil; ok == file || file && dirs {
			if !dirs {
				t.Errorf("--%s of %s, which takes %s: completed %v", f.Name, cmd.CommandPath(), kind, ok)
			}
		}
	})
	if n < 30 {
		t.Errorf("only %d flags were looked at", n)
	}
}

// TestCompleteAt: the script for bash is changed in the three places where cobra's has : and =.
func TestCompleteAt(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Run(t.Context(), IO{Args: []string{"completion", "bash"}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}); code != 0 {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	script := out.String()
	if strings.Count(script, "_init_completion -n =:@ ") != 2 || strings.Contains(script, "-n =: ") || strings.Count(script, `__godoctor_handle_special_char "$cur" @`+"\n") != 1 {
		t.Errorf("the script does not know @:\n%s", script)
	}
}
