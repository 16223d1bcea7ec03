package report

import (
	"time"

	"godoctor/doctor/fetch"
)

// A Proxy is one address that 'godoctor proxy' has asked. Times are in milliseconds, and 0 where a step did not take place.
type Proxy struct {
	URL       string `json:"url"`       // without userinfo
	Kind      string `json:"kind"`      // goproxy, candidate or sumdb
	Separator string `json:"separator"` // of an entry of GOPROXY, what stands behind it: "," or "|"; "" at the end
	Works     bool   `json:"works"`     // go can use it
	Answer    string `json:"answer"`    // ok, no-module, refused, status, portal, redirect, dns, tls, timeout, network, settings, not-asked
	Status    int    `json:"status"`    // of HTTP
	Error     string `json:"error"`
	Says      string `json:"says"`  // the first line of an error answer, raw
	Asked     string `json:"asked"` // what was asked for, below the address
	Via       string `json:"via"`   // the HTTP proxy in between

	Addresses []string `json:"addresses"`
	DNS       float64  `json:"dns_ms"`
	Connect   float64  `json:"connect_ms"`
	Handshake float64  `json:"tls_ms"`
	First     float64  `json:"first_ms"`   // the first answer, with all of that
	Latency   float64  `json:"latency_ms"` // the quickest one over the open connection

	TLS *Certificate `json:"tls"` // null without TLS

	Range       string  `json:"range"`          // of zips: yes, no, broken; "": not known
	SumDB       string  `json:"sumdb_relay"`    // yes, no, broken; "": not known
	SampleBytes int64   `json:"sample_bytes"`   // that came to measure the rate
	Rate        int64   `json:"rate"`           // bytes a second; 0: not known
	Skew        *int64  `json:"clock_ahead_ms"` // by how much the clock here is ahead; null: not known
	SampleMS    float64 `json:"sample_ms"`
}

// A Certificate is what a server showed.
type Certificate struct {
	Version  string    `json:"version"` // of TLS; "" where the handshake failed
	Subject  string    `json:"subject"`
	Issuer   string    `json:"issuer"`
	Root     string    `json:"root"`
	NotAfter time.Time `json:"not_after"`
	Logged   bool      `json:"logged"`     // it stands in the public logs
	Added    bool      `json:"added_root"` // only SSL_CERT_FILE or SSL_CERT_DIR verifies it
	Problem  string    `json:"problem"`
}

// A ProxySummary is the summary of proxy.
type ProxySummary struct {
	Module   string `json:"module"` // that was asked for; "": the list of toolchains
	End      string `json:"end"`    // direct, off or "": what stands behind the entries of GOPROXY
	Asked    int    `json:"asked"`
	Working  int    `json:"working"`
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Notes    int    `json:"notes"`
	Ignored  int    `json:"ignored"`
}

// WithProxies fills in what was asked, in its order.
func (d *Document) WithProxies(list []fetch.ProbeResult) *Document {
	d.Proxies = make([]Proxy, 0, len(list))
	for i := range list {
		d.Proxies = append(d.Proxies, newProxy(&list[i], i+1 < len(list) && list[i+1].Target.Kind == fetch.ProbeEntry))
	}
	return d
}

func newProxy(r *fetch.ProbeResult, further bool) Proxy {
	p := Proxy{URL: NoPassword(r.URL), Kind: string(r.Target.Kind), Works: r.Works(), Answer: string(r.Class), Status: r.Status, Asked: r.Asked, Via: r.Via,
		Addresses: append([]string{}, r.Addresses...), DNS: ms(r.DNS), Connect: ms(r.Connect), Handshake: ms(r.Handshake), First: ms(r.First),
		Latency: ms(r.Latency), Range: string(r.Range), SumDB: string(r.Relay), SampleBytes: r.Bytes, SampleMS: ms(r.Took), Rate: int64(r.Rate)}
	if r.Target.Kind == fetch.ProbeEntry {
		switch {
		case r.Target.Proxy.OnAnyError:
			p.Separator = "|"
		case further:
			p.Separator = ","
		}
	}
	if r.Err != nil {
		p.Error, p.Says = NoPassword(r.Err.Error()), NoPassword(r.Err.Detail())
	}
	if r.Dated {
		skew := r.Skew.Milliseconds()
		p.Skew = &skew
	}
	if t := r.TLS; t != nil {
		p.TLS = &Certificate{t.Version, t.Subject, t.Issuer, t.Root, t.NotAfter.UTC(), t.Logged, t.Added, t.Problem}
	}
	return p
}

// ms is a duration in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
