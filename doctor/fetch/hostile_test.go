package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/module"
)

// questions are the three that a Client knows.
var questions = map[string]func(context.Context, *Client) error{
	"info": func(ctx context.Context, c *Client) error { _, err := c.Info(ctx, example); return err },
	"mod":  func(ctx context.Context, c *Client) error { _, err := c.Mod(ctx, example); return err },
	"list": func(ctx context.Context, c *Client) error { _, err := c.List(ctx, example.Path); return err },
}

func TestAnswers(t *testing.T) {
	var asked []string
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.RequestURI)
		if r.Header.Get("Accept-Encoding") != "identity" || r.Header.Get("User-Agent") != "godoctor" || r.Header.Get("Authorization") != "" {
			t.Errorf("header %v", r.Header)
		}
		switch filepath.Ext(r.URL.Path) {
		case ".info":
			io.WriteString(w, exampleInfo)
		case ".mod":
			io.WriteString(w, "module x\n")
		default:
			io.WriteString(w, "v1.0.0\nv0.1.0\n")
		}
	})
	c := client(t, url+"/base/")
	info, err := c.Info(t.Context(), example)
	if err != nil || info.Version != "v1.0.0" || info.Time.Year() != 2024 || info.Proxy != url+"/base/" || string(info.Raw) != exampleInfo {
		t.Errorf("info %+v, %v", info, err)
	}
	if mod, err := c.Mod(t.Context(), example); err != nil || string(mod) != "module x\n" {
		t.Errorf("mod %q, %v", mod, err)
	}
	if list, err := c.List(t.Context(), example.Path); err != nil || strings.Join(list, " ") != "v0.1.0 v1.0.0" {
		t.Errorf("list %q, %v", list, err)
	}
	want := "[/base/example.invalid/%21mod/@v/v1.0.0.info /base/example.invalid/%21mod/@v/v1.0.0.mod /base/example.invalid/%21mod/@v/list]"
	if fmt.Sprint(asked) != want {
		t.Errorf("asked for %q", asked)
	}
}

