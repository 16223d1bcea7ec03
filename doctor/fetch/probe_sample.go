package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/mod/module"
)

// sample measures how fast it is, and whether it gives parts. The zip of the module is asked for, else the list of toolchains,
// of which no parts are wanted.
func (p *probing) sample(ctx context.Context) {
	if p.Class != ProbeOK || p.Target.Kind == ProbeSumDB || p.Target.Proxy.base.Scheme == "file" {
		return
	}
	m, ext := p.o.Module, ".zip"
	if m.Path == "" {
		m, ext = module.Version{Path: toolchainPath}, "list"
	}
	name, rest, err := address(m, ext)
	if err != nil {
		return
	}
	u := p.Target.Proxy.join(name, rest)
	if ext == ".zip" {
		p.part(ctx, u)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	enough := time.AfterFunc(probeSample, func() { cancel(errSampled) })
	defer enough.Stop()
	p.get(ctx, u, nil, func(u *url.URL, r *reading, resp *http.Response) *Error {
		if resp.StatusCode != http.StatusOK {
			return r.refusal(u, resp)
		}
		start := time.Now()
		data, err := r.body(resp.Body, p.o.Limit)
		took := time.Since(start)
		if err != nil && !errors.Is(context.Cause(r.ctx), errSampled) {
			return r.broken(u, err)
		}
		p.Bytes, p.Took = int64(len(data)), took
		if len(data) >= rateLeast && took > 0 {
			p.Rate = float64(len(data)) / took.Seconds()
		}
		return nil
	})
}

// part asks for the beginning of a zip.
func (p *probing) part(ctx context.Context, u *url.URL) {
	header := http.Header{"Range": {fmt.Sprintf("bytes=0-%d", probeRange-1)}}
	p.get(ctx, u, header, func(u *url.URL, r *reading, resp *http.Response) *Error {
		switch resp.StatusCode {
		case http.StatusOK:
			p.Range = RangeNo
			return nil
		case http.StatusPartialContent:
		default:
			return r.refusal(u, resp)
		}
		p.Range = RangeBroken
		got, err := parseContentRange(resp.Header.Get("Content-Range"))
		if err != nil || got.first != 0 || got.last < 0 || got.last >= probeRange {
			return nil
		}
		data, err := r.body(resp.Body, probeRange+1)
		switch {
		case err != nil:
			p.Range = RangeUnknown
			return r.broken(u, err)
		case int64(len(data)) == got.last+1:
			p.Range = RangeYes
		}
		return nil
	})
}
