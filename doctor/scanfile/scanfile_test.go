package scanfile

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/privacy"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
)

// demo is a scan of the demonstration machine, which is gone: nothing of a scan is read later.
var demo = sync.OnceValue(func() *File {
	root, err := os.MkdirTemp("", "scanfile")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(root)
	m, err := cachetest.Demo(filepath.Join(root, "m"), time.Now())
	if err != nil {
		panic(err)
	}
	defer m.RemoveAll()
	return scanned(m.Home, m.Environ())
})

// scanned is a scan of a machine.
func scanned(home string, environ []string) *File {
	inv := scan.Run(context.Background(), scan.Options{Environ: environ, Dir: home, Projects: &project.Input{Roots: []string{home}}})
	use := usage.Look(context.Background(), &usage.Input{Inventory: inv, Config: config.Default(), Now: inv.Finished})
	return &File{Program: "test", Host: Host{Name: "ford", OS: runtime.GOOS, Arch: runtime.GOARCH, Home: home}, Inventory: inv, Usage: use,
		Checked: &Checked{Ran: []string{"goflags"}, Projects: 2, Ignored: 1, Findings: []finding.Finding{{Check: "goflags", Title: "a title", Severity: finding.Warning,
			Fixes: []finding.Fix{{ID: "unset", Title: "unset it", Argv: []string{"go", "env", "-u", "GOFLAGS"}}}}}}}
}

func encoded(t testing.TB, f *File, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Encode(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestDemo: what is decoded says what the scan said, and encodes to the same bytes.
func TestDemo(t *testing.T) {
	f := demo()
	b := encoded(t, f, Options{})
	if !json.Valid(b) {
		t.Error("it is no JSON")
	}
	g := decoded(t, b)
	if again := encoded(t, g, Options{}); !bytes.Equal(b, again) {
		t.Errorf("decoded and encoded it becomes other bytes: %s", firstDifference(b, again))
	}
	same(t, "Inventory", reflect.ValueOf(f.Inventory), reflect.ValueOf(g.Inventory))
	same(t, "Usage", reflect.ValueOf(f.Usage), reflect.ValueOf(g.Usage))
	if g.Host != f.Host || g.Program != f.Program || g.Checked.Findings[0].Fixes[0].Argv != nil {
		t.Errorf("%+v", g)
	}
	answers(t, f, g)
}

// answers compares what takes the module graphs.
func answers(t *testing.T, f, g *File) {
	t.Helper()
	for i := range f.Usage.Versions {
		if a, b := f.Usage.Reasons(i), g.Usage.Reasons(i); !reflect.DeepEqual(a, b) {
			t.Errorf("reasons of version %d: %q, want %q", i, b, a)
		}
		same(t, "Why", reflect.ValueOf(f.Usage.Why(i, 100)), reflect.ValueOf(g.Usage.Why(i, 100)))
	}
	for i := range f.Usage.Projects {
		p, q := &f.Usage.Projects[i], &g.Usage.Projects[i]
		same(t, "Needs", reflect.ValueOf(f.Usage.Needs(p)), reflect.ValueOf(g.Usage.Needs(q)))
		same(t, "BuildList", reflect.ValueOf(f.Usage.BuildList(p)), reflect.ValueOf(g.Usage.BuildList(q)))
		same(t, "UsedBy", reflect.ValueOf(f.Usage.UsedBy(p)), reflect.ValueOf(g.Usage.UsedBy(q)))
	}
	for _, s := range f.Inventory.Env.Settings() {
		s.Value = privacy.New(privacy.Who{KeepHosts: true, KeepHomes: true}).Setting(s.Key, s.Value) // a path may look like a token
		if got, ok := g.Inventory.Env.Lookup(s.Key); !ok || got.Value != s.Value || got.Origin != s.Origin {
			t.Errorf("setting %+v, want %+v", got, s)
		}
	}
}

func firstDifference(a, b []byte) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(i-100, 0)
	return string(a[from:min(i+100, len(a))]) + "\n...\n" + string(b[from:min(i+100, len(b))])
}

// notKept are the fields that a file does not have, by type and name.
var notKept = map[string]string{
	"Inventory.Index": "for the next scan", "Inventory.Stats": "likewise", "Root.ID": "means something on its machine only",
	"Sum.Hash": "for who has the files", "Inventory.Env": "compared by its settings",
	"Binary.Renew": "made of the name again", "Fix.Argv": "for the machine itself", "Fix.Undo": "likewise", "Fix.Edits": "likewise",
}

// same compares exported fields, in depth: times by the moment, errors by their text, no list as an empty one.
func same(t *testing.T, at string, a, b reflect.Value) {
	t.Helper()
	if a.Kind() != b.Kind() {
		t.Errorf("%s: %v, want %v", at, b.Kind(), a.Kind())
		return
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				t.Errorf("%s: %v, want %v", at, b, a)
			}
			return
		}
		if e, ok := a.Interface().(error); ok {
			if got := b.Interface().(error); got.Error() != e.Error() {
				t.Errorf("%s: %v, want %v", at, got, e)
			}
			return
		}
		same(t, at, a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			t.Errorf("%s: %d of them, want %d", at, b.Len(), a.Len())
			return
		}
		for i := range a.Len() {
			same(t, at, a.Index(i), b.Index(i))
		}
	case reflect.Struct:
		if x, ok := a.Interface().(time.Time); ok {
			if y := b.Interface().(time.Time); !x.Equal(y) {
				t.Errorf("%s: %v, want %v", at, y, x)
			}
			return
		}
		for i := range a.NumField() {
			field := a.Type().Field(i)
			if _, left := notKept[a.Type().Name()+"."+field.Name]; field.IsExported() && !left {
				same(t, at+"."+field.Name, a.Field(i), b.Field(i))
			}
		}
	default:
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			t.Errorf("%s: %v, want %v", at, b, a)
		}
	}
}

