package sum

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"
)

// The central directory of a zip is read here and not by archive/zip, whose File takes 400 bytes besides its name: a
// toolchain has 13,000, the largest module 135,000, and what somebody made to hurt as many as fit. What is
// accepted, and where the headers are looked for, follows archive/zip (Go 1.26) byte for byte; a fuzz test compares them.

// The records of a zip.
const (
	localLen     = 30
	centralLen   = 46
	endLen       = 22
	locator64Len = 20
	end64Len     = 56

	localSig      = 0x04034b50
	centralSig    = 0x02014b50
	endSig        = 0x06054b50
	locator64Sig  = 0x07064b50
	end64Sig      = 0x06064b50
	descriptorSig = 0x08074b50

	extra64 = 1
)

var le = binary.LittleEndian

// u16 and u32 read numbers out of a string, which package binary does not.
func u16(b string, i int) uint16 { return uint16(b[i]) | uint16(b[i+1])<<8 }
func u32(b string, i int) uint32 { return uint32(u16(b, i)) | uint32(u16(b, i+2))<<16 }

// A central is the list of the files in a zip.
type central struct {
	raw     string  // the central directory as it is in the file
	entries []entry // by name
	start   int64   // where the central directory begins: what is compressed lies before it
}

// An entry is one file of a zip. All that counts fits into 32 bits, because the zip does.
type entry struct {
	at         uint32 // where in raw the name begins, without the prefix
	crc        uint32
	packed     uint32 // compressed size
	size       uint32
	offset     uint32 // of the local header; nowhere if it cannot be in the file
	length     uint16 // of the name
	method     uint16
	descriptor bool // a data descriptor follows the content
}

const nowhere = math.MaxUint32

func (c *central) name(i int) string {
	e := &c.entries[i]
	return c.raw[e.at : e.at+uint32(e.length)]
}

// entry gives a file as it is to be read. A directory has no content, whatever its header says of compression.
func (c *central) entry(i int) entry {
	e := c.entries[i]
	if name := c.name(i); name == "" || name[len(name)-1] == '/' {
		return entry{offset: e.offset, size: e.size}
	}
	return e
}

// find gives the place of a name, and -1 if it is not there.
func (c *central) find(name string) int {
	i, ok := slices.BinarySearchFunc(c.entries, name, func(e entry, name string) int {
		return strings.Compare(c.raw[e.at:e.at+uint32(e.length)], name)
	})
	if !ok {
		return -1
	}
	return i
}

// readCentral reads the list of files of a zip of size bytes, whose names must begin with prefix. grow is asked
// before memory is taken, in bytes, and its error given on.
func readCentral(ctx context.Context, r io.ReaderAt, size int64, prefix string, grow func(int64) error) (*central, error) {
	switch {
	case size == 0:
		return nil, ErrEmpty
	case size > MaxZip:
		return nil, fmt.Errorf("%w: the zip has %d bytes, %d are allowed", ErrTooLarge, size, MaxZip)
	}
	end, err := readEnd(r, size)
	if err != nil {
		return nil, err
	}
	n := end.at - end.start
	if n < 0 || end.records > 0 && n < centralLen {
		return nil, fmt.Errorf("%w: it has no room for its %d files", ErrDirectory, end.records)
	}
	if n > MaxNames {
		return nil, fmt.Errorf("%w: the names in the zip take %d bytes, %d are allowed", ErrTooLarge, n, MaxNames)
	}
	most := int64(min(end.records, uint64(n)/centralLen))
	if err := grow(n + most*zipFileCost); err != nil {
		return nil, err
	}
	c := &central{start: end.start, entries: make([]entry, 0, min(most, MaxFiles))}
	var raw strings.Builder // gives a string without a copy
	raw.Grow(int(n))
	if _, err := io.Copy(&raw, io.NewSectionReader(r, end.start, n)); err != nil {
		return nil, err
	}
	if c.raw = raw.String(); int64(len(c.raw)) < n {
		return nil, ErrTruncated // since its size was asked for
	}
	if err := c.parse(ctx, end, size, prefix); err != nil {
		return nil, err
	}
	return c, c.arrange(ctx)
}

