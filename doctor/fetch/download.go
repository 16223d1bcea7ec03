package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
)

// An Ext says which file of a module version is meant.
type Ext string

// The files of a module version that can be downloaded.
const (
	ExtZip  Ext = ".zip"
	ExtMod  Ext = ".mod"
	ExtInfo Ext = ".info"
)

// limit is the largest such file that is taken, in bytes; 0 for what is none of them.
func (x Ext) limit() int64 {
	return map[Ext]int64{ExtZip: MaxZip, ExtMod: maxMod, ExtInfo: maxInfo}[x]
}

// Downloads say what to download, and where to.
type Downloads struct {
	// Dir is where part files are, absolute; it is made, for this user only. It has to be on the file system where the files
	// are needed, so that Part.Move is a rename.
	Dir string
	Ext Ext    // "": ExtZip
	Sum string // the h1 that is expected; "" if none is known. Parts of different sums are different parts
	// Unpacked is to how many bytes a zip unpacks, for the look at the free space; 0: four times its size.
	Unpacked int64
	Progress *meter.Meter // counts the bytes that come over the network; may be nil

	track *track
}

// A Part is a whole file that was downloaded. What is in it is not proved: hash it before anything else.
type Part struct {
	Module  module.Version
	Ext     Ext
	Path    string // absolute
	Bytes   int64
	Proxy   string // the address of the proxy, without userinfo and query
	Kept    int64  // how many of the bytes an earlier run had fetched
	Fetched int64  // how many bytes came over the network for it in this call, those that were of no use included
	Tries   int    // requests in this call; 0: an earlier run had it whole
	Pieces  int    // of how many answers to this call it is made up, beside what was kept

	c         *Client
	d         Downloads
	restarted bool
}

// Doubtful reports whether it is made up of several answers, or of what an earlier run has left: then Restart may help against
// a wrong sum.
func (p *Part) Doubtful() bool { return !p.restarted && (p.Pieces > 1 || p.Kept > 0) }

// ErrRestarted: a second clean start was asked for.
var ErrRestarted = errors.New("it was fetched again from its beginning, and is still not what it should be")

// Restart throws the file away and downloads it once more from its beginning, which is to be done once if its sum is wrong: it
// may have been put together of pieces of two files. A second Restart is ErrRestarted and changes nothing.
func (p *Part) Restart(ctx context.Context) (*Part, error) {
	if p.restarted {
		return nil, fmt.Errorf("downloading %q: %w", p.Module.String(), ErrRestarted)
	}
	if err := p.Remove(); err != nil {
		return nil, err
	}
	again, err := p.c.Download(ctx, p.Module, p.d)
	if err == nil {
		again.restarted = true
	}
	return again, err
}

// Move makes the file another one, on the same file system, which it replaces. It is not synced. Path is to from then on.
func (p *Part) Move(to string) error {
	if err := os.Rename(p.Path, to); err != nil {
		return err
	}
	os.Remove(p.Path + sidecarEnd) // alone it means nothing
	p.Path = to
	return nil
}

// Remove removes the file. To leave it lying is right where it may be needed again: the next Download of the same zip asks
// nobody, and after two weeks it goes.
func (p *Part) Remove() error { return removePart(p.Path) }

// ForGo reports whether an error of this package says that the go command would fetch the module from its origin, which
// only the go command does: GOPROXY is, or goes on to, direct, or the path is private.
func ForGo(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Direct && !(e.Kind == ErrOffline)
}

