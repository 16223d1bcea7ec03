package remedy

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"godoctor/doctor/state"
)

// A Get is a toolchain that is to come: to the module cache, where the go command looks for it, or to HOME/sdk.
type Get struct {
	Module, Version string // golang.org/toolchain
	SDK             string // "go1.25.3": the name below HOME/sdk; "": the module cache
}

// Get has a toolchain brought and proved, puts it where it belongs, and writes that into the history before and after. bring
// is given the directory for what is being fetched (see Staging), and gives files that it has proved; clean is called once they
// are not needed any more.
func (s *Session) Get(ctx context.Context, in Installer, g Get, bring func(dir string) (Staged, func(), error)) (*state.Run, error) {
	r := s.begin("get")
	it := state.RunItem{Module: g.Module, Version: g.Version, Part: "toolchain", Tier: "keep"}
	if g.SDK != "" {
		it.Root = filepath.Join(s.opt.SDK, g.SDK)
	}
	r.Items = []state.RunItem{it}
	s.keep(r)
	hash, err := s.get(ctx, in, g, bring)
	done := &r.Items[0]
	done.Hash, done.Result = hash, "done"
	if err != nil {
		done.Result, done.Error = "failed", err.Error()
	}
	s.end(r)
	return r, err
}

func (s *Session) get(ctx context.Context, in Installer, g Get, bring func(dir string) (Staged, func(), error)) (hash string, err error) {
	dir, err := s.Staging()
	if err != nil {
		return "", err
	}
	got, clean, err := bring(dir)
	if err != nil {
		return "", err
	}
	if g.SDK != "" {
		err = s.UnpackSDK(ctx, got, g.SDK)
	} else {
		s.InstallFrom(ctx, in, []Staged{got}, func(_ int, failed error) { err = failed })
		if err == nil {
			s.recorded(ctx, in, []Want{{Module: got.Module, Version: got.Version}})
		}
		if ctx.Err() != nil && err != nil {
			err = context.Cause(ctx)
		}
	}
	if err == nil {
		clean() // else it is not fetched again the next time
	}
	return got.Hash, err
}

// recorded has the go command ask the checksum database for toolchains that are installed, now that there is a network: it keeps
// the signed records in the module cache. It looks at them whenever it switches to a toolchain, and go.sum is no help there
// (modfetch: useSumDB): without its record a toolchain that is there cannot be used offline.
func (s *Session) recorded(ctx context.Context, in Installer, list []Want) {
	if len(list) == 0 {
		return
	}
	s.Install(ctx, in, list, func(i int, err error) {
		if err != nil && ctx.Err() == nil {
			s.notef("%s is installed; but the go command did not get its signed record, and will ask for it when it first runs it: %v", list[i].of(), err)
		}
	})
}

// MakeModCache makes the directory of a module cache where there is none yet, as the go command would at its first download.
func MakeModCache(dir string) error {
	switch fi, err := os.Stat(dir); {
	case err == nil && !fi.IsDir():
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fmt.Errorf("it is no directory")}
	case !gone(err):
		return err
	}
	return os.MkdirAll(dir, 0o777)
}
