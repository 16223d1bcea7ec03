package fetch

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	logger "log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"godoctor/scan/certs"
)

// certTLS makes a certificate for 127.0.0.1 that ends at a time, and a pool that trusts it.
func certTLS(t *testing.T, ends time.Time, extra ...pkix.Extension) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Inspection CA"}, NotBefore: ends.Add(-48 * time.Hour),
		NotAfter: ends, IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtraExtensions: extra}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serveOver starts a server over https.
func serveOver(t *testing.T, cert tls.Certificate, max uint16, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: max}
	s.Config.ErrorLog = logger.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// proxyHandler is a module proxy with one version, a zip of a size, and a relay. change may answer instead.
func proxyHandler(zip int, change func(w http.ResponseWriter, r *http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if change != nil && change(w, r) {
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/@v/v1.0.0.info"):
			io.WriteString(w, exampleInfo)
		case strings.HasSuffix(r.URL.Path, "/@v/v1.0.0.zip"):
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(make([]byte, zip)))
		case strings.HasSuffix(r.URL.Path, "/golang.org/toolchain/@v/list"):
			io.WriteString(w, strings.Repeat("v0.0.1-go1.99.1.linux-amd64\n", 10000))
		case strings.HasSuffix(r.URL.Path, "/sumdb/sum.example/supported"):
		default:
			http.NotFound(w, r)
		}
	}
}

// probe asks one address.
func probe(t *testing.T, address string, pool *x509.CertPool, vars ...string) ProbeResult {
	t.Helper()
	p, err := ParseProxy(address)
	if err != nil {
		t.Fatal(err)
	}
	return probeOf(t, ProbeTarget{Kind: ProbeEntry, Proxy: p}, ProbeOptions{Module: example, SumDB: "sum.example"}, pool, vars...)
}

func probeOf(t *testing.T, target ProbeTarget, o ProbeOptions, pool *x509.CertPool, vars ...string) ProbeResult {
	t.Helper()
	if o.Timeouts == (Timeouts{}) {
		o.Timeouts = quick
	}
	list := probeWith(t.Context(), settings(t, append(vars, "GOPROXY=off")...), []ProbeTarget{target}, o, func(c *Client) *Client {
		c.first.TLSClientConfig.RootCAs = pool
		return c
	})
	return list[0]
}

func TestProbe(t *testing.T) {
	r := probe(t, "127.0.0.1:1", nil) // without a scheme it is https
	if r.URL != "https://127.0.0.1:1" || r.Class != ProbeNetwork || r.Works() || r.Err == nil || r.Connect != 0 {
		t.Errorf("a dead port: %+v", r)
	}
	r = probe(t, serve(t, proxyHandler(300<<10, nil))+"/sub/", nil)
	if r.Class != ProbeOK || !r.Works() || r.Err != nil || r.Status != 200 || r.Asked != "example.invalid/%21mod/@v/v1.0.0.info" {
		t.Errorf("%+v", r)
	}
	if r.Connect <= 0 || r.First < r.Connect || r.Latency <= 0 || r.Handshake != 0 || r.TLS != nil || r.Via != "" {
		t.Errorf("its times are %+v", r)
	}
	if r.Range != RangeYes || r.Bytes != 300<<10 || r.Rate <= 0 || r.Relay != RelayYes || !r.Dated || r.Skew.Abs() > 5*time.Second {
		t.Errorf("what it can: %+v", r)
	}
}

