package fetch

import (
	"context"
	"sync"
	"time"

	"golang.org/x/mod/module"
)

// A ProbeKind is what is asked.
type ProbeKind string

// The kinds.
const (
	ProbeEntry     ProbeKind = "goproxy"   // an entry of GOPROXY
	ProbeCandidate ProbeKind = "candidate" // a proxy that may take its place
	ProbeSumDB     ProbeKind = "sumdb"     // the checksum database itself
)

// A ProbeTarget is one address that is asked.
type ProbeTarget struct {
	Kind   ProbeKind
	Proxy  Proxy
	Accept func(data []byte) error // of a ProbeSumDB: whether its signed tree head is good; nil: it only has to look like one
}

// ProbeOptions say what is asked for. The zero value asks for the list of toolchains.
type ProbeOptions struct {
	// Module is a version that is public, canonical, and likely to be at every proxy. Its .info is asked for, and its zip. A path
	// that is private by the Settings is not asked for: then it is the list of toolchains.
	Module   module.Version
	SumDB    string // the name of the checksum database whose relay is asked for; "": none
	Limit    int64  // bytes at most for the throughput; 0: 4 MiB
	Timeouts Timeouts
	Offline  bool
}

// The limits of a probe: how long it waits, how much it fetches.
const (
	probeLimit   = 4 << 20
	probeSample  = 8 * time.Second // for the throughput
	probeAtATime = 8
	probeRounds  = 3 // requests for one small file: the first opens the connection
	probeRange   = 1024
)

// probeTimeouts are shorter than those of downloads: somebody waits for the answer.
var probeTimeouts = Timeouts{Connect: 5 * time.Second, Header: 10 * time.Second, Stall: 5 * time.Second, Total: 20 * time.Second}

// A ProbeClass says how an address answers.
type ProbeClass string

// The classes. The first two are those of a proxy that works.
const (
	ProbeOK       ProbeClass = "ok"        // as a module proxy or a checksum database does
	ProbeNoModule ProbeClass = "no-module" // it works, and does not have what was asked for: 404 or 410
	ProbeRefused  ProbeClass = "refused"   // 401, 403, 407
	ProbeStatus   ProbeClass = "status"    // another status than 200
	ProbeAnswer   ProbeClass = "portal"    // a web page, or something else that is no answer of its kind
	ProbeRedirect ProbeClass = "redirect"  // one that is not followed
	ProbeDNS      ProbeClass = "dns"       // its name leads nowhere
	ProbeTLS      ProbeClass = "tls"       // the certificate, or the versions of TLS
	ProbeTimeout  ProbeClass = "timeout"
	ProbeNetwork  ProbeClass = "network"  // nobody listens, or the connection breaks
	ProbeSettings ProbeClass = "settings" // it cannot be asked like this: a password over http
	ProbeNobody   ProbeClass = "not-asked"
)

// A ProbeRange says whether a proxy gives a part of a zip: downloads that broke off can go on only then.
type ProbeRange string

// What a proxy makes of a Range.
const (
	RangeUnknown ProbeRange = ""
	RangeYes     ProbeRange = "yes"
	RangeNo      ProbeRange = "no"     // it sends the whole file
	RangeBroken  ProbeRange = "broken" // it sends something else than was asked for
)

// A ProbeRelay says whether a proxy relays the checksum database.
type ProbeRelay string

// The relays.
const (
	RelayUnknown ProbeRelay = ""
	RelayYes     ProbeRelay = "yes"
	RelayNo      ProbeRelay = "no"     // go asks the database itself
	RelayBroken  ProbeRelay = "broken" // neither 200 nor 404 nor 410: go asks nobody else
)

// A ProbeResult is what came of one target. Durations are zero where that step did not take place.
type ProbeResult struct {
	Target ProbeTarget
	URL    string // without userinfo, query and fragment
	Via    string // the host of the HTTP proxy in between; then DNS and Connect are about that

	Class  ProbeClass
	Status int    // of HTTP, 0 for none
	Err    *Error // nil for ProbeOK
	Asked  string // what was asked for first, below the address

	Addresses []string // that the name leads to, at most 8
	DNS       time.Duration
	Connect   time.Duration // TCP, to the first address that answered
	Handshake time.Duration // TLS
	First     time.Duration // the first answer, or the failure, with all of that
	Latency   time.Duration // the quickest further answer, over the open connection
	TLS       *ProbeCertificate

	Range ProbeRange
	Bytes int64 // that came for the throughput
	Took  time.Duration
	Rate  float64 // bytes a second; 0: too little came to tell
	Relay ProbeRelay

	Dated bool          // the server said what time it is
	Skew  time.Duration // by how much the clock here is ahead of it, within a second or two
}

// Works reports whether go can use it.
func (r *ProbeResult) Works() bool { return r.Class == ProbeOK || r.Class == ProbeNoModule }

// ParseProxy reads one address in the form that GOPROXY has.
func ParseProxy(address string) (Proxy, error) {
	proxies, end, err := parseGOPROXY(address)
	if err == nil && (len(proxies) != 1 || end != Open) {
		err = errOneProxy
	}
	if err != nil {
		return Proxy{}, err
	}
	return proxies[0], nil
}

// SumDBAddress is the address of a checksum database, for a ProbeTarget: the one in GOSUMDB, else that of its name.
func SumDBAddress(name, address string) (Proxy, error) {
	s, err := new(Client).SumDB(name, address)
	if err != nil {
		return Proxy{}, err
	}
	return Proxy{base: s.direct}, nil
}

// ProbeAll asks all targets, several at a time, and then one after the other for how fast they are. The results are in the
// order of the targets. The rules of the package hold: redirects, credentials, sizes. It ends with ctx; what was not
// asked by then is ProbeNobody.
func ProbeAll(ctx context.Context, s Settings, targets []ProbeTarget, o ProbeOptions) []ProbeResult {
	return probeWith(ctx, s, targets, o, func(c *Client) *Client { return c })
}

// probeWith is ProbeAll with a hand on each Client, for tests.
func probeWith(ctx context.Context, s Settings, targets []ProbeTarget, o ProbeOptions, prepare func(*Client) *Client) []ProbeResult {
	if o.Timeouts == (Timeouts{}) {
		o.Timeouts = probeTimeouts
	}
	if o.Limit == 0 {
		o.Limit = probeLimit
	}
	if o.Module.Path == "" || s.Private(o.Module.Path) {
		o.Module = module.Version{}
	}
	list := make([]*probing, len(targets))
	turn := make(chan struct{}, probeAtATime)
	var wg sync.WaitGroup
	for i, t := range targets {
		c := prepare(New(s, Options{Offline: o.Offline, Timeouts: o.Timeouts}))
		defer c.Close()
		list[i] = &probing{c: c, o: o, ProbeResult: ProbeResult{Target: t, URL: t.Proxy.String(), Class: ProbeNobody}}
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			list[i].reach(ctx)
		})
	}
	wg.Wait()
	results := make([]ProbeResult, len(targets))
	for i, p := range list {
		p.sample(ctx) // alone: two at a time would share the line
		results[i] = p.ProbeResult
	}
	return results
}
