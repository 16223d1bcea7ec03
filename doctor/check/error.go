package check

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"
)

// ErrorMax bounds a text that Recognise reads, in bytes.
const ErrorMax = 1 << 20

// A Recognised is a check whose text go printed.
type Recognised struct {
	Check   *Check
	Pattern string   // of its Says: the one that fits best
	Dots    []string // what the dots of it stand for, raw

	weight int // letters and digits of the pattern, beside its dots
}

// lightestSays is the weight below which a pattern says too little to be recognised.
const lightestSays = 6

// Recognise finds the checks of a table one of whose texts is in what go printed, each once, those with the most words in
// common first. Escape sequences and the times that build services write before each line are left out. Of more than
// ErrorMax bytes the first count.
func Recognise(text string, table []*Check) []Recognised {
	text = spaced(undressed(text[:min(len(text), ErrorMax)]))
	var out []Recognised
	for _, c := range table {
		best := Recognised{Check: c}
		for _, says := range c.Says {
			w := saysWeight(says)
			if w < lightestSays || w <= best.weight {
				continue
			}
			if dots, ok := match(says, text); ok {
				best = Recognised{c, says, dots, w}
			}
		}
		if best.weight > 0 {
			out = append(out, best)
		}
	}
	slices.SortStableFunc(out, func(a, b Recognised) int { return cmp.Compare(b.weight, a.weight) })
	return out
}

func saysWeight(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

var (
	escapeSequences = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)`)
	logTimes        = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\dT[0-9:.]+Z[ \t]`)
)

// undressed takes away what terminals and build services put around lines.
func undressed(text string) string {
	return logTimes.ReplaceAllString(escapeSequences.ReplaceAllString(text, ""), "")
}

// A Mention is what a text of the go command names. Raw.
type Mention struct {
	Modules []module.Version // each once, in the order of the text
	Files   []string         // absolute, likewise
}

// mentionsMax bounds each list.
const mentionsMax = 100

var (
	mentionedModule = regexp.MustCompile(`([A-Za-z0-9][A-Za-z0-9.\-]*\.[A-Za-z0-9.\-]+(?:/[A-Za-z0-9._~\-]+)*)@(v[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.\-+]*)`)
	mentionedFile   = regexp.MustCompile(`(?:^|[\s"'(=:])((?:/|[A-Za-z]:[\\/])[^\s:"'(),]+)`)
)

// Mentions reads which module versions and files a text names.
func Mentions(text string) Mention {
	var m Mention
	text = undressed(text[:min(len(text), ErrorMax)])
	for _, g := range mentionedModule.FindAllStringSubmatch(text, -1) {
		v := module.Version{Path: g[1], Version: strings.TrimRight(g[2], ".-")}
		if module.Check(v.Path, v.Version) == nil && !slices.Contains(m.Modules, v) && len(m.Modules) < mentionsMax {
			m.Modules = append(m.Modules, v)
		}
	}
	for _, g := range mentionedFile.FindAllStringSubmatch(text, -1) {
		file := filepath.Clean(strings.TrimRight(g[1], ".;"))
		if filepath.IsAbs(file) && !slices.Contains(m.Files, file) && len(m.Files) < mentionsMax {
			m.Files = append(m.Files, file)
		}
	}
	return m
}
