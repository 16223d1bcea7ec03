package verify

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"godoctor/scan/sum"
)

func TestWalk(t *testing.T) {
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "a", "b"), 0o777))
	must(t, os.MkdirAll(filepath.Join(root, "left", "out"), 0o777))
	for i := range 2100 {
		must(t, os.WriteFile(filepath.Join(root, "a", "b", strconv.Itoa(i)), nil, 0o666))
	}
	var names []string
	must(t, walk(t.Context(), root, func(rel string, d fs.DirEntry) bool {
		names = append(names, rel)
		return rel != "left"
	}))
	if len(names) != 2103 || !slices.Contains(names, "a/b/2099") || slices.Contains(names, "left/out") {
		t.Errorf("%d names", len(names))
	}
	ctx := dies(t, nil)
	n := 0
	err := walk(ctx, filepath.Join(root, "a", "b"), func(string, fs.DirEntry) bool { n++; ctx.cancel(); return true })
	if listed := ctx.since.Load(); err == nil || n != 1 || listed > listedOnce+10 { // it is asked for each entry
		t.Errorf("%v after %d names, and %d more were listed", err, n, listed)
	}
	deep := root
	for range sum.MaxDepth + 2 {
		deep = filepath.Join(deep, "d")
		if err := os.Mkdir(deep, 0o777); err != nil {
			return // names are as long as this system lets them be
		}
	}
	if err := walk(t.Context(), root, func(string, fs.DirEntry) bool { return true }); err != sum.ErrDeep {
		t.Errorf("%v", err)
	}
	if err := walk(t.Context(), filepath.Join(root, "nowhere"), nil); err == nil {
		t.Error("nowhere")
	}
}
