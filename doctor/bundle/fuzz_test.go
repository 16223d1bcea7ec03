package bundle

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan/sum"
)

// fuzzDB is the checksum database of what is fuzzed.
const fuzzDB = "sum.example.com"

// fuzzBundle is a small bundle that is right as far as Open looks: every file that its versions make necessary, and a tile.
func fuzzBundle(f testing.TB) *forgery {
	f.Helper()
	h1 := sum.Mod(nil)
	m := Manifest{Schema: Schema, SumDB: &SumDB{Name: fuzzDB, Head: "go.sum database tree\n7\n"}, Modules: []Module{
		{Path: "example.com/Beta", Version: "v0.0.0-20240305120000-abcdefabcdef", Mod: h1},
		{Path: "example.com/gamma", Version: "v1.1.0", Zip: h1, Mod: h1, Recorded: true},
	}}
	want, err := m.want()
	check(f, err)
	b := &forgery{t: f, m: m, data: map[string][]byte{}}
	for _, name := range append(slices.Sorted(maps.Keys(want)), "sumdb/"+fuzzDB+"/tile/8/0/000.p/7") {
		data := []byte("some " + name)
		if strings.HasSuffix(name, "/supported") {
			data = nil
		}
		b.put(name, data)
	}
	return b
}

// kinds are the errors that a bundle is refused with.
var kinds = []error{ErrNotBundle, ErrManifest, ErrTooLarge, ErrName, ErrMissing, ErrMember, ErrSize, ErrExtra, ErrHash}

