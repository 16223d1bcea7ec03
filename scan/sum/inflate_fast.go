package sum

import "encoding/binary"

// Inflating is most of what hashing a zip costs. With much of the input and of the output at hand it takes less than half of what
// compress/flate needs, which looks at both byte by byte (RFC 1951). This one knows good data only: whatever it does not like, and
// all that does not end as it should, is done once more by compress/flate, which then says what is wrong. So it can take nothing for
// good that compress/flate would refuse, or read it as something else, without FuzzInflate seeing it; and if it did, hashes would.

// A fastInflater inflates what lies in memory, in as many steps as input and output come in. Between two steps all its state
// is in here, but for the last 32 KiB of the output, which stay before what comes next.
type fastInflater struct {
	lit    [litRoom]uint32
	dist   [distRoom]uint32
	code   [1 << codeBits]uint32
	lits   *[litRoom]uint32  // of the block: those of lit, or the fixed ones
	dists  *[distRoom]uint32 // likewise
	src    []byte            // the input, and perhaps something behind it
	end    int               // of the input in src
	final  bool              // there is no more than that
	pos    int               // of the next byte that is not in buf
	buf    uint64            // the next bits; those above have may be right too
	have   uint              // how many of them count
	in     place             // where in the data
	last   bool              // the block is the last one
	stored int               // bytes of the stored block that are to come
}

// A place says what comes next in the data.
type place uint8

const (
	blockHead place = iota
	blockStored
	blockCodes
)

// A step says why inflating paused.
type step uint8

const (
	goOn      step = iota
	blockDone      // there is more after it
	wantInput      // there is more than src
	wantRoom       // the output is full
	allDone
	refused
)

const (
	// outSlack is the room that the output has to have behind its limit: three literals and the longest match, copied in
	// steps of 16 bytes.
	outSlack = 3 + 258 + 16
	// inSlack is the input that a turn of the fast loop may look at: it takes 8 bytes at once, twice.
	inSlack = 16
	// headLen is more than the head of any block has, which is read at once: 3 + 14 + 19*3 + (286+30)*14 bits.
	headLen = 640
)

// start begins with new data: all of it, or its first bytes.
func (z *fastInflater) start(src []byte, end int, final bool) {
	z.buf, z.have, z.in, z.last = 0, 0, blockHead, false
	z.input(src, end, final)
}

// input goes on with the input that begins where pos was.
func (z *fastInflater) input(src []byte, end int, final bool) {
	z.src, z.end, z.final, z.pos = src, end, final, 0
}

// inflate writes to dst from n on until it is at limit or a little beyond, but never more than outSlack. What is before n it knows as
// the output so far.
func (z *fastInflater) inflate(dst []byte, n, limit int) (int, step) {
	for {
		s := goOn
		switch z.in {
		case blockHead:
			if z.last {
				return n, allDone
			}
			s = z.head()
		case blockStored:
			n, s = z.copyStored(dst, n, limit)
		case blockCodes:
			n, s = z.block(dst, n, limit)
		}
		if s == blockDone {
			z.in = blockHead
		} else if s != goOn {
			return n, s
		}
	}
}

// whole inflates the first end bytes of src, which have size bytes of content. It is false where they have another length, and for
// whatever is not right. dst has outSlack bytes more than size and one.
func (z *fastInflater) whole(dst []byte, size int, src []byte, end int) (n int, ok bool) {
	z.start(src, end, true)
	n, s := z.inflate(dst, 0, size+1)
	z.src = nil
	return n, s == allDone && n <= size
}

// fill has at least 56 bits ready, or all that there are.
func (z *fastInflater) fill() {
	for z.have < 56 && z.pos < z.end {
		z.buf |= uint64(z.src[z.pos]) << z.have
		z.pos++
		z.have += 8
	}
}

// take gives the next bits, of which there have to be so many.
func (z *fastInflater) take(n uint) uint32 {
	v := uint32(z.buf & (1<<n - 1))
	z.buf >>= n
	z.have -= n
	return v
}

// block inflates a block: as long as there is enough of both without looking at each byte whether it is there.
func (z *fastInflater) block(dst []byte, n, limit int) (int, step) {
	for s := goOn; ; {
		switch {
		case n >= limit:
			return n, wantRoom
		case z.pos+inSlack <= len(z.src):
			n, s = z.fast(dst, n, limit)
		case !z.final:
			return n, wantInput
		default:
			n, s = z.symbol(dst, n)
		}
		if s != goOn {
			return n, s
		}
	}
}

