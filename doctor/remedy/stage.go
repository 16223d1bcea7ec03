package remedy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// A staging is a directory of ours where what was fetched, and proved, waits for the go command: .godoctor/staging/RUN-N beside
// the module cache, or cache/godoctor/staging/RUN-N in it, on its file system and this user's alone. It has
//
//	proxy/    a tree as GOPROXY has it: the only one that go is told of
//	scratch/  the module in which go is run: it needs nothing, and its go.sum has the proved lines
//	gopath/   where go keeps what it would keep in GOPATH
//	lock      held while it is in use: what nobody holds was left by a run that was killed
//
// Nothing in it is synced: after a crash a staging is never used again, and goes with the next one.
type staging struct {
	r    *Remover
	path string
	lock io.Closer // nil: there are no locks here
}

// Staging is the directory for what is being fetched, which is made if it is not there: on the file system of the module
// cache, this user's alone. What is in it may go at any time but that of a run; what killed runs have left of their installing goes
// now, for there may be nothing left to install.
func (r *Remover) Staging() (string, error) {
	all, err := r.stagings()
	if err != nil {
		return "", err
	}
	defer all.close()
	sweepStaging(all)
	return all.path, nil
}

func (r *Remover) stagings() (*folder, error) {
	if r.mod == nil {
		return nil, errNoModule
	}
	all, err := r.own("staging")
	if err != nil {
		return nil, fmt.Errorf("staging: %w", err)
	}
	return all, nil
}

// stage makes a staging, and removes those that killed runs have left.
func (r *Remover) stage() (*staging, error) {
	all, err := r.stagings()
	if err != nil {
		return nil, err
	}
	defer all.close()
	sweepStaging(all)
	r.seq++
	at, err := all.make(r.opt.Run + "-" + strconv.Itoa(r.seq))
	if err != nil {
		return nil, fmt.Errorf("staging: %w", err)
	}
	defer at.close()
	g := &staging{r: r, path: at.path}
	if lock, err := at.lock("lock"); err == nil {
		g.lock = lock
	}
	return g, nil
}

// sweepStaging removes what killed runs have left.
func sweepStaging(all *folder) {
	list, _ := all.names(-1)
	for _, e := range list {
		if e.kind != directory || !validRun(e.name) {
			continue
		}
		at, err := all.ours(e.name)
		if err != nil {
			continue
		}
		lock, err := at.lock("lock")
		at.close()
		if err != nil {
			continue // it is in use
		}
		lock.Close()
		os.RemoveAll(all.child(e.name))
	}
}

// remove takes the staging away, also after a stop. What is left of it goes with the next one.
func (g *staging) remove() {
	if g == nil {
		return
	}
	if g.lock != nil {
		g.lock.Close()
	}
	os.RemoveAll(g.path)
}

// file is a file of a version in the proxy: "zip", "mod", "info".
func (g *staging) file(names *plan.Below, ext string) string {
	below := strings.TrimSuffix(strings.TrimPrefix(names.Zip, "cache/download/"), "zip")
	return filepath.Join(g.path, "proxy", filepath.FromSlash(below)+ext)
}

// room makes the directory of a version in the proxy. It may be called by many goroutines at once.
func (g *staging) room(names *plan.Below) error {
	return os.MkdirAll(filepath.Dir(g.file(names, "zip")), 0o700)
}

// A Staged is a module version whose files were fetched, or found, and proved: their hashes were computed in this run and
// are those that go.sum or the checksum database has. Only such files are shown to the go command (house rule: a zip is
// hashed before any unpacking is allowed).
type Staged struct {
	Module, Version string
	Info, Mod, Zip  string // files, absolute; "": this one is not needed. They are left as they are
	Hash, ModHash   string // "h1:...", of Zip and Mod. Where there is the file, there is the hash
}

// bring puts the files of one version into the proxy: they get a second name there, or are copied where that cannot be.
func (g *staging) bring(s *Staged) error {
	names, err := plan.Places(module.Version{Path: s.Module, Version: s.Version})
	switch {
	case err != nil:
		return err
	case s.Zip != "" && s.Hash == "", s.Mod != "" && s.ModHash == "":
		return errors.New("its hash is not known: nothing is installed that was not proved")
	}
	if err := g.room(&names); err != nil {
		return err
	}
	for _, x := range []struct{ from, ext string }{{s.Info, "info"}, {s.Mod, "mod"}, {s.Zip, "zip"}} {
		if x.from == "" {
			continue
		}
		if err := bring(x.from, g.file(&names, x.ext)); err != nil {
			return err
		}
	}
	return nil
}

// bring gives a file another name, or copies it.
func bring(from, to string) error {
	before, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if !before.Mode().IsRegular() {
		return pathError("stage", from, errors.New("it is not a regular file"))
	}
	if os.Link(from, to) == nil {
		if now, err := os.Lstat(to); err != nil || !os.SameFile(before, now) {
			return errors.Join(err, pathError("stage", from, errors.New("it changes while it is looked at")))
		}
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, before.Size()))
	return errors.Join(err, out.Close())
}
