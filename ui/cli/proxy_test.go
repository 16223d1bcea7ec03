package cli

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/report"
	"godoctor/scan/cachetest"
)

// A proxyLab is a machine whose module is at a proxy on loopback, which relays the checksum database.
type proxyLab struct {
	*checkLab
	proxy *cachetest.Proxy
}

func newProxyLab(t *testing.T) *proxyLab {
	l := &proxyLab{checkLab: newCheckLab(t)}
	l.must(l.m.Publish(l.dep))
	l.must(l.m.InstallSumDB(l.dep))
	p, err := l.m.Serve()
	l.must(err)
	l.proxy = p
	t.Cleanup(func() { p.Close() })
	l.goproxy(p.URL)
	return l
}

// goproxy sets GOPROXY in the GOENV file. The checksum database has an address of its own: that of its name is elsewhere.
func (l *proxyLab) goproxy(value string) {
	env := l.write(filepath.Join(l.m.Home, "goenv"), "GOFLAGS=-v\nGOPROXY="+value+"\n")
	l.env = []string{"GOENV=" + env, "GOPROXY=", "GOSUMDB=" + cachetest.SumDBKey() + " " + l.proxy.URL + "/sumdb/" + cachetest.SumDBName}
}

func TestProxy(t *testing.T) {
	l := newProxyLab(t)
	out, errs := l.run(0, "proxy")
	for _, want := range []string{"goproxy  " + l.proxy.URL + "  ", "  yes ", "sumdb    " + l.proxy.URL + "/sumdb/sum.golang.org  ok ",
		"connected in ", "asked for example.com/dep@v1.2.0; "} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s%s", want, out, errs)
		}
	}
	for _, bad := range []string{"ERROR", "WARN", "NOTE"} {
		if strings.Contains(out, bad) {
			t.Errorf("a healthy proxy: %s", out)
		}
	}
	if n := l.proxy.Count("/example.com/dep/@v/v1.2.0.zip"); n != 2 {
		t.Errorf("the zip was asked for %d times", n)
	}
	d := l.document(0, "proxy")
	if len(d.Proxies) != 2 {
		t.Fatalf("%+v", d.Proxies)
	}
	one, two := d.Proxies[0], d.Proxies[1]
	if !one.Works || one.Answer != "ok" || one.Status != 200 || one.Range != "yes" || one.Latency <= 0 || one.Connect <= 0 || one.Skew == nil || one.TLS != nil ||
		one.SampleBytes == 0 || two.Kind != "sumdb" || !two.Works {
		t.Errorf("%+v\n%+v", one, two)
	}
	if lines, _ := l.run(0, "proxy", "--jsonl"); strings.Count(lines, `{"event":"proxy"`) != 2 {
		t.Error(lines)
	}
}

// TestProxyFaults: what servers do wrong, and what it comes to for go.
func TestProxyFaults(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   cachetest.Fault
		goproxy func(*proxyLab) string
		code    int
		answer  string
		checks  string
	}{
		{"refused", cachetest.Fault{Status: 403, Body: "blocked by \x1b[31mpolicy"}, nil, 3, "refused", "proxy-down"},
		{"portal", cachetest.Fault{Status: 200, Body: "<html>log in</html>"}, nil, 3, "portal", "proxy-down"},
		{"broken", cachetest.Fault{Status: 502}, nil, 3, "status", "proxy-down"},
		{"not there", cachetest.Fault{Status: 404}, nil, 0, "no-module", ""},
		{"no parts", cachetest.Fault{NoRange: true}, nil, 0, "ok", "proxy-no-resume"},
		{"clock", cachetest.Fault{Header: map[string]string{"Date": time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)}}, nil, 0, "ok", "clock-differs"},
		{"another behind it", cachetest.Fault{Status: 500}, func(l *proxyLab) string { return l.proxy.URL + "|direct" }, 0, "status", "proxy-down"},
		{"dead", cachetest.Fault{}, func(l *proxyLab) string { return "http://127.0.0.1:1," + l.proxy.URL }, 3, "network", "proxy-down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newProxyLab(t)
			l.proxy.Misbehave("/example.com/*", c.fault)
			if c.name == "clock" {
				l.proxy.Misbehave("/sumdb/*", c.fault)
			}
			if c.goproxy != nil {
				l.goproxy(c.goproxy(l))
			}
			d := l.document(c.code, "proxy")
			if len(d.Proxies) < 2 || d.Proxies[0].Answer != c.answer || told(d.Findings) != c.checks {
				t.Errorf("%+v\n%+v", d.Proxies, d.Findings)
			}
			out, _ := l.run(c.code, "proxy")
			if strings.Contains(out, "\x1b") || c.name == "refused" && !strings.Contains(out, `blocked by \x1b[31mpolicy`) {
				t.Errorf("%q", out)
			}
			l.run(0, "proxy", "--fail-on", "never")
		})
	}
}

