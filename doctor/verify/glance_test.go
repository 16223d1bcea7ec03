package verify

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// TestGlance looks at damage from outside: it tells the check, the files and the first fix.
func TestGlance(t *testing.T) {
	const ziphash = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	inDir := func(l *lab, name string) string { return filepath.Join(l.file("dir"), name) }
	for _, c := range []struct {
		name   string
		damage func(l *lab)
		want   string // check, first fix, files
	}{
		{"nothing", func(*lab) {}, ""},
		{"a byte", func(l *lab) { must(t, l.FlipByte(inDir(l, "README"), 3)) }, ""}, // that takes a hash
		{"a file is longer", func(l *lab) {
			l.write(inDir(l, "sick.go"), "package sick // edited by somebody, and longer than it was before, by far: "+strings.Repeat("x", 99))
		},
			"sources-modified unpack-again sick.go:modified"},
		{"a file is gone", func(l *lab) { l.remove(inDir(l, "sub/x.go")) }, "sources-modified unpack-again sub/x.go:missing"},
		{"a file came", func(l *lab) { l.write(inDir(l, "more.go"), "package sick\n") }, "sources-modified unpack-again more.go:extra"},
		{"empty files", func(l *lab) { l.write(inDir(l, "sick.go"), ""); l.write(inDir(l, "README"), "") }, "crash-damage unpack-again README:modified sick.go:modified"},
		{"a link", func(l *lab) { l.remove(inDir(l, "README")); must(t, os.Symlink("sick.go", inDir(l, "README"))) }, "odd-entry unpack-again README:odd"},
		{"a truncated zip", func(l *lab) { must(t, os.Chmod(l.file("zip"), 0o666)); must(t, os.Truncate(l.file("zip"), 300)) }, "zip-damaged fetch-again"},
		{"an empty zip", func(l *lab) { must(t, os.Chmod(l.file("zip"), 0o666)); must(t, os.Truncate(l.file("zip"), 0)) }, "zip-damaged fetch-again"},
		{"a zip without files", func(l *lab) { l.write(l.file("zip"), "PK\x05\x06"+strings.Repeat("\x00", 18)) }, "zip-damaged fetch-again"},
		{".ziphash", func(l *lab) { l.write(l.file("ziphash"), ziphash) }, "checksum-mismatch find-out"},
		{"no .ziphash", func(l *lab) { l.remove(l.file("ziphash")) }, "ziphash-missing renew-ziphash"},
		{".mod", func(l *lab) { l.write(l.file("mod"), "module example.com/other\n") }, "mod-mismatch fetch-mod"},
		{".info", func(l *lab) { l.write(l.file("info"), "{") }, "info-damaged fetch-info"},
		{".partial", func(l *lab) { l.write(l.file("partial"), "") }, "partial-download finish"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			c.damage(l)
			inv, use := l.look()
			res := Glance(t.Context(), inv, Options{Usage: use})
			got := ""
			for _, f := range res.Findings {
				got += f.Check + " " + f.Fixes[0].ID
				for _, x := range f.Files {
					got += " " + x.Path + ":" + string(x.Change)
				}
				if f.Target.Module != l.mod.Path || f.Docs != f.Check {
					t.Errorf("%+v", f)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got != "" && c.want != "checksum-mismatch find-out" { // hashing says the same of it, under the same ID
				full := l.verify(Options{})
				if len(full.Findings) == 0 || full.Findings[0].ID() != res.Findings[0].ID() {
					t.Errorf("hashing says %+v", full.Findings)
				}
			}
		})
	}
}

// TestGlanceBounded: of a zip whose list of files is larger than any that is hashed nothing is said, and it is not held in memory.
func TestGlanceBounded(t *testing.T) {
	v := &modcache.Version{Path: "example.com/big", Version: "v1.0.0", Parts: modcache.HasZip, Zip: filepath.Join(t.TempDir(), "v1.0.0.zip")}
	f, err := os.Create(v.Zip)
	must(t, err)
	defer f.Close()
	w, comment := zip.NewWriter(f), strings.Repeat("x", 1<<16-1)
	for i := range sum.MaxNames>>16 + 20 {
		_, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%s@%s/%d", v.Path, v.Version, i), Comment: comment})
		must(t, err)
	}
	must(t, w.Close())
	e := &Evidence{Parts: v.Parts, Zip: Part{Path: v.Zip}}
	if g := e.zipNames(v); e.Zip.State != Unasked || g.sizes != nil {
		t.Errorf("%+v, %d names", e.Zip, len(g.sizes))
	}
	if files, err := directory(f); !errors.Is(err, regular.ErrTooLarge) || files != nil {
		t.Errorf("%d files, %v", len(files), err)
	}
}
