package verify

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/process"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// A Database knows what was published. See package sumdb.
type Database interface {
	// LookupAll answers in the order of the list. It never asks for what settings keep private.
	LookupAll(ctx context.Context, list []module.Version, m *meter.Meter) []Record
}

// A Record is what a checksum database says of a version, with its proof verified; Err is why it says nothing.
type Record struct {
	Zip, Mod string
	Err      error
}

// Options of a run. The zero value verifies every version in the cache by what lies on the machine.
type Options struct {
	Picked      []int          // indexes into Inventory.ModCache.Versions; nil: all
	Usage       *usage.Result  // whose projects' go.sum files count; may be nil
	Project     *usage.Project // with Picked: whose go.sum file is judged as a whole; may be nil
	DB          Database       // may be nil
	SourcesOnly bool           // zips are not read
	Ledger      *state.Ledger  // of earlier runs; nil: none is kept
	SinceLast   bool           // what is unchanged since it was verified, by the ledger, is not hashed again
	Workers     int            // 0: one for each CPU

	// Hashed, if set, gives the h1 that zip and directory of a version are known to have, because this program has just compared
	// both with it; "": it is not known. They are not hashed again; all else is judged as ever.
	Hashed func(m module.Version) string

	Meter *meter.Meter // bytes are those hashed, units versions; may be nil
}

// A Verdict is what came of one version.
type Verdict struct {
	Index    int // into Inventory.ModCache.Versions
	Module   module.Version
	Findings []finding.Finding
	Bytes    int64 // that were hashed
	Whole    bool  // something was hashed, and nothing is wrong
}

// A Result sums up.
type Result struct {
	Modules  int // versions that were looked at
	Verified int // of those, whole
	Bytes    int64
	Findings []finding.Finding // sorted; go.sum files as texts are part of it
	Stopped  bool              // the context ended before the run did

	Unchanged []Unchanged         // with SinceLast: not hashed, and not among Modules
	Learned   *state.LedgerChange // what the ledger is to learn from the run
}

// Run verifies versions and gives each verdict to each, which may be nil, in the order of Picked and from one goroutine
// at a time. What was found before ctx ended is kept.
func Run(ctx context.Context, inv *scan.Inventory, opt Options, each func(*Verdict)) *Result {
	r := &run{inv: inv, opt: opt, res: &Result{}, each: each}
	if inv.ModCache == nil {
		return r.res
	}
	r.pick()
	if opt.Ledger != nil { // before anything of a version is read
		r.past = since(ctx, inv, r.picked, sinceOptions{Ledger: opt.Ledger, SourcesOnly: opt.SourcesOnly, Workers: opt.Workers,
			Seen: !opt.SinceLast && opt.Hashed == nil})
	}
	if r.prepare(ctx); ctx.Err() != nil {
		r.res.Stopped = true
		return r.res
	}
	if opt.SinceLast {
		r.res.Unchanged, r.picked, r.evidence = r.past.split(r.picked, r.evidence)
	}
	jobs := make([]sum.Job, len(r.evidence))
	for i, e := range r.evidence {
		jobs[i] = r.job(e)
	}
	so := sum.Options{Workers: opt.Workers, Meter: opt.Meter, Entries: r.past != nil && len(r.past.begun) > 0}
	err := sum.Run(ctx, jobs, so, func(s *sum.Result) { r.judge(ctx, r.withKnown(s)) })
	r.res.Stopped = err != nil
	r.res.Learned = r.past.learned()
	if opt.Usage != nil {
		sums := r.gosums()
		r.res.Findings = append(onceOnly(r.res.Findings, sums), sums...)
	}
	finding.Sort(r.res.Findings)
	return r.res
}

