package remedy

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"godoctor/doctor/plan"
)

// graceAge is how old an entry of the build cache has to be. The go command notes uses at most once an hour, and asks
// programs not to trim what was used within the last day (cmd/go/internal/cache/cache.go).
const graceAge = 24 * time.Hour

// entries are the names of one item in one directory of the build cache.
type entries struct {
	i     int
	names []string
	dir   *folder

	freed         int64
	removed, left int // left: they were not there
	young         bool
	errs          []error
}

// entries opens the directory of build-cache entries, after every name was proved to be one.
func (b *removal) entries(i int, it *plan.Item) (*entries, error) {
	if b.r.gc == nil {
		return nil, errNoBuild
	}
	for _, name := range it.Names {
		if dir, ok := entryDir(name); !ok || dir != it.Name {
			return nil, fmt.Errorf("%q in %q: %w", name, it.Name, errNotNamed)
		}
	}
	if len(it.Names) == 0 {
		return nil, fmt.Errorf("%q: %w", it.Name, errNotNamed)
	}
	dir, err := b.r.gc.open(it.Name)
	if err != nil {
		return nil, err
	}
	return &entries{i: i, names: it.Names, dir: b.hold(dir)}, nil
}

// entryDir recognises HASH-a and HASH-d, and says in which directory they lie. Whatever else is in a build cache
// (trim.txt, testexpire.txt, README, fuzz) has no such name.
func entryDir(name string) (dir string, ok bool) {
	base, isAction := strings.CutSuffix(name, "-a")
	if !isAction {
		base, ok = strings.CutSuffix(name, "-d")
	}
	if (ok || isAction) && isHash(base) {
		return base[:2], true
	}
	return "", false
}

var lowerHex = regexp.MustCompile(`^[0-9a-f]+$`)

// isHash recognises a SHA-256 in hexadecimal, as go writes it.
func isHash(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 64 && lowerHex.MatchString(s)
}

// unlinkEntries removes the entries of the batch, several directories at a time. First go all that point to an output,
// then the outputs: an entry without its output is one that go makes anew, but a go command that has just read the entry
// would open it.
func (b *removal) unlinkEntries() {
	for _, suffix := range []string{"-a", "-d"} {
		work := make(chan *entries)
		var wg sync.WaitGroup
		for range min(b.r.opt.Workers, len(b.listed)) {
			wg.Go(func() {
				for e := range work {
					b.unlinkSome(e, suffix)
				}
			})
		}
		for _, e := range b.listed {
			work <- e
		}
		close(work)
		wg.Wait()
	}
	for _, e := range b.listed {
		if o := e.outcome(); o.Result != plan.Untouched {
			b.each(e.i, o)
		}
	}
}

// unlinkSome removes the entries of an item that have a suffix.
func (b *removal) unlinkSome(e *entries, suffix string) {
	for _, name := range e.names {
		if !strings.HasSuffix(name, suffix) {
			continue
		}
		if b.ctx.Err() != nil {
			return
		}
		freed, err := b.r.unlinkEntry(e.dir, name)
		e.freed += freed
		switch {
		case err == nil:
			e.removed++
			b.r.opt.Meter.Add(1, freed)
		case errors.Is(err, errYoung):
			e.young = true
		case gone(err):
			e.left++
		default:
			e.errs = append(e.errs, err)
		}
	}
}

// unlinkEntry removes an entry that is old at this moment.
func (r *Remover) unlinkEntry(dir *folder, name string) (freed int64, err error) {
	st, err := dir.lstat(name)
	if err != nil {
		return 0, err
	}
	if !r.old(st) {
		return 0, errYoung
	}
	switch {
	case st.kind == file:
		if err := dir.unlink(name); err != nil {
			return 0, err
		}
		return st.freed(), nil
	case st.kind == directory && strings.HasSuffix(name, "-d"):
		return r.unlinkProgram(dir, name, st)
	}
	return 0, pathError("remove", dir.child(name), errForeign)
}

// unlinkProgram removes an output that is a directory with one program in it.
func (r *Remover) unlinkProgram(in *folder, name string, st stat) (freed int64, err error) {
	dir, err := in.open(name)
	if err != nil {
		return 0, err
	}
	defer dir.close()
	list, err := dir.names(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if len(list) > 1 || len(list) == 1 && list[0].kind != file {
		return 0, pathError("remove", in.child(name), errForeign)
	}
	for _, program := range list {
		is, err := dir.lstat(program.name)
		if err == nil {
			err = dir.unlink(program.name)
		}
		if err != nil {
			return 0, err
		}
		freed += is.freed()
	}
	if err := in.rmdir(name); err != nil {
		return freed, err
	}
	return freed + st.disk, nil
}

// old reports whether a thing was left alone for graceAge. A time in the future or before 1970 says nothing.
func (r *Remover) old(st stat) bool {
	return st.mtime > 0 && r.opt.Now().Sub(time.Unix(0, st.mtime)) > graceAge
}

// outcome is what became of the entries of an item: done where some went and none failed.
func (e *entries) outcome() plan.Outcome {
	o := plan.Outcome{Result: plan.Done, Disk: e.freed}
	switch {
	case len(e.errs) > 0:
		o.Result = plan.Failed
		o.Err = fmt.Errorf("%d of %d entries could not be removed, the first: %w", len(e.errs), len(e.names), e.errs[0])
	case e.removed > 0:
	case e.young:
		o.Result, o.Err = plan.Skipped, errYoung
	case e.left > 0:
		o.Result, o.Err = plan.Skipped, fmt.Errorf("they are not there any more")
	default:
		o.Result = plan.Untouched // the context ended before the first
	}
	return o
}

// dropEntry removes one entry that points to an output, by its name below the build cache, "0a/HASH-a". It is asked for
// where the entry is wrong from now on, whatever its age. That it is not there, or stays, does no harm to what was asked
// for: go compares an index with nothing, but has none for a directory that is gone.
func (r *Remover) dropEntry(name string) {
	dirName, base, ok := strings.Cut(name, "/")
	if dir, isEntry := entryDir(base); !ok || !isEntry || dir != dirName || !strings.HasSuffix(base, "-a") || r.gc == nil {
		return
	}
	dir, err := r.gc.open(dirName)
	if err != nil {
		return
	}
	defer dir.close()
	if st, err := dir.lstat(base); err == nil && st.kind == file && dir.unlink(base) == nil {
		r.opt.Meter.Add(1, st.freed())
	}
}
