package toolchain

import (
	"errors"
	"io"
	"os"
	"runtime/debug"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

const (
	// versionMax is more than a VERSION file has, which is two lines.
	versionMax = 4 << 10
	// textMax is more than a wrapper script or a settings file of a version manager has.
	textMax = 64 << 10
)

var errDangling = errors.New("a link that leads nowhere")

// listDir returns the names in a directory that match, in the order of the directory, and looks at no more
// than about limit. A nil match takes all.
func listDir(dir string, limit int, match func(name string) bool) (found []string, err error) {
	fi, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !fi.IsDir() {
		return nil, nil
	}
	f, err := regular.OpenDir(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for seen := 0; seen < limit; {
		names, err := f.Readdirnames(4096)
		seen += len(names)
		for _, name := range names {
			if match == nil || match(name) {
				found = append(found, name)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// readHead returns at most limit bytes of a regular file.
func readHead(path string, limit int64) (string, error) {
	f, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit))
	return string(b), err
}

// buildInfo reads what the linker wrote into a binary, or returns nil.
func buildInfo(path string) *debug.BuildInfo {
	f, err := regular.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	return goenv.BuildInfo(f)
}

// buildSetting returns a build setting of a binary, or "".
func buildSetting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
