package verify

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// Limits of a walk.
const (
	walkMax    = 1 << 20 // entries: eight times what the largest module has
	listedOnce = 1024    // entries that are read of a directory before the context is looked at
)

// walk gives every entry below a directory by its name with slashes, in no order, and goes into those directories of
// which do says so. Links are not followed. filepath.WalkDir reads and sorts a directory of 200,000 names before anybody
// can stop it.
func walk(ctx context.Context, root string, do func(rel string, d fs.DirEntry) (enter bool)) error {
	w := &walker{ctx: ctx, root: root, do: do}
	return w.dir("", 0)
}

// A walker is one walk.
type walker struct {
	ctx  context.Context
	root string
	do   func(rel string, d fs.DirEntry) bool
	seen int
}

func (w *walker) dir(rel string, depth int) error {
	if depth > sum.MaxDepth {
		return sum.ErrDeep
	}
	var below []string
	err := eachEntry(w.ctx, filepath.Join(w.root, filepath.FromSlash(rel)), func(d fs.DirEntry) {
		name := joinSlash(rel, d.Name())
		if w.seen++; w.seen <= walkMax && w.do(name, d) && d.IsDir() {
			below = append(below, name)
		}
	})
	if err == nil && w.seen > walkMax {
		err = regular.ErrTooLarge
	}
	for i := 0; i < len(below) && err == nil; i++ {
		err = w.dir(below[i], depth+1)
	}
	return err
}

// eachEntry gives the entries of a directory, some at a time: it can be as large as somebody wants. A link is none.
func eachEntry(ctx context.Context, dir string, do func(fs.DirEntry)) error {
	if fi, err := os.Lstat(dir); err != nil {
		return err
	} else if !fi.IsDir() {
		return sum.ErrNotDir // a fifo would keep the open waiting
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	for ctx.Err() == nil {
		list, err := f.ReadDir(listedOnce)
		for _, d := range list {
			if ctx.Err() == nil {
				do(d)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
