package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net/http/httptrace"
	"runtime"
	"sync"
	"time"

	"godoctor/scan/certs"
	"godoctor/scan/regular"
)

// A ProbeCertificate is what a server showed to prove who it is.
type ProbeCertificate struct {
	Version  string // like "TLS 1.3"; "" where the handshake failed
	Subject  string // raw, as the next ones
	Issuer   string
	Root     string // that the chain goes back to; "" where it was not verified
	NotAfter time.Time
	Logged   bool   // it carries timestamps of the public logs (RFC 6962), as those of public authorities do
	Added    bool   // the system's own roots do not verify it: only SSL_CERT_FILE or SSL_CERT_DIR does
	Problem  string // why it was refused; "" if it was not
}

// probeTimes are the steps of the first connection of a request. What a redirect leads to is not counted.
type probeTimes struct {
	mu                    sync.Mutex
	done                  bool
	dnsFrom, tlsFrom      time.Time
	dialFrom              map[string]time.Time
	dns, connect, tlsTook time.Duration
	addresses             []string
	state                 *tls.ConnectionState
}

// watch gives a context whose next request is measured.
func (t *probeTimes) watch(ctx context.Context) context.Context {
	t.dialFrom = map[string]time.Time{}
	note := func(f func()) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !t.done {
			f()
		}
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { note(func() { t.dnsFrom = time.Now() }) },
		DNSDone: func(i httptrace.DNSDoneInfo) {
			note(func() {
				t.dns = time.Since(t.dnsFrom)
				for _, a := range i.Addrs[:min(len(i.Addrs), 8)] {
					t.addresses = append(t.addresses, a.String())
				}
			})
		},
		ConnectStart: func(_, address string) { note(func() { t.dialFrom[address] = time.Now() }) },
		ConnectDone: func(_, address string, err error) {
			note(func() {
				if err == nil && t.connect == 0 {
					t.connect = time.Since(t.dialFrom[address])
				}
			})
		},
		TLSHandshakeStart: func() { note(func() { t.tlsFrom = time.Now() }) },
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			note(func() {
				t.tlsTook = time.Since(t.tlsFrom)
				if err == nil {
					t.state = &s
				}
			})
		},
		GotConn: func(httptrace.GotConnInfo) { note(func() { t.done = true }) },
	})
}

// took takes over what was measured.
func (p *probing) took(t *probeTimes) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.DNS, p.Connect, p.Handshake, p.Addresses = t.dns, t.connect, t.tlsTook, t.addresses
	if t.state == nil || len(t.state.PeerCertificates) == 0 {
		return
	}
	p.TLS = certificate(t.state.PeerCertificates[0])
	p.TLS.Version = tls.VersionName(t.state.Version)
	p.TLS.Logged = p.TLS.Logged || len(t.state.SignedCertificateTimestamps) > 0
	if chains := t.state.VerifiedChains; len(chains) > 0 && len(chains[0]) > 0 {
		p.TLS.Root = clip(chains[0][len(chains[0])-1].Subject.String())
	}
	p.TLS.Added = addedRoot(p.c.settings.environ, t.state)
}

// failedTLS takes the certificate out of a handshake that failed.
func (p *probing) failedTLS(err error) {
	var verify *tls.CertificateVerificationError
	if !errors.As(err, &verify) || len(verify.UnverifiedCertificates) == 0 || p.TLS != nil {
		return
	}
	p.TLS = certificate(verify.UnverifiedCertificates[0])
	p.TLS.Problem = clip(verify.Err.Error())
}

// timestamps is the extension with timestamps of the logs (RFC 6962, section 3.3).
var timestamps = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}

func certificate(c *x509.Certificate) *ProbeCertificate {
	out := &ProbeCertificate{Subject: clip(c.Subject.String()), Issuer: clip(c.Issuer.String()), NotAfter: c.NotAfter}
	for _, x := range c.Extensions {
		out.Logged = out.Logged || x.Id.Equal(timestamps)
	}
	return out
}

// addedRoot reports whether a chain that was verified goes back to none of the roots that the system itself has. It is
// about SSL_CERT_FILE and SSL_CERT_DIR: without them the system's roots are those that verified it.
func addedRoot(environ []string, s *tls.ConnectionState) bool {
	vars := variables(environ)
	if vars("SSL_CERT_FILE") == "" && vars("SSL_CERT_DIR") == "" || len(s.VerifiedChains) == 0 {
		return false
	}
	own := certs.Look(certs.Input{GOOS: runtime.GOOS, Getenv: func(string) string { return "" }, Now: time.Now()})
	data, err := regular.ReadFile(own.From, 16<<20)
	if !own.Known || err != nil {
		return false // its roots stand in many files, or there are none: nothing can be said
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err = s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: pool, Intermediates: between})
	return err != nil
}