// TestProbeAnswers is about what servers do.
func TestProbeAnswers(t *testing.T) {
	on := func(suffix string, h http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, suffix) {
				return false
			}
			h(w, r)
			return true
		}
	}
	for name, c := range map[string]struct {
		change func(http.ResponseWriter, *http.Request) bool
		class  ProbeClass
		status int
		part   ProbeRange
		relay  ProbeRelay
	}{
		"404":          {on(".info", say(404, "not found")), ProbeNoModule, 404, RangeUnknown, RelayYes},
		"410":          {on(".info", say(410, "gone")), ProbeNoModule, 410, RangeUnknown, RelayYes},
		"403":          {on("", say(403, "blocked")), ProbeRefused, 403, RangeUnknown, RelayUnknown},
		"401":          {on("", say(401, "")), ProbeRefused, 401, RangeUnknown, RelayUnknown},
		"500":          {on("", say(500, "")), ProbeStatus, 500, RangeUnknown, RelayUnknown},
		"429":          {on("", say(429, "")), ProbeStatus, 429, RangeUnknown, RelayUnknown},
		"portal":       {on("", say(200, "<html>log in</html>")), ProbeAnswer, 200, RangeUnknown, RelayUnknown},
		"text":         {on("", say(200, "welcome")), ProbeAnswer, 200, RangeUnknown, RelayUnknown},
		"another":      {on(".info", say(200, `{"Version":"v1.0.1"}`)), ProbeAnswer, 200, RangeUnknown, RelayUnknown},
		"endless":      {on(".info", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1000000000") }), ProbeAnswer, 200, RangeUnknown, RelayUnknown},
		"no zip":       {on(".zip", say(404, "")), ProbeOK, 200, RangeUnknown, RelayYes},
		"no range":     {on(".zip", say(200, "zip")), ProbeOK, 200, RangeNo, RelayYes},
		"broken range": {on(".zip", say(206, "zip")), ProbeOK, 200, RangeBroken, RelayYes},
		"other range": {on(".zip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-1/5000")
			w.WriteHeader(206)
			io.WriteString(w, "zip")
		}), ProbeOK, 200, RangeBroken, RelayYes},
		"no relay":     {on("/supported", say(404, "")), ProbeOK, 200, RangeYes, RelayNo},
		"broken relay": {on("/supported", say(500, "")), ProbeOK, 200, RangeYes, RelayBroken},
		"elsewhere": {on("", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "ftp://elsewhere.example/")
			w.WriteHeader(302)
		}), ProbeRedirect, 0, RangeUnknown, RelayUnknown},
		"cut": {on("", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), ProbeNetwork, 0, RangeUnknown, RelayUnknown},
	} {
		s := httptest.NewUnstartedServer(proxyHandler(2000, c.change))
		s.Config.ErrorLog = logger.New(io.Discard, "", 0)
		s.Start()
		r := probe(t, s.URL, nil)
		s.Close()
		if r.Class != c.class || r.Status != c.status || r.Range != c.part || r.Relay != c.relay || r.Works() != (c.class == ProbeOK || c.class == ProbeNoModule) {
			t.Errorf("%s: %+v, %v", name, r, r.Err)
		}
		if (r.Err == nil) != (c.class == ProbeOK) {
			t.Errorf("%s: error %v", name, r.Err)
		}
	}
}

// TestProbeSlow: neither a header nor a body that does not come holds it up.
func TestProbeSlow(t *testing.T) {
	stop := make(chan struct{})
	wait := func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}
	slow := serve(t, wait)
	dribble := serve(t, proxyHandler(1<<20, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, ".zip") || r.Header.Get("Range") != "" {
			return false
		}
		w.Write(make([]byte, 1000))
		w.(http.Flusher).Flush()
		wait(w, r)
		return true
	}))
	defer close(stop)
	for address, class := range map[string]ProbeClass{slow: ProbeTimeout, dribble: ProbeOK} {
		p, err := ParseProxy(address)
		if err != nil {
			t.Fatal(err)
		}
		o := ProbeOptions{Module: example, Timeouts: Timeouts{Connect: time.Second, Header: 200 * time.Millisecond, Stall: time.Second, Total: 10 * time.Second}}
		if address == dribble {
			o.Timeouts.Header = 5 * time.Second
		}
		r := probeOf(t, ProbeTarget{Kind: ProbeEntry, Proxy: p}, o, nil)
		if r.Class != class || r.Rate != 0 {
			t.Errorf("%s: %+v", class, r)
		}
	}
}

// TestProbeClock: by how much the clocks differ, also where a cache answers.
func TestProbeClock(t *testing.T) {
	for _, c := range []struct {
		date time.Duration
		age  string
		skew time.Duration
	}{{-time.Hour, "", time.Hour}, {2 * time.Hour, "", -2 * time.Hour}, {-3 * time.Hour, "10800", 0}, {0, "", 0}} {
		r := probe(t, serve(t, proxyHandler(1, func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Date", time.Now().Add(c.date).UTC().Format(http.TimeFormat))
			if c.age != "" {
				w.Header().Set("Age", c.age)
			}
			return false
		})), nil)
		if !r.Dated || (r.Skew-c.skew).Abs() > 5*time.Second {
			t.Errorf("%v: %v, %v", c, r.Dated, r.Skew)
		}
	}
}

