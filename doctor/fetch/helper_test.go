package fetch

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/goenv"
)

// quick are time-outs for tests: long enough for a busy machine, short enough to wait for.
var quick = Timeouts{Connect: 5 * time.Second, Header: 5 * time.Second, Stall: 5 * time.Second, Total: 20 * time.Second}

// endless are time-outs that no test lives to see: what ends does so for another reason.
var endless = Timeouts{Connect: time.Hour, Header: time.Hour, Stall: time.Hour, Total: time.Hour}

// example is the version that most tests ask for.
var example = module.Version{Path: "example.invalid/Mod", Version: "v1.0.0"}

const exampleInfo = `{"Version":"v1.0.0","Time":"2024-03-05T12:00:00Z"}`

// settings computes Settings as the program does, from variables alone.
func settings(t *testing.T, vars ...string) Settings {
	t.Helper()
	environ := append([]string{"GOENV=off", "HOME=" + t.TempDir()}, vars...)
	return SettingsOf(goenv.Load(goenv.Input{Environ: environ}), environ)
}

// client makes a Client for a GOPROXY list and other variables, without a home directory of anybody.
func client(t *testing.T, goproxy string, vars ...string) *Client {
	t.Helper()
	c := New(settings(t, append(vars, "GOPROXY="+goproxy)...), Options{Timeouts: quick})
	t.Cleanup(c.Close)
	return c
}

// serve starts a server for one handler.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		if t.Failed() { // Close waits for who hangs
			s.CloseClientConnections()
		}
		s.Close()
	})
	return s.URL
}

// say is a handler that answers everything alike.
func say(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// patient makes a downloader that waits for ever for who sends nothing.
func patient(t *testing.T, goproxy string) *Client {
	t.Helper()
	c := New(settings(t, "GOPROXY="+goproxy), Options{Timeouts: endless})
	t.Cleanup(c.Close)
	c.backoff, c.breakFirst = time.Microsecond, time.Microsecond
	c.room = func(string) (Room, error) { return Room{Bytes: 1 << 50, Inodes: -1}, nil }
	return c
}

// stuck is a handler that counts, sends some bytes of many, and then nothing until its client goes.
func stuck(asked *atomic.Int64, some int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Length", "100000")
		w.Write(make([]byte, some))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
}

// hangs is how long a test waits for what comes at once before it says that it hangs: a guard, and no measure of anything.
const hangs = time.Minute

// until waits for what another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(hangs); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// got waits for what another goroutine sends.
func got[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(hangs):
		t.Fatalf("%s hangs", what)
		panic("not reached")
	}
}

// forbidden fails the test when anybody asks.
func forbidden(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("asked for %s", r.URL)
		w.WriteHeader(http.StatusTeapot)
	}
}

// wantKind checks that an error is an *Error of a kind, and that none of the secrets is in it.
func wantKind(t *testing.T, err, kind error, secrets ...string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got %v; want one that is %q", err, kind)
	}
	for _, s := range secrets {
		if strings.Contains(err.Error(), s) || strings.Contains(e.URL, s) || strings.Contains(e.Host, s) || strings.Contains(string(e.Body), s) {
			t.Errorf("%q is in %q, %q or %q", s, e.URL, e, clip(string(e.Body)))
		}
	}
	return e
}

// fileURL is the file:// address of a directory.
func fileURL(dir string) string {
	return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/")}).String()
}
