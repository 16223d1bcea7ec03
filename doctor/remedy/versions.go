package remedy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"godoctor/doctor/plan"
	"godoctor/scan/modcache"
)

// versions removes the targets of the batch: out of sight, looked at again, made durable, deleted.
func (b *removal) versions() {
	var hidden []*target
	for lo := 0; lo < len(b.targets); lo += groupMax {
		if b.ctx.Err() != nil {
			break
		}
		hidden = append(hidden, b.group(b.targets[lo:min(lo+groupMax, len(b.targets))])...)
	}
	if len(hidden) == 0 {
		return
	}
	if err := b.r.mod.syncAll(); err != nil {
		// Nothing is promised: after a power cut some may be back. They are whole then.
		err = fmt.Errorf("what was renamed could not be made durable: %w", err)
		for _, t := range hidden {
			b.undone(t, err)
		}
		return
	}
	hidden = slices.DeleteFunc(hidden, func(t *target) bool { return !b.step(t, (*target).mark) })
	for _, t := range hidden {
		b.r.forgetIndex(t)
		t.unlock()
	}
	for _, t := range hidden {
		if b.r.later(t.it) {
			b.each(t.i, t.kept())
			continue
		}
		b.r.pending = append(b.r.pending, b.putOff(t))
	}
}

// group takes a few versions out of sight: barriers up, a second look, and only then the directories.
func (b *removal) group(list []*target) (hidden []*target) {
	users := b.r.users(b.ctx)
	veiled := list[:0:0]
	for _, t := range list {
		if who := users(t.it.Module, t.it.Version); who != "" {
			b.busy(t.i, fmt.Errorf("%s uses it, or may: run this again when it has ended", who))
			t.unlock()
		} else if b.step(t, b.r.veil) {
			veiled = append(veiled, t)
		}
	}
	if len(veiled) == 0 {
		return nil
	}
	users = b.r.users(b.ctx)
	for _, t := range veiled {
		if who := users(t.it.Module, t.it.Version); who != "" {
			b.undone(t, fmt.Errorf("%s began to use it meanwhile: it was put back", who))
		} else if b.step(t, b.r.hide) && b.step(t, (*target).unveil) {
			hidden = append(hidden, t)
		}
	}
	return hidden
}

// step does one step of a removal. If that fails, all steps before are taken back.
func (b *removal) step(t *target, do func(*target) error) bool {
	err := do(t)
	if err == nil {
		return true
	}
	b.refused(t.i, errors.Join(err, t.back()))
	t.unlock()
	return false
}

// users asks the gate.
func (r *Remover) users(ctx context.Context) Users {
	if r.opt.Gate == nil {
		return func(string, string) string { return "" }
	}
	return r.opt.Gate(ctx)
}

// undone puts a version back and says so.
func (b *removal) undone(t *target, why error) {
	defer t.unlock()
	if err := t.back(); err != nil {
		b.fail(t.i, errors.Join(why, err))
		return
	}
	b.each(t.i, plan.Outcome{Result: plan.Skipped, Busy: true, Undone: true, Err: why})
}

// veil raises the barrier: from now on a go command that comes waits for the lock. What is quarantined gets its entry.
func (r *Remover) veil(t *target) error {
	if r.later(t.it) {
		v, err := r.open(t)
		if err == nil {
			t.vault = v
		} else if !noSpace(err) {
			return err
		} // else the renamed name stays in place, which is as good
	}
	return r.move(t, true)
}

// hide renames the rest, or moves it into the quarantine.
func (r *Remover) hide(t *target) error { return r.move(t, false) }

// unveil puts back what was renamed for the barrier alone.
func (t *target) unveil() error {
	for i, m := range t.moved {
		if m.newName == t.barrier {
			if err := m.to.rename(m.newName, m.from, m.name); err != nil {
				return err
			}
			t.moved = slices.Delete(t.moved, i, i+1)
			return nil
		}
	}
	return nil
}

// move renames the parts that are the barrier, or the others.
func (r *Remover) move(t *target, veil bool) error {
	for _, p := range t.parts() {
		if p.veil != veil {
			continue
		}
		name, to := p.name, p.in
		switch {
		case p.barrier:
			name = r.temp(p.temp)
		case t.vault != nil:
			to = t.vault.dir
		case r.later(t.it):
			r.seq++
			name = modcache.KeptName(p.name, r.opt.Run, r.seq)
		default:
			name = r.temp(p.temp)
		}
		err := t.vault.ready(p.in, p.name)
		if err == nil {
			err = p.in.rename(p.name, to, name)
		}
		if gone(err) {
			continue // there is no zip, or no .ziphash: there need not be
		}
		if err != nil {
			return err
		}
		t.moved = append(t.moved, move{p.in, p.name, to, name})
		if p.barrier {
			t.barrier = name
		}
	}
	return nil
}

// later reports whether an item waits in the quarantine.
func (r *Remover) later(it *plan.Item) bool { return it.Later() && !r.opt.NoQuarantine }

// back renames everything to where it was, the last first.
func (t *target) back() error {
	var errs []error
	for i := len(t.moved) - 1; i >= 0; i-- {
		m := t.moved[i]
		if err := m.to.rename(m.newName, m.from, m.name); err != nil {
			errs = append(errs, fmt.Errorf("it could not be put back: %w", err))
			continue
		}
	}
	if t.vault != nil && t.dir != nil { // it may have been made writable, and not been moved
		errs = append(errs, t.vault.restored(t.dir, t.vault.isDir))
	}
	if err := errors.Join(errs...); err != nil {
		if t.vault != nil { // it waits, and is not looked at again here
			t.vault.close()
			t.vault.run.close()
		}
		return err
	}
	t.moved = nil
	t.vault.drop()
	return nil
}

// forgetIndex removes the index that the build cache has of the extracted directory. Without one, go makes it anew.
func (r *Remover) forgetIndex(t *target) {
	if r.gc == nil || r.opt.Index == nil || t.dir == nil || t.it.Part == plan.Zip {
		return
	}
	for _, name := range r.opt.Index(t.names.Dir) {
		r.dropEntry(name)
	}
}

// kept is the outcome of a version that waits for its end in the quarantine, or where it was under another name.
func (t *target) kept() plan.Outcome {
	o := plan.Outcome{Result: plan.Done, Later: t.it.Disk}
	if t.vault == nil {
		return o
	}
	o.Kept = t.vault.name
	t.vault.close()
	t.vault.run.close()
	return o
}

// mark marks what waits in the quarantine as wholly there, without which the next run would put it back.
func (t *target) mark() error {
	if t.vault == nil {
		return nil
	}
	return t.vault.mark()
}

var _ plan.Ops = (*Remover)(nil)
