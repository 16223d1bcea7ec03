package modcache

import (
	"path/filepath"
	"sync"
	"time"

	"godoctor/scan/tree"
)

// version is a module version while it is being scanned.
type version struct {
	path, version       string
	escPath, escVersion string // as the file system has them
	toolchain           bool

	dir, zip, meta, left tree.Cost

	mu       sync.Mutex
	dirName  string // the extracted directory, once names was asked
	zipName  string
	parts    Parts
	fetched  int64      // Unix nanoseconds
	zipKind  tree.Kind  // a zip that is no regular file is never opened
	dirStat  *tree.Stat // once the extracted directory was seen
	known    bool       // the size of the extracted directory is known without a walk
	guessed  bool       // it is estimated
	recalled bool       // it is as of an earlier walk
}

// fill makes the entry of a version whose path and version were checked. Nothing is escaped or joined here: a
// warm rescan does this once for each version and little else.
func (s *Scan) fill(e *version, path, v, escPath, escVersion string) {
	e.path, e.version, e.toolchain = path, v, path == toolchainPath
	e.escPath, e.escVersion = escPath, escVersion
	key := path + "@" + v
	for _, c := range []struct {
		cost  *tree.Cost
		store Store
	}{{&e.dir, Sources}, {&e.zip, Zips}, {&e.meta, Meta}, {&e.left, Leftovers}} {
		c.cost.Rank, c.cost.Key = int(c.store), key
		if e.toolchain {
			c.cost.Rank = int(Toolchains)
		}
	}
}

// rel is the path of the extracted directory below the root, with slashes.
func (e *version) rel() string { return e.escPath + "@" + e.escVersion }

// names gives the extracted directory and the zip. They are put together when somebody asks, and kept.
func (e *version) names(s *Scan) (dir, zip string) {
	if e.dirName == "" {
		e.dirName = s.native(s.root + "/" + e.rel())
		e.zipName = s.native(s.root + "/cache/download/" + e.escPath + "/@v/" + e.escVersion + ".zip")
	}
	return e.dirName, e.zipName
}

// native puts the separators of the system into a path made of clean parts; the root may end with one.
func (s *Scan) native(path string) string {
	if filepath.Separator == '/' && len(s.root) > 1 {
		return path
	}
	return filepath.Clean(filepath.FromSlash(path))
}

// place is the meaning of the extracted directory.
func (e *version) place(s *Scan) tree.Place {
	e.mu.Lock()
	e.parts |= HasDir
	e.mu.Unlock()
	return tree.Place{Cost: &e.dir, Whole: true, Shallow: s.fast, Seen: e.seen}
}

// seen takes the state of the extracted directory.
func (e *version) seen(st *tree.Stat, l *tree.Listing) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dirStat = st
	e.fetched = max(e.fetched, st.Mtime)
	if l != nil {
		e.known, e.recalled, e.guessed = true, true, !l.Exact
	}
}

// file takes a file of the @v directory and says who pays for it.
func (e *version) file(f *tree.Entry, p part, has Parts) *tree.Cost {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.parts |= has
	switch p {
	case partZip:
		e.zipKind = f.Kind
		e.fetched = max(e.fetched, f.Mtime)
		return &e.zip
	case partZiphash:
		e.fetched = max(e.fetched, f.Mtime)
	case partPartial:
		return &e.left
	}
	return &e.meta
}

// export makes the immutable form.
func (e *version) export(s *Scan) Version {
	e.mu.Lock()
	defer e.mu.Unlock()
	dir, zip := e.names(s)
	v := Version{
		Path: e.path, Version: e.version, Parts: e.parts, Toolchain: e.toolchain,
		Dir: dir, Zip: zip,
		Sources: e.dir.Size(), ZipSize: e.zip.Size(), Meta: e.meta.Size().Add(e.left.Size()),
	}
	if !e.parts.Has(HasDir) {
		v.Done, v.Exact = true, true
	} else {
		v.Done = e.known || !s.fast && e.dir.Done()
		v.Exact = v.Done && !e.guessed && !e.recalled
	}
	if e.fetched != 0 {
		v.Fetched = time.Unix(0, e.fetched).UTC()
	}
	return v
}
