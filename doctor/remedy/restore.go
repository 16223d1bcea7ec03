package remedy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/modcache"
)

// A Held is one entry of the quarantine.
type Held struct {
	Name    string // "RUN/N": what Restore takes
	Run     string
	Made    time.Time
	Module  string
	Version string
	Part    plan.Part
	Hash    string
	Disk    int64
	Whole   bool  // its move was completed; else it is to be put back
	Err     error // its manifest cannot be believed: nothing is known but its name

	emptied bool // it holds nothing any more: who put it back was killed
}

// Overdue reports whether the entry has waited long enough.
func (h *Held) Overdue(now time.Time) bool { return now.Sub(h.Made) >= HoldFor }

// Quarantined lists the entries of the quarantine of the module cache, by run and number.
func (r *Remover) Quarantined() ([]Held, error) {
	list, err := r.quarantines()
	var out []Held
	for _, q := range list {
		for _, run := range subfolders(q, validRun) {
			rf, err := q.ours(run)
			if err != nil {
				continue
			}
			for _, n := range subfolders(rf, isNumber) {
				out = append(out, readHeld(rf, run, n))
			}
			rf.close()
		}
		q.close()
	}
	slices.SortFunc(out, func(a, b Held) int { return natural(a.Name, b.Name) })
	return out, err
}

