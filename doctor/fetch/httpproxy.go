package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// httpProxies gives the function that says through which HTTP proxy an address is reached: that of
// http.ProxyFromEnvironment, which reads the environment of the process, once, instead of a given one. HTTP_PROXY
// and HTTPS_PROXY count for their scheme, NO_PROXY holds the exceptions, each also in lower case, and this machine
// is never reached through a proxy. Host names that are not ASCII are compared as they are written.
func httpProxies(getenv func(string) string) func(*url.URL) (*url.URL, error) {
	either := func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return getenv(strings.ToLower(name))
	}
	proxies := map[string]*url.URL{"http": parseHTTPProxy(either("HTTP_PROXY")), "https": parseHTTPProxy(either("HTTPS_PROXY"))}
	exceptions := parseNoProxy(either("NO_PROXY"))
	return func(u *url.URL) (*url.URL, error) {
		proxy := proxies[u.Scheme]
		if proxy == nil || exceptions.match(u) {
			return nil, nil
		}
		switch proxy.Scheme {
		case "http", "https", "socks5", "socks5h":
			return proxy, nil
		}
		return nil, fmt.Errorf("the proxy in %s_PROXY has scheme %q: want http, https or socks5", strings.ToUpper(u.Scheme), clip(proxy.Scheme))
	}
}

// parseHTTPProxy reads the address of a proxy, where "http://" may be missing. An address that cannot be read
// is none, as in net/http.
func parseHTTPProxy(s string) *url.URL {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" {
		if u, err := url.Parse("http://" + s); err == nil {
			return u
		}
	}
	if err != nil {
		return nil
	}
	return u
}

// noProxy is a NO_PROXY list.
type noProxy struct {
	all   bool
	nets  []*net.IPNet
	hosts []exception
}

// An exception is a host, a domain or an address.
type exception struct {
	name   string // ".example.com" for a domain
	itself bool   // the domain's own name matches too
	ip     net.IP // instead of name
	port   string // "" for any
}

func parseNoProxy(list string) noProxy {
	var n noProxy
	for p := range strings.SplitSeq(list, ",") {
		p = strings.ToLower(strings.TrimSpace(p))
		if p == "*" {
			return noProxy{all: true}
		}
		if _, ipnet, err := net.ParseCIDR(p); err == nil {
			n.nets = append(n.nets, ipnet)
			continue
		}
		host, port, err := net.SplitHostPort(p)
		if err != nil {
			host, port = p, ""
		}
		if host == "" {
			continue
		}
		if ip := net.ParseIP(host); ip != nil {
			n.hosts = append(n.hosts, exception{ip: ip, port: port})
			continue
		}
		if strings.HasPrefix(host, "*.") {
			host = host[1:]
		}
		x := exception{name: host, port: port}
		if !strings.HasPrefix(host, ".") {
			x.name, x.itself = "."+host, true
		}
		n.hosts = append(n.hosts, x)
	}
	return n
}

// match reports whether an address is reached without a proxy.
func (n noProxy) match(u *url.URL) bool {
	host, port := u.Hostname(), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if n.all || host == "localhost" {
		return true
	}
	var ip net.IP
	if a, err := netip.ParseAddr(host); err == nil {
		if ip = a.AsSlice(); ip.IsLoopback() {
			return true
		}
	}
	host = strings.ToLower(strings.TrimSpace(host))
	for _, x := range n.hosts {
		if x.port != "" && x.port != port {
			continue
		}
		switch {
		case x.ip != nil && ip != nil && x.ip.Equal(ip):
			return true
		case x.ip == nil && ip == nil && (strings.HasSuffix(host, x.name) || x.itself && host == x.name[1:]):
			return true
		}
	}
	for _, ipnet := range n.nets {
		if ip != nil && ipnet.Contains(ip) {
			return true
		}
	}
	return false
}
