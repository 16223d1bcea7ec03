package scanfile

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A reader takes JSON apart, a value at a time, as whoever calls it expects them. It holds a window of the text and never
// the whole. Every limit of what is read is here: the length of the text, of a string, of a number, and how deep values
// lie in each other. After the first error it gives nothing any more.
//
// What it accepts is JSON (RFC 8259) in UTF-8, and not all of that: a number that is asked for as a whole one has to be
// written as one.
type reader struct {
	in   io.Reader
	buf  []byte
	r, w int   // the part of buf that was not taken yet
	over int64 // bytes before buf
	left int64 // bytes that may still come
	end  bool
	deep int
	err  error

	long  []byte            // a string that has escapes, or does not lie in the window whole
	words map[string]string // one copy of each word
}

// windowSize is how much is held of the text at a time.
const windowSize = 64 << 10

func newReader(in io.Reader) *reader {
	return &reader{in: in, buf: make([]byte, windowSize), left: fileMax, words: make(map[string]string)}
}

// fail notes the first error, with its place.
func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: %w", r.over+int64(r.r), fmt.Errorf(format, args...))
	}
}

// more fills the window again, and reports whether there is anything in it. What was not taken yet is kept.
func (r *reader) more() bool {
	if r.err != nil || r.end {
		return false
	}
	copy(r.buf, r.buf[r.r:r.w])
	r.over += int64(r.r)
	r.r, r.w = 0, r.w-r.r
	for idle := 0; ; idle++ {
		n, err := r.in.Read(r.buf[r.w:])
		r.w += n
		if r.left -= int64(n); r.left < 0 {
			r.fail("it is larger than %d MiB, which no saved scan is", fileMax>>20)
			return false
		}
		switch {
		case err == io.EOF:
			r.end = true
		case err != nil:
			r.err = err
		case n == 0 && idle < 100:
			continue
		case n == 0:
			r.err = io.ErrNoProgress
		}
		return n > 0 && r.err == nil
	}
}

// byte takes one byte; 0 at the end.
func (r *reader) byte() byte {
	if r.err != nil || r.r == r.w && !r.more() {
		return 0
	}
	r.r++
	return r.buf[r.r-1]
}

// peek is the next byte that is no white space, which stays; 0 at the end.
func (r *reader) peek() byte {
	for r.err == nil {
		if r.r == r.w && !r.more() {
			return 0
		}
		switch c := r.buf[r.r]; c {
		case ' ', '\n', '\t', '\r':
			r.r++
		default:
			return c
		}
	}
	return 0
}

// take takes the byte that has to come now.
func (r *reader) take(want byte) bool {
	if c := r.peek(); c != want {
		r.unexpected(c, strconv.QuoteRune(rune(want)))
		return false
	}
	r.r++
	return true
}

func (r *reader) unexpected(c byte, want string) {
	if c == 0 && r.r == r.w {
		r.fail("it ends where %s has to stand: it was cut off", want)
		return
	}
	r.fail("%s stands where %s has to", strconv.QuoteRune(rune(c)), want)
}

// open takes the beginning of an object or array, and reports whether there is something in it.
func (r *reader) open(begin, end byte) bool {
	if !r.take(begin) {
		return false
	}
	if r.deep++; r.deep > deepMax {
		r.fail("values lie deeper in each other than %d", deepMax)
		return false
	}
	if r.peek() == end {
		r.r++
		r.deep--
		return false
	}
	return r.err == nil
}

// next goes on to the next of several, and reports whether there is one.
func (r *reader) next(end byte) bool {
	if r.r < r.w && r.buf[r.r] == ',' && r.err == nil {
		r.r++
		return true
	}
	switch c := r.peek(); c {
	case ',':
		r.r++
		return true
	case end:
		r.r++
		r.deep--
	default:
		r.unexpected(c, strconv.QuoteRune(rune(end)))
	}
	return false
}

// bytes takes a string. What it gives is good until the next call.
func (r *reader) bytes() []byte {
	if !r.take('"') {
		return nil
	}
	for i := r.r; i < r.w; i++ { // most strings lie in the window whole
		c := r.buf[i]
		if c == '"' {
			s := r.buf[r.r:i]
			r.r = i + 1
			return r.whole(s)
		}
		if c == '\\' || c < ' ' {
			break
		}
	}
	r.long = r.long[:0]
	for r.err == nil && len(r.long) <= stringMax {
		switch c := r.byte(); {
		case c == '"':
			return r.whole(r.long)
		case c == '\\':
			r.escape()
		case c < ' ':
			r.r = max(r.r-1, 0)
			r.unexpected(c, "a string")
		default:
			r.long = append(r.long, c)
		}
	}
	r.fail("a string is longer than %d bytes", stringMax)
	return nil
}

// whole looks at a string that was taken.
func (r *reader) whole(s []byte) []byte {
	if len(s) > stringMax {
		r.fail("a string is longer than %d bytes", stringMax)
		return nil
	}
	if !utf8.Valid(s) {
		r.fail("a string is not UTF-8")
		return nil
	}
	return s
}

// escapes are those of one letter.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape takes what stands behind a backslash.
func (r *reader) escape() {
	c := r.byte()
	if c != 'u' {
		to, ok := escapes[c]
		if !ok {
			r.fail("a backslash stands before %s", strconv.QuoteRune(rune(c)))
		}
		r.long = append(r.long, to)
		return
	}
	u := r.hex()
	for utf16.IsSurrogate(u) { // half of a character: the other half has to follow, else it is none
		if r.r == r.w && !r.more() || r.buf[r.r] != '\\' {
			break
		}
		if r.w-r.r < 2 && !r.more() || r.buf[r.r+1] != 'u' {
			break
		}
		r.r += 2
		second := r.hex()
		if both := utf16.DecodeRune(u, second); both != utf8.RuneError {
			u = both
			break
		}
		r.long = utf8.AppendRune(r.long, utf8.RuneError)
		u = second
	}
	r.long = utf8.AppendRune(r.long, u) // half a character becomes U+FFFD
}

// hex takes four hexadecimal digits.
func (r *reader) hex() rune {
	var u rune
	for range 4 {
		c := r.byte()
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			r.fail("%s is no hexadecimal digit", strconv.QuoteRune(rune(c)))
			return 0
		}
		u = u<<4 | rune(c)
	}
	return u
}

// str takes a string.
func (r *reader) str() string { return string(r.bytes()) }

// word takes a string of which many are alike.
func (r *reader) word() string {
	b := r.bytes()
	if s, ok := r.words[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(r.words) < wordsMax {
		r.words[s] = s
	}
	return s
}

// skip takes a value of any kind.
func (r *reader) skip() {
	switch c := r.peek(); c {
	case '{':
		for ok := r.open('{', '}'); ok; ok = r.next('}') {
			r.bytes()
			r.take(':')
			r.skip()
		}
	case '[':
		for ok := r.open('[', ']'); ok; ok = r.next(']') {
			r.skip()
		}
	case '"':
		r.bytes()
	case 't':
		r.literal("true")
	case 'f':
		r.literal("false")
	case 'n':
		r.literal("null")
	default:
		r.number()
	}
}

// finish insists that nothing follows.
func (r *reader) finish() {
	if c := r.peek(); r.err == nil && r.r < r.w {
		r.unexpected(c, "the end")
	}
}
