package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
)

// TestBadMod: what cannot be parsed is a doubt, and everything that the text names is kept.
func TestBadMod(t *testing.T) {
	const end = "require example.com/a v1.0.0\n"
	for _, c := range []struct {
		name, text string
		kinds      []DoubtKind
		bounded    bool
		named      []module.Version
		requires   []module.Version // nil: nothing could be parsed
		goLine     string
	}{
		{"merge", "module m\n\ngo 1.20\n\nrequire (\n<<<<<<< HEAD\n\texample.com/a v1.1.0\n=======\n\texample.com/a v1.2.0 // indirect\n>>>>>>> other\n)\n\nreplace example.com/b => example.com/c v0.1.0\n",
			[]DoubtKind{DoubtSyntax}, true, versions("example.com/a@v1.1.0", "example.com/a@v1.2.0", "example.com/c@v0.1.0"), nil, "1.20"},
		{"two go lines", "module m\n<<<<<<< HEAD\ngo 1.24.0\n=======\ngo 1.25.1\n>>>>>>> b\n" + end,
			[]DoubtKind{DoubtSyntax}, true, versions("example.com/a@v1.0.0"), nil, "1.25.1"},
		{"markers between lines", "module m\n<<<<<<< HEAD\n" + end + "=======\nrequire example.com/a v1.3.0\n>>>>>>> b\ngo 1.24.0\n",
			[]DoubtKind{DoubtSyntax}, true, versions("example.com/a@v1.0.0", "example.com/a@v1.3.0"), versions("example.com/a@v1.0.0", "example.com/a@v1.3.0"), "1.24.0"},
		{"a directive of the future", "module m\ngo 1.99\nfuture x\n" + end, []DoubtKind{DoubtSyntax}, true,
			versions("example.com/a@v1.0.0"), versions("example.com/a@v1.0.0"), "1.99"},
		{"NUL bytes", end + strings.Repeat("\x00", 100), []DoubtKind{DoubtSyntax}, false, versions("example.com/a@v1.0.0"), nil, ""},
		{"UTF-16", "\xff\xfem\x00o\x00d\x00u\x00l\x00e\x00 \x00m\x00\n\x00r\x00e\x00q\x00u\x00i\x00r\x00e\x00 \x00a\x00.\x00b\x00/\x00c\x00 \x00v\x001\x00.\x000\x00.\x000\x00\n\x00",
			[]DoubtKind{DoubtSyntax}, false, versions("a.b/c@v1.0.0"), nil, ""},
		{"byte order mark", bom + "module m\n" + end, []DoubtKind{DoubtSyntax}, true, versions("example.com/a@v1.0.0"), nil, ""},
		{"line ends of Windows", "module m\r\n\r\ngo 1.24\r\n\r\nrequire (\r\n\texample.com/a v1.0.0\r\n)\r\n", nil, true, nil, versions("example.com/a@v1.0.0"), "1.24"},
		{"a branch", "module m\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b/v2 master\n\texample.com/c v1.2\n)\n",
			[]DoubtKind{DoubtVersion, DoubtVersion}, true, versions("example.com/b/v2@", "example.com/c@"), versions("example.com/a@v1.0.0"), ""},
		{"a replaced branch", "module m\nreplace example.com/a => example.com/b main\n" + end,
			[]DoubtKind{DoubtVersion}, true, versions("example.com/b@"), versions("example.com/a@v1.0.0"), ""},
		{"wrong major version", "module m\nrequire example.com/a/v2 v1.0.0\n", []DoubtKind{DoubtSyntax}, true, versions("example.com/a/v2@v1.0.0"), nil, ""},
		{"short version in a bad file", "module m\n}\nrequire example.com/a v1.0\n", []DoubtKind{DoubtSyntax, DoubtVersion}, true, versions("example.com/a@"), []module.Version{}, ""},
		{"empty", "", nil, true, nil, []module.Version{}, ""},
		{"+incompatible", "module m\nrequire example.com/a v2.0.0+incompatible\n", nil, true, nil, versions("example.com/a@v2.0.0+incompatible"), ""},
		{"retracted branch", "module m\nretract v1\n" + end, nil, true, nil, versions("example.com/a@v1.0.0"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTable().parseMod("go.mod", filepath.Join(t.TempDir(), "x"), []byte(c.text))
			same(t, "doubts", kinds(s.doubts), c.kinds)
			same(t, "named", s.named, c.named)
			for _, d := range s.doubts {
				if d.Bounded != c.bounded || d.Line == 0 && c.bounded {
					t.Errorf("%+v", d)
				}
			}
			if (s.main == nil) != (c.requires == nil) {
				t.Fatalf("main: %+v, doubts %+v", s.main, s.doubts)
			}
			if s.main != nil {
				same(t, "requires", s.main.Require, c.requires)
			}
			if s.goLine != c.goLine {
				t.Errorf("go line %q", s.goLine)
			}
		})
	}
}

