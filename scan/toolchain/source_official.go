package toolchain

var sourceOfficial = Source{
	Name: "official",
	Doc:  "what the archives and installers of go.dev and the BSD ports make: /usr/local/go, /usr/local/go1.N, C:\\Program Files\\Go",
	Find: func(m *Machine) []Candidate {
		paths := []string{m.Sys("/usr/local/go")}
		// FreeBSD's go122 is a package's, an unpacked go1.22 is nobody's: both are nothing to remove.
		paths = append(paths, m.Below(m.Sys("/usr/local"), hasPrefix("go1", "go-1"))...)
		paths = append(paths, m.Dir("PROGRAMFILES", "Go"), m.Dir("PROGRAMFILES(X86)", "Go"), m.Dir("SYSTEMDRIVE", "Go"))
		if m.in.GOOS == "windows" {
			paths = append(paths, m.Sys(`C:\Program Files\Go`), m.Sys(`C:\Go`))
		}
		return owned(ownerHand, paths...)
	},
}
