package toolchain

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/goenv"
)

// firstSwitch is the major release since which the go command knows GOTOOLCHAIN.
const firstSwitch = 21

// choose finds out which toolchain runs when somebody types go outside any project, and says of each why it
// does or does not.
func (m *Machine) choose(f *Found) {
	c := &f.Choice
	var local, active *Toolchain
	if first := m.first(); first != nil {
		c.Command, c.Shim = first.path, first.shim
		local = f.of(first)
		active = local
		c.Why = first.why(local)
	} else {
		c.Why = "no go command in PATH"
	}
	if local != nil {
		c.Local = local.Root
		active = m.gotoolchain(f, local)
	}
	if active != nil {
		active.Active, c.Root = true, active.Root
	}
	m.judgeGoroot(f, local, active)
	named := m.named()
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		t.Why = m.why(f, t, named)
		if n := slices.IndexFunc(named, func(n command) bool { return t.leads(n.root) }); n >= 0 {
			t.As = named[n].name
		}
		// What a go in PATH belongs to is kept, even behind another one: PATH differs from shell to shell.
		inPath := slices.ContainsFunc(m.commands, func(cmd command) bool { return t.leads(cmd.root) })
		if t.Active || inPath || t.Root == c.Local || t.leads(m.handGoroot()) {
			t.Removable = false
		}
	}
}

// first is the go command that runs: the first in PATH, unless it is a shim whose settings name the system's.
func (m *Machine) first() *command {
	for i := range m.commands {
		if c := &m.commands[i]; !c.system {
			return c
		}
	}
	return nil
}

// of returns the toolchain that a program belongs to: of whose tree it is, or whose bin/go it is.
func (f *Found) of(c *command) *Toolchain {
	if t := f.at(c.root); t != nil || c.shim != "" {
		return t
	}
	a, err := os.Stat(c.path)
	if err != nil {
		return nil
	}
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		for _, name := range []string{"go", "go.exe"} {
			if b, err := os.Stat(filepath.Join(t.Root, "bin", name)); err == nil && os.SameFile(a, b) {
				return t
			}
		}
	}
	return nil
}

// at returns the toolchain in a directory, or nil.
func (f *Found) at(dir string) *Toolchain {
	if dir == "" {
		return nil
	}
	for i := range f.Toolchains {
		if f.Toolchains[i].leads(dir) {
			return &f.Toolchains[i]
		}
	}
	return nil
}

// why says how the first go command of PATH leads to a toolchain, or that it does not.
func (c *command) why(t *Toolchain) string {
	text := fmt.Sprintf("the first go in PATH is %q", c.path)
	switch c.shim {
	case "":
	case "script":
		text += ", a wrapper script"
	default:
		text += ", a shim of " + c.shim
	}
	if c.note != "" {
		text += " (" + c.note + ")"
	}
	if t == nil {
		text += ", and no toolchain could be found behind it"
	}
	return text
}

// gotoolchain applies GOTOOLCHAIN as toolchain.Select does, where there is no go.mod to read. It returns the
// toolchain that runs, or nil where none does or it is not installed.
func (m *Machine) gotoolchain(f *Found, local *Toolchain) *Toolchain {
	c := &f.Choice
	value, from := m.switching(local)
	name, suffix, plus := strings.Cut(value, "+")
	p := parse(local.Version)
	switch {
	case value == "", value == "auto", value == "path":
		return local
	case p.kind == release && p.minor < firstSwitch:
		c.Why += fmt.Sprintf("; %s is older than GOTOOLCHAIN and does not heed it", local.Version)
		return local
	case m.setting("GO111MODULE").Value == "off":
		return local // toolchain.Select looks no further
	case plus && suffix != "auto" && suffix != "path", name != "local" && !toolchainName(name):
		c.problem("GOTOOLCHAIN=%s of %s is invalid, and no go command starts: unset it", value, from)
		c.Why += ", but GOTOOLCHAIN is invalid"
		return nil
	case name == "local":
		return local
	case name == strings.TrimSpace(local.Version):
		c.Why += fmt.Sprintf("; it is what GOTOOLCHAIN=%s of %s asks for", value, from)
		return local
	}
	c.Name = name
	c.Why += fmt.Sprintf("; GOTOOLCHAIN=%s of %s switches to %s", value, from, name)
	return m.switched(f, local, name, suffix == "path")
}

func (c *Choice) problem(format string, args ...any) {
	c.Problems = append(c.Problems, fmt.Sprintf(format, args...))
}

