package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"syscall"
)

// maxSupported is how much a proxy may say when it is asked whether it relays a checksum database: nobody reads it.
const maxSupported = 64 << 10

// A SumDB asks one checksum database, through the first proxy that relays it, else itself
// (cmd/go/internal/modfetch/sumdb.go: initBase). What it answers is bounded and nothing more: who proves it is
// the caller. It may be used by many goroutines at once.
type SumDB struct {
	c      *Client
	name   string
	direct *url.URL
	fixed  bool // GOSUMDB has an address: no proxy is asked

	mu   sync.Mutex
	base *url.URL // who is asked; nil while nobody knows
	err  *Error   // why nobody can be asked
}

// SumDB makes a SumDB. The name is host[/path]; address is the one in GOSUMDB, or "".
func (c *Client) SumDB(name, address string) (*SumDB, error) {
	text := address
	if text == "" {
		text = "https://" + name
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("the address of the checksum database cannot be read")
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file":
		return nil, fmt.Errorf("the address of the checksum database is %q: it must be https, http or file", show(u))
	case u.Opaque != "" || u.Scheme != "file" && u.Host == "":
		return nil, errors.New("the address of the checksum database has no host")
	}
	return &SumDB{c: c, name: name, direct: u, fixed: address != ""}, nil
}

// Get asks for a path of the database, such as "/lookup/example.com/m@v1.0.0": at most limit bytes. With direct no
// proxy hears of it. With Options.Offline, and with GOPROXY=off where GOSUMDB has no address, nobody is asked.
func (s *SumDB) Get(ctx context.Context, path string, limit int64, direct bool) ([]byte, error) {
	if e := s.mayAsk(); e != nil {
		return nil, e
	}
	base := s.direct
	if !direct && !s.fixed {
		var e *Error
		if base, e = s.where(ctx); e != nil {
			return nil, e
		}
	}
	data, e := s.get(ctx, base, path, limit)
	if e != nil {
		return nil, e
	}
	return data, nil
}

// Offline reports whether Get asks nobody, whatever it is asked for.
func (s *SumDB) Offline() bool {
	e := s.mayAsk()
	return e != nil && e.Kind == ErrOffline
}

// mayAsk says why nobody is to be asked, or nil.
func (s *SumDB) mayAsk() *Error {
	settings := s.c.settings
	switch {
	case s.c.offline:
		return &Error{Kind: ErrOffline}
	case s.fixed:
		return nil
	case settings.Err != nil:
		return &Error{Kind: ErrSettings, Err: settings.Err}
	case len(settings.Proxies) == 0 && settings.End == Off:
		return &Error{Kind: ErrOffline, Off: true, Err: errors.New("GOPROXY=off")}
	}
	return nil
}

// where finds out who is to be asked. The proxies are asked once; what comes of it holds, unless the context ended.
func (s *SumDB) where(ctx context.Context) (*url.URL, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base != nil || s.err != nil {
		return s.base, s.err
	}
	base, e := s.relay(ctx)
	if e != nil && e.Kind == ErrStopped {
		return nil, e
	}
	s.base, s.err = base, e
	return base, e
}

// relay walks along GOPROXY (modfetch.TryProxies): 200 settles it, after "not found" the next one is asked, and at
// the end of the list the database itself. An error of a proxy counts unless "direct" stands behind it.
func (s *SumDB) relay(ctx context.Context) (*url.URL, *Error) {
	var best *Error
	for _, p := range s.c.settings.Proxies {
		_, e := s.get(ctx, p.base, "/sumdb/"+s.name+"/supported", maxSupported)
		switch {
		case e == nil:
			return join(p.base, "/sumdb/"+s.name), nil
		case ctx.Err() != nil || e.Kind == ErrStopped:
			return nil, failed(p.base, ErrStopped, context.Cause(ctx))
		case e.Kind == ErrNotFound:
			continue
		}
		best = e
		if !p.OnAnyError {
			return nil, best
		}
	}
	if best != nil && s.c.settings.End != Direct {
		return nil, best
	}
	return s.direct, nil
}

// brokenTries is how often a file is asked for whose answers break off: they are small, and a repair asks for hundreds of them.
const brokenTries = 3

// get reads one file below an address.
func (s *SumDB) get(ctx context.Context, base *url.URL, path string, limit int64) ([]byte, *Error) {
	u := join(base, path)
	for try := 1; ; try++ {
		data, e := s.c.get(ctx, u, limit)
		switch {
		case e == nil:
			return data, nil
		case try < brokenTries && e.brokenOff() && ctx.Err() == nil:
		default:
			return nil, s.c.scrub(u, e)
		}
	}
}

// brokenOff reports whether there was an answer, and not all of it, or a connection that was cut instead of one.
func (e *Error) brokenOff() bool {
	return e.Kind == ErrNetwork && (errors.Is(e.Err, io.ErrUnexpectedEOF) || errors.Is(e.Err, io.EOF) || errors.Is(e.Err, syscall.ECONNRESET))
}

// join is the address of something below another; the path is not escaped (cmd/go/internal/web.Join).
func join(base *url.URL, path string) *url.URL {
	u := *base
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/")+path, ""
	return &u
}
