package check

import (
	"net/url"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

// The checks that 'godoctor proxy' looks for: they take asking, and have no Run.

var proxyDown = &Check{
	ID:       "proxy-down",
	Title:    "an entry of GOPROXY does not answer as go needs it",
	Severity: finding.Error,
	Cost:     Network,
	Covers:   []string{"C66", "C72"},
	Says: []string{
		"dial tcp: lookup …: no such host",
		"reading …: 502 Bad Gateway",
		"reading …: 503 Service Unavailable",
		"reading …: 401 Unauthorized",
		"invalid character '<' looking for beginning of value",
		"remote error: tls: protocol version not supported",
		"x509: certificate is valid for …, not …",
	},
	Help: Help{
		Why: "go asks the entries of GOPROXY one after the other. Behind \",\" it goes on only after 404 and 410, so an entry that is down, " +
			"refuses, or is a login page of the network ends every download.",
		Look: "'godoctor proxy' asks each entry for one public module, as go would, and says where it fails: name, connection, certificate, " +
			"status, or what the answer is.",
		Do:  "Mend what it names, or change GOPROXY: another entry, or \"|\" where the next one is to stand in.",
		See: []string{"https://go.dev/ref/mod#goproxy-protocol"},
	},
}

var sumdbDown = &Check{
	ID:       "sumdb-down",
	Title:    "the checksum database cannot be asked",
	Severity: finding.Error,
	Cost:     Network,
	Covers:   []string{"C71"},
	Says: []string{
		"verifying …: Get …/lookup/…: dial tcp …: connect: connection refused",
		"verifying …: reading …/lookup/…: 502 Bad Gateway",
	},
	Help: Help{
		Why: "go checks each new line of go.sum with the checksum database: through the first proxy that relays it, else directly. Where " +
			"neither works, no module can be added that is not in go.sum yet.",
		Look: "'godoctor proxy' asks each proxy for /sumdb/NAME/supported, and the database for its signed tree head.",
		Do:   "Use a proxy that relays it, or let the network through. GOSUMDB=off takes the check away for everything.",
		See:  []string{"https://go.dev/ref/mod#checksum-database"},
	},
}

var proxyIntercepted = &Check{
	ID:       "proxy-intercepted",
	Title:    "somebody in between opens the https connections",
	Severity: finding.Warning,
	Cost:     Network,
	Covers:   []string{"C72"},
	Help: Help{
		Why: "The certificates of public servers stand in public logs and carry the proof of it (RFC 6962). One that does not was issued by a root of " +
			"somebody's own, who reads and may change what passes: a company's firewall, an antivirus program. go.sum and the checksum " +
			"database notice changed modules; names of private modules and logins are seen.",
		Look: "'godoctor proxy' says who issued the certificate. It can only tell this of hosts that Go was delivered with.",
		Do:   "Ask those who run the network. Where that is known and meant, nothing is to be done.",
		See:  []string{"https://www.rfc-editor.org/rfc/rfc6962"},
	},
}

var certificateEnds = &Check{
	ID:       "certificate-ends",
	Title:    "a certificate ends within two weeks",
	Severity: finding.Note,
	Cost:     Network,
	Covers:   []string{"C72"},
	Help: Help{
		Why:  "When the certificate of a proxy ends, go fails with \"certificate has expired or is not yet valid\".",
		Look: "'godoctor proxy -v' shows until when each is good.",
		Do:   "Tell who runs the proxy. Many renew a few days before the end by themselves.",
	},
}

var clockDiffers = &Check{
	ID:       "clock-differs",
	Title:    "the clock differs from those of the servers",
	Severity: finding.Warning,
	Cost:     Network,
	Covers:   []string{"C72"},
	Help: Help{
		Why:  "Certificates and tokens are good for a time, by the clock of this machine. One that is wrong makes https fail.",
		Look: "date -u, and the line Date of any server's answer.",
		Do:   "Set the clock: timedatectl set-ntp true, or whatever keeps it here.",
	},
}

var proxyNoResume = &Check{
	ID:       "proxy-no-resume",
	Title:    "downloads from the first proxy cannot go on where they broke off",
	Severity: finding.Note,
	Cost:     Network,
	Covers:   []string{"C66"},
	Help: Help{
		Why:  "godoctor goes on with a download that was broken off, if the server gives parts of a file (Range). go itself always begins anew.",
		Look: "curl -r 0-99 -sI of a zip: status 206 means that it does.",
		Do:   "Nothing has to be done; on a bad line a proxy that gives parts spares time.",
	},
}

var proxyFaster = &Check{
	ID:       "proxy-faster",
	Title:    "another proxy is faster",
	Severity: finding.Note,
	Cost:     Network,
	Covers:   []string{"C66"},
	Help: Help{
		Why: "One of the addresses that were given to 'godoctor proxy', or that stand as mirrors in the configuration, brought more bytes a " +
			"second than the first entry of GOPROXY that works, or answered in less time.",
		Look: "'godoctor proxy URL...', more than once: a line is not equally fast at all times.",
		Do: "Put it before the others, with \"|\", so that they stand in for it. Whoever runs it learns which modules you use; what it sends " +
			"is checked against go.sum and the checksum database all the same.",
		See: []string{"https://go.dev/ref/mod#environment-variables"},
	},
}

// publicDatabases are the hosts in the GOSUMDB that this Go was delivered with.
func publicDatabases(env *goenv.Env) (hosts []string) {
	s, _ := env.Lookup("GOSUMDB")
	for _, o := range append(s.Overrides, goenv.Source{Origin: s.Origin, Value: s.Value}) {
		if f := strings.Fields(o.Value); o.Origin == goenv.OriginGoroot && len(f) == 1 {
			if u, err := url.Parse("https://" + f[0]); err == nil {
				hosts = append(hosts, u.Host)
			}
		}
	}
	return hosts
}
