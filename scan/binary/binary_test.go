package binary

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/regular"
)

// What go install wrote into a program comes out again, and the command that would write it anew.
func TestInstalled(t *testing.T) {
	p, w := build(t), newWorld(t)
	w.write("hello", p.tool)
	b := w.one(w.find(), w.bin("hello"))
	if b.GoVersion != runtime.Version() || b.GOOS != runtime.GOOS || b.GOARCH != runtime.GOARCH {
		t.Errorf("built by %q for %s/%s", b.GoVersion, b.GOOS, b.GOARCH)
	}
	if b.Package != "example.com/tool/cmd/hello" || b.Module != "example.com/tool" || b.Version != "v1.0.0" || b.Sum != p.toolSum {
		t.Errorf("package %q of %q %q %q, want the sum %q", b.Package, b.Module, b.Version, b.Sum, p.toolSum)
	}
	if len(b.Deps) != 1 || b.Deps[0] != (Dep{Path: "example.com/dep", Version: "v1.2.3", Sum: p.depSum}) {
		t.Errorf("dependencies: %+v", b.Deps)
	}
	if b.Local || b.Problem != "" || b.RenewWhy != "" || b.Setting("CGO_ENABLED") != "0" {
		t.Errorf("got %+v", b)
	}
	if want := []string{"go", "install", "example.com/tool/cmd/hello@v1.0.0"}; !slices.Equal(b.Renew, want) {
		t.Errorf("renew with %q, want %q", b.Renew, want)
	}
	fi, err := os.Stat(b.Path)
	must(t, err)
	if b.Size.Bytes != fi.Size() || b.Size.Disk != regular.Allocated(fi) || b.Size.Files != 1 || !b.Time.Equal(fi.ModTime()) {
		t.Errorf("size %+v, time %v", b.Size, b.Time)
	}
	alone, err := Read(b.Path)
	if err != nil || alone.Sum != b.Sum || alone.Size != b.Size || !slices.Equal(alone.Renew, b.Renew) {
		t.Errorf("read alone: %+v, %v", alone, err)
	}
}

// Tags are part of what a program is; flags that may name programs to run are only mentioned.
func TestRenewTags(t *testing.T) {
	p, w := build(t), newWorld(t)
	b, err := Read(w.write("hello", p.tagged))
	must(t, err)
	want := []string{"go", "install", "-tags=a,b", "example.com/tool/cmd/hello@v1.0.0"}
	if !slices.Equal(b.Renew, want) || !strings.Contains(b.RenewWhy, "-ldflags") {
		t.Errorf("renew with %q (%s), want %q", b.Renew, b.RenewWhy, want)
	}
}

func TestLocalAndCross(t *testing.T) {
	p, w := build(t), newWorld(t)
	w.write("devel", p.devel)
	w.write("cross", p.cross)
	dir := filepath.Join(w.m.GOBIN, other+"_amd64")
	must(t, os.Mkdir(dir, 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "devel"), p.cross, 0o755))
	must(t, os.Mkdir(filepath.Join(w.m.GOBIN, "other_dir"), 0o755))
	w.set("PATH", w.m.GOBIN)
	if f := w.find(dir); len(f.Binaries) != 3 || len(f.Dirs) != 2 || f.Dirs[1].Source != SourceGiven {
		t.Errorf("named twice: %d binaries, directories %+v", len(f.Binaries), f.Dirs)
	}
	f := w.find()
	b := w.one(f, w.bin("devel"))
	if !b.Local || b.Renew != nil || b.Module != "example.com/local" || b.Problem != "" || !b.OnPath {
		t.Errorf("devel: %+v", b)
	}
	for _, path := range []string{w.bin("cross"), filepath.Join(dir, "devel")} {
		b = w.one(f, path)
		if b.GOOS != other || b.GOARCH != "amd64" || !strings.Contains(b.Problem, "built for "+other+"/amd64") || b.Renew != nil {
			t.Errorf("cross: %+v", b)
		}
		if b.Shadowed != "" {
			t.Errorf("%s is said to be shadowed by %s", path, b.Shadowed)
		}
	}
	if len(f.Binaries) != 3 || len(f.Dirs) != 2 || f.Dirs[1].Source != SourceCross {
		t.Errorf("%d binaries, directories %+v", len(f.Binaries), f.Dirs)
	}
}