func TestBadWork(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "w")
	s := newTable().parseWork("go.work", dir, []byte("go 1.24\n<<<<<<<\nuse ./a\n=======\nuse ../b\n>>>>>>>\nreplace x.y/z => ./local\n"))
	up := filepath.Dir(dir)
	same(t, "members", s.use, []string{filepath.Join(up, "b"), filepath.Join(dir, "a"), filepath.Join(dir, "local")})
	same(t, "doubts", kinds(s.doubts), []DoubtKind{DoubtSyntax})
	if s.goLine != "1.24" || len(s.named) != 3 {
		t.Errorf("%+v", s)
	}
}

// TestManyRequires: 10,000 requirements, and replacements in a circle, are nothing special.
func TestManyRequires(t *testing.T) {
	var b strings.Builder
	b.WriteString("module m\n\ngo 1.24\n\nrequire (\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "\texample.com/m%d v1.0.%d\n", i, i)
	}
	b.WriteString(")\n\nreplace example.com/m1 => example.com/m2 v1.0.2\n\nreplace example.com/m2 => example.com/m1 v1.0.1\n")
	s := newTable().parseMod("go.mod", t.TempDir(), []byte(b.String()))
	if s.main == nil || len(s.main.Require) != 10000 || len(s.main.Replace) != 2 || len(s.doubts) != 0 {
		t.Errorf("doubts %v", s.doubts)
	}
}

func TestManyDoubts(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "require example.com/m%d main\n", i)
	}
	s := newTable().parseMod("go.mod", t.TempDir(), []byte(b.String()))
	if len(s.doubts) != doubtMax || len(s.named) != 1000 || len(s.main.Require) != 0 {
		t.Errorf("%d doubts, %d named", len(s.doubts), len(s.named))
	}
}

func TestSums(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string // PATH@VERSION, with "m" for go.mod, and the line
		bad        string // LINE:FIELDS
		conflict   bool
	}{
		{"plain", "a.b/c v1.0.0 " + hash1 + "\na.b/c v1.0.0/go.mod " + hash2, "a.b/c@v1.0.0:1 a.b/c@v1.0.0m:2", "", false},
		{"Windows", "a.b/c v1.0.0 " + hash1 + "\r\n\r\na.b/d v1.0.0 " + hash1 + "\r\n", "a.b/c@v1.0.0:1 a.b/d@v1.0.0:3", "", false},
		{"white space", " a.b/c\tv1.0.0 \v " + hash1 + " \n\n \n", "a.b/c@v1.0.0:1", "", false},
		{"malformed", "a.b/c v1.0.0\nx\na.b/c v1.0.0 " + hash1 + "\na b c d\n", "a.b/c@v1.0.0:3", "1:2 2:1 4:4", false},
		{"old bug", "a.b/c v1.0.0/go.mod " + emptyGoModHash + "\n a.b/c v1.0.0/go.mod " + emptyGoModHash + "\n", "", "", false},
		{"twice", "a.b/c v1.0.0 " + hash1 + "\na.b/c v1.0.0 " + hash1 + "\n", "a.b/c@v1.0.0:1 a.b/c@v1.0.0:2", "", false},
		{"conflict", "a.b/c v1.0.0 " + hash1 + "\na.b/c v1.0.0 " + hash2 + "\n", "a.b/c@v1.0.0:1 a.b/c@v1.0.0:2", "", true},
		{"unknown hash", "a.b/c v1.0.0 " + hash1 + "\na.b/c v1.0.0 h2:x\n", "a.b/c@v1.0.0:1 a.b/c@v1.0.0:2", "", false},
		{"byte order mark", bom + "a.b/c v1.0.0 " + hash1 + "\n", bom + "a.b/c@v1.0.0:1", "1:3", false},
		{"NUL", strings.Repeat("\x00", 50), "", "1:1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := newTable()
			s := table.sums([]byte(c.text))
			var got, bad []string
			for _, l := range s.lines {
				mod := ""
				if l.GoMod {
					mod = "m"
				}
				got = append(got, fmt.Sprintf("%s@%s%s:%d", l.Path, l.Version, mod, l.Line))
			}
			for _, b := range s.bad {
				bad = append(bad, fmt.Sprintf("%d:%d", b.line, b.fields))
			}
			if strings.Join(got, " ") != c.want || strings.Join(bad, " ") != c.bad || conflicts(s.lines) != c.conflict {
				t.Errorf("got %q, bad %q, conflict %v", got, bad, conflicts(s.lines))
			}
			again := table.sums([]byte(c.text))
			for i := range s.lines {
				if again.lines[i].Sum != s.lines[i].Sum {
					t.Errorf("line %d is held twice", i)
				}
			}
		})
	}
}

