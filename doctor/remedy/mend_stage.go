package remedy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// Limits of the small files, which are those of the go command.
const (
	modMax  = 16 << 20
	infoMax = 1 << 20
)

// staged is the file of the version in the staging.
func (x *mending) staged(ext string) string { return x.stage.file(&x.t.names, ext) }

// gather brings everything that go will ask for into the staging, proved. It may be called for many versions at once.
func (x *mending) gather() error {
	x.r.opt.Meter.Working(x.mod.String())
	if err := x.stage.room(&x.t.names); err != nil {
		return err
	}
	for _, do := range []func() error{x.gatherZip, x.gatherMod, x.gatherInfo} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// want is what go is to bring: proved, as far as it takes part.
func (x *mending) want() Want {
	w := Want{Module: x.st.Module, Version: x.st.Version, Hash: x.hash}
	if x.text != nil {
		w.ModHash = sum.Mod(x.text)
	}
	return w
}

// gatherZip fetches the zip, or proves the one in the cache where the step has go read it.
func (x *mending) gatherZip() error {
	if x.st.Has(plan.FixFetch) {
		return x.fetch("zip", x.st.Hash, x.provedZip)
	}
	if !x.has(x.t.names.Zip) {
		if x.content() {
			return fmt.Errorf("%s: %w", x.mod, fs.ErrNotExist)
		}
		return nil
	}
	// A step about .mod or .info alone reads the zip too: go unpacks it where its directory is not there.
	err := x.localZip()
	if err != nil && !x.content() && x.has(x.t.names.Dir) && x.has(x.t.names.Ziphash) && !x.has(x.t.names.Partial) {
		return nil
	}
	return err
}

// provedZip compares a zip with the hash that it has to have.
func (x *mending) provedZip(file string) error {
	h, err := x.hashZip(file)
	if err != nil {
		return err
	}
	if h.H1 == "" {
		return fmt.Errorf("what came is no zip of it: %w", h.Err)
	}
	if x.st.Hash != h.H1 && !(x.st.Hash == "" && x.st.Unproved) {
		return fmt.Errorf("what came has the hash %s, and %s says %s: nothing was installed", h.H1, x.st.Source, x.st.Hash)
	}
	x.hash = h.H1
	return nil
}

// hashZip hashes a zip. The error is that of the context, which may end before.
func (x *mending) hashZip(file string) (*sum.Hashed, error) {
	j := sum.Job{Path: x.st.Module, Version: x.st.Version, Zip: file, Toolchain: x.st.Module == toolchainPath}
	res := sum.One(x.ctx, j, sum.Options{Workers: x.r.opt.Workers, Meter: x.r.opt.Meter})
	if res == nil {
		return nil, context.Cause(x.ctx)
	}
	return res.Zip, nil
}

// localZip hashes the zip in the cache. Where nobody outside the cache knows the version, .ziphash or the extracted
// directory has to agree with it: then go would use it just so.
func (x *mending) localZip() error {
	was, err := x.t.download.lstat(path.Base(x.t.names.Zip))
	if err != nil {
		return err
	}
	if was.kind != file {
		return pathError("hash", x.t.download.child(path.Base(x.t.names.Zip)), errForeign)
	}
	h, err := x.hashZip(filepath.Join(x.r.mod.path, filepath.FromSlash(x.t.names.Zip)))
	switch {
	case err != nil:
		return err
	case h.H1 == "":
		return fmt.Errorf("the zip in the cache cannot be used: %w", h.Err)
	case x.st.Hash != "" && h.H1 != x.st.Hash:
		return fmt.Errorf("the zip in the cache has the hash %s, and %s says %s: it is not unpacked", h.H1, x.st.Source, x.st.Hash)
	case x.st.Hash == "" && !x.agrees(h.H1):
		return fmt.Errorf("nobody knows the hash of the zip in the cache, %s: it is not unpacked", h.H1)
	}
	x.hash, x.zip, x.local = h.H1, was, true
	return nil
}

// agrees reports whether .ziphash or the directory has a hash.
func (x *mending) agrees(hash string) bool {
	at := func(name string) string { return filepath.Join(x.r.mod.path, filepath.FromSlash(name)) }
	if data, err := regular.ReadFile(at(x.t.names.Ziphash), 1<<10); err == nil && strings.TrimSpace(string(data)) == hash {
		return true
	}
	if !x.has(x.t.names.Dir) || x.has(x.t.names.Partial) {
		return false
	}
	j := sum.Job{Path: x.st.Module, Version: x.st.Version, Dir: at(x.t.names.Dir), Toolchain: x.st.Module == toolchainPath}
	res := sum.One(x.ctx, j, sum.Options{Workers: x.r.opt.Workers}) // nil: the context has ended
	return res != nil && res.Dir.H1 == hash
}

// fetch brings a file into the staging directory.
func (x *mending) fetch(ext, hash string, proved func(string) error) error {
	if x.m.Fetch == nil {
		return errNetwork
	}
	return x.m.Fetch(x.ctx, x.mod, ext, hash, x.staged(ext), proved)
}

// gatherMod puts the go.mod file beside: that of the proved zip, else, where it is wrong or not there, one that was
// fetched and has the hash that is known.
func (x *mending) gatherMod() error {
	if x.hash != "" {
		zip := x.staged("zip")
		if x.local {
			zip = filepath.Join(x.r.mod.path, filepath.FromSlash(x.t.names.Zip))
		}
		data, err := sum.FromZip(x.ctx, zip, x.st.Module, x.st.Version, "go.mod", modMax)
		if errors.Is(err, fs.ErrNotExist) {
			data, err = []byte("module "+modfile.AutoQuote(x.st.Module)+"\n"), nil // as go makes it up (modfetch: legacyGoMod)
		}
		if err == nil && (x.st.ModHash == "" || sum.Mod(data) == x.st.ModHash) {
			x.text = data
			return os.WriteFile(x.staged("mod"), data, 0o600)
		}
	}
	if !x.st.Has(plan.FixMod) && x.has(x.t.names.Mod) {
		return nil
	}
	if x.st.ModHash == "" {
		return errors.New("nobody knows the hash of its go.mod file: what cannot be proved is not installed")
	}
	return x.fetch("mod", x.st.ModHash, func(file string) error {
		data, err := regular.ReadFile(file, modMax)
		if err != nil {
			return err
		}
		if h := sum.Mod(data); h != x.st.ModHash {
			return fmt.Errorf("the go.mod file that came has the hash %s, want %s: nothing was installed", h, x.st.ModHash)
		}
		x.text = data
		return nil
	})
}

// gatherInfo puts .info beside, without which `go mod download` does nothing. Where it is not wrong but not there either,
// and a step needs no network, one is made up that does not stay.
func (x *mending) gatherInfo() error {
	if !x.st.Has(plan.FixInfo) {
		if x.has(x.t.names.Info) {
			return nil
		}
		if !x.st.NeedsNetwork || x.fetch("info", "", x.rightInfo) != nil {
			x.made = true
			return os.WriteFile(x.staged("info"), madeUp(x.st.Version), 0o600)
		}
		return nil
	}
	return x.fetch("info", "", x.rightInfo)
}

func (x *mending) rightInfo(file string) error { return checkInfo(file, x.mod) }

// checkInfo reads an .info file, whose version has to be the one that was asked for.
func checkInfo(file string, m module.Version) error {
	data, err := regular.ReadFile(file, infoMax)
	if err != nil {
		return err
	}
	var info struct{ Version string }
	if err := json.Unmarshal(data, &info); err != nil {
		return fmt.Errorf("%q: %w", file, err)
	}
	if info.Version != m.Version {
		return fmt.Errorf("%q is about version %q, want %s", file, info.Version, m.Version)
	}
	return nil
}
