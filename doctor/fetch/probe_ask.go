package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

var errOneProxy = errors.New("want one address of a module proxy, as in GOPROXY")

// A probing is a probe under way.
type probing struct {
	c *Client
	o ProbeOptions
	ProbeResult
}

// errSampled ends a download that has told how fast it is.
var errSampled = errors.New("enough has come")

// reach asks for small things: is it there, is it what it should be, how long does it take.
func (p *probing) reach(ctx context.Context) {
	u, use := p.small()
	if u == nil || ctx.Err() != nil {
		return
	}
	p.Asked = strings.TrimPrefix(strings.TrimPrefix(show(u), p.URL), "/")
	if via, err := p.c.proxyFor(u); err == nil && via != nil {
		p.Via = via.Host
	}
	t := new(probeTimes)
	start := time.Now()
	e := p.get(t.watch(ctx), u, nil, func(u *url.URL, r *reading, resp *http.Response) *Error {
		p.Status = resp.StatusCode
		p.clock(resp, start)
		data, e := r.answer(u, resp)
		if e == nil {
			if err := use(data); err != nil {
				e = failed(u, ErrAnswer, err)
			}
		}
		return e
	})
	p.First = time.Since(start)
	p.took(t)
	p.class(e)
	if e != nil && e.Err != nil {
		p.failedTLS(e.Err)
	}
	if !p.Works() || u.Scheme == "file" {
		return
	}
	for range probeRounds - 1 {
		start := time.Now()
		p.get(ctx, u, nil, func(u *url.URL, r *reading, resp *http.Response) *Error {
			_, e := r.answer(u, resp)
			return e
		})
		if took := time.Since(start); ctx.Err() == nil && (p.Latency == 0 || took < p.Latency) {
			p.Latency = took
		}
	}
	p.relay(ctx)
}

// small is what is asked for first, and how its answer is judged; nil where nothing may be asked for.
func (p *probing) small() (*url.URL, func([]byte) error) {
	proxy := p.Target.Proxy
	switch {
	case p.o.Offline:
		p.Err = &Error{Kind: ErrOffline}
		return nil, nil
	case p.Target.Kind == ProbeSumDB:
		return join(proxy.base, "/latest"), p.head
	case p.o.Module.Path != "":
		name, rest, err := address(p.o.Module, ".info")
		if err != nil {
			p.Err = &Error{Kind: ErrSettings, Module: p.o.Module.String(), Err: err}
			return nil, nil
		}
		return proxy.join(name, rest), p.info
	case p.c.settings.Private(toolchainPath):
		p.Err = &Error{Kind: ErrPrivate, Module: toolchainPath}
		return nil, nil
	}
	name, rest, _ := address(module.Version{Path: toolchainPath}, "list")
	return proxy.join(name, rest), func(data []byte) error {
		_, err := parseList(data)
		return err
	}
}

// head judges a signed tree head.
func (p *probing) head(data []byte) error {
	switch {
	case looksLikePage(data):
		return errors.New("its answer is a web page, no tree head")
	case !strings.HasPrefix(string(data), "go.sum database tree\n"):
		return errors.New("its answer is no tree head")
	case p.Target.Accept != nil:
		return p.Target.Accept(data)
	}
	return nil
}

// info judges a .info.
func (p *probing) info(data []byte) error {
	var info struct{ Version string }
	switch err := json.Unmarshal(data, &info); {
	case looksLikePage(data):
		return errors.New("its answer is a web page, no .info")
	case err != nil:
		return fmt.Errorf("its answer is no .info: %w", cleanJSON(err))
	case info.Version != p.o.Module.Version:
		return fmt.Errorf("it answers for version %q", clip(info.Version))
	}
	return nil
}

// get makes one request with its redirects; take is given the answer that is none.
func (p *probing) get(ctx context.Context, u *url.URL, header http.Header, take func(*url.URL, *reading, *http.Response) *Error) *Error {
	if u.Scheme == "file" {
		data, e := readFile(u, maxList)
		if e == nil {
			e = take(u, &reading{c: p.c, ctx: ctx, cancel: func(error) {}, home: u, limit: maxList}, fileAnswer(data))
		}
		return e
	}
	if u.User != nil && u.Scheme != "https" {
		return failed(u, ErrSettings, errors.New("refusing to pass credentials to insecure URL; use https, or a netrc file for loopback"))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	total := time.AfterFunc(p.o.Timeouts.Total, func() { cancel(errTotal) })
	defer total.Stop()
	r := &reading{c: p.c, ctx: ctx, cancel: cancel, login: p.c.credentials(u), home: u, limit: maxList, header: header}
	r.take = func(u *url.URL, resp *http.Response) ([]byte, *Error) { return nil, take(u, r, resp) }
	_, e := r.follow(u)
	return p.c.scrub(u, e)
}

// fileAnswer dresses a file up as an answer.
func fileAnswer(data []byte) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(data)), Body: body{strings.NewReader(string(data))}}
}

type body struct{ *strings.Reader }

func (body) Close() error { return nil }

// class names how the first request ended.
func (p *probing) class(e *Error) {
	p.Err, p.Class = e, ProbeOK
	if e == nil {
		return
	}
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case e.Kind == ErrNotFound:
		p.Class = ProbeNoModule
		if p.Target.Kind == ProbeSumDB {
			p.Class = ProbeAnswer
		}
	case e.Kind == ErrRefused:
		p.Class = ProbeRefused
	case e.Kind == ErrStatus:
		p.Class = ProbeStatus
	case e.Kind == ErrAnswer, e.Kind == ErrTooLarge:
		p.Class = ProbeAnswer
	case e.Kind == ErrRedirect:
		p.Class = ProbeRedirect
	case e.Kind == ErrSettings:
		p.Class = ProbeSettings
	case e.Kind == ErrStopped:
		p.Class = ProbeNobody
	case errors.As(e.Err, &dns):
		p.Class = ProbeDNS
	case errors.As(e.Err, &verify), errors.As(e.Err, &record), errors.As(e.Err, &unknown),
		e.Err != nil && (strings.Contains(e.Err.Error(), "tls: ") || strings.Contains(e.Err.Error(), "HTTP response to HTTPS client")):
		p.Class = ProbeTLS
	case e.Kind == ErrTimeout:
		p.Class = ProbeTimeout
	default:
		p.Class = ProbeNetwork
	}
}

// clock compares the clocks. What a cache kept says when it was made and how old it is (RFC 9111, sections 4.2.3 and 5.1).
func (p *probing) clock(resp *http.Response, start time.Time) {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return
	}
	if age, err := strconv.Atoi(resp.Header.Get("Age")); err == nil && age > 0 && age < 1<<30 {
		date = date.Add(time.Duration(age) * time.Second)
	}
	now := time.Now()
	p.Dated, p.Skew = true, now.Add(-now.Sub(start)/2).Sub(date).Round(time.Second)
}

// relay asks a proxy whether it relays the checksum database.
func (p *probing) relay(ctx context.Context) {
	if p.o.SumDB == "" || p.Target.Kind == ProbeSumDB {
		return
	}
	u := join(p.Target.Proxy.base, "/sumdb/"+p.o.SumDB+"/supported")
	e := p.get(ctx, u, nil, func(u *url.URL, r *reading, resp *http.Response) *Error { return r.acceptable(u, resp) })
	switch {
	case e == nil:
		p.Relay = RelayYes
	case e.Kind == ErrNotFound:
		p.Relay = RelayNo
	case e.Kind != ErrStopped:
		p.Relay = RelayBroken
	}
}
