package binary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"

	"godoctor/scan/regular"
)

// A File is a program that was read from one end to the other.
type File struct {
	Binary
	Format   string // ELF, PE, Mach-O, ...
	Machine  string // what its header says that it runs on, in the words of the format, like EM_X86_64
	SHA256   string // of the file, in hexadecimal digits
	BuildID  string // of the Go linker; "" where there is none
	Sections []Section
}

// A Section is a part of a program as its header has it. Parts that take no room in the file are left out.
type Section struct {
	Name   string
	Size   int64
	SHA256 string
}

// sectionsMax is more sections than a Go program has, and shareMax is how often a byte of a file may be in one.
const (
	sectionsMax = 4096
	shareMax    = 2
)

// Examine is Read of a file that is hashed besides, as a whole and by sections, which takes as long as reading it. It is for a
// program that somebody named; the link that leads to one is followed. The context ends it.
func Examine(ctx context.Context, path string) (*File, error) {
	b, err := Read(path)
	if err != nil {
		return nil, err
	}
	f, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("program %q cannot be read: %w", path, cause(err))
	}
	defer f.Close()
	out := &File{Binary: b, Format: formatUnknown.String()}
	h := sha256.New()
	size, err := io.Copy(h, &watched{ctx: ctx, Reader: f})
	if err != nil {
		return nil, fmt.Errorf("program %q cannot be read to its end: %w", path, cause(err))
	}
	out.Size.Bytes, out.SHA256 = size, hex.EncodeToString(h.Sum(nil))
	head := make([]byte, min(size, headSize))
	if _, err := f.ReadAt(head, 0); err != nil && len(head) > 0 {
		return nil, fmt.Errorf("program %q cannot be read: %w", path, cause(err))
	}
	form := formatOf(head)
	out.Format, out.BuildID = form.String(), buildID(head)
	parts, machine := form.parts(f, head)
	out.Machine = machine
	left := size * shareMax
	for _, p := range parts {
		if left -= p.size; left < 0 || p.off > size || p.size > size-p.off {
			break // a header that lies: no more of it is believed
		}
		h := sha256.New()
		if _, err := io.Copy(h, &watched{ctx: ctx, Reader: io.NewSectionReader(f, p.off, p.size)}); err != nil {
			return nil, fmt.Errorf("program %q cannot be read: %w", path, cause(err))
		}
		out.Sections = append(out.Sections, Section{Name: p.name, Size: p.size, SHA256: hex.EncodeToString(h.Sum(nil))})
	}
	return out, nil
}

// A watched reader stops with its context.
type watched struct {
	ctx context.Context
	io.Reader
}

// Read is that of io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

// A part is a section in a file.
type part struct {
	name      string
	off, size int64
}

// parts are the sections of a program, as far as its header can be read, and the machine that it names.
func (f format) parts(r io.ReaderAt, head []byte) (list []part, machine string) {
	defer func() {
		if recover() != nil {
			list = nil // damaged
		}
	}()
	if absurd(head) != "" {
		return nil, ""
	}
	src := &source{r: r, left: readMax}
	add := func(name string, off, size uint64) {
		if size > 0 && len(list) < sectionsMax && off < 1<<62 && size < 1<<62 {
			list = append(list, part{name, int64(off), int64(size)})
		}
	}
	switch f {
	case formatELF:
		if e, err := elf.NewFile(src); err == nil {
			machine = e.Machine.String()
			for _, s := range e.Sections {
				if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL {
					add(s.Name, s.Offset, s.FileSize)
				}
			}
		}
	case formatPE:
		if p, err := pe.NewFile(src); err == nil {
			machine = peMachines[p.Machine]
			for _, s := range p.Sections {
				add(s.Name, uint64(s.Offset), uint64(s.Size))
			}
		}
	case formatMachO:
		if m, err := macho.NewFile(src); err == nil {
			machine = m.Cpu.String()
			for _, s := range m.Sections {
				if s.Offset > 0 {
					add(s.Name, uint64(s.Offset), s.Size)
				}
			}
		}
	}
	return list, machine
}

// peMachines are the machines of Go's ports to Windows, by the names of the format.
var peMachines = map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "IMAGE_FILE_MACHINE_AMD64", pe.IMAGE_FILE_MACHINE_I386: "IMAGE_FILE_MACHINE_I386",
	pe.IMAGE_FILE_MACHINE_ARM64: "IMAGE_FILE_MACHINE_ARM64", pe.IMAGE_FILE_MACHINE_ARMNT: "IMAGE_FILE_MACHINE_ARMNT"}

// buildID reads the build ID near the front of a program (cmd/internal/buildid: readELF, readRaw).
func buildID(head []byte) string {
	const note, raw = "\x04\x00\x00\x00Go\x00\x00", "\xff Go build ID: \""
	if i := bytes.Index(head, []byte(raw)); i >= 0 {
		id, _, ok := bytes.Cut(head[i+len(raw):], []byte("\""))
		if ok && len(id) < 1<<10 {
			return string(id)
		}
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		mark := []byte(note)
		if order == binary.BigEndian {
			mark = []byte("\x00\x00\x00\x04Go\x00\x00")
		}
		i := bytes.Index(head, mark)
		if i < 4 {
			continue
		}
		n, at := int64(order.Uint32(head[i-4:])), i+len(mark)
		if n < 1<<10 && int64(at)+n <= int64(len(head)) {
			return string(head[at : int64(at)+n])
		}
	}
	return ""
}

// Recognised reports whether a file begins like a program of a kind that this package knows.
func Recognised(head []byte) bool { return formatOf(head) != formatUnknown }
