package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Client asks the proxies of its Settings. It may be used by many goroutines at once. What it keeps between two
// requests are open connections and, once it was needed, netrc.
type Client struct {
	settings Settings
	offline  bool
	timeouts Timeouts

	first  *http.Transport // what the user named, and what that leads to
	onward *http.Transport // what a public address led to: it connects to public addresses only
	netrc  func() ([]login, error)
	auth   *goauth

	rate atomic.Uint64 // see Rate

	hostsMu    sync.Mutex
	hosts      map[string]*host // by host:port
	swept      sync.Map         // directories of part files that were swept
	handed     sync.Map         // paths of part files that have another name too, see Proved
	backoff    time.Duration    // the longest first wait before a try
	breakFirst time.Duration    // how long the breaker of a host is open at first
	roomEach   int64            // bytes between two looks at the room
	room       func(dir string) (Room, error)

	private func(netip.AddrPort) bool // tests have all on one machine and say by the port what is private
}

// maxRedirects is how often a request is sent on, as in the go command.
const maxRedirects = 10

// userAgent names the program and nothing else: not its version, not the machine.
const userAgent = "godoctor"

// New makes a Client.
func New(s Settings, o Options) *Client {
	t := o.Timeouts
	c := &Client{settings: s, offline: o.Offline, private: isPrivate, backoff: backoffFirst, breakFirst: breakFirst, room: RoomIn, roomEach: roomCheck, timeouts: Timeouts{
		Connect: cmp.Or(t.Connect, 10*time.Second),
		Header:  cmp.Or(t.Header, 30*time.Second),
		Stall:   cmp.Or(t.Stall, 30*time.Second),
		Total:   cmp.Or(t.Total, 2*time.Minute),
	}}
	c.netrc = sync.OnceValues(func() ([]login, error) { return readNetrc(s.netrc) })
	c.auth = newGoauth(s)
	c.first = c.transport(nil)
	c.onward = c.transport(func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if a, err := netip.ParseAddrPort(address); err != nil || c.private(a) {
			return errPrivateAddress
		}
		return nil
	})
	return c
}

// Close closes the connections that nobody uses, and removes the part files of what Proved has brought. A Client can be used
// after it.
func (c *Client) Close() {
	c.handed.Range(func(path, _ any) bool {
		removePart(path.(string)) // what cannot be removed goes after two weeks
		c.handed.Delete(path)
		return true
	})
	c.first.CloseIdleConnections()
	c.onward.CloseIdleConnections()
}

// Settings are those that the Client was made with.
func (c *Client) Settings() Settings { return c.settings }

var errPrivateAddress = errors.New("a public address redirects to a private one")

// transport makes a transport whose dialer asks control about each address before it connects to it.
func (c *Client) transport(control func(context.Context, string, string, syscall.RawConn) error) *http.Transport {
	dialer := &net.Dialer{Timeout: c.timeouts.Connect, KeepAlive: 30 * time.Second, ControlContext: control}
	return &http.Transport{
		Proxy:                  func(r *http.Request) (*url.URL, error) { return c.proxyFor(r.URL) },
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.timeouts.Connect,
		ResponseHeaderTimeout:  c.timeouts.Header,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    askers,
		IdleConnTimeout:        30 * time.Second,
	}
}

func (c *Client) proxyFor(u *url.URL) (*url.URL, error) {
	if c.settings.via == nil {
		return nil, nil
	}
	return c.settings.via(u)
}

// isPrivate reports whether an address is one of this machine or of a network that is not the public one.
func isPrivate(a netip.AddrPort) bool {
	ip := a.Addr().Unmap()
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10) // RFC 6598: behind a provider's NAT
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast() ||
		shared.Contains(ip)
}

