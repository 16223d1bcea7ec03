package toolchain

import "path/filepath"

var sourceHomebrew = Source{
	Name: "homebrew",
	Doc:  "Homebrew: Cellar/go/<version>/libexec and Cellar/go@1.N/<version>/libexec",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		for _, cellar := range distinct([]string{
			m.Dir("HOMEBREW_CELLAR"), m.Dir("HOMEBREW_PREFIX", "Cellar"), m.Sys("/opt/homebrew/Cellar"), m.Sys("/usr/local/Cellar"),
			m.Sys("/home/linuxbrew/.linuxbrew/Cellar"), m.InHome(".linuxbrew", "Cellar"),
		}) {
			for _, formula := range m.Names(cellar, hasPrefix("go")) {
				if formula != "go" && !hasPrefix("go@")(formula) {
					continue
				}
				list = append(list, owned("Homebrew", m.Below(filepath.Join(cellar, formula), visible, "libexec")...)...)
			}
		}
		return list
	},
}
