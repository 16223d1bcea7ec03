package remedy

import (
	"context"
	"fmt"
	"path"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// mending is one version of a batch on its way.
type mending struct {
	r     *Remover
	ctx   context.Context
	st    *plan.Step
	m     *Mender
	mod   module.Version
	b     *removal // of the batch
	t     *target
	stage *staging // of the batch
	hash  string   // h1 of the zip that was proved; "": no zip has a part in it
	text  []byte   // the go.mod file that is staged
	zip   stat     // of the zip in the cache when it was hashed
	local bool     // the zip in the cache was proved
	made  bool     // the .info in the staging was made up, and does not stay

	early, late []string // what goes into the quarantine: before the second look, and after it
	absent      []string // what was not there when the lock was taken
	bad         []string // what was looked at after go had installed it, and is not what was proved
	hashed      bool     // zip and directory were compared with the hash after go had installed them
	touched     bool     // something was changed in the cache, or may have been
	err         error    // why it failed
	kept        string   // the entry of the quarantine that stays
	later       error    // what went wrong once it was mended
}

// open derives the names of the version and opens what holds them, where that is there.
func (x *mending) open() error {
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
	return nil
}

// close lets go of what the version holds.
func (x *mending) close() {
	if x.t == nil {
		return
	}
	x.t.unlock()
	if v := x.t.vault; v != nil { // what could not be put back waits in it
		v.close()
		v.run.close()
	}
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

// lock takes the version's lock, and finds out what is wrong there now.
func (x *mending) lock() error {
	t := x.t
	if t.download == nil { // nothing of the version is there, but maybe its directory
		x.absent = x.lacks()
		return nil
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
	if x.local {
		if st, err := t.download.lstat(path.Base(t.names.Zip)); err != nil || !x.zip.like(st) {
			return errChanged
		}
	}
	x.early, x.late = x.wrong()
	x.absent = x.lacks()
	return nil
}

// lacks are the parts that are not there.
func (x *mending) lacks() (out []string) {
	n := &x.t.names
	for _, name := range []string{n.Zip, n.Ziphash, n.Dir, n.Mod, n.Info} {
		if !x.has(name) {
			out = append(out, name)
		}
	}
	return out
}

// like reports whether a file looks as it did.
func (s stat) like(now stat) bool {
	return s.inode == now.inode && s.mtime == now.mtime && s.size == now.size
}

// free says whether anybody uses the version.
func (x *mending) free(users Users) error {
	if who := users(x.st.Module, x.st.Version); who != "" {
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
	x.touched = true
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
