//go:build linux && amd64

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/dirhash"

	"godoctor/scan/cachetest"
	"godoctor/testdata/tracing"
)

// A world is one made-up machine, with a proxy and a checksum database, which is put back to what it was for every sequence.
type world struct {
	godoctor, gocmd, self string

	dir   string // of everything
	m     *cachetest.Machine
	proxy *cachetest.Proxy
	good  map[string]state    // what the real go command leaves of each version
	place map[string]location // of files and directories below the module cache
	first map[string]*project // the projects of a fresh machine
}

// limit ends a command that hangs.
const limit = 3 * time.Minute

// newWorld makes a machine whose module cache the real go command has filled with all versions.
func newWorld(godoctor, dir string) (w *world, err error) {
	w = &world{godoctor: godoctor, dir: dir}
	if w.gocmd, err = exec.LookPath("go"); err != nil {
		return nil, errors.New("no go command in PATH: install Go first")
	}
	if w.self, err = os.Readlink("/proc/self/exe"); err != nil {
		return nil, err
	}
	if w.m, err = cachetest.New(filepath.Join(dir, "m")); err != nil {
		return nil, err
	}
	w.m.ProxyDir = filepath.Join(dir, "proxy") // another machine, which stays as it is
	if err := os.Mkdir(w.m.ProxyDir, 0o755); err != nil {
		return nil, err
	}
	for _, r := range recipes {
		if err := w.m.Publish(r.module()); err != nil {
			return nil, err
		}
	}
	if w.proxy, err = w.m.Serve(); err != nil {
		return nil, err
	}
	w.places()
	if err := w.furnish(); err != nil {
		return nil, fmt.Errorf("the machine cannot be made: %w", err)
	}
	return w, w.keep()
}

// furnish lets go fill the cache, and makes projects and what lies around.
func (w *world) furnish() error {
	if err := os.Mkdir(w.scratch(), 0o755); err != nil {
		return err
	}
	if r := w.gorun(w.scratch(), nil, append([]string{"mod", "download"}, names...)...); r.code != 0 {
		return errors.New(r.String())
	}
	s, err := w.look()
	if err != nil {
		return err
	}
	w.good = s.versions
	for _, name := range names {
		if err := w.isGood(name); err != nil {
			return err
		}
	}
	w.first = map[string]*project{
		"p0": {wants: map[string]string{"model.test/a": "v1.2.0", "model.test/hold/e": "v1.0.0"}},
		"p1": {wants: map[string]string{"model.test/d/v2": "v2.0.0"}},
	}
	for name, p := range w.first {
		if err := w.writeProject(name, p); err != nil {
			return err
		}
		if r := w.build(name, false); r.code != 0 {
			return errors.New(r.String())
		}
	}
	return w.beside()
}

// isGood compares what go has downloaded with what was published.
func (w *world) isGood(name string) error {
	m, s := byName[name].module(), w.good[name]
	sum, err := m.Sum()
	if err != nil {
		return err
	}
	if got, err := os.ReadFile(w.path(name, "ziphash")); err != nil || string(got) != sum {
		return fmt.Errorf("go has another hash of %s: %q, want %q: %w", name, got, sum, err)
	}
	if got, err := dirhash.HashZip(w.path(name, "zip"), dirhash.Hash1); err != nil || got != sum {
		return fmt.Errorf("go has another zip of %s: %q, want %q: %w", name, got, sum, err)
	}
	if got, err := dirhash.HashDir(w.path(name, "dir"), name, dirhash.Hash1); err != nil || got != sum {
		return fmt.Errorf("go has unpacked something else of %s: %q, want %q: %w", name, got, sum, err)
	}
	for _, part := range wholeVersion {
		if s[part] == "" {
			return fmt.Errorf("go has not left %s of %s", part, name)
		}
	}
	return nil
}

// beside makes what nobody may touch: around the caches, and in them what is nobody's.
func (w *world) beside() (err error) {
	write := func(name, text string, mode os.FileMode) {
		err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600), os.Chmod(name, mode))
	}
	home, cache := w.m.Home, w.m.GOMODCACHE
	write(filepath.Join(home, "documents", "letter.txt"), "dear reader\n", 0o644)
	write(filepath.Join(home, "documents", "model.test", "a@v1.0.0", "letter.txt"), "this only looks like a module\n", 0o400)
	write(filepath.Join(home, ".ssh", "id"), "a secret\n", 0o600)
	write(filepath.Join(home, "go", "pkg", "other", "file"), "beside the cache\n", 0o640)
	write(filepath.Join(home, "go", "src", "model.test", "a", "a.go"), "package a\n", 0o644)
	write(filepath.Join(home, "go", "bin", "tool"), "#!/bin/sh\n", 0o755)
	write(filepath.Join(cache, "notes.txt"), "in the cache, and nobody's\n", 0o644)
	write(filepath.Join(cache, "model.test", "mine@work", "work.go"), "package mine\n", 0o644)
	write(filepath.Join(cache, "cache", "download", "model.test", "a", "@v", "v1.0.0.zip.bak"), "a copy\n", 0o444)
	return errors.Join(err, os.Symlink("letter.txt", filepath.Join(home, "documents", "link")),
		os.Symlink("../../../documents", filepath.Join(cache, "documents")))
}

