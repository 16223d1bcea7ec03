package toolchain

import "path/filepath"

var sourceGoenv = Source{
	Name: "goenv",
	Doc:  "goenv: ~/.goenv/versions/<version>",
	Find: func(m *Machine) []Candidate {
		var dirs []string
		for _, dir := range m.goenvDirs() {
			dirs = append(dirs, filepath.Join(dir, "versions"))
		}
		return m.managed("goenv", dirs...)
	},
}

func (m *Machine) goenvDirs() []string {
	return distinct([]string{m.Dir("GOENV_ROOT"), m.InHome(".goenv")})
}
