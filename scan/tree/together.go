package tree

import (
	"fmt"
	"runtime/debug"
	"sync"
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
