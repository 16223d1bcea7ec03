package verify

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
	"godoctor/scan/modgraph"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// The sizes of the small files of a version that are read; .mod files have the limit of modgraph.
const (
	ziphashMax = 4 << 10
	infoMax    = 1 << 20
)

// beside is a small file of a version: ext is ziphash, info, mod, lock or partial.
func beside(zip, ext string) string { return strings.TrimSuffix(zip, "zip") + ext }

// failure is the Part of something that could not be read.
func failure(path string, err error) Part {
	p := Part{Path: path, Why: err.Error()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Part{Path: path}
	case errors.Is(err, fs.ErrPermission):
		p.State = Denied
	case errors.Is(err, regular.ErrNot):
		p.State = Strange
	default:
		p.State = Broken
	}
	return p
}

// readZiphash reads what .ziphash says; white space around it does not count. A text that cannot be a hash, because of its
// length or because of a zero byte in it, go makes anew from the zip (modfetch: checkMod, isValidSum). Every other text it
// believes, and fails: it is the hash that the part says, whatever it looks like.
func readZiphash(path string) Part {
	data, err := regular.ReadFile(path, ziphashMax)
	if err != nil {
		return failure(path, err)
	}
	const length = len("h1:") + 44 // SHA-256 in base64
	s := strings.TrimSpace(string(data))
	switch {
	case len(data) == 0:
		return Part{State: Empty, Path: path}
	case len(s) != length || strings.IndexByte(s, 0) >= 0:
		return Part{State: Broken, Path: path, Why: "it holds no h1 hash"}
	}
	return Part{State: Whole, Hash: s, Path: path}
}

// strange is the Part of something that is there and is not the regular file that go makes; else it is Absent. A link is
// not followed.
func strange(path string) Part {
	fi, err := os.Lstat(path)
	if err != nil || fi.Mode().IsRegular() {
		return Part{Path: path}
	}
	what := "something else (mode " + fi.Mode().Type().String() + ")"
	switch {
	case fi.IsDir():
		what = "a directory"
	case fi.Mode()&fs.ModeSymlink != 0:
		what = "a link"
	}
	return Part{State: Strange, Path: path, Why: what + " in the place of a file"}
}

// readInfo reads the version that .info says (modfetch.readDiskStat).
func readInfo(path string) Part {
	data, err := regular.ReadFile(path, infoMax)
	if err != nil {
		return failure(path, err)
	}
	if len(data) == 0 {
		return Part{State: Empty, Path: path}
	}
	var info struct{ Version string }
	if err := json.Unmarshal(data, &info); err != nil || info.Version == "" {
		return Part{State: Broken, Path: path, Why: "it holds no version"}
	}
	return Part{State: Whole, Hash: info.Version, Path: path}
}

// readMod hashes the cached go.mod file (modfetch.goModSum).
func readMod(modCache string, m module.Version) Part {
	path, err := modgraph.ModFile(modCache, m)
	if err != nil {
		return Part{State: Broken, Path: filepath.Join(modCache, "cache", "download"), Why: err.Error()}
	}
	data, err := regular.ReadFile(path, gomod.Limit)
	if err != nil {
		return failure(path, err)
	}
	if len(data) == 0 {
		return Part{State: Empty, Path: path}
	}
	return Part{State: Whole, Hash: sum.Mod(data), Path: path}
}