// TestProxyCandidates: what is faster is offered, and not done.
func TestProxyCandidates(t *testing.T) {
	l := newProxyLab(t)
	l.goproxy("http://127.0.0.1:1,https://user:secret@127.0.0.1:1/b")
	l.write(filepath.Join(l.m.Home, ".config", "godoctor", "config.toml"), "mirrors = [\""+l.proxy.URL+"\"]\n")
	d := l.document(3, "proxy", "127.0.0.1:1/c")
	i := slices.IndexFunc(d.Findings, func(f report.Finding) bool { return f.Check == "proxy-faster" })
	if i < 0 || len(d.Proxies) != 5 || d.Proxies[0].Separator != "," || d.Proxies[1].Separator != "" || d.Proxies[2].URL != "https://127.0.0.1:1/c" || d.Proxies[3].Kind != "candidate" {
		t.Fatalf("%+v\n%+v", d.Findings, d.Proxies)
	}
	f := d.Findings[i]
	if f.Target.Line != 2 || len(f.Fix) != 1 || len(f.Fix[0].Argv) != 4 || !strings.HasPrefix(f.Fix[0].Argv[3], "GOPROXY="+l.proxy.URL+"|http://127.0.0.1:1,") {
		t.Errorf("%+v", f)
	}
	if out, _ := l.run(3, "proxy"); strings.Contains(out, "secret") {
		t.Errorf("a password is shown: %s", out)
	}
	if out, _ := l.run(3, "proxy", "--json"); strings.Contains(out, "secret") {
		t.Errorf("a password is in JSON: %s", out)
	}
	if out, _ := l.run(0, "__complete", "proxy", "http"); !strings.Contains(out, l.proxy.URL) {
		t.Errorf("completed: %s", out)
	}
}

// TestProxyPrivate: a private module is not asked for, and is told where its name would go out.
func TestProxyPrivate(t *testing.T) {
	l := newProxyLab(t)
	l.env = append(l.env, "GOPRIVATE=example.com")
	d := l.document(0, "proxy")
	for _, r := range l.proxy.Requests() {
		if strings.Contains(r.Path, "example.com") {
			t.Errorf("asked for %s", r.Path)
		}
	}
	if len(d.Proxies) == 0 || d.Proxies[0].Asked != "golang.org/toolchain/@v/list" {
		t.Errorf("%+v", d.Proxies)
	}
	l.write("go.mod", "module example.com/p\n\ngo 1.20\n\nrequire git.corp.example/team/lib v1.0.0\n")
	l.write(filepath.Join(l.m.Home, ".gitconfig"), "[url \"git@git.corp.example:\"]\n\tinsteadOf = https://git.corp.example/\n")
	d = l.document(0, "proxy")
	if told(d.Findings) != "private-module-public" || d.Findings[0].Target.Path != "git.corp.example" {
		t.Errorf("%+v", d.Findings)
	}
}

func TestProxyUsage(t *testing.T) {
	l := newProxyLab(t)
	for _, args := range [][]string{{"--offline"}, {"--demo"}, {"ftp://proxy.example"}, {"direct"}, {"--fail-on", "bad"}} {
		if _, errs := l.run(2, append([]string{"proxy"}, args...)...); !strings.HasPrefix(errs, "godoctor: ") {
			t.Errorf("%q: %s", args, errs)
		}
	}
	if n := len(l.proxy.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	l.env = append([]string{"GOSUMDB=off"}, l.env...)
	l.write(filepath.Join(l.m.Home, "goenv"), "GOPROXY=off\n")
	if out, _ := l.run(0, "proxy"); !strings.HasPrefix(out, "nobody to ask: GOPROXY is off") {
		t.Error(out)
	}
	if _, errs := l.run(2, "check", "proxy-down"); !strings.Contains(errs, "it takes asking: 'godoctor proxy'") {
		t.Error(errs)
	}
	if out, _ := l.run(0, "help", "proxy-intercepted"); !strings.Contains(out, "public logs") {
		t.Error(out)
	}
}
