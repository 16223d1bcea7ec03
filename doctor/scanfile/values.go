package scanfile

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"godoctor/scan/tree"
)

// str is a text as it is: a path, a name.
func (c *coder) str(name string, p *string) { c.text(name, p, c.redact) }

// say is a text that people read, and that may quote what nobody is to know.
func (c *coder) say(name string, p *string) { c.text(name, p, c.clean) }

// word is a text of which many are alike.
func word[T ~string](c *coder, name string, p *T) {
	if c.out != nil {
		s := string(*p)
		c.text(name, &s, nil)
		return
	}
	switch {
	case c.is(name, false):
		*p = T(c.in.word())
	case c.is64(name):
		*p = T(c.raw())
	default:
		return
	}
	c.done()
}

// text is a string that is cleaned where it is written.
func (c *coder) text(name string, p *string, clean func(string) string) {
	if c.out != nil {
		if *p == "" {
			return
		}
		s := *p
		if clean != nil {
			s = clean(s)
		}
		s = bounded(s)
		c.is(name, false)
		c.quote(s)
		if !utf8.ValidString(s) {
			c.is(name+"_b64", false)
			c.quote(base64.StdEncoding.EncodeToString([]byte(s)))
		}
		return
	}
	switch {
	case c.is(name, false):
		*p = c.in.str()
	case c.is64(name):
		*p = c.raw()
	default:
		return
	}
	c.done()
}

// is64 reports whether the field that comes next has the bytes of a text.
func (c *coder) is64(name string) bool {
	n := len(name)
	ok := c.open && len(c.key) == n+len("_b64") && c.key[:n] == name && c.key[n:] == "_b64"
	c.hit = c.hit || ok
	return ok
}

// raw reads bytes in base64.
func (c *coder) raw() string {
	b, err := base64.StdEncoding.DecodeString(c.in.str())
	if err != nil {
		c.fail("what should be base64 is not: %w", err)
	}
	return string(b)
}

// bounded replaces a text that is too long, because of a secret that is cut in two nobody sees that it is one.
func bounded(s string) string {
	if len(s) <= stringMax/2 { // in base64 it still fits
		return s
	}
	return fmt.Sprintf("(%d bytes, too long to tell)", len(s))
}

// of is a number that is written as one of some words.
func of[T ~uint8](c *coder, name string, p *T, words []string) {
	if !c.is(name, false) {
		return
	}
	if c.out != nil {
		c.quote(words[*p])
		return
	}
	s := c.in.word()
	i := slices.Index(words, s)
	if i < 0 && c.in.err == nil {
		c.fail("%s is %q, which is none of %s", name, s, strings.Join(words, ", "))
	}
	*p = T(max(i, 0))
	c.done()
}

// wordsOf are the texts of the first n values of a type.
func wordsOf[T interface {
	~uint8
	String() string
}](n T) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = T(i).String()
	}
	return out
}

// flag is true or false.
func (c *coder) flag(name string, p *bool) {
	if !c.is(name, !*p) {
		return
	}
	if c.out != nil {
		c.out.WriteString("true")
		return
	}
	*p = c.in.bool()
	c.done()
}

// num is a whole number.
func num[T ~int | ~int32 | ~int64](c *coder, name string, p *T) {
	if !c.is(name, *p == 0) {
		return
	}
	if c.out != nil {
		c.int(int64(*p))
		return
	}
	n := c.in.int()
	if *p = T(n); int64(*p) != n {
		c.fail("%s is %d, which is too large", name, n)
	}
	c.done()
}

// seconds is a number that need not be whole, and not below zero.
func (c *coder) seconds(name string, p *float64) {
	if !c.is(name, *p == 0) {
		return
	}
	if c.out != nil {
		c.out.WriteString(strconv.FormatFloat(*p, 'g', -1, 64))
		return
	}
	n, err := strconv.ParseFloat(c.in.number(), 64)
	if err != nil || n < 0 || n > sumMax {
		c.fail("%s is no sensible number", name)
	}
	*p = n
	c.done()
}

// time is a moment.
func (c *coder) time(name string, p *time.Time) {
	if !c.is(name, p.IsZero() || !sane(*p)) {
		return
	}
	if c.out != nil {
		c.out.WriteByte('"')
		c.out.Write(p.UTC().AppendFormat(c.out.AvailableBuffer(), time.RFC3339Nano))
		c.out.WriteByte('"')
		return
	}
	t, err := time.Parse(time.RFC3339Nano, string(c.in.bytes()))
	if c.in.err == nil && (err != nil || !sane(t)) {
		c.fail("%s is no time between the years %d and %d", name, yearMin, yearMax)
	}
	*p = t.Local()
	c.done()
}

