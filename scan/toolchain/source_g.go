package toolchain

var sourceG = Source{
	Name: "g",
	Doc:  "g: ~/.g/versions/<version> with the link ~/.g/go (voidint), ~/.go/.versions/<version> (stefanmaric)",
	Find: func(m *Machine) []Candidate {
		list := m.managed("g", m.Dir("G_HOME", "versions"), m.InHome(".g", "versions"),
			m.Dir("GOROOT", ".versions"), m.InHome(".go", ".versions"))
		for _, link := range distinct([]string{m.Dir("G_HOME", "go"), m.InHome(".g", "go")}) {
			if isLink(link) {
				list = append(list, Candidate{Root: link, Owner: "g"})
			}
		}
		return list
	},
}