// TestSumsShared: hashes that differ between files are no conflict of either.
func TestSumsShared(t *testing.T) {
	table := newTable()
	a, b := table.sums([]byte("a.b/c v1.0.0 "+hash1+"\n")), table.sums([]byte("a.b/c v1.0.0 "+hash2+"\n"))
	if conflicts(a.lines) || conflicts(b.lines) || !conflicts(append(a.lines, b.lines...)) {
		t.Error("conflicts are not those of one file")
	}
}

func TestManyBadLines(t *testing.T) {
	table := newTable()
	s := table.sums([]byte(strings.Repeat("x\n", 1000) + "y.z/a v1.0.0\n" + "\x00\n"))
	doubts, named := s.doubts(table, "go.sum")
	if len(doubts) != badMax || !strings.Contains(doubts[badMax-1].Message, "1002") || doubts[badMax-1].Bounded {
		t.Errorf("%d doubts, the last %+v", len(doubts), doubts[len(doubts)-1])
	}
	same(t, "named", named, versions("y.z/a@v1.0.0"))
}

// TestTooMany: a file with more lines than any of its kind has, or a longer one, is not read, and says so: its words would take
// gigabytes.
func TestTooMany(t *testing.T) {
	for what, text := range map[string]string{
		"lines": strings.Repeat("a\n", sumLinesMax), "empty lines": strings.Repeat("\n", sumLinesMax), "words": strings.Repeat("a ", sumLineMax/2) + "a",
	} {
		table := newTable()
		s := table.sums([]byte(text))
		doubts, named := s.doubts(table, "f")
		if len(s.lines)+len(s.bad)+len(named) != 0 || len(doubts) != 1 || doubts[0].Kind != DoubtTooLarge || doubts[0].Bounded {
			t.Errorf("%s: %d lines, %d bad ones, %+v", what, len(s.lines), len(s.bad), doubts)
		}
	}
	w := newWorld(t)
	w.file("a/go.mod", "module a\n")
	w.file("a/go.sum", strings.Repeat("a\n", sumLinesMax))
	w.file("b/go.mod", "module b\n"+strings.Repeat("a\n", gomod.MaxLines))
	w.file("c/go.work", strings.Repeat("\n", gomod.MaxLines))
	f := w.find(nil)
	if p := w.one(f, "a/go.mod"); p.SumState != SumUnread || len(p.Doubts) != 1 {
		t.Errorf("%s, %+v", p.SumState, p.Doubts)
	}
	for _, name := range []string{"b/go.mod", "c/go.work"} {
		if p := w.one(f, name); p.Main != nil || len(p.Doubts) != 1 || p.Doubts[0].Kind != DoubtTooLarge || p.Doubts[0].Bounded {
			t.Errorf("%s: %+v", name, p.Doubts)
		}
	}
}

