package usage

import (
	"cmp"
	"fmt"
	"go/version"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/goenv"
	"godoctor/scan/project"
)

// A selection is how the go command of this machine chooses a toolchain (cmd/go/internal/toolchain.Select of Go 1.26).
type selection struct {
	local  string // the go command in PATH, like go1.26.8; "": there is none
	least  string // what runs where no file asks for more
	fixed  bool   // GOTOOLCHAIN names one, and no go.mod is heard
	from   string // who says so, in words
	origin goenv.Origin
	goos   string // of the go command
	goarch string
}

// newSelection reads GOTOOLCHAIN: [NAME or local or auto or path], with +auto or +path behind a name.
func newSelection(env *goenv.Env) selection {
	s := selection{local: toolchainOf(env.GoVersion()), goos: env.Value("GOHOSTOS"), goarch: env.Value("GOHOSTARCH")}
	if s.goos == "" {
		s.goos, s.goarch = runtime.GOOS, runtime.GOARCH
	}
	set, _ := env.Lookup("GOTOOLCHAIN")
	s.origin = set.Origin
	s.from = fmt.Sprintf("GOTOOLCHAIN=%s", set.Value)
	name, suffix, plus := strings.Cut(set.Value, "+")
	switch name {
	case "", "auto", "path":
		s.least = s.local
	case "local":
		s.least, s.fixed = s.local, !plus
	default:
		s.least, s.fixed = name, suffix == ""
	}
	return s
}

