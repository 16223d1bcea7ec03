package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/compare"
	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
	"godoctor/ui/plain"
)

// inputMax bounds what is read from standard input: the texts that are compared are smaller.
const inputMax = 32 << 20

func (a *app) compareCommand() *cobra.Command {
	strict := false
	cmd := &cobra.Command{
		Use:   "compare A [B]",
		Short: "what differs between two machines, projects or programs, and which difference matters",
		Long: `compare says what differs between two of these, the differences that can change a build first, each with a sentence why:

  FILE    what 'godoctor snapshot' wrote, or a program (its build info is read; it is not run), or what somebody who has no
          godoctor sends: the output of 'go env -json', of 'go env', or of 'go version -m PROGRAM'
  DIR     this machine now, with the project in that directory
  here    this machine now, with the project of the working directory; it is B where only A is given
  -       standard input: any of the texts

What a side cannot know is no difference, and is said. Differences that change nothing of a build, such as the places of
caches, are counted; -v lists them, and says of each what can be done. With --exit-code the exit code is 3 where a difference
can change what a build makes. On the screens C compares: it lists projects, programs and saved snapshots to choose from.

What is printed has no passwords, tokens and logins, and no home directory, whatever is in the files.`,
		Example: `  godoctor compare colleague.json
  go env -json | ssh build@example.com godoctor compare -
  godoctor compare app-ci app-here
  godoctor compare ~/src/app ~/src/app-other --format markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return misuse("compare takes one or two of: a file, a directory, 'here' or '-'; got %d", len(args))
			}
			if len(args) == 2 && args[0] == "-" && args[1] == "-" {
				return misuse("standard input can be read once: give a file for one of the two")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.compare(cmd.Context(), append(args, "here")[:2], strict)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"here"}, cobra.ShellCompDirectiveDefault
		},
	}
	cmd.Flags().BoolVar(&strict, "exit-code", false, "exit with 3 where a difference can change what a build makes")
	return cmd
}

func (a *app) compare(ctx context.Context, args []string, strict bool) error {
	started := time.Now()
	var sides [2]*snapshot.Snapshot
	for i, arg := range args { // before --demo goes elsewhere
		if arg != "here" && arg != "-" && !filepath.IsAbs(arg) {
			args[i] = filepath.Join(a.workDir, arg)
		}
	}
	for i, arg := range args {
		s, err := a.side(ctx, arg)
		if err != nil {
			return err
		}
		sides[i] = s
	}
	r := compare.Of(sides[0], sides[1])
	if strict && r.Matters() > 0 {
		a.code = ExitFindings
	}
	d := report.Bare("compare", version()).WithDifferences(sides[0], sides[1], r)
	d.Started, d.DurationMS = started.UTC(), time.Since(started).Milliseconds()
	return a.print(d, func(p *plain.Printer) { p.Compared(d.Summary.(report.CompareSummary), d.Differences) })
}

// side is one of what is compared, which may come from standard input.
func (a *app) side(ctx context.Context, arg string) (*snapshot.Snapshot, error) {
	if arg != "-" {
		return a.sideOf(ctx, arg)
	}
	b, err := a.readStdin(ctx, inputMax)
	if err == nil && len(b) > inputMax {
		err = errors.New("standard input is larger than any text that is compared: want what snapshot, go env or go version -m prints")
	}
	if err != nil {
		return nil, err
	}
	return snapshot.Read("standard input", b)
}

// sideOf is this machine, with the project of the working directory or of another one, or what a file says.
func (a *app) sideOf(ctx context.Context, arg string) (*snapshot.Snapshot, error) {
	if arg == "here" {
		s, err := a.takeSnapshot(ctx, "")
		if err == nil {
			s.Name = "here"
		}
		return s, err
	}
	path := a.at(arg)
	if isDir(path) {
		s, err := a.takeSnapshot(ctx, path)
		if err == nil {
			s.Name = filepath.Base(filepath.Clean(path))
		}
		return s, err
	}
	return snapshot.ReadFile(ctx, path)
}

func isDir(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}
