package sumdb

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
)

// An oracle is a made-up machine on which the go command itself decides.
type oracle struct {
	*cachetest.Machine
	t *testing.T
	m cachetest.Module
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	check(t, err)
	t.Cleanup(func() { check(t, m.RemoveAll()) })
	o := &oracle{m, t, cachetest.Module{Path: "example.com/Upper", Version: "v1.2.0", Files: map[string]string{"a.go": "package a\n"}}}
	check(t, m.Publish(o.m, cachetest.Module{Path: "example.com/other", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}))
	return o
}

// goAccepts has go download a module version with the checksum database on.
func (o *oracle) goAccepts(m module.Version, vars ...string) bool {
	o.t.Helper()
	cmd := exec.CommandContext(o.t.Context(), "go", "mod", "download", "-modcacherw", m.String())
	cmd.Dir = o.Tmp
	cmd.Env = append(o.Environ(), vars...)
	out, err := cmd.CombinedOutput()
	o.t.Logf("go: %v %s", err, out)
	return err == nil
}

// accepts looks it up and compares the record with the hashes of what the proxy has.
func (o *oracle) accepts(m module.Version, vars ...string) bool {
	o.t.Helper()
	vars = append(vars, "GOENV=off", "GOPROXY="+o.GOPROXY)
	env := goenv.Load(goenv.Input{Environ: vars})
	client := fetch.New(fetch.SettingsOf(env, vars), fetch.Options{})
	defer client.Close()
	db, err := Open(SettingsOf(env), o.GOMODCACHE, o.GOPATH, client, Options{Online: true})
	check(o.t, err)
	r, err := db.Lookup(o.t.Context(), m.Path, m.Version)
	o.t.Logf("godoctor: %v", err)
	sum, _ := o.m.Sum()
	mod, _ := o.m.GoModSum()
	return err == nil && r.Zip == sum && r.GoMod == mod
}

// TestDifferential has a relay that does this and that, and compares whom the go command believes.
func TestDifferential(t *testing.T) {
	edit := func(part string, f func([]byte) []byte) func(*cachetest.Proxy) {
		return func(p *cachetest.Proxy) {
			p.Hook(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "/sumdb/") || !strings.Contains(r.URL.Path, part) {
					return false
				}
				rec := &recorder{}
				p.Hook(nil) // the answer of the true one
				p.ServeHTTP(rec, r)
				edit := f(rec.body.Bytes())
				if edit == nil {
					w.WriteHeader(http.StatusNotFound)
				}
				w.Write(edit)
				return true
			})
		}
	}
	for _, test := range []struct {
		name string
		do   func(*cachetest.Proxy)
		ok   bool
	}{
		{"true", func(*cachetest.Proxy) {}, true},
		{"hash", edit("/lookup/", func(b []byte) []byte { return bytes.Replace(b, []byte("h1:"), []byte("h1:A"), 1) }), false},
		{"record of another", edit("/lookup/", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("Upper"), []byte("upper")) }), false},
		{"signature", edit("/lookup/", func(b []byte) []byte { b[len(b)-9] ^= 1; return b }), false},
		{"cut", edit("/lookup/", func(b []byte) []byte { return b[:len(b)/2] }), false},
		{"portal", edit("/lookup/", func([]byte) []byte { return []byte("<html>") }), false},
		{"no record", edit("/lookup/", func([]byte) []byte { return nil }), false},
		{"tile", edit("/tile/", func(b []byte) []byte { b[3] ^= 1; return b }), false},
		{"tile cut", edit("/tile/", func(b []byte) []byte { return b[:len(b)-1] }), false},
		{"page for the question", edit("/supported", func([]byte) []byte { return []byte("<html>") }), true},
		{"refused", func(p *cachetest.Proxy) { p.Misbehave("*/supported", cachetest.Fault{Status: 403}) }, false},
		{"failing", func(p *cachetest.Proxy) { p.Misbehave("*/supported", cachetest.Fault{Status: 500}) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			sumdb := "GOSUMDB=" + cachetest.SumDBKey()
			var got [2]bool
			for i, ask := range []func(*oracle, module.Version, ...string) bool{(*oracle).accepts, (*oracle).goAccepts} {
				o := newOracle(t)
				p, err := o.Serve()
				check(t, err)
				test.do(p)
				got[i] = ask(o, o.m.ID(), sumdb)
				check(t, p.Close())
			}
			if got[0] != test.ok || got[1] != test.ok {
				t.Errorf("godoctor accepts %v, go accepts %v; want %v", got[0], got[1], test.ok)
			}
		})
	}
}

// TestDifferentialCached damages what go has left of the database, and compares who believes it without the network.
func TestDifferentialCached(t *testing.T) {
	sums := func(name ...string) func(*oracle) string {
		return func(o *oracle) string {
			return filepath.Join(append([]string{o.GOMODCACHE, "cache", "download", "sumdb", cachetest.SumDBName}, name...)...)
		}
	}
	lookup, tile := sums("lookup", "example.com", "!upper@v1.2.0"), sums("tile", "8", "0", "000.p", "1")
	latest := func(o *oracle) string { return filepath.Join(o.GOPATH, "pkg", "sumdb", cachetest.SumDBName, "latest") }
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	garbage := func([]byte) []byte { return []byte("garbage") }
	empty := func([]byte) []byte { return nil }
	keep := func(b []byte) []byte { return b }
	for _, test := range []struct {
		name   string
		file   func(*oracle) string
		change func([]byte) []byte
		ok     bool
	}{
		{"true", lookup, keep, true},
		{"no latest", latest, empty, true},
		{"lookup text", lookup, flip(30), false},
		{"lookup signature", lookup, flip(-9), false},
		{"lookup garbage", lookup, garbage, false},
		{"lookup empty", lookup, empty, false},
		{"tile", tile, flip(0), false},
		{"tile cut", tile, func(b []byte) []byte { return b[:9] }, false},
		{"tile empty", tile, empty, false},
		{"latest garbage", latest, garbage, false},
		{"latest signature", latest, flip(-9), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOracle(t)
			check(t, o.Install(o.m)) // the database has only what is known with its zip
			check(t, o.InstallSumDB(o.m))
			check(t, os.RemoveAll(filepath.Join(o.GOMODCACHE, "cache", "download", "example.com")))
			check(t, os.Chmod(o.Dir(o.m), 0o777))
			check(t, os.RemoveAll(o.Dir(o.m)))
			change(t, test.file(o), test.change)
			// GOSUMDB has an address at which nobody listens, so that nobody asks the public one.
			sumdb := "GOSUMDB=" + cachetest.SumDBKey() + " http://127.0.0.1:1"
			ours := o.accepts(o.m.ID(), sumdb)
			if theirs := o.goAccepts(o.m.ID(), sumdb); ours != test.ok || theirs != test.ok {
				t.Errorf("godoctor accepts %v, go accepts %v; want %v", ours, theirs, test.ok)
			}
		})
	}
}

// recorder takes the answer of a handler.
type recorder struct{ body bytes.Buffer }

func (r *recorder) Header() http.Header         { return http.Header{} }
func (r *recorder) WriteHeader(int)             {}
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