// Download fetches a file of a module version, which must be canonical, into a part file that outlives the process: what came
// before a failure, a cancellation or a crash is not fetched again. It walks along the list of GOPROXY as Info does. With each
// proxy it tries as trust.md C.5 says: up to six times without progress and five minutes without a byte, with waits
// between 0 and 0.5 to 30 seconds or as long as Retry-After says (two minutes at most); where "|" stands behind a proxy, only
// twice. Hosts are left alone that ask for it or give no answers; no more than four downloads go to one host at a time.
//
// A zip is resumed with Range: with If-Range where there is a strong ETag, otherwise with an overlap that must be equal.
// Two answers that cannot be of the same file are never put together. Where that cannot be told, the sum tells: see
// Part.Restart. The smaller files begin anew with each try.
//
// Limits: MaxZip, 16 MiB and 1 MiB bytes; no byte for Timeouts.Stall; less than 1 KB/s for a minute; and on the whole five minutes
// and what its size takes at 16 KiB/s. When ctx ends it returns at once with ErrStopped, and its cause.
//
// Errors are *Error, of the kinds of this package; ForGo says of one that the go command has to do it. Many may be called at
// once; of two for the same file one waits a little and is then ErrBusy: a Queue sees to that.
func (c *Client) Download(ctx context.Context, m module.Version, d Downloads) (*Part, error) {
	d.Ext = cmp.Or(d.Ext, ExtZip)
	name, rest, err := address(m, string(d.Ext))
	if err == nil && (m.Version == "" || d.Ext.limit() == 0) {
		err = fmt.Errorf("%q of version %q is no file of a module", string(d.Ext), m.Version)
	}
	if err != nil {
		return nil, &Error{Kind: ErrSettings, Module: m.String(), Err: err}
	}
	if err := c.mayAsk(m); err != nil {
		return nil, err
	}
	if err := partsDir(d.Dir); err != nil {
		kind, err := diskError(err)
		return nil, &Error{Kind: kind, Module: m.String(), Err: err}
	}
	if _, done := c.swept.LoadOrStore(d.Dir, true); !done {
		sweepParts(d.Dir)
	}
	if d.track == nil {
		d.track = new(track)
	}
	var got *Part
	var others []string
	err = c.walk(ctx, m, func(p Proxy) (*url.URL, *Error) {
		x := &download{c: c, m: m, d: d, from: p, url: p.join(name, rest), most: maxTries}
		if last := c.settings.Proxies[len(c.settings.Proxies)-1]; p.OnAnyError && p != last {
			x.most = hastyTries
		}
		x.path = partPath(d.Dir, show(x.url), d.Sum)
		part, e := x.run(ctx)
		if got = part; e != nil {
			others = append(others, x.path)
		}
		return x.url, c.scrub(x.url, e)
	})
	if err != nil {
		return nil, err
	}
	for _, path := range others {
		removePart(path)
	}
	return got, nil
}

// A download is that of one file from one proxy.
type download struct {
	c    *Client
	m    module.Version
	d    Downloads
	from Proxy
	url  *url.URL
	path string // of the part file
	most int    // tries without progress

	part    *part
	start   time.Time
	last    time.Time     // of the last progress
	high    int64         // the most bytes there ever were, when progress was last noted
	after   time.Duration // Retry-After of the last answer
	tries   int
	fetched atomic.Int64 // bytes of bodies
	pieces  int
	kept    int64
	changes int // times that it began anew, because answers did not fit together
	whole   *time.Timer
}

// run downloads it, and closes the part file in any case.
func (x *download) run(ctx context.Context) (*Part, *Error) {
	limit := x.d.Ext.limit()
	want := sidecar{Module: x.m.String(), URL: show(x.url)}
	p, err := openPart(ctx, x.path, want, x.d.Ext == ExtZip && x.url.Scheme != "file", limit)
	switch {
	case ctx.Err() != nil:
		if err == nil {
			p.leave()
		}
		return nil, failed(x.url, ErrStopped, context.Cause(ctx))
	case errors.Is(err, ErrBusy):
		return nil, failed(x.url, ErrBusy, nil)
	case err != nil:
		return nil, failed(x.url, ErrDisk, withoutPath(err)).onDisk(err)
	}
	x.part, x.kept = p, p.Bytes
	x.d.track.kept(p.Bytes, p.Size)
	e := x.fetch(ctx)
	if e == nil {
		e = x.shape()
	}
	if e != nil {
		if e.Kind == ErrTooLarge || e.Kind == ErrAnswer && !p.resume || p.Bytes == 0 || !p.resume {
			p.drop()
		} else {
			p.leave()
		}
		return nil, e
	}
	p.wait()
	p.Done, p.Size = true, p.Bytes
	p.save() // that it fails costs a later run, not this one
	if err := p.f.Close(); err != nil {
		removePart(x.path)
		return nil, failed(x.url, ErrDisk, withoutPath(err)).onDisk(err)
	}
	return &Part{Module: x.m, Ext: x.d.Ext, Path: x.path, Bytes: p.Bytes, Proxy: x.from.String(), Kept: x.kept,
		Fetched: x.fetched.Load(), Tries: x.tries, Pieces: x.pieces, c: x.c, d: x.d}, nil
}

