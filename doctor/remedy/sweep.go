package remedy

import (
	"context"
	"path"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// Sweep ends what an earlier run left unfinished: entries of the quarantine that are not wholly there are put back, and
// what was renamed away for deletion in one of the versions is deleted. The versions are those of the unfinished run's
// journal. A second Sweep finds nothing to do.
func (r *Remover) Sweep(ctx context.Context, versions []module.Version, each func(m module.Version, freed int64, err error)) {
	r.sweepHeld(ctx, each)
	if r.mod == nil {
		return
	}
	b := &removal{r: r, ctx: ctx, folders: make(map[string]*folder)}
	defer b.close()
	for _, m := range versions {
		if ctx.Err() != nil {
			return
		}
		names, err := plan.Places(m)
		if err != nil {
			each(m, 0, err)
			continue
		}
		b.unlend(names)
		b.sweep(m, names, each)
	}
}

// sweep ends what was left of one version: where the extracted directory is still in place and what goes before it is
// not, that is renamed back, and .ziphash where the zip is; else what is out of sight is deleted. A version whose lock somebody holds is left alone.
func (b *removal) sweep(m module.Version, names plan.Below, each func(module.Version, int64, error)) {
	hidden := b.hidden(names)
	if len(hidden) == 0 {
		return
	}
	lock, err := hidden[0].to.lockOf(b, names)
	if err != nil && !gone(err) { // where there is no @v nobody unpacks
		each(m, 0, err)
		return
	}
	if err == nil {
		defer lock.Close()
	}
	if back := b.unhidden(names, hidden); len(back) > 0 {
		t := &target{names: names, moved: back}
		if err := t.back(); err != nil {
			each(m, 0, err)
			return
		}
		hidden = b.hidden(names)
	}
	left := &leaving{todo: len(hidden)}
	job := b.r.newErasure(b.ctx)
	for _, h := range hidden {
		job.add(h.to, h.newName, func(freed int64, err error) { left.took(freed, err) })
	}
	job.wait()
	o := left.outcome()
	each(m, o.Disk, o.Err)
}

// unhidden are the moves to take back: all, where the extracted directory is still in place; .ziphash where the zip is,
// for only the sources were to go.
func (b *removal) unhidden(names plan.Below, hidden []move) (back []move) {
	dir, zip := b.there(names.Dir, directory), b.there(names.Zip, file)
	for _, m := range b.free(hidden) {
		if dir || zip && m.name == path.Base(names.Ziphash) {
			back = append(back, m)
		}
	}
	return back
}

// there reports whether something of that kind has a name below the module cache.
func (b *removal) there(name string, k kind) bool {
	f, err := b.at(path.Dir(name))
	if err != nil {
		return false
	}
	st, err := f.lstat(path.Base(name))
	return err == nil && st.kind == k
}

// lockOf takes the lock of a version.
func (f *folder) lockOf(b *removal, names plan.Below) (interface{ Close() error }, error) {
	d, err := b.at(path.Dir(names.Lock))
	if err != nil {
		return nil, err
	}
	return d.lock(path.Base(names.Lock))
}

// free keeps the moves whose way back is free.
func (b *removal) free(list []move) (out []move) {
	for _, m := range list {
		if _, err := m.from.lstat(m.name); gone(err) {
			out = append(out, m)
		}
	}
	return out
}

// hidden finds what was renamed away for deletion of one version, as the moves that were made.
func (b *removal) hidden(names plan.Below) []move { return b.renamed(names, oursFile, oursDir) }

// renamed finds what was renamed away of one version by what its new names say.
func (b *removal) renamed(names plan.Below, file, dir func(rest string) (string, bool)) (out []move) {
	look := func(dir, base string, was func(rest string) (string, bool)) {
		f, err := b.at(dir)
		if err != nil || f.rewind() != nil {
			return
		}
		for {
			list, err := f.names(1024)
			for _, e := range list {
				rest, is := strings.CutPrefix(e.name, base)
				if !is {
					continue
				}
				if name, ok := was(rest); ok {
					out = append(out, move{f, base + name, f, e.name})
				}
			}
			if err != nil || len(list) == 0 {
				return
			}
		}
	}
	version := strings.TrimSuffix(path.Base(names.Zip), "zip")
	look(path.Dir(names.Zip), version, file)
	look(path.Dir(names.Dir), path.Base(names.Dir), dir)
	return out
}

// oursFile and oursDir recognise the temporary names of this package by what follows the version, and say what followed
// it before. What is kept for undo is none of them.
func oursFile(rest string) (string, bool) {
	kind, rest, ok := strings.Cut(rest, ".godoctor-")
	run, ok2 := strings.CutSuffix(rest, ".tmp")
	return kind, ok && ok2 && validRun(run) && isKind(kind)
}

func oursDir(rest string) (string, bool) {
	run, ok := strings.CutPrefix(rest, tempMark)
	return "", ok && validRun(run)
}
