package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
	"godoctor/scan/regular"
)

// MaxZip is the largest zip that is taken, in bytes: that of the go command (x/mod/zip.MaxZipFile).
const MaxZip = 500 << 20

const (
	// zipRate is the slowest that a zip may come on the whole, in bytes a second: its size and this make its deadline.
	zipRate = 16 << 10
	// crawlBytes must come within each crawlTime: who sends a byte a second holds a connection for ever.
	crawlBytes, crawlTime = 60 << 10, time.Minute

	zipPrefix = "godoctor-zip-"
	zipOld    = 24 * time.Hour // no download takes so long
)

// ErrDisk is the kind of a failure to keep what came.
var ErrDisk = errors.New("what comes cannot be kept")

var errCrawl = errors.New("it comes too slowly")

// A ZipFile is a zip that was fetched. What is in it is not proved: hash it before anything else.
type ZipFile struct {
	Path  string // of the file, absolute
	Bytes int64
	Proxy string // the address of the proxy, without userinfo and query
	dir   string
}

// Remove removes the file, and the directory that was made for it.
func (z *ZipFile) Remove() error { return os.RemoveAll(z.dir) }

// Zip fetches the zip of a module version, which must be canonical, into a new directory below dir, which only this
// user can read; with "" below the system's temporary directory. It walks along the list as Info does. The meter
// counts bytes as they come. Of a failure nothing stays, and what an earlier run left that was killed goes with the next
// call; what was fetched stays until Remove.
//
// Limits: MaxZip bytes, no byte for Timeouts.Stall, less than 1 KB/s for a minute, and on the whole Timeouts.Total and the
// time that its size takes at 16 KiB/s.
func (c *Client) Zip(ctx context.Context, m module.Version, dir string, progress *meter.Meter) (z *ZipFile, err error) {
	name, rest, err := address(m, ".zip")
	if err != nil {
		return nil, &Error{Kind: ErrSettings, Module: m.String(), Err: err}
	}
	if err := c.mayAsk(m); err != nil {
		return nil, err
	}
	if z, err = newZip(dir); err != nil {
		return nil, fmt.Errorf("fetching the zip of %q: %w", m.String(), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, z.Remove())
			z = nil
		}
	}()
	return z, c.walk(ctx, m, func(p Proxy) (*url.URL, *Error) {
		u := p.join(name, rest)
		n, e := c.zipFrom(ctx, u, z.Path, progress)
		z.Bytes, z.Proxy = n, p.String()
		return u, c.scrub(u, e)
	})
}

// newZip makes the directory for a zip.
func newZip(below string) (*ZipFile, error) {
	if below != "" {
		if err := os.MkdirAll(below, 0o700); err != nil {
			return nil, err
		}
		sweep(below)
	}
	dir, err := os.MkdirTemp(below, zipPrefix)
	if err != nil {
		return nil, err
	}
	return &ZipFile{Path: filepath.Join(dir, "module.zip"), dir: dir}, nil
}