func sane(t time.Time) bool {
	y := t.UTC().Year()
	return yearMin <= y && y <= yearMax
}

// size is what something takes, as a list: bytes, bytes on disk, files, directories.
func (c *coder) size(name string, p *tree.Size) {
	if !c.is(name, *p == tree.Size{}) {
		return
	}
	four := []*int64{&p.Bytes, &p.Disk, &p.Files, &p.Dirs}
	if c.out != nil {
		for i, n := range four {
			c.out.WriteByte("[,,,"[i])
			c.int(min(max(*n, -sizeMax), sizeMax))
		}
		c.out.WriteByte(']')
		return
	}
	i := 0
	for ok := c.in.open('[', ']'); ok; ok = c.in.next(']') {
		n := c.in.int()
		if c.sizes += max(n, -n); n > sizeMax || n < -sizeMax || c.sizes > sumMax {
			c.fail("%s is larger than any disk", name)
		}
		if i < len(four) {
			*four[i] = n
		}
		i++
	}
	c.done()
}

// errNoReason is the error of what failed and has none in the file.
var errNoReason = errors.New("no reason was given")

// because is why something failed.
func (c *coder) because(name string, p *error) {
	s := ""
	if *p != nil {
		s = cmp.Or((*p).Error(), errNoReason.Error())
	}
	if c.say(name, &s); c.out == nil && s != "" {
		*p = errors.New(s)
	}
}

// strs is a list of texts as they are.
func (c *coder) strs(name string, p *[]string) { c.strings(name, p, c.redact) }

// says is a list of texts that people read.
func (c *coder) says(name string, p *[]string) { c.strings(name, p, c.clean) }

func (c *coder) strings(name string, p *[]string, clean func(string) string) {
	if !c.is(name, len(*p) == 0) {
		return
	}
	if c.out != nil {
		if !c.count(&c.texts, len(*p), textsMax, "texts in lists") {
			return
		}
		for i, s := range *p {
			if clean != nil {
				s = clean(s)
			}
			c.out.WriteByte("[,"[min(i, 1)])
			if s = bounded(s); utf8.ValidString(s) {
				c.quote(s)
				continue
			}
			c.out.WriteString(`{"b64":`)
			c.quote(base64.StdEncoding.EncodeToString([]byte(s)))
			c.out.WriteByte('}')
		}
		c.out.WriteByte(']')
		return
	}
	*p = nil
	for ok := c.in.open('[', ']'); ok; ok = c.in.next(']') {
		if !c.count(&c.texts, 1, textsMax, "texts in lists") {
			return
		}
		s := ""
		if c.in.peek() == '{' {
			object(c, &s, func(c *coder, s *string) {
				if c.is("b64", false) {
					*s = c.raw()
					c.done()
				}
			})
		} else {
			s = c.in.str()
		}
		*p = append(*p, s)
	}
	c.done()
}

// ints is a list of indexes or of other small numbers that are not negative.
func ints[T ~int32](c *coder, name string, p *[]T) {
	if !c.is(name, len(*p) == 0) {
		return
	}
	if c.out != nil {
		if !c.count(&c.indexes, len(*p), indexesMax, "numbers in lists") {
			return
		}
		for i, n := range *p {
			c.out.WriteByte("[,"[min(i, 1)])
			c.int(int64(n))
		}
		c.out.WriteByte(']')
		return
	}
	list := c.ints[:0] // it grows once for all lists
	for ok := c.in.open('[', ']'); ok; ok = c.in.next(']') {
		n := c.in.int()
		if n < 0 || int64(T(n)) != n {
			c.fail("%s has %d, which is nothing's number", name, n)
			return
		}
		if !c.count(&c.indexes, 1, indexesMax, "numbers in lists") {
			return
		}
		list = append(list, int32(n))
	}
	c.ints = list
	*p = make([]T, len(list))
	for i, n := range list {
		(*p)[i] = T(n)
	}
	c.done()
}

// int writes a number.
func (c *coder) int(n int64) { c.out.Write(strconv.AppendInt(c.out.AvailableBuffer(), n, 10)) }

// quote writes a string. What does not print is escaped: the file may be shown by whatever shows files.
func (c *coder) quote(s string) {
	w := c.out
	w.WriteByte('"')
	from := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= ' ' && b < 0x7f && b != '"' && b != '\\' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= 0x7f && unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			i += n
			continue
		}
		w.WriteString(s[from:i])
		switch {
		case b == '"' || b == '\\':
			w.WriteByte('\\')
			w.WriteByte(b)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(w, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(w, `\u%04x`, r) // of a byte that is not UTF-8: U+FFFD
		}
		i += n
		from = i
	}
	w.WriteString(s[from:])
	w.WriteByte('"')
}
