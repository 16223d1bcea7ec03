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

// mountOf finds the mount that a path, with links resolved, lies in.
func mountOf(table, path string) (best Mount, ok bool) {
	for _, m := range ParseMounts(table) {
		rel, err := filepath.Rel(m.Point, path)
		if err != nil || rel == ".." || strings.HasPrefix(rel, "../") || ok && len(m.Point) < len(best.Point) {
			continue
		}
		best, ok = m, true
	}
	return best, ok
}

// ParseMounts reads a table of mounts as the kernel has it in /proc/self/mountinfo (proc(5)). A later mount hides an earlier one
// at its point.
func ParseMounts(table string) (list []Mount) {
	for line := range strings.Lines(table) {
		before, after, cut := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !cut || len(f) < 6 || len(g) < 1 {
			continue
		}
		m := Mount{Point: unescape(f[4]), Type: g[0]}
		options := f[5]
		if len(g) > 2 {
			options += "," + g[2] // of the file system as a whole
		}
		for o := range strings.SplitSeq(options, ",") {
			m.ReadOnly = m.ReadOnly || o == "ro"
			m.NoExec = m.NoExec || o == "noexec"
		}
		list = append(list, m)
	}
	return list
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