// fast is the loop in which all the time goes. Its state is in variables for the while: that is half of its speed. Bits are enough in
// every turn: 56 for two literals of the first table and a length, then as many for a distance.
func (z *fastInflater) fast(dst []byte, n, limit int) (int, step) {
	src, pos, buf, have := z.src, z.pos, z.buf, z.have
	lits, dists, safe, s := z.lits, z.dists, len(z.src)-inSlack, goOn
	for n < limit && pos <= safe {
		buf |= binary.LittleEndian.Uint64(src[pos:]) << (have & 63)
		pos += int((63 - have) >> 3)
		have |= 56
		e := lits[buf&(1<<litBits-1)]
		if e&isLiteral != 0 {
			out := (*[3]byte)(dst[n:])
			out[0] = byte(e >> 16)
			buf >>= e & 63
			have -= uint(e & 63)
			n++
			if e = lits[buf&(1<<litBits-1)]; e&isLiteral != 0 {
				out[1] = byte(e >> 16)
				buf >>= e & 63
				have -= uint(e & 63)
				n++
				if e = lits[buf&(1<<litBits-1)]; e&isLiteral != 0 {
					out[2] = byte(e >> 16)
					buf >>= e & 63
					have -= uint(e & 63)
					n++
					continue
				}
			}
		}
		if e&isRare != 0 {
			if e&isSecond != 0 {
				e = lits[(e>>16+uint32(buf>>litBits)&(1<<(e>>8&15)-1))%litRoom]
			}
			if e&(isLiteral|isEnd) != 0 {
				buf >>= e & 63
				have -= uint(e & 63)
				if e&isLiteral != 0 {
					dst[n] = byte(e >> 16)
					n++
					continue
				}
				if s = blockDone; e&63 == 0 {
					s = refused
				}
				break
			}
		}
		length := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&15))
		buf >>= e & 63
		have -= uint(e & 63)
		buf |= binary.LittleEndian.Uint64(src[pos:]) << (have & 63)
		pos += int((63 - have) >> 3)
		have |= 56
		d := dists[buf&(1<<distBits-1)]
		if d&isSecond != 0 {
			d = dists[(d>>16+uint32(buf>>distBits)&(1<<(d>>8&15)-1))%distRoom]
		}
		far := int(d>>16) + int(buf&(1<<(d&63)-1)>>(d>>8&15))
		buf >>= d & 63
		have -= uint(d & 63)
		if far > n || d&isEnd != 0 {
			s = refused
			break
		}
		if far < 16 {
			repeat(dst, n, far, length)
		} else {
			for at, end := n, n+length; at < end; at += 16 {
				*(*[16]byte)(dst[at:]) = *(*[16]byte)(dst[at-far:])
			}
		}
		n += length
	}
	// Whole bytes that were read ahead go back, so that nobody else has to know of them.
	z.pos, z.have = pos-int(have>>3), have&7
	if z.buf = buf & (1<<z.have - 1); z.pos > z.end {
		s = refused
	}
	return n, s
}

// repeat copies what overlaps: what is there twice after a turn comes from there twice as much in the next.
func repeat(dst []byte, n, far, length int) {
	from := n - far
	for end := n + length; n < end; {
		n += copy(dst[n:end], dst[from:n])
	}
}

// symbol inflates one literal or match, at the end of the input.
func (z *fastInflater) symbol(dst []byte, n int) (int, step) {
	z.fill()
	e := z.lits[z.buf&(1<<litBits-1)]
	if e&isSecond != 0 {
		e = z.lits[(e>>16+uint32(z.buf>>litBits)&(1<<(e>>8&15)-1))%litRoom]
	}
	if e&63 == 0 || uint(e&63) > z.have {
		return n, refused
	}
	value := int(e>>16) + int(z.take(uint(e&63))>>(e>>8&15))
	switch {
	case e&isLiteral != 0:
		dst[n] = byte(e >> 16)
		return n + 1, goOn
	case e&isEnd != 0:
		return n, blockDone
	}
	z.fill()
	d := z.dists[z.buf&(1<<distBits-1)]
	if d&isSecond != 0 {
		d = z.dists[(d>>16+uint32(z.buf>>distBits)&(1<<(d>>8&15)-1))%distRoom]
	}
	if d&63 == 0 || uint(d&63) > z.have {
		return n, refused
	}
	far := int(d>>16) + int(z.take(uint(d&63))>>(d>>8&15))
	if far > n {
		return n, refused
	}
	repeat(dst, n, far, value)
	return n + value, goOn
}
