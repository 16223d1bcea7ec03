package check

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goflagsCheck = &Check{
	ID:       "goflags",
	Title:    "GOFLAGS keeps go from starting, or changes what every command does",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C58"},
	Says: []string{
		"go: parsing $GOFLAGS: unknown flag -…",
		`go: parsing $GOFLAGS: non-flag "…"`,
		"go: parsing $GOFLAGS: unterminated …",
		"go: flag needs an argument: -… (from $GOFLAGS)",
		"-mod=… not supported (can be '', 'mod', 'readonly', or 'vendor')",
		"go: inconsistent vendoring in …:",
		"cannot query module due to -mod=vendor",
		"go: open …: no such file or directory",
	},
	Help: Help{
		Why: "The flags in GOFLAGS are given to every go command. They are separated by blanks, so \"-mod vendor\" is a flag and a word " +
			"that is none, and go does not start; a flag that no command of this release has stops it as well. With -mod=mod every " +
			"command may rewrite go.mod and go.sum without a word. With -mod=vendor, projects that have no vendor directory, and go " +
			"install of a package with a version, fail. Only go env and go bug work in spite of a wrong GOFLAGS.",
		Look: "'godoctor env GOFLAGS' says where the value comes from: the environment, the GOENV file, or the go.env of the installation.",
		Do:   "Take the flag out of GOFLAGS, and give it to the commands that want it. -mod=vendor is the default where there is a vendor directory.",
		See:  []string{"https://pkg.go.dev/cmd/go#hdr-Environment_variables"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOFLAGS")
		words, err := goenv.Words(s.Value)
		if err != nil {
			p.goflag(finding.Error, s, fmt.Sprintf("a quote is not closed (%v)", err), "")
			return
		}
		for i, w := range words {
			if severity, why := p.badFlag(words, i); why != "" {
				p.goflag(severity, s, why, withoutWord(words, i))
				if severity == finding.Error || !strings.HasPrefix(w, "-") {
					return // go says only that
				}
			}
		}
	},
}

// goflag reports a GOFLAGS, and what it would be without what is wrong in it.
func (p *Pass) goflag(severity finding.Severity, s goenv.Setting, why, rest string) {
	p.ReportAs(severity, finding.Finding{Title: map[bool]string{true: "GOFLAGS keeps go from working", false: "GOFLAGS changes what every command does"}[severity == finding.Error],
		Detail: fmt.Sprintf("GOFLAGS is %s, set by %s: %s", shown(s.Key, s.Value), p.origin(s), why),
		Target: at(s), Fixes: []finding.Fix{p.amend(s, rest)}})
}

// valued are flags that need a value, in every release.
var valued = []string{"asmflags", "buildmode", "compiler", "gccgoflags", "gcflags", "installsuffix", "ldflags", "mod", "modfile",
	"overlay", "p", "pkgdir", "tags", "toolexec"}

// badFlag says what is wrong with a word of GOFLAGS, as base.InitGOFLAGS and base.SetFromGOFLAGS judge.
func (p *Pass) badFlag(words []string, i int) (severity finding.Severity, why string) {
	w := words[i]
	name := strings.TrimPrefix(strings.TrimPrefix(w, "-"), "-")
	name, value, given := strings.Cut(name, "=")
	switch {
	case !strings.HasPrefix(w, "-") || name == "" || name[0] == '-':
		if i > 0 && slices.Contains(valued, strings.TrimLeft(words[i-1], "-")) {
			return finding.Error, bounded(fmt.Sprintf("%q is taken for a word of its own: write %s=%s", w, words[i-1], w))
		}
		return finding.Error, bounded(fmt.Sprintf("%q is no flag", w))
	case p.release().UnknownFlag(name):
		return finding.Error, bounded(fmt.Sprintf("no command of %s has a flag -%s", p.Env.GoVersion(), name))
	case slices.Contains(valued, name) && !given:
		if i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			return 0, "" // the next word says it better
		}
		return finding.Error, fmt.Sprintf("-%s needs a value: -%s=VALUE", name, name)
	case name == "mod":
		return badMod(value)
	case name == "modfile" && value != "":
		if fi, err := os.Stat(value); err != nil || fi.IsDir() {
			return finding.Error, bounded(fmt.Sprintf("the file %q of -modfile is not there", value))
		}
	}
	return 0, ""
}

func badMod(value string) (finding.Severity, string) {
	switch value {
	case "mod":
		return finding.Warning, "with -mod=mod every command may rewrite go.mod and go.sum without a word"
	case "vendor":
		return finding.Warning, "with -mod=vendor every project has to have a vendor directory, and nothing can be asked about other modules"
	case "readonly", "":
		return 0, ""
	}
	return finding.Error, bounded(fmt.Sprintf("-mod=%s is none of mod, readonly and vendor", value))
}

// withoutWord is GOFLAGS without a word that is no flag or does harm, and for a value that stands apart, with it where it
// belongs.
func withoutWord(words []string, i int) string {
	out := slices.Clone(words)
	if i > 0 && !strings.HasPrefix(words[i], "-") && slices.Contains(valued, strings.TrimLeft(words[i-1], "-")) {
		out[i-1] += "=" + words[i]
	}
	out = slices.Delete(out, i, i+1)
	return plainly(out)
}

// plainly is a GOFLAGS of words; "" where there are none or they cannot be written.
func plainly(words []string) string {
	value, ok := goenv.JoinWords(words)
	if !ok {
		return ""
	}
	return value
}
