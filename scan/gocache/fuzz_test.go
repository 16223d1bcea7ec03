package gocache

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// FuzzAction: an action file that is read is put together again as it was, but for the case of its digits and the time in it, and
// is read under no other name; a name of an entry is that of one action or output.
func FuzzAction(f *testing.F) {
	id := strings.Repeat("0f", idSize)
	good := fmt.Sprintf("v1 %s %s %20d %20d\n", id, strings.Repeat("ab", idSize), 175, int64(1795000000000000000))
	f.Add([]byte(good), id+"-a", byte(0x0f))
	f.Add([]byte(strings.Replace(good, " 175 ", " -75 ", 1)), id+"-a", byte(0x0f))
	f.Add([]byte(strings.ToUpper(good[:80])+good[80:]), id+"-a", byte(0x0f))
	f.Add([]byte(strings.Replace(good, "                 175", "99999999999999999999", 1)), id+"-a", byte(0x0f))
	f.Add([]byte(good[:174]), strings.ToUpper(id)+"-d", byte(0x0f))
	f.Fuzz(func(t *testing.T, b []byte, name string, dir byte) {
		if c := classify(dir, name); c != classAlien && (len(name) != 2*idSize+2 || fmt.Sprintf("%02x%x-", dir, entryID(name))[2:] != name[:2*idSize+1] || name[:2] != fmt.Sprintf("%02x", dir)) {
			t.Fatalf("%q in %02x is %v", name, dir, c)
		}
		var self [idSize]byte
		if len(b) < 3+2*idSize {
			return
		}
		if _, err := hex.Decode(self[:], b[3:3+2*idSize]); err != nil {
			return
		}
		a, ok := parseAction(b, self)
		if !ok {
			return
		}
		again := fmt.Sprintf("v1 %x %x %20d %20d\n", self, a.output, a.size, 0)
		if c, ok := parseAction([]byte(again), self); !ok || c != a || a.size < 0 || !strings.EqualFold(string(b[:len("v1 ")+4*idSize+1]), again[:len("v1 ")+4*idSize+1]) {
			t.Fatalf("%q is read as %q", b, again)
		}
		self[idSize-1]++
		if _, ok := parseAction(b, self); ok {
			t.Fatalf("%q is read under another name", b)
		}
	})
}
