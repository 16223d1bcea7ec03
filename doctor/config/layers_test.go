package config

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// permissions says whether a system knows who may write a file.
const permissions = runtime.GOOS != "windows"

// TestLayers: each file counts before those in front of it; what protects adds up.
func TestLayers(t *testing.T) {
	r := newRepository(t)
	write(t, r.system, "grace = \"1d\"\nroots = [\"/srv/a\"]\nmore_roots = [\"/srv/b\"]\nskip = [\"/srv/c\"]\nprotect = [\"a.example/*\"]\n"+
		"mirrors = [\"https://a.example\"]\nbranches = false\npins = [\"example.com/a\"]\ncolor = \"never\"\noffline = true\n\n[auto]\nkeep = 1\n")
	write(t, r.config, "grace = \"2d\"\nroots = [\"~/b\"]\nmore_roots = [\"~/c\"]\nskip = []\nprotect = [\"b.example/*\"]\n"+
		"mirrors = [\"https://b.example\"]\nbranches = true\npins = [\"example.com/b\"]\noffline = false\n\n[auto]\nbudget = \"1GiB\"\n[toolchains.get]\nsdk = true\n")
	c := r.read("protect = [\"c.example/*\"]\n")
	home := func(s string) string { return filepath.Join(r.home, s) }
	if c.Grace != 48*time.Hour || !c.Branches || !slices.Equal(c.Roots, []string{home("b")}) || len(c.Skip) != 0 || !slices.Equal(c.Mirrors, []string{"https://b.example"}) {
		t.Errorf("%+v", c)
	}
	if !slices.Equal(c.MoreRoots, []string{"/srv/b", home("c")}) || !slices.Equal(c.Protect, []string{"a.example/*", "b.example/*", "c.example/*"}) || len(c.Pins) != 2 {
		t.Errorf("%+v", c)
	}
	if c.Auto.Keep != 0 || c.Auto.Budget != 1<<30 || c.Auto.File != r.config {
		t.Errorf("the whole table counts: %+v", c.Auto)
	}
	want := []Setting{{"color", []string{"never"}, Origin{r.system, 9}, System}, {"offline", []string{"true"}, Origin{r.system, 10}, System},
		{"offline", []string{"false"}, Origin{r.config, 9}, User}, {"toolchains.get.sdk", []string{"true"}, Origin{r.config, 14}, User}}
	if !reflect.DeepEqual(c.Settings, want) || len(c.Warnings) > 0 {
		t.Errorf("%+v, %+v", c.Settings, c.Warnings)
	}
	if f := c.From; !slices.Equal(f["grace"], []Origin{{r.config, 1}}) || !slices.Equal(f["protect"], []Origin{{r.system, 5}, {r.config, 5}, {filepath.Join(r.dir, ProjectFile), 1}}) {
		t.Errorf("%+v", f)
	}
	var layers []string
	for _, f := range c.Files {
		layers = append(layers, f.Layer.String())
		if !f.Read {
			t.Errorf("%+v", f)
		}
	}
	if !slices.Equal(layers, []string{"system", "user", "project"}) {
		t.Errorf("%q", layers)
	}
}

// The file of all is not believed where everybody may write it, and then nothing is called unused.
func TestSystemFileOfEverybody(t *testing.T) {
	r := newRepository(t)
	write(t, r.system, "grace = \"1d\"\n")
	if err := os.Chmod(r.system, 0o666); err != nil {
		t.Fatal(err)
	}
	if c := r.readFrom(r.home); permissions && (!c.Broken || c.HasGrace || len(c.Warnings) != 1) {
		t.Errorf("%+v", c)
	}
}

