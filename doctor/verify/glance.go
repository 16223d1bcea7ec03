package verify

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// Glance is [Run] without hashing: the small files of each version are read, and the names and sizes of the extracted
// files compared with those that the zip lists. What it tells is wrong; what has the right name and size may be wrong
// all the same. A .ziphash that is not what go.sum says is checksum-mismatch here: who of them is right, only hashing
// tells. Of Options Picked, Usage, Project, Workers and Meter count; go.sum files as texts are not looked at.
func Glance(ctx context.Context, inv *scan.Inventory, opt Options) *Result {
	r := &run{inv: inv, opt: opt, res: &Result{}}
	if inv.ModCache == nil {
		return r.res
	}
	r.opt.DB = nil
	r.pick()
	r.prepare(ctx)
	for first := 0; first < len(r.picked) && ctx.Err() == nil; first += glanceBatch {
		r.glance(ctx, first, min(first+glanceBatch, len(r.picked)))
	}
	r.res.Stopped = ctx.Err() != nil
	r.res.Modules = len(r.picked)
	finding.Sort(r.res.Findings)
	return r.res
}

// glanceBatch is how many versions are compared in one walk: the names in their zips are in memory together.
const glanceBatch = 128

// glance looks at some of the versions that were picked: all their zips, then all their directories, then judges.
func (r *run) glance(ctx context.Context, from, to int) {
	list := make([]*glimpse, to-from)
	together(ctx, r.opt.Workers, len(list), func(n int) {
		if e := r.evidence[from+n]; e != nil {
			list[n] = e.zipNames(&r.inv.ModCache.Versions[r.picked[from+n]])
		}
	})
	var roots []tree.Root
	at := make(map[string]*glimpse)
	for _, g := range list {
		if g != nil && g.sizes != nil {
			roots = append(roots, tree.Root{Path: g.e.Dir.Path, Place: tree.Place{Cost: &g.cost, Watch: &glimpsed{glimpse: g}}})
			at[g.e.Dir.Path] = g
		}
	}
	walked := tree.Walk(ctx, roots, tree.Options{Workers: r.opt.Workers})
	if ctx.Err() != nil {
		return
	}
	for _, u := range walked.Unreadable {
		for dir := u.Path; len(dir) > len(r.inv.ModCache.Root); dir = filepath.Dir(dir) {
			if g := at[dir]; g != nil {
				g.unread(u)
				break
			}
		}
	}
	for n, g := range list {
		if g == nil {
			continue
		}
		g.end()
		r.res.Findings = append(r.res.Findings, Judge(g.e)...)
		r.evidence[from+n] = nil
		r.opt.Meter.Done(1)
	}
}

// A glimpse is the comparison of one extracted directory with the list of its zip.
type glimpse struct {
	e     *Evidence
	cost  tree.Cost
	mu    sync.Mutex       // guards sizes and the differences of e
	sizes map[string]int64 // what the zip lists and was not met yet; nil: nothing is compared
}

// zipNames reads what the zip of a version lists.
func (e *Evidence) zipNames(v *modcache.Version) *glimpse {
	e.Glanced = true
	g := &glimpse{e: e}
	var files []*zip.File
	if e.Parts.Has(modcache.HasZip) {
		f, err := regular.Open(v.Zip)
		if err == nil {
			defer f.Close()
			files, err = directory(f)
		}
		switch {
		case err == nil, errors.Is(err, regular.ErrTooLarge): // of which only hashing tells, with limits of its own
			e.Zip.State = Unasked
		case e.Zip.State == Absent:
			e.Zip = failure(v.Zip, err)
			if fi, err := os.Stat(v.Zip); err == nil && fi.Size() == 0 {
				e.Zip.State, e.Zip.Why = Empty, ""
			}
		}
	}
	if !e.Parts.Has(modcache.HasDir) || e.Dir.State == Strange || e.Dir.State == Unasked || e.Fips || e.Toolchain {
		return g
	}
	e.Dir.State = Unasked
	if files == nil {
		return g
	}
	prefix := e.Path + "@" + e.Version.Version + "/"
	g.sizes = make(map[string]int64, len(files))
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok && !strings.HasSuffix(name, "/") {
			g.sizes[name] = int64(f.UncompressedSize64)
		}
	}
	return g
}

// directory lists a zip, if the list is no longer than one that is hashed: archive/zip takes some hundred bytes of memory for
// each file. One without files is damaged: go would take the hash of nothing for its hash.
func directory(f *os.File) ([]*zip.File, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(&regular.Limited{R: f, Left: sum.MaxNames}, fi.Size())
	if err != nil {
		return nil, err
	}
	if len(z.File) == 0 {
		return nil, errors.New(noFiles)
	}
	return z.File, nil
}

// glimpsed is one directory of a glimpse, for the walk.
type glimpsed struct {
	*glimpse
	rel string // with a slash at its end, "" for the root
}

// Dir is that of tree.Watch.
func (d *glimpsed) Dir(name string) (tree.Place, bool) {
	return tree.Place{Cost: &d.cost, Watch: &glimpsed{d.glimpse, d.rel + name + "/"}}, true
}

// File is that of tree.Watch: it compares one file, and takes it out of what the zip lists.
func (d *glimpsed) File(f tree.Entry) *tree.Cost {
	name := d.rel + f.Name
	d.mu.Lock()
	defer d.mu.Unlock()
	size, known := d.sizes[name]
	delete(d.sizes, name)
	switch {
	case f.Kind != tree.File:
		d.e.differ(Difference{Path: name, Kind: Odd})
	case !known:
		d.e.differ(Difference{Path: name, Kind: Extra})
	case f.Bytes != size:
		d.e.differ(Difference{Path: name, Kind: Modified, Empty: f.Bytes == 0})
	}
	return nil
}

// unread notes a place that could not be looked at. What is gone is no such place.
func (g *glimpse) unread(u tree.Unreadable) {
	if p := failure(u.Path, u.Err); p.State != Absent {
		g.e.Dir.State, g.e.Dir.Why, g.e.Dir.Path = p.State, p.Why, u.Path
	}
}

// end is for when the walk is over: what was not met is missing.
func (g *glimpse) end() {
	switch {
	case g.sizes == nil:
		return
	case g.e.Dir.State != Unasked:
		g.e.Differences, g.e.More = nil, 0
		return
	}
	for name := range g.sizes {
		g.e.differ(Difference{Path: name, Kind: Missing})
	}
	slices.SortFunc(g.e.Differences, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	g.e.gone()
}

// differ notes a difference, as many as a finding lists.
func (e *Evidence) differ(d Difference) {
	if len(e.Differences) >= 10*finding.FilesMax {
		e.More++
		return
	}
	e.Differences = append(e.Differences, d)
}

// glanced judges what Glance saw of zip and directory; it reports whether there was something.
func (j *judge) glanced() bool {
	switch {
	case !j.Glanced:
		return false
	case len(j.Differences) > 0:
		j.tell("sources-modified", j.Dir.Path, "")
	case j.truth != "" && j.Ziphash.known() && j.Ziphash.Hash != j.truth && !j.Fips:
		j.tell("checksum-mismatch", j.Ziphash.Path, "")
	}
	return j.Glanced
}

// rightZip reports whether the zip is one to unpack from: its hash is right, or nobody has computed it.
func (j *judge) rightZip() bool {
	return j.Zip.known() && (j.truth == "" || j.Zip.Hash == j.truth) || j.Glanced && j.Zip.State == Unasked
}
