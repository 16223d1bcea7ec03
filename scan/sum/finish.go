package sum

import (
	"fmt"
	"slices"
	"strings"
)

// finish makes the result of a job whose tasks all ended.
func (k *work) finish(opt *Options) *Result {
	r := &Result{Job: k.index}
	if k.job.hasZip() {
		r.Zip = k.hashedZip(opt)
	}
	if k.job.Dir != "" {
		r.Dir = k.hashedDir(opt)
	}
	if k.central != nil && k.listing != nil {
		c := &comparison{work: k, max: opt.Changes}
		c.run()
		r.Changes, r.Changed = c.changes, c.count
		r.Same = c.count == 0 && r.Zip.Err == nil && r.Dir.Err == nil
	}
	return r
}

func (k *work) hashedZip(opt *Options) *Hashed {
	h := &Hashed{Err: k.zip.err}
	if k.central == nil {
		return h
	}
	h.fill(k, &k.zip, opt, k.central.name, func(i int) int64 { return int64(k.central.entries[i].size) })
	return h
}

func (k *work) hashedDir(opt *Options) *Hashed {
	h := &Hashed{Err: k.dir.err}
	l := k.listing
	if l == nil {
		return h
	}
	h.Left, h.Odds, h.Faulty = l.left, len(l.odds), len(l.faults)
	h.Odd = slices.Clone(l.odds[:min(len(l.odds), opt.Changes)])
	h.Faults = slices.Clone(l.faults)
	h.fill(k, &k.dir, opt, func(i int) string { return l.names[i] }, func(i int) int64 { return k.dir.sizes[i] })
	if k.stats && h.H1 != "" && h.Left == 0 {
		h.Entries = k.seen()
	}
	return h
}

// fill adds up the files, of which name and size tell.
func (h *Hashed) fill(k *work, s *side, opt *Options, name func(int) string, size func(int) int64) {
	text, n := newSummary(k.job.prefix()), 0
	for i, sum := range s.sums {
		if err := s.fault(i); err != nil {
			h.Faulty++
			if n++; n <= opt.Changes {
				h.Faults = append(h.Faults, Fault{strings.Clone(name(i)), err})
			}
			continue
		}
		h.Files++
		h.Bytes += size(i)
		text.line(sum, name(i))
		if opt.Files {
			h.Contents = append(h.Contents, File{strings.Clone(name(i)), size(i), sum})
		}
	}
	slices.SortFunc(h.Faults, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	h.Faults = slices.Clip(h.Faults[:min(len(h.Faults), opt.Changes)])
	switch {
	case h.Faulty > 0:
		h.Err = fmt.Errorf("%q: %w", h.Faults[0].Name, h.Faults[0].Err)
	case h.Odds > 0:
		h.Err = fmt.Errorf("%q: %w", h.Odd[0].Name, ErrOdd)
	default:
		h.H1 = text.h1()
		return
	}
	h.Rest = text.h1()
}

// A comparison finds the changes: it walks through the names of the zip, of the files of the directory, and of what is
// odd in that, all of which are sorted.
type comparison struct {
	*work
	changes []Change
	count   int
	max     int
}

func (c *comparison) add(name string, kind Kind, zipSize, dirSize int64) *Change {
	c.count++
	if len(c.changes) >= c.max {
		return new(Change)
	}
	c.changes = append(c.changes, Change{strings.Clone(name), kind, zipSize, dirSize, false})
	return &c.changes[len(c.changes)-1]
}

func (c *comparison) run() {
	files, odds := c.listing.names, c.listing.odds
	j, o := 0, 0
	for i := range c.central.entries {
		name := c.central.name(i)
		for j < len(files) && files[j] < name || o < len(odds) && odds[o].Name < name {
			j, o = c.extra(j, o)
		}
		size := int64(c.central.entries[i].size)
		switch {
		case c.match[i] >= 0:
			c.matched(i, j)
			j++
		case o < len(odds) && odds[o].Name == name:
			c.add(name, Replaced, size, -1)
			o++
		case c.unread(name):
			c.add(name, Unknown, size, -1)
		default:
			c.add(name, Missing, size, -1)
		}
	}
	for j < len(files) || o < len(odds) {
		j, o = c.extra(j, o)
	}
}

// extra adds what is next in the directory and not in the zip.
func (c *comparison) extra(j, o int) (int, int) {
	files, odds := c.listing.names, c.listing.odds
	if j < len(files) && (o == len(odds) || files[j] < odds[o].Name) {
		c.add(files[j], Extra, -1, c.dir.sizes[j])
		return j + 1, o
	}
	c.add(odds[o].Name, Added, -1, -1)
	return j, o + 1
}

// matched adds a file that is in both, if it is not the same.
func (c *comparison) matched(i, j int) {
	name, size := c.central.name(i), int64(c.central.entries[i].size)
	switch {
	case c.zip.fault(i) != nil || c.dir.fault(j) != nil:
		c.add(name, Unknown, size, c.dir.sizes[j])
	case c.state[i] != same:
		c.add(name, Modified, size, c.dir.sizes[j]).Zeros = c.state[i] == zeroed
	}
}

// unread reports whether a name lies in a directory that could not be read.
func (c *comparison) unread(name string) bool {
	faults := c.listing.faults
	i, _ := slices.BinarySearchFunc(faults, name, func(f Fault, name string) int { return strings.Compare(f.Name, name) })
	return i > 0 && strings.HasPrefix(name, faults[i-1].Name)
}
