package verify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/scan"
	"godoctor/scan/cachetest"
)

// litterOf scans a machine and gives what lies about there: check and file.
func litterOf(t *testing.T, m *cachetest.Machine) []string {
	t.Helper()
	inv := scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: m.Home})
	var list []string
	for _, f := range Litter(t.Context(), inv.ModCache) {
		rel, err := filepath.Rel(m.GOMODCACHE, f.Target.Path)
		must(t, err)
		if f.Detail == "" || len(f.Fixes) != 1 || f.Title == "" {
			t.Errorf("%+v says too little", f)
		}
		list = append(list, f.Check+" "+filepath.ToSlash(rel))
	}
	return list
}

func TestLitter(t *testing.T) {
	mod := cachetest.Module{Path: "example.com/Big", Version: "v1.2.0", Fetched: usedThen, Files: map[string]string{"a.go": "package big\n"}}
	const clone = "git3:https://vcs.example/r"
	at := "cache/download/example.com/!big/@v/"
	write := func(t *testing.T, path, text string) { must(t, os.WriteFile(path, []byte(text), 0o666)) }
	list := func(m *cachetest.Machine) string { return filepath.Join(filepath.Dir(m.CachePath(mod, "mod")), "list") }
	cases := []struct {
		name   string
		damage func(t *testing.T, m *cachetest.Machine, clone string)
		want   []string // CLONE stands for the clone
	}{
		{name: "nothing"},
		{name: "leftovers", damage: func(t *testing.T, m *cachetest.Machine, _ string) {
			_, err := m.Leftovers(mod)
			must(t, err)
		}, want: []string{"leftover-tmp " + at + "list427131847.tmp", "leftover-tmp " + at + "v1.2.0.info298498081.tmp",
			"leftover-tmp " + at + "v1.2.0.mod902081318.tmp", "leftover-tmp " + at + "v1.2.0.zip811345961.tmp",
			"leftover-tmp example.com/!big@v1.2.0.tmp-123456789"}},
		{name: "what waits in its place for undo", damage: func(t *testing.T, m *cachetest.Machine, _ string) {
			zip, dir := m.CachePath(mod, "zip")+".godoctor-keep-20261126-214501-001-7", m.Dir(mod)+".godoctor-keep-20261126-214501-001-8"
			write(t, zip, "zip")
			must(t, errors.Join(os.Mkdir(dir, 0o755), os.Chtimes(zip, usedThen, usedThen), os.Chtimes(dir, usedThen, usedThen)))
		}},
		{name: "zero bytes", damage: func(t *testing.T, m *cachetest.Machine, _ string) { write(t, list(m), "v1.2\x00\x00\x00") },
			want: []string{"list-damaged " + at + "list"}},
		{name: "a list cut off", damage: func(t *testing.T, m *cachetest.Machine, _ string) { write(t, list(m), "v1.2") },
			want: []string{"list-damaged " + at + "list"}},
		{name: "an empty list", damage: func(t *testing.T, m *cachetest.Machine, _ string) { write(t, list(m), "") },
			want: []string{"list-damaged " + at + "list"}},
		{name: "another text", damage: func(t *testing.T, m *cachetest.Machine, _ string) { write(t, list(m), "v1.2.0\n<html>\n") },
			want: []string{"list-damaged " + at + "list"}},
		{name: "a directory in the place of a list", damage: func(t *testing.T, m *cachetest.Machine, _ string) {
			must(t, os.Remove(list(m)))
			must(t, os.Mkdir(list(m), 0o777))
		}, want: []string{"list-damaged " + at + "list"}},
		{name: "no list", damage: func(t *testing.T, m *cachetest.Machine, _ string) { must(t, os.Remove(list(m))) }},
		{name: "no HEAD", damage: func(t *testing.T, m *cachetest.Machine, c string) { must(t, os.Remove(filepath.Join(c, "HEAD"))) },
			want: []string{"vcs-damaged CLONE"}},
		{name: "an empty HEAD", damage: func(t *testing.T, m *cachetest.Machine, c string) { write(t, filepath.Join(c, "HEAD"), "") },
			want: []string{"vcs-damaged CLONE"}},
		{name: "a commit in HEAD", damage: func(t *testing.T, m *cachetest.Machine, c string) {
			write(t, filepath.Join(c, "HEAD"), strings.Repeat("0a", 20)+"\n")
		}},
		{name: "another .info", damage: func(t *testing.T, m *cachetest.Machine, c string) { write(t, c+".info", clone+"2") },
			want: []string{"vcs-damaged CLONE"}},
		{name: "a line end in .info", damage: func(t *testing.T, m *cachetest.Machine, c string) { write(t, c+".info", clone+"\n") }},
		{name: "no .info", damage: func(t *testing.T, m *cachetest.Machine, c string) { must(t, os.Remove(c+".info")) }},
		{name: "a lock of git", damage: func(t *testing.T, m *cachetest.Machine, c string) { write(t, filepath.Join(c, "shallow.lock"), "") },
			want: []string{"vcs-damaged CLONE"}},
		{name: "no objects", damage: func(t *testing.T, m *cachetest.Machine, c string) { must(t, os.RemoveAll(filepath.Join(c, "objects"))) },
			want: []string{"vcs-damaged CLONE"}},
		{name: "not begun", damage: func(t *testing.T, m *cachetest.Machine, c string) {
			must(t, os.RemoveAll(c))
			must(t, os.Mkdir(c, 0o777))
		}},
		{name: "a link in the place of a clone", damage: func(t *testing.T, m *cachetest.Machine, c string) {
			must(t, os.RemoveAll(c))
			must(t, m.Symlink(m.Home, c))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			must(t, m.Install(mod))
			_, err := m.Toolchain("go1.99.0", "linux", "amd64", usedThen, nil)
			must(t, err)
			_, err = m.VCS("vcs1.hg", "https://hg.example/r", 100, usedThen)
			must(t, err)
			kind, address, _ := strings.Cut(clone, ":")
			dir, err := m.VCS(kind, address, 1000, usedThen)
			must(t, err)
			if c.damage != nil {
				c.damage(t, m, dir)
			}
			want := slices.Clone(c.want)
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "CLONE", "cache/vcs/"+filepath.Base(dir))
			}
			if got := litterOf(t, m); !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}

// What is being written is nobody's litter.
func TestLitterAtWork(t *testing.T) {
	m := newMachine(t)
	mod := cachetest.Module{Path: "example.com/a", Version: "v1.2.0", Files: map[string]string{"a.go": "package a\n"}}
	must(t, m.Install(mod))
	must(t, os.WriteFile(m.CachePath(mod, "info")+"1234.tmp", nil, 0o666))
	for _, name := range []string{m.CachePath(mod, "info") + "12.tmp", m.CachePath(mod, "mod") + "12.tmp"} { // repair would leave them
		then := time.Now().Add(-23 * time.Hour)
		must(t, errors.Join(os.WriteFile(name, nil, 0o666), os.Chtimes(name, then, then)))
	}
	if got := litterOf(t, m); len(got) != 0 {
		t.Errorf("%q", got)
	}
	if Litter(t.Context(), nil) != nil {
		t.Error("without a cache")
	}
}

// Fifos do not keep it waiting, huge files are not read into memory, and it stops when it is told to.
func TestLitterHostile(t *testing.T) {
	m := newMachine(t)
	mod := cachetest.Module{Path: "example.com/a", Version: "v1.2.0", Files: map[string]string{"a.go": "package a\n"}}
	must(t, m.Install(mod))
	dir, err := m.VCS("git3", "https://vcs.example/r", 10, usedThen)
	must(t, err)
	list := filepath.Join(filepath.Dir(m.CachePath(mod, "mod")), "list")
	must(t, os.Remove(list))
	must(t, os.Remove(filepath.Join(dir, "HEAD")))
	must(t, m.Sparse(list, 8<<30))
	must(t, m.Sparse(filepath.Join(dir, "HEAD"), 8<<30))
	want := []string{"vcs-damaged", "list-damaged"}
	for range 2 {
		var got []string
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, f := range litterOf(t, m) {
			got = append(got, strings.Fields(f)[0])
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; !slices.Equal(got, want) || n > 64<<20 {
			t.Errorf("%q with %d bytes", got, n)
		}
		if runtime.GOOS == "windows" {
			break
		}
		for _, file := range []string{list, filepath.Join(dir, "HEAD")} {
			must(t, os.Remove(file))
			must(t, m.FIFO(file))
		}
	}
	inv := scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: m.Home})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Litter(ctx, inv.ModCache); len(got) != 0 {
		t.Errorf("after the end: %+v", got)
	}
}
