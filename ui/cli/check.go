package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/system"
	"godoctor/ui/plain"
)

// checkFlags are the switches of check.
type checkFlags struct {
	projects []string
	all      bool
	list     bool
	deep     bool
	skip     []string
	baseline string
	failOn   string
	text     string // of --error

	given func(string) bool // whether a flag was given
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [CHECK...]",
		Short: "find out why go fails here, or does something else than elsewhere, and how to mend it",
		Long: `check looks for what makes the go command fail on this machine, or behave differently than on others: settings and
where they come from, toolchains, permissions, disks and locks, proxies, go.mod, go.work, go.sum and vendor directories. Each
finding says what was seen and where, why that is so, and what to do. It works when the go command does not run.

The project of the working directory is checked, with its workspace; where there is none, every project that is found.
--project names others, --all and --root take all. With the ID of a check only that one runs; --list lists them, and 'godoctor
help CHECK' is the manual page of each. --deep hashes too, as 'godoctor verify' does.

--error takes what go printed ("-": from standard input), says which checks know that text, and whether what they look for is
the state of this machine.

With --baseline FILE, which is what --json printed earlier, here or elsewhere, only findings that are not in it fail. In
config.toml an [[ignore]] with check, target, reason and until hides what somebody decided to live with, until a day.

Nothing is changed, nothing of a project is run, and nothing is asked of the network unless --ask-proxy is given.`,
		Example: `  godoctor check
  godoctor check --list
  go build ./... 2>&1 | godoctor check --error -
  godoctor check --error "package bytes is not in std"
  godoctor check --all --json > baseline.json
  godoctor check --baseline baseline.json --format github`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			return a.check(cmd.Context(), args, &f)
		},
		ValidArgsFunction: a.completeChecks,
	}
	s := cmd.Flags()
	s.StringArrayVar(&f.projects, "project", nil, "check the project in `DIR`; may be given again")
	s.BoolVar(&f.all, "all", false, "check every project that is found")
	s.BoolVar(&f.list, "list", false, "list the checks, and look at nothing")
	s.BoolVar(&f.deep, "deep", false, "hash what the projects need as well, as verify does; with --all everything")
	s.StringArrayVar(&f.skip, "skip", nil, "leave out a `CHECK`, or a class of cost: stat, read, walk, network or deep; may be given again")
	s.StringVar(&f.baseline, "baseline", "", "findings that stand in `FILE`, which check or verify --json printed, fail nothing")
	s.StringVar(&f.failOn, "fail-on", "error", "exit with 3 on findings of `SEVERITY` or worse: error, warning, note or never")
	s.StringVar(&f.text, "error", "", "find out what go means with `TEXT`; - reads it from standard input")
	cmd.RegisterFlagCompletionFunc("fail-on", fixed("error", "warning", "note", "never"))
	cmd.RegisterFlagCompletionFunc("skip", func(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		ids, how := a.completeChecks(cmd, nil, prefix)
		return append(ids, "stat", "read", "walk", "network", "deep"), how
	})
	return cmd
}

// table are the checks that are run, and those that only verify knows.
func (a *app) table() []*check.Check {
	if a.checks != nil {
		return a.checks
	}
	return allChecks()
}

func (a *app) check(ctx context.Context, args []string, f *checkFlags) error {
	started := time.Now()
	if err := f.check(a, args); err != nil {
		return err
	}
	switch {
	case f.list:
		return a.listChecks(a.table())
	case f.given("error"):
		return a.explain(ctx, f, started)
	}
	base, err := a.readBaseline(f.baseline)
	if err != nil {
		return err
	}
	l, picked, err := a.lookFor(ctx, f)
	if err != nil {
		return err
	}
	res, err := a.runChecks(ctx, l, picked, check.Options{Only: args, Skip: f.skip, Network: f.network(a)})
	if err != nil {
		return err
	}
	sum := report.CheckSummary{Checks: len(res.Ran), Projects: len(picked)}
	list, ran := res.Findings, res.Ran
	if f.deep && !slices.Contains(f.skip, check.Deep.String()) {
		found, err := a.hash(ctx, l, f, picked)
		if err != nil {
			return err
		}
		list = merge(list, wanted(found.list, args, f.skip))
		ran = append(ran, found.ran...)
		sum.BytesHashed = found.bytes
	}
	left, hidden := check.Ignore(list, a.rules(), time.Now())
	d := report.New("check", version(), l.inv).WithFindings(left)
	d.Places = a.places(l, a.topOf(l, picked))
	for i := range hidden {
		d.Ignored = append(d.Ignored, report.NewIgnored(&hidden[i].Finding, &hidden[i].By))
	}
	if base != nil {
		sum.Known = base.Mark(d, func(id string) bool { return slices.Contains(ran, id) })
	}
	sum.Errors, sum.Warnings, sum.Notes = finding.Count(left)
	sum.Ignored, sum.Gone = len(hidden)+a.ignoredSaved(), len(d.Gone)
	return a.printChecked(d, f, sum, started)
}

