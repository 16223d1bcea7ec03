package compare

import (
	"strings"
	"testing"
)

// What is made different has a name, a word and something to do, which never is about a side that is right already.
func TestAdvice(t *testing.T) {
	for _, c := range made {
		a, b := machine("a"), machine("b")
		c.make(b)
		for i, d := range Of(a, b).Differences {
			if d.Title() == "" || d.Effect.Word() == "" || d.Do() == "" || strings.Contains(d.Do(), "NAME") {
				t.Errorf("%s: %+v: %q", c.name, d, d.Do())
			}
			if i > 0 && d.Effect == Nothing && !strings.HasPrefix(d.Do(), "nothing") {
				t.Errorf("%s: of what changes nothing: %q", c.name, d.Do())
			}
		}
	}
	for _, r := range rules {
		d := &Difference{Subject: r.subject, Name: "x", Effect: r.effect}
		if r.subject != "" && d.Do() == "" {
			t.Errorf("%s: nothing to do", r.subject)
		}
	}
}

// A command has the values of the sides where a person can type them, and never what a shell would take for more.
func TestAdviceCommands(t *testing.T) {
	for _, c := range []struct {
		d    Difference
		want string
	}{
		{Difference{Subject: "setting", Name: "CGO_ENABLED", A: "0", B: "1", FromA: "go env -w, line 2"}, "'go env -w CGO_ENABLED=0' on B"},
		{Difference{Subject: "setting", Name: "CGO_ENABLED", A: "1", B: "0", FromA: "go's default", FromB: "the environment"}, "unset CGO_ENABLED in the environment of B"},
		{Difference{Subject: "setting", Name: "GOAMD64", A: "v1", B: "v3", FromA: "go's default", FromB: "go env -w, line 1"}, "'go env -u GOAMD64' on B"},
		{Difference{Subject: "setting", Name: "GOAMD64", A: "v3", B: "v1", FromA: "the environment", FromB: "the environment"}, "set GOAMD64=v3 in the environment of B"},
		{Difference{Subject: "setting", Name: "GOPROXY", A: "https://***@proxy.example.io", B: "off"}, "GOPROXY=VALUE-OF-A"},
		{Difference{Subject: "setting", Name: "CC", A: "x'; rm -rf /; '", B: "gcc"}, "CC=VALUE-OF-A"},
		{Difference{Subject: "setting", Name: "CC", A: "zig cc", B: "gcc"}, "CC=VALUE-OF-A"},
		{Difference{Subject: "setting", Name: "CC", A: "gcc\x1b[2J", B: "gcc"}, "CC=VALUE-OF-A"},
		{Difference{Subject: "module", Name: "example.com/a", A: "v1.2.0", B: "v1.3.0"}, "'go get example.com/a@v1.2.0'"},
		{Difference{Subject: "module", Name: "$(reboot)", A: "v1.2.0", B: "v1.3.0"}, "'go get MODULE@v1.2.0'"},
		{Difference{Subject: "module", Name: "example.com/a", B: "v1.3.0"}, "'go mod why -m example.com/a'"},
		{Difference{Subject: "toolchain", Name: "go1.25.1", A: "installed"}, "on B"},
		{Difference{Subject: "toolchain", Name: "go1.25.1", B: "installed"}, "on A"},
		{Difference{Subject: "replace", Name: "example.com/a"}, "-dropreplace example.com/a"},
		{Difference{Subject: "module", Name: "-toolexec=x", A: "v1.2.0", B: "v1.3.0"}, "'go get MODULE@v1.2.0'"},
		{Difference{Subject: "setting", Name: "CGO_$(reboot)", A: "1", B: "2", FromB: "the environment"}, "set NAME=1 in the environment of B"},
		{Difference{Subject: "setting", Name: "CGO_$(reboot)", A: "1", B: "2"}, "'go env -w NAME=1'"},
		{Difference{Subject: "setting", Name: "CGO_$(reboot)", B: "2"}, "'go env -u NAME'"},
		{Difference{Subject: "setting", Name: "CGO_CFLAGS", A: "-O2", B: "-O0"}, "'go env -w CGO_CFLAGS=-O2'"},
		{Difference{Subject: "flag", Name: "-tags $(reboot)"}, "give both builds the same flags"},
		{Difference{Subject: "flag", Name: "-tags", FromA: "the environment"}, "GOFLAGS"},
		{Difference{Subject: "flag", Name: "vcs.revision"}, "one revision"},
		{Difference{Subject: "setting", Name: "GOCACHE", A: "/a", B: "/b", Effect: Nothing}, "nothing"},
	} {
		if got := c.d.Do(); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.d, got, c.want)
		}
	}
}
