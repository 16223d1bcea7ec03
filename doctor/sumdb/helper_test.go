package sumdb

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/fetch"
	"godoctor/scan/goenv"
)

// dbName is the name of the databases of the tests.
const dbName = "sums.invalid"

// A testLog is a checksum database: a log that only grows, and the key that signs it.
type testLog struct {
	t              testing.TB
	verifier, skey string
	records        [][]byte
	ids            map[module.Version]int64
	hashes         []tlog.Hash
}

// newLog makes an empty log. Logs with the same seed have the same key.
func newLog(t testing.TB, seed string) *testLog {
	t.Helper()
	sum := sha256.Sum256([]byte(seed))
	skey, vkey, err := note.GenerateKey(bytes.NewReader(sum[:]), dbName)
	check(t, err)
	return &testLog{t: t, verifier: vkey, skey: skey, ids: map[module.Version]int64{}}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ReadHashes makes it the store of its own hashes.
func (l *testLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		list[i] = l.hashes[x]
	}
	return list, nil
}

// add appends a record with any text.
func (l *testLog) add(m module.Version, text string) {
	l.t.Helper()
	id := int64(len(l.records))
	hashes, err := tlog.StoredHashes(id, []byte(text), l)
	check(l.t, err)
	l.hashes = append(l.hashes, hashes...)
	l.records = append(l.records, []byte(text))
	l.ids[m] = id
}

// grow appends true records until there are n.
func (l *testLog) grow(n int) *testLog {
	for len(l.records) < n {
		m := nth(len(l.records))
		l.add(m, lines(m, "true"))
	}
	return l
}

// nth is the module version of record number i of a log that grew by itself.
func nth(i int) module.Version {
	return module.Version{Path: fmt.Sprintf("example.com/Mod%d", i), Version: "v1.0.0"}
}

// h1 is a hash that hangs on its arguments.
func h1(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "h1:" + tlog.Hash(sum).String()
}

// lines are the two lines of a record.
func lines(m module.Version, salt string) string {
	return fmt.Sprintf("%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, h1(m.Path, m.Version, salt), m.Path, m.Version, h1(m.Path, m.Version, salt, "mod"))
}

// head is the signed head when the log had n records, with more text in it if wanted.
func (l *testLog) head(n int, more ...string) []byte {
	l.t.Helper()
	h, err := tlog.TreeHash(int64(n), l)
	check(l.t, err)
	signer, err := note.NewSigner(l.skey)
	check(l.t, err)
	msg, err := note.Sign(&note.Note{Text: string(tlog.FormatTree(tlog.Tree{N: int64(n), Hash: h})) + strings.Join(more, "")}, signer)
	check(l.t, err)
	return msg
}

// lookup is the answer to a lookup when the log had n records.
func (l *testLog) lookup(m module.Version, n int) []byte {
	l.t.Helper()
	id := l.ids[m]
	msg, err := tlog.FormatRecord(id, l.records[id])
	check(l.t, err)
	return append(msg, l.head(n)...)
}

// tile is the content of a tile.
func (l *testLog) tile(t tlog.Tile) []byte {
	data, err := tlog.ReadTileData(t, l)
	check(l.t, err)
	return data
}

// remote answers as the server does whose log has n records; nil is 404.
func (l *testLog) remote(path string, n int) []byte {
	if t, err := tlog.ParseTilePath(strings.TrimPrefix(path, "/")); err == nil {
		if (t.N<<tileHeight+int64(t.W))<<(tileHeight*t.L) > int64(n) {
			return nil
		}
		return l.tile(t)
	}
	m, err := unescape(strings.TrimPrefix(path, "/lookup/"))
	if id, ok := l.ids[m]; err != nil || !ok || id >= int64(n) {
		return nil
	}
	return l.lookup(m, n)
}

// A place is a machine with a log: a module cache, a GOPATH and a server that relays the log.
type place struct {
	t                testing.TB
	log              *testLog
	modCache, gopath string
	url              string

	mu    sync.Mutex
	size  int // of the log, as the server has it
	asked []string
	twist func(path string, data []byte) []byte // what the server does to an answer; nil is 404
	raw   func(w http.ResponseWriter, path string) bool
}

// newPlace makes a machine with a log of n records, and nothing in its caches.
func newPlace(t testing.TB, n int) *place {
	t.Helper()
	dir := t.TempDir()
	p := &place{t: t, log: newLog(t, "true").grow(n), modCache: filepath.Join(dir, "mod"), gopath: filepath.Join(dir, "gopath"), size: n}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.url = s.URL
	return p
}

func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.URL.Path)
	path, ok := strings.CutPrefix(r.URL.Path, "/sumdb/"+dbName)
	if path == "/supported" && ok {
		return
	}
	if p.raw != nil && p.raw(w, path) {
		return
	}
	data := p.log.remote(path, p.size)
	if p.twist != nil {
		data = p.twist(path, data)
	}
	if data == nil || !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Write(data)
}

