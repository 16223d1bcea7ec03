package plain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// fewBuilt is how many modules of a program are told without --verbose, where nothing is wrong with them.
const fewBuilt = 20

// Programs prints all about programs, a block each.
func (p *Printer) Programs(list []report.Binary, s report.ProgramSummary) {
	for i := range list {
		if i > 0 {
			p.line("")
		}
		p.program(&list[i])
	}
	if s.Modules["unknown"] > 0 && !s.Asked {
		p.line("%s nobody here knows the hash of %s: --sumdb asks the checksum database", p.Theme.Muted("note:"), plural(int64(s.Modules["unknown"]), "module"))
	}
}

func (p *Printer) program(b *report.Binary) {
	x := b.Program
	p.line("%s", p.Theme.Strong(p.clean(b.Path)))
	g := grid{right: []bool{false, false}}
	format := x.Format
	if x.Machine != "" {
		format += ", " + x.Machine
	}
	g.add("format", p.clean(format))
	if b.GOOS != "" {
		g.add("platform", p.clean(b.GOOS+"/"+b.GOARCH))
	}
	g.add("size", p.size(b.Bytes))
	g.add("sha256", x.SHA256)
	if x.BuildID != "" {
		g.add("build ID", p.clean(x.BuildID))
	}
	if b.Go == "" {
		g.write(p, "  ", nil)
		p.line("  %s", p.clean(b.Problem))
		return
	}
	g.add("built by", p.clean(b.Go+": "+x.SupportText))
	if b.Package != "" {
		g.add("package", p.clean(b.Package))
	}
	if b.Module != "" {
		g.add("module", p.clean(strings.TrimSuffix(b.Module+"@"+b.Version, "@")))
	}
	for _, s := range x.Settings {
		g.add(p.clean(s.Key), p.clean(s.Value))
	}
	g.write(p, "  ", nil)
	if b.Problem != "" {
		p.line("  %s %s", p.Theme.Muted("note:"), p.clean(b.Problem))
	}
	p.builtModules(x.Modules)
}

// builtModules prints modules, those first with which something is wrong.
func (p *Printer) builtModules(list []report.BuiltModule) {
	if len(list) == 0 {
		return
	}
	order := map[string]int{"differs": -2, "unknown": -1}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b report.BuiltModule) int { return order[a.State] - order[b.State] })
	g := grid{right: []bool{false, false, false}}
	g.add("MODULE", "HASH", "KNOWN_TO")
	shown := list
	if !p.Verbose {
		shown = shown[:min(len(shown), fewBuilt)]
	}
	for i := range shown {
		m := &shown[i]
		name := strings.TrimSuffix(m.Path+"@"+m.Version, "@")
		if m.Replaces != "" {
			name += " for " + m.Replaces
		}
		g.add(p.clean(name), m.State, p.clean(cmp.Or(strings.Join(whoKnows(m.Evidence), ", "), "-")))
	}
	g.write(p, "  ", func(row int, line string) string {
		if row > 0 && shown[row-1].State == "differs" {
			return p.Theme.Bad(line)
		}
		return line
	})
	if n := len(list) - len(shown); n > 0 {
		p.line("  and %s more (-v shows them)", text.Count(int64(n)))
	}
}

// whoKnows names the witnesses of a hash.
func whoKnows(list []report.Evidence) []string {
	names := map[string]string{"gosum": "go.sum", "ziphash": "module cache", "sumdb": "checksum database"}
	known := make(map[string]bool)
	for _, w := range list {
		known[cmp.Or(names[w.Name], w.Name)] = true
	}
	return slices.Sorted(maps.Keys(known))
}

// Rebuilt prints what came of building a program twice.
func (p *Printer) Rebuilt(r *report.Rebuild) {
	what := fmt.Sprintf("%s for %s/%s with %s", p.clean(r.Package), p.clean(r.GOOS), p.clean(r.GOARCH), p.clean(r.Go))
	if r.Reproducible {
		p.line("%s %s: two builds in two directories are the same, byte for byte", p.Theme.Good("reproducible:"), what)
	} else {
		p.line("%s %s: %s", p.Theme.Bad("not reproducible:"), what, p.clean(r.Reason))
	}
	g := grid{right: []bool{false, false}}
	for i, f := range r.Files {
		g.add(fmt.Sprintf("build %d", i+1), f.SHA256)
	}
	g.add("flags", p.clean(strings.Join(r.Flags, " ")))
	g.add("settings", p.clean(strings.Join(r.Environment, " ")))
	if len(r.Parts) > 0 {
		g.add("they differ in", p.clean(strings.Join(r.Parts, " ")))
	}
	g.write(p, "  ", nil)
	if x := r.Given; x != nil {
		if x.Same {
			p.line("%s %s is what these sources make", p.Theme.Good("the same:"), p.clean(x.Name))
		} else {
			p.line("%s %s (%s) is not what these sources make:", p.Theme.Bad("another one:"), p.clean(x.Name), x.SHA256)
		}
	}
}
