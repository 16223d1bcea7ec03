package verify

import (
	"fmt"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/binary"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

// A BuiltModule is a module that a program was built with, and who else knows its hash.
type BuiltModule struct {
	module.Version
	Replaced  module.Version // what it replaces; zero where it stands for itself
	Sum       string         // h1 that the linker wrote down; "" where it took a directory
	Witnesses []finding.Witness
	State     BuiltState
}

// A BuiltState is what came of comparing. Its text is part of the JSON contract.
type BuiltState string

// The states.
const (
	BuiltProved  BuiltState = "proved"  // the checksum database has this hash
	BuiltAgrees  BuiltState = "agrees"  // a go.sum file or the module cache has it, and nobody another one
	BuiltDiffers BuiltState = "differs" // somebody has another one
	BuiltUnknown BuiltState = "unknown" // nobody here knows the module version
	BuiltLocal   BuiltState = "local"   // a directory or a checkout: it has no hash
)

// ProgramModules are the modules that a program says it was built with, its main module first.
func ProgramModules(b *binary.Binary) []module.Version {
	var out []module.Version
	for _, m := range builtOf(b) {
		out = append(out, m.Version)
	}
	return out
}

func builtOf(b *binary.Binary) []BuiltModule {
	var out []BuiltModule
	if b.Module != "" { // programs of Go itself have none
		out = append(out, BuiltModule{Version: module.Version{Path: b.Module, Version: b.Version}, Sum: b.Sum})
	}
	for _, d := range b.Deps {
		m := BuiltModule{Version: module.Version{Path: d.Path, Version: d.Version}, Sum: d.Sum}
		if r := d.Replace; r != nil {
			m.Version, m.Replaced, m.Sum = module.Version{Path: r.Path, Version: r.Version}, m.Version, r.Sum
		}
		out = append(out, m)
	}
	return out
}

// Program compares the hashes in a program with those of go.sum files, of .ziphash files in the module cache, and of the checksum
// database, whose records are in the order of ProgramModules; nil: it is not asked. The cache may be nil. Findings are what
// somebody has otherwise: a program that was built from something else.
func Program(b *binary.Binary, projects []*project.Project, cache *modcache.Cache, records []Record) ([]BuiltModule, []finding.Finding) {
	list := builtOf(b)
	byName := make(map[module.Version]*BuiltModule, len(list))
	for i := range list {
		byName[list[i].Version] = &list[i]
	}
	for _, p := range projects {
		for _, l := range p.Sums {
			m := byName[module.Version{Path: l.Path, Version: l.Version}]
			if m != nil && !l.GoMod && strings.HasPrefix(l.Hash, "h1:") {
				m.hears(finding.Witness{Name: "gosum", Says: l.Hash, From: fmt.Sprintf("%s:%d", p.SumFile, l.Line)})
			}
		}
	}
	for i := 0; cache != nil && i < len(cache.Versions); i++ {
		v := &cache.Versions[i]
		m := byName[module.Version{Path: v.Path, Version: v.Version}]
		if m == nil || !v.Parts.Has(modcache.HasZiphash) {
			continue
		}
		file := strings.TrimSuffix(v.Zip, ".zip") + ".ziphash"
		if hash, err := regular.ReadFile(file, 1<<10); err == nil {
			m.hears(finding.Witness{Name: "ziphash", Says: strings.TrimSpace(string(hash)), From: file})
		}
	}
	var found []finding.Finding
	for i := range list {
		m := &list[i]
		if i < len(records) && records[i].Err == nil && records[i].Zip != "" {
			m.hears(finding.Witness{Name: "sumdb", Says: records[i].Zip})
		}
		if m.judge(); m.State == BuiltDiffers {
			found = append(found, m.finding(b))
		}
	}
	return list, found
}

// hears takes a witness, of those that say the same the first few.
func (m *BuiltModule) hears(w finding.Witness) {
	same := 0
	for _, o := range m.Witnesses {
		if o.Name == w.Name && o.Says == w.Says {
			same++
		}
	}
	if same < 3 {
		m.Witnesses = append(m.Witnesses, w)
	}
}

func (m *BuiltModule) judge() {
	m.State = BuiltUnknown
	if m.Sum == "" {
		m.State = BuiltLocal // a directory or a checkout
		return
	}
	proved := false
	for i := range m.Witnesses {
		w := &m.Witnesses[i]
		switch {
		case w.Says != m.Sum:
			m.State = BuiltDiffers
		case w.Name == "sumdb":
			proved = true
		}
		if m.State == BuiltUnknown {
			m.State = BuiltAgrees
		}
	}
	if proved { // a signed record is the last word, whatever go.sum files say
		m.State = BuiltProved
	}
}

func (m *BuiltModule) finding(b *binary.Binary) finding.Finding {
	f := finding.Finding{Check: "gosum-unsettled", Severity: finding.Error, Title: "a program was built from something else than this version is elsewhere",
		Detail:    "the linker wrote down a hash that others do not have: one of them saw a module that was changed. With --sumdb the checksum database is asked",
		Target:    finding.Target{Module: m.Path, Version: m.Version.Version, Path: b.Path},
		Witnesses: append([]finding.Witness{{Name: "binary", Says: m.Sum, From: b.Path}}, m.Witnesses...)}
	for i := range f.Witnesses {
		if f.Witnesses[i].Name == "sumdb" {
			f.Check, f.Witnesses[0].Lies = "sumdb-mismatch", true
			f.Title = "a program was built from something else than was published"
			f.Detail = "the checksum database has another hash for this version: the program was not built from what was published"
		}
	}
	f.Docs = f.Check
	return f
}
