package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan/goenv"
)

var gosumdbBroken = &Check{
	ID:       "gosumdb-broken",
	Title:    "GOSUMDB cannot be used",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C71"},
	Says: []string{
		"invalid GOSUMDB: malformed verifier id",
		"invalid GOSUMDB: too many fields",
		"invalid GOSUMDB URL: …",
	},
	Help: Help{
		Why: "GOSUMDB is the name of the checksum database, with its key where go does not know it, and an address behind it if it is " +
			"to be asked elsewhere. go checks every new line of go.sum there, so a GOSUMDB that it cannot read stops each download " +
			"of a module that is not in go.sum yet. Builds with what is there go on, which is why it is noticed late.",
		Look: "go env GOSUMDB, and godoctor env GOSUMDB for the place that sets it.",
		Do:   "Take it away: the default is right nearly everywhere. For private modules set GOPRIVATE or GONOSUMDB, not GOSUMDB.",
		See:  []string{"https://go.dev/ref/mod#checksum-database"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOSUMDB")
		if err := (sumdb.Settings{GOSUMDB: s.Value}).Check(); s.Value != "" && err != nil {
			p.Report(finding.Finding{Target: at(s), Detail: fmt.Sprintf("%v: set by %s", err, from(s)), Fixes: []finding.Fix{unset(s)}})
		}
	},
}

var gosumdb = &Check{
	ID:       "gosumdb",
	Title:    "new modules are taken without asking the checksum database",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C71"},
	Help: Help{
		Why: "With GOSUMDB=off, or a GONOSUMDB or GOPRIVATE that matches everything, go writes into go.sum whatever hash came from " +
			"the proxy, and says nothing. Elsewhere the same module is checked, and a mismatch shows up there. " +
			"What is in go.sum already is checked against go.sum all the same.",
		Look: "go env GOSUMDB GONOSUMDB GOPRIVATE.",
		Do: "Take it away, and name the private modules in GOPRIVATE (host or host/organisation). Then 'godoctor verify --sumdb' " +
			"compares what was taken meanwhile. On a machine that can reach no checksum database, do that elsewhere, once, with the same go.sum.",
		See: []string{"https://go.dev/ref/mod#checksum-database"},
	},
	Run: func(p *Pass) {
		if s := p.Setting("GOSUMDB"); s.Value == "off" {
			severity, fix := finding.Warning, unset(s)
			if s.Origin == goenv.OriginGoroot { // as some distributions deliver it
				severity, fix = finding.Note, reset(s, "sum.golang.org")
			}
			if !overNetwork(p.proxies()) {
				severity = finding.Note // nothing new comes from elsewhere
			}
			p.ReportAs(severity, finding.Finding{Target: at(s), Detail: "GOSUMDB is off: set by " + from(s), Fixes: []finding.Fix{fix}})
			return
		}
		s := p.Setting("GONOSUMDB")
		if !everything(s.Value) {
			return
		}
		if private := p.Setting("GOPRIVATE"); private.Value == s.Value {
			s = private
		}
		p.Report(finding.Finding{Target: at(s), Fixes: []finding.Fix{unset(s)},
			Detail: fmt.Sprintf("%s=%s matches every module: set by %s", s.Key, s.Value, from(s))})
	},
}

// everything reports whether a list of patterns has one that matches every module path.
func everything(patterns string) bool {
	for p := range strings.SplitSeq(patterns, ",") {
		if p == "*" {
			return true
		}
	}
	return false
}
