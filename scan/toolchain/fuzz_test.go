package toolchain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzTree: whatever VERSION says, a tree is a toolchain by more than that text, a version that it names is the first line of it,
// and names of modules and platforms are put together again as they were.
func FuzzTree(f *testing.F) {
	f.Add("go1.26.8\ntime 2026-11-03T15:04:05Z\n", "go1.26.8.linux-amd64")
	f.Add("devel go1.28-0123abc Mon\n", "go1.26rc1.js-wasm")
	f.Add("\x00\n", "go1.26.8.linux-")
	f.Add(" \x1b[31mgo1.26.8 \r\ntime x\ntime 0000-00-00\n", ".")
	f.Add(strings.Repeat("go1.26.8", 30), "go1.26.8.linux_amd64")
	dir := f.TempDir()
	file := filepath.Join(dir, "VERSION")
	f.Fuzz(func(t *testing.T, text, name string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		g := look(dir)
		line, _, _ := strings.Cut(text, "\n")
		if len(g.missing) < signature-1 || g.version != "" && g.version != strings.TrimSpace(line) || strings.ContainsRune(g.version, 0) {
			t.Fatalf("%q is %+v", text, g)
		}
		if at, ok := releasedAt(dir); ok {
			fi, err := os.Stat(file)
			if err != nil || fi.ModTime().Unix() != at.Unix() || !strings.Contains(text, "time ") {
				t.Fatalf("%q was released at %v", text, at)
			}
		}
		Judge(g.version, Known, time.Unix(1795000000, 0))
		if version, platform, ok := splitModuleVersion(name); ok {
			goos, goarch, ok := splitPlatform(platform, "-")
			if version+"."+platform != name || !ok || goos+"-"+goarch != platform || parse(version).kind == invalid {
				t.Fatalf("%q is %q for %q", name, version, platform)
			}
		}
	})
}
