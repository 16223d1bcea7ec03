package remedy

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
)

// sdkLab is a machine without HOME/sdk, and a made-up Go release that was fetched and proved.
func sdkLab(t testing.TB) (*cachetest.Machine, Staged) {
	t.Helper()
	m := machine(t, quick(t))
	if err := os.MkdirAll(filepath.Join(m.GOMODCACHE, "cache", "download"), 0o777); err != nil {
		t.Fatal(err)
	}
	x := cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
	maps.DeleteFunc(x.Files, func(name, _ string) bool {
		top, _, _ := strings.Cut(name, "/")
		return slices.Contains([]string{"api", "doc", "misc", "test"}, top)
	})
	x.Files["src/make.bash"] = "exit 1\n"
	x.Files["lib/wasm/go_js_wasm_exec"] = "exit 1\n"
	return m, staged(t, m, x)
}

func sdkOf(m *cachetest.Machine) string { return filepath.Join(m.Home, "sdk") }

// A toolchain is unpacked as golang.org/dl would have it: names, modes and marker; and never over another.
func TestUnpackSDK(t *testing.T) {
	m, s := sdkLab(t)
	r := remover(t, m, Options{SDK: sdkOf(m)})
	if err := r.UnpackSDK(t.Context(), s, "go1.99.1"); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(sdkOf(m), "go1.99.1")
	for name, want := range map[string]os.FileMode{"bin/go": 0o755, "pkg/tool/linux_amd64/compile": 0o755, "src/make.bash": 0o755,
		"lib/wasm/go_js_wasm_exec": 0o755, "src/fmt/print.go": 0o644, "VERSION": 0o644, "src/go.mod": 0o644, "src/cmd/go.mod": 0o644,
		sdkMarker: 0o644, ".": 0o755, "src": 0o755} {
		fi, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, fi, err, want)
		}
	}
	if exists(t, filepath.Join(root, "src", "_go.mod")) {
		t.Error("there is an _go.mod")
	}
	list, err := os.ReadDir(sdkOf(m))
	if err != nil || len(list) != 1 {
		t.Errorf("in ~/sdk: %v %v", list, err)
	}
	was := tree(t, root)
	if err := r.UnpackSDK(t.Context(), s, "go1.99.1"); !errors.Is(err, ErrThere) {
		t.Errorf("unpacked again: %v", err)
	}
	sameTree(t, "what was there", was, tree(t, root))
	for _, name := range []string{"", "..", "go1.99.1/x", "bash", "go1.99.1 "} {
		if err := r.UnpackSDK(t.Context(), s, name); err == nil {
			t.Errorf("%q was unpacked", name)
		}
	}
}

