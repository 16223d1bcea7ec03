package plain

import (
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// BundleMade says what bundle was made. Size is what it takes on the disk.
func (p *Printer) BundleMade(b *report.Bundle, s report.BundleSummary, size int64) {
	p.line("%s: %s, %s", p.clean(b.Path), b.Kind, p.size(size))
	p.bundleHolds(b, s)
	if b.LeftOut > 0 {
		p.line("  %s left out, which the other bundle has", plural(int64(b.LeftOut), "version is", "versions are"))
	}
	p.line("  %s fetched, %s were here already; made in %s", p.size(b.FetchedB), plural(int64(b.Reused), "zip", "zips"), text.Duration(time.Duration(b.DurationMS)*time.Millisecond))
	p.line("  %s: checked, and installed from it alone by the go command", p.Theme.Good("rehearsed"))
	p.bundlePrivate(b, "has no signed record: who gets it needs its hash in a go.sum, or confirms it")
}

// bundleHolds says what is in a bundle.
func (p *Printer) bundleHolds(b *report.Bundle, s report.BundleSummary) {
	holds := plural(int64(s.Zips-s.Toolchains), "module version", "module versions")
	if n := s.Modules - s.Zips; n > 0 {
		holds += ", " + plural(int64(n), "more go.mod file", "more go.mod files")
	}
	if s.Toolchains > 0 {
		holds += ", " + plural(int64(s.Toolchains), "toolchain", "toolchains")
	}
	p.line("  %s", holds)
	if b.SumDB != "" {
		p.line("  records of %s under the tree head of %s records", p.clean(b.SumDB), text.Count(b.HeadSize))
	}
}

// bundlePrivate lists the versions without a record.
func (p *Printer) bundlePrivate(b *report.Bundle, what string) {
	for i := range b.Modules {
		if m := &b.Modules[i]; !m.Recorded && m.State != "planned" {
			p.line("  %s %s@%s %s: %s", p.Theme.Warn("private"), p.clean(m.Path), p.clean(m.Version), what, p.clean(strings.TrimSpace(m.Zip)))
		}
	}
}

// BundlePlanned says what would be in a bundle.
func (p *Printer) BundlePlanned(b *report.Bundle, s report.BundleSummary) {
	for i := range b.Modules {
		m := &b.Modules[i]
		size := ""
		if m.ZipBytes > 0 {
			size = "  " + p.size(m.ZipBytes) + " in the module cache"
		}
		if p.Verbose || i < bundleShown {
			p.line("%s@%s%s", p.clean(m.Path), p.clean(m.Version), size)
		}
	}
	if n := len(b.Modules) - bundleShown; n > 0 && !p.Verbose {
		p.line("and %d more (-v lists them)", n)
	}
	p.line("%s would hold %s, of %d of them the packages", p.clean(b.Path), plural(int64(s.Modules), "module version", "module versions"), s.Zips)
	p.line("nothing was made (-n)")
}

// bundleShown is how many versions are listed without -v.
const bundleShown = 40

// BundleChecked says what verify has found.
func (p *Printer) BundleChecked(b *report.Bundle, s report.BundleSummary) {
	p.line("%s: %s, %s in %s", p.clean(b.Path), b.Kind, p.size(b.Bytes), plural(int64(b.Files), "file", "files"))
	p.bundleHolds(b, s)
	p.bundleWrong(b)
	switch {
	case s.Wrong > 0:
		p.line("%s: %s", p.Theme.Bad("refused"), plural(int64(s.Wrong), "thing is wrong", "things are wrong"))
		return
	case s.Unproved > 0:
		p.bundleUnproved(b)
		p.line("nothing is wrong; for %s nobody here stands", plural(int64(s.Unproved), "version", "versions"))
	default:
		p.line("  %s: every file is as the manifest says, every hash as %s", p.Theme.Good("right"), witnesses(b))
	}
	p.bundleUnlinked(b)
}

// bundleUnlinked says that the go command cannot be given the records.
func (p *Printer) bundleUnlinked(b *report.Bundle) {
	if b.SumDB != "" && !b.Foreign && !b.Linked {
		p.line("  %s: this machine has seen another tree head, which the bundle does not lead from (bundle apply --help)", p.Theme.Warn("not linked"))
	}
}

// witnesses are those who stand for the hashes.
func witnesses(b *report.Bundle) string {
	sums, records := false, false
	for i := range b.Modules {
		sums = sums || b.Modules[i].Proof == "go.sum"
		records = records || b.Modules[i].Proof == "record"
	}
	switch {
	case sums && records:
		return "the signed records and go.sum say"
	case sums:
		return "go.sum says"
	}
	return "the signed records say"
}

func (p *Printer) bundleWrong(b *report.Bundle) {
	for _, f := range b.Faults {
		p.line("  %s %s", p.Theme.Bad("wrong"), p.clean(f.Error))
	}
	for i := range b.Modules {
		if m := &b.Modules[i]; m.State == "wrong" {
			p.line("  %s %s@%s: %s", p.Theme.Bad("wrong"), p.clean(m.Path), p.clean(m.Version), p.clean(m.Error))
		}
	}
}

func (p *Printer) bundleUnproved(b *report.Bundle) {
	for i := range b.Modules {
		if m := &b.Modules[i]; m.Proof == "" {
			p.line("  %s %s@%s: no signed record, and in no go.sum: %s", p.Theme.Warn("unproved"), p.clean(m.Path), p.clean(m.Version), p.clean(m.Zip))
		}
	}
}

// BundleApplied says what apply has done, or would do.
func (p *Printer) BundleApplied(b *report.Bundle, s report.BundleSummary) {
	if s.Wrong > 0 {
		p.BundleChecked(b, s)
		return
	}
	p.line("%s: %s, %s in %s", p.clean(b.Path), b.Kind, p.size(b.Bytes), plural(int64(b.Files), "file", "files"))
	p.bundleHolds(b, s)
	p.bundleUnproved(b)
	p.bundleUnlinked(b)
	planned := 0
	for i := range b.Modules {
		m := &b.Modules[i]
		switch {
		case m.State == "planned":
			planned++
			if p.Verbose {
				p.line("  would install %s@%s", p.clean(m.Path), p.clean(m.Version))
			}
		case m.State == "failed":
			p.line("  %s %s@%s: %s", p.Theme.Bad("failed"), p.clean(m.Path), p.clean(m.Version), p.clean(m.Error))
		case m.Path == "golang.org/toolchain":
			p.line("  %s %s: %s", p.clean(m.Version), m.State, map[string]string{"sdk": "~/sdk", "modcache": "the module cache"}[m.To])
		}
	}
	if planned > 0 || s.DryRun {
		p.line("%s would be installed, %d are there", plural(int64(planned), "version", "versions"), s.There)
		if s.DryRun {
			p.line("nothing was changed (-n)")
		}
		return
	}
	p.line("%d installed, %d were there, %d failed, in %s", s.Installed, s.There, s.Failed, text.Duration(time.Duration(b.DurationMS)*time.Millisecond))
}
