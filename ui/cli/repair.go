package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// repairFlags are the switches of repair.
type repairFlags struct {
	all     bool
	project string
}

func (a *app) repairCommand() *cobra.Command {
	var f repairFlags
	cmd := &cobra.Command{
		Use:   "repair [FINDING or MODULE@VERSION...]",
		Short: "mend what verify and check find: unpack or fetch again, checked before go sees it; edit settings",
		Long: `repair verifies, and mends what is found with the smallest sufficient fix: have go unpack a directory or make .ziphash
again from a proved zip, offline; finish or remove half-done work; drop a poisoned index; fetch .mod, .info or the zip again;
change one line of go.sum to what the checksum database has. What is meant is named by a finding (its check, or its id in
--json), or by a module version; --all means everything, --project what the project in DIR needs, and what it lacks.

What is fetched is staged and compared with the go.sum of every project found and with the checksum database before go sees
it, and the go command installs it. If anything fails, the old state is put back. What may be evidence of tampering waits in
the quarantine for 7 days; godoctor undo takes the repair back. Versions that a running process uses are skipped.

Findings of check are mended too, where that is an edit of the GOENV file: named by the check or the id, or with --all those
that are errors and warnings. The lines that change are shown first, what the file said is kept, and it works where go does
not start. When all that is named are checks, nothing is verified.

Where go.sum and the cache disagree and nothing can tell who is right, and where the checksum database contradicts both,
nothing is changed. What only a person can do is told, with its command.

Nothing runs before it is confirmed, but what an earlier run left half done is ended first. With --offline only what needs no network is done.`,
		Example: `  godoctor repair --all -n
  godoctor repair --all --yes
  godoctor repair sources-modified
  godoctor repair goenv-bricks
  godoctor repair golang.org/x/tools@v0.31.0
  godoctor repair --project .`,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.repair(cmd.Context(), args, &f) },
		ValidArgsFunction: a.completeRepairs,
	}
	s := cmd.Flags()
	s.BoolVar(&f.all, "all", false, "mend everything that is found")
	s.StringVar(&f.project, "project", "", "what the project in `DIR` needs: mend it, and fetch what it lacks")
	return cmd
}

func (f *repairFlags) check(a *app, args []string) error {
	switch {
	case len(args) == 0 && !f.all && f.project == "":
		return misuse("name what is to be repaired: a finding, MODULE@VERSION, --project DIR or --all ('godoctor verify' finds it)")
	case f.all && (len(args) > 0 || f.project != ""):
		return misuse("--all goes with no finding, no module and no --project")
	case f.project != "" && len(args) > 0:
		return misuse("--project goes with no finding and no module")
	}
	return a.mayChange("repair")
}

// repair is the command.
func (a *app) repair(ctx context.Context, args []string, f *repairFlags) error {
	if err := f.check(a, args); err != nil {
		return err
	}
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	if l, err = a.endEarlier(ctx, l); err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	x, err := a.examine(ctx, l, args, f)
	if err != nil {
		return err
	}
	defer x.end()
	d := report.New("repair", version(), l.inv).WithRepair(x.repair, len(x.found), a.dryRun)
	if rate := a.kept.Rate(); rate > 0 {
		d.Repair.Seconds = float64(d.Repair.Bytes) / rate
	}
	if a.dryRun || len(x.repair.Steps) == 0 {
		if len(x.repair.Left) > 0 && !a.dryRun {
			a.code = ExitPartly
		}
		return a.print(d, func(p *plain.Printer) {
			p.RepairPlan(d.Repair)
			if a.dryRun && len(d.Repair.Steps) > 0 {
				fmt.Fprintln(p, "nothing was changed (-n)")
			}
		})
	}
	return a.runRepair(ctx, l, x, d, f)
}

// endEarlier ends what an earlier run left half done, and looks anew: a version of which half is in the quarantine would not be
// found to be damaged, and come back as it was when the repair begins. That run was confirmed.
func (a *app) endEarlier(ctx context.Context, l *look) (*look, error) {
	if !a.brokenOff() {
		return l, nil
	}
	if a.dryRun {
		a.note("an earlier run was broken off, or still works: without -n what it left half done is ended first")
		return l, nil
	}
	opt := a.remedyOptions(l)
	if opt.ModCache == "" {
		return l, nil
	}
	s, err := a.start(ctx, opt, "repair")
	if err != nil {
		return nil, err
	}
	a.notes(s)
	s.Close()
	if a.brokenOff() {
		a.code = ExitPartly
	}
	return a.look(ctx, scan.Fast)
}

// brokenOff reports whether a run has left something half done.
func (a *app) brokenOff() bool {
	runs, _ := a.kept.Runs() // what cannot be read is told by who begins one
	return slices.ContainsFunc(runs, func(r *state.Run) bool { return r.Interrupted() || r.Left })
}

