package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func baselineOf(t *testing.T, text string) (*Baseline, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return ReadBaseline(file)
}

func TestReadBaseline(t *testing.T) {
	for text, want := range map[string]string{
		``: "not JSON", `[]`: "of another kind", `{"schema":"godoctor/v1"`: "cut off", `nonsense`: "not JSON, at byte 2",
		`{"schema":"godoctor/v2","command":"check","findings":[]}`:        `its schema is "godoctor/v2"`,
		`{"schema":"godoctor/v1","command":"status","findings":[]}`:       `of the command "status"`,
		`{"schema":"godoctor/v1","command":"check"}`:                      "no findings",
		`{"schema":"godoctor/v1","command":"check","findings":[{}]}`:      "finding 1 names no check",
		`{"schema":"godoctor/v1","command":"check","findings":{"a":1}}`:   `"findings" is of another kind`,
		`{"schema":"godoctor/v1","command":"check","findings":[]}{}`:      "more than one",
		`{"schema":"godoctor/v1","command":"check","findings":[]}`:        "",
		`{"schema":"godoctor/v1","command":"verify","findings":[],"x":1}`: "",
	} {
		b, err := baselineOf(t, text)
		if want == "" && (err != nil || b == nil) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadBaseline(t.TempDir()); err == nil {
		t.Error("a directory was read")
	}
}

// A finding is known in another checkout, by another user, on another line; the same thing once more is new.
func TestMark(t *testing.T) {
	there := &Document{Schema: Schema, Command: "check", Places: []Place{{Name: "project", Path: `C:\w\app`}, {Name: "home", Path: `C:\w`}, {Name: "modcache", Path: "/cache"}},
		Findings: []Finding{
			{Check: "a", Target: Target{File: `C:\w\app\sub\go.sum`, Line: 3}},
			{Check: "a", Target: Target{Path: "GOFLAGS", File: `C:\w\env`}},
			{Check: "m", Target: Target{Module: "x.y/z", Version: "v1.0.0", Path: "/cache/x.y/z@v1.0.0"}},
			{Check: "gone", Target: Target{Path: "GOFLAGS"}}, {Check: "not-run", Target: Target{Path: "GOFLAGS"}},
		}}
	data, err := json.Marshal(there)
	if err != nil {
		t.Fatal(err)
	}
	b, err := baselineOf(t, string(data))
	if err != nil {
		t.Fatal(err)
	}
	here := &Document{Places: NewPlaces("project", "/home/u/src/app", "home", "/home/u", "modcache", "/home/u/go/pkg/mod", "gocache", ""),
		Findings: []Finding{
			{Check: "a", Target: Target{File: "/home/u/src/app/sub/go.sum", Line: 99}},
			{Check: "a", Target: Target{File: "/home/u/src/app/sub/go.sum", Line: 100}},
			{Check: "a", Target: Target{Path: "GOFLAGS", File: "/home/u/env"}},
			{Check: "m", Target: Target{Module: "x.y/z", Version: "v1.0.0", Path: "/home/u/go/pkg/mod/x.y/z@v1.0.0"}},
			{Check: "m", Target: Target{Module: "x.y/z", Version: "v1.0.1", Path: "/home/u/go/pkg/mod/x.y/z@v1.0.0"}},
			{Check: "a", Target: Target{File: "/home/u/src/app2/sub/go.sum"}},
			{Check: "b", Target: Target{File: "/home/u/src/app/sub/go.sum"}},
		}}
	known := b.Mark(here, func(check string) bool { return check != "not-run" })
	want := []bool{true, false, true, true, false, false, false}
	for i, f := range here.Findings {
		if f.Baseline != want[i] {
			t.Errorf("%d: %+v known: %v", i, f.Target, f.Baseline)
		}
	}
	if known != 3 || len(here.Gone) != 1 || here.Gone[0].Check != "gone" {
		t.Errorf("%d known, gone %+v", known, here.Gone)
	}
}

func FuzzBaseline(f *testing.F) {
	f.Add(`{"schema":"godoctor/v1","command":"check","findings":[{"check":"a","target":{"path":"x","path_b64":"eA=="}}],"places":[{"name":"home","path":"/"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := baselineOf(t, text)
		if err != nil {
			return
		}
		d := &Document{Findings: append([]Finding{}, b.Findings...), Places: b.places}
		if n := b.Mark(d, func(string) bool { return true }); n != len(b.Findings) || len(d.Gone) != 0 {
			t.Errorf("of itself %d of %d are known, %d gone", n, len(b.Findings), len(d.Gone))
		}
	})
}
