package remedy

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/mod/module"
)

// purgedMark follows the number of an entry of the quarantine that is being deleted for good.
const purgedMark = ".purged"

// sweepHeld ends what was left half done in the quarantine. What was not wholly moved there is put back; where go has
// fetched it anew meanwhile that is as good, and what was moved waits for its end like everything else. Of what was put back
// but for its permissions these are put back, too. What was being deleted is deleted, and what never came to hold anything is removed.
func (r *Remover) sweepHeld(ctx context.Context, each func(m module.Version, freed int64, err error)) {
	held, err := r.Quarantined()
	if err != nil {
		each(module.Version{}, 0, err)
	}
	for i := range held {
		h := &held[i]
		if ctx.Err() != nil {
			return
		}
		if h.Err != nil || h.Whole && !h.emptied {
			continue
		}
		m, err := r.restore(h.Name, true)
		if errors.Is(err, errThere) {
			err = r.finishHeld(h.Name)
		}
		each(m, 0, err)
	}
	list, _ := r.quarantines() // an error was told above
	for _, q := range list {
		for _, name := range subfolders(q, validRun) {
			if run, err := q.ours(name); err == nil {
				r.tidyRun(ctx, run, each)
				run.close()
				q.rmdir(name) // refuses what is not empty
			}
		}
		q.close()
	}
}

// finishHeld marks an entry as whole.
func (r *Remover) finishHeld(name string) error {
	run, dir, err := r.entry(name)
	if err != nil {
		return err
	}
	return (&vault{name: name, run: run, dir: dir}).finish()
}

// tidyRun deletes entries of one run that were being deleted, and those without a manifest that hold nothing: theirs is
// made before anything is moved.
func (r *Remover) tidyRun(ctx context.Context, run *folder, each func(m module.Version, freed int64, err error)) {
	ours := func(name string) bool {
		n, purged := strings.CutSuffix(name, purgedMark)
		return isNumber(n) && (purged || name == n)
	}
	job, left := r.newErasure(ctx), new(leaving)
	for _, name := range subfolders(run, ours) {
		if strings.HasSuffix(name, purgedMark) {
			left.todo++
			job.add(run, name, func(freed int64, err error) { left.took(freed, err) })
			continue
		}
		d, err := run.ours(name)
		if err != nil {
			continue
		}
		if _, err := readManifest(d); err != nil && d.rewind() == nil && holdsNothing(d) {
			d.unlink(doneFile)
			d.unlink(manifestFile)
			run.rmdir(name)
		}
		d.close()
	}
	if left.todo > 0 {
		job.wait()
		o := left.outcome()
		each(module.Version{}, o.Disk, o.Err)
	}
}

// holdsNothing reports whether an entry has no part of a module version in it.
func holdsNothing(d *folder) bool {
	list, _ := d.names(8)
	for _, e := range list {
		if e.name != doneFile && e.name != manifestFile {
			return false
		}
	}
	return len(list) < 8
}
