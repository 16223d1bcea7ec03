package plain

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// Proxies prints what each address said, a line of figures and a line of facts each.
func (p *Printer) Proxies(list []report.Proxy, s report.ProxySummary) {
	if len(list) == 0 {
		p.line("nobody to ask: GOPROXY %s, and no candidates were given", cmp.Or(map[string]string{"off": "is off", "direct": "is direct"}[s.End], "names no proxy"))
		return
	}
	g := grid{right: []bool{false, false, false, true, true, true, false, false}}
	g.add("WHAT", "ADDRESS", "ANSWER", "FIRST", "AGAIN", "SPEED", "PARTS", "SUMDB")
	for i := range list {
		x := &list[i]
		answer := x.Answer
		if x.Status != 0 && x.Status != 200 {
			answer += fmt.Sprintf(" %d", x.Status)
		}
		speed := "-"
		if x.Rate > 0 {
			speed = p.size(x.Rate) + "/s"
		}
		g.add(p.clean(strings.TrimSpace(x.Kind+" "+x.Separator)), p.clean(x.URL), p.clean(answer), millis(x.First), millis(x.Latency), speed,
			p.clean(cmp.Or(x.Range, "-")), p.clean(cmp.Or(x.SumDB, "-")))
	}
	g.write(p, "", func(row int, line string) string {
		switch {
		case row == 0:
			return line
		case !list[row-1].Works:
			return p.Theme.Bad(line)
		}
		return line
	})
	switch s.End {
	case "direct":
		p.line("direct       what no proxy has, go fetches from its origin, with git")
	case "off":
		p.line("off          what no proxy has, go does not fetch")
	}
	p.line("")
	for i := range list {
		p.proxyFacts(&list[i])
	}
	asked := "the list of toolchains"
	if s.Module != "" {
		asked = p.clean(s.Module)
	}
	p.line("asked for %s; FIRST is the first answer with name, connection and TLS, AGAIN one over the open connection", asked)
	p.line("")
}

// proxyFacts prints where an address leads, and who answers there.
func (p *Printer) proxyFacts(x *report.Proxy) {
	var facts []string
	say := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	if x.Via != "" {
		say("through the HTTP proxy %s", p.clean(x.Via))
	}
	if len(x.Addresses) > 0 {
		say("name in %s: %s", millis(x.DNS), p.clean(strings.Join(x.Addresses, ", ")))
	}
	if x.Connect > 0 {
		say("connected in %s", millis(x.Connect))
	}
	if t := x.TLS; t != nil {
		logged := "in no public log"
		if t.Logged {
			logged = "publicly logged"
		}
		if t.Added {
			logged += ", verified by SSL_CERT_FILE or SSL_CERT_DIR only"
		}
		version := cmp.Or(p.clean(t.Version), "TLS")
		if x.Handshake > 0 {
			version += " in " + millis(x.Handshake)
		}
		say("%s, issued by %s (%s), good until %s", version, p.clean(t.Issuer), logged, t.NotAfter.Format(time.DateOnly))
	}
	if x.Skew != nil {
		if d := time.Duration(*x.Skew) * time.Millisecond; d.Abs() > 2*time.Second {
			say("the clock here is %v ahead", d)
		}
	}
	if x.Says != "" {
		say("it says: %s", p.clean(x.Says))
	}
	if facts == nil {
		return
	}
	p.line("%s", p.clean(x.URL))
	for _, f := range facts {
		p.line("  %s", inLine(f))
	}
}

// millis prints a time of a network.
func millis(v float64) string {
	switch {
	case v == 0:
		return "-"
	case v < 10:
		return fmt.Sprintf("%.1fms", v)
	}
	return text.Duration(time.Duration(v * float64(time.Millisecond)))
}
