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

func (w *Want) of() module.Version { return module.Version{Path: w.Module, Version: w.Version} }

// An Installer runs the go command, the only installer of modules.
type Installer struct {
	Go       string   // the go command, absolute
	Environ  []string // of the user
	Offline  bool     // no proxy is asked for anything
	Writable bool     // -modcacherw, as the user's GOFLAGS have it
}

// installMax is how many versions one go command brings at most.
const installMax = 64

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
	for k, part := range [][]int{offline, online} {
		for lo := 0; lo < len(part); lo += installMax {
			index := part[lo:min(lo+installMax, len(part))]
			wants := make([]Want, len(index))
			for j, i := range index {
				wants[j] = list[i]
			}
			for j, err := range r.install(ctx, in, wants, k == 0) {
				each(index[j], err)
			}
		}
	}
}

// install runs one go command with the proxies of the user, or with none, and makes durable what came.
func (r *Remover) install(ctx context.Context, in Installer, list []Want, offline bool) []error {
	if r.mod == nil {
		return all(len(list), errNoModule)
	}
	scratch, err := os.MkdirTemp("", "godoctor-scratch-")
	if err != nil {
		return all(len(list), err)
	}
	defer os.RemoveAll(scratch)
	d := gocmd.Download{Go: in.Go, Environ: in.Environ, Dir: scratch, ModCache: r.mod.path, Writable: in.Writable}
	if offline {
		d.Proxy, d.NoSumDB = "off", true
		defer r.lendInfo(list, &d)()
	}
	for i := range list {
		r.opt.Meter.Working(list[i].of().String())
	}
	stop := r.watch(list)
	errs := download(ctx, d, list)
	stop()
	durable := r.mod.syncAll()
	for i := range errs {
		errs[i] = errors.Join(errs[i], durable)
	}
	r.opt.Meter.Done(int64(len(list)))
	return errs
}

// all is the same error n times.
func all(n int, err error) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}

// errSilent: the go command ended without a word of a version.
var errSilent = errors.New("go mod download said nothing of it")

// download has the go command bring versions, and gives for each why it did not come. What go says of one version it says
// beside the others; but where a .ziphash in the cache contradicts go.sum it ends at once (modfetch: checkMod), whatever else it
// was to do. Then each is tried alone.
func download(ctx context.Context, d gocmd.Download, list []Want) []error {
	errs := downloadOnce(ctx, d, list)
	for i := range list {
		if len(list) > 1 && errors.Is(errs[i], errSilent) && ctx.Err() == nil {
			errs[i] = downloadOnce(ctx, d, list[i:i+1])[0]
		}
	}
	return errs
}

func downloadOnce(ctx context.Context, d gocmd.Download, list []Want) []error {
	if err := scratchModule(d.Dir, list); err != nil {
		return all(len(list), err)
	}
	versions := make([]module.Version, len(list))
	for i := range list {
		versions[i] = list[i].of()
	}
	got, err := d.Run(ctx, versions)
	said := make(map[module.Version]gocmd.Downloaded, len(got))
	for _, g := range got {
		said[module.Version{Path: g.Path, Version: g.Version}] = g
	}
	errs := all(len(list), errors.Join(errSilent, err))
	for i := range list {
		if g, ok := said[versions[i]]; ok {
			errs[i] = arrived(&list[i], &g)
		}
	}
	return errs
}

// arrived judges what go says of a version.
func arrived(w *Want, g *gocmd.Downloaded) error {
	switch {
	case g.Error != "":
		return errors.New(g.Error)
	case w.Hash != "" && g.Sum != w.Hash:
		return fmt.Errorf("what came has the hash %s, and had %s", g.Sum, w.Hash)
	}
	return nil
}

// scratchModule makes a module that needs nothing, with the known hashes in its go.sum.
func scratchModule(dir string, list []Want) error {
	var sums strings.Builder
	for i := range list {
		w := &list[i]
		if w.Hash != "" {
			fmt.Fprintf(&sums, "%s %s %s\n", w.Module, w.Version, w.Hash)
		}
		if w.ModHash != "" {
			fmt.Fprintf(&sums, "%s %s/go.mod %s\n", w.Module, w.Version, w.ModHash)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module scratch\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), []byte(sums.String()), 0o600)
}
