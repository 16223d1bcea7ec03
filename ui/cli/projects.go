package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/plain"
)

func (a *app) projectsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "projects [DIR|PATTERN]",
		Short: "every go.mod and go.work found: what it needs, what of that is here, whether it works offline",
		Long: `projects lists the projects below the home directory, GOPATH/src, the working directory and --root, and those that
were found before. For each: its go line, the toolchain that go selects there (with ! if that would be downloaded),
how many of the module versions that its builds, tests and tools may need are in the module cache, what is to be
fetched, the state of go.sum, and whether go build, vet and test work without a network.

With DIR (a directory, or a go.mod or go.work file) it tells one project: each module version that it needs, what go
does about it (hit, unpack, download), and the file that decides that. Any other text picks by path or module path.`,
		Example: `  godoctor projects
  godoctor projects .
  godoctor projects --root ~/src --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("projects takes one directory or pattern, got %d", len(args))
			}
			return nil
		},
		RunE:              a.listProjects,
		ValidArgsFunction: a.completeProjects,
	}
	return cmd
}

func (a *app) listProjects(cmd *cobra.Command, args []string) error {
	l, err := a.look(cmd.Context(), scan.Fast)
	if err != nil {
		return err
	}
	picked := l.projects("")
	one := false
	if len(args) == 1 {
		if p := l.projectAt(a.workDir, args[0]); p != nil {
			picked, one = []*usage.Project{p}, true
		} else if picked = l.projects(args[0]); len(picked) == 0 {
			return fmt.Errorf("no project was found at %q: name a directory with a go.mod or go.work file, or --root DIR to look elsewhere", args[0])
		}
	}
	list := make([]report.Project, len(picked))
	for i, p := range picked {
		list[i] = report.NewProject(p)
	}
	var needs []usage.Need
	if one {
		needs = l.use.Needs(picked[0])
		list[0].Needs = report.NeedsOf(needs)
	}
	d := report.New("projects", version(), l.inv).WithProjects(l.inv, list).WithDoubts(l.use)
	return a.print(d, func(p *plain.Printer) {
		p.Projects(l.inv, l.use, picked)
		if one {
			p.Needs(picked[0], needs)
		}
	})
}

// projects are those whose file or module path holds a text.
func (l *look) projects(text string) []*usage.Project {
	var out []*usage.Project
	for i := range l.use.Projects {
		if p := &l.use.Projects[i]; strings.Contains(p.File, text) || strings.Contains(p.Module, text) {
			out = append(out, p)
		}
	}
	return out
}

// projectAt is the project of a directory or file: of a directory with both, the module.
func (l *look) projectAt(workDir, name string) *usage.Project {
	if !filepath.IsAbs(name) {
		name = filepath.Join(workDir, name)
	}
	for _, file := range []string{name, filepath.Join(name, "go.mod"), filepath.Join(name, "go.work")} {
		for _, f := range slices.Compact([]string{file, realPath(file)}) {
			if p := l.use.At(f); p != nil {
				return p
			}
		}
	}
	return nil
}

// realPath is a path with its links resolved, where it leads somewhere.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
