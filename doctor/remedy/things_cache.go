package remedy

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// fuzz removes the inputs that fuzzing a function has found, where they are: each is a file of its own.
func (b *removal) fuzz(i int, it *plan.Item) error {
	if b.r.gc == nil {
		return errNoBuild
	}
	elems := strings.Split(it.Name, "/")
	last := len(elems) - 1
	if last < 1 || !strings.HasPrefix(elems[last], "Fuzz") || slices.ContainsFunc(elems, notElem) {
		return fmt.Errorf("%q: %w", it.Name, errNotNamed)
	}
	at := b.r.gc
	for _, elem := range append([]string{"fuzz"}, elems[:last]...) {
		next, err := at.open(elem)
		if err != nil {
			return err
		}
		at = b.hold(next)
	}
	st, err := at.lstat(elems[last])
	if err := same(st, err, it.Dir, directory); err != nil {
		return err
	}
	b.discard(i, at, elems[last], parts{}, false)
	return nil
}

// notElem recognises what is no element of a name.
func notElem(s string) bool {
	return s == "" || s == "." || s == ".." || strings.ContainsAny(s, "/\\:\x00")
}

// clone removes a clone below cache/vcs under its lock, which stays (cmd/go/internal/modfetch/codehost: WorkDir). Where
// the directory or .info is missing go clones anew, so .info can go after it.
func (b *removal) clone(i int, it *plan.Item) error {
	if b.r.mod == nil {
		return errNoModule
	}
	if !isHash(it.Name) {
		return fmt.Errorf("%q: %w", it.Name, errNotNamed)
	}
	dir, err := b.at("cache/vcs")
	if err != nil {
		return err
	}
	unchanged := func() error {
		st, err := dir.lstat(it.Name)
		return same(st, err, it.Dir, directory)
	}
	if err := unchanged(); err != nil {
		return err
	}
	lock, err := dir.lock(it.Name + ".lock")
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := unchanged(); err != nil {
		return err
	}
	temp, told, err := b.hideThing(i, dir, it.Name)
	if told || err != nil {
		return err
	}
	so := b.unlinkFile(dir, it.Name+".info")
	b.discard(i, dir, temp, so, false)
	return nil
}

// unlinkFile removes a regular file. That it is not there is none of its errors.
func (b *removal) unlinkFile(in *folder, name string) (p parts) {
	st, err := in.lstat(name)
	if err == nil && st.kind != file {
		err = pathError("remove", in.child(name), errForeign)
	}
	if err == nil {
		err = in.unlink(name)
	}
	if err == nil {
		p.freed = st.freed()
		b.r.opt.Meter.Add(1, p.freed)
	} else if !gone(err) {
		p.errs = []error{err}
	}
	return p
}

// A scrap is what broken-off work left in the module cache, as its name tells.
type scrap struct {
	of      module.Version // zero: it belongs to none
	names   plan.Below
	partial bool // V.partial, beside a directory that is not whole
	dir     bool // a directory that was being unpacked or deleted
	ours    bool // this package renamed it
}

var (
	listTemp = regexp.MustCompile(`^list[0-9]+\.tmp$`)
	fileTemp = regexp.MustCompile(`^(?:zip|ziphash|mod|info)[0-9]+\.tmp$`)
	dirTemp  = regexp.MustCompile(`^\.tmp-[0-9]+$`)
)

// scrapOf recognises a leftover by its name below the module cache. What waits for undo under another name is none.
func scrapOf(name string) (s scrap, ok bool) {
	if slices.ContainsFunc(strings.Split(name, "/"), notElem) {
		return s, false
	}
	below, isFile := strings.CutPrefix(name, "cache/download/")
	if !isFile {
		i := strings.LastIndex(name, ".tmp-")
		if i < 0 || !s.version(strings.Cut(name[:i], "@")) || s.names.Dir != name[:i] {
			return s, false
		}
		_, s.ours = oursDir(name[i:])
		s.dir = true
		return s, s.ours || dirTemp.MatchString(name[i:])
	}
	escaped, base, ok := strings.Cut(below, "/@v/")
	if !ok {
		return s, false
	}
	if listTemp.MatchString(base) {
		_, err := module.UnescapePath(escaped)
		return s, err == nil
	}
	if v, is := strings.CutSuffix(base, ".partial"); is {
		s.partial = true
		return s, s.version(escaped, v, true) && s.names.Partial == name
	}
	for i := range len(base) {
		if base[i] != '.' {
			continue
		}
		rest := base[i+1:]
		_, ours := oursFile(rest)
		if (ours || fileTemp.MatchString(rest)) && s.version(escaped, base[:i], true) {
			s.ours = ours
			return s, true
		}
	}
	return s, false
}

