package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

func (a *app) undoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "undo [RUN]",
		Short: "take back what a run of clean removed or repair changed: the last one, or RUN",
		Long: `undo brings back what a run removed: from the quarantine by a rename, sources from their zip without network, what is
public from a proxy. What comes has to have the hash that it had. Build-cache entries are not brought back: go makes them anew.
Of a repair it puts back what waits in the quarantine, and the lines of go.sum and of settings that were changed.`,
		Example: `  godoctor undo
  godoctor undo 20261126-214501-123`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("undo takes one run, got %d", len(args))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.undo(cmd.Context(), args) },
		ValidArgsFunction: a.completeRuns(undoable),
	}
}

func (a *app) undo(ctx context.Context, args []string) error {
	if err := a.mayChange("undo"); err != nil {
		return err
	}
	if err := a.ownFiles(); err != nil {
		return err
	}
	of, err := a.toUndo(args)
	if err != nil {
		return err
	}
	inv, err := a.scanMachine(ctx, scan.Fast)
	if err != nil {
		return err
	}
	l := &look{inv: inv}
	if l.inv.ModCache != nil && of.ModCache != "" && of.ModCache != realPath(l.inv.ModCache.Root) {
		return fmt.Errorf("run %s was in the module cache %q: undo it with --modcache %s", of.ID, of.ModCache, of.ModCache)
	}
	d := report.New("undo", version(), inv)
	if a.dryRun {
		out := report.RunOf(of, remedy.HoldFor)
		return a.print(d.WithRun(out), func(p *plain.Printer) { p.History([]report.Run{out}) })
	}
	if err := a.confirmed(ctx, undoWords(of)+"?"); err != nil {
		return err
	}
	opt := a.remedyOptions(l)
	if onlyEdits(of) { // whatever the caches are like
		opt.ModCache, opt.GoCache, opt.Index = "", "", nil
	}
	s, err := a.start(ctx, opt, "undo")
	if err != nil {
		return err
	}
	defer s.Close()
	stop := a.progressOf("bringing back", opt.Meter)
	r := s.Undo(ctx, of, a.installer(inv), func(int, error) {})
	stop()
	a.notes(s)
	out := report.RunOf(r, remedy.HoldFor)
	if out.Failed > 0 || ctx.Err() != nil {
		a.code = ExitPartly
	}
	return a.print(d.WithRun(out), func(p *plain.Printer) { p.Ran(&out) })
}

// canUnmend reports whether an item of a repair can be taken back: what was there waits, or is written down.
func canUnmend(it state.RunItem) bool {
	return it.Result == "done" && (it.Kept != "" || len(it.Edits) > 0)
}

// undoWords say what undo does with a run.
func undoWords(of *state.Run) string {
	return fmt.Sprintf("bring back %s of run %s", items(len(of.Items)), of.ID)
}

// undoable says why a run cannot be taken back, or nothing.
func undoable(r *state.Run) error {
	switch {
	case r.Undone != "":
		return fmt.Errorf("it was taken back already, by run %s", r.Undone)
	case r.Kind == "clean" && len(r.Items) > 0, r.Kind == "repair" && slices.ContainsFunc(r.Items, canUnmend):
		return nil
	case r.Kind == "clean" || r.Kind == "repair":
		return errors.New("there is nothing to put back")
	}
	return fmt.Errorf("run %s is of kind %s: only what clean and repair did can be undone", r.ID, r.Kind)
}

// toUndo finds the run: that of the argument, or the last clean or repair that was not undone.
func (a *app) toUndo(args []string) (*state.Run, error) {
	if len(args) == 1 {
		of, err := a.kept.Run(args[0])
		if err == nil && of.Kind != "clean" && of.Kind != "repair" {
			err = undoable(of)
		}
		return of, err
	}
	runs, err := a.kept.Runs()
	for _, r := range runs {
		if undoable(r) == nil {
			return r, nil
		}
	}
	return nil, errors.Join(errors.New("there is no run to undo: 'godoctor history' lists what was done"), err)
}

