package sum

import "encoding/binary"

// head reads what a block begins with.
func (z *fastInflater) head() step {
	if !z.final && z.end-z.pos < headLen {
		return wantInput
	}
	if z.fill(); z.have < 3 {
		return refused
	}
	z.last = z.take(1) == 1
	switch z.take(2) {
	case 0:
		return z.beginStored()
	case 1:
		f := fixedTables()
		z.lits, z.dists = &f.lit, &f.dist
	case 2:
		if !z.codes() {
			return refused
		}
		z.lits, z.dists = &z.lit, &z.dist
	default:
		return refused
	}
	z.in = blockCodes
	return goOn
}

// codeOrder is the order in which the lengths of the code of lengths stand (RFC 1951, 3.2.7).
var codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// codes reads the codes of a block that has its own.
func (z *fastInflater) codes() bool {
	if z.fill(); z.have < 14 {
		return false
	}
	lits, dists, codes := int(z.take(5))+257, int(z.take(5))+1, int(z.take(4))+4
	if lits > mostLits || dists > mostDists {
		return false
	}
	var lens [mostLits + mostDists]uint8
	for i := range codes {
		if z.have < 3 {
			if z.fill(); z.have < 3 {
				return false
			}
		}
		lens[codeOrder[i]] = uint8(z.take(3))
	}
	if !build(z.code[:], lens[:19], codeSymbols[:], codeBits) {
		return false
	}
	clear(lens[:19])
	for i := 0; i < lits+dists; {
		if z.have < 14 {
			z.fill()
		}
		e := z.code[z.buf&(1<<codeBits-1)]
		if e&63 == 0 || uint(e&63) > z.have {
			return false
		}
		z.take(uint(e & 63))
		sym := uint8(e >> 16)
		if sym < 16 {
			lens[i] = sym
			i++
			continue
		}
		times, ok := z.times(sym)
		if !ok || i+times > lits+dists || sym == 16 && i == 0 {
			return false
		}
		if sym == 16 {
			for k := i; k < i+times; k++ {
				lens[k] = lens[i-1]
			}
		}
		i += times // else they are 0
	}
	return build(z.lit[:], lens[:lits], litSymbols[:], litBits) &&
		build(z.dist[:], lens[lits:lits+dists], distSymbols[:], distBits)
}

// times reads how often a length is meant.
func (z *fastInflater) times(sym uint8) (int, bool) {
	extra := [...]struct {
		bits uint
		base int
	}{{2, 3}, {3, 3}, {7, 11}}[sym-16]
	if z.have < extra.bits {
		return 0, false
	}
	return extra.base + int(z.take(extra.bits)), true
}

// beginStored reads the length of a block that is not packed.
func (z *fastInflater) beginStored() step {
	z.pos -= int(z.have >> 3) // whole bytes that were read ahead
	z.buf, z.have = 0, 0
	if z.pos+4 > z.end {
		return refused
	}
	size, not := binary.LittleEndian.Uint16(z.src[z.pos:]), binary.LittleEndian.Uint16(z.src[z.pos+2:])
	if size != ^not {
		return refused
	}
	z.pos += 4
	z.stored, z.in = int(size), blockStored
	return goOn
}

// copyStored copies a block that is not packed, or as much as there is of it.
func (z *fastInflater) copyStored(dst []byte, n, limit int) (int, step) {
	if z.stored > 0 && n >= limit {
		return n, wantRoom
	}
	size := min(z.stored, z.end-z.pos, max(limit-n, 0))
	copy(dst[n:n+size], z.src[z.pos:z.end])
	z.pos += size
	z.stored -= size
	n += size
	switch {
	case z.stored == 0:
		return n, blockDone
	case n >= limit:
		return n, wantRoom
	case z.final:
		return n, refused
	}
	return n, wantInput
}
