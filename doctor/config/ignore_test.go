package config

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is whole counts, with its line; what is not hides nothing, and the rest of the file counts all the same.
func TestIgnores(t *testing.T) {
	d := In(t.TempDir())
	write(t, d.File(), `grace = "30d"

[[ignore]]
check = "goroot-other"
reason = "two releases on purpose"

[[ ignore ]] # with a date
check = "gosum-missing"
target = "~/src/app/go.sum"
reason = "generated"
until = 2027-01-31

[[ignore]]
check = "a"
reason = "r"
until = "2027-02-01"

[[ignore]]
check = "no-reason"

[[ignore]]
reason = "no check"

[[ignore]]
check = "no-date"
reason = "r"
until = 7

[[ignore]]
check = "no-pattern"
target = "a[b"
reason = "r"
`)
	write(t, d.PinFile(), "[[ignore]]\ncheck = \"a\"\nreason = \"r\"\n")
	c := load(d, "", "/home/x")
	if len(c.Ignores) != 3 || c.Broken || !c.HasGrace {
		t.Fatalf("%+v", c)
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.Local) }
	for i, want := range []Ignore{
		{Check: "goroot-other", Reason: "two releases on purpose", Line: 3, File: d.File()},
		{Check: "gosum-missing", Target: filepath.FromSlash("/home/x/src/app/go.sum"), Reason: "generated", Until: day(2027, 2, 1), Line: 7, File: d.File()},
		{Check: "a", Reason: "r", Until: day(2027, 2, 2), Line: 13, File: d.File()},
	} {
		if c.Ignores[i] != want {
			t.Errorf("got %+v, want %+v", c.Ignores[i], want)
		}
	}
	last := &c.Ignores[1]
	if last.Ended(day(2027, 1, 31).Add(23*time.Hour)) || !last.Ended(day(2027, 2, 1)) || c.Ignores[0].Ended(day(2999, 1, 1)) {
		t.Error("it ends with the day that was written")
	}
	var said []string
	for _, w := range c.Warnings {
		said = append(said, w.Message)
		if w.Line == 0 {
			t.Errorf("no line: %s", w.Message)
		}
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{`"no-reason" has no reason`, "no check is named", `until of "no-date"`, `"a[b" is no pattern`, "belongs into config.toml"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in:\n%s", want, all)
		}
	}
	if len(c.Warnings) != 5 {
		t.Errorf("warnings:\n%s", all)
	}
}

// Where there is no home directory, ~ is not the empty target, which is everything.
func TestIgnoreHomeless(t *testing.T) {
	d := In(t.TempDir())
	write(t, d.File(), "[[ignore]]\ncheck = \"a\"\nreason = \"r\"\ntarget = \"~\"\n")
	for home, want := range map[string]string{"": "~", "/home/x": filepath.FromSlash("/home/x")} {
		if c := load(d, "", home); len(c.Ignores) != 1 || c.Ignores[0].Target != want {
			t.Errorf("home %q: %+v", home, c.Ignores)
		}
	}
}
