//go:build linux

package modcache

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/sum"
)

// entriesOf are the entries of an extracted directory as hashing sees them, with the zip beside it or without.
func entriesOf(t *testing.T, v *Version, zip bool) []sum.Entry {
	t.Helper()
	j := sum.Job{Path: v.Path, Version: v.Version, Dir: v.Dir}
	if zip {
		j.Zip = v.Zip
	}
	r := sum.One(t.Context(), j, sum.Options{Entries: true})
	if r.Dir.H1 == "" || len(r.Dir.Entries) == 0 {
		t.Fatalf("%+v", r.Dir)
	}
	return r.Dir.Entries
}

// What is stamped by who hashes it has the stamp of who only looks, whatever order the names come in.
func TestBegun(t *testing.T) {
	files := map[string]string{"a.go": "package a\n", "a/b.go": "package b\n", "a-b/c.go": "", "a/b/c/d.go": "package d\n", "a.b/x": "x", "z": "z", "B/a.go": "package a\n",
		"large": strings.Repeat("large\n", 3<<20/6)}
	for i := range 300 {
		files[fmt.Sprintf("many/f%d.go", i)] = "package many\n"
	}
	for _, v := range stamped(t, mod("example.com/one", "v1.0.0", files), mod("example.com/two", "v1.0.0", map[string]string{"a.go": "package a\n"})) {
		for _, zip := range []bool{false, true} {
			b, err := Begin(v)
			must(t, err)
			if got, want := b.End(entriesOf(t, v, zip)), stampOf(t, v); got != want {
				t.Errorf("%s, with the zip %v: got %+v, want %+v", v.Path, zip, got, want)
			}
		}
	}
}

// What is changed while it is read, or after, gives another stamp than the one that was begun before.
func TestBegunSeesChanges(t *testing.T) {
	v := stamped(t, mod("example.com/seen", "v1.0.0", map[string]string{"a.go": "package a\n", "d/e.go": "package d\n"}))[0]
	in := func(name string) string { return filepath.Join(v.Dir, filepath.FromSlash(name)) }
	for what, change := range map[string]func() error{
		".mod":             func() error { return os.WriteFile(strings.TrimSuffix(v.Zip, "zip")+"mod", []byte("module x\n"), 0o644) },
		"a file":           func() error { return os.WriteFile(in("d/e.go"), []byte("package e\n"), 0o644) },
		"a new file":       func() error { return os.WriteFile(in("d/f.go"), nil, 0o644) },
		"a new directory":  func() error { return os.Mkdir(in("g"), 0o755) },
		"a file less":      func() error { return os.Remove(in("a.go")) },
		"another name":     func() error { return os.Rename(in("d/e.go"), in("d/e2.go")) },
		"a file as it was": func() error { return os.WriteFile(in("d/e.go"), []byte("package d\n"), 0o644) },
	} {
		b, err := Begin(v)
		must(t, err)
		list := entriesOf(t, v, false)
		tick()
		must(t, change())
		if b.End(list) == stampOf(t, v) {
			t.Errorf("%s: it is not seen", what)
		}
	}
}

// Without the entries there is no stamp, nor with more of them than are taken, nor of files that are none.
func TestBegunNothing(t *testing.T) {
	v := stamped(t, mod("example.com/none", "v1.0.0", map[string]string{"a.go": "package a\n"}))[0]
	for what, list := range map[string][]sum.Entry{
		"nothing":  nil,
		"no top":   {{Name: "a.go"}},
		"too many": append(make([]sum.Entry, 0, stampNames+2), sum.Entry{Dir: true}),
		"too deep": {{Dir: true}},
	} {
		switch what {
		case "too many":
			for i := range stampNames + 1 {
				list = append(list, sum.Entry{Name: fmt.Sprint(i)})
			}
		case "too deep":
			for i := range stampDepth + 1 {
				list = append(list, sum.Entry{Name: strings.Repeat("d/", i) + "d", Dir: true})
			}
		}
		b, err := Begin(v)
		must(t, err)
		if s := b.End(list); !s.IsZero() {
			t.Errorf("%s: %+v", what, s)
		}
	}
	must(t, os.Remove(v.Zip))
	must(t, os.Symlink("x", v.Zip))
	if b, err := Begin(v); err == nil {
		t.Errorf("a link for a zip: %+v", b)
	}
}
