package goenv

import (
	"maps"
	"slices"
	"strings"
)

// resolvePlain resolves the keys that need nothing but precedence, and the patterns that follow GOPRIVATE.
func (r *resolver) resolvePlain() {
	for _, key := range slices.Sorted(maps.Keys(plainDefaults)) {
		r.plain(key, plainDefaults[key], OriginDefault)
	}
	private, origin := r.value("GOPRIVATE"), OriginDefault
	if private != "" {
		origin = OriginDerived
	}
	r.plain("GONOPROXY", private, origin)
	r.plain("GONOSUMDB", private, origin)

	r.osOnly("GODEBUG", "")
	if r.osOnly("GOENV", r.userPath).Value == "off" {
		s := r.settings["GOENV"]
		s.Value = "" // "go env GOENV" prints nothing for off
		r.set(s)
	}
	r.plain("GOEXPERIMENT", versionExperiment(r.value("GOVERSION")), OriginDefault)
}

// resolveUnprinted adds the keys that go reads and "go env" does not list.
func (r *resolver) resolveUnprinted() {
	r.plain("FC", "gfortran", OriginDefault)
	for key := range knownKeys {
		if _, done := r.settings[key]; done || computedKeys[key] || osOnlyKeys[key] {
			continue
		}
		if s, ok := r.lookup(key); ok {
			r.set(s)
		}
	}
}

// versionExperiment returns the experiments that a toolchain was built with, which its version tells:
// "go1.26.8 X:name" or "go1.26.8-X:name". They are its default for GOEXPERIMENT.
func versionExperiment(version string) string {
	if i := strings.LastIndex(version, "X:"); i > 0 && (version[i-1] == ' ' || version[i-1] == '-') {
		return version[i+2:]
	}
	return ""
}
