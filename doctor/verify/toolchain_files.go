package verify

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
)

// releaseFiles are the files of a toolchain as they were published, or in words why they are not known.
type releaseFiles struct {
	list   []sum.File
	cached bool // from the module cache
	why    string
}

// listFiles lists the files that differ, where the zip of the toolchain is in the module cache or is fetched, and is the
// right one.
func (t *toolchains) listFiles(s *subject, want string, list []sum.File) {
	z := t.releaseOf(s, want)
	if z.list == nil {
		s.Why = z.why
		return
	}
	s.zipHere = z.cached
	var all []finding.File
	here := make(map[string]*sum.File, len(list))
	for i := range list {
		here[list[i].Name] = &list[i]
	}
	for i := range z.list {
		f := &z.list[i]
		switch mine := here[f.Name]; {
		case mine == nil:
			all = append(all, finding.File{Path: f.Name, Change: finding.Missing})
		case mine.Sum != f.Sum:
			all = append(all, finding.File{Path: f.Name, Change: finding.Modified})
		}
		delete(here, f.Name)
	}
	for name := range here {
		all = append(all, finding.File{Path: name, Change: finding.Extra})
	}
	slices.SortFunc(all, func(a, b finding.File) int { return strings.Compare(a.Path, b.Path) })
	s.Files, s.More = fewFiles(all)
	if s.Why = fmt.Sprintf("%d files are not as they were published", len(all)); len(all) == 1 {
		s.Why = "1 file is not as it was published"
	}
}

// releaseOf gives the files of a release: from the zip in the module cache, else, by a signed record only, from one that
// is fetched. What has another hash than the one that is wanted is not used. Each zip is read, and fetched, once.
func (t *toolchains) releaseOf(s *subject, want string) *releaseFiles {
	if z := t.zips[s.Module]; z != nil {
		return z
	}
	z := &releaseFiles{why: "which files differ can be told when its zip is in the module cache"}
	if v := t.cachedZip(s.Module); v != nil {
		z.list, z.cached = t.zipFiles(s, v.Zip, want), true
	}
	if z.list == nil && t.opt.Fetch != nil && want == s.Signed && s.Signed != "" && t.ctx.Err() == nil {
		z.cached = false
		t.fetch(s, z)
	}
	if t.ctx.Err() != nil {
		return z
	}
	if t.zips == nil {
		t.zips = make(map[module.Version]*releaseFiles)
	}
	t.zips[s.Module] = z
	return z
}

// fetch fetches the zip of a toolchain, reads it, and has it removed.
func (t *toolchains) fetch(s *subject, z *releaseFiles) {
	zip, done, err := t.opt.Fetch(t.ctx, s.Module)
	if err != nil {
		z.why = fmt.Sprintf("which files differ cannot be told: %v", err)
		return
	}
	defer done()
	if z.list = t.zipFiles(s, zip, s.Signed); z.list == nil {
		z.why = "which files differ cannot be told: the zip that came has not the hash of the signed record"
	}
}

// zipFiles are the files of a zip with the hash that is wanted; nil if it has another, or none.
func (t *toolchains) zipFiles(s *subject, zip, want string) []sum.File {
	job := sum.Job{Path: s.Module.Path, Version: s.Module.Version, Zip: zip}
	r := sum.One(t.ctx, job, sum.Options{Files: true, Meter: t.meter})
	if r == nil || r.Zip == nil {
		return nil
	}
	s.Bytes += r.Zip.Bytes
	if r.Zip.H1 != want {
		return nil
	}
	return r.Zip.Contents
}

// cachedZip is the version in the module cache, if its zip is there.
func (t *toolchains) cachedZip(m module.Version) *modcache.Version {
	if c := t.inv.ModCache; c != nil {
		for i := range c.Versions {
			if v := &c.Versions[i]; v.Path == m.Path && v.Version == m.Version && v.Parts.Has(modcache.HasZip) {
				return v
			}
		}
	}
	return nil
}
