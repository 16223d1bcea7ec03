package gocmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"godoctor/scan/cachetest"
)

// TestDownloadSettings: flags and experiments have no say, wherever they are set.
func TestDownloadSettings(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.RemoveAll()
	dir, file := m.Projects, filepath.Join(m.Root, "env")
	for name, text := range map[string]string{
		file: "GOFLAGS=-modfile=/no/such.mod\nGOEXPERIMENT=nosuch\n", filepath.Join(dir, "go.mod"): "module scratch\n\ngo 1.21\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, more := range [][]string{{"GOENV=" + file}, {"GOENV=off", "GOFLAGS=-modfile=/no/such.mod", "GOEXPERIMENT=nosuch"}} {
		d := Download{Go: goCommand, Dir: dir, ModCache: m.GOMODCACHE, Proxy: "off", Environ: append(m.Environ(), more...)}
		if got, err := d.Run(t.Context(), nil); err != nil || len(got) > 0 {
			t.Errorf("%q: %v, %v", more, got, err)
		}
	}
}
