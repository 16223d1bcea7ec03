package binary

import (
	"fmt"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/module"
)

// A platform is a system and an architecture.
type platform struct{ goos, goarch string }

// String is the platform as go says it.
func (p platform) String() string { return p.goos + "/" + p.goarch }

// runs reports whether programs of q run on p. What takes an emulator does not.
func (p platform) runs(q platform) bool {
	if q.goos == "" || q.goarch == "" {
		return true // built before go1.18: not told
	}
	return p == q || p.goos == q.goos && p.goarch == "amd64" && q.goarch == "386"
}

// fill takes over what the build info says.
func (b *Binary) fill(info *debug.BuildInfo, host platform) {
	b.GoVersion, b.Package = info.GoVersion, info.Path
	b.Module, b.Version, b.Sum = info.Main.Path, info.Main.Version, info.Main.Sum
	b.Settings = make([]Setting, 0, len(info.Settings))
	for _, s := range info.Settings {
		b.Settings = append(b.Settings, Setting{s.Key, s.Value})
	}
	b.Deps = make([]Dep, 0, len(info.Deps))
	for _, d := range info.Deps {
		b.Deps = append(b.Deps, depOf(d))
	}
	b.GOOS, b.GOARCH = b.Setting("GOOS"), b.Setting("GOARCH")
	b.Local, b.RenewWhy = b.origin(info.Main.Replace)
	target := platform{b.GOOS, b.GOARCH}
	foreign := !host.runs(target)
	if foreign {
		b.Problem = fmt.Sprintf("built for %s, and this machine is %s", target, host)
	}
	switch {
	case b.RenewWhy != "":
	case foreign:
		b.RenewWhy = fmt.Sprintf("built for %s: go install needs GOOS and GOARCH set to that", target)
	default:
		b.renew()
	}
}

func depOf(m *debug.Module) Dep {
	d := Dep{Path: m.Path, Version: m.Version, Sum: m.Sum}
	if m.Replace != nil {
		d.Replace = &Dep{Path: m.Replace.Path, Version: m.Replace.Version, Sum: m.Replace.Sum}
	}
	return d
}

// origin says whether the program was built from something that only this machine had, and in words why
// it cannot be installed again.
func (b *Binary) origin(replace *debug.Module) (local bool, why string) {
	switch {
	case b.Module == "" && strings.HasPrefix(b.Package, "cmd/"):
		return false, "part of Go itself: it is renewed by installing Go"
	case b.Module == "":
		return true, "built without a module: build it again from its sources"
	case replace != nil:
		return true, fmt.Sprintf("its main module was replaced by %q: build it again from there", replace.Path)
	case b.Version == "" || b.Version == "(devel)":
		return true, "built from a directory, not from a module version: build it again from there"
	case strings.Contains(b.Version, "+dirty"):
		return true, "built from a checkout with changes that were not committed: build it again from there"
	case b.Sum == "":
		// From go1.24 on a build in a clean checkout has a version too, but that only this
		// machine may know.
		return true, "built in a checkout, not from a module version: build it again from there"
	}
	return false, ""
}

// renew makes the command that builds the same version with the Go of today. What stands in the build
// info is not trusted: a path that go would not take, or take for a flag, makes no command.
func (b *Binary) renew() {
	if err := module.Check(b.Module, b.Version); err != nil {
		b.RenewWhy = fmt.Sprintf("the build info names no module version: %v", err)
		return
	}
	if err := module.CheckImportPath(b.Package); err != nil {
		b.RenewWhy = fmt.Sprintf("the build info names no package: %v", err)
		return
	}
	if b.Package != b.Module && !strings.HasPrefix(b.Package, b.Module+"/") {
		b.RenewWhy = fmt.Sprintf("the build info says that package %q is in module %q", b.Package, b.Module)
		return
	}
	b.Renew = []string{"go", "install"}
	var lost []string
	for _, s := range b.Settings {
		switch {
		case s.Key == "-tags" && isTags(s.Value):
			b.Renew = append(b.Renew, "-tags="+s.Value)
		case s.Key == "-tags" || s.Key == "-ldflags" || s.Key == "-gcflags" || s.Key == "-asmflags":
			// They may name programs to run.
			lost = append(lost, s.Key)
		}
	}
	b.Renew = append(b.Renew, b.Package+"@"+b.Version)
	if lost != nil {
		b.RenewWhy = fmt.Sprintf("it was built with %s, which this does not repeat", strings.Join(lost, " and "))
	}
}

// Again works Renew out once more, where there is one, from what the program says of itself: of a Binary that comes from a
// file no command is believed.
func (b *Binary) Again() {
	if b.Renew != nil {
		b.Renew, b.RenewWhy = nil, ""
		b.renew()
	}
}

// isTags recognises a list of build tags and nothing else.
func isTags(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,") == ""
}
