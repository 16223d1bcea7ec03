package verify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// A VendorResult says what came of vendor directories.
type VendorResult struct {
	Dirs     int   // vendor directories with a modules.txt
	Modules  int   // modules in them that were compared with their zip
	Files    int   // vendored files of those
	Bytes    int64 // that were hashed
	Unknown  int   // modules whose zip is not in the module cache, cannot be read, or is not the one that go.sum names
	Replaced int   // modules that a directory replaces: there is nothing to compare with
	Findings []finding.Finding
	Unread   []tree.Unreadable
	Stopped  bool // the context ended before the look did
}

// Vendored compares the files in the vendor directories of projects with the zips in the module cache. The go command
// compares modules.txt with go.mod and nothing else (modload.checkVendorConsistency): what is in vendored files is
// compiled.
//
// A file that differs, a source file that the zip has not, one that is missing of a package in modules.txt, and what is
// no regular file is part of a finding, of which there is one for each module in each directory. Other files that
// somebody has added are not: build systems keep theirs in there. go.mod files and tests are not vendored
// (modcmd/vendor.go: matchPotentialSourceFile).
func Vendored(ctx context.Context, projects []*project.Project, inv *scan.Inventory, m *meter.Meter) *VendorResult {
	v := &vendoring{ctx: ctx, res: &VendorResult{}, meter: m, users: make(map[module.Version][]vendorUse), buf: make([]byte, hashBlock)}
	if inv.ModCache == nil {
		return v.res
	}
	seen := make(map[string]bool)
	for _, p := range projects {
		if p.Vendor != nil && !seen[p.Vendor.Dir] && ctx.Err() == nil {
			seen[p.Vendor.Dir] = true
			v.look(p)
		}
	}
	v.compareAll(inv.ModCache.Versions)
	v.res.Stopped = ctx.Err() != nil
	finding.Sort(v.res.Findings)
	sortUnread(v.res.Unread)
	return v.res
}

// vendoring is one call of Vendored.
type vendoring struct {
	ctx   context.Context
	meter *meter.Meter
	res   *VendorResult
	users map[module.Version][]vendorUse // by what the zip is of
	buf   []byte
}

// A vendorUse is a module in a vendor directory.
type vendorUse struct {
	*vendorTree
	*vendorModule
}

// look reads a vendor directory and notes whose zips it is to be compared with.
func (v *vendoring) look(p *project.Project) {
	t, err := readVendorTree(v.ctx, p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // no modules.txt: nobody's, or older than modules
	case err != nil:
		v.unread(p.Vendor.Dir, err)
		return
	}
	v.res.Dirs++
	for _, m := range t.modules {
		switch {
		case len(m.packages) == 0:
		case m.actual.Version == "":
			v.res.Replaced++
		default:
			v.users[m.actual] = append(v.users[m.actual], vendorUse{t, m})
		}
	}
	if len(t.strays) > 0 {
		f := vendorFinding(t, finding.Target{Path: t.dir}, "they are in no module that modules.txt names")
		f.Files, f.More = fewFiles(t.strays)
		v.tell(f)
	}
}

func (v *vendoring) unread(path string, err error) {
	if len(v.res.Unread) < foundMax {
		v.res.Unread = append(v.res.Unread, tree.Unreadable{Path: path, Err: err})
	}
}

func (v *vendoring) tell(f finding.Finding) {
	if len(v.res.Findings) < foundMax {
		v.res.Findings = append(v.res.Findings, f)
	}
}

// compareAll hashes the zips, each once, and compares with it all that was made from it.
func (v *vendoring) compareAll(versions []modcache.Version) {
	var jobs []sum.Job
	for i := range versions {
		c := &versions[i]
		if len(v.users[module.Version{Path: c.Path, Version: c.Version}]) > 0 && c.Parts.Has(modcache.HasZip) {
			jobs = append(jobs, sum.Job{Path: c.Path, Version: c.Version, Zip: c.Zip})
		}
	}
	v.meter.Expect(int64(len(jobs)))
	for _, uses := range v.users {
		v.res.Unknown += len(uses)
	}
	sum.Run(v.ctx, jobs, sum.Options{Files: true, Meter: v.meter}, func(r *sum.Result) {
		job := &jobs[r.Job]
		if r.Zip == nil || r.Zip.H1 == "" {
			return
		}
		zip := make(map[string]*sum.File, len(r.Zip.Contents))
		for i := range r.Zip.Contents {
			zip[r.Zip.Contents[i].Name] = &r.Zip.Contents[i]
		}
		for _, u := range v.users[module.Version{Path: job.Path, Version: job.Version}] {
			if want := u.goSum(); (want == "" || want == r.Zip.H1) && v.ctx.Err() == nil {
				v.compare(&u, job, zip, r.Zip.H1)
			}
		}
	})
}

