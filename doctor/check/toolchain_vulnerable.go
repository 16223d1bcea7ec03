package check

import (
	"fmt"
	"go/version"
	"net/url"
	"strings"

	"godoctor/doctor/finding"
)

var toolchainVulnerable = &Check{
	ID:       "toolchain-vulnerable",
	Title:    "a go command with a known hole in its checks of downloads",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C51"},
	Help: Help{
		Why: "The go command holds what it downloads against go.sum and the checksum database. Releases with one of these holes can be " +
			"talked out of that by a module proxy or a checksum database that lies: they take altered modules, and altered toolchains, " +
			"which they run. Whoever uses the public proxy, or one that can be trusted, is in less danger. It is a warning for what runs " +
			"here, a note for what only lies there.",
		Look: "'go version' against the table in the finding.",
		Do: "Install a release with the fix: setting GOTOOLCHAIN is not enough, as the go that is typed does the download. Then check what " +
			"came by an untrusted proxy before: 'godoctor verify --sumdb --fresh' holds go.sum and the whole module cache against the " +
			"checksum database.",
		See: []string{"golang/go#79070", "golang/go#80744", "golang/go#80745", "GO-2026-4984", "GO-2026-6179", "GO-2026-6180"},
	},
	Run: runToolchainVulnerable,
}

// A hole is a fault of the go command, and since which release of each line it is mended. Lines before the oldest of them are
// not mended; lines after the newest never had it.
type hole struct {
	cve   string
	what  string
	fixed []string // by line, the oldest first
}

// holes are those that let wrong content into the module cache. The days are those of the announcements.
var holes = []hole{
	{"CVE-2026-42501", "a module proxy can keep the checksum database from being heard, for toolchains too (golang/go#79070, May 2026)",
		[]string{"go1.25.10", "go1.26.3"}},
	{"CVE-2026-56864", "a checksum database can name hashes that are not in its signed log (golang/go#80745, August 2026)",
		[]string{"go1.25.13", "go1.26.6", "go1.27rc3"}},
	{"CVE-2026-56865", "a module proxy can forge tiles of the checksum database (golang/go#80744, August 2026)",
		[]string{"go1.25.13", "go1.26.6", "go1.27rc3"}},
}

// open reports whether a release has the hole, and the release of its line that does not; "" where that line is not mended.
func (h *hole) open(v string) (open bool, fixed string) {
	v = goVersion(v)
	if v == "" {
		return false, ""
	}
	for _, f := range h.fixed {
		if version.Lang(f) == version.Lang(v) {
			return version.Compare(v, f) < 0, f
		}
	}
	return version.Compare(v, h.fixed[0]) < 0, ""
}

func runToolchainVulnerable(p *Pass) {
	for _, u := range p.usedGos(true) {
		var found []string
		fixed := ""
		for _, h := range holes {
			open, by := h.open(u.version)
			if !open {
				continue
			}
			found = append(found, h.cve+": "+h.what)
			if by == "" {
				by = h.fixed[len(h.fixed)-1]
			}
			if fixed == "" || version.Compare(by, fixed) > 0 {
				fixed = by
			}
		}
		if len(found) == 0 {
			continue
		}
		severity := finding.Warning
		if u.idle || !switches(u.version) && u.root != "" && !u.runs {
			severity = finding.Note
		}
		p.ReportAs(severity, finding.Finding{
			Detail: fmt.Sprintf("%s %s. %s. %s", u.version, u.who(), strings.Join(found, "; "), p.asked()),
			Target: u.target(),
			Fixes: []finding.Fix{installGo(fixed + " or later"), {ID: "verify-all", Title: "hold what is in the module cache against the checksum database",
				Argv: []string{"godoctor", "verify", "--sumdb", "--fresh"}, NeedsNetwork: true}},
		})
	}
}

// asked says who could use such a hole: anybody who runs a proxy of GOPROXY that this Go was not delivered with.
func (p *Pass) asked() string {
	v := p.Env.Value("GOPROXY")
	if v == "off" {
		return "GOPROXY=off: nothing is downloaded now."
	}
	public := publicProxies(p.Env)
	for entry := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == '|' }) {
		if u, err := url.Parse(entry); err == nil && u.Host != "" && !public[u.Host] {
			return "GOPROXY is not only the public proxy: who runs it could use that."
		}
	}
	return "GOPROXY is the public proxy, or direct."
}
