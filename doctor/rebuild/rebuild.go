// Package rebuild builds a program twice, in two copies of its sources in two directories, and says whether that makes the same
// program; and if not, which input of the build differs.
//
// The project is only read: what is built is a copy, with a module cache and a build cache of its own, filled from the zips in
// the user's module cache. The two builds share what they compile of the standard library, for that is the toolchain's own
// affair; everything else is compiled twice. Everything is removed at the end.
package rebuild

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/compare"
	"godoctor/doctor/snapshot"
	"godoctor/doctor/state"
	"godoctor/scan/binary"
	"godoctor/scan/gocmd"
	"godoctor/scan/meter"
)

// An Input says what to build.
type Input struct {
	Dir   string      // of the main package, absolute
	Local []string    // the directories that the build takes source from: of the main module, the workspace and what replaces modules by paths from there
	Work  string      // the go.work file in effect, absolute; "": none
	Build gocmd.Build // what is not about directories of ours

	Keep  *state.Scratch // holds what is compiled of the standard library, for the next run; nil: nothing is kept
	Meter *meter.Meter   // units are builds; may be nil
}

// A Result is what came of it.
type Result struct {
	Files  [2]*snapshot.Snapshot // the programs
	Took   [2]time.Duration
	Flags  []string
	Set    []string
	Parts  []string // sections that differ
	Reason string   // the likely input that differs; "" where the programs are the same
}

// Same reports whether both builds made the same program.
func (r *Result) Same() bool { return r.Files[0].Program.SHA256 == r.Files[1].Program.SHA256 }

// names are those of the two directories. They differ in length too.
var names = [2]string{"one", "another"}

// Run builds twice. The error is for a build that failed; that the programs differ is a result.
func Run(ctx context.Context, in Input) (_ *Result, err error) {
	s, err := state.NewScratch("rebuild")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	in.Local = outer(in.Local)
	all := append(slices.Clone(in.Local), in.Dir)
	if in.Work != "" {
		all = append(all, filepath.Dir(in.Work))
	}
	top, err := above(all)
	if err != nil {
		return nil, err
	}
	kept := in.Keep
	if kept == nil {
		kept = s
	}
	cache, err := kept.Mkdir("cache")
	if err != nil {
		return nil, err
	}
	r := &Result{Flags: in.Build.Flags(), Set: in.Build.Environ()}
	if err := r.twice(ctx, &in, s, kept, cache, top); err != nil {
		return nil, err
	}
	if !r.Same() {
		r.Parts = compare.Parts(r.Files[0].Program, r.Files[1].Program)
		r.Reason = compare.Reason(r.Files[0], r.Files[1], r.Parts)
	}
	return r, nil
}

// twice builds in both directories. What the first compiles of the standard library stays in the cache, all else goes.
func (r *Result) twice(ctx context.Context, in *Input, s, kept *state.Scratch, cache, top string) error {
	var keep map[string]bool
	for i, name := range names {
		b, err := prepare(ctx, s, in, top, name)
		if err != nil {
			return err
		}
		b.Cache = cache
		if i == 1 && b.Cgo {
			if err := nextSecond(ctx); err != nil {
				return err
			}
		}
		if i == 0 {
			in.Meter.Working("the standard library")
			if err := b.Standard(ctx); err != nil {
				return failed(err, b)
			}
			in.Meter.Done(1)
			if keep, err = kept.Files(cache); err != nil {
				return err
			}
		}
		r.Files[i], r.Took[i], err = one(ctx, s, b, name, in.Meter)
		if err = errors.Join(err, kept.Forget(cache, keep)); err != nil { // after a failure too: the next run compiles all of it twice
			return err
		}
	}
	return nil
}

