package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The kinds of failure, for errors.Is.
var (
	ErrOffline  = errors.New("the network is not to be used")
	ErrPrivate  = errors.New("a private path, for which no proxy is asked")
	ErrDirect   = errors.New("GOPROXY names no proxy, only direct")
	ErrSettings = errors.New("this cannot be asked")
	ErrNotFound = errors.New("not found")                 // 404, 410, or a file:// proxy without the file
	ErrRefused  = errors.New("refused")                   // 401, 403, 407, or a file that may not be read
	ErrStatus   = errors.New("an answer of another kind") // any other status than 200
	ErrAnswer   = errors.New("not the answer of a module proxy")
	ErrTooLarge = errors.New("the answer is too large")
	ErrRedirect = errors.New("a redirect that is not followed")
	ErrTimeout  = errors.New("it took too long")
	ErrNetwork  = errors.New("it cannot be reached")
	ErrStopped  = errors.New("stopped") // because the context ended
)

// maxBody is how many bytes of the body of an error answer are kept.
const maxBody = 4 << 10

// An Error says why a question has no answer. Its text holds no userinfo and no query.
type Error struct {
	Kind   error  // one of the kinds above
	Module string // path@version, or the path where the module as a whole was asked for
	Host   string // with its port where the address has one; "" for a file and where nobody was asked
	URL    string // what was asked for, without userinfo, query and fragment; "" where nobody was asked
	Status int    // of HTTP; 0 where there was none
	Body   []byte // the beginning of the body of an error answer, raw: clean it before a terminal sees it
	Direct bool   // go would go on to the origin, because "direct" stands next in GOPROXY or the path is private
	Off    bool   // "off" stands next in GOPROXY
	Err    error  // the cause, where there is more to say than Kind; no part of the network's own errors is secret
}

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Error is one line without the Body.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Module != "" {
		fmt.Fprintf(&b, "asking for %q: ", e.Module)
	}
	switch e.Kind {
	case ErrOffline:
		b.WriteString("the network is off")
		if e.Err == nil {
			b.WriteString(": run it again without --offline")
		}
	case ErrPrivate:
		b.WriteString("GONOPROXY or GOPRIVATE matches it: no proxy is asked for it")
	case ErrDirect:
		b.WriteString("GOPROXY names no proxy, only direct: set it to one")
	case ErrSettings:
		b.WriteString("nobody was asked")
	default:
		b.WriteString(e.URL + ": ")
		if e.Status != 0 && e.Status != http.StatusOK {
			b.WriteString(strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
		} else {
			b.WriteString(e.Kind.Error())
		}
	}
	if e.Err != nil {
		b.WriteString(": " + clip(e.Err.Error()))
	}
	return b.String()
}

// Detail is the first line of the Body where that is text, and "" otherwise. It is raw.
func (e *Error) Detail() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(e.Body)), "\n")
	if !utf8.ValidString(line) || strings.HasPrefix(line, "<") {
		return ""
	}
	return strings.TrimSpace(line)
}

// failed makes the Error of a request.
func failed(u *url.URL, kind, err error) *Error {
	return &Error{Kind: kind, Host: u.Host, URL: show(u), Err: err}
}

// show gives an address without what may be secret: userinfo, query, fragment. An "@" in the path, before the
// "@v" of the protocol or the "lookup" of a checksum database, may be what ends a password with a slash in it.
func show(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	base, rest, mark := u.Path, "", ""
	for _, m := range []string{"/@v/", "/lookup/"} {
		if b, r, ok := strings.Cut(u.Path, m); ok {
			base, rest, mark = b, r, m
			break
		}
	}
	if i := strings.LastIndexByte(base, '@'); i >= 0 && u.Scheme != "file" {
		shown.Path, shown.RawPath = "/***"+base[i:]+mark+rest, ""
	}
	return shown.String()
}
