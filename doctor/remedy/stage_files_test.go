//go:build unix

package remedy

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/meter"
)

// A file is staged under a second name or as a copy, byte for byte, and stays as it is. What is no file is none, and nothing is
// overwritten.
func TestStageFile(t *testing.T) {
	dir := quick(t)
	nothingOpen(t, dir)
	for _, from := range []string{
		write(t, filepath.Join(dir, "from"), "text"),
		filepath.Join(filepath.Dir(filepath.Dir(goCommand(t))), "VERSION"), // on another file system, as a rule, or of another user
	} {
		to := filepath.Join(dir, "to")
		want, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := bring(from, to); err != nil {
			t.Error(err)
		}
		for _, name := range []string{from, to} {
			if b, err := os.ReadFile(name); string(b) != string(want) || err != nil {
				t.Errorf("%s: %q, %v", name, b, err)
			}
		}
		if err := bring(from, to); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over another: %v", err)
		}
		if err := os.Remove(to); err != nil {
			t.Fatal(err)
		}
		if err := bring(from, filepath.Join(dir, "none", "to")); !gone(err) {
			t.Error(err)
		}
	}
	if err := os.Symlink("from", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"none": "no such file", "link": "not a regular file", ".": "not a regular file"} {
		if err := bring(filepath.Join(dir, name), filepath.Join(dir, "to")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
		if exists(t, filepath.Join(dir, "to")) {
			t.Errorf("%s is staged", name)
		}
	}
}

// A version of whose files one cannot be staged is told of with what is wrong with it, and the others are installed. Each is told of
// once, and the meter too.
func TestStagedOneIsWrong(t *testing.T) {
	m := made(t)
	nothingOpen(t, m.Root)
	watched := new(meter.Meter)
	r := remover(t, m, Options{Meter: watched})
	list := []Staged{staged(t, m, mod("example.com/s", "v1.0.0")), staged(t, m, mod("example.com/s", "v1.0.1")), staged(t, m, mod("example.com/s", "v1.0.2")),
		staged(t, m, mod("example.com/s", "v1.0.3")), staged(t, m, mod("example.com/s", "v1.0.4"))}
	list[0].Info = filepath.Join(m.Home, "none")
	list[1].ModHash = ""
	list[2].Version = "v1"
	list[4].Zip, list[4].Hash, list[4].Info = "", "h1:what is said of a zip that is not there", ""
	errs := installed(t, r, m, list...)
	for i, want := range []string{"no such file", "its hash is not known", "v1", "", "no such file"} {
		if (errs[i] == nil) != (want == "") || errs[i] != nil && !strings.Contains(errs[i].Error(), want) {
			t.Errorf("%d: %v, want %q", i, errs[i], want)
		}
	}
	if n := watched.Sample().Units; n != int64(len(list)) {
		t.Errorf("the meter has %d", n)
	}
	if !exists(t, partsOf(t, m, list[3].Module, list[3].Version)[2]) || exists(t, partsOf(t, m, list[1].Module, list[1].Version)[2]) {
		t.Error("there, or not")
	}
}

// Where there is no room for a staging, or no module cache, every version is told why.
func TestStagedNowhere(t *testing.T) {
	m := made(t)
	nothingOpen(t, m.Root)
	full := remover(t, m, Options{Before: func(op, path string) error {
		if strings.Contains(path, "godoctor") {
			return syscall.ENOSPC
		}
		return nil
	}})
	none, err := Open(Options{Home: m.Home})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	s := staged(t, m, mod("example.com/s", "v1.0.0"))
	for r, want := range map[*Remover]error{full: syscall.ENOSPC, none: errNoModule} {
		for _, err := range installed(t, r, m, s, s) {
			if !errors.Is(err, want) {
				t.Error(err)
			}
		}
		if _, err := r.Staging(); !errors.Is(err, want) {
			t.Error(err)
		}
		r.Install(t.Context(), Installer{}, []Want{{Module: s.Module, Version: s.Version}}, func(_ int, err error) {
			if r == none && !errors.Is(err, errNoModule) || err == nil {
				t.Error(err)
			}
		})
	}
	fails := ""
	r := remover(t, m, Options{Run: "20200101-000000-001", Before: func(op, path string) error {
		if fails != "" && strings.HasSuffix(path, fails) {
			return syscall.ENOSPC
		}
		return nil
	}})
	if _, err := r.Staging(); err != nil {
		t.Fatal(err)
	}
	fails = "20200101-000000-001-1"
	if g, err := r.stage(); g != nil || !errors.Is(err, syscall.ENOSPC) {
		t.Error(g, err)
	}
	open := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging", "20200101-000000-002-1") // not this user's alone
	write(t, filepath.Join(open, "f"), "")
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	fails = "lock" // where there are no locks it is used all the same
	g, err := r.stage()
	if err != nil || g.lock != nil {
		t.Fatal(g, err)
	}
	g.remove()
	if exists(t, g.path) || !exists(t, open) {
		t.Error("it is still there, or what others can change was swept")
	}
	fails = ""
	if g, err = r.stage(); err != nil {
		t.Fatal(err)
	}
	defer g.remove()
	write(t, filepath.Join(g.path, "proxy"), "")
	if err := g.bring(&s); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("no room for a version: %v", err)
	}
}

