package check

import (
	"fmt"
	"go/version"
	"runtime"
	"strings"
	"sync"

	"godoctor/doctor/usage"
)

// A selector is the go command that somebody types on this machine, before it reads any file.
type selector struct {
	m       *Machine
	command string
	local   string // as a toolchain: go1.26.8
	root    string
	goos    string
	goarch  string
}

// chosen is the choice of a project once it was made.
type chosen struct {
	once sync.Once
	*Choice
}

func newSelector(m *Machine) *selector {
	s := &selector{m: m, local: usage.LocalToolchain(m.Env.GoVersion()), goos: m.Env.Value("GOHOSTOS"), goarch: m.Env.Value("GOHOSTARCH")}
	if s.goos == "" {
		s.goos, s.goarch = runtime.GOOS, runtime.GOARCH
	}
	if f := m.Inventory.Toolchains; f != nil {
		if s.command, s.root = f.Choice.Command, f.Choice.Local; s.command == "" {
			s.local = "" // the settings describe one that stands elsewhere
		}
	}
	if s.root == "" {
		s.root = m.Env.Goroot()
	}
	return s
}

// goVersion is the version in the name of a toolchain, with go before it, or "" (gover.FromToolchain).
func goVersion(name string) string {
	if strings.ContainsAny(name, `\/`) || len(name) > nameMax {
		return ""
	}
	if i := strings.IndexAny(name, " \t-"); i >= 0 {
		name = name[:i]
	}
	if !version.IsValid(name) {
		return ""
	}
	return name
}

// newerGo reports whether a toolchain, or a version with go before it, is newer than another; what is no version is not.
func newerGo(a, b string) bool { return version.Compare(goVersion(a), goVersion(b)) > 0 }

// language reports whether a name is that of a language version since go1.21, which no toolchain has: go1.22.
func language(name string) bool {
	v := goVersion(name)
	return v != "" && version.Lang(v) == v && version.Compare(v, "go1.21") >= 0
}

// switches reports whether a go command knows GOTOOLCHAIN.
func switches(local string) bool { return version.Compare(goVersion(local), "go1.21") >= 0 }

// outcome does what go does with one value of GOTOOLCHAIN.
func (s *selector) outcome(c *Choice, value string) Outcome {
	o := Outcome{Setting: value, Name: s.local, From: FromLocal, Path: s.root}
	if s.local == "" {
		o.From, o.Error, o.Fails = FromNowhere, "no go command in PATH", FailsNoGo
		return o
	}
	if !switches(s.local) || value == "" || s.m.Env.Value("GO111MODULE") == "off" {
		s.ignored(c, &o)
		return o
	}
	least, mode, bad := readSetting(value, s.local)
	if bad != "" {
		o.Name, o.From, o.Path, o.Error, o.Fails = "", FromNowhere, "", bad, FailsSetting
		o.Decided = s.who(c, value)
		return o
	}
	o.Name = least
	if least != s.local || mode == "" {
		o.Decided = s.who(c, value)
	}
	if mode != "" {
		s.hear(c, &o, mode)
	}
	if o.Error == "" && o.Name != s.local {
		s.find(&o, mode)
	}
	if o.Error == "" && o.From != FromNetwork {
		s.tooOld(c, &o)
	}
	s.ignored(c, &o)
	return o
}

// readSetting takes GOTOOLCHAIN apart: the toolchain that runs where no line asks for more, and auto, path or nothing.
func readSetting(value, local string) (least, mode, bad string) {
	if value == "auto" || value == "path" {
		return local, value, ""
	}
	name, suffix, plus := strings.Cut(value, "+")
	least = local
	if name != "local" {
		least = name
		switch {
		case goVersion(name) != "":
		case plus:
			return "", "", fmt.Sprintf("invalid GOTOOLCHAIN %q: invalid minimum toolchain %q", value, name)
		default:
			return "", "", fmt.Sprintf("invalid GOTOOLCHAIN %q", value)
		}
	}
	if plus && suffix != "auto" && suffix != "path" {
		return "", "", fmt.Sprintf("invalid GOTOOLCHAIN %q: only version suffixes are +auto and +path", value)
	}
	return least, suffix, ""
}

// who is the setting as what decided.
func (s *selector) who(c *Choice, value string) Decision {
	d := Decision{Says: "GOTOOLCHAIN=" + value}
	if value == c.Setting.Value {
		d.File, d.Line = c.Setting.File, c.Setting.Line
	}
	return d
}

// hear lets the lines of the file count.
func (s *selector) hear(c *Choice, o *Outcome, mode string) {
	least := o.Name
	line := c.Toolchain.value()
	if line == "default" {
		return
	}
	if line != "" {
		if goVersion(line) == "" {
			o.Name, o.From, o.Path, o.Decided = "", FromNowhere, "", c.Toolchain
			o.Fails, o.Error = FailsLine, fmt.Sprintf("invalid toolchain %q in %s", line, short(c.dir, c.File))
			return
		}
		if newerGo(line, least) {
			o.Name, o.Decided, least = line, c.Toolchain, line
		}
	}
	if want := "go" + c.Go.value(); newerGo(want, least) {
		o.Name, o.Decided = want, c.Go
		if language(want) {
			o.Name += ".0" // the first toolchain of the language version (golang/go#62278)
		}
	}
}

// tooOld says what the toolchain that runs prints where the go line asks for more than it is (gover.TooNewError).
func (s *selector) tooOld(c *Choice, o *Outcome) {
	want := c.Go.value()
	if want == "" || !newerGo("go"+want, o.Name) || !switches(o.Name) {
		return
	}
	explain := ""
	if o.Setting != "auto" {
		explain = "; GOTOOLCHAIN=" + o.Setting
	}
	_, mode, _ := readSetting(o.Setting, s.local)
	if line := c.Toolchain.value(); line != "" && (o.Decided == c.Toolchain || line == "default" && mode != "") {
		explain += fmt.Sprintf("; %s sets %s", short(c.dir, c.File), c.Toolchain.Says)
	}
	o.Fails, o.Error = FailsTooOld, fmt.Sprintf("%s requires go >= %s (running go %s%s)", short(c.dir, c.File), want,
		strings.TrimPrefix(goVersion(o.Name), "go"), explain)
}

// ignored notes a toolchain line that asks for more than runs.
func (s *selector) ignored(c *Choice, o *Outcome) {
	if line := c.Toolchain.value(); line != "" && o.Name != "" && newerGo(line, o.Name) {
		o.Ignored = c.Toolchain
	}
}
