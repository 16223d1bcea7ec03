package gocache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"godoctor/scan/tree"
)

const benchEntries = 20000

// madeUp writes a cache of n entries: for every package an archive, a source list, and three actions,
// in the proportions of a real one.
func madeUp(tb testing.TB, root string, n int) {
	tb.Helper()
	for i := range 256 {
		if err := os.MkdirAll(filepath.Join(root, hexName(byte(i))), 0o777); err != nil {
			tb.Fatal(err)
		}
	}
	put(tb, root, "README", readmeStart+"\n")
	for i := 0; i < n; i += 5 {
		var id [idSize]byte
		binary.LittleEndian.PutUint64(id[:], uint64(i))
		id = sha256.Sum256(id[:])
		version := fmt.Sprintf("go1.%d.1", 20+i%4)
		archive := fmt.Sprintf("!<arch>\n%-16s%-12d%-6d%-6d%-8o%-10d`\ngo object linux amd64 %s GOAMD64=v1 X:none\nbuild id %d",
			"__.PKGDEF", 0, 0, 0, 0o644, 100, version, i)
		putEntry(tb, root, id, archive+string(make([]byte, 8<<10)))
		putEntry(tb, root, subkey(id, "stdout"), "")
		putEntry(tb, root, subkey(id, "srcfiles"), fmt.Sprintf("./file%d.go\n", i))
	}
}

// put writes a file below root.
func put(tb testing.TB, root, rel, content string) string {
	tb.Helper()
	name := filepath.Join(root, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		tb.Fatal(err)
	}
	return name
}

// putEntry writes both files of an entry and gives their paths.
func putEntry(tb testing.TB, root string, id [idSize]byte, content string) (actionFile, outputFile string) {
	tb.Helper()
	out := sha256.Sum256([]byte(content))
	text := fmt.Sprintf("v1 %x %x %20d %20d\n", id, out, len(content), time.Now().UnixNano())
	actionFile = put(tb, root, entryName(id, "a"), text)
	return actionFile, put(tb, root, entryName(out, "d"), content)
}

// entryName is the path of an entry below the root.
func entryName(id [idSize]byte, key string) string {
	return fmt.Sprintf("%s/%x-%s", hexName(id[0]), id, key)
}

func walk(s *Scan) *tree.Result {
	return tree.Walk(context.Background(), []tree.Root{{Path: s.root, Place: s.Place()}}, tree.Options{})
}

func perEntry(b *testing.B, c *Cache) {
	b.Helper()
	n := c.Actions + c.Outputs
	if n < benchEntries*9/10 {
		b.Fatalf("%d entries, want about %d", n, benchEntries)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
}

func BenchmarkWalk(b *testing.B) {
	root := b.TempDir()
	madeUp(b, root, benchEntries)
	var s *Scan
	for b.Loop() {
		s = New(root)
		walk(s)
	}
	perEntry(b, s.Cache())
}

func BenchmarkHeaders(b *testing.B) {
	root := b.TempDir()
	madeUp(b, root, benchEntries)
	s := New(root)
	walk(s)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Headers(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	perEntry(b, s.Cache())
}

func BenchmarkCache(b *testing.B) {
	root := b.TempDir()
	madeUp(b, root, 1000)
	s := New(root)
	walk(s)
	for b.Loop() {
		s.Cache()
	}
}