// parse takes the headers one after the other until there is none. Their number in the end record is kept
// in 16 bits, and only these are compared, as in archive/zip.
func (c *central) parse(ctx context.Context, end ending, size int64, prefix string) error {
	var total int64
	for pos := 0; ; {
		n, e, ok := parseEntry(c.raw[pos:], end.base, size)
		if !ok {
			if strings.HasPrefix(c.raw[pos:], "PK\x01\x02") { // archive/zip would read on, into the end record
				return fmt.Errorf("%w: the header of file %d does not fit", ErrDirectory, len(c.entries)+1)
			}
			break
		}
		if len(c.entries) == MaxFiles {
			return fmt.Errorf("%w: more than %d files in the zip", ErrTooLarge, MaxFiles)
		}
		full := c.raw[pos+centralLen:][:e.length]
		name, ok := strings.CutPrefix(full, prefix)
		if !ok {
			return fmt.Errorf("%q: %w", full, ErrPrefix)
		}
		if err := checkName(strings.TrimSuffix(name, "/")); err != nil && name != "" {
			return fmt.Errorf("%q: %w", full, err)
		}
		e.at = uint32(pos + centralLen + len(prefix))
		e.length -= uint16(len(prefix))
		if total += int64(e.size); total > MaxZip {
			return fmt.Errorf("%w: the files in the zip have more than %d bytes", ErrTooLarge, MaxZip)
		}
		c.entries = append(c.entries, e)
		if pos += n; len(c.entries)%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if uint16(len(c.entries)) != uint16(end.records) {
		return fmt.Errorf("%w: %d of %d files are in it", ErrDirectory, len(c.entries), end.records)
	}
	return nil
}

// parseEntry reads one header of the central directory: its length, and ok false if it is none.
func parseEntry(b string, base, size int64) (n int, e entry, ok bool) {
	if len(b) < centralLen {
		return 0, e, false
	}
	nameLen, extraLen, commentLen := int(u16(b, 28)), int(u16(b, 30)), int(u16(b, 32))
	n = centralLen + nameLen + extraLen + commentLen
	if u32(b, 0) != centralSig || len(b) < n {
		return 0, e, false
	}
	packed, full, offset := uint64(u32(b, 20)), uint64(u32(b, 24)), uint64(u32(b, 42))
	if !fromExtra(b[centralLen+nameLen:][:extraLen], &full, &packed, &offset) {
		return 0, e, false
	}
	e = entry{
		crc: u32(b, 16), method: u16(b, 10), length: uint16(nameLen), descriptor: u16(b, 8)&8 != 0,
		size: uint32(min(full, math.MaxUint32)), packed: uint32(min(packed, math.MaxUint32)), offset: nowhere,
	}
	if at := int64(offset) + base; at >= 0 && at <= size-localLen && packed <= uint64(size) {
		e.offset = uint32(at)
	}
	return n, e, true
}

// fromExtra takes those of the three numbers that do not fit into 32 bits from the extra fields.
func fromExtra(extra string, size, packed, offset *uint64) bool {
	need := [...]*uint64{size, packed, offset}
	for i, p := range need {
		if *p != math.MaxUint32 {
			need[i] = nil
		}
	}
	b := []byte(extra)
	for len(b) >= 4 && need != [3]*uint64{} {
		tag, n := le.Uint16(b), int(le.Uint16(b[2:]))
		if b = b[4:]; len(b) < n {
			break
		}
		field := b[:n]
		b = b[n:]
		for i := range need {
			if tag != extra64 || need[i] == nil {
				continue
			}
			if len(field) < 8 {
				return false
			}
			*need[i], need[i] = le.Uint64(field), nil
			field = field[8:]
		}
	}
	return need[1] == nil && need[2] == nil // a size of 2^32-1 may be meant
}

// arrange sorts the files by name and refuses a name that is there twice.
func (c *central) arrange(ctx context.Context) error {
	slices.SortFunc(c.entries, func(a, b entry) int {
		return strings.Compare(c.raw[a.at:a.at+uint32(a.length)], c.raw[b.at:b.at+uint32(b.length)])
	})
	for i := 1; i < len(c.entries); i++ {
		if c.name(i) == c.name(i-1) {
			return fmt.Errorf("%q: %w", c.name(i), ErrDuplicate)
		}
	}
	return ctx.Err()
}

// checkName accepts names that stay below the module and have one spelling.
func checkName(name string) error {
	switch {
	case strings.Contains(name, "\n"):
		return ErrNewline
	case name == "" || name == "." || name == ".." || name[0] == '/' || strings.HasPrefix(name, "../") ||
		strings.Contains(name, "\x00") || path.Clean(name) != name:
		return ErrName
	}
	return nil
}

// An ending is what the end of a zip says of its central directory.
type ending struct {
	records uint64
	start   int64 // where the central directory is
	at      int64 // where the end record is, and so the central directory ends
	base    int64 // to be added to offsets, for a zip with something before it
}

// readEnd looks for the end record as archive/zip does.
func readEnd(r io.ReaderAt, size int64) (ending, error) {
	at, b, err := findEnd(r, size)
	if err != nil {
		return ending{}, err
	}
	end := ending{records: uint64(le.Uint16(b[10:])), at: at}
	length, offset := uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:]))
	if end.records == 0xffff || length == 0xffff || offset == math.MaxUint32 {
		b, at, err := find64(r, size, at)
		if err != nil {
			return end, err
		}
		if b != nil {
			end.records, length, offset, end.at = le.Uint64(b[32:]), le.Uint64(b[40:]), le.Uint64(b[48:]), at
		}
	}
	if length > math.MaxInt64 || offset > math.MaxInt64 {
		return end, fmt.Errorf("%w: its place is not in the file", ErrDirectory)
	}
	end.base = end.at - int64(length) - int64(offset)
	if end.start = end.base + int64(offset); end.start < 0 || end.start >= size {
		return end, fmt.Errorf("%w: its place is not in the file", ErrDirectory)
	}
	// An end record that places the directory wrongly is believed where the directory is at the offset itself.
	if end.base > 0 && int64(offset) < size && entryAt(r, int64(offset), size) {
		end.base, end.start = 0, int64(offset)
	}
	return end, nil
}

