// Package goenv tells the settings that the go command of this machine would work with, and where each
// of them comes from, without running go. It reads files only, so it also answers when no go is
// installed, and when a settings file keeps the go command from starting at all (GOROOT=/nonexistent in
// it makes every go command stop, "go env -u" included).
//
// # The rules, and where cmd/go has them
//
// The rules are those of Go 1.25 and 1.26. A key takes its value from the first of these places
// (cmd/go/internal/cfg: Getenv, initEnvCache, EnvOrAndChanged):
//
//  1. the process environment, where an empty string means "not set";
//  2. the GOENV file, by default <UserConfigDir>/go/env, which "go env -w" writes; of two lines for one
//     key the last counts;
//  3. GOROOT/go.env, which belongs to the installation; of two lines for one key the first counts;
//  4. go's built-in default.
//
// The exceptions:
//
//   - GOENV and GODEBUG are read from the process environment alone (cfg.EnvFile, envcmd.MkEnv).
//   - An empty value in the GOENV file hides that of go.env, and then the built-in default is used.
//   - go.env is looked for below the GOROOT of the GOENV file, even where the process environment
//     names another GOROOT, which is then the one that go works with (cfg.findGOROOT).
//   - GOROOT in go.env is not heard.
//   - GOCACHE that is relative, or that has no home directory to stand in, is "off" (cache.DefaultDir).
//   - GOPATH that go inferred from a relative HOME is dropped again, after GOMODCACHE was computed
//     from it (cmd/go main).
//   - CGO_ENABLED depends on the target and on a C compiler in PATH; CC in the GOENV file does not
//     count for that, CC in the environment does (cfg.defaultContext).
//   - GOMOD and GOWORK come from walking upwards (modload: Init, FindGoWork).
//
// GOROOT is where the go command stands that PATH finds, links resolved (cfg.findGOROOT); its version is
// what the linker wrote into that binary, and GOROOT/VERSION only where the binary does not say.
//
// # Limits
//
//   - GOGCCFLAGS is not told: go asks the C compiler for it.
//   - The values are those of the go command found, before it hands over to another toolchain because
//     of GOTOOLCHAIN or a go.mod file.
//   - Defaults that the builder of a go distribution changed with make.bash variables (GO_EXTLINK,
//     CC, CGO_ENABLED, PKG_CONFIG, GOFIPS140) are not in any file: the ordinary ones are told instead.
//   - A wrapper script named go may set anything before it runs the real one. It is reported, not read.
//   - Whether the flags in GOFLAGS and the experiments in GOEXPERIMENT exist depends on the release and
//     is not judged here.
//
// The settings files are not trusted: at most 1 MiB of a regular file is read, and values are raw bytes
// which the caller cleans before a terminal sees them.
package goenv

import (
	"maps"
	"runtime"
	"slices"
)

// An Origin is the kind of place that a value comes from.
type Origin string

const (
	// OriginEnvironment is a variable of the process environment.
	OriginEnvironment Origin = "environment"
	// OriginFile is a line of the GOENV file.
	OriginFile Origin = "goenv-file"
	// OriginGoroot is a line of GOROOT/go.env.
	OriginGoroot Origin = "goroot"
	// OriginDefault is go's built-in rule, applied to the home directory and to this kind of machine.
	OriginDefault Origin = "default"
	// OriginDerived is what follows from another setting or was found on the machine: the GOROOT of
	// the go command in PATH, GOMOD, GOMODCACHE below a GOPATH that somebody set.
	OriginDerived Origin = "derived"
)

// A Source is one place that says something about a key.
type Source struct {
	Origin Origin
	File   string // the file, where the place is one
	Line   int    // the line in File, from 1, or 0
	Value  string // raw
}

// A Setting is the effective value of a key.
type Setting struct {
	Key    string
	Value  string // raw: not cleaned for a terminal
	Raw    string // as the place has it, where that is not what go makes of it; "" where no place says anything
	Origin Origin
	File   string // the settings file, or the file that a derived value was read from
	Line   int    // the line in File, from 1, or 0
	// Overrides are the places that say something about the key and lose, the strongest first.
	// Built-in defaults are not listed.
	Overrides []Source
}

