package remedy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/fetch"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
)

// A hostile is a proxy that does one thing wrong, and what is to come of a repair with it.
type hostile struct {
	name string
	do   func(l *sickbay)
	want string // done, failed, or stopped: it would go on trying, and is canceled
}

func (l *sickbay) zipOf(m cachetest.Module) []byte {
	data, err := m.Zip()
	must(l.t, err)
	return data
}

// hooked answers the nth request for the zip with the nth handler, and those behind as a proxy does.
func (l *sickbay) hooked(list ...http.HandlerFunc) {
	var mu sync.Mutex
	n := 0
	l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if !strings.HasSuffix(r.URL.Path, ".zip") || n >= len(list) {
			return false
		}
		h := list[n]
		n++
		h(w, r)
		return true
	})
}

// cutAt sends the beginning of a file, as much as a part of it in hundredths, and breaks off.
func cutAt(data []byte, percent int, head ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		headers(w, head)
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data[:len(data)*percent/100])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

func headers(w http.ResponseWriter, list []string) {
	for i := 0; i < len(list); i += 2 {
		w.Header().Set(list[i], list[i+1])
	}
}

// status answers with one, and headers.
func status(code int, body string, head ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		headers(w, head)
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// slowly sends some bytes, and then one each time, until nobody listens.
func slowly(data []byte, first int, each time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data[:first])
		w.(http.Flusher).Flush()
		for i := first; i < len(data); i++ {
			select {
			case <-r.Context().Done():
				return
			case <-time.After(each):
			}
			w.Write(data[i : i+1])
			w.(http.Flusher).Flush()
		}
	}
}

// always repeats a handler for the zip.
func (l *sickbay) always(h http.HandlerFunc) {
	l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, ".zip") {
			return false
		}
		h(w, r)
		return true
	})
}

func bomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(make([]byte, 4<<20))
	z.Close()
	return b.String()
}

// hostiles are the rows of the issue which need more than one wrong answer; those of TestMendHostile are the others.
var hostiles = []hostile{
	{"a stall after the headers", func(l *sickbay) { l.always(slowly(l.zipOf(l.mod), 0, time.Hour)) }, "stopped"},
	{"a stall at half", func(l *sickbay) { d := l.zipOf(l.mod); l.always(slowly(d, len(d)/2, time.Hour)) }, "stopped"},
	{"a byte a second", func(l *sickbay) { l.always(slowly(l.zipOf(l.mod), 10, time.Second)) }, "stopped"},
	{"500 for ever", func(l *sickbay) { l.always(status(500, "no")) }, "stopped"},
	{"503, come back in an age", func(l *sickbay) { l.always(status(503, "no", "Retry-After", "1000000000")) }, "stopped"},
	{"503, come back at once", func(l *sickbay) { l.hooked(status(503, "no", "Retry-After", "0")) }, "done"},
	{"a wrong Content-Range", func(l *sickbay) {
		d := l.zipOf(l.mod)
		l.hooked(cutAt(d, 50), status(206, string(d[:len(d)/2]), "Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(d)/2-1, len(d))))
	}, "done"},
	{"another total in Content-Range", func(l *sickbay) {
		d := l.zipOf(l.mod)
		l.hooked(cutAt(d, 50), status(206, string(d[len(d)/2:]), "Content-Range", fmt.Sprintf("bytes %d-%d/%d", len(d)/2, len(d), len(d)+1)))
	}, "done"},
	{"200 to a Range", func(l *sickbay) { d := l.zipOf(l.mod); l.hooked(cutAt(d, 50), status(200, string(d))) }, "done"},
	{"another content in the second half", func(l *sickbay) {
		d, e := l.zipOf(l.mod), l.zipOf(l.bigEvil())
		l.hooked(cutAt(d, 50, "ETag", `"a"`), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"b"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(e))
		})
	}, "failed"},
	{"a second half of another content that says it is the same", func(l *sickbay) {
		d := l.zipOf(l.mod)
		e := append(bytes.Clone(d[:len(d)-30]), bytes.Repeat([]byte{7}, 30)...)
		l.hooked(cutAt(d, 50, "ETag", `"a"`), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"a"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(e))
		})
	}, "done"}, // the sum is wrong, and one clean start helps
	{"a length without end", func(l *sickbay) { l.always(status(200, "PK\x03\x04", "Content-Length", "1099511627776")) }, "failed"},
	{"a gzip bomb", func(l *sickbay) { l.always(status(200, bomb(), "Content-Encoding", "gzip")) }, "failed"},
	{"another version's zip", func(l *sickbay) { m := l.mod; m.Version = "v1.1.0"; l.always(status(200, string(l.zipOf(m)))) }, "failed"},
	{"a redirect to a file", func(l *sickbay) { l.always(status(302, "", "Location", "file://"+l.file("zip"))) }, "failed"},
	{"a redirect to another scheme", func(l *sickbay) { l.always(status(302, "", "Location", "gopher://example.com/x.zip")) }, "failed"},
	{"a redirect in a circle", func(l *sickbay) { l.always(status(302, "", "Location", "/example.com/!sick/@v/v1.2.0.zip")) }, "failed"},
	{"a redirect to another host", func(l *sickbay) {
		other := httptest.NewServer(http.HandlerFunc(status(200, string(l.zipOf(l.evil())))))
		l.t.Cleanup(other.Close)
		l.always(status(302, "", "Location", other.URL+"/x.zip"))
	}, "failed"},
}

