package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// mkdirAll is os.MkdirAll that says how many directories it made.
func mkdirAll(dir string) (int, error) {
	err := os.Mkdir(dir, 0o777)
	switch {
	case err == nil:
		return 1, nil
	case errors.Is(err, os.ErrExist):
		return 0, nil
	case !errors.Is(err, os.ErrNotExist):
		return 0, err
	}
	made, err := mkdirAll(filepath.Dir(dir))
	if err != nil {
		return made, err
	}
	n, err := mkdirAll(dir)
	return made + n, err
}

var listing sync.Mutex

// addToList appends a version to a list which another worker may have begun.
func addToList(file, version string) (made int, err error) {
	listing.Lock()
	defer listing.Unlock()
	if _, err := os.Lstat(file); errors.Is(err, os.ErrNotExist) {
		made = 1
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintln(f, version)
	if e := f.Close(); err == nil {
		err = e
	}
	return made, err
}

// makeBuildCache makes a build cache of so many entries, an odd number: its root, the 256 directories,
// trim.txt, README, and pairs of an action and the output that it names.
func makeBuildCache(root string, entries int) error {
	for i := range 256 {
		if _, err := mkdirAll(filepath.Join(root, fmt.Sprintf("%02x", i))); err != nil {
			return err
		}
	}
	readme := "This directory holds cached build artifacts from the Go build system.\n"
	if err := os.WriteFile(filepath.Join(root, "README"), []byte(readme), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "trim.txt"), fmt.Appendf(nil, "%d", day.Unix()), 0o666); err != nil {
		return err
	}
	for i := 0; i < entries-259; i += 2 {
		if err := buildEntry(root, i); err != nil {
			return err
		}
	}
	return nil
}

func buildEntry(root string, i int) error {
	data := text(i, i/7)
	action := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "action %d", i)))
	output := fmt.Sprintf("%x", sha256.Sum256(data))
	line := fmt.Sprintf("v1 %s %s %20d %20d\n", action, output, len(data), day.UnixNano())
	if err := os.WriteFile(filepath.Join(root, action[:2], action+"-a"), []byte(line), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, output[:2], output+"-d"), data, 0o666)
}
