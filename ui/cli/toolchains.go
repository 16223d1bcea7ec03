package cli

import (
	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/ui/plain"
)

func (a *app) toolchainsCommand() *cobra.Command {
	refresh := false
	cmd := &cobra.Command{
		Use:   "toolchains",
		Short: "every installed Go: where it came from, what it takes, whether it is supported",
		Long: `toolchains lists every Go on this machine: those that the go command downloaded, ~/sdk, version managers,
distributions, what was unpacked by hand. Versions are read from the binaries, nothing is run. The first line is
the one that runs when you type go outside a project, and why.

'godoctor toolchains verify' says whether each is the one that was published; 'godoctor toolchains get' fetches one.
'godoctor toolchains which' says which runs in a project, and why.

PROJECTS is how many of the projects found select it: by their go and toolchain lines, go.work and GOTOOLCHAIN.

SUPPORT comes from a table with a date; what is newer than the table is unknown, never unsupported. --refresh
asks the module proxy in GOPROXY for the releases that there are now, and keeps the answer for later runs: it is
the one thing here that uses the network. A proxy that has only some of the releases makes the table no younger.`,
		Example: `  godoctor toolchains
  godoctor toolchains --refresh
  godoctor toolchains --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if refresh {
				if err := a.mayRefresh(); err != nil {
					return err
				}
				if err := a.refresh(cmd.Context()); err != nil {
					return err
				}
			}
			l, err := a.look(cmd.Context(), a.mode())
			if err != nil {
				return err
			}
			d := report.New("toolchains", version(), l.inv).WithToolchains(l.inv.Toolchains, l.use)
			return a.print(d, func(p *plain.Printer) { p.Toolchains(l.inv.Toolchains, l.use) })
		},
	}
	cmd.AddCommand(a.toolchainsVerifyCommand(), a.toolchainsGetCommand(), a.toolchainsWhichCommand())
	cmd.Flags().BoolVar(&refresh, "refresh", false, "first ask the module proxy which Go releases there are")
	a.flags.scan(cmd.Flags())
	return cmd
}

// mode is how closely to look.
func (a *app) mode() scan.Mode {
	if a.fast {
		return scan.Fast
	}
	return scan.Exact
}