// runRepair asks, carries the repair out, and verifies what was mended.
func (a *app) runRepair(ctx context.Context, l *look, x *examined, d *report.Document, f *repairFlags) error {
	gate, known := a.gate(ctx, l)
	if err := a.confirmRepair(ctx, x.repair, d.Repair, known || onlySettings(x.repair.Steps)); err != nil {
		return err
	}
	m, err := a.carryOut(ctx, l, x, f.project, gate)
	if err != nil {
		return err
	}
	if m.err != nil {
		a.note("what was mended could not be verified again: %v", m.err)
		a.code = ExitPartly
	}
	a.repairCode(m.outcomes, len(m.remain)+len(x.repair.Left))
	x.tell(d, m)
	return a.print(d, func(p *plain.Printer) {
		sum, _ := d.Summary.(report.RepairSummary)
		p.Mended(d, sum)
	})
}

// tell writes into a document what came of a repair.
func (x *examined) tell(d *report.Document, m *mended) {
	out := report.RunOf(m.run, remedy.HoldFor)
	d.WithRepair(x.repair, len(x.found), false).Mended(m.outcomes, m.remain)
	d.Run = &out
}

// A mended is what came of a repair.
type mended struct {
	run      *state.Run
	outcomes []plan.Outcome              // of the steps, those that turned out to be needed on the way included
	hashed   func(module.Version) string // see verify.Options
	inv      *scan.Inventory
	verdicts []verify.Verdict  // of the versions that were mended, of that inventory
	remain   []finding.Finding // of what was mended
	err      error             // why it was not verified again
}

// carryOut carries a repair out, and verifies what was mended. For a project what turns out to lack on the way is fetched
// too.
func (a *app) carryOut(ctx context.Context, l *look, x *examined, project string, gate remedy.Gate) (*mended, error) {
	opt := a.remedyOptions(l)
	opt.Gate = gate
	switch {
	case onlySettings(x.repair.Steps): // whatever the caches are like
		opt.ModCache, opt.GoCache, opt.Index = "", "", nil
	case opt.ModCache == "":
		for _, r := range l.inv.Roots {
			if r.Name == "GOMODCACHE" {
				opt.ModCache = r.Path
			}
		}
		if err := remedy.MakeModCache(opt.ModCache); err != nil {
			return nil, err
		}
	}
	s, err := a.start(ctx, opt, "repair")
	if err != nil {
		return nil, err
	}
	defer s.Close()
	m := &mended{hashed: s.Proved}
	m.run, m.outcomes = a.mendAll(ctx, s, l, x.repair.Steps, opt.Meter)
	if project != "" {
		m.run, m.outcomes = a.mendMore(ctx, s, x, project, m.run, m.outcomes, opt.Meter)
	}
	if ctx.Err() == nil {
		m.err = a.again(ctx, x, m)
	}
	a.notes(s)
	return m, nil
}

// repairCode sets the exit code: in use where that is all that came of it, partly where anything is left.
func (a *app) repairCode(outcomes []plan.Outcome, left int) {
	done, busy, other := 0, 0, 0
	for _, o := range outcomes {
		switch {
		case o.Result == plan.Done && o.Err == nil:
			done++
		case o.Busy:
			busy++
		default:
			other++
		}
	}
	switch {
	case busy > 0 && done == 0 && other == 0:
		a.code = ExitBusy
	case busy+other+left > 0:
		a.code = ExitPartly
	}
}

// confirmRepair shows the repair and asks. What nobody can prove, and what a process may use that cannot be seen, wants the
// number of the steps.
func (a *app) confirmRepair(ctx context.Context, r *plan.Repair, shown *report.Repair, known bool) error {
	q := questionOfRepair(r.Steps, known)
	if a.given(&q) {
		return nil
	}
	if a.asks() {
		a.printerTo(a.Stderr).RepairPlan(shown)
	}
	if !known {
		a.note("who uses the caches cannot be seen on this system: make sure that no go command runs")
	}
	return a.askFor(ctx, &q)
}

// questionOfRepair is what has to be confirmed before steps are carried out.
func questionOfRepair(steps []plan.Step, known bool) question {
	n, unproved := len(steps), 0
	for i := range steps {
		if steps[i].Unproved {
			unproved++
		}
	}
	q := question{n: n, do: "repair " + items(n), otherwise: "give --yes to repair them without being asked"}
	if unproved == 0 && known {
		return q
	}
	why := "what a process may use"
	if unproved > 0 {
		why = fmt.Sprintf("%d private module versions whose hash nobody knows", unproved)
	}
	q.severe, q.do = "this replaces "+why, "go on"
	q.otherwise = fmt.Sprintf("give --confirm %d to repair them without being asked (--yes is not enough)", n)
	return q
}

// again verifies what was mended: the versions by their content, and whether single files are gone.
func (a *app) again(ctx context.Context, x *examined, m *mended) error {
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	m.inv = l.inv
	want := make(map[string]bool)
	for i := range x.repair.Steps {
		s := &x.repair.Steps[i]
		if m.outcomes[i].Result != plan.Done {
			continue
		}
		for _, id := range s.Of {
			want[id] = true
		}
		if s.Name != "" {
			if fi, err := os.Lstat(s.Path); err == nil && plan.StampOf(fi) == s.Stamp {
				return fmt.Errorf("%q is there as it was", text.Clean(s.Path))
			}
		}
	}
	m.remain = x.remain(ctx, a, l, m, want)
	list, err := a.checkedAgain(ctx, x, l, m.outcomes)
	m.remain = append(m.remain, list...)
	return cmp.Or(err, ctx.Err())
}
