package goenv

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDistinct(t *testing.T) {
	for _, c := range []struct{ goos, in, want string }{
		{"linux", "A=1 B=2 A=3 a=4 B=", "A=1 B=2 a=4"},
		{"linux", "A= A=1", "A="},
		{"linux", "x x =C:=1 =C:=2", "x x =C:=1 =C:=2"},
		{"windows", "Path=1 PATH=2 =C:=1 =D:=2", "Path=1 =C:=1 =D:=2"},
	} {
		in := strings.Fields(c.in)
		if got := distinct(c.goos, in); strings.Join(got, " ") != c.want || strings.Join(in, " ") != c.in {
			t.Errorf("%s %q: %q, want %q", c.goos, c.in, got, c.want)
		}
	}
}

// TestTwice asks the real go which of two entries of one variable counts: by what starts a program with the list as it is, since
// os/exec takes the last.
func TestTwice(t *testing.T) {
	w := newWorld(t)
	in := w.input("GOFLAGS=-mod=mod")
	in.Environ = append(slices.Clone(in.Environ), "GOFLAGS=-mod=vendor")
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	r, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := os.StartProcess(program, []string{"go", "env", "GOFLAGS"}, &os.ProcAttr{Dir: in.Dir, Env: in.Environ, Files: []*os.File{nil, to, os.Stderr}})
	to.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if _, e := p.Wait(); err != nil || e != nil {
		t.Fatal(err, e)
	}
	want := strings.TrimSpace(string(out))
	if got := w.load(in).Value("GOFLAGS"); got != want || want != "-mod=mod" {
		t.Errorf("%q, go says %q", got, want)
	}
	cmd := exec.Command(filepath.Clean(program), "env", "GOFLAGS") // as what we start sees it
	cmd.Dir, cmd.Env = in.Dir, Distinct(in.Environ)
	if out, err := cmd.Output(); err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("what is started has %q, %v", out, err)
	}
}
