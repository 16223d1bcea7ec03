package related

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
)

// findGopathSrc finds src of each GOPATH entry.
func findGopathSrc(m *Machine) []Root {
	var list []Root
	for _, p := range m.gopaths() {
		list = append(list, Root{Path: filepath.Join(p, "src"), What: fmt.Sprintf("sources in the GOPATH entry %q", p)})
	}
	return list
}

// findGopathPkg finds what lies in pkg of each GOPATH entry, one root each, so that a root never has the
// module cache in it. What an earlier place has found, or is in use, is not found again.
func findGopathPkg(m *Machine) []Root {
	var list []Root
	for _, p := range m.gopaths() {
		pkg := filepath.Join(p, "pkg")
		for _, name := range realDirs(pkg) {
			list = append(list, Root{Path: filepath.Join(pkg, name), What: pkgWhat(name), entry: true})
		}
	}
	return list
}

// pkgWhat says what a directory in GOPATH/pkg is.
func pkgWhat(name string) string {
	goos, goarch, ok := strings.Cut(name, "_")
	switch {
	case name == "dep":
		return "cache of dep, which modules have replaced"
	case name == "mod":
		return "a directory in the place of the module cache that is none"
	case ok && goenv.IsSystem(goos):
		return fmt.Sprintf("packages compiled in GOPATH mode for %s/%s", goos, goarch)
	}
	return "something in GOPATH/pkg that go does not make"
}

// leftoverKinds are the names of what programs make in the temporary directory for the time they run, by
// what comes before the random part.
var leftoverKinds = []struct {
	prefix, suffix string
	random         func(byte) bool
	file           bool
	what           string
}{
	{"go-build", "", isDigit, false, "work directory of a go command"},
	{"go-link-", "", isDigit, false, "work directory of the linker"},
	{"gocommand-", "", isDigit, false, "work directory of gopls or goimports"},
	{"gopls-", "", isDigit, false, "work directory of gopls"},
	{"gopls-", ".log", isDigit, true, "log of gopls"},
	{"godoctor-demo-", "", isBase32, false, "made-up machine of godoctor --demo"},
}

func isBase32(c byte) bool { return 'A' <= c && c <= 'Z' || isDigit(c) }

// findLeftovers looks for such names among the direct entries of the temporary directories. Only what
// this user owns counts, and only directories and files: gopls has sockets of similar names there.
func findLeftovers(m *Machine) []Root {
	var list []Root
	for _, dir := range m.tempDirs() {
		for _, name := range allNames(dir) {
			what, file, ok := leftover(name)
			if !ok {
				continue
			}
			path := filepath.Join(dir, name)
			fi, err := os.Lstat(path)
			if err != nil || !ownedBy(fi, m.uid) || fi.IsDir() == file || !fi.IsDir() && !fi.Mode().IsRegular() {
				continue
			}
			list = append(list, Root{Path: path, What: what, entry: true})
		}
	}
	return list
}

// leftover recognises the name of a leftover.
func leftover(name string) (what string, file, ok bool) {
	for _, k := range leftoverKinds {
		rest, ok := strings.CutPrefix(name, k.prefix)
		if !ok {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, k.suffix); ok && all(rest, k.random) {
			return k.what, k.file, true
		}
	}
	return "", false, false
}

// tempDirs are the directories that go and its tools put temporary files into.
func (m *Machine) tempDirs() []string {
	var list []string
	for _, dir := range []string{m.value("GOTMPDIR"), m.tempDir()} {
		if filepath.IsAbs(dir) {
			list = append(list, dir)
		}
	}
	return list
}

// tempDir is os.TempDir for this machine. Windows asks the system, which looks at these variables.
func (m *Machine) tempDir() string {
	if m.goos != "windows" {
		if dir := m.getenv("TMPDIR"); dir != "" {
			return dir
		}
		return "/tmp"
	}
	for _, key := range []string{"TMP", "TEMP", "USERPROFILE"} {
		if dir := m.getenv(key); dir != "" {
			return dir
		}
	}
	return `C:\Windows`
}
