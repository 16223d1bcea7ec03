package sum

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"
)

// FuzzZip compares the zip reader with dirhash.HashZip, which is archive/zip: the same h1, or an error. Where dirhash has
// an h1 there is none only for what this package refuses besides.
func FuzzZip(f *testing.F) {
	plain := makeZip(f, raw{name: prefix + "/go.mod", text: "module m", method: zip.Deflate}, raw{name: prefix + "/a", text: "a"})
	f.Add(plain)
	f.Add(makeZip(f))
	f.Add([]byte(nil))
	f.Add(append([]byte("something before it"), plain...))
	f.Add(plain[:len(plain)-3])
	f.Add(makeZip(f, raw{name: prefix + "/d/"}, raw{name: prefix + "/d/x", text: strings.Repeat("x", 300), method: zip.Deflate}))
	f.Add(makeZip(f, raw{name: prefix + "/a", size: 5, crc: 1, packed: "12345"}))
	f.Add(makeZip(f, raw{name: prefix + "/a", text: "1"}, raw{name: prefix + "/a", text: "2"}))
	f.Add(makeZip(f, raw{name: "other@v1.0.0/a", text: "1"}))
	f.Add(change(plain, func(b []byte) { copy(b[len(b)-12:], "\xff\xff\xff\xff") }))
	file := filepath.Join(f.TempDir(), "m.zip")
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, os.WriteFile(file, b, 0o666))
		want, err := dirhash.HashZip(file, dirhash.Hash1)
		h := alone(t, Job{Path: modPath, Version: modVers, Zip: file}).Zip
		switch {
		case h.H1 == "" && h.Err == nil:
			t.Error("neither a hash nor an error")
		case h.H1 != "" && (h.H1 != want || err != nil):
			t.Errorf("%s, dirhash says %q, %v", h.H1, want, err)
		}
	})
}

// alone does a job without a goroutine: what a fuzzed run covers has to be the same each time.
func alone(t *testing.T, j Job) *Result {
	k := &work{job: &j}
	defer k.close()
	check(t, k.open(t.Context(), nil, func(int64) error { return nil }))
	w := newWorker(t.Context(), nil)
	for _, part := range k.tasks() {
		w.do(part)
	}
	return k.finish(&Options{Changes: 10})
}
