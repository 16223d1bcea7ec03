package verify

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
	"godoctor/scan/project"
)

// A vendorLab is a project whose vendor directory the real go command has made.
type vendorLab struct {
	*cachetest.Machine
	t          *testing.T
	mod, other cachetest.Module
	project    string
	met        *meter.Meter // of the last look
}

func newVendorLab(t *testing.T) *vendorLab {
	t.Helper()
	l := &vendorLab{Machine: newMachine(t), t: t}
	l.mod = cachetest.Module{Path: "example.com/Big", Version: "v1.2.0", GoMod: "module example.com/Big\n\ngo 1.20\n", Files: map[string]string{
		"big.go": "package big\n\nimport _ \"embed\"\n\n//go:embed sub/data.txt\nvar Data string\n", "sub/data.txt": "line\nline\n", "LICENSE": "none\n",
		"big_test.go": "package big\n", "gen.go": "//go:build ignore\n\npackage main\n", "old.go": "// +build ignore\n\npackage main\n",
		"big_windows.go": "package big\n", "tagged.go": "//go:build !linux && special\n\npackage big\n", "asm.s": "", "unused/u.go": "package unused\n",
		"in/in.go": "package in\n", "in/x.h": "int x;\n"}}
	l.other = cachetest.Module{Path: "example.com/Big/nested", Version: "v0.1.0", Files: map[string]string{"n.go": "package nested\n", "LICENSE": "other\n"}}
	fork := cachetest.Module{Path: "fork.example/f", Version: "v0.2.0", Files: map[string]string{"f.go": "package f\n"}}
	must(t, l.Install(l.mod, l.other, fork))
	must(t, l.InstallModOnly(cachetest.Module{Path: "example.com/f", Version: "v0.1.0"}, cachetest.Module{Path: "example.com/local", Version: "v0.1.0"}))
	var err error
	l.project, err = l.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire (\n\texample.com/Big v1.2.0\n\texample.com/Big/nested v0.1.0\n"+
		"\texample.com/f v0.1.0\n\texample.com/local v0.1.0\n)\n\nreplace example.com/f => fork.example/f v0.2.0\n\nreplace example.com/local => ./local\n",
		map[string]string{"p.go": "package p\n\nimport (\n\t_ \"example.com/Big\"\n\t_ \"example.com/Big/in\"\n\t_ \"example.com/Big/nested\"\n\t_ \"example.com/f\"\n\t_ \"example.com/local\"\n)\n",
			"local/go.mod": "module example.com/local\n\ngo 1.20\n", "local/l.go": "package local\n"})
	must(t, err)
	l.vendor()
	return l
}

func (l *vendorLab) vendor() {
	l.t.Helper()
	cmd := exec.Command("go", "mod", "vendor")
	cmd.Dir, cmd.Env = l.project, append(l.Environ(), "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("go mod vendor: %v: %s", err, out)
	}
}

func (l *vendorLab) file(name string) string {
	return filepath.Join(l.project, "vendor", filepath.FromSlash(name))
}

func (l *vendorLab) write(name, text string) {
	must(l.t, os.WriteFile(l.file(name), []byte(text), 0o666))
}

func (l *vendorLab) look(ctx context.Context) *VendorResult {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home, Projects: &project.Input{Roots: []string{l.Home}}})
	l.met = new(meter.Meter)
	return Vendored(ctx, inv.Projects.Projects, inv, l.met)
}

