package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/mod/module"
)

// A Weight is what a proxy says of a file that is not fetched yet.
type Weight struct {
	Bytes int64  // -1: it does not say
	Proxy string // the address of the proxy, without userinfo and query
}

// Weigh asks how large a file of a version is, which must be canonical: for its first byte, of which the answer says how many
// there are (RFC 9110, section 14.4). It walks along the list of GOPROXY as Info does. Errors are *Error.
func (c *Client) Weigh(ctx context.Context, m module.Version, x Ext) (Weight, error) {
	name, rest, err := address(m, string(x))
	if err == nil && (m.Version == "" || x.limit() == 0) {
		err = errors.New("it is no file of a module version")
	}
	if err != nil {
		return Weight{}, &Error{Kind: ErrSettings, Module: m.String(), Err: err}
	}
	if err := c.mayAsk(m); err != nil {
		return Weight{}, err
	}
	w := Weight{Bytes: -1}
	err = c.walk(ctx, m, func(p Proxy) (*url.URL, *Error) {
		u := p.join(name, rest)
		n, e := c.weigh(ctx, u, x.limit())
		if e == nil {
			w = Weight{Bytes: n, Proxy: p.String()}
		}
		return u, c.scrub(u, e)
	})
	return w, err
}

// weigh asks one proxy.
func (c *Client) weigh(ctx context.Context, u *url.URL, limit int64) (size int64, e *Error) {
	if u.Scheme == "file" {
		f, e := openFile(u)
		if e != nil {
			return 0, e
		}
		defer f.Close()
		fi, err := f.Stat()
		if err != nil {
			return 0, failed(u, ErrNetwork, withoutPath(err))
		}
		return fi.Size(), nil
	}
	if u.User != nil && u.Scheme != "https" {
		return 0, failed(u, ErrSettings, errors.New("refusing to pass credentials to insecure URL; use https, or a netrc file for loopback"))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	total := time.AfterFunc(c.timeouts.Total, func() { cancel(errTotal) })
	defer total.Stop()
	r := &reading{c: c, ctx: ctx, cancel: cancel, login: c.credentials(u), home: u, limit: limit,
		header: http.Header{"Range": {"bytes=0-0"}}}
	r.take = func(u *url.URL, resp *http.Response) ([]byte, *Error) {
		var e *Error
		size, e = r.weight(u, resp)
		return nil, e
	}
	_, e = r.follow(u)
	return size, e
}

// weight reads the header of an answer. A body that is longer than was asked for is left alone: the connection is closed.
func (r *reading) weight(u *url.URL, resp *http.Response) (int64, *Error) {
	if resp.StatusCode != http.StatusPartialContent {
		if e := r.acceptable(u, resp); e != nil {
			return 0, e
		}
		return resp.ContentLength, nil // -1: it does not say
	}
	s, err := parseContentRange(resp.Header.Get("Content-Range"))
	switch {
	case err != nil:
		return 0, failed(u, ErrAnswer, err)
	case s.total > r.limit:
		return 0, failed(u, ErrTooLarge, nil)
	}
	return s.total, nil
}
