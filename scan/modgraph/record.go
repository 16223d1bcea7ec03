package modgraph

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/module"
)

// A Record is what a Cache has read, as data: a Cache that is made of it computes the same graphs, on another machine too.
type Record struct {
	Names []module.Version // sorted, each once. A directory that replaces a module has an absolute path and no version
	Said  []Said           // sorted by Name
}

// A Said is what one go.mod file says about requirements.
type Said struct {
	Name    int32   // index into Record.Names
	Go      string  // its go line
	Require []int32 // likewise, in the order of the file
	Err     string  // why it could not be had; "": it was read
}

// Record gives what was read so far.
func (c *Cache) Record() *Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	used := make(map[*node]int32)
	var read []*node
	for _, n := range c.nodes {
		s := n.said.Load()
		if s == nil {
			continue
		}
		read = append(read, n)
		used[n] = 0
		for _, r := range s.require {
			used[r] = 0
		}
	}
	all := make([]*node, 0, len(used))
	for n := range used {
		all = append(all, n)
	}
	byName := func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Version.Version, b.Version.Version))
	}
	slices.SortFunc(all, byName)
	slices.SortFunc(read, byName)
	r := &Record{Names: make([]module.Version, len(all)), Said: make([]Said, 0, len(read))}
	for i, n := range all {
		r.Names[i], used[n] = n.Version, int32(i)
	}
	for _, n := range read {
		s := n.said.Load()
		said := Said{Name: used[n], Go: s.goLine}
		if s.err != nil {
			said.Err = cmp.Or(s.err.Error(), "no reason was given")
		}
		for _, q := range s.require {
			said.Require = append(said.Require, used[q])
		}
		r.Said = append(r.Said, said)
	}
	return r
}

// errNotRecorded is the answer of a Cache that is made of a Record to what that does not have.
var errNotRecorded = errors.New("its go.mod file was not looked at when this was recorded")

// NewCacheOf makes a cache that knows what a record says, and reads nothing. An index that leads nowhere is an error.
func NewCacheOf(r *Record) (*Cache, error) {
	c := NewCacheFunc(func(module.Version) ([]byte, error) { return nil, errNotRecorded })
	names := c.intern(r.Names)
	for i := range r.Said {
		said := &r.Said[i]
		s := &summary{goLine: said.Go, pruning: pruningOf(said.Go), require: make([]*node, len(said.Require))}
		if said.Err != "" {
			s = &summary{err: errors.New(said.Err), require: s.require}
		}
		for j, q := range said.Require {
			if q < 0 || int(q) >= len(names) {
				return nil, fmt.Errorf("a requirement leads to name %d of %d", q, len(names))
			}
			s.require[j] = names[q]
		}
		if said.Name < 0 || int(said.Name) >= len(names) {
			return nil, fmt.Errorf("a go.mod file is that of name %d of %d", said.Name, len(names))
		}
		names[said.Name].said.Store(s)
	}
	return c, nil
}

// Absolute gives replace lines with the directories in them absolute, as seen from dir.
func Absolute(dir string, list []Replace) []Replace {
	if len(list) == 0 {
		return nil
	}
	out := make([]Replace, len(list))
	for i, r := range list {
		out[i] = Replace{r.Old, r.target(dir)}
	}
	return out
}
