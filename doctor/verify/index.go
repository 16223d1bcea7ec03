package verify

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
)

// An IndexResult says what came of the module indexes in the build cache.
type IndexResult struct {
	Modules  int               // directories that an index was looked for of
	Indexes  int               // that were there and could be read
	Findings []finding.Finding // one for each index that is wrong; sorted
	Stopped  bool              // the context ended before the look did
}

// Indexes compares the indexes that the build cache holds of modules with what they were made from. The go command makes
// an index of a module in the module cache when it first looks into it, and finds it again by the directory's name and
// its own version alone (cmd/go/internal/modindex: moduleHash): one that was made while the directory was damaged
// outlives every repair of the directory, and builds go on failing with files that are not there, or missing ones that
// are.
//
// dirs are extracted directories that were found damaged: they are compared in full, and with the zip where it is there,
// because the index may be right and the directory wrong. With nil it is all of the module cache, as they lie there:
// the names of files, and what is in them where the directory is newer than its index. That misses the index of a file
// that was changed in its place, and changed back when the index was made.
func Indexes(ctx context.Context, inv *scan.Inventory, dirs []string, m *meter.Meter) *IndexResult {
	x := &indexes{ctx: ctx, res: &IndexResult{}, versions: GoVersions(inv), meter: m}
	if inv.BuildCache == nil || inv.ModCache == nil {
		return x.res
	}
	x.cache, x.named, x.real = inv.BuildCache.Root, spelled(inv), inv.ModCache.Root
	for i := range inv.ModCache.Versions {
		v := &inv.ModCache.Versions[i]
		full := dirs != nil
		if full && !slices.Contains(dirs, v.Dir) || !v.Parts.Has(modcache.HasDir) || v.Toolchain {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		x.module(v, full)
		m.Done(1)
	}
	x.res.Stopped = ctx.Err() != nil
	finding.Sort(x.res.Findings)
	return x.res
}

// GoVersions are the versions that the installed go commands call themselves, and those that have left something in the
// build cache: a version manager brings them back.
func GoVersions(inv *scan.Inventory) []string {
	var list []string
	if inv.Toolchains != nil {
		for i := range inv.Toolchains.Toolchains {
			t := &inv.Toolchains.Toolchains[i]
			list = append(list, t.Version, t.VersionFile)
		}
	}
	if inv.BuildCache != nil {
		for _, g := range inv.BuildCache.Groups {
			list = append(list, g.GoVersion)
		}
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(v string) bool { return v == "" })
}

// indexFormat is the format of indexes since Go 1.21. Those of other formats are not read.
const indexFormat = "go index v2"

// indexFormats are the formats that there were since Go 1.19, and the one that comes next.
var indexFormats = []string{indexFormat, "go index v1", "go index v0", "go index v3"}

// IndexEntries names the files of a build cache that hold the index of an extracted directory, one for each Go version
// and format; most of them are not there. dir is as GOMODCACHE spells it: a link in it counts. They have to go whenever
// the directory is mended.
func IndexEntries(cache, dir string, versions []string) []string {
	var list []string
	for _, v := range versions {
		for _, format := range indexFormats {
			id := indexID(v, format, dir)
			list = append(list, entryFile(cache, id, "a"))
		}
	}
	return list
}

// indexID is the name of the action that makes an index: cmd/go/internal/cache.NewHash begins it with the version, less
// the experiments that it was built with, and modindex.moduleHash adds the rest.
func indexID(version, format, dir string) [sha256.Size]byte {
	salt := version
	for _, mark := range []string{" X:", "-X:"} {
		if i := strings.Index(version, mark); i >= 0 {
			salt = version[:i]
			break
		}
	}
	return sha256.Sum256([]byte(salt + "module index " + version + " " + format + " " + filepath.Clean(dir) + "\n"))
}

// entryFile is a file of the build cache.
func entryFile(cache string, id [sha256.Size]byte, kind string) string {
	name := fmt.Sprintf("%x-%s", id, kind)
	return filepath.Join(cache, name[:2], name)
}

// spelled is the module cache as the setting has it, which may lead through links.
func spelled(inv *scan.Inventory) string {
	for _, r := range inv.Roots {
		if r.Name == "GOMODCACHE" && r.Path != "" {
			return filepath.Clean(r.Path)
		}
	}
	return inv.ModCache.Root
}

// indexes is one call of Indexes.
type indexes struct {
	ctx      context.Context
	cache    string // GOCACHE
	named    string // GOMODCACHE as it is spelled
	real     string // with links resolved
	versions []string
	meter    *meter.Meter
	res      *IndexResult
}

// module looks for the indexes of one version.
func (x *indexes) module(v *modcache.Version, full bool) {
	x.res.Modules++
	dirs := []string{v.Dir}
	if rel, err := filepath.Rel(x.real, v.Dir); err == nil && x.named != x.real {
		dirs = append(dirs, filepath.Join(x.named, rel))
	}
	var ref *files // made when the first index is there
	for _, dir := range dirs {
		for _, version := range x.versions {
			action := entryFile(x.cache, indexID(version, indexFormat, dir), "a")
			index, made := readIndex(x.cache, action)
			if index == nil {
				continue
			}
			x.res.Indexes++
			if ref == nil {
				ref = x.reference(v, full)
			}
			fi, err := os.Stat(v.Dir)
			deep := full || err == nil && fi.ModTime().After(made)
			x.compare(v, version, action, index, ref, deep)
		}
	}
}

// reference is what an index should have been made from. A directory that was found damaged is none: without its zip
// nothing is known.
func (x *indexes) reference(v *modcache.Version, damaged bool) *files {
	if !damaged {
		return filesInDir(x.ctx, v.Dir)
	}
	job := sum.Job{Path: v.Path, Version: v.Version}
	if v.Parts.Has(modcache.HasZip) {
		job.Zip = v.Zip
	}
	r := sum.One(x.ctx, job, sum.Options{Files: true, Meter: x.meter})
	if r == nil || r.Zip == nil || r.Zip.H1 == "" {
		return &files{ctx: x.ctx}
	}
	return filesInZip(x.ctx, v, r.Zip.Contents)
}

// compare reports an index that is not of its module.
func (x *indexes) compare(v *modcache.Version, version, action string, index map[string][]indexedFile, ref *files, deep bool) {
	if !ref.whole {
		return
	}
	f := more("index-poisoned", finding.Target{Module: v.Path, Version: v.Version, Path: action},
		fmt.Sprintf("%s sees the files of %q as this entry lists them and not as they are, whatever is done to the directory", version, v.Dir),
		finding.Fix{ID: "drop-index", Title: "remove that one file: go makes the index again at the next build"})
	dirs := slices.AppendSeq(slices.Collect(maps.Keys(ref.list)), maps.Keys(index))
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if x.ctx.Err() != nil {
			return
		}
		for _, file := range ref.differences(dir, index[dir], deep) {
			if len(f.Files) < finding.FilesMax {
				f.Files = append(f.Files, file)
			} else {
				f.More++
			}
		}
	}
	if len(f.Files) > 0 && len(x.res.Findings) < foundMax && x.ctx.Err() == nil {
		slices.SortFunc(f.Files, func(a, b finding.File) int { return strings.Compare(a.Path, b.Path) })
		x.res.Findings = append(x.res.Findings, f)
	}
}

