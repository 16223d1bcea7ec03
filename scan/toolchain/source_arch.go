package toolchain

var sourceArch = Source{
	Name: "arch",
	Doc:  "Arch, Alpine, Gentoo, Void: /usr/lib/go",
	Find: func(m *Machine) []Candidate {
		root := m.Sys("/usr/lib/go")
		if isLink(root) && len(m.Names(m.Sys("/usr/lib"), hasPrefix("go-1."))) > 0 {
			return nil // Debian's link
		}
		return owned(ownerPackages, root)
	},
}
