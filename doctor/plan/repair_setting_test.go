package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

// Lines of the GOENV file are changed by one step, before all others, where the file really lies; what two findings want
// differently, and what is not as it was, is left.
func TestRepairSettings(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, file := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("GOPROXXY=off\nGOFLAGS=-x\nGOROOT=/nonexistent\r\nno\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, file); err != nil {
		t.Fatal(err)
	}
	about := func(check, path string, edits ...finding.Edit) finding.Finding {
		return finding.Finding{Check: check, Target: finding.Target{Path: path, File: file, Line: 1},
			Fixes: []finding.Fix{{ID: FixSetting, Title: check, Argv: []string{"go", "env", "-u", path}, Edits: edits}}}
	}
	root := about("goenv-bricks", "GOROOT", finding.Edit{Line: 3, Old: "GOROOT=/nonexistent\r"})
	same := about("goroot-missing", "GOROOT", root.Fixes[0].Edits...)
	key := about("goenv-file", "GOPROXXY", finding.Edit{Line: 1, Old: "GOPROXXY=off", New: "GOPROXY=off"}, finding.Edit{New: "GOSUMDB=off"})
	other := about("other", "GOPROXXY", finding.Edit{Line: 1, Old: "GOPROXXY=off"})
	moved := about("moved", "GOFLAGS", finding.Edit{Line: 2, Old: "GOFLAGS=-y"})
	beyond := about("beyond", "GOFLAGS", finding.Edit{Line: 9, Old: "GOFLAGS=-x"})
	command := about("command", "GOAUTH")
	elsewhere := about("elsewhere", "GOROOT", root.Fixes[0].Edits...)
	elsewhere.Target.File = real
	list := []finding.Finding{root, same, key, other, moved, beyond, command, elsewhere}

	in := repairInput(t)
	in.Inventory.Env = goenv.Load(goenv.Input{Environ: []string{"GOENV=" + file, "HOME=" + dir}, Dir: dir})
	damaged := finding.Finding{Check: "zip-missing", Target: finding.Target{Module: "a.example/a", Version: "v1.0.0"}, Fixes: []finding.Fix{{ID: FixZiphash}}}
	r := NewRepair(t.Context(), append([]finding.Finding{damaged}, list...), in)
	if len(r.Steps) == 0 || !r.Steps[0].Has(FixSetting) {
		t.Fatalf("the settings are not the first step: %+v", r)
	}
	s := r.Steps[0]
	want := []finding.Edit{{New: "GOSUMDB=off"}, key.Fixes[0].Edits[0], root.Fixes[0].Edits[0]}
	if s.File != real || !slices.Equal(s.Edits, want) || s.Title != "change 3 of its lines" || len(s.Of) != 3 || s.NeedsNetwork {
		t.Errorf("%+v", s)
	}
	var left []string
	for _, l := range r.Left {
		left = append(left, l.Finding.Check+": "+l.Why+" "+strings.Join(l.Argv, " "))
	}
	for i, want := range []string{"other: another finding changes that line", "moved: line 2 of it is not as it was", "beyond: line 9",
		"command: command go env -u GOAUTH", "elsewhere: "} {
		if i+len(left)-5 < 0 || !strings.HasPrefix(left[i+len(left)-5], want) {
			t.Errorf("%q is not among what is left: %q", want, left)
		}
	}
}
