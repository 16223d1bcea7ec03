//go:build unix

package cli

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is what lies below a directory: mode, time and content of everything but the program's own state.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "godoctor" {
			return fs.SkipDir
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		what := fi.Mode().String()
		if !slices.Contains([]string{".cache", "state", ".local", ".config"}, d.Name()) { // what is made in these is ours
			what += fmt.Sprint(" ", fi.ModTime().UnixNano())
		}
		if fi.Mode().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += fmt.Sprintf(" %x", sha256.Sum256(b))
		}
		out[path] = what
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCheckTouchesNothing: whatever a project and its surroundings offer to be run is not run, and nothing but the
// program's own state is written.
func TestCheckTouchesNothing(t *testing.T) {
	l := newCheckLab(t)
	l.sick()
	l.must(os.MkdirAll(filepath.Join(l.m.Home, ".local", "state"), 0o777))
	l.must(os.MkdirAll(filepath.Join(l.m.Home, ".config"), 0o777))
	ran := filepath.Join(l.m.Root, "ran")
	script := func(file string) {
		l.write(file, "#!/bin/sh\necho \"$0 $*\" >>'"+ran+"'\nexit 0\n")
		if !filepath.IsAbs(file) {
			file = filepath.Join(l.project, file)
		}
		l.must(os.Chmod(file, 0o777))
	}
	stubs := filepath.Join(l.m.Root, "stubs")
	for _, name := range []string{"go", "gofmt", "git", "hg", "svn", "fossil", "bzr", "gcc", "cc", "c++", "clang", "pkg-config", "ssh", "ssh-agent", "sh", "bash",
		"xcode-select", "xcrun", "uname", "ldd", "getconf", "lsof", "ps", "mount", "systemd-detect-virt", "security", "govulncheck", "gopls", "prog"} {
		script(filepath.Join(stubs, name))
		script(name)
	}
	script(filepath.Join(l.m.Home, "sdk", "go1.99.9", "bin", "go"))
	l.write(filepath.Join(l.m.Home, "sdk", "go1.99.9", "VERSION"), "go1.99.9\n")
	script(filepath.Join(l.m.GOBIN, "tool"))
	l.write(".git/HEAD", "ref: refs/heads/main\n")
	l.write(".git/config", "[core]\n\tfsmonitor = "+filepath.Join(stubs, "prog")+"\n\tsshCommand = prog\n[credential]\n\thelper = !prog\n[alias]\n\tx = !prog\n")
	script(".git/hooks/post-checkout")
	l.write("go.mod", "module example.com/p\n\ngo 1.20\n\ntoolchain go1.99.9\n\nrequire example.com/dep v1.2.0\n")
	l.write("gen.go", "package p\n\n//go:generate prog\n\n// #cgo CFLAGS: -fplugin=prog\n")
	l.env = []string{"PATH=.:" + stubs + ":" + l.project, "GOAUTH=prog x", "GOCACHEPROG=prog", "CC=prog", "SHELL=" + filepath.Join(stubs, "sh"), "GOTOOLCHAIN=auto", "SSH_ASKPASS=prog", "GOVCS=*:all"}
	l.table = nil
	was := tree(t, l.m.Root)
	for _, args := range [][]string{{"check"}, {"check", "--all"}, {"check", "--deep", "--all"}, {"check", "--error", "verifying example.com/dep@v1.2.0: checksum mismatch"}, {"check", "--list"}, {"help", "checks"}} {
		if args[0] == "check" && args[len(args)-1] != "--list" {
			args = append(args, "--fail-on", "never")
		}
		l.run(0, args...)
		if b, err := os.ReadFile(ran); err == nil {
			t.Fatalf("%q ran\n%s", args, b)
		}
	}
	is := tree(t, l.m.Root)
	for _, path := range slices.Sorted(maps.Keys(is)) {
		if was[path] != is[path] {
			t.Errorf("%s was %q and is %q", path, was[path], is[path])
		}
		delete(was, path)
	}
	for path := range was {
		t.Errorf("%s is gone", path)
	}
}

// TestCheckBricked: it comes to an end with an answer on machines on which go does not run, or has nowhere to be.
func TestCheckBricked(t *testing.T) {
	l := newCheckLab(t)
	bricked := l.write(filepath.Join(l.m.Root, "env"), "GOROOT=/nonexistent\nGOTOOLCHAIN=nonsense\nGOPROXXY=off\n\x00\x1b[31m\n")
	fifo := filepath.Join(l.m.Root, "fifo")
	l.must(l.m.FIFO(fifo))
	for _, c := range []struct{ name, set, unset string }{
		{"go is bricked", "GOENV=" + bricked, "GOROOT"}, {"no go", "PATH=", ""}, {"neither", "PATH=\nGOENV=" + bricked, ""},
		{"no home", "", "HOME USERPROFILE XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_DATA_HOME GOPATH GOMODCACHE GOCACHE"},
		{"relative caches", "GOMODCACHE=mod\nGOCACHE=build\nGOPATH=go", ""}, {"caches in a device", "GOMODCACHE=/dev/null/x\nGOCACHE=/dev/null", ""},
		{"a file for a cache", "GOMODCACHE=" + bricked + "\nGOCACHE=" + bricked, ""}, {"a fifo for everything", "GOMODCACHE=" + fifo + "\nGOCACHE=" + fifo + "\nGOENV=" + fifo + "\nGOWORK=" + fifo, ""},
		{"flags", "GOFLAGS=nonsense -foo", ""}, {"no modules", "GO111MODULE=off", ""}, {"no work", "GOWORK=/nonexistent/go.work", ""}, {"relative work", "GOWORK=x", ""},
		{"no temp", "TMPDIR=/nonexistent", ""}, {"~", "GOPATH=~/go", "GOMODCACHE"}, {"GOROOT", "GOROOT=/nonexistent", ""}, {"escapes", "GOPROXY=\x1b[31m\nGOFLAGS=\u202e\xff", ""},
		{"GOMODCACHE=off", "GOMODCACHE=off\nGOCACHE=off\nGOPATH=off", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var env []string
			for line := range strings.SplitSeq(c.set, "\n") {
				env = append(env, line)
			}
			gone := strings.Fields(c.unset)
			for _, e := range l.m.Environ() {
				key, _, _ := strings.Cut(e, "=")
				if !slices.Contains(gone, key) && !slices.ContainsFunc(env, func(s string) bool { return strings.HasPrefix(s, key+"=") }) {
					env = append(env, e)
				}
			}
			for _, args := range [][]string{{"check", "--all"}, {"check", "--deep", "--json"}, {"check", "--error", "package bytes is not in std"}} {
				var out, errs bytes.Buffer
				code := Run(t.Context(), IO{Args: append([]string{"-C", l.project, "--no-progress"}, args...), Environ: env, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
				if code != 0 && code != 3 || out.Len() == 0 {
					t.Errorf("%q: exit code %d\n%s\n%s", args, code, out.String(), errs.String())
				}
				if strings.ContainsAny(out.String()+errs.String(), "\x00\x1b\u202e") || strings.Contains(out.String(), "check-failed") {
					t.Errorf("%q: %q", args, out.String()+errs.String())
				}
			}
		})
	}
}