// gosums judges go.sum files: all of them where everything is verified, else the lines about the versions that were
// picked, and the file of the project that is meant.
func (r *run) gosums() []finding.Finding {
	list := GoSums(r.opt.Usage.Projects)
	if r.opt.Picked == nil {
		return list
	}
	picked := make(map[module.Version]bool, len(r.opt.Picked))
	for _, i := range r.opt.Picked {
		v := &r.inv.ModCache.Versions[i]
		picked[module.Version{Path: v.Path, Version: v.Version}] = true
	}
	return slices.DeleteFunc(list, func(f finding.Finding) bool {
		if p := r.opt.Project; p != nil && f.Target.File == p.SumFile {
			return false
		}
		return !picked[module.Version{Path: f.Target.Module, Version: f.Target.Version}]
	})
}

// onceOnly takes out what is said of a line that a conflict inside one go.sum file is about: it says more.
func onceOnly(list, sums []finding.Finding) []finding.Finding {
	inConflict := make(map[string]bool)
	for i := range sums {
		if sums[i].Check == "gosum-conflict" {
			for _, w := range sums[i].Witnesses {
				inConflict[w.From] = true
			}
		}
	}
	return slices.DeleteFunc(list, func(f finding.Finding) bool {
		return f.Check == "gosum-unsettled" && inConflict[fmt.Sprintf("%s:%d", f.Target.File, f.Target.Line)]
	})
}

// run is one call of Run.
type run struct {
	inv      *scan.Inventory
	opt      Options
	each     func(*Verdict)
	picked   []int
	evidence []*Evidence
	past     *past
	res      *Result
}

// pick fills in the versions that are meant.
func (r *run) pick() {
	r.picked = r.opt.Picked
	if r.picked == nil {
		for i := range r.inv.ModCache.Versions {
			r.picked = append(r.picked, i)
		}
	}
}

// prepare collects what is known without hashing.
func (r *run) prepare(ctx context.Context) {
	versions := r.inv.ModCache.Versions
	c := newClaims(versions)
	if r.opt.Usage != nil {
		for i := range r.opt.Usage.Projects {
			p := &r.opt.Usage.Projects[i]
			c.gosum(p.SumFile, p.Sums)
		}
	}
	if b := r.inv.Binaries; b != nil {
		for i := range b.Binaries {
			c.program(&b.Binaries[i])
		}
	}
	list := make([]module.Version, len(r.picked))
	r.evidence = make([]*Evidence, len(r.picked))
	together(ctx, r.opt.Workers, len(r.picked), func(n int) {
		v := &versions[r.picked[n]]
		list[n] = module.Version{Path: v.Path, Version: v.Version}
		r.evidence[n] = r.collect(v, &c.list[r.picked[n]])
	})
	if r.opt.DB == nil || ctx.Err() != nil {
		return
	}
	for n, rec := range r.opt.DB.LookupAll(ctx, list, nil) {
		if rec.Err == nil {
			r.evidence[n].SumDB, r.evidence[n].SumDBMod = claim(rec.Zip), claim(rec.Mod)
		}
	}
}

