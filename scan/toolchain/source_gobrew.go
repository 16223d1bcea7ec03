package toolchain

var sourceGobrew = Source{
	Name: "gobrew",
	Doc:  "gobrew: ~/.gobrew/versions/<version>/go with the link ~/.gobrew/current/go",
	Find: func(m *Machine) []Candidate {
		list := m.managed("gobrew", m.Dir("GOBREW_ROOT", ".gobrew", "versions"), m.InHome(".gobrew", "versions"))
		return append(list, owned("gobrew", m.Dir("GOBREW_ROOT", ".gobrew", "current", "go"), m.InHome(".gobrew", "current", "go"))...)
	},
}