// LocalToolchain is the name that a go command has for itself by its version (gover.local): go1.26.8 of "go1.26.8 X:jsonv2", and
// of a development version the release that it is to become. Empty where it is neither.
func LocalToolchain(v string) string {
	name, _, _ := strings.Cut(v, " ")
	if rest, ok := strings.CutPrefix(v, "devel "); ok {
		name, _, _ = strings.Cut(rest, "-") // "devel go1.28-0123abc Mon Nov 2"
	}
	if number, _, _ := strings.Cut(name, "-"); !version.IsValid(number) || strings.ContainsAny(name, `/\`) {
		return ""
	}
	return name
}

// toolchainOf is LocalToolchain, or the version as it is where it has no such name.
func toolchainOf(v string) string { return cmp.Or(LocalToolchain(v), v) }

// of says which toolchain go selects for a go and a toolchain line, and what decides it. Both are empty where there is
// no go command and no line says more.
func (s *selection) of(goLine, toolchainLine string) (name, decides string) {
	name, decides = s.least, s.from
	switch {
	case s.fixed:
		return name, decides
	case toolchainLine == "default": // what runs without any line runs, whatever the go line says
		if name == s.local {
			decides = "toolchain default"
		}
		return name, decides
	case name == s.local:
		decides = "the go command in PATH is new enough"
	}
	if toolchainLine != "" && newer(toolchainLine, name) {
		name, decides = toolchainLine, "toolchain "+toolchainLine
	}
	if goLine != "" {
		want := "go" + goLine
		if version.IsValid(want) && version.Lang(want) == want && version.Compare(want, "go1.21") >= 0 {
			want += ".0" // a language version since 1.21: its first release
		}
		if newer(want, name) && version.Compare(want, "go1.21") >= 0 {
			name, decides = want, "go "+goLine
		}
	}
	if name == "" {
		return "", ""
	}
	return name, decides
}

// newer compares toolchain names; one that is no version is never newer, nor is anything newer than it.
func newer(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return version.IsValid(a) && (b == "" || version.IsValid(b) && version.Compare(a, b) > 0)
}

// module is the module version that a toolchain is downloaded as.
func (s *selection) module(name string) module.Version {
	return module.Version{Path: toolchainPath, Version: "v0.0.1-" + name + "." + s.goos + "-" + s.goarch}
}

const toolchainPath = "golang.org/toolchain"

// toolchains finds out which project selects which toolchain, and marks those in the module cache.
func (l *look) toolchains() {
	env := l.in.Inventory.Env
	s := newSelection(env)
	byName := make(map[string][]int32)
	for i := range l.Projects {
		p := &l.Projects[i]
		lines := l.linesOf(p)
		if p.Selects, p.Decides = s.of(lines.Go, lines.Toolchain); p.Selects != "" {
			byName[p.Selects] = append(byName[p.Selects], int32(i))
			l.useToolchain(&s, p.Selects, int32(i), Needed)
		}
		// A dependency that needs more than the go line says makes go switch to the newest patch of a release
		// that has it, whichever that is at the time (toolchain.NewerToolchain).
		if p.Deps != "" && newer("go"+p.Deps, p.Selects) {
			p.NewGo = p.Deps
			l.newerToolchains(&s, "go"+p.Deps, int32(i))
		}
		for b := range p.Branches {
			name, _ := s.of(p.Branches[b].Go, p.Branches[b].Toolchain)
			l.useToolchain(&s, name, int32(i), OnBranch)
		}
	}
	if s.least != "" && s.least != s.local {
		l.otherUse(s.module(s.least), s.from+" selects it")
	}
	l.installed(&s, byName)
	l.order()
	for i := range l.Projects {
		p := &l.Projects[i]
		p.judge(&s, l)
	}
}

// linesOf is the project whose go and toolchain lines count for one: go.work hides those of its members.
func (l *look) linesOf(p *Project) *Project {
	if w, ok := l.workspaceOf(p); ok {
		return w
	}
	return p
}

// workspaceOf is the workspace that a module is a member of, as go finds it: go.work in a directory above.
func (l *look) workspaceOf(p *Project) (*Project, bool) {
	if p.Kind == project.Workspace {
		return nil, false
	}
	i, ok := l.parents[p.Dir]
	if !ok {
		return nil, false
	}
	w := &l.Projects[i]
	rel, err := filepath.Rel(w.Dir, p.Dir)
	return w, err == nil && filepath.IsLocal(rel)
}

func (l *look) useToolchain(s *selection, name string, i int32, how How) {
	if v, ok := l.byName[s.module(name)]; ok {
		l.Versions[v].Uses = addUse(l.Versions[v].Uses, Use{i, how})
	}
}

// addUse keeps the strongest use of each project.
func addUse(list []Use, u Use) []Use {
	for i := range list {
		if list[i].Project == u.Project {
			list[i].How = min(list[i].How, u.How)
			return list
		}
	}
	return append(list, u)
}

// newerToolchains marks every toolchain of this platform that is at least as new as a version.
func (l *look) newerToolchains(s *selection, least string, i int32) {
	for v, c := range l.in.versions() {
		if !c.Toolchain {
			continue
		}
		if name, ok := toolchainName(c.Version, s); ok && !newer(least, name) {
			l.Versions[v].Uses = addUse(l.Versions[v].Uses, Use{i, Named})
		}
	}
}

// toolchainName is go1.26.8 of v0.0.1-go1.26.8.linux-amd64, if that is the platform of the go command.
func toolchainName(v string, s *selection) (string, bool) {
	name, ok := strings.CutPrefix(v, "v0.0.1-")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "."+s.goos+"-"+s.goarch)
}

// otherUse notes that something which is no project uses a version.
func (l *look) otherUse(m module.Version, who string) {
	if v, ok := l.byName[m]; ok {
		l.Versions[v].Others = append(l.Versions[v].Others, who)
	}
}

// installed joins the toolchains that were found with the projects that select them, and marks those in the module
// cache that PATH leads to, that run here, or that a process runs from.
func (l *look) installed(s *selection, byName map[string][]int32) {
	found := l.in.Inventory.Toolchains
	if found == nil {
		return
	}
	l.Toolchains = make([][]int32, len(found.Toolchains))
	for i := range found.Toolchains {
		t := &found.Toolchains[i]
		if t.GOOS != s.goos || t.GOARCH != s.goarch {
			continue
		}
		// The one that runs is what a name equal to its version means; others of that version are spare.
		l.Toolchains[i] = byName[toolchainOf(t.Version)]
	}
	for v, c := range l.in.versions() {
		if !c.Toolchain {
			continue
		}
		for i := range found.Toolchains {
			if t := &found.Toolchains[i]; t.Root == c.Dir && (t.Active || !t.Removable) {
				l.Versions[v].Others = append(l.Versions[v].Others, t.Why)
			}
		}
		for _, p := range l.in.Running {
			if strings.HasPrefix(p, c.Dir+string(filepath.Separator)) {
				l.Versions[v].Others = append(l.Versions[v].Others, "a process runs from it")
				break
			}
		}
	}
}
