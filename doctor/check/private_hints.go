package check

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/scan/gitconfig"
)

// A privateHint is a place that says of module paths that they are private, or may be.
type privateHint struct {
	pattern string // host, or host and path: what it is about
	why     string // in words, without anything secret
	file    string
	line    int
	strong  bool // nobody has this for what is public
}

// matches reports whether it is about a module path. Hosts and organisations are not told apart by capitals.
func (h *privateHint) matches(path string) bool {
	return module.MatchPrefixPatterns(strings.ToLower(h.pattern), strings.ToLower(path))
}

// gitGlobal are git's settings of this user.
func gitGlobal(m *Machine) *gitconfig.Config {
	return gitconfig.Global(gitconfig.Input{Getenv: m.Getenv, Home: m.Home, GOOS: m.System.GOOS})
}

// privateHints looks at git's settings, netrc and the remotes of the repositories that are checked. Where a host is one of
// the forges a login says nothing, and a remote only that its organisation is somebody's own.
func privateHints(m *Machine) (list []privateHint) {
	add := func(name, why string, e *gitconfig.Entry, strong bool) {
		if name != "" && !strings.ContainsAny(name, `*?[\,`) && strings.Contains(firstElements(name, 1), ".") {
			list = append(list, privateHint{name, why, e.File, e.Line, strong})
		}
	}
	c := gitGlobal(m)
	for i := range c.Entries {
		e := &c.Entries[i]
		switch {
		case e.Section == "url" && e.Key == "insteadof":
			from, ok := gitconfig.ParseAddress(e.Value)
			to, ok2 := gitconfig.ParseAddress(e.Sub)
			if ok && ok2 && !(forges[from.Host] && from.Path == "") && (to.Scheme == "ssh" || to.Login) {
				add(from.Name(), "git asks "+to.Scheme+"://"+to.Host+" instead of "+from.String(), e, true)
			}
		case e.Section == "credential" && (e.Key == "helper" || e.Key == "username"):
			if a, ok := gitconfig.ParseAddress(e.Sub); ok && !(forges[a.Host] && a.Path == "") {
				add(a.Name(), "git has a credential setting for "+a.String(), e, true)
			}
		}
	}
	if n, err := fetch.NetrcOf(m.Environ, m.System.GOOS); err == nil {
		for _, host := range n.Machines {
			host = strings.TrimSuffix(strings.TrimPrefix(host, "https://"), "/")
			if !forges[firstElements(host, 1)] {
				add(host, "netrc has a login for "+host, &gitconfig.Entry{File: n.File}, true)
			}
		}
	}
	return append(list, remoteHints(m)...)
}

// remoteHints are those of the repositories that the projects lie in.
func remoteHints(m *Machine) (list []privateHint) {
	seen := map[string]bool{}
	for _, p := range m.Projects {
		if p.Repo == "" || seen[p.Repo] {
			continue
		}
		seen[p.Repo] = true
		for _, r := range gitconfig.Repository(p.Repo, m.Home).Remotes() {
			a, ok := gitconfig.ParseAddress(r.URL)
			if !ok || a.Scheme == "file" || a.Path == "" || !strings.Contains(a.Host, ".") {
				continue
			}
			h := privateHint{firstElements(a.Name(), 2), fmt.Sprintf("the remote %q is %s", r.Name, a), r.Entry.File, r.Entry.Line, false}
			if a.Scheme == "ssh" && !forges[firstElements(a.Name(), 1)] {
				h.pattern, h.strong = firstElements(a.Name(), 1), true
			}
			list = append(list, h)
		}
	}
	return list
}

// hintFor is the strongest hint about a module path; nil for none.
func hintFor(list []privateHint, path string) *privateHint {
	var best *privateHint
	for i := range list {
		if h := &list[i]; h.matches(path) && (best == nil || h.strong && !best.strong) {
			best = h
		}
	}
	return best
}

// loggedIn reports whether something here may know a login for an address over https: the address itself, netrc, a
// credential helper, a program that asks, a header that git adds.
func loggedIn(m *Machine, c *gitconfig.Config, address string) bool {
	a, ok := gitconfig.ParseAddress(address)
	if !ok || a.Login || len(c.Helpers(address)) > 0 {
		return true // of what cannot be read nothing is said
	}
	for _, key := range []string{"GIT_ASKPASS", "SSH_ASKPASS", "GIT_TERMINAL_PROMPT"} {
		if v := m.Getenv(key); v != "" && v != "0" && v != "false" {
			return true
		}
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Section == "core" && e.Key == "askpass" || e.Section == "http" && (e.Key == "extraheader" || e.Key == "cookiefile" || e.Key == "sslcert") {
			return true
		}
	}
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return true // a token alone, as the user
	}
	n, err := fetch.NetrcOf(m.Environ, m.System.GOOS)
	if err != nil {
		return true
	}
	host, _ := splitHostPort(a.Host)
	for _, machine := range n.Machines {
		if strings.EqualFold(machine, host) || strings.EqualFold(machine, a.Host) {
			return true
		}
	}
	return false
}
