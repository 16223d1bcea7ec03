package sum

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	modzip "golang.org/x/mod/zip"

	"godoctor/scan/regular"
)

// A raw is one file of a zip that was made by hand.
type raw struct {
	name, text string
	method     uint16
	size       uint64 // what the zip says; 0: what is right
	crc        uint32 // the same
	packed     string // what is in the zip instead
}

// makeZip makes a zip without asking whether the go command would.
func makeZip(t testing.TB, files ...raw) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		if f.size == 0 && f.crc == 0 && f.packed == "" {
			fw, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: f.method})
			check(t, err)
			fw.Write([]byte(f.text))
			continue
		}
		h := &zip.FileHeader{Name: f.name, Method: f.method, CompressedSize64: uint64(len(f.packed)), UncompressedSize64: f.size, CRC32: f.crc}
		fw, err := w.CreateRaw(h)
		check(t, err)
		fw.Write([]byte(f.packed))
	}
	check(t, w.Close())
	return b.Bytes()
}

func save(t testing.TB, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "m.zip")
	check(t, os.WriteFile(name, b, 0o666))
	return name
}

// bodyAt is where the content of the nth file begins.
func bodyAt(t testing.TB, b []byte, n int) int64 {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	check(t, err)
	at, err := r.File[n].DataOffset()
	check(t, err)
	return at
}

// change gives a copy of b that f changed.
func change(b []byte, f func([]byte)) []byte {
	b = bytes.Clone(b)
	f(b)
	return b
}

