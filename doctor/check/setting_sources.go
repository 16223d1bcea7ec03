package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	gorelease "godoctor/scan/release" // a test has a func of that name
	"godoctor/scan/startfile"
)

// exportsMax is how many lines of start files are named.
const exportsMax = 3

// exports are the lines of start files that export a variable, the last ones, which mostly count.
func (p *Pass) exports(key string) []startfile.Line {
	var out []startfile.Line
	for _, l := range p.startLines() {
		if l.Key == key {
			out = append(out, l)
		}
	}
	return out[max(0, len(out)-exportsMax):]
}

// exportedBy says which lines export a variable, in words; "" where none was found. Raw.
func exportedBy(lines []startfile.Line) string {
	var places []string
	for _, l := range lines {
		places = append(places, fmt.Sprintf("%s:%d (%s)", l.File, l.Line, shown(l.Key, l.Value)))
	}
	return strings.Join(places, ", ")
}

// origin says where a setting comes from, with the lines of start files that export it. Raw.
func (p *Pass) origin(s goenv.Setting) string {
	out := from(s)
	if s.Origin == goenv.OriginEnvironment {
		if by := exportedBy(p.exports(s.Key)); by != "" {
			out += ", exported by " + by
		}
	}
	return out
}

// amend is reset with the lines of start files in the title, where the environment has the setting.
func (p *Pass) amend(s goenv.Setting, value string) finding.Fix {
	fix := reset(s, value)
	if s.Origin == goenv.OriginEnvironment {
		if lines := p.exports(s.Key); len(lines) > 0 {
			does := "take " + s.Key + " away"
			if value != "" {
				does = "set " + s.Key + " to " + shown(s.Key, value)
			}
			l := lines[len(lines)-1]
			fix.Title = fmt.Sprintf("%s in %s:%d, and begin a new session", does, l.File, l.Line)
		}
	}
	return fix
}

// given reports whether somebody made a setting.
func given(s goenv.Setting) bool {
	return s.Origin == goenv.OriginEnvironment || s.Origin == goenv.OriginFile
}

// release is that of the go command that was found.
func (p *Pass) release() gorelease.Release { return gorelease.Release(p.Env.Goroot()) }
