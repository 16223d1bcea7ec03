package bundle

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan/gocmd"
)

// TestMake makes a bundle of a project and a toolchain as a directory and as an archive, and has go build from it.
func TestMake(t *testing.T) {
	l := newLab(t)
	for _, target := range []string{"dir", "bundle.tar"} {
		in := l.making(target)
		in.Toolchains = []module.Version{id(tool)}
		made, err := Make(t.Context(), in)
		check(t, err)
		if made.Zips != 3 || made.Reused != 0 || made.Fetched == 0 || made.Head == 0 {
			t.Errorf("got %+v", made)
		}
		b, r := l.checked(in.Target)
		if !r.OK() {
			t.Fatalf("%s: %v", target, r.First())
		}
		var got []string
		for i := range r.Modules {
			m := &r.Modules[i]
			got = append(got, m.ID().String()+" "+string(m.Proof))
			if !m.Linked {
				t.Errorf("%s is not linked", m.ID())
			}
		}
		want := []string{"example.com/Beta@v0.1.0-RC1 record", "example.com/gamma@v1.1.0 record", "golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64 record"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if len(b.Manifest.Files) < 15 || b.Dir == strings.HasSuffix(target, ".tar") {
			t.Errorf("got %d files", len(b.Manifest.Files))
		}
	}
	entries, err := os.ReadDir(l.out)
	check(t, err)
	if len(entries) != 2 {
		t.Errorf("beside the bundles there are %v", entries)
	}
	clean := []string{"GOMODCACHE=" + filepath.Join(l.m.Root, "clean"), "GOPATH=" + filepath.Join(l.m.Root, "cleanpath"),
		"GOPROXY=" + gocmd.FileURL(filepath.Join(l.out, "dir")), "GOFLAGS=-modcacherw"}
	for _, args := range [][]string{{"build", "-o", os.DevNull, "./..."}, {"vet", "./..."}, {"mod", "verify"}, {"mod", "download", "-x", "all"}, {"get", "example.com/gamma@latest"}} {
		if out, err := l.run(l.app, l.environ(clean...), args...); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, out)
		}
	}
}

// TestSameBytes makes the same bundle twice: of the network, and of what the module cache has.
func TestSameBytes(t *testing.T) {
	l := newLab(t)
	_, err := Make(t.Context(), l.making("one.tar"))
	check(t, err)
	check(t, l.m.Install(gamma1, beta))
	made, err := Make(t.Context(), l.making("two.tar"))
	check(t, err)
	if made.Reused != made.Zips || made.Fetched != 0 {
		t.Errorf("got %+v", made)
	}
	one, err := os.ReadFile(filepath.Join(l.out, "one.tar"))
	check(t, err)
	two, err := os.ReadFile(filepath.Join(l.out, "two.tar"))
	check(t, err)
	if !bytes.Equal(one, two) {
		t.Error("the two archives differ")
	}
}
