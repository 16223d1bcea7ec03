package verify

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/regular"
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
	found := make([][]finding.Finding, len(r.picked))
	together(ctx, opt.Workers, len(r.picked), func(n int) {
		v, e := &inv.ModCache.Versions[r.picked[n]], r.evidence[n]
		if e == nil || ctx.Err() != nil {
			return
		}
		e.glance(ctx, v)
		if ctx.Err() == nil {
			found[n] = Judge(e)
			opt.Meter.Done(1)
		}
	})
	r.res.Stopped = ctx.Err() != nil
	r.res.Modules = len(r.picked)
	r.res.Findings = slices.Concat(found...)
	finding.Sort(r.res.Findings)
	return r.res
}

// glance looks at zip and directory from outside.
func (e *Evidence) glance(ctx context.Context, v *modcache.Version) {
	e.Glanced = true
	var files []*zip.File
	if e.Parts.Has(modcache.HasZip) {
		f, err := regular.Open(v.Zip)
		if err == nil {
			defer f.Close()
			files, err = directory(f)
		}
		switch {
		case err == nil:
			e.Zip.State = Unasked
		case e.Zip.State == Absent:
			e.Zip = failure(v.Zip, err)
			if fi, err := os.Stat(v.Zip); err == nil && fi.Size() == 0 {
				e.Zip.State, e.Zip.Why = Empty, ""
			}
		}
	}
	if !e.Parts.Has(modcache.HasDir) || e.Dir.State == Strange || e.Dir.State == Unasked || e.Fips || e.Toolchain {
		return
	}
	e.Dir.State = Unasked
	if files != nil {
		e.compareNames(ctx, files)
		e.gone()
	}
}

// directory lists a zip. One without files is damaged: go would take the hash of nothing for its hash.
func directory(f *os.File) ([]*zip.File, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, fi.Size())
	if err != nil {
		return nil, err
	}
	if len(z.File) == 0 {
		return nil, errors.New(noFiles)
	}
	return z.File, nil
}

// compareNames compares an extracted directory with the list of its zip.
func (e *Evidence) compareNames(ctx context.Context, files []*zip.File) {
	prefix := e.Path + "@" + e.Version.Version + "/"
	sizes := make(map[string]uint64, len(files))
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok && !strings.HasSuffix(name, "/") {
			sizes[name] = f.UncompressedSize64
		}
	}
	filepath.WalkDir(e.Dir.Path, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, relErr := filepath.Rel(e.Dir.Path, path)
		name := filepath.ToSlash(rel)
		switch {
		case err != nil || relErr != nil:
			if os.IsPermission(err) {
				e.Dir.State, e.Dir.Why, e.Dir.Path = Denied, err.Error(), path
				return fs.SkipAll
			}
			return nil // it went meanwhile
		case d.IsDir():
			return nil
		}
		e.glanceFile(name, d, sizes)
		return nil
	})
	if e.Dir.State == Denied || ctx.Err() != nil {
		e.Differences, e.More = nil, 0
		return
	}
	for name := range sizes { // those that were found are gone from it
		e.differ(Difference{Path: name, Kind: Missing})
	}
	slices.SortFunc(e.Differences, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
}

// glanceFile compares one file of the directory, and takes it out of what the zip lists.
func (e *Evidence) glanceFile(name string, d fs.DirEntry, sizes map[string]uint64) {
	size, known := sizes[name]
	delete(sizes, name)
	fi, err := d.Info()
	switch {
	case err != nil:
	case !d.Type().IsRegular():
		e.differ(Difference{Path: name, Kind: Odd})
	case !known:
		e.differ(Difference{Path: name, Kind: Extra})
	case uint64(fi.Size()) != size:
		e.differ(Difference{Path: name, Kind: Modified, Empty: fi.Size() == 0})
	}
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
