// Package scan looks at what Go keeps on a machine and says what is there.
//
// [Run] reads the settings, walks the caches and joins what it found in one [Inventory]. While it runs
// it publishes immutable snapshots of the inventory, in which every size says whether it is exact yet;
// the last one is the result. A place that cannot be read, a setting that makes no sense, a directory
// that is not there: all that is data in the inventory. Nothing ends a scan but its context.
//
// The package and all packages below it only read. They never run a program but through scan/gocmd,
// never use the network, and never follow a link out of the roots.
package scan

import (
	"context"
	"sync/atomic"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
)

// A Mode says how closely a scan looks.
type Mode uint8

const (
	// Exact looks at every inode: the sums are those of du.
	Exact Mode = iota
	// Fast takes the sizes of extracted modules from their zips, and what has not changed from the
	// index of an earlier scan.
	Fast
	// FastThenExact gives the fast answer first and replaces it in place by the exact one.
	FastThenExact
)

// Options of a scan. The zero value scans exactly what the process environment points to.
type Options struct {
	Environ    []string // as os.Environ gives it; nil: an empty environment
	Dir        string   // the working directory, absolute
	ModCache   string   // instead of GOMODCACHE
	BuildCache string   // instead of GOCACHE
	Mode       Mode
	Index      *Index // of an earlier scan, for Fast; nil: none
	Workers    int    // 0: chosen from the number of CPUs

	// Releases is a list of Go releases that was fetched, for the support state of toolchains; nil: what this
	// version of godoctor knows.
	Releases *toolchain.ReleaseList

	// Projects says where to look for projects; nil: they are not looked for. The caches and toolchains that the scan
	// finds are left out by itself.
	Projects *project.Input

	Meter *meter.Meter               // counts entries and bytes; may be nil
	Live  *atomic.Pointer[Inventory] // takes the snapshots; may be nil
	Now   func() time.Time           // nil: time.Now
}

// liveEvery is how often snapshots are published: often enough for an eye, seldom enough to cost nothing.
const liveEvery = 100 * time.Millisecond

// Run scans the machine. It returns an inventory in any case; if ctx ended early it holds what was found
// by then, and Done is false.
func Run(ctx context.Context, opt Options) *Inventory {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	r := &run{opt: opt, started: opt.Now()}
	r.env = goenv.Load(goenv.Input{Environ: opt.Environ, Dir: opt.Dir})
	r.findRoots()
	stop := r.publishLive()
	if opt.Mode != Exact {
		r.pass(ctx, true)
	}
	if r.machineWide() && ctx.Err() == nil {
		r.findOthers(ctx)
	}
	if opt.Projects != nil && ctx.Err() == nil {
		r.findProjects(ctx)
	}
	if opt.Mode != Fast && ctx.Err() == nil {
		r.exactly(ctx)
	}
	stop()
	r.finished = opt.Now()
	inv := r.snapshot()
	inv.Done, inv.Stats = ctx.Err() == nil, r.stats()
	inv.Index = r.index(inv)
	if opt.Live != nil {
		opt.Live.Store(inv)
	}
	return inv
}

// exactly looks at every inode: of the caches first, because that is what most people wait for.
func (r *run) exactly(ctx context.Context) {
	r.pass(ctx, false)
	if r.others != nil && ctx.Err() == nil {
		r.measureOthers(ctx)
	}
	if ctx.Err() == nil {
		r.headers(ctx)
	}
}
