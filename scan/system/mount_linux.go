package system

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mountInfo is where the kernel tells what is mounted (proc(5)).
const mountInfo = "/proc/self/mountinfo"

func mount(path string) (Mount, error) {
	dir, err := above(path)
	if err != nil {
		return Mount{}, err
	}
	data, err := os.ReadFile(mountInfo)
	if err != nil {
		return Mount{}, ErrUnknown
	}
	m, ok := mountOf(string(data), dir)
	if !ok {
		return Mount{}, ErrUnknown
	}
	return m, nil
}

// mountOf finds the mount that a path, with links resolved, lies in. A later mount hides an earlier one at its point.
func mountOf(table, path string) (best Mount, ok bool) {
	for line := range strings.Lines(table) {
		before, after, cut := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !cut || len(f) < 6 || len(g) < 1 {
			continue
		}
		point := unescape(f[4])
		rel, err := filepath.Rel(point, path)
		if err != nil || rel == ".." || strings.HasPrefix(rel, "../") || ok && len(point) < len(best.Point) {
			continue
		}
		best, ok = Mount{Point: point, Type: g[0]}, true
		options := f[5]
		if len(g) > 2 {
			options += "," + g[2] // of the file system as a whole
		}
		for o := range strings.SplitSeq(options, ",") {
			best.ReadOnly = best.ReadOnly || o == "ro"
			best.NoExec = best.NoExec || o == "noexec"
		}
	}
	return best, ok
}

// unescape undoes what the kernel does to spaces and their like in a path: \040.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+4 <= len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
