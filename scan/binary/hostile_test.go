package binary

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// bounded runs f and fails if it takes much memory.
func bounded(t *testing.T, what string, most uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%s: %d MiB were allocated", what, took>>20)
	}
}

// sparse makes a file of 4 GiB that begins with head and is zero otherwise.
func sparse(t *testing.T, head []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "huge")
	must(t, os.WriteFile(p, head, 0o755))
	must(t, os.Truncate(p, 4<<30))
	return p
}

// elfHead is a 64-bit ELF header with one writable segment as large as can be.
func elfHead(sections uint16, shoff uint64) []byte {
	h := make([]byte, 64+56)
	copy(h, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(h[16:], 2)
	le.PutUint16(h[18:], 62)
	le.PutUint32(h[20:], 1)
	le.PutUint64(h[32:], 64) // program headers
	le.PutUint64(h[40:], shoff)
	le.PutUint16(h[52:], 64)
	le.PutUint16(h[54:], 56)
	le.PutUint16(h[56:], 1)
	le.PutUint16(h[58:], 64)
	le.PutUint16(h[60:], sections)
	p := h[64:]
	le.PutUint32(p, 1)                // PT_LOAD
	le.PutUint32(p[4:], 6)            // read, write
	le.PutUint64(p[32:], 4<<30-1<<20) // in the file
	le.PutUint64(p[40:], 1<<40)       // in memory
	return h
}

// peHead is the header of a Windows program with that many symbols.
func peHead(symbols uint32) []byte {
	h := make([]byte, 1024)
	copy(h, "MZ")
	h[0x3c] = 0x80
	copy(h[0x80:], "PE\x00\x00\x64\x86")
	binary.LittleEndian.PutUint32(h[0x8c:], 0x200)
	binary.LittleEndian.PutUint32(h[0x90:], symbols)
	return h
}

// machoHead is the header of a Mach-O program with that many symbols.
func machoHead(symbols uint32) []byte {
	h := make([]byte, 1024)
	for i, n := range []uint32{0xfeedfacf, 0x01000007, 3, 2, 1, 24, 0, 0, 2, 24, 1024, symbols, 4096, 1 << 25} {
		binary.LittleEndian.PutUint32(h[4*i:], n)
	}
	return h
}

// Files of 4 GiB cost little, whatever they claim.
func TestHugeFiles(t *testing.T) {
	many := elfHead(0, 4096)
	for what, c := range map[string]struct {
		head []byte
		want string
	}{
		"zeros":            {nil, "not a program"},
		"one huge segment": {elfHead(0, 0), "64 MiB"},
		"extended table":   {many, "more sections than"},
		"many sections":    {elfHead(0xfeff, 4096), ""},
		"script":           {[]byte("#!/bin/sh\n"), "a script"},
		"many symbols":     {peHead(1 << 31), "more symbols than"},
		"some symbols":     {peHead(1 << 16), ""},
		"far header":       {append([]byte("MZ"), bytes.Repeat([]byte{0x11}, 62)...), "not at the front"},
		"long strings":     {machoHead(4 << 28), ""},
	} {
		p := sparse(t, c.head)
		bounded(t, what, 256<<20, func() {
			b, err := Read(p)
			if err != nil || b.Problem == "" || !strings.Contains(b.Problem, c.want) || b.Size.Bytes != 4<<30 {
				t.Errorf("%s: %+v, %v", what, b, err)
			}
		})
	}
}

// Build info of any length costs little: behind its beginning only so much is read.
func TestHugeBuildInfo(t *testing.T) {
	head := elfHead(0, 0)
	info := append(make([]byte, 0, 64), buildInfoMagic...)
	info = append(info, 8, 2)
	info = append(info, make([]byte, 16)...)
	info = append(info, 6)
	info = append(info, "go1.99"...)
	info = binary.AppendUvarint(info, 3<<30)
	file := append(append(head, make([]byte, 4096-len(head))...), info...)
	path := sparse(t, file)
	bounded(t, "build info", 64<<20, func() {
		if b, err := Read(path); err != nil || !strings.Contains(b.Problem, "that is read") {
			t.Errorf("%+v, %v", b, err)
		}
	})
}

// Whatever byte is wrong, reading ends and does not panic.
func TestFlippedBytes(t *testing.T) {
	p := build(t)
	for _, data := range [][]byte{p.devel, p.cross} {
		for i := range 120 {
			bad := bytes.Clone(data)
			bad[i*7%1500] ^= byte(1 + i)
			if i%5 == 0 {
				bad = bad[:len(bad)*i/120]
			}
			var b Binary
			b.describe(bytes.NewReader(bad), int64(len(bad)), platform{runtime.GOOS, runtime.GOARCH})
		}
	}
}
