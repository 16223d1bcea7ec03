package sum

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Entries are all that is in a directory, as lstat has it; where something is odd, left out or has another name there are none.
func TestEntries(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.go": "package a\n", "b/c/d.go": "package d\n", "b.go": "", "large": strings.Repeat("x", wholeMax+1), "_go.mod": "module m\n", "go.mod": "module m\n"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var want []Entry
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := os.Lstat(path)
		if err != nil {
			return err
		}
		st := fi.Sys().(*syscall.Stat_t)
		name, _ := filepath.Rel(dir, path)
		want = append(want, Entry{strings.TrimPrefix(name, "."), d.IsDir(), Stat{Kind: st.Mode & syscall.S_IFMT, Size: st.Size, Mtime: st.Mtim.Nano(), Ctime: st.Ctim.Nano(), Inode: st.Ino}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	byName := func(a, b Entry) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(want, byName)
	j := Job{Path: "m", Version: "v1.0.0", Dir: dir}
	got := One(t.Context(), j, Options{Entries: true}).Dir.Entries
	slices.SortFunc(got, byName)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v, want\n%v", got, want)
	}
	none := func(what string, j Job, o Options) {
		t.Helper()
		if h := One(t.Context(), j, o).Dir; h.Entries != nil {
			t.Errorf("%s: %v", what, h.Entries)
		}
	}
	none("nobody asked", j, Options{})
	none("go.mod is left out", Job{Path: "m", Version: "v1.0.0", Dir: dir, Toolchain: true}, Options{Entries: true})
	none("other names", Job{Path: "m", Version: "v1.0.0", Dir: dir, Name: func(rel string) string { return "x/" + rel }}, Options{Entries: true})
	if err := os.Symlink("a.go", filepath.Join(dir, "b", "link")); err != nil {
		t.Fatal(err)
	}
	none("a link", j, Options{Entries: true})
}