func ofKind(err error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// FuzzManifest: what is accepted is written the same, to the byte, names nothing but files that a proxy has, and gets what is
// asked of it from one place. A text that is not in our spelling is respelled, so that the rules behind are come to.
func FuzzManifest(f *testing.F) {
	base := fuzzBundle(f)
	text, err := base.m.Encode()
	check(f, err)
	f.Add(text)
	f.Add([]byte(`{"schema":"` + Schema + `","modules":[],"files":[]}`))
	f.Add([]byte(`{"schema":"` + Schema + `","modules":[{"path":"a.b/C","version":"v1.0.0+incompatible","mod":"h1:"}],"files":[{"name":"../x","size":-1}]}`))
	for _, odd := range []string{"nul", "a./b", "\x1b[31m", "sum example.com", "../x", "e\u0301"} {
		f.Add([]byte(strings.ReplaceAll(string(text), fuzzDB, odd)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var given Manifest
		if json.Unmarshal(data, &given) == nil {
			given.Schema = Schema
			again, err := given.Encode()
			check(t, err)
			accepted(t, again)
		}
		accepted(t, data)
	})
}

func accepted(t *testing.T, data []byte) {
	t.Helper()
	m, err := decodeManifest(data)
	if err != nil {
		if !ofKind(err) {
			t.Fatalf("it is refused with an error of no kind: %v", err)
		}
		return
	}
	if again, err := m.Encode(); err != nil || !bytes.Equal(again, data) {
		t.Fatalf("it is written otherwise: %q, %v", again, err)
	}
	if m.Bytes() < 0 {
		t.Fatalf("%d bytes", m.Bytes())
	}
	for i := range m.Files {
		x := &m.Files[i]
		if err := module.CheckFilePath(x.Name); err != nil || !filepath.IsLocal(filepath.FromSlash(x.Name)) || strings.ToLower(x.Name) != x.Name {
			t.Fatalf("the name %q is accepted: %v", x.Name, err)
		}
		if p, err := locate(x.Name, m.sumdb()); err != nil || x.Size > p.kind.limit() || m.file(x.Name) != x {
			t.Fatalf("%q: %+v, %v", x.Name, p, err)
		}
	}
	for _, x := range m.Modules {
		if latest := m.latestOf(x.Path); !slices.Contains(m.versions(x.Path), latest) {
			t.Fatalf("the latest of %s is %q", x.Path, latest)
		}
		if got := m.module(place{path: x.Path, version: x.Version}); got.ID() != x.ID() {
			t.Fatalf("%s is found as %s", x.ID(), got.ID())
		}
	}
}

// FuzzArchive changes bytes of an archive: what Open accepts afterwards archive/tar reads as the same files, at the places
// that Open has for them, and nothing else.
func FuzzArchive(f *testing.F) {
	base := fuzzBundle(f)
	good := base.archive()
	f.Add([]byte(nil), uint32(0), uint32(0))
	f.Add([]byte("x"), uint32(3), uint32(1))
	f.Add([]byte("\x00"), uint32(len(good)), uint32(0))
	f.Add([]byte("00000000777\x00"), uint32(124), uint32(12))
	f.Add([]byte(nil), uint32(len(good)-2*blockSize), uint32(math.MaxUint32))
	f.Add(good[:blockSize], uint32(blockSize), uint32(0))
	f.Add(good, uint32(0), uint32(math.MaxUint32))
	file := filepath.Join(f.TempDir(), "archive")
	f.Fuzz(func(t *testing.T, patch []byte, at, drop uint32) {
		from := min(int(at), len(good))
		data := slices.Concat(good[:from], patch, good[min(from+int(min(drop, math.MaxInt32)), len(good)):])
		check(t, os.WriteFile(file, data, 0o666))
		b, err := Open(file)
		if err != nil {
			if !ofKind(err) {
				t.Fatalf("it is refused with an error of no kind: %v", err)
			}
			return
		}
		defer b.Close()
		r := tar.NewReader(bytes.NewReader(data))
		text, err := b.Manifest.Encode()
		check(t, err)
		same(t, r, ManifestName, int64(len(text)), text)
		for i := range b.Manifest.Files {
			x := &b.Manifest.Files[i]
			m, err := b.open(x)
			check(t, err)
			content := make([]byte, x.Size)
			if n, err := m.ReadAt(content, 0); n < len(content) {
				t.Fatalf("%q: %v after %d bytes", x.Name, err, n)
			}
			same(t, r, x.Name, x.Size, content)
		}
		if h, err := r.Next(); err != io.EOF {
			t.Fatalf("archive/tar reads more: %+v, %v", h, err)
		}
	})
}

// same asks archive/tar for the next member.
func same(t *testing.T, r *tar.Reader, name string, size int64, content []byte) {
	t.Helper()
	h, err := r.Next()
	if err != nil || h.Name != name || h.Size != size || h.Typeflag != tar.TypeReg {
		t.Fatalf("%q of %d bytes is %+v for archive/tar, %v", name, size, h, err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("%q has other bytes for archive/tar: %q and %q, %v", name, got, content, err)
	}
}

// FuzzPlaces: a name that is accepted is the one name of what it says, by the words of golang.org/x/mod.
func FuzzPlaces(f *testing.F) {
	for name := range fuzzBundle(f).data {
		f.Add(name)
	}
	for _, name := range badNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, err := locate(name, fuzzDB)
		if err != nil {
			if !errors.Is(err, ErrName) {
				t.Fatalf("%q: %v", name, err)
			}
			return
		}
		if !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Fatalf("%q is accepted", name)
		}
		at := ""
		if p.path != "" {
			at, err = module.EscapePath(p.path)
			check(t, err)
		}
		want := map[kind]string{kindList: at + "/@v/list", kindLatest: at + "/@latest", kindSupported: "sumdb/" + fuzzDB + "/supported",
			kindHead: "sumdb/" + fuzzDB + "/latest", kindTile: name}[p.kind]
		if m := (module.Version{Path: p.path, Version: p.version}); p.kind == kindLookup {
			want, err = lookupOf(m, fuzzDB)
		} else if want == "" {
			want, err = stem(m)
			want += map[kind]string{kindInfo: ".info", kindMod: ".mod", kindZip: ".zip"}[p.kind]
		}
		if err != nil || want != name {
			t.Fatalf("%q is read as %+v, whose name is %q, %v", name, p, want, err)
		}
	})
}
