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

// What a project's file ignores is about that project: no error, nothing that lies elsewhere, no module version of a cache.
func TestIgnoreOfProject(t *testing.T) {
	in, out := "/srv/app", "/srv/other"
	for _, c := range []struct {
		name     string
		severity finding.Severity
		at       finding.Target
		target   string
		hidden   bool
	}{
		{"a file", finding.Warning, finding.Target{File: in + "/go.mod"}, "", true},
		{"a note of a module", finding.Note, finding.Target{Module: "example.com/a", Version: "v1.0.0", File: in + "/go.sum"}, "", true},
		{"by a name from there", finding.Warning, finding.Target{File: in + "/tools/go.mod"}, "tools/go.mod", true},
		{"by a pattern from there", finding.Warning, finding.Target{Path: in + "/tools", File: in + "/tools/go.mod"}, "*/go.mod", true},
		{"another name", finding.Warning, finding.Target{File: in + "/go.mod"}, "tools/go.mod", false},
		{"an error", finding.Error, finding.Target{File: in + "/go.mod"}, "", false},
		{"elsewhere", finding.Warning, finding.Target{File: out + "/go.mod"}, "", false},
		{"elsewhere, named", finding.Warning, finding.Target{File: out + "/go.mod"}, out + "/go.mod", false},
		{"upwards", finding.Warning, finding.Target{File: in + "/../other/go.mod"}, "", false},
		{"a name that begins alike", finding.Warning, finding.Target{File: in + "2/go.mod"}, "", false},
		{"partly elsewhere", finding.Warning, finding.Target{Path: in, File: out + "/go.work"}, "", false},
		{"a setting", finding.Warning, finding.Target{Path: "GOFLAGS"}, "", false},
		{"a setting in a file there", finding.Warning, finding.Target{Path: "GOFLAGS", File: in + "/env"}, "", false},
		{"a module version in a cache there", finding.Warning, finding.Target{Module: "example.com/a", Version: "v1.0.0", Path: in + "/.go/mod/a"}, "", false},
		{"nowhere", finding.Warning, finding.Target{}, "", false},
	} {
		list := []finding.Finding{{Check: "a", Severity: c.severity, Target: c.at}}
		left, hidden := Ignore(list, []config.Ignore{{Check: "a", Target: c.target, Reason: "r", Within: in}}, time.Now())
		if (len(hidden) == 1) != c.hidden || len(left)+len(hidden) != 1 {
			t.Errorf("%s: hidden %v, want %v", c.name, len(hidden) == 1, c.hidden)
		}
	}
}
