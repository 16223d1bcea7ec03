//go:build unix

package plan

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
)

// hold takes a lock as the go command does, until the test ends.
func hold(t *testing.T, file string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o666)
	must(t, err)
	t.Cleanup(func() { f.Close() })
	must(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX))
}

// A clone or a leftover whose lock somebody holds stays, however old it is.
func TestHeld(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "cache", "vcs", strings.Repeat("0a", 32))
	write(t, filepath.Join(at, "HEAD"), "ref")
	name := "cache/download/example.com/a/@v/v1.0.0.zip12.tmp"
	zip := filepath.Join(dir, filepath.FromSlash(name))
	write(t, zip, "half")
	must(t, os.Chtimes(zip, ago(30), ago(30)))
	f := &facts{in: &Input{Now: now}}
	clone, left := &Item{Part: VCS, Name: filepath.Base(at), Path: at, Changed: ago(30)}, &Item{Part: Leftover, Name: name, Path: zip}
	if a, b := f.cloneKept(clone), f.leftoverKept(left); a != "" || b != "" {
		t.Errorf("%q, %q", a, b)
	}
	hold(t, at+".lock")
	hold(t, filepath.Join(filepath.Dir(zip), "v1.0.0.lock"))
	if a, b := f.cloneKept(clone), f.leftoverKept(left); a != keptBusy || b != keptBusy {
		t.Errorf("%q, %q", a, b)
	}
}

// A version counts as read when go has read its .ziphash, where that is asked for and nothing better is known.
func TestReadLately(t *testing.T) {
	zip := filepath.Join(t.TempDir(), "v1.0.0.zip")
	hash := strings.TrimSuffix(zip, ".zip") + ".ziphash"
	write(t, hash, "h1:x")
	must(t, os.Chtimes(hash, ago(2), ago(100)))
	list := []modcache.Version{{Path: "example.com/a", Version: "v1.0.0", Zip: zip, Fetched: ago(100), Parts: modcache.HasZiphash}}
	in := &Input{Now: now, OlderThan: 30 * day}
	f := &facts{in: in, list: list, uses: make([]usage.Version, 1)}
	last := func() time.Time { return f.last(0).Truncate(time.Second) }
	if got := last(); !got.Equal(ago(2).Truncate(time.Second)) {
		t.Errorf("%v", got)
	}
	f.uses[0].Read = ago(5)
	if got := last(); !got.Equal(ago(5).Truncate(time.Second)) {
		t.Errorf("%v", got)
	}
	f.uses[0].Read = time.Time{}
	in.OlderThan = 0
	if got := last(); !got.Equal(ago(100).Truncate(time.Second)) {
		t.Errorf("%v", got)
	}
}
