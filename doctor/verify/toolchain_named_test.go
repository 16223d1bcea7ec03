package verify

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan"
	"godoctor/scan/toolchain"
)

// named looks at the paths only, with what the scan of the module cache finds and the Go below home.
func (l *toolLab) named(opt ToolchainOptions) *ToolchainResult {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home})
	inv.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{{Root: l.root, Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64"}}}
	return CheckToolchains(l.t.Context(), inv, opt)
}

// What is named is looked at wherever it is, once, and nothing else; what differs is a finding there too.
func TestNamedToolchains(t *testing.T) {
	l := newToolLab(t)
	files := distribution(l.mod)
	elsewhere := filepath.Join(l.Home, "elsewhere")
	evil := maps.Clone(files)
	evil["src/fmt/print.go"] = "package fmt // !\n"
	for name, text := range evil {
		must(t, os.MkdirAll(filepath.Join(elsewhere, filepath.FromSlash(filepath.Dir(name))), 0o777))
		must(t, os.WriteFile(filepath.Join(elsewhere, filepath.FromSlash(name)), []byte(text), 0o777))
	}
	archive := filepath.Join(l.Home, "go1.99.1.linux-amd64 (1).tar.gz")
	blob := filepath.Join(l.Home, "0123abc")
	pack(t, blob+".tar.gz", "go/", evil)
	must(t, os.Rename(blob+".tar.gz", blob))
	must(t, os.Symlink(blob, archive)) // as stores of blobs have it
	link := filepath.Join(l.Home, "link")
	must(t, os.Symlink(l.root, link))
	r := l.named(ToolchainOptions{DB: l.db, Paths: []string{elsewhere, link, l.root, archive}})
	if len(r.Verdicts) != 3 || r.Verdicts[0].State != Differs || r.Verdicts[1].State != Genuine || r.Verdicts[1].Path != l.root || r.Verdicts[2].State != Differs || !r.Verdicts[2].Archive {
		t.Fatalf("%+v", r.Verdicts)
	}
	if len(r.Findings) != 2 {
		t.Fatalf("%+v", r.Findings)
	}
	for i, path := range []string{elsewhere, archive} {
		f := &r.Findings[i]
		if f.Check != "toolchain-damaged" || f.Target.Path != path || f.Target.Module != "" || !strings.Contains(f.Detail, l.mod.ID().Version) || len(f.Fixes) != 1 {
			t.Errorf("%+v", f)
		}
	}
	if r := l.named(ToolchainOptions{DB: l.db}); len(r.Verdicts) != 1 {
		t.Errorf("without names: %+v", r.Verdicts)
	}
	l.write("src/fmt/print.go", "package fmt // !\n")
	if r := l.named(ToolchainOptions{DB: l.db}); len(r.Findings) != 0 {
		t.Errorf("not asked for: %+v", r.Findings)
	}
	if r := l.named(ToolchainOptions{DB: l.db, Every: true}); len(r.Findings) != 1 || r.Findings[0].Target.Path != l.root {
		t.Errorf("every one: %+v", r.Findings)
	}
}

// A zip that is fetched lists the files if it is the right one, is removed in any case, and is fetched once.
func TestFetchedToolchain(t *testing.T) {
	l := newToolLab(t)
	l.write("src/fmt/print.go", "package fmt // !\n")
	good, err := l.mod.Zip()
	must(t, err)
	other := official("go1.99.1")
	other.Files["src/os/file.go"] = "package os // forged\n"
	forged, err := other.Zip()
	must(t, err)
	for name, c := range map[string]struct {
		data []byte
		err  error
		want string
	}{
		"right":     {data: good, want: "differs: 1 file is not as it was published"},
		"forged":    {data: forged, want: "differs: which files differ cannot be told: the zip that came has not the hash of the signed record"},
		"truncated": {data: good[:len(good)/2], want: "differs: which files differ cannot be told: the zip that came has not the hash of the signed record"},
		"no answer": {err: errors.New("nobody there"), want: "differs: which files differ cannot be told: nobody there"},
	} {
		fetched, removed := 0, 0
		opt := ToolchainOptions{DB: l.db, Paths: []string{l.root, l.Home + "/copy"}, Fetch: func(_ context.Context, m module.Version) (string, func(), error) {
			fetched++
			if c.err != nil || m != l.mod.ID() {
				return "", nil, c.err
			}
			file := filepath.Join(t.TempDir(), "module.zip")
			must(t, os.WriteFile(file, c.data, 0o600))
			return file, func() { removed++ }, nil
		}}
		must(t, os.RemoveAll(l.Home+"/copy"))
		must(t, os.CopyFS(l.Home+"/copy", os.DirFS(l.root)))
		r := l.named(opt)
		if len(r.Verdicts) != 2 || r.Verdicts[0].String() != c.want || r.Verdicts[1].String() != c.want || fetched != 1 || c.err == nil && removed != 1 || len(r.Findings) != 2 {
			t.Errorf("%s: fetched %d, removed %d: %v", name, fetched, removed, r.Verdicts)
		}
		if files := filesOf(&r.Findings[0]); (files == "src/fmt/print.go modified") != (name == "right") {
			t.Errorf("%s: %q", name, files)
		}
	}
}

// What nobody published as a module is unknown and says why, whatever is in it; it never differs.
func TestUnpublished(t *testing.T) {
	l := newToolLab(t)
	for version, want := range map[string]string{
		"go1":          oldRelease,
		"go1.4.3":      oldRelease,
		"go1.20":       oldRelease,
		"go1.20.14":    oldRelease,
		"go1.20rc1":    oldRelease,
		"go1.21.0":     "not known here",
		"go1.200":      "not known here",
		"go1.21":       "not known here",
		"gotip":        `not an official build: its version is "gotip"`,
		"":             "its version and platform are not known",
		"go1.99.1\x00": "not an official build",
	} {
		l.write("VERSION", version+"\ntime 2013-01-01T00:00:00Z\n")
		for _, db := range []Database{l.db, nil} {
			root := filepath.Join(l.Home, "sdk", "go1.99.1")
			r := CheckToolchains(t.Context(), &scan.Inventory{}, ToolchainOptions{DB: db, Paths: []string{root}, Every: true})
			v := &r.Verdicts[0]
			if db == nil && want == "not known here" {
				want = "no checksum database was asked"
			}
			if v.State == Differs || v.State == Genuine || !strings.Contains(v.String(), want) || len(r.Findings) != 0 || v.GOOS != "linux" || v.GOARCH != "amd64" {
				t.Errorf("%q: %+v", version, v)
			}
		}
	}
}

// Who names something else is told so before anything is read.
func TestNoToolchain(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666))
	must(t, os.MkdirAll(filepath.Join(dir, "bin", "go"), 0o777))
	for _, path := range []string{dir, filepath.Join(dir, "notes.txt")} {
		if err := NamedToolchain(path); !errors.Is(err, ErrNoToolchain) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := NamedToolchain(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
