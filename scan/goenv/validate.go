package goenv

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A rule looks at the effective value of one key and returns what is wrong with it, or "".
type rule func(e *Env, r *resolver, value string) string

// rules are the values that go refuses, or takes otherwise than their writer meant.
var rules = map[string]rule{
	"CC":          (*Env).checkCompiler,
	"CXX":         (*Env).checkCompiler,
	"FC":          (*Env).checkCompiler,
	"CGO_ENABLED": (*Env).checkCgo,
	"GO111MODULE": oneOf("", "on", "off", "auto"),
	"GO386":       oneOf("sse2", "softfloat"),
	"GOAMD64":     oneOf("v1", "v2", "v3", "v4"),
	"GOARCH":      (*Env).checkPort,
	"GOARM":       oneOf("5", "6", "7", "5,softfloat", "6,softfloat", "7,softfloat", "5,hardfloat", "6,hardfloat", "7,hardfloat"),
	"GOBIN":       (*Env).checkAbsolute,
	"GOCACHE":     (*Env).checkBuildCache,
	"GOFIPS140":   (*Env).checkFips,
	"GOFLAGS":     (*Env).checkFlags,
	"GOMIPS":      oneOf("hardfloat", "softfloat"),
	"GOMIPS64":    oneOf("hardfloat", "softfloat"),
	"GOMODCACHE":  (*Env).checkModCache,
	"GOPATH":      (*Env).checkGopath,
	"GOPPC64":     oneOf("power8", "power9", "power10"),
	"GOPROXY":     unknownDefault("GOPROXY"),
	"GORISCV64":   oneOf("rva20u64", "rva22u64", "rva23u64"),
	"GOROOT":      (*Env).checkGoroot,
	"GOSUMDB":     unknownDefault("GOSUMDB"),
	"GOTMPDIR":    (*Env).checkTmpdir,
	"GOTOOLCHAIN": (*Env).checkToolchain,
	"GOWORK":      (*Env).checkWork,
}

// validate applies the rules, in the order of the keys.
func (e *Env) validate(r *resolver) []Problem {
	var list []Problem
	add := func(s Setting, message string) {
		p := Problem{Key: s.Key, Message: clip(message)}
		if s.Origin == OriginFile || s.Origin == OriginGoroot {
			p.File, p.Line = s.File, s.Line
		}
		list = append(list, p)
	}
	for _, key := range slices.Sorted(maps.Keys(e.settings)) {
		s := e.settings[key]
		if check := rules[key]; check != nil {
			if message := check(e, r, s.Value); message != "" {
				add(s, message)
			}
		}
		if strings.HasPrefix(key, "CGO_") || key == "PKG_CONFIG" || key == "AR" {
			if _, err := splitQuoted(s.Value); err != nil {
				add(s, fmt.Sprintf("%s %q cannot be split into words (%v): close the quote", key, s.Value, err))
			}
		}
		if over := s.Overrides; len(over) > 1 && over[0].Origin == OriginFile && over[0].Value == "" && over[len(over)-1].Origin == OriginGoroot {
			list = append(list, Problem{Key: key, File: over[0].File, Line: over[0].Line, Message: fmt.Sprintf("the empty value of %q hides the one in %q: remove the line", key, over[len(over)-1].File)})
		}
	}
	return list
}

// oneOf makes the rule for a key with few values.
func oneOf(values ...string) rule {
	return func(_ *Env, _ *resolver, value string) string {
		if slices.Contains(values, value) {
			return ""
		}
		return fmt.Sprintf("unknown value %q: go knows %q; unset it", value, values)
	}
}

func (e *Env) checkCompiler(r *resolver, value string) string {
	program, ok := r.programPath(value)
	switch {
	case ok:
		return ""
	case program == "":
		return fmt.Sprintf("compiler %q cannot be split into words: close the quote", value)
	}
	return fmt.Sprintf("compiler %q is a relative path, and go refuses it: give an absolute path or a bare name", program)
}

// checkCgo looks for a value that lost because go does not know it.
func (e *Env) checkCgo(_ *resolver, _ string) string {
	s := e.settings["CGO_ENABLED"]
	if s.Origin == OriginDerived && len(s.Overrides) > 0 && s.Overrides[0].Value != "" {
		return fmt.Sprintf("CGO_ENABLED %q is neither 0 nor 1, and go ignores it: set one of them, or unset it", s.Overrides[0].Value)
	}
	return ""
}

func (e *Env) checkPort(_ *resolver, _ string) string {
	goos, goarch := e.Value("GOOS"), e.Value("GOARCH")
	if ports[goos][goarch] {
		return ""
	}
	return fmt.Sprintf("go does not build for GOOS/GOARCH %q: unset both, or see go tool dist list", goos+"/"+goarch)
}

func (e *Env) checkAbsolute(_ *resolver, value string) string {
	if value == "" || isAbs(e.goos, value) {
		return ""
	}
	return fmt.Sprintf("GOBIN %q is relative, and go refuses to install: set an absolute path", value)
}