func natural(a, b string) int {
	if len(a) != len(b) && path.Dir(a) == path.Dir(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && n > 0 && s == strconv.FormatUint(n, 10)
}

// subfolders are the directories in a folder with such names.
func subfolders(f *folder, ok func(string) bool) (out []string) {
	for {
		list, err := f.names(256)
		for _, e := range list {
			if e.kind == directory && ok(e.name) {
				out = append(out, e.name)
			}
		}
		if err != nil || len(list) == 0 || len(out) > 1<<20 {
			return out
		}
	}
}

func readHeld(run *folder, name, n string) Held {
	h := Held{Name: name + "/" + n, Run: name}
	d, err := run.ours(n)
	if err != nil {
		h.Err = err
		return h
	}
	defer d.close()
	m, err := readManifest(d)
	if err != nil {
		h.Err = err
		return h
	}
	_, done := d.lstat(doneFile)
	h.Made, h.Module, h.Version, h.Part, h.Hash, h.Disk = m.Made, m.Module, m.Version, m.Part, m.Hash, m.Disk
	h.Whole = done == nil
	h.emptied = h.Whole && d.rewind() == nil && holdsNothing(d)
	return h
}

// readManifest reads a manifest and believes only what leads to a module version.
func readManifest(d *folder) (manifest, error) {
	f, err := d.read(manifestFile)
	if err != nil {
		return manifest{}, err
	}
	defer f.Close()
	var m manifest
	b, err := io.ReadAll(io.LimitReader(f, manifestMax))
	if err == nil {
		m, err = decodeManifest(b)
	}
	if err != nil {
		return m, fmt.Errorf("%q: %w", d.child(manifestFile), err)
	}
	return m, nil
}

// decodeManifest reads what a manifest says.
func decodeManifest(b []byte) (m manifest, err error) {
	if err := json.Unmarshal(b, &m); err != nil {
		return m, err
	}
	switch {
	case m.Schema != "godoctor/v1":
		err = fmt.Errorf("schema %q is not known: a newer godoctor made it", m.Schema)
	case m.Part == asidePart:
		err = m.asideName()
	case !m.Part.OfVersion():
		err = fmt.Errorf("part %q is none of a module version", m.Part)
	default:
		_, err = plan.Places(module.Version{Path: m.Module, Version: m.Version})
	}
	return m, err
}

// errNoEntry says that nothing waits under such a name.
var errNoEntry = fmt.Errorf("it waits in the quarantine no more, it was put back or purged: %w", fs.ErrNotExist)

// entry opens an entry of the quarantine by its name. The error is errNoEntry where there is none.
func (r *Remover) entry(name string) (run, dir *folder, err error) {
	runName, n, ok := strings.Cut(name, "/")
	if !ok || !validRun(runName) || !isNumber(n) {
		return nil, nil, fmt.Errorf("%q is no entry of the quarantine", name)
	}
	list, err := r.quarantines()
	if err == nil {
		err = errNoEntry
	}
	for _, q := range list {
		if dir == nil {
			run, dir, err = entryIn(q, runName, n)
		}
		q.close()
	}
	switch {
	case dir != nil:
		return run, dir, nil
	case gone(err):
		err = fmt.Errorf("%s: %w", name, errNoEntry)
	}
	return nil, nil, err
}

// entryIn opens an entry in one quarantine.
func entryIn(q *folder, runName, n string) (run, dir *folder, err error) {
	if run, err = q.ours(runName); err != nil {
		return nil, nil, err
	}
	if dir, err = run.ours(n); err != nil {
		run.close()
		return nil, nil, err
	}
	return run, dir, nil
}

// Restore puts an entry of the quarantine back where it was, under the version's lock. Where something is there
// meanwhile it changes nothing: what go fetched anew is as good. One that was interrupted goes on where it was.
func (r *Remover) Restore(name string) (module.Version, error) { return r.restore(name, false) }

// restore is Restore. With over it takes away what is in its way, where that is no version: go wrote .info and .mod, and was
// killed before the zip came. Otherwise nobody would miss what waits in the quarantine.
func (r *Remover) restore(name string, over bool) (module.Version, error) {
	run, dir, err := r.entry(name)
	if err != nil {
		return module.Version{}, err
	}
	v := &vault{name: name, run: run, dir: dir}
	defer run.close() // once more where it was dropped, which does no harm
	defer v.close()
	m, err := readManifest(dir)
	if err != nil {
		return module.Version{}, err
	}
	of := module.Version{Path: m.Module, Version: m.Version}
	if m.Part == asidePart {
		defer r.dropRun(path.Dir(name))
		return of, r.restoreAside(v, m)
	}
	t, b, err := r.destination(of, v, m, over)
	if b != nil {
		defer b.close()
	}
	if err != nil {
		return of, err
	}
	defer t.unlock()
	if err := t.back(); err != nil {
		return of, err
	}
	r.dropRun(path.Dir(name))
	return of, r.mod.syncAll()
}

// destination opens where the parts of an entry were, with what is to be moved back.
func (r *Remover) destination(of module.Version, v *vault, m manifest, over bool) (*target, *removal, error) {
	names, err := plan.Places(of)
	if err != nil {
		return nil, nil, err
	}
	b := &removal{r: r, folders: make(map[string]*folder)}
	t := &target{it: &plan.Item{Module: of.Path, Version: of.Version, Part: m.Part}, names: names, vault: v}
	v.isDir, v.dirMode = path.Base(names.Dir), fs.FileMode(m.DirMode).Perm()
	if t.download, err = b.mkdirs(path.Dir(names.Zip)); err != nil {
		return nil, b, err
	}
	if t.dir, err = b.mkdirs(path.Dir(names.Dir)); err != nil {
		return nil, b, err
	}
	lock, err := t.download.lock(path.Base(names.Lock))
	if err != nil {
		return nil, b, err
	}
	t.lock = lock
	over = over && !b.usable(names)
	for _, p := range t.parts() {
		if _, err := v.dir.lstat(p.name); err != nil {
			continue
		}
		if st, err := p.in.lstat(p.name); err == nil {
			if err = pathError("restore", p.in.child(p.name), errThere); over && st.kind == file {
				err = p.in.unlink(p.name)
			}
			if err != nil {
				t.unlock()
				return nil, b, err
			}
		}
		t.moved = append(t.moved, move{p.in, p.name, v.dir, p.name})
	}
	return t, b, nil
}

// usable reports whether there is a zip or a directory of a version.
func (b *removal) usable(names plan.Below) bool {
	return b.there(names.Zip, file) || b.there(names.Dir, directory)
}

// mkdirs opens a directory below the module cache, made where it is not there: go clean may have been here.
func (b *removal) mkdirs(name string) (*folder, error) {
	f, err := b.at(name)
	if !gone(err) {
		return f, err
	}
	above, err := b.mkdirs(path.Dir(name))
	if err != nil {
		return nil, err
	}
	if err := above.mkdir(path.Base(name), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return b.at(name)
}

// Purge deletes entries of the quarantine for good, and what waits in its place. each is told of every one. An entry is renamed
// before anything of it goes: half of one must never be taken for what is to be put back.
func (r *Remover) Purge(ctx context.Context, names []string, each func(name string, freed int64, err error)) {
	for _, name := range names {
		if ctx.Err() != nil {
			return
		}
		if modcache.IsKept(name) {
			freed, err := r.purgeHere(ctx, name)
			each(name, freed, err)
			continue
		}
		run, dir, err := r.entry(name)
		if err != nil {
			each(name, 0, err)
			continue
		}
		dir.close()
		temp := path.Base(name) + purgedMark
		if err := run.rename(path.Base(name), run, temp); err != nil {
			run.close()
			each(name, 0, err)
			continue
		}
		job := r.newErasure(ctx)
		job.add(run, temp, func(freed int64, err error) { each(name, freed, err) })
		job.wait()
		run.close()
		r.dropRun(path.Dir(name))
	}
}

// dropRun removes the directory of a run from the quarantine if nothing is in it any more.
func (r *Remover) dropRun(name string) {
	list, _ := r.quarantines()
	for _, q := range list {
		q.rmdir(name) // refuses what is not empty
		q.close()
	}
}
