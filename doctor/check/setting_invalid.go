package check

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var settingInvalid = &Check{
	ID:       "setting-invalid",
	Title:    "a setting has a value that go refuses or passes over",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C61"},
	Says: []string{
		"go: unknown GOEXPERIMENT …",
		`go: unknown GOFIPS140 version "…"`,
		"go: unknown environment setting GO111MODULE=…",
		"go: CC environment variable is relative; must be absolute path: …",
		"go: CC environment variable could not be parsed: …",
		"go: invalid GOWORK: not an absolute path",
	},
	Help: Help{
		Why: "A value that the release does not know: an experiment that came or went with a release, a name that is misspelt, a path that " +
			"is relative where it has to be absolute. Some of them stop every go command, some only builds, and some go passes " +
			"over: CGO_ENABLED=yes counts as not set, and GOAMD64=v9 is refused by a compiler that has nothing in the cache, and " +
			"taken otherwise. Which experiments there are is read from the sources of the release that was found.",
		Look: "'godoctor env KEY' says where the value comes from; 'go help environment' lists the values.",
		Do:   "Take the setting away, or correct it.",
		See:  []string{"https://pkg.go.dev/cmd/go#hdr-Environment_variables"},
	},
	Run: func(p *Pass) {
		for _, x := range p.Env.Problems {
			if severity, ok := invalid[x.Key]; ok && x.Text == "" && (!slices.Contains(ofRelease, x.Key) || p.unknownValue(x.Key)) {
				p.invalid(severity, x.Key, bounded(x.Message))
			}
		}
		if s := p.Setting("GOEXPERIMENT"); given(s) {
			if name := p.release().UnknownExperiment(s.Value); name != "" {
				p.invalid(finding.Error, "GOEXPERIMENT", fmt.Sprintf("%s has no experiment %s", p.Env.GoVersion(), shown("", name)))
			}
		}
		if s := p.Setting("GOFIPS140"); given(s) && strings.HasPrefix(s.Value, "v") && p.noFips(s.Value) {
			p.invalid(finding.Error, "GOFIPS140", fmt.Sprintf("%s has no module %s", p.Env.GoVersion(), shown("", s.Value)))
		}
		if s := p.Setting("GOWORK"); s.Origin == goenv.OriginEnvironment {
			if why := noWork(s.Raw); why != "" {
				p.invalid(finding.Error, "GOWORK", why)
			}
		}
	},
}

// invalid are the settings whose values are judged here, by how much harm a wrong one does. Others have checks of their own.
var invalid = map[string]finding.Severity{
	"AR": finding.Error, "CC": finding.Error, "CXX": finding.Error, "FC": finding.Error, "PKG_CONFIG": finding.Error,
	"CGO_CFLAGS": finding.Error, "CGO_CPPFLAGS": finding.Error, "CGO_CXXFLAGS": finding.Error, "CGO_FFLAGS": finding.Error,
	"CGO_LDFLAGS": finding.Error, "CGO_ENABLED": finding.Warning, "GO111MODULE": finding.Error, "GOFIPS140": finding.Error,
	"GO386": finding.Warning, "GOAMD64": finding.Warning, "GOARM": finding.Warning, "GOMIPS": finding.Warning,
	"GOMIPS64": finding.Warning, "GOPPC64": finding.Warning, "GORISCV64": finding.Warning,
}

// ofRelease are those of them whose values each release has its own of.
var ofRelease = []string{"GO386", "GOAMD64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64"}

// unknownValue reports whether the release that was found does not know the value either.
func (p *Pass) unknownValue(key string) bool {
	has, known := p.release().BuildValue(p.Env.Value(key))
	return known && !has
}

// noFips reports that GOROOT/lib/fips140 has nothing of a version (fips140.Init).
func (p *Pass) noFips(value string) bool {
	dir := filepath.Join(p.Env.Goroot(), "lib", "fips140")
	if _, err := os.Stat(dir); err != nil || strings.ContainsAny(value, `/\`) {
		return false
	}
	for _, ext := range []string{".zip", ".txt"} {
		if _, err := os.Stat(filepath.Join(dir, value+ext)); err == nil {
			return false
		}
	}
	return true
}

// invalid reports a setting. A value that lost because go passes it over is where it was made.
func (p *Pass) invalid(severity finding.Severity, key, why string) {
	s := p.Setting(key)
	if s.Origin == goenv.OriginDerived && len(s.Overrides) > 0 {
		o := s.Overrides[0]
		s.Origin, s.File, s.Line, s.Raw, s.Overrides = o.Origin, o.File, o.Line, o.Value, s.Overrides[1:]
	}
	if key == "GOWORK" && s.Origin == goenv.OriginFile {
		return // goenv-bricks says so
	}
	p.ReportAs(severity, finding.Finding{Title: key + " has a value that go refuses or passes over",
		Detail: fmt.Sprintf("%s is %s, set by %s: %s", key, shown(key, s.Raw), p.origin(s), why),
		Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
}
