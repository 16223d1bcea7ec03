package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/ui/plain"
)

func (a *app) snapshotCommand() *cobra.Command {
	file, dir := "", ""
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "this machine as data: everything that decides a build, to be compared with another one",
		Long: `snapshot prints what decides a build on this machine, and in the project of the working directory: the settings of go and
where each comes from, the Go that runs and what decides that, installed toolchains, C compilers, build tags and other flags,
the build list with its hashes, what replaces modules, go.work and the vendor directory in effect. It is always JSON.
'godoctor compare' says what differs between two.

It is made to be given away: the home directory is ~, the user's name is USER; passwords, tokens and logins are gone, and the
environment is not in it but for a few variables. Paths of modules and names of hosts stay, because they are compared. No
program is run: the version of a C compiler is told where the name of its file tells it.`,
		Example: `  godoctor snapshot -o mine.json
  godoctor snapshot --project ~/src/app
  godoctor compare mine.json colleague.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.snapshotOf(cmd.Context(), dir)
			if err != nil {
				return err
			}
			return a.writeSnapshot(d, file)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "write to `FILE`")
	cmd.Flags().StringVar(&dir, "project", "", "take the project in `DIR` instead of that of the working directory")
	cmd.MarkFlagDirname("project")
	return cmd
}

// snapshotOf is a snapshot as it is written, of this machine and of the project in a directory; "" is the working directory.
func (a *app) snapshotOf(ctx context.Context, dir string) (*report.Document, error) {
	started := time.Now()
	s, err := a.takeSnapshot(ctx, dir)
	if err != nil {
		return nil, err
	}
	d := report.Bare("snapshot", version()).WithSnapshot(s)
	d.OK, d.Host.Go, d.Started, d.DurationMS = true, s.Go, started.UTC(), time.Since(started).Milliseconds()
	return d, nil
}

func (a *app) writeSnapshot(d *report.Document, file string) error {
	if file == "" {
		if a.format == "text" {
			a.format = "json"
		}
		return a.print(d, nil)
	}
	var b bytes.Buffer
	if err := plain.JSON(&b, d); err != nil {
		return err
	}
	file = a.at(file)
	if err := state.WriteSnapshot(file, b.Bytes()); err != nil {
		return fmt.Errorf("the snapshot was not written: %w", err)
	}
	sum := d.Summary.(report.SnapshotSummary)
	d.Snapshot = nil // it is in the file
	return a.print(d, func(p *plain.Printer) { p.Kept(file, sum) })
}

// takeSnapshot looks at this machine, and at the project in a directory; "" is the working directory.
func (a *app) takeSnapshot(ctx context.Context, dir string) (*snapshot.Snapshot, error) {
	if err := a.demoMachine(); err != nil {
		return nil, err
	}
	if dir == "" {
		dir = a.workDir
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.workDir, dir)
	}
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() {
		return nil, fmt.Errorf("%q is no directory: name the one of a project", dir)
	}
	was, only, branches := a.workDir, a.only, a.noBranches
	a.workDir, a.noBranches = dir, true
	defer func() { a.workDir, a.only, a.noBranches = was, only, branches }()
	a.only = append([]string{}, a.unitHere(dir)...)
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return nil, err
	}
	m := a.machineOf(l, a.pick(l, a.only, &checkFlags{}))
	return snapshot.Take(m, nearest(m, a.only)), nil
}
