package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxChanges is how often a file begins anew because two answers are not of the same file.
	maxChanges = 2
	// The bytes before the end of a part that are fetched again to be compared: as many as the first, and fewer, down to the
	// second, when all of them together, in all runs, come to a 200th of the file: resuming a hundred times is not to cost a
	// fiftieth. Even the few tell, for what is packed is like noise.
	overlapMost, overlapLeast, overlapShare = 64 << 10, 64, 200
)

var (
	errChanged = errors.New("two answers do not belong together")
	errTwice   = errors.New("its content is another than before")
	errRanges  = errors.New("it does not understand Range")
	errNoETag  = errors.New("it had an ETag and now has none")
)

// try makes one request.
func (x *download) try(ctx context.Context) *Error {
	x.after = 0
	if ctx.Err() != nil {
		return failed(x.url, ErrStopped, context.Cause(ctx))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x.whole = time.AfterFunc(time.Until(x.deadline()), func() { cancel(errTotal) })
	defer x.whole.Stop()
	from, header := x.ask()
	r := &reading{c: x.c, ctx: ctx, cancel: cancel, login: x.c.credentials(x.url), home: x.url, limit: x.part.limit, header: header}
	r.take = func(u *url.URL, resp *http.Response) ([]byte, *Error) {
		return nil, x.take(r, u, resp, from, header != nil)
	}
	x.tries++
	x.d.track.asks(hostPort(x.url), x.tries, from)
	_, e := r.follow(x.url)
	return e
}

// ask says from which byte on the file is asked for, and how.
func (x *download) ask() (from int64, header http.Header) {
	p := x.part
	if p.Bytes == 0 || p.NoRange || !p.resume {
		return 0, nil
	}
	header = http.Header{}
	spare := int64(0)
	switch {
	case !strong(p.ETag) && p.Size >= 0:
		spare = max(overlapLeast, min(overlapMost, p.Size/overlapShare-p.Compared))
	case !strong(p.ETag):
		spare = overlapMost
	case p.beyond > 0:
		spare = overlapLeast
	}
	if strong(p.ETag) {
		header.Set("If-Range", p.ETag)
	}
	from = p.Bytes - min(spare, p.Bytes)
	header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	return from, header
}

// take judges an answer that is no redirect, and takes what it holds. ranged says that a part was asked for.
func (x *download) take(r *reading, u *url.URL, resp *http.Response, from int64, ranged bool) *Error {
	switch resp.StatusCode {
	case http.StatusOK, http.StatusPartialContent:
		if e := unpacked(u, resp); e != nil {
			return e
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		x.after = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	}
	switch {
	case resp.StatusCode == http.StatusOK:
		return x.takeWhole(r, u, resp)
	case resp.StatusCode == http.StatusPartialContent && ranged:
		return x.takeRest(r, u, resp, from)
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable && ranged:
		s, err := parseContentRange(resp.Header.Get("Content-Range"))
		if p := x.part; err == nil && s.first < 0 && from == p.Bytes && s.total == p.Bytes && (p.Size < 0 || p.Size == s.total) {
			return nil
		}
		return x.anew(u, false, errTwice)
	}
	return r.refusal(u, resp)
}

// takeWhole takes a file from its beginning. What is there already goes as soon as the answer looks like a file at all.
func (x *download) takeWhole(r *reading, u *url.URL, resp *http.Response) *Error {
	if resp.ContentLength > r.limit {
		return failed(u, ErrTooLarge, fmt.Errorf("%d bytes, at most %d are taken", resp.ContentLength, r.limit))
	}
	stream, stop := x.watched(r, resp.Body)
	defer stop()
	var head []byte
	if x.d.Ext == ExtZip {
		var err error
		if head, err = begin(stream); err != nil {
			return r.broken(u, err)
		}
		if s := string(head); s != "PK\x03\x04" && s != "PK\x05\x06" {
			return failed(u, ErrAnswer, errors.New("its answer is no zip"))
		}
	}
	if err := x.part.reset(); err != nil {
		return failed(u, ErrDisk, nil).onDisk(err)
	}
	p := x.part
	x.pieces, x.kept = 1, 0
	p.Size = resp.ContentLength
	p.ETag = validator(resp.Header.Get("ETag"), maxETag)
	p.Modified = validator(resp.Header.Get("Last-Modified"), maxDate)
	p.announce()
	x.d.track.begins(0, p.Size)
	e := x.pour(r, u, io.MultiReader(bytes.NewReader(head), stream), p.Size)
	if e == nil && p.Size < 0 && x.d.Ext == ExtZip && !x.ends() {
		return r.broken(u, io.ErrUnexpectedEOF) // HTTP/1.0 does not tell an end from a cut
	}
	return e
}

// begin reads four bytes, or as many as there are. Unlike io.ReadFull it tells an end from a connection that is cut.
func begin(stream io.Reader) (head []byte, err error) {
	buf := make([]byte, 4)
	n := 0
	for n < len(buf) && err == nil {
		var k int
		k, err = stream.Read(buf[n:])
		n += k
	}
	if err == io.EOF {
		err = nil
	}
	return buf[:n], err
}

// ends reports whether there is the record that ends a zip among the last bytes.
func (x *download) ends() bool {
	tail, err := x.part.tail(min(x.part.Bytes, 22+1<<16))
	return err == nil && bytes.Contains(tail, []byte("PK\x05\x06"))
}

// takeRest takes a 206, if it is what was asked for.
func (x *download) takeRest(r *reading, u *url.URL, resp *http.Response, from int64) *Error {
	p := x.part
	s, err := parseContentRange(resp.Header.Get("Content-Range"))
	switch {
	case err != nil, strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "multipart/"),
		s.first != from, s.last < p.Bytes-1, s.total < 0 && p.Size < 0,
		resp.ContentLength >= 0 && resp.ContentLength != s.last-s.first+1:
		return x.anew(u, true, errRanges)
	case s.total > r.limit:
		return failed(u, ErrTooLarge, fmt.Errorf("%d bytes, at most %d are taken", s.total, r.limit))
	case s.total >= 0 && p.Size >= 0 && s.total != p.Size, s.total < 0 && s.last >= p.Size,
		differ(p.ETag, resp.Header.Get("ETag")), differ(p.Modified, resp.Header.Get("Last-Modified")):
		return x.anew(u, false, errTwice)
	case strong(p.ETag) && resp.Header.Get("ETag") == "":
		p.ETag = "" // who has forgotten it may have overlooked If-Range: better to compare
		return failed(u, errChanged, errNoETag)
	}
	stream, stop := x.watched(r, resp.Body)
	defer stop()
	if e := x.compare(r, u, stream, p.Bytes-from); e != nil {
		return e
	}
	if s.total >= 0 {
		p.Size = s.total
	}
	p.beyond = 0
	p.announce()
	x.pieces++
	x.d.track.begins(p.Bytes, p.Size)
	if e := x.pour(r, u, stream, s.last+1-p.Bytes); e != nil {
		return e
	}
	if p.Bytes < p.Size {
		return failed(u, ErrNetwork, fmt.Errorf("the answer ends at byte %d of %d", p.Bytes, p.Size))
	}
	return nil
}

// differ reports whether two validators are known and not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// anew begins at byte 0 with the next try.
func (x *download) anew(u *url.URL, noRange bool, why error) *Error {
	x.part.NoRange = x.part.NoRange || noRange
	if err := x.part.reset(); err != nil {
		return failed(u, ErrDisk, nil).onDisk(err)
	}
	x.kept, x.pieces = 0, 0
	return failed(u, errChanged, why)
}

// compare reads what is there already, and must be equal.
func (x *download) compare(r *reading, u *url.URL, stream io.Reader, n int64) *Error {
	if n == 0 {
		return nil
	}
	have, err := x.part.tail(n)
	if err != nil {
		return failed(u, ErrDisk, nil).onDisk(err)
	}
	got := make([]byte, n)
	k, err := io.ReadFull(stream, got)
	x.part.Compared += int64(k)
	switch {
	case !bytes.Equal(got[:k], have[:k]) && x.part.beyond > 0:
		if err := x.part.doubt(r.ctx); err != nil {
			return failed(u, ErrDisk, nil).onDisk(err)
		}
		x.kept = x.part.Bytes
		return failed(u, errChanged, errTwice)
	case !bytes.Equal(got[:k], have[:k]):
		return x.anew(u, false, errTwice)
	case err != nil:
		return r.broken(u, err)
	}
	return nil
}

// pour appends a body, which has want bytes, or as many as come if that is -1.
func (x *download) pour(r *reading, u *url.URL, stream io.Reader, want int64) *Error {
	p := x.part
	x.whole.Reset(time.Until(x.deadline()))
	start, first, next := time.Now(), p.Bytes, p.Bytes
	buf := make([]byte, 64<<10)
	for {
		if p.Bytes >= next {
			if e := x.lookForRoom(u); e != nil {
				return e
			}
			next = p.Bytes + x.c.roomEach
		}
		n, err := stream.Read(buf)
		switch got := p.Bytes - first + int64(n); {
		case want >= 0 && got > want:
			return x.anew(u, true, errRanges)
		case p.Bytes+int64(n) > r.limit:
			return failed(u, ErrTooLarge, fmt.Errorf("more than %d bytes", r.limit))
		}
		if werr := p.write(buf[:n]); werr != nil {
			return failed(u, ErrDisk, nil).onDisk(werr)
		}
		x.d.track.comes(p.Bytes)
		if err == nil {
			continue
		}
		x.c.measure(int(p.Bytes-first), time.Since(start))
		switch {
		case err != io.EOF:
			return r.broken(u, err)
		case p.Bytes-first < want:
			return r.broken(u, io.ErrUnexpectedEOF)
		}
		return nil
	}
}

// lookForRoom looks whether what is still to come has room.
func (x *download) lookForRoom(u *url.URL) *Error {
	packed := max(x.part.Size-x.part.Bytes, 0)
	unpacked := x.d.Unpacked
	if unpacked == 0 {
		unpacked = unpackedSize(x.part.Size, x.d.Ext)
	}
	if err := x.c.roomFor(x.d.Dir, packed, unpacked); err != nil {
		return failed(u, ErrSpace, err)
	}
	return nil
}

// watched is a body whose bytes are counted, and which is broken off when none comes for the stall time, or too few for a
// minute, until stop is called.
func (x *download) watched(r *reading, body io.Reader) (stream io.Reader, stop func()) {
	stall := time.AfterFunc(r.c.timeouts.Stall, func() { r.cancel(errStall) })
	calm := r.hurry(x.fetched.Load)
	return readerFunc(func(b []byte) (int, error) {
		n, err := body.Read(b)
		if n > 0 {
			stall.Reset(r.c.timeouts.Stall)
			x.fetched.Add(int64(n))
			x.d.Progress.Add(0, int64(n))
		}
		return n, err
	}), func() { stall.Stop(); calm() }
}

// copyFile reads from a file:// proxy.
func (x *download) copyFile(ctx context.Context) *Error {
	f, e := openFile(x.url)
	if e != nil {
		return e
	}
	defer f.Close()
	if fi, err := f.Stat(); err == nil {
		x.part.Size = fi.Size()
	}
	x.pieces = 1
	if x.part.Size > x.part.limit {
		return failed(x.url, ErrTooLarge, fmt.Errorf("more than %d bytes", x.part.limit))
	}
	if e := x.lookForRoom(x.url); e != nil {
		return e
	}
	x.d.track.begins(0, x.part.Size)
	buf := make([]byte, 256<<10)
	for {
		if ctx.Err() != nil {
			return failed(x.url, ErrStopped, context.Cause(ctx))
		}
		n, err := f.Read(buf)
		if x.part.Bytes+int64(n) > x.part.limit {
			return failed(x.url, ErrTooLarge, fmt.Errorf("more than %d bytes", x.part.limit))
		}
		if werr := x.part.write(buf[:n]); werr != nil {
			return failed(x.url, ErrDisk, nil).onDisk(werr)
		}
		x.d.track.comes(x.part.Bytes)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return failed(x.url, ErrNetwork, withoutPath(err))
		}
	}
}

// shape judges a whole .mod or .info as Mod and Info do. That of a zip was judged by its first bytes.
func (x *download) shape() *Error {
	if x.d.Ext == ExtZip {
		return nil
	}
	data, err := x.part.tail(x.part.Bytes)
	if err != nil {
		return failed(x.url, ErrDisk, nil).onDisk(err)
	}
	if x.d.Ext == ExtMod {
		if looksLikePage(data) {
			return failed(x.url, ErrAnswer, errors.New("its answer is a web page, no go.mod"))
		}
		return nil
	}
	var info Info
	if err := json.Unmarshal(data, &info); err != nil {
		return failed(x.url, ErrAnswer, fmt.Errorf("its answer is no .info: %w", cleanJSON(err)))
	}
	if info.Version != x.m.Version {
		return failed(x.url, ErrAnswer, fmt.Errorf("it answers for version %q", clip(info.Version)))
	}
	return nil
}
