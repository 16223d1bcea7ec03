package toolchain

import "path/filepath"

var sourceAsdf = Source{
	Name: "asdf",
	Doc:  "asdf with its golang plugin: ~/.asdf/installs/golang/<version>/go",
	Find: func(m *Machine) []Candidate {
		var dirs []string
		for _, dir := range m.asdfDirs() {
			// The older plugins, and the one of mise's kind, are called go.
			dirs = append(dirs, filepath.Join(dir, "installs", "golang"), filepath.Join(dir, "installs", "go"))
		}
		return m.managed("asdf", dirs...)
	},
}

func (m *Machine) asdfDirs() []string {
	return distinct([]string{m.Dir("ASDF_DATA_DIR"), m.Dir("ASDF_DIR"), m.InHome(".asdf")})
}
