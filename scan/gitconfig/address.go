package gitconfig

import (
	"net/url"
	"strings"
)

// An Address is what may be shown of the address of a repository: no user and no password.
type Address struct {
	Scheme string // https, http, ssh, git, file; ssh too for host:path
	Host   string // lower case, with its port where there is one
	Path   string // without slashes at its ends and without .git
	Login  bool   // the address holds a password or a token
}

// String is the address, without what may be secret.
func (a Address) String() string {
	if a.Scheme == "file" {
		return "file:///" + a.Path
	}
	return a.Scheme + "://" + a.Host + "/" + a.Path
}

// Name is host/path, as a module path would have it: without a port.
func (a Address) Name() string {
	host := a.Host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	if a.Path == "" {
		return host
	}
	return host + "/" + a.Path
}

// ParseAddress reads an address as git takes it: a URL, or user@host:path for ssh (git-clone(1), GIT URLS). What is a path on
// this machine, or cannot be read, is none.
func ParseAddress(s string) (Address, bool) {
	if !strings.Contains(s, "://") {
		host, path, ok := strings.Cut(s, ":")
		if !ok || host == "" || len(host) == 1 || strings.ContainsAny(host, `/\`) { // one letter: a drive
			return Address{}, false
		}
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = host[i+1:]
		}
		if host == "" || strings.HasPrefix(path, ":") { // a transport helper
			return Address{}, false
		}
		return Address{Scheme: "ssh", Host: strings.ToLower(host), Path: trimRepo(path)}, true
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Scheme != "file" {
		return Address{}, false
	}
	a := Address{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host), Path: trimRepo(u.Path)}
	switch a.Scheme {
	case "git+ssh", "ssh+git":
		a.Scheme = "ssh"
	case "http", "https":
		// A token may stand alone as the user: then git asks for no password.
		_, password := u.User.Password()
		a.Login = password
	}
	return a, true
}

func trimRepo(path string) string {
	return strings.TrimSuffix(strings.Trim(path, "/"), ".git")
}

// A Rewrite is an insteadOf that is about an address.
type Rewrite struct {
	To   string // the address that git asks instead; raw, may be secret
	From string // the beginning that is replaced
	By   *Entry
}

// Rewritten is what git makes of an address (url.*.insteadOf: the longest beginning that fits counts). By is nil where nothing
// rewrites it. What stands below an includeIf does not count.
func (c *Config) Rewritten(address string) Rewrite { return c.rewritten(address, false) }

// RewrittenIf is what git may make of an address by what stands below an includeIf alone.
func (c *Config) RewrittenIf(address string) Rewrite { return c.rewritten(address, true) }

func (c *Config) rewritten(address string, conditional bool) Rewrite {
	best := Rewrite{To: address}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Section != "url" || e.Key != "insteadof" || e.Value == "" || !strings.HasPrefix(address, e.Value) || e.Conditional != conditional {
			continue
		}
		if best.By == nil || len(e.Value) > len(best.From) {
			best = Rewrite{To: e.Sub + address[len(e.Value):], From: e.Value, By: e}
		}
	}
	return best
}

// A Remote is where a repository was cloned from, or where it is pushed to.
type Remote struct {
	Name  string
	URL   string // raw, may be secret
	Entry *Entry
}

// Remotes are those of a repository, in the order of its file.
func (c *Config) Remotes() (list []Remote) {
	for i := range c.Entries {
		if e := &c.Entries[i]; e.Section == "remote" && e.Sub != "" && (e.Key == "url" || e.Key == "pushurl") && e.Value != "" {
			list = append(list, Remote{e.Sub, e.Value, e})
		}
	}
	return list
}

// Helpers are the credential helpers that git asks about an address: those for all, and those of a credential section whose
// address fits (gitcredentials(7), CREDENTIAL CONTEXTS). An empty one takes those before it away.
func (c *Config) Helpers(address string) (list []*Entry) {
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Section != "credential" || e.Key != "helper" || e.Sub != "" && !fits(e.Sub, address) {
			continue
		}
		if e.Value == "" {
			list = nil
			continue
		}
		list = append(list, e)
	}
	return list
}

// fits reports whether the address of a section is about another one: the same scheme, host and port, and the path or one
// above it; "*" is one label of a host.
func fits(pattern, address string) bool {
	p, ok := ParseAddress(pattern)
	a, ok2 := ParseAddress(address)
	if !ok || !ok2 || p.Scheme != a.Scheme {
		return false
	}
	want, got := strings.Split(p.Host, "."), strings.Split(a.Host, ".")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != "*" && want[i] != got[i] {
			return false
		}
	}
	return p.Path == "" || p.Path == a.Path || strings.HasPrefix(a.Path, p.Path+"/")
}
