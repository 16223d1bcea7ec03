package bundle

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// Doubted are the module versions that an apply was installing, or mending, when it was broken off. go syncs nothing: after a power
// failure it finds a directory whole by its name, and its files are empty (golang/go#36568). The history tells, the youngest run first.
func Doubted(runs []*state.Run) map[module.Version]bool {
	seen, out := make(map[module.Version]bool), make(map[module.Version]bool)
	for _, r := range runs {
		mending := r.Kind == "repair" && len(r.Args) > 1 && r.Args[0] == "bundle"
		for i := range r.Items {
			it := &r.Items[i]
			v := module.Version{Path: it.Module, Version: it.Version}
			if it.Module == "" || seen[v] {
				continue
			}
			seen[v] = true
			if r.Kind == "bundle" && it.Result == "" || mending && it.Result != plan.Done.String() {
				out[v] = true
			}
		}
	}
	return out
}

// Damaged reports whether something of a version lies in a module cache and is not what it has to be: every file of it is looked
// at. That something is missing is no damage.
func Damaged(ctx context.Context, modCache string, x *Module) bool {
	s, err := stem(x.ID())
	if err != nil {
		return false
	}
	file := func(ext string) string {
		return filepath.Join(modCache, "cache", "download", filepath.FromSlash(s+ext))
	}
	wrong := func(ext string, limit int64, right func(data []byte) bool) bool {
		data, err := regular.ReadFile(file(ext), limit)
		return err == nil && !right(data) || err != nil && !isGone(err)
	}
	if wrong(".mod", MaxMod, func(data []byte) bool { return sum.Mod(data) == x.Mod }) ||
		wrong(".info", MaxInfo, func(data []byte) bool { return checkInfo(data, x.Version) == nil }) {
		return true
	}
	if x.Zip == "" {
		return false
	}
	if wrong(".ziphash", 1<<10, func(data []byte) bool { return strings.TrimSpace(string(data)) == x.Zip }) {
		return true
	}
	j := sum.Job{Path: x.Path, Version: x.Version, Toolchain: x.Toolchain()}
	if _, err := os.Lstat(file(".zip")); !isGone(err) {
		j.Zip = file(".zip")
	}
	at, v, _ := strings.Cut(s, "/@v/")
	dir := filepath.Join(modCache, filepath.FromSlash(at+"@"+v))
	if _, err := os.Lstat(file(".partial")); isGone(err) { // else go itself unpacks it again
		if _, err := os.Lstat(dir); !isGone(err) {
			j.Dir = dir
		}
	}
	r := sum.One(ctx, j, sum.Options{})
	return r != nil && (r.Zip != nil && r.Zip.H1 != x.Zip || r.Dir != nil && r.Dir.H1 != x.Zip)
}

// Again is what is to be done with a version that is damaged: all of it comes from the bundle, by [Bundle.Fetch].
func (x *Module) Again() plan.Step {
	fixes := []string{plan.FixMod, plan.FixInfo}
	if x.Zip != "" {
		fixes = append([]string{plan.FixFetch}, fixes...)
	}
	return plan.Step{Module: x.Path, Version: x.Version, Fixes: fixes, Title: "install it again from the bundle", NeedsNetwork: true,
		Hash: x.Zip, ModHash: x.Mod, Source: "the bundle"}
}

// Fetch gives files of the bundle to a repair, as [remedy.Fetch] does from the network.
func (b *Bundle) Fetch(ctx context.Context, m module.Version, ext, _, to string, proved func(file string) error) error {
	s, err := stem(m)
	if err != nil {
		return err
	}
	if err := b.copyTo(ctx, s+"."+ext, to); err != nil {
		return err
	}
	if err := proved(to); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// Recorded reports whether the go command has the signed record of a version in a module cache: a lookup that is one.
func (b *Bundle) Recorded(modCache string, m module.Version) bool {
	s, err := stem(m)
	if err != nil {
		return false
	}
	return rightLookup(filepath.Join(sumsIn(modCache, b), "lookup", filepath.FromSlash(strings.Replace(s, "/@v/", "@", 1))))
}

// sumsIn is where the go command keeps what it has asked the bundle's checksum database for.
func sumsIn(modCache string, b *Bundle) string {
	return filepath.Join(modCache, "cache", "download", "sumdb", filepath.FromSlash(b.Manifest.sumdb()))
}

func rightLookup(file string) bool {
	data, err := regular.ReadFile(file, maxNote)
	if err != nil {
		return false
	}
	_, _, _, err = tlog.ParseRecord(data)
	return err == nil
}

// ForgetRecords removes what the go command has kept of the bundle's checksum database and cannot be so: lookups that are no records,
// and tiles of another size than their names say, as after a power failure. go would believe that they are there, and fail. What is
// not there it asks for.
func (b *Bundle) ForgetRecords(modCache string) error {
	if b.Manifest.SumDB == nil {
		return nil
	}
	top := sumsIn(modCache, b)
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		switch kind, _, _ := strings.Cut(filepath.ToSlash(rel), "/"); {
		case kind == "lookup" && !rightLookup(name), kind == "tile" && !rightTile(name, filepath.ToSlash(rel)):
			return os.Remove(name)
		}
		return nil
	})
	if isGone(err) {
		return nil
	}
	return err
}

func rightTile(file, name string) bool {
	t, err := tlog.ParseTilePath(name)
	if err != nil {
		return true // none of go's names: it does not read it
	}
	fi, err := os.Lstat(file)
	return err == nil && fi.Size() == int64(t.W*tlog.HashSize)
}
