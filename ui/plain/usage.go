package plain

import (
	"cmp"
	"fmt"
	"time"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/text"
)

// fewUsers is how many projects are told for a module version without --verbose.
const fewUsers = 5

// Here says in a line how the project is that the program was started in.
func (p *Printer) Here(here *usage.Project) {
	if here == nil {
		return
	}
	p.line("%s", p.Theme.Strong(p.clean(report.HereWords(here))))
}

// kept says what can be freed and what each state of module versions withholds.
func (p *Printer) kept(inv *scan.Inventory, r *usage.Result) {
	free := report.FreeableOf(inv, r)
	line := fmt.Sprintf("nobody needs %s of it", p.size(free.Total()))
	if r.Unsure {
		line = "nothing is called unused, because not everything is known"
	}
	if free.Hold > 0 {
		line += fmt.Sprintf("; %s more may not come back once removed", p.size(free.Hold))
	}
	p.line("%s", line)
	g := grid{right: []bool{false, true, true, false}}
	g.add("STATE", "VERSIONS", "SIZE", "MEANS")
	for _, k := range report.KeptBy(inv, r) {
		if k.Versions > 0 {
			g.add(k.State, fmt.Sprint(k.Versions), p.size(k.DiskBytes), report.StateWords(usage.State(k.State)))
		}
	}
	p.grid(&g, "")
}

// doubts says why less is known than one would like, the worst first.
func (p *Printer) doubts(r *usage.Result) {
	for i, d := range r.Doubts {
		if i == fewNotes && !p.Verbose {
			p.line("  and %d more (-v shows them)", len(r.Doubts)-i)
			break
		}
		at := ""
		if d.Line > 0 {
			at = fmt.Sprintf(" (%s:%d)", p.clean(d.Path), d.Line)
		}
		p.line("%s %s%s", p.Theme.Warn("note:"), p.clean(d.Message), at)
	}
}

// looked says in a line where projects were looked for and what was left out.
func (p *Printer) looked(inv *scan.Inventory) {
	f := inv.Projects
	if f == nil {
		return
	}
	s := plural(int64(len(f.Projects)), "project")
	if n := len(f.Gone); n > 0 {
		s += ", " + plural(int64(n), "project that was there before is gone", "projects that were there before are gone")
	}
	if f.Branches.Read > 0 {
		s += fmt.Sprintf(", %s read", plural(int64(f.Branches.Read), "git branch", "git branches"))
	}
	if f.Branches.Left > 0 || len(f.Branches.Repositories) > 0 {
		s += fmt.Sprintf(", branches of %s not read whole", plural(int64(len(f.Branches.Repositories)), "repository", "repositories"))
	}
	if f.Branches.NoGit != "" && f.Branches.Asked {
		s += ", no git branches: " + p.clean(f.Branches.NoGit)
	}
	p.line("%s", p.Theme.Muted(s))
	if p.Verbose {
		for _, k := range f.Skipped {
			p.line("  left out %s: %s", plural(int64(k.Count), "directory", "directories"), p.clean(string(k.Reason)))
		}
	}
}

// Projects prints the projects that were picked.
func (p *Printer) Projects(inv *scan.Inventory, r *usage.Result, list []*usage.Project) {
	g := grid{right: []bool{false, false, false, true, true, false, false, false}}
	g.add("PROJECT", "GO", "SELECTS", "PRESENT", "TO_FETCH", "GO.SUM", "OFFLINE", "PATH")
	for _, q := range list {
		present := fmt.Sprintf("%d/%d", q.Present, q.Needed)
		if q.Vendored {
			present = "vendored"
		}
		selects := cmp.Or(q.Selects, "-")
		if !q.Installed {
			selects += "!"
		}
		g.add(p.clean(cmp.Or(q.Module, "("+q.Kind.String()+")")), p.clean(cmp.Or(q.Go, "-")), p.clean(selects), present,
			p.size(q.MissingBytes), p.clean(cmp.Or(q.GoSum, "-")), report.OfflineWord(q), p.clean(q.File))
	}
	p.grid(&g, "")
	for _, q := range list {
		if (p.Verbose || len(list) == 1) && !q.Offline {
			for _, why := range q.Because {
				p.line("%s: %s", p.clean(q.File), p.clean(why))
			}
		}
	}
	p.looked(inv)
	p.doubts(r)
}

// Needs prints what one project needs and what go does about each.
func (p *Printer) Needs(q *usage.Project, list []usage.Need) {
	p.line("go %s selects %s: %s", p.clean(cmp.Or(q.Go, "(no go line)")), p.clean(cmp.Or(q.Selects, "nothing")), p.clean(q.Decides))
	if q.NoInfo > 0 {
		p.line("%s without .info: go mod download would ask the network for it, builds do not need it", plural(int64(q.NoInfo), "module version is here", "module versions are here"))
	}
	if q.MissingBytes > 0 {
		s := "to fetch: about " + p.size(q.MissingBytes)
		if q.Seconds > 0 {
			s += ", " + text.Duration(time.Duration(q.Seconds*float64(time.Second))) + " at the rate of the last download"
		}
		p.line("%s", s)
	}
	p.line("")
	g := grid{right: []bool{false, false, true, false, false}}
	g.add("MODULE", "GO_DOES", "SIZE", "BECAUSE_OF", "REPLACED_BY")
	for _, n := range list {
		actual, size := "", ""
		if n.Actual != n.Version {
			actual = p.clean(n.Actual.String())
		}
		if n.Doing == usage.Download {
			size = "~" + p.size(n.Bytes)
		}
		g.add(p.clean(n.Version.String()), n.Doing.String(), size, n.File, actual)
	}
	p.grid(&g, "")
}

// Why prints what keeps module versions, each with its proofs, or that nothing does.
func (p *Printer) Why(inv *scan.Inventory, r *usage.Result, picked []int) {
	for n, i := range picked {
		if n > 0 {
			p.line("")
		}
		v, u := &inv.ModCache.Versions[i], &r.Versions[i]
		p.line("%s  %s, %s", p.Theme.Strong(p.clean(v.Path+"@"+v.Version)), u.State, p.size(v.Disk()))
		for _, s := range r.Reasons(i) {
			p.line("  %s", p.clean(s))
		}
		few := fewUsers
		if p.Verbose {
			few = len(u.Uses)
		}
		for _, proof := range r.Why(i, few) {
			p.proof(&proof)
		}
		if more := len(u.Uses) - few; more > 0 {
			p.line("  and %s (-v shows them)", plural(int64(more), "more project"))
		}
		for _, b := range u.Built {
			p.line("  installed program %s was built from it", p.clean(inv.Binaries.Binaries[b].Path))
		}
	}
	p.line("")
	p.doubts(r)
}

func (p *Printer) proof(proof *usage.Proof) {
	p.line("  %s", p.clean(proof.Project.File))
	p.line("    %s", proof.How)
	for _, l := range proof.Links {
		by := l.File
		if by == "" {
			by = l.By.String()
		}
		over := ""
		if l.Over.Path != "" {
			over = ", replaced by " + l.Over.String()
		}
		p.line("    %s requires %s%s", p.clean(by), p.clean(l.To.String()), p.clean(over))
	}
	if proof.Line > 0 {
		p.line("    %s:%d", p.clean(proof.File), proof.Line)
	}
	for _, ref := range proof.Refs {
		p.line("    at %s", p.clean(ref))
	}
}
