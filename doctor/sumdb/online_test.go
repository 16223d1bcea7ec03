package sumdb

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/scan/goenv"
)

func TestOnline(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(500, nth(3))
	before := p.treeSum()
	db := p.open(Options{Online: true})
	if r := wantRecord(t, db, nth(3)); r.Source != Cache {
		t.Errorf("got %+v", r)
	}
	if asked := p.requests(); len(asked) > 0 {
		t.Errorf("a cached record asked for %q", asked)
	}
	if r := wantRecord(t, db, nth(600)); r.Source != Online || r.Head.Tree.N != 700 {
		t.Errorf("got %+v", r)
	}
	asked := p.requests()
	if asked[0] != "/sumdb/"+dbName+"/supported" || asked[1] != "/sumdb/"+dbName+"/lookup/example.com/!mod600@v1.0.0" {
		t.Errorf("asked for %q", asked)
	}
	wantRecord(t, db, nth(600))
	if asked := p.requests(); len(asked) > 0 {
		t.Errorf("the same record again asked for %q", asked)
	}
	if db.Head().Tree.N != 700 {
		t.Errorf("the newest head is %+v", db.Head())
	}
	if p.treeSum() != before {
		t.Error("something was written")
	}
}

func TestFresh(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(700, nth(3))
	db := p.open(Options{Online: true, Fresh: true})
	if r := wantRecord(t, db, nth(3)); r.Source != Online {
		t.Errorf("got %+v", r)
	}
	if asked := p.requests(); !slices.Contains(asked, "/sumdb/"+dbName+"/tile/8/0/000") || len(asked) != 5 {
		t.Errorf("asked for %q", asked)
	}
	// Without the network a fresh look finds nothing, and the head of the machine counts.
	_, err := p.open(Options{Fresh: true}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
	want(t, err, ErrNotCached)
}

func TestLookupAllOnline(t *testing.T) {
	p := newPlace(t, 2000)
	p.cache(900, nth(3), nth(700))
	var versions []module.Version
	for i := range 200 {
		versions = append(versions, nth(i*11%2000))
	}
	versions = append(versions, nth(2005))
	db := p.open(Options{Online: true})
	for _, r := range db.LookupAll(t.Context(), versions, nil) {
		if r.Module == nth(2005) {
			want(t, r.Err, ErrNotFound)
			continue
		}
		check(t, r.Err)
		if r.Record.Zip != h1(r.Module.Path, "v1.0.0", "true") {
			t.Errorf("got %+v", r)
		}
	}
	seen := map[string]bool{}
	for _, path := range p.requests() {
		if seen[path] {
			t.Errorf("%q was asked for twice", path)
		}
		seen[path] = true
	}
}

// TestWhoIsAsked counts the requests for paths that somebody is not to hear of.
func TestWhoIsAsked(t *testing.T) {
	toolchain := module.Version{Path: "golang.org/toolchain", Version: "v0.0.1-go1.27.4.linux-amd64"}
	for _, test := range []struct {
		name  string
		vars  []string
		m     module.Version
		kind  error
		proxy bool // it is asked
	}{
		{"public", nil, nth(3), nil, true},
		{"GONOSUMDB", []string{"GONOSUMDB=example.com"}, nth(3), ErrPrivate, false},
		{"GOPRIVATE", []string{"GOPRIVATE=*.com/Mod3"}, nth(3), ErrPrivate, false},
		{"other GOPRIVATE", []string{"GOPRIVATE=*.com/Mod4"}, nth(3), nil, true},
		{"GONOPROXY", []string{"GONOPROXY=example.com"}, nth(3), ErrUnreachable, false},
		{"not a version", nil, module.Version{Path: "example.com/Mod3", Version: "v1"}, ErrVersion, false},
		{"not a path", nil, module.Version{Path: "../x", Version: "v1.0.0"}, ErrVersion, false},
		{"toolchain", []string{"GONOSUMDB=golang.org"}, toolchain, nil, true},
		{"toolchain private", []string{"GOPRIVATE=golang.org/*"}, toolchain, ErrUnreachable, false},
		{"GOPROXY=off", []string{"GOPROXY=off"}, nth(3), ErrNotCached, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t, 10)
			p.log.add(toolchain, lines(toolchain, "true"))
			p.size++
			p.t = t
			before := p.treeSum()
			db := p.open(Options{Online: true}, test.vars...)
			if test.kind == nil {
				wantRecord(t, db, test.m)
			} else {
				_, err := db.Lookup(t.Context(), test.m.Path, test.m.Version)
				want(t, err, test.kind)
			}
			if n := len(p.requests()); n > 0 != test.proxy {
				t.Errorf("%d requests", n)
			}
			if p.treeSum() != before {
				t.Error("something was written")
			}
		})
	}
}