// installer is the go command that brings modules back.
func (a *app) installer(inv *scan.Inventory) remedy.Installer {
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	return remedy.Installer{Go: filepath.Join(inv.Env.Goroot(), "bin", name), Environ: a.Environ, Offline: a.offline,
		Writable: goenv.BoolFlag(inv.Env.Value("GOFLAGS"), "-modcacherw")}
}

// confirmed asks a plain question; --yes answers it.
func (a *app) confirmed(ctx context.Context, question string) error {
	if a.yes {
		return nil
	}
	return a.ask1(ctx, question+" [y/N] ", "y", "give --yes to do it without being asked")
}

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "history",
		Short: "list the runs that changed something, and what each freed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.ownFiles(); err != nil {
				return err
			}
			runs, err := a.kept.Runs()
			if err != nil {
				a.note("%v", err)
			}
			d := report.Bare("history", version())
			d.Runs = []report.Run{}
			for _, r := range runs {
				d.Runs = append(d.Runs, report.RunOf(r, remedy.HoldFor))
			}
			return a.print(d, func(p *plain.Printer) { p.History(d.Runs) })
		},
	}
}

func (a *app) purgeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "purge [RUN]",
		Short: "empty the quarantine now, or what one run put into it",
		Long: `purge deletes for good what waits in the quarantine because it may not come back, and what waits where it was because there
was no room for the quarantine. Without it that happens after 7 days, with the next clean.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("purge takes one run, got %d", len(args))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.purge(cmd.Context(), args) },
		ValidArgsFunction: a.completeRuns(holds),
	}
}

// quarantined names what waits in the quarantine, all of it or what a run put there, and says how much that is; if it is nothing that is
// said.
func (a *app) quarantined(r *remedy.Remover, inv *scan.Inventory, args []string) (names []string, bytes int64, err error) {
	held, err := r.Quarantined()
	if err != nil {
		return nil, 0, err
	}
	held = append(held, remedy.WaitsHere(inv.ModCache)...)
	for i := range held {
		if len(args) == 0 || held[i].Run == args[0] {
			names = append(names, held[i].Name)
			bytes += held[i].Disk
		}
	}
	switch {
	case len(held) == 0:
		a.note("the quarantine is empty")
	case len(names) == 0:
		a.note("nothing of run %q is in the quarantine: 'godoctor history' lists the runs", args[0])
	}
	return names, bytes, nil
}

func (a *app) purge(ctx context.Context, args []string) error {
	if err := a.mayChange("purge"); err != nil {
		return err
	}
	if err := a.ownFiles(); err != nil {
		return err
	}
	inv, err := a.scanMachine(ctx, scan.Fast)
	if err != nil {
		return err
	}
	d, opt := report.New("purge", version(), inv), a.remedyOptions(&look{inv: inv})
	if a.dryRun {
		r, err := remedy.Open(opt) // and no session, which would end what an earlier run left half done
		if err != nil {
			return err
		}
		defer r.Close()
		names, bytes, err := a.quarantined(r, inv, args)
		if err == nil && len(names) > 0 {
			a.note("would delete %s, %s, for good", items(len(names)), text.Bytes(bytes))
		}
		return cmp.Or(err, a.print(d, func(*plain.Printer) {}))
	}
	s, err := a.start(ctx, opt, "purge")
	if err != nil {
		return err
	}
	defer s.Close()
	names, bytes, err := a.quarantined(s.Remover, inv, args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		a.notes(s)
		return a.print(d, func(*plain.Printer) {})
	}
	if a.confirm != len(names) {
		if err := a.ask1(ctx, fmt.Sprintf("this deletes for good what may not come back. Type %d to delete %s, %s: ", len(names), items(len(names)), text.Bytes(bytes)),
			fmt.Sprint(len(names)), fmt.Sprintf("give --confirm %d to delete them without being asked", len(names))); err != nil {
			return err
		}
	}
	stop := a.progressOf("deleting", opt.Meter)
	r := s.Empty(ctx, names, nil)
	stop()
	a.notes(s)
	out := report.RunOf(r, 0)
	if out.Failed > 0 || ctx.Err() != nil {
		a.code = ExitPartly
	}
	return a.print(d.WithRun(out), func(p *plain.Printer) { p.Ran(&out) })
}
