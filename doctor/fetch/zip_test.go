package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// empty fails the test if anything is in a directory.
func empty(t *testing.T, dir string) {
	t.Helper()
	if list, err := os.ReadDir(dir); err != nil || len(list) > 0 {
		t.Errorf("left in %s: %v %v", dir, list, err)
	}
}

// A zip comes as it was published, over a network and from a file, for this user only, and goes without a trace.
func TestZip(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.RemoveAll() })
	mod := cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
	want, err := mod.Zip()
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
		dir := t.TempDir()
		progress := new(meter.Meter)
		z, err := client(t, list).Zip(t.Context(), mod.ID(), dir, progress)
		if err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		got, err := os.ReadFile(z.Path)
		if err != nil || !bytes.Equal(got, want) || z.Bytes != int64(len(want)) || progress.Sample().Bytes != z.Bytes || z.Proxy == "" {
			t.Errorf("%s: %d bytes of %d, %+v, %v", list, len(got), len(want), z, err)
		}
		if fi, err := os.Stat(filepath.Dir(z.Path)); err != nil || os.PathSeparator == '/' && fi.Mode().Perm() != 0o700 {
			t.Errorf("%v %v", fi.Mode(), err)
		}
		if err := z.Remove(); err != nil {
			t.Error(err)
		}
		empty(t, dir)
	}
}

// Of a zip that does not come nothing stays, whatever was the matter.
func TestNoZip(t *testing.T) {
	away := serve(t, forbidden(t))
	for name, c := range map[string]struct {
		list string
		h    http.HandlerFunc
		vars []string
		kind error
	}{
		"not there":     {h: say(404, "no"), kind: ErrNotFound},
		"broken server": {h: say(500, "no"), kind: ErrStatus},
		"offline":       {list: "off", kind: ErrOffline},
		"direct":        {list: "direct", kind: ErrDirect},
		"private":       {list: away, vars: []string{"GOPRIVATE=example.invalid"}, kind: ErrPrivate},
		"no such file":  {list: fileURL(t.TempDir()), kind: ErrNotFound},
		"packed":        {h: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "gzip") }, kind: ErrAnswer},
		"leads to a file": {h: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		}, kind: ErrRedirect},
		"too large":         {h: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", fmt.Sprint(MaxZip+1)) }, kind: ErrTooLarge},
		"leads in a circle": {h: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, kind: ErrRedirect},
		"cut": {h: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			w.Write(make([]byte, 1000))
		}, kind: ErrNetwork},
		"password over http": {list: strings.Replace(away, "://", "://u:secret@", 1), kind: ErrSettings},
	} {
		t.Run(name, func(t *testing.T) {
			if c.h != nil {
				c.list = serve(t, c.h)
			}
			dir := t.TempDir()
			z, err := client(t, c.list, c.vars...).Zip(t.Context(), example, dir, nil)
			wantKind(t, err, c.kind, "secret")
			if z != nil {
				t.Errorf("%+v", z)
			}
			empty(t, dir)
		})
	}
	if _, err := client(t, away).Zip(t.Context(), module.Version{Path: "example.invalid/../x", Version: "v1.0.0"}, t.TempDir(), nil); !errors.Is(err, ErrSettings) {
		t.Error(err)
	}
}

// Who sends nothing, or whose caller goes away, holds nobody.
func TestZipStops(t *testing.T) {
	stuck := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100000")
		w.Write(make([]byte, 10))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	c := New(settings(t, "GOPROXY="+serve(t, stuck)), Options{Timeouts: Timeouts{Stall: 50 * time.Millisecond}})
	defer c.Close()
	dir := t.TempDir()
	_, err := c.Zip(t.Context(), example, dir, nil)
	wantKind(t, err, ErrTimeout)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = client(t, serve(t, stuck)).Zip(ctx, example, dir, nil)
	wantKind(t, err, ErrStopped)
	empty(t, dir)
}

// What a run left that was killed goes with a later one, what another one is at work on does not.
func TestZipSweep(t *testing.T) {
	dir := t.TempDir()
	old, young, other := filepath.Join(dir, zipPrefix+"1"), filepath.Join(dir, zipPrefix+"2"), filepath.Join(dir, "index")
	for _, d := range []string{old, young, other} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-zipOld - time.Hour)
	for _, d := range []string{old, other} {
		if err := os.Chtimes(d, then, then); err != nil {
			t.Fatal(err)
		}
	}
	client(t, "off").Zip(t.Context(), example, dir, nil) // asks nobody, and leaves all as it is
	client(t, serve(t, say(404, "no"))).Zip(t.Context(), example, dir, nil)
	_, gone := os.Stat(old)
	_, err1 := os.Stat(young)
	_, err2 := os.Stat(other)
	if !os.IsNotExist(gone) || err1 != nil || err2 != nil {
		t.Errorf("%v %v %v", gone, err1, err2)
	}
}
