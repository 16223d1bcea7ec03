package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// authed is a client of a TLS server with a GOAUTH, whose commands are run by run.
func authed(t *testing.T, s *httptest.Server, goauth string, run func(command, url, answer string) (string, error), vars ...string) *Client {
	t.Helper()
	c := downloader(t, s.URL, append(vars, "GOAUTH="+goauth)...)
	c.first.TLSClientConfig = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	c.auth.run = func(_ context.Context, command, url string, answer []byte) ([]byte, error) {
		out, err := run(command, url, string(answer))
		return []byte(out), err
	}
	return c
}

// Commands are run once before the first request and once for an address that is refused; what they say goes to the host
// that it is for and to no other, and into no error and no sidecar.
func TestGoAuth(t *testing.T) {
	data := zipLike(5000, 1)
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Token") != "" {
			t.Errorf("sent on: %v", r.Header)
		}
		w.Write(data)
	})
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret2" || r.Header.Get("X-Token") != "x" || r.Header.Get("Range") != "" {
			w.WriteHeader(401)
			io.WriteString(w, "no: "+r.Header.Get("Authorization"))
			return
		}
		if strings.HasSuffix(r.URL.Path, ".mod") {
			http.Redirect(w, r, strings.Replace(other, "http:", "https:", 1), http.StatusFound)
			return
		}
		w.Write(data)
	}))
	defer s.Close()
	var calls []string
	c := authed(t, s, "one; two x;netrc", func(command, url, answer string) (string, error) {
		calls = append(calls, command+"|"+strings.TrimPrefix(url, s.URL))
		head := s.URL + "\nhttps://elsewhere.example/\n\nX-Token: x\nRange: bytes=7-\n"
		switch {
		case command == "two x":
			return s.URL + "\n\nAuthorization: Bearer wrong\n\n", nil
		case url == "":
			return head + "Authorization: Bearer secret1\n\n", nil
		case !strings.HasPrefix(answer, "HTTP/1.1 401 Unauthorized\n") || !strings.HasSuffix(answer, "\n\n"):
			t.Errorf("%q", answer)
		}
		return head + "Authorization: Bearer secret2\n\n", nil
	})
	dir := t.TempDir()
	p, err := c.Download(t.Context(), example, Downloads{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	same(t, p, data)
	at := "/example.invalid/%21mod/@v/v1.0.0.zip"
	if want := "[two x| one| two x|" + at + " one|" + at + "]"; fmt.Sprint(calls) != want {
		t.Errorf("%q, want %s", calls, want)
	}
	if b, err := os.ReadFile(p.Path + sidecarEnd); err != nil || strings.Contains(string(b), "secret") {
		t.Errorf("%s, %v", b, err)
	}
	_, err = c.Download(t.Context(), example, Downloads{Dir: dir, Ext: ExtMod}) // leads to a host that speaks no TLS
	if errors.Is(err, ErrRefused) || len(calls) != 4 {
		t.Errorf("%v, %q", err, calls)
	}
}

// Commands that fail, say too little or the wrong thing, and git: the refusal stands, and says so without what they said.
func TestGoAuthFails(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(403)
		io.WriteString(w, "you said "+r.Header.Get("Authorization"))
	}))
	defer s.Close()
	for name, c := range map[string]struct{ goauth, says, err string }{
		"garbage":  {"x", "secret", "understood"},
		"cut":      {"x", s.URL + "\n\nAuthorization: secret\n", "understood"},
		"address":  {"x", "secret\n\nA: b\n\n", "understood"},
		"header":   {"x", s.URL + "\n\nsecret\n\n", "understood"},
		"name":     {"x", s.URL + "\n\nse cret: x\n\n", "understood"},
		"control":  {"x", s.URL + "\n\nA: sec\x00ret\n\n", "understood"},
		"fails":    {"x", "", "it failed"},
		"refused":  {"x", s.URL + "\n\nAuthorization: Bearer secret\n\n", ""},
		"basic":    {"x", s.URL + "\n\nAuthorization: Basic c2VjcmV0OnNlY3JldA==\n\n", ""},
		"git":      {"git /tmp", "", "only the go command"},
		"off":      {"off", s.URL + "\n\nAuthorization: Bearer secret\n\n", ""},
		"none":     {"netrc", "", ""},
		"no words": {";;", "", ""},
	} {
		runs := 0
		cl := authed(t, s, c.goauth, func(command, url, answer string) (string, error) {
			if runs++; name == "fails" {
				return "secret", errors.New("it failed")
			}
			return c.says, nil
		})
		_, err := cl.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		if wantKind(t, err, ErrRefused, "secret", "c2VjcmV0"); !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := cl.Info(t.Context(), example); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if want := map[bool]int{true: 3}[c.goauth == "x"]; runs != want {
			t.Errorf("%s: run %d times, want %d", name, runs, want)
		}
	}
}

// Over plain http no command is run, and who waits for one may go away.
func TestGoAuthWaits(t *testing.T) {
	c := downloader(t, serve(t, say(403, "")), "GOAUTH=x")
	c.auth.run = func(context.Context, string, string, []byte) ([]byte, error) {
		t.Error("it was run")
		return nil, nil
	}
	_, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	wantKind(t, err, ErrRefused)
	synctest.Test(t, authWaits)
}

func authWaits(t *testing.T) {
	c := New(settings(t, "GOPROXY=https://proxy.test", "GOAUTH=x"), Options{}) // nobody comes as far as a connection
	defer c.Close()
	c.room = func(string) (Room, error) { return Room{}, errors.ErrUnsupported }
	runs, hold := 0, make(chan bool)
	c.auth.run = func(ctx context.Context, _, _ string, _ []byte) ([]byte, error) {
		runs++
		<-ctx.Done()
		<-hold // one that does not end with its context
		return nil, ctx.Err()
	}
	end := make(chan error, 3)
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	for i := range 3 {
		go func() {
			_, err := c.Download(ctx, version(i), Downloads{Dir: dir})
			end <- err
		}()
	}
	synctest.Wait()
	if runs != 1 || len(end) != 0 {
		t.Errorf("%d runs, and %d ended", runs, len(end))
	}
	cancel()
	synctest.Wait()
	if len(end) != 2 { // who waits for the turn goes while it is taken
		t.Errorf("%d went", len(end))
	}
	close(hold)
	for range 3 {
		if err := <-end; !errors.Is(err, ErrStopped) {
			t.Error(err)
		}
	}
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
}

// The real thing: a program in PATH, run by scan/gocmd.
func TestGoAuthProgram(t *testing.T) {
	if os.PathSeparator != '/' {
		return // a script is no program there; the rest is tested in scan/gocmd
	}
	data := zipLike(5000, 1)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ok" {
			w.WriteHeader(404)
			return
		}
		w.Write(data)
	}))
	defer s.Close()
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"$1\"\necho\necho 'Authorization: Bearer ok'\necho\n"
	if err := os.WriteFile(filepath.Join(bin, "login"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	c := authed(t, s, "login "+s.URL, nil, "PATH="+bin+":/bin:/usr/bin")
	c.auth.run = newGoauth(c.settings).run
	p, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	same(t, p, data)
}