// That what came could not be made durable is an error of every version.
func TestInstalledNotDurable(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{Before: func(op, path string) error {
		if op == "sync" {
			return syscall.EIO
		}
		return nil
	}})
	s := staged(t, m, mod("example.com/s", "v1.0.0"))
	if err := installed(t, r, m, s)[0]; !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	r.Install(t.Context(), in, []Want{{Module: s.Module, Version: s.Version}}, func(_ int, err error) {
		if !errors.Is(err, syscall.EIO) {
			t.Error(err)
		}
	})
}

// A look at what is installed sees whatever is not as it was staged.
func TestSettled(t *testing.T) {
	m := made(t)
	nothingOpen(t, m.Root)
	r := remover(t, m, Options{})
	s := staged(t, m, mod("example.com/s", "v1.0.0"))
	if err := installed(t, r, m, s)[0]; err != nil {
		t.Fatal(err)
	}
	at := strings.TrimSuffix(partsOf(t, m, s.Module, s.Version)[0], "zip")
	for ext, text := range map[string]string{"zip": "none", "mod": "module example.com/other\n", "info": `{"Version":"v1.0.1"}`} {
		was, err := os.ReadFile(at + ext)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{text, "", string(was[:len(was)-1]) + "x"} {
			if err := os.Remove(at + ext); err != nil {
				t.Fatal(err)
			}
			if err := r.settled(t.Context(), &s); !gone(err) {
				t.Errorf("no %s: %v", ext, err)
			}
			write(t, at+ext, wrong)
			if err := r.settled(t.Context(), &s); err == nil || gone(err) {
				t.Errorf("%q in .%s: %v", wrong, ext, err)
			}
			write(t, at+ext, string(was))
			if err := r.settled(t.Context(), &s); err != nil {
				t.Errorf(".%s is right again: %v", ext, err)
			}
		}
	}
	few := s
	few.Info = ""
	if err := errors.Join(os.Remove(at+"info"), r.settled(t.Context(), &few)); err != nil {
		t.Errorf("no .info was wanted: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBusy)
	if err := r.settled(ctx, &s); !errors.Is(err, errBusy) {
		t.Errorf("stopped: %v", err)
	}
	for _, v := range []module.Version{{Path: "example.com/none", Version: "v1.0.0"}, {Path: "../x", Version: "v1.0.0"}} {
		if err := r.settled(t.Context(), &Staged{Module: v.Path, Version: v.Version}); err == nil {
			t.Errorf("%v is there", v)
		}
	}
	lost := s
	lost.Zip = filepath.Join(m.Home, "none.zip")
	if err := r.settled(t.Context(), &lost); !gone(err) {
		t.Error(err)
	}
}

// A zip of other bytes and the same content, as another packer makes it, is as good as the one that was proved.
func TestSettledRepacked(t *testing.T) {
	m := made(t)
	nothingOpen(t, m.Root)
	r := remover(t, m, Options{})
	s := staged(t, m, mod("example.com/s", "v1.0.0"))
	if err := installed(t, r, m, s)[0]; err != nil {
		t.Fatal(err)
	}
	zip := partsOf(t, m, s.Module, s.Version)[0]
	repack(t, zip)
	if a, _ := os.ReadFile(zip); len(a) == 0 {
		t.Fatal("it is empty")
	}
	if err := r.settled(t.Context(), &s); err != nil {
		t.Error(err)
	}
	other := s
	other.Hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	if err := r.settled(t.Context(), &other); err == nil || !strings.Contains(err.Error(), s.Hash) || !strings.Contains(err.Error(), other.Hash) {
		t.Error(err)
	}
}

// Two files are the same or not whatever their lengths are: that of a look, one more, one less.
func TestSameFile(t *testing.T) {
	dir := quick(t)
	nothingOpen(t, dir)
	f := opened(t, dir)
	const look = 256 << 10
	for _, n := range []int{0, 1, look - 1, look, look + 1, 2 * look} {
		text := strings.Repeat("x", n)
		a := write(t, filepath.Join(dir, "a"), text)
		for name, c := range map[string]struct {
			text string
			want bool
		}{"same": {text, true}, "longer": {text + "x", false}, "longer by a look": {text + strings.Repeat("x", look), false}, "another end": {text[:max(n-1, 0)] + "y", false}} {
			write(t, filepath.Join(dir, "b"), c.text)
			if same, err := sameFile(t.Context(), a, f, "b"); same != c.want || err != nil {
				t.Errorf("%d, %s: %v, %v", n, name, same, err)
			}
			if same, err := sameFile(t.Context(), filepath.Join(dir, "b"), f, "a"); same != c.want || err != nil {
				t.Errorf("%d, %s, the other way: %v, %v", n, name, same, err)
			}
		}
	}
	if _, err := sameFile(t.Context(), filepath.Join(dir, "none"), f, "a"); !gone(err) {
		t.Error(err)
	}
	if _, err := sameFile(t.Context(), filepath.Join(dir, "a"), f, "none"); !gone(err) {
		t.Error(err)
	}
	write(t, filepath.Join(dir, "a"), "")
	if same, err := sameFile(t.Context(), dir, f, "a"); same || !errors.Is(err, syscall.EISDIR) {
		t.Error(same, err)
	}
}

// Where files of a version lie in the proxy go knows.
func TestStagingNames(t *testing.T) {
	names, err := plan.Places(module.Version{Path: "example.com/A", Version: "v1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := (&staging{path: "/s"}).file(&names, "mod"), filepath.FromSlash("/s/proxy/example.com/!a/@v/v1.0.0.mod"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
