package tree

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A walk of many roots has few of them open at a time, and none when it has ended.
func TestManyRoots(t *testing.T) {
	top := t.TempDir()
	open := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	var cost Cost
	var roots []Root
	before, most := open(), 0
	for i := range 300 {
		dir := filepath.Join(top, strconv.Itoa(i))
		if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o777); err != nil {
			t.Fatal(err)
		}
		roots = append(roots, Root{dir, Place{Cost: &cost, Seen: func(*Stat, *Listing) { most = max(most, open()) }}})
	}
	res := Walk(t.Context(), roots, Options{Workers: 1})
	if cost.Size().Dirs != 900 || res.Unread != 0 {
		t.Errorf("%+v, %+v", cost.Size(), res)
	}
	if after := open(); most > before+20 || after > before {
		t.Errorf("%d descriptors before, up to %d at a time, %d after", before, most, after)
	}
}
