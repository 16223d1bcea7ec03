package toolchain

import (
	"path/filepath"
	"strings"
)

var sourceSDK = Source{
	Name: "sdk",
	Doc:  "what go1.X.Y download and gotip download installed: ~/sdk/goX, marked by .unpacked-success",
	Find: findSDK,
}

// unpacked is the file that golang.org/dl leaves when a tree is complete.
const unpacked = ".unpacked-success"

// findSDK takes those of ~/sdk that golang.org/dl made: they have its marker, its archive where it was
// broken off, or are its clone of the development tree. The others are GoLand's or somebody's own, and only
// the marker proves that a fresh download would bring back what is there.
func findSDK(m *Machine) []Candidate {
	var list []Candidate
	for _, root := range m.Below(m.InHome("sdk"), hasPrefix("go")) {
		name := filepath.Base(root)
		c := Candidate{Root: root, Owner: ownerDL}
		switch {
		case name == "gotip":
		case exists(filepath.Join(root, unpacked)):
			c.Removable, c.Promise = true, name
		case m.archived(root):
			c.Problems = append(c.Problems, "incomplete: downloading or unpacking was broken off; "+name+" download finishes it")
		default:
			continue
		}
		list = append(list, c)
	}
	return list
}

// archived reports whether golang.org/dl left its archive in a tree: it does not remove it.
func (m *Machine) archived(root string) bool {
	return len(m.Names(root, func(name string) bool {
		return strings.HasPrefix(name, filepath.Base(root)+".") && archiveName.MatchString(name)
	})) > 0
}
