// Package state keeps the program's own files between two runs.
//
// Each is one file, replaced atomically and read whole, with a limit to its size. None of it is needed:
// a file that is missing, damaged or of another version is as good as none, and what was lost is found
// again by looking. Nothing of it lies in the Go caches, where `go clean -modcache` would take it along.
package state

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"

	"godoctor/scan"
	"godoctor/scan/regular"
)

// indexMax bounds the index that is read: about 20 million directory entries.
const indexMax = 256 << 20

// A Dir is where the files are: <user cache directory>/godoctor. The empty Dir keeps and knows nothing.
type Dir string

// In gives the Dir below a user cache directory.
func In(userCache string) Dir { return Dir(filepath.Join(userCache, "godoctor")) }

func (d Dir) indexFile() string { return filepath.Join(string(d), "index") }

// Index reads what the last scan left. It gives nil and the reason if there is nothing to use.
func (d Dir) Index() (*scan.Index, error) {
	if d == "" {
		return nil, os.ErrNotExist
	}
	b, err := regular.ReadFile(d.indexFile(), indexMax)
	if err != nil {
		return nil, err
	}
	x, err := scan.DecodeIndex(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.indexFile(), err)
	}
	return x, nil
}

// SaveIndex replaces the index. A machine with no room or no permission for it loses nothing but the
// time of the next scan.
func (d Dir) SaveIndex(x *scan.Index) error {
	if d == "" || x == nil {
		return nil
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(d.indexFile(), bytes.NewReader(x.Encode()))
}
