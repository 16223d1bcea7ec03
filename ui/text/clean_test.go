package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// nasty are names that broke the screens of others.
var nasty = []string{
	"", " ", "a", "golang.org/x/mod@v0.40.0", `C:\Users\x`, `\\server\share`, `\`, `\\`, `\\\`,
	`\x1b`, `\\x1b`, "\\\x1b", "\\\\\x1b", `C:\xff`, "C:\\\xff", `\u202e`, `\U0010FFFF`, `\U0010ffff`, `\u12`, `\x`,
	"\x1b[31mred", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\", "\x1bP", "\x9b31m",
	"\u009b31m", "\u0085", "a\nb", "a\rb", "a\tb", "a\bb", "a\x00b", "a\x7fb", "a\vb\fc",
	"\u202egnp.exe", "\u2066a\u2069", "a\u061cb", "a\u200eb\u200f", "\u2028", "\u2029", "a\u200bb", "a\u2060b", "\ufeffa",
	"a\u200cb", "a\u200db", "\u0645\u06cc\u200c\u062e", "\u00ada", "\u00a0", "\u3000", "\u2003", "\u2800", "\u3164", "\uffa0",
	"\u115f\u1160", "\u034f", "a\ufe0f", "1\ufe0f\u20e3", "\u2764\ufe0f", "\u2764\ufe0e", "\u2764\ufe0f\ufe0f", "\u845b\U000e0100",
	"\U0001f469\u200d\U0001f4bb", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
	"\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f44d\U0001f3fd\u200d\U0001f44d", "\U0001f469\u200d", "\u200d\U0001f469",
	"\U0001f469\u200d\u200d\U0001f469", strings.Repeat("\U0001f469\u200d", 50) + "\U0001f469",
	"\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f1e9\U0001f1ea", "\U0001f1e9",
	"\ufff9a\ufffab\ufffb", "\ufffc", "\ufffd", "\ufffe", "\ue000", "\U000f0000", "\U0010ffff", "\u0378",
	"e\u0301", "\u0301e", " \u0301", "\x1b\u0301", "Z" + strings.Repeat("\u0301", 1000), "e\u0301\u0301\u0301\u0301\u0301",
	"\u65e5\u672c\u8a9e", "\uff21\uff22", "\ud55c\uad6d", "\u1112\u1161\u11ab", strings.Repeat("\u1100", 100), "\u1161", "\u11a8",
	"\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u0915\u094d\u0937", "\u0d4ea", "\U000111c2", "\u0e01\u0e33", "\u0600",
	"\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "a\xffb\u00ff",
	"%s%n", "{{.}}", "<b>", "$(rm)", "`x`", strings.Repeat("a", 255), strings.Repeat("\u754c", 85),
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain name.go", "plain name.go"},
		{"\x1b[31m", `\x1b[31m`},
		{"a\nb\tc\r\x00\x7f", `a\x0ab\x09c\x0d\x00\x7f`},
		{"\u009b", `\u009b`},
		{"\x9b", `\x9b`},
		{"\u202egnp", `\u202egnp`},
		{"a\u200bb\ufeff\u2060", `a\u200bb\ufeff\u2060`},
		{"\u2028\u2029\u061c\u200e", `\u2028\u2029\u061c\u200e`},
		{"\U000e0041", `\U000e0041`},
		{"\xffa\xc3", `\xffa\xc3`},
		{"caf\u00e9 \u65e5\u672c", "caf\u00e9 \u65e5\u672c"},
		{"\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"},
		// Backslashes stay alone where nothing can be mistaken.
		{`C:\Users\new\tmp`, `C:\Users\new\tmp`},
		{`\\server\share`, `\\server\share`},
		{`\x1b`, `\\x1b`},
		{`\xFF`, `\\xFF`},
		{`\\x1b`, `\\\\x1b`},
		{"\\\x1b", `\\\x1b`},
		{`\u202e and \u20`, `\\u202e and \u20`},
		{`\U0001F600`, `\\U0001F600`},
		// Joiners and selectors stay in emoji only.
		{"\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"},
		{"\U0001f44d\U0001f3fd\u200d\U0001f4bb", "\U0001f44d\U0001f3fd\u200d\U0001f4bb"},
		{"a\u200db\u200c", `a\u200db\u200c`},
		{"\U0001f469\u200d", "\U0001f469" + `\u200d`},
		{"\u2764\ufe0f a\ufe0f", "\u2764\ufe0f a" + `\ufe0f`},
		{"1\ufe0f\u20e3", `1\ufe0f\u20e3`},
		// Marks need a base, and no more than four are one's.
		{"e\u0301", "e\u0301"},
		{"\u0301e", `\u0301e`},
		{" \u0301", ` \u0301`},
		{"e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301" + `\u0301\u0301`},
		{"\u0e01\u0e33 \u0e33", "\u0e01\u0e33 \\u0e33"},
		{"\U0001f3fd", `\U0001f3fd`},
		// A Korean syllable in parts is one, a heap of parts is not.
		{"\u1112\u1161\u11ab", "\u1112\u1161\u11ab"},
		{"\u1100\u1100", "\u1100" + `\u1100`},
		{"\u1161", `\u1161`},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCleanASCII(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                      "plain",
		"caf\u00e9":                  `caf\u00e9`,
		"a\u2502b":                   `a\u2502b`,
		`\u00e9`:                     `\\u00e9`,
		"\U0001f469\u200d\U0001f4bb": `\U0001f469\u200d\U0001f4bb`,
	} {
		got := CleanASCII(in)
		if got != want {
			t.Errorf("CleanASCII(%q) = %q, want %q", in, got, want)
		}
		if unclean(got) != in {
			t.Errorf("CleanASCII(%q) = %q does not lead back", in, got)
		}
	}
}

func TestCleanAllocatesNothingForPlainNames(t *testing.T) {
	for _, s := range []string{"github.com/acme/log@v1.4.2", `C:\Users\gopher\go\pkg\mod`, "caf\u00e9"} {
		if n := testing.AllocsPerRun(100, func() { Clean(s) }); n != 0 {
			t.Errorf("Clean(%q) allocates %v times", s, n)
		}
	}
}

func TestNastyNamesStayApart(t *testing.T) {
	seen := map[string]string{}
	for _, s := range nasty {
		checkClean(t, s)
		c := Clean(s)
		if other, dup := seen[c]; dup {
			t.Errorf("%q and %q are both shown as %q", s, other, c)
		}
		seen[c] = s
	}
}

// TestEveryRuneJoinsNothing goes through all of Unicode: whatever is shown alone takes the cells it says, next to
// anything of ours.
func TestEveryRuneJoinsNothing(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.In(r, unicode.Han, unicode.Hangul) && unicode.Is(unicode.Lo, r) && r > 0x3400 && r%97 != 0 && r < 0xff00 {
			continue // a hundred thousand that are all alike
		}
		if !unicode.IsPrint(r) {
			if c := Clean(string(r)); utf8.ValidRune(r) && !plainASCII(c) {
				t.Fatalf("%U is not printable and is shown as %q", r, c)
			}
			continue
		}
		c := Clean(string(r))
		w := ansi.StringWidth(c)
		if w < 1 || w > 12 {
			t.Errorf("%U takes %d cells", r, w)
		}
		for _, s := range []string{"a" + c + " ", "\u2502" + c + "\u2026"} {
			if got := ansi.StringWidth(s); got != w+2 {
				t.Errorf("%U: %q takes %d cells, want %d", r, s, got, w+2)
			}
		}
	}
}

func TestSafe(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "plain": true, `\x1b`: true, "caf\u00e9 \u2502\u2588\u2026": true, "\U0001f469\u200d\U0001f4bb": true,
		"a\nb": false, "\x1b[0m": false, "\xff": false, "\u202e": false, "\u200d": false, "\u0301": false,
	} {
		if Safe(s) != want {
			t.Errorf("Safe(%q) = %v", s, !want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkClean(t, s)
		if a := CleanASCII(s); !plainASCII(a) || unclean(a) != s {
			t.Errorf("CleanASCII(%q) = %q", s, a)
		}
	})
}

// checkClean asserts all that Clean promises of one name.
func checkClean(t *testing.T, s string) {
	t.Helper()
	c := Clean(s)
	if !utf8.ValidString(c) {
		t.Errorf("Clean(%q) = %q is not UTF-8", s, c)
	}
	for i := 0; i < len(c); i++ {
		if c[i] < ' ' || c[i] == 0x7f {
			t.Errorf("Clean(%q) = %q holds byte %#x", s, c, c[i])
		}
	}
	for _, r := range c {
		if r != zwj && r != emojiSelector && invisible(r) {
			t.Errorf("Clean(%q) = %q holds %U", s, c, r)
		}
	}
	if back := unclean(c); back != s {
		t.Errorf("Clean(%q) = %q leads back to %q", s, c, back)
	}
	if !Safe(c) {
		t.Errorf("Clean(%q) = %q is not Safe", s, c)
	}
	if w := ansi.StringWidth(c); Width(c) != w || ansi.StringWidth("|"+c+"|") != w+2 {
		t.Errorf("Clean(%q) = %q: Width %d, StringWidth %d, between bars %d", s, c, Width(c), w, ansi.StringWidth("|"+c+"|"))
	}
}

// unclean is the way back, written from the rule in the package comment and not from the code: a run of
// backslashes before an escape form is an escape when odd, half as many backslashes when even.
func unclean(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		rest := strings.TrimLeft(s, `\`)
		run := len(s) - len(rest)
		size, digits := 0, map[byte]int{'x': 2, 'u': 4, 'U': 8}
		if rest != "" {
			size = digits[rest[0]]
		}
		var v uint64
		ok := run > 0 && size > 0 && len(rest) > size
		for i := 1; ok && i <= size; i++ {
			d := strings.IndexByte("0123456789abcdef", rest[i]|0x20)
			if rest[i] < '0' || d < 0 {
				ok = false
				break
			}
			v = v<<4 | uint64(d)
		}
		switch {
		case !ok:
			b.WriteString(s[:run])
			if rest != "" {
				b.WriteByte(rest[0])
				rest = rest[1:]
			}
		default:
			b.WriteString(s[:run/2])
			if run%2 == 0 {
				b.WriteString(rest[:size+1])
			} else if size == 2 {
				b.WriteByte(byte(v))
			} else {
				b.WriteRune(rune(v))
			}
			rest = rest[size+1:]
		}
		s = rest
	}
	return b.String()
}

func BenchmarkClean(b *testing.B) {
	for _, c := range []struct{ name, s string }{
		{"ascii", "github.com/aws/aws-sdk-go-v2/service/internal/presigned-url@v1.9.1"},
		{"cjk", strings.Repeat("\u65e5\u672c\u8a9e", 10)},
		{"escapes", strings.Repeat("\x1b[31m\xff", 10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(c.s)
			}
		})
	}
}
