package modcache

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/tree"
)

const fuzzPrefix = "example.com/a@v1.0.0/"

// FuzzZipDirectory: a zip of which archive/zip lists the files takes, unpacked, what that list says; of no zip is the answer
// negative or more than a module may have by its number of files.
func FuzzZipDirectory(f *testing.F) {
	plain := zipOf(f, map[string]string{"go.mod": "module example.com/a\n", "a.go": "package a\n", "b/c/d.go": strings.Repeat("x", 5000)})
	f.Add(plain)
	f.Add(zipOf(f, nil))
	f.Add(plain[:len(plain)-5])
	f.Add(append(bytes.Clone(plain), 'x'))
	f.Add(hugeEntry(f, plain, 1<<63-1))
	f.Add(hugeEntry(f, plain, 1<<62))
	file := filepath.Join(f.TempDir(), "a.zip")
	r := newZipReader()
	st := &tree.Stat{Bytes: 4096, Disk: 4096}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := r.unpacked(file, fuzzPrefix, st)
		if err != nil {
			return
		}
		if got.Bytes < 0 || got.Disk < 0 || got.Files < 0 || got.Dirs < 1 || got.Disk < got.Bytes-got.Dirs*4096 {
			t.Fatalf("it takes %+v", got)
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		var want tree.Size
		for _, e := range z.File {
			name, ok := strings.CutPrefix(e.Name, fuzzPrefix)
			if !ok || e.UncompressedSize64 > 1<<40 {
				return // archive/zip believes another end record
			}
			if name != "" && !strings.HasSuffix(name, "/") {
				want.Files++
				want.Bytes += int64(e.UncompressedSize64)
				want.Disk += (int64(e.UncompressedSize64) + block - 1) / block * block
			}
		}
		want.Bytes += got.Dirs * block
		want.Disk += got.Dirs * block
		if want.Files == got.Files && (want.Bytes != got.Bytes || want.Disk != got.Disk) {
			t.Fatalf("it takes %+v, and archive/zip says %+v", got, want)
		}
	})
}

func zipOf(f testing.TB, files map[string]string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"go.mod", "a.go", "b/c/d.go"} {
		text, ok := files[name]
		if !ok {
			continue
		}
		e, err := w.Create(fuzzPrefix + name)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := e.Write([]byte(text)); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

// hugeEntry is a zip whose first header says a size, in the form of zip64.
func hugeEntry(f testing.TB, plain []byte, size uint64) []byte {
	at := bytes.Index(plain, binary.LittleEndian.AppendUint32(nil, sigCentral))
	end := bytes.Index(plain, binary.LittleEndian.AppendUint32(nil, sigEnd))
	if at < 0 || end < 0 {
		f.Fatal("it is no zip")
	}
	b := bytes.Clone(plain)
	le := binary.LittleEndian
	le.PutUint32(b[at+24:], max32)
	extra := le.AppendUint16(nil, 1)
	extra = le.AppendUint16(extra, 8)
	extra = le.AppendUint64(extra, size)
	name := at + lenCentral + int(le.Uint16(b[at+28:]))
	old := int(le.Uint16(b[at+30:]))
	le.PutUint16(b[at+30:], uint16(old+len(extra)))
	le.PutUint32(b[end+12:], le.Uint32(b[end+12:])+uint32(len(extra)))
	return append(append(bytes.Clone(b[:name]), extra...), b[name:]...)
}

// FuzzParts: the name of a file in an @v directory is put together again of what it is read as, and one of a temporary
// directory is one version more than its text.
func FuzzParts(f *testing.F) {
	for _, s := range []string{"list", "v1.0.0.zip", "v1.0.0.ziphash", "v1.0.0.zip.tmp", "v1.0.0.lock", ".mod", "a@v1.0.0.tmp-123", "a.b/c@v1.0.0.tmp-", "v1.0.0.zip123.tmp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		escaped, p, has := splitPart(name)
		again := ""
		for _, s := range partSuffixes {
			if s.part == p {
				again = escaped + s.suffix
				if has != s.has {
					t.Errorf("%q has %v", name, has)
				}
			}
		}
		if again != "" && again != name || again == "" && (escaped != "" || has != 0) {
			t.Errorf("%q is read as %q, %v", name, escaped, p)
		}
		if isOldTemp(name) {
			if i := strings.LastIndex(name, ".tmp-"); i < 0 || strings.Count(name[:i], "@") != 1 {
				t.Errorf("%q is a temporary directory", name)
			}
		}
		plain, ok := unescapeElem(name)
		if back := escapeElem(plain); ok && back != name {
			t.Errorf("%q stands for %q, which is written as %q", name, plain, back)
		}
	})
}

func escapeElem(s string) string {
	var b []byte
	for _, c := range []byte(s) {
		if 'A' <= c && c <= 'Z' {
			b = append(b, '!')
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return string(b)
}
