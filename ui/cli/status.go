package cli

import (
	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

func (a *app) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "where the bytes are: stores, largest module versions, build cache by Go version",
		Long: `status adds up what the module cache and the build cache take on disk. Every file is looked at, so
that the sums equal those of du; --fast takes the sizes of extracted modules from the central directories of
their zips, and what has not changed from the last scan.

Then it looks for projects (in the home directory, GOPATH/src and where it was started; --root names others), computes
their build lists from the cached go.mod files, and says how much of the module cache nobody needs, and what withholds
the rest. Nothing is called unused where not everything could be looked at. Started inside a project, the first line is
about that project.

SIZE is what is allocated on disk, hard links counted once; CAN_FREE is the part that nobody needs. GET_BACK says how a store comes back when it is
removed: offline (unpacked again from the zips), download, rebuild, or keep: nothing brings it back.`,
		Example: `  godoctor status
  godoctor status --fast --json
  godoctor status --root ~/src --grace 0
  godoctor status --modcache /srv/ci/pkg/mod`,
		Args: noArgs,
		RunE: a.status,
	}
	a.flags.scan(cmd.Flags())
	return cmd
}

func (a *app) status(cmd *cobra.Command, _ []string) error {
	l, err := a.look(cmd.Context(), a.mode())
	if err != nil {
		return err
	}
	change := a.changeOf(l.inv)
	d := report.New("status", version(), l.inv).Status(l.inv, l.use)
	if l.here != nil {
		here := report.NewProject(l.here)
		d.Here = &here
	}
	return a.print(d, func(p *plain.Printer) {
		p.Change = change
		p.Status(l.inv, l.use, l.here)
	})
}
