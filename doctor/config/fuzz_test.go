package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

// FuzzPins: a pin is set in a pins.toml that says anything, and taken off again: the others stay, the file can be read
// afterwards, and one that cannot be parsed is left as it is.
func FuzzPins(f *testing.F) {
	f.Add(pinHeader+"pins = [\n\t\"a.b/c@v1.0.0\",\n]\n", "x.y/z@v1.2.3")
	f.Add("pins = [\"b\", \"a\", \"b\", \"\\u001b\"]\nother = 1\n", "a.b/C")
	f.Add("pins = [\"a.b/c\\\"\", \"\\\\\", \"\\U000E0001\", \"\\u0085\\u2028\"]", "a.b/c")
	f.Add("pins = [\"\\u0007\\u000b\\u007f\\ufeff\\U0010ffff\"]", "a.b/c")
	f.Add("pins = 7\n", "a.b/c")
	f.Add("pins = [", "a.b/c")
	d := Dir(f.TempDir())
	f.Fuzz(func(t *testing.T, text, name string) {
		write(t, d.PinFile(), text)
		p, err := ParsePin(name)
		if err != nil {
			return
		}
		if again, err := ParsePin(p.String()); err != nil || again != p || !p.Matches(p.Path, p.Version) {
			t.Fatalf("%q is %+v, then %+v, %v", name, p, again, err)
		}
		before, err := d.pins()
		if err != nil {
			if changed, err := d.SetPin(p, true); err == nil || changed {
				t.Fatalf("%q was changed", text)
			}
			if now, err := os.ReadFile(d.PinFile()); err != nil || string(now) != text {
				t.Fatalf("%q became %q, %v", text, now, err)
			}
			return
		}
		had := slices.Contains(before, p.String())
		if err := d.writePins(before); err != nil {
			t.Fatal(err)
		}
		if after, err := d.pins(); err != nil || !slices.Equal(after, before) {
			t.Fatalf("%q became %q, %v", before, after, err)
		}
		if changed, err := d.SetPin(p, !had); err != nil || !changed {
			t.Fatalf("%q: %v, %v", before, changed, err)
		}
		want := slices.DeleteFunc(append(slices.Clone(before), p.String()), func(s string) bool { return had && s == p.String() })
		slices.Sort(want)
		if after, err := d.pins(); err != nil || !slices.Equal(after, want) {
			t.Fatalf("%q became %q, %v; want %q", before, after, err, want)
		}
	})
}

// FuzzWords: durations, sizes and pins that are accepted are within what is said of them, and what package time reads is read
// the same.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"90d", "2w", "1y", "36h", "1e3d", "-1h", "100y", "101y", "NaNd", "Infy", "0x1p3d", "1_0d", "5GiB", "20G", "1500", "1e30", "-1", "4EiB", "5 GiB", "a.b/c@v1.0.0", "a.b/c@v1", " a.b/c ", "a.b/C@v1.0.0+incompatible"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDuration(s); err == nil {
			std, stdErr := time.ParseDuration(s)
			if d < 0 || stdErr == nil && std != d || stdErr != nil && d > 100*365*24*time.Hour {
				t.Errorf("%q lasts %v, %v", s, d, std)
			}
		} else if std, err := time.ParseDuration(s); err == nil && std >= 0 {
			t.Errorf("%q is refused, and is %v", s, std)
		}
		if n, err := ParseSize(s); err == nil && (n < 0 || n > 1<<62) {
			t.Errorf("%q is %d bytes", s, n)
		}
		if p, err := ParsePin(s); err == nil && (module.CheckPath(p.Path) != nil || p.Version != "" && module.CanonicalVersion(p.Version) != p.Version || strings.Contains(p.Path, "@")) {
			t.Errorf("%q is %+v", s, p)
		}
	})
}

// FuzzAuto: what a file says of what nobody watches is a limit or nothing: no key makes one that is wider than what it says.
func FuzzAuto(f *testing.F) {
	f.Add("[auto]\npolicies = [\"orphans\"]\nmost = \"5GiB\"\nolder_than = \"90d\"\n")
	f.Add("[auto]\nmost = 5\nolder_than = \"-1d\"\nmirrors = [\"http://u:p@x\"]\n[clean]\nkeep = -1\n[[ignore]]\ncheck = \"a\"\nuntil = 2027-01-31\n")
	f.Add("auto = 1\nmirrors = [\"://\", \"file:///x\", \"https://h\"]\nroots = [\"~/x\", \"~u\", \"$X\"]\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(dir, "config.toml")
		write(t, file, text)
		c := Read(Places{User: []string{file}, Home: "/home/x", Keys: someKeys})
		again := Read(Places{User: []string{file}, Home: "/home/x", Keys: someKeys})
		if len(again.Warnings) != len(c.Warnings) || len(again.Settings) != len(c.Settings) {
			t.Errorf("read twice: %+v, %+v", c.Warnings, again.Warnings)
		}
		for _, w := range c.Warnings {
			if w.Message == "" || w.Line < 0 || w.Line > strings.Count(text, "\n")+1 {
				t.Errorf("%+v of %q", w, text)
			}
		}
		for _, m := range c.Mirrors {
			if !strings.HasPrefix(strings.ToLower(m), "http") {
				t.Errorf("%q is a mirror", m)
			}
		}
		for _, i := range c.Ignores {
			if i.Check == "" {
				t.Errorf("%+v", i)
			}
		}
	})
}
