package remedy

import (
	"context"
	"os"
	"strings"

	"godoctor/doctor/plan"
)

// SweepThings deletes what an unfinished run had renamed away of things that are no module versions. The items are
// those of the run's journal, of which part, name and root are looked at; each is told of those of which something was
// left. What lies in the module cache by the name of a version is found by [Remover.Sweep].
func (r *Remover) SweepThings(ctx context.Context, items []plan.Item, each func(it *plan.Item, freed int64, err error)) {
	for i := range items {
		if ctx.Err() != nil {
			return
		}
		if err := r.sweepThing(ctx, &items[i], each); err != nil && !gone(err) {
			each(&items[i], 0, err)
		}
	}
}

func (r *Remover) sweepThing(ctx context.Context, it *plan.Item, each func(*plan.Item, int64, error)) error {
	b := &removal{r: r, ctx: ctx, folders: make(map[string]*folder)}
	defer b.close()
	in, name := (*folder)(nil), it.Name
	var err error
	switch it.Part {
	case plan.VCS:
		if r.mod == nil || !isHash(name) {
			return nil
		}
		if in, err = b.at("cache/vcs"); err != nil {
			return err
		}
		lock, err := in.lock(name + ".lock")
		if err != nil {
			return err
		}
		defer lock.Close()
	case plan.SDK, plan.Archive, plan.Related, plan.Abandoned:
		if in, name, err = r.besideParent(it); err != nil {
			return err
		}
		b.hold(in)
	default:
		return nil
	}
	left := new(leaving)
	job := r.newErasure(ctx)
	temps := renamed(in, name)
	if _, err := in.lstat(name); it.Part == plan.VCS && gone(err) {
		if st, err := in.lstat(name + ".info"); err == nil && st.kind == file { // the run ended between clone and .info
			temps = append(temps, name+".info")
		}
	}
	for _, temp := range temps {
		left.todo++
		job.add(in, temp, func(freed int64, err error) { left.took(freed, err) })
	}
	if left.todo == 0 {
		return nil
	}
	job.wait()
	o := left.outcome()
	each(it, o.Disk, o.Err)
	return nil
}

// renamed finds what was renamed away of a thing.
func renamed(in *folder, name string) (out []string) {
	for {
		list, err := in.names(1024)
		for _, e := range list {
			run, ok := strings.CutPrefix(e.name, name+tempMark)
			if !ok || !validRun(run) {
				continue
			}
			if st, err := in.lstat(e.name); err == nil && (st.uid < 0 || st.uid == os.Geteuid()) {
				out = append(out, e.name)
			}
		}
		if err != nil || len(list) == 0 {
			return out
		}
	}
}
