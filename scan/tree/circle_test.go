package tree

import (
	"encoding/binary"
	"testing"
)

// A damaged index whose record leads to itself, or to a later one, has no more listings than records.
func TestIndexCircle(t *testing.T) {
	b := appendListing(nil, &Listing{Dirs: []string{"a", "b"}})
	b = binary.AppendUvarint(b, 2)
	for name, place := range map[string]uint64{"a": 1, "b": 2} {
		b = appendString(b, name)
		b = binary.AppendUvarint(b, place)
	}
	x := &Index{Root: "/r", sealed: &sealed{raw: string(b), top: 1, count: 1}}
	n := 0
	x.Listings(func(rel string, l *Listing) bool {
		if n++; rel != "" || len(l.Dirs) != 2 {
			t.Errorf("%q: %+v", rel, l)
		}
		return true
	})
	if n != 1 || x.Listing("a") != nil || x.Listing("a/a/a") != nil || x.Listing("b") != nil || x.Listing("") == nil {
		t.Errorf("%d listings, %v", n, x.Listing("a"))
	}
}
