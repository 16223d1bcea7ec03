package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/modcache"
)

// sick is the version of a lab that is damaged.
func (l *lab) sick() *modcache.Version {
	return &modcache.Version{Path: l.mod.Path, Version: l.mod.Version, Dir: l.file("dir"), Zip: l.file("zip")}
}

func (l *lab) diff(name string, limit int) *FileDiff {
	l.t.Helper()
	d, err := Diff(l.t.Context(), l.sick(), name, limit)
	must(l.t, err)
	return d
}

func TestDiff(t *testing.T) {
	l := newLab(t)
	in := func(name string) string { return filepath.Join(l.file("dir"), filepath.FromSlash(name)) }
	if d := l.diff("sick.go", 0); len(d.Lines) > 0 || d.More > 0 || d.Why != "" {
		t.Errorf("of equal files: %+v", d)
	}
	l.write(in("sick.go"), strings.Replace(l.mod.Files["sick.go"], "// Name", "// \x1b[31mName", 1)+"no end")
	want := []string{"--- zip/sick.go", "+++ dir/sick.go", "@@ -1,5 +1,6 @@",
		" // Package sick is made up.", " package sick", " ", "-// Name is it.", "+// \x1b[31mName is it.",
		` func Name() string { return "sick" }`, "+no end", `\ No newline at end of file`}
	if d := l.diff("sick.go", 0); !slices.Equal(d.Lines, want) || d.More != 0 {
		t.Errorf("got  %q\nwant %q", d.Lines, want)
	}
	if d := l.diff("sick.go", 4); !slices.Equal(d.Lines, want[:4]) || d.More != len(want)-4 {
		t.Errorf("4 lines: %+v", d)
	}
	l.write(in("sub/x.go"), "package sub\r\n")
	if d := l.diff("sub/x.go", 0); !slices.Equal(d.Lines[3:], []string{"-package sub", "+package sub\r"}) {
		t.Errorf("line ends: %q", d.Lines)
	}
	l.write(in("new.go"), "package sick\n")
	if d := l.diff("new.go", 0); !slices.Equal(d.Lines, []string{"--- /dev/null", "+++ dir/new.go", "@@ -0,0 +1,1 @@", "+package sick"}) {
		t.Errorf("only in the directory: %q", d.Lines)
	}
	l.remove(in("README"))
	if d := l.diff("README", 10); len(d.Lines) != 10 || d.More != 393 || d.Lines[1] != "+++ /dev/null" || d.Lines[9] != "-a line of text" {
		t.Errorf("only in the zip: %+v", d)
	}
	l.write(in("empty"), "")
	if d := l.diff("empty", 0); len(d.Lines) > 0 || d.Why == "" {
		t.Errorf("only in the directory, and empty: %+v", d)
	}
}

// What cannot be shown in lines is told in words.
func TestDiffNoText(t *testing.T) {
	l := newLab(t)
	name := filepath.Join(l.file("dir"), "sick.go")
	for text, why := range map[string]string{
		"a\x00b": "binary files differ", "\xff\n": "binary files differ",
		strings.Repeat("x", diffMax+1): "too large to be compared",
	} {
		l.write(name, text)
		if d := l.diff("sick.go", 0); d.Why != why || len(d.Lines) > 0 {
			t.Errorf("%.10q: %+v", text, d)
		}
	}
	must(t, os.Remove(name))
	must(t, os.Mkdir(name, 0o755))
	if d := l.diff("sick.go", 0); d.Why != "not a regular file in the directory" {
		t.Errorf("a directory: %+v", d)
	}
	if d := diffOf("a", []byte("\x00"), "b", []byte("\x00"), 0); d.Why != "" {
		t.Errorf("equal bytes: %+v", d)
	}
}

// What is in neither, leads out of the module or cannot be read is an error.
func TestDiffErrors(t *testing.T) {
	l := newLab(t)
	if _, err := Diff(t.Context(), l.sick(), "none", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in neither: %v", err)
	}
	l.write(filepath.Join(filepath.Dir(l.file("dir")), "secret"), "secret\n")
	for _, name := range []string{"../secret", "/etc/passwd", "sub/../../secret", ""} {
		if d, err := Diff(t.Context(), l.sick(), name, 0); err == nil {
			t.Errorf("%q: %+v", name, d)
		}
	}
	for _, part := range []string{"zip", "dir"} {
		must(t, os.Rename(l.file(part), l.file(part)+"x"))
		if d, err := Diff(t.Context(), l.sick(), "sick.go", 0); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without %s: %+v, %v", part, d, err)
		}
		must(t, os.Rename(l.file(part)+"x", l.file(part)))
	}
	l.write(l.file("zip"), "no zip")
	if _, err := Diff(t.Context(), l.sick(), "sick.go", 0); err == nil {
		t.Error("a broken zip was compared")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Diff(ctx, l.sick(), "sick.go", 0); err == nil {
		t.Error("compared when all was over")
	}
}

// A name cannot make lines of its own.
func TestDiffSide(t *testing.T) {
	for name, want := range map[string]string{"a b": "dir/a b", "a\n+++ b": `"dir/a\n+++ b"`} {
		if got := side("dir", name, nil); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// apply makes the second content of the first and a diff, as patch does. Both end with a newline.
func apply(a []byte, d *FileDiff) []byte {
	old := strings.SplitAfter(string(a), "\n")
	var out []string
	at := 0
	for _, line := range d.Lines[2:] {
		switch line[0] {
		case '@':
			var from, count int
			fmt.Sscanf(line, "@@ -%d,%d", &from, &count)
			from -= min(count, 1)
			out, at = append(out, old[at:from]...), from
		case '-':
			at++
		case ' ':
			out, at = append(out, line[1:]+"\n"), at+1
		case '+':
			out = append(out, line[1:]+"\n")
		}
	}
	return []byte(strings.Join(append(out, old[at:]...), ""))
}

// A diff leads from the one to the other.
func FuzzDiff(f *testing.F) {
	f.Add([]byte("a\nb\nc\n"), []byte("a\nc\n"))
	f.Add([]byte(""), []byte("x\n"))
	f.Add([]byte(strings.Repeat("a\n", 30)+"b\n"), []byte("b\n"+strings.Repeat("a\n", 20)))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a) > 0 {
			a = append(a, '\n')
		}
		if len(b) > 0 {
			b = append(b, '\n')
		}
		d := diffOf("a", a, "b", b, 0)
		switch {
		case !isText(a) || !isText(b):
			if (d.Why == "") != bytes.Equal(a, b) || len(d.Lines) > 0 {
				t.Errorf("%q, %q: %+v", a, b, d)
			}
		case bytes.Equal(a, b):
			if len(d.Lines) > 0 {
				t.Errorf("of equal ones: %q", d.Lines)
			}
		default:
			if got := apply(a, d); !bytes.Equal(got, b) {
				t.Errorf("%q and %q give %q, want %q", a, d.Lines, got, b)
			}
		}
	})
}

func BenchmarkDiff(b *testing.B) {
	var x, y bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&x, "line %d\n", i%9000)
		fmt.Fprintf(&y, "line %d\n", (i+i/1000)%9000)
	}
	for b.Loop() {
		diffOf("a", x.Bytes(), "b", y.Bytes(), 100)
	}
}
