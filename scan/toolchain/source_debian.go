package toolchain

var sourceDebian = Source{
	Name: "debian",
	Doc:  "Debian, Ubuntu: /usr/lib/go-1.N, with its sources in /usr/share/go-1.N, and the link /usr/lib/go",
	Find: func(m *Machine) []Candidate {
		list := owned(ownerPackages, m.Below(m.Sys("/usr/lib"), hasPrefix("go-1."))...)
		if link := m.Sys("/usr/lib/go"); len(list) > 0 && isLink(link) {
			list = append(list, Candidate{Root: link, Owner: ownerPackages})
		}
		return list
	},
}
