package toolchain

import (
	"os"
	"path/filepath"
)

// A Source is one kind of place that a Go is installed at.
type Source struct {
	Name string // in the JSON and on screens
	Doc  string // one line: what puts a Go there, and where
	Find func(*Machine) []Candidate
}

// A Candidate is a directory that may be a toolchain.
type Candidate struct {
	Root      string // the directory to look at; its links are followed
	Path      string // what led to it, where that is something else: a program in PATH, a link
	Owner     string // who put it there and removes it
	Removable bool   // godoctor may remove it
	Promise   string // the version that its name promises, or ""
	Platform  string // the platform that its name promises, "linux-amd64", or ""
	Problems  []string
}

// Sources is the table. The order is that of preference: where several sources know one directory the first
// that names it itself, and not by a link, is its source. Particular places stand before common ones, and
// GOROOT and PATH come last.
func Sources() []Source {
	return []Source{
		sourceModcache,
		sourceSDK,
		sourceGoLand,
		sourceMise,
		sourceAsdf,
		sourceGoenv,
		sourceGvm,
		sourceG,
		sourceGobrew,
		sourceGimme,
		sourceHomebrew,
		sourceMacPorts,
		sourceScoop,
		sourceSnap,
		sourceNix,
		sourceConda,
		sourceBazel,
		sourceSetupGo,
		sourceDebian,
		sourceFedora,
		sourceSuse,
		sourceArch,
		sourceOfficial,
		sourceHand,
		sourceGoroot,
		sourcePath,
	}
}

// managed lists what a version manager keeps: a directory for each version, in which the tree is the
// directory itself or is called go.
func (m *Machine) managed(owner string, dirs ...string) []Candidate {
	var list []Candidate
	for _, dir := range distinct(dirs) {
		for _, root := range m.Below(dir, visible) {
			if isDir(filepath.Join(root, "go")) {
				root = filepath.Join(root, "go")
			}
			list = append(list, Candidate{Root: root, Owner: owner})
		}
	}
	return list
}

// owned makes a candidate of each path that is one.
func owned(owner string, paths ...string) []Candidate {
	var list []Candidate
	for _, p := range distinct(paths) {
		list = append(list, Candidate{Root: p, Owner: owner})
	}
	return list
}

// visible matches what a manager made a directory for a version of: not its temporary and hidden ones.
func visible(name string) bool { return name[0] != '.' }

// distinct returns the paths without empty and repeated ones.
func distinct(paths []string) []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, p := range paths {
		if !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}

func isDir(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}

func isLink(path string) bool {
	fi, err := os.Lstat(path)
	return err == nil && fi.Mode()&os.ModeSymlink != 0
}

// exists reports whether there is a file or directory of that name, a link that leads nowhere included.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// The owners that godoctor has a word to say about; the others are the names of version managers.
const (
	ownerGo       = "go command"
	ownerDL       = "golang.org/dl"
	ownerPackages = "package manager"
	ownerHand     = "an installer, or unpacked by hand"
)
