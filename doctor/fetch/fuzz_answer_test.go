package fetch

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

// fuzzPassword is what no error may tell.
const fuzzPassword = "hunter2hunter2"

// FuzzAnswer gives a client an answer of bytes, whatever is asked for, with the credentials that it sent where {AUTH} stands: it
// takes a body that net/http takes and that has room, never more than the limit, follows redirects to their end, asks for
// nothing but the addresses that it is led to, and tells nobody the password.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\n\r\n{\"Version\":\"v1.0.0\"}", "HTTP/1.0 404 Not Found\r\n\r\n{AUTH}", "HTTP/1.1 403 \r\n\r\n" + fuzzPassword + " {AUTH}",
		"HTTP/1.1 302 Found\r\nLocation: http://localhost/y\r\n\r\n", "HTTP/1.1 301 x\r\nLocation: //other.example/{AUTH}\r\n\r\n", "HTTP/1.1 308 x\r\nLocation: http://u:p@10.0.0.1:70000/\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 300), "\x00", "",
	} {
		f.Add([]byte(s))
	}
	u := &url.URL{Scheme: "http", Host: "localhost", Path: "/mod/@v/v1.0.0.info"}
	const limit = 256
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := New(Settings{}, Options{})
		c.netrc = func() ([]login, error) { return []login{{"localhost", "user", fuzzPassword}}, nil }
		asked := 0
		dial := func(_ context.Context, _, address string) (net.Conn, error) {
			asked++
			here, there := net.Pipe()
			go answerWith(there, raw)
			return here, nil
		}
		for _, transport := range []*http.Transport{c.first, c.onward} {
			transport.DialContext, transport.DialTLSContext, transport.DisableKeepAlives = dial, dial, true
		}
		data, e := c.get(t.Context(), u, limit)
		if e = c.scrub(u, e); asked < 1 || asked > maxRedirects+1 {
			t.Fatalf("%d connections", asked)
		}
		if e != nil {
			if data != nil || errors.Is(e, ErrStopped) || strings.Contains(e.Error()+string(e.Body), fuzzPassword) && e.Kind != ErrRedirect {
				t.Fatalf("%q and %v, %q", data, e, e.Body)
			}
			return
		}
		if len(data) > limit {
			t.Fatalf("%d bytes", len(data))
		}
		if resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(raw))), nil); err == nil && asked == 1 && resp.StatusCode != http.StatusOK && resp.StatusCode/100 != 1 {
			t.Fatalf("status %d, and %q is taken", resp.StatusCode, data)
		}
	})
}

// answerWith reads a request and answers.
func answerWith(conn net.Conn, raw []byte) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	conn.Write([]byte(strings.ReplaceAll(string(raw), "{AUTH}", req.Header.Get("Authorization"))))
}

// FuzzHeaders: what a line of an answer makes us do is bounded, and what is said to a server again is what a header may hold.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"120", "99999999999999999999", "-1", "Fri, 27 Nov 2026 12:00:05 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "\"etag\"", "W/\"x\"", "a\r\nb", "\x7f", " 5 ", "sum.golang.org+033de0ae+key https://x", "sum.golang.google.cn", "off"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, now); d < 0 || d > maxAfter {
			t.Errorf("%q makes us wait for %v", s, d)
		}
		if v := validator(s, maxETag); v != "" && (v != s || len(v) > maxETag || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' })) {
			t.Errorf("%q is sent as %q", s, v)
		}
		if name := sumDBName(s); strings.ContainsAny(name, " \t\n+") {
			t.Errorf("%q names %q", s, name)
		}
		if len(clip(s)) > 203 {
			t.Errorf("%d bytes are %d", len(s), len(clip(s)))
		}
	})
}

// FuzzAuth: of what a command of GOAUTH prints nothing becomes a header that net/http would refuse, or one that says what is
// asked for; and it goes to addresses that begin with what was named, whole elements of them.
func FuzzAuth(f *testing.F) {
	f.Add("https://proxy.example/mod\n\nAuthorization: Bearer x\nX-Y: z\n\n", "https://proxy.example/mod/a")
	f.Add("https://proxy.example\n\n\n", "https://proxy.example/")
	f.Add("https://a\nb\n\nRange: bytes=0-\nhost: x\nAuthorization: Basic dTpw\n\nhttps://a/b\n\nA: b\n\n", "https://a/b/c")
	f.Add("https://a\n\nA: b\x00\n\n", "https://a")
	f.Add("https://a\r\n\r\nA: b\r\n\r\n", "https://a")
	f.Fuzz(func(t *testing.T, said, address string) {
		a := &goauth{headers: map[string]http.Header{}}
		if a.store(said) != nil {
			if len(a.headers) > 0 {
				t.Fatalf("%q is refused, and %v is kept", said, a.headers)
			}
			return
		}
		for prefix, h := range a.headers {
			for name, lines := range h {
				if ours[http.CanonicalHeaderKey(name)] || name != textproto.CanonicalMIMEHeaderKey(name) || strings.ContainsAny(strings.Join(lines, ""), "\r\n\x00") {
					t.Errorf("%q: %q: %q", prefix, name, lines)
				}
			}
		}
		a.secrets()
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		if h := a.find(u); h != nil {
			at := u.Host + u.EscapedPath()
			ok := false
			for prefix := range a.headers {
				ok = ok || at == prefix || strings.HasPrefix(at, prefix+"/")
			}
			if !ok {
				t.Errorf("%q gets %v of %v", address, h, a.headers)
			}
		}
	})
}

// FuzzNoProxy: a list of exceptions that names a host, or all, keeps a proxy from hearing of it; this machine none ever does;
// and a list that is empty keeps nobody.
func FuzzNoProxy(f *testing.F) {
	f.Add("10.0.0.0/8,.corp.example,*.x.y:443", "proxy.corp.example:443", "http://p:3128")
	f.Add("*", "a.example", "socks5://p")
	f.Add("[::1]:80, 1.2.3.4 ,a.b:x", "[fe80::1%25eth0]:80", "p:3128")
	f.Add("", "LOCALHOST", "ftp://p")
	f.Add("a.example.", "a.example", "%zz")
	f.Fuzz(func(t *testing.T, list, host, proxy string) {
		u := &url.URL{Scheme: "https", Host: host}
		if again, err := url.Parse(u.String()); err != nil || again.Host != host {
			return
		}
		ask := func(list string) *url.URL {
			via := httpProxies(func(name string) string { return map[string]string{"HTTPS_PROXY": proxy, "NO_PROXY": list}[name] })
			to, err := via(u)
			if err == nil && to != nil && to.Scheme != "http" && to.Scheme != "https" && to.Scheme != "socks5" && to.Scheme != "socks5h" {
				t.Fatalf("%q leads through %q", host, to)
			}
			return to
		}
		name := strings.ToLower(u.Hostname())
		if to := ask(list + "," + name); to != nil && name != "" && !strings.ContainsAny(name, ", \t:[]/*%") && strings.TrimSpace(name) == name && !strings.HasPrefix(name, ".") {
			t.Fatalf("%q is an exception, and leads through %q", name, to)
		}
		if to := ask(list + ",*"); to != nil {
			t.Fatalf("all are exceptions, and %q leads through %q", host, to)
		}
		if all, some := ask(""), ask(list); all == nil && some != nil {
			t.Fatalf("%q: without exceptions %v, with some %v", host, all, some)
		}
	})
}
