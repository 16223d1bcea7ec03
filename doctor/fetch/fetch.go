// Package fetch asks module proxies. It is the only place in godoctor that uses a network, and it does so
// only when somebody asked for it.
//
// [SettingsOf] says what the go command of this machine would ask: the list of GOPROXY, what is private, whose
// password goes where. A [Client] asks it for the .info, the list, the .mod and the .zip of a module. What it gives back
// is what the proxy said, bounded and of the right shape; whether it is true, hashes decide, elsewhere.
//
// # The rules, and where they come from
//
//   - The proxies of the list are asked in turn as cmd/go/internal/modfetch/proxy.go does: "," goes on only
//     after 404 or 410, "|" after any error; "direct" and "off" end the list. Nothing is ever fetched from a
//     version control system: where go would go there, the [Error] says Direct.
//   - For a path that GONOPROXY matches (GOPRIVATE, where that is not set) no proxy is asked: ErrPrivate.
//   - With Options.Offline, and with GOPROXY=off, no request is made, not even of a file:// proxy: ErrOffline.
//   - Addresses are http, https and file. A password in a plain http address is not sent: as in
//     cmd/go/internal/web that is an error.
//   - Credentials are those of the address, else those that netrc has for exactly this host and port, over
//     https or to loopback only. Commands of GOAUTH are run as go runs them, for https alone; GOAUTH=off and lists without
//     netrc are heard; "git DIR" in GOAUTH is not run, and said to be so when somebody refuses.
//   - At most ten redirects. None leads from https to http, out of http and https, or from a public to a
//     private address. To another scheme, host or port no credentials go along.
//   - HTTP_PROXY, HTTPS_PROXY and NO_PROXY are those of the given environment. Behind such a proxy names are
//     resolved by it, so only what is private by the look of its name is refused there.
//   - No answer is larger than its limit, no wait longer than its time-out, and no body is unpacked: a
//     Content-Encoding, which nobody asked for, is refused.
//   - No error text holds a password, a user name or the query of an address.
//
// The questions (Info, List, Mod, Zip) are asked once: one call is one walk along the list. [Client.Download] tries
// again and goes on where it was broken off, and a [Queue] does that for many files. [ProbeAll] asks who answers, and how fast.
package fetch

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// The largest answers that are taken, in bytes. cmd/go has no such limits; the largest list in use is that of
// golang.org/toolchain with less than 1 MiB.
const (
	maxList = 16 << 20
	maxInfo = 1 << 20
	maxMod  = 16 << 20 // that of the go command for a go.mod in a zip (x/mod/zip.MaxGoMod)
)

// Options of a Client. The zero value is ready.
type Options struct {
	Offline  bool // make no request
	Timeouts Timeouts
}

// Timeouts say how long to wait. Zero means the default.
type Timeouts struct {
	Connect time.Duration // for the connection, and again for TLS: 10 s
	Header  time.Duration // from the request to the header of the answer: 30 s
	Stall   time.Duration // for the next byte of a body: 30 s
	Total   time.Duration // for one answer with all its redirects: 2 min
}

// Info is what a proxy says of a version.
type Info struct {
	Version string
	Time    time.Time // of the commit; zero where the proxy does not say
	Proxy   string    // the address of the proxy, without userinfo and query
	Raw     []byte    // the answer as it came
}

// Info asks for the .info of a version, which must be canonical. An answer for another version is ErrAnswer.
func (c *Client) Info(ctx context.Context, m module.Version) (Info, error) {
	var info Info
	err := c.ask(ctx, m, ".info", maxInfo, func(p Proxy, data []byte) error {
		info = Info{}
		if err := json.Unmarshal(data, &info); err != nil {
			return fmt.Errorf("its answer is no .info: %w", cleanJSON(err))
		}
		if info.Version != m.Version {
			return fmt.Errorf("it answers for version %q", clip(info.Version))
		}
		info.Proxy, info.Raw = p.String(), data
		return nil
	})
	if err != nil {
		return Info{}, err
	}
	return info, nil
}

// Mod asks for the .mod of a version, which must be canonical. The bytes are those of the proxy: hash them.
func (c *Client) Mod(ctx context.Context, m module.Version) ([]byte, error) {
	var mod []byte
	err := c.ask(ctx, m, ".mod", maxMod, func(_ Proxy, data []byte) error {
		if looksLikePage(data) {
			return fmt.Errorf("its answer is a web page, no go.mod")
		}
		mod = data
		return nil
	})
	return mod, err
}

// List asks for the versions of a module that have a tag, and gives them in the order of semver. As in the go
// command, lines that are no version and pseudo-versions are passed over; an answer with such lines only is
// ErrAnswer. A proxy that knows the module and no version of it gives none and no error.
func (c *Client) List(ctx context.Context, path string) ([]string, error) {
	list, _, err := c.list(ctx, path)
	return list, err
}