// goSum is what the project's own go.sum file says of the zip; "" if nothing, or two things.
func (u *vendorUse) goSum() (hash string) {
	for _, s := range u.project.Sums {
		if s.Path == u.actual.Path && s.Version == u.actual.Version && !s.GoMod && strings.HasPrefix(s.Hash, "h1:") {
			if hash != "" && hash != s.Hash {
				return ""
			}
			hash = s.Hash
		}
	}
	return hash
}

// compare reports what is not as in the zip.
func (v *vendoring) compare(u *vendorUse, job *sum.Job, zip map[string]*sum.File, h1 string) {
	v.res.Unknown--
	v.res.Modules++
	var list []finding.File
	ends, there := 0, make(map[string]bool, len(u.files))
	for _, f := range u.files {
		if v.ctx.Err() != nil {
			return
		}
		there[f.name] = true
		change := v.file(u, f, zip[f.name])
		if change == "" {
			continue
		}
		if change == finding.Modified && ends == len(list) && ends < endsMax && v.sameButEnds(u, job, f.name) {
			ends++
		}
		list = append(list, finding.File{Path: f.name, Change: change})
	}
	list = append(list, v.missing(u, job, zip, there)...)
	if len(list) == 0 || v.ctx.Err() != nil {
		return
	}
	detail := "go compiles vendored files without comparing them with anything"
	if ends == len(list) {
		detail = "only line ends differ: git or an editor has rewritten them"
	}
	if u.actual != u.listed {
		detail += fmt.Sprintf("; it is replaced by %s", u.actual)
	}
	at := finding.Target{Module: u.listed.Path, Version: u.listed.Version, Path: filepath.Join(u.dir, filepath.FromSlash(u.listed.Path))}
	f := vendorFinding(u.vendorTree, at, detail)
	f.Files, f.More = fewFiles(list)
	f.Witnesses = []finding.Witness{{Name: "zip", Says: h1, From: job.Zip}}
	v.tell(f)
}

// file compares one vendored file; "" says that it is as it should be, or that nothing can be said.
func (v *vendoring) file(u *vendorUse, f vendorFile, zip *sum.File) finding.Change {
	switch {
	case f.odd:
		return finding.Odd
	case zip == nil && isSource(path.Base(f.name)):
		return finding.Extra
	case zip == nil:
		return ""
	}
	name := filepath.Join(u.dir, filepath.FromSlash(u.listed.Path), filepath.FromSlash(f.name))
	h := sha256.New()
	n, err := readAll(v.ctx, name, h, v.buf, zip.Size, v.meter)
	v.res.Files++
	v.res.Bytes += n
	switch {
	case v.ctx.Err() != nil, errors.Is(err, fs.ErrNotExist):
		return ""
	case n > zip.Size || err == nil && [sha256.Size]byte(h.Sum(nil)) != zip.Sum:
		return finding.Modified
	case err != nil:
		v.unread(name, err)
	}
	return ""
}

// sameButEnds reports whether a file differs in line ends only.
func (v *vendoring) sameButEnds(u *vendorUse, job *sum.Job, name string) bool {
	a, err := sum.FromZip(v.ctx, job.Zip, job.Path, job.Version, name, endsMaxSize)
	if err != nil {
		return false
	}
	b, err := sum.FromDir(v.ctx, u.dir, u.listed.Path+"/"+name, endsMaxSize)
	return err == nil && strings.ReplaceAll(string(a), "\r\n", "\n") == strings.ReplaceAll(string(b), "\r\n", "\n")
}

// missing are the files of vendored packages that are not there. Which are copied beside the Go files that can be part
// of a build depends on the version of go.
func (v *vendoring) missing(u *vendorUse, job *sum.Job, zip map[string]*sum.File, there map[string]bool) (list []finding.File) {
	packages := make(map[string]bool, len(u.packages))
	for _, p := range u.packages {
		packages[strings.TrimPrefix(strings.TrimPrefix(p, u.listed.Path), "/")] = true
	}
	for name := range zip {
		dir, base := path.Split(name)
		if there[name] || path.Ext(base) != ".go" || strings.HasSuffix(base, "_test.go") || !isSource(base) || !packages[strings.TrimSuffix(dir, "/")] {
			continue
		}
		data, err := sum.FromZip(v.ctx, job.Zip, job.Path, job.Version, name, sourceMax)
		if err == nil && mayBuild(data) {
			list = append(list, finding.File{Path: name, Change: finding.Missing})
		}
	}
	slices.SortFunc(list, func(a, b finding.File) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// fewFiles bounds a list of files.
func fewFiles(list []finding.File) ([]finding.File, int) {
	n := min(len(list), finding.FilesMax)
	return list[:n], len(list) - n
}

func vendorFinding(t *vendorTree, at finding.Target, detail string) finding.Finding {
	argv := t.project.VendorAgain()
	return more("vendor-modified", at, detail, finding.Fix{ID: "vendor-again", Argv: argv,
		Title: fmt.Sprintf("run \"go %s\" in %q: what was changed by hand is lost", strings.Join(argv[3:], " "), t.project.Dir)})
}
