package toolchain

import "path/filepath"

var sourceSnap = Source{
	Name: "snap",
	Doc:  "snap: /snap/go/<revision> with the link current",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		for _, dir := range m.snapDirs() {
			list = append(list, m.managed("snap", filepath.Join(dir, "go"))...)
		}
		return list
	},
}

// snapDirs are where snaps are mounted: the second on distributions that keep /snap free.
func (m *Machine) snapDirs() []string {
	return []string{m.Sys("/snap"), m.Sys("/var/lib/snapd/snap")}
}
