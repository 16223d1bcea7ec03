package treemap

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// check insists on what holds of every layout: the fields cover the rectangle exactly, stand for each size that is
// something once, come largest first, and are none too small where the rectangle has room for one.
func check(t testing.TB, sizes []int64, in Rect, minW, minH int) []Field {
	t.Helper()
	fields := Layout(sizes, in, minW, minH)
	want := 0
	for _, s := range sizes {
		if s > 0 {
			want++
		}
	}
	if want == 0 || in.W <= 0 || in.H <= 0 {
		if fields != nil {
			t.Fatalf("%v in %v: %v, want none", sizes, in, fields)
		}
		return nil
	}
	area, items, seen := 0, 0, map[int]bool{}
	for i, f := range fields {
		if f.W <= 0 || f.H <= 0 || f.X < in.X || f.Y < in.Y || f.X+f.W > in.X+in.W || f.Y+f.H > in.Y+in.H {
			t.Fatalf("%v in %v: field %d is %v", sizes, in, i, f)
		}
		if (f.W < minW || f.H < minH) && len(fields) > 1 {
			t.Fatalf("%v in %v: field %d is %v, want %dx%d at least", sizes, in, i, f, minW, minH)
		}
		for _, o := range fields[:i] {
			if f.X < o.X+o.W && o.X < f.X+f.W && f.Y < o.Y+o.H && o.Y < f.Y+f.H {
				t.Fatalf("%v in %v: %v lies on %v", sizes, in, f, o)
			}
			if f.Item != Others && f.Size > o.Size {
				t.Fatalf("%v in %v: %v comes after %v", sizes, in, f, o)
			}
		}
		switch {
		case f.Item == Others && i != len(fields)-1, f.Item == Others && f.Count < 1, seen[f.Item]:
			t.Fatalf("%v in %v: field %d of %d is %v", sizes, in, i, len(fields), f)
		case f.Item != Others && (f.Size != sizes[f.Item] || f.Count != 1 || f.Size <= 0):
			t.Fatalf("%v in %v: field %d is %v", sizes, in, i, f)
		}
		seen[f.Item] = true
		area += f.Area()
		items += f.Count
	}
	if area != in.Area() || items != want {
		t.Fatalf("%v in %v: %d cells of %d, %d items of %d", sizes, in, area, in.Area(), items, want)
	}
	return fields
}

func TestShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		sizes := make([]int64, 1+r.IntN(30))
		var total float64
		for i := range sizes {
			sizes[i] = 1 + r.Int64N(1000)
			total += float64(sizes[i])
		}
		in := Rect{r.IntN(9), r.IntN(9), 1000 + r.IntN(3000), 1000 + r.IntN(3000)}
		for _, f := range check(t, sizes, in, 1, 1) {
			want := float64(f.Size) / total * float64(in.Area())
			// Half a cell on each side, and what the rows before were rounded by.
			if slack := 2 * float64(f.W+f.H); math.Abs(float64(f.Area())-want) > slack {
				t.Errorf("%v: %d cells, want %.0f", f, f.Area(), want)
			}
		}
	}
}

// On a screen the shares are right to the cell that an edge was rounded by.
func TestSharesOnScreen(t *testing.T) {
	sizes := []int64{6, 6, 4, 3, 2, 2, 1}
	for _, f := range check(t, sizes, Rect{0, 0, 72, 24}, 4, 2) {
		if want := float64(f.Size) * 72; math.Abs(float64(f.Area())-want) > 0.1*want {
			t.Errorf("%v: %d cells, want %.0f", f, f.Area(), want)
		}
	}
}

// Equal sizes stay in their order, and the same sizes in another order lie where they lay.
func TestOrder(t *testing.T) {
	same := check(t, []int64{5, 5, 5, 5, 5}, Rect{0, 0, 60, 20}, 1, 1)
	for i, f := range same {
		if f.Item != i {
			t.Errorf("field %d is of item %d", i, f.Item)
		}
	}
	sizes := []int64{90, 70, 50, 30, 20, 9, 8, 7, 1}
	want := check(t, sizes, Rect{3, 4, 80, 24}, 6, 2)
	if again := Layout(sizes, Rect{3, 4, 80, 24}, 6, 2); !reflect.DeepEqual(want, again) {
		t.Error("the same sizes give other fields")
	}
	moved := check(t, []int64{1, 7, 8, 9, 20, 30, 50, 70, 90}, Rect{3, 4, 80, 24}, 6, 2)
	for i := range want {
		if want[i].Rect != moved[i].Rect || want[i].Size != moved[i].Size {
			t.Errorf("field %d: %v, in another order %v", i, want[i], moved[i])
		}
	}
}

