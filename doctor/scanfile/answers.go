package scanfile

import (
	"cmp"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/modgraph"
)

// usage is who needs what, as it was worked out on the machine itself: it takes reading what is not in the file.
func (c *coder) usage(r *usage.Result) {
	list(c, "needs", versionsMax, &r.Versions, (*coder).need)
	list(c, "of_projects", projectsMax, &r.Projects, (*coder).needs)
	list(c, "of_toolchains", fewMax, &r.Toolchains, func(c *coder, p *[]int32) { ints(c, "selected_by", p) })
	list(c, "usage_doubts", listMax, &r.Doubts, func(c *coder, d *usage.Doubt) {
		c.str("path", &d.Path)
		num(c, "line", &d.Line)
		c.say("message", &d.Message)
		c.flag("bounded", &d.Bounded)
	})
	c.flag("unsure", &r.Unsure)
	c.flag("asked", &r.Asked)
	num(c, "looked_ns", (*int64)(&r.Looked))
}

// need is how much one module version is needed. Its uses are pairs of a project and a way.
func (c *coder) need(u *usage.Version) {
	word(c, "state", &u.State)
	word(c, "tier", &u.Tier)
	var uses []int32
	if c.out != nil {
		for _, use := range u.Uses {
			uses = append(uses, use.Project, int32(use.How))
		}
	}
	if ints(c, "uses", &uses); c.out == nil && uses != nil {
		u.Uses = make([]usage.Use, 0, len(uses)/2)
		for i := 0; i+1 < len(uses); i += 2 {
			u.Uses = append(u.Uses, usage.Use{Project: uses[i], How: usage.How(min(uses[i+1], 255))})
		}
	}
	c.says("others", &u.Others)
	c.flag("pinned", &u.Pinned)
	c.str("pattern", &u.Pattern)
	c.flag("young", &u.Young)
	c.time("read", &u.Read)
	c.flag("newest", &u.Newest)
	word(c, "hash", &u.Hash)
	c.flag("private", &u.Private)
	c.flag("gone", &u.Gone)
	ints(c, "built", &u.Built)
}

// needs is what is known of the needs of a project, beside what its files say.
func (c *coder) needs(p *usage.Project) {
	c.flag("vendored", &p.Vendored)
	num(c, "needed", &p.Needed)
	num(c, "present", &p.Present)
	num(c, "selected", &p.Selected)
	num(c, "no_info", &p.NoInfo)
	each(c, "missing", listMax, &p.Missing, func(c *coder, m *modgraph.Missing) {
		object(c, m, func(c *coder, m *modgraph.Missing) {
			c.ref("module", &m.Version)
			c.because("error", &m.Err)
		})
		m.Err = cmp.Or(m.Err, errNoReason)
	})
	num(c, "missing_bytes", &p.MissingBytes)
	c.seconds("seconds", &p.Seconds)
	word(c, "gosum", &p.GoSum)
	c.strs("gosum_lacks", &p.SumLacks)
	c.raised(&p.Raised)
	word(c, "deps", &p.Deps)
	word(c, "new_go", &p.NewGo)
	word(c, "selects", &p.Selects)
	c.say("decides", &p.Decides)
	c.flag("installed", &p.Installed)
	c.flag("offline", &p.Offline)
	c.flag("perhaps", &p.Perhaps)
	c.says("because", &p.Because)
	c.flag("doubted", &p.Doubted)
}

// raised is requirements that others raise: pairs of a version as go.mod has it and the one in the build list.
func (c *coder) raised(p *[]usage.Raised) {
	var pairs []module.Version
	if c.out != nil {
		for _, r := range *p {
			pairs = append(pairs, r.Version, module.Version{Path: r.Path, Version: r.To})
		}
	}
	if c.refs("raised", &pairs); c.out == nil && pairs != nil {
		*p = nil
		for i := 0; i+1 < len(pairs); i += 2 {
			*p = append(*p, usage.Raised{Version: pairs[i], To: pairs[i+1].Version})
		}
	}
}

// checked is what the checks found.
func (c *coder) checked(r *Checked) {
	c.strs("ran", &r.Ran)
	num(c, "projects", &r.Projects)
	num(c, "ignored", &r.Ignored)
	list(c, "findings", listMax, &r.Findings, (*coder).finding)
}

var severities = wordsOf(finding.Note + 1)

// finding is one thing that is wrong. What mends it is named, and the command is left out: it is for that machine, and a
// file that somebody sent is not to put a command into anybody's mouth.
func (c *coder) finding(f *finding.Finding) {
	c.str("check", &f.Check)
	of(c, "severity", &f.Severity, severities)
	c.say("title", &f.Title)
	c.say("detail", &f.Detail)
	part(c, "target", &f.Target, func(c *coder, t *finding.Target) {
		c.str("module", &t.Module)
		c.str("version", &t.Version)
		c.str("path", &t.Path)
		c.str("file", &t.File)
		num(c, "line", &t.Line)
	})
	list(c, "witnesses", listMax, &f.Witnesses, func(c *coder, w *finding.Witness) {
		word(c, "name", &w.Name)
		c.say("says", &w.Says)
		c.str("from", &w.From)
		c.flag("lies", &w.Lies)
	})
	list(c, "files", listMax, &f.Files, func(c *coder, x *finding.File) {
		c.str("path", &x.Path)
		word(c, "change", &x.Change)
	})
	num(c, "more", &f.More)
	c.fixes(&f.Fixes)
	c.str("docs", &f.Docs)
}

func (c *coder) fixes(p *[]finding.Fix) {
	fixes := *p
	if c.out != nil { // those that are more than a command
		fixes = slices.DeleteFunc(slices.Clone(fixes), func(f finding.Fix) bool { return f.Title == "" })
	}
	list(c, "fixes", listMax, &fixes, func(c *coder, f *finding.Fix) {
		word(c, "id", &f.ID)
		c.say("title", &f.Title)
		c.flag("needs_network", &f.NeedsNetwork)
		num(c, "bytes", &f.Bytes)
	})
	if c.out == nil {
		*p = fixes
	}
}
