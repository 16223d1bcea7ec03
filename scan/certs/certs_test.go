package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// root makes a certificate that ends at a time.
func root(t testing.TB, ends time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: ends.Add(-48 * time.Hour), NotAfter: ends, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestLook(t *testing.T) {
	now := time.Now()
	good, old := root(t, now.Add(time.Hour)), root(t, now.Add(-time.Hour))
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	bundle, corp, expired, empty := write("bundle", good+good), write("corp", "# CA\n"+good), write("old", old), write("empty", "")
	nothing := filepath.Join(dir, "nothing")
	certs := filepath.Dir(write("certs/a.pem", good))
	hollow := filepath.Dir(write("hollow/readme", "no certificate"))
	for _, c := range []struct {
		name         string
		file, dirs   string
		sysFiles     []string
		sysDirs      []string
		any          bool
		from         string
		named        int
		certs, ended int // of the first that is named
		err          bool
	}{
		{name: "system", sysFiles: []string{nothing, bundle}, any: true, from: bundle},
		{name: "a system's empty file hides the next", sysFiles: []string{empty, bundle}},
		{name: "system directory", sysFiles: []string{nothing}, sysDirs: []string{nothing, certs}, any: true, from: certs},
		{name: "no certificates", sysFiles: []string{nothing}, sysDirs: []string{hollow}},
		{name: "corporate", file: corp, sysFiles: []string{bundle}, any: true, from: corp, named: 1, certs: 1},
		{name: "missing, directories", file: nothing, sysFiles: []string{bundle}, sysDirs: []string{certs}, any: true, from: certs, named: 1, err: true},
		{name: "missing", file: nothing, sysFiles: []string{bundle}, named: 1, err: true},
		{name: "empty", file: empty, sysFiles: []string{bundle}, named: 1},
		{name: "expired", file: expired, sysFiles: []string{bundle}, any: true, from: expired, named: 1, certs: 1, ended: 1},
		{name: "directories", dirs: certs + ":" + nothing, sysFiles: []string{nothing}, sysDirs: []string{hollow}, any: true, from: certs, named: 2, certs: 1},
		{name: "a file for a directory", dirs: empty, sysFiles: []string{nothing}, named: 1, err: true},
	} {
		f := Look(Input{GOOS: "linux", Now: now, Files: c.sysFiles, Dirs: append([]string{}, c.sysDirs...), Getenv: func(key string) string {
			return map[string]string{"SSL_CERT_FILE": c.file, "SSL_CERT_DIR": c.dirs}[key]
		}})
		if !f.Known || f.Any != c.any || f.From != c.from || len(f.Named) != c.named {
			t.Errorf("%s: %+v", c.name, f)
			continue
		}
		if c.named > 0 && (f.Named[0].Certs != c.certs || f.Named[0].Expired != c.ended || (f.Named[0].Err != nil) != c.err) {
			t.Errorf("%s: %+v", c.name, f.Named[0])
		}
	}
	for goos, known := range map[string]bool{"windows": false, "darwin": false, "freebsd": true} {
		if f := Look(Input{GOOS: goos, Getenv: func(string) string { return "" }}); f.Known != known {
			t.Errorf("%s: %+v", goos, f)
		}
	}
}
