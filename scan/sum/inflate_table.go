package sum

import (
	"math/bits"
	"sync"
)

// A table maps the next bits to entries:
//
//	bits 0 to 7    bits to take: those of the code, of the first table too, and those that follow it; 0: there is no such code
//	bits 8 to 11   of these, the bits of the code; or how many bits the second table is looked up by
//	bits 12 to 15  the kind
//	bits 16 to 31  the literal, the length, the distance, or where the second table begins

const (
	isLiteral = 1 << 12
	isEnd     = 1 << 13 // or there is no such code
	isSecond  = 1 << 14
	isRare    = isEnd | isSecond

	litBits, distBits, codeBits = 10, 8, 7
	maxBits                     = 15
	mostLits, mostDists         = 286, 30

	// What the tables need at most (zlib, examples/enough.c: 1,334 and 402), and a power of 2.
	litRoom, distRoom = 2048, 512
)

// What symbols mean, as entries without their codes: bits 8 to 11 are those that follow the code. 0: nothing.
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
		codes[i] = isLiteral | uint32(i)<<16
	}
	return lits, dists, codes
}()

// A fixed is the pair of tables of the blocks that have none of their own.
type fixed struct {
	lit  [litRoom]uint32
	dist [distRoom]uint32
}

var fixedTables = sync.OnceValue(func() *fixed {
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
	f := new(fixed)
	build(f.lit[:], lens[:], litSymbols[:], litBits)
	for i := range 32 {
		lens[i] = 5
	}
	build(f.dist[:], lens[:32], distSymbols[:], distBits)
	return f
})

// build makes the table of a code from the lengths of its symbols. It is false for a code that is not complete, but for one of a
// single symbol and for one of none.
//
// Codes are numbered by their length, and in one length by their symbol. A table of n bits is two times that of n-1, one after the
// other, with the codes of n bits where those are free: so each is written once, and doubling does the rest.
func build(table []uint32, lens []uint8, symbols []uint32, first uint) bool {
	var count, next [maxBits + 2]uint16
	for _, n := range lens {
		count[n&15]++
	}
	count[0] = 0
	most, left := uint(0), 1
	for n := uint(1); n <= maxBits; n++ {
		if left = left<<1 - int(count[n]); left < 0 {
			return false
		}
		next[n+1] = next[n] + count[n]
		if count[n] > 0 {
			most = n
		}
	}
	if left > 0 && most > 0 && !(most == 1 && count[1] == 1) {
		return false
	}
	var sorted [288]uint16
	for sym, n := range lens {
		if n > 0 {
			sorted[next[n]] = uint16(sym)
			next[n]++
		}
	}
	code, at := uint32(0), 0
	table[0] = isEnd
	for n := uint(1); n <= first; n++ {
		code <<= 1
		copy(table[1<<(n-1):1<<n], table)
		for range count[n] {
			table[reversed(code, n)] = entry32(symbols[sorted[at]], n)
			code++
			at++
		}
	}
	return most <= first || second(table, sorted[at:], &count, symbols, first, code)
}

// second adds the tables of the codes that are longer than the first one has bits: those with the same first bits follow each other.
func second(table []uint32, sorted []uint16, count *[maxBits + 2]uint16, symbols []uint32, first uint, code uint32) bool {
	prefix, start, end, at := uint32(1<<first), uint32(0), uint32(1)<<first, 0
	for n := first + 1; n <= maxBits; n++ {
		code <<= 1
		for left := count[n]; left > 0; left-- {
			here := reversed(code, n)
			if p := here & (1<<first - 1); p != prefix {
				more := n - first
				for used := uint32(left); used < 1<<more && first+more < maxBits; { // the codes do not fill so small a table
					more++
					used = used<<1 + uint32(count[first+more])
				}
				prefix, start, end = p, end, end+1<<more
				if end > uint32(len(table)) {
					return false
				}
				table[p] = start<<16 | uint32(more)<<8 | isSecond | uint32(first)
			}
			e := entry32(symbols[sorted[at]], n)
			for i := start + here>>first; i < end; i += 1 << (n - first) {
				table[i] = e
			}
			code++
			at++
		}
	}
	return true
}

// reversed is a code as it lies in the data: its first bit is the lowest.
func reversed(code uint32, n uint) uint32 { return uint32(bits.Reverse16(uint16(code))) >> (16 - n) }

// entry32 completes what a symbol means by the length of its code.
func entry32(symbol uint32, n uint) uint32 {
	if symbol == 0 { // it has a code, and no meaning
		return isEnd
	}
	return symbol&^0xf00 | uint32(n)<<8 | (uint32(n) + symbol>>8&15)
}
