package goenv

import (
	"encoding/binary"
	"os"
	"testing"
)

// A counted reader is a file that begins with head and is zero otherwise, without an end.
type counted struct {
	head []byte
	read int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off < int64(len(c.head)) {
		copy(p, c.head[off:])
	}
	c.read += int64(len(p))
	return len(p), nil
}

// TestBuildInfo: this test says what it was built with, and files that claim to be huge are read no further than programs are.
func TestBuildInfo(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info := BuildInfo(f); info == nil || info.Main.Path != "godoctor" {
		t.Errorf("of this test %+v", info)
	}
	le := binary.LittleEndian
	elf := make([]byte, 64+56) // one writable segment as large as can be
	copy(elf, "\x7fELF\x02\x01\x01")
	le.PutUint16(elf[16:], 2)
	le.PutUint16(elf[18:], 62)
	le.PutUint32(elf[20:], 1)
	le.PutUint64(elf[32:], 64)
	for at, n := range map[int]uint16{52: 64, 54: 56, 56: 1, 58: 64} {
		le.PutUint16(elf[at:], n)
	}
	le.PutUint32(elf[64:], 1)
	le.PutUint32(elf[68:], 6)
	le.PutUint64(elf[96:], 1<<32)
	le.PutUint64(elf[104:], 1<<40)
	for what, head := range map[string][]byte{"segment": elf, "zeros": nil} {
		c := &counted{head: head}
		if info := BuildInfo(c); info != nil || c.read > infoMax {
			t.Errorf("%s: %+v after %d bytes", what, info, c.read)
		}
	}
}
