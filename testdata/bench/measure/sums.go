package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// A status is what the bench reads of `godoctor status --json`.
type status struct {
	Summary size    `json:"summary"`
	Stores  []store `json:"stores"`
}

type store struct {
	Name string `json:"name"`
	Path string `json:"path"`
	size
}

type size struct {
	Bytes     int64 `json:"bytes"`
	DiskBytes int64 `json:"disk_bytes"`
}

func (s *size) add(t size) {
	s.Bytes += t.Bytes
	s.DiskBytes += t.DiskBytes
}

func (s size) String() string { return fmt.Sprintf("%d bytes, %d on disk", s.Bytes, s.DiskBytes) }

// sums checks that a status adds up: the stores in the roots to what du says of the same roots, all
// stores to the summary.
func sums(args []string) error {
	fs := flag.NewFlagSet("sums", flag.ContinueOnError)
	var du size
	var roots []string
	fs.Int64Var(&du.Bytes, "bytes", 0, "apparent bytes, as du has them")
	fs.Int64Var(&du.DiskBytes, "disk", 0, "allocated bytes, as du has them")
	fs.Func("root", "a root; may be given several times", func(s string) error {
		real, err := filepath.EvalSymlinks(s)
		roots = append(roots, s, real)
		return err
	})
	if err := parse(fs, args); err != nil {
		return err
	}
	if fs.NArg() != 1 || len(roots) == 0 {
		fs.Usage()
		return errUsage
	}
	st, err := readStatus(fs.Arg(0))
	if err != nil {
		return err
	}

	var inRoots, all size
	for _, s := range st.Stores {
		all.add(s.size)
		if inside(s.Path, roots) {
			inRoots.add(s.size)
		}
	}
	fmt.Printf("du:      %v\nstores:  %v\nsummary: %v\n", du, inRoots, st.Summary)
	var wrong []error
	if inRoots != du {
		wrong = append(wrong, fmt.Errorf("the stores differ from du by %d bytes, %d on disk",
			inRoots.Bytes-du.Bytes, inRoots.DiskBytes-du.DiskBytes))
	}
	if all != st.Summary {
		wrong = append(wrong, fmt.Errorf("the summary is not the sum of the stores, %v", all))
	}
	return errors.Join(wrong...)
}

// near checks that the first answer is close to the exact one.
func near(args []string) error {
	fs := flag.NewFlagSet("near", flag.ContinueOnError)
	within := fs.Float64("within", 0.01, "how far off the first may be, as a share of the second")
	if err := parse(fs, args); err != nil {
		return err
	}
	if fs.NArg() != 2 {
		fs.Usage()
		return errUsage
	}
	first, err := readStatus(fs.Arg(0))
	if err != nil {
		return err
	}
	exact, err := readStatus(fs.Arg(1))
	if err != nil {
		return err
	}
	off := share(first.Summary.Bytes, exact.Summary.Bytes)
	offDisk := share(first.Summary.DiskBytes, exact.Summary.DiskBytes)
	fmt.Printf("off by %.3f %% of the bytes, %.3f %% of the disk\n", off*100, offDisk*100)
	if off > *within || offDisk > *within {
		return fmt.Errorf("%s says %v, %s says %v: more than %g %% apart",
			fs.Arg(0), first.Summary, fs.Arg(1), exact.Summary, *within*100)
	}
	return nil
}

func share(a, b int64) float64 {
	if b == 0 {
		return math.Abs(float64(a))
	}
	return math.Abs(float64(a-b)) / float64(b)
}

func readStatus(file string) (status, error) {
	var st status
	data, err := os.ReadFile(file)
	if err != nil {
		return st, err
	}
	if err := json.Unmarshal(data, &st); err != nil {
		return st, fmt.Errorf("%s: %w", file, err)
	}
	if len(st.Stores) == 0 {
		return st, fmt.Errorf("%s: no stores", file)
	}
	return st, nil
}

func inside(path string, roots []string) bool {
	for _, root := range roots {
		if path == root || strings.HasPrefix(path, root+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
