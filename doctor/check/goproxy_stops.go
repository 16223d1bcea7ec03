package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goproxyStops = &Check{
	ID:       "goproxy-stops",
	Title:    "when the first proxy does not answer, the next one is not asked",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C66"},
	Says: []string{
		"dial tcp …: connect: connection refused",
		"reading …/@v/list: 403 Forbidden",
	},
	Help: Help{
		Why: "Behind \",\" the next entry of GOPROXY is asked only when the one before answered 404 or 410: it does not have the module. " +
			"A proxy that is down, refuses (403) or breaks (5xx) ends the list. Behind \"|\" the next one is asked after any error. " +
			"The \",\" is right where a proxy says no on purpose: a company that blocks a module does not want it from elsewhere.",
		Look: "go env GOPROXY. 'godoctor proxy' asks each entry whether it answers.",
		Do:   "Write \"|\" between entries that stand in for each other. Leave \",\" where a refusal is meant.",
		See:  []string{"https://go.dev/ref/mod#environment-variables"},
	},
	Run: func(p *Pass) {
		s, list := p.Setting("GOPROXY"), p.proxies()
		if s.Origin != goenv.OriginEnvironment && s.Origin != goenv.OriginFile || list.Err != nil {
			return // what Go was delivered with
		}
		for i, x := range list.Proxies {
			last := i == len(list.Proxies)-1
			if x.Host() == "" || x.OnAnyError || last && list.End != fetch.Direct {
				continue
			}
			host, port := splitHostPort(x.Host())
			dead := nowhere(host) || port == "0"
			if last && !dead {
				continue // the default is made like this
			}
			f := finding.Finding{
				Target: at(s),
				Detail: fmt.Sprintf("behind %s stands \",\": where it is down, go does not ask %s; set by %s", x, entryAfter(list, i), from(s)),
				Fixes:  []finding.Fix{reset(s, withBars(s.Value))},
			}
			severity := finding.Note
			if dead {
				severity = finding.Warning
				f.Title = "the first proxy cannot exist, and the next one is not asked"
			}
			p.ReportAs(severity, f)
			return
		}
	},
}

// entryAfter names what stands behind an entry.
func entryAfter(list fetch.Settings, i int) string {
	if i+1 < len(list.Proxies) {
		return list.Proxies[i+1].String()
	}
	return "the origin"
}

// withBars is a GOPROXY with "|" instead of ",".
func withBars(value string) string { return strings.ReplaceAll(value, ",", "|") }

// splitHostPort takes a port off a host, which may be an IPv6 address in brackets.
func splitHostPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		s, port = s[:i], s[i+1:]
	}
	return strings.Trim(s, "[]"), port
}
