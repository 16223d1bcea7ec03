package plan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

const (
	hashA = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	hashB = "h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB="
)

// A records is a checksum database that knows some versions.
type records map[module.Version]verify.Record

func (r records) LookupAll(_ context.Context, list []module.Version, _ *meter.Meter) []verify.Record {
	out := make([]verify.Record, len(list))
	for i, v := range list {
		var ok bool
		if out[i], ok = r[v]; !ok {
			out[i].Err = fmt.Errorf("no record")
		}
	}
	return out
}

func repairInput(t *testing.T, sums ...string) RepairInput {
	t.Helper()
	root := t.TempDir()
	inv := &scan.Inventory{ModCache: &modcache.Cache{Root: root}, BuildCache: &gocache.Cache{Root: t.TempDir(), Looks: true}}
	for _, v := range []string{"v1.0.0", "v2.0.0"} {
		inv.ModCache.Versions = append(inv.ModCache.Versions, modcache.Version{Path: "a.example/a", Version: v, Parts: modcache.HasZip | modcache.HasDir})
	}
	use := &usage.Result{Projects: make([]usage.Project, len(sums))}
	for i, h := range sums {
		use.Projects[i].Project = &project.Project{Sums: []project.SumLine{{Sum: &project.Sum{Path: "a.example/a", Version: "v1.0.0", Hash: h}, Line: 1}}}
	}
	return RepairInput{Inventory: inv, Usage: use}
}

func about(check, version string, fixes ...string) finding.Finding {
	f := finding.Finding{Check: check, Target: finding.Target{Module: "a.example/a", Version: version}}
	for _, id := range fixes {
		f.Fixes = append(f.Fixes, finding.Fix{ID: id, Title: id})
	}
	return f
}

// Findings of one version become one step, whose fix covers all of them; .mod, .info and .lock keep theirs.
func TestRepairMerges(t *testing.T) {
	for _, c := range []struct {
		name  string
		list  []finding.Finding
		fixes string
		keep  bool
	}{
		{"one", []finding.Finding{about("sources-modified", "v1.0.0", FixUnpack, FixFetch)}, "unpack-again", true},
		{"covered", []finding.Finding{about("ziphash-missing", "v1.0.0", FixZiphash), about("zip-damaged", "v1.0.0", FixFetch)}, "fetch-again", false},
		{"finish", []finding.Finding{about("partial-download", "v1.0.0", FixFinish)}, "finish", false},
		{"not covered", []finding.Finding{about("info-damaged", "v1.0.0", FixInfo), about("crash-damage", "v1.0.0", FixUnpack),
			about("mod-mismatch", "v1.0.0", FixMod)}, "unpack-again fetch-mod fetch-info", true},
	} {
		r := NewRepair(t.Context(), c.list, repairInput(t, hashA))
		if len(r.Steps) != 1 || len(r.Left) > 0 {
			t.Errorf("%s: %+v", c.name, r)
			continue
		}
		s := &r.Steps[0]
		if got := strings.Join(s.Fixes, " "); got != c.fixes || s.Keep != c.keep || s.Hash != hashA || s.Source != "go.sum" || len(s.Of) != len(c.list) {
			t.Errorf("%s: %q, %+v", c.name, got, s)
		}
	}
}

