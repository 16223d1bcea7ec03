package check

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"godoctor/doctor/finding"
)

// serveTLS serves the proxy's files over https, and gives its address and the file with its root.
func (l *lab) serveTLS() (address, root string) {
	u, err := url.Parse(l.GOPROXY)
	must(l.t, err)
	s := httptest.NewUnstartedServer(http.FileServer(http.Dir(u.Path)))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	l.t.Cleanup(s.Close)
	root = filepath.Join(l.Tmp, "root.pem")
	l.write(root, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	return s.URL, root
}

var tlsCases = []labCase{{
	id: "tls-roots",
	damage: func(l *lab) {
		address, root := l.serveTLS()
		must(l.t, os.Rename(root, root+".kept"))
		l.set("GOPROXY", address)
		l.set("SSL_CERT_FILE", root)
		l.set("SSL_CERT_DIR", l.Tmp)
		must(l.t, os.Rename(root+".kept", filepath.Join(l.Home, "root.pem")))
	},
	goes:     ask,
	says:     "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	severity: finding.Error,
	detail:   []string{"SSL_CERT_FILE is ", "root.pem: it cannot be read: no such file"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("SSL_CERT_FILE", filepath.Join(l.Home, "root.pem")) },
}, {
	id: "tls-roots", name: "empty, and others are there",
	damage: func(l *lab) {
		_, root := l.serveTLS()
		l.set("SSL_CERT_DIR", filepath.Dir(root))
		l.write(filepath.Join(l.Home, "empty.pem"), "")
		l.set("SSL_CERT_FILE", filepath.Join(l.Home, "empty.pem"))
	},
	twin: func(l *lab) {
		_, root := l.serveTLS()
		l.set("SSL_CERT_FILE", root)
	},
	silent:   "go uses the others and says nothing",
	severity: finding.Warning,
	detail:   []string{"it holds no certificate", "go takes its roots from"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("SSL_CERT_FILE", filepath.Join(l.Tmp, "root.pem")) },
}, {
	id: "tls-roots", name: "a directory",
	damage: func(l *lab) {
		_, root := l.serveTLS()
		l.set("SSL_CERT_FILE", root)
		l.set("SSL_CERT_DIR", filepath.Join(l.Home, "gone"))
	},
	silent:   "there are roots",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "SSL_CERT_DIR=" + filepath.Join(l.Home, "gone")}
	},
	detail: []string{"SSL_CERT_DIR is ", "root.pem and says nothing"},
	fix:    FixEnvironment,
	cure:   func(l *lab) { l.set("SSL_CERT_DIR", l.Tmp) },
}, {
	id: "tls-roots", name: "none at all",
	damage: func(l *lab) {
		address, _ := l.serveTLS()
		must(l.t, os.Mkdir(filepath.Join(l.Home, "certs"), 0o777))
		l.set("GOPROXY", address)
		l.set("SSL_CERT_FILE", filepath.Join(l.Home, "gone.pem"))
		l.set("SSL_CERT_DIR", filepath.Join(l.Home, "certs"))
	},
	twin: func(l *lab) { // another system looks elsewhere
		l.sys.GOOS = "windows"
		l.set("SSL_CERT_FILE", filepath.Join(l.Home, "gone.pem"))
	},
	goes:     ask,
	says:     "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	severity: finding.Error,
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("SSL_CERT_FILE", filepath.Join(l.Tmp, "root.pem")) },
}, {
	id: "http-proxy",
	damage: func(l *lab) {
		l.set("GOPROXY", "https://proxy.invalid|"+l.GOPROXY)
		l.set("https_proxy", "http://user:secret@127.0.0.1:0")
	},
	twin: func(l *lab) {
		l.set("GOPROXY", "https://proxy.example|"+l.GOPROXY)
		l.set("HTTPS_PROXY", "proxy.example:3128")
		l.set("https_proxy", "proxy.example:3128")
		l.set("NO_PROXY", "localhost,.corp.example,10.0.0.0/8")
	},
	goes:     []string{"go", "list", "-m", "example.com/nowhere@latest"},
	says:     "proxyconnect tcp: dial tcp …",
	severity: finding.Error, target: func(*lab) finding.Target { return finding.Target{Path: "HTTPS_PROXY"} },
	detail: []string{"no machine can have the address"}, fix: FixEnvironment,
	incurable: "without it go asks a network",
}, {
	id: "http-proxy", name: "scheme",
	damage: func(l *lab) {
		l.set("GOPROXY", "https://proxy.invalid")
		l.set("HTTPS_PROXY", "ftp://127.0.0.1")
	},
	twin:     func(l *lab) { l.set("HTTPS_PROXY", "proxy://127.0.0.1:3128") },
	goes:     ask,
	says:     "proxyconnect tcp: dial tcp …",
	severity: finding.Error, detail: []string{"its scheme"}, fix: FixEnvironment,
	incurable: "likewise",
}, {
	id: "http-proxy", name: "two spellings",
	damage: func(l *lab) {
		l.set("HTTPS_PROXY", "http://a.example:3128")
		l.set("https_proxy", "http://b.example:3128")
	},
	silent:   "go hears one and says nothing",
	severity: finding.Note, detail: []string{"HTTPS_PROXY and https_proxy differ"}, fix: FixEnvironment,
	cure: func(l *lab) { l.set("https_proxy", "http://a.example:3128") },
}, {
	id: "http-proxy", name: "http only",
	damage: func(l *lab) {
		l.set("GOPROXY", "https://proxy.example")
		l.set("http_proxy", "http://a.example:3128")
	},
	silent:   "go asks without a proxy",
	severity: finding.Note, target: func(*lab) finding.Target { return finding.Target{Path: "HTTPS_PROXY"} }, fix: FixEnvironment,
	cure: func(l *lab) { l.set("https_proxy", "http://a.example:3128") },
}, {
	id: "http-proxy", name: "all",
	damage: func(l *lab) {
		l.set("GOPROXY", "https://proxy.example")
		l.set("ALL_PROXY", "socks5://a.example:1080")
	},
	silent:   "likewise",
	severity: finding.Note, detail: []string{"ALL_PROXY"}, fix: FixEnvironment,
	cure: func(l *lab) { l.set("HTTPS_PROXY", "socks5://a.example:1080") },
}, {
	id: "http-proxy", name: "exceptions",
	damage:   func(l *lab) { l.set("no_proxy", "localhost,https://git.corp.example") },
	silent:   "nothing matches, and go says nothing",
	severity: finding.Warning, detail: []string{"NO_PROXY has an entry with ://"}, fix: FixEnvironment,
	cure: func(l *lab) { l.set("no_proxy", "localhost,git.corp.example") },
}, {
	id: "clock-wrong",
	damage: func(l *lab) {
		l.later(48*time.Hour, "go.mod", "go.sum")
		l.tomorrow()
	},
	twin:     func(l *lab) { l.later(48*time.Hour, "go.mod"); l.later(20*time.Hour, "go.sum") },
	goes:     ask,
	says:     "x509: certificate has expired or is not yet valid: current time … is before …",
	severity: finding.Warning, detail: []string{"go.mod", "go.sum", "were written later"}, fix: "set-clock",
	cure: func(l *lab) { // as if the day of the certificate had come
		l.later(-time.Hour, "go.mod", "go.sum")
		l.set("GOPROXY", l.GOPROXY)
	},
}}