// What cannot be asked is not asked.
func TestNotAsked(t *testing.T) {
	url := serve(t, forbidden(t))
	for _, m := range []module.Version{
		{Path: "a b", Version: "v1.0.0"}, {Path: "example.invalid/m", Version: "v1"}, {Path: "example.invalid/m", Version: "master"},
		{Path: "example.invalid/m/v2", Version: "v1.0.0"}, {Path: "../x", Version: "v1.0.0"}, {Path: "", Version: "v1.0.0"}, {Path: "example.invalid/m", Version: "../../x"},
	} {
		_, err := client(t, url).Info(t.Context(), m)
		wantKind(t, err, ErrSettings)
	}
	for name, ask := range questions {
		for _, vars := range [][]string{{"GOPRIVATE=example.invalid"}, {"GONOPROXY=*.invalid/Mod"}, {"GOPRIVATE=x", "GONOPROXY=x,example.*"}} {
			e := wantKind(t, ask(t.Context(), client(t, url, vars...)), ErrPrivate)
			if !e.Direct || e.Host != "" {
				t.Errorf("%s: %+v", name, e)
			}
		}
		c := New(settings(t, "GOPROXY="+url+","+fileURL(t.TempDir())), Options{Offline: true})
		wantKind(t, ask(t.Context(), c), ErrOffline)
		wantKind(t, ask(t.Context(), client(t, "off,"+url)), ErrOffline)
		wantKind(t, ask(t.Context(), client(t, "direct,"+url)), ErrDirect)
		wantKind(t, ask(t.Context(), client(t, url+",ftp://x")), ErrSettings)
		if err := ask(t.Context(), client(t, "off")); !errors.Is(err, ErrOffline) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStatuses(t *testing.T) {
	for status, kind := range map[int]error{
		404: ErrNotFound, 410: ErrNotFound, 401: ErrRefused, 403: ErrRefused, 407: ErrRefused, 400: ErrStatus, 429: ErrStatus, 500: ErrStatus,
		503: ErrStatus, 204: ErrStatus, 206: ErrStatus, 302: ErrStatus, 304: ErrStatus,
	} {
		url := serve(t, say(status, ""))
		_, err := client(t, url).Info(t.Context(), example)
		if e := wantKind(t, err, kind); e.Status != status || e.Host != strings.TrimPrefix(url, "http://") || !strings.Contains(e.Error(), fmt.Sprint(status)) {
			t.Errorf("%d: %+v, %v", status, e, e)
		}
	}
	_, err := client(t, serve(t, say(403, "blocked: \x1b[31mred\nsecond line"+strings.Repeat("x", 1<<20)))).Info(t.Context(), example)
	if e := wantKind(t, err, ErrRefused); len(e.Body) != maxBody || e.Detail() != "blocked: \x1b[31mred" {
		t.Errorf("%d bytes, %q", len(e.Body), e.Detail())
	}
	for body, want := range map[string]string{"": "", "<html>": "", "\xff": "", " \n not found: x \n": "not found: x"} {
		if got := (&Error{Body: []byte(body)}).Detail(); got != want {
			t.Errorf("%q: %q", body, got)
		}
	}
}

// Answers with status 200 which are none.
func TestPortals(t *testing.T) {
	bodies := []string{"<html><body>log in</body></html>", "\r\n <!DOCTYPE html>"}
	for name, ask := range questions {
		more := map[string][]string{
			"info": {"", "{}", "null", "[]", "5", `"v1.0.0"`, `{"Version":5}`, `{"Version":"v1.0.1"}`, exampleInfo + "x", exampleInfo[:20],
				`{"Version":"v1.0.0","Time":"soon"}`, strings.Repeat("[", 1<<19), "{\"Version\":\"" + strings.Repeat("\u202e", 1<<17) + "\"}"},
			"list": {"please log in", "{}", "\x00"},
		}[name]
		for _, body := range append(more, bodies...) {
			err := ask(t.Context(), client(t, serve(t, say(200, body))))
			if e := wantKind(t, err, ErrAnswer); len(e.Error()) > 600 {
				t.Errorf("%s: an error text of %d bytes", name, len(e.Error()))
			}
		}
	}
}

func TestTooLarge(t *testing.T) {
	limits := map[string]int64{"info": maxInfo, "mod": maxMod, "list": maxList}
	for name, ask := range questions {
		var sent atomic.Int64
		c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			for line := bytes.Repeat([]byte("v1.0.0 \n"), 8<<10); ; {
				n, err := w.Write(line)
				if sent.Add(int64(n)); err != nil {
					return
				}
			}
		}))
		wantKind(t, ask(t.Context(), c), ErrTooLarge)
		if n := sent.Load(); n > limits[name]+16<<20 { // the buffers of the loopback interface
			t.Errorf("%s: %d bytes were sent", name, n)
		}
		err := ask(t.Context(), client(t, serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "99999999999") })))
		wantKind(t, err, ErrTooLarge)
	}
}

// Nothing is unpacked: there is no bomb.
func TestPacked(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 16<<20))
	z.Close()
	for _, encoding := range []string{"gzip", "deflate", "br", "identity, gzip", "x\x1by"} {
		for _, ask := range questions {
			wantKind(t, ask(t.Context(), client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Encoding"] = []string{strings.ReplaceAll(encoding, "\x1b", "?")}
				w.Write(bomb.Bytes())
			}))), ErrAnswer)
		}
	}
}

