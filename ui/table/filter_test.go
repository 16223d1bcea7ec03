package table

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	f := NewFilter([]string{"github.com/Azure/sdk", "github.com/aws/sdk", "k8s.io/api", "Ünïcode"})
	for _, c := range []struct {
		words string
		order []int32
		want  []int32
	}{
		{"", nil, []int32{0, 1, 2, 3}},
		{"a", nil, []int32{0, 1, 2}},
		{"az", nil, []int32{0}},
		{"a", nil, []int32{0, 1, 2}},
		{"SDK", []int32{2, 1, 0}, []int32{1, 0}},
		{"aws|k8s", nil, []int32{1, 2}},
		{"aws|", nil, []int32{1}},
		{"|", nil, []int32{0, 1, 2, 3}},
		{"ünÏ", nil, []int32{3}},
		{"none", nil, []int32{}},
		{"nonex", nil, []int32{}},
		{"", []int32{3, 2}, []int32{3, 2}},
	} {
		if got := f.Apply(c.words, c.order); !slices.Equal(got, c.want) {
			t.Errorf("Apply(%q, %v) = %v, want %v", c.words, c.order, got, c.want)
		}
	}
	if f.Apply("k8s", nil); !f.Hit(2) || f.Hit(0) {
		t.Error("Hit")
	}
}

// TestNarrowingIsSearching types and deletes at random: reusing the last result must change nothing.
func TestNarrowingIsSearching(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	rows := make([]string, 300)
	for i := range rows {
		for range 8 {
			rows[i] += string("abc"[rnd.IntN(3)])
		}
	}
	f := NewFilter(rows)
	words := ""
	for range 2000 {
		if rnd.IntN(3) == 0 && words != "" {
			words = words[:len(words)-1]
		} else {
			words += string("abcAB|"[rnd.IntN(6)])
		}
		if len(words) > 9 {
			words = ""
		}
		want := NewFilter(rows).Apply(words, nil)
		if got := f.Apply(words, nil); !slices.Equal(got, want) {
			t.Fatalf("Apply(%q) = %v, want %v", words, got, want)
		}
		if words != "" && !strings.Contains(words, "|") {
			for _, i := range want {
				if !strings.Contains(rows[i], strings.ToLower(words)) {
					t.Fatalf("%q does not contain %q", rows[i], words)
				}
			}
		}
	}
}
