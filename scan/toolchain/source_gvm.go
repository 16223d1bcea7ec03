package toolchain

var sourceGvm = Source{
	Name: "gvm",
	Doc:  "gvm: ~/.gvm/gos/go<version>",
	Find: func(m *Machine) []Candidate {
		return m.managed("gvm", m.Dir("GVM_ROOT", "gos"), m.InHome(".gvm", "gos"))
	},
}