// The origin of a program decides whether it can be fetched again; what stands in its build info decides
// nothing unless it is valid.
func TestRenew(t *testing.T) {
	const sum = "h1:x"
	for _, c := range []struct {
		pkg, module, version, sum string
		local                     bool
		renew, why                string
	}{
		{"golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "v0.17.0", sum, false, "golang.org/x/tools/gopls@v0.17.0", ""},
		{"github.com/a/b/v2/cmd/c", "github.com/a/b/v2", "v2.0.1", sum, false, "github.com/a/b/v2/cmd/c@v2.0.1", ""},
		{"github.com/a/b", "github.com/a/b", "v3.0.0+incompatible", sum, false, "github.com/a/b@v3.0.0+incompatible", ""},
		{"cmd/go", "", "", "", false, "", "part of Go"},
		{"command-line-arguments", "", "", "", true, "", "without a module"},
		{"a.com/b", "a.com/b", "(devel)", "", true, "", "from a directory"},
		{"a.com/b", "a.com/b", "", "", true, "", "from a directory"},
		{"a.com/b", "a.com/b", "v1.0.1-0.20250101000000-abcdefabcdef+dirty", "", true, "", "not committed"},
		{"a.com/b", "a.com/b", "v1.0.1-0.20250101000000-abcdefabcdef", "", true, "", "in a checkout"},
		{"-exec=sh", "-exec=sh", "v1.0.0", sum, false, "", "no module version"},
		{"a.com/b;rm", "a.com/b;rm", "v1.0.0", sum, false, "", "no module version"},
		{"a.com/b", "a.com/b", "v1.0.0 -x", sum, false, "", "no module version"},
		{"a.com/b", "a.com/b", "latest", sum, false, "", "no module version"},
		{"a.com/b", "a.com/b/v2", "v1.0.0", sum, false, "", "no module version"},
		{"-toolexec=/tmp/x", "a.com/b", "v1.0.0", sum, false, "", "no package"},
		{"a.com/b/\x1b[2J", "a.com/b", "v1.0.0", sum, false, "", "no package"},
		{"a.com/bad", "a.com/b", "v1.0.0", sum, false, "", "is in module"},
		{"a.com/b/../../c", "a.com/b", "v1.0.0", sum, false, "", "no package"},
	} {
		b := Binary{Package: c.pkg, Module: c.module, Version: c.version, Sum: c.sum}
		b.Local, b.RenewWhy = b.origin(nil)
		if b.RenewWhy == "" {
			b.renew()
		}
		got := ""
		if b.Renew != nil {
			got = b.Renew[len(b.Renew)-1]
		}
		if got != c.renew || b.Local != c.local || !strings.Contains(b.RenewWhy, c.why) || (b.Renew == nil) == (b.RenewWhy == "") {
			t.Errorf("%q %q %q: renew %q, local %v, %q", c.pkg, c.module, c.version, b.Renew, b.Local, b.RenewWhy)
		}
	}
}

// Build settings other than a list of tags never reach a command.
func TestRenewHostileTags(t *testing.T) {
	b := Binary{Package: "a.com/b", Module: "a.com/b", Version: "v1.0.0", Sum: "h1:x",
		Settings: []Setting{{"-tags", "a -toolexec=/tmp/x"}, {"-ldflags", "-extld=/tmp/x"}}}
	b.renew()
	if !slices.Equal(b.Renew, []string{"go", "install", "a.com/b@v1.0.0"}) || !strings.Contains(b.RenewWhy, "-tags and -ldflags") {
		t.Errorf("%q, %q", b.Renew, b.RenewWhy)
	}
}

// Everything that is no healthy Go program is listed, and says why it is none.
func TestProblems(t *testing.T) {
	p, w := build(t), newWorld(t)
	stripped := bytes.ReplaceAll(p.devel, buildInfoMagic, []byte("\xff no buildinf:"))
	packed := append(append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 200)...), "UPX!"...)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"script", []byte("#!/bin/sh\necho\n"), `a script for "/bin/sh"`},
		{"empty", nil, "an empty file"},
		{"short", []byte("\x7fELF"), "not a program"},
		{"text", []byte("just some text that is long enough"), "not a program"},
		{"halved", p.devel[:len(p.devel)/2], "truncated"},
		{"beheaded", p.devel[:600], "truncated"},
		{"stripped", stripped, "a Go program without build info"},
		{"packed", packed, "packed with upx"},
		{"mangled", append([]byte("\x7fELF\x02\x01\x01"), bytes.Repeat([]byte{0xff}, 5000)...), "damaged"},
		{"mz", append([]byte("MZ"), make([]byte, 5000)...), "PE"},
		{"far", append([]byte("MZ"), bytes.Repeat([]byte{0xff}, 5000)...), "damaged"},
		{"java", append([]byte("\xca\xfe\xba\xbe"), make([]byte, 5000)...), "not a Go program"},
		{"macho", append([]byte("\xcf\xfa\xed\xfe"), make([]byte, 5000)...), "Mach-O"},
	} {
		b, err := Read(w.write(c.name, c.data))
		if err != nil || !strings.Contains(b.Problem, c.want) || b.Renew != nil && c.name != "halved" {
			t.Errorf("%s: %q, %v; want %q", c.name, b.Problem, err, c.want)
		}
	}
	must(t, os.WriteFile(w.bin("plain"), p.devel, 0o644))
	if b, err := Read(w.bin("plain")); err != nil || runtime.GOOS != "windows" && b.Problem != "not executable" {
		t.Errorf("plain: %q, %v", b.Problem, err)
	}
	f := w.find()
	var sum int64
	for _, b := range f.Binaries {
		sum += b.Size.Bytes
	}
	fi, err := os.Stat(w.m.GOBIN)
	must(t, err)
	if sum+fi.Size() != f.Size.Bytes || f.Size.Files != int64(len(f.Binaries)) || f.Size.Dirs != 1 {
		t.Errorf("the files have %d bytes, the directory %d, all %+v", sum, fi.Size(), f.Size)
	}
}

