package verify

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan/sum"
)

func put(t testing.TB, file string, data []byte) string {
	t.Helper()
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// FuzzSmall: the small files beside a zip are whole exactly where go believes them, and then hold no more than go takes of them.
func FuzzSmall(f *testing.F) {
	h1 := sum.Mod(nil)
	for _, s := range []string{h1, h1 + "\n", " " + h1 + "\r\n", h1 + "\x00", h1[:46], "h2" + h1[2:], "", "\n", `{"Version":"v1.0.0","Time":"2026-11-26T12:00:00Z"}`, `{"version":"v1.0.0"}x`, `{"Version":7}`, "null",
		"v1.0.0\nv1.1.0\n", "v1.0.0", "v1.0.0\nmaster\n", "\x00\x00", "ref: refs/heads/main\n", "ref: ../x", strings.Repeat("a", 40) + "\n"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		p := readZiphash(put(t, filepath.Join(dir, "v.ziphash"), data))
		// modfetch.isValidSum, word for word.
		valid := bytes.IndexByte(data, 0) < 0 && len(strings.TrimSpace(string(data))) == len(h1)
		if len(data) <= ziphashMax && (p.State == Whole) != valid || p.State == Whole && p.Hash != strings.TrimSpace(string(data)) {
			t.Errorf("%q is %+v", data, p)
		}
		if p = readInfo(put(t, filepath.Join(dir, "v.info"), data)); p.State == Whole {
			var info struct{ Version string }
			if err := json.Unmarshal(data, &info); err != nil || info.Version != p.Hash || p.Hash == "" {
				t.Errorf("%q is %+v, %v", data, p, err)
			}
		}
		if badList(data) == "" {
			for line := range strings.Lines(string(data)) {
				if v := strings.TrimSuffix(line, "\n"); module.CanonicalVersion(v) != v || v == line {
					t.Errorf("%q is a good list", data)
				}
			}
		}
		if isHead(data) && !bytes.HasPrefix(data, []byte("ref:")) && len(bytes.TrimSpace(data)) < 40 {
			t.Errorf("%q is a good HEAD", data)
		}
	})
}

// FuzzVendorTree: every package that modules.txt lists belongs to the module above it, every file below the vendor directory to
// one module at most, and to none whose path it does not begin with.
func FuzzVendorTree(f *testing.F) {
	f.Add("# example.com/a v1.0.0\n## explicit\nexample.com/a\nexample.com/a/b\n# example.com/a/b/c v1.0.0 => ./c\nexample.com/a/b/c\n", "example.com/a/b/x.go")
	f.Add("# example.com/a v1.0.0 => example.com/d v1.2.0\nexample.com/a\nexample.com/b\n", "example.com/a")
	f.Add("# a =>\n# a v1 => b c d\na\n# \n../x\n", "a/x.go")
	f.Add("# example.com/a v1.0.0\n# x\nexample.com/a\n# x y\nexample.com/a/b\n", "example.com/a/x.go")
	f.Fuzz(func(t *testing.T, text, file string) {
		v := &vendorTree{byPackage: map[string]*vendorModule{}, byPath: map[string]*vendorModule{}}
		v.parse(text)
		for name, m := range v.byPackage {
			if !slices.Contains(v.modules, m) || !slices.Contains(m.packages, name) || module.CheckImportPath(name) != nil || !strings.HasPrefix(name+"/", m.listed.Path+"/") {
				t.Errorf("%q is a package of %+v", name, m.listed)
			}
		}
		if !filepath.IsLocal(file) || filepath.ToSlash(filepath.Clean(file)) != file {
			return
		}
		v.add(file, false)
		n := len(v.strays)
		for _, m := range v.modules {
			n += len(m.files)
			for _, x := range m.files {
				if m.listed.Path+"/"+x.name != file {
					t.Errorf("%q is %q of %s", file, x.name, m.listed)
				}
			}
		}
		if n > 1 {
			t.Errorf("%q is there %d times", file, n)
		}
	})
}

// FuzzGoArchive: of a distribution that is read to its end every file has the size and the hash that archive/tar or archive/zip
// gives for it, names are those below go/, and what cannot be read is an error.
func FuzzGoArchive(f *testing.F) {
	good := tarOf(f, "go/VERSION", "go1.26.8\n", "go/src/a.go", "package a\n", "go/pkg/tool/x", "x", "other/x", "x", "go/", "", "go/../x", "x")
	f.Add(good, false)
	f.Add(good[:700], false)
	f.Add(zipOf(f, "go/VERSION", "go1.26.8\n", "go/src/a.go", "package a\n", "go/src/", ""), true)
	f.Add([]byte(nil), true)
	f.Add([]byte(nil), false)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, isZip bool) {
		name := filepath.Join(dir, "go.tar.gz")
		text := data
		if isZip {
			name = filepath.Join(dir, "go.zip")
		} else {
			text = stored(t, data)
		}
		put(t, name, text)
		a := &archiveReader{ctx: context.Background(), buf: make([]byte, hashBlock)}
		err := a.read(name)
		if err != nil {
			return
		}
		want := archived(t, data, isZip)
		var bytes int64
		for i, x := range a.list {
			bytes += x.Size
			if i >= len(want) || x != want[i] || strings.HasPrefix(x.Name, "/") || x.Name == "" {
				t.Fatalf("%+v, want %+v", x, want)
			}
		}
		if len(a.list) != len(want) || bytes != a.bytes {
			t.Fatalf("%d files of %d bytes, want %+v", len(a.list), a.bytes, want)
		}
	})
}

// stored is a gzip file that compresses nothing: the fuzzer sees what it changes.
func stored(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// archived reads an archive as the standard library does.
func archived(t *testing.T, data []byte, isZip bool) (out []sum.File) {
	take := func(name string, r io.Reader) {
		rel, ok := strings.CutPrefix(name, "go/")
		if rel = published(rel); !ok || rel == "" {
			return
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%q cannot be read: %v", name, err)
		}
		out = append(out, sum.File{Name: rel, Size: int64(len(text)), Sum: sha256.Sum256(text)})
	}
	if isZip {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range z.File {
			if r, err := e.Open(); err == nil && !e.FileInfo().IsDir() {
				take(e.Name, r)
			}
		}
		return out
	}
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			take(h.Name, r)
		}
	}
}

func tarOf(f testing.TB, files ...string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(f testing.TB, files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		e, err := w.Create(files[i])
		if err == nil {
			_, err = e.Write([]byte(files[i+1]))
		}
		if err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}
