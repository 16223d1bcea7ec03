package toolchain

import "path/filepath"

var sourceGoLand = Source{
	Name: "goland",
	Doc:  "what GoLand and other JetBrains tools downloaded: ~/go/sdk/goX, and ~/sdk/goX without the marker of golang.org/dl",
	Find: findGoLand,
}

func findGoLand(m *Machine) []Candidate {
	var list []Candidate
	dirs := []string{m.InHome("go", "sdk"), m.InHome("sdk")}
	if m.in.Env != nil {
		for _, dir := range m.in.Env.Gopaths() {
			dirs = append(dirs, filepath.Join(dir, "sdk"))
		}
	}
	for _, dir := range distinct(dirs) {
		for _, root := range m.Below(dir, hasPrefix("go")) {
			if filepath.Base(root) == "gotip" || exists(filepath.Join(root, unpacked)) || m.archived(root) {
				continue
			}
			list = append(list, Candidate{Root: root, Owner: "GoLand"})
		}
	}
	return list
}
