package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
)

// ProbeTargets are what a probe of this machine asks: each entry of GOPROXY, the candidates, and the checksum database that
// GOSUMDB names. A candidate that is an entry already is asked once.
func ProbeTargets(m *Machine, candidates []fetch.Proxy) (targets []fetch.ProbeTarget, name string) {
	s := m.proxies()
	seen := map[string]bool{}
	add := func(kind fetch.ProbeKind, p fetch.Proxy) {
		if key := strings.TrimSuffix(p.String(), "/"); !seen[key] {
			seen[key] = true
			targets = append(targets, fetch.ProbeTarget{Kind: kind, Proxy: p})
		}
	}
	for _, p := range s.Proxies {
		add(fetch.ProbeEntry, p)
	}
	for _, p := range candidates {
		add(fetch.ProbeCandidate, p)
	}
	value := m.Env.Value("GOSUMDB")
	name = sumdb.Settings{GOSUMDB: value}.Name()
	if name == "" || len(s.Proxies) == 0 && s.End == fetch.Off {
		return targets, "" // go asks nobody
	}
	address := ""
	if f := strings.Fields(value); len(f) > 1 {
		address = f[1]
	} else if f[0] != name && !strings.Contains(f[0], "+") {
		address = "https://" + f[0] // the other name of the public one
	}
	if p, err := fetch.SumDBAddress(name, address); err == nil {
		targets = append(targets, fetch.ProbeTarget{Kind: fetch.ProbeSumDB, Proxy: p, Accept: sumdb.Settings{GOSUMDB: value}.CheckHead})
	}
	if address != "" {
		name = "" // no proxy is asked for it
	}
	return targets, name
}

// ProbeModule is a version to ask proxies for: one that is public, which a record of the checksum database proves, and whose zip
// in the module cache is large enough to tell how fast a line is. The zero Version where there is none.
func ProbeModule(m *Machine) module.Version {
	const least, most = 256 << 10, 4 << 20
	s := m.proxies()
	var best module.Version
	size := int64(0)
	if m.Inventory.ModCache == nil {
		return best
	}
	asked := 0
	for i := range m.Inventory.ModCache.Versions {
		v := &m.Inventory.ModCache.Versions[i]
		n := v.ZipSize.Bytes
		w := module.Version{Path: v.Path, Version: v.Version}
		if v.Toolchain || n <= size || n > most || s.Private(v.Path) || s.PrivateSum(v.Path) {
			continue
		}
		if asked++; asked > 500 {
			break // each is a look at the disk
		}
		if recorded(m, w) {
			if best, size = w, n; n >= least {
				break
			}
		}
	}
	return best
}

// JudgeProxies says what is wrong with what a probe has found, in the way in which go walks along GOPROXY.
func JudgeProxies(ctx context.Context, m *Machine, results []fetch.ProbeResult) []finding.Finding {
	found := new(collector)
	j := &judging{s: m.proxies(), results: results, pass: func(c *Check) *Pass {
		return &Pass{Context: ctx, Machine: m, Check: c, found: found}
	}}
	j.entries()
	j.database()
	j.certificates()
	j.clocks()
	j.offer()
	list := found.take()
	finding.Sort(list)
	return list
}

// A judging is a judgement under way.
type judging struct {
	s       fetch.Settings
	results []fetch.ProbeResult
	pass    func(*Check) *Pass
}

// of are the results of a kind that were asked.
func (j *judging) of(kind fetch.ProbeKind) (list []*fetch.ProbeResult) {
	for i := range j.results {
		if r := &j.results[i]; r.Target.Kind == kind && r.Class != fetch.ProbeNobody {
			list = append(list, r)
		}
	}
	return list
}

// first is the first entry of GOPROXY that works; nil if none does.
func (j *judging) first() *fetch.ProbeResult {
	for _, r := range j.of(fetch.ProbeEntry) {
		if r.Works() {
			return r
		}
	}
	return nil
}

// entries judges those of GOPROXY: an error is one that go does not come past.
func (j *judging) entries() {
	p := j.pass(proxyDown)
	setting := p.Setting("GOPROXY")
	list := j.of(fetch.ProbeEntry)
	reached := true
	for i, r := range list {
		if r.Works() {
			reached = false // the next ones are asked for what it does not have
			if r == j.first() && (r.Range == fetch.RangeNo || r.Range == fetch.RangeBroken) {
				j.noResume(r)
			}
			continue
		}
		further := i < len(list)-1 || j.s.End == fetch.Direct
		severity := finding.Warning
		f := finding.Finding{Target: finding.Target{Path: r.URL, File: setting.File, Line: setting.Line}, Detail: r.URL + ": " + proxyWords(r)}
		switch {
		case !reached:
			f.Detail += "; go asks it for what the entries before it do not have"
		case further && r.Target.Proxy.OnAnyError:
			f.Detail += "; go tries it first for every file, and goes on to the next entry"
		default:
			severity = finding.Error
			f.Detail += "; go does not come past it"
			if further {
				f.Fixes = append(f.Fixes, written(setting, withBars(setting.Value)))
			}
		}
		f.Fixes = append(f.Fixes, answerFixes(r)...)
		p.ReportAs(severity, f)
	}
}