// sweep removes what runs left that were killed.
func sweep(dir string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		if fi, err := e.Info(); err == nil && e.IsDir() && strings.HasPrefix(e.Name(), zipPrefix) && time.Since(fi.ModTime()) > zipOld {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// zipFrom reads one address into a file, which it replaces.
func (c *Client) zipFrom(ctx context.Context, u *url.URL, file string, progress *meter.Meter) (n int64, failure *Error) {
	if err := ctx.Err(); err != nil {
		return 0, failed(u, ErrStopped, context.Cause(ctx))
	}
	if u.User != nil && u.Scheme != "https" && u.Scheme != "file" {
		return 0, failed(u, ErrSettings, errors.New("refusing to pass credentials to insecure URL; use https, or a netrc file for loopback"))
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, failed(u, ErrDisk, withoutPath(err))
	}
	defer func() {
		if err := f.Close(); err != nil && failure == nil {
			failure = failed(u, ErrDisk, withoutPath(err))
		}
	}()
	into := &counted{w: f, meter: progress}
	if u.Scheme == "file" {
		return copyZip(ctx, u, into)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	total := time.AfterFunc(c.timeouts.Total, func() { cancel(errTotal) })
	defer total.Stop()
	r := &reading{c: c, ctx: ctx, cancel: cancel, login: c.credentials(u), home: u, limit: MaxZip}
	r.take = func(u *url.URL, resp *http.Response) ([]byte, *Error) { return nil, r.zip(u, resp, total, into) }
	_, failure = r.follow(u)
	return into.n, failure
}

// zip reads the body of an answer.
func (r *reading) zip(u *url.URL, resp *http.Response, total *time.Timer, into *counted) *Error {
	if e := r.acceptable(u, resp); e != nil {
		return e
	}
	size := resp.ContentLength
	if size < 0 {
		size = r.limit
	}
	total.Reset(r.c.timeouts.Total + time.Duration(size/zipRate)*time.Second)
	defer r.hurry(into.soFar)()
	start := time.Now()
	stall := time.AfterFunc(r.c.timeouts.Stall, func() { r.cancel(errStall) })
	defer stall.Stop()
	_, err := io.Copy(into, io.LimitReader(readerFunc(func(p []byte) (int, error) {
		n, err := resp.Body.Read(p)
		stall.Reset(r.c.timeouts.Stall)
		return n, err
	}), r.limit+1))
	r.c.measure(int(min(into.n, 1<<30)), time.Since(start))
	switch {
	case into.err != nil:
		return failed(u, ErrDisk, withoutPath(into.err))
	case err != nil:
		return r.broken(u, err)
	case into.n > r.limit:
		return failed(u, ErrTooLarge, fmt.Errorf("more than %d bytes", r.limit))
	}
	return nil
}

// hurry breaks a download off that has all but stopped, until the function it returns is called.
func (r *reading) hurry(soFar func() int64) (stop func()) {
	last, timer := int64(0), (*time.Timer)(nil)
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(crawlTime, func() {
		mu.Lock()
		defer mu.Unlock()
		n := soFar()
		if n-last < crawlBytes {
			r.cancel(errCrawl)
			return
		}
		last = n
		timer.Reset(crawlTime)
	})
	return func() { timer.Stop() }
}

// copyZip reads a file:// proxy.
func copyZip(ctx context.Context, u *url.URL, into *counted) (int64, *Error) {
	f, e := openFile(u)
	if e != nil {
		return 0, e
	}
	defer f.Close()
	_, err := io.Copy(into, io.LimitReader(readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return f.Read(p)
	}), MaxZip+1))
	switch {
	case ctx.Err() != nil:
		return 0, failed(u, ErrStopped, context.Cause(ctx))
	case into.err != nil:
		return 0, failed(u, ErrDisk, withoutPath(into.err))
	case err != nil:
		return 0, failed(u, ErrNetwork, withoutPath(err))
	case into.n > MaxZip:
		return 0, failed(u, ErrTooLarge, fmt.Errorf("more than %d bytes", int64(MaxZip)))
	}
	return into.n, nil
}

// openFile opens a file of a file:// proxy.
func openFile(u *url.URL) (*os.File, *Error) {
	name, err := filePath(u, runtime.GOOS)
	if err != nil {
		return nil, failed(u, ErrSettings, err)
	}
	f, err := regular.Open(name)
	kind := ErrNetwork
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, fs.ErrNotExist):
		kind = ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		kind = ErrRefused
	case errors.Is(err, regular.ErrNot):
		kind = ErrAnswer
	}
	return nil, failed(u, kind, withoutPath(err))
}

// A counted is a file that is written, and how much of it. The file is a field: os.File has methods that go round the
// count.
type counted struct {
	w     io.Writer
	meter *meter.Meter

	mu  sync.Mutex
	n   int64
	err error // of the file: not that of the network
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.meter.Add(0, int64(n))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += int64(n)
	c.err = err
	return n, err
}

func (c *counted) soFar() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
