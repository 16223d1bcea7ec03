// Package certs tells where programs written in Go take their root certificates from on this machine, and whether
// there are any.
//
// The rules are those of crypto/x509 (root_unix.go): the first file that can be read, SSL_CERT_FILE instead of all of them,
// and all directories, SSL_CERT_DIR instead of them. On Windows and macOS the system verifies, and both variables are not
// heard: there Known is false.
package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"strings"
	"time"

	"godoctor/scan/regular"
)

const (
	fileMax    = 16 << 20
	entriesMax = 2000 // of a directory
)

// Files and dirs of the system (crypto/x509: root_linux.go, root_bsd.go).
var (
	linuxFiles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"}
	linuxDirs = []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
	bsdFiles  = []string{"/usr/local/etc/ssl/cert.pem", "/etc/ssl/cert.pem", "/usr/local/share/certs/ca-root-nss.crt", "/etc/openssl/certs/ca-certificates.crt"}
	bsdDirs   = []string{"/etc/ssl/certs", "/usr/local/share/certs", "/etc/openssl/certs"}
)

// An Input is the machine that is looked at. Files and Dirs stand for those of the system; nil: the system's.
type Input struct {
	GOOS        string
	Getenv      func(string) string
	Now         time.Time
	Files, Dirs []string
}

// A Place is a file or a directory that a variable names.
type Place struct {
	Variable string // SSL_CERT_FILE or SSL_CERT_DIR
	Path     string
	Err      error // why it could not be read
	Certs    int   // certificates in it, up to the first that is good; of a directory up to the first few
	Expired  int   // of those, of a file
}

// A Found is what there is.
type Found struct {
	Known bool    // this system takes roots from files
	Named []Place // what the variables name, in their order
	Any   bool    // there is a root certificate at all
	From  string  // the first place that has one
}

// Look looks.
func Look(in Input) Found {
	files, dirs := linuxFiles, linuxDirs
	switch in.GOOS {
	case "linux":
	case "freebsd", "netbsd", "openbsd", "dragonfly":
		files, dirs = bsdFiles, bsdDirs
	default:
		return Found{}
	}
	if in.Files != nil || in.Dirs != nil {
		files, dirs = in.Files, in.Dirs
	}
	f := Found{Known: true}
	if named := in.Getenv("SSL_CERT_FILE"); named != "" {
		files = []string{named}
		p := Place{Variable: "SSL_CERT_FILE", Path: named}
		p.Certs, p.Expired, p.Err = inFile(named, in.Now)
		f.Named = append(f.Named, p)
	}
	if named := in.Getenv("SSL_CERT_DIR"); named != "" {
		dirs = strings.Split(named, ":")
		for _, dir := range dirs[:min(len(dirs), 20)] {
			p := Place{Variable: "SSL_CERT_DIR", Path: dir}
			p.Certs, p.Err = inDir(dir)
			f.Named = append(f.Named, p)
		}
	}
	for _, file := range files {
		n, _, err := inFile(file, in.Now)
		if n > 0 {
			f.Any, f.From = true, file
		}
		if err == nil {
			break
		}
	}
	for _, dir := range dirs[:min(len(dirs), 20)] {
		if f.Any {
			break
		}
		if n, _ := inDir(dir); n > 0 {
			f.Any, f.From = true, dir
		}
	}
	return f
}

// inFile counts the certificates of a file, and those that have expired, up to the first that has not: to parse all takes
// tens of milliseconds.
func inFile(file string, now time.Time) (n, expired int, err error) {
	data, err := regular.ReadFile(file, fileMax)
	if err != nil {
		return 0, 0, err
	}
	for len(data) > 0 {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue
		}
		n++
		if !now.After(c.NotAfter) {
			break
		}
		expired++
	}
	return n, expired, nil
}

var begin = []byte("-----BEGIN CERTIFICATE-----")

// inDir counts the files with certificates of a directory, up to the first few: nobody asks for all.
func inDir(dir string) (n int, err error) {
	d, err := regular.OpenDir(dir)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	entries, err := d.ReadDir(entriesMax)
	if len(entries) == 0 {
		if fi, serr := d.Stat(); serr == nil && fi.IsDir() {
			return 0, nil // it is empty
		}
		return 0, err
	}
	for _, e := range entries {
		data, err := regular.ReadFile(filepath.Join(dir, e.Name()), 1<<20)
		if err == nil && bytes.Contains(data, begin) {
			if n++; n == 3 {
				break
			}
		}
	}
	return n, nil
}
