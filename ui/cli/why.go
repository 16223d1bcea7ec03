package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/plain"
)

func (a *app) whyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why MODULE[@VERSION]",
		Short: "what keeps a module version: the projects that need it, and the proof; or why nothing does",
		Long: `why says who needs a module version in the module cache, and proves it: the way over requirements from a go.mod
file, the line of a go.sum, the git branch that names it, the pin, the installed programs that were built from it.
Without a version it tells all versions of the module that are in the cache.

Build lists are computed from the go.mod files in the cache, as go does it; go is not run.`,
		Example: `  godoctor why golang.org/x/net
  godoctor why golang.org/x/tools@v0.31.0
  godoctor why example.com/corp/lib --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misuse("why takes one MODULE or MODULE@VERSION, got %d", len(args))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.why(cmd, args[0]) },
		ValidArgsFunction: a.completeModules,
	}
	a.flags.scan(cmd.Flags())
	return cmd
}

func (a *app) why(cmd *cobra.Command, name string) error {
	path, version_, _ := strings.Cut(name, "@")
	l, err := a.look(cmd.Context(), scan.Fast)
	if err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	picked := l.named(path, version_)
	if len(picked) == 0 {
		return fmt.Errorf("%q is not in the module cache: 'godoctor ls %s' lists what is", name, path)
	}
	d := report.New("why", version(), l.inv).Ls(l.inv, l.use, picked)
	var proofs []usage.Proof
	for _, i := range picked {
		proofs = append(proofs, l.use.Why(i, 100)...)
	}
	return a.print(d.WithProofs(proofs), func(p *plain.Printer) { p.Why(l.inv, l.use, picked) })
}

// named are the versions of a module in the cache, or the one that is meant.
func (l *look) named(path, version string) []int {
	if l.inv.ModCache == nil {
		return nil
	}
	var out []int
	for i := range l.inv.ModCache.Versions {
		v := &l.inv.ModCache.Versions[i]
		if v.Path == path && (version == "" || v.Version == version) {
			out = append(out, i)
		}
	}
	return out
}
