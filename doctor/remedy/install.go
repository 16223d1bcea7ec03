package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/gocmd"
)

// A Want is a module version that is to be in the cache again.
type Want struct {
	Module  string
	Version string
	Hash    string // h1 of its zip, "h1:...": what comes has to have it; "": not known
	ModHash string // likewise of its .mod
	Offline bool   // from the zip in the cache: no proxy is asked
}

// An Installer runs the go command, the only installer of modules.
type Installer struct {
	Go       string   // the go command, absolute
	Environ  []string // of the user
	Offline  bool     // no proxy is asked for anything
	Proxy    string   // InstallFrom's: the file:// address of what is staged, the only proxy
	Writable bool     // -modcacherw, as the user's GOFLAGS have it
}

// installMax is how many versions one go command brings.
const installMax = 32

// Install brings versions back into the module cache by `go mod download` in a scratch module whose go.sum has the
// hashes that are known: go refuses what has another. What is there already, go leaves. each is told of every version once
// it is durable: go syncs nothing, and after a power cut its files were there and empty.
func (r *Remover) Install(ctx context.Context, in Installer, list []Want, each func(i int, err error)) {
	var offline, online []int
	for i, w := range list {
		if w.Offline || in.Offline {
			offline = append(offline, i)
		} else {
			online = append(online, i)
		}
	}
	for _, part := range [][]int{offline, online} {
		for lo := 0; lo < len(part); lo += installMax {
			in.Proxy = ""
			r.install(ctx, in, list, part[lo:min(lo+installMax, len(part))], nil, each)
		}
	}
}

// install runs one go command. settled judges what it brought, beside what it says of it; nil: nobody does.
func (r *Remover) install(ctx context.Context, in Installer, list []Want, part []int, settled func(i int, said error) error, each func(int, error)) {
	fail := func(err error) {
		for _, i := range part {
			each(i, err)
		}
	}
	if r.mod == nil {
		fail(errNoModule)
		return
	}
	scratch, err := scratchModule(list, part)
	if err != nil {
		fail(err)
		return
	}
	defer os.RemoveAll(scratch)
	d := gocmd.Download{Go: in.Go, Environ: in.Environ, Dir: scratch, ModCache: r.mod.path, Writable: in.Writable}
	if in.Proxy != "" {
		d.Proxy, d.NoSumDB = in.Proxy, true
	} else if list[part[0]].Offline || in.Offline {
		d.Proxy, d.NoSumDB = "off", true
	}
	index := make(map[module.Version]int)
	var versions []module.Version
	for _, i := range part {
		m := module.Version{Path: list[i].Module, Version: list[i].Version}
		index[m] = i
		versions = append(versions, m)
		r.opt.Meter.Working(m.String())
	}
	got, err := d.Run(ctx, versions)
	durable := r.mod.syncAll()
	for _, g := range got {
		m := module.Version{Path: g.Path, Version: g.Version}
		i, ok := index[m]
		if !ok {
			continue
		}
		delete(index, m)
		r.opt.Meter.Done(1)
		err := arrived(&list[i], g)
		if settled != nil {
			err = settled(i, err)
		}
		each(i, errors.Join(err, durable))
	}
	for _, i := range index {
		each(i, errors.Join(err, fmt.Errorf("go mod download said nothing of it")))
	}
}

// arrived judges what go says of a version.
func arrived(w *Want, g gocmd.Downloaded) error {
	switch {
	case g.Error != "":
		return errors.New(g.Error)
	case w.Hash != "" && g.Sum != w.Hash:
		return fmt.Errorf("what came has the hash %s, and had %s", g.Sum, w.Hash)
	}
	return nil
}

// scratchModule makes a module that needs nothing, with the known hashes in its go.sum.
func scratchModule(list []Want, part []int) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "godoctor-scratch-"); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	var sums strings.Builder
	for _, i := range part {
		if w := &list[i]; w.Hash != "" {
			fmt.Fprintf(&sums, "%s %s %s\n", w.Module, w.Version, w.Hash)
		}
		if w := &list[i]; w.ModHash != "" {
			fmt.Fprintf(&sums, "%s %s/go.mod %s\n", w.Module, w.Version, w.ModHash)
		}
	}
	if err = os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module scratch\n"), 0o600); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "go.sum"), []byte(sums.String()), 0o600)
}
