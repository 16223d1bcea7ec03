package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"
)

// sizes is how many files the modules have, in turn. Its percentiles are those of a cache of 2,673 real
// modules: p10 9, p50 41, p90 539, p99 4,156.
var sizes = []int{
	41, 9, 75, 22, 539, 30, 12, 160, 41, 95,
	17, 300, 41, 26, 60, 9, 120, 800, 35, 48,
	55, 14, 2100, 41, 28, 9, 210, 66, 19, 4156,
}

// overhead is what a version has beside its files: six files in @v, @v itself and, as a rule, two
// directories of its name.
const overhead = 9

// makeModCache makes versions until there are so many entries, and says how many it made. Who makes a
// version first is left to chance; which versions there are is not.
func makeModCache(root string, entries int) (int, error) {
	if err := os.MkdirAll(filepath.Join(root, "cache", "download"), 0o777); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(root, "cache", "lock"), nil, 0o666); err != nil {
		return 0, err
	}

	var (
		wg    sync.WaitGroup
		made  atomic.Int64
		once  sync.Once
		first error
		todo  = make(chan plan)
	)
	made.Add(4) // root, cache, download, lock
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range todo {
				n, err := p.install(root)
				made.Add(int64(n))
				if err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for i, left := 0, entries; left > overhead; i++ {
		p := planned(i, left)
		left -= p.entries()
		todo <- p
	}
	close(todo)
	wg.Wait()
	return int(made.Load()), first
}

// A plan is one module version to be made.
type plan struct {
	version module.Version
	files   int
	seed    int
}

// planned is the version number i, cut to the entries that are left. Every third module has a second
// version, every fifth a name with capital letters, every seventh a pseudo-version.
func planned(i, left int) plan {
	name := fmt.Sprintf("example.com/team%d/part%d", i%97, i)
	if i%5 == 4 {
		name = fmt.Sprintf("example.com/Team%d/Part%d", i%97, i)
	}
	version := fmt.Sprintf("v1.%d.%d", i%20, i%7)
	switch {
	case i%7 == 6:
		version = fmt.Sprintf("v0.0.0-20240102150405-%012x", i)
	case i%3 == 2:
		name = fmt.Sprintf("example.com/team%d/part%d", (i-1)%97, i-1)
		version = fmt.Sprintf("v1.%d.%d", 30+i%20, i%7)
	}
	p := plan{module.Version{Path: name, Version: version}, sizes[i%len(sizes)], i}
	if p.entries() > left {
		p.files = max(left-overhead-left/7, 1)
	}
	return p
}

// entries is close to how many files and directories the version brings.
func (p plan) entries() int { return p.files + p.files/filesInDir + p.files/(3*filesInDir) + overhead }