func TestDamage(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	text, big := words(rnd, 5000), words(rnd, 2<<20)
	good := makeZip(t, raw{name: prefix + "/a.go", text: text, method: zip.Deflate}, raw{name: prefix + "/b", text: "stored"},
		raw{name: prefix + "/big", text: big, method: zip.Deflate})
	a, stored, large := bodyAt(t, good, 0), bodyAt(t, good, 1), bodyAt(t, good, 2)
	central := int64(bytes.Index(good, []byte("PK\x01\x02")))
	sizeAt := bytes.LastIndex(good, []byte("PK\x01\x02")) + 24
	for _, c := range []struct {
		name string
		zip  []byte
		want error
		of   string // the file that is damaged
	}{
		{"good", good, nil, ""},
		{"zero length", nil, ErrEmpty, ""},
		{"a page of text", []byte(strings.Repeat("<html>404</html>", 100)), ErrNotZip, ""},
		{"nothing but zero bytes", make([]byte, 10000), ErrZeros, ""},
		{"cut off in the content", good[:central/2], ErrTruncated, ""},
		{"cut off in the end record", good[:len(good)-1], ErrTruncated, ""},
		{"central directory overwritten", change(good, func(b []byte) { clear(b[central : central+60]) }), ErrDirectory, ""},
		{"header into the end record", change(good, func(b []byte) {
			b[bytes.LastIndex(b, []byte("PK\x01\x02"))+28] += 9
			b[len(b)-12] = 2
		}), ErrDirectory, ""},
		{"flate", change(good, func(b []byte) { copy(b[a:], "\xff\xff\xff\xff") }), ErrFlate, "a.go"},
		{"flate of a large file", change(good, func(b []byte) { copy(b[large:], "\xff\xff\xff\xff") }), ErrFlate, "big"},
		{"flate of a large file, further on", change(good, func(b []byte) { clear(b[large+300_000 : large+400_000]) }), ErrFlate, "big"},
		{"CRC of a large file", change(good, func(b []byte) { b[central-descriptorLen+4] ^= 1 }), ErrChecksum, "big"},
		{"a large file, short", change(good, func(b []byte) { b[sizeAt]++ }), ErrShort, "big"},
		{"a large file, long", change(good, func(b []byte) { b[sizeAt+2]-- }), ErrLong, "big"},
		{"lost blocks", change(good, func(b []byte) { clear(b[a : a+1000]) }), ErrFlate, "a.go"},
		{"lost content", change(good, func(b []byte) { clear(b[a : stored-20-50]) }), ErrFlate, "a.go"},
		{"CRC", change(good, func(b []byte) { b[stored] ^= 1 }), ErrChecksum, "b"},
		{"local header", change(good, func(b []byte) { b[0] = 'Q' }), ErrHeader, "a.go"},
		{"local header of zero bytes", change(good, func(b []byte) { clear(b[:30]) }), ErrZeros, "a.go"},
		{"prefix", makeZip(t, raw{name: "example.com/other@v1.0.0/a.go", text: text}), ErrPrefix, ""},
		{"no prefix", makeZip(t, raw{name: prefix, text: text}), ErrPrefix, ""},
		{"leads out", makeZip(t, raw{name: prefix + "/../../x", text: text}), ErrName, ""},
		{"absolute", makeZip(t, raw{name: prefix + "//x", text: text}), ErrName, ""},
		{"not clean", makeZip(t, raw{name: prefix + "/a/./x", text: text}), ErrName, ""},
		{"newline", makeZip(t, raw{name: prefix + "/a\nb", text: text}), ErrNewline, ""},
		{"twice", makeZip(t, raw{name: prefix + "/a", text: text}, raw{name: prefix + "/a", text: "x"}), ErrDuplicate, ""},
		{"hollow", makeZip(t, raw{name: prefix + "/a", size: 10, crc: 1, method: zip.Deflate}), ErrHollow, "a"},
		{"hollow, stored", makeZip(t, raw{name: prefix + "/a", size: 10, crc: 1}), ErrHollow, "a"},
		{"hollow, in flate", makeZip(t, raw{name: prefix + "/a", size: 10, crc: 1, packed: "\x03\x00", method: zip.Deflate}), ErrHollow, "a"},
		{"short", makeZip(t, raw{name: prefix + "/a", size: 10, crc: 1, packed: "12345"}), ErrShort, "a"},
		{"long", makeZip(t, raw{name: prefix + "/a", size: 3, crc: 1, packed: "12345"}), ErrLong, "a"},
		{"method", makeZip(t, raw{name: prefix + "/a", size: 5, crc: 1, packed: "12345", method: 12}), ErrMethod, "a"},
		{"all zeros in flate", makeZip(t, raw{name: prefix + "/a", size: 5, crc: 1, packed: strings.Repeat("\x00", 50), method: zip.Deflate}), ErrZeros, "a"},
		{"all zeros in a large one", makeZip(t, raw{name: prefix + "/a", size: 3 << 20, crc: 1, packed: strings.Repeat("\x00", 1<<20), method: zip.Deflate}), ErrZeros, "a"},
		{"a large directory", makeZip(t, raw{name: prefix + "/a/", size: 5, crc: 1, packed: "12345"}), ErrHollow, "a/"},
	} {
		name := save(t, c.zip)
		r := hashOf(t, Job{Zip: name, Dir: t.TempDir()})
		h := r.Zip
		if !errors.Is(h.Err, c.want) || (h.H1 == "") != (c.want != nil) || r.Same {
			t.Errorf("%s: %v, h1 %q", c.name, h.Err, h.H1)
		}
		if c.of != "" && (h.Faulty != 1 || h.Faults[0].Name != c.of || h.Rest == "") {
			t.Errorf("%s: %+v", c.name, h)
		}
		if r.Dir.H1 == "" {
			t.Errorf("%s: the directory was not hashed: %+v", c.name, r.Dir)
		}
		_, err := dirhash.HashZip(name, dirhash.Hash1)
		strict := errors.Is(c.want, ErrPrefix) || errors.Is(c.want, ErrName) || errors.Is(c.want, ErrDuplicate)
		if (err == nil) != (c.want == nil) && !strict {
			t.Errorf("%s: dirhash says %v", c.name, err)
		}
	}
}

func TestTooLarge(t *testing.T) {
	name := save(t, []byte("PK"))
	check(t, os.Truncate(name, MaxZip+1))
	if r := hashOf(t, Job{Zip: name}); !errors.Is(r.Zip.Err, ErrTooLarge) {
		t.Errorf("a zip that is too large: %v", r.Zip.Err)
	}
	var files []raw
	for _, n := range []string{"a", "b", "c"} {
		files = append(files, raw{name: prefix + "/" + n, size: 200 << 20, crc: 1, packed: "x"})
	}
	if r := hashOf(t, Job{Zip: save(t, makeZip(t, files...))}); !errors.Is(r.Zip.Err, ErrTooLarge) {
		t.Errorf("too much content: %v", r.Zip.Err)
	}
	// A bomb: what is inflated ends behind the size that the zip says.
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	fw, err := w.Create(prefix + "/bomb")
	check(t, err)
	for range 4 {
		fw.Write(make([]byte, 1<<20))
	}
	check(t, w.Close())
	for _, size := range []uint32{10, 1 << 20} {
		bomb := bytes.Clone(b.Bytes())
		at := bytes.Index(bomb, []byte("PK\x01\x02"))
		binary.LittleEndian.PutUint32(bomb[at+24:], size)
		if r := hashOf(t, Job{Zip: save(t, bomb)}); !errors.Is(r.Zip.Err, ErrLong) {
			t.Errorf("a bomb of %d bytes: %v", size, r.Zip.Err)
		}
	}
}

