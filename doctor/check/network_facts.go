package check

import (
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
)

// proxies is GOPROXY as fetch reads it, with what goes along.
func (m *Machine) proxies() fetch.Settings { return fetch.SettingsOf(m.Env, m.Environ) }

// overNetwork reports whether go would ask somebody who is not on this machine: a proxy over http, or the origin.
func overNetwork(s fetch.Settings) bool {
	return s.End == fetch.Direct || slices.ContainsFunc(s.Proxies, func(p fetch.Proxy) bool { return p.Host() != "" })
}

// valuesOf are all values that the places give a setting, the one that counts first.
func valuesOf(s goenv.Setting) []string {
	list := []string{s.Value}
	for _, o := range s.Overrides {
		list = append(list, o.Value)
	}
	return list
}

// publicProxies are the hosts in the GOPROXY that this Go was delivered with: everybody's, so a private name has no business
// there. Of another host nobody can tell.
func publicProxies(env *goenv.Env) map[string]bool {
	s, _ := env.Lookup("GOPROXY")
	values := []string{}
	if s.Origin == goenv.OriginGoroot {
		values = append(values, s.Value)
	}
	for _, o := range s.Overrides {
		if o.Origin == goenv.OriginGoroot {
			values = append(values, o.Value)
		}
	}
	hosts := map[string]bool{}
	for _, v := range values {
		for entry := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == '|' }) {
			if u, err := url.Parse(entry); err == nil && u.Host != "" {
				hosts[u.Host] = true
			}
		}
	}
	return hosts
}

// recorded reports whether the local copy of a checksum database has a record of a version: then it is public.
func recorded(m *Machine, v module.Version) bool {
	cache := m.Env.Value("GOMODCACHE")
	path, err := module.EscapePath(v.Path)
	version, err2 := module.EscapeVersion(v.Version)
	if cache == "" || err != nil || err2 != nil {
		return false
	}
	s, _ := m.Env.Lookup("GOSUMDB")
	for _, value := range valuesOf(s) {
		name := sumdb.Settings{GOSUMDB: value}.Name()
		if name == "" {
			continue
		}
		file := filepath.Join(cache, "cache", "download", "sumdb", filepath.FromSlash(name), "lookup", filepath.FromSlash(path+"@"+version))
		if fi, err := os.Lstat(file); err == nil && fi.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// inCache reports whether the module cache has what a build needs of a version.
func inCache(m *Machine, v module.Version) bool {
	c := m.cached(v)
	return c != nil && c.Parts&(modcache.HasDir|modcache.HasZip) != 0
}

// A required is a module version that the go.mod file of a project names, and that nothing there replaces.
type required struct {
	module.Version
	by   *Project
	line int
}

// requires are those of all projects that are checked, each version once.
func requires(m *Machine) (list []required) {
	seen := map[module.Version]bool{}
	for _, p := range m.Projects {
		f := p.Mod()
		replaced := map[string]bool{}
		for _, r := range f.Replace {
			replaced[r.Old.Path] = true
		}
		for _, r := range f.Require {
			if !replaced[r.Mod.Path] && !seen[r.Mod] {
				seen[r.Mod] = true
				list = append(list, required{r.Mod, p, lineOf(r.Syntax)})
			}
		}
	}
	return list
}

// forges are hosts that hold repositories of everybody, most of them public: that somebody has a login there says nothing of
// a module.
var forges = map[string]bool{"github.com": true, "gitlab.com": true, "bitbucket.org": true, "codeberg.org": true, "git.sr.ht": true,
	"gitea.com": true, "gitee.com": true, "go.googlesource.com": true, "git.launchpad.net": true, "sourceforge.net": true}

// repositoryOf is the address that git is asked for a module path, as far as its name tells: three elements on a forge, up to
// ".git" where that stands in it, else the whole path without its major version.
func repositoryOf(path string) string {
	elements := strings.Split(path, "/")
	for i, e := range elements {
		if i > 0 && strings.HasSuffix(e, ".git") {
			return "https://" + strings.TrimSuffix(strings.Join(elements[:i+1], "/"), ".git")
		}
	}
	if forges[elements[0]] && len(elements) > 3 {
		return "https://" + strings.Join(elements[:3], "/")
	}
	prefix, _, ok := module.SplitPathVersion(path)
	if !ok {
		prefix = path
	}
	return "https://" + prefix
}

// firstElements is the beginning of a module path, of at most n elements.
func firstElements(path string, n int) string {
	e := strings.Split(path, "/")
	return strings.Join(e[:min(n, len(e))], "/")
}

// firstFew names at most five things.
func firstFew(list []string) string {
	const most = 5
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and others"
}

// nowhere reports whether a host cannot exist: a name that is reserved never to (RFC 6761), or an address of many.
func nowhere(host string) bool {
	h := strings.ToLower(strings.TrimSuffix(host, "."))
	if strings.HasSuffix(h, ".invalid") || h == "invalid" {
		return true
	}
	ip, err := netip.ParseAddr(h)
	return err == nil && ip.IsMulticast()
}

// written is the fix that gives a setting a value by the go command: for a finding whose target is another file than the one that
// sets it, and for what 'godoctor proxy' finds, which repair would have to ask for again. With an empty value it takes the setting
// away.
func written(s goenv.Setting, value string) finding.Fix {
	f := reset(s, value)
	if f.Edits != nil {
		f.Edits, f.Argv, f.Undo = nil, setting(s.Key, value), "go env -w "+s.Key+"="+s.Value
	}
	return f
}
