//go:build unix

package remedy

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// An entry says all that is known of what it holds, to whoever lists it and in its manifest, and only its owner can look into it.
func TestManifestSaysAll(t *testing.T) {
	m := madeIn(t, quick(t))
	made := time.Date(2026, 11, 26, 21, 45, 1, 5, time.FixedZone("", 3600))
	r := remover(t, m, Options{Run: "20261126-204501-000", Now: func() time.Time { return made }})
	a := mod("example.com/a", "v1.0.0")
	if err := os.Chmod(m.Dir(a), 0o555); err != nil {
		t.Fatal(err)
	}
	it := item(t, m, a.Path, a.Version, plan.Forget)
	it.Tier, it.Hash, it.Disk = usage.Hold, "h1:x", 4321
	o := one(t, r, it)
	held, err := r.Quarantined()
	want := Held{Name: "20261126-204501-000/1", Run: "20261126-204501-000", Made: made.UTC(), Module: a.Path, Version: a.Version, Part: plan.Forget, Hash: "h1:x", Disk: 4321, Whole: true}
	if err != nil || len(held) != 1 || held[0] != want || o.Kept != want.Name || o.Later != 4321 {
		t.Fatalf("%+v, %v, %+v", held, err, o)
	}
	dir := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "quarantine", want.Name)
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	var says manifest
	if err = errors.Join(err, json.Unmarshal(b, &says)); err != nil || says != (manifest{Schema: "godoctor/v1", Run: want.Run, Made: made.UTC(), Cache: r.mod.path, Module: a.Path, Version: a.Version,
		Part: plan.Forget, Hash: "h1:x", Disk: 4321, DirMode: 0o555}) || !strings.HasSuffix(string(b), "}\n") {
		t.Errorf("%s, %v", b, err)
	}
	for at := dir; at != filepath.Dir(m.GOMODCACHE); at = filepath.Dir(at) {
		if fi, err := os.Lstat(at); err != nil || fi.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", at, fi.Mode(), err)
		}
	}
	for _, name := range []string{manifestFile, doneFile} {
		if fi, err := os.Lstat(filepath.Join(dir, name)); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, fi.Mode(), err)
		}
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 7 { // manifest, done, zip, .ziphash, directory, .mod, .info
		t.Errorf("%q", names)
	}
	more := item(t, m, a.Path, "v1.1.0", plan.Version)
	more.Tier = usage.Hold
	if o := one(t, r, more); o.Kept != "20261126-204501-000/2" {
		t.Errorf("%+v", o)
	}
	for _, bad := range []string{"x", "", "1-", strings.Repeat("1", 41), "1/2", "..", "1_1", "１"} {
		if want := bad == "1-"; validRun(bad) != want {
			t.Errorf("%q names a run: %v", bad, !want)
		}
	}
	if _, err := Open(Options{Run: "../x"}); err == nil || !strings.Contains(err.Error(), "../x") {
		t.Error(err)
	}
	if !validRun(strings.Repeat("1", 40)) {
		t.Error("40 digits name no run")
	}
}

// Nothing is moved before the entry and all directories above it are durable. What fails on the way is told and leaves no entry; where
// there is only no room for one, what was to wait there waits in its place.
func TestDurableBeforeMoved(t *testing.T) {
	for _, errno := range []error{nil, syscall.EIO, syscall.ENOSPC, syscall.EDQUOT} {
		for k := 1; k < 40; k++ {
			m := machine(t, quick(t))
			it := versions(t, m, "example.com/a", 1, plan.Version)[0]
			it.Tier, it.Disk = usage.Hold, 1000
			was := states(t, m, it.Module, it.Version)
			var synced []string
			n, moved, fired := 0, false, ""
			r := remover(t, m, Options{Run: "1-1", Before: func(op, path string) error {
				if op == "rename" {
					moved = true
				}
				if op == "sync" && !moved {
					synced = append(synced, filepath.Base(path))
				}
				if n++; !moved && n == k && errno != nil {
					fired = op + " " + path
					return errno
				}
				return nil
			}})
			o := one(t, r, it)
			if errno == nil {
				if got := strings.Join(synced, " "); got != "pkg .godoctor manifest.json 1 1-1 quarantine" || o.Result != plan.Done {
					t.Errorf("durable are %s: %+v", got, o)
				}
				break
			}
			if fired == "" {
				if k < 5 {
					t.Errorf("%d changes", k)
				}
				break
			}
			now := states(t, m, it.Module, it.Version)
			switch {
			case o.Result == plan.Done && o.Kept != "" && errno == syscall.EIO: // it was tried elsewhere
			case o.Result == plan.Done && o.Kept == "" && o.Later == 1000 && errno != syscall.EIO && now == "- - - ":
				if found, err := r.RestoreHere(module.Version{Path: it.Module, Version: it.Version}, r.opt.Run); !found || err != nil || states(t, m, it.Module, it.Version) != was {
					t.Errorf("%v, %s: %v, %v", errno, fired, found, err)
				}
			case o.Result == plan.Failed && errors.Is(o.Err, errno) && now == was && errno == syscall.EIO:
				if held, err := r.Quarantined(); len(held) > 0 || err != nil {
					t.Errorf("%s: %+v, %v", fired, held, err)
				}
			default:
				t.Errorf("%v, %s: %+v, %s", errno, fired, o, now)
			}
			wantRoots(t, fired, m.Root, r)
		}
	}
}
