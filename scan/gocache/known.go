package gocache

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"godoctor/scan/regular"
)

// readmeStart begins the README that go puts into a cache. It has not changed since go1.10.
const readmeStart = "This directory holds cached build artifacts from the Go build system."

// foreignMax is how many entries beside the go command's own a build cache may have before it is
// somebody's directory which go was pointed to by mistake.
const foreignMax = 16

// A verdict says whether a directory is a build cache.
type verdict struct {
	looks  bool
	own    bool // go has used it as one, whatever else it is
	reason string
}

// Known reports whether the directory looks like a build cache of the go command, and if not, why. An
// empty directory and one that is not there are fine: go makes of them what it needs.
func Known(root string) (ok bool, reason string) {
	v := inspect(root)
	return v.looks, v.reason
}

// inspect reads the names in root, and README.
func inspect(root string) verdict {
	f, err := regular.OpenDir(root)
	if err != nil {
		return verdict{looks: errors.Is(err, fs.ErrNotExist), own: true, reason: reasonOf(err)}
	}
	defer f.Close()
	var hexes, others, states int
	for {
		names, err := f.Readdirnames(1024)
		for _, name := range names {
			if _, ok := hexByte(name); ok {
				hexes++
			} else if isState(name) || name == "fuzz" {
				states++
			} else {
				others++
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return verdict{own: true, reason: reasonOf(err)}
		}
	}
	readme := strings.HasPrefix(string(readSmall(root, "README")), readmeStart)
	return judge(hexes, states, others, readme)
}

func judge(hexes, states, others int, readme bool) verdict {
	v := verdict{own: readme || hexes == 256}
	switch {
	case hexes+states+others == 0:
		v = verdict{looks: true, own: true}
	case !v.own:
		v.reason = fmt.Sprintf("%d of the 256 directories of a build cache, no README of the go command", hexes)
	case others > foreignMax:
		v.reason = fmt.Sprintf("%d entries beside those of a build cache", others)
	default:
		v.looks = true
	}
	return v
}

// reasonOf is the bare cause of an error; that a directory is not there is none.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return err.Error()
}

// isState recognises the files that go keeps beside the 256 directories.
func isState(name string) bool {
	switch name {
	case "README", "trim.txt", "testexpire.txt", "log.txt":
		return true
	}
	return false
}

// readSmall reads the first bytes of a regular file at the top of the cache; nil where there is none.
func readSmall(root, name string) []byte {
	o, err := openRoot(root)
	if err != nil {
		return nil
	}
	defer o.close()
	buf := make([]byte, 128)
	n, err := o.read(name, buf, nil)
	if err != nil {
		return nil
	}
	return buf[:n]
}
