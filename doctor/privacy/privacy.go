// Package privacy takes out of raw text what says who and where somebody is, and what grants access to something.
//
// It works on text that is going to leave this machine: reports for an issue, snapshots for a colleague. It takes away rather
// too much: what was pasted is public for ever. What it makes of a text it leaves alone the next time.
//
// What is secret and does not look like it, in a place where nobody expects it, it cannot know: a file that holds only what
// decides a build (package snapshot) is the other half of the answer.
package privacy

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Who says what is not to be told.
type Who struct {
	Home      string   // becomes ~
	Users     []string // become USER, unless they are names that many share
	Hosts     []string // private ones, which become HOST, with everything below them
	KeepHosts bool     // hosts that are not public are told, but for Hosts: what stands before them and grants access is not
	KeepHomes bool     // whose home directory a path is in is told, but for Home
}

// A Redactor takes private things out. It does not change, and may be used by many goroutines at once.
type Redactor struct {
	home, user, hosts *regexp.Regexp // nil: nothing to take out
	keepHosts         bool
	keepHomes         bool
}

// sharedUsers are names that say nothing about a person, and are words of the field besides.
var sharedUsers = map[string]bool{"root": true, "go": true, "golang": true, "user": true, "runner": true, "admin": true,
	"administrator": true, "build": true, "builder": true, "ubuntu": true, "debian": true, "vscode": true, "node": true,
	"nobody": true, "jenkins": true, "circleci": true, "gitlab-runner": true, "home": true, "dev": true, "developer": true, "test": true,
	"linux": true, "ci": true, "app": true, "default": true, "public": true}

// slashes match the separators between the elements of a path, doubled ones too, as JSON and Go strings have them.
const slashes = `[/\\]+`

// New makes a Redactor.
func New(w Who) *Redactor {
	r := &Redactor{keepHosts: w.KeepHosts, keepHomes: w.KeepHomes}
	if parts := strings.FieldsFunc(w.Home, func(r rune) bool { return r == '/' || r == '\\' }); len(parts) > 0 {
		for i, p := range parts {
			parts[i] = quoted(p)
		}
		home := strings.Join(parts, slashes)
		if !strings.Contains(parts[0], ":") { // else it begins with a drive
			home = `[/\\]` + home
		}
		r.home = regexp.MustCompile(`(?i)(^|[^\pL\pN._\-])` + home + `($|[^\pL\pN._\-])`)
	}
	var users []string
	for _, u := range w.Users {
		if u != "" && !sharedUsers[strings.ToLower(u)] {
			users = append(users, quoted(u))
		}
	}
	if users != nil {
		r.user = regexp.MustCompile(`(?i)(^|[^\pL\pN])(?:` + strings.Join(users, "|") + `)($|[^\pL\pN])`)
	}
	var hosts []string
	for _, h := range w.Hosts {
		if h = strings.Trim(h, ". "); h != "" {
			hosts = append(hosts, quoted(h))
		}
	}
	if hosts != nil {
		r.hosts = regexp.MustCompile(`(?i)(^|[^\pL\pN.\-])(?:[\pL\pN_\-]+\.)*(?:` + strings.Join(hosts, "|") + `)(?::\d+)?($|[^\pL\pN\-])`)
	}
	return r
}

// quoted matches s. Bytes that are no UTF-8, which a pattern cannot hold, match any.
func quoted(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == utf8.RuneError {
			b.WriteByte('.')
		} else {
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return b.String()
}

var (
	beforeHost = regexp.MustCompile(`://[^/\s]*@`)
	slashed    = regexp.MustCompile(`://[^/\s:@,|]+:\d*[^\d/\s,|@][^\s,|@]*@`) // a password with a slash in it, which is no port
	address    = regexp.MustCompile(`://([^/?#\s"'<>|,]+)`)
	lookedUp   = regexp.MustCompile(`\blookup ([^\s:]+)`) // as package net reports it
	number     = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\w+)?\]`)
	anyHome    = regexp.MustCompile(`(?i)((?:^|[^\pL\pN._\-])(?:[a-z]:)?[/\\]+(?:home|users)[/\\]+)([^/\\\s:;,"'()]+)`)
)

// publicHosts are hosts that everybody may know one asks.
var publicHosts = map[string]bool{"proxy.golang.org": true, "sum.golang.org": true, "index.golang.org": true,
	"golang.org": true, "go.dev": true, "pkg.go.dev": true, "dl.google.com": true, "storage.googleapis.com": true,
	"goproxy.io": true, "goproxy.cn": true, "sum.golang.google.cn": true, "mirrors.aliyun.com": true,
	"github.com": true, "gitlab.com": true, "bitbucket.org": true, "go.googlesource.com": true, "gopkg.in": true}

// Text gives raw text without what is private.
func (r *Redactor) Text(s string) string { return settled(s, r.textOnce) }

func (r *Redactor) textOnce(s string) string {
	s = secretsOnce(s)
	if !r.keepHosts {
		s = address.ReplaceAllStringFunc(s, func(a string) string {
			name, _, _ := strings.Cut(strings.TrimPrefix(a, "://"), ":")
			if name == "~" { // of file:///home/USER, which has been here
				return a
			}
			return "://" + hostName(name, a[len("://"):])
		})
		s = lookedUp.ReplaceAllStringFunc(s, func(l string) string {
			name := strings.TrimPrefix(l, "lookup ")
			return "lookup " + hostName(name, name)
		})
	}
	s = twice(r.hosts, s, "${1}HOST${2}")
	if !r.keepHosts {
		s = number.ReplaceAllStringFunc(s, func(n string) string {
			if ip, err := netip.ParseAddr(strings.Trim(n, "[]")); err == nil && !ip.IsLoopback() {
				return "HOST"
			}
			return n
		})
	}
	if strings.ContainsAny(s, `/\`) {
		s = twice(r.home, s, "${1}~${2}")
		if !r.keepHomes {
			s = anyHome.ReplaceAllString(s, "${1}USER")
		}
	}
	return twice(r.user, s, "${1}USER${2}")
}

// hostName is whole if the host with this name is public, else HOST.
func hostName(name, whole string) string {
	if publicHosts[strings.ToLower(name)] {
		return whole
	}
	return "HOST"
}

// twice replaces every match. The border that ends one may begin the next, which one pass does not see.
func twice(re *regexp.Regexp, s, with string) string {
	if re == nil {
		return s
	}
	return re.ReplaceAllString(re.ReplaceAllString(s, with), with)
}
