package sum

// codeOrder is the order in which the lengths of the code of lengths stand (RFC 1951, 3.2.7).
var codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// header reads the codes of a block that has its own.
func (z *wholeInflater) header() bool {
	if z.fill(); z.have < 14 {
		return false
	}
	lits, dists, codes := int(z.take(5))+257, int(z.take(5))+1, int(z.take(4))+4
	if lits > mostLits || dists > mostDists {
		return false
	}
	var lens [mostLits + mostDists]uint8
	for i := range codes {
		if z.fill(); z.have < 3 {
			return false
		}
		lens[codeOrder[i]] = uint8(z.take(3))
	}
	if !z.code.build(lens[:19], codeSymbols[:], codeBits) {
		return false
	}
	clear(lens[:19])
	for i := 0; i < lits+dists; {
		z.fill()
		e := z.code.table[z.buf&(1<<codeBits-1)]
		if e&0xff == 0 {
			return false
		}
		z.take(int(e & 0xff))
		sym, times := uint8(e>>16), 1
		switch sym {
		case 16:
			if i == 0 {
				return false
			}
			sym, times = lens[i-1], 3+int(z.take(2))
		case 17:
			sym, times = 0, 3+int(z.take(3))
		case 18:
			sym, times = 0, 11+int(z.take(7))
		}
		if z.have < 0 || i+times > lits+dists {
			return false
		}
		for range times {
			lens[i] = sym
			i++
		}
	}
	return z.lit.build(lens[:lits], litSymbols[:], litBits) && z.dist.build(lens[lits:lits+dists], distSymbols[:], distBits)
}

// block inflates a block into dst from n on, to its end. Its state is in variables for the while: that is half of its speed.
func (z *wholeInflater) block(dst []byte, n int, lit, dist *huffman) (int, bool) {
	lits, dists := lit.table, dist.table
	for {
		if z.have < 48 { // as many as one length with its distance takes at most
			z.fill()
		}
		buf, have := z.buf, z.have
		e := lits[buf&(1<<litBits-1)]
		for e&isLiteral != 0 && have >= 48 {
			if n == len(dst) {
				return 0, false
			}
			dst[n] = byte(e >> 16)
			n++
			buf >>= e & 0xff
			have -= int(e & 0xff)
			e = lits[buf&(1<<litBits-1)]
		}
		if have < 48 && z.pos < len(z.src) {
			z.buf, z.have = buf, have
			continue
		}
		if e&isSecond != 0 {
			e = lits[e>>16+uint32(buf>>litBits)&(1<<(e>>8&15)-1)]
		}
		bits := e & 0xff
		buf >>= bits
		have -= int(bits)
		if bits == 0 || have < 0 {
			return 0, false
		}
		if e&(isLiteral|isEnd) != 0 {
			z.buf, z.have = buf, have
			if e&isEnd != 0 {
				return n, true
			}
			if n == len(dst) {
				return 0, false
			}
			dst[n] = byte(e >> 16)
			n++
			continue
		}
		extra := e >> 8 & 15
		length := int(e>>16) + int(buf&(1<<extra-1))
		buf >>= extra
		have -= int(extra)
		d := dists[buf&(1<<distBits-1)]
		if d&isSecond != 0 {
			d = dists[d>>16+uint32(buf>>distBits)&(1<<(d>>8&15)-1)]
		}
		bits, extra = d&0xff, d>>8&15
		buf >>= bits
		from := n - int(d>>16) - int(buf&(1<<extra-1))
		buf >>= extra
		have -= int(bits + extra)
		if bits == 0 || have < 0 || from < 0 || length > len(dst)-n {
			return 0, false
		}
		z.buf, z.have = buf, have
		for end := n + length; n < end; { // what overlaps repeats itself, twice as much with each turn
			n += copy(dst[n:end], dst[from:n])
		}
	}
}
