package sum

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"

	"godoctor/scan/cachetest"
)

const (
	modPath = "example.com/m"
	modVers = "v1.2.3"
	prefix  = modPath + "@" + modVers
)

// manyModules makes n modules of some files each, among them an empty and a large one.
func manyModules(n, files int) []cachetest.Module {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []cachetest.Module
	for i := range n {
		m := cachetest.Module{Path: fmt.Sprintf("example.com/Mod%d", i), Version: modVers, Files: map[string]string{}}
		m.GoMod = "module " + m.Path + "\n"
		for f := range i % (files + 1) {
			m.Files[fmt.Sprintf("dir%d/file%d.go", f%5, f)] = words(rnd, rnd.IntN(20000))
		}
		if i == n/2 {
			m.Files["large.txt"] = words(rnd, 1<<20)
		}
		all = append(all, m)
	}
	return all
}

// words is text of n bytes that can be compressed.
func words(rnd *rand.Rand, n int) string {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = append(strconv.AppendUint(b, uint64(rnd.Uint32N(5000)), 16), ' ')
	}
	return string(b[:n])
}

// put writes a tree of files, by slash-separated name. A name that ends with a slash is a directory.
func put(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		name := filepath.Join(dir, filepath.FromSlash(name))
		if text == "" && strings.HasSuffix(name, "/") {
			check(t, os.MkdirAll(name, 0o777))
			continue
		}
		check(t, os.MkdirAll(filepath.Dir(name), 0o777))
		check(t, os.WriteFile(name, []byte(text), 0o666))
	}
	return dir
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// zipOf makes a module zip of files, and extracts it.
func zipOf(t testing.TB, files map[string]string) (zipfile, dir string) {
	t.Helper()
	m := cachetest.Module{Path: modPath, Version: modVers, Files: files}
	b, err := m.Zip()
	check(t, err)
	at := t.TempDir()
	zipfile = filepath.Join(at, "m.zip")
	check(t, os.WriteFile(zipfile, b, 0o666))
	return zipfile, put(t, filepath.Join(at, "dir"), files)
}

// hashOf hashes with a few workers.
func hashOf(t testing.TB, j Job) *Result {
	t.Helper()
	j.Path, j.Version = modPath, modVers
	r := One(t.Context(), j, Options{Workers: 3, Files: true})
	if r == nil {
		t.Fatal("no result")
	}
	return r
}

// asDirhash compares with the oracle, for a directory that has an h1.
func asDirhash(t testing.TB, dir string, h *Hashed) {
	t.Helper()
	want, err := dirhash.HashDir(dir, prefix, dirhash.Hash1)
	check(t, err)
	if h.H1 != want || h.Err != nil {
		t.Errorf("%s: %q (%v), dirhash says %q", dir, h.H1, h.Err, want)
	}
	if again, err := H1(prefix+"/", h.Contents); err != nil || again != want || len(h.Contents) != h.Files {
		t.Errorf("%s: the files of the result give %q, %v", dir, again, err)
	}
}

// told gives changes as text.
func told(changes []Change) string {
	var b bytes.Buffer
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s %d %d", c.Kind, c.Name, c.ZipSize, c.DirSize)
		if c.Zeros {
			b.WriteString(" zeros")
		}
		b.WriteString("\n")
	}
	return b.String()
}
