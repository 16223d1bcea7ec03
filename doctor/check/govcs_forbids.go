package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
)

var govcsForbids = &Check{
	ID:       "govcs-forbids",
	Title:    "GOVCS does not let git fetch a module",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C70"},
	Says: []string{
		"GOVCS disallows using … for …; see 'go help vcs'",
		"malformed entry in GOVCS (missing colon): …",
		"unreachable pattern in GOVCS: …",
	},
	Help: Help{
		Why: "GOVCS says which version control programs go may run for which modules: PATTERN:PROGRAMS, the first pattern that matches counts, " +
			"and behind all of them stand private:all and public:git|hg. It matters for modules that are fetched from their origin.",
		Look: "go env GOVCS, and godoctor env GOVCS for the place that sets it.",
		Do:   "Put a rule for the modules in question before the others: GOVCS=git.example.com:git,...",
		See:  []string{"https://go.dev/ref/mod#vcs-govcs"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOVCS")
		rules, err := parseGOVCS(s.Value)
		if err != nil {
			p.Report(finding.Finding{Target: at(s), Detail: fmt.Sprintf("%v: set by %s", err, from(s)), Fixes: []finding.Fix{unset(s)}})
			return
		}
		if len(rules) == 0 {
			return
		}
		private := p.Setting("GOPRIVATE").Value
		var refused []string
		missing, pattern := false, ""
		for _, r := range directly(p.Machine, p.proxies()) {
			root := strings.TrimPrefix(repositoryOf(r.Path), "https://")
			program := programOf(r.Path)
			if govcsAllows(rules, root, module.MatchPrefixPatterns(private, root), program) {
				continue
			}
			refused = append(refused, r.String())
			missing = missing || !inCache(p.Machine, r.Version)
			if pattern == "" {
				pattern = firstElements(root, 2) + ":" + program
			}
		}
		if len(refused) == 0 {
			return
		}
		severity := finding.Error
		if !missing {
			severity = finding.Warning // the next version will fail
		}
		p.ReportAs(severity, finding.Finding{Target: at(s), Fixes: []finding.Fix{reset(s, pattern+","+s.Value), unset(s)},
			Detail: fmt.Sprintf("GOVCS=%s does not allow it for %s: set by %s", s.Value, firstFew(refused), from(s))})
	},
}

// programOf is the program that a module path asks for; git where it does not say.
func programOf(path string) string {
	for e := range strings.SplitSeq(path, "/") {
		for _, name := range []string{"hg", "svn", "bzr", "fossil"} {
			if strings.HasSuffix(e, "."+name) {
				return name
			}
		}
	}
	return "git"
}

// A govcsRule is one entry of GOVCS.
type govcsRule struct {
	pattern string
	allowed []string
}

// parseGOVCS reads GOVCS as cmd/go/internal/vcs does, with its words.
func parseGOVCS(s string) (rules []govcsRule, err error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	have := map[string]string{}
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		pattern, list, found := strings.Cut(item, ":")
		pattern, list = strings.TrimSpace(pattern), strings.TrimSpace(list)
		clean := path.Clean(pattern)
		switch {
		case item == "":
			return nil, fmt.Errorf("empty entry in GOVCS")
		case !found:
			return nil, fmt.Errorf("malformed entry in GOVCS (missing colon): %q", item)
		case pattern == "":
			return nil, fmt.Errorf("empty pattern in GOVCS: %q", item)
		case list == "":
			return nil, fmt.Errorf("empty VCS list in GOVCS: %q", item)
		case clean == "." || clean == ".." || strings.HasPrefix(pattern, "./") || strings.HasPrefix(pattern, "../"):
			return nil, fmt.Errorf("relative pattern not allowed in GOVCS: %q", pattern)
		case have[pattern] != "":
			return nil, fmt.Errorf("unreachable pattern in GOVCS: %q after %q", item, have[pattern])
		}
		have[pattern] = item
		r := govcsRule{pattern: pattern}
		for a := range strings.SplitSeq(list, "|") {
			if a = strings.TrimSpace(a); a == "" {
				return nil, fmt.Errorf("empty VCS name in GOVCS: %q", item)
			}
			r.allowed = append(r.allowed, a)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// govcsAllows applies the rules, and go's own behind them.
func govcsAllows(rules []govcsRule, root string, private bool, program string) bool {
	for _, r := range rules {
		match := module.MatchPrefixPatterns(r.pattern, root)
		switch r.pattern {
		case "private":
			match = private
		case "public":
			match = !private
		}
		if match {
			return slices.Contains(r.allowed, program) || slices.Contains(r.allowed, "all")
		}
	}
	return private || program == "git" || program == "hg"
}
