package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// zipLike makes bytes that look like a zip at both ends and are noise between.
func zipLike(size int, seed uint64) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	r.Read(b)
	copy(b, "PK\x03\x04")
	copy(b[size-22:], "PK\x05\x06")
	return b
}

// A shop serves one file with ranges, and breaks connections off.
type shop struct {
	data []byte
	head map[string]string
	cut  func(request int) int64 // after how many bytes of a body: -1 never

	mu     sync.Mutex
	ranges []string // of the requests, with If-Range behind them
	sent   atomic.Int64
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	line := r.Header.Get("Range")
	if x := r.Header.Get("If-Range"); x != "" {
		line += " if " + x
	}
	s.ranges = append(s.ranges, line)
	n, left := len(s.ranges)-1, int64(-1)
	if s.cut != nil {
		left = s.cut(n)
	}
	s.mu.Unlock()
	for k, v := range s.head {
		w.Header().Set(k, v)
	}
	http.ServeContent(&cutter{w, left, &s.sent}, r, "", time.Time{}, bytes.NewReader(s.data))
}

// A cutter breaks the connection off after so many bytes of a body.
type cutter struct {
	http.ResponseWriter
	left int64
	sent *atomic.Int64
}

func (c *cutter) Write(p []byte) (int, error) {
	if c.left >= 0 && int64(len(p)) >= c.left {
		c.sent.Add(c.left)
		c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	if c.left >= 0 {
		c.left -= int64(len(p))
	}
	c.sent.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}

// downloader is a client that does not wait between two tries.
func downloader(t *testing.T, goproxy string, vars ...string) *Client {
	t.Helper()
	c := client(t, goproxy, vars...)
	c.backoff, c.breakFirst = time.Microsecond, time.Microsecond
	c.room = func(string) (Room, error) { return Room{Bytes: 1 << 50, Inodes: -1}, nil }
	return c
}

// same checks that a part is a file.
func same(t *testing.T, p *Part, want []byte) {
	t.Helper()
	got, err := os.ReadFile(p.Path)
	if err != nil || !bytes.Equal(got, want) || p.Bytes != int64(len(want)) {
		t.Fatalf("%d bytes of %d, equal %v, part %+v, %v", len(got), len(want), bytes.Equal(got, want), p, err)
	}
}

// names are the files in a directory.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// All three files of a version come from a proxy tree, over HTTP and from a directory, and are kept until they are moved.
func TestDownload(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.RemoveAll() })
	mod := cachetest.Module{Path: "example.com/A", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}
	zip, err := mod.Zip()
	if err == nil {
		err = m.Publish(mod)
	}
	if err != nil {
		t.Fatal(err)
	}
	file := m.GOPROXY
	p, err := m.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	nothing := serve(t, say(404, "not here"))
	for _, list := range []string{p.URL, file, nothing + "," + p.URL, nothing + "," + file} {
		dir := filepath.Join(t.TempDir(), "parts")
		for _, x := range []Ext{"", ExtMod, ExtInfo} {
			var progress meter.Meter
			c := downloader(t, list)
			d := Downloads{Dir: dir, Ext: x, Progress: &progress}
			part, err := c.Download(t.Context(), mod.ID(), d)
			if err != nil {
				t.Fatalf("%s %s: %v", list, x, err)
			}
			switch data, _ := os.ReadFile(part.Path); {
			case x == "":
				same(t, part, zip)
			case x == ExtMod && !strings.HasPrefix(string(data), "module"), x == ExtInfo && !strings.Contains(string(data), `"v1.0.0"`):
				t.Errorf("%s %s: %q", list, x, data)
			}
			overNet := !strings.HasSuffix(list, file)
			if part.Pieces != 1 || part.Kept != 0 || (progress.Sample().Bytes == part.Bytes) != overNet || (part.Fetched == part.Bytes) != overNet {
				t.Errorf("%s %s: %+v", list, x, part)
			}
			if x == "" && overNet {
				p.Forget()
				again, err := downloader(t, list).Download(t.Context(), mod.ID(), d)
				if err != nil || again.Tries != 0 || again.Kept != int64(len(zip)) || p.Count("/example.com/!a/@v/v1.0.0.zip") != 0 {
					t.Errorf("again: %+v, %v", again, err)
				}
				same(t, again, zip)
			}
			to := filepath.Join(dir, "x")
			if err := part.Move(to); err != nil || part.Path != to {
				t.Error(err)
			}
			if err := os.Remove(to); err != nil {
				t.Error(err)
			}
			empty(t, dir)
		}
		if fi, err := os.Stat(dir); err != nil || os.PathSeparator == '/' && fi.Mode().Perm() != 0o700 {
			t.Errorf("%v %v", fi.Mode(), err)
		}
	}
}

