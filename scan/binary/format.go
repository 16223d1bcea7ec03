package binary

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"io"
)

// A format is a kind of program file.
type format uint8

const (
	formatUnknown format = iota
	formatELF
	formatPE
	formatMachO
	formatFat // several Mach-O programs in one file
	formatOther
)

var formatNames = [...]string{"unknown", "ELF", "PE", "Mach-O", "universal Mach-O", "XCOFF or Plan 9"}

// String names the format as messages have it.
func (f format) String() string { return formatNames[f] }

// formatOf tells programs by their first bytes, as debug/buildinfo does.
func formatOf(head []byte) format {
	if len(head) < 16 {
		return formatUnknown
	}
	switch be := binary.BigEndian.Uint32(head); {
	case bytes.HasPrefix(head, []byte("\x7fELF")):
		return formatELF
	case bytes.HasPrefix(head, []byte("MZ")):
		return formatPE
	case be&^1 == 0xfeedface, be&^(1<<24) == 0xcefaedfe:
		return formatMachO
	case be&^1 == 0xcafebabe:
		return formatFat
	case be>>16 == 0x01df, be>>16 == 0x01f7, be == 0x1eb, be == 0x8a97, be == 0x647:
		return formatOther
	}
	return formatUnknown
}

// symbolsMax is more symbols than any Go program for Windows has. The standard library reads each of them
// by itself, before anything else.
const symbolsMax = 1 << 19

// absurd recognises headers made up to cost the reader time and memory, and says what is wrong, or "".
func absurd(head []byte) string {
	le := binary.LittleEndian
	switch f := formatOf(head); {
	case f == formatELF && len(head) >= 64:
		// More than 65,279 sections are counted in the first of them. No Go program has so many.
		var order binary.ByteOrder = le
		if head[5] == 2 {
			order = binary.BigEndian
		}
		table, count := order.Uint64(head[40:]), order.Uint16(head[60:])
		if head[4] == 1 {
			table, count = uint64(order.Uint32(head[32:])), order.Uint16(head[48:])
		}
		if table != 0 && count == 0 {
			return "more sections than a program has"
		}
	case f == formatPE && len(head) >= 64:
		at := int64(le.Uint32(head[60:]))
		if at+24 > int64(len(head)) {
			return "its header is not at the front"
		}
		if le.Uint32(head[at+16:]) > symbolsMax {
			return "more symbols than a program has"
		}
	}
	return ""
}

// truncated reports whether the headers name parts that lie behind the end of the file. Formats that
// are rare are taken to be whole.
func (f format) truncated(r io.ReaderAt, head []byte, size int64) (cut bool) {
	defer func() {
		if recover() != nil {
			cut = false // damaged, in another way
		}
	}()
	if absurd(head) != "" {
		return false
	}
	beyond := func(off, n uint64) bool { return off > uint64(size) || n > uint64(size)-off }
	switch f {
	case formatELF:
		return truncatedELF(r, beyond)
	case formatPE:
		p, err := pe.NewFile(r)
		for i := 0; err == nil && i < len(p.Sections); i++ {
			if s := p.Sections[i]; s.Size > 0 && beyond(uint64(s.Offset), uint64(s.Size)) {
				return true
			}
		}
	case formatMachO:
		m, err := macho.NewFile(r)
		if err != nil {
			return false
		}
		for _, l := range m.Loads {
			if s, ok := l.(*macho.Segment); ok && beyond(s.Offset, s.Filesz) {
				return true
			}
		}
	}
	return false
}

// truncatedELF looks at the segments, and where not even the header can be read to its end, at that.
func truncatedELF(r io.ReaderAt, beyond func(off, n uint64) bool) bool {
	e, err := elf.NewFile(r)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return true
	}
	if err != nil {
		return false
	}
	for _, p := range e.Progs {
		if p.Type == elf.PT_LOAD && beyond(p.Off, p.Filesz) {
			return true
		}
	}
	for _, s := range e.Sections {
		if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL && beyond(s.Offset, s.FileSize) {
			return true
		}
	}
	return false
}
