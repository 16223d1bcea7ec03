package style

import "testing"

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		when     When
		env      map[string]string
		terminal bool
		want     bool
	}{
		{Auto, map[string]string{"TERM": "xterm"}, true, true},
		{Auto, map[string]string{"TERM": "xterm"}, false, false},
		{Auto, map[string]string{"TERM": "dumb"}, true, false},
		{Auto, map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, true, false},
		{Auto, map[string]string{"TERM": "xterm", "NO_COLOR": "no"}, true, false},
		{Auto, map[string]string{"TERM": "xterm", "NO_COLOR": ""}, true, true},
		{Auto, map[string]string{"CLICOLOR_FORCE": "1"}, false, true},
		{Auto, map[string]string{"CLICOLOR_FORCE": "0"}, false, false},
		{Auto, map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "x"}, true, false},
		{Always, map[string]string{"NO_COLOR": "1"}, false, true},
		{Never, map[string]string{"TERM": "xterm", "CLICOLOR_FORCE": "1"}, true, false},
	} {
		if got := Allowed(c.when, func(k string) string { return c.env[k] }, c.terminal); got != c.want {
			t.Errorf("%s %v terminal=%v: %v", c.when, c.env, c.terminal, got)
		}
	}
	if _, err := ParseWhen("sometimes"); err == nil {
		t.Error("--color sometimes was accepted")
	}
}

func TestThemeOffDressesNothing(t *testing.T) {
	var th Theme
	for meaning, dress := range meanings(th) {
		if dress("x") != "x" {
			t.Error("a theme without colour dresses what is " + meaning)
		}
	}
	if th.Selected("x") == "x" {
		t.Error("without colour the row under the cursor cannot be seen")
	}
}

// What is dressed twice goes on in the outer dress.
func TestNested(t *testing.T) {
	th := ANSI.Theme(Screen{Profile: ProfileOf(true, nil)})
	if got, want := th.Muted("a"+th.Strong("b")+"c"), "\x1b[2ma\x1b[1mb\x1b[0;2mc\x1b[0m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
