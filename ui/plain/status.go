package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/ui/text"
)

// How many lines of a list are shown without --verbose.
const (
	fewModules = 10
	fewBuilds  = 8
	fewNotes   = 10
)

// Status prints where the bytes are: the verdict, the stores, what the build cache is made of, the
// largest module versions, and what could not be looked at. With r it says who needs what, with here first of all
// how the project is that the program was started in.
func (p *Printer) Status(inv *scan.Inventory, r *usage.Result, here *usage.Project) {
	p.Here(here)
	p.verdict(inv)
	p.stores(inv, r)
	if r != nil && len(r.Versions) > 0 {
		p.kept(inv, r)
	}
	if c := inv.BuildCache; c != nil && c.Headers && len(c.Groups) > 0 {
		p.builds(c)
	}
	if c := inv.ModCache; c != nil {
		p.largest(c.Versions)
		p.items("in the module cache that go never wrote", c.Aliens)
		p.items("in the module cache that broken-off work left", c.Leftovers)
	}
	p.facts(report.Facts(inv, r))
	if r != nil && len(r.Versions) > 0 { // else there is nothing to be in doubt about
		p.looked(inv)
		p.doubts(r)
	}
	p.notes(inv)
}

func (p *Printer) verdict(inv *scan.Inventory) {
	total := inv.Total()
	line := fmt.Sprintf("Go keeps %s here", p.size(total.Disk))
	if c := inv.ModCache; c != nil {
		line += fmt.Sprintf(", %s module versions", text.Count(int64(len(c.Versions))))
		if n := report.Offline(c); n > 0 {
			line += fmt.Sprintf("; up to %s unpack again offline from their zips", p.size(n))
		}
	}
	p.line("%s", p.Theme.Strong(line))
	if d := diskOf(inv); d.Total > 0 {
		p.line("%s of the disk, of which %s are free, %s of %s", percent(total.Disk, d.Total), percent(d.Free, d.Total),
			p.size(d.Free), p.size(d.Total))
	}
	if c := p.Change; c != nil {
		p.line("%s", p.change(c))
	}
	switch {
	case !inv.Done:
		p.line("%s", p.Theme.Warn("stopped early: the sizes are what was found by then"))
	case inv.Exact:
	case inv.Since.IsZero():
		p.line("%s", p.Theme.Muted("sizes of extracted modules are estimated from their zips (--fast)"))
	default:
		p.line("%s", p.Theme.Muted("what has not changed is as of "+inv.Since.Local().Format("2 Jan 15:04")+" (--fast)"))
	}
	p.line("")
}

// change says what became more or less.
func (p *Printer) change(c *Change) string {
	if p.Bytes {
		return fmt.Sprintf("%+d since %s", c.Bytes, c.Since.UTC().Format(time.RFC3339))
	}
	return text.Change(c.Bytes, c.Since, p.Now)
}

// diskOf is the file system of the first root that is there.
func diskOf(inv *scan.Inventory) scan.Disk {
	for _, r := range inv.Roots {
		if r.Real != "" {
			return r.Disk
		}
	}
	return scan.Disk{}
}

func percent(part, whole int64) string {
	if whole <= 0 {
		return "0%"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(part)/float64(whole))
}

func (p *Printer) stores(inv *scan.Inventory, r *usage.Result) {
	free := report.FreeableOf(inv, r)
	g := grid{right: []bool{false, true, true, true, false, false}}
	g.add("STORE", "SIZE", "CAN_FREE", "ITEMS", "GET_BACK", "PATH")
	for _, s := range inv.Stores {
		g.add(p.clean(s.Name), p.size(s.Size.Disk), p.size(free.Of(s.Name)), fmt.Sprint(s.Items), Back(report.StoreTier(s.Name)), p.clean(s.Path))
	}
	g.add("total", p.size(inv.Total().Disk), p.size(free.Total()), "", "", "")
	p.grid(&g, "")
}

// Back says in a word how a tier comes back.
func Back(tier string) string {
	switch tier {
	case "free":
		return "offline"
	case "network":
		return "download"
	}
	return tier
}

