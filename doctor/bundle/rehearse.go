package bundle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"

	"godoctor/scan/gocmd"
)

// A Rehearsal is the go command that installs a bundle before it gets its name.
type Rehearsal struct {
	Go      string   // absolute
	Environ []string // of the user
	GOSUMDB string   // as the settings have it
}

// rehearseMax is how many versions one go command installs.
const rehearseMax = 64

// rehearse installs every version that has a zip from the bundle alone: an empty module cache, an empty GOPATH, the tree as
// the only proxy and the only way to the checksum database. What the go command would ask of a network goes nowhere.
func (m *maker) rehearse(ctx context.Context) error {
	var zips []Module
	packed := int64(0)
	for _, x := range m.modules {
		if x.Zip == "" {
			continue
		}
		zips = append(zips, x)
		s, err := stem(x.ID())
		if err != nil {
			return err
		}
		packed = max(packed, m.made.Manifest.file(s+".zip").Size)
	}
	if err := m.stage.room(0, 6*packed); err != nil {
		return err
	}
	m.Meter.Expect(int64(len(zips)))
	for lo := 0; lo < len(zips); lo += rehearseMax {
		if err := m.rehearseSome(ctx, zips[lo:min(lo+rehearseMax, len(zips))]); err != nil {
			return m.explain(ctx, err)
		}
	}
	return nil
}

func (m *maker) rehearseSome(ctx context.Context, list []Module) (err error) {
	dir := m.stage.path("rehearsal")
	defer func() { err = errors.Join(err, removeAll(dir)) }()
	scratch := filepath.Join(dir, "scratch")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return err
	}
	var unrecorded []Module
	var ask []module.Version
	want := make(map[module.Version]string)
	for _, x := range list {
		if !x.Recorded {
			unrecorded = append(unrecorded, x)
		}
		ask = append(ask, x.ID())
		want[x.ID()] = x.Zip
	}
	sums := ""
	for v, hashes := range m.Go.sums(unrecorded) {
		sums += v.Path + " " + v.Version + " " + hashes[0] + "\n"
	}
	if err := errors.Join(os.WriteFile(filepath.Join(scratch, "go.mod"), []byte("module scratch\n"), 0o600),
		os.WriteFile(filepath.Join(scratch, "go.sum"), []byte(sums), 0o600)); err != nil {
		return err
	}
	d := gocmd.Download{Go: m.Go.Go, Environ: m.Go.environ(dir), Dir: scratch, ModCache: filepath.Join(dir, "mod"), GOPATH: filepath.Join(dir, "gopath"),
		Proxy: gocmd.FileURL(m.stage.tree()), NoSumDB: m.made.Manifest.SumDB == nil, Writable: true}
	got, err := d.Run(ctx, ask)
	if err != nil {
		return fmt.Errorf("the bundle could not be rehearsed: %w", err)
	}
	for _, g := range got {
		v := module.Version{Path: g.Path, Version: g.Version}
		switch {
		case g.Error != "":
			return fmt.Errorf("the go command does not install %s from the bundle: %s", v, g.Error)
		case g.Sum != want[v]:
			return fmt.Errorf("the go command installs %s with the hash %s, want %s", v, g.Sum, want[v])
		}
		delete(want, v)
		m.Meter.Done(1)
	}
	for v := range want {
		return fmt.Errorf("the go command says nothing of %s, which is in the bundle", v)
	}
	return nil
}

// environ is the user's environment without what could lead around the bundle, and with every proxy for the network at an
// address where nobody listens.
func (r *Rehearsal) environ(home string) []string {
	const nowhere = "http://127.0.0.1:1"
	env := append([]string{}, r.Environ...)
	env = append(env, "GOSUMDB="+r.GOSUMDB, "GOENV=off", "GONOSUMDB=", "GOPRIVATE=", "GOINSECURE=", "GOAUTH=off", "GOVCS=*:off", "GOCACHE="+filepath.Join(home, "cache"), "NO_PROXY=", "no_proxy=")
	for _, k := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		env = append(env, k+"="+nowhere)
	}
	return env
}

// sums are the hashes of versions as a go.sum file has them.
func (r *Rehearsal) sums(list []Module) map[module.Version][]string {
	out := make(map[module.Version][]string)
	for _, x := range list {
		if x.Zip != "" {
			out[x.ID()] = []string{x.Zip}
		}
		out[module.Version{Path: x.Path, Version: x.Version + "/go.mod"}] = []string{x.Mod}
	}
	return out
}
