package remedy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// A Staged is a module version whose files were fetched, or found, and proved: their hashes were computed in this run and
// are those that go.sum or the checksum database has. Only such files are shown to the go command (house rule: a zip is
// hashed before any unpacking is allowed).
type Staged struct {
	Module, Version string
	Info, Mod, Zip  string // files, absolute; "": this one is not needed. They are left as they are
	Hash, ModHash   string // "h1:...", of Zip and Mod. Where there is the file, there is the hash
}

// stagingLock is held while a staging is in use: what nobody holds was left by a run that was killed.
const stagingLock = "lock"

// Stage makes a module proxy of files, in the layout of GOPROXY, below a directory that is this user's alone and on the file
// system of the module cache: .godoctor/staging beside it, or cache/godoctor/staging in it. The files get a second name
// there, or are copied where that cannot be. remove takes the proxy away again, and is to be called once.
//
// Nothing is synced: after a crash a staging is never used again, and goes with the next one.
func (r *Remover) Stage(list []Staged) (proxyURL string, remove func(), err error) {
	if r.mod == nil {
		return "", nil, errNoModule
	}
	all, err := r.own("staging")
	if err != nil {
		return "", nil, fmt.Errorf("staging: %w", err)
	}
	r.sweepStaging(all)
	r.seq++
	name := r.opt.Run + "-" + strconv.Itoa(r.seq)
	at, err := all.make(name)
	if err != nil {
		all.close()
		return "", nil, fmt.Errorf("staging: %w", err)
	}
	lock, _ := at.lock(stagingLock) // where there are no locks, it is not swept
	remove = func() {
		at.close()
		if lock != nil {
			lock.Close()
		}
		r.erase(all, name)
		all.close()
	}
	for i := range list {
		if err := at.stage(&list[i]); err != nil {
			remove()
			return "", nil, fmt.Errorf("staging %s@%s: %w", list[i].Module, list[i].Version, err)
		}
	}
	return stagedURL(at.path), remove, nil
}

// stage puts the files of one version into a proxy.
func (f *folder) stage(s *Staged) error {
	names, err := plan.Places(module.Version{Path: s.Module, Version: s.Version})
	switch {
	case err != nil:
		return err
	case s.Zip != "" && s.Hash == "", s.Mod != "" && s.ModHash == "":
		return errors.New("its hash is not known: nothing is installed that was not proved")
	}
	below := strings.TrimPrefix(path.Dir(names.Mod), "cache/download/")
	dir, err := f.oursBelow(true, strings.Split(below, "/")...)
	if err != nil {
		return err
	}
	defer dir.close()
	for _, x := range []struct{ from, name string }{{s.Info, names.Info}, {s.Mod, names.Mod}, {s.Zip, names.Zip}} {
		if x.from == "" {
			continue
		}
		if err := dir.bring(x.from, path.Base(x.name)); err != nil {
			return err
		}
	}
	return dir.append("list", s.Version+"\n")
}

// bring gives a file another name here, or copies it.
func (f *folder) bring(from, name string) error {
	before, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if !before.Mode().IsRegular() {
		return pathError("stage", from, errors.New("it is not a regular file"))
	}
	if err := f.link(from, name); err == nil {
		if st, err := f.lstat(name); err != nil || st.kind != file || st.size != before.Size() {
			return errors.Join(err, pathError("stage", from, errors.New("it changes while it is looked at")))
		}
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := f.create(name, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, before.Size()))
	return errors.Join(err, out.Close())
}

// append adds to a file, which is made if it is not there.
func (f *folder) append(name, text string) error {
	had := ""
	if in, err := f.read(name); err == nil {
		b, err := io.ReadAll(io.LimitReader(in, 1<<20))
		if err = errors.Join(err, in.Close(), f.unlink(name)); err != nil {
			return err
		}
		had = string(b)
	}
	out, err := f.create(name, 0o600)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, had+text)
	return errors.Join(err, out.Close())
}

// sweepStaging removes what runs that were killed have left.
func (r *Remover) sweepStaging(all *folder) {
	list, _ := all.names(-1)
	for _, e := range list {
		if e.kind != directory || !validRun(e.name) {
			continue
		}
		at, err := all.ours(e.name)
		if err != nil {
			continue
		}
		lock, err := at.lock(stagingLock)
		at.close()
		if err != nil {
			continue // it is in use
		}
		lock.Close()
		r.erase(all, e.name)
	}
}

// erase removes a tree of ours, also after a stop. What is left of it goes with the next one.
func (r *Remover) erase(in *folder, name string) error {
	quiet := *r
	quiet.opt.Meter = nil // it frees nothing that anybody was told of
	var err error
	e := quiet.newErasure(context.Background())
	e.add(in, name, func(_ int64, failed error) { err = failed })
	e.wait()
	return err
}

// stagedURL is the file:// address of a directory as GOPROXY takes it (cmd/go/internal/web/url.go): a comma or a bar would end
// it there.
func stagedURL(dir string) string {
	dir = filepath.ToSlash(dir)
	if !strings.HasPrefix(dir, "/") {
		dir = "/" + dir // a drive letter
	}
	u := url.URL{Scheme: "file", Path: dir}
	return strings.NewReplacer(",", "%2C", "|", "%7C").Replace(u.String())
}
