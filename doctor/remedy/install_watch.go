package remedy

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"godoctor/doctor/plan"
)

// watchEvery is how often it is looked which versions have come.
const watchEvery = 250 * time.Millisecond

// watch tells the meter which versions of the list have come, one after the other, until it is stopped: go mod download itself says
// nothing before it is done with all of them. A version is there when its directory has its name, which go gives it last.
func (r *Remover) watch(list []Want) (stop func()) {
	missing := make(map[string]string) // directory: version
	for i := range list {
		if at, err := plan.Places(list[i].of()); err == nil {
			missing[filepath.Join(r.mod.path, filepath.FromSlash(at.Dir))] = list[i].of().String()
		}
	}
	came := 0
	look := func(quiet bool) {
		for dir, name := range missing {
			if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
				continue
			}
			delete(missing, dir)
			if !quiet {
				came++
				r.opt.Meter.Working(fmt.Sprintf("%s (%d of %d)", name, came, came+len(missing)))
			}
		}
	}
	look(true)
	end := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				look(false)
			}
		}
	})
	return func() { close(end); wait.Wait() }
}
