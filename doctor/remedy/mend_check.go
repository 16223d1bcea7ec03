package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"godoctor/doctor/plan"
	"godoctor/scan/sum"
)

// reopen opens what was not there before.
func (x *mending) reopen() (err error) {
	if x.t.download == nil {
		if x.t.download, err = x.b.at(path.Dir(x.t.names.Zip)); err != nil {
			return fmt.Errorf("go has installed nothing: %w", err)
		}
	}
	return nil
}

// check compares what go has installed with what was proved. It may be called for many versions at once.
func (x *mending) check() error {
	n := &x.t.names
	at := func(name string) string { return filepath.Join(x.r.mod.path, filepath.FromSlash(name)) }
	if x.st.Has(plan.FixMod) {
		if data, err := os.ReadFile(at(n.Mod)); err != nil || string(data) != string(x.text) {
			x.bad = []string{n.Mod}
			return errors.Join(errors.New("the go.mod file that go has written is not the one that was proved"), err)
		}
	}
	if x.st.Has(plan.FixInfo) {
		if err := checkInfo(at(n.Info), x.mod); err != nil {
			x.bad = []string{n.Info}
			return err
		}
	}
	if x.hash == "" || !x.content() {
		return nil
	}
	if err := x.checkZip(); err != nil {
		return err
	}
	j := sum.Job{Path: x.st.Module, Version: x.st.Version, Dir: at(n.Dir), Toolchain: x.st.Module == toolchainPath}
	res := sum.One(x.ctx, j, sum.Options{Workers: x.r.opt.Workers})
	if err := x.ctx.Err(); err != nil {
		return err
	}
	if res.Dir.H1 != x.hash {
		x.bad = []string{n.Dir}
		return errors.Join(fmt.Errorf("the directory that go has installed has the hash %q, want %q", res.Dir.H1, x.hash), res.Dir.Err)
	}
	x.hashed = true
	return nil
}

// checkZip compares the zip in the cache with the one that was proved. One that go was to read only was hashed there.
func (x *mending) checkZip() error {
	name := path.Base(x.t.names.Zip)
	if x.local {
		if st, err := x.t.download.lstat(name); err != nil || !x.zip.like(st) {
			return errors.Join(errChanged, err)
		}
		return nil
	}
	s := Staged{Module: x.st.Module, Version: x.st.Version, Zip: x.staged("zip"), Hash: x.hash}
	err := settledZip(x.ctx, &s, x.t.download, name)
	if err != nil && x.ctx.Err() == nil {
		x.bad = []string{x.t.names.Zip, x.t.names.Ziphash, x.t.names.Dir}
	}
	return err
}

// toolchainPath is the module of the toolchains.
const toolchainPath = "golang.org/toolchain"

// content reports whether the step is about zip and directory.
func (x *mending) content() bool {
	return x.st.Has(plan.FixFetch) || x.st.Has(plan.FixUnpack) || x.st.Has(plan.FixZiphash) || x.st.Has(plan.FixFinish)
}

// lockWait is how long the way back waits for the lock, which the go command that was just run held.
const lockWait = 2 * time.Second

// back puts the old state back: what go has brought meanwhile in the place of what was taken is renamed away and deleted. So is
// what it has brought in the place of nothing, where that is not what was proved: go would use it.
func (x *mending) back() error {
	t := x.t
	bad := slices.DeleteFunc(x.bad, func(name string) bool { return !slices.Contains(x.absent, name) })
	if len(t.moved)+len(bad) == 0 {
		t.vault.drop()
		return nil
	}
	waits := "the old state waits in the quarantine, and the next run puts it back"
	if len(t.moved) == 0 {
		waits = "it stays there"
	}
	if err := x.lockAgain(); err != nil {
		return fmt.Errorf("%s: %w", waits, err)
	}
	defer t.unlock()
	job := x.r.newErasure(context.WithoutCancel(x.ctx))
	for _, m := range t.moved {
		if err := x.discard(job, m.from, m.name); err != nil {
			return fmt.Errorf("%s: %w", waits, err)
		}
	}
	for _, name := range bad {
		if err := x.discardPart(job, name); err != nil {
			return fmt.Errorf("%s: %w", waits, err)
		}
	}
	if err := t.back(); err != nil {
		return err
	}
	err := x.r.mod.syncAll()
	job.wait()
	return err
}

// discardPart is discard for a part by its name below the module cache.
func (x *mending) discardPart(job *erasure, name string) error {
	in, err := x.b.at(path.Dir(name))
	if gone(err) {
		return nil
	}
	if err == nil {
		err = x.discard(job, in, path.Base(name))
	}
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
	if name == path.Base(x.t.names.Dir) {
		temp = x.r.temp(name + tempMark + "%s")
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
func (x *mending) end() {
	t := x.t
	if x.content() && t.dir != nil {
		x.r.forgetIndex(t)
	}
	if x.made {
		x.b.unlend(t.names)
	}
	if x.m.Installed != nil {
		x.m.Installed(x.mod)
	}
	v := t.vault
	if v == nil {
		return
	}
	t.vault = nil
	if x.later = v.finish(); x.later != nil {
		return
	}
	if x.st.Keep {
		x.kept = v.name
		return
	}
	x.r.Purge(context.WithoutCancel(x.ctx), []string{v.name}, func(_ string, _ int64, err error) { x.later = err })
}

// outcome is what became of the step.
func (x *mending) outcome() plan.Outcome {
	if x.err != nil {
		return outcomeOf(x.err)
	}
	return plan.Outcome{Result: plan.Done, Kept: x.kept, Err: x.later}
}
