package plan

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// A dry run says what an application would find, and changes nothing.
func TestLook(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, _ := l.everything()
	before := digest(t, l.Root)
	r := Apply(t.Context(), p, Look(p.ModCache, p.GoCache), Options{})
	if r.Done != len(p.Items) || r.Freed != p.Now() || r.Later != p.Later() || r.Err != nil {
		for i, o := range r.Outcomes {
			if o.Result != Done {
				t.Errorf("%s: %+v", p.Items[i].Label(), o)
			}
		}
		t.Errorf("%d of %d, %d and %d bytes, want %d and %d", r.Done, len(p.Items), r.Freed, r.Later, p.Now(), p.Later())
	}
	if digest(t, l.Root) != before {
		t.Error("a dry run changed something")
	}

	changed := 0
	for i := range p.Items {
		it := &p.Items[i]
		at, err := it.place(p.ModCache, p.GoCache)
		must(t, err)
		switch {
		case it.Part == Entry || it.Part == Test:
			for _, name := range it.Names {
				must(t, os.RemoveAll(filepath.Join(at.thing, name)))
			}
		case i%2 == 0:
			must(t, os.Chtimes(at.thing, ago(0), ago(0)))
		default:
			l.remove(at.thing)
		}
		changed++
	}
	r = Apply(t.Context(), p, Look(p.ModCache, p.GoCache), Options{})
	if r.Skipped != changed || r.Freed != 0 || r.Later != 0 {
		t.Errorf("%+v", r)
	}
	for i, o := range r.Outcomes {
		if o.Err == nil {
			t.Errorf("%s: no reason", p.Items[i].Label())
		}
	}
}

// Nothing is looked for behind a link.
func TestLookBehindLinks(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.plan(Policies{}, nil)
	host := filepath.Join(p.ModCache, "example.com")
	must(t, os.Rename(host, filepath.Join(l.Home, "moved")))
	if err := os.Symlink(filepath.Join(l.Home, "moved"), host); err != nil {
		t.Log(err) // Windows without the right to: then they are gone
	}
	r := Apply(t.Context(), p, Look(p.ModCache, p.GoCache), Options{})
	if r.Done != 1 || r.Skipped != 4 {
		t.Errorf("%+v", r)
	}
}

// The type of a dry run has nothing to write with: no method but Remove, no descriptor, no root.
func TestLookCannotWrite(t *testing.T) {
	typ := reflect.TypeFor[*Looker]()
	if typ.NumMethod() != 1 || typ.Method(0).Name != "Remove" {
		t.Errorf("%d methods", typ.NumMethod())
	}
	for i := range typ.Elem().NumField() {
		f := typ.Elem().Field(i)
		switch name := f.Type.String(); {
		case f.Type.Kind() == reflect.String, name == "func(string) fs.FS":
		default:
			t.Errorf("%s is a %s", f.Name, name)
		}
	}
	view := reflect.TypeOf(Look("", "").view(t.TempDir()))
	for i := range view.NumMethod() {
		for _, word := range []string{"Write", "Create", "Remove", "Rename", "Mkdir", "Chmod", "Chtimes", "Link", "OpenFile"} {
			if m := view.Method(i).Name; strings.Contains(m, word) && m != "ReadLink" {
				t.Errorf("a view has %s", m)
			}
		}
	}
}
