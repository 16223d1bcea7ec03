package state

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Evidence is kept once, as it came, whatever its names are.
func TestSaveEvidence(t *testing.T) {
	h := HomeIn(t.TempDir())
	list := []Piece{{"/lookup/../../x", []byte("go.sum database tree\n1\n")}, {"/latest", []byte("go.sum database tree\n2\n")}}
	dir, err := h.SaveEvidence("sum.example.org forked", list, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.SaveEvidence("sum.example.org forked", list, time.Now())
	if err != nil || again != dir {
		t.Errorf("%q, %v; was %q", again, err, dir)
	}
	for i, name := range []string{"01", "02"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != string(list[i].Data) {
			t.Errorf("%q, %v", b, err)
		}
	}
	if other, _ := h.SaveEvidence("x", list[:1], time.Now()); other == dir {
		t.Error("other evidence has the same place")
	}
	if dir, err := Home("").SaveEvidence("x", list, time.Now()); dir != "" || err != nil {
		t.Error(dir, err)
	}
}