// tomorrow makes a proxy whose certificate is good from tomorrow on: to who is behind, a good one looks like that.
func (l *lab) tomorrow() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(l.t, err)
	from := time.Now().Add(24 * time.Hour)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: from.Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(l.t, err)
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	l.t.Cleanup(s.Close)
	root := filepath.Join(l.Tmp, "root.pem")
	l.write(root, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	l.set("SSL_CERT_FILE", root)
	l.set("GOPROXY", s.URL)
}

// later gives files of the project a time that is not now.
func (l *lab) later(by time.Duration, files ...string) {
	for _, f := range files {
		file := filepath.Join(l.project, f)
		if _, err := os.Stat(file); err != nil {
			l.write(file, "")
		}
		must(l.t, os.Chtimes(file, time.Now().Add(by), time.Now().Add(by)))
	}
}

var offlineCases = []labCase{{
	id: "offline-incomplete",
	damage: func(l *lab) {
		must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "example.com")))
		l.thawed(l.Dir(l.mod))
		l.set("GOPROXY", "")
		l.goenv("GOPROXY=off")
	},
	twin:     func(l *lab) { l.set("GOPROXY", "off") },
	goes:     []string{"go", "build"},
	says:     "module lookup disabled by GOPROXY=off",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.project} },
	detail:   []string{"1 of 1 module versions are not here", "GOPROXY is off", "env:1"},
	fix:      "fetch",
	cure: func(l *lab) {
		l.theProxy()
		if out, err := l.run("go", "mod", "download"); err != nil {
			l.t.Errorf("%v\n%s", err, out)
		}
		l.goenv("GOPROXY=off")
	},
}, {
	id: "offline-incomplete", name: "no info",
	damage: func(l *lab) {
		must(l.t, os.Remove(l.CachePath(l.mod, "info")))
		l.set("GOPROXY", "off")
	},
	goes:     []string{"go", "mod", "download", "example.com/dep@v1.2.0"},
	says:     "module lookup disabled by GOPROXY=off",
	severity: finding.Note,
	detail:   []string{"lack their .info"},
	fix:      "fetch",
	cure: func(l *lab) {
		l.set("GOPROXY", l.GOPROXY)
		if out, err := l.run("go", "mod", "download", "example.com/dep@v1.2.0"); err != nil {
			l.t.Errorf("%v\n%s", err, out)
		}
		l.set("GOPROXY", "off")
	},
}}

// thawed removes a directory of the module cache, where nothing may be written.
func (l *lab) thawed(dir string) {
	filepath.Walk(dir, func(p string, fi os.FileInfo, err error) error {
		if err == nil && fi.IsDir() {
			os.Chmod(p, 0o777)
		}
		return nil
	})
	must(l.t, os.RemoveAll(dir))
}
