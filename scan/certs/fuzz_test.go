package certs

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzFile: of a file of certificates no more are counted than it begins, no more have expired than there are, and where one is
// good a pool of crypto/x509 takes something of it too.
func FuzzFile(f *testing.F) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	good := root(f, now.Add(time.Hour))
	old := root(f, now.Add(-time.Hour))
	f.Add([]byte(good))
	f.Add([]byte(old + "x\n" + good))
	f.Add([]byte(strings.Replace(good, "CERTIFICATE", "PRIVATE KEY", 2)))
	f.Add([]byte(good[:100]))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nA: b\n\nAAAA\n-----END CERTIFICATE-----\n"))
	dir := f.TempDir()
	file := filepath.Join(dir, "a.pem")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		n, expired, err := inFile(file, now)
		if err != nil || expired > n || n-expired > 1 || n > bytes.Count(data, []byte("-----BEGIN")) {
			t.Fatalf("%d certificates, %d expired, %v", n, expired, err)
		}
		if ok := x509.NewCertPool().AppendCertsFromPEM(data); ok != (n > 0) {
			t.Fatalf("%d certificates, and crypto/x509 says %v", n, ok)
		}
		named := Look(Input{GOOS: "linux", Now: now, Files: []string{file}, Dirs: []string{dir}, Getenv: func(string) string { return "" }})
		if n > 0 && !named.Any {
			t.Fatalf("%d certificates, and %+v", n, named)
		}
	})
}
