package toolchain

var sourceFedora = Source{
	Name: "fedora",
	Doc:  "Fedora, RHEL, Amazon Linux: /usr/lib/golang",
	Find: func(m *Machine) []Candidate {
		return owned(ownerPackages, m.Sys("/usr/lib/golang"), m.Sys("/usr/lib64/golang"))
	},
}
