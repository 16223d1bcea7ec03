package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// load reads the files of a user. file, if not empty, is read instead of config.toml, and has to be there.
func load(d Dir, file, home string) *Config {
	p := Places{Home: home}
	if d != "" {
		p.User, p.Pins = []string{d.File()}, d.PinFile()
	}
	if file != "" {
		p.User, p.Named = []string{file}, true
	}
	return Read(p)
}

func TestLoad(t *testing.T) {
	d := In(t.TempDir())
	home := filepath.Join(t.TempDir(), "home")
	write(t, d.File(), `
grace = "30d"
roots = ["~/src", "relative"]
more_roots = ["~"]
skip = ["~/mnt/slow"]
protect = ["corp.example/*", "a[b"]
pins = ["github.com/BurntSushi/toml@v1.2.0", "example.com/all", "nonsense pin"]
branches = false
gracee = 1

[[modfile]]
mod = "~/src/x/alt.mod"
`)
	c := load(d, "", home)
	if c.Grace != 30*24*time.Hour || !c.HasGrace || c.Branches {
		t.Errorf("grace %v, branches %v", c.Grace, c.Branches)
	}
	if want := []string{filepath.Join(home, "src")}; !slices.Equal(c.Roots, want) || !slices.Equal(c.MoreRoots, []string{home}) {
		t.Errorf("roots %q and %q", c.Roots, c.MoreRoots)
	}
	if !slices.Equal(c.Protect, []string{"corp.example/*"}) || len(c.Pins) != 2 {
		t.Errorf("protect %q, pins %v", c.Protect, c.Pins)
	}
	if len(c.Modfiles) != 1 || c.Modfiles[0].Sum != filepath.Join(home, "src", "x", "alt.sum") {
		t.Errorf("modfiles %v", c.Modfiles)
	}
	if !c.Broken {
		t.Error("a pin that cannot be read leaves doubt about what is to be kept")
	}
	var said []string
	for _, w := range c.Warnings {
		said = append(said, w.Message)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{`"relative" is not an absolute path`, `"a[b"`, "nonsense pin", `"gracee", which godoctor does not know; did you mean "grace"?`} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in:\n%s", want, all)
		}
	}
	for _, w := range c.Warnings {
		if w.Line == 0 {
			t.Errorf("no line: %s", w.Message)
		}
	}
}

// Without files everything has its default, and nothing is wrong.
func TestNothing(t *testing.T) {
	for _, d := range []Dir{"", In(t.TempDir())} {
		if c := load(d, "", "/home/x"); c.Grace != DefaultGrace || !c.Branches || c.Broken || len(c.Warnings) != 0 {
			t.Errorf("%q: %+v", d, c)
		}
	}
	if c := load("", filepath.Join(t.TempDir(), "none.toml"), ""); !c.Broken || len(c.Warnings) != 1 {
		t.Errorf("a file that was asked for and is not there: %+v", c)
	}
}

func TestBroken(t *testing.T) {
	d := In(t.TempDir())
	write(t, d.File(), "grace = \"1d\"\npins = [\n")
	if c := load(d, "", ""); !c.Broken || len(c.Warnings) != 1 || c.Warnings[0].Line == 0 {
		t.Errorf("%+v", c)
	}
	if err := os.Remove(d.File()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(d.File(), 0o700); err != nil {
		t.Fatal(err)
	}
	if c := load(d, "", ""); !c.Broken {
		t.Error("a directory in the place of the file")
	}
}

// A pin is kept, found again, and taken off; what cannot be parsed is not overwritten.
func TestSetPin(t *testing.T) {
	d := In(t.TempDir())
	a, b := Pin{"example.com/a", "v1.0.0"}, Pin{"example.com/b", ""}
	for _, p := range []Pin{b, a} {
		if changed, err := d.SetPin(p, true); !changed || err != nil {
			t.Fatal(changed, err)
		}
	}
	if changed, err := d.SetPin(a, true); changed || err != nil {
		t.Error("the same pin again:", changed, err)
	}
	if c := load(d, "", ""); len(c.Pins) != 2 || len(c.Warnings) != 0 || !c.Pins[1].Matches("example.com/b", "v9.0.0") {
		t.Errorf("%+v", c)
	}
	if changed, err := d.SetPin(b, false); !changed || err != nil {
		t.Error(changed, err)
	}
	if c := load(d, "", ""); len(c.Pins) != 1 || c.Pins[0] != a || c.Pins[0].Matches("example.com/a", "v1.0.1") {
		t.Errorf("%+v", c)
	}
	for _, text := range []string{"pins = [ oops", "pins = []\nprotect = [\"corp.example/*\"]\n", "[auto]\n"} {
		write(t, d.PinFile(), text)
		if _, err := d.SetPin(b, true); err == nil {
			t.Errorf("%q was replaced", text)
		}
		if now, err := os.ReadFile(d.PinFile()); err != nil || string(now) != text {
			t.Errorf("%q became %q, %v", text, now, err)
		}
	}
	if _, err := Dir("").SetPin(a, true); err == nil {
		t.Error("a pin was kept nowhere")
	}
}

func TestParsePin(t *testing.T) {
	for s, want := range map[string]Pin{"a.b/c@v1.0.0": {"a.b/c", "v1.0.0"}, " a.b/c ": {"a.b/c", ""},
		"a.b/c@v2.0.0+incompatible": {"a.b/c", "v2.0.0+incompatible"}} {
		if p, err := ParsePin(s); err != nil || p != want {
			t.Errorf("%q: %v, %v", s, p, err)
		}
	}
	for _, s := range []string{"", "a.b/*", "a.b/c@latest", "a.b/c@v1", "a.b/c@v2.0.0", "../x", "a b"} {
		if p, err := ParsePin(s); err == nil {
			t.Errorf("%q: %v", s, p)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("grace = \"2w\"\npins = [\"a.b/c@v1.0.0\"]\n[[modfile]]\nmod = \"/x/alt.mod\"\n")
	f.Add("protect = [\"*\"]\nroots = [\"~\"]\nunknown.key = 1\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(dir, "config.toml")
		write(t, file, text)
		c := load("", file, "/home/x")
		for _, p := range append(append(c.Roots, c.MoreRoots...), c.Skip...) {
			if !filepath.IsAbs(p) {
				t.Errorf("%q is not absolute", p)
			}
		}
		if c.Grace < 0 {
			t.Errorf("grace %v", c.Grace)
		}
	})
}