func (e *Env) checkBuildCache(*resolver, string) string {
	if _, err := e.BuildCache(); err != nil {
		return err.Error()
	}
	return ""
}

func (e *Env) checkModCache(*resolver, string) string {
	if _, err := e.ModCache(); err != nil {
		return err.Error()
	}
	return ""
}

// checkFips looks at the form of GOFIPS140 (buildcfg.gofips140).
func (e *Env) checkFips(_ *resolver, value string) string {
	switch value {
	case "off", "latest", "inprocess", "certified":
		return ""
	}
	if minor, ok := strings.CutPrefix(value, "v1."); ok && strings.Contains(minor, ".") {
		return ""
	}
	return fmt.Sprintf("GOFIPS140 %q is not off, latest, inprocess, certified or a version such as v1.0.0: unset it", value)
}

// checkFlags looks at the form of GOFLAGS. Which flags exist depends on the release.
func (e *Env) checkFlags(_ *resolver, value string) string {
	words, err := splitQuoted(value)
	if err != nil {
		return fmt.Sprintf("GOFLAGS %q cannot be split into words (%v): close the quote", value, err)
	}
	for _, w := range words {
		name := strings.TrimPrefix(strings.TrimPrefix(w, "-"), "-")
		if !strings.HasPrefix(w, "-") || name == "" || name[0] == '-' || name[0] == '=' {
			return fmt.Sprintf("%q in GOFLAGS is not a flag, and go refuses to start: write -name=value as one word", w)
		}
	}
	return ""
}

func (e *Env) checkGopath(_ *resolver, value string) string {
	root := e.Goroot()
	if value != "" && root != "" && filepath.Clean(value) == filepath.Clean(root) {
		return fmt.Sprintf("GOPATH and GOROOT are the same directory %q: set GOPATH to another, or unset it", value)
	}
	for _, p := range splitList(e.goos, value) {
		switch {
		case p == "" || isAbs(e.goos, p):
		case p[0] == '~':
			return fmt.Sprintf("GOPATH entry %q begins with a tilde, which only the shell understands, and go refuses to start: write the home directory out", p)
		default:
			return fmt.Sprintf("GOPATH entry %q is relative, and go refuses to start: set absolute paths", p)
		}
	}
	return ""
}

// unknownDefault makes the rule for a key whose default is in go.env: it speaks when there is none.
func unknownDefault(key string) rule {
	return func(e *Env, r *resolver, value string) string {
		if value != "" || r.gorootRead || e.Goroot() == "" {
			return ""
		}
		return fmt.Sprintf("no GOROOT/go.env found: the default %s is not known; set it, or install this go anew", key)
	}
}

func (e *Env) checkGoroot(r *resolver, value string) string {
	if value == "" {
		return ""
	}
	if fi, err := os.Stat(absolute(e.goos, r.dir, value)); err == nil && fi.IsDir() {
		return ""
	}
	if s := e.settings["GOROOT"]; s.Origin == OriginFile {
		return fmt.Sprintf("GOROOT %q is not a directory, and no go command starts, go env -u included: remove line %d of %q by hand", value, s.Line, s.File)
	}
	return fmt.Sprintf("GOROOT %q is not a directory, and no go command starts: unset it", value)
}

func (e *Env) checkTmpdir(r *resolver, value string) string {
	if value == "" {
		return ""
	}
	if fi, err := os.Stat(absolute(e.goos, r.dir, value)); err != nil || !fi.IsDir() {
		return fmt.Sprintf("GOTMPDIR %q is not a directory, and nothing builds: make it, or unset GOTMPDIR", value)
	}
	return ""
}

// checkToolchain looks at the form of GOTOOLCHAIN (toolchain.Select).
func (e *Env) checkToolchain(_ *resolver, value string) string {
	name, suffix, plus := strings.Cut(value, "+")
	switch {
	case value == "" || value == "auto" || value == "path":
		return ""
	case plus && suffix != "auto" && suffix != "path":
		return fmt.Sprintf("GOTOOLCHAIN %q: go knows only the endings +auto and +path; correct it", value)
	case name != "local" && !(strings.HasPrefix(name, "go1") && !strings.ContainsAny(name, `/\`)):
		return fmt.Sprintf("GOTOOLCHAIN %q is not the name of a toolchain, and go refuses to start: set local, auto or a name such as go1.26.0", value)
	}
	return ""
}

func (e *Env) checkWork(r *resolver, value string) string {
	s := e.settings["GOWORK"]
	if s.Origin == OriginDerived || value == "off" {
		return ""
	}
	if !isAbs(e.goos, value) {
		return fmt.Sprintf("GOWORK %q is relative, and go refuses it: set an absolute path, or unset it", value)
	}
	if _, err := os.Stat(value); err != nil {
		return fmt.Sprintf("GOWORK names %q, which cannot be found (%v): correct it, or unset it", value, cause(err))
	}
	return ""
}