// proxyWords says how an address does not answer.
func proxyWords(r *fetch.ProbeResult) string {
	cause := ""
	if r.Err != nil && r.Err.Err != nil {
		cause = ": " + r.Err.Err.Error()
	}
	who := ""
	if r.Via != "" {
		who = " through the HTTP proxy " + r.Via
	}
	switch r.Class {
	case fetch.ProbeDNS:
		return "its name leads nowhere" + who + cause
	case fetch.ProbeNetwork:
		return "nobody answers there" + who + cause
	case fetch.ProbeTimeout:
		return "no answer came in time" + who + cause
	case fetch.ProbeTLS:
		if r.TLS != nil {
			return fmt.Sprintf("its certificate is refused%s: %s; it was issued by %s and ends on %s", who, r.TLS.Problem, r.TLS.Issuer,
				r.TLS.NotAfter.UTC().Format(time.DateOnly))
		}
		return "TLS fails" + who + cause
	case fetch.ProbeAnswer:
		return "what answers is no module proxy or checksum database" + who + cause
	case fetch.ProbeRefused:
		return fmt.Sprintf("it refuses with status %d%s", r.Status, who)
	case fetch.ProbeStatus:
		return fmt.Sprintf("it answers with status %d%s", r.Status, who)
	case fetch.ProbeRedirect:
		return "it sends us where nobody follows" + who + cause
	}
	return "it cannot be asked like this" + cause
}

// answerFixes are what a person may do about an answer.
func answerFixes(r *fetch.ProbeResult) []finding.Fix {
	title := ""
	switch r.Class {
	case fetch.ProbeTLS:
		title = "if that issuer is known to you, put its root among the system's (update-ca-certificates), or into SSL_CERT_FILE"
		switch {
		case r.TLS == nil && r.Err != nil && strings.Contains(r.Err.Error(), "protocol version"):
			title = "renew the server: Go speaks TLS 1.2 and later"
		case r.TLS == nil:
			title = "correct scheme and port: what answers there does not speak TLS as Go does"
		case strings.Contains(r.TLS.Problem, "not yet valid"):
			title = "look at the clock here; if it is right, who runs the server has to renew the certificate"
		case strings.Contains(r.TLS.Problem, "valid for"):
			title = "correct the address: it is the certificate of another host"
		}
	case fetch.ProbeAnswer:
		title = "log in to the network, or correct the address"
	case fetch.ProbeRefused:
		title = "put a login into netrc or GOAUTH, or ask who runs it"
	case fetch.ProbeDNS, fetch.ProbeNetwork, fetch.ProbeTimeout:
		title = "look at network, VPN and HTTPS_PROXY; or take it out of GOPROXY"
	default:
		return nil
	}
	return []finding.Fix{{ID: "look-at-network", Title: title}}
}

func (j *judging) noResume(r *fetch.ProbeResult) {
	what := "sends the whole zip when it is asked for a part"
	if r.Range == fetch.RangeBroken {
		what = "sends something else when it is asked for a part of a zip"
	}
	j.pass(proxyNoResume).Report(finding.Finding{Target: finding.Target{Path: r.URL}, Detail: "it " + what + ": a download that breaks off begins anew"})
}

// database judges the checksum database, which go asks through the first proxy that relays it.
func (j *judging) database() {
	p := j.pass(sumdbDown)
	var relays, broken *fetch.ProbeResult
	for _, r := range j.of(fetch.ProbeEntry) {
		if relays == nil && broken == nil && r.Relay == fetch.RelayYes {
			relays = r
		}
		if relays == nil && r.Relay == fetch.RelayBroken && !r.Target.Proxy.OnAnyError {
			broken = r
		}
	}
	if broken != nil {
		p.Report(finding.Finding{Target: finding.Target{Path: broken.URL},
			Detail: "asked whether it relays the checksum database it says neither yes (200) nor no (404): go asks nobody else then"})
	}
	for _, r := range j.of(fetch.ProbeSumDB) {
		if r.Works() {
			continue
		}
		f := finding.Finding{Target: finding.Target{Path: r.URL}, Detail: proxyWords(r), Fixes: answerFixes(r)}
		severity := finding.Error
		if relays != nil {
			severity = finding.Note
			f.Title = "the checksum database itself does not answer, and a proxy relays it"
			f.Detail += "; " + relays.URL + " answers for it"
		}
		p.ReportAs(severity, f)
	}
}