// TestRefuses: what is no saved scan, or a broken one, is refused with the reason.
func TestRefuses(t *testing.T) {
	whole := string(encoded(t, demo(), Options{}))
	for name, c := range map[string]struct{ in, want string }{
		"empty":          {"", "no saved scan"},
		"text":           {"hello", "no saved scan"},
		"other document": {`{"schema":"godoctor/v1","command":"status"}`, "no saved scan"},
		"later form":     {`{"schema":"godoctor/scan/v2"}`, "newer godoctor"},
		"schema behind":  {`{"version":"x","schema":"godoctor/scan/v1"}`, "no saved scan"},
		"nothing":        {`{"schema":"godoctor/scan/v1"}`, "not whole"},
		"cut off":        {whole[:len(whole)/2], "cut off"},
		"more behind":    {whole + "{}", "the end"},
		"year 0":         {regexp.MustCompile(`"started":"\d{4}`).ReplaceAllString(whole, `"started":"0000`), "no time between"},
		"no end":         {strings.Replace(whole, `"finished":`, `"finish":`, 1), "no beginning or no end"},
		"state":          {strings.Replace(whole, `"state":"in-use"`, `"state":"eaten"`, 1), `"eaten" is no state`},
		"tier":           {strings.Replace(whole, `"tier":"keep"`, `"tier":""`, 1), `"" is no tier`},
		"user":           {strings.Replace(whole, `"uses":[`, `"uses":[999999,0,`, 1), "used by project 999999"},
		"way":            {strings.Replace(whole, `"uses":[`, `"uses":[0,200,`, 1), "in way 200"},
		"requirement":    {strings.Replace(whole, `"require":[`, `"require":[4000000,`, 1), "name 4000000 is asked for"},
		"negative":       {strings.Replace(whole, `"require":[`, `"require":[-1,`, 1), "require has -1"},
		"kind":           {strings.Replace(whole, `"kind":"module"`, `"kind":"novel"`, 1), `kind is "novel"`},
		"size":           {strings.Replace(whole, `"sources":[`, `"sources":[11259990684262400,`, 1), "larger than any disk"},
		"half a number":  {strings.Replace(whole, `"line":`, `"line":1.5,"x":`, 1), "whole"},
	} {
		f, err := Decode(strings.NewReader(c.in))
		if f != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