func TestVendored(t *testing.T) {
	base := newVendorLab(t)
	if r := base.look(t.Context()); len(r.Findings) != 0 || r.Dirs != 1 || r.Modules != 3 || r.Replaced != 1 || r.Unknown != 0 || r.Files < 8 || len(r.Unread) != 0 {
		t.Fatalf("healthy: %+v", r)
	}
	const big, nested, f = "example.com/Big v1.2.0", "example.com/Big/nested v0.1.0", "example.com/f v0.1.0"
	cases := []struct {
		name    string
		damage  func(l *vendorLab)
		want    string // module: files
		detail  string
		unknown int
	}{
		{name: "an edited file", damage: func(l *vendorLab) { l.write("example.com/Big/big.go", "package big\n") }, want: big + ": big.go modified"},
		{name: "a longer file", damage: func(l *vendorLab) { l.write("example.com/Big/LICENSE", "none\nat all\n") }, want: big + ": LICENSE modified"},
		{name: "an embedded file", damage: func(l *vendorLab) { l.write("example.com/Big/sub/data.txt", "lime\nlime\n") }, want: big + ": sub/data.txt modified"},
		{name: "line ends", damage: func(l *vendorLab) { l.write("example.com/Big/sub/data.txt", "line\r\nline\r\n") },
			want: big + ": sub/data.txt modified", detail: "only line ends"},
		{name: "a file too many", damage: func(l *vendorLab) { l.write("example.com/Big/in/evil.go", "package in\n") }, want: big + ": in/evil.go extra"},
		{name: "a file too few", damage: func(l *vendorLab) {
			must(l.t, os.Remove(l.file("example.com/Big/tagged.go")))
			must(l.t, os.Remove(l.file("example.com/Big/big_windows.go")))
		}, want: big + ": big_windows.go missing, tagged.go missing"},
		{name: "the nested module", damage: func(l *vendorLab) { l.write("example.com/Big/nested/n.go", "package nested // !\n") }, want: nested + ": n.go modified"},
		{name: "what a module replaces", damage: func(l *vendorLab) { l.write("example.com/f/f.go", "package g\n") },
			want: f + ": f.go modified", detail: "replaced by fork.example/f@v0.2.0"},
		{name: "what a directory replaces", damage: func(l *vendorLab) { l.write("example.com/local/l.go", "package g\n") }},
		{name: "no module's", damage: func(l *vendorLab) { l.write("example.com/stray.go", "package stray\n") }, want: " : example.com/stray.go extra"},
		{name: "files of build systems", damage: func(l *vendorLab) {
			l.write("example.com/Big/BUILD.bazel", "go_library()\n")
			l.write("BUILD", "\n")
		}},
		{name: "a link", damage: func(l *vendorLab) {
			must(l.t, os.Remove(l.file("example.com/Big/big.go")))
			must(l.t, l.Symlink(filepath.Join(l.project, "p.go"), l.file("example.com/Big/big.go")))
		}, want: big + ": big.go odd"},
		{name: "without the zip", unknown: 1, damage: func(l *vendorLab) {
			l.write("example.com/Big/big.go", "package big\n")
			must(l.t, os.Remove(l.CachePath(l.mod, "zip")))
		}},
		{name: "with a damaged zip", unknown: 1, damage: func(l *vendorLab) {
			l.write("example.com/Big/big.go", "package big\n")
			must(l.t, os.Truncate(l.CachePath(l.mod, "zip"), 100))
		}},
		{name: "without modules.txt", unknown: -1, damage: func(l *vendorLab) {
			l.write("example.com/Big/big.go", "package big\n")
			must(l.t, os.Remove(l.file("modules.txt")))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newVendorLab(t)
			c.damage(l)
			r := l.look(t.Context())
			var got []string
			for i := range r.Findings {
				f := &r.Findings[i]
				got = append(got, f.Target.Module+" "+f.Target.Version+": "+filesOf(f))
				if !strings.Contains(f.Detail, c.detail) || len(f.Fixes) != 1 || f.Check != "vendor-modified" {
					t.Errorf("%+v", f)
				}
			}
			if s := strings.Join(got, "; "); s != c.want || r.Unknown != max(c.unknown, 0) {
				t.Fatalf("found %q, want %q; unknown %d, want %d", s, c.want, r.Unknown, c.unknown)
			}
			if c.want == "" {
				return
			}
			l.vendor()
			if r := l.look(t.Context()); len(r.Findings) != 0 {
				t.Errorf("vendored again: %+v", r.Findings)
			}
		})
	}
}

// A zip that is not the one go.sum names is judged elsewhere: nothing is compared with it.
func TestVendoredLyingZip(t *testing.T) {
	l := newVendorLab(t)
	sums := filepath.Join(l.project, "go.sum")
	data, err := os.ReadFile(sums)
	must(t, err)
	i := strings.Index(string(data), "example.com/Big v1.2.0 h1:") + len("example.com/Big v1.2.0 h1:")
	must(t, os.WriteFile(sums, slices.Replace(data, i, i+3, []byte("AAA")...), 0o666))
	l.write("example.com/Big/big.go", "package big\n")
	if r := l.look(t.Context()); len(r.Findings) != 0 || r.Unknown != 1 || r.Modules != 2 {
		t.Errorf("%+v", r)
	}
}

// A huge file is not read, fifos and a modules.txt that leads elsewhere do not keep it busy; neither does a context that ended.
func TestVendoredHostile(t *testing.T) {
	l := newVendorLab(t)
	must(t, os.Remove(l.file("example.com/Big/in/in.go")))
	must(t, l.Sparse(l.file("example.com/Big/in/in.go"), 8<<30))
	want := []string{"in/in.go modified"}
	if runtime.GOOS != "windows" {
		must(t, os.Remove(l.file("example.com/Big/big.go")))
		must(t, l.FIFO(l.file("example.com/Big/big.go")))
		must(t, l.Symlink("..", l.file("example.com/Big/loop")))
		want = []string{"big.go odd", "in/in.go modified", "loop odd"}
	}
	text, err := os.ReadFile(l.file("modules.txt"))
	must(t, err)
	l.write("modules.txt", string(text)+"# ../../up v1.0.0\n../../up\n# example.com/q v1.0.0 => a b c d\n/etc\nexample.com/Big/in\n# \n#\n")
	r := l.look(t.Context())
	if n := l.met.Sample().Bytes; len(r.Findings) != 1 || filesOf(&r.Findings[0]) != strings.Join(want, ", ") || n > 1<<20 {
		t.Errorf("%+v after %d bytes", r.Findings, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := l.look(ctx); len(r.Findings) != 0 || !r.Stopped {
		t.Errorf("after the end: %+v", r)
	}
}