// toolchainName reports whether go accepts a name: go1.26.8, go1.26.8-custom (gover.FromToolchain; before Go 1.26
// gccgo-go1.20.3 was one too).
func toolchainName(name string) bool {
	return strings.HasPrefix(name, "go1") && !strings.ContainsAny(name, `/\`) && parse(name).kind != invalid
}

// switching returns GOTOOLCHAIN and who says it. What go.env says counts only in the tree that is local, which
// may be another than the one whose go.env the settings were read from.
func (m *Machine) switching(local *Toolchain) (value, from string) {
	switch s := m.setting("GOTOOLCHAIN"); s.Origin {
	case goenv.OriginEnvironment:
		return s.Value, "the environment"
	case goenv.OriginFile:
		return s.Value, s.File
	}
	if v := m.Var("GOTOOLCHAIN"); v != "" {
		return v, "the environment"
	}
	file := filepath.Join(local.Root, "go.env")
	text, _ := readHead(file, textMax)
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "GOTOOLCHAIN="); ok {
			return v, file
		}
	}
	return "", ""
}

// switched finds the toolchain that the go command hands over to: a program of that name in PATH, else, unless
// PATH alone counts, the one in the module cache (toolchain.Exec).
func (m *Machine) switched(f *Found, local *Toolchain, name string, pathOnly bool) *Toolchain {
	c := &f.Choice
	if list := m.inPath(name); len(list) > 0 {
		c.Why += fmt.Sprintf(", which is %q in PATH", list[0].path)
		t := f.of(&list[0])
		if t == nil {
			c.problem("%q in PATH leads to no toolchain: run %q, or remove it", list[0].path, name+" download")
		}
		return t
	}
	if pathOnly {
		c.problem("no %q in PATH, and GOTOOLCHAIN allows nothing else: no go command works", name)
		return nil
	}
	goos, goarch := local.GOOS, local.GOARCH
	if goos == "" {
		goos, goarch = m.in.GOOS, m.in.GOARCH
	}
	dir := filepath.Join(m.in.ModCache, "golang.org", modcachePrefix+name+"."+goos+"-"+goarch)
	if t := f.at(dir); t != nil && m.in.ModCache != "" {
		c.Why += ", which is in the module cache"
		return t
	}
	c.Why += ", which is not installed and would be downloaded"
	return nil
}

// judgeGoroot says what is wrong with a GOROOT that somebody set. A switch by GOTOOLCHAIN sets its own.
func (m *Machine) judgeGoroot(f *Found, local, active *Toolchain) {
	dir := m.handGoroot()
	if dir == "" {
		return
	}
	t := f.at(dir)
	switch {
	case t == nil && !isDir(dir):
		f.Choice.problem("GOROOT %q is not a directory, and no go command starts: unset it", dir)
	case t == nil:
		f.Choice.problem("GOROOT %q is not a go tree: unset it", dir)
	case local != nil && t != local && (f.Choice.Shim == "" || f.Choice.Shim == "script"):
		f.Choice.problem("GOROOT names %s in %q, but the go command in PATH is %s of %q: it compiles with tools and a library that are not its own; unset GOROOT",
			t.Version, t.Root, local.Version, local.Root)
	}
	if t != nil && t != active && local != nil {
		t.Problems = append(t.Problems, "GOROOT names it, and the go command in PATH is of another tree")
	}
}

// why says why a toolchain runs or does not.
func (m *Machine) why(f *Found, t *Toolchain, named []command) string {
	c := &f.Choice
	if t.Active {
		return c.Why
	}
	if t.Root == c.Local {
		return c.Why
	}
	for i := range m.commands {
		if cmd := &m.commands[i]; cmd.path != c.Command && t.leads(cmd.root) {
			return fmt.Sprintf("%q comes behind %q in PATH", cmd.path, c.Command)
		}
	}
	i := slices.IndexFunc(named, func(n command) bool { return t.leads(n.root) })
	switch {
	case i >= 0:
		return fmt.Sprintf("runs as %q, and where GOTOOLCHAIN or a go.mod asks for %s", named[i].path, named[i].name)
	case t.Owner == ownerGo && m.foreign(t.GOOS, t.GOARCH) != "":
		return "no go command of this machine asks for this platform"
	case t.Owner == ownerGo:
		return "runs where GOTOOLCHAIN or a go.mod asks for " + t.Version
	case t.leads(m.handGoroot()):
		return "GOROOT names it, but PATH has no go command of it"
	}
	return "no program in PATH leads to it"
}
