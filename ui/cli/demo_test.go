package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/doctor/report"
)

// TestDemoIsApart insists that a made-up machine is all that --demo looks at and changes: the caches that settings name are real.
func TestDemoIsApart(t *testing.T) {
	l := newCheckLab(t)
	l.write(filepath.Join(l.m.Home, ".config", "godoctor", "config.toml"), "modcache = '"+l.m.GOMODCACHE+"'\n")
	clean := []string{"--demo", "clean", "-n", "-v", "--orphans", "--sources", "--build", "--grace", "0"}
	l.env = []string{"GODOCTOR_ROOT=" + l.project, "GODOCTOR_GOCACHE=" + l.m.GOCACHE}
	if out, _ := l.run(ExitOK, clean...); strings.Contains(out, l.m.Root) || strings.Contains(out, l.dep.Path) {
		t.Errorf("--demo plans with the machine itself:\n%s", out)
	}
	l.env = append(l.env, "GODOCTOR_MODCACHE="+l.m.GOMODCACHE)
	if out, _ := l.run(ExitOK, "--demo", "status", "--fast"); strings.Contains(out, l.m.Root) {
		t.Errorf("--demo tells of the machine itself:\n%s", out)
	}
	for _, flag := range []string{"--modcache", "--gocache", "--root"} {
		if _, errs := l.run(ExitUsage, append(clean, flag, l.m.GOMODCACHE)...); !strings.Contains(errs, "a made-up machine has its own") {
			t.Errorf("%s: %s", flag, errs)
		}
	}
}

// TestDemoHistory insists that the history of --demo is not that of the machine.
func TestDemoHistory(t *testing.T) {
	l := newCheckLab(t)
	l.run(ExitOK, "clean", "--sources", "--grace", "0", "--confirm", "1", "--experimental")
	runs := func(args ...string) int {
		out, _ := l.run(ExitOK, append(args, "history", "--json")...)
		var d report.Document
		l.must(json.Unmarshal([]byte(out), &d))
		return len(d.Runs)
	}
	if real, made := runs(), runs("--demo"); real != 1 || made != 0 {
		t.Errorf("the history has %d runs, that of --demo %d", real, made)
	}
	for _, command := range []string{"undo", "purge"} {
		out, errs := l.run(map[string]int{"undo": ExitFailed, "purge": ExitOK}[command], "--demo", command, "--yes", "--experimental")
		if strings.Contains(out+errs, l.m.Root) {
			t.Errorf("%s --demo tells of the machine itself: %s%s", command, out, errs)
		}
	}
	if runs() != 1 {
		t.Error("--demo left something in the history of the machine")
	}
}
