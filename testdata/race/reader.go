//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// openMost is how many files the reader has open at once, beside the directories.
const openMost = 32

// readPackages is the program gopls: it asks go list for the packages of the module that it stands in, and reads every
// file of those from the module cache, twice, with directories and files open meanwhile.
func readPackages() int {
	if err := readTwice(); err != nil {
		fmt.Fprintln(os.Stderr, readerName+":", err)
		return exitError
	}
	return 0
}

func readTwice() error {
	c := exec.Command("go", "list", "-deps", "-json=Dir,ImportPath,Standard,Module", "./...")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("go list: %w\n%s", err, stderr.Bytes())
	}
	first := make(map[string][sha256.Size]byte)
	for pass := range 2 {
		var open []io.Closer
		for dec := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				Dir, ImportPath string
				Standard        bool
				Module          *struct{ Main bool }
			}
			if err := dec.Decode(&p); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			if p.Dir == "" {
				return fmt.Errorf("%s has no directory", p.ImportPath)
			}
			if open, err = readDir(p.Dir, pass, first, open); err != nil {
				return err
			}
			time.Sleep(10 * time.Millisecond) // the type checker
		}
		for _, f := range open {
			f.Close()
		}
		if len(first) == 0 {
			return errors.New("go list named no package of a module")
		}
	}
	return nil
}

// readDir reads the files of a directory, and compares them with what they were the first time.
func readDir(dir string, pass int, first map[string][sha256.Size]byte, open []io.Closer) ([]io.Closer, error) {
	d, err := os.Open(dir)
	if err != nil {
		return open, err
	}
	open = append(open, d)
	list, err := d.ReadDir(-1)
	if err != nil {
		return open, err
	}
	for _, e := range list {
		if !e.Type().IsRegular() {
			continue
		}
		name := filepath.Join(dir, e.Name())
		f, err := os.Open(name)
		if err != nil {
			return open, err
		}
		open = append(open, f)
		data, err := io.ReadAll(f)
		if err != nil {
			return open, err
		}
		sum := sha256.Sum256(data)
		if was, ok := first[name]; pass > 0 && (!ok || was != sum) {
			return open, fmt.Errorf("%s is not as it was", name)
		}
		first[name] = sum
		for len(open) > openMost {
			open[0].Close()
			open = open[1:]
		}
	}
	return open, nil
}
