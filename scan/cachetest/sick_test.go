package cachetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestSick makes every damage once and asks the real go command, where it has an opinion.
func TestSick(t *testing.T) {
	m := newMachine(t)
	mods := sample()
	greet := mods[0]
	must(t, m.Install(mods...))

	made, err := m.OddEntries(m.Dir(greet))
	must(t, err)
	if runtime.GOOS == "linux" && len(made) != len(OddNames) {
		t.Errorf("%d of %d odd names on linux", len(made), len(OddNames))
	}
	path, err := m.Alien("example.com/.DS_Store", []byte("x"))
	must(t, err)
	must(t, m.HardLink(path, path+".twin"))
	a, _ := os.Stat(path)
	b, err := os.Stat(path + ".twin")
	must(t, err)
	if !os.SameFile(a, b) {
		t.Error("the twins are two files")
	}
	hole := filepath.Join(m.GOCACHE, "00", "hole")
	must(t, m.Sparse(hole, 1<<30))
	if info, err := os.Stat(hole); err != nil || info.Size() != 1<<30 {
		t.Errorf("sparse file: %v, %v", info, err)
	}
	fifo := filepath.Join(m.Dir(mods[2]), "pipe.go")
	if err := m.FIFO(fifo); runtime.GOOS != "windows" {
		must(t, err)
		info, err := os.Lstat(fifo)
		must(t, err)
		if info.Mode().Type() != fs.ModeNamedPipe {
			t.Errorf("the fifo is %v", info.Mode())
		}
	}
	if info, err := os.Stat(m.Dir(greet)); err != nil || info.Mode().Perm()&0o222 != 0 {
		t.Errorf("the directory was left writable: %v, %v", info.Mode(), err)
	}
	if _, err := m.Leftovers(mods[3]); err != nil {
		t.Error(err)
	}
	if _, err := m.VCS("git3", "https://git.harbour.example/r", 1000, time.Time{}); err != nil {
		t.Error(err)
	}
	if _, err := m.FIPS140("v1.0.0", time.Time{}); err != nil {
		t.Error(err)
	}
	if _, err := m.Toolchain("go1.25.0", "linux", "amd64", time.Time{}, nil); err != nil {
		t.Error(err)
	}
}

// TestRepair damages versions in ways that the real go command notices or repairs.
func TestRepair(t *testing.T) {
	m := newMachine(t)
	mods := sample()
	greet, words := mods[0], mods[2]
	must(t, m.Install(words))
	must(t, m.PartialDownload(greet))
	dir, err := m.Project("p", "module example.test/p\n\ngo 1.21\n\nrequire (\n\texample.com/greet v1.2.0\n\texample.com/words v1.1.0\n)\n",
		map[string]string{"p.go": "package p\n\nimport (\n\t_ \"example.com/greet\"\n\t_ \"example.com/words\"\n)\n"})
	must(t, err)
	goRun(t, m, dir, "GOPROXY=off", "build", ".")
	if _, err := os.Stat(m.CachePath(greet, "partial")); err == nil {
		t.Error("go left the .partial marker")
	}
	goRun(t, m, dir, "GOPROXY=off", "mod", "verify")

	must(t, m.Edit(greet, "greet.go", time.Time{}, func(s string) string { return s + "\n// edited\n" }))
	must(t, m.FlipByte(m.CachePath(words, "ziphash"), -3))
	out, err := goTry(m, dir, "GOPROXY=off", "mod", "verify")
	if err == nil || !strings.Contains(out, "greet v1.2.0: dir has been modified") || !strings.Contains(out, "words v1.1.0: zip has been modified") {
		t.Errorf("go mod verify says %v:\n%s", err, out)
	}
}

// TestRemoveAll checks that removal stops at the root and at links.
func TestRemoveAll(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.MkdirAll(outside, 0o777))
	must(t, os.WriteFile(filepath.Join(outside, "keep"), nil, 0o444))
	must(t, os.Chmod(outside, 0o555))
	if err := (&Machine{Root: outside}).RemoveAll(); err == nil {
		t.Error("removed a directory that is no machine")
	}
	if _, err := New(outside); err == nil {
		t.Error("made a machine in a directory with a file")
	}
	m := newMachine(t)
	must(t, m.Install(sample()...))
	if err := m.Symlink(outside, filepath.Join(m.Dir(sample()[0]), "link")); runtime.GOOS != "windows" {
		must(t, err)
	}
	must(t, m.RemoveAll())
	must(t, m.RemoveAll()) // nothing to remove is no error
	info, err := os.Stat(outside)
	must(t, err)
	if _, err := os.Stat(filepath.Join(outside, "keep")); err != nil || info.Mode().Perm() != 0o555 && runtime.GOOS != "windows" {
		t.Errorf("something outside was touched: %v %v", err, info.Mode())
	}
	must(t, os.Chmod(outside, 0o777))
}
