//go:build unix

package remedy

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
)

// sdkSession is a session that may unpack toolchains.
func sdkSession(t *testing.T, m *cachetest.Machine, opt Options) *Session {
	t.Helper()
	opt.Home, opt.SDK = m.Home, sdkOf(m)
	s, err := Start(t.Context(), state.Home(filepath.Join(m.Home, "state")), opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// What could not be brought or installed is told, written down, and what was fetched stays for the next time.
func TestGetFails(t *testing.T) {
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	g := Get{Module: files.Module, Version: files.Version}
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	bring := func(string) (Staged, func(), error) {
		return files, func() { t.Error("what was fetched is taken away") }, nil
	}
	s := sdkSession(t, m, Options{})
	never := func(string) (Staged, func(), error) {
		t.Error("it is brought, and there is no place for it")
		return bring("")
	}
	if r, err := s.Get(t.Context(), in, g, never); !errors.Is(err, errNoModule) || r.Items[0].Result != "failed" || r.Items[0].Error == "" || r.Items[0].Tier != "keep" {
		t.Errorf("no module cache: %+v, %v", r, err)
	}
	s.Close()
	s = sdkSession(t, m, Options{ModCache: m.GOMODCACHE})
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBusy)
	if r, err := s.Get(ctx, in, g, bring); !errors.Is(err, errBusy) || r.Items[0].Result != "failed" {
		t.Errorf("stopped: %+v, %v", r, err)
	}
	files.Hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	r, err := s.Get(t.Context(), in, g, bring)
	if err == nil || r.Items[0].Result != "failed" || r.Items[0].Hash != files.Hash || len(s.Notes) > 0 {
		t.Errorf("another hash: %+v, %v, %q", r, err, s.Notes)
	}
	if exists(t, partsOf(t, m, files.Module, files.Version)[2]) {
		t.Error("it is in the module cache")
	}
	if k := kept(t, m, r.ID); k.Items[0].Result != "failed" || k.Interrupted() {
		t.Errorf("%+v", k)
	}
}

// That go has not got the signed record of what is installed is told, once a version; not where nothing was asked, nor after a stop.
func TestRecorded(t *testing.T) {
	m := made(t)
	s := session(t, m, "20260101-000000-001", "")
	defer s.Close()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...), Offline: true}
	there, none := Want{Module: "example.com/a", Version: "v1.0.0"}, Want{Module: "example.com/none", Version: "v1.0.0"}
	s.recorded(t.Context(), Installer{}, nil)
	s.recorded(t.Context(), in, []Want{there, none})
	if len(s.Notes) != 1 || !strings.HasPrefix(s.Notes[0], "example.com/none@v1.0.0 is installed; but the go command did not get its signed record") {
		t.Errorf("%q", s.Notes)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.recorded(ctx, in, []Want{none})
	if len(s.Notes) != 1 {
		t.Errorf("after a stop: %q", s.Notes)
	}
}

// A path that leads through a file is none where a module cache can be made.
func TestMakeModCacheRefuses(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "file"), "x")
	if err := MakeModCache(filepath.Join(file, "mod")); !errors.Is(err, syscall.ENOTDIR) {
		t.Error(err)
	}
}