func TestNoSuchThing(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	r := hashOf(t, Job{Zip: none, Dir: none})
	if !errors.Is(r.Zip.Err, fs.ErrNotExist) || !errors.Is(r.Dir.Err, fs.ErrNotExist) || r.Same || r.Changed != 0 {
		t.Errorf("%+v, %+v", r.Zip, r.Dir)
	}
	file, dir := save(t, []byte("x")), t.TempDir()
	r = hashOf(t, Job{Zip: dir, Dir: file})
	if !errors.Is(r.Zip.Err, regular.ErrNot) || r.Dir.Err != ErrNotDir {
		t.Errorf("%v, %v", r.Zip.Err, r.Dir.Err)
	}
	if _, err := openRooted(file); err != ErrNotDir {
		t.Error(err)
	}
}

// Other zips than those of the go command, which archive/zip reads all the same.
func TestUnusualZips(t *testing.T) {
	plain := makeZip(t, raw{name: prefix + "/go.mod", text: "module m", method: zip.Deflate}, raw{name: prefix + "/a", text: "a"})
	var commented bytes.Buffer
	w := zip.NewWriter(&commented)
	check(t, w.SetComment(strings.Repeat("comment ", 4000)))
	_, err := w.Create(prefix + "/a")
	check(t, err)
	check(t, w.Close())
	known := raw{name: prefix + "/a", text: "", size: 5, crc: crc32.ChecksumIEEE([]byte("12345")), packed: "12345"}
	many := make([]raw, 70000) // the count needs more than 16 bits: a zip64
	for i := range many {
		many[i].name = prefix + "/" + strings.Repeat("d/", i%3) + "n" + string(rune('0'+i%10)) + string(rune(0x4e00+i/10))
	}
	for name, b := range map[string][]byte{
		"plain": plain, "empty": makeZip(t), "something before it": append([]byte("#!/bin/sh\n"), plain...),
		"comment": commented.Bytes(), "sizes in the header": makeZip(t, known), "zip64": makeZip(t, many...),
		"directory entries": makeZip(t, raw{name: prefix + "/"}, raw{name: prefix + "/d/"}, raw{name: prefix + "/d/a", text: "x"}),
		"unknown CRC":       makeZip(t, raw{name: prefix + "/a", size: 5, packed: "12345"}),
	} {
		file := save(t, b)
		want, err := dirhash.HashZip(file, dirhash.Hash1)
		check(t, err)
		if r := hashOf(t, Job{Zip: file}); r.Zip.H1 != want {
			t.Errorf("%s: %q (%v), dirhash says %q", name, r.Zip.H1, r.Zip.Err, want)
		}
	}
}

// Every byte of a small zip is changed, in every bit and altogether: the h1 is another, or there is an error, or
// golang.org/x/mod takes the zip and finds the same names and content in it.
func TestMutation(t *testing.T) {
	good := makeZip(t, raw{name: prefix + "/go.mod", text: "module example.com/m\n"},
		raw{name: prefix + "/a.go", text: strings.Repeat("package a\n", 20), method: zip.Deflate})
	file := save(t, good)
	want := hashOf(t, Job{Zip: file}).Zip.H1
	kept := 0
	for i := range good {
		for _, bits := range []byte{1, 2, 4, 8, 16, 32, 64, 128, 255} {
			bad := change(good, func(b []byte) { b[i] ^= bits })
			check(t, os.WriteFile(file, bad, 0o666))
			h := One(t.Context(), Job{Path: modPath, Version: modVers, Zip: file}, Options{Workers: 1}).Zip
			if h.H1 == "" && h.Err == nil {
				t.Fatalf("byte %d: neither a hash nor an error", i)
			}
			if h.H1 != want {
				continue
			}
			kept++
			_, err := modzip.CheckZip(module.Version{Path: modPath, Version: modVers}, file)
			again, err2 := dirhash.HashZip(file, dirhash.Hash1)
			if err != nil || err2 != nil || again != want {
				t.Errorf("byte %d, bits %x: x/mod says %v, dirhash %v %s, and it was not found", i, bits, err, err2, again)
			}
		}
	}
	if kept == 0 || kept > len(good)*9/2 {
		t.Errorf("%d of %d changes were not found", kept, len(good)*9)
	}
}