// bigEvil is another content that is longer than half of the right one.
func (l *sickbay) bigEvil() cachetest.Module {
	m := l.evil()
	m.Files["README"] = l.mod.Files["README"] + "and more\n"
	return m
}

// Whatever a proxy does, nothing wrong is installed, and the old state stays; who cancels is not held by it; and when the
// proxy behaves the same repair succeeds.
func TestMendHostileProxies(t *testing.T) {
	for _, c := range hostiles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			sick(t, "a truncated zip").damage(l)
			was, r := l.state(), l.plan()
			c.do(l)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var out []plan.Outcome
			if c.want != "stopped" {
				_, out = l.mend(ctx, r, true)
			} else {
				out = l.mendUntil(ctx, cancel, r)
			}
			done := out[0].Result == plan.Done
			switch {
			case done != (c.want == "done"):
				t.Errorf("%+v", out)
			case !done && l.state() != was:
				t.Errorf("it was\n%s\nand is\n%s", was, l.state())
			}
			l.proxy.Forget()
			if !done {
				if r = l.plan(); len(r.Steps) == 0 {
					t.Fatal("nothing is found any more")
				}
				if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
					t.Errorf("from a proxy that behaves: %+v", out)
				}
			}
			if list, _ := l.examine(); len(list) > 0 {
				t.Errorf("%+v", list)
			}
			l.builds()
			l.tidy()
		})
	}
}

// mendUntil cancels a repair once the proxy was asked for the zip: it ends by that, and asks for nothing more.
func (l *sickbay) mendUntil(ctx context.Context, cancel func(), r *plan.Repair) []plan.Outcome {
	zips := func() (n int) {
		for _, q := range l.proxy.Requests() {
			if strings.HasSuffix(q.Path, ".zip") {
				n++
			}
		}
		return n
	}
	asked := make(chan int, 1)
	go func() { // ends with the question, or with ctx
		for zips() == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
		asked <- zips()
	}()
	_, out := l.mend(ctx, r, true)
	cancel()
	if then, n := <-asked, zips(); then == 0 || n > then+1 { // one may have been on its way
		l.t.Errorf("the zip was asked for %d times, and %d times at the end", then, n)
	}
	if out[0].Result != plan.Untouched {
		l.t.Errorf("it was not stopped: %+v", out[0])
	}
	return out
}

// A zip that is cut at any place comes whole in the end, and is installed.
func TestMendCuts(t *testing.T) {
	for percent := 1; percent < 100; percent += 14 {
		t.Run(fmt.Sprint(percent, " percent"), func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			sick(t, "a truncated zip").damage(l)
			r := l.plan()
			l.hooked(cutAt(l.zipOf(l.mod), percent))
			if _, out := l.mend(t.Context(), r, true); out[0].Result != plan.Done {
				t.Errorf("%+v", out)
			}
			if list, _ := l.examine(); len(list) > 0 {
				t.Errorf("%+v", list)
			}
		})
	}
}

// What a netrc file says of a proxy is told to nobody else: neither to where it redirects, nor in what is said of its failure.
func TestMendSecrets(t *testing.T) {
	const secret = "hunter2"
	for _, redirects := range []bool{true, false} {
		l := newSickbay(t)
		sick(t, "a truncated zip").damage(l)
		r := l.plan()
		must(t, os.WriteFile(filepath.Join(l.Home, ".netrc"), []byte("machine "+strings.TrimPrefix(l.proxy.URL, "http://")+"\nlogin me\npassword "+secret+"\n"), 0o600))
		var mu sync.Mutex
		var first, second []string
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			second = append(second, fmt.Sprint(r.URL, r.Header))
			w.WriteHeader(404)
		}))
		defer other.Close()
		l.always(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			user, password, _ := r.BasicAuth()
			first = append(first, user+" "+password)
			if redirects {
				http.Redirect(w, r, other.URL+"/x.zip", http.StatusFound)
				return
			}
			http.Error(w, "no access for "+user+" with "+password+" "+r.Header.Get("Authorization"), http.StatusForbidden)
		})
		s := l.session()
		dir, err := s.Staging()
		must(t, err)
		environ := append([]string{"GOAUTH=netrc"}, l.environ()...)
		client := fetch.New(fetch.SettingsOf(goenv.Load(goenv.Input{Environ: environ}), environ), fetch.Options{})
		defer client.Close()
		out := make([]plan.Outcome, len(r.Steps))
		s.Mend(t.Context(), r.Steps, remedy.Mender{Installer: l.installer(), Fetch: client.Proved(filepath.Join(dir, "parts"), nil)},
			func(i int, o plan.Outcome) { out[i] = o })
		s.Close()
		if out[0].Result != plan.Failed || len(first) == 0 || first[0] != "me "+secret || (len(second) > 0) != redirects {
			t.Errorf("%+v, %q, %q", out, first, second)
		}
		said := fmt.Sprintf("%v %q", out[0].Err, second)
		filepath.Walk(filepath.Join(l.Home, "state"), func(path string, fi os.FileInfo, err error) error {
			if err == nil && fi.Mode().IsRegular() {
				b, _ := os.ReadFile(path)
				said += string(b)
			}
			return nil
		})
		if strings.Contains(said, secret) || strings.Contains(said, "bWU6aHVudGVyMg") {
			t.Errorf("told: %s", said)
		}
	}
}