// HOME/sdk may be a link, and is made where it is not there. What leads nowhere, is a file, or others can write is refused, and
// nothing is made there.
func TestSDKRoot(t *testing.T) {
	for what, c := range map[string]struct {
		do   func(at string) error
		want error
	}{
		"not there":       {func(string) error { return nil }, nil},
		"a link":          {func(at string) error { return errors.Join(os.Mkdir(at+"x", 0o755), os.Symlink(at+"x", at)) }, nil},
		"dangling":        {func(at string) error { return os.Symlink(at+"x", at) }, os.ErrNotExist},
		"a file":          {func(at string) error { return os.WriteFile(at, nil, 0o644) }, syscall.ENOTDIR},
		"others write it": {func(at string) error { return errors.Join(os.Mkdir(at, 0o755), os.Chmod(at, 0o777)) }, ErrRoot},
	} {
		m, files := sdkLab(t)
		nothingOpen(t, m.Root)
		if err := c.do(sdkOf(m)); err != nil {
			t.Fatal(err)
		}
		r := remover(t, m, Options{SDK: sdkOf(m)})
		if err := r.UnpackSDK(t.Context(), files, "go1.99.1"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := os.Stat(filepath.Join(sdkOf(m), "go1.99.1", sdkMarker)); (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", what, err)
		}
	}
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	if err := remover(t, m, Options{SDK: filepath.Join(m.Home, "none", "sdk")}).UnpackSDK(t.Context(), files, "go1.99.1"); !gone(err) {
		t.Errorf("in a directory that is not there: %v", err)
	}
	r := remover(t, m, Options{SDK: sdkOf(m), Before: func(op, path string) error {
		if op == "mkdir" && path == sdkOf(m) {
			return syscall.EROFS
		}
		return nil
	}})
	if err := r.UnpackSDK(t.Context(), files, "go1.99.1"); !errors.Is(err, syscall.EROFS) || exists(t, sdkOf(m)) {
		t.Error(err)
	}
}

// What killed runs have begun goes, what others keep beside it stays.
func TestSDKSweepsOursOnly(t *testing.T) {
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	for _, name := range []string{".godoctor-20260101-000000-001", ".godoctor-mine", ".godoctor-", "20260101-000000-001", "go1.98"} {
		write(t, filepath.Join(sdkOf(m), name, "f"), "x")
	}
	r := remover(t, m, Options{SDK: sdkOf(m)})
	if err := r.UnpackSDK(t.Context(), files, "go1.99.1"); err != nil {
		t.Error(err)
	}
	list, err := filepath.Glob(filepath.Join(sdkOf(m), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i] = filepath.Base(list[i])
	}
	if want := []string{".godoctor-", ".godoctor-mine", "20260101-000000-001", "go1.98", "go1.99.1"}; !slices.Equal(list, want) {
		t.Errorf("%q, want %q", list, want)
	}
}

// Each change of the disk fails by itself: the error is told, what has its name is whole, and nothing else is left. Of the files, of
// which one is as another, every seventh.
func TestUnpackSDKFaults(t *testing.T) {
	var ops []string
	for at := -1; at < len(ops); at++ {
		if at >= 0 && strings.HasPrefix(ops[at], "create ") && !strings.HasSuffix(ops[at], sdkMarker) && at%7 > 0 {
			continue
		}
		m, files := sdkLab(t)
		nothingOpen(t, m.Root)
		n := 0
		r := remover(t, m, Options{SDK: sdkOf(m), Run: "20260101-000000-001", Before: func(op, path string) error {
			if at < 0 {
				ops = append(ops, op+" "+strings.TrimPrefix(path, m.Home))
			}
			if n++; n == at+1 {
				return syscall.EIO
			}
			return nil
		}})
		err := r.UnpackSDK(t.Context(), files, "go1.99.1")
		whole := exists(t, filepath.Join(sdkOf(m), "go1.99.1", sdkMarker))
		if list, _ := os.ReadDir(sdkOf(m)); whole && len(list) != 1 || !whole && len(list) > 0 {
			t.Errorf("change %d: left %v", at, list)
		}
		if at < 0 {
			if err != nil || !whole || len(ops) < 30 {
				t.Fatalf("%q: %v", ops, err)
			}
			continue
		}
		named := slices.IndexFunc(ops, func(op string) bool { return strings.HasPrefix(op, "rename ") })
		if !errors.Is(err, syscall.EIO) || whole != (at > named) {
			t.Errorf("%s fails: %v, whole %v", ops[at], err, whole)
		}
	}
}

// Where what was begun cannot be taken away either, both errors are told.
func TestUnpackSDKLeaves(t *testing.T) {
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	r := remover(t, m, Options{SDK: sdkOf(m), Before: func(op, path string) error {
		switch {
		case op == "remove":
			return syscall.EACCES
		case strings.HasSuffix(path, sdkMarker):
			return syscall.EIO
		}
		return nil
	}})
	if err := r.UnpackSDK(t.Context(), files, "go1.99.1"); !errors.Is(err, syscall.EIO) || !errors.Is(err, syscall.EACCES) {
		t.Error(err)
	}
}

// Permissions are those of a distribution, whatever the umask is.
func TestUnpackSDKUmask(t *testing.T) {
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	r := remover(t, m, Options{SDK: sdkOf(m)})
	had := syscall.Umask(0o027)
	err := r.UnpackSDK(t.Context(), files, "go1.99.1")
	syscall.Umask(had)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"bin/go": 0o755, "VERSION": 0o644, ".": 0o755} {
		if fi, err := os.Stat(filepath.Join(sdkOf(m), "go1.99.1", name)); err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, fi.Mode(), err)
		}
	}
}

// A zip that has a file twice, a file where a directory is, one that cannot be read, a name that leads elsewhere, or that is not there
// itself is unpacked nowhere.
func TestUnpackSDKOddZips(t *testing.T) {
	m, files := sdkLab(t)
	nothingOpen(t, m.Root)
	r := remover(t, m, Options{SDK: sdkOf(m)})
	prefix := files.Module + "@" + files.Version + "/"
	odd := files
	odd.Zip = filepath.Join(m.Home, "odd.zip")
	if err := r.UnpackSDK(t.Context(), odd, "go1.99.1"); !gone(err) {
		t.Error(err)
	}
	for what, names := range map[string][]string{"twice": {"VERSION", "VERSION"}, "twice, by another name": {"src/go.mod", "src/_go.mod"}, "below a file": {"bin", "bin/go"},
		"above": {"../x"}, "inside and above": {"a/../../x"}, "absolute": {"/x"}, "a backslash": {`a\x`}, "a drive": {"c:x"}, "a directory": {"bin/"}, "of another": {"!x"}, "not packed as zips are": {"99"}} {
		f, err := os.Create(odd.Zip)
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(f)
		for _, name := range names {
			h := &zip.FileHeader{Name: prefix + name, Method: zip.Store}
			switch name {
			case "!x":
				h.Name = "golang.org/toolchain@v0.0.1-go1.99.9.linux-amd64/x"
			case "99":
				h.Method = 99
				if _, err := w.CreateRaw(h); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if _, err := w.CreateHeader(h); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		was := tree(t, m.GOMODCACHE)
		if err := r.UnpackSDK(t.Context(), odd, "go1.99.1"); err == nil || strings.Contains(err.Error(), "has the hash") {
			t.Errorf("%s: %v", what, err)
		}
		if list, _ := os.ReadDir(sdkOf(m)); len(list) > 0 || exists(t, filepath.Join(m.Home, "x")) {
			t.Errorf("%s: left %v", what, list)
		}
		sameTree(t, what, was, tree(t, m.GOMODCACHE))
	}
}
