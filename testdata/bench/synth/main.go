// Synth makes a module cache and a build cache out of nothing, as large as one likes and the same every
// time, to measure how the cost of a scan grows and to try the bench itself.
//
//	go run ./testdata/bench/synth -files 30000 DIR
//
// makes DIR/mod and DIR/gocache with so many files and directories in all, give or take a module. The
// module cache holds what the go command would have left: .info, .mod, .zip, .ziphash and .lock of every
// version, the list of versions, and extracted directories that nobody may write to. Every zip is made by
// golang.org/x/mod/zip and every ziphash is right, so that it verifies.
//
// DIR/synth.done says that a run came to its end. What is there already is left as it is; a directory
// with half of it is refused.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	files := flag.Int("files", 30000, "how many files and directories to make in all")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: synth [-files N] DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 || *files < 1000 {
		flag.Usage()
		os.Exit(2)
	}
	if err := synth(flag.Arg(0), *files); err != nil {
		fmt.Fprintln(os.Stderr, "synth:", err)
		os.Exit(1)
	}
}

func synth(dir string, files int) error {
	done := filepath.Join(dir, "synth.done")
	want := fmt.Sprintf("%d\n", files)
	if data, err := os.ReadFile(done); err == nil && string(data) == want {
		return nil
	} else if err == nil {
		return fmt.Errorf("%q holds a set of %s entries, not %d: name another directory", dir, strings.TrimSpace(string(data)), files)
	}
	mod, build := filepath.Join(dir, "mod"), filepath.Join(dir, "gocache")
	for _, d := range []string{mod, build} {
		if _, err := os.Lstat(d); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%q is there already and not finished: remove it, or name another directory", d)
		}
	}

	// A tenth is build cache, its 257 directories and a few entries at least.
	inBuild := max(files/10, 300) | 1
	if err := makeBuildCache(build, inBuild); err != nil {
		return err
	}
	made, err := makeModCache(mod, files-inBuild)
	if err != nil {
		return err
	}
	fmt.Printf("%d entries in %s: %d module cache, %d build cache\n", made+inBuild, dir, made, inBuild)
	return os.WriteFile(done, []byte(want), 0o666)
}
