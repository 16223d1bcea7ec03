package verify

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A lab is a machine with a project that needs two modules, of which one is to be damaged.
type lab struct {
	*cachetest.Machine
	t       *testing.T
	mod     cachetest.Module // that is damaged
	other   cachetest.Module // that is not
	project string
	gocache string // shared by all cases: the runtime is compiled once
}

func newLab(t *testing.T) *lab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	l := &lab{Machine: m, t: t}
	l.mod = cachetest.Module{Path: "example.com/Sick", Version: "v1.2.0", Files: map[string]string{
		"sick.go": "// Package sick is made up.\npackage sick\n\n// Name is it.\nfunc Name() string { return \"sick\" }\n",
		"README":  strings.Repeat("a line of text\n", 400), "sub/x.go": "package sub\n"}}
	l.other = cachetest.Module{Path: "example.com/well", Version: "v1.0.0", Files: map[string]string{
		"well.go": "package well\n\nfunc Name() string { return \"well\" }\n"}}
	must(t, m.Publish(l.mod, l.other))
	must(t, m.Install(l.mod, l.other))
	l.project, err = m.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire (\n\texample.com/Sick v1.2.0\n\texample.com/well v1.0.0\n)\n",
		map[string]string{"main.go": "package main\n\nimport (\n\t\"example.com/Sick\"\n\t\"example.com/well\"\n)\n\nfunc main() { println(sick.Name(), well.Name()) }\n"})
	must(t, err)
	return l
}

// verify scans the machine and verifies everything.
func (l *lab) verify(opt Options) *Result {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home, Projects: &project.Input{Roots: []string{l.Home}}})
	opt.Usage = usage.Look(l.t.Context(), &usage.Input{Inventory: inv, Config: config.Default(), Now: time.Now()})
	return Run(l.t.Context(), inv, opt, nil)
}

// file is a part of the damaged version: dir, zip, ziphash, mod, info, lock.
func (l *lab) file(part string) string {
	if part == "dir" {
		return l.Dir(l.mod)
	}
	return l.CachePath(l.mod, part)
}

func (l *lab) write(file, text string) {
	l.t.Helper()
	must(l.t, os.Chmod(filepath.Dir(file), 0o777))
	os.Chmod(file, 0o666)
	must(l.t, os.WriteFile(file, []byte(text), 0o666))
}

// remove removes a file or tree, though go has taken away the permission to.
func (l *lab) remove(name string) {
	l.t.Helper()
	filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			os.Chmod(path, 0o777)
		}
		return nil
	})
	must(l.t, os.Chmod(filepath.Dir(name), 0o777))
	must(l.t, os.RemoveAll(name))
}

// builds runs the real go command without a network.
func (l *lab) builds() error {
	cmd := exec.Command("go", "build", "./...")
	cmd.Dir = l.project
	cmd.Env = append(l.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "GOCACHE="+l.gocache)
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.t.Logf("go build: %s", out)
	}
	return err
}

