package sum

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// Inflating is most of what hashing a zip costs. With all of the input and the size of the output at hand it takes half of what
// compress/flate needs, which has neither (RFC 1951). This one knows good data only: whatever it does not like, and all that
// does not end as it should, is done once more by compress/flate, which then says what is wrong. So it can take nothing for good
// that compress/flate would refuse, or read it as something else, without FuzzInflate seeing it; and if it did, hashes would.

// A huffman table maps the next bits to entries:
//
//	bits 0 to 7    bits of the code, those of the first table included; 0: there is no such code
//	bits 8 to 11   bits that follow: of the length or distance, or of the second table
//	bits 12 to 15  the kind
//	bits 16 to 31  the literal, the length, the distance, or where the second table begins
type huffman struct {
	table []uint32
	bits  uint
}

const (
	isLiteral = 1 << 12
	isEnd     = 1 << 13
	isSecond  = 1 << 14
	isKind    = isLiteral | isEnd | isSecond

	litBits, distBits, codeBits = 10, 8, 7
	maxBits                     = 15
	mostLits, mostDists         = 286, 30
)

// What symbols mean, as entries without their codes.
var litSymbols, distSymbols, codeSymbols = func() (lits [288]uint32, dists [32]uint32, codes [19]uint32) {
	for i := range 256 {
		lits[i] = isLiteral | uint32(i)<<16
	}
	lits[256] = isEnd
	base := uint32(3)
	for i := uint32(0); i < 28; i++ {
		extra := max(i/4, 1) - 1
		lits[257+i] = base<<16 | extra<<8
		base += 1 << extra
	}
	lits[285] = 258 << 16
	base = 1
	for i := uint32(0); i < mostDists; i++ {
		extra := max(i/2, 1) - 1
		dists[i] = base<<16 | extra<<8
		base += 1 << extra
	}
	for i := range codes {
		codes[i] = uint32(i) << 16
	}
	return lits, dists, codes
}()

var fixedTables = sync.OnceValues(func() (lit, dist huffman) {
	var lens [288]uint8
	for i := range lens {
		switch {
		case i < 144:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		case i < 280:
			lens[i] = 7
		default:
			lens[i] = 8
		}
	}
	lit.build(lens[:], litSymbols[:], litBits)
	for i := range 32 {
		lens[i] = 5
	}
	dist.build(lens[:32], distSymbols[:], distBits)
	return lit, dist
})

// build makes the table of a code from the lengths of its symbols. It is false for a code that is not complete, but for one of a
// single symbol and for one of none.
func (h *huffman) build(lens []uint8, symbols []uint32, first uint) bool {
	var count, next [maxBits + 2]uint32
	most := uint(0)
	for _, n := range lens {
		count[n]++
		most = max(most, uint(n))
	}
	count[0] = 0
	code := uint32(0)
	for n := uint(1); n <= most; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
	}
	if most > 0 && code+count[most] != 1<<most && !(most == 1 && count[1] == 1) {
		return false
	}
	h.bits = first
	h.table = append(h.table[:0], make([]uint32, 1<<first)...)
	if most > first {
		h.second(lens, next, most)
	}
	for sym, n := range lens {
		if n == 0 {
			continue
		}
		at := uint32(bits.Reverse16(uint16(next[n]))) >> (16 - n)
		next[n]++
		e := uint32(n)
		if sym < len(symbols) && symbols[sym] != 0 || sym == 0 {
			e |= symbols[sym]
		} else {
			continue // it has a code, and no meaning
		}
		if uint(n) <= first {
			for ; at < 1<<first; at += 1 << n {
				h.table[at] = e
			}
			continue
		}
		link := h.table[at&(1<<first-1)]
		size := uint32(1) << (link >> 8 & 15)
		for at >>= first; at < size; at += 1 << (uint(n) - first) {
			h.table[link>>16+at] = e
		}
	}
	return true
}

// second makes room for the tables of the codes that are longer than the first one has bits.
func (h *huffman) second(lens []uint8, next [maxBits + 2]uint32, most uint) {
	var longest [1 << litBits]uint8
	for _, n := range lens {
		if uint(n) > h.bits {
			at := uint32(bits.Reverse16(uint16(next[n]))) >> (16 - n) & (1<<h.bits - 1)
			longest[at] = max(longest[at], n)
		}
		next[n]++
	}
	for at, n := range longest[:1<<h.bits] {
		if n > 0 {
			more := uint(n) - h.bits
			h.table[at] = uint32(len(h.table))<<16 | uint32(more)<<8 | isSecond | uint32(n)
			h.table = append(h.table, make([]uint32, 1<<more)...)
		}
	}
}

// A wholeInflater inflates what is in memory as a whole.
type wholeInflater struct {
	lit, dist, code huffman
	src             []byte
	pos             int
	buf             uint64 // the next bits; those above have may be right too
	have            int    // how many of them count
}

// fill has at least 56 bits ready, or all that there are.
func (z *wholeInflater) fill() {
	if z.pos+8 <= len(z.src) {
		z.buf |= binary.LittleEndian.Uint64(z.src[z.pos:]) << z.have
		z.pos += (63 - z.have) >> 3
		z.have |= 56
		return
	}
	for z.have <= 56 && z.pos < len(z.src) {
		z.buf |= uint64(z.src[z.pos]) << z.have
		z.pos++
		z.have += 8
	}
}

// take gives the next bits, of which there have to be so many.
func (z *wholeInflater) take(n int) uint32 {
	v := uint32(z.buf & (1<<n - 1))
	z.buf >>= n
	z.have -= n
	return v
}

// inflate inflates all of src, and says how much it was. It is false where that does not fit into dst, and for whatever is not right.
func (z *wholeInflater) inflate(dst, src []byte) (n int, ok bool) {
	z.src, z.pos, z.buf, z.have = src, 0, 0, 0
	defer func() { z.src = nil }()
	for last := false; !last; {
		if z.fill(); z.have < 3 {
			return 0, false
		}
		last = z.take(1) == 1
		switch z.take(2) {
		case 0:
			n, ok = z.stored(dst, n)
		case 1:
			lit, dist := fixedTables()
			n, ok = z.block(dst, n, &lit, &dist)
		case 2:
			if ok = z.header(); ok {
				n, ok = z.block(dst, n, &z.lit, &z.dist)
			}
		default:
			ok = false
		}
		if !ok {
			return 0, false
		}
	}
	return n, true
}

// stored copies a block that is not packed.
func (z *wholeInflater) stored(dst []byte, n int) (int, bool) {
	z.pos -= z.have >> 3 // whole bytes that were read ahead
	z.buf, z.have = 0, 0
	if z.pos+4 > len(z.src) {
		return 0, false
	}
	size, not := binary.LittleEndian.Uint16(z.src[z.pos:]), binary.LittleEndian.Uint16(z.src[z.pos+2:])
	z.pos += 4
	if size != ^not || z.pos+int(size) > len(z.src) || n+int(size) > len(dst) {
		return 0, false
	}
	copy(dst[n:], z.src[z.pos:z.pos+int(size)])
	z.pos += int(size)
	return n + int(size), true
}
