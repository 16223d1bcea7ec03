package text

import (
	"slices"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  []string
	}{
		{"", 10, nil}, {" \t ", 10, nil}, {"a b", 1, []string{"a", "b"}}, {"a  b\tc", 3, []string{"a b", "c"}},
		{"one two", 7, []string{"one two"}}, {"one two", 6, []string{"one", "two"}},
		{"see /a/very/long/path there", 8, []string{"see", "/a/very/long/path", "there"}},
		{"日本 語", 4, []string{"日本", "語"}}, {"日本 語", 7, []string{"日本 語"}}, {"a b", 0, []string{"a", "b"}},
	} {
		if got := Wrap(c.s, c.width); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("some words, a/path and 日本", 12)
	f.Fuzz(func(t *testing.T, s string, width int) {
		s = Clean(s)
		lines := Wrap(s, width)
		if got := strings.Join(lines, " "); got != strings.Join(strings.Fields(s), " ") {
			t.Errorf("%q became %q", s, got)
		}
		for _, l := range lines {
			if Width(l) > width && strings.Contains(l, " ") {
				t.Errorf("%q is wider than %d", l, width)
			}
		}
	})
}
