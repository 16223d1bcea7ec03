package text

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestASCII(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"plain":            "plain",
		"…":                "..",
		"│ size █████░░ │": "| size #####.. |",
		"┌─┬─┐":            "+-+-+",
		"╭──╮":             "+--+",
		"abc…":             "ab..",
		"… x":              "..x",
		"caf\u00e9":        `caf\u00e9`,
		"日":                `\u65e5`,
		"😀":                `\U0001f600`,
		"\xff":             `\xff`,
		"a\nb":             `a\x0ab`,
	} {
		if got := ASCII(in); got != want {
			t.Errorf("ASCII(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestASCIIKeepsTheWidthOfOurLines is why --ascii can be applied to a finished frame.
func TestASCIIKeepsTheWidthOfOurLines(t *testing.T) {
	for _, s := range nasty {
		for width := range 40 {
			line := "│ " + Fit(CleanASCII(s), width) + " │ " + FitMiddle("a.b/c/"+CleanASCII(s), width) + " █▏ │"
			a := ASCII(line)
			if !plainASCII(a) || len(a) != ansi.StringWidth(line) {
				t.Errorf("ASCII(%q) = %q, %d cells, want %d", line, a, len(a), ansi.StringWidth(line))
			}
		}
	}
}

func TestEveryLookAlikeIsACellWide(t *testing.T) {
	for r := range alike {
		if ansi.StringWidth(string(r)) != 1 {
			t.Errorf("%U %c is not one cell wide", r, r)
		}
	}
}
