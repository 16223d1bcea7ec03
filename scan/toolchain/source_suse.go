package toolchain

var sourceSuse = Source{
	Name: "suse",
	Doc:  "openSUSE, SLES: /usr/lib64/go/1.N",
	Find: func(m *Machine) []Candidate {
		return owned(ownerPackages, m.Below(m.Sys("/usr/lib64/go"), hasPrefix("1."))...)
	},
}
