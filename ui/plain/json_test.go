package plain

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/tree"
	"godoctor/ui/style"
)

// names that a terminal could take for commands, and one that is no UTF-8.
var nasty = []string{"\x1b[31m", "a\nb", "\u202ex", "\u009b2J", "\xff\xfe", "\U000e0041", "\x7f", "plain", `quo"te\`, "<&>", "\u2028"}

func document() (*scan.Inventory, *report.Document) {
	inv := &scan.Inventory{Env: goenv.Load(goenv.Input{Dir: "/"}), Started: time.Unix(0, 0), Finished: time.Unix(1, 0),
		ModCache: &modcache.Cache{}, Unread: int64(len(nasty))}
	for _, n := range nasty {
		inv.ModCache.Versions = append(inv.ModCache.Versions, modcache.Version{Path: n, Version: n, Dir: n, Parts: modcache.HasDir})
		inv.ModCache.Aliens = append(inv.ModCache.Aliens, modcache.Item{Path: n, What: "not the go command's"})
		inv.Stores = append(inv.Stores, scan.Store{Name: "sources", Path: n})
		inv.Unreadable = append(inv.Unreadable, tree.Unreadable{Path: n, Err: errors.New(n)})
		inv.Problems = append(inv.Problems, scan.Problem{Subject: "GOENV", Path: n, Line: 2, Message: n})
	}
	return inv, report.New("status", "v0", inv).Status(inv, nil).Ls(inv, nil, every(len(inv.ModCache.Versions)))
}

// every is the indexes of a list.
func every(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// terminalSafe insists that text holds nothing that a terminal could take for a command.
func terminalSafe(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Error("not UTF-8")
	}
	for _, r := range s {
		if r != '\n' && (r < ' ' || r >= 0x7f && r <= 0x9f || r == '\u202e' || r == '\u2028' || r == '\U000e0041') {
			t.Errorf("holds %q", r)
		}
	}
}

// JSON is safe to look at, and says the same as before it was made so; what is no UTF-8 stands beside.
func TestJSON(t *testing.T) {
	_, d := document()
	var buf bytes.Buffer
	if err := JSON(&buf, d); err != nil {
		t.Fatal(err)
	}
	terminalSafe(t, buf.String())
	var back struct {
		Schema  string
		Stores  []struct{ Path, Path_b64 string }
		Modules []struct{ Path, Dir, Dir_b64 string }
	}
	if err := json.Unmarshal(buf.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	for i, n := range nasty {
		if utf8.ValidString(n) && (back.Stores[i].Path != n || back.Modules[i].Dir != n) {
			t.Errorf("%q came back as %q", n, back.Stores[i].Path)
		}
		if !utf8.ValidString(n) && back.Stores[i].Path_b64 != "//4=" {
			t.Errorf("%q came back as %q", n, back.Stores[i].Path_b64)
		}
	}
}

func TestLines(t *testing.T) {
	_, d := document()
	var buf bytes.Buffer
	if err := Lines(&buf, d); err != nil {
		t.Fatal(err)
	}
	terminalSafe(t, buf.String())
	lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
	var last struct{ Event string }
	for i, l := range lines {
		if err := json.Unmarshal([]byte(l), &last); err != nil || last.Event == "" {
			t.Fatalf("line %d: %v: %s", i, err, l)
		}
	}
	if want := 2 + 4*len(nasty); len(lines) != want || last.Event != "summary" {
		t.Errorf("%d lines, want %d; the last is %q", len(lines), want, last.Event)
	}
}

func TestText(t *testing.T) {
	inv, _ := document()
	for _, o := range []Options{{}, {ASCII: true}, {Verbose: true, Bytes: true}} {
		var buf bytes.Buffer
		p := New(&buf, o)
		p.Status(inv, nil, nil)
		p.Ls(inv, nil, every(len(inv.ModCache.Versions)))
		terminalSafe(t, buf.String())
		if o.ASCII && strings.ContainsFunc(buf.String(), func(r rune) bool { return r > 0x7e }) {
			t.Error("--ascii prints more than ASCII")
		}
	}
}

// A writer that fails is written to no more, and the failure is told.
func TestWriterFails(t *testing.T) {
	inv, d := document()
	w := &failing{}
	p := New(w, Options{})
	p.Status(inv, nil, nil)
	if p.Err() == nil || w.calls != 1 {
		t.Errorf("error %v after %d calls", p.Err(), w.calls)
	}
	if JSON(w, d) == nil || Lines(w, d) == nil {
		t.Error("a failing writer was not noticed")
	}
}

type failing struct{ calls int }

func (f *failing) Write([]byte) (int, error) {
	f.calls++
	return 0, errors.New("full")
}

func FuzzSafe(f *testing.F) {
	for _, n := range nasty {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := encode(map[string]string{"k": s}, "")
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && m["k"] != want {
			t.Fatalf("%q came back as %q", s, m["k"])
		}
		for _, r := range string(b) {
			if r != '\n' && (r < ' ' || r >= 0x7f && r <= 0x9f) {
				t.Fatalf("%q holds %q", b, r)
			}
		}
	})
}

// TestASCIIColours dresses text that is to be nothing but ASCII: its sequences are ASCII, and stay what they are.
func TestASCIIColours(t *testing.T) {
	var buf bytes.Buffer
	p := New(&buf, Options{ASCII: true, Theme: style.ANSI.Theme(style.Screen{Profile: style.ProfileOf(true, nil)})})
	p.line("%s│%s", p.Theme.Strong("Go keeps…"), p.clean("\x1b[1mé"))
	if want := "\x1b[1mGo keep..\x1b[0m|\\x1b[1m\\u00e9\n"; buf.String() != want {
		t.Errorf("got %q, want %q", buf.String(), want)
	}
}

// TestLinesWhole insists that whatever a document may hold is in its lines too.
func TestLinesWhole(t *testing.T) {
	count := func(d *report.Document) int {
		var buf bytes.Buffer
		if err := Lines(&buf, d); err != nil {
			t.Fatal(err)
		}
		return bytes.Count(buf.Bytes(), []byte("\n"))
	}
	empty := count(new(report.Document))
	shape := reflect.TypeFor[report.Document]()
	for i := range shape.NumField() {
		d := new(report.Document)
		switch f := reflect.ValueOf(d).Elem().Field(i); f.Kind() {
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
		default: // in the first line, or the last
			continue
		}
		if count(d) == empty {
			t.Errorf("no line has the field %s", shape.Field(i).Name)
		}
	}
}

// TestTOML insists that what is printed of a setting is TOML whatever stands in it: an escape has four digits, or eight.
func TestTOML(t *testing.T) {
	for _, c := range []struct {
		ascii    bool
		in, want string
	}{
		{false, "a\"b\\\n\u202e", `"a\"b\\\u000A\u202E"`}, {false, "é\U0001f600\U000e0041", `"é\U0001f600\U000E0041"`},
		{true, "é\U0001f600\U000e0041", `"\u00E9\U0001F600\U000E0041"`},
	} {
		if got := New(nil, Options{ASCII: c.ascii}).toml(c.in); got != strings.ReplaceAll(c.want, `\U0001f600`, "\U0001f600") {
			t.Errorf("%q: %s, want %s", c.in, got, c.want)
		}
	}
}
