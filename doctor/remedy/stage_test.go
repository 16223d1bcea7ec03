package remedy

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"

	"godoctor/scan/cachetest"
	"godoctor/scan/sum"
)

// staged is a module that the machine's proxy has, as files that were proved.
func staged(t testing.TB, m *cachetest.Machine, x cachetest.Module) Staged {
	t.Helper()
	if err := m.Publish(x); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(m.ProxyDir, filepath.FromSlash(x.Path), "@v", x.Version) // no capitals: nothing is escaped
	s := Staged{Module: x.Path, Version: x.Version, Info: at + ".info", Mod: at + ".mod", Zip: at + ".zip"}
	var err error
	if s.Hash, err = dirhash.HashZip(s.Zip, dirhash.Hash1); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(s.Mod)
	if err != nil {
		t.Fatal(err)
	}
	s.ModHash = sum.Mod(data)
	return s
}

// installed has the go command install what is staged, and gives an error a version.
func installed(t testing.TB, r *Remover, m *cachetest.Machine, list ...Staged) []error {
	t.Helper()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	errs := make([]error, len(list))
	told := make([]int, len(list))
	r.InstallFrom(t.Context(), in, list, func(i int, err error) { errs[i] = err; told[i]++ })
	for i, n := range told {
		if n != 1 {
			t.Errorf("%v was told of %d times", list[i], n)
		}
	}
	return errs
}

// Files that were proved are installed by the go command from a proxy that is this user's alone and gone afterwards; no
// other is asked, and the files stay.
func TestInstallFrom(t *testing.T) {
	m := made(t)
	m.GOPROXY = "http://127.0.0.1:1"
	r := remover(t, m, Options{})
	a, b := staged(t, m, mod("example.com/new", "v1.0.0-rc.1")), staged(t, m, mod("example.com/new/sub", "v0.1.0"))
	for i, err := range installed(t, r, m, a, b) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	for _, name := range []string{"example.com/new@v1.0.0-rc.1/a.go", "example.com/new/sub@v0.1.0/a.go"} {
		if !exists(t, filepath.Join(m.GOMODCACHE, filepath.FromSlash(name))) {
			t.Errorf("%s is not there", name)
		}
	}
	left, err := os.ReadDir(filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the staging: %v %v", left, err)
	}
	for _, err := range installed(t, r, m, a, b) { // again: they are there
		if err != nil {
			t.Error(err)
		}
	}
}

// What is staged with another hash than it has is not installed, what has no hash not even staged.
func TestInstallFromLies(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	good := staged(t, m, mod("example.com/lies", "v1.0.0"))
	wrong := good
	wrong.Hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	none := good
	none.Hash = ""
	badMod := good
	badMod.ModHash = wrong.Hash
	link := good
	link.Zip = filepath.Join(t.TempDir(), "link.zip")
	if err := os.Symlink(good.Zip, link.Zip); err != nil {
		t.Fatal(err)
	}
	for i, s := range []Staged{wrong, none, badMod, link} {
		if err := installed(t, r, m, s)[0]; err == nil {
			t.Errorf("%d was installed", i)
		}
		if exists(t, partsOf(t, m, s.Module, s.Version)[2]) {
			t.Errorf("%d is in the cache", i)
		}
	}
	if err := installed(t, r, m, good)[0]; err != nil {
		t.Error(err)
	}
}

// A .mod alone comes back without its zip, and is compared with its hash.
func TestInstallFromModOnly(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	s := staged(t, m, mod("example.com/only", "v1.0.0"))
	s.Zip, s.Hash = "", ""
	if err := installed(t, r, m, s)[0]; err != nil {
		t.Fatal(err)
	}
	parts := partsOf(t, m, s.Module, s.Version)
	if exists(t, parts[0]) || !exists(t, strings.TrimSuffix(parts[0], ".zip")+".mod") {
		t.Error("want the .mod alone")
	}
	write(t, strings.TrimSuffix(parts[0], ".zip")+".mod", "module example.com/other\n")
	if err := installed(t, r, m, s)[0]; err == nil {
		t.Error("a wrong .mod that is in the way is no failure")
	}
}

// A wrong zip that is in the cache already is seen, whatever its .ziphash says.
func TestInstallFromInTheWay(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	s := staged(t, m, mod("example.com/way", "v1.0.0"))
	if err := installed(t, r, m, s)[0]; err != nil {
		t.Fatal(err)
	}
	zip := partsOf(t, m, s.Module, s.Version)[0]
	data, err := os.ReadFile(zip)
	if err != nil {
		t.Fatal(err)
	}
	write(t, zip, string(data[:len(data)-1]))
	if err := installed(t, r, m, s)[0]; err == nil {
		t.Error("the zip in the cache is another, and it is no failure")
	}
}

// A staging that a killed run has left goes with the next one; one that is in use stays.
func TestStagingIsSwept(t *testing.T) {
	m := made(t)
	r, other := remover(t, m, Options{Run: "20200101-000000-001"}), remover(t, m, Options{Run: "20200101-000000-002"})
	used, err := r.stage()
	if err != nil {
		t.Fatal(err)
	}
	all := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging")
	write(t, filepath.Join(all, "20200101-000000-003-1", "proxy", "x"), "")
	write(t, filepath.Join(all, "parts", "x.zip"), "") // of what is being fetched
	if err := os.Chmod(filepath.Join(all, "20200101-000000-003-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	second, err := other.stage()
	if err != nil {
		t.Fatal(err)
	}
	second.remove()
	if exists(t, filepath.Join(all, "20200101-000000-003-1")) {
		t.Error("what a killed run left is there")
	}
	if !exists(t, used.path) {
		t.Error("what is in use was swept")
	}
	if err := os.MkdirAll(filepath.Join(all, "20200101-000000-004-1", "proxy"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Staging(); err != nil || exists(t, filepath.Join(all, "20200101-000000-004-1")) || !exists(t, used.path) {
		t.Errorf("with nothing to install: what a killed run left is there, or what is in use is not: %v", err)
	}
	used.remove()
	if list, err := os.ReadDir(all); err != nil || len(list) != 1 || list[0].Name() != "parts" {
		t.Errorf("left: %v %v", list, err)
	}
}

// A run that is stopped installs nothing, and takes its staging away.
func TestInstallFromStopped(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	s := staged(t, m, mod("example.com/stopped", "v1.0.0"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	r.InstallFrom(ctx, in, []Staged{s}, func(_ int, err error) {
		if err == nil {
			t.Error("want an error")
		}
	})
	if list, err := os.ReadDir(filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging")); err != nil || len(list) > 0 {
		t.Errorf("left: %v %v", list, err)
	}
}
