package plain

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"

	"godoctor/ui/text"
)

// A redactor takes out of raw text what says who and where somebody is: the home directory, the user's name, hosts that
// are not public, and what stands before the host of an address. It takes away rather too much: what is pasted into
// an issue is public for ever.
type redactor struct {
	home, user, hosts *regexp.Regexp // nil: nothing to take out
}

// sharedUsers are names that say nothing about a person, and are words of the field besides.
var sharedUsers = map[string]bool{"root": true, "go": true, "golang": true, "user": true, "runner": true, "admin": true,
	"administrator": true, "build": true, "builder": true, "ubuntu": true, "debian": true, "vscode": true, "node": true,
	"nobody": true, "jenkins": true, "circleci": true, "gitlab-runner": true}

// slashes match the separators between the elements of a path, doubled ones too, as JSON and Go strings have them.
const slashes = `[/\\]+`

func newRedactor(o Export) *redactor {
	r := &redactor{}
	if parts := strings.FieldsFunc(o.Home, func(r rune) bool { return r == '/' || r == '\\' }); len(parts) > 0 {
		for i, p := range parts {
			parts[i] = quoted(p)
		}
		home := strings.Join(parts, slashes)
		if !strings.Contains(parts[0], ":") { // else it begins with a drive
			home = `[/\\]` + home
		}
		r.home = regexp.MustCompile(`(?i)(^|[^\pL\pN._\-])` + home + `($|[^\pL\pN._\-])`)
	}
	if o.User != "" && !sharedUsers[strings.ToLower(o.User)] {
		r.user = regexp.MustCompile(`(?i)(^|[^\pL\pN])` + quoted(o.User) + `($|[^\pL\pN])`)
	}
	var hosts []string
	for _, h := range o.Hosts {
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
	address    = regexp.MustCompile(`://([^/?#\s"'<>|,]+)`)
	lookedUp   = regexp.MustCompile(`\blookup ([^\s:]+)`) // as package net reports it
	number     = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\w+)?\]`)
	anyHome    = regexp.MustCompile(`(?i)((?:^|[^\pL\pN._\-])(?:[a-z]:)?[/\\]+(?:home|users)[/\\]+)([^/\\\s:;,"'()]+)`)
)

// secrets match what grants access to something, wherever it stands.
var secrets = []*regexp.Regexp{
	regexp.MustCompile(`(?i)([?&][a-z_\-]*(?:token|key|secret|passw|auth|sig|cred)[a-z_\-]*=)[^&\s"'#]+`),
	regexp.MustCompile(`(?i)(authorization:\s*\S+\s+)\S+`),
	regexp.MustCompile(`\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_\-]+`),
}

// publicHosts are hosts that everybody may know one asks.
var publicHosts = map[string]bool{"proxy.golang.org": true, "sum.golang.org": true, "index.golang.org": true,
	"golang.org": true, "go.dev": true, "pkg.go.dev": true, "dl.google.com": true, "storage.googleapis.com": true,
	"goproxy.io": true, "goproxy.cn": true, "sum.golang.google.cn": true, "mirrors.aliyun.com": true,
	"github.com": true, "gitlab.com": true, "bitbucket.org": true, "go.googlesource.com": true, "gopkg.in": true}

// redact gives raw text without what is private.
func (r *redactor) redact(s string) string {
	for _, re := range secrets {
		s = re.ReplaceAllString(s, "${1}***")
	}
	s = beforeHost.ReplaceAllString(s, "://")
	s = address.ReplaceAllStringFunc(s, func(a string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(a, "://"), ":")
		return "://" + hostName(name, a[len("://"):])
	})
	s = lookedUp.ReplaceAllStringFunc(s, func(l string) string {
		name := strings.TrimPrefix(l, "lookup ")
		return "lookup " + hostName(name, name)
	})
	s = twice(r.hosts, s, "${1}HOST${2}")
	s = number.ReplaceAllStringFunc(s, func(n string) string {
		if ip, err := netip.ParseAddr(strings.Trim(n, "[]")); err == nil && !ip.IsLoopback() {
			return "HOST"
		}
		return n
	})
	s = twice(r.home, s, "${1}~${2}")
	s = anyHome.ReplaceAllString(s, "${1}USER")
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

// code is raw text as a code span that stands anywhere, in a cell of a table too. In a code span GitHub makes no mention,
// no reference, no link and no HTML of anything. What would end it, or the cell, is escaped as text.Clean escapes.
func (r *redactor) code(s string) string {
	if s = text.Clean(r.redact(s)); s == "" {
		return ""
	}
	return span(s)
}

// span makes a code span of cleaned text.
func span(s string) string {
	return "`" + spanEnds.ReplaceAllStringFunc(s, func(m string) string {
		before := m[:len(m)-1]
		return before + before + fmt.Sprintf(`\x%02x`, m[len(m)-1]) // as text.Clean has it: once more each, before an escape
	}) + "`"
}

// spanEnds match what ends a code span or a cell of a table, with the backslashes before it.
var spanEnds = regexp.MustCompile("\\\\*[`|]")

// prose is raw text of ours that quotes others. A word that is more than letters, or a number, becomes a code span: names,
// paths, hashes, and whatever Markdown, HTML or GitHub could read as more than a word.
func (r *redactor) prose(s string) string {
	words := strings.Split(text.Clean(r.redact(s)), " ")
	for i, w := range words {
		core := strings.TrimLeft(w, `("'`)
		head := w[:len(w)-len(core)]
		core = strings.TrimRight(core, `.,;:?)"'`)
		if core == "" && w != "" {
			core, head = w, ""
		}
		if tail := w[len(head)+len(core):]; !plainText.MatchString(core) {
			words[i] = head + span(core) + tail
		}
	}
	return strings.Join(words, " ")
}

// plainText matches what Markdown leaves alone.
var plainText = regexp.MustCompile(`^(?:\pL+(?:['-]\pL+)*|\d{1,6}|)$`)