// What cannot be had is not waited for, asked again, or left lying.
func TestNoDownload(t *testing.T) {
	away := serve(t, forbidden(t))
	var asked atomic.Int64
	count := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { asked.Add(1); h(w, r) }
	}
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, where, http.StatusFound) }
	}
	for name, c := range map[string]struct {
		list  string
		h     http.HandlerFunc
		vars  []string
		kind  error
		tries int64
		forGo bool
	}{
		"not there":          {h: say(404, "no"), kind: ErrNotFound, tries: 1},
		"gone":               {h: say(410, "no"), kind: ErrNotFound, tries: 1},
		"refused":            {h: say(403, "no"), kind: ErrRefused, tries: 1},
		"who are you":        {h: say(401, "no"), kind: ErrRefused, tries: 1},
		"broken server":      {h: say(500, "no"), kind: ErrStatus, tries: 6},
		"bad question":       {h: say(400, "no"), kind: ErrStatus, tries: 1},
		"a part":             {h: say(206, "PK\x03\x04"), kind: ErrStatus, tries: 1},
		"portal":             {h: say(200, "<html>log in"), kind: ErrAnswer, tries: 1},
		"portal with escape": {h: say(200, "\x1b[31mno"), kind: ErrAnswer, tries: 1},
		"nothing":            {h: say(200, ""), kind: ErrAnswer, tries: 1},
		"offline":            {list: "off", kind: ErrOffline},
		"direct":             {list: "direct", kind: ErrDirect, forGo: true},
		"then direct":        {h: say(404, ""), list: ",direct", kind: ErrNotFound, tries: 1, forGo: true},
		"private":            {list: away, vars: []string{"GOPRIVATE=example.invalid"}, kind: ErrPrivate, forGo: true},
		"no such file":       {list: fileURL(t.TempDir()), kind: ErrNotFound},
		"packed":             {h: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "gzip") }, kind: ErrAnswer, tries: 1},
		"leads to a file":    {h: to("file:///etc/passwd"), kind: ErrRedirect, tries: 1},
		"leads to ftp":       {h: to("ftp://example.invalid/"), kind: ErrRedirect, tries: 1},
		"too large":          {h: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", fmt.Sprint(MaxZip+1)) }, kind: ErrTooLarge, tries: 1},
		"leads in a circle":  {h: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, kind: ErrRedirect, tries: 11},
		"password over http": {list: strings.Replace(away, "://", "://u:secret@", 1), kind: ErrSettings},
		"no such host":       {list: "http://nothing.invalid", kind: nil},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			if c.h != nil {
				c.list = serve(t, count(c.h)) + c.list
			}
			cl := downloader(t, c.list, c.vars...)
			dir := t.TempDir()
			p, err := cl.Download(t.Context(), example, Downloads{Dir: dir})
			if e := (*Error)(nil); c.kind == nil {
				if !errors.As(err, &e) || e.Kind != ErrNetwork && e.Kind != ErrNoNetwork && e.Kind != ErrTimeout { // as the machine has a network or not
					t.Fatal(err)
				}
			} else {
				wantKind(t, err, c.kind, "secret")
			}
			if p != nil || ForGo(err) != c.forGo {
				t.Errorf("%+v, for go: %v", p, ForGo(err))
			}
			if n := asked.Load(); n != c.tries {
				t.Errorf("asked %d times, want %d", n, c.tries)
			}
			empty(t, dir)
		})
	}
	c := downloader(t, away)
	for _, m := range []module.Version{{Path: "example.invalid/../x", Version: "v1.0.0"}, {Path: "example.invalid/x"}, {Path: "example.invalid/x", Version: "main"}} {
		if _, err := c.Download(t.Context(), m, Downloads{Dir: t.TempDir()}); !errors.Is(err, ErrSettings) {
			t.Error(err)
		}
	}
	if _, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir(), Ext: "list"}); !errors.Is(err, ErrSettings) {
		t.Error(err)
	}
	for _, dir := range []string{"", "parts", "./x"} {
		if _, err := c.Download(t.Context(), example, Downloads{Dir: dir}); !errors.Is(err, ErrDisk) {
			t.Error(err)
		}
	}
}

