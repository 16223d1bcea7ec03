package modgraph

import (
	"slices"

	"golang.org/x/mod/module"
)

// A Link is one step of the way from a main module to a version: By requires To. By is the zero Version where a
// main module does, and then Main says which.
type Link struct {
	Main int // index into Input.Mains
	By   module.Version
	To   module.Version
	Over module.Version // what replaces To; the zero Version where nothing does
}

// Why gives the shortest way over requirements from a main module to a version, replaced ones included: the proof
// that the graph names it. It is nil where the graph does not. Among equally short ways the first by name counts.
func (c *Cache) Why(in *Input, target module.Version) []Link {
	l := c.newLoader(in)
	defer l.scratch.release()
	l.resolve()
	from := make(map[*node]Link)
	var queue []*node
	reach := func(link Link, list []*node) {
		for _, n := range list {
			if _, ok := from[n]; !ok {
				link.To = n.Version
				from[n] = link
				queue = append(queue, n)
			}
		}
	}
	for i, m := range l.members {
		reach(Link{Main: i}, l.kept(m.require))
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n.Version == target || l.actual(n).Version == target {
			return chain(from, l, n)
		}
		if s := l.summary(l.actual(n)); s.err == nil && l.of(n).read == l.whole {
			reach(Link{Main: -1, By: n.Version}, l.kept(s.require))
		}
	}
	return nil
}

// chain follows links back to a main module.
func chain(from map[*node]Link, l *loader, n *node) []Link {
	var out []Link
	for {
		link := from[n]
		if a := l.actual(n); a != n {
			link.Over = a.Version
		}
		out = append(out, link)
		if link.Main >= 0 {
			slices.Reverse(out)
			return out
		}
		n = l.one(link.By)
	}
}
