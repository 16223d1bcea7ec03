package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goproxyMalformed = &Check{
	ID:       "goproxy-malformed",
	Title:    "GOPROXY cannot be read",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C65"},
	Says: []string{
		"GOPROXY list is not the empty string, but contains no entries",
		"invalid proxy URL missing scheme: …",
		"invalid proxy URL scheme (must be https, http, file): …",
		"invalid file:// proxy URL with non-path elements: …",
		"lookup …;direct",
	},
	Help: Help{
		Why: "GOPROXY is a list of addresses with \",\" or \"|\" between them, and the words direct and off at its end. One entry " +
			"that go cannot read stops every command that has to ask for a module, even where the other entries are right. " +
			"A \";\" is part of a name, and go looks for a host called so.",
		Look: "go env GOPROXY, and godoctor env GOPROXY for the place that sets it.",
		Do:   "Write addresses with https:// before them and \",\" between them, and the words in lower case. Without GOPROXY go uses its default.",
		See:  []string{"https://go.dev/ref/mod#goproxy-protocol"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOPROXY")
		why := goproxyFault(s, p.proxies())
		if why == "" {
			return
		}
		f := finding.Finding{Target: at(s), Detail: fmt.Sprintf("%s: set by %s", why, from(s))}
		if better := goproxyRepaired(s.Value); better != s.Value {
			f.Fixes = append(f.Fixes, reset(s, better))
		}
		f.Fixes = append(f.Fixes, unset(s))
		p.Report(f)
	},
}

// goproxyFault says what is wrong with a GOPROXY; "" for nothing.
func goproxyFault(s goenv.Setting, read fetch.Settings) string {
	if s.Value == "" {
		return "" // there is no go, which others say
	}
	if read.Err != nil {
		return read.Err.Error()
	}
	for entry := range strings.FieldsFuncSeq(s.Value, func(r rune) bool { return r == ',' || r == '|' }) {
		before, after, ok := strings.Cut(entry, ";")
		after = strings.TrimSpace(after)
		if ok && (after == "direct" || after == "off" || strings.Contains(after, "://")) {
			return fmt.Sprintf("%q is one entry: \";\" does not separate", strings.TrimSpace(hidden(before))+";"+hidden(after))
		}
	}
	return ""
}

// hidden is an address without its userinfo.
func hidden(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		scheme, _, ok := strings.Cut(address, "://")
		if !ok {
			return "..."
		}
		return scheme + "://" + address[i+1:]
	}
	return address
}

// goproxyRepaired is what was meant, where that is plain: other separators, and words in capitals.
func goproxyRepaired(value string) string {
	fixed := strings.ReplaceAll(value, ";", ",")
	if strings.Contains(fixed, "://") && strings.ContainsAny(strings.TrimSpace(fixed), " \t") {
		fixed = strings.Join(strings.Fields(strings.NewReplacer(",", " ", "|", " ").Replace(fixed)), ",")
	}
	var b strings.Builder
	for len(fixed) > 0 {
		i := strings.IndexAny(fixed, ",|")
		entry, sep := fixed, ""
		if i >= 0 {
			entry, sep, fixed = fixed[:i], fixed[i:i+1], fixed[i+1:]
		} else {
			fixed = ""
		}
		if word := strings.ToLower(strings.TrimSpace(entry)); word == "direct" || word == "off" {
			entry = word
		}
		b.WriteString(entry + sep)
	}
	return b.String()
}
