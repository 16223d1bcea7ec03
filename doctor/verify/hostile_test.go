package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// hostileMachine has one module, and its inventory.
func hostileMachine(t *testing.T, prepare func(m *cachetest.Machine, dir string)) (*cachetest.Machine, cachetest.Module, *scan.Inventory) {
	t.Helper()
	m := newMachine(t)
	mod := cachetest.Module{Path: "example.com/a", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}
	must(t, m.Install(mod))
	must(t, os.Chmod(m.Dir(mod), 0o777))
	prepare(m, m.Dir(mod))
	return m, mod, scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: m.Home})
}

// checksOf gives the checks that a run finds, and exercises them.
func checksOf(r *Result) string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Check)
	}
	return strings.Join(list, " ")
}

// A file that grows all the time while it is read is a note, and not called modified.
func TestChanging(t *testing.T) {
	var file string
	_, _, inv := hostileMachine(t, func(m *cachetest.Machine, dir string) {
		file = filepath.Join(dir, "grows.go")
		must(t, m.Sparse(file, 32<<20))
	})
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	ctx := dies(t, func(int64) bool { f.WriteString("more\n"); return false }) // it is asked before each block
	r := Run(ctx, inv, Options{}, nil)
	if got := checksOf(r); got != "changed-while-read" {
		t.Errorf("found %q: %+v", got, r.Findings)
	}
}

// A version that somebody removes, or go begins to unpack, between the scan and the end of the reading is not damaged.
func TestVanishes(t *testing.T) {
	for name, change := range map[string]func(m *cachetest.Machine, mod cachetest.Module){
		"all of it": func(m *cachetest.Machine, mod cachetest.Module) {
			must(t, os.RemoveAll(m.Dir(mod)))
			must(t, os.RemoveAll(filepath.Dir(m.CachePath(mod, "zip"))))
		},
		"the directory": func(m *cachetest.Machine, mod cachetest.Module) { must(t, os.RemoveAll(m.Dir(mod))) },
		"the zip":       func(m *cachetest.Machine, mod cachetest.Module) { must(t, os.Remove(m.CachePath(mod, "zip"))) },
	} {
		m, mod, inv := hostileMachine(t, func(*cachetest.Machine, string) {})
		change(m, mod)
		if r := Run(t.Context(), inv, Options{}, nil); len(r.Findings) > 0 || r.Modules > 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// While it is read: the directory goes when the meter has seen the first bytes of it.
	m, mod, inv := hostileMachine(t, func(m *cachetest.Machine, dir string) {
		for i := range 2000 {
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%04d.go", i)), []byte("package a\n"), 0o666))
		}
	})
	var met meter.Meter
	gone := make(chan bool)
	go func() { // ends with the directory
		for met.Sample().Bytes == 0 {
			time.Sleep(100 * time.Microsecond)
		}
		os.RemoveAll(m.Dir(mod))
		close(gone)
	}()
	r := Run(t.Context(), inv, Options{Meter: &met}, nil)
	<-gone
	for _, f := range r.Findings {
		if f.Check != "changed-while-read" && f.Check != "sources-modified" { // the latter where it was read to the end before
			t.Errorf("%+v", f)
		}
	}
	// go begins to unpack it again.
	m, mod, inv = hostileMachine(t, func(*cachetest.Machine, string) {})
	must(t, os.Remove(filepath.Join(m.Dir(mod), "a.go")))
	must(t, os.WriteFile(m.CachePath(mod, "partial"), nil, 0o666))
	if got := checksOf(Run(t.Context(), inv, Options{}, nil)); got != "changed-while-read" {
		t.Errorf("found %q", got)
	}
}

// A run that is stopped inside a file of four gigabytes comes back after a bounded number of bytes.
func TestStopped(t *testing.T) {
	_, _, inv := hostileMachine(t, func(m *cachetest.Machine, dir string) { must(t, m.Sparse(filepath.Join(dir, "huge.go"), 4<<30)) })
	var met meter.Meter
	ctx := dies(t, func(int64) bool { return met.Sample().Bytes > 1<<20 })
	if r := Run(ctx, inv, Options{Meter: &met}, nil); !r.Stopped || met.Sample().Bytes > 2<<20 {
		t.Errorf("%d bytes: %+v", met.Sample().Bytes, r)
	}
}

// A zip of four gigabytes is refused by its size.
func TestHugeZip(t *testing.T) {
	_, _, inv := hostileMachine(t, func(m *cachetest.Machine, dir string) {
		zip := m.CachePath(cachetest.Module{Path: "example.com/a", Version: "v1.0.0"}, "zip")
		must(t, os.Remove(zip))
		must(t, m.Sparse(zip, 4<<30))
	})
	r := Run(t.Context(), inv, Options{}, nil)
	if got := checksOf(r); got != "zip-damaged" || r.Bytes > 64<<20 {
		t.Errorf("found %q, %d bytes read: %+v", got, r.Bytes, r.Findings)
	}
}

// A directory with more files than anybody wants to see listed.
func TestManyFiles(t *testing.T) {
	const many = 6_000 // 200,000 take a second to judge and a minute to make
	_, _, inv := hostileMachine(t, func(m *cachetest.Machine, dir string) {
		for i := range many {
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%05d", i)), nil, 0o666))
		}
	})
	r := Run(t.Context(), inv, Options{}, nil)
	if got := checksOf(r); got != "sources-modified" {
		t.Fatalf("found %q", got)
	}
	if f := r.Findings[0]; len(f.Files)+f.More != many || len(f.Files) > 1000 {
		t.Errorf("%d files and %d more", len(f.Files), f.More)
	}
}
