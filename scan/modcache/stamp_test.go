package modcache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// stamped is a machine with modules that may be written, and what a scan says of its versions.
func stamped(t *testing.T, mods ...cachetest.Module) []*Version {
	t.Helper()
	m := machine(t)
	must(t, m.Install(mods...))
	must(t, filepath.WalkDir(m.GOMODCACHE, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755) // before anything is stamped: it counts as a change
	}))
	c, _, _ := look(t, m.GOMODCACHE, false, nil)
	var list []*Version
	for i := range c.Versions {
		list = append(list, &c.Versions[i])
	}
	if len(list) != len(mods) {
		t.Fatalf("%d versions", len(list))
	}
	return list
}

func stampOf(t *testing.T, v *Version) Stamp {
	t.Helper()
	s, err := newStamper().version(t.Context(), v)
	must(t, err)
	if s.IsZero() {
		t.Fatal("a stamp that says nothing")
	}
	return s
}

// tick waits until the file system gives another time.
func tick() { time.Sleep(25 * time.Millisecond) }

// Whatever is changed, the stamp is another, and stays that.
func TestStampSeesEveryChange(t *testing.T) {
	v := stamped(t, mod("example.com/Seen", "v1.0.0", map[string]string{
		"a.go": "package a\n", "b.go": "package a\n", "c.go": "package a\n", "d/e.go": "package d\n", "f/g/h.go": "package g\n"}))[0]
	in := func(name string) string { return filepath.Join(v.Dir, filepath.FromSlash(name)) }
	beside := func(ext string) string { return strings.TrimSuffix(v.Zip, "zip") + ext }
	write := func(name, text string) error { return os.WriteFile(name, []byte(text), 0o644) }
	then := time.Now().Add(-time.Hour)
	for _, c := range []struct {
		what   string
		change func() error
	}{
		{"a file grows", func() error { return write(in("a.go"), "package a // more\n") }},
		{"a time", func() error { return os.Chtimes(in("a.go"), then, then) }},
		{"a file is added", func() error { return write(in("new.go"), "") }},
		{"an empty directory is added", func() error { return os.Mkdir(in("d/new"), 0o755) }},
		{"a name", func() error { return os.Rename(in("b.go"), in("B.go")) }},
		{"a file moves", func() error { return os.Rename(in("B.go"), in("d/B.go")) }},
		{"a file is removed", func() error { return os.Remove(in("d/e.go")) }},
		{"a directory is removed", func() error { return os.RemoveAll(in("f/g")) }},
		{"a file becomes a directory", func() error { return errors.Join(os.Remove(in("c.go")), os.Mkdir(in("c.go"), 0o755)) }},
		{"the zip grows", func() error { return write(v.Zip, "no zip") }},
		{"the zip is touched", func() error { return os.Chtimes(v.Zip, then, then) }},
		{"the zip is gone", func() error { return os.Remove(v.Zip) }},
		{".ziphash", func() error { return write(beside("ziphash"), "h1:") }},
		{".mod", func() error { return write(beside("mod"), "module x\n") }},
		{".info", func() error { return os.Remove(beside("info")) }},
		{".partial", func() error { return write(beside("partial"), "") }},
		{"the directory is gone", func() error { return os.RemoveAll(v.Dir) }},
		{"a file stands in its place", func() error { return write(v.Dir, "") }},
	} {
		before := stampOf(t, v)
		tick()
		must(t, c.change())
		after := stampOf(t, v)
		if after.Sum == before.Sum {
			t.Errorf("%s, and the stamp is the same", c.what)
		}
		if again := stampOf(t, v); again != after {
			t.Errorf("%s: stamped again it is another", c.what)
		}
	}
}

// To read a version changes nothing of its stamp, nor does the lock of go.
func TestStampReading(t *testing.T) {
	v := stamped(t, mod("example.com/read", "v1.0.0", nil))[0]
	before := stampOf(t, v)
	if all := HasDir | HasZip | HasZiphash | HasMod | HasInfo; before.Parts != all {
		t.Errorf("parts %b, want %b", before.Parts, all)
	}
	tick()
	for _, root := range []string{v.Dir, filepath.Dir(v.Zip)} {
		must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				_, err = os.ReadFile(path)
			}
			return err
		}))
	}
	must(t, os.WriteFile(strings.TrimSuffix(v.Zip, "zip")+"lock", []byte("x"), 0o644))
	if after := stampOf(t, v); after != before {
		t.Errorf("%+v became %+v", before, after)
	}
}

