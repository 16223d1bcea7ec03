package goenv

import "strings"

// knownKeys are the keys that go takes from the environment and from settings files
// (internal/cfg.KnownEnv, Go 1.26), and those that it only computes.
var knownKeys = keySet(`
	AR CC CGO_CFLAGS CGO_CFLAGS_ALLOW CGO_CFLAGS_DISALLOW CGO_CPPFLAGS CGO_CPPFLAGS_ALLOW
	CGO_CPPFLAGS_DISALLOW CGO_CXXFLAGS CGO_CXXFLAGS_ALLOW CGO_CXXFLAGS_DISALLOW CGO_ENABLED CGO_FFLAGS
	CGO_FFLAGS_ALLOW CGO_FFLAGS_DISALLOW CGO_LDFLAGS CGO_LDFLAGS_ALLOW CGO_LDFLAGS_DISALLOW CXX FC GCCGO
	GO111MODULE GO386 GOAMD64 GOARCH GOARM GOARM64 GOAUTH GOBIN GOCACHE GOCACHEPROG GODEBUG GOENV GOEXE
	GOEXPERIMENT GOFIPS140 GOFLAGS GOGCCFLAGS GOHOSTARCH GOHOSTOS GOINSECURE GOMIPS GOMIPS64 GOMOD
	GOMODCACHE GONOPROXY GONOSUMDB GOOS GOPATH GOPPC64 GOPRIVATE GOPROXY GORISCV64 GOROOT GOSUMDB
	GOTELEMETRY GOTELEMETRYDIR GOTMPDIR GOTOOLCHAIN GOTOOLDIR GOVCS GOVERSION GOWASM GOWORK
	GO_EXTLINK_ENABLED PKG_CONFIG`)

// computedKeys are computed by go and heard from nowhere (envcmd.checkEnvWrite: "cannot be modified").
var computedKeys = keySet(`GOEXE GOGCCFLAGS GOHOSTARCH GOHOSTOS GOMOD GOTELEMETRY GOTELEMETRYDIR GOTOOLDIR GOVERSION`)

// osOnlyKeys are heard from the process environment alone.
var osOnlyKeys = keySet(`GOENV GODEBUG`)

// plainDefaults are the keys that are resolved by precedence alone and printed, with go's built-in default.
// GOPROXY and GOSUMDB have none since Go 1.21: their defaults are in go.env. Older releases had one
// compiled in, which names a host and therefore is not repeated here.
var plainDefaults = map[string]string{
	"AR": "ar", "GO111MODULE": "", "GOAUTH": "netrc", "GOBIN": "", "GOCACHEPROG": "",
	"GOFIPS140": "off", "GOFLAGS": "", "GOINSECURE": "", "GOPRIVATE": "", "GOPROXY": "", "GOSUMDB": "",
	"GOTMPDIR": "", "GOTOOLCHAIN": "", "GOVCS": "",
}

// keySet makes a set of the words of s.
func keySet(s string) map[string]bool {
	set := map[string]bool{}
	for _, key := range strings.Fields(s) {
		set[key] = true
	}
	return set
}

// nearestKey returns the known key that looks most like key, or "" when none is near.
func nearestKey(key string) string {
	if len(key) > 64 {
		return "" // no typing mistake, and the distance costs the product of the lengths
	}
	best, bestDistance := "", 4
	for known := range knownKeys {
		d := Distance(strings.ToUpper(strings.TrimSpace(key)), known)
		if d < bestDistance || d == bestDistance && best != "" && known < best {
			best, bestDistance = known, d
		}
	}
	if 2*bestDistance > len(best) {
		return ""
	}
	return best
}

// Distance is the number of bytes to insert, delete or replace to make b of a (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
