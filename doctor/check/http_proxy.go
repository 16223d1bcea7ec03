package check

import (
	"fmt"
	"net/url"
	"strings"

	"godoctor/doctor/finding"
)

var httpProxy = &Check{
	ID:       "http-proxy",
	Title:    "the variables for the HTTP proxy do not do what they seem to",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C72"},
	Says: []string{
		"proxyconnect tcp: dial tcp …",
	},
	Help: Help{
		Why: "go hears HTTPS_PROXY for https, HTTP_PROXY for http and NO_PROXY for what goes around both, in capitals or small letters, " +
			"capitals first. git and curl hear the small ones first, and HTTP_PROXY in capitals not at all. Neither hears HTTP_PROXY for https " +
			"addresses. Go does not know ALL_PROXY. NO_PROXY holds hosts, domains and networks with \",\" between them, no addresses with ://.",
		Look: "env | grep -i _proxy.",
		Do:   "Set both spellings to the same value, where the environment is made.",
		See:  []string{"https://pkg.go.dev/net/http#ProxyFromEnvironment"},
	},
	Run: func(p *Pass) {
		if p.System.GOOS != "windows" { // which does not tell capitals
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
				upper, lower := p.Getenv(name), p.Getenv(strings.ToLower(name))
				if upper != "" && lower != "" && upper != lower {
					p.proxyVariable(finding.Note, name, fmt.Sprintf("%s and %s differ: go hears the first, git and curl the second", name, strings.ToLower(name)))
				}
			}
		}
		https := p.eitherCase("HTTPS_PROXY")
		for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
			if why := httpProxyFault(p.eitherCase(name)); why != "" {
				p.proxyVariable(finding.Error, name, name+": "+why)
			}
		}
		switch {
		case https != "" || !overHTTPS(p.proxies()):
		case p.eitherCase("HTTP_PROXY") != "":
			p.proxyVariable(finding.Note, "HTTPS_PROXY", "HTTP_PROXY is set and HTTPS_PROXY is not: go asks https addresses without a proxy")
		case p.eitherCase("ALL_PROXY") != "":
			p.proxyVariable(finding.Note, "ALL_PROXY", "ALL_PROXY is set and HTTPS_PROXY is not: git and curl use the proxy, and go does not")
		}
		for entry := range strings.SplitSeq(p.eitherCase("NO_PROXY"), ",") {
			if strings.Contains(entry, "://") {
				p.proxyVariable(finding.Warning, "NO_PROXY", "NO_PROXY has an entry with ://, which matches nothing: it takes hosts")
				break
			}
		}
	},
}

// eitherCase is a variable as net/http reads it.
func (p *Pass) eitherCase(name string) string {
	if v := p.Getenv(name); v != "" {
		return v
	}
	return p.Getenv(strings.ToLower(name))
}

// proxyVariable reports a variable. Its value, which may hold a password, is not shown.
func (p *Pass) proxyVariable(severity finding.Severity, name, why string) {
	p.ReportAs(severity, finding.Finding{Target: finding.Target{Path: name}, Detail: why,
		Fixes: []finding.Fix{{ID: FixEnvironment, Title: "correct " + name + " where the environment is made: a start file of the shell, a service, a container"}}})
}

// httpProxyFault says why the address of a proxy cannot work; "" where it may.
func httpProxyFault(value string) string {
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme == "" || u.Host == "" {
		if u, err = url.Parse("http://" + value); err != nil {
			return "it cannot be read as an address, and go ignores it"
		}
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		if u.Port() == "" { // with one, Go takes it for http
			return "its scheme is none that Go knows (http, https and socks5 are), and it has no port"
		}
	}
	if nowhere(u.Hostname()) || u.Port() == "0" || u.Hostname() == "" {
		return "no machine can have the address that it names"
	}
	return ""
}