// list is List, and says which proxy had it.
func (c *Client) list(ctx context.Context, path string) (list []string, from string, err error) {
	err = c.ask(ctx, module.Version{Path: path}, "list", maxList, func(p Proxy, data []byte) (err error) {
		list, err = parseList(data)
		from = p.String()
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return list, from, nil
}

// parseList reads the answer to @v/list (modfetch: proxyRepo.Versions).
func parseList(data []byte) ([]string, error) {
	if looksLikePage(data) {
		return nil, fmt.Errorf("its answer is a web page, no list of versions")
	}
	list, odd := []string{}, ""
	valid := false
	for line := range strings.SplitSeq(string(data), "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case !semver.IsValid(f[0]):
			odd = f[0]
		default:
			valid = true
			if !module.IsPseudoVersion(f[0]) {
				list = append(list, f[0])
			}
		}
	}
	if odd != "" && !valid {
		return nil, fmt.Errorf("its answer is no list of versions: it has %q", clip(odd))
	}
	semver.Sort(list)
	return list, nil
}

// looksLikePage recognises HTML, which portals and login pages give with status 200. No list and no go.mod
// begins like that.
func looksLikePage(data []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(string(data[:min(len(data), 512)]), "\ufeff \t\r\n"), "<")
}

// clip bounds a text from outside that becomes part of a message.
func clip(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

// cleanJSON bounds a message of the JSON decoder, which may quote what it read.
func cleanJSON(err error) error { return fmt.Errorf("%s", clip(err.Error())) }

// ask walks along the list for one file of a module and gives the first answer that use accepts. A version
// that is "" stands for the module as a whole.
func (c *Client) ask(ctx context.Context, m module.Version, ext string, limit int64, use func(Proxy, []byte) error) error {
	name, rest, err := address(m, ext)
	if err != nil {
		return &Error{Kind: ErrSettings, Module: m.String(), Err: err}
	}
	if err := c.mayAsk(m); err != nil {
		return err
	}
	return c.walk(ctx, m, func(p Proxy) (*url.URL, *Error) {
		u := p.join(name, rest)
		return u, c.askOne(ctx, p, u, limit, use)
	})
}

// walk asks the proxies of the list in turn, as go does, until one has it.
func (c *Client) walk(ctx context.Context, m module.Version, one func(Proxy) (*url.URL, *Error)) error {
	var best *Error
	for _, p := range c.settings.Proxies {
		u, e := one(p)
		if e == nil {
			return nil
		}
		if ctx.Err() != nil { // that this proxy has it not is no answer of the list
			e = failed(u, ErrStopped, context.Cause(ctx))
		}
		if e.Module = m.String(); e.Kind == ErrStopped {
			return e
		}
		// An answer that is not "not found" is the better reason (modfetch.TryProxies).
		if best == nil || best.Kind == ErrNotFound || e.Kind != ErrNotFound {
			best = e
		}
		if e.Kind != ErrNotFound && !p.OnAnyError {
			return best
		}
	}
	best.Direct, best.Off = c.settings.End == Direct, c.settings.End == Off
	return best
}

// mayAsk says why no proxy is to be asked for a module, or nil.
func (c *Client) mayAsk(m module.Version) error {
	s := c.settings
	fail := func(kind, err error) error {
		return &Error{Kind: kind, Module: m.String(), Err: err, Direct: s.End == Direct, Off: s.End == Off}
	}
	switch {
	case s.Private(m.Path):
		return &Error{Kind: ErrPrivate, Module: m.String(), Direct: true}
	case c.offline:
		return fail(ErrOffline, nil)
	case s.Err != nil:
		return fail(ErrSettings, s.Err)
	case len(s.Proxies) == 0 && s.End == Off:
		return fail(ErrOffline, fmt.Errorf("module lookup disabled by GOPROXY=off"))
	case len(s.Proxies) == 0:
		return fail(ErrDirect, nil)
	}
	return nil
}

// askOne asks one proxy.
func (c *Client) askOne(ctx context.Context, p Proxy, u *url.URL, limit int64, use func(Proxy, []byte) error) *Error {
	data, e := c.get(ctx, u, limit)
	if e == nil {
		if err := use(p, data); err != nil {
			e = failed(u, ErrAnswer, err)
		}
	}
	if e != nil {
		return c.scrub(u, e)
	}
	return nil
}

// address gives the two parts of an address below a proxy, escaped for go's rules and then for a URL.
func address(m module.Version, ext string) (name, rest string, err error) {
	epath, err := module.EscapePath(m.Path)
	if err != nil {
		return "", "", err
	}
	if m.Version == "" {
		return escape(epath), "@v/" + ext, nil
	}
	if err := module.Check(m.Path, m.Version); err != nil {
		return "", "", err
	}
	if m.Version != module.CanonicalVersion(m.Version) {
		return "", "", fmt.Errorf("version %q is not canonical", m.Version)
	}
	eversion, err := module.EscapeVersion(m.Version)
	return escape(epath), "@v/" + escape(eversion) + ext, err
}

// escape escapes a path for a URL but for its slashes (modfetch.pathEscape).
func escape(s string) string { return strings.ReplaceAll(url.PathEscape(s), "%2F", "/") }
