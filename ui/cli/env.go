package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/ui/plain"
)

func (a *app) envCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "env [KEY]...",
		Short: "every go setting: its value, where it comes from, what it overrides",
		Long: `env prints the settings of the go command as it would use them here, without running it: it works when go
does not. ORIGIN is environment, goenv-file (set with go env -w: it holds in every shell), goroot (the go.env of the
installation), default, or derived from another setting. What would count otherwise stands below.

Passwords in addresses are left out.`,
		Example: `  godoctor env
  godoctor env GOPROXY GOFLAGS
  godoctor env --json`,
		RunE:              a.env,
		ValidArgsFunction: a.completeKeys,
	}
}

func (a *app) env(cmd *cobra.Command, args []string) error {
	started := time.Now()
	if err := a.demoMachine(); err != nil {
		return err
	}
	env := a.goenvAt(a.workDir)
	for _, k := range args {
		if _, ok := env.Lookup(k); !ok {
			return misuse("%q is no setting of the go command; 'godoctor env' lists them", k)
		}
	}
	if err := context.Cause(cmd.Context()); err != nil {
		return err
	}
	inv := &scan.Inventory{Started: started, Finished: time.Now(), Env: env}
	for _, p := range env.Problems {
		inv.Problems = append(inv.Problems, scan.Problem{Subject: p.Key, Path: p.File, Line: p.Line, Message: p.Message})
	}
	d := report.New("env", version(), inv).WithSettings(env, args)
	return a.print(d, func(p *plain.Printer) { p.Settings(d.Settings, inv) })
}

func (a *app) completeKeys(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, s := range goenv.Load(goenv.Input{Environ: a.Environ}).Settings() {
		if strings.HasPrefix(s.Key, prefix) {
			out = append(out, s.Key)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
