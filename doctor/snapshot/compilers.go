package snapshot

import (
	"os"
	"path/filepath"
	"regexp"

	"godoctor/doctor/check"
	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

// compilers are the C tools that the settings name, and where PATH finds them.
func compilers(m *check.Machine) []Compiler {
	var out []Compiler
	for _, key := range []string{"CC", "CXX", "FC", "AR", "GCCGO", "PKG_CONFIG"} {
		s, ok := m.Env.Lookup(key)
		words, err := goenv.Words(s.Value)
		if !ok || err != nil || len(words) == 0 {
			continue
		}
		c := Compiler{Key: key, Command: s.Value, Path: inPath(m, words[0])}
		if c.Path != "" {
			if real, err := filepath.EvalSymlinks(c.Path); err == nil {
				c.Real, c.Version = real, versionIn(real)
			}
		}
		out = append(out, c)
	}
	return out
}

// inPath is the program of a name, by the absolute directories of PATH; "" where there is none.
func inPath(m *check.Machine, name string) string {
	dirs, names := filepath.SplitList(m.Getenv("PATH")), []string{name}
	if filepath.IsAbs(name) {
		dirs, names = []string{filepath.Dir(name)}, []string{filepath.Base(name)}
	}
	if filepath.Base(names[0]) != names[0] {
		return ""
	}
	if m.System.GOOS == "windows" {
		names = append(names, names[0]+".exe")
	}
	for _, dir := range dirs {
		for _, n := range names {
			file := filepath.Join(dir, n)
			if fi, err := os.Stat(file); filepath.IsAbs(dir) && err == nil && fi.Mode().IsRegular() && regular.MayExecute(file, fi) {
				return file
			}
		}
	}
	return ""
}

var (
	inName = regexp.MustCompile(`-(\d+(?:\.\d+)*)(?:\.exe)?$`)                                                // x86_64-linux-gnu-gcc-12
	inTree = regexp.MustCompile(`(?i)[/\\](?:llvm|gcc|clang|mingw\w*|zig)[-@/\\](\d+(?:\.\d+)*)(?:[_/\\]|$)`) // /usr/lib/llvm-14/bin/clang
)

// versionIn is the version that the place of a compiler tells: distributions and package managers name it so.
func versionIn(real string) string {
	for _, re := range []*regexp.Regexp{inName, inTree} {
		if found := re.FindStringSubmatch(real); found != nil {
			return found[1]
		}
	}
	return ""
}
