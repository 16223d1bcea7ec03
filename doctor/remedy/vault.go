package remedy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"godoctor/doctor/plan"
)

// The quarantine is DIR/.godoctor/quarantine beside the module cache, or cache/godoctor/quarantine in it where the
// directory beside it is on another file system or cannot be written. It has a directory for each run, and in it one
// with a number for each item: manifest.json, the parts under their own names, and "done" once the item is wholly there.
const (
	manifestFile = "manifest.json"
	doneFile     = "done"
	manifestMax  = 64 << 10
)

// HoldFor is how long the quarantine keeps what it has.
const HoldFor = 7 * 24 * time.Hour

// A manifest says what an entry of the quarantine is. It is made durable before anything is moved there.
type manifest struct {
	Schema  string    `json:"schema"`
	Run     string    `json:"run"`
	Made    time.Time `json:"made"`
	Cache   string    `json:"mod_cache"`
	Module  string    `json:"module"`
	Version string    `json:"version"`
	Part    plan.Part `json:"part"`
	Hash    string    `json:"hash,omitempty"`
	Disk    int64     `json:"disk_bytes"`
	DirMode uint32    `json:"dir_mode"` // of the extracted directory
}

// A vault is one entry of the quarantine while it is being filled. A nil vault is where nothing is quarantined.
type vault struct {
	name    string // "RUN/N"
	run     *folder
	dir     *folder
	dirMode fs.FileMode
	isDir   string // the name of the extracted directory
}

// open makes the entry for a version, before anything is moved.
func (r *Remover) open(t *target) (*vault, error) {
	m := manifest{Module: t.it.Module, Version: t.it.Version, Part: t.it.Part, Hash: t.it.Hash, Disk: t.it.Disk}
	isDir := path.Base(t.names.Dir)
	if t.dir != nil {
		if st, err := t.dir.lstat(isDir); err == nil {
			m.DirMode = uint32(st.mode.Perm())
		}
	}
	v, err := r.entryFor(m)
	if err != nil {
		return nil, err
	}
	v.isDir, v.dirMode = isDir, fs.FileMode(m.DirMode)
	return v, nil
}

// entryFor makes an entry of this run with its manifest, durable with all names that lead there.
func (r *Remover) entryFor(m manifest) (*vault, error) {
	q, err := r.quarantine()
	if err != nil {
		return nil, err
	}
	defer q.close()
	run, err := q.make(r.opt.Run)
	if err != nil {
		return nil, err
	}
	r.seq++
	n := strconv.Itoa(r.seq)
	v := &vault{name: r.opt.Run + "/" + n, run: run}
	if v.dir, err = run.make(n); err != nil {
		run.close()
		return nil, err
	}
	m.Schema, m.Run, m.Made, m.Cache = "godoctor/v1", r.opt.Run, r.opt.Now().UTC(), r.mod.path
	if err = v.dir.write(manifestFile, m); err == nil {
		err = errors.Join(v.dir.sync(), run.sync(), q.sync())
	}
	if err != nil {
		v.drop()
		return nil, err
	}
	return v, nil
}

// ready lets a directory be moved to another parent: whose permissions forbid writing cannot, for ".." in it changes.
func (v *vault) ready(in *folder, name string) error {
	if v == nil || name != v.isDir || v.dirMode&0o200 != 0 {
		return nil
	}
	d, err := in.open(name)
	if err != nil {
		return err
	}
	defer d.close()
	return d.chmod(v.dirMode | 0o200)
}

// restored gives a directory that was put back, or was not moved after all, the permissions that it had.
func (v *vault) restored(in *folder, name string) error {
	if v == nil || name != v.isDir || v.dirMode&0o200 != 0 {
		return nil
	}
	d, err := in.open(name)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.close()
	if st, err := d.self(); err != nil || st.mode.Perm() != v.dirMode|0o200 {
		return err
	}
	return d.chmod(v.dirMode)
}

