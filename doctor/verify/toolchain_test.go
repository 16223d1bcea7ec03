package verify

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
	"godoctor/scan/toolchain"
)

// A fakeDB knows some records.
type fakeDB map[module.Version]string

func (db fakeDB) LookupAll(_ context.Context, list []module.Version, _ *meter.Meter) []Record {
	out := make([]Record, len(list))
	for i, m := range list {
		if out[i].Zip = db[m]; out[i].Zip == "" {
			out[i].Err = errors.New("not known here")
		}
	}
	return out
}

// officialEnv is a go.env file as releases have it, with a host that is not one.
const officialEnv = `# This file contains the initial defaults for go command configuration.

# Use the Go module mirror and checksum database by default.
# See https://mirror.example for details.
GOPROXY=https://mirror.example,direct
GOSUMDB=sum.golang.org

# Automatically download newer toolchains as directed by go.mod files.
# See https://go.example/doc/toolchain for details.
GOTOOLCHAIN=auto
`

// official is a made-up release as it is published: distributions hold more, and their go.mod files have that name.
func official(version string) cachetest.Module {
	m := cachetest.ToolchainModule(version, "linux", "amd64")
	maps.DeleteFunc(m.Files, func(name, _ string) bool {
		top, _, _ := strings.Cut(name, "/")
		return slices.Contains([]string{"api", "doc", "misc", "test"}, top)
	})
	m.Files["go.env"] = officialEnv
	return m
}

// distribution are the files of the release in its archive.
func distribution(m cachetest.Module) map[string]string {
	files := map[string]string{"api/go1.txt": "api\n", "doc/x": "doc\n", "test/a.go": "package main\n", "misc/y": "misc\n"}
	for name, text := range m.Files {
		if dir, ok := strings.CutSuffix(name, "_go.mod"); ok {
			name = dir + "go.mod"
		}
		files[name] = text
	}
	return files
}

// A toolLab is a machine with a Go below its home, and a record of the release.
type toolLab struct {
	*cachetest.Machine
	t    *testing.T
	mod  cachetest.Module
	root string
	db   fakeDB
}

func newToolLab(t *testing.T) *toolLab {
	t.Helper()
	l := &toolLab{Machine: newMachine(t), t: t, mod: official("go1.99.1")}
	l.root = filepath.Join(l.Home, "sdk", "go1.99.1")
	for name, text := range distribution(l.mod) {
		l.write(name, text)
	}
	h, err := l.mod.Sum()
	must(t, err)
	l.db = fakeDB{l.mod.ID(): h}
	return l
}

func (l *toolLab) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.root, filepath.FromSlash(name))
	must(l.t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(l.t, os.WriteFile(path, []byte(text), 0o777))
}

