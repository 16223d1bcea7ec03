package toolchain

import "fmt"

// foreign says what is odd about a toolchain of another platform than the machine's, or "". Some run all the
// same, slower than they need to, or build for another architecture than the owner thinks.
func (m *Machine) foreign(goos, goarch string) string {
	if goos == "" || goos == m.in.GOOS && goarch == m.in.GOARCH {
		return ""
	}
	built := fmt.Sprintf("built for another platform: %s/%s, and this machine is %s/%s", goos, goarch, m.in.GOOS, m.in.GOARCH)
	switch {
	case goos == "darwin" && goos == m.in.GOOS && goarch == "amd64" && m.in.GOARCH == "arm64":
		return built + "; it runs under Rosetta, and builds for amd64"
	case m.runs(goos, goarch):
		return built + "; it runs, and builds for " + goarch
	}
	return built + "; it does not run here"
}

// runs reports whether programs of a platform run on this machine.
func (m *Machine) runs(goos, goarch string) bool {
	if goos != m.in.GOOS {
		return goos == ""
	}
	switch goarch {
	case "", m.in.GOARCH:
		return true
	case "386":
		return m.in.GOARCH == "amd64" || goos == "windows" && m.in.GOARCH == "arm64"
	case "amd64":
		return m.in.GOARCH == "arm64" && (goos == "windows" || goos == "darwin")
	}
	return false
}
