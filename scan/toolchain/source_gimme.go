package toolchain

var sourceGimme = Source{
	Name: "gimme",
	Doc:  "gimme, of the CI services: ~/.gimme/versions/go<version>.GOOS.GOARCH",
	Find: func(m *Machine) []Candidate {
		return m.managed("gimme", m.Dir("GIMME_VERSION_PREFIX"), m.InHome(".gimme", "versions"))
	},
}
