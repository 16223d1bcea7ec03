package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/gomod"
	"godoctor/scan/regular"
)

// A selected is a project and the go that runs there; without a project it is a place outside of any.
type selected struct {
	p *Project
	c *Choice
}

// selections are those of the projects that are checked. Where go fails outside any project already it fails in all of them
// alike, and that is the only one.
func (p *Pass) selections() []selected {
	if c := Selection(p.Machine, nil); c.Here.Error != "" {
		return []selected{{nil, &c}}
	}
	var list []selected
	seen := make(map[Decision]bool) // the members of a workspace have one choice
	for _, project := range p.Projects {
		if p.Err() != nil {
			break
		}
		c := p.Choice(project)
		by := c.Go
		by.Says = c.File + " " + c.Here.Error
		if seen[by] {
			continue
		}
		seen[by] = true
		list = append(list, selected{project, c})
	}
	return list
}

// failing are those selections that fail in one way.
func (p *Pass) failing(f Failure) []selected {
	var list []selected
	for _, s := range p.selections() {
		if s.c.Here.Fails == f {
			list = append(list, s)
		}
	}
	return list
}

// selectedMax is how many projects a finding names.
const selectedMax = 20

// linesOf are the lines of the projects as evidence.
func linesOf(list []selected, line func(*Choice) Decision) []finding.Witness {
	var out []finding.Witness
	for _, s := range list[:min(len(list), selectedMax)] {
		if d := line(s.c); d.Says != "" && d.File != "" {
			out = append(out, finding.Witness{Name: "file", Says: d.Says, From: d.place()})
		}
	}
	return out
}

// place is file:line.
func (d Decision) place() string {
	if d.Line == 0 {
		return d.File
	}
	return fmt.Sprintf("%s:%d", d.File, d.Line)
}

// decided is what decided, and where it stands.
func decided(c *Choice) Decision { return c.Here.Decided }

// edit changes the line, whatever else stands in it.
func (d Decision) edit(value, by string) finding.Edit {
	e := finding.Edit{Line: d.Line, Old: d.Says}
	if text, err := regular.ReadFile(d.File, gomod.Limit); err == nil {
		n := 0
		for line := range strings.Lines(string(text)) {
			if n++; n == d.Line {
				e.Old = strings.TrimRight(line, "\r\n")
			}
		}
	}
	if by != "" {
		e.New = strings.Replace(e.Old, value, by, 1)
	}
	return e
}

// inProjects says in which projects something is so: " in DIR", or nothing for everywhere.
func inProjects(list []selected) string {
	if list[0].p == nil {
		return " everywhere"
	}
	var dirs []string
	for _, s := range list[:min(len(list), 3)] {
		dirs = append(dirs, s.p.Dir)
	}
	text := " in " + strings.Join(dirs, ", ")
	if n := len(list) - len(dirs); n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// fetchGo is the fix that gets a release into the module cache, where go finds it when a line or GOTOOLCHAIN asks for it.
func fetchGo(name string) finding.Fix {
	return finding.Fix{ID: "get-toolchain", Title: "fetch " + name + ", proved by its signed record",
		Argv: []string{"godoctor", "toolchains", "get", name}, NeedsNetwork: true, Undo: "godoctor clean --toolchains"}
}

// installGo is the fix that a person does.
func installGo(what string) finding.Fix {
	return finding.Fix{ID: "install-go", Title: "install " + what + " by the way that this go came, or from go.dev/dl", NeedsNetwork: true}
}
