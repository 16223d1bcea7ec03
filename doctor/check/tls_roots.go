package check

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/certs"
)

var tlsRoots = &Check{
	ID:       "tls-roots",
	Title:    "the root certificates are not where they are looked for",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C72"},
	Says: []string{
		"tls: failed to verify certificate: x509: certificate signed by unknown authority",
	},
	Help: Help{
		Why: "Over https go believes a server whose certificate goes back to a root that this machine has. On Linux and the BSDs those are " +
			"files: the system's bundle (package ca-certificates, which small images lack), or what SSL_CERT_FILE and SSL_CERT_DIR " +
			"name instead. A company whose firewall opens https has a root of its own, which has to be among them.",
		Look: "echo $SSL_CERT_FILE $SSL_CERT_DIR, and ls -l of what they name. 'godoctor proxy' shows who signed what a server presents.",
		Do: "Install ca-certificates, or correct the variable. The root of a company belongs into the system's bundle (update-ca-certificates, " +
			"update-ca-trust). GOINSECURE is no answer: then anybody on the way may change what you build.",
		See: []string{"https://pkg.go.dev/crypto/x509#SystemCertPool"},
	},
	Run: func(p *Pass) {
		found := certs.Look(certs.Input{GOOS: p.System.GOOS, Getenv: p.Getenv, Now: p.Now})
		if !found.Known {
			return
		}
		severity := finding.Warning
		if !found.Any && overHTTPS(p.proxies()) {
			severity = finding.Error
		}
		bad := 0
		for _, x := range found.Named {
			if why := certsFault(x); why != "" {
				bad++
				detail := fmt.Sprintf("%s is %s: %s", x.Variable, x.Path, why)
				severity := severity
				if found.Any {
					detail += "; go takes its roots from " + found.From + " and says nothing"
				}
				if found.Any && x.Variable == "SSL_CERT_DIR" {
					severity = finding.Note // one of several, as openssl's own defaults have it
				}
				p.ReportAs(severity, finding.Finding{Target: finding.Target{Path: x.Variable + "=" + x.Path}, Detail: detail,
					Fixes: []finding.Fix{{ID: FixEnvironment, Title: "correct " + x.Variable + ", or take it away, where the environment is made"}}})
			}
		}
		if bad == 0 && !found.Any && overHTTPS(p.proxies()) {
			p.Report(finding.Finding{Target: finding.Target{Path: "root certificates"}, Title: "there are no root certificates",
				Detail: "none of the places where Go looks for them on this system has any",
				Fixes:  []finding.Fix{{ID: "install-certificates", Title: "install the package ca-certificates"}}})
		}
	},
}

// certsFault says what is wrong with a place; "" for nothing. An empty directory beside a good file is nothing.
func certsFault(x certs.Place) string {
	switch {
	case x.Err != nil:
		return "it cannot be read: " + withoutName(x.Err)
	case x.Certs == 0 && x.Variable == "SSL_CERT_FILE":
		return "it holds no certificate"
	case x.Certs > 0 && x.Expired == x.Certs:
		return "every certificate in it has expired"
	}
	return ""
}

// overHTTPS reports whether go would ask somebody over https.
func overHTTPS(s fetch.Settings) bool {
	if s.End == fetch.Direct {
		return true
	}
	for _, x := range s.Proxies {
		if strings.HasPrefix(x.String(), "https:") {
			return true
		}
	}
	return false
}

// withoutName is what is wrong with a file, without its name, which stands beside it.
func withoutName(err error) string {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}
