package modcache

import (
	"context"
	"runtime"
	"sync"

	"godoctor/scan/tree"
)

// Estimate finds the sizes of the extracted directories that a fast walk looked at from outside only.
// A zip's central directory names every file that was unpacked from it, so one read of a few kilobytes
// stands for a walk of hundreds of inodes; where there is no zip to ask, or a partial extraction, the
// directory is walked after all. index, which may be nil, takes what was found for the next time.
func (s *Scan) Estimate(ctx context.Context, opt tree.Options, index *tree.Index) *tree.Result {
	var todo []*version
	for _, e := range s.order() {
		if e.unknown() {
			todo = append(todo, e)
		}
	}
	var (
		mu   sync.Mutex
		walk []*version
	)
	turns := tree.Turns(ctx, len(todo))
	tree.Together(min(max(2, runtime.GOMAXPROCS(0)), len(todo)), func(int) {
		r := newZipReader()
		for i := range turns {
			if !todo[i].estimate(s, r, &opt) {
				mu.Lock()
				walk = append(walk, todo[i])
				mu.Unlock()
			}
		}
	})
	res := s.walkDirs(ctx, opt, walk)
	if index != nil && ctx.Err() == nil {
		for _, e := range todo {
			e.put(index)
		}
	}
	return res
}

// walkDirs reads the extracted directories of versions.
func (s *Scan) walkDirs(ctx context.Context, opt tree.Options, versions []*version) *tree.Result {
	roots := make([]tree.Root, len(versions))
	for i, e := range versions {
		e.mu.Lock()
		dir, _ := e.names(s)
		e.mu.Unlock()
		roots[i] = tree.Root{Path: dir, Place: tree.Place{Cost: &e.dir}}
	}
	opt.Recall, opt.Record = nil, false
	res := tree.Walk(ctx, roots, opt)
	for _, e := range versions {
		e.mu.Lock()
		e.known = !res.Interrupted
		e.mu.Unlock()
	}
	return res
}

// unknown reports whether the size of an extracted directory is still to be found.
func (e *version) unknown() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.parts.Has(HasDir) && !e.known
}

// estimate takes the size from the zip, and reports whether that was possible.
func (e *version) estimate(s *Scan, r *zipReader, opt *tree.Options) bool {
	e.mu.Lock()
	parts, kind, st := e.parts, e.zipKind, e.dirStat
	_, zip := e.names(s)
	e.mu.Unlock()
	if !parts.Has(HasZip) || parts.Has(HasPartial) || kind != tree.File || st == nil || !st.Mode.IsDir() {
		return false
	}
	size, err := r.unpacked(zip, e.path+"@"+e.version+"/", st)
	if err != nil {
		return false // a damaged zip says nothing of the directory; verify has words for the zip
	}
	e.dir.Charge(size)
	if opt.Count != nil {
		opt.Count(size.Files+size.Dirs, size.Bytes)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known, e.guessed = true, true
	return true
}

// put keeps the size of the extracted directory for the next scan.
func (e *version) put(index *tree.Index) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dirStat == nil || !e.known || e.dir.Flawed() {
		return
	}
	index.Put(e.rel(), &tree.Listing{
		ID: tree.ID{Dev: e.dirStat.Dev, Ino: e.dirStat.Ino}, Mtime: e.dirStat.Mtime,
		Whole: true, Exact: !e.guessed, Sum: e.dir.Size(),
	})
}
