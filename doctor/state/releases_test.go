package state

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"godoctor/scan/toolchain"
)

func TestReleases(t *testing.T) {
	d := In(filepath.Join(t.TempDir(), "cache"))
	if _, err := d.Releases(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing list: %v", err)
	}
	for i := range 2 {
		list := &toolchain.ReleaseList{
			AsOf: time.Date(2027, 3, 1, 10, 0, i, 0, time.UTC), From: "https://proxy.example/mod",
			Releases: []toolchain.Seen{{Version: "go1.27.4", Platforms: 3}, {Version: "go1.28.0", Platforms: 1, Date: time.Date(2027, 2, 9, 17, 0, 0, 0, time.UTC)}},
		}
		if err := d.SaveReleases(list); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Releases(); err != nil || !reflect.DeepEqual(got, list) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	entries, err := os.ReadDir(string(d))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files left, %v", len(entries), err)
	}
}

// What cannot be used is not used, and the next list replaces it.
func TestBadReleases(t *testing.T) {
	d := In(t.TempDir())
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "garbage", "null", "{}", `{"schema":"godoctor/releases/v2","as_of":"2027-03-01T00:00:00Z"}`, `{"schema":"godoctor/releases/v1"}`,
		`{"schema":"godoctor/releases/v1","as_of":"soon"}`, `{"schema":"godoctor/releases/v1","as_of":"2027-03-01T00:00:00Z","releases":[1]}`,
		strings.Repeat(" ", releasesMax+1),
	} {
		if err := os.WriteFile(d.releasesFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Releases(); err == nil {
			t.Errorf("%.40q was used: %+v", text, got)
		}
	}
	if err := d.SaveReleases(&toolchain.ReleaseList{AsOf: time.Now()}); err != nil {
		t.Error(err)
	}
	if _, err := d.Releases(); err != nil {
		t.Error(err)
	}
	if err := Dir("").SaveReleases(&toolchain.ReleaseList{}); err != nil {
		t.Error(err)
	}
	if _, err := Dir("").Releases(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a list from nowhere: %v", err)
	}
}
