package fetch

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Over HTTP/2 the limits and time-outs are the same.
func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked with %s", r.Proto)
		}
		io.WriteString(w, exampleInfo[:10])
		w.(http.Flusher).Flush()
		switch r.Header.Get("Authorization") {
		case basic("stall", ""):
			<-r.Context().Done()
		case basic("endless", ""):
			for block := make([]byte, 64<<10); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		case basic("cut", ""):
			panic(http.ErrAbortHandler)
		}
		io.WriteString(w, exampleInfo[10:])
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	for user, kind := range map[string]error{"stall": ErrTimeout, "endless": ErrTooLarge, "cut": ErrNetwork, "": nil} {
		c := New(settings(t, "GOPROXY="+strings.Replace(s.URL, "//", "//"+user+"@", 1)), Options{Timeouts: Timeouts{Stall: 500 * time.Millisecond}})
		trust(c, &witness{Server: s})
		_, err := c.Info(t.Context(), example)
		if c.Close(); kind == nil && err == nil {
			continue
		}
		wantKind(t, err, kind)
	}
}

// A witness is a server that writes down what it is asked and with what credentials.
type witness struct {
	*httptest.Server
	mu     sync.Mutex
	auths  []string
	answer http.HandlerFunc
}

func newWitness(t *testing.T, secure bool, answer http.HandlerFunc) *witness {
	t.Helper()
	w := &witness{answer: answer}
	if w.Server = httptest.NewUnstartedServer(w); secure {
		w.Config.ErrorLog = nil
		w.StartTLS()
	} else {
		w.Start()
	}
	t.Cleanup(w.Close)
	return w
}

func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.auths = append(w.auths, r.Header.Get("Authorization"))
	w.mu.Unlock()
	w.answer(rw, r)
}

func (w *witness) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(w.URL, "http://"), "https://")
}

// seen is what credentials were given so far.
func (w *witness) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.auths)
}

// trust makes a Client believe the certificate of the test servers.
func trust(c *Client, s *witness) {
	pool := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	for _, t := range []*http.Transport{c.first, c.onward} {
		t.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
}

// to is a handler that redirects everything.
func to(status int, location func(path string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location(r.URL.Path))
		w.WriteHeader(status)
	}
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// netrcFile writes a netrc file and gives the variable that names it.
func netrcFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "NETRC=" + file
}

func machineLine(host string) string { return "machine " + host + " login me password hush\n" }

// Credentials go to the host that they are for, and are in no error.
func TestCredentials(t *testing.T) {
	w := newWitness(t, true, say(403, "you are not welcome"))
	plain := newWitness(t, false, say(403, "nor are you"))
	for name, c := range map[string]struct {
		server       *witness
		goproxy      string
		vars         []string
		want, secret string
	}{
		"address":           {w, strings.Replace(w.URL, "//", "//user:hush@", 1), nil, basic("user", "hush"), "hush"},
		"token":             {w, strings.Replace(w.URL, "//", "//hush@", 1), nil, basic("hush", ""), "hush"},
		"password only":     {w, strings.Replace(w.URL, "//", "//:hush@", 1), nil, basic("", "hush"), "hush"},
		"escaped":           {w, strings.Replace(w.URL, "//", "//us%40er:hu%2Fsh@", 1), nil, basic("us@er", "hu/sh"), "hu"},
		"netrc":             {w, w.URL, []string{netrcFile(t, machineLine(w.host()))}, basic("me", "hush"), "hush"},
		"address and netrc": {w, strings.Replace(w.URL, "//", "//user:hush@", 1), []string{netrcFile(t, machineLine(w.host()))}, basic("user", "hush"), "hush"},
		"loopback":          {plain, plain.URL, []string{netrcFile(t, machineLine(plain.host()))}, basic("me", "hush"), "hush"},
		"without port":      {w, w.URL, []string{netrcFile(t, machineLine("127.0.0.1"))}, "", "hush"},
		"another":           {w, w.URL, []string{netrcFile(t, machineLine("other.example"))}, "", "hush"},
		"GOAUTH off":        {w, w.URL, []string{netrcFile(t, machineLine(w.host())), "GOAUTH=off"}, "", "hush"},
		"a token in query":  {w, w.URL + "?token=hush", nil, "", "hush"},
	} {
		before := len(c.server.seen())
		client := client(t, c.goproxy, c.vars...)
		trust(client, w)
		_, err := client.Info(t.Context(), example)
		wantKind(t, err, ErrRefused, c.secret)
		if got := c.server.seen()[before:]; len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: sent %q, want %q", name, got, c.want)
		}
	}
	dir := t.TempDir()
	_, err := client(t, plain.URL, "NETRC="+dir).Info(t.Context(), example)
	if e := wantKind(t, err, ErrRefused, dir); !strings.Contains(e.Error(), "netrc could not be read: a directory") {
		t.Error(e)
	}
}