// onDisk tells the kinds of failures of a disk apart.
func (e *Error) onDisk(err error) *Error {
	e.Kind, e.Err = diskError(err)
	return e
}

// fetch tries until all is there.
func (x *download) fetch(ctx context.Context) *Error {
	if p := x.part; p.Done || p.Bytes > 0 && p.Bytes == p.Size {
		return nil
	}
	if x.url.Scheme == "file" {
		return x.copyFile(ctx)
	}
	if x.url.User != nil && x.url.Scheme != "https" {
		return failed(x.url, ErrSettings, errors.New("refusing to pass credentials to insecure URL; use https, or a netrc file for loopback"))
	}
	return x.insist(ctx, x.c.host(hostPort(x.url)))
}

// insist asks a host until all is there, or there is no use in it.
func (x *download) insist(ctx context.Context, h *host) *Error {
	x.start, x.last, x.high = time.Now(), time.Now(), x.part.Bytes
	var before *Error
	for fails := 0; ; {
		probe, err := h.enter(ctx, x.patience(), func(until time.Time) { x.d.track.waits(h.name, until) })
		if err != nil {
			return x.notEntered(ctx, err, before)
		}
		e := x.try(ctx)
		moved, how := x.moved(), e.ending(x.after)
		if moved && how == wentWrong {
			how = wentWell
		}
		h.exit(probe, how, x.after)
		if e == nil {
			return nil
		}
		if fails++; moved {
			fails, x.last = 0, time.Now()
		}
		if e.Kind == errChanged {
			if x.changes++; x.changes > maxChanges {
				return failed(x.url, ErrAnswer, fmt.Errorf("its content changes while it is fetched: %w", e.Err))
			}
			continue
		}
		// A network that was there a moment ago may be so again: a wireless one, or a resolver that is busy.
		again := e.worthRetrying() || e.Kind == ErrNoNetwork && h.answered() && fails < offlineTries
		if ctx.Err() != nil || !again || fails >= x.most || time.Since(x.last) >= retryWithin || time.Now().After(x.deadline()) {
			return e
		}
		before = e
		x.part.save()
		wait := backoff(x.c.backoff, max(fails, 1))
		x.d.track.waits(h.name, time.Now().Add(wait))
		if pause(ctx, wait) != nil {
			return failed(x.url, ErrStopped, context.Cause(ctx))
		}
	}
}

// notEntered is the Error of a host that is left alone: what it said last, if it was asked at all.
func (x *download) notEntered(ctx context.Context, err error, before *Error) *Error {
	switch {
	case ctx.Err() != nil:
		return failed(x.url, ErrStopped, context.Cause(ctx))
	case before != nil:
		return before
	}
	return failed(x.url, ErrHost, err)
}

// patience is until when it waits for a host that is left alone.
func (x *download) patience() time.Time {
	if x.most < maxTries {
		return time.Now() // another proxy is as good
	}
	return x.last.Add(retryWithin)
}

// deadline is when it has to be there.
func (x *download) deadline() time.Time {
	size := x.part.Size
	if size < 0 {
		size = x.part.limit
	}
	return x.start.Add(retryWithin + time.Duration(size/zipRate)*time.Second)
}

// moved reports whether it came on since it last did: by 64 KiB, or by a hundredth and a bit. Who gives a byte with each try is
// not tried for ever.
func (x *download) moved() bool {
	step := int64(64 << 10)
	if x.part.Size >= 0 {
		step = min(step, 1+x.part.Size/128)
	}
	if x.part.Bytes-x.high < step {
		return false
	}
	x.high = x.part.Bytes
	return true
}
