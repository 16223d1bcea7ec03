package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
)

func TestIgnore(t *testing.T) {
	f := func(id string, target finding.Target) finding.Finding {
		return finding.Finding{Check: id, Severity: finding.Error, Target: target}
	}
	list := []finding.Finding{
		f("a", finding.Target{Module: "corp.example/x/y", Version: "v1.0.0"}),
		f("a", finding.Target{Path: "GOFLAGS", File: "/home/u/.config/go/env", Line: 3}),
		f("a", finding.Target{Path: "/srv/build/app/vendor"}),
		f("b", finding.Target{Path: "GOFLAGS"}),
		f(Failed.ID, finding.Target{Path: "a"}),
	}
	for _, c := range []struct {
		check, target string
		hidden        int
	}{
		{"a", "", 3}, {"b", "", 1}, {"c", "", 0}, {Failed.ID, "", 0}, {Failed.ID, "a", 0},
		{"a", "corp.example/*", 1}, {"a", "corp.example/x", 1}, {"a", "corp.example/x/y@v1.0.0", 1}, {"a", "corp.example/x/y@v1.0.1", 0},
		{"a", "corp.example/x/y@*", 1}, {"a", "corp.example/z", 0}, {"b", "corp.example/*", 0},
		{"a", "GOFLAGS", 1}, {"a", "/home/u/.config/go/env", 1}, {"a", "/home/u/.config/go/env:3", 1}, {"a", "/home/u/.config/go/env:4", 0},
		{"a", "/home/u", 1}, {"a", "/home", 1}, {"a", "/home/u/.con", 0}, {"a", "/srv/*/app/vendor", 1}, {"a", "/", 2},
	} {
		left, hidden := Ignore(list, []config.Ignore{{Check: c.check, Target: c.target, Reason: "r"}}, time.Now())
		if len(hidden) != c.hidden || len(left)+len(hidden) != len(list) {
			t.Errorf("%s %q hides %d, want %d", c.check, c.target, len(hidden), c.hidden)
		}
	}
	now := time.Now()
	left, hidden := Ignore(list, []config.Ignore{{Check: "a", Reason: "until the move", Until: now.Add(-time.Hour), File: "/c.toml", Line: 7}}, now)
	i := slices.IndexFunc(left, func(f finding.Finding) bool { return f.Check == Expired.ID })
	if len(hidden) != 0 || len(left) != len(list)+1 || i < 0 || left[i].Severity != finding.Note || left[i].Target.Line != 7 || !strings.Contains(left[i].Detail, "until the move") {
		t.Errorf("what has ended hides %d, and is told as %+v", len(hidden), left)
	}
}