// differences compares what an index lists of a directory.
func (f *files) differences(dir string, indexed []indexedFile, deep bool) (list []finding.File) {
	byName := make(map[string]*indexedFile, len(indexed))
	for i := range indexed {
		byName[indexed[i].name] = &indexed[i]
	}
	for _, name := range f.list[dir] {
		old := byName[name]
		delete(byName, name)
		switch {
		case old == nil:
			list = append(list, finding.File{Path: joinSlash(dir, name), Change: finding.Missing})
		case (deep || old.failed) && strings.HasSuffix(name, ".go") && f.stale(dir, old):
			list = append(list, finding.File{Path: joinSlash(dir, name), Change: finding.Modified})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, finding.File{Path: joinSlash(dir, name), Change: finding.Extra})
	}
	return list
}

func joinSlash(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

// ModuleDirs are the extracted directories that findings are about, for Indexes: what is wrong with a directory may be
// in an index of it.
func ModuleDirs(inv *scan.Inventory, list []finding.Finding) []string {
	if inv.ModCache == nil {
		return nil
	}
	about := make(map[module.Version]bool)
	for i := range list {
		switch list[i].Check {
		case "sources-modified", "crash-damage", "odd-entry", "partial-download":
			about[module.Version{Path: list[i].Target.Module, Version: list[i].Target.Version}] = true
		}
	}
	dirs := []string{}
	for i := range inv.ModCache.Versions {
		if v := &inv.ModCache.Versions[i]; about[module.Version{Path: v.Path, Version: v.Version}] {
			dirs = append(dirs, v.Dir)
		}
	}
	return dirs
}
