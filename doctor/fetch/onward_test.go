package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
)

// A proxy that sends on to another host, with another address each time, is resumed like any other, and is not followed into a
// private network.
func TestDownloadRedirects(t *testing.T) {
	data := zipLike(200<<10, 1)
	s := &shop{data: data, head: map[string]string{"ETag": `"a"`}, cut: func(int) int64 { return 50 << 10 }}
	store := serve(t, s.ServeHTTP)
	n := 0
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		http.Redirect(w, r, fmt.Sprintf("%s/store?signature=%d", store, n), http.StatusFound)
	})
	p, err := downloader(t, first).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if same(t, p, data); p.Fetched != p.Bytes || p.Pieces < 4 || p.Proxy != first {
		t.Errorf("%+v", p)
	}
	before := len(s.ranges)
	c := downloader(t, first)
	c.private = func(a netip.AddrPort) bool { return strings.HasSuffix(store, fmt.Sprint(":", a.Port())) }
	_, err = c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if wantKind(t, err, ErrRedirect, "signature"); len(s.ranges) != before {
		t.Error("the private host was asked")
	}
}

// A stream of HTTP/2 that is reset is a connection that is cut.
func TestDownloadHTTP2(t *testing.T) {
	data := zipLike(300<<10, 1)
	shop := &shop{data: data, head: map[string]string{"ETag": `"a"`}, cut: func(int) int64 { return 70 << 10 }}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("HTTP/%d", r.ProtoMajor)
		}
		shop.ServeHTTP(w, r)
	}))
	s.EnableHTTP2, s.Config.ErrorLog = true, stdlog.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c := downloader(t, s.URL)
	c.first.TLSClientConfig = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	p, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if same(t, p, data); p.Tries < 5 || p.Fetched > p.Bytes*102/100 {
		t.Errorf("%+v", p)
	}
	other := downloader(t, s.URL) // knows no such authority: no use in asking again
	_, err = other.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if wantKind(t, err, ErrNetwork); other.Hosts()[0].Fails != 1 {
		t.Errorf("%+v", other.Hosts())
	}
}

// A network that goes away for a moment stops nothing; one that stays away does.
func TestNetworkFlickers(t *testing.T) {
	data := zipLike(100<<10, 1)
	s := &shop{data: data, cut: func(int) int64 { return 30 << 10 }}
	c := downloader(t, serve(t, s.ServeHTTP))
	dial := c.first.DialContext
	var dials, every atomic.Int64
	every.Store(2)
	c.first.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials.Add(1)%every.Load() == 0 {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}
		}
		return dial(ctx, network, addr)
	}
	p, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	same(t, p, data)
	every.Store(1)
	dials.Store(0)
	_, err = c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if wantKind(t, err, ErrNoNetwork); dials.Load() != offlineTries {
		t.Errorf("%d dials", dials.Load())
	}
}
