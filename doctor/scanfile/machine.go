package scanfile

import (
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/goenv"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
)

// env is the settings of go. What grants access to something is not written: a setting is told as a snapshot tells it.
func (c *coder) env(inv *scan.Inventory) {
	r := new(goenv.Record)
	if c.out != nil && inv.Env != nil {
		r = inv.Env.Record()
	}
	if !c.is("env", inv.Env == nil) {
		return
	}
	object(c, r, func(c *coder, r *goenv.Record) {
		word(c, "goos", &r.GOOS)
		list(c, "settings", fewMax, &r.Settings, (*coder).settingOf)
		list(c, "other_settings", fewMax, &r.Others, (*coder).settingOf)
		list(c, "setting_problems", fewMax, &r.Problems, (*coder).settingProblem)
		c.value("GOCACHE", "gocache_set", &r.GOCACHE)
		c.say("no_home", &r.NoHome)
	})
	if c.out == nil {
		inv.Env = r.Env()
	}
	c.done()
}

func (c *coder) settingOf(s *goenv.Setting) {
	c.str("key", &s.Key)
	c.value(s.Key, "value", &s.Value)
	c.value(s.Key, "raw", &s.Raw)
	word(c, "origin", &s.Origin)
	c.str("file", &s.File)
	num(c, "line", &s.Line)
	list(c, "overrides", listMax, &s.Overrides, func(c *coder, o *goenv.Source) {
		word(c, "origin", &o.Origin)
		c.str("file", &o.File)
		num(c, "line", &o.Line)
		c.value(s.Key, "value", &o.Value)
	})
}

// value is the value of a setting.
func (c *coder) value(key, name string, p *string) {
	c.text(name, p, func(s string) string { return c.setting(key, s) })
}

func (c *coder) settingProblem(p *goenv.Problem) {
	c.str("key", &p.Key)
	c.str("file", &p.File)
	num(c, "line", &p.Line)
	c.say("message", &p.Message)
	c.value(p.Key, "text", &p.Text)
	c.flag("unknown", &p.Unknown)
	c.str("near", &p.Near)
}

func (c *coder) toolchains(f *toolchain.Found) {
	list(c, "installed", fewMax, &f.Toolchains, (*coder).toolchain)
	list(c, "archives", fewMax, &f.Archives, (*coder).archive)
	list(c, "partials", fewMax, &f.Partials, func(c *coder, p *toolchain.Partial) {
		c.str("path", &p.Path)
		word(c, "source", &p.Source)
		c.strs("missing", &p.Missing)
	})
	part(c, "choice", &f.Choice, (*coder).choice)
	list(c, "commands", fewMax, &f.Commands, func(c *coder, d *toolchain.Command) {
		c.str("path", &d.Path)
		c.str("root", &d.Root)
		c.str("shim", &d.Shim)
	})
	c.time("releases_as_of", &f.Table.AsOf)
	list(c, "releases", fewMax, &f.Table.Releases, func(c *coder, r *toolchain.Release) {
		num(c, "minor", &r.Minor)
		num(c, "newest", &r.Newest)
		c.time("date", &r.Date)
	})
	c.unreadable("unreadable", &f.Unreadable)
}

func (c *coder) toolchain(t *toolchain.Toolchain) {
	c.str("version", &t.Version)
	c.str("version_file", &t.VersionFile)
	word(c, "os", &t.GOOS)
	word(c, "arch", &t.GOARCH)
	c.str("root", &t.Root)
	word(c, "source", &t.Source)
	c.strs("also", &t.Also)
	c.str("official", &t.Official)
	c.flag("active", &t.Active)
	c.say("why", &t.Why)
	c.str("as", &t.As)
	c.size("size", &t.Size)
	c.flag("size_known", &t.SizeKnown)
	word(c, "support", &t.Support)
	c.say("support_text", &t.SupportText)
	word(c, "owner", &t.Owner)
	c.flag("removable", &t.Removable)
	c.says("problems", &t.Problems)
	c.time("time", &t.Time)
}

func (c *coder) archive(a *toolchain.Archive) {
	c.str("path", &a.Path)
	c.str("version", &a.Version)
	word(c, "os", &a.GOOS)
	word(c, "arch", &a.GOARCH)
	c.size("size", &a.Size)
	c.time("time", &a.Time)
}

func (c *coder) choice(h *toolchain.Choice) {
	c.str("command", &h.Command)
	c.str("shim", &h.Shim)
	c.str("local", &h.Local)
	c.str("name", &h.Name)
	c.str("root", &h.Root)
	c.say("why", &h.Why)
	c.says("problems", &h.Problems)
}

func (c *coder) binaries(f *binary.Found) {
	list(c, "programs", listMax, &f.Binaries, (*coder).program)
	list(c, "dirs", fewMax, &f.Dirs, func(c *coder, d *binary.Dir) {
		c.str("path", &d.Path)
		word(c, "source", &d.Source)
		c.flag("exists", &d.Exists)
		c.flag("on_path", &d.OnPath)
		c.say("problem", &d.Problem)
	})
	c.size("size", &f.Size)
	c.unreadable("unreadable", &f.Unreadable)
	c.flag("interrupted", &f.Interrupted)
}

// program is an installed program. The command that makes it anew is not written, but that there is one: what follows from
// the name of the module is not taken from a file.
func (c *coder) program(b *binary.Binary) {
	c.str("path", &b.Path)
	c.str("name", &b.Name)
	c.str("link", &b.Link)
	c.size("size", &b.Size)
	c.time("time", &b.Time)
	word(c, "go", &b.GoVersion)
	word(c, "os", &b.GOOS)
	word(c, "arch", &b.GOARCH)
	c.str("package", &b.Package)
	c.str("module", &b.Module)
	c.str("module_version", &b.Version)
	c.str("sum", &b.Sum)
	list(c, "deps", listMax, &b.Deps, (*coder).dep)
	list(c, "build_settings", listMax, &b.Settings, func(c *coder, s *binary.Setting) {
		word(c, "key", &s.Key)
		c.value(s.Key, "value", &s.Value)
	})
	c.flag("local", &b.Local)
	renew := b.Renew != nil
	if c.flag("renew", &renew); c.out == nil && renew {
		b.Renew = []string{}
	}
	c.say("renew_why", &b.RenewWhy)
	c.flag("on_path", &b.OnPath)
	c.str("shadowed", &b.Shadowed)
	c.say("problem", &b.Problem)
}

func (c *coder) dep(d *binary.Dep) {
	word(c, "path", &d.Path)
	word(c, "version", &d.Version)
	c.str("sum", &d.Sum)
	maybe(c, "replace", &d.Replace, (*coder).dep)
}

func (c *coder) related(r *related.Root) {
	word(c, "name", &r.Name)
	word(c, "store", &r.Store)
	c.str("path", &r.Path)
	c.str("real", &r.Real)
	c.str("what", &r.What)
	c.time("changed", &r.Changed)
	num(c, "age_ns", (*int64)(&r.Age))
	c.strs("holds", &r.Holds)
	c.size("size", &r.Size)
	c.flag("size_known", &r.SizeKnown)
	c.say("problem", &r.Problem)
}
