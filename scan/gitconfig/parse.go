package gitconfig

import "strings"

// Parse reads the text of a settings file. fault is the line, from 1, that git refuses, and 0 where there is none; the
// entries are those before it. File is not set.
func Parse(text string) (entries []Entry, fault int) {
	p := &parser{text: strings.TrimPrefix(text, "\ufeff"), line: 1}
	for {
		c := p.next()
		switch {
		case c == 0 && p.ended:
			return p.entries, 0
		case c == '\n' || space(c):
		case c == '#' || c == ';':
			p.comment()
		case c == '[':
			if !p.header() {
				return p.entries, p.line
			}
		case letter(c):
			at := p.line
			if !p.variable(c) {
				return p.entries, at
			}
		default:
			return p.entries, p.line
		}
		if len(p.entries) >= entriesMax {
			return p.entries, 0
		}
	}
}

type parser struct {
	text  string
	at    int
	line  int // of the byte that comes next
	ended bool

	section, sub string
	entries      []Entry
}

// next gives the next byte, "\r\n" as "\n", and 0 at the end.
func (p *parser) next() byte {
	if p.at >= len(p.text) {
		p.ended = true
		return 0
	}
	c := p.text[p.at]
	p.at++
	if c == '\r' && p.at < len(p.text) && p.text[p.at] == '\n' {
		c = '\n'
		p.at++
	}
	if c == '\n' {
		p.line++
	}
	return c
}

// comment passes over the rest of a line.
func (p *parser) comment() {
	for c := p.next(); c != '\n' && !p.ended; c = p.next() {
	}
}

// header reads what stands behind "[" (config.c: get_base_var, get_extended_base_var).
func (p *parser) header() bool {
	var name strings.Builder
	for {
		c := p.next()
		switch {
		case p.ended:
			return false
		case c == ']':
			return p.begin(name.String(), "", false)
		case space(c):
			sub, ok := p.quoted()
			return ok && p.begin(name.String(), sub, true)
		case !letter(c) && !digit(c) && c != '-' && c != '.':
			return false
		}
		name.WriteByte(c)
	}
}

// begin begins a section. [section.sub] is the old way to write a subsection.
func (p *parser) begin(name, sub string, has bool) bool {
	if name == "" {
		return false
	}
	p.section, p.sub = strings.ToLower(name), sub
	if old, rest, ok := strings.Cut(p.section, "."); ok && !has {
		p.section, p.sub = old, rest
	}
	return true
}

// quoted reads the rest of a header with a subsection: white space, the name in quotes, "]".
func (p *parser) quoted() (string, bool) {
	c := p.next()
	for space(c) {
		c = p.next()
	}
	if c != '"' {
		return "", false
	}
	var b strings.Builder
	for {
		switch c = p.next(); {
		case p.ended, c == '\n':
			return "", false
		case c == '"':
			return b.String(), p.next() == ']'
		case c == '\\':
			if c = p.next(); c == '\n' || p.ended {
				return "", false
			}
		}
		b.WriteByte(c)
	}
}

// variable reads a key, which begins with first, and its value (config.c: get_value).
func (p *parser) variable(first byte) bool {
	e := Entry{Section: p.section, Sub: p.sub, Line: p.line}
	key := []byte{first}
	c := p.next()
	for ; letter(c) || digit(c) || c == '-'; c = p.next() {
		key = append(key, c)
	}
	e.Key = strings.ToLower(string(key))
	for c == ' ' || c == '\t' {
		c = p.next()
	}
	switch {
	case c == '\n' || p.ended:
		e.Bare = true
	case c == '=':
		var ok bool
		if e.Value, ok = p.value(); !ok {
			return false
		}
	default:
		return false
	}
	p.entries = append(p.entries, e)
	return true
}

// value reads what stands behind "=" (config.c: parse_value). White space at the ends is left out unless it is quoted.
func (p *parser) value() (string, bool) {
	var b []byte
	quote, keep := false, 0 // keep: what must not be trimmed
	for {
		c := p.next()
		switch {
		case p.ended, c == '\n':
			if quote {
				return "", false
			}
			return string(b[:keep]), true
		case (c == '#' || c == ';') && !quote:
			p.comment()
			return string(b[:keep]), true
		case space(c) && !quote:
			if len(b) > 0 {
				b = append(b, c)
			}
			continue
		case c == '"':
			quote = !quote
			keep = len(b)
			continue
		case c == '\\':
			keep = len(b)
			switch c = p.next(); c {
			case '\n':
				continue
			case 't':
				c = '\t'
			case 'b':
				c = '\b'
			case 'n':
				c = '\n'
			case '\\', '"':
			default:
				return "", false
			}
		}
		b = append(b, c)
		keep = len(b)
	}
}

func space(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'
}
func digit(c byte) bool  { return c >= '0' && c <= '9' }
func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
