//go:build linux && amd64

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
)

// limit ends a command that hangs.
const limit = 2 * time.Minute

// A result is what a command did and said.
type result struct {
	args   []string
	code   int // -1: it was killed
	out    string
	err    string
	took   time.Duration
	killed bool   // the fault was a kill, and it hit
	hit    *call  // the call that was hit
	calls  []call // those that were seen
}

func (r *result) String() string {
	return fmt.Sprintf("%s: exit code %d\n%s%s", strings.Join(r.args, " "), r.code, r.out, r.err)
}

// crashed reports a program that fell over.
func (r *result) crashed() bool {
	return strings.Contains(r.err, "goroutine ") || strings.Contains(r.err, "panic:") || strings.Contains(r.err, "fatal error:")
}

// environ is that of godoctor and go on the machine. A godoctor that counts what it comes past is told where.
func (w *world) environ(more ...string) []string {
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		more = append(more, "GOCOVERDIR="+dir)
	}
	return append(append(w.m.Environ(), "GOSUMDB="+cachetest.SumDBKey(), "GOMAXPROCS=2"), more...)
}

// arguments are those of a godoctor command, without a word about what else there is on the machine.
func (w *world) arguments(args ...string) []string {
	return append(slices.Clone(args), "--root", w.m.Projects, "--no-config", "--no-branches", "--no-progress", "--no-input")
}

// run runs a program to its end.
func (w *world) run(environ []string, dir string, attr *syscall.SysProcAttr, name string, args ...string) *result {
	ctx, stop := context.WithTimeout(context.Background(), limit)
	defer stop()
	c := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	c.Env, c.Dir, c.Stdout, c.Stderr, c.SysProcAttr = environ, dir, &out, &errs, attr
	c.WaitDelay = 20 * time.Second
	began := time.Now()
	err := c.Run()
	r := &result{args: append([]string{filepath.Base(name)}, args...), out: out.String(), err: errs.String(), took: time.Since(began)}
	r.code = c.ProcessState.ExitCode()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) && r.code <= 0 { // its end is its end, whoever else has its output
		r.code = -1
		r.err += err.Error() + "\n"
	}
	return r
}

// doctor runs godoctor.
func (w *world) doctor(args ...string) *result {
	return w.run(w.environ(), w.m.Home, nil, w.tools.godoctor, w.arguments(args...)...)
}

// cleanArgs are those of the clean of these tests.
func cleanArgs(confirm int) []string {
	return append([]string{"clean", "--yes", "--confirm", fmt.Sprint(confirm)}, policies...)
}

var asked = regexp.MustCompile(`give --confirm (\d+) to`)

// clean cleans. Where a process that is just ending, of another machine of these tests, seems to use the cache, it is done
// again: that is right, and not what is tested.
func (w *world) clean() (r *result) {
	for range 5 {
		if r = w.cleanOnce(); !r.busy() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return r
}

// cleanOnce cleans. How many items that are is learned from what it asks for.
func (w *world) cleanOnce() *result {
	r := w.doctor(cleanArgs(w.items)...)
	if m := asked.FindStringSubmatch(r.err); r.code == 5 && m != nil {
		n := 0
		fmt.Sscan(m[1], &n)
		if r = w.doctor(cleanArgs(n)...); w.items == 0 {
			w.items = n
		}
	}
	return r
}

// busy reports whether the cache seemed to be in use.
func (r *result) busy() bool { return strings.Contains(r.out+r.err, "uses it, or may") }

// gocommand runs go in a directory of the machine.
func (w *world) gocommand(dir string, environ []string, args ...string) *result {
	return w.run(append(environ, "PWD="+dir), dir, nil, w.tools.gocmd, args...)
}

// builds says why a project does not build without any network; "" if all do.
func (w *world) builds() string {
	for n := range needed {
		dir := filepath.Join(w.m.Projects, fmt.Sprintf("p%d", n))
		r := w.gocommand(dir, w.environ("GOPROXY=off", "GOSUMDB=off", "GOFLAGS=-mod=readonly"), "build", "./...")
		if r.code != 0 {
			return "a project does not build any more: " + r.String()
		}
	}
	return ""
}

// downloads says why go cannot download and verify every version that there is, and what is not as it was then.
func (w *world) downloads() string {
	dir := filepath.Join(w.m.Tmp, "scratch")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err.Error()
	}
	defer os.RemoveAll(dir)
	var require strings.Builder
	for _, m := range w.all {
		if m.Version != "v1.0.0" || m.Path != "faults.test/kept/c" {
			fmt.Fprintf(&require, "require %s %s\n", m.Path, m.Version)
		}
	}
	err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module scratch.test\n\ngo 1.24\n\n"+require.String()), 0o644)
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, "go.sum"), []byte(w.m.GoSum(w.all...)), 0o644))
	if err != nil {
		return err.Error()
	}
	args := []string{"mod", "download"}
	for _, m := range w.all {
		args = append(args, m.Path+"@"+m.Version)
	}
	for _, args := range [][]string{args, {"mod", "verify"}} {
		if r := w.gocommand(dir, w.environ("GOSUMDB=off"), args...); r.code != 0 {
			return "go cannot bring everything back: " + r.String()
		}
	}
	return ""
}

// places are zip, .ziphash and extracted directory of a version, below the module cache.
func places(m module.Version) []string {
	path, _ := module.EscapePath(m.Path)
	version, _ := module.EscapeVersion(m.Version)
	at := filepath.Join("cache", "download", path, "@v", version)
	return []string{at + ".zip", at + ".ziphash", filepath.Join(path + "@" + version)}
}

// litter names what a removal has left half done in the caches: temporary names, and entries of the quarantine that are
// not whole.
func (w *world) litter() (out []string) {
	for _, root := range []string{w.m.GOMODCACHE, w.m.GOCACHE} {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				out = append(out, err.Error())
				return nil
			}
			if path == filepath.Join(w.m.GOMODCACHE, "cache", "godoctor") { // the quarantine, where there can be none beside
				return fs.SkipDir
			}
			if strings.Contains(d.Name(), "godoctor") && !(w.noRoom && strings.Contains(d.Name(), inPlace)) {
				out = append(out, path)
				if d.IsDir() {
					return fs.SkipDir
				}
			}
			return nil
		})
	}
	manifests, _ := filepath.Glob(filepath.Join(w.quarantine(), "quarantine", "*", "*"))
	for _, dir := range manifests {
		if _, err := os.Lstat(filepath.Join(dir, "done")); err != nil {
			out = append(out, dir+", which is not whole")
		}
	}
	return out
}

// inPlace is in the names of what waits where it was, for there was no room for a quarantine.
const inPlace = "godoctor-keep-"

// history gives the names of the runs that cleaned and were not undone, the youngest first.
func (w *world) history() (runs []string, err error) {
	r := w.doctor("history", "--json")
	var d struct {
		Runs []struct{ ID, Kind, Undone string }
	}
	if r.code != 0 {
		return nil, errors.New(r.String())
	}
	if err := json.Unmarshal([]byte(r.out), &d); err != nil {
		return nil, err
	}
	for _, run := range d.Runs {
		if run.Kind == "clean" && run.Undone == "" {
			runs = append(runs, run.ID)
		}
	}
	return runs, nil
}
