package scanfile

import (
	"golang.org/x/mod/module"

	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// found is how the look for projects went.
func (c *coder) found(f *project.Found) {
	list(c, "project_files", projectsMax, &f.Projects, func(c *coder, p **project.Project) {
		if *p == nil {
			*p = new(project.Project)
		}
		c.project(*p)
	})
	c.strs("gone", &f.Gone)
	list(c, "roots", fewMax, &f.Roots, func(c *coder, r *project.Root) {
		c.str("path", &r.Path)
		c.flag("exists", &r.Exists)
		c.because("error", &r.Err)
	})
	list(c, "skipped", fewMax, &f.Skipped, func(c *coder, s *project.Skipped) {
		word(c, "reason", &s.Reason)
		num(c, "count", &s.Count)
		c.strs("examples", &s.Examples)
	})
	c.unreadable("unreadable", &f.Unreadable)
	num(c, "unread", &f.Unread)
	part(c, "branches_read", &f.Branches, (*coder).branches)
	num(c, "entries", &f.Entries)
	num(c, "elapsed_ns", (*int64)(&f.Elapsed))
	c.flag("interrupted", &f.Interrupted)
}

func (c *coder) branches(b *project.Branches) {
	c.flag("asked", &b.Asked)
	num(c, "read", &b.Read)
	num(c, "left", &b.Left)
	list(c, "repositories", listMax, &b.Repositories, func(c *coder, r *project.Repository) {
		c.str("dir", &r.Dir)
		c.say("why", &r.Why)
		num(c, "left", &r.Left)
	})
	c.say("no_git", &b.NoGit)
}

var projectKinds = wordsOf(project.Modfile + 1)

// project is one go.mod or go.work file. The directories in its replacements are absolute: another system makes other
// paths of what stands in the file.
func (c *coder) project(p *project.Project) {
	c.str("file", &p.File)
	c.str("dir", &p.Dir)
	of(c, "kind", &p.Kind, projectKinds)
	c.flag("weak", &p.Weak)
	c.str("module", &p.Module)
	word(c, "go", &p.Go)
	word(c, "toolchain", &p.Toolchain)
	maybe(c, "main", &p.Main, (*coder).main)
	c.strs("use", &p.Use)
	c.replace(p.Dir, &p.Replace)
	c.strs("tools", &p.Tools)
	c.str("sum_file", &p.SumFile)
	c.sums("sums", &p.Sums)
	word(c, "sum_state", &p.SumState)
	maybe(c, "vendor", &p.Vendor, (*coder).vendor)
	c.refs("named", &p.Named)
	c.doubts("doubts", &p.Doubts)
	list(c, "branches", listMax, &p.Branches, func(c *coder, b *project.Branch) {
		c.strs("refs", &b.Refs)
		word(c, "go", &b.Go)
		word(c, "toolchain", &b.Toolchain)
		c.refs("named", &b.Named)
		c.sums("sums", &b.Sums)
		c.doubts("doubts", &b.Doubts)
	})
}

func (c *coder) main(m *modgraph.Main) {
	c.str("path", &m.Path)
	c.str("dir", &m.Dir)
	word(c, "go", &m.Go)
	c.refs("require", &m.Require)
	c.refs("exclude", &m.Exclude)
	c.replace(m.Dir, &m.Replace)
}

// replace is replace lines, seen from a directory: pairs of what is replaced and what replaces it.
func (c *coder) replace(dir string, p *[]modgraph.Replace) {
	var pairs []module.Version
	if c.out != nil {
		list := *p
		if !c.resolved {
			list = modgraph.Absolute(dir, list)
		}
		for _, r := range list {
			pairs = append(pairs, r.Old, r.New)
		}
	}
	if c.refs("replace", &pairs); c.out == nil && pairs != nil {
		*p = nil
		for i := 0; i+1 < len(pairs); i += 2 {
			*p = append(*p, modgraph.Replace{Old: pairs[i], New: pairs[i+1]})
		}
	}
}

func (c *coder) vendor(v *project.Vendor) {
	c.str("dir", &v.Dir)
	c.flag("used", &v.Used)
	c.say("why", &v.Why)
	c.flag("stale", &v.Stale)
	list(c, "vendored", listMax, &v.Modules, func(c *coder, m *project.VendorModule) {
		c.ref("module", &m.Version)
		c.ref("actual", &m.Actual)
		c.flag("explicit", &m.Explicit)
		num(c, "packages", &m.Packages)
	})
}

func (c *coder) doubts(name string, p *[]project.Doubt) {
	list(c, name, listMax, p, func(c *coder, d *project.Doubt) {
		word(c, "kind", &d.Kind)
		c.str("file", &d.File)
		num(c, "line", &d.Line)
		c.say("message", &d.Message)
		c.flag("bounded", &d.Bounded)
	})
}
