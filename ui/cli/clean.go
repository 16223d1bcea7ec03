package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/process"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// cleanFlags are the switches of clean.
type cleanFlags struct {
	policies  plan.Policies
	olderThan days
	keep      int
	goal      size
	budget    size
	modules   []string
	output    string
	apply     string
	purge     bool
	auto      bool

	given func(string) bool // whether a flag was given
}

// size is a number of bytes that may be given as 5GiB, 20G or 1500.
type size int64

func (n *size) String() string {
	if *n == 0 {
		return ""
	}
	return humanize.IBytes(uint64(*n))
}

func (n *size) Type() string { return "SIZE" }

func (n *size) Set(s string) error {
	v, err := config.ParseSize(s)
	if err != nil {
		return err
	}
	*n = size(v)
	return nil
}

func (a *app) cleanCommand() *cobra.Command {
	var f cleanFlags
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "free disk space: plan, show, confirm, run; godoctor undo takes it back",
		Long: `clean removes what nobody needs, after it has shown what, and what it costs to get it back. Without a policy it removes
module versions that no project found needs (their .mod and .info files stay, which are small and which other versions'
graphs may need). Policies add up.

What goes is hashed first: a directory that differs from its zip is kept, and what is called free can be unpacked again
offline. What may not come back (private, gone from the proxies, of unknown hash) waits in a quarantine for 7 days. Versions
that a running process uses, or may use, are skipped. The go command never sees half a module.

Nothing runs before it is confirmed: by y, or by typing the number of items where more than half of a cache or something
that may not come back would go. In scripts --yes and --confirm N say it beforehand.

--auto is for timers and CI. It asks nothing, prints what it removed or one line (none with -q), and takes its policies and limits
from the table [auto] of config.toml; flags that are given count instead. Without a limit (goal, budget or older_than) it refuses.
It never removes what may not come back, what is needed, caches that a person has to judge (--abandoned, --fuzz, --all-modules),
nor more than half of all module versions while projects that it knew are gone: a disk may not be mounted. Exit code 6 says that
a go command or another godoctor was at work: the next time will do.`,
		Example: `  godoctor clean -n
  godoctor clean --sources --yes
  godoctor clean --orphans --older-than 90d --goal 5GiB
  godoctor clean --build --older-than 30d
  godoctor clean --auto --sources --build --budget 20GiB
  godoctor clean -n -o plan.json
  godoctor clean --apply plan.json
  godoctor clean --module golang.org/x/tools@v0.31.0`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.given = a.told
			return a.clean(cmd.Context(), &f)
		},
	}
	f.register(a, cmd)
	return cmd
}

func (f *cleanFlags) register(a *app, cmd *cobra.Command) {
	s, p := cmd.Flags(), &f.policies
	s.BoolVar(&p.Orphans, "orphans", false, "whole module versions nobody needs; the default")
	s.BoolVar(&p.Forget, "forget", false, "of those .mod and .info too, unless a graph names the version")
	s.BoolVar(&p.Sources, "sources", false, "unpacked directories whose zip stays, of versions in use too")
	s.BoolVar(&p.Zips, "zips", false, "zips whose unpacked directory stays")
	s.BoolVar(&p.Toolchains, "toolchains", false, "toolchains that no project selects")
	s.BoolVar(&p.VCS, "vcs", false, "clones of repositories")
	s.BoolVar(&p.Build, "build", false, "build-cache entries that were not used for a day, or for --older-than")
	s.BoolVar(&p.Dead, "dead", false, "build-cache entries made by Go versions that are not installed any more")
	s.BoolVar(&p.Test, "test", false, "results of tests")
	s.StringSliceVar(&p.Fuzz, "fuzz", nil, "inputs of fuzz functions: `PACKAGE`, PACKAGE/FuzzX, or all")
	s.BoolVar(&p.Leftovers, "leftovers", false, "what broken-off downloads left")
	s.BoolVar(&p.Related, "related", false, "caches of gopls, staticcheck and others, and archives of GOPATH mode")
	s.BoolVar(&p.Abandoned, "abandoned", false, "caches that no setting points to any more")
	s.BoolVar(&p.AllModules, "all-modules", false, "the module cache, but for what is pinned and what runs")
	s.Var(&f.olderThan, "older-than", "only what was downloaded or used last at least that long ago, like 90d")
	s.IntVar(&f.keep, "keep", 0, "leave the newest `N` versions of each module")
	s.Var(&f.goal, "goal", "stop when so much is planned, the cheapest to get back and the oldest first, like 5GiB")
	s.Var(&f.budget, "budget", "stop when the caches take no more than that, like 20GiB")
	s.StringArrayVar(&f.modules, "module", nil, "only `MODULE[@VERSION]`, needed or not; may be given again")
	s.StringVarP(&f.output, "output", "o", "", "save the plan to `FILE`; with -n nothing else is done")
	s.StringVar(&f.apply, "apply", "", "carry out the plan in `FILE`: its items, or fewer")
	s.BoolVar(&f.purge, "purge", false, "delete at once what would wait in the quarantine")
	s.BoolVar(&f.auto, "auto", false, "for timers: say little, ask nothing, leave out what may not come back; by [auto] of config.toml, or these flags")
	a.flags.scan(s)
	cmd.RegisterFlagCompletionFunc("module", a.completeModules)
}