// together calls do for every number below n, from several goroutines; it ends early with the context.
func together(ctx context.Context, workers, n int, do func(i int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	turns := tree.Turns(ctx, n)
	tree.Together(min(workers, n), func(int) {
		for i := range turns {
			do(i)
		}
	})
}

// claim is a hash of the checksum database, or nil.
func claim(hash string) *Claim {
	if hash == "" {
		return nil
	}
	return &Claim{Hash: hash}
}

// fipsPath is a module that go unpacks from GOROOT.
const fipsPath = "golang.org/fips140"

// collect takes what is known of a version before anything is hashed.
func (r *run) collect(v *modcache.Version, c *versionClaims) *Evidence {
	e := &Evidence{
		Version: module.Version{Path: v.Path, Version: v.Version}, Parts: v.Parts,
		Toolchain: v.Toolchain, Fips: v.Path == fipsPath,
		GoSum: c.zip, GoSumMod: c.mod, Programs: c.programs,
		Zip: Part{Path: v.Zip}, Dir: Part{Path: v.Dir},
	}
	if !v.Parts.Has(modcache.HasDir) {
		if fi, err := os.Lstat(v.Dir); err == nil && !fi.IsDir() {
			e.Dir.State, e.Dir.Why = Strange, "something else (mode "+fi.Mode().Type().String()+") in the place of a directory"
			if fi.Mode().IsRegular() {
				e.Dir.Why = "a file in the place of a directory"
			}
		}
	}
	e.Ziphash = readZiphash(beside(v.Zip, "ziphash"))
	e.Lock, e.Mod, e.Info = strange(beside(v.Zip, "lock")), strange(beside(v.Zip, "mod")), strange(beside(v.Zip, "info"))
	if v.Parts.Has(modcache.HasInfo) && e.Info.State != Strange {
		e.Info = readInfo(e.Info.Path)
	}
	if v.Parts.Has(modcache.HasMod) && e.Mod.State != Strange {
		e.Mod = readMod(r.inv.ModCache.Root, e.Version)
	}
	if v.Parts.Has(modcache.HasPartial) {
		if held, _ := process.Held(beside(v.Zip, "lock")); held {
			e.Parts &^= modcache.HasPartial // somebody is at it
		}
		e.Dir.State = Unasked
	}
	return e
}

// job is what is to be hashed of a version.
func (r *run) job(e *Evidence) sum.Job {
	j := sum.Job{Path: e.Path, Version: e.Version.Version, Toolchain: e.Toolchain}
	if r.known(e) != "" {
		return j
	}
	if e.Parts.Has(modcache.HasDir) && e.Dir.State != Unasked && !e.Fips {
		j.Dir = e.Dir.Path
	}
	if e.Parts.Has(modcache.HasZip) && !r.opt.SourcesOnly {
		j.Zip = e.Zip.Path
	}
	return j
}

// known is what zip and directory of a version are known to hash to, where both are there.
func (r *run) known(e *Evidence) string {
	both := modcache.HasZip | modcache.HasDir
	if r.opt.Hashed == nil || e.Parts&both != both || e.Parts.Has(modcache.HasPartial) || e.Dir.State == Unasked || e.Fips {
		return ""
	}
	return r.opt.Hashed(e.Version)
}

// withKnown completes a result by what was not hashed because it is known.
func (r *run) withKnown(s *sum.Result) *sum.Result {
	e := r.evidence[s.Job]
	h := r.known(e)
	if h == "" {
		return s
	}
	full := *s
	full.Dir = &sum.Hashed{H1: h}
	if !r.opt.SourcesOnly {
		full.Zip = &sum.Hashed{H1: h}
	}
	return &full
}

// judge takes the hashes of a version and reports its verdict.
func (r *run) judge(ctx context.Context, s *sum.Result) {
	e := r.evidence[s.Job]
	v := &Verdict{Index: r.picked[s.Job], Module: e.Version}
	for _, h := range []*sum.Hashed{s.Zip, s.Dir} {
		if h != nil {
			v.Bytes += h.Bytes
			v.Whole = v.Whole || h.H1 != ""
		}
	}
	e.take(ctx, s, r.opt.SourcesOnly)
	v.Whole = v.Whole || e.Mod.known()
	v.Findings = Judge(e)
	v.Whole = v.Whole && len(v.Findings) == 0
	r.past.seen(v.Index, s.Dir)
	r.past.judged(v, e)
	r.evidence[s.Job] = nil                                             // differences of thousands of modules need not stay
	if v.Whole || len(v.Findings) > 0 || s.Zip != nil || s.Dir != nil { // else there is nothing of it but a lock or .info
		r.res.Modules++
	}
	r.res.Bytes += v.Bytes
	if v.Whole {
		r.res.Verified++
	}
	r.res.Findings = append(r.res.Findings, v.Findings...)
	if r.each != nil {
		r.each(v)
	}
}
