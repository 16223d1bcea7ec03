package toolchain

var sourcePath = Source{
	Name: "path",
	Doc:  "the trees that programs called go, go1.X and go1.X.Y in PATH belong to",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		for _, c := range append(m.commands, m.named()...) {
			if c.root != "" {
				list = append(list, Candidate{Root: c.root, Path: c.path, Owner: ownerHand})
			}
		}
		return list
	},
}