// certificates judges who signed what was shown, where it is everybody's host: there a certificate stands in the public logs.
func (j *judging) certificates() {
	public := publicProxies(j.pass(proxyIntercepted).Env)
	for _, name := range publicDatabases(j.pass(proxyIntercepted).Env) {
		public[name] = true
	}
	for i := range j.results {
		r := &j.results[i]
		if r.TLS == nil || !r.Works() {
			continue
		}
		if public[r.Target.Proxy.Host()] && (!r.TLS.Logged || r.TLS.Added) {
			why := "it is in no public log"
			if r.TLS.Added {
				why = "only a root of SSL_CERT_FILE or SSL_CERT_DIR verifies it"
			}
			j.pass(proxyIntercepted).Report(finding.Finding{Target: finding.Target{Path: r.URL},
				Detail: fmt.Sprintf("its certificate is issued by %s, and %s", r.TLS.Issuer, why)})
		}
		if left := r.TLS.NotAfter.Sub(j.pass(proxyDown).Now); left < 14*24*time.Hour && r.Target.Kind != fetch.ProbeCandidate {
			j.pass(certificateEnds).Report(finding.Finding{Target: finding.Target{Path: r.URL},
				Detail: fmt.Sprintf("its certificate, issued by %s, ends on %s", r.TLS.Issuer, r.TLS.NotAfter.UTC().Format(time.RFC3339))})
		}
	}
}

// clockTolerance is how far clocks may differ: certificates and signatures have days, tokens minutes.
const clockTolerance = 5 * time.Minute

// clocks compares the clock with those of the servers; the middle one of them counts.
func (j *judging) clocks() {
	var skews []time.Duration
	for i := range j.results {
		if r := &j.results[i]; r.Dated {
			skews = append(skews, r.Skew)
		}
	}
	if len(skews) == 0 {
		return
	}
	slices.Sort(skews)
	skew := skews[len(skews)/2]
	if skew.Abs() <= clockTolerance {
		return
	}
	word := "ahead of"
	if skew < 0 {
		word = "behind"
	}
	j.pass(clockDiffers).Report(finding.Finding{Target: finding.Target{Path: "clock"},
		Detail: fmt.Sprintf("it is %v %s that of %d of the servers asked", skew.Abs(), word, len(skews)),
		Fixes:  []finding.Fix{{ID: "set-clock", Title: "set the clock"}}})
}

// offer offers the fastest candidate, where it is better than the first entry that works.
func (j *judging) offer() {
	var best *fetch.ProbeResult
	for _, r := range j.of(fetch.ProbeCandidate) {
		if r.Class == fetch.ProbeOK && (best == nil || quicker(r, best, 1)) {
			best = r
		}
	}
	now := j.first()
	if best == nil || now != nil && !quicker(best, now, 1.5) {
		return
	}
	p := j.pass(proxyFaster)
	s := p.Setting("GOPROXY")
	f := finding.Finding{Target: finding.Target{Path: best.URL, File: s.File, Line: s.Line}, Fixes: []finding.Fix{written(s, best.URL+"|"+s.Value)}}
	if now == nil {
		f.Title = "another proxy works"
		f.Detail = "no entry of GOPROXY does, and " + best.URL + " does: " + speed(best)
	} else {
		f.Detail = fmt.Sprintf("%s: %s; %s: %s", best.URL, speed(best), now.URL, speed(now))
	}
	if s.Value == "" || s.Value == "off" {
		f.Fixes = []finding.Fix{written(s, best.URL)}
	}
	p.Report(f)
}

// quicker reports whether a brings more than b by a factor: bytes, or where nothing is known of these, answers.
func quicker(a, b *fetch.ProbeResult, factor float64) bool {
	if a.Rate > 0 && b.Rate > 0 {
		return a.Rate > b.Rate*factor
	}
	return float64(a.Latency)*factor < float64(b.Latency) && b.Latency-a.Latency > 5*time.Millisecond
}

// speed is how fast a proxy is, in words.
func speed(r *fetch.ProbeResult) string {
	s := fmt.Sprintf("an answer takes %v", r.Latency.Round(100*time.Microsecond))
	if r.Rate > 0 {
		s += fmt.Sprintf(", %.1f MiB a second", r.Rate/(1<<20))
	}
	return s
}