// A zip that has another hash, or is torn, leaves nothing; a stop neither.
func TestUnpackSDKRefuses(t *testing.T) {
	m, s := sdkLab(t)
	r := remover(t, m, Options{SDK: sdkOf(m)})
	nothing := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s was unpacked", what)
		}
		if list, _ := os.ReadDir(sdkOf(m)); len(list) > 0 {
			t.Errorf("%s: left %v", what, list)
		}
	}
	wrong := s
	wrong.Hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	nothing("another hash", r.UnpackSDK(t.Context(), wrong, "go1.99.1"))
	unknown := s
	unknown.Hash = ""
	nothing("no hash", r.UnpackSDK(t.Context(), unknown, "go1.99.1"))
	other := s
	other.Version = "v0.0.1-go1.99.2.linux-amd64"
	nothing("another version", r.UnpackSDK(t.Context(), other, "go1.99.2"))
	data, err := os.ReadFile(s.Zip)
	if err != nil {
		t.Fatal(err)
	}
	torn := s
	torn.Zip = filepath.Join(t.TempDir(), "torn.zip")
	for i := range 20 { // one byte of the content of some file each
		bad := slices.Clone(data)
		bad[40+i*len(bad)/3/20] ^= 0x55
		write(t, torn.Zip, string(bad))
		if err := r.UnpackSDK(t.Context(), torn, "go1.99.1"); err == nil {
			// Names and contents are as they were signed: the byte was one that means nothing.
			if err := os.RemoveAll(filepath.Join(sdkOf(m), "go1.99.1")); err != nil {
				t.Fatal(err)
			}
		}
		if list, _ := os.ReadDir(sdkOf(m)); len(list) > 0 {
			t.Errorf("byte %d: left %v", i, list)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	nothing("after a stop", r.UnpackSDK(ctx, s, "go1.99.1"))
}

// Killed at any change of the disk, there is either all of it under its name, or nothing; the next run ends it.
func TestUnpackSDKKilled(t *testing.T) {
	m, s := sdkLab(t)
	want := map[string]string(nil)
	for k := int64(1); ; k++ {
		var n atomic.Int64 // several workers delete
		dead := errors.New("killed")
		r := remover(t, m, Options{SDK: sdkOf(m), Before: func(op, path string) error {
			if n.Add(1) >= k {
				return dead
			}
			return nil
		}})
		err := r.UnpackSDK(t.Context(), s, "go1.99.1")
		root := filepath.Join(sdkOf(m), "go1.99.1")
		switch {
		case exists(t, root) && !exists(t, filepath.Join(root, sdkMarker)):
			t.Fatalf("change %d: it has its name and no marker", k)
		case exists(t, root):
			want = tree(t, root)
		}
		if err == nil {
			break
		}
		if exists(t, root) {
			if err := os.RemoveAll(root); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if k%7 != 1 {
			continue
		}
		again := remover(t, m, Options{SDK: sdkOf(m)})
		if err := again.UnpackSDK(t.Context(), s, "go1.99.1"); err != nil {
			t.Fatalf("after change %d: %v", k, err)
		}
		if list, err := os.ReadDir(sdkOf(m)); err != nil || len(list) != 1 {
			t.Fatalf("after change %d: %v %v", k, list, err)
		}
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
	}
	if len(want) < 30 {
		t.Errorf("unpacked: %v", want)
	}
}

// A get is in the history, with what went wrong, and takes what was fetched away only when it is not needed any more.
func TestGet(t *testing.T) {
	m, s := sdkLab(t)
	home := state.HomeIn(t.TempDir())
	session, err := Start(t.Context(), home, Options{ModCache: m.GOMODCACHE, SDK: sdkOf(m)}, []string{"toolchains", "get"})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	cleaned := 0
	bring := func(dir string) (Staged, func(), error) {
		if fi, err := os.Stat(dir); err != nil || fi.Mode().Perm() != 0o700 {
			t.Errorf("%v %v", fi, err)
		}
		return s, func() { cleaned++ }, nil
	}
	failing := func(string) (Staged, func(), error) { return Staged{}, nil, errors.New("no network") }
	if r, err := session.Get(t.Context(), in, Get{Module: s.Module, Version: s.Version}, failing); err == nil || r.Items[0].Error != "no network" {
		t.Errorf("%+v %v", r, err)
	}
	for i, sdk := range []string{"", "go1.99.1"} {
		r, err := session.Get(t.Context(), in, Get{Module: s.Module, Version: s.Version, SDK: sdk}, bring)
		if err != nil || r.Kind != "get" || r.Items[0].Result != "done" || r.Items[0].Hash != s.Hash || cleaned != i+1 {
			t.Errorf("%+v %v", r, err)
		}
	}
	if !exists(t, partsOf(t, m, s.Module, s.Version)[2]) {
		t.Error("it is not in the module cache")
	}
	if _, err := session.Get(t.Context(), in, Get{Module: s.Module, Version: s.Version, SDK: "go1.99.1"}, bring); !errors.Is(err, ErrThere) || cleaned != 2 {
		t.Errorf("%v, cleaned %d times", err, cleaned)
	}
	runs, err := home.Runs()
	if err != nil || len(runs) == 0 || runs[0].Kind != "get" {
		t.Errorf("%v %v", runs, err)
	}
}

// A module cache that is not there is made; what is no directory is left alone.
func TestMakeModCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "mod")
	for range 2 {
		if err := MakeModCache(dir); err != nil || !exists(t, dir) {
			t.Error(err)
		}
	}
	write(t, filepath.Join(dir, "file"), "x")
	if err := MakeModCache(filepath.Join(dir, "file")); err == nil {
		t.Error("a file was taken for a module cache")
	}
}