// TestSumsAsGo: go stops at the same files, and at the same line.
func TestSumsAsGo(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.20\n\nrequire example.com/a v1.0.0\n")
	good := "example.com/a v1.0.0 " + hash1 + "\n"
	for _, text := range []string{good, good + "\n\n" + good, good + "x\n", "a b\n", "a b c d\n" + good, " \t\n" + good, strings.ReplaceAll(good, "\n", "\r\n"),
		strings.ReplaceAll(good, " ", "\u00a0"), strings.ReplaceAll(good, " ", "\u200b"), strings.ReplaceAll(good, " ", "\x00"), "\u2003\n", bom + good, good + "\x00"} {
		write("go.sum", text)
		out, _ := goSays(t, dir, "list", "-m", "-mod=readonly", "all")
		s := newTable().sums([]byte(text))
		want := ""
		if len(s.bad) > 0 && s.bad[0].fields != 3 {
			want = fmt.Sprintf("go.sum:%d: wrong number of fields %d", s.bad[0].line, s.bad[0].fields)
		}
		if strings.Contains(out, "malformed go.sum") != (want != "") || !strings.Contains(out, want) {
			t.Errorf("%q: we say %q, go says %s", text, want, out)
		}
	}
}

func FuzzMod(f *testing.F) {
	f.Add("module m\n\ngo 1.24\n\nrequire (\n\texample.com/a v1.0.0\n)\n")
	f.Add("<<<<<<< HEAD\nrequire a.b/c v1.0.0\n=======\n>>>>>>> x\n")
	f.Add("module m\nrequire a.b/c master\nreplace a.b/c => ./x\nexclude a.b/c v1.0.0\nretract [v1.0.0, v1.1.0]\n")
	f.Add("use (\n./a\n)\nreplace a.b/c v1.0.0 => d.e/f v1.0.0\n")
	f.Add("\xff\xfer\x00e\x00q\x00")
	f.Fuzz(func(t *testing.T, text string) {
		table := newTable()
		for _, s := range []*said{table.parseMod("go.mod", "/x", []byte(text)), table.parseWork("go.work", "/x", []byte(text))} {
			for _, d := range s.doubts {
				if d.Message == "" || d.Kind == "" {
					t.Errorf("%+v", d)
				}
			}
			if s.main == nil && s.doubts == nil && s.use == nil && s.replace == nil && strings.Contains(text, "require") && strings.Contains(text, "\nuse") {
				t.Error("neither file says anything")
			}
			if s.main != nil {
				for _, m := range s.main.Require {
					if module.CanonicalVersion(m.Version) != m.Version || strings.Contains(m.Version, "unfixed") && !strings.Contains(text, "unfixed") {
						t.Errorf("%v is required", m)
					}
				}
			}
		}
	})
}

func FuzzSums(f *testing.F) {
	f.Add([]byte("example.com/a v1.0.0 " + hash1 + "\nexample.com/a v1.0.0/go.mod " + hash2 + "\n"))
	f.Add([]byte("\n \nx\na b c\r\n\x00\xff"))
	f.Add([]byte(bom + "a b " + emptyGoModHash))
	f.Fuzz(func(t *testing.T, data []byte) {
		table := newTable()
		s := table.sums(data)
		table.sums(data)
		var want []string
		bad := 0
		for _, line := range strings.Split(string(data), "\n") { // modfetch.readGoSum, word for word
			switch w := strings.Fields(line); {
			case len(w) == 0:
			case len(w) != 3:
				bad++
			case w[2] != emptyGoModHash:
				want = append(want, strings.Join(w, " "))
			}
		}
		var got []string
		for _, l := range s.lines {
			v := l.Version
			if l.GoMod {
				v += "/go.mod"
			}
			got = append(got, l.Path+" "+v+" "+l.Hash)
		}
		same(t, "lines", got, want)
		for _, b := range s.bad {
			if b.fields != 3 {
				bad--
			}
		}
		if bad != 0 {
			t.Errorf("bad lines: %d apart", bad)
		}
		conflicts(s.lines)
		s.doubts(table, "go.sum")
	})
}
