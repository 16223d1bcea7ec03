package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"godoctor/doctor/state"
	"godoctor/scan/goenv"
)

// status keeps what the stores take, says what became more since days ago, and keeps nothing where it may not.
func TestStatusTrend(t *testing.T) {
	l := newCheckLab(t)
	dir, err := goenv.UserStateDir(l.m.Environ())
	l.must(err)
	file := filepath.Join(string(state.HomeIn(dir)), "trend.jsonl")
	lines := func(want int) string {
		t.Helper()
		b, err := os.ReadFile(file)
		if got := strings.Count(string(b), "\n"); got != want || want > 0 && err != nil {
			t.Fatalf("%d points, want %d, %v\n%s", got, want, err, b)
		}
		return string(b)
	}
	since := regexp.MustCompile(`(?m)^(\+[\d.]+( \w+)?|unchanged) since \S`)
	for _, args := range [][]string{{"status", "--no-config"}, {"status", "--fast"}, {"--demo"}} {
		if out, _ := l.run(0, args...); since.MatchString(out) {
			t.Errorf("%q compares with nothing:\n%s", args, out)
		}
		lines(0)
	}
	if out, _ := l.run(0, "status"); since.MatchString(out) {
		t.Errorf("compared with nothing:\n%s", out)
	}
	now := lines(1)
	old := regexp.MustCompile(`"time":"\d{4}`).ReplaceAllString(now, `"time":"2001`)
	old = regexp.MustCompile(`"sources":\d+`).ReplaceAllString(old, `"sources":0`)
	l.must(os.WriteFile(file, []byte(old), 0o600))
	for _, args := range [][]string{{"status", "--no-config"}, {"status", "--bytes", "--no-config"}} {
		out, _ := l.run(0, args...)
		if m := since.FindString(out); !strings.HasPrefix(m, "+") || !strings.Contains(out, " 2001") && !strings.Contains(out, " since 2001") {
			t.Errorf("%q:\n%s", args, out)
		}
		lines(1)
	}
	// Its own file is none of the stores'.
	l.run(0, "status", "--json")
	lines(2)
	if out, _ := l.run(0, "status", "--modcache", filepath.Join(l.m.Root, "elsewhere")); since.MatchString(out) {
		t.Errorf("another module cache is compared with this one:\n%s", out)
	}
}
