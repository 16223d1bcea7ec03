package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/sum"
)

// mending is one version on its way.
type mending struct {
	r     *Remover
	ctx   context.Context
	st    *plan.Step
	m     Mender
	mod   module.Version
	b     *removal
	t     *target
	stage string // a directory of ours
	hash  string // h1 of the zip that was proved; "": no zip has a part in it
	text  []byte // the go.mod file that is staged
	zip   stat   // of the zip in the cache when it was hashed
	local bool   // the zip in the cache was proved
	made  bool   // the .info in the staging directory was made up, and does not stay
}

// mendVersion carries the step of a module version out.
func (s *Session) mendVersion(ctx context.Context, st *plan.Step, m Mender) plan.Outcome {
	x := &mending{r: s.Remover, ctx: ctx, st: st, m: m, mod: module.Version{Path: st.Module, Version: st.Version},
		b: &removal{r: s.Remover, ctx: ctx, folders: make(map[string]*folder)}}
	defer x.close()
	for _, do := range []func() error{x.open, x.gather, x.take} {
		if err := do(); err != nil {
			return outcomeOf(errors.Join(err, x.back()))
		}
	}
	err := x.install()
	if err == nil {
		err = x.check()
	}
	if err == nil {
		err = x.r.mod.syncAll()
	}
	if err != nil {
		return outcomeOf(errors.Join(err, x.back()))
	}
	return x.end()
}

func (x *mending) close() {
	if x.t != nil {
		x.t.unlock()
		if v := x.t.vault; v != nil { // what could not be put back waits in it
			v.close()
			v.run.close()
		}
	}
	x.b.close()
	if x.stage != "" {
		os.RemoveAll(x.stage)
	}
}

// open derives the names of the version and opens what holds them, where that is there.
func (x *mending) open() error {
	if x.r.mod == nil {
		return errNoModule
	}
	names, err := plan.Places(x.mod)
	if err != nil {
		return err
	}
	x.t = &target{it: &plan.Item{Module: x.st.Module, Version: x.st.Version, Part: plan.Forget, Hash: x.st.Hash}, names: names}
	if x.t.download, err = x.b.at(path.Dir(names.Zip)); err != nil && !gone(err) {
		return err
	}
	if x.t.dir, err = x.b.at(path.Dir(names.Dir)); err != nil && !gone(err) {
		return err
	}
	x.stage, err = x.r.stage()
	return err
}

// has reports whether a part is there, of whatever kind.
func (x *mending) has(name string) bool {
	in := x.t.download
	if name == x.t.names.Dir {
		in = x.t.dir
	}
	if in == nil {
		return false
	}
	_, err := in.lstat(path.Base(name))
	return err == nil
}

// take renames what is wrong into the quarantine, under the version's lock and behind the gate.
func (x *mending) take() error {
	t := x.t
	if t.download == nil {
		return nil // nothing of the version is there
	}
	if x.st.Has(plan.FixOdd) {
		if err := x.oddLock(); err != nil {
			return err
		}
	}
	lock, err := t.download.lock(path.Base(t.names.Lock))
	if err != nil {
		return err
	}
	t.lock = lock
	defer t.unlock()
	if x.local {
		if st, err := t.download.lstat(path.Base(t.names.Zip)); err != nil || st.inode != x.zip.inode || st.mtime != x.zip.mtime || st.size != x.zip.size {
			return errChanged
		}
	}
	early, late := x.wrong()
	if len(early)+len(late) == 0 {
		return nil
	}
	if err := x.free(); err != nil {
		return err
	}
	if err := x.vault(); err != nil {
		return err
	}
	if err := x.move(early); err != nil {
		return err
	}
	if err := x.free(); err != nil { // somebody came in between: back puts it all back
		return err
	}
	return x.move(late)
}

// free asks the gate whether anybody uses the version.
func (x *mending) free() error {
	if who := x.r.users(x.ctx)(x.st.Module, x.st.Version); who != "" {
		return usedError(who)
	}
	return nil
}

// wrong are the parts that go: before the second look, and after it.
func (x *mending) wrong() (early, late []string) {
	n, st := &x.t.names, x.st
	var first, then []string
	whole := !x.has(n.Partial) // a directory that is half unpacked is replaced by go itself, and never counts as whole
	if st.Has(plan.FixFetch) {
		first = append(first, n.Zip)
	}
	if st.Has(plan.FixFetch) || st.Has(plan.FixUnpack) || st.Has(plan.FixZiphash) {
		first = append(first, n.Ziphash)
		if whole {
			then = append(then, n.Dir)
		}
	}
	if st.Has(plan.FixMod) {
		then = append(then, n.Mod)
	}
	if st.Has(plan.FixInfo) {
		then = append(then, n.Info)
	}
	for _, name := range first {
		if x.has(name) {
			early = append(early, name)
		}
	}
	for _, name := range then {
		if x.has(name) {
			late = append(late, name)
		}
	}
	return early, late
}

// vault makes the entry of the quarantine.
func (x *mending) vault() (err error) {
	if x.t.vault, err = x.r.open(x.t); err != nil {
		return fmt.Errorf("what is wrong has to be put aside first: %w", err)
	}
	if x.t.dir == nil {
		return nil
	}
	if st, err := x.t.dir.lstat(x.t.vault.isDir); err != nil || st.kind != directory {
		x.t.vault.dirMode = 0o777 // it is none: its permissions are in nobody's way
	}
	return nil
}