func (w *world) scratch() string { return filepath.Join(w.dir, "scratch") }
func (w *world) fresh() string   { return filepath.Join(w.dir, "fresh") }

// keep copies the machine as it is, and back makes it that again. The file times that go compares stay.
func (w *world) keep() error { return said(exec.Command("cp", "-a", w.m.Root, w.fresh())) }

func (w *world) back() error {
	if err := w.m.RemoveAll(); err != nil {
		return err
	}
	return said(exec.Command("cp", "-a", w.fresh(), w.m.Root))
}

func said(c *exec.Cmd) error {
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, out)
	}
	return nil
}

// close ends the proxy and removes everything.
func (w *world) close() error {
	return errors.Join(w.proxy.Close(), said(exec.Command("chmod", "-R", "u+w", w.dir)), os.RemoveAll(w.dir))
}

// writeProject makes a project, or changes it.
func (w *world) writeProject(name string, p *project) error {
	dir := filepath.Join(w.m.Projects, name)
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755)); err != nil {
		return err
	}
	files, err := p.files(name)
	for name, text := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return err
}

// A result is what a command did and said.
type result struct {
	args []string
	code int // -1: it was killed
	out  string
	err  string
	hit  *tracing.Call // the call at which something was done; nil: none
}

func (r *result) String() string {
	var d struct {
		Run struct {
			Items []struct{ Module, Version, Part, Name, Result, Error string }
		}
		Findings []struct{ Check, Title string }
	}
	out := r.out
	if json.Unmarshal([]byte(out), &d) == nil {
		out = ""
		for _, it := range d.Run.Items {
			out += fmt.Sprintf("  %+v\n", it)
		}
		for _, f := range d.Findings {
			out += fmt.Sprintf("  %+v\n", f)
		}
	}
	return fmt.Sprintf("%s: exit code %d\n%s%s", strings.Join(r.args, " "), r.code, r.err, out[:min(len(out), 3000)])
}

// crashed reports a program that fell over.
func (r *result) crashed() bool {
	return strings.Contains(r.err, "goroutine ") || strings.Contains(r.err, "panic:") || strings.Contains(r.err, "fatal error:")
}

// ran reports whether it did anything: a repair that finds nothing to mend leaves alone what a killed purge has left, which is in
// no journal; every other command that may change something ends that.
func (r *result) ran() bool {
	var d struct{ Run struct{ ID string } }
	return json.Unmarshal([]byte(r.out), &d) == nil && d.Run.ID != ""
}

// busy reports whether a go command of somebody else on this machine stood before it.
func (r *result) busy() bool {
	return r.code == busyCode || strings.Contains(r.out+r.err, "uses it, or may") || strings.Contains(r.out+r.err, "began to use it")
}

func (w *world) environ(more ...string) []string {
	return append(append(w.m.Environ(), "GOSUMDB="+cachetest.SumDBKey(), "GONOSUMDB="+noDatabase, "GOMAXPROCS=2"), more...)
}

func (w *world) run(dir string, environ []string, name string, args ...string) *result {
	ctx, stop := context.WithTimeout(context.Background(), limit)
	defer stop()
	c := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	c.Env, c.Dir, c.Stdout, c.Stderr = append(environ, "PWD="+dir), dir, &out, &errs
	c.WaitDelay = 20 * time.Second
	err := c.Run()
	r := &result{args: append([]string{filepath.Base(name)}, args...), code: c.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
	if err != nil && r.code <= 0 {
		r.code = -1
		r.err += err.Error() + "\n"
	}
	return r
}

// gorun runs the real go.
func (w *world) gorun(dir string, environ []string, args ...string) *result {
	return w.run(dir, w.environ(environ...), w.gocmd, args...)
}

// build lets go compile a project.
func (w *world) build(name string, offline bool) *result {
	env := []string{"GOFLAGS=-mod=readonly"}
	if offline {
		env = append(env, "GOPROXY=off", "GOSUMDB=off")
	}
	return w.gorun(filepath.Join(w.m.Projects, name), env, "build", "./...")
}

// A trouble is what happens to godoctor on the way: nothing, or something at the nth call that changes the disk.
type trouble struct {
	at   int
	full bool // there is no room any more from then on; else it is killed
}

// doctor runs godoctor. Nobody says a word about what else there is on the machine.
func (w *world) doctor(t trouble, args ...string) (*result, error) {
	full := append(args[:len(args):len(args)], "--root", w.m.Projects, "--no-config", "--no-branches", "--no-progress", "--no-input")
	if t.at == 0 {
		return w.run(w.m.Home, w.environ(), w.godoctor, full...), nil
	}
	file := filepath.Join(w.dir, "calls.json")
	own, err := tracing.Arguments(file, t.at, tracing.Fault{Full: t.full}, append([]string{w.godoctor}, full...)...)
	if err != nil {
		return nil, err
	}
	r := w.run(w.m.Home, w.environ(), w.self, own...)
	if r.code != 0 {
		return nil, errors.New(r.String())
	}
	traced, err := tracing.Read(file)
	if err != nil {
		return nil, err
	}
	r.args, r.code = append([]string{"godoctor"}, full...), traced.Code
	if traced.Hit > 0 {
		r.hit = &traced.Calls[traced.Hit-1]
	}
	return r, nil
}