// TestWarnings: what makes no sense is told with file, line and what was meant, and the rest of the file counts.
func TestWarnings(t *testing.T) {
	r := newRepository(t)
	for text, want := range map[string]string{
		"gracee = 1":                        `line 2: has the key "gracee", which godoctor does not know; did you mean "grace"?`,
		"root = [\"/x\"]":                   `did you mean "roots"?`,
		"no_branches = true":                `did you mean "branches"?`,
		"Color = \"never\"":                 `did you mean "color"?`,
		"dry-run = true":                    `did you mean "dry_run"?`,
		"fail_on = \"note\"":                `the key "fail_on" belongs to a command: want it in [check]`,
		"[check]\nfailon = 1":               `line 3: has the key "check.failon", which godoctor does not know; did you mean "fail_on"?`,
		"[chek]\nfail_on = \"note\"\nb = 1": `line 2: has the key "chek", which godoctor does not know; did you mean "check"?`,
		"[check]\nfail_on = \"nevr\"":       `line 3: check.fail_on: "nevr": want error, warning, note, never (did you mean "never"?); it counts for nothing`,
		"[check]\nskip = \"a\"":             `check.skip: want an array of strings, ["..."], not a string`,
		"[check]\nskip = [\"a\", 1]":        `check.skip: want an array of strings`,
		"[check]\nall = \"true\"":           `check.all: want true or false, not a string`,
		"check = 1":                         `check: want a table, [check], not a number`,
		"[[check]]\nall = true":             `check: want a table, [check], not a table`,
		"toolchains = true":                 `toolchains: want a table, [toolchains], not a boolean`,
		"offline = \"no\"":                  `offline: want true or false, not a string; it is taken for true`,
		"color = 2027-01-31":                `color: want a string, in "quotes", not a time`,
		"modcache = \"m\"":                  `modcache: "m" is not an absolute path, nor one that begins with ~/`,
		"yes = true":                        `yes: cannot be set in a file: it is an answer; it counts for nothing`,
		"[clean]\nkeep = 1.5":               `clean.keep: want a number, not a fraction`,
		"[clean]\nolder_than = \"90 days\"": `clean.older_than: duration "90 days"`,
		"grace = 30":                        `grace: incompatible types`,
		"[auto]\nbugdet = \"1GiB\"":         `auto: there is no key "bugdet": did you mean "budget"?`,
		"\"a\\u001b[2J\" = 1":               `has the key "a\x1b[2J"`,
		"x.y.z = 1\nx.y.w = 2":              `has the key "x.y.z", which`,
	} {
		write(t, r.config, "color = \"never\"\n"+text+"\n")
		if strings.HasPrefix(strings.ToLower(text), "color") || strings.HasPrefix(text, "\"") {
			write(t, r.config, "ascii = true\n"+text+"\n")
		}
		c := r.readFrom(r.home)
		said := ""
		for _, w := range c.Warnings {
			if w.File == r.config && w.Line > 0 {
				said += w.Message + "\n"
			}
		}
		if !strings.Contains(said, want) {
			t.Errorf("%q: %q is not said in:\n%s", text, want, said)
		}
		if strings.HasPrefix(text, "[clean]") != (len(c.Limits) == 1) {
			t.Errorf("%q: limits %+v", text, c.Limits)
		}
	}
	for _, text := range []string{"[clean]\nolder = \"90d\"", "clean = \"90d\"", "[clean.x]\na = 1", "[[clean]]\nkeep = 1"} {
		write(t, r.config, text+"\n")
		if c := r.readFrom(r.home); len(c.Limits) == 0 || c.Limits[0].Table != "clean" {
			t.Errorf("%q may have been a limit: %+v", text, c)
		}
	}
}

// What is said is short, whatever stands there.
func TestLongWarning(t *testing.T) {
	r := newRepository(t)
	write(t, r.config, "grace = \""+strings.Repeat("ä", 100000)+"\"\n"+strings.Repeat("k", 50000)+" = 1\n")
	c := r.readFrom(r.home)
	if len(c.Warnings) != 2 {
		t.Fatalf("%d warnings", len(c.Warnings))
	}
	for _, w := range c.Warnings {
		if len(w.Message) > len(r.config)+messageMax+100 {
			t.Errorf("%d bytes", len(w.Message))
		}
	}
}

// A line is that of the value, whatever stands in front of it.
func TestLines(t *testing.T) {
	r := newRepository(t)
	write(t, r.config, "pins = [\n  # color = 1\n  \"a.b/c\",\n]\nprotect = [\"\"\"\ncolor = 2\n\"\"\"]\n\n[check] # color\nall = true\n\n[toolchains]\nget.sdk = true\n")
	c := r.readFrom(r.home)
	if len(c.Settings) != 2 || c.Settings[0].Line != 10 || c.Settings[1].Line != 13 || c.From["protect"][0].Line != 5 {
		t.Errorf("%+v, %+v", c.Settings, c.From)
	}
}
