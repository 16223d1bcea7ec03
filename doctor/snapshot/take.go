package snapshot

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/check"
	"godoctor/doctor/usage"
	"godoctor/scan/goenv"
	"godoctor/scan/project"
)

// besides are the variables that are no setting of go and have a say in what comes of a build or of a download.
var besides = []string{"ALL_PROXY", "C_INCLUDE_PATH", "CPATH", "CPLUS_INCLUDE_PATH", "GIT_ALLOW_PROTOCOL", "GIT_TERMINAL_PROMPT",
	"GOMAXPROCS", "GOMEMLIMIT", "GOGC", "GOTRACEBACK", "HTTPS_PROXY", "HTTP_PROXY", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "LIBRARY_PATH",
	"MACOSX_DEPLOYMENT_TARGET", "NO_PROXY", "PKG_CONFIG_PATH", "SDKROOT", "SOURCE_DATE_EPOCH", "SSL_CERT_DIR", "SSL_CERT_FILE",
	"TMPDIR", "TZ", "all_proxy", "http_proxy", "https_proxy", "no_proxy"}

// Take looks at a machine and at a project on it; p is nil for none. It runs nothing.
func Take(m *check.Machine, p *check.Project) *Snapshot {
	s := &Snapshot{Kind: Machine, Name: "this machine", Taken: m.Now.UTC(), Host: m.System.GOOS + "/" + m.System.GOARCH, Compilers: compilers(m)}
	s.settings(m.Env)
	for _, key := range besides {
		if v := m.Getenv(key); v != "" {
			s.Environment = append(s.Environment, Setting{Key: key, Value: v, Origin: string(goenv.OriginEnvironment)})
		}
	}
	if f := m.Inventory.Toolchains; f != nil {
		for i := range f.Toolchains {
			t := &f.Toolchains[i]
			s.Toolchains = append(s.Toolchains, Toolchain{Version: t.Version, Platform: t.GOOS + "/" + t.GOARCH, Source: t.Source, Root: t.Root,
				Active: t.Active, Support: string(t.Support)})
		}
	}
	c := check.Selection(m, p) // p may be nil
	s.Selection = &Selection{Toolchain: c.Here.Name, From: c.Here.From, Decides: c.Here.Decided.Says, Where: place(c.Here.Decided),
		Local: c.Local, Error: c.Here.Error}
	if s.Go = c.Here.Name; !c.Here.Works() && c.Here.From != check.FromNetwork {
		s.Go = ""
	}
	if p != nil {
		s.project(m, p)
	}
	newCleaner(m.Home, m.Getenv("USER"), m.Getenv("USERNAME"), m.Getenv("LOGNAME")).clean(s)
	return s.sort()
}

// place is where a decision stands: the base name of the file, whose directory says nothing that counts, and the line.
func place(d check.Decision) string {
	if d.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(d.File), d.Line)
}

func (s *Snapshot) settings(env *goenv.Env) {
	for _, x := range env.Settings() {
		s.Settings = append(s.Settings, Setting{Key: x.Key, Value: x.Value, Origin: string(x.Origin), File: x.File, Line: x.Line})
	}
	s.flags(env.Value("GOFLAGS"))
}

// flags takes GOFLAGS apart. What go would refuse is to be compared all the same.
func (s *Snapshot) flags(goflags string) {
	for _, f := range goenv.Flags(goflags) {
		s.Flags = append(s.Flags, Setting{Key: f.Name, Value: f.Value})
	}
}

func (s *Snapshot) project(m *check.Machine, p *check.Project) {
	out := &Project{Module: p.Module, Dir: p.Dir, Go: p.Go, Toolchain: p.Toolchain, Checkout: p.Repo != "", Vendor: "none"}
	for _, d := range p.Mod().Godebug {
		out.Godebug = append(out.Godebug, Setting{Key: d.Key, Value: d.Value})
	}
	vendor, unit := p.Vendor, p.Project
	if w := workspace(m, p); w != nil {
		unit, vendor = w, w.Vendor
		out.Go, out.Toolchain, out.Work = cmp.Or(w.Go, "1.18"), w.Toolchain, relative(p.Dir, w.File)
		for _, dir := range w.Use {
			out.Members = append(out.Members, relative(w.Dir, dir))
		}
	}
	if vendor != nil {
		out.Vendor, out.VendorWhy = "unused", vendor.Why
		switch {
		case vendor.Used:
			out.Vendor = "used"
		case vendor.Stale:
			out.Vendor = "stale"
		}
	}
	s.Project = out
	s.modules(m, unit, vendor)
}

// workspace is the workspace in effect that a project is a member of, or is; nil for none.
func workspace(m *check.Machine, p *check.Project) *usage.Project {
	if p.Workspace == nil {
		return nil
	}
	return m.Usage.At(p.Workspace.File)
}

// modules are the build list; where a vendor directory is used, what that holds.
func (s *Snapshot) modules(m *check.Machine, unit *usage.Project, vendor *project.Vendor) {
	sums := make(map[module.Version]string)
	add := func(lines []project.SumLine) {
		for _, l := range lines {
			v := module.Version{Path: l.Path, Version: l.Version}
			if _, ok := sums[v]; !ok && !l.GoMod {
				sums[v] = l.Hash
			}
		}
	}
	add(unit.Sums)
	for _, dir := range unit.Use {
		if q := m.Usage.At(filepath.Join(dir, "go.mod")); q != nil {
			add(q.Sums)
		}
	}
	take := func(v, actual module.Version) {
		x := Module{Path: v.Path, Version: v.Version, Sum: sums[actual]}
		if actual != v {
			x.Replace = &Module{Path: actual.Path, Version: actual.Version}
			if actual.Version == "" && filepath.IsAbs(actual.Path) {
				x.Replace.Path = relative(unit.Dir, actual.Path)
			}
		}
		s.Modules = append(s.Modules, x)
	}
	if vendor != nil && vendor.Used {
		for _, v := range vendor.Modules {
			take(v.Version, v.Actual)
		}
		return
	}
	for _, x := range m.Usage.BuildList(unit) {
		take(x.Version, x.Actual)
	}
}

// relative is a path seen from a directory, with slashes: what two checkouts have in common.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// sort puts the lists into an order that does not depend on the machine, and makes them be there.
func (s *Snapshot) sort() *Snapshot {
	for _, list := range []*[]Setting{&s.Settings, &s.Flags, &s.Environment} {
		slices.SortStableFunc(*list, func(a, b Setting) int { return cmp.Compare(a.Key, b.Key) })
		*list = append([]Setting{}, *list...)
	}
	slices.SortStableFunc(s.Modules, func(a, b Module) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Version, b.Version)) })
	s.Modules = append([]Module{}, s.Modules...)
	s.Compilers = append([]Compiler{}, s.Compilers...)
	s.Toolchains = append([]Toolchain{}, s.Toolchains...)
	if p := s.Project; p != nil {
		p.Godebug, p.Members = append([]Setting{}, p.Godebug...), append([]string{}, p.Members...)
	}
	if b := s.Program; b != nil {
		b.Sections = append([]Section{}, b.Sections...)
	}
	return s
}