func (f *cleanFlags) check(a *app) error {
	if err := a.limited(); err != nil {
		return err
	}
	if f.apply != "" {
		for _, name := range policyNames(f.byItself()) {
			if f.given(name) {
				return misuse("--apply carries out a plan as it is: it goes with no policy, and --%s is one", name)
			}
		}
		if f.output != "" || len(f.modules) > 0 || len(f.policies.Fuzz) > 0 || f.policies.Abandoned || f.policies.AllModules || f.goal > 0 || f.budget > 0 {
			return misuse("--apply carries out a plan as it is: it goes with no policy, --module, --goal, --budget or -o")
		}
	}
	if f.auto {
		if err := f.configure(a); err != nil {
			return err
		}
	}
	if a.saved != nil {
		return a.planSaved(f)
	}
	return a.mayChange("clean")
}

// mayChange refuses to change the disk where the fault tests have not run.
func (a *app) mayChange(command string) error {
	if runtime.GOOS == "linux" || a.experimental || a.dryRun {
		return nil
	}
	return misuse("%s was tested against crashes and races on Linux only, not on %s: give --experimental to run it here", command, runtime.GOOS)
}

// clean is the command.
func (a *app) clean(ctx context.Context, f *cleanFlags) error {
	if err := f.check(a); err != nil {
		return err
	}
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	if !a.dryRun {
		if l, err = a.ready(ctx, l); err != nil {
			return err
		}
	}
	p, err := a.makePlan(ctx, l, f)
	if err != nil {
		return err
	}
	if f.output != "" {
		if err := a.savePlan(p, f.output); err != nil {
			return err
		}
	}
	d := report.New("clean", version(), l.inv).WithPlan(p, a.dryRun)
	switch {
	case a.dryRun:
		return a.rehearse(ctx, p, d)
	case len(p.Items) == 0:
		return a.print(d, func(pr *plain.Printer) { a.nothing(pr, p, f) })
	}
	return a.runPlan(ctx, l, p, d, f)
}

// makePlan makes the plan of the flags, or reads the one that was saved, and proves it.
func (a *app) makePlan(ctx context.Context, l *look, f *cleanFlags) (*plan.Plan, error) {
	in := a.planInput(l, f)
	var p *plan.Plan
	if f.apply == "" {
		made, err := plan.New(ctx, in)
		if err != nil {
			return nil, err
		}
		p = made
	} else {
		file, err := os.Open(a.at(f.apply))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		saved, err := plan.Decode(file)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", f.apply, err)
		}
		if p, err = plan.Recheck(ctx, saved, in); err != nil {
			return nil, err
		}
	}
	if in.Elsewhere {
		return p, ctx.Err()
	}
	m := new(meter.Meter)
	stop := a.progressOf("hashing what is to go", m)
	p = plan.Prove(ctx, p, in, m)
	stop()
	if f.auto {
		p = p.Without((*plan.Item).Later)
	}
	return p, ctx.Err()
}

// planInput is what a plan is made from.
func (a *app) planInput(l *look, f *cleanFlags) plan.Input {
	in := plan.Input{
		Inventory: l.inv, Usage: l.use, Policies: f.policies, OlderThan: time.Duration(f.olderThan), Grace: a.graceNow(),
		Keep: f.keep, Goal: int64(f.goal), Budget: int64(f.budget), Modules: f.modules, Insist: len(f.modules) > 0, NoHold: f.auto,
		Now: l.inv.Finished, Elsewhere: a.saved != nil,
	}
	if !in.Elsewhere {
		in.Running = process.Programs()
	}
	return in
}

