package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// TestVersionsAreTrue makes a small set and asks x/mod whether each version is one that go would have made.
func TestVersionsAreTrue(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { openUp(dir) })
	if err := synth(dir, 2000); err != nil {
		t.Fatal(err)
	}
	if err := synth(dir, 2000); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if err := synth(dir, 3000); err == nil {
		t.Error("another size in the same directory: no error")
	}

	mod := filepath.Join(dir, "mod")
	download := filepath.Join(mod, "cache", "download")
	zips := 0
	err := filepath.WalkDir(download, func(file string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(file, ".zip") {
			zips++
			checkVersion(t, mod, strings.TrimPrefix(file, download+string(filepath.Separator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if zips < 10 {
		t.Errorf("%d versions", zips)
	}
}

func checkVersion(t *testing.T, mod, file string) {
	t.Helper()
	escaped, base, _ := strings.Cut(filepath.ToSlash(file), "/@v/")
	path, err := module.UnescapePath(escaped)
	if err != nil {
		t.Fatal(err)
	}
	version := module.Version{Path: path, Version: strings.TrimSuffix(base, ".zip")}
	name := filepath.Join(mod, "cache", "download", file)
	if _, err := zip.CheckZip(version, name); err != nil {
		t.Errorf("%v: %v", version, err)
	}
	want, err := os.ReadFile(strings.TrimSuffix(name, ".zip") + ".ziphash")
	if err != nil {
		t.Fatal(err)
	}
	ofZip, err := dirhash.HashZip(name, dirhash.Hash1)
	if err != nil || ofZip != string(want) {
		t.Errorf("%v: zip is %s, ziphash says %s (%v)", version, ofZip, want, err)
	}
	sources := filepath.Join(mod, filepath.FromSlash(escaped)+"@"+version.Version)
	ofDir, err := dirhash.HashDir(sources, version.String(), dirhash.Hash1)
	if err != nil || ofDir != string(want) {
		t.Errorf("%v: directory is %s, ziphash says %s (%v)", version, ofDir, want, err)
	}
}

func openUp(dir string) {
	filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(name, 0o755)
		}
		return nil
	})
}
