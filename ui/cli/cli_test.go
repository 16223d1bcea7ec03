package cli

import (
	"testing"
	"time"

	"godoctor/scan/modcache"
)

func TestDays(t *testing.T) {
	for _, c := range []struct {
		in   string
		want time.Duration
	}{{"90d", 90 * 24 * time.Hour}, {"2w", 14 * 24 * time.Hour}, {"1y", 365 * 24 * time.Hour}, {"36h", 36 * time.Hour},
		{"0", 0}, {"1.5d", 36 * time.Hour}} {
		var d days
		if err := d.Set(c.in); err != nil || time.Duration(d) != c.want {
			t.Errorf("%q: %v, %v", c.in, time.Duration(d), err)
		}
	}
	for _, s := range []string{"", "soon", "-1d", "d", "1e9y", "NaNd", "10"} {
		var d days
		if err := d.Set(s); err == nil {
			t.Errorf("%q was taken as %v", s, time.Duration(d))
		}
	}
}

func TestMatcher(t *testing.T) {
	v := &modcache.Version{Path: "github.com/spf13/cobra", Version: "v1.1.1"}
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{"", true}, {"cobra", true}, {"Cobra", false}, {"github.com/...", true}, {"...", true}, {"github.com/*", false},
		{"github.com/*/cobra", true}, {"github.com/spf13/cobr?", true}, {"cobra@v1.1.1", true}, {"cobra@v1.1.10", false},
		{"...@v1.1.*", true}, {"...cobra", true}, {"...viper", false}, {"github.com/spf13/cobra@v1.1", true}, {"*[", false}, {"(.*)", false},
		{"\xff*", false}, {"...\xc3", false},
	} {
		m := newMatcher(c.pattern)
		if got := m.match(v); got != c.want {
			t.Errorf("%q: %v", c.pattern, got)
		}
	}
}

func TestUTF8Locale(t *testing.T) {
	for s, want := range map[string]bool{"C.UTF-8": true, "de_DE.utf8@euro": true, "C": false, "POSIX": false, "en_US": false, "en_US.ISO-8859-1": false} {
		if utf8Locale(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
