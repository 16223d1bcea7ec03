package remedy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// Remove carries out a batch: it is the plan.Ops of the package. See there.
func (r *Remover) Remove(ctx context.Context, batch []plan.Item, each func(i int, o plan.Outcome)) {
	b := &removal{r: r, ctx: ctx, each: each, folders: make(map[string]*folder)}
	defer b.close()
	for i := range batch {
		if ctx.Err() != nil {
			return
		}
		it := &batch[i]
		r.opt.Meter.Working(it.Label())
		if !it.Part.OfVersion() {
			b.thing(i, it)
			continue
		}
		if t := b.aim(i, it); t != nil {
			b.targets = append(b.targets, t)
		}
	}
	b.endThings()
	b.versions()
}

// removal is one batch on its way.
type removal struct {
	r       *Remover
	ctx     context.Context
	each    func(int, plan.Outcome)
	folders map[string]*folder // open ones below the module cache, by their names with slashes
	targets []*target

	held   []*folder  // others that are open
	listed []*entries // of the build cache, to be unlinked
	job    *erasure   // of things; nil: nothing is to be deleted
}

func (b *removal) close() {
	for _, t := range b.targets {
		t.unlock()
	}
	for name, f := range b.folders {
		if name != "." {
			f.close()
		}
	}
	for _, f := range b.held {
		f.close()
	}
}

// at opens a directory below the module cache, component by component, and keeps it open for the batch.
func (b *removal) at(name string) (*folder, error) {
	if name == "." || name == "" {
		return b.r.mod, nil
	}
	if f, ok := b.folders[name]; ok {
		return f, nil
	}
	above, err := b.at(path.Dir(name))
	if err != nil {
		return nil, err
	}
	f, err := above.open(path.Base(name))
	if err == nil {
		b.folders[name] = f
	}
	return f, err
}

func (b *removal) skip(i int, err error) { b.each(i, plan.Outcome{Result: plan.Skipped, Err: err}) }
func (b *removal) fail(i int, err error) { b.each(i, plan.Outcome{Result: plan.Failed, Err: err}) }
func (b *removal) busy(i int, err error) {
	b.each(i, plan.Outcome{Result: plan.Skipped, Busy: true, Err: err})
}

// refused tells what was met: a failure, or a reason to leave the item alone.
func (b *removal) refused(i int, err error) {
	switch {
	case errors.Is(err, errBusy):
		b.busy(i, err)
	case gone(err), errors.Is(err, errLink), errors.Is(err, errMount), errors.Is(err, errChanged):
		b.skip(i, err)
	default:
		b.fail(i, err)
	}
}

var (
	errChanged  = errors.New("it changed since the plan was made")
	errNoModule = errors.New("no module cache was opened")
	errStranger = errors.New("the module cache has no zip, .ziphash or .info of it: the go command did not make it")
)

// A target is a version of the batch.
type target struct {
	i        int
	it       *plan.Item
	names    plan.Below
	dir      *folder // that holds the extracted directory
	download *folder // @v
	lock     interface{ Close() error }
	moved    []move
	barrier  string // the new name of what was moved for the barrier alone, and does not go
	vault    *vault // of what goes into the quarantine
}

// A move is a rename that was made.
type move struct {
	from    *folder
	name    string
	to      *folder
	newName string
}

func (t *target) unlock() {
	if t.lock != nil {
		t.lock.Close()
		t.lock = nil
	}
}

// aim derives the names of a version, opens what holds them, compares with the plan and takes the lock. nil: it is not
// to be removed, and each was told why.
func (b *removal) aim(i int, it *plan.Item) *target {
	if b.r.mod == nil {
		b.fail(i, errNoModule)
		return nil
	}
	names, err := plan.Places(module.Version{Path: it.Module, Version: it.Version})
	if err != nil {
		b.fail(i, err)
		return nil
	}
	t := &target{i: i, it: it, names: names}
	if t.download, err = b.at(path.Dir(names.Zip)); err == nil {
		t.dir, err = b.at(path.Dir(names.Dir))
		if gone(err) && it.Part != plan.Sources {
			t.dir, err = nil, nil // it was never extracted
		}
	}
	if err == nil {
		err = t.unchanged()
	}
	if err == nil {
		t.lock, err = t.download.lock(path.Base(names.Lock))
	}
	if err == nil {
		if err = t.unchanged(); err != nil { // now that nobody else may change it
			t.unlock()
		}
	}
	if err != nil {
		b.refused(i, err)
		return nil
	}
	return t
}

// unchanged compares what is there with the plan, and asks for evidence that the go command made it: a directory with a
// name like a module version's is no such thing by that alone.
func (t *target) unchanged() error {
	var dir stat
	err := fs.ErrNotExist
	if t.dir != nil {
		dir, err = t.dir.lstat(path.Base(t.names.Dir))
	}
	if err = same(dir, err, t.it.Dir, directory); err != nil {
		return err
	}
	zip, err := t.download.lstat(path.Base(t.names.Zip))
	if err = same(zip, err, t.it.ZipFile, file); err != nil {
		return err
	}
	for _, name := range []string{t.names.Zip, t.names.Ziphash, t.names.Info} {
		if st, err := t.download.lstat(path.Base(name)); err == nil && st.kind == file {
			return nil
		}
	}
	return errStranger
}

// same compares an entry with its stamp. The zero stamp is that of nothing.
func same(st stat, err error, want plan.Stamp, k kind) error {
	none := want == plan.Stamp{}
	switch {
	case gone(err):
		if none {
			return nil
		}
		return fmt.Errorf("it is not there any more: %w", fs.ErrNotExist)
	case err != nil:
		return err
	case none, st.kind != k, want.Inode != st.inode, want.Mtime != st.mtime, k == file && want.Size != st.size:
		return errChanged
	}
	return nil
}

// A part is what of a version is renamed.
type part struct {
	in      *folder
	name    string
	temp    string
	veil    bool // it goes before the second look
	barrier bool // and is put back at the end
}

// parts are the files of a version that go, in the order in which they are renamed. What goes first is a barrier: a
// go command that finds no .ziphash takes the directory for incomplete, whatever else is there, and asks for the lock.
func (t *target) parts() []part {
	at := func(name string, veil bool) part {
		return part{in: t.download, name: path.Base(name), temp: path.Base(name) + ".godoctor-%s.tmp", veil: veil}
	}
	dir := part{in: t.dir, name: path.Base(t.names.Dir), temp: path.Base(t.names.Dir) + tempMark + "%s"}
	zip, hash := at(t.names.Zip, true), at(t.names.Ziphash, true)
	switch t.it.Part {
	case plan.Sources:
		hash.barrier = true
		return []part{hash, dir}
	case plan.Zip:
		return []part{zip}
	}
	list := []part{zip, hash}
	if t.dir != nil {
		list = append(list, dir)
	}
	if t.it.Part == plan.Forget {
		list = append(list, at(t.names.Mod, false), at(t.names.Info, false))
	}
	return list
}

// noSpace reports whether there was no room for what an operation had to write.
func noSpace(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, errQuota) }

// temp makes a name that nobody has yet.
func (r *Remover) temp(pattern string) string {
	r.seq++
	return strings.Replace(pattern, "%s", fmt.Sprintf("%s-%d", r.opt.Run, r.seq), 1)
}
