package check

import (
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var silentSwitches = &Check{
	ID:       "silent-switches",
	Title:    "a setting changes what is built here, without a word",
	Severity: finding.Note,
	Cost:     Stat,
	Covers:   []string{"C64"},
	Help: Help{
		Why: "Some settings change what go builds, or how programs run, and nothing says so: build tags in GOFLAGS choose other files, " +
			"GOAMD64 and its like other instructions, GOEXPERIMENT another runtime, GODEBUG other behaviour of the standard " +
			"library (keys that nobody knows are accepted), the C compiler and its flags other C code. On a machine without them, " +
			"in CI for example, the same sources give something else.",
		Look: "'go version -m PROGRAM' lists what a program was built with: -tags, CGO_ENABLED, GOAMD64, DefaultGODEBUG. Compare the " +
			"lists of two machines.",
		Do:  "Nothing, where that is meant. Else take the setting away, or set it on every machine.",
		See: []string{"https://go.dev/doc/godebug"},
	},
	Run: func(p *Pass) {
		for _, key := range silentKeys {
			s := p.Setting(key)
			if !given(s) || s.Raw == "" || s.Raw == harmless[key] {
				continue
			}
			what := shown(key, s.Value)
			if key == "GOFLAGS" {
				if what = bounded(strings.Join(switching(s.Value), " ")); what == "" {
					continue
				}
			}
			p.Report(finding.Finding{Title: key + " changes what is built here, without a word",
				Detail: fmt.Sprintf("%s: %s, set by %s", key, what, p.origin(s)), Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
		}
	},
}

// silentKeys are the settings that change what is built, or how it runs.
var silentKeys = []string{"CC", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "CXX", "GO386", "GOAMD64",
	"GOARM", "GOARM64", "GODEBUG", "GOEXPERIMENT", "GOFIPS140", "GOFLAGS", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM",
	"GO_EXTLINK_ENABLED", "PKG_CONFIG"}

// harmless are values that are the default.
var harmless = map[string]string{"CC": "gcc", "CXX": "g++", "GO386": "sse2", "GOAMD64": "v1", "GOARM64": "v8.0", "GOFIPS140": "off",
	"GOMIPS": "hardfloat", "GOMIPS64": "hardfloat", "GOPPC64": "power8", "GORISCV64": "rva20u64", "PKG_CONFIG": "pkg-config",
	"CGO_CFLAGS": "-O2 -g", "CGO_CXXFLAGS": "-O2 -g", "CGO_FFLAGS": "-O2 -g", "CGO_LDFLAGS": "-O2 -g"}

// switching are the flags of a GOFLAGS that change what is built.
func switching(value string) []string {
	words, _ := goenv.Words(value)
	return slices.DeleteFunc(words, func(w string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(w, "-"), "=")
		return !slices.Contains([]string{"asan", "asmflags", "buildmode", "buildvcs", "compiler", "cover", "gcflags", "installsuffix",
			"ldflags", "linkshared", "msan", "overlay", "pgo", "race", "tags", "toolexec", "trimpath"}, name)
	})
}