// Who is believed: a record against every line; lines that agree; nobody where they do not.
func TestRepairBelieves(t *testing.T) {
	v := module.Version{Path: "a.example/a", Version: "v1.0.0"}
	for _, c := range []struct {
		name  string
		sums  []string
		db    verify.Database
		hash  string
		steps int
	}{
		{"a line", []string{hashA, hashA}, nil, hashA, 1},
		{"a record", []string{hashA}, records{v: {Zip: hashB, Mod: hashA}}, hashB, 1},
		{"no record", []string{hashA}, records{}, hashA, 1},
		{"a quarrel", []string{hashA, hashB}, nil, "", 0},
		{"a quarrel, settled", []string{hashA, hashB}, records{v: {Zip: hashB}}, hashB, 1},
		{"nobody", nil, nil, "", 0},
	} {
		in := repairInput(t, c.sums...)
		in.DB = c.db
		r := NewRepair(t.Context(), []finding.Finding{about("zip-damaged", "v1.0.0", FixFetch)}, in)
		if len(r.Steps) != c.steps || len(r.Left) != 1-c.steps {
			t.Errorf("%s: %+v", c.name, r)
		} else if c.steps == 1 && r.Steps[0].Hash != c.hash {
			t.Errorf("%s: %q", c.name, r.Steps[0].Hash)
		}
	}
}

// What only a person can do is left, with a reason, and with its command where there is one.
func TestRepairLeaves(t *testing.T) {
	tidy := about("gosum-missing", "v1.0.0", "tidy")
	tidy.Target = finding.Target{File: filepath.Join(t.TempDir(), "go.sum")}
	tidy.Fixes[0].Argv = []string{"go", "mod", "tidy"}
	outside := about("buildcache-damaged", "", FixEntry)
	outside.Target = finding.Target{Path: filepath.Join(t.TempDir(), "0a", "x")}
	list := []finding.Finding{tidy, about("gosum-unsettled", "v1.0.0"), about("sumdb-mismatch", "v1.0.0"), about("permission", "v1.0.0"), outside,
		about("gosum-conflict", "v2.0.0", FixKeep), about("info-damaged", "v1.0.0", FixInfo)} // of what is evidence nothing is touched
	r := NewRepair(t.Context(), list, repairInput(t, hashA))
	if len(r.Steps) > 0 || len(r.Left) != len(list) {
		t.Fatalf("%+v", r)
	}
	for _, l := range r.Left {
		if l.Why == "" || (l.Argv != nil) != (l.Finding.Check == "gosum-missing") {
			t.Errorf("%+v", l)
		}
	}
	in := repairInput(t, hashA)
	in.Meant = func(f *finding.Finding) bool { return f.Check == "permission" }
	if r := NewRepair(t.Context(), list, in); len(r.Left) != 1 {
		t.Errorf("%+v", r)
	}
}

// Lines of one file are changed by one step; a line goes where another has the right hash already.
func TestRepairLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "go.sum")
	lines := []string{"a.example/a v1.0.0 " + hashA + "\r", "a.example/a v1.0.0/go.mod " + hashA, "a.example/a v2.0.0 " + hashB, "a.example/a v2.0.0 " + hashA, ""}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	in := repairInput(t)
	in.DB = records{{Path: "a.example/a", Version: "v1.0.0"}: {Zip: hashB, Mod: hashA}, {Path: "a.example/a", Version: "v2.0.0"}: {Zip: hashB}}
	wrong := about("gosum-wrong", "v1.0.0", FixLine)
	wrong.Target.File, wrong.Target.Line = file, 1
	right := about("gosum-wrong", "v1.0.0", FixLine)
	right.Target.File, right.Target.Line = file, 2
	two := about("gosum-conflict", "v2.0.0", FixKeep)
	two.Target.File, two.Target.Line = file, 4
	two.Witnesses = []finding.Witness{{Name: "gosum", From: file + ":3"}, {Name: "gosum", From: file + ":4"}}
	moved := about("gosum-wrong", "v1.0.0", FixLine)
	moved.Target.File, moved.Target.Line = file, 3
	r := NewRepair(t.Context(), []finding.Finding{two, wrong, right, moved}, in)
	if len(r.Steps) != 1 || len(r.Left) != 2 {
		t.Fatalf("%+v", r)
	}
	want := []finding.Edit{{Line: 1, Old: lines[0], New: "a.example/a v1.0.0 " + hashB + "\r"}, {Line: 4, Old: lines[3]}}
	if got := r.Steps[0].Edits; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%q, want %q", got, want)
	}
}