func TestProbeTLS(t *testing.T) {
	good, pool := certTLS(t, time.Now().Add(time.Hour))
	logged, logPool := certTLS(t, time.Now().Add(time.Hour), pkix.Extension{Id: asn1.ObjectIdentifier(timestamps), Value: []byte{4, 0}})
	old, oldPool := certTLS(t, time.Now().Add(-time.Hour))
	for name, c := range map[string]struct {
		cert    tls.Certificate
		pool    *x509.CertPool
		max     uint16
		class   ProbeClass
		version string
		logged  bool
		problem string
		noCert  bool
		asLocal bool
	}{
		"good":    {cert: good, pool: pool, class: ProbeOK, version: "TLS 1.3"},
		"1.2":     {cert: good, pool: pool, max: tls.VersionTLS12, class: ProbeOK, version: "TLS 1.2"},
		"1.0":     {cert: good, pool: pool, max: tls.VersionTLS10, class: ProbeTLS, noCert: true},
		"logged":  {cert: logged, pool: logPool, class: ProbeOK, version: "TLS 1.3", logged: true},
		"expired": {cert: old, pool: oldPool, class: ProbeTLS, problem: "expired"},
		"unknown": {cert: good, pool: logPool, class: ProbeTLS, problem: "unknown authority"},
		"name":    {cert: good, pool: pool, class: ProbeTLS, problem: "localhost", asLocal: true},
	} {
		address := serveOver(t, c.cert, c.max, proxyHandler(2000, nil))
		if c.asLocal {
			address = strings.Replace(address, "127.0.0.1", "localhost", 1)
		}
		r := probe(t, address, c.pool)
		if r.Class != c.class || (r.TLS == nil) != c.noCert {
			t.Errorf("%s: %+v, %v", name, r, r.Err)
			continue
		}
		if c.noCert {
			continue
		}
		if !strings.Contains(r.TLS.Issuer, "Inspection CA") || r.TLS.Version != c.version || r.TLS.Logged != c.logged ||
			!strings.Contains(r.TLS.Problem, c.problem) || (c.problem == "") != (r.TLS.Problem == "") || r.TLS.NotAfter.IsZero() {
			t.Errorf("%s: %+v", name, r.TLS)
		}
		if c.class == ProbeOK && (r.Handshake <= 0 || !strings.Contains(r.TLS.Root, "Inspection CA")) {
			t.Errorf("%s: %+v, %+v", name, r, r.TLS)
		}
	}
}

// TestProbeAdded: that only SSL_CERT_FILE verifies a server is told, where the system's own roots are in one file.
func TestProbeAdded(t *testing.T) {
	cert, pool := certTLS(t, time.Now().Add(time.Hour))
	address := serveOver(t, cert, 0, proxyHandler(10, nil))
	own := certs.Look(certs.Input{GOOS: runtime.GOOS, Getenv: func(string) string { return "" }, Now: time.Now()})
	fi, err := os.Stat(own.From)
	want := own.Any && err == nil && fi.Mode().IsRegular()
	if r := probe(t, address, pool, "SSL_CERT_FILE="+filepath.Join(t.TempDir(), "root.pem")); r.TLS == nil || r.TLS.Added != want {
		t.Errorf("%+v, want %v", r.TLS, want)
	}
	if r := probe(t, address, pool); r.TLS == nil || r.TLS.Added {
		t.Errorf("without the variable: %+v", r.TLS)
	}
}

