package report

import (
	"godoctor/doctor/verify"
	"godoctor/scan/binary"
	"godoctor/scan/toolchain"
)

// A Program is what a file says of itself, and what others say of the modules in it.
type Program struct {
	Format      string        `json:"format"`  // ELF, PE, Mach-O, ...
	Machine     string        `json:"machine"` // in the words of the format; "" where the header does not say
	SHA256      string        `json:"sha256"`
	BuildID     string        `json:"build_id"`
	Support     string        `json:"support"` // of the Go that built it
	SupportText string        `json:"support_text"`
	Settings    []Variable    `json:"settings"`
	Modules     []BuiltModule `json:"modules"`
}

// A Variable is a name and a value.
type Variable struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A BuiltModule is a module that a program was built with, and who else knows its hash.
type BuiltModule struct {
	Path     string     `json:"path"`
	Version  string     `json:"version"`
	Sum      string     `json:"sum"`
	Replaces string     `json:"replaces"` // the module version in whose place it stands
	State    string     `json:"state"`    // proved, agrees, differs, unknown or local
	Evidence []Evidence `json:"evidence"` // who else says a hash
}

// A ProgramSummary counts what was looked at.
type ProgramSummary struct {
	Programs int            `json:"programs"`
	Problems int            `json:"problems"` // files that say nothing of their build
	Modules  map[string]int `json:"modules"`  // by their state
	Asked    bool           `json:"asked"`    // the checksum database was asked
}

// NewProgram makes the shape of a program that was looked at. What grants access to something is left out of settings by clean.
func NewProgram(f *binary.File, list []verify.BuiltModule, support toolchain.Support, text string, clean func(key, value string) string) Binary {
	b := &f.Binary
	p := &Program{Format: f.Format, Machine: f.Machine, SHA256: f.SHA256, BuildID: f.BuildID, Support: string(support), SupportText: text,
		Settings: []Variable{}, Modules: []BuiltModule{}}
	for _, s := range b.Settings {
		p.Settings = append(p.Settings, Variable{s.Key, clean(s.Key, s.Value)})
	}
	for i := range list {
		m := &list[i]
		x := BuiltModule{Path: m.Path, Version: m.Version.Version, Sum: m.Sum, State: string(m.State), Evidence: []Evidence{}}
		if m.Replaced.Path != "" {
			x.Replaces = m.Replaced.String()
		}
		for _, w := range m.Witnesses {
			x.Evidence = append(x.Evidence, Evidence{w.Name, w.Says, w.From, path64(w.From), w.Lies})
		}
		p.Modules = append(p.Modules, x)
	}
	out := newBinary(b)
	out.Program = p
	return out
}
