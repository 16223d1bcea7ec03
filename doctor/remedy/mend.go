package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// # How a module version is mended
//
//  1. What is needed is brought before anything is touched: a zip, .mod or .info from the proxies goes into a staging
//     directory of ours beside the quarantine, and is compared with the hash that go.sum files or the checksum database
//     have. A zip that lies in the cache is hashed in this run. What cannot be proved is never shown to go.
//  2. Under the version's own lock and behind the gate what is wrong is renamed into the quarantine: zip and .ziphash,
//     then, after a second look, the directory, .mod and .info. Its manifest is durable before. A version that is half
//     unpacked keeps its directory and .partial: go itself replaces both.
//  3. The lock is let go, and `go mod download` installs from the staging directory, its only proxy, with a scratch go.sum
//     that holds the proved lines. go is the only installer; it has no network here.
//  4. What lies there then is hashed, made durable, and the build cache's index of the directory is dropped.
//  5. Where anything of this fails, what go has brought is renamed away and the old state renamed back. After a crash the
//     next run does that ([Remover.Sweep]), for the entry of the quarantine is not marked as whole before the end.
//
// What was there stays in the quarantine where it is evidence or somebody's work; what a crash had damaged goes.

// A Fetch brings a file of a module version ("zip", "mod" or "info") from the proxies to a path that is free, on the file
// system of the path. It keeps there only what proved accepts, and gives proved's error otherwise.
type Fetch func(ctx context.Context, m module.Version, ext, hash, to string, proved func(file string) error) error

// A Mender is what a repair needs beside the disk.
type Mender struct {
	Installer Installer
	Fetch     Fetch // nil: nothing is fetched
}

// errNetwork: a step needs what is not here.
var errNetwork = errors.New("it has to be fetched, and the network is not to be used")

// Mend carries steps out, one after the other, and writes it into the history before and after. each is told of every
// step that was come to. When ctx ends the step under way is taken back, and the rest stays untouched. Of one session it is
// one run, however often it is called.
func (s *Session) Mend(ctx context.Context, steps []plan.Step, m Mender, each func(i int, o plan.Outcome)) *state.Run {
	r := s.mended
	if r == nil {
		r = s.begin("repair")
		s.mended = r
	}
	at := len(r.Items)
	for i := range steps {
		it := runItem(&steps[i])
		if steps[i].Has(plan.FixSetting) {
			it.Backup = s.backup(r.ID, steps[i].File)
		}
		r.Items = append(r.Items, it)
	}
	r.Finished = time.Time{}
	s.keep(r)
	for i := range steps {
		if ctx.Err() != nil {
			break
		}
		s.opt.Meter.Working(steps[i].Label())
		o := s.mend(ctx, &steps[i], m)
		it := &r.Items[at+i]
		it.Result, it.Kept = o.Result.String(), o.Kept
		if o.Err != nil {
			it.Error = o.Err.Error()
		}
		if o.Result == plan.Failed {
			r.Left = true
		}
		s.opt.Meter.Done(1)
		each(i, o)
	}
	s.end(r)
	return r
}

// runItem is a step as the history keeps it.
func runItem(st *plan.Step) state.RunItem {
	it := state.RunItem{Part: st.Fix(), Rule: st.Fix(), Hash: st.Hash, Tier: "keep"}
	switch {
	case st.File != "":
		it.Root, it.Name = st.File, st.File
		for _, e := range st.Edits {
			it.Edits = append(it.Edits, state.LineEdit{Line: e.Line, Old: e.Old, New: e.New})
		}
	case st.Name != "":
		it.Name = st.Name
	default:
		it.Module, it.Version = st.Module, st.Version
	}
	return it
}

// mend carries one step out.
func (s *Session) mend(ctx context.Context, st *plan.Step, m Mender) plan.Outcome {
	switch {
	case st.Has(plan.FixSetting):
		return outcomeOf(s.editSetting(st.File, st.Edits))
	case st.File != "":
		return outcomeOf(s.editSum(st.File, st.Edits))
	case st.Name != "":
		return s.mendThing(ctx, st)
	}
	return s.mendVersion(ctx, st, m)
}

// outcomeOf is done, or why not.
func outcomeOf(err error) plan.Outcome {
	var used usedError
	switch {
	case err == nil:
		return plan.Outcome{Result: plan.Done}
	case errors.Is(err, errBusy), errors.As(err, &used):
		return plan.Outcome{Result: plan.Skipped, Busy: true, Err: err}
	case gone(err), errors.Is(err, errLink), errors.Is(err, errMount), errors.Is(err, errChanged), errors.Is(err, errYoung):
		return plan.Outcome{Result: plan.Skipped, Err: err}
	}
	return plan.Outcome{Result: plan.Failed, Err: err}
}

// A usedError says which process uses a version, or may.
type usedError string

func (e usedError) Error() string {
	return string(e) + " uses it, or may: run this again when it has ended"
}

// staging opens the directory where what was fetched waits to be installed: beside the quarantine, on the file system of
// the module cache.
func (r *Remover) staging() (string, error) {
	if r.mod == nil {
		return "", errNoModule
	}
	d, err := r.own("staging")
	if err != nil {
		return "", err
	}
	defer d.close()
	return d.path, nil
}

// Staging is the directory for what is being fetched, which is made if it is not there: on the file system of the module
// cache, this user's alone. What is in it may go at any time but that of a run.
func (s *Session) Staging() (string, error) { return s.staging() }

// stagedFor is how long an unfinished repair's staging directory is left, in case its process is still there.
const stagedFor = 24 * time.Hour

// stage makes a new directory in the staging directory, and removes those that crashed runs left.
func (r *Remover) stage() (string, error) {
	dir, err := r.staging()
	if err != nil {
		return "", err
	}
	old, _ := filepath.Glob(filepath.Join(dir, "run-*"))
	for _, name := range old {
		if fi, err := os.Lstat(name); err == nil && r.opt.Now().Sub(fi.ModTime()) > stagedFor {
			os.RemoveAll(name)
		}
	}
	if err := r.disk.ask("mkdir", filepath.Join(dir, "run")); err != nil {
		return "", fmt.Errorf("staging: %w", err)
	}
	return os.MkdirTemp(dir, "run-")
}
