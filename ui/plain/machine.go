package plain

import (
	"cmp"
	"fmt"
	"strings"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/toolchain"
)

// Toolchains prints every installed Go, with r the number of projects that select each.
func (p *Printer) Toolchains(f *toolchain.Found, r *usage.Result) {
	if f == nil {
		p.line("toolchains are not looked for where only a cache is named (--modcache, --gocache)")
		return
	}
	if why := f.Choice.Why; why != "" {
		p.line("%s", p.Theme.Strong(p.clean(why)))
	}
	for _, s := range f.Choice.Problems {
		p.line("%s %s", p.Theme.Warn("note:"), p.clean(s))
	}
	p.line("")
	g := grid{right: []bool{false, false, false, true, true, false, false}}
	g.add("VERSION", "PLATFORM", "SOURCE", "SIZE", "PROJECTS", "SUPPORT", "PATH")
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		name := cmp.Or(t.Version, "unknown")
		if t.Active {
			name = "*" + name
		}
		size := "?"
		if t.SizeKnown {
			size = p.size(t.Size.Disk)
		}
		users := "?"
		if r != nil && r.Asked && i < len(r.Toolchains) {
			users = fmt.Sprint(len(r.Toolchains[i]))
		}
		g.add(p.clean(name), p.clean(t.GOOS+"/"+t.GOARCH), p.clean(t.Source), size, users, p.clean(string(t.Support)), p.clean(t.Root))
	}
	p.grid(&g, "")
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		for _, s := range t.Problems {
			p.line("%s %s: %s", p.Theme.Warn("note:"), p.clean(t.Root), p.clean(s))
		}
		if p.Verbose {
			p.line("  %s: %s; %s; from %s", p.clean(t.Root), p.clean(t.Why), p.clean(t.SupportText), p.clean(t.Owner))
			for _, s := range t.Also {
				p.line("    also %s", p.clean(s))
			}
		}
	}
	for _, a := range f.Archives {
		p.line("%s archive %s, %s: not needed once it is unpacked", p.Theme.Warn("note:"), p.clean(a.Path), p.size(a.Size.Disk))
	}
}

// Binaries prints the installed programs.
func (p *Printer) Binaries(f *binary.Found) {
	if f == nil {
		p.line("programs are not looked for where only a cache is named (--modcache, --gocache)")
		return
	}
	g := grid{right: []bool{false, false, true, false, false}}
	g.add("PROGRAM", "BUILT_BY", "SIZE", "FROM", "RENEW")
	for i := range f.Binaries {
		b := &f.Binaries[i]
		renew := strings.Join(b.Renew, " ")
		if renew == "" {
			renew = "- " + cmp.Or(b.Problem, b.RenewWhy)
		}
		from := b.Module
		if b.Version != "" {
			from += "@" + b.Version
		}
		g.add(p.clean(b.Name), cmp.Or(p.clean(b.GoVersion), "-"), p.size(b.Size.Disk), cmp.Or(p.clean(from), "-"), p.clean(renew))
	}
	p.grid(&g, "")
	for i := range f.Binaries {
		if b := &f.Binaries[i]; b.Shadowed != "" {
			p.line("%s %s does not run when you type %s: %s comes first in PATH", p.Theme.Warn("note:"),
				p.clean(b.Path), p.clean(b.Name), p.clean(b.Shadowed))
		}
	}
	for _, d := range f.Dirs {
		switch {
		case d.Problem != "":
			p.line("%s %s: %s", p.Theme.Warn("note:"), p.clean(d.Path), p.clean(d.Problem))
		case d.Exists && !d.OnPath && d.Source != binary.SourceCross:
			p.line("%s %s (%s) is not in PATH: the shell does not find what is in it", p.Theme.Warn("note:"), p.clean(d.Path), p.clean(d.Source))
		}
	}
}

// Settings prints settings, what each overrides below it.
func (p *Printer) Settings(list []report.Setting, inv *scan.Inventory) {
	g := grid{right: []bool{false, false, false}}
	g.add("KEY", "ORIGIN", "VALUE")
	for _, s := range list {
		g.add(p.clean(s.Key), p.clean(s.Origin), p.clean(s.Value))
		for _, o := range s.Overrides {
			at := ""
			if o.File != "" {
				at = fmt.Sprintf(" (%s:%d)", p.clean(o.File), o.Line)
			}
			g.add("-", "overrides", p.clean(o.Value)+"  from "+p.clean(o.Origin)+at)
		}
	}
	p.grid(&g, "")
	p.notes(inv)
}

// facts prints what the user may not know.
func (p *Printer) facts(list []report.Fact) {
	for _, f := range list {
		s := p.clean(f.Text)
		if f.Bytes > 0 {
			s = p.size(f.Bytes) + " " + s
		}
		p.line("- %s", s)
	}
	if len(list) > 0 {
		p.line("")
	}
}
