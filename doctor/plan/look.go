package plan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Looker is the Ops of a dry run: it says what an application of the plan would find. It holds nothing to write with,
// neither a descriptor nor a root that could: only views of type fs.FS, and a func that makes one.
type Looker struct {
	modCache, goCache string
	view              func(dir string) fs.FS
}

// Look is an Ops that looks whether what a plan names is there, as it was when the plan was made, in a module cache and
// a build cache (either may be empty). Its Done means: would be removed. A plan that it was given may be applied
// afterwards.
func Look(modCache, goCache string) *Looker {
	return &Looker{modCache, goCache, os.DirFS}
}

// ErrChanged says that something is not as it was when the plan was made.
var ErrChanged = errors.New("it changed since the plan was made")

// Remove removes nothing. It implements Ops.
func (l *Looker) Remove(ctx context.Context, batch []Item, each func(i int, o Outcome)) {
	for i := range batch {
		if ctx.Err() != nil {
			return
		}
		each(i, l.look(&batch[i]))
	}
}

// look says what would become of an item.
func (l *Looker) look(it *Item) Outcome {
	at, err := it.place(l.modCache, l.goCache)
	if err != nil {
		return Outcome{Result: Failed, Err: err}
	}
	if it.Part == Entry || it.Part == Test {
		return l.entries(it, at.thing)
	}
	err = l.same(it, at.thing, it.Dir, at.dir, at.file)
	if err == nil && at.zip != "" {
		err = l.same(it, at.zip, it.ZipFile, false, true)
	}
	if err != nil {
		return Outcome{Result: Skipped, Err: err}
	}
	o := Outcome{Result: Done, Disk: it.Disk}
	if it.Later() {
		o.Disk, o.Later = 0, it.Disk
	}
	return o
}

// entries looks at each entry. What is gone already needs no removing, but where all are.
func (l *Looker) entries(it *Item, dir string) Outcome {
	view := l.view(dir)
	there := int64(0)
	for _, name := range it.Names {
		if fi, err := fs.Lstat(view, name); err == nil && (fi.Mode().IsRegular() || fi.IsDir()) {
			there++
		}
	}
	if there == 0 {
		return Outcome{Result: Skipped, Err: fmt.Errorf("%s: %w", it.Label(), fs.ErrNotExist)}
	}
	return Outcome{Result: Done, Disk: it.Disk / int64(len(it.Names)) * there}
}

// same compares a stamp. A thing in one of the caches is looked at from the root of that, so that no directory on the
// way to it is a link.
func (l *Looker) same(it *Item, path string, want Stamp, dir, file bool) error {
	root := filepath.Dir(path)
	if it.Part.InModCache() {
		root = l.modCache
	} else if it.Part.InGoCache() {
		root = l.goCache
	}
	rel, err := filepath.Rel(root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return fmt.Errorf("%q: %w", path, errName)
	}
	view := l.view(root)
	rel = filepath.ToSlash(rel)
	for i := range rel {
		if rel[i] != '/' {
			continue
		}
		if fi, err := fs.Lstat(view, rel[:i]); err == nil && !fi.IsDir() {
			return fmt.Errorf("%q: %w", strings.TrimSuffix(path, rel[i:]), ErrChanged)
		}
	}
	fi, err := fs.Lstat(view, rel)
	got, reason := stampFrom(fi, err, dir, file)
	switch {
	case reason != "" || got != want && want == (Stamp{}):
		return fmt.Errorf("%q: %w", path, ErrChanged)
	case got == Stamp{} && want != Stamp{}:
		return fmt.Errorf("%q: %w", path, fs.ErrNotExist)
	case got != want:
		return fmt.Errorf("%q: %w", path, ErrChanged)
	}
	return nil
}