func (a *app) printChecked(d *report.Document, f *checkFlags, sum report.CheckSummary, started time.Time) error {
	withRepairs(d)
	a.failOf(f.failOn, d.Findings)
	d.Started, d.DurationMS = started.UTC(), time.Since(started).Milliseconds()
	sum.DurationMS = d.DurationMS
	d.Summary = sum
	return a.print(d, func(p *plain.Printer) {
		p.Checked(d.Findings, a.reasonOf)
		p.IgnoredFindings(d.Ignored)
		p.GoneFindings(d.Gone)
		p.CheckTally(sum)
	})
}

// reasonOf is the reason on the manual page of a check.
func (a *app) reasonOf(id string) string {
	for _, c := range a.table() {
		if c.ID == id {
			return c.Help.Why
		}
	}
	return ""
}

// machineOf is what checks look at.
func (a *app) machineOf(l *look, picked []int) *check.Machine {
	in := check.Input{Environ: a.Environ, Dir: a.workDir, System: system.This(), Inventory: l.inv, Usage: l.use, Now: time.Now()}
	for _, i := range picked {
		in.Picked = append(in.Picked, &l.use.Projects[i])
	}
	return check.New(in)
}

// runChecks runs checks over what was looked at, with progress on stderr.
func (a *app) runChecks(ctx context.Context, l *look, picked []int, opt check.Options) (*check.Result, error) {
	if a.saved != nil {
		return a.checksSaved(opt), ctx.Err()
	}
	if a.offline {
		opt.Skip = append(slices.Clone(opt.Skip), check.Network.String())
	}
	m := a.machineOf(l, picked)
	var asked []finding.Finding
	var ran []string
	if opt.Network && !a.offline {
		defer a.mayAsk(m)()
		asked, ran = a.askProxies(ctx, l, m, opt)
	}
	stop := a.progressOf("checking", new(meter.Meter))
	res := check.Run(ctx, m, a.table(), opt)
	stop()
	res.Findings, res.Ran = merge(res.Findings, asked), append(res.Ran, ran...)
	for _, id := range res.Ran {
		a.debugf("%v %s", res.Times[id].Round(10*time.Microsecond), id)
	}
	return res, ctx.Err()
}

// wanted are the findings of checks that were named, or all, but for those that are left out.
func wanted(list []finding.Finding, only, skip []string) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f finding.Finding) bool {
		return len(only) > 0 && !slices.Contains(only, f.Check) || slices.Contains(skip, f.Check)
	})
}

// merge joins two lists. What is in both is told once: as the second has it, which hashed.
func merge(list, more []finding.Finding) []finding.Finding {
	known := make(map[string]bool)
	for i := range more {
		known[more[i].ID()] = true
	}
	out := slices.DeleteFunc(slices.Clone(list), func(f finding.Finding) bool { return known[f.ID()] })
	out = append(out, more...)
	finding.Sort(out)
	return out
}

// failOf sets the exit code of findings that are bad enough and not in a baseline.
func (a *app) failOf(failOn string, list []report.Finding) {
	worst, ok := finding.ParseSeverity(failOn)
	for i := range list {
		severity, _ := finding.ParseSeverity(list[i].Severity)
		if ok && !list[i].Baseline && severity <= worst {
			a.code = ExitFindings
		}
	}
}

// lookFor looks at the machine as far as check has to.
func (a *app) lookFor(ctx context.Context, f *checkFlags) (*look, []int, error) {
	if err := a.demoMachine(); err != nil {
		return nil, nil, err
	}
	units, err := a.units(f)
	if err != nil {
		return nil, nil, err
	}
	if a.saved != nil {
		units = nil
	}
	a.only = units
	asked := a.askProxy
	a.askProxy = false  // it means the checks that ask, not what nobody needs
	a.noBranches = true // go works with what is checked out, and no program is to be run
	l, err := a.look(ctx, scan.Fast)
	a.askProxy = asked
	if err != nil {
		return nil, nil, err
	}
	return l, a.pick(l, units, f), nil
}

// goenvAt is the effective go environment at a directory.
func (a *app) goenvAt(dir string) *goenv.Env {
	if a.saved != nil {
		return a.saved.Inventory.Env
	}
	return goenv.Load(goenv.Input{Environ: a.Environ, Dir: dir})
}

// joined names several things.
func joined(list []string) string { return strings.Join(list, " or ") }