// nextSecond waits until the clock shows another second. C compilers put the time into programs that ask for it, to the second:
// two builds of a small program in the same one would be the same, and no other build.
func nextSecond(ctx context.Context) error {
	const past = 5 * time.Millisecond // the clock is set a little now and then
	t := time.NewTimer(time.Until(time.Now().Truncate(time.Second).Add(time.Second + past)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// prepare copies the sources to a directory of this name, and gives the build that is to be made there.
func prepare(ctx context.Context, s *state.Scratch, in *Input, top, name string) (*gocmd.Build, error) {
	into := func(path string) (string, error) {
		rel, err := filepath.Rel(top, path)
		return filepath.Join(s.Dir, name, "source", rel), err
	}
	dirs := make(map[string]string)
	for _, dir := range in.Local {
		to, err := into(dir)
		if err != nil {
			return nil, err
		}
		dirs[dir] = to
	}
	if err := s.NoTelemetry(name); err != nil {
		return nil, err
	}
	if _, err := s.Mkdir(name, "tmp"); err != nil {
		return nil, err
	}
	for _, to := range dirs {
		rel, err := filepath.Rel(s.Dir, to)
		if err == nil {
			_, err = s.Mkdir(rel)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := s.Copy(ctx, dirs); err != nil {
		return nil, err
	}
	b := in.Build
	b.Scratch = filepath.Join(s.Dir, name)
	var err error
	if b.Dir, err = into(in.Dir); err == nil && in.Work != "" {
		if b.Work, err = into(in.Work); err == nil {
			err = s.CopyFiles(ctx, map[string]string{in.Work: b.Work, in.Work + ".sum": b.Work + ".sum"})
		}
	}
	return &b, err
}

// one makes one of the builds and looks at the program.
func one(ctx context.Context, s *state.Scratch, b *gocmd.Build, name string, m *meter.Meter) (*snapshot.Snapshot, time.Duration, error) {
	start := time.Now()
	m.Working("build " + name)
	out := filepath.Join(s.Dir, name, "program")
	if err := b.Run(ctx, out); err != nil {
		return nil, 0, failed(err, b)
	}
	m.Done(1)
	f, err := binary.Examine(ctx, out)
	if err == nil && f.GoVersion == "" {
		err = fmt.Errorf("there is no program in this directory (%s): name the one of a main package", f.Problem)
	}
	if err != nil {
		return nil, 0, err
	}
	snap, err := snapshot.OfProgram(f)
	return snap, time.Since(start), err
}

// failed says why a build failed, without the directory of ours that it was made in, and what to do where that can be told.
func failed(err error, b *gocmd.Build) error {
	source := filepath.Join(b.Scratch, "source")
	text := strings.ReplaceAll(err.Error(), source+string(filepath.Separator), "")
	text = strings.ReplaceAll(text, source, "the copy of its source")
	switch {
	case strings.Contains(text, "module lookup disabled") || strings.Contains(text, "file://"):
		return fmt.Errorf("the build failed, for the module cache does not hold all zips that it needs ('godoctor repair --project DIR' fetches them): %s", text)
	case b.Cgo && strings.Contains(text, "C compiler"):
		return fmt.Errorf("the build failed, for cgo runs a C compiler and there is none in PATH (install one, or leave --cgo out): %s", text)
	case b.Cgo && (b.GOOS != runtime.GOOS || b.GOARCH != runtime.GOARCH):
		return fmt.Errorf("the build failed (with --cgo for %s/%s the C compiler in PATH has to be one for that platform): %s", b.GOOS, b.GOARCH, text)
	case !b.Cgo && strings.Contains(text, "build constraints exclude all Go files"):
		return fmt.Errorf("the build failed (cgo is off: what imports \"C\" is built with --cgo, by the C compiler in PATH): %s", text)
	}
	return fmt.Errorf("the build failed: %s", text)
}

// outer are the directories of a list that lie in no other one of it.
func outer(list []string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	var out []string
	for _, d := range list {
		if !slices.ContainsFunc(out, func(o string) bool {
			rel, err := filepath.Rel(o, d)
			return err == nil && filepath.IsLocal(rel)
		}) {
			out = append(out, d)
		}
	}
	return out
}

// above is the next directory above all of some, or one of them. On Windows there may be none.
func above(dirs []string) (string, error) {
	top := dirs[0]
	for _, d := range dirs[1:] {
		for {
			rel, err := filepath.Rel(top, d)
			if err == nil && (rel == "." || filepath.IsLocal(rel)) {
				break
			}
			if top == filepath.Dir(top) {
				return "", fmt.Errorf("%q and %q have no directory in common", dirs[0], d)
			}
			top = filepath.Dir(top)
		}
	}
	return top, nil
}
