package check

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/scan/cachetest"
)

// probed is a machine with a GOPROXY, and what its targets answer: for each address a change of an answer that is good.
func probed(t *testing.T, goproxy string, candidates []string, change map[string]func(*fetch.ProbeResult)) []string {
	t.Helper()
	l := newLab(t)
	l.set("GOPROXY", "")
	l.set("GOSUMDB", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8 https://sum.example")
	if goproxy != "" {
		l.goproxy(goproxy)
	}
	m := l.look()
	var extra []fetch.Proxy
	for _, c := range candidates {
		p, err := fetch.ParseProxy(c)
		must(t, err)
		extra = append(extra, p)
	}
	targets, _ := ProbeTargets(m, extra)
	var results []fetch.ProbeResult
	for _, target := range targets {
		r := fetch.ProbeResult{Target: target, URL: target.Proxy.String(), Class: fetch.ProbeOK, Latency: 40 * time.Millisecond,
			Rate: 1 << 20, Range: fetch.RangeYes, Relay: fetch.RelayYes, Dated: true,
			TLS: &fetch.ProbeCertificate{Version: "TLS 1.3", Issuer: "CN=Issuer", Logged: true, NotAfter: time.Now().AddDate(0, 3, 0)}}
		for name, f := range change {
			if strings.Contains(r.URL, name) {
				f(&r)
			}
		}
		results = append(results, r)
	}
	var out []string
	for _, f := range JudgeProxies(t.Context(), m, results) {
		line := fmt.Sprintf("%s %s %s", f.Severity, f.Check, f.Target.Path)
		if c := Find(f.Check); c == nil || c.Run != nil || c.Help.Why == "" || f.Docs != f.Check || f.Detail == "" || f.Severity < c.Severity {
			t.Errorf("%+v", f)
		}
		for _, x := range f.Fixes {
			for _, e := range x.Edits {
				line += " => " + e.New
			}
			if len(x.Argv) > 0 {
				line += " => " + strings.Join(x.Argv, " ")
			}
		}
		out = append(out, line)
	}
	return out
}

// down makes an answer one that is none.
func down(class fetch.ProbeClass) func(*fetch.ProbeResult) {
	return func(r *fetch.ProbeResult) {
		*r = fetch.ProbeResult{Target: r.Target, URL: r.URL, Class: class, Status: 403}
	}
}

func TestJudgeProxies(t *testing.T) {
	type changes = map[string]func(*fetch.ProbeResult)
	fast := func(r *fetch.ProbeResult) { r.Rate *= 3 }
	for _, c := range []struct {
		name, goproxy string
		candidates    []string
		change        changes
		want          string
	}{
		{name: "well", goproxy: "https://a.example,https://b.example"},
		{"comma", "https://a.example,https://b.example", nil, changes{"a.example": down(fetch.ProbeNetwork)},
			"error proxy-down https://a.example => go env -w GOPROXY=https://a.example|https://b.example"},
		{"bar", "https://a.example|https://b.example", nil, changes{"a.example": down(fetch.ProbeRefused)}, "warning proxy-down https://a.example"},
		{"both", "https://a.example|https://b.example", nil, changes{"a.example": down(fetch.ProbeDNS), "b.example": down(fetch.ProbeAnswer)},
			"error proxy-down https://b.example\nwarning proxy-down https://a.example"},
		{"behind a good one", "https://a.example,https://b.example", nil, changes{"b.example": down(fetch.ProbeTimeout)},
			"warning proxy-down https://b.example"},
		{"direct behind it", "https://a.example|direct", nil, changes{"a.example": down(fetch.ProbeTLS)}, "warning proxy-down https://a.example"},
		{"direct not reached", "https://a.example,direct", nil, changes{"a.example": down(fetch.ProbeStatus)},
			"error proxy-down https://a.example => go env -w GOPROXY=https://a.example|direct"},
		{"it does not have it", "https://a.example", nil, changes{"a.example": down(fetch.ProbeNoModule)}, ""},
		{"no parts", "https://a.example", nil, changes{"a.example": func(r *fetch.ProbeResult) { r.Range = fetch.RangeNo }}, "note proxy-no-resume https://a.example"},
		{"relay broken", "https://a.example", nil, changes{"a.example": func(r *fetch.ProbeResult) { r.Relay = fetch.RelayBroken }}, "error sumdb-down https://a.example"},
		{"database down, relayed", "https://a.example", nil, changes{"sum.": down(fetch.ProbeNetwork)}, "note sumdb-down https://sum.example"},
		{"database down", "https://a.example", nil, changes{"sum.": down(fetch.ProbeNetwork), "a.example": func(r *fetch.ProbeResult) { r.Relay = fetch.RelayNo }},
			"error sumdb-down https://sum.example"},
		{"a certificate of one's own", "https://a.example", nil, changes{"a.example": func(r *fetch.ProbeResult) { r.TLS.Logged = false }}, ""},
		{"the end of a certificate", "https://a.example", nil, changes{"a.example": func(r *fetch.ProbeResult) { r.TLS.NotAfter = time.Now().Add(time.Hour) }},
			"note certificate-ends https://a.example"},
		{"clock", "https://a.example", nil, changes{"a": func(r *fetch.ProbeResult) { r.Skew = -time.Hour }}, "warning clock-differs clock"},
		{"one clock of two", "https://a.example", nil, changes{"a.example": func(r *fetch.ProbeResult) { r.Skew = -time.Hour }}, ""},
		{"a candidate", "https://a.example,direct", []string{"https://c.example"}, nil, ""},
		{"a fast candidate", "https://a.example,direct", []string{"https://c.example", "https://d.example"}, changes{"c.example": fast, "d.example": down(fetch.ProbeDNS)},
			"note proxy-faster https://c.example => go env -w GOPROXY=https://c.example|https://a.example,direct"},
		{"a near candidate", "https://a.example", []string{"https://c.example"}, changes{"c.example": func(r *fetch.ProbeResult) { r.Rate, r.Latency = 0, 5*time.Millisecond }},
			"note proxy-faster https://c.example => go env -w GOPROXY=https://c.example|https://a.example"},
		{"a candidate that works", "https://a.example", []string{"https://c.example"}, changes{"a.example": down(fetch.ProbeDNS)},
			"error proxy-down https://a.example\nnote proxy-faster https://c.example => go env -w GOPROXY=https://c.example|https://a.example"},
	} {
		if got := strings.Join(probed(t, c.goproxy, c.candidates, c.change), "\n"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	// The default of this Go is everybody's: there a certificate that is in no log is somebody else's.
	got := probed(t, "", nil, changes{"": func(r *fetch.ProbeResult) { r.TLS.Logged = false }})
	if len(got) != 1 || !strings.HasPrefix(got[0], "warning proxy-intercepted https://") {
		t.Errorf("the default: %q", got)
	}
	got = probed(t, "", nil, changes{"": func(r *fetch.ProbeResult) { r.TLS.Added = true }})
	if len(got) != 1 || !strings.HasPrefix(got[0], "warning proxy-intercepted https://") {
		t.Errorf("the default, by SSL_CERT_FILE: %q", got)
	}
	got = probed(t, "", nil, changes{"": func(r *fetch.ProbeResult) {
		if r.Target.Kind == fetch.ProbeEntry {
			down(fetch.ProbeNetwork)(r)
		}
	}})
	if len(got) != 1 || !strings.Contains(got[0], "=> go env -w GOPROXY=https://") {
		t.Errorf("the default is down: %q", got)
	}
}

func TestProbeTargets(t *testing.T) {
	for _, c := range []struct{ goproxy, gosumdb, want, relay string }{
		{"https://a.example|https://b.example/,direct", "sum.golang.org", "goproxy https://a.example, goproxy https://b.example/, candidate https://c.example, sumdb https://sum.golang.org", "sum.golang.org"},
		{"https://a.example", "off", "goproxy https://a.example, candidate https://c.example", ""},
		{"off", "sum.golang.org", "candidate https://c.example, candidate https://a.example", ""},
		{"direct", "sum.golang.google.cn", "candidate https://c.example, candidate https://a.example, sumdb https://sum.golang.google.cn", ""},
	} {
		l := newLab(t)
		l.set("GOPROXY", c.goproxy)
		l.set("GOSUMDB", c.gosumdb)
		one, err := fetch.ParseProxy("https://c.example")
		must(t, err)
		two, err := fetch.ParseProxy("a.example/")
		must(t, err)
		targets, relay := ProbeTargets(l.look(), []fetch.Proxy{one, two, one})
		var got []string
		for _, x := range targets {
			got = append(got, fmt.Sprint(x.Kind, " ", strings.TrimSuffix(x.Proxy.String(), "/")))
		}
		if s := strings.Join(got, ", "); s != strings.ReplaceAll(c.want, "/,", ",") || relay != c.relay {
			t.Errorf("%s: got %s, relay %q", c.goproxy, s, relay)
		}
	}
}

// TestProbeModule: what is asked for is public, and nothing else.
func TestProbeModule(t *testing.T) {
	l := newLab(t)
	secret := cachetest.Module{Path: "git.corp.example/big", Version: "v1.0.0", Files: map[string]string{"a.txt": strings.Repeat("0123456789abcdef", 1<<15)}}
	must(t, l.Install(secret))
	if m := ProbeModule(l.look()); m != (module.Version{Path: "example.com/dep", Version: "v1.2.0"}) {
		t.Errorf("got %v", m)
	}
	l.set("GOPRIVATE", "example.com")
	if m := ProbeModule(l.look()); m.Path != "" {
		t.Errorf("of private ones: %v", m)
	}
	l.set("GOPRIVATE", "")
	l.set("GOMODCACHE", filepath.Join(l.Home, "nothing"))
	if m := ProbeModule(l.look()); m.Path != "" {
		t.Errorf("of no cache: %v", m)
	}
}

// TestAnswerFixes: what a person may do fits what was seen.
func TestAnswerFixes(t *testing.T) {
	for _, c := range []struct {
		class         fetch.ProbeClass
		problem, want string
	}{
		{fetch.ProbeTLS, "", "scheme and port"}, {fetch.ProbeTLS, "remote error: tls: protocol version not supported", "Go speaks TLS 1.2"},
		{fetch.ProbeTLS, "x509: certificate has expired or is not yet valid: current time", "look at the clock"},
		{fetch.ProbeTLS, "x509: certificate is valid for 127.0.0.1, not localhost", "of another host"},
		{fetch.ProbeTLS, "x509: certificate signed by unknown authority", "update-ca-certificates"},
		{fetch.ProbeAnswer, "", "log in to the network"}, {fetch.ProbeRefused, "", "netrc"}, {fetch.ProbeDNS, "", "VPN"}, {fetch.ProbeStatus, "", ""},
	} {
		r := &fetch.ProbeResult{Class: c.class}
		if strings.HasPrefix(c.problem, "remote") {
			r.Err = &fetch.Error{Kind: fetch.ErrNetwork, Err: errors.New(c.problem)}
		} else if c.problem != "" {
			r.TLS = &fetch.ProbeCertificate{Problem: c.problem}
		}
		got := ""
		for _, f := range answerFixes(r) {
			got += f.Title
		}
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s, %q: %q", c.class, c.problem, got)
		}
	}
}