// move renames parts into the quarantine.
func (x *mending) move(names []string) error {
	t := x.t
	for _, name := range names {
		in := t.download
		if name == t.names.Dir {
			in = t.dir
		}
		base := path.Base(name)
		if err := t.vault.ready(in, base); err != nil {
			return err
		}
		if err := in.rename(base, t.vault.dir, base); err != nil {
			return err
		}
		t.moved = append(t.moved, move{in, base, t.vault.dir, base})
	}
	return nil
}

// oddLock removes what stands in the place of the lock file, which nobody can have locked: a link, a pipe, an empty
// directory. A file stays.
func (x *mending) oddLock() error {
	base := path.Base(x.t.names.Lock)
	st, err := x.t.download.lstat(base)
	switch {
	case gone(err):
		return nil
	case err != nil:
		return err
	case st.kind == file:
		return nil
	case st.kind == directory:
		return x.t.download.rmdir(base)
	}
	return x.t.download.unlink(base)
}

// check hashes what go has installed.
func (x *mending) check() error {
	n := &x.t.names
	at := func(name string) string { return filepath.Join(x.r.mod.path, filepath.FromSlash(name)) }
	if x.st.Has(plan.FixMod) {
		if data, err := os.ReadFile(at(n.Mod)); err != nil || string(data) != string(x.text) {
			return errors.Join(errors.New("the go.mod file that go has written is not the one that was proved"), err)
		}
	}
	if x.st.Has(plan.FixInfo) {
		if err := checkInfo(at(n.Info), x.mod); err != nil {
			return err
		}
	}
	if x.hash == "" || !x.content() {
		return nil
	}
	j := sum.Job{Path: x.st.Module, Version: x.st.Version, Dir: at(n.Dir), Zip: at(n.Zip), Toolchain: x.st.Module == toolchainPath}
	res := sum.One(x.ctx, j, sum.Options{Workers: x.r.opt.Workers})
	if err := x.ctx.Err(); err != nil {
		return err
	}
	for what, h := range map[string]*sum.Hashed{"zip": res.Zip, "directory": res.Dir} {
		if h.H1 != x.hash {
			return errors.Join(fmt.Errorf("the %s that go has installed has the hash %q, want %q", what, h.H1, x.hash), h.Err)
		}
	}
	return nil
}

// toolchainPath is the module of the toolchains.
const toolchainPath = "golang.org/toolchain"

// content reports whether the step is about zip and directory.
func (x *mending) content() bool {
	return x.st.Has(plan.FixFetch) || x.st.Has(plan.FixUnpack) || x.st.Has(plan.FixZiphash) || x.st.Has(plan.FixFinish)
}

// lockWait is how long the way back waits for the lock, which the go command that was just run held.
const lockWait = 2 * time.Second

// back puts the old state back: what go has brought meanwhile in the place of what was taken is renamed away and deleted.
func (x *mending) back() error {
	t := x.t
	if t == nil || len(t.moved) == 0 {
		if t != nil {
			t.vault.drop()
		}
		return nil
	}
	if err := x.lockAgain(); err != nil {
		return fmt.Errorf("the old state waits in the quarantine, and the next run puts it back: %w", err)
	}
	defer t.unlock()
	job := x.r.newErasure(context.WithoutCancel(x.ctx))
	for _, m := range t.moved {
		if err := x.discard(job, m.from, m.name); err != nil {
			return fmt.Errorf("the old state waits in the quarantine: %w", err)
		}
	}
	if err := t.back(); err != nil {
		return err
	}
	err := x.r.mod.syncAll()
	job.wait()
	return err
}

func (x *mending) lockAgain() error {
	t := x.t
	t.unlock()
	for end := time.Now().Add(lockWait); ; time.Sleep(20 * time.Millisecond) {
		lock, err := t.download.lock(path.Base(t.names.Lock))
		if err == nil {
			t.lock = lock
			return nil
		}
		if !errors.Is(err, errBusy) || time.Now().After(end) {
			return err
		}
	}
}

// discard renames something away, to a name that go sweeps too, and has it deleted.
func (x *mending) discard(job *erasure, in *folder, name string) error {
	temp := x.r.temp(name + ".godoctor-%s.tmp")
	if in == x.t.dir {
		temp = x.r.temp(name + ".tmp-godoctor-%s")
	}
	err := in.rename(name, in, temp)
	if gone(err) {
		return nil
	}
	if err == nil {
		job.add(in, temp, func(int64, error) {}) // what stays of it the next run sweeps
	}
	return err
}

// end drops what was made of the wrong directory, and settles what becomes of what was there.
func (x *mending) end() plan.Outcome {
	t := x.t
	o := plan.Outcome{Result: plan.Done}
	if x.content() && t.dir != nil {
		x.r.forgetIndex(t)
	}
	if x.made {
		in, err := x.b.at(path.Dir(t.names.Info))
		if err == nil {
			x.b.unlinkFile(in, path.Base(t.names.Info))
		}
	}
	v := t.vault
	if v == nil {
		return o
	}
	t.vault = nil
	if o.Err = v.finish(); o.Err != nil {
		return o
	}
	if x.st.Keep {
		o.Kept = v.name
		return o
	}
	x.r.Purge(context.WithoutCancel(x.ctx), []string{v.name}, func(_ string, _ int64, err error) { o.Err = err })
	return o
}