// raw is a server that sends the same bytes to everybody, and closes the connection or lets it wait.
func raw(t *testing.T, answer string, wait bool) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { ln.Close(); close(done) })
	go func() { // ends when the listener is closed
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if answer != "" {
					conn.Read(make([]byte, 4096))
					io.WriteString(conn, answer)
				}
				if wait {
					<-done
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

func TestBrokenAnswers(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
	for name, answer := range map[string]string{
		"cut": head + exampleInfo, "nothing": "\r\n", "no HTTP": "SSH-2.0-x\r\n\r\n", "no number": "HTTP/1.1 abc\r\n\r\n", "chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
		"header": "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "colon": "HTTP/1.1 200 OK\r\nX\r\n\r\n",
	} {
		for _, ask := range questions {
			e := wantKind(t, ask(t.Context(), client(t, raw(t, answer, false))), ErrNetwork)
			if len(e.Error()) > 600 {
				t.Errorf("%s: an error text of %d bytes", name, len(e.Error()))
			}
		}
	}
	_, err := client(t, "http://127.0.0.1:1").Info(t.Context(), example)
	wantKind(t, err, ErrNetwork)
}

// Who sends nothing, or next to nothing, is left after the time that is promised, and not earlier.
func TestStalls(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
	for name, c := range map[string]struct {
		scheme, answer string
		every          time.Duration // then one byte each; 0: nothing
		kind           error
		after          time.Duration
	}{
		"TLS":    {"https", "", 0, ErrTimeout, 10 * time.Second},
		"header": {"http", "HTTP/1.1 200 OK\r\n", 0, ErrTimeout, 30 * time.Second},
		"body":   {"http", head + "{", 0, ErrTimeout, 30 * time.Second},
		"empty":  {"http", head, 0, ErrTimeout, 30 * time.Second},
		"error":  {"http", strings.Replace(head, "200", "404", 1) + "{", 0, ErrNotFound, 30 * time.Second}, // the status says enough
		"total":  {"http", head, time.Second, ErrTimeout, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
				go wire.answer(c.answer, c.every)
				client := New(settings(t, "GOPROXY="+c.scheme+"://proxy.test"), Options{})
				client.first.DialContext = wire.dial
				start := time.Now()
				_, err := client.Info(t.Context(), example)
				took := time.Since(start)
				client.Close()
				wire.Close()
				time.Sleep(time.Minute) // for answers that sleep
				if wantKind(t, err, c.kind); took != c.after {
					t.Errorf("noticed after %v, want %v", took, c.after)
				}
			})
		})
	}
}

// answer gives every connection the same answer, and then a byte each time, until the client goes.
func (p *pipes) answer(text string, every time.Duration) {
	for conn, err := p.Accept(); err == nil; conn, err = p.Accept() {
		go func() {
			defer conn.Close()
			conn.Read(make([]byte, 4096))
			_, err := io.WriteString(conn, text)
			for every > 0 && err == nil {
				time.Sleep(every)
				_, err = io.WriteString(conn, " ")
			}
			io.Copy(io.Discard, conn)
		}()
	}
}

// Who is slow and goes on is waited for.
func TestSlow(t *testing.T) {
	timed(t, func(w http.ResponseWriter, r *http.Request) {
		for _, b := range []byte(exampleInfo) {
			w.Write([]byte{b})
			w.(http.Flusher).Flush()
			time.Sleep(2 * time.Second)
		}
	}, func(t *testing.T, c *Client) {
		if _, err := c.Info(t.Context(), example); err != nil {
			t.Error(err)
		}
	})
}

// Who waits no longer gets an answer at once, and is told that he did so.
func TestCancel(t *testing.T) {
	var asked atomic.Int64
	c := patient(t, serve(t, stuck(&asked, 1))+"|"+serve(t, forbidden(t)))
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("a signal")
	end := make(chan error, 1)
	go func() {
		_, err := c.Info(ctx, example)
		end <- err
	}()
	until(t, "the question", func() bool { return asked.Load() > 0 })
	cancel(why)
	err := got(t, "the end", end)
	if wantKind(t, err, ErrStopped); !errors.Is(err, why) || asked.Load() != 1 {
		t.Errorf("%v after %d questions", err, asked.Load())
	}
}

// A file:// proxy may hold anything but files.
func TestFileProxy(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "example.invalid", "!mod", "@v")
	if err := errors.Join(os.MkdirAll(filepath.Join(at, "v1.0.0.info"), 0o777), os.WriteFile(filepath.Join(at, "v1.0.0.mod"), []byte("module x\n"), 0o666),
		os.WriteFile(filepath.Join(at, "list"), make([]byte, maxList+1), 0o666)); err != nil {
		t.Fatal(err)
	}
	c := client(t, fileURL(dir))
	wantKind(t, questions["info"](t.Context(), c), ErrAnswer)
	wantKind(t, questions["list"](t.Context(), c), ErrTooLarge)
	if err := questions["mod"](t.Context(), c); err != nil {
		t.Error(err)
	}
	_, err := c.Mod(t.Context(), module.Version{Path: "example.invalid/n", Version: "v1.0.0"})
	wantKind(t, err, ErrNotFound)
	if os.Getuid() > 0 {
		if err := os.Chmod(filepath.Join(at, "v1.0.0.mod"), 0); err != nil {
			t.Fatal(err)
		}
		wantKind(t, questions["mod"](t.Context(), c), ErrRefused)
	}
}
