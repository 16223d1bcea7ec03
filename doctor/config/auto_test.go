package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAuto(t *testing.T) {
	d := In(t.TempDir())
	write(t, d.File(), "grace = \"1d\"\n\n[auto]  # for the timer\npolicies = [\"orphans\", \"build\"]\nolder_than = \"30d\"\nkeep = 2\ngoal = \"5GiB\"\nbudget = \"20G\"\ngrace = \"0s\"\n")
	c := load(d, "", "")
	a := c.Auto
	if len(c.Warnings) > 0 || c.Grace != 24*time.Hour || a.Line != 3 || a.File != d.File() {
		t.Errorf("%+v", c)
	}
	if !slices.Equal(a.Policies, []string{"orphans", "build"}) || a.OlderThan != 30*24*time.Hour || a.Keep != 2 || a.Goal != 5<<30 ||
		a.Budget != 20e9 || a.Grace != 0 || !a.HasGrace || len(a.Wrong) > 0 {
		t.Errorf("%+v", a)
	}
}

// What makes no sense is told, with the line of the table, and known to who would remove something by it.
func TestAutoWrong(t *testing.T) {
	d := In(t.TempDir())
	for text, want := range map[string]string{
		"older_than = \"90 days\"":                "older_than: duration",
		"olderthan = \"90d\"":                     `there is no key "olderthan"`,
		"[auto.limits]\nbudget = \"1GiB\"":        `there is no key "limits`,
		"budget = \"much\"":                       "budget: size",
		"goal = \"0\"":                            "goal: size \"0\" is no limit",
		"budget = \"-1GiB\"":                      "budget: size",
		"keep = -1":                               "keep: -1",
		"grace = \"soon\"":                        "grace: duration",
		"policies = [\"build\", \"build\"]":       `"build" stands there twice`,
		"budget = \"9999999999999999999999 GiB\"": "budget: size",
	} {
		write(t, d.File(), "\n[auto]\n"+text+"\n")
		c := load(d, "", "")
		if len(c.Auto.Wrong) == 0 || !strings.Contains(c.Auto.Wrong[0], want) || len(c.Warnings) == 0 || c.Warnings[0].Line != 2 {
			t.Errorf("%q: %+v, %+v", text, c.Auto, c.Warnings)
		}
	}
	for _, text := range []string{"[auto]\nkeep = \"two\"\n", "auto = 1\n", "[[auto]]\nkeep = 1\n", "[auto]\n[auto]\n"} {
		write(t, d.File(), text)
		if c := load(d, "", ""); !c.Broken {
			t.Errorf("%q: %+v", text, c)
		}
	}
	write(t, d.File(), "")
	write(t, d.PinFile(), "[auto]\nbudget = \"1GiB\"\n")
	if c := load(d, "", ""); c.Auto.Budget != 0 || len(c.Warnings) != 1 {
		t.Errorf("pins.toml: %+v", c)
	}
}
