package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"godoctor/doctor/report"
	"godoctor/ui/text"
	"godoctor/ui/tui"
)

// bundler is what the screen Bundle makes, looks at and applies bundles with: the same as the bundle commands do, in the same
// order, with the questions asked by the screen.
func (s *screens) bundler() *tui.Bundler {
	b := &tui.Bundler{Dir: s.workDir, Home: s.home(), Offline: s.offline, Complete: completePath, Plan: s.planBundle, Look: s.lookAtBundle}
	err := s.mayChange("bundle apply")
	switch {
	case s.saved != nil:
		b.NoLook, b.Complete = s.refusedSaved(), nil
	case s.demo:
		b.NoLook = "a made-up machine has nothing to carry: start godoctor without --demo"
	case s.dryRun:
		b.NoMake = "--dry-run was given: nothing is made, and nothing is changed"
		b.NoApply = b.NoMake
	case err != nil:
		b.NoApply = err.Error()
	}
	return b
}

// planBundle finds out what a bundle would hold.
func (s *screens) planBundle(ctx context.Context, w tui.BundleWish, t *tui.Watch) (*tui.Packing, error) {
	f := &bundleFlags{out: w.Target, projects: w.Projects, modules: w.Modules, toolchains: w.Toolchains}
	if w.Since != "" {
		f.since = []string{w.Since}
	}
	p, err := s.apart(t).packing(ctx, f)
	if err != nil {
		return nil, err
	}
	defer p.close()
	needs, err := p.needs(ctx)
	if err != nil {
		return nil, err
	}
	out := &tui.Packing{}
	if _, err := os.Lstat(p.in.Target); err == nil {
		out.Taken = true
	}
	for _, n := range needs {
		v := tui.PackedVersion{Module: n.Path, Version: n.Version.Version, Zip: n.Zip}
		if n.Zip {
			v.Here = zipHere(p.in.ModCache, n.Version)
		}
		out.Versions = append(out.Versions, v)
	}
	out.Make = func(ctx context.Context, t *tui.Watch) tui.Outcome { return s.makeBundle(ctx, f, t) }
	return out, nil
}

// makeBundle makes a bundle that was confirmed on the screen.
func (s *screens) makeBundle(ctx context.Context, f *bundleFlags, t *tui.Watch) tui.Outcome {
	p, err := s.apart(t).packing(ctx, f)
	if err != nil {
		return notMade(err, ctx.Err() != nil)
	}
	defer p.close()
	d, made, err := p.pack(ctx)
	if err != nil {
		return notMade(err, t.Stopping(ctx))
	}
	s.did("made the bundle %q, %s", text.Clean(d.Bundle.Path), text.Bytes(made.Bytes))
	return tui.Outcome{Made: &tui.Packed{Bundle: d.Bundle, Summary: d.Summary.(report.BundleSummary), Bytes: made.Bytes}}
}

// notMade is what became of a bundle that was not made: a stop is no failure.
func notMade(err error, stopped bool) tui.Outcome {
	if stopped {
		return tui.Outcome{Stopped: true}
	}
	return tui.Outcome{Err: err}
}

// lookAtBundle opens a bundle and checks all of it. It is not held open then: it may be on a medium that somebody takes out.
func (s *screens) lookAtBundle(ctx context.Context, u tui.BundleUse, t *tui.Watch) (*tui.Unpacking, error) {
	f := &applyFlags{}
	if u.Project != "" {
		f.projects = []string{u.Project}
	}
	x, err := s.apart(t).applying(ctx, u.Path, f, false)
	if err != nil {
		return nil, err
	}
	defer x.b.Close()
	out := &tui.Unpacking{Bundle: x.d.Bundle, Summary: x.d.Summary.(report.BundleSummary)}
	if !x.found.OK() {
		return out, nil
	}
	for _, sdk := range []bool{false, true} {
		f.sdk = sdk
		x.document()
		if x.plan(); sdk && !slices.ContainsFunc(x.d.Bundle.Modules, func(m report.BundleModule) bool { return m.To == "sdk" }) {
			continue
		}
		out.Ways = append(out.Ways, tui.Way{Modules: x.d.Bundle.Modules, Unproved: x.unproved(), Rest: x.lacksRecords() || x.left()})
	}
	out.Apply = func(ctx context.Context, way int, t *tui.Watch) tui.Outcome {
		return s.applyBundle(ctx, x, way == 1, t)
	}
	return out, nil
}

// applyBundle installs what lacks of a bundle that was checked, and confirmed on the screen. Who takes another one for it
// meanwhile gets a refusal; each file is compared with the manifest, or proved by go, once more on its way.
func (s *screens) applyBundle(ctx context.Context, looked *applying, sdk bool, t *tui.Watch) tui.Outcome {
	a := s.apart(t)
	if err := a.mayChange("bundle apply"); err != nil {
		return tui.Outcome{Err: err}
	}
	b, err := a.openBundle(looked.b.Path)
	if err != nil {
		return tui.Outcome{Err: err}
	}
	defer b.Close()
	if b.SHA256 != looked.b.SHA256 {
		return tui.Outcome{Err: fmt.Errorf("%q is another bundle than the one that was checked: look at it again", text.Clean(b.Path))}
	}
	a.settle()
	if _, err := a.makeModCache(); err != nil {
		return tui.Outcome{Err: err}
	}
	x := &applying{app: a, inv: looked.inv, b: b, found: looked.found, f: &applyFlags{projects: looked.f.projects, sdk: sdk}}
	x.document()
	x.plan()
	err = x.carryOut(ctx)
	sum := x.d.Summary.(report.BundleSummary)
	if sum.Installed > 0 {
		s.did("installed %d versions of the bundle %q, %d were there", sum.Installed, text.Clean(b.Path), sum.There)
	}
	out := tui.Outcome{Err: err, Stopped: t.Stopping(ctx)}
	if out.Stopped && (errors.Is(err, context.Canceled) || sum.Installed > 0) {
		out.Err = nil // what is installed stays so, and is told
	}
	return out
}

// completions is how many of the names in a directory are offered.
const completions = 200

// completePath lists what a path may go on to. Names that a field cannot hold are left out, and hidden ones until their dot is
// typed.
func completePath(ctx context.Context, path string) (list []string) {
	dir, name := filepath.Split(path)
	entries, _ := os.ReadDir(dir) // of a directory that cannot be read nothing is known
	for _, e := range entries {
		n := e.Name()
		if !strings.HasPrefix(n, name) || name == "" && n[0] == '.' || !utf8.ValidString(n) ||
			strings.ContainsFunc(n, func(r rune) bool { return !unicode.IsPrint(r) }) {
			continue
		}
		if fi, err := os.Stat(filepath.Join(dir, n)); err == nil && fi.IsDir() {
			n += string(filepath.Separator)
		}
		if list = append(list, dir+n); len(list) == completions || ctx.Err() != nil {
			break
		}
	}
	return list
}
