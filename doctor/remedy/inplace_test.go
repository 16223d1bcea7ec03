package remedy

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// Where there is no room for the quarantine, what may not come back stays under another name, and is put back from there.
func TestKeptInPlace(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{Run: "20261126-220000-000", Before: func(op, name string) error {
		if strings.Contains(name, ".godoctor") && (op == "mkdir" || op == "create") || strings.HasSuffix(name, "cache/godoctor") {
			return syscall.ENOSPC
		}
		return nil
	}})
	it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
	it.Tier = usage.Hold
	run := apply(r, it)
	if run.Done != 1 || run.Outcomes[0].Kept != "" || run.Later == 0 && it.Disk > 0 {
		t.Fatalf("%+v", run.Outcomes)
	}
	dir := filepath.Join(m.GOMODCACHE, "example.com", "a@v1.0.0")
	left, _ := filepath.Glob(dir + ".tmp-godoctor-keep-*")
	if len(left) != 1 || exists(t, dir) {
		t.Fatal(left)
	}
	made := time.Date(2026, 11, 26, 22, 0, 0, 0, time.UTC)
	if !Waits(left[0], made.Add(time.Hour)) || Waits(left[0], made.Add(HoldFor)) || Waits(dir+".tmp-godoctor-20261126-1", made) {
		t.Error("how long it waits")
	}
	for name, want := range map[string]bool{"20261126-220000": false, "20261126-220000-1-2": false, "20261126": true, "mine-and-yours": true, "": true} {
		if got := Waits(dir+".tmp-godoctor-keep-"+name, made.Add(HoldFor)); got != want {
			t.Errorf("%q waits: %v", name, got)
		}
	}
	r.Sweep(t.Context(), []module.Version{{Path: "example.com/a", Version: "v1.0.0"}}, func(_ module.Version, _ int64, err error) {
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Error(err)
		}
	})
	found, err := r.RestoreHere(module.Version{Path: "example.com/a", Version: "v1.0.0"})
	if !found || err != nil {
		t.Fatal(found, err)
	}
	if now := item(t, m, "example.com/a", "v1.0.0", plan.Version); now.Dir.Inode != it.Dir.Inode || now.ZipFile != it.ZipFile {
		t.Errorf("%+v, was %+v", now, it)
	}
	if found, err = r.RestoreHere(module.Version{Path: "example.com/a", Version: "v1.0.0"}); found || err != nil {
		t.Error(found, err)
	}
}
