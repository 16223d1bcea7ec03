//go:build linux

package main

import (
	"cmp"
	"slices"
)

// An edit puts text before or behind a node, or takes an operator's place. Where several meet, what belongs to the outer node
// stands outside: edits are made in the order in which nodes are come to, outer ones first.
type edit struct {
	at     int  // byte offset
	cut    int  // bytes that go
	behind bool // it closes a node, which ends here
	order  int
	text   string
}

// apply makes all edits of a file.
func apply(text []byte, edits []edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		switch {
		case a.behind && b.behind:
			return cmp.Compare(b.order, a.order)
		case a.behind:
			return -1
		case b.behind:
			return 1
		}
		return cmp.Compare(a.order, b.order)
	})
	var out []byte
	from := 0
	for _, e := range edits {
		out = append(out, text[from:e.at]...)
		out = append(out, e.text...)
		from = e.at + e.cut
	}
	return append(out, text[from:]...)
}
