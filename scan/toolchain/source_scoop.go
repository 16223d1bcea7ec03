package toolchain

import "path/filepath"

var sourceScoop = Source{
	Name: "scoop",
	Doc:  "Scoop on Windows: ~/scoop/apps/go/<version> with the junction current, and those of go122 and the like",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		for _, apps := range m.scoopDirs("apps") {
			for _, app := range m.Names(apps, hasPrefix("go")) {
				if app == "go" || len(app) > 2 && app[2] == '1' {
					list = append(list, owned("Scoop", m.Below(filepath.Join(apps, app), visible)...)...)
				}
			}
		}
		return list
	},
}

func (m *Machine) scoopDirs(name string) []string {
	return distinct([]string{
		m.Dir("SCOOP", name), m.InHome("scoop", name), m.Dir("SCOOP_GLOBAL", name), m.Dir("PROGRAMDATA", "scoop", name),
	})
}
