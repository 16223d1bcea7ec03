package scanfile

// fewDigits is the length of the numbers that most are.
const fewDigits = 9

// int takes a whole number.
func (r *reader) int() int64 {
	if n, ok := r.short(); ok {
		return n
	}
	c := r.peek()
	neg := c == '-'
	if neg {
		r.r++
		if c = r.byte(); c != 0 {
			r.r--
		}
	}
	if c < '0' || c > '9' {
		r.unexpected(c, "a number")
		return 0
	}
	var n int64
	for digits := 0; ; digits++ {
		if r.r == r.w && !r.more() {
			break
		}
		d := r.buf[r.r]
		if d < '0' || d > '9' {
			if d == '.' || d|0x20 == 'e' {
				r.fail("a number is not a whole one")
			}
			break
		}
		if digits == 1 && c == '0' {
			r.fail("a number begins with 0")
			break
		}
		if n = n*10 + int64(d-'0'); n > intMax {
			r.fail("a number is larger than anything that is counted")
			break
		}
		r.r++
	}
	if neg {
		return -n
	}
	return n
}

// short takes a whole number that lies in the window and has few digits, as nearly all do: there are millions of them.
func (r *reader) short() (n int64, ok bool) {
	b := r.buf[r.r:r.w]
	for i, c := range b[:min(len(b), fewDigits+1)] {
		switch {
		case '0' <= c && c <= '9':
			n = n*10 + int64(c-'0')
		case (c == ',' || c == ']' || c == '}') && (i == 1 || i > 1 && b[0] != '0'):
			r.r += i
			return n, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// literal takes true, false or null.
func (r *reader) literal(word string) {
	for i := range len(word) {
		if c := r.byte(); c != word[i] {
			r.fail("%q is not what stands here", word)
			return
		}
	}
}

// bool takes true or false.
func (r *reader) bool() bool {
	if r.peek() == 't' {
		r.literal("true")
		return r.err == nil
	}
	r.literal("false")
	return false
}

// number takes any number, as it is written.
func (r *reader) number() string {
	r.peek()
	var b []byte
	for r.err == nil {
		if r.r == r.w && !r.more() {
			break
		}
		c := r.buf[r.r]
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c|0x20 != 'e' {
			break
		}
		if b = append(b, c); len(b) > numberMax {
			r.fail("a number is longer than %d characters", numberMax)
		}
		r.r++
	}
	if !isNumber(b) {
		r.fail("%q is no number", b)
	}
	return string(b)
}

// isNumber reports whether b is a number of JSON.
func isNumber(b []byte) bool {
	digits := func() (n int) {
		for len(b) > 0 && '0' <= b[0] && b[0] <= '9' {
			b = b[1:]
			n++
		}
		return n
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	zero := len(b) > 0 && b[0] == '0'
	if n := digits(); n == 0 || zero && n > 1 {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		b = b[1:]
		if digits() == 0 {
			return false
		}
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if digits() == 0 {
			return false
		}
	}
	return len(b) == 0
}