// A .mod or .info of another shape is refused, as Mod and Info refuse it.
func TestDownloadShapes(t *testing.T) {
	for _, c := range []struct {
		x    Ext
		body string
	}{{ExtMod, "<html>"}, {ExtInfo, "{}"}, {ExtInfo, "<html>"}, {ExtInfo, `{"Version":"v1.0.1"}`}, {ExtInfo, ""}} {
		dir := t.TempDir()
		_, err := downloader(t, serve(t, say(200, c.body))).Download(t.Context(), example, Downloads{Dir: dir, Ext: c.x})
		wantKind(t, err, ErrAnswer)
		empty(t, dir)
	}
}

// A list goes on as go does, and what the first proxy had of it does not stay.
func TestDownloadFromTheNext(t *testing.T) {
	data := zipLike(100<<10, 1)
	good := serve(t, (&shop{data: data}).ServeHTTP)
	torn := &shop{data: data, cut: func(int) int64 { return 10 }}
	for _, list := range []string{serve(t, say(404, "")) + ",", serve(t, say(500, "")) + "|", serve(t, say(403, "")) + "|", serve(t, torn.ServeHTTP) + "|"} {
		dir := t.TempDir()
		p, err := downloader(t, list+good).Download(t.Context(), example, Downloads{Dir: dir})
		if err != nil {
			t.Fatal(list, err)
		}
		if same(t, p, data); p.Proxy != good {
			t.Errorf("from %s", p.Proxy)
		}
		if err := p.Remove(); err != nil {
			t.Error(err)
		}
		empty(t, dir)
	}
	_, err := downloader(t, serve(t, say(403, ""))+","+good).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	wantKind(t, err, ErrRefused)
}

// Restart fetches all of it again, once.
func TestRestart(t *testing.T) {
	s := &shop{data: zipLike(50<<10, 1)}
	p, err := downloader(t, serve(t, s.ServeHTTP)).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s.data = zipLike(60<<10, 2)
	again, err := p.Restart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, again, s.data)
	if third, err := again.Restart(t.Context()); !errors.Is(err, ErrRestarted) || third != nil {
		t.Error(err)
	}
	same(t, again, s.data)
}

// Who goes away is let go at once, and comes back to what was there.
func TestDownloadCanceled(t *testing.T) {
	data := zipLike(300<<10, 1)
	var asked atomic.Int64
	stuck := func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Range") != "" {
			(&shop{data: data}).ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data[:200<<10])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	dir := t.TempDir()
	c := patient(t, serve(t, stuck))
	var progress meter.Meter
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("a key was pressed")
	end := make(chan error, 1)
	go func() {
		_, err := c.Download(ctx, example, Downloads{Dir: dir, Progress: &progress})
		end <- err
	}()
	until(t, "what came", func() bool { return progress.Sample().Bytes >= 200<<10 })
	cancel(why)
	err := got(t, "the end", end)
	if wantKind(t, err, ErrStopped); !errors.Is(err, why) {
		t.Error(err)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("%d requests, some of them after the end", n)
	}
	if got := names(t, dir); len(got) != 2 {
		t.Errorf("kept: %v", got)
	}
	p, err := downloader(t, c.settings.Proxies[0].String()).Download(t.Context(), example, Downloads{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if same(t, p, data); p.Kept != 200<<10 || p.Pieces != 1 {
		t.Errorf("%+v", p)
	}
}

// No secret of the address is in what is kept, and none goes to another host.
func TestDownloadSecrets(t *testing.T) {
	data := zipLike(100<<10, 1)
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("sent on: %v", r.Header)
		}
		cut := int64(50 << 10)
		if r.Header.Get("Range") != "" {
			cut = 0
		}
		(&shop{data: data, cut: func(int) int64 { return cut }}).ServeHTTP(w, r)
	})
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if u, p, _ := r.BasicAuth(); u != "joe" || p != "netrcsecret" {
			t.Errorf("%v", r.Header)
		}
		http.Redirect(w, r, other+r.URL.Path+"?token=querysecret", http.StatusFound)
	})
	netrc := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(netrc, []byte("machine "+strings.TrimPrefix(first, "http://")+" login joe password netrcsecret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, err := downloader(t, first+"?key=urlsecret", "NETRC="+netrc).Download(t.Context(), example, Downloads{Dir: dir})
	wantKind(t, err, ErrNetwork, "netrcsecret", "querysecret", "urlsecret", "joe")
	if len(names(t, dir)) != 2 {
		t.Errorf("left: %v", names(t, dir))
	}
	for _, name := range names(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.HasSuffix(name, ".json") && bytes.Contains(b, []byte("secret")) || strings.Contains(string(b), "joe") {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
}
