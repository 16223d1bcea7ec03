package tree

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Together runs n goroutines, each of which is told its number, and returns when all of them ended. A
// panic in one of them becomes a panic of the caller: whoever has put the terminal into another mode
// can then put it back.
func Together(n int, f func(worker int)) {
	var (
		wg   sync.WaitGroup
		once sync.Once
		bad  any
	)
	for i := range n {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					once.Do(func() { bad = fmt.Sprintf("%v\n\n%s", v, debug.Stack()) })
				}
			}()
			f(i)
		})
	}
	wg.Wait()
	if bad != nil {
		panic(bad)
	}
}

// Turns are the numbers below n in their order, for goroutines that share some work: each number comes to one of those that range
// over it. They end early when ctx does.
func Turns(ctx context.Context, n int) iter.Seq[int] {
	var next atomic.Int64
	return func(yield func(int) bool) {
		for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil && yield(i); i = int(next.Add(1)) - 1 {
		}
	}
}
