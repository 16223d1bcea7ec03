package remedy

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/modcache"
)

// Where there is no room for the quarantine, what would wait there is only renamed: "E@V.godoctor-keep-RUN-N". Undo puts it back
// from there, purge removes it, and so does the next clean when it has waited long enough.

// keptBy recognises, by what follows the version, what a run has left in its place, as oursFile and oursDir do what is to be deleted.
func keptBy(run string) (file, dir func(rest string) (string, bool)) {
	is := func(rest string) (string, bool) {
		name, by, ok := modcache.ParseKept("x" + rest)
		return strings.TrimPrefix(name, "x"), ok && by == run && validRun(by)
	}
	return func(rest string) (string, bool) {
			kind, ok := is(rest)
			return kind, ok && isKind(kind)
		}, func(rest string) (string, bool) {
			before, ok := is(rest)
			return "", ok && before == ""
		}
}

// isKind reports whether a word ends the names of files that are cleaned away.
func isKind(s string) bool { return s == "zip" || s == "ziphash" || s == "mod" || s == "info" }

// RestoreHere puts back what a run left of a version in its place, under other names. found is false where there is nothing.
func (r *Remover) RestoreHere(m module.Version, run string) (found bool, err error) {
	names, err := plan.Places(m)
	if err != nil || r.mod == nil {
		return false, err
	}
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	file, dir := keptBy(run)
	moves := b.renamed(names, file, dir)
	if len(moves) == 0 {
		return false, nil
	}
	lock, err := moves[0].to.lockOf(b, names)
	if err != nil {
		return true, err
	}
	defer lock.Close()
	for _, m := range moves {
		if _, err := m.from.lstat(m.name); err == nil {
			return true, pathError("restore", m.from.child(m.name), errThere)
		}
	}
	t := &target{names: names, moved: moves} // back takes the last first: the directory
	if err := t.back(); err != nil {
		return true, err
	}
	return true, r.mod.syncAll()
}

// WaitsHere lists what the scan has found waiting in its place, as entries of the quarantine. Purge takes their names, which are
// paths below the module cache with slashes.
func WaitsHere(c *modcache.Cache) (list []Held) {
	if c == nil {
		return nil
	}
	for _, it := range c.Leftovers {
		rel, err := filepath.Rel(c.Root, it.Path)
		if err != nil {
			continue
		}
		if h, ok := heldHere(filepath.ToSlash(rel)); ok {
			h.Disk = it.Size.Disk
			list = append(list, h)
		}
	}
	return list
}

// heldHere reads the name of something that waits in its place.
func heldHere(rel string) (h Held, ok bool) {
	name, run, ok := modcache.ParseKept(rel)
	const stamp = "20060102-150405" // which the name of a run begins with
	at, err := time.Parse(stamp, run[:min(len(run), len(stamp))])
	if !ok || err != nil || !validRun(run) {
		return Held{}, false
	}
	gone := name + tempMark + "1-1" // as if it were to be deleted
	if strings.HasPrefix(name, "cache/download/") {
		gone = name + ".godoctor-1-1.tmp"
	}
	s, ok := scrapOf(gone)
	return Held{Name: rel, Run: run, Made: at, Module: s.of.Path, Version: s.of.Version, Part: plan.Version, Whole: true}, ok
}

// purgeHere deletes for good what waits in its place.
func (r *Remover) purgeHere(ctx context.Context, rel string) (freed int64, err error) {
	h, ok := heldHere(rel)
	if !ok || r.mod == nil {
		return 0, fmt.Errorf("%q: %w", rel, errNotNamed)
	}
	names, err := plan.Places(module.Version{Path: h.Module, Version: h.Version})
	if err != nil {
		return 0, err
	}
	b := &removal{r: r, ctx: ctx, folders: make(map[string]*folder)}
	defer b.close()
	in, err := b.at(path.Dir(rel))
	if err != nil {
		return 0, err
	}
	lock, err := in.lockOf(b, names)
	if err != nil && !gone(err) {
		return 0, err
	}
	if err == nil {
		defer lock.Close()
	}
	base := path.Base(rel)
	if strings.HasPrefix(rel, names.Dir) { // half a directory must never be put back
		temp := path.Base(names.Dir) + r.temp(tempMark+"%s")
		if err := in.rename(base, in, temp); err != nil {
			return 0, err
		}
		base = temp
	}
	job := r.newErasure(ctx)
	job.add(in, base, func(n int64, bad error) { freed, err = n, bad })
	job.wait()
	return freed, err
}
