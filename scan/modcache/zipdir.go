package modcache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"io"

	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// What a module zip may hold, of which the go command enforces the size (modfetch: 500 MiB zips).
const (
	maxEntries = 1_000_000
	maxCentral = 64 << 20
	maxBytes   = 1 << 40 // unpacked: far above that limit, and sums of many stay numbers
)

// Signatures and field offsets of the zip format (APPNOTE 4.3).
const (
	sigCentral = 0x02014b50
	sigEnd     = 0x06054b50
	sigEnd64   = 0x06064b50
	sigLoc64   = 0x07064b50
	lenCentral = 46
	lenEnd     = 22
	lenLoc64   = 20
	lenEnd64   = 56
	max32      = 0xffffffff
	max16      = 0xffff
)

// errZip is the reason why a zip cannot be asked.
var errZip = errors.New("not a readable module zip")

// A zipReader asks zips for what was unpacked from them. It reads nothing but the central directory,
// in pieces, and keeps nothing of it but a set of hashed directory names.
type zipReader struct {
	buf  []byte
	dirs map[uint64]struct{}
	seed maphash.Seed
}

func newZipReader() *zipReader {
	return &zipReader{buf: make([]byte, 64<<10), dirs: make(map[uint64]struct{}), seed: maphash.MakeSeed()}
}

// unpacked computes what the files of a zip take when they are extracted below a directory with the
// state st: each file rounded up to whole blocks, and each directory one block like a small directory
// of that file system. Every name has to begin with prefix, as x/mod/zip demands.
func (r *zipReader) unpacked(name, prefix string, st *tree.Stat) (tree.Size, error) {
	f, err := regular.Open(name)
	if err != nil {
		return tree.Size{}, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return tree.Size{}, err
	}
	start, size, err := r.central(f, fi.Size())
	if err != nil {
		return tree.Size{}, err
	}
	clear(r.dirs)
	sum := summer{r: r, prefix: []byte(prefix)}
	if err := r.entries(io.NewSectionReader(f, start, size), size, &sum); err != nil {
		return tree.Size{}, err
	}
	sum.size.Dirs = int64(len(r.dirs)) + 1
	sum.size.Bytes += sum.size.Dirs * min(st.Bytes, block)
	sum.size.Disk += sum.size.Dirs * min(st.Disk, block)
	return sum.size, nil
}

// block is the allocation unit that the estimate reckons with; ext4, xfs, btrfs and apfs have it.
const block = 4096

// central finds the central directory from the end of the file.
func (r *zipReader) central(f io.ReaderAt, size int64) (start, length int64, err error) {
	n := min(size, lenEnd+lenLoc64+lenEnd64+max16)
	tail := r.buf[:min(n, int64(len(r.buf)))]
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return 0, 0, err
	}
	i := bytes.LastIndex(tail, binary.LittleEndian.AppendUint32(nil, sigEnd))
	if i < 0 || len(tail)-i < lenEnd {
		return 0, 0, errZip
	}
	end := tail[i:]
	count := int64(binary.LittleEndian.Uint16(end[10:]))
	length = int64(binary.LittleEndian.Uint32(end[12:]))
	start = int64(binary.LittleEndian.Uint32(end[16:]))
	if count == max16 || length == max32 || start == max32 {
		if start, length, err = r.central64(f, tail, i); err != nil {
			return 0, 0, err
		}
	}
	if start < 0 || length < 0 || length > maxCentral || start+length > size {
		return 0, 0, errZip
	}
	return start, length, nil
}

