package goenv

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLoadRunning: of a running process the settings are the same as those that Load tells, where both tell them.
func TestLoadRunning(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return file
	}
	root := filepath.Dir(write("goroot/go.env", "GOTOOLCHAIN=local\nGOFLAGS=-trimpath\n"))
	write("goroot/pkg/tool/x", "")
	write("goroot/bin/go", "\x7fELF")
	settings := write("settings", "GOMODCACHE=/m\nGOFLAGS=\n")
	write("p/go.mod", "module p\n")
	write("go.work", "go 1.25\n")
	home := "HOME=" + filepath.Join(dir, "home")
	path := "PATH=" + filepath.Join(root, "bin")
	for _, environ := range [][]string{
		{home, path}, {path}, {home, path, "GOENV=" + settings}, {home, path, "GOPATH=/a" + string(os.PathListSeparator) + "/b"},
		{home, path, "GOMODCACHE=rel", "GOCACHE=rel"}, {home, path, "GOENV=off", "GOWORK=off", "GO111MODULE=off"},
		{"HOME=rel", path}, {home, path, "GOROOT=/elsewhere"}, {home, path, "GOTOOLCHAIN=go1.25.3", "GO111MODULE=auto"},
	} {
		for _, in := range []string{"p", "", "goroot"} {
			in = filepath.Join(dir, in)
			want := Load(Input{Environ: environ, Dir: in})
			got := LoadRunning(Running{Environ: environ, Dir: in})
			for _, key := range []string{"GOROOT", "GOPATH", "GOMODCACHE", "GOCACHE", "GO111MODULE", "GOFLAGS", "GOTOOLCHAIN", "GOMOD", "GOWORK"} {
				if got.Value(key) != want.Value(key) {
					t.Errorf("%q in %q: %s=%q, Load says %q", environ, in, key, got.Value(key), want.Value(key))
				}
			}
			mod, err := got.ModCache()
			if wantMod, wantErr := want.ModCache(); mod != wantMod || (err == nil) != (wantErr == nil) {
				t.Errorf("%q: module cache %q, %v", environ, mod, err)
			}
			build, err := got.BuildCache()
			if wantBuild, wantErr := want.BuildCache(); build != wantBuild || (err == nil) != (wantErr == nil) {
				t.Errorf("%q: build cache %q, %v", environ, build, err)
			}
		}
	}
}

// TestLoadRunningRead: the settings files come from where the caller says.
func TestLoadRunningRead(t *testing.T) {
	var asked []string
	e := LoadRunning(Running{Environ: []string{"HOME=/h", "GOENV=/h/env"}, Goroot: "/r", Read: func(path string) ([]byte, error) {
		asked = append(asked, filepath.ToSlash(path))
		if len(asked) == 1 {
			return []byte("GOMODCACHE=/m\n"), nil
		}
		return nil, errors.New("no")
	}})
	if e.Value("GOMODCACHE") != "/m" || len(asked) != 2 || asked[0] != "/h/env" || asked[1] != "/r/go.env" {
		t.Error(e.Value("GOMODCACHE"), asked)
	}
	if words, err := Words("-a '-b c'"); err != nil || len(words) != 2 || words[1] != "-b c" {
		t.Error(words, err)
	}
}