// grid writes a table whose first row is its header.
func (p *Printer) grid(g *grid, indent string) {
	g.write(p, indent, func(row int, line string) string {
		if row == 0 {
			return p.Theme.Muted(line)
		}
		return line
	})
	p.line("")
}

func (p *Printer) builds(c *gocache.Cache) {
	g := grid{right: []bool{false, false, true, true, true}}
	g.add("BUILT_BY", "PLATFORM", "SIZE", "ENTRIES", "OLDER_THAN_5D")
	rows := report.ByVersion(c.Groups)
	n := len(rows)
	if !p.Verbose {
		n = min(n, fewBuilds)
	}
	for _, r := range rows[:n] {
		g.add(cmp.Or(p.clean(r.GoVersion), "(unversioned)"), cmp.Or(p.clean(r.Platform()), "-"),
			p.size(r.Size.Disk), fmt.Sprint(r.Entries), p.size(r.Old.Disk))
	}
	p.grid(&g, "")
}

func (p *Printer) largest(versions []modcache.Version) {
	if len(versions) == 0 {
		return
	}
	top := slices.Clone(versions)
	slices.SortStableFunc(top, func(a, b modcache.Version) int { return cmp.Compare(b.Disk(), a.Disk()) })
	n := len(top)
	if !p.Verbose && n > fewModules {
		n = fewModules
	}
	g := grid{right: []bool{false, true, true, true, true}}
	g.add("LARGEST_MODULE_VERSIONS", "SIZE", "SOURCES", "ZIP", "FETCHED")
	for i := range top[:n] {
		v := &top[i]
		g.add(p.clean(v.Path+"@"+v.Version), p.size(v.Disk()), p.size(v.Sources.Disk), p.size(v.ZipSize.Disk), p.age(v.Fetched))
	}
	p.grid(&g, "")
	if n < len(top) {
		p.line("%s", p.Theme.Muted(fmt.Sprintf("%d more: godoctor ls", len(top)-n)))
		p.line("")
	}
}

func (p *Printer) items(what string, items []modcache.Item) {
	if len(items) == 0 {
		return
	}
	p.line("%s %s:", plural(int64(len(items)), "entry", "entries"), what)
	for i, it := range items {
		if i == fewNotes && !p.Verbose {
			p.line("  and %d more (-v shows them)", len(items)-i)
			break
		}
		p.line("  %s  %s: %s", p.size(it.Size.Disk), p.clean(it.Path), it.What)
	}
	p.line("")
}

// notes lists what kept the scan from looking, settings first.
func (p *Printer) notes(inv *scan.Inventory) {
	for _, pr := range inv.Problems {
		at := ""
		if pr.Line > 0 {
			at = fmt.Sprintf(" (%s:%d)", p.clean(pr.Path), pr.Line)
		}
		p.line("%s %s%s", p.Theme.Warn("note:"), p.clean(pr.Message), at)
	}
	if inv.Unread > 0 {
		p.line("%s %s could not be read:", p.Theme.Warn("note:"), plural(inv.Unread, "place"))
		for i, u := range inv.Unreadable {
			if i == fewNotes && !p.Verbose {
				p.line("  and %d more (-v shows them)", inv.Unread-int64(i))
				break
			}
			p.line("  %s: %s", p.clean(u.Path), p.clean(u.Err.Error()))
		}
	}
	if inv.Odds > 0 {
		var few []string
		for _, o := range inv.Odd[:min(3, len(inv.Odd))] {
			few = append(few, fmt.Sprintf("%s (%s)", p.clean(o.Path), o.Kind))
		}
		p.line("%s %s neither file nor directory, like %s", p.Theme.Warn("note:"),
			plural(inv.Odds, "entry is", "entries are"), strings.Join(few, ", "))
	}
}

// plural counts things: with one form an s is added, else the second is the plural.
func plural(n int64, one string, many ...string) string {
	if n == 1 {
		return "1 " + one
	}
	if len(many) > 0 {
		return text.Count(n) + " " + many[0]
	}
	return text.Count(n) + " " + one + "s"
}
