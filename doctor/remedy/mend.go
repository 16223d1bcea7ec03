package remedy

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// # How module versions are mended
//
// A batch at a time, of at most batchMax versions:
//
//  1. What is needed is brought before anything is touched, several versions at the same time: a zip, .mod or .info from the
//     proxies goes into a staging of ours beside the quarantine, and is compared with the hash that go.sum files or the
//     checksum database have. A zip that lies in the cache is hashed in this run. What cannot be proved is never shown to go.
//  2. Under the version's own lock and behind the gate what is wrong is renamed into the quarantine: zip and .ziphash,
//     then, after a second look, the directory, .mod and .info. Its manifest is durable before. A version that is half
//     unpacked keeps its directory and .partial: go itself replaces both.
//  3. The locks are let go, and one `go mod download` installs from the staging, its only proxy, with a scratch go.sum
//     that holds the proved lines. go is the only installer; it has no network here.
//  4. What lies there then is hashed, made durable by one sync, and the build cache's indexes of the directories are dropped.
//  5. Of a version where anything of this fails what go has brought is renamed away and the old state renamed back. The others
//     of the batch do not suffer by it. After a crash the next run does that ([Remover.Sweep]), for the entry of the
//     quarantine is not marked as whole before the end.
//
// Versions of which nothing has to be put aside go through 3 to 5 together. The others do so asideMax at a time: what lies in
// the quarantine a go command that comes in between has to do without, and so has everybody if this program is killed, until it
// is run again.
//
// What was there stays in the quarantine where it is evidence or somebody's work; what a crash had damaged goes.

// How many versions are mended at a time, measured with .ci/bench fetch: each go command costs 30 ms and each sync as much as
// the disk takes.
const (
	batchMax = 128
	asideMax = 16
	fetchMax = 8 // whose files are brought and proved at the same time
)

// A Fetch brings a file of a module version ("zip", "mod" or "info") from the proxies to a path that is free, on the file
// system of the path. It keeps there only what proved accepts, and gives proved's error otherwise. It is called by several
// goroutines at a time.
type Fetch func(ctx context.Context, m module.Version, ext, hash, to string, proved func(file string) error) error

// A Mender is what a repair needs beside the disk.
type Mender struct {
	Installer Installer
	Fetch     Fetch // nil: nothing is fetched

	// Installed, which may be nil, is told of a version whose files are in the cache for good: where Fetch keeps what it has
	// brought, so that a run that was broken off need not fetch it again, that may go.
	Installed func(m module.Version)
}

// errNetwork: a step needs what is not here.
var errNetwork = errors.New("it has to be fetched, and the network is not to be used")

// Mend carries steps out, in their order, and writes that into the history before and after. Module versions that follow each
// other go in batches. each is told of every step that was come to, by the goroutine that called Mend. When ctx ends what is
// under way is taken back, and the rest stays untouched. Of one session it is one run, however often it is called.
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
	told := func(i int, o plan.Outcome) {
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
	s.mend(ctx, steps, &m, told)
	s.end(r)
	return r
}

// Proved gives the h1 that zip and directory of a version have: Mend has compared both with it, after go had installed them. It
// is "" for a version of which that is not known.
func (s *Session) Proved(m module.Version) string { return s.proved[m] }

// mend carries steps out. While go installs a batch the next one is gathered, and the last one's staging removed.
func (s *Session) mend(ctx context.Context, steps []plan.Step, m *Mender, told func(i int, o plan.Outcome)) {
	var over sync.WaitGroup
	defer over.Wait()
	var next *batch
	for lo := 0; lo < len(steps) && ctx.Err() == nil; {
		n := batchOf(steps[lo:])
		if n == 0 {
			s.opt.Meter.Working(steps[lo].Label())
			told(lo, s.mendOther(ctx, &steps[lo]))
			lo++
			continue
		}
		x := next
		if x == nil {
			x = s.newBatch(ctx, steps[lo:lo+n], m)
		}
		<-x.gathered
		next = nil
		if more := batchOf(steps[lo+n:]); more > 0 {
			next = s.newBatch(ctx, steps[lo+n:lo+n+more], m)
		}
		x.mend(func(i int, o plan.Outcome) { told(lo+i, o) })
		over.Go(x.close)
		lo += n
	}
	if next != nil { // it was stopped
		<-next.gathered
		next.close()
	}
}

// batchOf is how many of the first steps are of module versions that can go together: no version twice.
func batchOf(steps []plan.Step) int {
	have := make(map[module.Version]bool)
	for i := range steps {
		st := &steps[i]
		of := module.Version{Path: st.Module, Version: st.Version}
		if st.File != "" || st.Name != "" || have[of] || i == batchMax {
			return i
		}
		have[of] = true
	}
	return len(steps)
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

// mendOther carries a step out that is not of a module version.
func (s *Session) mendOther(ctx context.Context, st *plan.Step) plan.Outcome {
	switch {
	case st.Has(plan.FixSetting):
		return outcomeOf(s.editSetting(st.File, st.Edits))
	case st.File != "":
		return outcomeOf(s.editSum(st.File, st.Edits))
	}
	return s.mendThing(ctx, st)
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