// A Problem is something wrong with a setting or with a settings file.
type Problem struct {
	Key     string // the key, or "" where a file as a whole is meant
	File    string // the file that says it, or "" for the process environment and for defaults
	Line    int    // the line in File, from 1, or 0
	Message string

	// Of a line of a settings file that does not do what its writer meant, whatever the values are:
	Text    string // the line, without its newline; raw. "" for every other problem
	Unknown bool   // Go 1.26 has no such key
	Near    string // the key that was meant, perhaps; "": nobody knows
}

// An Input is what the settings are computed from.
type Input struct {
	// Environ is the process environment as os.Environ gives it. Of two entries for one variable
	// the first counts, as in os.Getenv.
	Environ []string
	// Dir is the working directory, absolute. GOMOD and GOWORK are looked for from there.
	Dir string
}

// An Env holds the effective settings. It does not change after Load and may be used by many
// goroutines at once.
type Env struct {
	// Problems is what is wrong: first the settings files, then the keys by name. Do not modify it.
	Problems []Problem

	goos     string
	settings map[string]Setting
	printed  []string // the keys of Settings, sorted
	cacheState
}

// Load computes the settings. It never fails: what could not be read or cannot work is in Problems.
func Load(in Input) *Env {
	m := machine{goos: runtime.GOOS, goarch: runtime.GOARCH}
	m.places = wellKnownGoroots(m.goos, parseEnviron(m.goos, in.Environ))
	return load(in, m)
}

// Value returns the effective value of a key, or "".
func (e *Env) Value(key string) string { return e.settings[key].Value }

// Lookup returns a setting. Beside the keys of Settings it knows FC and, where some place sets them,
// the keys that go reads and "go env" without arguments does not print (CGO_CFLAGS_ALLOW, the
// architecture keys of other architectures, and so on).
func (e *Env) Lookup(key string) (Setting, bool) {
	s, ok := e.settings[key]
	s.Overrides = slices.Clone(s.Overrides)
	return s, ok
}

// Settings returns every key that "go env -json" prints, sorted by key, GOGCCFLAGS excepted: its value
// is what the C compiler answers when go runs it.
func (e *Env) Settings() []Setting {
	list := make([]Setting, 0, len(e.printed))
	for _, key := range e.printed {
		s, _ := e.Lookup(key)
		list = append(list, s)
	}
	return list
}

// Goroot returns GOROOT, or "" when no go was found.
func (e *Env) Goroot() string { return e.Value("GOROOT") }

// GoVersion returns the version of the go command, such as "go1.26.8", or "" when no go was found.
func (e *Env) GoVersion() string { return e.Value("GOVERSION") }

// Gopaths returns the entries of GOPATH, without empty ones. Only the first holds the module cache.
func (e *Env) Gopaths() []string {
	var list []string
	for _, p := range splitList(e.goos, e.Value("GOPATH")) {
		if p != "" {
			list = append(list, p)
		}
	}
	return list
}

// A machine is what the rules need to know of the computer. Tests make their own.
type machine struct {
	goos, goarch string
	places       []string // where a GOROOT commonly is, tried last
}

// load does the work of Load.
func load(in Input, m machine) *Env {
	r := &resolver{machine: m, dir: in.Dir, env: parseEnviron(m.goos, in.Environ), settings: map[string]Setting{}}
	r.readUserFile()
	r.findGo()
	r.readGorootFile()
	r.resolvePlain()
	r.resolveTarget()
	r.resolvePaths()
	r.resolveC()
	r.resolveModule()
	r.resolveTelemetry()
	printed := slices.Sorted(maps.Keys(r.settings))
	r.resolveUnprinted()
	e := &Env{goos: m.goos, settings: r.settings, printed: printed, cacheState: r.cacheState}
	e.Problems = append(r.problems, e.validate(r)...)
	return e
}