// The order of names is that of bytes, whatever the system lists first, and a boundary between two names cannot move.
func TestStampNames(t *testing.T) {
	digest := func(names ...string) [32]byte {
		s, l := newStamper(), &level{}
		for _, n := range names {
			must(t, l.add([]byte(n), &stampStat{kind: 1}))
		}
		must(t, s.content(l, nil))
		s.flush(0)
		return [32]byte(s.sum.Sum(nil))
	}
	if digest("a", "b", "c") != digest("c", "a", "b") {
		t.Error("the order counts")
	}
	if digest("ab", "c") == digest("a", "bc") || digest("a") == digest("a", "") {
		t.Error("names run together")
	}
}

// Many at once are as each alone, in the order of the list.
func TestStamps(t *testing.T) {
	var mods []cachetest.Module
	for i := range 9 {
		files := map[string]string{"a.go": "package a\n"}
		for n := range i * 5 {
			files[fmt.Sprintf("d%d/e/f%d.go", n%3, n)] = "package e\n"
		}
		mods = append(mods, mod(fmt.Sprintf("example.com/m%d", i), "v1.0.0", files))
	}
	list := stamped(t, mods...)
	for _, workers := range []int{0, 1, 4, 50} {
		m := &meter.Meter{}
		got, err := Stamps(t.Context(), list, workers, m)
		must(t, err)
		entries := 0
		for i, v := range list {
			if got[i] != stampOf(t, v) {
				t.Errorf("%d workers, %s: got %+v, want %+v", workers, v.Path, got[i], stampOf(t, v))
			}
			entries += got[i].Entries
		}
		if s := m.Sample(); s.Units != 9 || s.Entries != int64(entries) {
			t.Errorf("counted %+v, of %d entries", s, entries)
		}
	}
	if got, err := Stamps(t.Context(), nil, 0, nil); len(got) != 0 || err != nil {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

// What changed a moment ago is not believed: within a tick of the clock it can change again unseen.
func TestStampSettled(t *testing.T) {
	v := stamped(t, mod("example.com/new", "v1.0.0", nil))[0]
	s := stampOf(t, v)
	if s.Settled(time.Now()) || s.Settled(s.Newest.Add(settle)) || (Stamp{}).Settled(time.Now()) {
		t.Errorf("settled: newest %v", s.Newest)
	}
	if !s.Settled(time.Now().Add(time.Hour)) {
		t.Error("never settled")
	}
	if age := time.Since(s.Newest); age < -settle || age > time.Minute {
		t.Errorf("the latest change was %v ago", age)
	}
}

// ended is a context that ends when it was asked a number of times.
type ended struct {
	context.Context
	after int
}

func (c *ended) Err() error {
	if c.after--; c.after < 0 {
		return context.Canceled
	}
	return nil
}

// A stamp that was not finished is none.
func TestStampCancel(t *testing.T) {
	files := map[string]string{}
	for i := range 100 {
		files[fmt.Sprintf("f%d.go", i)] = "package f\n"
	}
	list := stamped(t, mod("example.com/long", "v1.0.0", files))
	for _, after := range []int{0, 1, 50} {
		got, err := Stamps(&ended{t.Context(), after}, list, 1, nil)
		if !errors.Is(err, context.Canceled) || !got[0].IsZero() {
			t.Errorf("after %d: %+v, %v", after, got, err)
		}
	}
}

// There is a limit to what is stamped, and beyond it no stamp.
func TestStampLimits(t *testing.T) {
	list := stamped(t, mod("example.com/deep", "v1.0.0", nil), mod("example.com/flat", "v1.0.0", nil))
	must(t, os.MkdirAll(filepath.Join(list[0].Dir, strings.Repeat("d/", stampDepth+1)), 0o755))
	if _, err := newStamper().version(t.Context(), list[0]); !errors.Is(err, errStampDeep) {
		t.Errorf("too deep: %v", err)
	}
	got, err := Stamps(t.Context(), list, 1, nil)
	must(t, err)
	if !got[0].IsZero() || got[1].IsZero() {
		t.Errorf("got %+v", got)
	}
	l := &level{entries: make([]stampEntry, stampNames)}
	if err := l.add([]byte("one more"), &stampStat{}); !errors.Is(err, errStampLarge) {
		t.Errorf("too many: %v", err)
	}
}

func BenchmarkStamps(b *testing.B) {
	root := b.TempDir()
	var list []*Version
	entries := 0
	for i := range 20 {
		v := &Version{Dir: filepath.Join(root, fmt.Sprintf("m%d@v1.0.0", i)), Zip: filepath.Join(root, fmt.Sprintf("m%d.zip", i))}
		for n := range 200 {
			dir := filepath.Join(v.Dir, fmt.Sprintf("d%d", n%20))
			must(b, os.MkdirAll(dir, 0o755))
			must(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("file_%d.go", n)), nil, 0o644))
		}
		list = append(list, v)
	}
	for b.Loop() {
		got, err := Stamps(b.Context(), list, 0, nil)
		must(b, err)
		entries = 0
		for _, s := range got {
			entries += s.Entries
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(entries), "ns/entry")
}
