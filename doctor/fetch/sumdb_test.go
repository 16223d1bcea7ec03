package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lookupPath = "/lookup/example.com/!mod@v1.0.0"

// answers is a server that has these paths, and 404 for the others.
func answers(t *testing.T, asked *[]string, paths map[string]string) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked != nil {
			*asked = append(*asked, r.URL.Path)
		}
		body, ok := paths[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		w.Write([]byte(body))
	})
}

func sums(t *testing.T, c *Client, name, address string) *SumDB {
	t.Helper()
	s, err := c.SumDB(name, address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSumDBRelay(t *testing.T) {
	var asked []string
	relay := answers(t, &asked, map[string]string{"/p/sumdb/s.invalid/x/supported": "", "/p/sumdb/s.invalid/x" + lookupPath: "record"})
	s := sums(t, client(t, answers(t, nil, nil)+","+relay+"/p/,"+serve(t, forbidden(t))), "s.invalid/x", "")
	for range 2 {
		data, err := s.Get(t.Context(), lookupPath, 100, false)
		if err != nil || string(data) != "record" {
			t.Fatalf("got %q, %v", data, err)
		}
	}
	if got := strings.Join(asked, " "); got != "/p/sumdb/s.invalid/x/supported /p/sumdb/s.invalid/x"+lookupPath+" /p/sumdb/s.invalid/x"+lookupPath {
		t.Errorf("asked for %s", got)
	}
	_, err := s.Get(t.Context(), "/tile/8/0/000", 100, false)
	wantKind(t, err, ErrNotFound)
	_, err = s.Get(t.Context(), lookupPath, 3, false)
	e := wantKind(t, err, ErrTooLarge)
	if want := relay + "/p/sumdb/s.invalid/x/lookup/example.com/%21mod@v1.0.0"; e.URL != want {
		t.Errorf("it says %q, not %q", e.URL, want)
	}
}

// TestSumDBWhere is about whom the list of proxies leads to.
func TestSumDBWhere(t *testing.T) {
	tell := func(status int) string { return serve(t, say(status, "")) }
	relay := answers(t, nil, map[string]string{"/sumdb/127.0.0.1/supported": "", "/sumdb/127.0.0.1/latest": "relay"})
	for _, test := range []struct {
		goproxy string
		kind    error // nil: the relay is asked; ErrNetwork: the database itself, where nobody listens
	}{
		{tell(404) + "," + tell(410) + "," + relay, nil},
		{tell(500) + "|" + relay, nil},
		{tell(500) + "|" + tell(404) + "|" + relay, nil},
		{tell(500) + "," + relay, ErrStatus},
		{tell(403) + "," + relay, ErrRefused},
		{tell(500) + "|" + tell(404), ErrStatus},
		{tell(500) + "|off", ErrStatus},
		{tell(500) + "|direct", ErrNetwork},
		{tell(404), ErrNetwork},
		{tell(404) + ",off", ErrNetwork},
		{"direct", ErrNetwork},
		{"off", ErrOffline},
		{"ftp://x", ErrSettings},
	} {
		s := sums(t, client(t, test.goproxy, "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=127.0.0.1"), "127.0.0.1", "")
		s.direct.Host = "127.0.0.1:1"
		for range 2 {
			data, err := s.Get(t.Context(), "/latest", 100, false)
			if test.kind != nil {
				wantKind(t, err, test.kind)
			} else if err != nil || string(data) != "relay" {
				t.Errorf("%q: got %q, %v", test.goproxy, data, err)
			}
		}
		if s.Offline() != (test.kind == ErrOffline) {
			t.Errorf("%q: offline is %v", test.goproxy, s.Offline())
		}
	}
}

// TestSumDBDirect asks the database itself, by its name and by the address in GOSUMDB. No proxy is asked.
func TestSumDBDirect(t *testing.T) {
	db := httptest.NewTLSServer(say(200, "direct"))
	defer db.Close()
	c := client(t, serve(t, forbidden(t)))
	pool := x509.NewCertPool()
	pool.AddCert(db.Certificate())
	c.first.TLSClientConfig = &tls.Config{RootCAs: pool}
	for _, s := range []*SumDB{sums(t, c, strings.TrimPrefix(db.URL, "https://")+"/x", ""), sums(t, c, "s.invalid", db.URL)} {
		data, err := s.Get(t.Context(), "/latest", 100, true)
		if err != nil || string(data) != "direct" {
			t.Errorf("got %q, %v", data, err)
		}
	}
	fixed := sums(t, c, "s.invalid", serve(t, say(200, "fixed")))
	data, err := fixed.Get(t.Context(), "/latest", 100, false)
	if err != nil || string(data) != "fixed" {
		t.Errorf("got %q, %v", data, err)
	}
}

// TestSumDBFile has a tree of files for a proxy, as a bundle is.
func TestSumDBFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"supported": "", "lookup/example.com/!mod@v1.0.0": "record"} {
		name = filepath.Join(dir, "sumdb", "s.invalid", filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	data, err := sums(t, client(t, fileURL(dir)), "s.invalid", "").Get(t.Context(), lookupPath, 100, false)
	if err != nil || string(data) != "record" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestSumDBNobody(t *testing.T) {
	off := New(settings(t, "GOPROXY="+serve(t, forbidden(t))), Options{Offline: true})
	for _, s := range []*SumDB{sums(t, off, "s.invalid", ""), sums(t, off, "s.invalid", serve(t, forbidden(t)))} {
		_, err := s.Get(t.Context(), "/latest", 100, true)
		wantKind(t, err, ErrOffline)
	}
	for _, address := range []string{"ftp://x.invalid", "x.invalid", "http:", "https://", "mailto:x", "http://a b"} {
		if _, err := off.SumDB("s.invalid", address); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

// TestSumDBStopped ends while the relay is looked for: that is no answer, and it is looked for again.
func TestSumDBStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first := true
	s := sums(t, client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if first {
			first = false
			cancel()
			<-r.Context().Done()
		}
	})), "s.invalid", "")
	_, err := s.Get(ctx, "/latest", 100, false)
	wantKind(t, err, ErrStopped)
	if _, err := s.Get(t.Context(), "/latest", 100, false); err != nil {
		t.Error(err)
	}
}

func TestSumDBSecrets(t *testing.T) {
	base := strings.Replace(serve(t, say(500, "x")), "http://", "http://name:hidden@", 1)
	_, err := sums(t, client(t, base), "s.invalid", "").Get(t.Context(), lookupPath, 100, false)
	wantKind(t, err, ErrSettings, "hidden", "name")
	_, err = sums(t, client(t, "off"), "s.invalid", base+"/pa@th?key=hidden").Get(t.Context(), lookupPath, 100, false)
	wantKind(t, err, ErrSettings, "hidden", "name", "pa@")
}

// An answer that breaks off is asked for again, twice; one that says something is not.
func TestSumDBBroken(t *testing.T) {
	broken := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "6")
		w.Write([]byte("rec"))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	refused := say(503, "")
	for _, c := range []struct {
		list  []http.HandlerFunc
		asked int
		good  bool
	}{
		{[]http.HandlerFunc{broken, broken, say(200, "record")}, 3, true},
		{[]http.HandlerFunc{broken, broken, broken, say(200, "record")}, 3, false},
		{[]http.HandlerFunc{broken, refused, say(200, "record")}, 2, false},
	} {
		url, asked := inTurn(t, c.list...)
		data, err := sums(t, client(t, "off"), "s.invalid", url).Get(t.Context(), lookupPath, 100, false)
		if (err == nil && string(data) == "record") != c.good || *asked != c.asked {
			t.Errorf("%q, %v, asked %d times, want %d", data, err, *asked, c.asked)
		}
	}
}
