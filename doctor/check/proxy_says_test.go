package check

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
)

// secure starts a server over https, whose root go is to trust.
func (l *lab) secure(most uint16) string {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: most}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	l.t.Cleanup(s.Close)
	root := filepath.Join(l.Tmp, "root.pem")
	l.write(root, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	l.set("SSL_CERT_FILE", root)
	return s.URL
}

// portal starts a server that has a login page for everything.
func (l *lab) portal() string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>log in</html>") }))
	l.t.Cleanup(s.Close)
	return s.URL
}

// TestProxySays: what the pages of the checks that take asking quote, go prints.
func TestProxySays(t *testing.T) {
	info := []string{"go", "mod", "download", "example.com/other@v1.0.0"}
	key := cachetest.SumDBKey()
	said := map[string]bool{}
	for _, c := range []struct {
		check  *Check
		says   string
		damage func(*lab)
	}{
		{proxyDown, "dial tcp: lookup …: no such host", func(l *lab) { l.set("GOPROXY", "https://proxy;a.invalid") }},
		{proxyDown, "reading …: 502 Bad Gateway", func(l *lab) { l.set("GOPROXY", l.serve(502)) }},
		{proxyDown, "reading …: 503 Service Unavailable", func(l *lab) { l.set("GOPROXY", l.serve(503)) }},
		{proxyDown, "reading …: 401 Unauthorized", func(l *lab) { l.set("GOPROXY", l.serve(401)) }},
		{proxyDown, "invalid character '<' looking for beginning of value", func(l *lab) { l.set("GOPROXY", l.portal()) }},
		{proxyDown, "remote error: tls: protocol version not supported", func(l *lab) { l.set("GOPROXY", l.secure(tls.VersionTLS10)) }},
		{proxyDown, "x509: certificate is valid for …, not …", func(l *lab) {
			l.set("GOPROXY", strings.Replace(l.secure(0), "127.0.0.1", "localhost", 1))
		}},
		{sumdbDown, "verifying …: Get …/lookup/…: dial tcp …: connect: connection refused", func(l *lab) { l.set("GOSUMDB", key+" http://127.0.0.1:1") }},
		{sumdbDown, "verifying …: reading …/lookup/…: 502 Bad Gateway", func(l *lab) { l.set("GOSUMDB", key+" "+l.serve(502)) }},
	} {
		l := newLab(t)
		l.other()
		c.damage(l)
		if out, err := l.run(info...); err == nil || !matches(c.says, out) {
			t.Errorf("go does not say %q but (%v):\n%s", c.says, err, out)
		}
		said[c.check.ID+c.says] = true
	}
	for _, c := range network {
		for _, s := range c.Says {
			if c.Run == nil && !said[c.ID+s] {
				t.Errorf("%s: nobody has heard go say %q", c.ID, s)
			}
		}
	}
}
