package verify

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
)

// sinceOptions say what an earlier run has to have done for its word to count.
type sinceOptions struct {
	Ledger      *state.Ledger // nil: nothing is remembered
	SourcesOnly bool          // zips are not asked for
	Seen        bool          // directories are stamped by who hashes them: see seen
	Workers     int           // 0: one for each CPU
	Now         time.Time     // the zero time: now
}

// An Unchanged version is as it was when it was verified, as far as the file system tells. That is less than to be
// verified, and never called so: bits that rot on the disk change no time.
type Unchanged struct {
	Index  int // into Inventory.ModCache.Versions
	Module module.Version
	Since  time.Time // when it was verified
}

// A past is what is known of the picked versions from the runs before, and what this run will leave for the next. The
// order makes it sound:
//
//  1. since stamps the versions, before anything of them is read: what changes while it is read, or after, has
//     another stamp than the one that is remembered. Where nothing is to be split (sinceOptions.Seen), the directory is left
//     to seen: every entry of it was looked at before it was read.
//  2. split leaves those to be hashed, once everybody's claims are collected.
//  3. judged takes the verdicts.
//  4. learned is what the ledger is to learn.
//
// A nil past knows nothing and learns nothing.
type past struct {
	opt    sinceOptions
	root   string
	stamps map[int]modcache.Stamp // by index into Inventory.ModCache.Versions
	begun  map[int]*modcache.Begun
	change state.LedgerChange
}

