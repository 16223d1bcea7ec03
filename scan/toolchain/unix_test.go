//go:build unix

package toolchain

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A FIFO holds whoever opens it until somebody writes: none is opened.
func TestFIFO(t *testing.T) {
	w := newWorld(t)
	w.tree("/usr/local/go", "go1.26.8")
	for _, name := range []string{"/usr/local/go/VERSION", "/usr/local/go/bin/go", "/bin/go", "~/sdk", "~/.goenv/version", "~/.tool-versions"} {
		os.RemoveAll(w.at(name))
		must(t, os.MkdirAll(filepath.Dir(w.at(name)), 0o755))
		must(t, syscall.Mkfifo(w.at(name), 0o755))
	}
	w.tree("/opt/go", "go1.26.8")
	must(t, os.Remove(w.at("/opt/go/VERSION")))
	must(t, syscall.Mkfifo(w.at("/opt/go/VERSION"), 0o644))
	w.env = []string{"PATH=$ROOT/bin"}
	f := w.find()
	if got := w.one(f, "/opt/go"); got.Version != "" || !has(got.Problems, "no readable VERSION: not a regular file") {
		t.Errorf("got %+v", got)
	}
	if len(f.Partials) != 1 || f.Choice.Command != "" {
		t.Errorf("got %+v", f)
	}
}

// What may not be read is named. To root nothing is closed; there the test proves that all is read.
func TestUnreadable(t *testing.T) {
	w := newWorld(t)
	shut := w.tree("/usr/local/go", "go1.26.8")
	w.tree("~/sdk/go1.26.8", "go1.26.8")
	blind := w.tree("/opt/go", "go1.26.8")
	must(t, os.Chmod(filepath.Join(blind, "src"), 0))
	must(t, os.Chmod(shut, 0))
	must(t, os.Chmod(w.at("~/sdk"), 0))
	defer os.Chmod(shut, 0o755)
	defer os.Chmod(w.at("~/sdk"), 0o755)
	defer os.Chmod(filepath.Join(blind, "src"), 0o755)
	f := w.find()
	if os.Getuid() == 0 {
		if len(f.Toolchains) != 3 || len(f.Unreadable) > 0 {
			t.Errorf("as root: %+v", f)
		}
		return
	}
	var got []string
	for _, u := range f.Unreadable {
		got = append(got, u.Path+": "+u.Err.Error())
	}
	if !has(got, shut+": permission denied") || !has(got, w.at("~/sdk")+": permission denied") || len(f.Toolchains) != 1 {
		t.Errorf("toolchains %+v, unreadable %q", f.Toolchains, got)
	}
	if got := w.one(f, "/opt/go"); !has(got.Problems, "no readable src/runtime: permission denied") {
		t.Errorf("got %+v", got)
	}
}