// entryAt reports whether there is a header of a central directory.
func entryAt(r io.ReaderAt, off, size int64) bool {
	b := make([]byte, min(centralLen+3*math.MaxUint16, size-off))
	if n, err := r.ReadAt(b[:min(centralLen, len(b))], off); err != nil || n < centralLen || le.Uint32(b) != centralSig {
		return false
	}
	if _, err := r.ReadAt(b, off); err != nil {
		return false
	}
	_, _, ok := parseEntry(string(b), 0, size)
	return ok
}

// findEnd finds the end record in the last 65 KiB, where a comment may follow it.
func findEnd(r io.ReaderAt, size int64) (int64, []byte, error) {
	for _, n := range []int64{1 << 10, 65 << 10} {
		b := make([]byte, min(n, size))
		if _, err := r.ReadAt(b, size-int64(len(b))); err != nil && err != io.EOF {
			return 0, nil, err
		}
		for i := len(b) - endLen; i >= 0; i-- {
			if le.Uint32(b[i:]) != endSig {
				continue
			}
			if i+endLen+int(le.Uint16(b[i+20:])) > len(b) {
				break // the comment is cut off
			}
			return size - int64(len(b)) + int64(i), b[i:], nil
		}
		if int64(len(b)) == size {
			break
		}
	}
	return 0, nil, noEnd(r, size)
}

// noEnd says what a file is that does not end as a zip.
func noEnd(r io.ReaderAt, size int64) error {
	b := make([]byte, min(4096, size))
	if _, err := r.ReadAt(b, 0); err != nil && err != io.EOF {
		return err
	}
	switch {
	case zeros(b):
		return ErrZeros
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return ErrTruncated
	}
	return ErrNotZip
}

// find64 reads the end record of a zip64; nil if there is none.
func find64(r io.ReaderAt, size, end int64) ([]byte, int64, error) {
	if end < locator64Len {
		return nil, 0, nil
	}
	b := make([]byte, end64Len)
	if _, err := r.ReadAt(b[:locator64Len], end-locator64Len); err != nil {
		return nil, 0, err
	}
	if le.Uint32(b) != locator64Sig || le.Uint32(b[4:]) != 0 || le.Uint32(b[16:]) != 1 {
		return nil, 0, nil
	}
	at := int64(le.Uint64(b[8:]))
	if at < 0 { // archive/zip takes this for no zip64
		return nil, 0, nil
	}
	if at > size-end64Len {
		return nil, 0, fmt.Errorf("%w: its place is not in the file", ErrDirectory)
	}
	if _, err := r.ReadAt(b, at); err != nil {
		return nil, 0, err
	}
	if le.Uint32(b) != end64Sig {
		return nil, 0, fmt.Errorf("%w: the end record of a zip64 is missing", ErrDirectory)
	}
	return b, at, nil
}

// zeros reports whether b is not empty and holds nothing but zero bytes.
func zeros(b []byte) bool {
	for len(b) >= 8 {
		if le.Uint64(b) != 0 {
			return false
		}
		if b = b[8:]; len(b) == 0 {
			return true
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return len(b) > 0
}