// central64 reads the zip64 form of the end record, whose locator stands before the plain one.
func (r *zipReader) central64(f io.ReaderAt, tail []byte, i int) (start, length int64, err error) {
	if i < lenLoc64 {
		return 0, 0, errZip
	}
	loc := tail[i-lenLoc64:]
	if binary.LittleEndian.Uint32(loc) != sigLoc64 {
		return 0, 0, errZip
	}
	var end [lenEnd64]byte
	if _, err := f.ReadAt(end[:], int64(binary.LittleEndian.Uint64(loc[8:]))); err != nil {
		return 0, 0, err
	}
	if binary.LittleEndian.Uint32(end[:]) != sigEnd64 {
		return 0, 0, errZip
	}
	return int64(binary.LittleEndian.Uint64(end[48:])), int64(binary.LittleEndian.Uint64(end[40:])), nil
}

// entries gives each header of the central directory to sum, reading a buffer at a time.
func (r *zipReader) entries(src io.Reader, left int64, sum *summer) error {
	have := 0
	for count := 0; ; {
		n, err := io.ReadFull(src, r.buf[have:])
		have += n
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		b := r.buf[:have]
		for len(b) >= lenCentral && binary.LittleEndian.Uint32(b) == sigCentral {
			size := lenCentral + headerTail(b)
			if len(b) < size {
				break
			}
			if count++; count > maxEntries {
				return errZip
			}
			if err := sum.add(b[:size]); err != nil {
				return err
			}
			b = b[size:]
			left -= int64(size)
		}
		if left == 0 {
			return nil
		}
		if n == 0 || len(b) == len(r.buf) && !r.grow() {
			return errZip
		}
		have = copy(r.buf, b)
	}
}

// grow makes room for a header that is longer than the buffer: name, extra and comment have 64 KiB each.
func (r *zipReader) grow() bool {
	if len(r.buf) > 4*max16 {
		return false
	}
	r.buf = append(r.buf, make([]byte, 4*max16)...)
	return true
}

// headerTail is the length of name, extra field and comment behind a header.
func headerTail(b []byte) int {
	return int(binary.LittleEndian.Uint16(b[28:])) + int(binary.LittleEndian.Uint16(b[30:])) +
		int(binary.LittleEndian.Uint16(b[32:]))
}

// summer adds up the files of one zip.
type summer struct {
	r      *zipReader
	prefix []byte
	last   []byte // directory of the file before; most files share it with theirs
	size   tree.Size
}

// add takes one header with its name and extra field.
func (s *summer) add(h []byte) error {
	name := h[lenCentral : lenCentral+int(binary.LittleEndian.Uint16(h[28:]))]
	if !bytes.HasPrefix(name, s.prefix) {
		return errZip
	}
	name = name[len(s.prefix):]
	if len(name) == 0 || name[len(name)-1] == '/' {
		return nil // an entry for a directory: go makes none, and skips those of others
	}
	size := int64(binary.LittleEndian.Uint32(h[24:]))
	if size == max32 {
		if size = size64(h); size < 0 {
			return errZip
		}
	}
	if size > maxBytes || s.size.Bytes > maxBytes {
		return errZip
	}
	s.size.Files++
	s.size.Bytes += size
	s.size.Disk += (size + block - 1) / block * block
	s.parents(name)
	return nil
}

// parents notes the directories above a file.
func (s *summer) parents(name []byte) {
	i := bytes.LastIndexByte(name, '/')
	if i < 0 || bytes.Equal(name[:i], s.last) {
		return
	}
	s.last = append(s.last[:0], name[:i]...)
	for ; i > 0; i = bytes.LastIndexByte(name[:i], '/') {
		h := maphash.Bytes(s.r.seed, name[:i])
		if _, ok := s.r.dirs[h]; ok {
			return
		}
		s.r.dirs[h] = struct{}{}
	}
}

// size64 finds the uncompressed size in the zip64 extra field, where it comes first; -1 if it is not there.
func size64(h []byte) int64 {
	n := lenCentral + int(binary.LittleEndian.Uint16(h[28:]))
	extra := h[n : n+int(binary.LittleEndian.Uint16(h[30:]))]
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+size {
			break
		}
		if id == 1 && size >= 8 {
			return int64(binary.LittleEndian.Uint64(extra[4:]))
		}
		extra = extra[4+size:]
	}
	return -1
}
