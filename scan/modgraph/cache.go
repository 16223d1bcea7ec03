package modgraph

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
	"godoctor/scan/regular"
)

// A Cache holds what go.mod files of module versions say, each read and parsed once. It may be used by
// many goroutines at once.
type Cache struct {
	read func(module.Version) ([]byte, error)

	mu    sync.Mutex
	nodes map[module.Version]*node
	paths map[string]int32
}

// A node is a module version, or a directory that replaces one (then Path is absolute and Version empty).
// Nodes are compared by address: two of one cache are the same version exactly when they are the same node.
type node struct {
	module.Version
	id   int32 // counts up from 0
	path int32 // the same for all versions of a path

	once sync.Once
	said atomic.Pointer[summary] // nil until it was read
}

// A summary is what a go.mod file says about requirements.
type summary struct {
	goLine  string
	pruning pruning
	require []*node
	err     error
}

// NewCache makes a cache over a module cache directory: it reads cache/download/$E/@v/$V.mod, where the go
// command keeps them, and go.mod in directories that replace modules.
func NewCache(modCache string) *Cache {
	return NewCacheFunc(func(m module.Version) ([]byte, error) {
		name, err := ModFile(modCache, m)
		if err != nil {
			return nil, err
		}
		return regular.ReadFile(name, gomod.Limit)
	})
}

// NewCacheFunc makes a cache that reads by a function, which is called once for each version, by several
// goroutines at once, and must not keep the module version. For a directory Version is empty.
func NewCacheFunc(read func(module.Version) ([]byte, error)) *Cache {
	return &Cache{read: read, nodes: make(map[module.Version]*node), paths: make(map[string]int32)}
}

// errNoCache is the answer where there is no module cache to look into.
var errNoCache = errors.New("there is no module cache")

// ModFile is where the go.mod file of a module version is kept (modfetch.CachePath), or that of a directory.
func ModFile(modCache string, m module.Version) (string, error) {
	if m.Version == "" {
		return filepath.Join(m.Path, "go.mod"), nil
	}
	if modCache == "" {
		return "", errNoCache
	}
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return "", err
	}
	return filepath.Join(modCache, "cache", "download", filepath.FromSlash(path), "@v", version+".mod"), nil
}

// Size is how many module versions and directories the cache knows the names of.
func (c *Cache) Size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.nodes)
}

// intern gives the nodes of versions.
func (c *Cache) intern(list []module.Version) []*node {
	out := make([]*node, len(list))
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, m := range list {
		out[i] = c.node(m)
	}
	return out
}

// one gives the node of a version.
func (c *Cache) one(m module.Version) *node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.node(m)
}

// node finds or makes a node; the cache is locked.
func (c *Cache) node(m module.Version) *node {
	n := c.nodes[m]
	if n == nil {
		p, ok := c.paths[m.Path]
		if !ok {
			p = int32(len(c.paths))
			c.paths[m.Path] = p
		}
		n = &node{Version: m, id: int32(len(c.nodes)), path: p}
		c.nodes[m] = n
	}
	return n
}

// summary reads what a version's go.mod file says, once.
func (c *Cache) summary(n *node) *summary {
	if s := n.said.Load(); s != nil {
		return s
	}
	n.once.Do(func() { n.said.Store(c.parse(n.Version)) })
	return n.said.Load()
}

// parse reads and parses one go.mod file as go does that of a dependency: what a dependency may not say
// (replace, exclude) and what this Go does not know is passed over.
func (c *Cache) parse(m module.Version) *summary {
	data, err := c.read(m)
	if err != nil {
		return &summary{err: err}
	}
	f, err := gomod.ParseLax("go.mod", data, nil)
	if err != nil {
		return &summary{err: fmt.Errorf("parsing the go.mod file of %s: %w", m, err)}
	}
	s := &summary{}
	if f.Go != nil {
		s.goLine, s.pruning = strings.Clone(f.Go.Version), pruningOf(f.Go.Version)
	}
	list := make([]module.Version, 0, len(f.Require))
	for _, r := range f.Require {
		list = append(list, r.Mod)
	}
	s.require = c.intern(list)
	return s
}