// version notes the version that a leftover belongs to, from its escaped path and version.
func (s *scrap) version(escaped, version string, ok bool) bool {
	if !ok {
		return false
	}
	p, err := module.UnescapePath(escaped)
	if err != nil {
		return false
	}
	v, err := module.UnescapeVersion(version)
	if err != nil {
		return false
	}
	s.of = module.Version{Path: p, Version: v}
	s.names, err = plan.Places(s.of)
	return err == nil
}

// leftover removes what broken-off work left, under the lock of its version: while somebody holds that, the work is not
// broken off.
func (b *removal) leftover(i int, it *plan.Item) error {
	if b.r.mod == nil {
		return errNoModule
	}
	s, ok := scrapOf(it.Name)
	if !ok {
		return fmt.Errorf("%q: %w", it.Name, errNotNamed)
	}
	in, err := b.at(path.Dir(it.Name))
	if err != nil {
		return err
	}
	base, k := path.Base(it.Name), file
	if s.dir {
		k = directory
	}
	unchanged := func() (stat, error) {
		st, err := in.lstat(base)
		return st, same(st, err, it.Dir, k)
	}
	if _, err := unchanged(); err != nil {
		return err
	}
	if s.ours {
		return b.resume(i, &s)
	}
	if s.of.Path != "" {
		lock, err := in.lockOf(b, s.names)
		if err != nil && !(s.dir && gone(err)) { // where there is no @v nobody unpacks
			return err
		}
		if err == nil {
			defer lock.Close()
		}
	}
	st, err := unchanged()
	if err != nil {
		return err
	}
	if s.partial {
		return b.halfDone(i, in, &s)
	}
	return b.brokenOff(i, in, base, &s, st)
}

// zipTemp is a zip that go was downloading: under the version's lock, so who holds that knows that nobody is at work on it.
var zipTemp = regexp.MustCompile(`\.zip[0-9]+\.tmp$`)

// brokenOff removes a temporary file, or a directory that go 1.15 or older was unpacking. Young ones stay but for zips: .mod, .info
// and list are written without the version's lock.
func (b *removal) brokenOff(i int, in *folder, name string, s *scrap, st stat) error {
	if !b.r.old(st) && !zipTemp.MatchString(name) {
		return errYoung
	}
	if s.dir {
		temp := s.base() + b.r.temp(tempMark+"%s")
		if err := in.rename(name, in, temp); err != nil {
			return err
		}
		name = temp
	}
	b.discard(i, in, name, parts{}, false)
	return nil
}

func (s *scrap) base() string { return path.Base(s.names.Dir) }

// halfDone removes a half-unpacked directory, and then the file that says so: a directory without it counts as whole.
func (b *removal) halfDone(i int, download *folder, s *scrap) error {
	temp := s.base() + b.r.temp(tempMark+"%s")
	in, err := b.at(path.Dir(s.names.Dir))
	if err == nil {
		if err = in.rename(s.base(), in, temp); err == nil {
			err = in.sync() // .partial may not go first, not even in a power cut
		}
	}
	if err != nil && !gone(err) {
		return err
	}
	so := b.unlinkFile(download, path.Base(s.names.Partial))
	if err != nil { // there is no directory
		b.each(i, so.outcome())
		return nil
	}
	b.discard(i, in, temp, so, false)
	return nil
}

// resume ends what an earlier run of this package left of a version: see sweep.
func (b *removal) resume(i int, s *scrap) error {
	told, freed := false, int64(0)
	var err error
	hidden := b.hidden(s.names)
	b.sweep(s.of, s.names, func(_ module.Version, n int64, e error) { told, freed, err = true, n, e })
	switch {
	case err != nil:
		return err
	case !told: // somebody else did it meanwhile
		return pathError("remove", s.names.Dir, fs.ErrNotExist)
	case slices.ContainsFunc(hidden, func(m move) bool { _, err := m.from.lstat(m.name); return err == nil }):
		return errPutBack
	}
	b.each(i, plan.Outcome{Result: plan.Done, Disk: freed})
	return nil
}
