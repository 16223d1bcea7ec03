package verify

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/zip"

	"godoctor/doctor/finding"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"

	"golang.org/x/mod/module"
)

// An indexLab is a machine with a project that the real go command builds, and a module that it needs.
type indexLab struct {
	*cachetest.Machine
	t       *testing.T
	mod     cachetest.Module
	project string
}

func newIndexLab(t *testing.T) *indexLab {
	t.Helper()
	l := &indexLab{Machine: newMachine(t), t: t, mod: cachetest.Module{Path: "example.com/Sick", Version: "v1.2.0", Files: map[string]string{
		"sick.go":  "// Package sick is made up.\npackage sick\n\nimport \"example.com/Sick/in\"\n\n// Name is it.\nfunc Name() string { return in.Name }\n",
		"in/in.go": "package in\n\n// Name is it.\nconst Name = \"in\"\n", "in/other.go": "package in\n",
		"in/tagged.go":   "// Copyright: nobody's.\n\n//go:build linux || darwin\n// +build linux darwin\n\npackage in\n",
		"twice/twice.go": "//go:build linux\n\n//go:build darwin\n\npackage twice\n", "broken/broken.go": "no go at all\n",
		"_no/_no.go": "package no\n", "c/c.c": "int x;\n", "README": "text\n", ".hidden.go": "package hidden\n"}}}
	must(t, l.Install(l.mod))
	var err error
	l.project, err = l.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire example.com/Sick v1.2.0\n",
		map[string]string{"p.go": "package p\n\nimport \"example.com/Sick\"\n\n// Name is it.\nfunc Name() string { return sick.Name() }\n"})
	must(t, err)
	return l
}

// build runs the real go command without a network and gives what it said when it failed.
func (l *indexLab) build() string {
	cmd := exec.Command("go", "build", "./...")
	cmd.Dir, cmd.Env = l.project, append(l.Environ(), "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return string(out) + err.Error()
}

// scan gives the machine, with the Go that runs as its only toolchain.
func (l *indexLab) scan() *scan.Inventory {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home})
	out, err := exec.Command("go", "env", "GOVERSION").Output()
	must(l.t, err)
	version := strings.TrimSpace(string(out))
	inv.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: version, VersionFile: version}, {Version: "go1.99.0-X:nothing"}}}
	return inv
}

// mend unpacks the directory again.
func (l *indexLab) mend() {
	l.t.Helper()
	dir := l.Dir(l.mod)
	must(l.t, cachetest.Remove(dir))
	must(l.t, zip.Unzip(dir, module.Version{Path: l.mod.Path, Version: l.mod.Version}, l.CachePath(l.mod, "zip")))
}

