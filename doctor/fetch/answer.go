package fetch

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"godoctor/scan/regular"
)

var (
	errStall = errors.New("no byte came for too long")
	errTotal = errors.New("the answer was not complete in time")
)

// acceptable judges the header of an answer that is no redirect.
func (r *reading) acceptable(u *url.URL, resp *http.Response) *Error {
	if resp.StatusCode != http.StatusOK {
		return r.refusal(u, resp)
	}
	if e := unpacked(u, resp); e != nil {
		return e
	}
	if resp.ContentLength > r.limit {
		return failed(u, ErrTooLarge, fmt.Errorf("%d bytes, at most %d are taken", resp.ContentLength, r.limit))
	}
	return nil
}

// unpacked refuses an answer that is packed.
func unpacked(u *url.URL, resp *http.Response) *Error {
	if enc := resp.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return failed(u, ErrAnswer, fmt.Errorf("it is packed (Content-Encoding %q), which nobody asked for", clip(enc)))
	}
	return nil
}

// answer judges an answer that is no redirect and reads its body.
func (r *reading) answer(u *url.URL, resp *http.Response) ([]byte, *Error) {
	if e := r.acceptable(u, resp); e != nil {
		return nil, e
	}
	start := time.Now()
	data, err := r.body(resp.Body, r.limit+1)
	r.c.measure(len(data), time.Since(start))
	switch {
	case err != nil:
		return nil, r.broken(u, err)
	case int64(len(data)) > r.limit:
		return nil, failed(u, ErrTooLarge, fmt.Errorf("more than %d bytes", r.limit))
	}
	return data, nil
}

// body reads at most limit bytes and gives up when none comes for the stall time.
func (r *reading) body(body io.Reader, limit int64) ([]byte, error) {
	stall := time.AfterFunc(r.c.timeouts.Stall, func() { r.cancel(errStall) })
	defer stall.Stop()
	return io.ReadAll(io.LimitReader(readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		stall.Reset(r.c.timeouts.Stall)
		return n, err
	}), limit))
}

// readerFunc is an io.Reader with nothing else to it, so that no copy finds a way around it.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// refusal makes the Error of an answer with another status than 200.
func (r *reading) refusal(u *url.URL, resp *http.Response) *Error {
	e := failed(u, ErrStatus, nil)
	e.Status = resp.StatusCode
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		e.Kind = ErrNotFound
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		e.Kind = ErrRefused
		if _, err := r.c.netrc(); err != nil {
			e.Err = fmt.Errorf("netrc could not be read: %w", withoutPath(err))
		} else {
			e.Err = r.c.auth.failure()
		}
	}
	e.Body, _ = r.body(resp.Body, maxBody) // what came of it
	return e
}

// scrub takes out of an Error what of our credentials a server echoes, in its error page or in a broken answer
// that the cause quotes.
func (c *Client) scrub(u *url.URL, e *Error) *Error {
	if e == nil {
		return nil
	}
	secrets := c.auth.secrets()
	if l := c.credentials(u); l != nil {
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(l.user+":"+l.password)),
			l.password, url.QueryEscape(l.password), url.PathEscape(l.password))
	}
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		e.Body = bytes.ReplaceAll(e.Body, []byte(secret), []byte("***"))
		if e.Err != nil && strings.Contains(e.Err.Error(), secret) {
			e.Err = errors.New(strings.ReplaceAll(e.Err.Error(), secret, "***"))
		}
	}
	return e
}

func withoutPath(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// broken makes the Error of a request that got no whole answer.
func (r *reading) broken(u *url.URL, err error) *Error {
	kind := ErrNetwork
	if r.ctx.Err() != nil {
		kind, err = ErrStopped, context.Cause(r.ctx)
	}
	var timeout net.Error
	switch {
	case kind == ErrNetwork && isOffline(err):
		kind = ErrNoNetwork
	case errors.Is(err, errPrivateAddress):
		kind, err = ErrRedirect, errPrivateAddress
	case errors.Is(err, errStall), errors.Is(err, errTotal), errors.Is(err, errCrawl), errors.As(err, &timeout) && timeout.Timeout():
		kind = ErrTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the answer ends before its end: %w", err)
	}
	// An error of net/url quotes the address with its query.
	if ue := (*url.Error)(nil); errors.As(err, &ue) {
		err = ue.Err
	}
	return failed(u, kind, err)
}

// readFile reads from a file:// proxy. What is not there is 404 and what may not be read is 403, as in
// cmd/go/internal/web.
func readFile(u *url.URL, limit int64) ([]byte, *Error) {
	name, err := filePath(u, runtime.GOOS)
	if err != nil {
		return nil, failed(u, ErrSettings, err)
	}
	data, err := regular.ReadFile(name, limit)
	kind := ErrNetwork
	switch {
	case err == nil:
		return data, nil
	case errors.Is(err, fs.ErrNotExist):
		kind = ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		kind = ErrRefused
	case errors.Is(err, regular.ErrTooLarge):
		kind = ErrTooLarge
	case errors.Is(err, regular.ErrNot):
		kind = ErrAnswer
	}
	return nil, failed(u, kind, withoutPath(err))
}

// filePath is the file that a file:// address without a host means (cmd/go/internal/web/url_windows.go).
func filePath(u *url.URL, goos string) (string, error) {
	name := u.Path
	if goos == "windows" {
		trimmed := strings.TrimPrefix(name, "/")
		if len(trimmed) < 2 || trimmed[1] != ':' {
			return "", errors.New("file URL missing drive letter")
		}
		return filepath.FromSlash(trimmed), nil
	}
	if !strings.HasPrefix(name, "/") {
		return "", errors.New("path is not absolute")
	}
	return name, nil
}
