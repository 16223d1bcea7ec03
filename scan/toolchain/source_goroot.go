package toolchain

import "godoctor/scan/goenv"

var sourceGoroot = Source{
	Name: "goroot",
	Doc:  "what GOROOT names where somebody set it, in the environment or in the GOENV file",
	Find: func(m *Machine) []Candidate {
		if dir := m.handGoroot(); dir != "" {
			return owned(ownerHand, dir)
		}
		return nil
	},
}

// handGoroot is GOROOT where somebody set it, or "". A GOROOT that goenv found is where a go command stands,
// which is for the other sources to say.
func (m *Machine) handGoroot() string {
	if s := m.setting("GOROOT"); s.Origin == goenv.OriginEnvironment || s.Origin == goenv.OriginFile {
		return s.Value
	}
	return m.Dir("GOROOT")
}
