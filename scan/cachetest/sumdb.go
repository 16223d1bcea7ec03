package cachetest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
)

// SumDBName is the name of the machine's checksum database. It is the name of the public one, so that
// what it leaves on disk lies where programs look; its key is its own, so nothing mistakes it for
// the public one.
const SumDBName = "sum.golang.org"

// SumDBKey is the database's verifier key: a GOSUMDB of that text trusts it.
func SumDBKey() string {
	verifier, _ := sumDBKeys()
	return verifier
}

// sumDBKeys derives the key pair from a fixed seed: it protects nothing, and equal keys make equal
// trees. It is done when first asked for, because every start of godoctor would pay for it.
var sumDBKeys = sync.OnceValues(func() (verifier, signer string) {
	seed := sha256.Sum256([]byte("cachetest: a key that protects nothing"))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(SumDBName, public)
	if err != nil {
		panic("cachetest: " + err.Error()) // only for a key of another length
	}
	const ed25519Note = 1 // the algorithm byte of a note key
	hash := strings.Split(verifier, "+")[1]
	secret := base64.StdEncoding.EncodeToString(append([]byte{ed25519Note}, seed[:]...))
	return verifier, "PRIVATE+KEY+" + SumDBName + "+" + hash + "+" + secret
})

// sumDB returns a database that knows what the machine has published or installed with its zip.
func (m *Machine) sumDB() *sumdb.TestServer {
	_, signer := sumDBKeys()
	return sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		v := module.Version{Path: path, Version: version}
		r, ok := m.recall(v)
		if !ok || r.sum == "" {
			return nil, fmt.Errorf("%s@%s: %w", path, version, fs.ErrNotExist)
		}
		return []byte(strings.Join(sumLines(v, r), "")), nil
	})
}

// InstallSumDB leaves on disk what the go command keeps of a checksum database that it asked for
// these modules: lookups and tiles below cache/download/sumdb, and the signed tree head in GOPATH.
// All of it verifies under SumDBKey.
func (m *Machine) InstallSumDB(mods ...Module) error {
	ops := &sumClient{m: m, server: sumdb.NewServer(m.sumDB())}
	client := sumdb.NewClient(ops)
	for _, mod := range mods {
		// One after the other: the tree grows by each lookup, and its order is part of its hash.
		if _, err := client.Lookup(mod.Path, mod.Version); err != nil {
			return fmt.Errorf("installing the checksum database entry of %q: %w", mod, err)
		}
	}
	if ops.failed != nil {
		return ops.failed
	}
	latest := filepath.Join(m.GOPATH, "pkg", "sumdb", SumDBName, "latest")
	return m.write(latest, ops.latest, 0o666, time.Time{})
}

// sumClient is what a sumdb.Client sees of the machine. The client reads tiles at the same time.
type sumClient struct {
	m      *Machine
	server http.Handler

	mu     sync.Mutex
	latest []byte
	failed error
}

func (c *sumClient) ReadRemote(path string) ([]byte, error) {
	var w memoryResponse
	c.server.ServeHTTP(&w, &http.Request{Method: "GET", URL: &url.URL{Path: path}, Header: http.Header{}})
	if w.status != 0 && w.status != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(w.body.String()))
	}
	return w.body.Bytes(), nil
}

func (c *sumClient) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(SumDBKey()), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.latest, nil
}

func (c *sumClient) WriteConfig(_ string, old, new []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !bytes.Equal(old, c.latest) {
		return sumdb.ErrWriteConflict
	}
	c.latest = new
	return nil
}

func (c *sumClient) path(file string) string {
	return filepath.Join(c.m.GOMODCACHE, "cache", "download", "sumdb", filepath.FromSlash(file))
}

func (c *sumClient) ReadCache(string) ([]byte, error) { return nil, fs.ErrNotExist }

// WriteCache has no way to report a failure, so the first one is kept for the end.
func (c *sumClient) WriteCache(file string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.m.write(c.path(file), data, 0o666, time.Time{}); err != nil && c.failed == nil {
		c.failed = err
	}
}

func (c *sumClient) Log(string) {}

func (c *sumClient) SecurityError(msg string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = errors.New(msg)
}

// memoryResponse takes the answer of a handler without a connection. net/http/httptest would do, and
// would add a flag to every program that links this package.
type memoryResponse struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *memoryResponse) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

func (w *memoryResponse) WriteHeader(status int)      { w.status = status }
func (w *memoryResponse) Write(b []byte) (int, error) { return w.body.Write(b) }