// drop removes an entry that holds nothing any more, and lets go of it.
func (v *vault) drop() {
	if v == nil {
		return
	}
	v.dir.unlink(doneFile)
	v.dir.unlink(manifestFile)
	v.close()
	v.run.rmdir(path.Base(v.name)) // refuses what is not empty
	v.run.close()
}

func (v *vault) close() { v.dir.close() }

// mark marks an entry as wholly there. That need not be durable: what lacks the mark is put back.
func (v *vault) mark() error {
	f, err := v.dir.create(doneFile, 0o600)
	if err == nil {
		err = f.Close()
	}
	return err
}

// finish marks an entry, and lets go of it.
func (v *vault) finish() error {
	err := v.mark()
	v.close()
	v.run.close()
	return err
}

// make opens a directory of ours, which is made if it is not there. One that others own or can write is refused.
func (f *folder) make(name string) (*folder, error) {
	err := f.mkdir(name, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return f.ours(name)
}

// ours opens a directory that only this user can have made.
func (f *folder) ours(name string) (*folder, error) {
	d, err := f.open(name)
	if err != nil {
		return nil, err
	}
	st, err := d.self()
	if err == nil && st.uid >= 0 && (st.uid != os.Geteuid() || st.mode&0o077 != 0) {
		err = fmt.Errorf("%q is not this user's alone: it is not used as quarantine", d.path)
	}
	if err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// write makes a file with JSON in it, durable but for its name.
func (f *folder) write(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	w, err := f.create(name, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, bytes.NewReader(append(b, '\n')))
	if err == nil {
		if err = pathError("sync", f.child(name), f.disk.ask("sync", f.child(name))); err == nil {
			err = w.Sync()
		}
	}
	return errors.Join(err, w.Close())
}

// quarantine opens the quarantine of the module cache, which is made if it is not there.
func (r *Remover) quarantine() (*folder, error) {
	if r.mod == nil {
		return nil, errNoModule
	}
	return r.own("quarantine")
}

// own opens a directory of ours for the module cache, on its file system, which is made if it is not there.
func (r *Remover) own(name string) (*folder, error) {
	f, err := r.ownBeside(true, name)
	if err == nil || noSpace(err) {
		return f, err
	}
	return r.ownWithin(true, name)
}

// quarantines opens those that are there: once the directory beside the cache could be written, and once it could not.
func (r *Remover) quarantines() (list []*folder, err error) {
	if r.mod == nil {
		return nil, errNoModule
	}
	for _, open := range []func(bool, string) (*folder, error){r.ownBeside, r.ownWithin} {
		q, err2 := open(false, "quarantine")
		if err2 == nil {
			list = append(list, q)
		} else if !gone(err2) && !errors.Is(err2, errMount) {
			err = errors.Join(err, err2)
		}
	}
	return list, err
}

// ownBeside opens the one in the directory that the cache lies in.
func (r *Remover) ownBeside(create bool, name string) (*folder, error) {
	beside, err := openFolder(filepath.Dir(r.mod.path), r.disk)
	if err != nil {
		return nil, err
	}
	defer beside.close()
	if !beside.sameMount(r.mod) {
		return nil, errMount
	}
	return beside.oursBelow(create, ".godoctor", name)
}

// ownWithin opens the one in the cache.
func (r *Remover) ownWithin(create bool, name string) (*folder, error) {
	cache, err := r.mod.open("cache")
	if err != nil {
		return nil, err
	}
	defer cache.close()
	return cache.oursBelow(create, "godoctor", name)
}

// oursBelow opens directories of ours, one in the other, and makes what is not there if wanted, with a durable name.
func (f *folder) oursBelow(create bool, names ...string) (*folder, error) {
	at := f
	for i, name := range names {
		next, err := at.ours(name)
		if gone(err) && create {
			if next, err = at.make(name); err == nil {
				err = at.sync()
			}
		}
		if i > 0 {
			at.close()
		}
		if err != nil {
			next.close()
			return nil, err
		}
		at = next
	}
	return at, nil
}
