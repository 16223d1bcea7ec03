package plain

import (
	"io"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// Event writes one object of JSON lines while a command is at work, before those of its document.
func Event(w io.Writer, name string, v any) error {
	l := lines{w: w}
	l.put(name, v)
	return l.err
}

// Got prints what came of toolchains get.
func (p *Printer) Got(s *report.GetSummary) {
	name := p.Theme.Strong(p.clean(s.Toolchain + " " + s.GOOS + "/" + s.GOARCH))
	place := map[string]string{"modcache": "the module cache", "sdk": "~/sdk"}[s.To]
	switch s.State {
	case "planned":
		size := "a zip of unknown size"
		if s.ZipBytes > 0 {
			size = p.size(s.ZipBytes)
		}
		if s.From == "" {
			p.line("%s would be unpacked from the zip in the module cache, %s, to %s: %s", name, size, place, p.clean(s.Root))
		} else {
			p.line("%s would be fetched from %s, %s, to %s: %s", name, p.clean(s.From), size, place, p.clean(s.Root))
		}
		p.line("  it has to have the hash of the signed record of %s: %s", p.clean(s.Module), p.clean(s.Hash))
		p.line("nothing was changed (-n)")
		return
	case "there":
		p.line("%s is in %s already: %s", name, place, p.clean(s.Root))
	default:
		p.line("%s is in %s: %s", name, place, p.clean(s.Root))
	}
	p.line("  %s: every file is as in the signed record of %s", p.Theme.Good("genuine"), p.clean(s.Module))
	if s.From != "" {
		p.line("  %s", p.came(s))
	}
	p.line("  it has no %s: the module of a toolchain lacks them", strings.Join(s.Lacks, ", "))
}

// came says what was fetched.
func (p *Printer) came(s *report.GetSummary) string {
	out := p.size(s.FetchedBytes) + " fetched from " + p.clean(s.From) + " in " + text.Duration(time.Duration(s.FetchMS)*time.Millisecond)
	if s.KeptBytes > 0 {
		out += ", " + p.size(s.KeptBytes) + " were there from an earlier run"
	}
	if s.Tries > 1 {
		out += ", " + plural(int64(s.Tries), "try", "tries")
	}
	return out
}
