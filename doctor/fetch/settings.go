package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/goenv"
)

// Settings are what the go command's settings say about asking. They do not change and hold secrets: do not
// print them, print a Proxy.
type Settings struct {
	Proxies []Proxy // the addresses in GOPROXY, in their order
	End     End     // what stands behind them
	Err     error   // what go refuses GOPROXY for, in go's words; nothing is asked then

	NoProxy  string // GONOPROXY, or GOPRIVATE where that is not set
	NoSumDB  string // GONOSUMDB, likewise
	Insecure string // GOINSECURE, which is about what is fetched directly: no proxy is trusted more for it
	SumDB    string // the name of the checksum database; "" for GOSUMDB=off

	auth    string   // GOAUTH
	environ []string // that its commands run in
	netrc   []string // the files to look for credentials in: the first that exists counts
	via     func(*url.URL) (*url.URL, error)
}

// An End is the word that ends a GOPROXY list.
type End string

// The ends.
const (
	Open   End = ""       // the list just ends
	Direct End = "direct" // go would go to the origin
	Off    End = "off"    // go would give up
)

// A Proxy is one address in GOPROXY.
type Proxy struct {
	OnAnyError bool // "|" follows it: after any error the next one is asked, not only after 404 and 410
	base       *url.URL
}

// Host is the host with the port where there is one, "" for a file:// proxy.
func (p Proxy) Host() string { return p.base.Host }

// String is the address without userinfo, query and fragment.
func (p Proxy) String() string { return show(p.base) }

// join is the address of something below the proxy; the parts are escaped. url.JoinPath leaves a path without a
// slash at its beginning where the address of the proxy has no path.
func (p Proxy) join(parts ...string) *url.URL {
	base := *p.base
	if base.Path == "" {
		base.Path = "/"
	}
	return base.JoinPath(parts...)
}

// Private reports whether no proxy may hear of a module path.
func (s Settings) Private(path string) bool { return module.MatchPrefixPatterns(s.NoProxy, path) }

// PrivateSum reports whether no checksum database may hear of a module path.
func (s Settings) PrivateSum(path string) bool { return module.MatchPrefixPatterns(s.NoSumDB, path) }

// SettingsOf computes the settings from those of go and from the process environment, in the form of
// os.Environ. It reads no file: netrc is read when a Client first needs it.
func SettingsOf(env *goenv.Env, environ []string) Settings {
	s := Settings{
		NoProxy:  env.Value("GONOPROXY"),
		NoSumDB:  env.Value("GONOSUMDB"),
		Insecure: env.Value("GOINSECURE"),
		SumDB:    sumDBName(env.Value("GOSUMDB")),
	}
	s.Proxies, s.End, s.Err = parseGOPROXY(env.Value("GOPROXY"))
	vars := variables(environ)
	if usesNetrc(env.Value("GOAUTH")) {
		s.netrc = netrcFiles(vars, runtime.GOOS)
	}
	s.auth, s.environ = env.Value("GOAUTH"), environ
	s.via = httpProxies(vars)
	return s
}

// variables makes a lookup of an environment.
func variables(environ []string) func(string) string {
	return func(name string) string { return goenv.Getenv(runtime.GOOS, environ, name) }
}

// sumDBName is the name in "name", "name url", "name+hash+key" and "name+hash+key url" (modfetch/sumdb.go:
// dbDial). What go takes for another name of the public one is that here too.
func sumDBName(gosumdb string) string {
	fields := strings.Fields(gosumdb)
	if len(fields) == 0 || fields[0] == "off" {
		return ""
	}
	name, _, _ := strings.Cut(fields[0], "+")
	if name == "sum.golang.google.cn" {
		return "sum.golang.org"
	}
	return name
}

// usesNetrc reports whether netrc is among the commands in GOAUTH (cmd/go/internal/auth/auth.go).
func usesNetrc(goauth string) bool {
	if strings.TrimSpace(goauth) == "" {
		return true // of a go older than GOAUTH
	}
	for command := range strings.SplitSeq(goauth, ";") {
		if words := strings.Fields(command); len(words) > 0 && words[0] == "netrc" {
			return true
		}
	}
	return false
}

// parseGOPROXY reads a GOPROXY list (modfetch/proxy.go: proxyList, newProxyRepo). One entry that go refuses
// spoils the list, unless "direct" or "off" stands before it.
func parseGOPROXY(list string) (proxies []Proxy, end End, err error) {
	secret := strings.Contains(list, "@") // a password may be torn by a separator in it
	for rest := list; rest != ""; {
		entry, anyError := rest, false
		if i := strings.IndexAny(rest, ",|"); i >= 0 {
			entry, anyError, rest = rest[:i], rest[i] == '|', rest[i+1:]
		} else {
			rest = ""
		}
		entry = strings.TrimSpace(entry)
		switch entry {
		case "":
			continue
		case string(Direct), string(Off):
			return proxies, End(entry), nil
		}
		u, err := parseProxyURL(entry, secret)
		if err != nil {
			return nil, Open, err
		}
		proxies = append(proxies, Proxy{OnAnyError: anyError, base: u})
	}
	switch {
	case len(proxies) > 0:
		return proxies, Open, nil
	case list == "":
		return nil, Open, errors.New("GOPROXY is not set, and no go is installed that has a default for it: set GOPROXY")
	}
	return nil, Open, errors.New("GOPROXY list is not the empty string, but contains no entries")
}

// parseProxyURL reads one entry. What cannot be read is shown only where it can hold no password.
func parseProxyURL(entry string, secret bool) (*url.URL, error) {
	// Single words are reserved by go, and what has ":/" in it or is an absolute path must be a whole address.
	if strings.ContainsAny(entry, ".:/") && !strings.Contains(entry, ":/") && !filepath.IsAbs(entry) && !path.IsAbs(entry) {
		entry = "https://" + entry
	}
	u, err := url.Parse(entry)
	if err != nil {
		if secret {
			return nil, errors.New("an entry of GOPROXY is no address (it is not shown, because it may hold a password)")
		}
		return nil, err
	}
	shown := show(u)
	if u.Opaque != "" || u.Host == "" {
		shown = entry
		if secret {
			shown = u.Scheme + ":..."
		}
	}
	switch u.Scheme {
	case "http", "https":
	case "file":
		if *u != (url.URL{Scheme: u.Scheme, Path: u.Path, RawPath: u.RawPath}) {
			return nil, fmt.Errorf("invalid file:// proxy URL with non-path elements: %s", show(u))
		}
	case "":
		return nil, fmt.Errorf("invalid proxy URL missing scheme: %s", shown)
	default:
		return nil, fmt.Errorf("invalid proxy URL scheme (must be https, http, file): %s", shown)
	}
	return u, nil
}