// A netrc login is for https, and for this machine.
func TestPlainHosts(t *testing.T) {
	for host, want := range map[string]bool{"127.0.0.1": true, "[::1]:80": true, "localhost:80": true, "proxy.example": false, "10.0.0.1": false, "localhost.example": false} {
		c := client(t, "off", netrcFile(t, machineLine(host)))
		if got := c.credentials(&url.URL{Scheme: "http", Host: host}) != nil; got != want {
			t.Errorf("http://%s: %v", host, got)
		}
		if c.credentials(&url.URL{Scheme: "https", Host: host}) == nil {
			t.Errorf("https://%s: no login", host)
		}
	}
}

// A server that echoes what we sent puts it into no error.
func TestEchoes(t *testing.T) {
	w := newWitness(t, false, func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		switch filepath.Ext(r.URL.Path) {
		case ".mod": // an answer that is broken and gets quoted
			conn, _, _ := http.NewResponseController(w).Hijack()
			fmt.Fprintf(conn, "HTTP/9 %s %s\r\n\r\n", password, r.Header.Get("Authorization"))
			conn.Close()
		case ".info":
			fmt.Fprintf(w, `{"Version":"%s"}`, password)
		default:
			w.WriteHeader(500)
			fmt.Fprintf(w, "you sent %q, that is %s", r.Header, password)
		}
	})
	c := client(t, w.URL, netrcFile(t, machineLine(w.host())))
	for name, ask := range questions {
		kind := map[string]error{"mod": ErrNetwork, "info": ErrAnswer, "list": ErrStatus}[name]
		wantKind(t, ask(t.Context(), c), kind, "hush", base64.StdEncoding.EncodeToString([]byte("me:hush")))
	}
	for _, a := range w.seen() {
		if a != basic("me", "hush") {
			t.Errorf("sent %q", a)
		}
	}
}

// Credentials stay at scheme, host and port, whatever an answer says.
func TestRedirectedCredentials(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		other := newWitness(t, true, say(200, exampleInfo))
		first := newWitness(t, true, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.HasPrefix(r.URL.Path, "/again"):
				to(status, func(p string) string { return "/again" + p })(w, r)
			default:
				to(status, func(p string) string {
					return strings.Replace(other.URL, "//", "//evil:evil@", 1) + p + "?token=hush"
				})(w, r)
			}
		})
		c := client(t, strings.Replace(first.URL, "//", "//user:hush@", 1), netrcFile(t, machineLine(other.host())))
		trust(c, first)
		if _, err := c.Info(t.Context(), example); err != nil {
			t.Error(err)
		}
		if got := first.seen(); len(got) != 2 || got[0] != basic("user", "hush") || got[1] != got[0] {
			t.Errorf("%d: the first got %q", status, got)
		}
		if got := other.seen(); len(got) != 1 || got[0] != "" {
			t.Errorf("%d: the other got %q", status, got)
		}
	}
}

