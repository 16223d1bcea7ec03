package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
)

// TestFormatsOfFindings insists that a command prints the formats of findings where it has some, and nowhere else: an empty list of
// findings would say that nothing is wrong.
func TestFormatsOfFindings(t *testing.T) {
	l := newCheckLab(t)
	for _, format := range []string{"sarif", "github", "markdown"} {
		if _, errs := l.run(ExitUsage, "bundle", "verify", "--format", format, "x"); !strings.Contains(errs, "bundle verify has none") {
			t.Error(errs)
		}
		l.run(ExitUsage, "binary", "--format", format)
		l.run(ExitFailed, "binary", "--format", format, "not-there")
		l.run(ExitFailed, "toolchains", "verify", "--format", format, "not-there")
	}
}

// TestApplyAlone refuses what a plan that is carried out as it is has no use for.
func TestApplyAlone(t *testing.T) {
	l := newCheckLab(t)
	for _, args := range [][]string{{"--zips"}, {"--orphans"}, {"--all-modules"}, {"--fuzz", "all"}, {"--module", "example.com/dep"}, {"-o", "x"}} {
		if _, errs := l.run(ExitUsage, append([]string{"clean", "-n", "--apply", "plan.json"}, args...)...); !strings.Contains(errs, "as it is") {
			t.Errorf("%v: %s", args, errs)
		}
	}
}

// TestManyVariables insists that the name of a limit that makes no sense keeps clean from removing however many others make none.
func TestManyVariables(t *testing.T) {
	l := newCheckLab(t)
	for i := range 2 * variablesMax {
		l.env = append(l.env, fmt.Sprintf("GODOCTOR_A%d=x", i))
	}
	l.env = append(l.env, "GODOCTOR_CLEAN_OLDER=90d")
	if _, errs := l.run(ExitUsage, "clean", "-n"); !strings.Contains(errs, "GODOCTOR_CLEAN_OLDER") || strings.Count(errs, "is no variable") != variablesMax {
		t.Error(errs)
	}
}

// TestFilesOfDemo insists that what is written of a made-up machine is where somebody named it: the machine is removed.
func TestFilesOfDemo(t *testing.T) {
	l := newCheckLab(t)
	var d report.Document
	out, _ := l.run(ExitOK, "--demo", "snapshot", "--json", "-o", "s.json")
	if err := json.Unmarshal([]byte(out), &d); err != nil || d.Command != "snapshot" || d.Snapshot != nil {
		t.Errorf("--json -o prints no document of its own: %v %.200s", err, out)
	}
	l.run(ExitOK, "--demo", "clean", "-n", "--vcs", "-o", "plan.json")
	for _, name := range []string{"s.json", "plan.json"} {
		if _, err := os.Stat(filepath.Join(l.project, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestStartedByExplorer insists that who starts the program by a double click on Windows sees it.
func TestStartedByExplorer(t *testing.T) {
	if cobra.MousetrapHelpText != "" {
		t.Errorf("it says only %q", cobra.MousetrapHelpText)
	}
}
