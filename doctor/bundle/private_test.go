package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

// TestPrivate packs a module that no checksum database may hear of: from the module cache, by the word of a go.sum, marked, and
// believed by nobody who has not that go.sum.
func TestPrivate(t *testing.T) {
	l := newLab(t)
	check(t, l.m.Install(delta))
	var err error
	l.app, err = l.m.Project("app2", "module example.com/app2\n\ngo 1.21\n\nrequire corp.example.com/delta "+delta.Version+"\n", nil)
	check(t, err)
	in := l.making("private.tar", "GOPRIVATE=corp.example.com", "GONOSUMDB=corp.example.com", "GONOPROXY=corp.example.com")
	in.Toolchains = []module.Version{id(tool)}
	_, err = Make(t.Context(), in)
	check(t, err)
	for _, r := range l.proxy.Requests() {
		if strings.Contains(r.Path, "delta") {
			t.Errorf("somebody was asked for %s", r.Path)
		}
	}
	b, r := l.checked(in.Target)
	m := &r.Modules[0]
	if !r.OK() || m.Path != delta.Path || m.Recorded || m.Proof != ByNobody {
		t.Fatalf("got %+v, %v", m, r.First())
	}
	w := l.witness(b)
	w.Sums = in.Projects[0].Sums
	r, err = b.Check(t.Context(), w, nil)
	check(t, err)
	if m := &r.Modules[0]; m.Proof != BySum || !r.OK() {
		t.Errorf("with go.sum: %+v", m)
	}
	w.Sums = map[module.Version][]string{id(delta): {"h1:" + strings.Repeat("A", 43) + "="}}
	r, err = b.Check(t.Context(), w, nil)
	check(t, err)
	wantErr(t, r.First(), ErrMismatch, "corp.example.com/delta")
	w.Key = "another"
	if r, err = b.Check(t.Context(), w, nil); err != nil || r.Foreign == "" || r.Modules[1].Proof != ByNobody {
		t.Errorf("another database proves: %+v, %v", r, err)
	}
	// What nobody knows the hash of is not packed.
	check(t, os.Remove(filepath.Join(l.app, "go.sum")))
	in = l.making("unknown.tar", "GONOSUMDB=corp.example.com")
	_, err = Make(t.Context(), in)
	wantErr(t, err, errUnknown, "corp.example.com/delta")
}

// TestSince leaves out what another bundle has, and leads on from its head.
func TestSince(t *testing.T) {
	l := newLab(t)
	one := l.making("one")
	_, err := Make(t.Context(), one)
	check(t, err)
	b, err := Open(one.Target)
	check(t, err)
	defer b.Close()
	two := l.making("two.tar")
	two.Without = b
	_, err = Make(t.Context(), two)
	if err == nil || !strings.Contains(err.Error(), "nothing to put") {
		t.Errorf("got %v", err)
	}
	two = l.making("two.tar")
	two.Without, two.Modules = b, []module.Version{id(gamma0)}
	made, err := Make(t.Context(), two)
	check(t, err)
	if len(made.Manifest.Modules) != 1 || made.Left != 2 || made.Manifest.Since != b.SHA256 {
		t.Errorf("got %+v", made)
	}
}

// TestDirectories are hostile directories.
func TestDirectories(t *testing.T) {
	l := newLab(t)
	for what, spoil := range map[string]func(at func(string) string) error{
		"v1.1.0.zip": func(at func(string) string) error {
			secret := filepath.Join(l.m.Root, "secret")
			return firstErr(os.Rename(at(someZip), secret), os.Symlink(secret, at(someZip)))
		},
		"v1.1.0.mod": func(at func(string) string) error { return os.Remove(at(someMod)) },
		"v1.1.0.info": func(at func(string) string) error {
			return firstErr(os.Remove(at(someInfo)), os.Mkdir(at(someInfo), 0o777))
		},
		"evil":     func(at func(string) string) error { return os.WriteFile(at("evil"), nil, 0o666) },
		"link":     func(at func(string) string) error { return os.Symlink("/etc", at("link")) },
		"manifest": func(at func(string) string) error { return os.Remove(at(ManifestName)) },
		"escapes": func(at func(string) string) error {
			return firstErr(os.Rename(at("example.com"), filepath.Join(l.m.Root, "elsewhere")), os.Symlink(filepath.Join(l.m.Root, "elsewhere"), at("example.com")))
		},
	} {
		in := l.making("dir")
		_, err := Make(t.Context(), in)
		check(t, err)
		check(t, spoil(func(name string) string { return filepath.Join(in.Target, filepath.FromSlash(name)) }))
		if err := refusal(in.Target); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: got %v", what, err)
		}
		check(t, os.RemoveAll(in.Target))
		os.RemoveAll(filepath.Join(l.m.Root, "elsewhere"))
	}
	if _, err := Open(filepath.Join(l.out, "nothing")); err == nil {
		t.Error("what is not there is opened")
	}
}

func firstErr(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
