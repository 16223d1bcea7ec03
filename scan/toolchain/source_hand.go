package toolchain

import "path/filepath"

var sourceHand = Source{
	Name: "hand",
	Doc:  "archives unpacked at usual places: ~/go, ~/.go, ~/.local/go, ~/opt/go, /opt/go, and the same with a version behind",
	Find: func(m *Machine) []Candidate {
		var paths []string
		unpackedHere := func(name string) bool {
			return name == "go" || name == ".go" || hasPrefix("go1.", "go-1.", "go-bin-v1.")(name)
		}
		for _, dir := range []string{
			m.InHome(), m.InHome(".local"), m.InHome(".local", "opt"), m.InHome(".local", "lib"), m.InHome(".local", "share"),
			m.InHome("opt"), m.InHome("bin"), m.Sys("/opt"), m.Sys("/usr/local/lib"), m.Sys("/usr/lib64"),
		} {
			paths = append(paths, m.Below(dir, unpackedHere)...)
			paths = append(paths, m.Below(dir, hasPrefix("go1.", "go-1."), "go")...) // tar -C with a directory of its own
		}
		for i, p := range paths {
			paths[i] = filepath.Clean(p)
		}
		return owned(ownerHand, paths...)
	},
}
