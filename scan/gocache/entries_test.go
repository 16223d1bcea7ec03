package gocache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/scan/cachetest"
)

// madeCache is a build cache with one entry of every kind, made by cachetest.
func madeCache(t testing.TB) (root string, entries []cachetest.BuildEntry) {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	if err == nil {
		err = m.BuildCacheFiles(time.Now(), time.Time{})
	}
	kinds := []cachetest.BuildKind{cachetest.KindPackage, cachetest.KindMain, cachetest.KindIndex, cachetest.KindSources,
		cachetest.KindTestLog, cachetest.KindTestOutput, cachetest.KindVet, cachetest.KindEmpty, cachetest.KindExecutable}
	for i, k := range kinds {
		e := cachetest.BuildEntry{Kind: k, Package: "example.com/p", GoVersion: "go1.24.1", Dir: "/m/p@v1.0.0", Size: 9000,
			Used: time.Now().Add(-time.Duration(i+1) * 24 * time.Hour)}
		if err == nil {
			err = m.BuildEntry(e)
		}
		entries = append(entries, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	return m.GOCACHE, entries
}

// The entries are those that the second look counts, kind by kind and byte by byte.
func TestEntriesAreTheGroups(t *testing.T) {
	root, _ := madeCache(t)
	putEntry(t, root, id("archive"), archive("go1.26.8", "linux", "amd64"))
	put(t, root, "0a/"+strings.Repeat("0a", 32)+"-a", "nothing that go wrote")
	s, _ := lookAt(t, root)
	c := headers(t, s, du(t, root))
	type sum struct{ n, bytes, disk int64 }
	want, got := make(map[string]sum), make(map[string]sum)
	for _, g := range c.Groups {
		if g.Kind != KindState && g.Kind != KindDirectory && g.Kind != KindAlien && g.Kind != KindUnclassed {
			k := g.Kind + " " + g.GoVersion + " " + g.GOOS + " " + g.GOARCH
			w := want[k]
			want[k] = sum{w.n + g.Entries, w.bytes + g.Size.Bytes, w.disk + g.Size.Disk}
		}
	}
	list, err := Entries(t.Context(), root, true, func(*Entry) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		k := e.Kind + " " + e.GoVersion + " " + e.GOOS + " " + e.GOARCH
		w := got[k]
		got[k] = sum{w.n + 1, w.bytes + e.Bytes, w.disk + e.Disk}
	}
	if len(want) < 9 {
		t.Errorf("only %d groups", len(want))
	}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: %+v, want %+v", k, got[k], w)
		}
		delete(got, k)
	}
	if len(got) > 0 {
		t.Errorf("beside the groups: %+v", got)
	}
}

// Without headers the times and kinds by name are known, in the order of names, and only what was asked for comes.
func TestEntriesByAge(t *testing.T) {
	root, made := madeCache(t)
	old := time.Now().Add(-5*24*time.Hour - time.Minute).UnixNano()
	list, err := Entries(t.Context(), root, false, func(e *Entry) bool { return e.Mtime < old })
	if err != nil {
		t.Fatal(err)
	}
	if want := 2 * (len(made) - 5); len(list) != want {
		t.Errorf("%d entries, want %d", len(list), want)
	}
	for i, e := range list {
		if i > 0 && list[i-1].Name >= e.Name || e.Dir() != e.Name[:2] || e.Mtime >= old || e.Disk <= 0 && e.Bytes > 0 {
			t.Errorf("%d: %+v", i, e)
		}
		if (e.Kind == KindAction) == e.Output || e.GoVersion != "" {
			t.Errorf("%+v", e)
		}
	}
}

// What go cannot have written is none, whatever it looks like.
func TestEntriesAliens(t *testing.T) {
	root := newCache(t)
	hash := strings.Repeat("0a", 32)
	for _, name := range []string{
		"0a/" + hash, "0a/" + hash + "-b", "0a/" + strings.ToUpper(hash) + "-a", "0b/" + hash + "-a", "0A/" + hash + "-a", "0a/x/" + hash + "-a",
		hash + "-a", "0a/" + hash[:62] + "-a", "0a/" + hash + "-a.tmp", "fuzz/" + hash + "-a", "zz/" + hash + "-d",
	} {
		put(t, root, name, "x")
	}
	if err := os.MkdirAll(filepath.Join(root, "0a", hash+"-a"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(root, "0a", hash+"-d")); err != nil {
		t.Log(err) // Windows without the right to
	}
	for _, headers := range []bool{false, true} {
		list, err := Entries(t.Context(), root, headers, func(*Entry) bool { return true })
		if err != nil || len(list) > 0 {
			t.Errorf("%+v, %v", list, err)
		}
	}
}

// A directory that is no build cache has no entries, and one that is not there neither.
func TestEntriesForeign(t *testing.T) {
	all := func(*Entry) bool { return true }
	root := t.TempDir()
	if list, err := Entries(t.Context(), filepath.Join(root, "none"), true, all); list != nil || err != nil {
		t.Errorf("%v, %v", list, err)
	}
	putEntry(t, root, id("x"), "text")
	if list, err := Entries(t.Context(), root, true, all); list != nil || !errors.Is(err, ErrForeign) {
		t.Errorf("%v, %v", list, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root, _ = madeCache(t)
	if list, err := Entries(ctx, root, true, all); list != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", list, err)
	}
}
