package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// deepest bounds how far tables, arrays and the parts of a key may be nested. No setting needs three levels, and the time that
// the parser takes grows with the cube of the depth: 64 KiB of "a.a.a..." would keep it busy for a minute.
const deepest = 16

// A document is a file in TOML that has been parsed, and whose values have not been looked at yet.
type document struct {
	meta toml.MetaData
	top  map[string]toml.Primitive
}

// parseDocument parses a file. Where it fails it says in which line, from 1, or 0 where that is not known.
func parseDocument(text string) (d *document, line int, err error) {
	if line := tooDeep(text); line > 0 {
		return nil, line, fmt.Errorf("more than %d levels of tables, arrays or parts of a key", deepest)
	}
	d = new(document)
	d.meta, err = toml.Decode(text, &d.top)
	var p toml.ParseError
	if errors.As(err, &p) {
		return nil, p.Position.Line, errors.New(p.Message)
	}
	return d, 0, err
}

// tooDeep gives the first line in which something is nested too deep, or 0. Strings and comments are passed over; where it
// takes for a string what the parser does not, the parser ends with an error there.
func tooDeep(text string) int {
	line, depth, parts := 1, 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			line, parts = line+1, 0
		case '=', ',':
			parts = 0
		case '#':
			i += len(rest(text[i:])) - 1
		case '"', '\'':
			n := quoted(text[i:])
			line += strings.Count(text[i:i+n], "\n")
			i += n - 1
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			parts++
		}
		if depth > deepest || parts >= deepest {
			return line
		}
	}
	return 0
}

// rest is the rest of a line, without its end.
func rest(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// quoted is the length of the string at the beginning of s, as far as it goes.
func quoted(s string) int {
	quote, lines := s[:1], strings.HasPrefix(s, strings.Repeat(s[:1], 3))
	if lines {
		quote = s[:3]
	}
	for i := len(quote); i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], quote):
			return i + len(quote)
		case s[i] == '\\' && quote[0] == '"':
			i++
		case s[i] == '\n' && !lines:
			return i
		}
	}
	return len(s)
}

// get is the value of a key as TOML has it.
func (d *document) get(key toml.Key) (v any) {
	if p, ok := d.find(key); ok {
		_ = d.meta.PrimitiveDecode(p, &v) // into any everything fits
	}
	return v
}

// into reads the value of a key at the top into what is pointed to.
func (d *document) into(key string, v any) error { return d.meta.PrimitiveDecode(d.top[key], v) }

func (d *document) find(key toml.Key) (p toml.Primitive, ok bool) {
	in := d.top
	for i, k := range key {
		if p, ok = in[k]; !ok || i == len(key)-1 {
			return p, ok
		}
		in = nil
		if err := d.meta.PrimitiveDecode(p, &in); err != nil {
			return p, false // no table
		}
	}
	return p, false
}

// A refusal is a type that no value fits. The error says where the value stands, which the parser knows and does not tell.
type refusal struct{}

var errRefused = errors.New("refused")

func (*refusal) UnmarshalTOML(any) error { return errRefused }

// line is where the value of a key stands, from 1; 0 where that is not known.
func (d *document) line(key ...string) int {
	p, ok := d.find(key)
	if !ok {
		return 0
	}
	var at toml.ParseError
	if err := d.meta.PrimitiveDecode(p, new(refusal)); errors.As(err, &at) {
		return at.Position.Line
	}
	return 0
}