// look gives the verdicts on what the scan of the module cache finds, on the Go below home, and on archives.
func (l *toolLab) look(db Database, archives ...toolchain.Archive) *ToolchainResult {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home})
	inv.Toolchains = &toolchain.Found{Archives: archives}
	if l.root != "" {
		inv.Toolchains.Toolchains = []toolchain.Toolchain{{Root: l.root, Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64"}}
	}
	return CheckToolchains(l.t.Context(), inv, ToolchainOptions{DB: db})
}

func TestGoroot(t *testing.T) {
	env := func(old, new string) func(l *toolLab) {
		return func(l *toolLab) { l.write("go.env", strings.Replace(officialEnv, old, new, 1)) }
	}
	cases := []struct {
		name   string
		change func(l *toolLab)
		want   string
		files  string
	}{
		{name: "as it was published", change: func(*toolLab) {}, want: "genuine"},
		{name: "with what others put there", change: func(l *toolLab) {
			for _, name := range []string{".unpacked-success", "go1.99.1.linux-amd64.tar.gz", "bin/gopls", "pkg/mod/x@v1.0.0/go.mod", "src/.DS_Store",
				"pkg/tool/linux_amd64/oldlink", "packages/src/x.go", "notes.txt", "pkg/linux_amd64/fmt.a"} {
				l.write(name, "?")
			}
		}, want: "genuine"},
		{name: "switching off", change: env("=auto", "=local"), want: "genuine except go.env: GOTOOLCHAIN=local"},
		{name: "another proxy", change: env("GOPROXY=https://mirror.example,direct", "GOPROXY=direct"), want: "genuine except go.env: GOPROXY=direct"},
		{name: "no checksum database", change: env("GOSUMDB=sum.golang.org", "GOSUMDB=off"), want: "genuine except go.env: GOSUMDB=off"},
		{name: "a setting more", change: func(l *toolLab) { l.write("go.env", officialEnv+"GOFLAGS=-mod=mod\n") }, want: "genuine except go.env: GOFLAGS=-mod=mod"},
		{name: "settings removed", change: func(l *toolLab) {
			s, _, _ := strings.Cut(officialEnv, "GOTOOLCHAIN")
			l.write("go.env", strings.Replace(s, "GOPROXY=https://mirror.example,direct\n", "", 1))
		}, want: "genuine except go.env: GOPROXY is not set GOTOOLCHAIN is not set"},
		{name: "line ends", change: func(l *toolLab) { l.write("go.env", strings.ReplaceAll(officialEnv, "\n", "\r\n")) },
			want: "genuine except go.env: only comments or line ends differ"},
		{name: "without comments", change: func(l *toolLab) {
			l.write("go.env", "GOTOOLCHAIN=local\n")
			_, err := l.Toolchain("go1.99.0", "linux", "amd64", usedThen, map[string]string{"go.env": officialEnv}) // has them
			must(l.t, err)
		}, want: "genuine except go.env: GOPROXY is not set GOSUMDB is not set GOTOOLCHAIN=local"},
		{name: "without go.env", change: func(l *toolLab) {
			must(l.t, os.Remove(filepath.Join(l.root, "go.env")))
			_, err := l.Toolchain("go1.99.0", "linux", "amd64", usedThen, map[string]string{"go.env": officialEnv})
			must(l.t, err)
		}, want: "genuine except go.env: GOPROXY is not set GOSUMDB is not set GOTOOLCHAIN is not set"},
		{name: "edited sources", change: func(l *toolLab) { l.write("src/fmt/print.go", "package fmt // !\n") },
			want: "differs: which files differ can be told when its zip is in the module cache"},
		{name: "edited sources, with the zip", change: func(l *toolLab) {
			must(l.t, l.Install(l.mod))
			l.write("src/fmt/print.go", "package fmt // !\n")
			l.write("src/fmt/more.go", "package fmt\n")
			must(l.t, os.Remove(filepath.Join(l.root, "bin", "gofmt")))
		}, want: "differs: 3 files are not as they were published", files: "bin/gofmt missing, src/fmt/more.go extra, src/fmt/print.go modified"},
		{name: "edited go.env and sources", change: func(l *toolLab) {
			l.write("go.env", "GOTOOLCHAIN=local\n")
			l.write("src/fmt/print.go", "package fmt // !\n")
		}, want: "differs: which files differ can be told when its zip is in the module cache"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newToolLab(t)
			c.change(l)
			r := l.look(l.db)
			v := &r.Verdicts[0]
			if v.String() != c.want || len(r.Findings) != 0 || v.Path != l.root || r.Stopped || v.Bytes == 0 {
				t.Errorf("%q, want %q; %+v", v.String(), c.want, r)
			}
			if got := filesOf(&finding.Finding{Files: v.Files}); got != c.files {
				t.Errorf("files %q, want %q", got, c.files)
			}
			if r := l.look(nil); r.Verdicts[0].State != Unsigned || r.Verdicts[0].Bytes != 0 {
				t.Errorf("without a record: %+v", r.Verdicts[0])
			}
		})
	}
}

