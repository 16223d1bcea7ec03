package scanfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"godoctor/doctor/usage"
	"godoctor/scan/modgraph"
)

// small is a file with something in every list.
func small(t testing.TB) []byte {
	t.Helper()
	f := every()
	if err := f.Usage.Restore(f.Inventory, new(modgraph.Record), f.Inventory.Finished); err != nil {
		t.Fatal(err)
	}
	return encoded(t, f, Options{})
}

// slow gives a byte or two at a time, so that everything lies on the edge of the window.
type slow struct {
	b []byte
	n int
}

func (s *slow) Read(p []byte) (int, error) {
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	s.n++
	n := copy(p, s.b[:min(1+s.n%2, len(s.b))])
	s.b = s.b[n:]
	return n, nil
}

// FuzzDecode: nothing brings the decoder down; what it takes is JSON, and encodes to what it takes again.
func FuzzDecode(f *testing.F) {
	text := small(f)
	f.Add(text)
	f.Add([]byte(`{"schema":"godoctor/scan/v1","inventory":{"started":"2026-01-02T03:04:05Z","finished":"2026-01-02T03:04:06+01:00","env":{}},"usage":{}}`))
	f.Add([]byte(`{"schema":"godoctor/scan/v1","x":[{"a":[true,false,null,-1.5e+3,"\ud83d\ude00\ud83d\u0041\\"]}],"host":{"name_b64":"/w=="}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := Decode(bytes.NewReader(b))
		h, err2 := Decode(&slow{b: b})
		if (err == nil) != (err2 == nil) {
			t.Fatalf("read at once: %v; bit by bit: %v", err, err2)
		}
		if err != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatal("it is no JSON")
		}
		first := encoded(t, g, Options{})
		if second := encoded(t, h, Options{}); !bytes.Equal(first, second) {
			t.Fatal("read at once and bit by bit it is not the same")
		}
		again, err := Decode(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("what was encoded is not taken: %v", err)
		}
		if second := encoded(t, again, Options{}); !bytes.Equal(first, second) {
			t.Fatalf("it changes each time: %s", firstDifference(first, second))
		}
		for i := range g.Usage.Versions {
			g.Usage.Reasons(i)
			g.Usage.Why(i, 3)
		}
		for i := range g.Usage.Projects {
			g.Usage.Needs(&g.Usage.Projects[i])
		}
	})
}

// TestReader compares the reader with encoding/json on texts that are hard to read.
func TestReader(t *testing.T) {
	for _, s := range []string{
		`0`, `-0`, `1`, `-1`, `01`, `1.`, `.5`, `1.5`, `1e5`, `1e`, `1E+5`, `--1`, `+1`, `1e400`, `true`, `tru`, `null`, `nulL`, `""`, `"a`, `"\u00e9"`, `"\u12"`,
		`"\x"`, `"\ud800"`, `"\ud83d\ude00"`, `"\ud83dx"`, `"\ud83d\u0041"`, "\"\x01\"", "\"\n\"", `[]`, `[1,]`, `[,1]`, `[1 2]`, `{}`, `{"a":1,}`, `{"a"}`, `{a:1}`, `{"a":1 "b":2}`,
		`[[[[[[[[[[]]]]]]]]]]`, ` [ 1 , 2 ] `, "\t[]\r\n", `[1]]`, `"\/\b\f\n\r\t\"\\"`, `{"a":{"b":[{}]}}`, `"` + strings.Repeat("é", 1000) + `"`,
	} {
		for _, in := range []io.Reader{strings.NewReader(s), &slow{b: []byte(s)}} {
			r := newReader(in)
			r.skip()
			r.finish()
			if want := json.Valid([]byte(s)); (r.err == nil) != want {
				t.Errorf("%s: %v, and encoding/json says %v", s, r.err, want)
			}
			if s[0] != '"' || r.err != nil {
				continue
			}
			var want string
			if err := json.Unmarshal([]byte(s), &want); err != nil {
				t.Fatal(err)
			}
			if got := newReader(strings.NewReader(s)).str(); got != want {
				t.Errorf("%s: %q, want %q", s, got, want)
			}
		}
	}
	for _, s := range []string{strings.Repeat("[", deepMax+1), `"` + strings.Repeat("x", stringMax+1) + `"`, "\"\xff\"", strings.Repeat("9", numberMax+1)} {
		r := newReader(strings.NewReader(s))
		if r.skip(); r.err == nil {
			t.Errorf("%.20s...: it is taken", s)
		}
	}
	for s, want := range map[string]string{"576460752303423489": "larger", "-576460752303423489": "larger", "99999999999999999999999": "larger", "1.0": "whole", "1e3": "whole",
		"007": "begins with 0", "x": "a number", "-": "a number"} {
		r := newReader(strings.NewReader(s))
		if n := r.int(); r.err == nil || !strings.Contains(r.err.Error(), want) {
			t.Errorf("%s: %d, %v, want %q", s, n, r.err, want)
		}
	}
}

// endless is a file with a list that does not end.
type endless struct {
	head, one string
	at        int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		from := e.head[min(e.at, len(e.head)):]
		if from == "" {
			from = e.one[(e.at-len(e.head))%len(e.one):]
		}
		k := copy(p[n:], from)
		n += k
		e.at += k
	}
	return n, nil
}