// TestProbeOthers: names that lead nowhere, addresses that may not be asked, files, the list instead of a module.
func TestProbeOthers(t *testing.T) {
	if r := probe(t, "https://proxy;direct.invalid", nil); r.Class != ProbeDNS {
		t.Errorf("no such host: %+v, %v", r, r.Err)
	}
	r := probe(t, strings.Replace(serve(t, proxyHandler(1, nil)), "http:", "https:", 1), nil)
	if r.Class != ProbeTLS || r.TLS != nil {
		t.Errorf("no TLS: %+v, %v", r, r.Err)
	}
	r = probe(t, "http://user:secret@127.0.0.1:1", nil)
	if r.Class != ProbeSettings || strings.Contains(r.URL+r.Err.Error(), "secret") {
		t.Errorf("a password over http: %+v, %v", r, r.Err)
	}
	dir := t.TempDir()
	r = probe(t, fileURL(dir), nil)
	if r.Class != ProbeNoModule || r.Connect != 0 || r.Dated {
		t.Errorf("a directory without it: %+v, %v", r, r.Err)
	}
	file := filepath.Join(dir, "example.invalid", "!mod", "@v", "v1.0.0.info")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(exampleInfo), 0o666); err != nil {
		t.Fatal(err)
	}
	if r = probe(t, fileURL(dir), nil); r.Class != ProbeOK || r.Range != RangeUnknown || r.Bytes != 0 {
		t.Errorf("a directory: %+v, %v", r, r.Err)
	}
	address := serve(t, proxyHandler(1, nil))
	r = probe(t, address, nil, "GOPRIVATE=example.invalid")
	if r.Class != ProbeOK || r.Asked != "golang.org/toolchain/@v/list" || r.Bytes != 280000 || r.Rate == 0 {
		t.Errorf("a private module: %+v, %v", r, r.Err)
	}
	r = probe(t, serve(t, forbidden(t)), nil, "GOPRIVATE=*")
	if r.Class != ProbeNobody || r.Err == nil || r.Err.Kind != ErrPrivate {
		t.Errorf("everything is private: %+v", r)
	}
	p, _ := ParseProxy(serve(t, forbidden(t)))
	if r = probeOf(t, ProbeTarget{Proxy: p}, ProbeOptions{Offline: true}, nil); r.Class != ProbeNobody || r.Err.Kind != ErrOffline {
		t.Errorf("offline: %+v", r)
	}
}

// TestProbeThrough: behind an HTTP proxy it is the one that is looked for.
func TestProbeThrough(t *testing.T) {
	seen := ""
	via := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.URL.Host
		proxyHandler(10, nil)(w, r)
	})
	r := probe(t, "http://proxy.example", nil, "HTTP_PROXY="+via)
	u, _ := url.Parse(via)
	if r.Class != ProbeOK || r.Via != u.Host || seen != "proxy.example" || len(r.Addresses) != 0 {
		t.Errorf("%+v, %v; asked for %q", r, r.Err, seen)
	}
}

func TestProbeSumDB(t *testing.T) {
	head := "go.sum database tree\n1\nx\n\n"
	for body, class := range map[string]ProbeClass{head: ProbeOK, "<html>": ProbeAnswer, "1": ProbeAnswer} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/latest" {
				t.Errorf("asked for %s", r.URL)
			}
			io.WriteString(w, body)
		})
		p, err := SumDBAddress("sum.example", s)
		if err != nil {
			t.Fatal(err)
		}
		target := ProbeTarget{Kind: ProbeSumDB, Proxy: p}
		if r := probeOf(t, target, ProbeOptions{Module: example, SumDB: "sum.example"}, nil); r.Class != class || r.Relay != RelayUnknown || r.Range != RangeUnknown {
			t.Errorf("%q: %+v, %v", body, r, r.Err)
		}
		target.Accept = func([]byte) error { return errors.New("signed by somebody else") }
		if r := probeOf(t, target, ProbeOptions{}, nil); r.Class != ProbeAnswer {
			t.Errorf("%q, not signed: %+v", body, r)
		}
	}
	if p, err := SumDBAddress("sum.example", ""); err != nil || p.String() != "https://sum.example" {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := SumDBAddress("sum.example", "ftp://x"); err == nil {
		t.Error("ftp is taken")
	}
}

func TestParseProxy(t *testing.T) {
	for in, want := range map[string]string{"https://u:p@proxy.example/a": "https://proxy.example/a", "proxy.example/a": "https://proxy.example/a",
		"direct": "", "off": "", "": "", "ftp://x": "", "https://a.example,https://b.example": "", "https://a.example,direct": ""} {
		p, err := ParseProxy(in)
		if (err == nil) != (want != "") || err == nil && p.String() != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// TestProbeStopped: what was not asked when the context ended is said to be so.
func TestProbeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, _ := ParseProxy(serve(t, forbidden(t)))
	list := ProbeAll(ctx, settings(t), []ProbeTarget{{Proxy: p}, {Proxy: p}}, ProbeOptions{Module: example})
	for _, r := range list {
		if r.Class != ProbeNobody || r.URL == "" {
			t.Errorf("%+v", r)
		}
	}
}