// get reads one address: the body of its answer with status 200, of at most limit bytes.
func (c *Client) get(ctx context.Context, u *url.URL, limit int64) ([]byte, *Error) {
	if err := ctx.Err(); err != nil {
		return nil, failed(u, ErrStopped, context.Cause(ctx))
	}
	if u.Scheme == "file" {
		return readFile(u, limit)
	}
	login := c.credentials(u)
	if u.User != nil && u.Scheme != "https" {
		return nil, failed(u, ErrSettings, errors.New("refusing to pass credentials to insecure URL; use https, or a netrc file for loopback"))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	total := time.AfterFunc(c.timeouts.Total, func() { cancel(errTotal) })
	defer total.Stop()
	r := &reading{c: c, ctx: ctx, cancel: cancel, login: login, home: u, limit: limit}
	return r.follow(u)
}

// A reading is one request with its redirects.
type reading struct {
	c      *Client
	ctx    context.Context
	cancel context.CancelCauseFunc
	login  *login   // nil: none
	home   *url.URL // what was asked for: credentials go nowhere else
	limit  int64
	public bool        // some address on the way was a public one
	header http.Header // more lines of the request, for every host on the way: no secrets

	take func(*url.URL, *http.Response) ([]byte, *Error) // reads the body of the answer; nil: answer
}

// follow asks, and goes where the answers lead.
func (r *reading) follow(u *url.URL) ([]byte, *Error) {
	for hops := 0; ; hops++ {
		resp, e := r.send(u, hops > 0)
		if e == nil && hops == 0 && r.c.auth.refused(r.ctx, u, resp) {
			resp.Body.Close()
			resp, e = r.send(u, false)
		}
		if e != nil {
			return nil, e
		}
		location := resp.Header.Get("Location")
		if !isRedirect(resp.StatusCode) || location == "" {
			data, e := r.read(u, resp)
			resp.Body.Close()
			return data, e
		}
		resp.Body.Close()
		if hops == maxRedirects {
			return nil, failed(u, ErrRedirect, fmt.Errorf("stopped after %d redirects", maxRedirects))
		}
		next, err := redirect(u, location)
		if err != nil {
			return nil, failed(u, ErrRedirect, err)
		}
		u = next
	}
}

// read takes the answer, in the way that was asked for.
func (r *reading) read(u *url.URL, resp *http.Response) ([]byte, *Error) {
	if r.take != nil {
		return r.take(u, resp)
	}
	return r.answer(u, resp)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect says where a Location leads. It is never quoted: it may hold what only its reader is to know.
func redirect(from *url.URL, location string) (*url.URL, error) {
	to, err := from.Parse(location)
	if err != nil {
		return nil, errors.New("its Location is no address")
	}
	switch {
	case to.Scheme != "https" && to.Scheme != "http":
		return nil, fmt.Errorf("it leads to scheme %q", clip(to.Scheme))
	case to.Host == "":
		return nil, errors.New("its Location names no host")
	case from.Scheme == "https" && to.Scheme != "https":
		return nil, fmt.Errorf("it leads from https to http, to host %q", clip(to.Host))
	}
	to.User = nil
	return to, nil
}

// send makes one request.
func (r *reading) send(u *url.URL, redirected bool) (*http.Response, *Error) {
	proxy, err := r.c.proxyFor(u)
	if err != nil {
		return nil, failed(u, ErrSettings, err)
	}
	named := r.namedPrivate(u)
	transport := r.c.first
	if redirected && r.public {
		if named {
			return nil, failed(u, ErrRedirect, errPrivateAddress)
		}
		if proxy == nil {
			transport = r.c.onward
		}
	}
	var remote net.Addr
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { remote = i.Conn.RemoteAddr() }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(r.ctx, trace), http.MethodGet, bare(u).String(), nil)
	if err != nil {
		return nil, failed(u, ErrSettings, errors.New("its address cannot be used in a request"))
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept-Encoding", "identity")
	for name, lines := range r.header {
		req.Header[name] = lines
	}
	if sameOrigin(u, r.home) {
		r.authorize(req)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, r.broken(u, err)
	}
	if proxy != nil {
		r.public = r.public || !named
	} else if a, ok := remote.(*net.TCPAddr); ok {
		r.public = r.public || !r.c.private(a.AddrPort())
	}
	return resp, nil
}

// authorize adds the credentials for what was asked for: those of its address or of netrc, or what the commands of GOAUTH say.
func (r *reading) authorize(req *http.Request) {
	said := r.c.auth.header(r.ctx, r.home)
	if r.login != nil && (said == nil || r.home.User != nil || r.c.auth.first) {
		req.SetBasicAuth(r.login.user, r.login.password)
		return
	}
	for name, lines := range said {
		req.Header[name] = lines
	}
}

// bare is an address without userinfo, which goes into a header, and without fragment.
func bare(u *url.URL) *url.URL {
	b := *u
	b.User, b.Fragment, b.RawFragment = nil, "", ""
	return &b
}

// namedPrivate reports whether an address is private by the look of its host.
func (r *reading) namedPrivate(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddrPort(hostPort(u))
	return err == nil && r.c.private(a)
}

// hostPort is the host of an address with its port, which the scheme says where the address does not.
func hostPort(u *url.URL) string {
	port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// sameOrigin reports whether two addresses have the same scheme, host and port. net/http sends an Authorization
// on to another port of the same host, and to hosts below it; that is more than anybody agreed to.
func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && hostPort(a) == hostPort(b) }

// credentials gives what to log in with, or nil: what the address holds, else what netrc has for its host. Over
// plain http they go to this machine only.
func (c *Client) credentials(u *url.URL) *login {
	if u.User != nil {
		password, _ := u.User.Password()
		return &login{user: u.User.Username(), password: password}
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return nil
	}
	list, _ := c.netrc() // an error is told with a refusal, which it may be the reason for
	return find(list, u.Host, u.EscapedPath())
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
