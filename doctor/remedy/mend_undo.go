package remedy

import (
	"context"
	"errors"
	"fmt"
	"path"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// swap puts what a repair has put aside back into its place. What the repair has brought is renamed away for that, under
// the version's lock and behind the gate, and deleted: it can be had again, from where it came.
func (s *Session) swap(of module.Version, name string) error {
	run, dir, err := s.entry(name)
	if err != nil {
		return err
	}
	m, err := readManifest(dir)
	held := make(map[string]bool)
	for list, err := dir.names(16); len(list) > 0 && err == nil; list, err = dir.names(16) {
		for _, e := range list {
			held[e.name] = true
		}
	}
	dir.close()
	run.close()
	if err != nil {
		return err
	}
	if m.Module != of.Path || m.Version != of.Version {
		return fmt.Errorf("%q is of %s@%s: %w", name, m.Module, m.Version, errChanged)
	}
	names, err := plan.Places(of)
	if err != nil {
		return err
	}
	b := &removal{r: s.Remover, ctx: context.Background(), folders: make(map[string]*folder)}
	defer b.close()
	moved, err := s.setAside(b, of, names, held)
	if err != nil {
		return err
	}
	if _, err = s.Restore(name); err != nil {
		t := &target{moved: moved}
		return errors.Join(err, t.back())
	}
	job := s.newErasure(context.Background())
	for _, x := range moved {
		job.add(x.to, x.newName, func(int64, error) {}) // what stays of it go sweeps, or the next run
	}
	job.wait()
	if s.gc != nil && s.opt.Index != nil {
		for _, entry := range s.opt.Index(names.Dir) {
			s.dropEntry(entry)
		}
	}
	return nil
}

// setAside renames what is in the way of an entry of the quarantine.
func (s *Session) setAside(b *removal, of module.Version, names plan.Below, held map[string]bool) (moved []move, err error) {
	download, err := b.at(path.Dir(names.Zip))
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lock, err := download.lock(path.Base(names.Lock))
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if who := s.users(b.ctx)(of.Path, of.Version); who != "" {
		return nil, usedError(who)
	}
	for _, name := range []string{names.Zip, names.Ziphash, names.Dir, names.Mod, names.Info} {
		base := path.Base(name)
		if !held[base] {
			continue
		}
		in, temp, err := download, s.temp(base+".godoctor-%s.tmp"), error(nil)
		if name == names.Dir {
			temp = s.temp(base + tempMark + "%s")
			in, err = b.at(path.Dir(name))
		}
		if err == nil {
			err = in.rename(base, in, temp)
		}
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, errors.Join(err, (&target{moved: moved}).back())
		}
		moved = append(moved, move{in, base, in, temp})
	}
	return moved, nil
}
