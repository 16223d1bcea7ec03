package plan

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A place is where an item lies: derived from its names each time that somebody looks.
type place struct {
	thing string // the extracted directory, or the thing itself
	zip   string // of a module version; else empty
	dir   bool   // thing has to be a directory
	file  bool   // thing has to be a file
}

// errRoot says that a plan has no root where an item lies.
var errRoot = errors.New("the plan has no such root")

// place derives where an item lies, in a plan with these roots.
func (it *Item) place(modCache, goCache string) (place, error) {
	if it.Part.InModCache() && !filepath.IsAbs(modCache) || it.Part.InGoCache() && !filepath.IsAbs(goCache) {
		return place{}, errRoot
	}
	if it.Part.OfVersion() {
		at, err := it.below()
		if err != nil {
			return place{}, err
		}
		return place{thing: under(modCache, at.Dir), zip: under(modCache, at.Zip), dir: true}, nil
	}
	if err := it.check(); err != nil {
		return place{}, err
	}
	switch it.Part {
	case Leftover:
		isDir := !strings.HasPrefix(it.Name, "cache/")
		return place{thing: under(modCache, it.Name), dir: isDir, file: !isDir}, nil
	case VCS:
		return place{thing: under(modCache, "cache/vcs/"+it.Name), dir: true}, nil
	case Entry, Test:
		return place{thing: under(goCache, it.Name), dir: true}, nil
	case Fuzz:
		return place{thing: under(goCache, "fuzz/"+it.Name), dir: true}, nil
	case SDK, Archive, Abandoned:
		return place{thing: it.Root, dir: true}, nil
	case Related:
		return place{thing: it.Root}, nil
	}
	return place{}, errName
}

// under is a clean name with slashes, below a clean root.
func under(root, rel string) string {
	return strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator) + filepath.FromSlash(rel)
}

// stamps looks at an item without following a link. The reason says why it cannot be planned as it is now, empty if it
// can. Entries have no stamp: their directory changes with every build, and their names say what is in them.
func (it *Item) stamps(modCache, goCache string) (dir, zip Stamp, reason string) {
	at, err := it.place(modCache, goCache)
	if err != nil {
		return dir, zip, keptName
	}
	return it.stampsAt(at)
}

// stampsAt is stamps, of a place that is known.
func (it *Item) stampsAt(at place) (dir, zip Stamp, reason string) {
	dir, reason = stampAt(at.thing, at.dir, at.file)
	if reason != "" || it.Part == Entry || it.Part == Test {
		return Stamp{}, zip, reason
	}
	if at.zip != "" {
		zip, reason = stampAt(at.zip, false, true)
	}
	none := Stamp{}
	switch {
	case reason != "":
	case (it.Part == Sources || it.Part == Zip) && (dir == none || zip == none), dir == none && zip == none:
		reason = keptGone
	}
	return dir, zip, reason
}

// stampAt is the stamp of a path, the zero one where nothing is there.
func stampAt(path string, dir, file bool) (Stamp, string) {
	fi, err := os.Lstat(path)
	return stampFrom(fi, err, dir, file)
}

// stampFrom is the stamp of what Lstat said.
func stampFrom(fi fs.FileInfo, err error, dir, file bool) (Stamp, string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Stamp{}, ""
	case err != nil:
		return Stamp{}, keptUnread
	case fi.Mode()&fs.ModeSymlink != 0:
		return Stamp{}, keptLink
	case dir && !fi.IsDir(), file && !fi.Mode().IsRegular(), !fi.IsDir() && !fi.Mode().IsRegular():
		return Stamp{}, keptChanged
	}
	return StampOf(fi), ""
}

// path is where an item lies, for people.
func (it *Item) path(at place) string {
	if it.Part == Zip {
		return at.zip
	}
	return at.thing
}

// stamp looks at what was chosen, and drops what is gone, and what does not lie where its names lead to.
func (m *maker) stamp(items []Item) []Item {
	modCache, goCache := roots(m.in)
	out := items[:0]
	for i := range items {
		it := &items[i]
		reason := keptName
		at, err := it.place(modCache, goCache)
		if err == nil && (hasRoot(it.Part) || it.path(at) == it.Path) {
			it.Dir, it.ZipFile, reason = it.stampsAt(at)
		}
		if reason != "" {
			m.kept.keep(reason, it.Label(), it.Disk)
			continue
		}
		out = append(out, *it)
	}
	return out
}

// roots are the two caches of an inventory, empty where there is none.
func roots(in *Input) (modCache, goCache string) {
	if c := in.Inventory.ModCache; c != nil {
		modCache = c.Root
	}
	if c := in.Inventory.BuildCache; c != nil {
		goCache = c.Root
	}
	return modCache, goCache
}
