package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/project"
	"godoctor/ui/plain"
)

func (a *app) toolchainsWhichCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "which [DIR]",
		Short: "which Go runs in a project, which line or setting decides that, and what others get",
		Long: `which says which toolchain the go command runs in a directory: that of the go that is typed, one in PATH or in the module
cache, or one that it would download; which line of go.mod or go.work or which setting decides that; whether settings allow the
download; and what go prints where it does not work. Then it says the same for GOTOOLCHAIN=auto, go's own default, and for
GOTOOLCHAIN=local, which container images and distributions set: what a colleague or a container gets with this go.

Nothing is run and nobody is asked: whether a proxy has a release is not known. A go command older than go1.21 does not switch.`,
		Example: `  godoctor toolchains which
  godoctor toolchains which ~/src/app
  godoctor toolchains which --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("toolchains which takes one directory, got %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := a.workDir
			if len(args) == 1 {
				dir = args[0]
				if !filepath.IsAbs(dir) {
					dir = filepath.Join(a.workDir, dir)
				}
			}
			return a.which(cmd.Context(), filepath.Clean(dir))
		},
	}
}

func (a *app) which(ctx context.Context, dir string) error {
	if err := a.demoMachine(); err != nil {
		return err
	}
	switch fi, err := os.Stat(dir); {
	case err != nil:
		return fmt.Errorf("%q is not there: name a directory", dir)
	case !fi.IsDir():
		dir = filepath.Dir(dir)
	}
	a.only = append([]string{}, a.unitHere(dir)...)
	a.noBranches = true
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	m := a.machineOf(l, a.pick(l, a.only, &checkFlags{}))
	c := check.Selection(m, nearest(m, a.only))
	sum := whichOf(dir, &c)
	d := report.New("toolchains which", version(), l.inv).WithWhich(sum)
	return a.print(d, func(p *plain.Printer) { p.Which(&sum) })
}

// nearest is the project of the directory: the module that it is in, else the workspace; nil for neither.
func nearest(m *check.Machine, files []string) *check.Project {
	var work *check.Project
	for _, p := range m.Projects {
		for _, file := range files {
			switch {
			case p.File != file:
			case p.Kind == project.Module:
				return p
			default:
				work = p
			}
		}
	}
	return work
}

func whichOf(dir string, c *check.Choice) report.WhichSummary {
	s := report.WhichSummary{Dir: dir, Command: c.Command, Local: c.Local, Root: c.Root, File: c.File, Deps: c.Deps,
		Go: whichLine(c, c.Go), Toolchain: whichLine(c, c.Toolchain),
		Here: whichOutcome(c, &c.Here), Auto: whichOutcome(c, &c.Auto), Alone: whichOutcome(c, &c.Alone)}
	s.Setting = report.WhichLine{Says: "GOTOOLCHAIN=" + c.Setting.Value, From: origin(c.Setting.Origin), File: c.Setting.File, Line: c.Setting.Line}
	return s
}

// whichLine tells a decision; one without a file is a setting.
func whichLine(c *check.Choice, d check.Decision) report.WhichLine {
	line := report.WhichLine{Says: d.Says, File: d.File, Line: d.Line}
	if d.Says == "GOTOOLCHAIN="+c.Setting.Value {
		line.From = origin(c.Setting.Origin)
	}
	return line
}

func origin(o goenv.Origin) string {
	switch o {
	case goenv.OriginEnvironment:
		return "the environment"
	case goenv.OriginFile, goenv.OriginGoroot:
		return "" // the file says it
	}
	return "go's default"
}

func whichOutcome(c *check.Choice, o *check.Outcome) report.WhichOutcome {
	return report.WhichOutcome{Works: o.Works(), Toolchain: o.Name, From: o.From, Path: o.Path, Module: o.Module, Decided: whichLine(c, o.Decided),
		Asks: o.Asks, Blocked: o.Blocked, Fails: string(o.Fails), Error: o.Error, Ignored: whichLine(c, o.Ignored)}
}
