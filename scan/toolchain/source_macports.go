package toolchain

var sourceMacPorts = Source{
	Name: "macports",
	Doc:  "MacPorts: /opt/local/lib/go and /opt/local/lib/go-1.N",
	Find: func(m *Machine) []Candidate {
		list := owned(ownerPackages, m.Sys("/opt/local/lib/go"))
		return append(list, owned(ownerPackages, m.Below(m.Sys("/opt/local/lib"), hasPrefix("go-1."))...)...)
	},
}
