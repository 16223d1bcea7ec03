package remedy

import (
	"context"
	"errors"
	"fmt"

	"godoctor/doctor/plan"
	"godoctor/scan/modcache"
)

// Things are what is no module version. What go or a tool may look into goes by one rename in its directory, to a name
// with tempMark in it, and is deleted then; what is independent files (build-cache entries, fuzz inputs) is unlinked
// where it is. There is no undo but that go or the tool makes it anew.

// tempMark is what follows the name of a thing that was renamed away, before the run and a number.
const tempMark = modcache.TempMark

var (
	errNoBuild  = errors.New("no build cache was opened")
	errNotNamed = errors.New("no thing of that kind has this name")
	errYoung    = errors.New("it was used or changed within a day, or its time is not known")
	errForeign  = errors.New("this is not what go or its tool puts there")
	errPutBack  = errors.New("an earlier run was interrupted here: what it had renamed was put back")
)

// thing begins to remove what is no module version. Deleting, and telling what became of it, may be left to endThings.
func (b *removal) thing(i int, it *plan.Item) {
	var err error
	switch it.Part {
	case plan.Entry, plan.Test:
		var e *entries
		if e, err = b.entries(i, it); err == nil {
			b.listed = append(b.listed, e)
		}
	case plan.Fuzz:
		err = b.fuzz(i, it)
	case plan.VCS:
		err = b.clone(i, it)
	case plan.Leftover:
		err = b.leftover(i, it)
	case plan.SDK, plan.Archive, plan.Related, plan.Abandoned:
		err = b.beside(i, it)
	default:
		err = fmt.Errorf("it is not known how to remove %q", it.Part)
	}
	if err != nil {
		b.spared(i, err)
	}
}

// spared tells why a thing was left.
func (b *removal) spared(i int, err error) {
	if errors.Is(err, errYoung) || errors.Is(err, errPutBack) {
		b.skip(i, err)
		return
	}
	b.refused(i, err)
}

// endThings deletes what was renamed away, and the entries, several at a time.
func (b *removal) endThings() {
	b.unlinkEntries()
	if b.job != nil {
		b.job.wait()
	}
}

// hold keeps a folder open until the batch ends. Its key cannot be that of a folder below the module cache.
func (b *removal) hold(f *folder) *folder {
	b.held = append(b.held, f)
	return f
}

// discard puts a tree on the list of what is deleted. so says what became of the item until now. With keep the directory
// itself may stay: its parent cannot be written.
func (b *removal) discard(i int, in *folder, name string, so parts, keep bool) {
	if b.job == nil {
		b.job = b.r.newErasure(b.ctx)
	}
	top := b.job.add(in, name, func(freed int64, err error) {
		so.freed += freed
		so.errs = append(so.errs, err)
		b.each(i, so.outcome())
	})
	top.keep = keep
}

// hideThing renames a thing out of sight between two looks at who uses it. temp is its new name, empty where an error
// says why it is still in place.
func (b *removal) hideThing(i int, in *folder, name string) (temp string, told bool, err error) {
	if who := b.r.uses(b.ctx, in.child(name)); who != "" {
		b.busy(i, fmt.Errorf("%s uses it, or may: run this again when it has ended", who))
		return "", true, nil
	}
	temp = name + b.r.temp(tempMark+"%s")
	if err := in.rename(name, in, temp); err != nil {
		return "", false, err
	}
	who := b.r.uses(b.ctx, in.child(name))
	if who == "" {
		who = b.r.uses(b.ctx, in.child(temp)) // a program runs from where it is now
	}
	if who == "" {
		return temp, false, nil
	}
	why := fmt.Errorf("%s began to use it meanwhile: it was put back", who)
	if err := in.rename(temp, in, name); err != nil {
		b.fail(i, errors.Join(why, fmt.Errorf("it could not be put back: %w", err)))
		return "", true, nil
	}
	b.each(i, plan.Outcome{Result: plan.Skipped, Busy: true, Undone: true, Err: why})
	return "", true, nil
}

// uses asks which process uses a directory that is no module version.
func (r *Remover) uses(ctx context.Context, dir string) string {
	if r.opt.Uses == nil {
		return ""
	}
	return r.opt.Uses(ctx, dir)
}
