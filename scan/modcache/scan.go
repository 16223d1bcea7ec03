package modcache

import (
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"

	"godoctor/scan/tree"
)

// A Scan collects what a walk finds in one module cache. Its methods may be called from many goroutines.
type Scan struct {
	root   string
	fast   bool                  // extracted directories are not read: see Estimate
	stores [numStores]*tree.Cost // what belongs to a store but to no version
	clones atomic.Int64
	paths  sync.Map // escaped module path that is not plain to what it means, "" for nothing: each is met twice

	mu       sync.Mutex
	versions map[module.Version]*version
	sorted   []*version // of versions; nil when one was added since
	spare    []version  // made many at a time
	items    [numStores][]*item
	counts   [numStores]int64
}

// item is a leftover or alien entry with its account.
type item struct {
	rel, what string
	cost      tree.Cost
}

// New prepares the scan of the module cache at root, an absolute path. With fast set extracted
// directories are looked at from outside only, and Estimate has to follow the walk.
func New(root string, fast bool) *Scan {
	s := &Scan{root: root, fast: fast, versions: make(map[module.Version]*version)}
	for i := range s.stores {
		s.stores[i] = &tree.Cost{Rank: i}
	}
	return s
}

// Place is the meaning of the root, for the walk.
func (s *Scan) Place() tree.Place {
	return tree.Place{Cost: s.stores[Sources], Watch: topWatch{s}}
}

// version finds or makes the entry of a module version, given its names and the same escaped.
func (s *Scan) version(path, v, escPath, escVersion string) *version {
	key := module.Version{Path: path, Version: v}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.versions[key]
	if e == nil {
		if len(s.spare) == 0 {
			s.spare = make([]version, 32)
		}
		e, s.spare = &s.spare[0], s.spare[1:]
		s.fill(e, path, v, escPath, escVersion)
		s.versions[key] = e
		s.sorted = nil
	}
	return e
}

// item makes an account for an entry that belongs to no version. Beyond itemMax they share one.
func (s *Scan) item(st Store, rel, what string) *tree.Cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[st]++
	if len(s.items[st]) >= itemMax {
		return s.stores[st]
	}
	it := &item{rel: rel, what: what, cost: tree.Cost{Rank: int(st), Key: rel}}
	s.items[st] = append(s.items[st], it)
	return &it.cost
}

func (s *Scan) alienDir(rel, what string) tree.Place {
	return tree.Place{Cost: s.item(Alien, rel, what)}
}

func (s *Scan) alien(rel, what string, e *tree.Entry) *tree.Cost {
	if e.Kind != tree.File {
		what = e.Kind.String() + ", " + what
	}
	return s.item(Alien, rel, what)
}

// unescape is unescapePath, remembered.
func (s *Scan) unescape(escaped string) (string, bool) {
	if plainPath(escaped) {
		return escaped, true
	}
	if p, ok := s.paths.Load(escaped); ok {
		return p.(string), p != ""
	}
	p, ok := unescapePath(escaped)
	if !ok {
		p = ""
	}
	s.paths.Store(escaped, p)
	return p, ok
}