// Each damage gets into the index that the real go makes; the directory is mended; go fails as before; the entry is
// found; without that one file go builds.
func TestIndexPoisoned(t *testing.T) {
	in := func(l *indexLab, name string) string { return filepath.Join(l.Dir(l.mod), filepath.FromSlash(name)) }
	write := func(l *indexLab, name, text string) {
		must(l.t, os.Chmod(filepath.Dir(in(l, name)), 0o777))
		os.Remove(in(l, name))
		must(l.t, os.WriteFile(in(l, name), []byte(text), 0o666))
	}
	cases := []struct {
		name   string
		damage func(l *indexLab)
		fails  bool // go goes on failing after the directory is mended
		want   string
	}{
		{name: "a file is missing", fails: true, want: "in/in.go missing", damage: func(l *indexLab) {
			must(l.t, os.Chmod(in(l, "in"), 0o777))
			must(l.t, os.Remove(in(l, "in/in.go")))
		}},
		{name: "the directory is empty", fails: true, want: "broken/broken.go missing, c/c.c missing, in/in.go missing, in/other.go missing, " +
			"in/tagged.go missing, sick.go missing, twice/twice.go missing", damage: func(l *indexLab) {
			l.mend() // leaves it writable
			entries, err := os.ReadDir(l.Dir(l.mod))
			must(l.t, err)
			for _, e := range entries {
				must(l.t, os.RemoveAll(in(l, e.Name())))
			}
		}},
		{name: "a file too many", fails: true, want: "in/extra.go extra", damage: func(l *indexLab) { write(l, "in/extra.go", "package in\n\nvar _ = nothing\n") }},
		{name: "an empty file", fails: true, want: "in/in.go modified", damage: func(l *indexLab) { write(l, "in/in.go", "") }},
		{name: "another import", fails: true, want: "sick.go modified", damage: func(l *indexLab) {
			write(l, "sick.go", "package sick\n\nimport \"example.com/Sick/inn\"\n\nfunc Name() string { return in.Name }\n")
		}},
		{name: "another package", fails: true, want: "in/in.go modified", damage: func(l *indexLab) { write(l, "in/in.go", "package inn\n") }},
		{name: "another constraint", fails: true, want: "in/in.go modified", damage: func(l *indexLab) {
			write(l, "in/in.go", "//go:build neverland\n\npackage in\n")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newIndexLab(t)
			c.damage(l)
			if l.build() == "" {
				t.Fatal("go builds a damaged module")
			}
			damaged := Indexes(t.Context(), l.scan(), []string{l.Dir(l.mod)}, nil)
			l.mend()
			if said := l.build(); c.fails && said == "" {
				t.Error("go builds in spite of the index")
			}
			inv := l.scan()
			for _, r := range []*IndexResult{damaged, Indexes(t.Context(), inv, nil, nil), Indexes(t.Context(), inv, []string{l.Dir(l.mod)}, nil)} {
				if len(r.Findings) != 1 || r.Findings[0].Check != "index-poisoned" || r.Indexes != 1 || r.Stopped {
					t.Fatalf("%+v", r)
				}
				if got := filesOf(&r.Findings[0]); got != c.want {
					t.Errorf("files %q, want %q", got, c.want)
				}
			}
			entry := damaged.Findings[0].Target.Path
			if !slices.Contains(IndexEntries(l.GOCACHE, l.Dir(l.mod), GoVersions(inv)), entry) {
				t.Errorf("%q is none of the entries of the directory", entry)
			}
			must(t, os.Remove(entry))
			if said := l.build(); said != "" {
				t.Errorf("without the entry: %s", said)
			}
			if r := Indexes(t.Context(), l.scan(), nil, nil); len(r.Findings) != 0 || r.Indexes != 1 {
				t.Errorf("mended: %+v", r)
			}
		})
	}
}

func filesOf(f *finding.Finding) string {
	var list []string
	for _, file := range f.Files {
		list = append(list, file.Path+" "+string(file.Change))
	}
	return strings.Join(list, ", ")
}

// A healthy module has a healthy index, also where the directory was unpacked again since, lies behind a link, or is
// damaged now and was not when the index was made.
func TestIndexHealthy(t *testing.T) {
	l := newIndexLab(t)
	if said := l.build(); said != "" {
		t.Fatal(said)
	}
	look := func(what string) {
		t.Helper()
		for _, dirs := range [][]string{nil, {l.Dir(l.mod)}} {
			if r := Indexes(t.Context(), l.scan(), dirs, nil); len(r.Findings) != 0 || r.Indexes != 1 || r.Modules != 1 {
				t.Errorf("%s, %q: %+v", what, dirs, r)
			}
		}
	}
	look("healthy")
	l.mend()
	then := time.Now().Add(time.Hour)
	must(t, os.Chtimes(l.Dir(l.mod), then, then))
	look("unpacked again")
	must(t, os.Remove(filepath.Join(l.Dir(l.mod), "sick.go")))
	if r := Indexes(t.Context(), l.scan(), []string{l.Dir(l.mod)}, nil); len(r.Findings) != 0 || r.Indexes != 1 {
		t.Errorf("damaged later: %+v", r)
	}
	inv := l.scan()
	if got := ModuleDirs(inv, []finding.Finding{{Check: "sources-modified", Target: finding.Target{Module: l.mod.Path, Version: l.mod.Version}}}); !slices.Equal(got, []string{l.Dir(l.mod)}) {
		t.Errorf("%q", got)
	}
	if got := ModuleDirs(inv, nil); got == nil || len(got) != 0 {
		t.Errorf("%#v: nil would be all", got)
	}
}

