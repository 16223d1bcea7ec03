package toolchain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// A command is a program in PATH.
type command struct {
	name string // as it is typed: "go", "go1.26.8"
	path string // where PATH finds it
	real string // with links resolved
	root string // the tree it belongs to, or ""
	shim string // what stands between: "asdf", "goenv", "mise", "snap", "scoop", "golang.org/dl", "script"; "" for a go command itself
	note string // what is known of the shim's choice, in words

	system bool // its settings say: the next go in PATH
}

// pathDirs are the directories of PATH. Relative ones are left out: what they are relative to is not known, and
// go itself refuses to run what it finds through them.
func (m *Machine) pathDirs() []string {
	sep := ":"
	if m.in.GOOS == "windows" {
		sep = ";"
	}
	var dirs []string
	for _, dir := range strings.Split(m.Var("PATH"), sep) {
		if m.in.GOOS == "windows" {
			dir = strings.ReplaceAll(dir, `"`, "")
		}
		if filepath.IsAbs(dir) {
			dirs = append(dirs, filepath.Clean(dir))
		}
	}
	return distinct(dirs)
}

// extensions are what to append to a name in PATH, in the order of trying.
func (m *Machine) extensions() []string {
	if m.in.GOOS != "windows" {
		return []string{""}
	}
	list := m.Var("PATHEXT")
	if list == "" {
		list = ".com;.exe;.bat;.cmd"
	}
	return strings.Split(strings.ToLower(list), ";")
}

// executable returns the file that runs as name in dir, or "".
func (m *Machine) executable(dir, name string) string {
	for _, ext := range m.extensions() {
		file := filepath.Join(dir, name+ext)
		fi, err := os.Stat(file)
		if err == nil && fi.Mode().IsRegular() && (m.in.GOOS == "windows" || regular.MayExecute(file, fi)) {
			return file
		}
		if isLoop(err) {
			m.lost(file, err)
		}
	}
	return ""
}

// inPath returns every program of a name along PATH, the one that runs first.
func (m *Machine) inPath(name string) []command {
	var list []command
	for _, dir := range m.pathDirs() {
		if file := m.executable(dir, name); file != "" {
			list = append(list, m.examine(name, file))
		}
	}
	return list
}

// named returns the programs in PATH that are called like a toolchain, which GOTOOLCHAIN and a go.mod may
// select (toolchain.Exec): the first of each name.
func (m *Machine) named() []command {
	var list []command
	seen := map[string]bool{}
	for _, dir := range m.pathDirs() {
		names := m.Names(dir, hasPrefix("go1."))
		slices.Sort(names)
		for _, name := range names {
			for _, ext := range m.extensions() {
				base, ok := strings.CutSuffix(strings.ToLower(name), ext)
				if !ok || seen[base] || parse(base).kind == invalid {
					continue
				}
				if file := m.executable(dir, base); file != "" {
					seen[base] = true
					list = append(list, m.examine(base, file))
				}
			}
		}
	}
	return list
}

// examine finds the tree behind a program: where it stands, or what its wrapper runs.
func (m *Machine) examine(name, file string) command {
	c := command{name: name, path: file, real: file}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		c.real = real
	}
	tries := []string{c.real, file}
	if m.in.GOOS == "darwin" || m.in.GOOS == "windows" {
		slices.Reverse(tries) // there a program is told the name that it was started by
	}
	if c.root = treeOf(tries[0]); c.root == "" {
		c.root = treeOf(tries[1])
	}
	if c.root != "" && !startsWithHash(c.real) {
		return c
	}
	m.unwrap(&c)
	return c
}

// treeOf returns the tree that a go command stands in, by cmd/go's own rule (cfg.findGOROOT), or "".
func treeOf(file string) string {
	for _, up := range []string{"../..", "../../.."} {
		if dir := filepath.Join(file, up); isDir(filepath.Join(dir, "pkg", "tool")) {
			return dir
		}
	}
	return ""
}

// startsWithHash reports whether a file is an interpreted program.
func startsWithHash(path string) bool {
	head, _ := readHead(path, 2)
	return head == "#!"
}