// The damage laboratory: each kind of damage is found, by the right name, with the right liar and files, and nothing
// else is reported; then its smallest fix by hand lets the real go build again, without a network where that is said.
func TestLaboratory(t *testing.T) {
	cases := []struct {
		name   string
		damage func(l *lab)
		want   string // checks
		liars  string
		files  string
		mend   func(l *lab) // nil: the fix needs a network, or there is none
	}{
		{name: "nothing"},
		{name: "an edited file", damage: func(l *lab) {
			l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
		},
			want: "sources-modified", liars: "dir", files: "sick.go modified", mend: func(l *lab) { l.remove(l.file("dir")) }},
		{name: "a file too many and one too few", damage: func(l *lab) {
			l.write(l.file("dir")+"/evil.go", "package sick\n")
			l.remove(l.file("dir") + "/README")
		}, want: "sources-modified", liars: "dir", files: "README missing, evil.go extra", mend: func(l *lab) { l.remove(l.file("dir")) }},
		{name: "line ends", damage: func(l *lab) {
			b, err := os.ReadFile(l.file("dir") + "/README")
			must(l.t, err)
			l.write(l.file("dir")+"/README", strings.ReplaceAll(string(b), "\n", "\r\n"))
		}, want: "sources-modified", liars: "dir", files: "README modified", mend: func(l *lab) { l.remove(l.file("dir")) }},
		{name: "power loss", damage: func(l *lab) { l.write(l.file("dir")+"/sick.go", "") },
			want: "crash-damage", liars: "dir", files: "sick.go modified", mend: func(l *lab) { l.remove(l.file("dir")) }},
		{name: "a truncated zip", damage: func(l *lab) { must(l.t, os.Truncate(l.file("zip"), 200)) }, want: "zip-damaged"},
		{name: "an empty zip", damage: func(l *lab) { must(l.t, os.Truncate(l.file("zip"), 0)) }, want: "zip-damaged"},
		{name: "another zip", damage: func(l *lab) {
			evil := l.mod
			evil.Files = map[string]string{"sick.go": "package sick\n\nfunc Name() string { return `evil` }\n"}
			l.replaceZip(evil)
		}, want: "zip-mismatch", liars: "zip"},
		{name: "another zip, directory and ziphash", damage: func(l *lab) {
			evil := l.mod
			evil.Files = map[string]string{"sick.go": "package sick\n\nfunc Name() string { return `evil` }\n"}
			h := l.replaceZip(evil)
			l.remove(l.file("dir"))
			l.write(l.file("ziphash"), h)
		}, want: "gosum-unsettled", liars: "zip ziphash"},
		{name: "a wrong ziphash", damage: func(l *lab) { l.write(l.file("ziphash"), "h1:"+strings.Repeat("A", 43)+"=") },
			want: "ziphash-wrong", liars: "ziphash", mend: func(l *lab) { l.remove(l.file("ziphash")) }},
		{name: "no ziphash", damage: func(l *lab) { l.remove(l.file("ziphash")) }, want: "ziphash-missing", mend: func(l *lab) {}},
		{name: "another go.mod file", damage: func(l *lab) { l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n") },
			want: "mod-mismatch", liars: "mod"},
		{name: "another version in .info", damage: func(l *lab) { l.write(l.file("info"), `{"Version":"v1.1.0"}`) }, want: "info-damaged",
			mend: func(l *lab) {}},
		{name: "half unpacked", damage: func(l *lab) { l.write(l.file("partial"), "") }, want: "partial-download", mend: func(l *lab) {}},
		{name: "a link in the place of the directory", damage: func(l *lab) {
			l.remove(l.file("dir"))
			must(l.t, l.Symlink(l.Dir(l.other), l.file("dir")))
		}, want: "odd-entry", mend: func(l *lab) { l.remove(l.file("dir")) }},
	}
	gocache := t.TempDir()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.gocache = gocache
			if c.damage != nil {
				c.damage(l)
			}
			r := l.verify(Options{})
			var checks, liars, files []string
			for _, f := range r.Findings {
				checks = append(checks, f.Check)
				if f.Target.Module != l.mod.Path {
					t.Errorf("about %s: %s", f.Target, f.Title)
				}
				for _, w := range f.Witnesses {
					if w.Lies {
						liars = append(liars, w.Name)
					}
				}
				for _, file := range f.Files {
					files = append(files, file.Path+" "+string(file.Change))
				}
			}
			if got := strings.Join(checks, " "); got != c.want {
				t.Fatalf("found %q, want %q: %+v", got, c.want, r.Findings)
			}
			if got := strings.Join(slices.Compact(liars), " "); got != c.liars {
				t.Errorf("liars %q, want %q", got, c.liars)
			}
			if got := strings.Join(files, ", "); got != c.files {
				t.Errorf("files %q, want %q", got, c.files)
			}
			if c.mend == nil {
				return
			}
			c.mend(l)
			if err := l.builds(); err != nil {
				t.Errorf("after the fix: %v", err)
			}
		})
	}
}

// replaceZip puts the zip of another module in the place of the damaged one's, and gives its hash.
func (l *lab) replaceZip(evil cachetest.Module) string {
	l.t.Helper()
	other, err := cachetest.New(filepath.Join(l.t.TempDir(), "evil"))
	must(l.t, err)
	defer other.RemoveAll()
	must(l.t, other.Install(evil))
	data, err := os.ReadFile(other.CachePath(evil, "zip"))
	must(l.t, err)
	l.write(l.file("zip"), string(data))
	h, err := evil.Sum()
	must(l.t, err)
	return h
}

// All of a healthy machine is verified, toolchains included; fips140 has nothing that its hash could be compared with.
func TestHealthy(t *testing.T) {
	l := newLab(t)
	_, err := l.Toolchain("go1.99.0", "linux", "amd64", time.Now(), nil)
	must(t, err)
	_, err = l.FIPS140("v1.0.0", time.Now())
	must(t, err)
	must(t, l.InstallModOnly(cachetest.Module{Path: "example.com/graph", Version: "v1.0.0"}))
	r := l.verify(Options{})
	if len(r.Findings) != 0 || r.Verified != 4 || r.Modules != 4 || r.Bytes == 0 {
		t.Errorf("%+v", r)
	}
}