// The name of the entry counts GOMODCACHE as it is spelled.
func TestIndexBehindLink(t *testing.T) {
	l := newIndexLab(t)
	real := l.GOMODCACHE
	l.GOMODCACHE = filepath.Join(l.Home, "linked")
	must(t, l.Symlink(real, l.GOMODCACHE))
	if said := l.build(); said != "" {
		t.Fatal(said)
	}
	inv := l.scan()
	if r := Indexes(t.Context(), inv, nil, nil); r.Indexes != 1 || len(r.Findings) != 0 {
		t.Errorf("%+v of %q", r, inv.Roots)
	}
}

// Versions with experiments are salted without them (cmd/go/internal/cache: stripExperiment).
func TestIndexID(t *testing.T) {
	e := cachetest.BuildEntry{Kind: cachetest.KindIndex, GoVersion: "go1.26.8 X:loopvar", Dir: filepath.FromSlash("/m/a@v1.0.0")}
	if got := indexID(e.GoVersion, indexFormat, e.Dir+string(filepath.Separator)); got != e.ActionID() {
		t.Errorf("%x, want %x", got, e.ActionID())
	}
	if indexID("go1.26.8-X:a", indexFormat, "/d") == indexID("go1.26.8", indexFormat, "/d") {
		t.Error("the version in the text is whole")
	}
}

// Entries that are malformed, or of a form that nobody knows, say nothing.
func TestIndexUnknown(t *testing.T) {
	m := newMachine(t)
	mod := cachetest.Module{Path: "example.com/a", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}
	must(t, m.Install(mod))
	e := cachetest.BuildEntry{Kind: cachetest.KindIndex, GoVersion: "go1.26.8", Dir: m.Dir(mod), Size: 4000}
	must(t, m.BuildEntry(e))
	inv := &scan.Inventory{BuildCache: &gocache.Cache{Root: m.GOCACHE, Groups: []gocache.Group{{GoVersion: "go1.26.8"}, {}}},
		ModCache: &modcache.Cache{Root: m.GOMODCACHE, Versions: []modcache.Version{
			{Path: mod.Path, Version: mod.Version, Dir: m.Dir(mod), Zip: m.CachePath(mod, "zip"), Parts: modcache.HasDir}}}}
	for i, text := range []string{"?", "v1 \n", strings.Repeat(" ", actionLen), fmt.Sprintf("%-174s\n", "v1 zz zz 1 1")} {
		if r := Indexes(t.Context(), inv, nil, nil); len(r.Findings) != 0 || r.Indexes != 0 || r.Modules != 1 {
			t.Errorf("%d: %+v", i, r)
		}
		must(t, os.WriteFile(m.ActionFile(e), []byte(text), 0o666))
	}
	if r := Indexes(t.Context(), &scan.Inventory{}, nil, nil); r.Modules != 0 {
		t.Errorf("%+v", r)
	}
}

// FuzzIndex: whatever is in an index, reading it comes to an end.
func FuzzIndex(f *testing.F) {
	f.Add([]byte(indexFormat + "\n"))
	f.Add([]byte(indexFormat + "\n\x14\x00\x00\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte(indexFormat + "\n\x24\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		index, err := parseIndex(data)
		n := 0
		for _, list := range index {
			n += len(list)
		}
		if err == nil && n > len(data) {
			t.Errorf("%d files in %d bytes", n, len(data))
		}
	})
}

// TestIndexMemory: an index that says of itself to list more files than it has room for costs no memory for them.
func TestIndexMemory(t *testing.T) {
	data := make([]byte, 4<<20)
	head := copy(data, indexFormat+"\n")
	put := func(at int, list ...int) {
		for i, n := range list {
			binary.LittleEndian.PutUint32(data[at+4*i:], uint32(n))
		}
	}
	table := len(data) - 16 // of strings, all empty
	put(head, table, 1, 0, head+16)
	put(head+16, 0, 0, table/8)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	index, err := parseIndex(data)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err == nil || index != nil || took > uint64(len(data)) {
		t.Errorf("%d packages, %v; of %d bytes it took %d", len(index), err, len(data), took)
	}
}