// TestLimits: a list that goes on for ever, a string, a value in a value, is given up after what the limits say, and has cost
// no more memory than that.
func TestLimits(t *testing.T) {
	const head = `{"schema":"godoctor/scan/v1",`
	inventory := head + `"inventory":{`
	for name, c := range map[string]struct{ head, one string }{
		"versions":      {inventory + `"modcache":{"module_versions":[{"path":"a","version":"v"}`, `,{"path":"a","version":"v"}`},
		"empty objects": {inventory + `"modcache":{"module_versions":[{}`, `,{}`},
		"projects":      {inventory + `"projects":{"project_files":[{}`, `,{}`},
		"problems":      {inventory + `"problems":[{}`, `,{}`},
		"texts":         {inventory + `"projects":{"gone":[""`, `,""`},
		"names":         {head + `"names":[{"path":"a","versions":["v"]}`, `,{"path":"a","versions":["v"]}`},
		"name":          {head + `"names":[{"path":"a","versions":["v"`, `,"v"`},
		"numbers":       {head + `"usage":{"needs":[{"uses":[0`, `,0`},
		"findings":      {head + `"checked":{"findings":[{}`, `,{}`},
		"words":         {head + `"x":0`, `,"x":0`},
		"one string":    {head + `"version":"`, `aaaaaaaa`},
		"one number":    {head + `"unknown":1`, `1111`},
		"open":          {head + `"unknown":[`, `[`},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		in := &endless{head: c.head, one: c.one}
		_, err := Decode(in)
		runtime.ReadMemStats(&after)
		if err == nil || in.at > fileMax+windowSize {
			t.Errorf("%s: %v after %d bytes", name, err, in.at)
		}
		grew := int64(after.HeapAlloc) - int64(before.HeapAlloc)
		if t.Logf("%s: %d MiB more after %d MiB: %v", name, grew>>20, in.at>>20, err); grew > 400<<20 {
			t.Errorf("%s: the heap grew by %d MiB", name, grew>>20)
		}
	}
}