func TestRedirects(t *testing.T) {
	plain := newWitness(t, false, forbidden(t))
	for name, location := range map[string]string{
		"to http": plain.URL + "/x?token=hush", "to a file": "file:///etc/hush", "to ftp": "ftp://user:hush@x.example/", "to nothing": "https:///hush",
		"broken": "https://user:hush@[::1", "to data": "data:hush,x", "with a bad port": "https://x:hush/",
	} {
		w := newWitness(t, true, to(http.StatusFound, func(string) string { return location }))
		c := client(t, w.URL)
		trust(c, w)
		_, err := c.Info(t.Context(), example)
		if e := wantKind(t, err, ErrRedirect, "hush", "etc"); e.Host != w.host() {
			t.Errorf("%s: %+v", name, e)
		}
	}

	loop := newWitness(t, false, to(http.StatusFound, func(p string) string { return p + "?again" }))
	_, err := client(t, loop.URL).Info(t.Context(), example)
	wantKind(t, err, ErrRedirect, "again")
	if n := len(loop.seen()); n != maxRedirects+1 {
		t.Errorf("%d requests in a loop", n)
	}

	hops := 0
	var w *witness
	w = newWitness(t, false, func(rw http.ResponseWriter, r *http.Request) {
		if hops++; hops > maxRedirects {
			io.WriteString(rw, exampleInfo)
			return
		}
		http.Redirect(rw, r, fmt.Sprintf("%s/%d?token=hush", w.URL, hops), http.StatusFound)
	})
	if _, err := client(t, w.URL).Info(t.Context(), example); err != nil {
		t.Errorf("%d redirects: %v", maxRedirects, err)
	}

	gone := newWitness(t, false, say(404, ""))
	w = newWitness(t, false, to(http.StatusFound, func(p string) string { return gone.URL + p + "?token=hush#hush" }))
	_, err = client(t, w.URL).Info(t.Context(), example)
	if e := wantKind(t, err, ErrNotFound, "hush"); e.Host != gone.host() {
		t.Errorf("the host is %q", e.Host)
	}
}

// A public proxy does not get us to ask what only this network can reach. All is on one machine here, so the port
// says what is private.
func TestRedirectIntoPrivate(t *testing.T) {
	inside := newWitness(t, false, say(200, exampleInfo))
	names := map[string]string{"by address": inside.URL, "by name": strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)}
	for name, target := range names {
		public := newWitness(t, false, to(http.StatusFound, func(p string) string { return target + p }))
		before := len(inside.seen())
		c := client(t, public.URL)
		c.private = func(a netip.AddrPort) bool { return strings.HasSuffix(inside.URL, fmt.Sprint(":", a.Port())) }
		_, err := c.Info(t.Context(), example)
		wantKind(t, err, ErrRedirect)
		if n := len(inside.seen()) - before; n > 0 {
			t.Errorf("%s: the private server was asked %d times", name, n)
		}
		// From private to private is the user's own affair, and so is the first address.
		c = client(t, public.URL)
		c.private = func(netip.AddrPort) bool { return true }
		if _, err := c.Info(t.Context(), example); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The dialer for what a public address leads to looks at what a name means, not at the name.
func TestOnwardDialer(t *testing.T) {
	inside := newWitness(t, false, forbidden(t))
	public := newWitness(t, false, to(http.StatusFound, func(p string) string { return "http://inside.invalid" + p }))
	c := client(t, public.URL)
	c.private = func(a netip.AddrPort) bool { return strings.HasSuffix(inside.URL, fmt.Sprint(":", a.Port())) }
	dial, asked := c.onward.DialContext, ""
	c.onward.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		asked = address
		return dial(ctx, network, inside.host()) // what a resolver would say that means harm
	}
	_, err := c.Info(t.Context(), example)
	if wantKind(t, err, ErrRedirect); asked != "inside.invalid:80" {
		t.Errorf("asked for %q", asked)
	}
}

func TestIsPrivate(t *testing.T) {
	for s, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "172.16.0.1": true, "192.168.0.1": true, "169.254.169.254": true, "fe80::1": true,
		"fd00::1": true, "100.64.0.1": true, "0.0.0.0": true, "::": true, "::ffff:127.0.0.1": true, "224.0.0.1": true, "ff02::1": true,
		"192.0.2.1": false, "2001:db8::1": false, "100.128.0.1": false, "172.32.0.1": false,
	} {
		if got := isPrivate(netip.AddrPortFrom(netip.MustParseAddr(s), 443)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}
