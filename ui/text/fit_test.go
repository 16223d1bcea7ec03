package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"", 0, ""}, {"", 3, "   "}, {"abc", -1, ""}, {"abc", 0, ""}, {"abc", 1, "…"}, {"abc", 2, "a…"},
		{"abc", 3, "abc"}, {"abc", 5, "abc  "},
		{"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日… "}, {"日本語", 1, "…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"}, {"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"👩\u200d💻x", 3, "👩\u200d💻x"}, {"👩\u200d💻xy", 3, "👩\u200d💻…"},
	} {
		if got := Fit(c.s, c.width); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestRight(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"", 2, "  "}, {"7", 0, ""}, {"7", 3, "  7"}, {"11.2 GiB", 8, "11.2 GiB"}, {"11.2 GiB", 4, "11.…"}, {"日", 3, " 日"},
	} {
		if got := Right(c.s, c.width); got != c.want {
			t.Errorf("Right(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestFitMiddle(t *testing.T) {
	const compute = "cloud.google.com/go/compute@v1.20.1"
	const pseudo = "golang.org/x/exp@v0.0.0-20251008173134-b7a4c3b7e0e1"
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{compute, 36, compute + " "},
		{compute, 35, compute},
		{compute, 34, "..go/compute@v1.20.1              "},
		{compute, 20, "..go/compute@v1.20.1"},
		{compute, 19, "..compute@v1.20.1  "},
		{compute, 17, "..compute@v1.20.1"},
		{compute, 16, "..compute@v1.20…"},
		{compute, 6, "compu…"},
		{compute, 1, "…"},
		{compute, 0, ""},
		{pseudo, 21, "..exp@v0.0.0-2025100…"},
		{"github.com/charmbracelet/bubbletea/v2@v2.0.9", 22, "..bubbletea/v2@v2.0.9 "},
		{"github.com/charmbracelet/bubbletea/v2@v2.0.9", 14, "..bubbletea/v…"},
		{"/home/u/go/pkg/mod/cache", 12, "..mod/cache "},
		{"a/very/long/dir/", 8, "..dir/  "},
		{"nothing-to-leave-out", 8, "nothing…"},
		{"/home/a@b/go/pkg/mod/example.com/log@v1.4.2/logger.go", 24, "..log@v1.4.2/logger.go  "},
		{strings.Repeat("a/", 5000) + "b", 9, "..a/a/a/b"},
		{"例え.jp/日本語/日本@v1.0.0", 14, "..日本@v1.0.0 "},
	} {
		if got := FitMiddle(c.s, c.width); got != c.want {
			t.Errorf("FitMiddle(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func FuzzFit(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, 7)
	}
	f.Add("github.com/acme/日本語@v1.2.3", 12)
	f.Add("👩\u200d👩\u200d👩\u200d\U0001fa51\xe2", 3)
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < 0 || width > 300 {
			width = int(uint(width) % 301)
		}
		checkFit(t, Clean(s), width)
	})
}

func TestFitNastyNamesAtEveryWidth(t *testing.T) {
	for _, s := range nasty {
		for width := range 70 {
			checkFit(t, Clean(s), width)
		}
	}
}

func checkFit(t *testing.T, c string, width int) {
	t.Helper()
	for name, fit := range map[string]func(string, int) string{"Fit": Fit, "FitMiddle": FitMiddle, "Right": Right} {
		got := fit(c, width)
		if w := ansi.StringWidth(got); w != width {
			t.Errorf("%s(%q, %d) = %q, %d cells", name, c, width, got, w)
		}
		// A row is made of cells that were fitted one by one: they have to add up.
		if w := ansi.StringWidth("|" + got + "|"); w != width+2 {
			t.Errorf("%s(%q, %d) = %q joins its neighbours: %d cells", name, c, width, got, w)
		}
		if !Safe(got) {
			t.Errorf("%s(%q, %d) = %q is not Safe", name, c, width, got)
		}
		if Width(c) <= width && !strings.Contains(got, c) {
			t.Errorf("%s(%q, %d) = %q lost some of it", name, c, width, got)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for _, c := range []struct{ name, s string }{
		{"ascii", "github.com/aws/aws-sdk-go-v2/service/internal/presigned-url@v1.9.1"},
		{"cjk", strings.Repeat("日本語", 10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fit(c.s, 40)
			}
		})
	}
}
