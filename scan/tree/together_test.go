package tree

import (
	"context"
	"slices"
	"sync"
	"testing"
)

// TestTurns: each number comes to one of the goroutines, in order to each of them, and none comes once the context has ended.
func TestTurns(t *testing.T) {
	const n = 1000
	var mu sync.Mutex
	var all []int
	turns := Turns(t.Context(), n)
	Together(8, func(int) {
		var mine []int
		for i := range turns {
			mine = append(mine, i)
		}
		mu.Lock()
		defer mu.Unlock()
		if all = append(all, mine...); !slices.IsSorted(mine) {
			t.Errorf("one goroutine was given %v", mine)
		}
	})
	slices.Sort(all)
	if len(all) != n || len(slices.Compact(all)) != n || all[0] != 0 || all[n-1] != n-1 {
		t.Errorf("%d numbers, want each below %d once", len(all), n)
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var got []int
	for i := range Turns(ctx, n) {
		if got = append(got, i); i == 2 {
			stop()
		}
	}
	if !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("stopped in the third: %v", got)
	}
	for i := range turns {
		t.Errorf("%d was given out before", i)
	}
}