func TestOthers(t *testing.T) {
	in := Rect{0, 0, 40, 10}
	for _, c := range []struct {
		sizes         []int64
		fields, count int // of others; 0: there are none
		size          int64
	}{
		{[]int64{100, 100}, 2, 0, 0},
		{[]int64{1000, 1, 1, 1}, 2, 3, 3},
		{[]int64{1, 1000, 0, -7, 500}, 3, 1, 1},
		{[]int64{0, -1}, 0, 0, 0},
		{[]int64{math.MaxInt64, math.MaxInt64, 1, 1}, 3, 2, 2},
	} {
		got := check(t, c.sizes, in, 8, 2)
		if len(got) != c.fields {
			t.Fatalf("%v: %v", c.sizes, got)
		}
		if c.count == 0 {
			continue
		}
		if f := got[len(got)-1]; f.Item != Others || f.Count != c.count || f.Size != c.size {
			t.Errorf("%v: others are %v", c.sizes, f)
		}
	}
	if got := check(t, []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64}, Rect{0, 0, 5, 1}, 8, 2); len(got) != 1 || got[0].Size != math.MaxInt64 {
		t.Errorf("sizes beyond measure: %v", got)
	}
	if got := check(t, []int64{7}, Rect{0, 0, 5, 1}, 8, 2); len(got) != 1 || got[0].Item != 0 {
		t.Errorf("one size in little room: %v", got)
	}
	many := make([]int64, 20_000)
	for i := range many {
		many[i] = int64(1 + i)
	}
	if got := check(t, many, Rect{0, 0, 200, 50}, 8, 2); got[len(got)-1].Item != Others {
		t.Errorf("20,000 sizes have %d fields", len(got))
	}
}

// Going in a direction leads to a field that lies there, and back.
func TestBeside(t *testing.T) {
	fields := check(t, []int64{40, 30, 20, 15, 10, 8, 6, 5, 4, 3}, Rect{2, 1, 100, 30}, 6, 2)
	back := map[[2]int][2]int{{1, 0}: {-1, 0}, {-1, 0}: {1, 0}, {0, 1}: {0, -1}, {0, -1}: {0, 1}}
	reached := map[int]bool{}
	for i, f := range fields {
		x, y := f.X+f.W/2, f.Y+f.H/2
		if At(fields, x, y) != i {
			t.Errorf("the middle of %v is not in it", f)
		}
		for d, b := range back {
			n := Beside(fields, i, x, y, d[0], d[1])
			reached[n] = reached[n] || n != i
			if g := fields[n]; n != i && (d[0] > 0 && g.X != f.X+f.W || d[0] < 0 && g.X+g.W != f.X ||
				d[1] > 0 && g.Y != f.Y+f.H || d[1] < 0 && g.Y+g.H != f.Y) {
				t.Errorf("%v from %v leads to %v", d, f, g)
			}
			if again := Beside(fields, n, x, y, b[0], b[1]); n != i && again != i {
				t.Errorf("%v from %v and back leads to %v", d, f, fields[again])
			}
		}
	}
	if len(reached) != len(fields) {
		t.Errorf("%d of %d fields can be reached", len(reached), len(fields))
	}
	if At(fields, 0, 0) != -1 || At(nil, 0, 0) != -1 {
		t.Error("there is a field where there is none")
	}
}

// FuzzLayout makes sizes and a rectangle of bytes.
func FuzzLayout(f *testing.F) {
	for i, in := range [][4]int{{80, 24, 8, 2}, {0, 5, 1, 1}, {-3, 9, 2, 2}, {1, 1, 1, 1}, {3, 200, 9, 9}, {200, 3, 0, -1}} {
		var b []byte
		for k := range 40 {
			b = binary.LittleEndian.AppendUint64(b, uint64(k*k*i)*0x9e3779b97f4a7c15)
			b = binary.LittleEndian.AppendUint64(b, uint64(k*i))
		}
		f.Add(b, in[0], in[1], in[2], in[3])
	}
	f.Fuzz(func(t *testing.T, b []byte, w, h, minW, minH int) {
		var sizes []int64
		for ; len(b) >= 8 && len(sizes) < 300; b = b[8:] {
			sizes = append(sizes, int64(binary.LittleEndian.Uint64(b)))
		}
		check(t, sizes, Rect{w % 7, h % 7, w % 500, h % 500}, minW, minH)
	})
}

func BenchmarkLayout20k(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := make([]int64, 20_000)
	for i := range sizes {
		sizes[i] = int64(math.Exp(12 + 4*r.NormFloat64()))
	}
	slices.SortFunc(sizes, func(a, b int64) int { return cmp.Compare(b, a) }) // as whoever calls again and again has them
	for _, in := range []Rect{{0, 0, 80, 20}, {0, 0, 200, 50}} {
		b.Run(fmt.Sprintf("%dx%d", in.W, in.H), func(b *testing.B) {
			for b.Loop() {
				Layout(sizes, in, 9, 2)
			}
		})
	}
}
