package bundle

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// badVersion is one of which no bundle can have files.
var badVersion = module.Version{Path: "../x", Version: "v1.0.0"}

// made gives a bundle as a directory and as an archive, and where more may be made.
func made(t *testing.T) (l *lab, dir, file string) {
	t.Helper()
	l = newLab(t)
	in := l.making("made")
	_, err := Make(t.Context(), in)
	check(t, err)
	return l, in.Target, write(t, filepath.Join(l.m.Root, "made.tar"), forge(t, in.Target).archive())
}

func opened(t *testing.T, path string) *Bundle {
	t.Helper()
	b, err := Open(path)
	check(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

// What a bundle is given out as is what Check has looked at, from a directory and from an archive, and is taken away again.
func TestExtract(t *testing.T) {
	l, dir, file := made(t)
	for _, path := range []string{dir, file} {
		b := opened(t, path)
		if b.HeadSize() < 1 || b.SHA256 == "" {
			t.Errorf("%d records", b.HeadSize())
		}
		to := filepath.Join(l.m.Root, "extracted")
		files, remove, err := b.Extract(t.Context(), to, b.Manifest.Modules)
		check(t, err)
		if len(files) != len(b.Manifest.Modules) {
			t.Fatalf("%d of %d", len(files), len(b.Manifest.Modules))
		}
		for i, f := range files {
			x := &b.Manifest.Modules[i]
			if f.Hash != x.Zip || f.ModHash != x.Mod || f.Module != x.Path || f.Version != x.Version || (f.Zip == "") != (x.Zip == "") {
				t.Errorf("%+v of %+v", f, x)
			}
			for _, name := range []string{f.Info, f.Mod, f.Zip} {
				if fi, err := os.Stat(name); name != "" && (err != nil || fi.Size() == 0) {
					t.Error(err)
				} else if strings.HasSuffix(name, ".zip") && fi.Size() != b.ZipBytes(x) {
					t.Errorf("%d bytes, and %d are said", fi.Size(), b.ZipBytes(x))
				}
			}
			if x.Zip == "" && b.ZipBytes(x) != 0 {
				t.Error("a zip of nothing")
			}
		}
		bare := b.Manifest.Modules[0]
		bare.Zip = ""
		if files, _, err := b.Extract(t.Context(), to, []Module{bare}); err != nil || len(files) != 1 || files[0].Zip != "" || files[0].Mod == "" {
			t.Errorf("of a go.mod file alone: %+v, %v", files, err)
		}
		proxy, removeSums, err := b.ExtractSums(t.Context(), to+"-sums")
		check(t, err)
		if _, err := os.Stat(filepath.Join(proxy, filepath.FromSlash(db+"supported"))); err != nil {
			t.Error(err)
		}
		remove()
		removeSums()
		for _, name := range []string{to, to + "-sums"} {
			if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is left: %v", name, err)
			}
		}
		if _, err := os.Stat(dir); err != nil {
			t.Error("the bundle itself went")
		}
		if n := b.ZipBytes(&Module{Path: badVersion.Path, Version: badVersion.Version}); n != 0 {
			t.Errorf("%d bytes of what has no name", n)
		}
	}
}

// Whatever goes wrong while files are given out, nothing half is left, and it is said of what.
func TestExtractFails(t *testing.T) {
	l, dir, file := made(t)
	to := filepath.Join(l.m.Root, "extracted")
	nothing := func(what string) {
		t.Helper()
		for _, name := range []string{to, to + "-sums"} {
			if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %s is left: %v", what, name, err)
			}
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b := opened(t, file)
	if files, remove, err := b.Extract(gone, to, b.Manifest.Modules); !errors.Is(err, context.Canceled) || files != nil || remove == nil {
		t.Errorf("%v, %v", files, err)
	}
	nothing("stopped")
	if _, _, err := b.ExtractSums(gone, to+"-sums"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	nothing("stopped")
	_, _, err := b.Extract(t.Context(), to, []Module{b.Manifest.Modules[0], {Path: badVersion.Path, Version: badVersion.Version}})
	if err == nil {
		t.Error("it has no name")
	}
	nothing("no name")
	_, _, err = b.Extract(t.Context(), to, []Module{{Path: "example.com/none", Version: "v1.0.0"}})
	wantErr(t, err, ErrMissing, "example.com/none")
	nothing("not in it")

	// The archive is changed behind our back.
	data, err := os.ReadFile(file)
	check(t, err)
	changed := bytes.Clone(data)
	at := b.archive.at[someZip]
	changed[at+50] ^= 1
	write(t, file, changed)
	_, _, err = b.Extract(t.Context(), to, b.Manifest.Modules)
	wantErr(t, err, ErrHash, someZip)
	nothing("changed")
	write(t, file, data)
	blocked := write(t, filepath.Join(l.m.Root, "file"), nil)
	if _, _, err := b.Extract(t.Context(), filepath.Join(blocked, "x"), b.Manifest.Modules); err == nil {
		t.Error("there is a file in the place of the directory")
	}
	if _, _, err := b.ExtractSums(t.Context(), filepath.Join(blocked, "x")); err == nil {
		t.Error("there is a file in the place of the directory")
	}
	target := write(t, filepath.Join(l.m.Root, "target"), []byte("mine"))
	if err := b.copyTo(t.Context(), someZip, target); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if text, _ := os.ReadFile(target); string(text) != "mine" {
		t.Error("what was there is overwritten")
	}

	// Of a directory a file goes while it is read.
	d := opened(t, dir)
	check(t, os.Remove(filepath.Join(dir, filepath.FromSlash(someZip))))
	wantErr(t, d.copyTo(t.Context(), someZip, filepath.Join(l.m.Root, "other")), ErrMissing, someZip)
	check(t, Discard(to))
}

// A repair gets from a bundle what the bundle has, and nothing that was not proved stays.
func TestFetchOfBundle(t *testing.T) {
	l, _, file := made(t)
	b := opened(t, file)
	to := filepath.Join(l.m.Root, "fetched")
	refused := errors.New("not what it has to be")
	if err := b.Fetch(t.Context(), id(gamma1), "zip", "", to, func(string) error { return refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it is left")
	}
	seen := ""
	check(t, b.Fetch(t.Context(), id(gamma1), "zip", "", to, func(file string) error { seen = file; return nil }))
	if fi, err := os.Stat(to); seen != to || err != nil || fi.Size() == 0 {
		t.Errorf("%q, %v", seen, err)
	}
	wantErr(t, b.Fetch(t.Context(), id(gamma0), "zip", "", to+"2", nil), ErrMissing, "v1.0.0.zip")
	if err := b.Fetch(t.Context(), badVersion, "zip", "", to+"2", nil); err == nil {
		t.Error("it has no name")
	}
	for _, x := range b.Manifest.Modules {
		s := x.Again()
		if s.Has(plan.FixFetch) != (x.Zip != "") || !s.Has(plan.FixMod) || !s.Has(plan.FixInfo) || s.Hash != x.Zip || s.ModHash != x.Mod || s.Keep {
			t.Errorf("%+v", s)
		}
	}
	bad := &Module{Path: badVersion.Path, Version: badVersion.Version}
	if There(l.m.GOMODCACHE, bad) || Damaged(t.Context(), l.m.GOMODCACHE, bad) || b.Recorded(l.m.GOMODCACHE, badVersion) {
		t.Error("what has no name is nowhere")
	}
}

// There is what the go command takes for there, and each thing that lacks or differs is enough that it is not.
func TestThere(t *testing.T) {
	l, dir, _ := made(t)
	b := opened(t, dir)
	x := b.Manifest.module(place{path: gamma1.Path, version: gamma1.Version})
	bare := Module{Path: gamma0.Path, Version: gamma0.Version, Mod: sum.Mod([]byte(gamma0.GoMod))} // of which nothing else is needed
	file := func(ext string) string { return l.m.CachePath(gamma1, ext) }
	put := func(ext, text string) func() {
		return func() {
			os.Chmod(file(ext), 0o644)
			write(t, file(ext), []byte(text))
		}
	}
	for _, c := range []struct {
		name string
		do   func()
		want bool
	}{
		{"whole", func() {}, true},
		{"no zip", func() { check(t, os.Remove(file("zip"))) }, true},
		{"no .mod", func() { check(t, os.Remove(file("mod"))) }, false},
		{"another .mod", put("mod", "module x\n"), false},
		{"no .info", func() { check(t, os.Remove(file("info"))) }, false},
		{"another .info", put("info", `{"Version":"v1.0.0"}`), false},
		{"no .ziphash", func() { check(t, os.Remove(file("ziphash"))) }, false},
		{"another .ziphash", put("ziphash", bare.Mod), false},
		{"half unpacked", put("partial", ""), false},
		{"no directory", func() { check(t, removeAll(l.m.Dir(gamma1))) }, false},
		{"a file for a directory", func() { check(t, removeAll(l.m.Dir(gamma1))); write(t, l.m.Dir(gamma1), nil) }, false},
	} {
		check(t, removeAll(l.m.GOMODCACHE))
		if There(l.m.GOMODCACHE, &x) {
			t.Errorf("%s: nothing is there", c.name)
		}
		check(t, l.m.Install(gamma1))
		check(t, l.m.InstallModOnly(gamma0))
		write(t, l.m.CachePath(gamma0, "info"), []byte(`{"Version":"v1.0.0"}`))
		if c.do(); There(l.m.GOMODCACHE, &x) != c.want {
			t.Errorf("%s: want %v", c.name, c.want)
		}
		if !There(l.m.GOMODCACHE, &bare) || Damaged(t.Context(), l.m.GOMODCACHE, &bare) {
			t.Errorf("%s: of the other one the go.mod file is enough", c.name)
		}
	}
	for version, want := range map[string]string{"v0.0.1-go1.25.3.linux-amd64": "go1.25.3 linux amd64 true", "v0.0.1-go1.26rc1.windows-arm64": "go1.26rc1 windows arm64 true",
		"v1.0.0": "   false", "v0.0.1-": "   false", "v0.0.1-x": "   false", "v0.0.1-go2.25.3.linux-amd64": "go2.25.3 linux amd64 false", "v0.0.1-go1.25.3.linux": "go1.25.3 linux  false"} {
		release, goos, goarch, ok := Release(version)
		if got := fmt.Sprint(release, " ", goos, " ", goarch, " ", ok); got != want {
			t.Errorf("%s: %q, want %q", version, got, want)
		}
	}
}

// A directory is refused for what it lacks, has too much of, and what is not of the size or kind that the manifest says.
func TestDirectoryFaults(t *testing.T) {
	l, dir, file := made(t)
	manifest := filepath.Join(dir, ManifestName)
	first := func(path string) error {
		b, err := Open(path)
		if err != nil {
			return err
		}
		defer b.Close()
		r, err := b.Check(t.Context(), l.witness(b), nil)
		check(t, err)
		return r.First()
	}
	check(t, first(dir))
	for i := range 30 {
		write(t, filepath.Join(dir, fmt.Sprintf("extra%02d", i)), nil)
	}
	b := opened(t, dir)
	if extra, err := b.extra(); err != nil || len(extra) != maxExtra {
		t.Errorf("%d are named, %v", len(extra), err)
	}
	wantErr(t, first(dir), ErrExtra, "extra00")
	for i := range 30 {
		check(t, os.Remove(filepath.Join(dir, fmt.Sprintf("extra%02d", i))))
	}
	mod := filepath.Join(dir, filepath.FromSlash(someMod))
	text, err := os.ReadFile(mod)
	check(t, err)
	write(t, mod, append(bytes.Clone(text), '\n'))
	wantErr(t, first(dir), ErrSize, someMod)
	if _, err := b.read(someMod); !errors.Is(err, ErrSize) {
		t.Error(err)
	}
	changed := bytes.Clone(text)
	changed[0] ^= 1
	write(t, mod, changed)
	wantErr(t, first(dir), ErrHash, someMod)
	if _, err := b.read(someMod); !errors.Is(err, ErrHash) {
		t.Error(err)
	}
	write(t, mod, text)
	if got, err := b.read(someMod); err != nil || !bytes.Equal(got, text) {
		t.Error(err)
	}
	if _, err := b.read("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	look := strings.TrimPrefix(db, "sumdb/"+cachetest.SumDBName+"/") + "lookup/example.com/gamma@v1.1.0"
	if _, err := b.SumFile(look, 10); !errors.Is(err, regular.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := b.SumFile("supported", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}

	check(t, os.Truncate(manifest, MaxManifest+1))
	wantErr(t, first(dir), ErrTooLarge, ManifestName)
	check(t, os.Remove(manifest))
	wantErr(t, first(dir), ErrNotBundle, ManifestName)
	check(t, os.Mkdir(manifest, 0o777))
	wantErr(t, first(dir), ErrMember, ManifestName)
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	check(t, os.Truncate(file, 700))
	if err := first(file); err == nil {
		t.Error("an archive without an end")
	}
}

// An archive that can no longer be read, or begins with something else, says so.
func TestArchiveFaults(t *testing.T) {
	l, _, file := made(t)
	for name, h := range map[string]tar.Header{"the file \"other\"": {Name: "other", Typeflag: tar.TypeReg}, "a fifo": {Name: ManifestName, Typeflag: tar.TypeFifo},
		"something odd": {Name: ManifestName, Typeflag: tar.TypeCont}} {
		path := write(t, filepath.Join(l.m.Root, "odd"), append(otherHeader(t, h), make([]byte, 2*blockSize)...))
		_, err := Open(path)
		wantErr(t, err, ErrNotBundle, name)
	}
	f, err := os.Open(file)
	check(t, err)
	a, m, _, err := openArchive(f)
	check(t, err)
	if _, err := a.member(0, 1<<20, "\x00", 1); !errors.Is(err, ErrName) {
		t.Error(err)
	}
	b := &Bundle{Manifest: m, archive: a}
	check(t, f.Close())
	if _, err := a.member(0, 1<<20, ManifestName, 1); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if _, _, _, err := openArchive(f); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if _, err := b.read(someMod); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := b.checkFile(t.Context(), m.file(someZip)); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	in, err := b.open(m.file(someMod))
	check(t, err)
	if err := b.checkContent(t.Context(), m.file(someMod), place{kind: kindMod}, in); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := (&Report{Err: fs.ErrClosed}).First(); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
}

// failing writes so many bytes, and then no more.
type failing int

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	n := min(len(p), int(*f))
	if *f -= failing(n); n < len(p) {
		return n, errFull
	}
	return n, nil
}

type closer struct {
	io.Reader
	err error
}

func (c closer) Close() error { return c.err }

// Writing an archive ends with the first error of a disk that is full, of a file that is shorter than it was, or that cannot be opened
// or closed.
func TestArchiveWriteFails(t *testing.T) {
	_, dir, _ := made(t)
	f := forge(t, dir)
	content := func(name string) (io.ReadCloser, error) { return closer{bytes.NewReader(f.data[name]), nil}, nil }
	whole := len(f.archive())
	for n := 0; n < whole; n += 509 {
		room := failing(n)
		if err := writeArchive(&room, &f.m, content, func(int64) {}); !errors.Is(err, errFull) {
			t.Fatalf("room for %d of %d bytes: %v", n, whole, err)
		}
	}
	room := failing(whole)
	check(t, writeArchive(&room, &f.m, content, func(int64) {}))
	for what, open := range map[string]func(name string) (io.ReadCloser, error){
		"EOF": func(name string) (io.ReadCloser, error) {
			return closer{bytes.NewReader(f.data[name][:min(1, len(f.data[name]))]), nil}, nil
		},
		"open": func(string) (io.ReadCloser, error) { return nil, errors.New("open") },
		"shut": func(name string) (io.ReadCloser, error) {
			return closer{bytes.NewReader(f.data[name]), errors.New("shut")}, nil
		},
	} {
		if err := writeArchive(io.Discard, &f.m, open, func(int64) {}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := writeMember(io.Discard, "\x00", 0, bytes.NewReader(nil)); err == nil {
		t.Error("no archive can have that name")
	}
}

// A check that is stopped says so, at whatever file it is.
func TestCheckStopped(t *testing.T) {
	l, dir, _ := made(t)
	b := opened(t, dir)
	w := l.witness(b)
	asks := func(n int) *counting {
		c := new(counting)
		c.Context, c.cancel = context.WithCancel(t.Context())
		c.left.Store(int64(n))
		return c
	}
	whole := asks(1 << 30)
	if _, err := b.Check(whole, w, nil); err != nil {
		t.Fatal(err)
	}
	asked := int(1<<30 - whole.left.Load())
	for n := 0; n < asked; n += 1 + asked/12 {
		if r, err := b.Check(asks(n), l.witness(b), nil); err == nil {
			t.Errorf("after %d of %d looks: %+v", n, asked, r)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	in, err := b.open(b.Manifest.file(someZip))
	check(t, err)
	defer in.close()
	if err := b.checkZip(gone, place{path: gamma1.Path, version: gamma1.Version}, in); err == nil {
		t.Error("it was not looked at")
	}
}

// counting is a context that ends once it was asked so many times.
type counting struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func (c *counting) Err() error {
	if c.left.Add(-1) < 0 {
		c.cancel()
	}
	return c.Context.Err()
}

// A bundle without a checksum database has no records, and one of another database is believed by nobody.
func TestNoDatabase(t *testing.T) {
	l, dir, _ := made(t)
	f := forge(t, dir)
	for name := range f.data {
		if strings.HasPrefix(name, "sumdb/") {
			f.drop(name)
		}
	}
	for i := range f.m.Modules {
		f.m.Modules[i].Recorded = false
	}
	f.m.SumDB = nil
	b := opened(t, write(t, filepath.Join(l.m.Root, "none.tar"), f.archive()))
	r, err := b.Check(t.Context(), Witness{}, nil)
	check(t, err)
	if !r.OK() || r.Foreign != "" || b.HeadSize() != 0 || b.ForgetRecords(l.m.GOMODCACHE) != nil {
		t.Errorf("%v, %q", r.First(), r.Foreign)
	}
	for i := range r.Modules {
		if r.Modules[i].Proof != ByNobody {
			t.Errorf("%+v", r.Modules[i])
		}
	}
	g := forge(t, dir)
	g.m.SumDB.Head = "no tree"
	g.put(db+"latest", []byte(g.m.SumDB.Head))
	if n := opened(t, write(t, filepath.Join(l.m.Root, "head.tar"), g.archive())).HeadSize(); n != 0 {
		t.Errorf("%d records of no tree", n)
	}
	own := opened(t, dir)
	private, err := sumdb.Open(sumdb.Settings{GOSUMDB: cachetest.SumDBKey(), GONOSUMDB: "example.com"}, "", filepath.Join(l.m.Root, "nowhere"), nil, sumdb.Options{Files: own.SumFile})
	check(t, err)
	r, err = own.Check(t.Context(), Witness{DB: private, Key: private.Key()}, nil)
	check(t, err)
	for i := range r.Modules {
		if m := &r.Modules[i]; strings.HasPrefix(m.Path, "example.com/") && (m.Proof != ByNobody || m.Err != nil) {
			t.Errorf("private here: %+v", m)
		}
	}
}

// What has no name has no files, and one module version has one name.
func TestNamesRefused(t *testing.T) {
	m := &Manifest{SumDB: &SumDB{Name: "sum.example.test"}}
	for _, x := range []Module{{Path: badVersion.Path, Version: badVersion.Version}, {Path: "example.com/a", Version: "v1"}, {Path: "example.com/a", Version: "v1.0.0/x"}} {
		m.Modules = []Module{x}
		if want, err := m.want(); err == nil {
			t.Errorf("%v: %v", x, want)
		}
		if err := m.checkFiles(); err == nil {
			t.Errorf("%v has files", x)
		}
		if name, err := lookupOf(x.ID(), "sum.example.test"); err == nil {
			t.Errorf("%v: %q", x, name)
		}
		if name, err := stem(x.ID()); err == nil {
			t.Errorf("%v: %q", x, name)
		}
	}
	for _, name := range []string{"sumdb/sum.example.test/lookup/!!a@v1.0.0", "sumdb/sum.example.test/lookup/example.com/a@v1.0.0!", "sumdb/sum.example.test/lookup/a",
		"example.com/!/@v/v1.0.0.mod", "example.com/a/@v/v1.0.0-!1.mod", "example.com/a/@v/!!.mod", "example.com/A/@v/v1.0.0.mod", "sumdb//latest", "sumdb/other/latest"} {
		if p, err := locate(name, "sum.example.test"); !errors.Is(err, ErrName) {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
	if v := m.latestOf("example.com/none"); v != "" {
		t.Errorf("%q is the latest of nothing", v)
	}
	f := &Manifest{Files: []File{{Name: "example.com/a/@v/v1.0.0.mod", SHA256: "x"}}, Modules: []Module{{Path: "example.com/a", Version: "v1.0.0"}}}
	if err := f.checkFiles(); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Error(err)
	}
	if m.SumDB = nil; m.sumdb() != "" {
		t.Error("a name of no database")
	}
}
