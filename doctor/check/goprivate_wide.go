package check

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/gocmd"
	"godoctor/scan/goenv"
)

var goprivateWide = &Check{
	ID:       "goprivate-wide",
	Title:    "public modules count as private",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C68"},
	Help: Help{
		Why: "What GOPRIVATE (or GONOPROXY) matches is fetched with git from its origin, one repository after the other: slower, not there " +
			"when the author removed it, and the checksum database is not asked whether it is what others got.",
		Look: "go env GOPRIVATE GONOPROXY GONOSUMDB, beside the require lines of go.mod.",
		Do:   "Name organisations, not hosts: github.com/yours instead of github.com/*.",
		See:  []string{"https://go.dev/ref/mod#private-modules"},
	},
	Run: func(p *Pass) {
		list := p.proxies()
		for _, key := range []string{"GOPRIVATE", "GONOPROXY", "GONOSUMDB"} {
			s := p.Setting(key)
			if s.Origin != goenv.OriginEnvironment && s.Origin != goenv.OriginFile || key == "GOPRIVATE" && !hears(list, s.Value) ||
				key == "GONOSUMDB" && everything(s.Value) {
				continue // nobody hears it, or another check says it
			}
			var public, others []string
			for _, r := range requires(p.Machine) {
				if !module.MatchPrefixPatterns(s.Value, r.Path) {
					continue
				}
				if strings.HasPrefix(r.Path, "golang.org/x/") || recorded(p.Machine, r.Version) {
					public = append(public, r.Path)
				} else if n := firstElements(r.Path, 2); !slices.Contains(others, n) {
					others = append(others, n)
				}
			}
			if len(public) > 0 {
				p.wide(s, public, others)
			}
		}
	},
}

// hears reports whether somebody hears GOPRIVATE: with both others set nobody does.
func hears(list fetch.Settings, private string) bool {
	return list.NoProxy == private || list.NoSumDB == private
}

// wide reports a setting. What it matches and is not known to be public stays private.
func (p *Pass) wide(s goenv.Setting, public, others []string) {
	slices.Sort(public)
	slices.Sort(others)
	then := "go fetches them from their origin and asks no checksum database"
	if s.Key == "GONOSUMDB" {
		then = "go asks no checksum database about them"
	}
	f := finding.Finding{Target: at(s), Detail: fmt.Sprintf("%s=%s matches %s, which are public: %s; set by %s", s.Key, s.Value,
		firstFew(public), then, from(s))}
	var kept []string
	for pattern := range strings.SplitSeq(s.Value, ",") {
		if !slices.ContainsFunc(public, func(path string) bool { return module.MatchPrefixPatterns(pattern, path) }) {
			kept = append(kept, pattern)
		}
	}
	for _, n := range others {
		if !module.MatchPrefixPatterns(strings.Join(kept, ","), n) && len(kept) < 20 {
			kept = append(kept, n)
		}
	}
	f.Fixes = []finding.Fix{reset(s, strings.Join(kept, ","))}
	p.Report(f)
}

var directWithoutGit = &Check{
	ID:       "direct-without-git",
	Title:    "a module would have to be fetched with git, and there is no git",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C68"},
	Says: []string{
		`exec: "git": executable file not found in $PATH`,
		"go: missing Git command",
	},
	Help: Help{
		Why: "With GOPROXY=direct, and for what GOPRIVATE or GONOPROXY matches, go runs git to fetch a module from its origin. Images " +
			"for containers often have none.",
		Look: "which git; go env GOPROXY GOPRIVATE GONOPROXY.",
		Do:   "Install git, or ask a proxy for these modules.",
		See:  []string{"https://go.dev/ref/mod#vcs"},
	},
	Run: func(p *Pass) {
		if _, err := gocmd.FindGit(p.Environ); err == nil {
			return
		}
		var lacking []string
		s := p.proxies()
		for _, r := range directly(p.Machine, s) {
			if !inCache(p.Machine, r.Version) {
				lacking = append(lacking, r.String())
			}
		}
		if len(lacking) == 0 {
			return
		}
		key := "GOPROXY"
		if s.NoProxy != "" {
			key = "GONOPROXY"
		}
		p.Report(finding.Finding{
			Target: finding.Target{Path: "git"},
			Detail: fmt.Sprintf("%s is fetched from its origin (%s=%s), is not in the module cache, and no git is in PATH", firstFew(lacking), key, p.Setting(key).Value),
			Fixes:  []finding.Fix{{ID: "install-git", Title: "install git"}},
		})
	},
}

// directly are the required versions for which go asks no proxy but their origin.
func directly(m *Machine, s fetch.Settings) (list []required) {
	all := s.Err == nil && len(s.Proxies) == 0 && s.End == fetch.Direct
	for _, r := range requires(m) {
		if all || s.Private(r.Path) {
			list = append(list, r)
		}
	}
	return list
}
