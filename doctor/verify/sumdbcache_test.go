package verify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
)

// sumCache is a machine with three records in the local copy of its checksum database.
func sumCache(t *testing.T) (*cachetest.Machine, *sumdb.DB) {
	t.Helper()
	m := sumCacheOf(t, "")
	db, err := sumdb.Open(sumdb.Settings{GOSUMDB: cachetest.SumDBKey()}, m.GOMODCACHE, m.GOPATH, nil, sumdb.Options{})
	must(t, err)
	return m, db
}

func sumFile(m *cachetest.Machine, rel string) string {
	return filepath.Join(m.GOMODCACHE, "cache", "download", "sumdb", cachetest.SumDBName, filepath.FromSlash(rel))
}

// Each kind of damage names the one file, and nothing else is said of the others.
func TestSumDBCache(t *testing.T) {
	old := time.Now().Add(-time.Hour)
	change := func(f func(string) string) func(*testing.T, string) {
		return func(t *testing.T, file string) {
			data, err := os.ReadFile(file)
			must(t, err)
			must(t, os.WriteFile(file, []byte(f(string(data))), 0o666))
			must(t, os.Chtimes(file, old, old))
		}
	}
	const lookup = "lookup/example.com/m@v1.1.0"
	for name, c := range map[string]struct {
		file   string // below the copy; "" for the head in GOPATH
		change func(*testing.T, string)
		want   string // in the detail; "": no finding
	}{
		"healthy":             {lookup, change(func(s string) string { return s }), ""},
		"empty":               {lookup, change(func(string) string { return "" }), ""}, // go takes it for one that is not there
		"cut":                 {lookup, change(func(s string) string { return s[:20] }), "no record with a tree head"},
		"zeroed":              {lookup, change(func(s string) string { return strings.Repeat("\x00", len(s)) }), "no record"},
		"forged":              {lookup, change(func(s string) string { return strings.Replace(s, "m v1.1.0 h1:", "m v1.1.0 h1:AA", 1) }), "record"},
		"signature":           {lookup, change(func(s string) string { return flipSignature(s) }), "signature"},
		"another key":         {lookup, change(func(s string) string { return strings.ReplaceAll(s, "— "+cachetest.SumDBName, "— other.example") }), "another key"},
		"the head":            {"", change(func(s string) string { return s[:30] }), "no signed tree head"},
		"a short tile":        {"tile/8/0/000.p/3", change(func(s string) string { return s[:40] }), "it has 40 bytes"},
		"another tile":        {"tile/8/0/000.p/3", change(func(s string) string { return s[32:64] + s[:32] + s[64:] }), "not the tile of the signed tree"},
		"a tile that is gone": {"tile/8/0/000.p/3", func(t *testing.T, file string) { must(t, os.Remove(file)) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, db := sumCache(t)
			file := sumFile(m, c.file)
			if c.file == "" {
				file = filepath.Join(m.GOPATH, "pkg", "sumdb", cachetest.SumDBName, "latest")
			}
			c.change(t, file)
			r, err := SumDBCache(t.Context(), db, m.GOMODCACHE, nil)
			must(t, err)
			if c.want == "" {
				if len(r.Findings) != 0 || r.Files == 0 {
					t.Errorf("%+v", r)
				}
				return
			}
			for _, f := range r.Findings {
				if f.Check != "sumdb-cache-damaged" || f.Severity != finding.Warning || len(f.Fixes) != 1 || f.Fixes[0].ID != "move-aside" {
					t.Errorf("%+v", f)
				}
			}
			if len(r.Findings) != 1 || r.Findings[0].Target.Path != file || !strings.Contains(r.Findings[0].Detail, c.want) {
				t.Errorf("%s: %+v", file, r.Findings)
			}
			if strings.Contains(r.Findings[0].Detail, "another key") && !strings.Contains(r.Findings[0].Detail, "nothing is broken") {
				t.Errorf("not gentle: %s", r.Findings[0].Detail)
			}
		})
	}
	m, db := sumCache(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := SumDBCache(ctx, db, m.GOMODCACHE, nil); err == nil {
		t.Error("it does not stop")
	}
}

// flipSignature changes a character in the middle of the signature.
func flipSignature(s string) string {
	b := []byte(s)
	i := len(b) - 30
	if b[i]++; b[i] > 'y' || b[i] == '[' || b[i] == ':' || b[i] == '0' || b[i] == ',' {
		b[i] = 'B'
	}
	return string(b)
}

// Two heads of one database that do not agree: one finding with both, and no record is believed after it.
func TestSumDBForked(t *testing.T) {
	m, db := sumCache(t)
	other := sumCacheOf(t, "another history")
	data, err := os.ReadFile(filepath.Join(other.GOPATH, "pkg", "sumdb", cachetest.SumDBName, "latest"))
	must(t, err)
	lookup := sumFile(m, "lookup/example.com/m@v1.2.0")
	record, err := os.ReadFile(lookup)
	must(t, err)
	text, _, _ := strings.Cut(string(record), "\n\n")
	must(t, os.WriteFile(lookup, []byte(text+"\n\n"+string(data)), 0o666))
	old := time.Now().Add(-time.Hour)
	must(t, os.Chtimes(lookup, old, old))
	r, err := SumDBCache(t.Context(), db, m.GOMODCACHE, nil)
	must(t, err)
	if len(r.Findings) != 1 || r.Findings[0].Check != "sumdb-untrusted" || r.Findings[0].Severity != finding.Error {
		t.Fatalf("%+v", r.Findings)
	}
	f := &r.Findings[0]
	if len(f.Witnesses) != 2 || !strings.Contains(f.Witnesses[0].Says, "go.sum database tree\n3\n") ||
		!strings.Contains(f.Witnesses[1].Says, "go.sum database tree\n3\n") || f.Witnesses[0].Says == f.Witnesses[1].Says {
		t.Errorf("evidence %+v", f.Witnesses)
	}
	if _, err := db.Lookup(t.Context(), "example.com/m", "v1.0.0"); !errors.Is(err, sumdb.ErrSecurity) {
		t.Errorf("it is believed: %v", err)
	}
}

// sumCacheOf makes the machine with contents of its own: the same key has signed another tree of the same size.
func sumCacheOf(t *testing.T, text string) *cachetest.Machine {
	t.Helper()
	m := newMachine(t)
	var mods []cachetest.Module
	for _, v := range []string{"v1.0.0", "v1.1.0", "v1.2.0"} {
		mods = append(mods, cachetest.Module{Path: "example.com/m", Version: v, Files: map[string]string{"a.go": "package m // " + text + v + "\n"}})
	}
	must(t, m.Install(mods...))
	must(t, m.InstallSumDB(mods...))
	return m
}

// What was said is bounded, and words come before tiles.
func TestUntrusted(t *testing.T) {
	var e sumdb.Error
	e.Kind, e.Database, e.Err = sumdb.ErrSecurity, "sums.example", errors.New(strings.Repeat("x", 1<<20))
	e.Module = module.Version{Path: "example.com/m", Version: "v1.0.0"}
	for range 20 {
		e.Evidence = append(e.Evidence, sumdb.Evidence{Name: "/tile", Data: make([]byte, 8<<10)})
	}
	e.Evidence = append(e.Evidence, sumdb.Evidence{Name: "/lookup", Data: []byte(strings.Repeat("é", 1<<20))})
	f := Untrusted(&e, "/mod")
	size := len(f.Detail)
	for _, w := range f.Witnesses {
		size += len(w.Says)
	}
	if len(f.Witnesses) != saidMax || f.Witnesses[0].From != "/lookup" || size > 16<<10 || !strings.Contains(f.Detail, "example.com/m@v1.0.0") ||
		f.Target.Path != filepath.Join("/mod", "cache", "download", "sumdb", "sums.example") || !strings.Contains(f.Witnesses[1].Says, "sha256") {
		t.Errorf("%d bytes, %d witnesses, %+v", size, len(f.Witnesses), f.Target)
	}
}