// requests are the paths that the server was asked for since the last call.
func (p *place) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// open opens the database of the machine.
func (p *place) open(o Options, vars ...string) *DB {
	p.t.Helper()
	environ := append(vars, "GOENV=off", "HOME="+p.gopath, "GOPROXY="+p.url, "GOSUMDB="+p.log.verifier)
	env := goenv.Load(goenv.Input{Environ: environ})
	client := fetch.New(fetch.SettingsOf(env, environ), fetch.Options{})
	p.t.Cleanup(client.Close)
	db, err := Open(SettingsOf(env), p.modCache, p.gopath, client, o)
	check(p.t, err)
	return db
}

// The files of the machine.
func (p *place) latest() string { return filepath.Join(p.gopath, "pkg", "sumdb", dbName, "latest") }
func (p *place) tileFile(t tlog.Tile) string {
	return filepath.Join(p.modCache, "cache", "download", "sumdb", dbName, filepath.FromSlash(t.Path()))
}
func (p *place) lookupFile(m module.Version) string {
	path, _ := module.EscapePath(m.Path)
	return filepath.Join(p.modCache, "cache", "download", "sumdb", dbName, "lookup", filepath.FromSlash(path+"@"+m.Version))
}

// put writes a file that was not written just now, so that nobody waits for more of it.
func put(t testing.TB, file string, data []byte) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(file), 0o777))
	check(t, os.WriteFile(file, data, 0o666))
	check(t, os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)))
}

// change rewrites a file.
func change(t testing.TB, file string, f func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	check(t, err)
	put(t, file, f(bytes.Clone(data)))
}

// cache leaves what the go command leaves when it looks these up in a log with n records.
func (p *place) cache(n int, mods ...module.Version) {
	p.t.Helper()
	c := sumdb.NewClient(&goClient{p: p, n: n})
	for _, m := range mods {
		if _, err := c.Lookup(m.Path, m.Version); err != nil {
			p.t.Fatal(err)
		}
	}
}

// goClient does what modfetch's dbClient does.
type goClient struct {
	p *place
	n int
}

func (c *goClient) file(name string) string {
	return filepath.Join(c.p.modCache, "cache", "download", "sumdb", filepath.FromSlash(name))
}
func (c *goClient) ReadRemote(path string) ([]byte, error) {
	if data := c.p.log.remote(path, c.n); data != nil {
		return data, nil
	}
	return nil, errors.New("not found: " + path)
}
func (c *goClient) ReadConfig(name string) ([]byte, error) {
	if name == "key" {
		return []byte(c.p.log.verifier), nil
	}
	data, err := os.ReadFile(c.p.latest())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
func (c *goClient) WriteConfig(_ string, _, new []byte) error {
	put(c.p.t, c.p.latest(), new)
	return nil
}
func (c *goClient) ReadCache(name string) ([]byte, error) { return os.ReadFile(c.file(name)) }
func (c *goClient) WriteCache(name string, data []byte)   { put(c.p.t, c.file(name), data) }
func (c *goClient) Log(string)                            {}
func (c *goClient) SecurityError(msg string)              { c.p.t.Fatal(msg) }

// treeSum is a digest of everything below the caches of a machine: names and contents.
func (p *place) treeSum() string {
	p.t.Helper()
	sum := sha256.New()
	for _, root := range []string{p.modCache, p.gopath} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			fmt.Fprintf(sum, "%s\n", name)
			if err == nil && d.Type().IsRegular() {
				data, err := os.ReadFile(name)
				fmt.Fprintf(sum, "%d %v %s\n", len(data), err, data)
			}
			return err
		})
		check(p.t, err)
	}
	return string(sum.Sum(nil))
}

// want checks the kind of an error and gives it.
func want(t testing.TB, err, kind error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got %v; want one that is %q", err, kind)
	}
	return e
}

// wantRecord checks that a lookup gives the true record.
func wantRecord(t testing.TB, db *DB, m module.Version) Record {
	t.Helper()
	r, err := db.Lookup(t.Context(), m.Path, m.Version)
	check(t, err)
	if r.Module != m || r.Zip != h1(m.Path, m.Version, "true") || r.GoMod != h1(m.Path, m.Version, "true", "mod") {
		t.Fatalf("%v: got %+v", m, r)
	}
	return r
}
