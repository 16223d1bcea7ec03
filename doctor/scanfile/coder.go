package scanfile

import (
	"bufio"
	"cmp"
	"fmt"

	"golang.org/x/mod/module"

	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

// A coder writes values as JSON, or reads them. The fields of a type are listed once, by a function for both: where it
// writes, each call of a method writes a field, and where it reads, the call that has the name of the field which comes
// next takes that. So the two cannot say different things, fields may come in any order, and one that nobody knows is
// passed over.
//
// A zero value is left out. A string that is not UTF-8 is written as its bytes in base64 too, as NAME_b64; in a list it is
// an object with b64.
type coder struct {
	out   *bufio.Writer // nil: it reads
	first bool          // nothing was written into this object yet
	in    *reader
	key   string // of the field that comes next
	open  bool   // there is one
	hit   bool   // it was taken

	names      []module.Version
	numbers    map[module.Version]int32       // where it writes: their places
	collects   bool                           // they are collected, and what is written counts for nothing
	sumNumbers map[*project.Sum]int32         // where it writes: of lines of go.sum files
	lines      []*project.Sum                 // where it reads: the lines by their numbers
	parts      map[string]modcache.Parts      // where it reads: by their words
	ints       []int32                        // where it reads: room for a list
	clean      func(string) string            // of text that people read
	setting    func(key, value string) string // of values of settings
	redact     func(string) string            // of all text; nil: nothing
	separate   string                         // between the elements of a path, on the machine that was looked at
	sizes      int64                          // of everything read so far
	indexes    int                            // likewise
	texts      int                            // likewise
	elements   map[string]int                 // likewise, by the name of the list
	all        int                            // likewise, together
	err        error                          // where it writes
}

// fail notes what is wrong with what is read or written.
func (c *coder) fail(format string, args ...any) {
	c.open = false
	if c.out == nil {
		c.in.fail(format, args...)
		return
	}
	c.err = cmp.Or(c.err, fmt.Errorf(format, args...))
}

// is begins a field, or reports whether it is the one that comes next. zero says that there is nothing to write.
func (c *coder) is(name string, zero bool) bool {
	if c.out == nil {
		if !c.open || c.key != name {
			return false
		}
		c.hit = true
		return true
	}
	if !zero {
		if !c.first {
			c.out.WriteByte(',')
		}
		c.first = false
		c.out.WriteByte('"')
		c.out.WriteString(name)
		c.out.WriteString(`":`)
	}
	return !zero
}

// done ends a field that was read.
func (c *coder) done() {
	if c.out == nil {
		c.follow(c.in.err == nil && c.in.next('}'))
	}
}

// follow takes the name of the field that comes next, if there is one.
func (c *coder) follow(more bool) {
	if c.open = more && c.in.err == nil; !c.open {
		return
	}
	c.key = c.in.word()
	c.open = c.in.take(':')
}

// object writes or reads the fields of p.
func object[T any](c *coder, p *T, fields func(*coder, *T)) {
	if c.out != nil {
		first := c.first
		c.first = true
		c.out.WriteByte('{')
		fields(c, p)
		c.out.WriteByte('}')
		c.first = first
		return
	}
	key, hit := c.key, c.hit
	c.follow(c.in.open('{', '}'))
	remaining(c, p, fields)
	c.key, c.hit, c.open = key, hit, c.in.err == nil
}

// remaining reads the fields of p from the one that comes next on.
func remaining[T any](c *coder, p *T, fields func(*coder, *T)) {
	for c.open {
		c.hit = false
		if fields(c, p); c.open && !c.hit {
			c.in.skip()
			c.done()
		}
	}
}

// part is a field that is an object.
func part[T any](c *coder, name string, p *T, fields func(*coder, *T)) {
	if c.is(name, false) {
		object(c, p, fields)
		c.done()
	}
}

// maybe is a field that is an object, and left out where there is none.
func maybe[T any](c *coder, name string, p **T, fields func(*coder, *T)) {
	if c.is(name, *p == nil) {
		if c.out == nil {
			*p = new(T)
		}
		object(c, *p, fields)
		c.done()
	}
}

// list is a field that is a list of objects. There are at most so many in the file under that name and limit.
func list[T any](c *coder, name string, most int, p *[]T, fields func(*coder, *T)) {
	each(c, name, most, p, func(c *coder, v *T) { object(c, v, fields) })
}

// each is a field that is a list.
func each[T any](c *coder, name string, most int, p *[]T, value func(*coder, *T)) {
	if !c.is(name, len(*p) == 0) {
		return
	}
	if c.out != nil {
		if c.elements[name] += len(*p); c.elements[name] > most {
			c.fail("there are %d %s, and a saved scan holds at most %d", c.elements[name], name, most)
			return
		}
		c.out.WriteByte('[')
		for i := range *p {
			if i > 0 {
				c.out.WriteByte(',')
			}
			c.out.WriteByte('\n')
			value(c, &(*p)[i])
		}
		c.out.WriteByte(']')
		return
	}
	*p = nil
	for ok := c.in.open('[', ']'); ok; ok = c.in.next(']') {
		c.elements[name]++
		if c.all++; c.elements[name] > most || c.all > allMax {
			c.fail("there are more than %d %s, or %d things in all lists", most, name, allMax)
			return
		}
		var zero T
		*p = append(*p, zero)
		value(c, &(*p)[len(*p)-1])
	}
	c.done()
}
