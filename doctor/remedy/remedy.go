// Package remedy is the only writer of caches and toolchains: it removes what a plan names, keeps what may not come
// back in a quarantine, and puts things back.
//
// # How a module version is removed
//
// The go command's readers take no lock, so a directory must not vanish under a running build; and after a crash or a
// power cut what lies there must be something that the next go command handles. Therefore, a batch at a time:
//
//  1. Names are derived from the module version, and opened component by component from the root, never through a link,
//     never onto another mount. What looks different from when the plan was made is skipped.
//  2. The version's own lock is taken (cmd/go/internal/modfetch/cache.go: lockVersion), without waiting; a lock file is
//     made where there is none and never removed.
//  3. The [Gate] is asked which processes use this cache and may need the version. Whoever does: it is skipped.
//  4. The barrier: zip and .ziphash are renamed, in this order, each within its directory, to names that the go command
//     itself sweeps ("V.zip*.tmp", "E@V.tmp-*": modfetch/fetch.go); where only the sources go, .ziphash alone. A go
//     command that begins now finds no .ziphash, takes the version for incomplete and waits for the lock that is held
//     (DownloadDir, DownloadZip). One that began before has not lost its directory yet.
//  5. The gate is asked again: if a process came in between, .ziphash and zip are renamed back. It has noticed nothing,
//     unless it was between finding .ziphash and reading it, some microseconds of its life (DownloadDir, checkMod).
//  6. The directory is renamed. Where only it goes, .ziphash is put back. Every state between two renames is one that go
//     handles: what lacks zip or .ziphash is fetched or hashed again, under the lock.
//  7. One syncfs makes the batch durable, the locks are let go, and what was renamed is deleted by several workers.
//
// That the directory goes after the second look, and not before it, was decided by the race test (.ci/race): with the
// directory gone before, 2 of 6,289 commands failed on a busy machine, where a look takes up to 0.2 s and a go command can
// begin, find its directories and lose them within that time. Gate, renames and second look are done for a few versions
// at a time (groupMax), so that few are put back.
//
// What may not come back (plan.Item.Later) is renamed into the quarantine instead, beside a manifest that was made
// durable before, and is put back by a rename.
//
// # What a crash leaves
//
// Names with "godoctor" in them, which are swept by the next clean ([Remover.Sweep] by the journal, the policy of
// leftovers by what a scan finds) and by go itself; and entries in the quarantine whose manifest says what they are.
// No promise rests on the journal.
//
// The package is for one goroutine at a time, but for [Remover.Remove]'s own workers.
package remedy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"godoctor/scan/meter"
)

// A Users says which process may use a module version: "" where none does. The text names program and pid, raw.
type Users func(path, version string) (who string)

// A Gate looks which processes use the module cache at this moment. A nil Gate asks nobody: where the system does not
// tell, a person has said so.
type Gate func(ctx context.Context) Users

// groupMax is how many versions go through the gate together.
const groupMax = 8

// Options say what a Remover may do, and how.
type Options struct {
	ModCache string // the root, links resolved or not; "": no version is removed
	GoCache  string // likewise
	Goenv    string // the GOENV file, absolute; "": no settings are edited
	Run      string // the name of this run, made of digits and dashes: part of temporary names

	// What lies in neither cache: only what a look of this run has found is removed, and an item has to name it exactly.
	SDK    string   // where golang.org/dl unpacks toolchains: HOME/sdk
	Gopath []string // the directories of GOPATH, for archives in their pkg
	Places []string // related and abandoned places: files and directories, absolute

	// Uses says which process uses a directory that is no module version (a clone, a toolchain, a whole cache): has it as
	// its cache, stands in it, has it open. "": none. nil asks nobody. Programs lists what running processes were started
	// from (process.Programs); nil: nobody.
	Uses     func(ctx context.Context, dir string) (who string)
	Programs func() []string

	Gate         Gate
	Index        func(dir string) []string // the build-cache entries that are the index of an extracted directory, given below the module cache: "0a/HASH-a"
	NoQuarantine bool                      // what may not come back is deleted at once: a person has said so

	Shared  bool             // --allow-shared: roots that others own or can write are accepted
	Home    string           // the user's home directory
	Workers int              // that delete; 0: 8
	Meter   *meter.Meter     // is told of entries and bytes on disk as they are freed
	Now     func() time.Time // nil: time.Now

	// Before, if set, is called before every change of the disk; what it returns is returned instead. It is never
	// called twice at once. Tests fail or kill the program there.
	Before func(op, path string) error
}

// A Remover carries out plans. It is a plan.Ops.
type Remover struct {
	opt  Options
	mod  *folder // nil: no module cache
	gc   *folder // nil: no build cache
	disk *disk
	seq  int // of temporary names

	pending []*pending // versions that are out of sight and not deleted
}

// ErrRoot is what every refusal of a root wraps.
var ErrRoot = errors.New("refused")

// Open checks that the roots are what they are taken for, and opens them. It changes nothing.
func Open(opt Options) (*Remover, error) {
	if opt.Workers <= 0 {
		opt.Workers = 8
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Run == "" {
		opt.Run = RunID(opt.Now())
	}
	if !validRun(opt.Run) {
		return nil, fmt.Errorf("%q is no name of a run: want digits and dashes", opt.Run)
	}
	r := &Remover{opt: opt, disk: &disk{before: opt.Before}}
	var err error
	if opt.ModCache != "" {
		if r.mod, err = r.openRoot(opt.ModCache, looksModCache); err != nil {
			return nil, err
		}
	}
	if opt.GoCache != "" {
		if r.gc, err = r.openRoot(opt.GoCache, looksBuildCache); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

// Close lets go of the roots.
func (r *Remover) Close() {
	r.mod.close()
	r.gc.close()
}

// RunID names a run that starts now: "20261126-214501-123", to the millisecond in UTC.
func RunID(now time.Time) string {
	now = now.UTC()
	return now.Format("20060102-150405") + fmt.Sprintf("-%03d", now.Nanosecond()/1e6)
}

func validRun(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