// TestNames: names that a terminal could take for commands are in the file without a character that does not print, and
// come out of it as they were.
func TestNames(t *testing.T) {
	f := every()
	odd := []string{"\x1b[2J\u009b31m\u202e\u200b\u2028\x7f\r\n\t\"\\", "\xff\xfe\x80", "宽👩‍👩‍👧‍👦\U000e0001", ""}
	f.Inventory.Projects.Gone = odd
	f.Inventory.Roots[0].Path, f.Inventory.Roots[1].Path = odd[0], odd[1]
	f.Inventory.Related[0].Holds = odd
	f.Inventory.ModCache.Versions[1].Path, f.Inventory.Binaries.Binaries[0].GoVersion = "z"+odd[1], odd[1]
	if err := f.Usage.Restore(f.Inventory, new(modgraph.Record), f.Inventory.Finished); err != nil {
		t.Fatal(err)
	}
	b := encoded(t, f, Options{})
	for _, c := range string(b) {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Errorf("the file has %q", c)
		}
	}
	var plain struct {
		Inventory struct {
			Roots []struct{ Path, Path_b64 string }
		}
	}
	if err := json.Unmarshal(b, &plain); err != nil || plain.Inventory.Roots[0].Path != odd[0] || plain.Inventory.Roots[1].Path_b64 != "//6A" {
		t.Errorf("%v: %q", err, plain)
	}
	g := decoded(t, b)
	for i, want := range odd {
		if got := g.Inventory.Projects.Gone[i]; got != want {
			t.Errorf("%q became %q", want, got)
		}
	}
	if r := g.Inventory.Roots; r[0].Path != odd[0] || r[1].Path != odd[1] || g.Inventory.ModCache.Versions[1].Path != "z"+odd[1] || g.Inventory.Binaries.Binaries[0].GoVersion != odd[1] {
		t.Errorf("%q", r)
	}
}

// TestOrder: fields in any order, and fields that nobody knows, change nothing.
func TestOrder(t *testing.T) {
	b := small(t)
	var d map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	var shuffle func(v any, top bool) string
	shuffle = func(v any, top bool) string {
		switch v := v.(type) {
		case map[string]any:
			var out []string
			for k, x := range v { // in whatever order maps have today
				out = append(out, fmt.Sprintf("%q: %s", k, shuffle(x, false)))
			}
			out = append(out, `"added": {"later": [1, {"x": null}, -1.5e3, true]}`)
			if top { // the schema and the names come first
				first := fmt.Sprintf("%q: %q, %q: %s", "schema", Schema, "names", shuffle(v["names"], false))
				return "{" + first + "," + strings.Join(out, ",") + "}"
			}
			return "{" + strings.Join(out, " , ") + "}"
		case []any:
			var out []string
			for _, x := range v {
				out = append(out, shuffle(x, false))
			}
			return "[" + strings.Join(out, ",\n") + "]"
		case float64:
			return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
		}
		text, _ := json.Marshal(v)
		return string(text)
	}
	g := decoded(t, []byte(shuffle(d, true)))
	if again := encoded(t, g, Options{}); !bytes.Equal(b, again) {
		t.Errorf("in another order it is another file: %s", firstDifference(b, again))
	}
}

// TestElsewhere: a scan of Windows is looked at on another system: its paths stay as they are, and members of a workspace
// and local replacements are found.
func TestElsewhere(t *testing.T) {
	text := string(encoded(t, foreign(), Options{}))
	if strings.Contains(text, `"dir":"C:\\go`) {
		t.Error("what follows from a name is written")
	}
	g := decoded(t, []byte(text))
	v := g.Inventory.ModCache.Versions
	if v[0].Dir != `C:\go\mod\example.com\!dep@v1.0.0` || v[0].Zip != `C:\go\mod\cache\download\example.com\!dep\@v\v1.0.0.zip` {
		t.Errorf("%q, %q", v[0].Dir, v[0].Zip)
	}
	work := &g.Usage.Projects[0]
	list := g.Usage.BuildList(work)
	if len(list) != 2 || list[0].Path != "example.com/Dep" || list[1].Actual.Path != `C:\src\lib` {
		t.Errorf("the build list is %v", list)
	}
	if proofs := g.Usage.Why(0, 1); len(proofs) != 1 || len(proofs[0].Links) != 2 || proofs[0].Links[0].File != `C:\src\app\go.mod` || proofs[0].Links[0].Over.Path != `C:\src\lib` {
		t.Errorf("%+v", proofs)
	}
	if needs := g.Usage.Needs(work); len(needs) != 1 || needs[0].Doing != usage.Hit {
		t.Errorf("%+v", needs)
	}
}