// savePlan writes a plan to a file.
func (a *app) savePlan(p *plan.Plan, file string) error {
	var b strings.Builder
	if err := p.Encode(&b); err != nil {
		return err
	}
	if err := state.WritePlan(a.at(file), []byte(b.String())); err != nil {
		return fmt.Errorf("the plan could not be saved: %w", err)
	}
	a.note("the plan is in %q: carry it out with: %s", file, plain.Command([]string{"godoctor", "clean", "--apply", file}))
	return nil
}

// rehearse carries the plan out in hands that cannot write, and shows it.
func (a *app) rehearse(ctx context.Context, p *plan.Plan, d *report.Document) error {
	if a.saved != nil {
		a.note("planned from a saved scan: nothing was hashed or looked at on that machine; it cannot be carried out from here")
	} else if run := plan.Apply(ctx, p, plan.Look(p.ModCache, p.GoCache), plan.Options{}); run.Failed+run.Skipped > 0 {
		a.note("%d of %d items changed while the plan was made: they would be skipped", run.Failed+run.Skipped, len(p.Items))
	}
	return a.print(d, func(pr *plain.Printer) {
		pr.Plan(p)
		if len(p.Items) > 0 {
			fmt.Fprintln(pr, "nothing was changed (-n)")
		}
	})
}

// runPlan asks, and carries the plan out.
func (a *app) runPlan(ctx context.Context, l *look, p *plan.Plan, d *report.Document, f *cleanFlags) error {
	gate, known := a.gate(ctx, l)
	var err error
	if f.auto {
		err = mayGoByItself(l, p, known)
	} else {
		err = a.confirmPlan(ctx, l, p, known)
	}
	if err != nil {
		return err
	}
	opt := a.remedyOptions(l)
	opt.Gate, opt.NoQuarantine = gate, f.purge
	s, err := a.start(ctx, opt, "clean")
	if err != nil {
		return err
	}
	defer s.Close()
	stop := a.progressTo("removing", opt.Meter, p.Now()+p.Later())
	kept, run := s.Apply(ctx, p, plan.Options{Meter: opt.Meter})
	stop()
	if run.Err != nil {
		return run.Err
	}
	if names := s.Overdue(l.inv.ModCache); len(names) > 0 && ctx.Err() == nil {
		stop := a.progressOf("emptying what the quarantine has kept long enough", opt.Meter)
		s.Empty(ctx, names, nil)
		stop()
	}
	a.notes(s)
	if run.Stopped {
		a.note("stopped: what was removed stays removed, the rest is as it was")
	}
	a.code = ranCode(run)
	out := report.RunOf(kept, remedy.HoldFor)
	if a.code == ExitOK { // else it is not the policies that keep something
		f.beyond(a, p.Total-kept.Freed)
	}
	return a.print(d.WithRun(out), func(pr *plain.Printer) {
		if !f.auto || !a.quiet || a.code != ExitOK {
			pr.Ran(&out)
		}
	})
}

// ready finds out before anything is asked whether another godoctor is at work, and ends what an earlier run left that was
// broken off: what that put back counts in the plan.
func (a *app) ready(ctx context.Context, l *look) (*look, error) {
	unlock, err := a.kept.LockRuns()
	var busy *state.BusyError
	if errors.As(err, &busy) {
		return nil, &exitError{ExitBusy, err}
	}
	if err != nil {
		return nil, err
	}
	runs, _ := a.kept.Runs() // what is wrong with the history is told by the session
	unlock()
	if !slices.ContainsFunc(runs, func(r *state.Run) bool { return r.Interrupted() || r.Left }) {
		return l, nil
	}
	s, err := a.start(ctx, a.remedyOptions(l), "clean")
	if err != nil {
		return nil, err
	}
	a.notes(s)
	s.Close()
	return a.look(ctx, scan.Fast)
}

// ranCode is the exit code of a run: in use where that is all that came of it.
func ranCode(run *plan.Run) int {
	switch {
	case run.Busy > 0 && run.Done == 0:
		return ExitBusy
	case run.Failed+run.Skipped > 0 || run.Stopped:
		return ExitPartly
	}
	return ExitOK
}

// start opens a session; another godoctor at work is exit code 6, a refused root 1.
func (a *app) start(ctx context.Context, opt remedy.Options, args ...string) (*remedy.Session, error) {
	s, err := remedy.Start(ctx, a.kept, opt, append(args, a.Args...))
	var busy *state.BusyError
	if errors.As(err, &busy) {
		return nil, &exitError{ExitBusy, err}
	}
	return s, err
}

func (a *app) notes(s *remedy.Session) {
	for _, n := range s.Notes {
		a.note("%s", text.Clean(n))
	}
}
