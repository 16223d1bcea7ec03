package sumdb

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// heads are the signed heads that lie here, the smallest first.
func (c *survey) heads() []tlog.Tree {
	heads := make([]tlog.Tree, 0, len(c.notes))
	for h := range c.notes {
		heads = append(heads, h)
	}
	slices.SortFunc(heads, byTree)
	return heads
}

func byTree(a, b tlog.Tree) int {
	return cmp.Or(cmp.Compare(a.N, b.N), strings.Compare(string(a.Hash[:]), string(b.Hash[:])))
}

func byHead(a, b Head) int { return byTree(a.Tree, b.Tree) }

// records judges the lookups: the hash of a record stands in a tile at the bottom of the tree.
func (c *survey) records(tiles []tlog.Tile) {
	bottom := map[int64]tlog.Tile{} // the widest true one of each place
	for _, t := range tiles {
		if t.L == 0 && c.book.proved[t] && t.W > bottom[t.N].W {
			bottom[t.N] = t
		}
	}
	for _, l := range c.lookups {
		t, ok := bottom[l.id/tileWidth]
		at := int(l.id % tileWidth)
		data, read := []byte(nil), false
		if ok && at < t.W {
			data, read = c.readTile(t)
		}
		switch {
		case read && entry(data, at) != l.hash:
			c.report.Damage = append(c.report.Damage, Damage{File: l.file, Kind: NotProved, Why: "it is not the record of the signed tree"})
		case l.odd != nil:
			c.report.Damage = append(c.report.Damage, Damage{File: l.file, Kind: OtherRecord, Why: firstLine(l.odd.Error())})
		case !read:
			c.report.Unproved++
		default:
			c.report.Proved++
		}
	}
}

// forks looks for signed heads that do not agree: two of one size, one that true tiles contradict, and such as the
// tiles compare, each with the next larger one.
func (c *survey) forks(heads []tlog.Tree) {
	head := func(t tlog.Tree) Head { return Head{Tree: t, Note: c.notes[t]} }
	for i := 1; i < len(heads); i++ {
		if c.db.forked(c.book, heads[i-1], heads[i]) {
			c.report.Err = c.db.fork(head(heads[i-1]), head(heads[i]))
			return
		}
	}
	for _, f := range c.book.forks {
		// Whose tiles they are is not written down: that of the largest other head is as good as any.
		for _, h := range slices.Backward(heads) {
			if h != f {
				older, newer := f, h
				if byTree(older, newer) > 0 {
					older, newer = newer, older
				}
				c.report.Err = c.db.fork(head(older), head(newer))
				return
			}
		}
	}
}
