package table

import (
	"slices"
	"testing"
)

// overview is the table of the first screen: in a narrow window the bar goes first, then the items,
// then the age, never size, state and name.
func overview() *Columns {
	return NewColumns(
		Column{Title: "STORE", Width: 12, Flex: 1, Middle: true},
		Column{Title: "SIZE", Width: 8, Right: true},
		Column{Title: "BAR", Width: 16, Drop: 3},
		Column{Title: "ITEMS", Width: 5, Right: true, Drop: 2},
		Column{Title: "USED", Width: 5, Right: true, Drop: 1},
		Column{Title: "STATE", Width: 8},
	)
}

func TestColumnsDropByPriority(t *testing.T) {
	c := overview()
	for _, x := range []struct {
		width int
		want  []int
	}{
		{80, []int{28, 8, 16, 5, 5, 8}},
		{64, []int{12, 8, 16, 5, 5, 8}},
		{63, []int{29, 8, 0, 5, 5, 8}},
		{46, []int{12, 8, 0, 5, 5, 8}},
		{45, []int{18, 8, 0, 0, 5, 8}},
		{39, []int{12, 8, 0, 0, 5, 8}},
		{38, []int{18, 8, 0, 0, 0, 8}},
		{32, []int{12, 8, 0, 0, 0, 8}},
		{25, []int{5, 8, 0, 0, 0, 8}},
		{10, []int{1, 8, 0, 0, 0, 8}},
		{0, []int{1, 8, 0, 0, 0, 8}},
	} {
		if got := c.Widths(x.width); !slices.Equal(got, x.want) {
			t.Errorf("Widths(%d) = %v, want %v", x.width, got, x.want)
		}
	}
}

func TestColumnsShareWhatIsLeft(t *testing.T) {
	c := NewColumns(Column{Width: 2, Flex: 1}, Column{Width: 3}, Column{Width: 2, Flex: 2})
	for width, want := range map[int][]int{11: {2, 3, 2}, 14: {3, 3, 4}, 15: {3, 3, 5}, 21: {5, 3, 9}, 9: {2, 3, 1}, 8: {1, 3, 1}} {
		if got := c.Widths(width); !slices.Equal(got, want) {
			t.Errorf("Widths(%d) = %v, want %v", width, got, want)
		}
	}
}

func TestColumnsRow(t *testing.T) {
	c := overview()
	cells := []string{"cloud.google.com/go/compute", "1.21 GiB", "[###  ]", "9", "3 d", "IN USE"}
	for _, x := range []struct {
		width int
		want  string
	}{
		{64, "..go/compute  1.21 GiB  [###  ]               9    3 d  IN USE  "},
		{46, "..go/compute  1.21 GiB      9    3 d  IN USE  "},
		{32, "..go/compute  1.21 GiB  IN USE  "},
		{8, "…  1.21…"},
		{1, "…"},
		{0, ""},
	} {
		got := c.Row(x.width, cells...)
		if got != x.want {
			t.Errorf("Row(%d) = %q, want %q", x.width, got, x.want)
		}
	}
	if got, want := c.Header(32), "STORE             SIZE  STATE   "; got != want {
		t.Errorf("Header = %q, want %q", got, want)
	}
	if got, want := c.Row(32, "x"), "x                               "; got != want {
		t.Errorf("Row with missing cells = %q, want %q", got, want)
	}
	if got := NewColumns().Row(3); got != "   " {
		t.Errorf("Row of no columns = %q", got)
	}
}
