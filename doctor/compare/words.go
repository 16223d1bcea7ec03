package compare

import "strings"

// words say what an effect can change.
var words = map[Effect]string{Code: "code", Output: "output", Run: "behaviour", Source: "source", Nothing: "nothing"}

// Word is what it can change, for people.
func (e Effect) Word() string { return words[e] }

// Title names what differs, for people.
func (d *Difference) Title() string {
	switch d.Subject {
	case "setting", "environment":
		return d.Name
	case "flag":
		if strings.HasPrefix(d.Name, "-") {
			return d.Name
		}
		return "build " + d.Name
	}
	return strings.TrimSpace(d.Subject + " " + d.Name)
}
