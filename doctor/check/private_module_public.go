package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var privateModulePublic = &Check{
	ID:       "private-module-public",
	Title:    "the name of a private module goes to the public",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C67"},
	Says: []string{
		"reading …/lookup/…: 410 Gone",
		"reading …/lookup/…: 404 Not Found",
	},
	Help: Help{
		Why: "go asks the proxy of GOPROXY for every module, and the checksum database for every hash that is not in go.sum. For a module " +
			"that only you can read both say 404 or 410, the build fails, and the name of the module has been told to strangers. " +
			"What GOPRIVATE matches is fetched from its origin instead, and nobody else is asked.",
		Look: "go env GOPRIVATE GONOPROXY GONOSUMDB, beside the require lines of go.mod. That a module is private godoctor takes from " +
			"git's settings (insteadOf, credential), netrc, and the remotes of your repositories; a module that the checksum database has is public.",
		Do: "Name the host, or host and organisation, in GOPRIVATE: go env -w GOPRIVATE=git.example.com. Patterns are those of path.Match, " +
			"with \",\" between them. Where a proxy of your own serves the private modules, set GONOSUMDB instead.",
		See: []string{"golang/go#35164", "golang/go#33985", "https://go.dev/ref/mod#private-modules"},
	},
	Run: func(p *Pass) {
		s := p.proxies()
		if s.Err != nil {
			return
		}
		hints := privateHints(p.Machine)
		leaks := map[string]*leak{}
		for _, r := range requires(p.Machine) {
			h := hintFor(hints, r.Path)
			if h == nil || recorded(p.Machine, r.Version) || !h.strong && inCache(p.Machine, r.Version) {
				continue
			}
			to, key := leaksTo(p, s, r)
			if to == "" || !h.strong && key != "GOPRIVATE" {
				continue
			}
			pattern := firstElements(r.Path, strings.Count(h.pattern, "/")+1) // in the module's own spelling
			if leaks[pattern] == nil {
				leaks[pattern] = &leak{pattern: pattern, hint: h, to: to, key: key, first: r}
			}
			leaks[pattern].modules = append(leaks[pattern].modules, r.String())
		}
		for _, pattern := range slices.Sorted(maps.Keys(leaks)) {
			p.leaks(leaks[pattern])
		}
	},
}

// A leak is the modules of one pattern whose names somebody hears.
type leak struct {
	pattern string
	hint    *privateHint
	to, key string
	modules []string
	first   required
}

// leaksTo says who would hear of a module, and which setting keeps it from that.
func leaksTo(p *Pass, s fetch.Settings, r required) (to, key string) {
	public := publicProxies(p.Env)
	if !s.Private(r.Path) {
		for _, x := range s.Proxies {
			if public[x.Host()] {
				return "the proxy " + x.String(), "GOPRIVATE"
			}
		}
	}
	if s.SumDB == "" || s.PrivateSum(r.Path) || !overNetwork(s) && s.End == fetch.Off {
		return "", ""
	}
	for _, l := range r.by.Sums {
		if l.Path == r.Path && l.Version == r.Version.Version && !l.GoMod {
			return "", "" // go.sum has its hash: nobody is asked
		}
	}
	key = "GONOSUMDB"
	if s.Private(r.Path) {
		key = "GOPRIVATE"
	}
	return "the checksum database " + s.SumDB, key
}

func (p *Pass) leaks(l *leak) {
	severity := finding.Warning
	f := finding.Finding{Target: finding.Target{Path: l.pattern, File: l.hint.file, Line: l.hint.line}}
	place := cmp.Or(l.hint.file, "the environment")
	if l.hint.line > 0 {
		place += fmt.Sprintf(":%d", l.hint.line)
	}
	what := "is private"
	if !l.hint.strong {
		severity, what = finding.Note, "may be private"
		f.Title = "the name of a module that may be private goes to the public"
	}
	f.Detail = fmt.Sprintf("%s hears of %s, required by %s:%d; it %s: %s (%s)", l.to, firstFew(l.modules), l.first.by.File, l.first.line,
		what, l.hint.why, place)
	key := l.key
	if key == "GOPRIVATE" { // what GONOPROXY is set to counts instead
		if s := p.Setting("GONOPROXY"); s.Origin == goenv.OriginFile || s.Origin == goenv.OriginEnvironment {
			key = "GONOPROXY"
		}
	}
	f.Fixes = []finding.Fix{written(p.Setting(key), addPattern(p.Setting(key).Value, l.pattern))}
	p.ReportAs(severity, f)
}

// addPattern adds a pattern to a list.
func addPattern(list, pattern string) string {
	if list == "" {
		return pattern
	}
	return list + "," + pattern
}
