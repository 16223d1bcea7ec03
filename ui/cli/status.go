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

SIZE is what is allocated on disk, hard links counted once. GET_BACK says how a store comes back when it is
removed: offline (unpacked again from the zips), download, rebuild, or keep: nothing brings it back.`,
		Example: `  godoctor status
  godoctor status --fast --json
  godoctor status --modcache /srv/ci/pkg/mod`,
		Args: noArgs,
		RunE: a.status,
	}
	a.flags.scan(cmd.Flags())
	return cmd
}

func (a *app) status(cmd *cobra.Command, _ []string) error {
	inv, err := a.scanMachine(cmd.Context(), a.mode())
	if err != nil {
		return err
	}
	return a.print(report.New("status", version(), inv).Status(inv), func(p *plain.Printer) { p.Status(inv) })
}