// TestPrivateCached has a public record of a module that is private here.
func TestPrivateCached(t *testing.T) {
	p := newPlace(t, 10)
	p.cache(10, nth(3))
	_, err := p.open(Options{}, "GOPRIVATE=example.com").Lookup(t.Context(), nth(3).Path, "v1.0.0")
	want(t, err, ErrPrivate)
}

func TestRelays(t *testing.T) {
	status := func(code int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		t.Cleanup(s.Close)
		return s.URL
	}
	p := newPlace(t, 10)
	direct := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(p.log.remote(r.URL.Path, 10))
	}))
	defer direct.Close()
	for _, test := range []struct {
		goproxy string
		gosumdb string
		kind    error
		proxy   bool
	}{
		{p.url, "", nil, true},
		{status(404) + "," + status(410) + "," + p.url + ",off", "", nil, true},
		{status(500) + "|" + p.url, "", nil, true},
		{status(500) + "," + p.url, "", ErrUnreachable, false},
		{status(403) + "," + p.url, "", ErrUnreachable, false},
		{p.url, " " + direct.URL, nil, false},
		{"off", " " + direct.URL, nil, false},
		{status(404), "", ErrUnreachable, false}, // the database itself, which is not there
	} {
		db := p.open(Options{Online: true}, "GOPROXY="+test.goproxy, "GOSUMDB="+p.log.verifier+test.gosumdb)
		if test.kind == nil {
			wantRecord(t, db, nth(3))
		} else {
			_, err := db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
			want(t, err, test.kind)
		}
		if n := len(p.requests()); n > 0 != test.proxy {
			t.Errorf("%q: %d requests of the proxy", test.goproxy, n)
		}
	}
}

func TestSwitchedOff(t *testing.T) {
	p := newPlace(t, 10)
	environ := []string{"GOENV=off", "GOPROXY=" + p.url, "GOSUMDB=" + p.log.verifier}
	env := goenv.Load(goenv.Input{Environ: environ})
	for _, client := range []*fetch.Client{nil, fetch.New(fetch.SettingsOf(env, environ), fetch.Options{Offline: true})} {
		db, err := Open(SettingsOf(env), p.modCache, p.gopath, client, Options{Online: true})
		check(t, err)
		_, err = db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
		want(t, err, ErrNotCached)
	}
	if n := len(p.requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// TestRollback has a server whose log is shorter than the one that this machine has seen. What it says is true; the
// newest head stays what it was.
func TestRollback(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(700, nth(3))
	p.size = 400
	p.twist = func(path string, b []byte) []byte { // its tiles are newer: they come from elsewhere
		if strings.HasPrefix(path, "/tile/") {
			return p.log.remote(path, 700)
		}
		return b
	}
	db := p.open(Options{Online: true})
	if r := wantRecord(t, db, nth(399)); r.Head.Tree.N != 400 {
		t.Errorf("got %+v", r)
	}
	if db.Head().Tree.N != 700 {
		t.Errorf("the newest head is %+v", db.Head())
	}
	_, err := db.Lookup(t.Context(), nth(500).Path, "v1.0.0")
	want(t, err, ErrNotFound)

	p.twist = nil // nor has it tiles that show that its head agrees with ours
	_, err = p.open(Options{Online: true}).Lookup(t.Context(), nth(398).Path, "v1.0.0")
	want(t, err, ErrUnreachable)
}

func TestErrorText(t *testing.T) {
	p := newPlace(t, 10)
	_, err := p.open(Options{Online: true}).Lookup(t.Context(), "example.com/none", "v1.0.0")
	if s := fmt.Sprint(err); !strings.Contains(s, `looking up "example.com/none@v1.0.0": the checksum database has no such record`) || strings.Contains(s, "\n") {
		t.Error(s)
	}
}