// since stamps the picked versions of an inventory, which are indexes into Inventory.ModCache.Versions. Where ctx ends
// before all are stamped the others count as changed.
func since(ctx context.Context, inv *scan.Inventory, picked []int, opt sinceOptions) *past {
	if inv.ModCache == nil {
		return nil
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	p := &past{opt: opt, root: inv.ModCache.Root, stamps: make(map[int]modcache.Stamp, len(picked)), begun: make(map[int]*modcache.Begun)}
	p.change = state.LedgerChange{Root: p.root, At: opt.Now}
	var now, later []int
	for _, i := range picked {
		if v := &inv.ModCache.Versions[i]; opt.Seen && sum.Stats && v.Parts.Has(modcache.HasDir) && !v.Toolchain && v.Path != fipsPath {
			later = append(later, i)
		} else {
			now = append(now, i)
		}
	}
	p.stamp(ctx, inv.ModCache, now)
	p.begin(ctx, inv.ModCache, later)
	p.forget(inv.ModCache)
	return p
}

// stamp stamps versions.
func (p *past) stamp(ctx context.Context, c *modcache.Cache, index []int) {
	list := make([]*modcache.Version, len(index))
	for n, i := range index {
		list[n] = &c.Versions[i]
	}
	stamps, _ := modcache.Stamps(ctx, list, p.opt.Workers, nil)
	for n, i := range index {
		if !stamps[n].IsZero() {
			p.stamps[i] = stamps[n]
		}
	}
}

// begin begins the stamps of versions.
func (p *past) begin(ctx context.Context, c *modcache.Cache, index []int) {
	list := make([]*modcache.Begun, len(index))
	together(ctx, p.opt.Workers, len(index), func(n int) { list[n], _ = modcache.Begin(&c.Versions[index[n]]) })
	for n, i := range index {
		if list[n] != nil {
			p.begun[i] = list[n]
		}
	}
}

// seen takes what was hashed of the extracted directory of a version, whose stamp it may complete.
func (p *past) seen(index int, dir *sum.Hashed) {
	if p == nil || dir == nil || dir.Entries == nil || p.begun[index] == nil {
		return
	}
	if s := p.begun[index].End(dir.Entries); !s.IsZero() {
		p.stamps[index] = s
	}
	delete(p.begun, index)
}

// forget drops what is not in the cache any more.
func (p *past) forget(c *modcache.Cache) {
	if !c.Done {
		return
	}
	there := make(map[module.Version]bool, len(c.Versions))
	for i := range c.Versions {
		there[module.Version{Path: c.Versions[i].Path, Version: c.Versions[i].Version}] = true
	}
	for _, m := range p.opt.Ledger.Modules() {
		if !there[m] {
			p.change.Drop = append(p.change.Drop, m)
		}
	}
}

// split takes the picked versions with what is known of each, and gives those which are unchanged since they were
// verified and, in the same order, those which have to be hashed. A version is unchanged if its stamp is that of the
// ledger, no less was read than is asked for now, and nobody claims another hash than the one it had.
func (p *past) split(picked []int, evidence []*Evidence) (same []Unchanged, left []int, rest []*Evidence) {
	if p == nil {
		return nil, picked, evidence
	}
	for n, i := range picked {
		e := evidence[n]
		v, ok := p.opt.Ledger.Of(e.Version)
		if ok && p.holds(&v, e, p.stamps[i]) {
			same = append(same, Unchanged{Index: i, Module: e.Version, Since: v.At})
			continue
		}
		left, rest = append(left, i), append(rest, e)
	}
	return same, left, rest
}

// holds reports whether what is remembered of a version still says something.
func (p *past) holds(v *state.Verified, e *Evidence, s modcache.Stamp) bool {
	switch {
	case s.IsZero() || s.Sum != v.Stamp:
		return false
	case s.Parts.Has(modcache.HasPartial):
		return false
	case v.Sources && !p.opt.SourcesOnly:
		return false
	case v.At.After(p.opt.Now): // a clock that was wrong then or is now
		return false
	}
	return claimed(e) == v.Claims || sayTheSame(e, v)
}

// claims gives what everybody outside the cache says of a version: of the zip, and of go.mod.
func (e *Evidence) claims() (zip, mod []string) {
	for _, c := range slices.Concat(e.GoSum, e.Programs) {
		zip = append(zip, c.Hash)
	}
	for _, c := range e.GoSumMod {
		mod = append(mod, c.Hash)
	}
	if e.SumDB != nil {
		zip = append(zip, e.SumDB.Hash)
	}
	if e.SumDBMod != nil {
		mod = append(mod, e.SumDBMod.Hash)
	}
	return zip, mod
}

// claimed is a digest of the set of claims. Who makes one, and how many make the same, does not count.
func claimed(e *Evidence) [sha256.Size]byte {
	zip, mod := e.claims()
	var lines []string
	for _, h := range zip {
		lines = append(lines, "zip "+h+"\n")
	}
	for _, h := range mod {
		lines = append(lines, "mod "+h+"\n")
	}
	slices.Sort(lines)
	return sha256.Sum256([]byte(strings.Join(slices.Compact(lines), "")))
}

// sayTheSame reports whether all claims are those that the version had: a project more that says the same is no reason to
// read everything again.
func sayTheSame(e *Evidence, v *state.Verified) bool {
	zip, mod := e.claims()
	other := func(had string) func(string) bool { return func(h string) bool { return h != had } }
	return !slices.ContainsFunc(zip, other(v.Zip)) && !slices.ContainsFunc(mod, other(v.Mod))
}

// judged takes the verdict of a version whose evidence is complete. What was whole is remembered, if all of it was read
// and it had come to rest before. What was not is forgotten, even with the stamp that is remembered: rotten bits have
// the times of the good ones.
func (p *past) judged(v *Verdict, e *Evidence) {
	if p == nil {
		return
	}
	if !v.Whole {
		if _, ok := p.opt.Ledger.Of(e.Version); ok {
			p.change.Drop = append(p.change.Drop, e.Version)
		}
		return
	}
	s := p.stamps[v.Index]
	if !s.Settled(p.opt.Now) || s.Parts != e.Parts&^modcache.HasLock || s.Parts.Has(modcache.HasPartial) {
		return // something came or went since the scan, or may have
	}
	unread := func(part modcache.Parts, p *Part) bool { return s.Parts.Has(part) && p.State != Whole }
	noZip := unread(modcache.HasZip, &e.Zip)
	switch {
	case unread(modcache.HasDir, &e.Dir), unread(modcache.HasMod, &e.Mod): // it changed while it was read
		return
	case noZip && (!p.opt.SourcesOnly || !s.Parts.Has(modcache.HasDir)):
		return
	}
	entry := state.Verified{Module: e.Version, Stamp: s.Sum, At: p.opt.Now.UTC().Truncate(time.Second),
		Claims: claimed(e), Sources: noZip}
	if e.Dir.known() {
		entry.Zip = e.Dir.Hash
	}
	if e.Zip.known() {
		entry.Zip = e.Zip.Hash
	}
	if e.Mod.known() {
		entry.Mod = e.Mod.Hash
	}
	p.change.Set = append(p.change.Set, entry)
}

// learned is what the ledger is to learn of this run, also of one that was stopped.
func (p *past) learned() *state.LedgerChange {
	if p == nil {
		return nil
	}
	return &p.change
}
