package scan

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
	"unsafe"

	"godoctor/scan/gocache"
	"godoctor/scan/tree"
)

// An Index is what a scan leaves for the next one, so that directories which have not changed need not
// be read again. It goes in and comes out as data: where it is kept is not this package's business.
type Index struct {
	Written time.Time
	trees   map[string]*tree.Index // by root
	groups  []gocache.Group        // what the build cache was made of
	others  []Store                // what lay outside the caches
}

// kept is the part of an index that is small: it is kept as JSON.
type kept struct {
	Groups []gocache.Group
	Others []Store
}

// indexMagic begins an encoded index. Its number rises with every change of the form or the meaning.
const indexMagic = "godoctor index 3\n"

// ErrIndex is the reason why bytes are not an index that this version of godoctor can use. The remedy is
// to go on without: the next scan makes a new one.
var ErrIndex = errors.New("not an index of this version of godoctor")

// Encode gives the bytes to keep: magic, body, CRC-32 of the body. The checksum is against accidents; who
// can write the file can make up sizes, nothing more, and every number shown from it says so.
func (x *Index) Encode() []byte {
	b := []byte(indexMagic)
	b = binary.AppendVarint(b, x.Written.UnixNano())
	small, _ := json.Marshal(kept{x.groups, x.others}) // strings and numbers: cannot fail
	b = binary.AppendUvarint(b, uint64(len(small)))
	b = append(b, small...)
	b = binary.AppendUvarint(b, uint64(len(x.trees)))
	for _, root := range sortedKeys(x.trees) {
		b = tree.AppendIndex(b, x.trees[root])
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[len(indexMagic):]))
}

// DecodeIndex reads what Encode wrote. Anything else is ErrIndex. The index shares the memory of b, which must not
// be changed afterwards: it is read where it lies.
func DecodeIndex(b []byte) (*Index, error) {
	n := len(b) - crc32.Size
	if n < len(indexMagic) || string(b[:len(indexMagic)]) != indexMagic ||
		binary.LittleEndian.Uint32(b[n:]) != crc32.ChecksumIEEE(b[len(indexMagic):n]) {
		return nil, ErrIndex
	}
	b = b[len(indexMagic):n]
	written, k := binary.Varint(b)
	if k <= 0 {
		return nil, ErrIndex
	}
	b = b[k:]
	x := &Index{Written: time.Unix(0, written), trees: make(map[string]*tree.Index)}
	size, k := binary.Uvarint(b)
	if k <= 0 || size > uint64(len(b)-k) {
		return nil, ErrIndex
	}
	var small kept
	if err := json.Unmarshal(b[k:k+int(size)], &small); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrIndex, err)
	}
	x.groups, x.others = small.Groups, small.Others
	b = b[k+int(size):]
	count, k := binary.Uvarint(b)
	if k <= 0 {
		return nil, ErrIndex
	}
	rest := unsafe.String(unsafe.SliceData(b[k:]), len(b)-k)
	for range count {
		t, r, err := tree.ReadIndex(rest)
		if err != nil {
			return nil, ErrIndex
		}
		x.trees[t.Root], rest = t, r
	}
	return x, nil
}

// treesOf picks the indexes of roots; nil where there is none.
func (x *Index) treesOf(roots []tree.Root) []*tree.Index {
	if x == nil {
		return nil
	}
	out := make([]*tree.Index, len(roots))
	for i, r := range roots {
		out[i] = x.trees[r.Path]
	}
	return out
}