// Links are followed to read, and only for that.
func TestLinks(t *testing.T) {
	p, w := build(t), newWorld(t)
	far := filepath.Join(w.m.Home, "far")
	must(t, os.WriteFile(far, p.tool, 0o755))
	for name, target := range map[string]string{"good": far, "dangling": filepath.Join(w.m.Home, "gone"), "loop": w.bin("loop"), "dir": w.m.Home} {
		must(t, os.Symlink(target, w.bin(name)))
	}
	f := w.find()
	b := w.one(f, w.bin("good"))
	real, err := filepath.EvalSymlinks(far)
	must(t, err)
	if b.Link != real || b.Module != "example.com/tool" || b.Size.Bytes >= int64(len(p.tool)) {
		t.Errorf("good: %+v", b)
	}
	for name, want := range map[string]string{"dangling": "a link to nothing", "loop": "too many", "dir": "a directory"} {
		if b := w.one(f, w.bin(name)); !strings.Contains(b.Problem, want) {
			t.Errorf("%s: %q, want %q", name, b.Problem, want)
		}
		if _, err := Read(w.bin(name)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestReadFails(t *testing.T) {
	dir := t.TempDir()
	for _, p := range []string{dir, filepath.Join(dir, "gone"), ""} {
		if b, err := Read(p); err == nil {
			t.Errorf("%q was read: %+v", p, b)
		}
	}
}

// A program that comes earlier on PATH runs instead, unless it is the same one.
func TestShadowed(t *testing.T) {
	p, w := build(t), newWorld(t)
	before, after := filepath.Join(w.m.Home, "before"), filepath.Join(w.m.Home, "after")
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	for _, dir := range []string{before, after} {
		must(t, os.Mkdir(dir, 0o755))
		for _, name := range []string{"a", "b", "c"} {
			if dir == before && name == "b" {
				continue
			}
			must(t, os.WriteFile(filepath.Join(dir, name+exe), []byte("#!/bin/sh\n"), 0o755))
		}
	}
	for _, name := range []string{"a", "b", "c"} {
		w.write(name+exe, p.devel)
	}
	// c in before is the very program, by a second name; the directory d is no program.
	must(t, os.Remove(filepath.Join(before, "c"+exe)))
	must(t, os.Link(w.bin("c"+exe), filepath.Join(before, "c"+exe)))
	w.write("d"+exe, p.devel)
	must(t, os.Mkdir(filepath.Join(before, "d"+exe), 0o755))
	list := func(dirs ...string) string { return strings.Join(dirs, string(filepath.ListSeparator)) }
	for _, c := range []struct {
		path   string
		on     bool
		a, b   string
		shadow string
	}{
		{list("relative", "", before, w.m.GOBIN, after), true, before, "", ""},
		{list(w.m.GOBIN+string(filepath.Separator), before), true, "", "", ""},
		{list(before, after), false, before, after, ""},
		{"", false, "", "", ""},
	} {
		w.set("PATH", c.path)
		f := w.find()
		for name, dir := range map[string]string{"a": c.a, "b": c.b, "c": "", "d": ""} {
			want := ""
			if dir != "" {
				want = filepath.Join(dir, name+exe)
			}
			if b := w.one(f, w.bin(name+exe)); b.Shadowed != want || b.OnPath != c.on || b.Name != name {
				t.Errorf("PATH=%s: %s is shadowed by %q, on PATH %v; want %q, %v", c.path, name, b.Shadowed, b.OnPath, want, c.on)
			}
		}
		if f.Dirs[0].OnPath != c.on {
			t.Errorf("PATH=%s: %+v", c.path, f.Dirs[0])
		}
	}
}

// Windows looks for a name with each extension, and does not tell upper from lower case in variables.
func TestSearchWindows(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"gopls.exe", "gopls.bat"} {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	s := newSearch("windows", []string{`Path="` + dir + `";` + dir, "PathExt=.BAT;.EXE"})
	b := Binary{Path: filepath.Join(dir, "gopls.exe"), Name: "gopls"}
	if got, want := s.instead(&b), filepath.Join(dir, "gopls.bat"); got != want || !slices.Equal(s.exts, []string{".bat", ".exe"}) {
		t.Errorf("%q instead of it, want %q; extensions %q", got, want, s.exts)
	}
}

// Each directory counts once, and each that cannot hold programs says why.
func TestDirs(t *testing.T) {
	p, w := build(t), newWorld(t)
	w.write("tool", p.devel)
	link := filepath.Join(w.m.Home, "link")
	must(t, os.Symlink(w.m.GOBIN, link))
	file := filepath.Join(w.m.Home, "file")
	must(t, os.WriteFile(file, nil, 0o644))
	w.set("GOBIN", "relative/bin")
	w.set("GOPATH", strings.Join([]string{w.m.GOPATH, filepath.Join(w.m.Home, "gone")}, string(filepath.ListSeparator)))
	f := w.find(link, file, w.m.GOBIN)
	want := []Dir{
		{Path: filepath.FromSlash("relative/bin"), Source: SourceGobin, Problem: "refuses"},
		{Path: w.m.GOBIN, Source: SourceGopath, Exists: true},
		{Path: filepath.Join(w.m.Home, "gone", "bin"), Source: SourceGopath},
		{Path: file, Source: SourceGiven, Exists: true, Problem: "not a directory"},
	}
	if len(f.Dirs) != len(want) || len(f.Binaries) != 1 || len(f.Unreadable) != 0 {
		t.Fatalf("directories %+v, %d binaries", f.Dirs, len(f.Binaries))
	}
	for i, d := range f.Dirs {
		problem := d.Problem
		d.Problem = want[i].Problem
		if d != want[i] || !strings.Contains(problem, want[i].Problem) || (problem == "") != (d.Problem == "") {
			t.Errorf("got %+v (%q), want %+v", d, problem, want[i])
		}
	}
}

// The programs that version managers put in the place of all others are theirs.
func TestShims(t *testing.T) {
	w := newWorld(t)
	mise := filepath.Join(w.m.Home, "mise")
	must(t, os.WriteFile(mise, []byte("\x7fELF and so on, not really a program"), 0o755))
	must(t, os.Symlink(mise, w.bin("gopls")))
	w.write("dlv", []byte("#!/usr/bin/env bash\n# asdf-plugin: golang 1.22.0\nexec /x/asdf exec \"dlv\" \"$@\"\n"))
	w.write("gofumpt", []byte("#!/usr/bin/env bash\nset -e\nexec \"/home/x/.goenv/libexec/goenv\" exec \"$program\" \"$@\"\n"))
	w.write("mine", []byte("#!/bin/sh\nexec gopls \"$@\"\n"))
	f := w.find()
	if len(f.Binaries) != 1 || f.Binaries[0].Name != "mine" {
		t.Errorf("found %+v", f.Binaries)
	}
}

// Find can be stopped, and works without settings.
func TestStoppedAndEmpty(t *testing.T) {
	w := newWorld(t)
	w.write("a", []byte("#!/bin/sh\n"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if f := Find(ctx, Input{Dirs: []string{w.m.GOBIN}}); !f.Interrupted {
		t.Errorf("%+v", f)
	}
	if f := Find(context.Background(), Input{}); len(f.Dirs) != 0 || len(f.Binaries) != 0 || f.Interrupted {
		t.Errorf("%+v", f)
	}
}

// Names are raw, sorted, and never trusted.
func TestHostileNames(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"\x1b[31m", "a\nb", "\u202eabc", "\xff\xfe", "-rf", "$(x)"} {
		if err := os.WriteFile(w.bin(name), []byte("#!\x1b[2J/bin/sh\n"), 0o755); err != nil && runtime.GOOS == "linux" {
			t.Fatal(err)
		}
	}
	f := w.find()
	if !slices.IsSortedFunc(f.Binaries, func(a, b Binary) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not sorted")
	}
	for _, b := range f.Binaries {
		if strings.Contains(b.Problem, "\x1b") {
			t.Errorf("%q would reach a terminal", b.Problem)
		}
	}
}

// What may not be read says so. To root nothing is closed; there the test proves that it is read.
func TestUnreadable(t *testing.T) {
	p, w := build(t), newWorld(t)
	shut := filepath.Join(w.m.Home, "shut")
	must(t, os.Mkdir(shut, 0))
	defer os.Chmod(shut, 0o755)
	must(t, os.WriteFile(w.bin("tool"), p.tool, 0o111))
	f := w.find(shut)
	b := w.one(f, w.bin("tool"))
	if os.Getuid() <= 0 { // root, or Windows
		if b.Problem != "" || b.Module == "" || len(f.Unreadable) != 0 {
			t.Errorf("as root: %q, %+v", b.Problem, f.Unreadable)
		}
		return
	}
	if b.Problem != fs.ErrPermission.Error() || b.Size.Bytes != int64(len(p.tool)) {
		t.Errorf("%+v", b)
	}
	if len(f.Unreadable) != 1 || f.Unreadable[0].Path != shut {
		t.Errorf("unreadable: %+v", f.Unreadable)
	}
}
