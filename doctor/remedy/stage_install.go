package remedy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/gocmd"
	"godoctor/scan/sum"
)

// InstallFrom has the go command install files that were proved, from a staging that is its only proxy: no network is asked,
// no checksum database, and the go.sum of its scratch module has the hashes. What is in the cache already go leaves: what is
// wrong there has to be out of its way. Of a version without Zip only .mod and .info are wanted, and what go says of a zip that
// it does not find is no failure.
//
// each is told of every version once it is durable and was looked at again: the zip in the cache has Hash, the .mod ModHash,
// and the .info is of this version.
func (r *Remover) InstallFrom(ctx context.Context, in Installer, list []Staged, each func(i int, err error)) {
	for lo := 0; lo < len(list); lo += installMax {
		chunk := list[lo:min(lo+installMax, len(list))]
		r.installStaged(ctx, in, chunk, func(i int, err error) { each(lo+i, err) })
	}
}

func (r *Remover) installStaged(ctx context.Context, in Installer, list []Staged, each func(int, error)) {
	g, err := r.stage()
	if err != nil {
		for i := range list {
			each(i, err)
		}
		return
	}
	defer g.remove()
	errs := make([]error, len(list))
	wants, index := make([]Want, 0, len(list)), make([]int, 0, len(list))
	for i := range list {
		s := &list[i]
		r.opt.Meter.Working(s.Module + "@" + s.Version)
		if errs[i] = g.bring(s); errs[i] != nil {
			continue
		}
		w := Want{Module: s.Module, Version: s.Version, Hash: s.Hash, ModHash: s.ModHash}
		if s.Zip == "" {
			w.Hash = "" // nothing is claimed of a zip; what is there, go compares with its .ziphash
		}
		wants, index = append(wants, w), append(index, i)
	}
	for k, said := range g.install(ctx, in, wants) {
		i := index[k]
		if list[i].Zip != "" && said != nil {
			errs[i] = said
		} else if err := r.settled(ctx, &list[i]); err != nil {
			errs[i] = errors.Join(err, said)
		}
	}
	durable := r.mod.syncAll()
	for i := range list {
		r.opt.Meter.Done(1)
		each(i, errors.Join(errs[i], durable))
	}
}

// install runs the go command, whose only proxy is the staging: no network, and no checksum database, for the go.sum of its
// scratch module has the proved lines.
func (g *staging) install(ctx context.Context, in Installer, list []Want) []error {
	if len(list) == 0 {
		return nil
	}
	scratch := filepath.Join(g.path, "scratch")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return all(len(list), err)
	}
	return download(ctx, gocmd.Download{Go: in.Go, Environ: in.Environ, Dir: scratch, ModCache: g.r.mod.path,
		Proxy: gocmd.FileURL(filepath.Join(g.path, "proxy")), NoSumDB: true, GOPATH: filepath.Join(g.path, "gopath"), Writable: in.Writable}, list)
}

// settled looks at what is in the cache now of what was staged.
func (r *Remover) settled(ctx context.Context, s *Staged) error {
	names, err := plan.Places(module.Version{Path: s.Module, Version: s.Version})
	if err != nil {
		return err
	}
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	dir, err := b.at(path.Dir(names.Mod))
	if err != nil {
		return err
	}
	if s.Zip != "" {
		if err := settledZip(ctx, s, dir, path.Base(names.Zip)); err != nil {
			return err
		}
	}
	if s.Mod != "" {
		data, err := dir.small(path.Base(names.Mod))
		if err != nil {
			return err
		}
		if have := sum.Mod(data); have != s.ModHash {
			return fmt.Errorf("its .mod in the module cache has the hash %s, want %s", have, s.ModHash)
		}
	}
	if s.Info == "" {
		return nil
	}
	data, err := dir.small(path.Base(names.Info))
	if err != nil {
		return err
	}
	var info struct{ Version string }
	if err := json.Unmarshal(data, &info); err != nil || info.Version != s.Version {
		return errors.New("its .info in the module cache is not what it should be")
	}
	return nil
}

// settledZip compares the zip in the cache with the one that was proved: its bytes, which costs little, and where they are
// others, the hash.
func settledZip(ctx context.Context, s *Staged, dir *folder, name string) error {
	if same, err := sameFile(ctx, s.Zip, dir, name); same || err != nil {
		return err
	}
	res := sum.One(ctx, sum.Job{Path: s.Module, Version: s.Version, Zip: filepath.Join(dir.path, name)}, sum.Options{})
	switch {
	case res == nil:
		return context.Cause(ctx)
	case res.Zip.Err != nil:
		return res.Zip.Err
	case res.Zip.H1 != s.Hash:
		return fmt.Errorf("its zip in the module cache has the hash %s, want %s", res.Zip.H1, s.Hash)
	}
	return nil
}

// sameFile reports whether two files hold the same.
func sameFile(ctx context.Context, one string, dir *folder, name string) (bool, error) {
	a, err := os.Open(one)
	if err != nil {
		return false, err
	}
	defer a.Close()
	b, err := dir.read(name)
	if err != nil {
		return false, err
	}
	defer b.Close()
	const size = 256 << 10
	x, y := make([]byte, size), make([]byte, size)
	for ctx.Err() == nil {
		n, err1 := io.ReadFull(a, x)
		m, err2 := io.ReadFull(b, y)
		if !bytes.Equal(x[:n], y[:m]) {
			return false, nil
		}
		if end := io.EOF; err1 != nil || err2 != nil {
			whole := func(err error) bool { return err == end || err == io.ErrUnexpectedEOF }
			if whole(err1) && whole(err2) {
				return true, nil
			}
			return false, errors.Join(err1, err2)
		}
	}
	return false, context.Cause(ctx)
}

// small reads a file that is small if it is what it should be.
func (f *folder) small(name string) ([]byte, error) {
	in, err := f.read(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, 16<<20)) // as large as go takes a go.mod (x/mod/zip.MaxGoMod)
}