// What a distribution builds is not compared, and what nobody can name neither.
func TestGorootUnofficial(t *testing.T) {
	l := newToolLab(t)
	self, err := os.Executable() // built with Go, and without -trimpath
	must(t, err)
	data, err := os.ReadFile(self)
	must(t, err)
	for _, c := range []struct {
		t      toolchain.Toolchain
		change func()
		want   string
	}{
		{toolchain.Toolchain{Version: "go1.99.1-1ubuntu"}, nil, `not an official build: its version is "go1.99.1-1ubuntu"`},
		{toolchain.Toolchain{Version: "go1.99.1 (Red Hat 1.99.1-1)"}, nil, `not an official build: its version is "go1.99.1 (Red Hat 1.99.1-1)"`},
		{toolchain.Toolchain{Version: "devel go1.99-0123abc"}, nil, `not an official build: its version is "devel go1.99-0123abc"`},
		{toolchain.Toolchain{Version: ""}, nil, "unknown: its version and platform are not known"},
		{toolchain.Toolchain{Version: "go1.99.1"}, func() { l.write("src/os/file.go", "package os // !\n") }, "differs: which files differ can be told when its zip is in the module cache"},
		{toolchain.Toolchain{Version: "go1.99.1", Owner: "package manager"}, nil, "not an official build: a package manager has installed it, and its files are its own"},
		{toolchain.Toolchain{Version: "go1.99.1"}, func() { l.write("bin/go", string(data)) }, "not an official build: bin/go was built"},
	} {
		if c.change != nil {
			c.change()
		}
		c.t.Root, c.t.GOOS, c.t.GOARCH = l.root, "linux", "amd64"
		inv := &scan.Inventory{Toolchains: &toolchain.Found{Toolchains: []toolchain.Toolchain{c.t}}}
		r := CheckToolchains(t.Context(), inv, ToolchainOptions{DB: l.db})
		if got := r.Verdicts[0].String(); !strings.HasPrefix(got, c.want) || len(r.Findings) != 0 {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Toolchains in the module cache: what is damaged is a finding, with a record and without.
func TestToolchainInCache(t *testing.T) {
	cases := []struct {
		name    string
		change  func(l *toolLab, dir string)
		state   ToolchainState
		without ToolchainState // without a record
		files   string
	}{
		{name: "healthy", change: func(*toolLab, string) {}, state: Genuine, without: Unsigned},
		{name: "an edited file", change: func(l *toolLab, dir string) {
			must(l.t, l.Edit(l.mod, "src/fmt/print.go", usedThen, func(s string) string { return s + "// !\n" }))
		}, state: Differs, without: Differs, files: "src/fmt/print.go modified"},
		{name: "no bin/go", change: func(l *toolLab, dir string) { must(l.t, cachetest.Remove(filepath.Join(dir, "bin", "go"))) },
			state: Differs, without: Differs, files: "bin/go missing"},
		{name: "an empty compiler", change: func(l *toolLab, dir string) {
			must(l.t, l.Edit(l.mod, "pkg/tool/linux_amd64/compile", usedThen, func(string) string { return "" }))
		}, state: Differs, without: Differs, files: "pkg/tool/linux_amd64/compile modified"},
		{name: "no compiler, and nothing else known", change: func(l *toolLab, dir string) {
			must(l.t, cachetest.Remove(filepath.Join(dir, "pkg", "tool", "linux_amd64", "compile")))
			must(l.t, os.Remove(l.CachePath(l.mod, "ziphash")))
			must(l.t, os.Remove(l.CachePath(l.mod, "zip")))
		}, state: Differs, without: Differs},
		{name: "being unpacked", change: func(l *toolLab, dir string) {
			must(l.t, cachetest.Remove(filepath.Join(dir, "bin", "go")))
			must(l.t, os.WriteFile(l.CachePath(l.mod, "partial"), nil, 0o666))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newToolLab(t)
			l.root = ""
			_, err := l.Toolchain("go1.99.1", "linux", "amd64", usedThen, nil)
			must(t, err)
			l.mod = cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
			h, err := l.mod.Sum()
			must(t, err)
			c.change(l, l.Dir(l.mod))
			must(t, checkInCache(l, fakeDB{l.mod.ID(): h}, c.state, c.files))
			must(t, checkInCache(l, nil, c.without, c.files))
		})
	}
}

// checkInCache looks at the one toolchain in the module cache.
func checkInCache(l *toolLab, db Database, want ToolchainState, files string) error {
	r := l.look(db)
	if want == "" {
		if len(r.Verdicts)+len(r.Findings) > 0 {
			return errors.New("there is a verdict")
		}
		return nil
	}
	if len(r.Verdicts) != 1 || r.Verdicts[0].State != want || !r.Verdicts[0].InCache || (len(r.Findings) > 0) != (want == Differs) {
		return errors.New("wrong: " + r.Verdicts[0].String())
	}
	if want == Differs && (filesOf(&r.Findings[0]) != files || r.Findings[0].Check != "toolchain-damaged" || r.Findings[0].Target.Path != l.Dir(l.mod)) {
		return errors.New("wrong files: " + filesOf(&r.Findings[0]))
	}
	return nil
}

// pack makes an archive of files.
func pack(t *testing.T, path, top string, files map[string]string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	names := slices.Sorted(maps.Keys(files))
	if strings.HasSuffix(path, ".zip") {
		z := zip.NewWriter(f)
		for _, name := range names {
			w, err := z.Create(top + name)
			must(t, err)
			w.Write([]byte(files[name]))
		}
		must(t, z.Close())
		return
	}
	gz := gzip.NewWriter(f)
	w := tar.NewWriter(gz)
	for _, name := range names {
		must(t, w.WriteHeader(&tar.Header{Name: top + name, Mode: 0o644, Size: int64(len(files[name]))}))
		w.Write([]byte(files[name]))
	}
	must(t, w.Close())
	must(t, gz.Close())
}

func TestArchive(t *testing.T) {
	l := newToolLab(t)
	l.root = ""
	good := distribution(l.mod)
	evil := maps.Clone(good)
	evil["src/fmt/print.go"] = "package fmt // !\n"
	for _, ext := range []string{".tar.gz", ".zip"} {
		at := func(name string) string { return filepath.Join(l.Home, name+ext) }
		pack(t, at("good"), "go/", good)
		pack(t, at("evil"), "go/", evil)
		pack(t, at("other"), "other/", good)
		data, err := os.ReadFile(at("good"))
		must(t, err)
		must(t, os.WriteFile(at("half"), data[:len(data)/2], 0o666))
		must(t, os.WriteFile(at("empty"), nil, 0o666))
		for name, want := range map[string]string{"good": "genuine", "evil": "differs: which files", "other": "unknown: it does not hold a Go distribution",
			"half": "differs: it cannot be read to its end", "empty": "differs: it cannot be read to its end", "gone": "unknown"} {
			r := l.look(l.db, toolchain.Archive{Path: at(name), Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64"})
			if v := &r.Verdicts[0]; !strings.HasPrefix(v.String(), want) || !v.Archive || len(r.Findings) != 0 {
				t.Errorf("%s%s: %q, want %q", name, ext, v, want)
			}
		}
	}
	for _, a := range []toolchain.Archive{{Path: "x.msi", Version: "go1.99.1", GOOS: "windows", GOARCH: "amd64"}, {Path: "go1.99.1.src.tar.gz", Version: "go1.99.1"}, {Path: "y.zip"}} {
		if r := l.look(l.db, a); r.Verdicts[0].State != Unsigned {
			t.Errorf("%+v", r.Verdicts[0])
		}
	}
}

// A bomb is an archive of zero bytes; a hash of it ends with its context, some blocks later at most, and so does that of a GOROOT.
func TestToolchainsStop(t *testing.T) {
	l := newToolLab(t)
	bomb := filepath.Join(l.Home, "bomb.tar.gz")
	f, err := os.Create(bomb)
	must(t, err)
	gz := gzip.NewWriter(f)
	w := tar.NewWriter(gz)
	must(t, w.WriteHeader(&tar.Header{Name: "go/src/zero", Mode: 0o644, Size: 1 << 40}))
	block := make([]byte, 1<<20)
	for range 24 {
		w.Write(block)
	}
	must(t, gz.Close())
	must(t, f.Close())
	a := toolchain.Archive{Path: bomb, Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64"}
	must(t, l.Sparse(filepath.Join(l.root, "src", "zero"), 15<<30))
	const most, few = 8 << 20, 20
	met := new(meter.Meter)
	for what, c := range map[string]struct {
		found *toolchain.Found
		now   func(asked int64) bool
	}{ // of an archive the meter shows whole files: it is asked for each block of them
		"an archive": {&toolchain.Found{Archives: []toolchain.Archive{a}}, func(asked int64) bool { return asked == most/hashBlock }},
		"a GOROOT": {&toolchain.Found{Toolchains: []toolchain.Toolchain{{Root: l.root, Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64"}}},
			func(int64) bool { return met.Sample().Bytes >= most }},
	} {
		ctx := dies(t, c.now)
		r := CheckToolchains(ctx, &scan.Inventory{Toolchains: c.found}, ToolchainOptions{DB: l.db, Meter: met})
		if n := met.Sample().Bytes; !r.Stopped || len(r.Verdicts) != 0 || n > most+few*hashBlock || ctx.since.Load() > few {
			t.Errorf("%s: %+v after %d bytes and %d questions more", what, r, n, ctx.since.Load())
		}
	}
}

// A zip that is all headers takes no more memory than is allowed for them.
func TestArchiveOfHeaders(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for range 400_000 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: "go/a", Method: zip.Store}); err != nil {
			t.Fatal(err)
		}
	}
	must(t, z.Close())
	path := filepath.Join(t.TempDir(), "a.zip")
	must(t, os.WriteFile(path, b.Bytes(), 0o666))
	a := &archiveReader{ctx: t.Context(), buf: make([]byte, hashBlock)}
	if err := a.read(path); err == nil {
		t.Error("no limit")
	}
}

// FuzzEnv: whatever is in go.env, texts are tried and settings told.
func FuzzEnv(f *testing.F) {
	f.Add(officialEnv, officialEnv)
	f.Add("GOPROXY=\nGOPROXY=a\n = \n#\n", "\r\nGOTOOLCHAIN=x")
	f.Fuzz(func(t *testing.T, own, other string) {
		texts := envTexts(own, []string{other})
		if len(texts) > envTextsMax {
			t.Errorf("%d texts", len(texts))
		}
		for _, text := range texts {
			editedEnv(own, text)
		}
	})
}

// Every text that officialEnv can be edited to in its settings leads back to it.
func TestEnvTexts(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		own := officialEnv
		for _, line := range []string{"GOPROXY=https://mirror.example,direct\n", "GOSUMDB=sum.golang.org\n", "GOTOOLCHAIN=auto\n"} {
			key, _, _ := strings.Cut(line, "=")
			switch dice.IntN(4) {
			case 0:
				own = strings.Replace(own, line, key+"=x\n", 1)
			case 1:
				own = strings.Replace(own, line, line+key+"=y\n", 1)
			case 2:
				if key != "GOSUMDB" || strings.Contains(own, "GOPROXY=") { // else nothing tells where they stood
					own = strings.Replace(own, line, "", 1)
				}
			}
		}
		if !slices.Contains(envTexts(own, nil), officialEnv) {
			t.Errorf("not from %q", own)
		}
	}
}
