package toolchain

import "path/filepath"

var sourceMise = Source{
	Name: "mise",
	Doc:  "mise, formerly rtx: <data directory>/installs/go/<version>, with links such as latest and 1.26 beside them",
	Find: func(m *Machine) []Candidate {
		var dirs []string
		for _, dir := range m.miseDirs() {
			dirs = append(dirs, filepath.Join(dir, "installs", "go"))
		}
		return m.managed("mise", dirs...)
	},
}

// miseDirs are the places of mise's data, under its name and under its old one.
func (m *Machine) miseDirs() []string {
	return distinct([]string{
		m.Dir("MISE_DATA_DIR"), m.Dir("XDG_DATA_HOME", "mise"), m.InHome(".local", "share", "mise"), m.Dir("LOCALAPPDATA", "mise"),
		m.Dir("RTX_DATA_DIR"), m.InHome(".local", "share", "rtx"),
	})
}
