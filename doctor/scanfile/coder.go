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
	resolved   bool                           // where it writes: directories in replacements are absolute already
	separate   string                         // between the elements of a path, on the machine that was looked at
	counts
	err error // where it writes
}

// counts are how much there is in the file so far of what has a limit.
type counts struct {
	sizes    int64 // read: the sum of all
	indexes  int
	sumLines int
	texts    int            // in lists
	all      int            // objects in lists
	elements map[string]int // likewise, by the name of the list
}

// count counts so many more of something, and fails where that is too many.
func (c *coder) count(n *int, more, most int, what string) bool {
	if *n += more; *n > most {
		c.fail("there are more than %d %s, and a saved scan has no more", most, what)
		return false
	}
	return true
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
		if !c.element(name, len(*p), most) {
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
		if !c.element(name, 1, most) {
			return
		}
		var zero T
		*p = append(*p, zero)
		value(c, &(*p)[len(*p)-1])
	}
	c.done()
}

// element counts elements of a list.
func (c *coder) element(name string, more, most int) bool {
	n := c.elements[name]
	if !c.count(&n, more, most, name) || !c.count(&c.all, more, allMax, "objects in lists") {
		return false
	}
	c.elements[name] = n
	return true
}
