//go:build unix

package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/state"
)

// Versions come some at a time, each told by its own place in the list, with its hash in the history. Where some cannot be staged the
// others come.
func TestBring(t *testing.T) {
	m := machine(t, quick(t))
	if err := os.MkdirAll(filepath.Join(m.GOMODCACHE, "cache", "download"), 0o777); err != nil {
		t.Fatal(err)
	}
	var files []Staged
	var list []module.Version
	for i := range 2*installMax + 2 {
		s := staged(t, m, mod("example.com/b", fmt.Sprintf("v1.0.%d", i)))
		files, list = append(files, s), append(list, module.Version{Path: s.Module, Version: s.Version})
	}
	const wrong = 2*installMax + 1
	files[wrong].Hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	s := session(t, m, "20260101-000000-001", "")
	defer s.Close()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	var asked [][2]int
	done := 0
	torn := errors.New("the bundle is torn")
	got := make(map[int]error)
	r := s.Bring(t.Context(), in, list, func(lo, hi int) ([]Staged, func(), error) {
		asked = append(asked, [2]int{lo, hi})
		if lo == installMax {
			return nil, nil, torn
		}
		return files[lo:hi], func() { done++ }, nil
	}, func(i int, err error) { got[i] = err })
	if want := [][2]int{{0, installMax}, {installMax, 2 * installMax}, {2 * installMax, len(list)}}; !slices.Equal(asked, want) || done != 2 || len(got) != len(list) {
		t.Errorf("asked for %v, done %d, told of %d", asked, done, len(got))
	}
	k := kept(t, m, r.ID)
	if k.Kind != "bundle" || k.Interrupted() || len(k.Items) != len(list) {
		t.Fatalf("%+v", k)
	}
	for i, it := range k.Items {
		good := i < installMax || i >= 2*installMax && i != wrong
		if err := got[i]; (err == nil) != good || (it.Result == "done") != good || (it.Error == "") != good || i/installMax == 1 && !errors.Is(err, torn) || !good && it.Result != "failed" {
			t.Errorf("%d: %+v, %v", i, it, err)
		}
		if it.Module != list[i].Path || it.Version != list[i].Version || good && it.Hash != files[i].Hash || it.Part != "bundle" || it.Tier != "keep" {
			t.Errorf("%d: %+v", i, it)
		}
		if exists(t, partsOf(t, m, list[i].Path, list[i].Version)[2]) != good {
			t.Errorf("%v: there, or not", list[i])
		}
	}
}

// When it is stopped while the next are staged, those and the rest are not come to.
func TestBringStopped(t *testing.T) {
	m := made(t)
	s := session(t, m, "20260101-000000-001", "")
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	list := make([]module.Version, installMax+1)
	for i := range list {
		list[i] = module.Version{Path: "example.com/b", Version: fmt.Sprintf("v1.0.%d", i)}
	}
	asked := 0
	r := s.Bring(ctx, Installer{}, list, func(lo, hi int) ([]Staged, func(), error) {
		asked++
		cancel()
		return nil, nil, context.Cause(ctx)
	}, func(i int, err error) { t.Errorf("told of %d: %v", i, err) })
	if k := kept(t, m, r.ID); asked != 1 || k.Interrupted() || len(k.Items) != len(list) || k.Items[0].Result != "" {
		t.Errorf("asked %d times: %+v", asked, k)
	}
	s.Bring(ctx, Installer{}, list, func(lo, hi int) ([]Staged, func(), error) {
		t.Error("asked after the end")
		return nil, nil, nil
	}, func(int, error) {})
}

// A toolchain that is unpacked from files is in the history as one that was fetched.
func TestUnpacked(t *testing.T) {
	m, files := sdkLab(t)
	home := state.Home(filepath.Join(m.Home, "state"))
	s, err := Start(t.Context(), home, Options{ModCache: m.GOMODCACHE, Home: m.Home, SDK: sdkOf(m)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.Unpacked(t.Context(), files, "go1.99.1")
	if err != nil || r.Kind != "get" || r.Items[0].Root != filepath.Join(sdkOf(m), "go1.99.1") || r.Items[0].Hash != files.Hash || r.Items[0].Module != files.Module || r.Items[0].Version != files.Version {
		t.Errorf("%+v, %v", r, err)
	}
	if !exists(t, filepath.Join(sdkOf(m), "go1.99.1", sdkMarker)) {
		t.Error("it is not there")
	}
	if r, err := s.Unpacked(t.Context(), files, "go1.99.1"); !errors.Is(err, ErrThere) || r.Items[0].Result != "failed" || r.Items[0].Error == "" {
		t.Errorf("again: %+v, %v", r, err)
	}
}
