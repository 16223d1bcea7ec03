package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/plain"
)

// verifyFlags are the switches of verify.
type verifyFlags struct {
	project string
	online  bool
	fresh   bool
	sources bool
	since   bool
	failOn  string

	baseline string
	base     *report.Baseline // that it names

	toolchains, vendor bool
	diff, fetch        bool
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [MODULE[@VERSION]...]",
		Short: "recompute hashes, and say which of go.sum, zip, .ziphash, directory and checksum database lies",
		Long: `verify hashes the zip, the extracted directory and the go.mod file of module versions in the module cache, all of
them or those that are named, and compares them with everything that says what they should be: .ziphash, the go.sum lines
of every project found, records of the checksum database that lie in the cache (their proofs are checked), the build info
of installed programs. Each finding names the odd one out and the files that differ, and tells damage from tampering.

Where everything is verified the build cache is too (each output against the hash that is its name), the local copy of the
checksum database (by its signed tree heads), and what lies about in the module cache is told. --toolchains compares every
installed Go with the checksum database's record of its release ('godoctor toolchains verify' does that alone, and for any
GOROOT or archive), --vendor the vendored files of all projects with the zips of their modules.

--diff shows what became of the files that differ, against the zip: a few of each finding, the beginning of each. With
--fetch, which goes with --toolchains and uses the network, the zip of a toolchain that differs is downloaded where it is
not cached, proved by the signed record, compared file by file, and removed.

A checksum database that contradicts itself, or answers what it has not signed, is a finding with what it said as its
evidence, and nothing of it counts in that run.

With --since-last what has not been touched since an earlier run verified it (same files, sizes, times and inodes) is not
hashed again, and is called unchanged, not verified.

go mod verify compares with .ziphash only, for one project. Nothing is changed here, and nothing is asked of the network
unless --sumdb or --fetch is given.`,
		Example: `  godoctor verify
  godoctor verify golang.org/x/tools@v0.31.0
  godoctor verify --project . --format sarif
  godoctor verify --since-last
  godoctor verify --diff golang.org/x/tools@v0.31.0
  godoctor verify --toolchains --sumdb
  godoctor verify --sumdb`,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args, &f) },
		ValidArgsFunction: a.completeModules,
	}
	s := cmd.Flags()
	s.StringVar(&f.project, "project", "", "only what the project in `DIR` needs")
	s.BoolVar(&f.online, "sumdb", false, "ask the checksum database for what no record is here")
	s.BoolVar(&f.fresh, "fresh", false, "with --sumdb: do not believe cached records and tiles")
	s.BoolVar(&f.sources, "sources", false, "hash extracted directories only, and compare them with go.sum")
	s.BoolVar(&f.toolchains, "toolchains", false, "compare every installed Go with the signed record of its release")
	s.BoolVar(&f.vendor, "vendor", false, "compare vendored files with the zips of their modules")
	s.BoolVar(&f.diff, "diff", false, "show what became of files that differ, against the zip")
	s.BoolVar(&f.fetch, "fetch", false, "with --toolchains: download the zip of one that differs, to say which files do")
	s.BoolVar(&f.since, "since-last", false, "do not hash again what has not been touched since it was verified")
	s.StringVar(&f.baseline, "baseline", "", "findings that stand in `FILE`, which verify or check --json printed, fail nothing")
	s.StringVar(&f.failOn, "fail-on", "error", "exit with 3 on findings of `SEVERITY` or worse: error, warning, note or never")
	cmd.RegisterFlagCompletionFunc("fail-on", fixed("error", "warning", "note", "never"))
	return cmd
}

func (f *verifyFlags) check(a *app) error {
	if err := badFailOn(f.failOn); err != nil {
		return err
	}
	switch {
	case f.online && a.offline:
		return misuse("--sumdb and --offline exclude each other")
	case f.fresh && !f.online:
		return misuse("--fresh goes with --sumdb")
	case f.fetch && !f.toolchains:
		return misuse("--fetch goes with --toolchains")
	case f.fetch && a.offline:
		return misuse("--fetch and --offline exclude each other")
	}
	return nil
}

func (a *app) verify(ctx context.Context, args []string, f *verifyFlags) error {
	if err := f.check(a); err != nil {
		return err
	}
	var err error
	if f.base, err = a.readBaseline(f.baseline); err != nil {
		return err
	}
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	opt := verify.Options{Usage: l.use, SourcesOnly: f.sources, Meter: new(meter.Meter)}
	if opt.Picked, err = l.toVerify(a.workDir, args, f.project); err != nil {
		return err
	}
	if f.project != "" {
		opt.Project = l.projectAt(a.workDir, f.project)
	}
	all := len(args) == 0 && f.project == ""
	res, more := a.verifyWith(ctx, l, f, opt, all, "verifying")
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.printFindings(ctx, l, f, res, &more, all)
}

// verifyWith verifies the versions of the options by everybody who says what they should be, and what else there is where all is
// verified; what was learned is kept for the next run.
func (a *app) verifyWith(ctx context.Context, l *look, f *verifyFlags, opt verify.Options, all bool, doing string) (*verify.Result, further) {
	db, end := a.witness(l.inv, f)
	defer end()
	var copied []finding.Finding
	if db != nil {
		opt.DB = db
		copied = db.begin(ctx, l.inv, opt.Picked, f, all)
	}
	a.useLedger(l.inv, &opt, f)
	stop := a.progressOf(doing, opt.Meter)
	res := verify.Run(ctx, l.inv, opt, nil)
	stop()
	if err := a.kept.SaveLedger(res.Learned); err != nil {
		a.note("what was verified is not remembered: %v", err)
	}
	res.Findings = append(res.Findings, copied...)
	more := a.further(ctx, l, f, all, opt.DB, res)
	db.end(res)
	return res, more
}

// useLedger gives a run what earlier ones found. One that cannot be believed is made anew.
func (a *app) useLedger(inv *scan.Inventory, opt *verify.Options, f *verifyFlags) {
	if inv.ModCache == nil {
		return
	}
	ledger, err := a.kept.Ledger(inv.ModCache.Root)
	if err != nil {
		a.note("%v", err)
	}
	opt.Ledger, opt.SinceLast = ledger, f.since
}

// printFindings prints the result in the format that was asked for, with the exit code that it has in all of them.
func (a *app) printFindings(ctx context.Context, l *look, f *verifyFlags, res *verify.Result, more *further, all bool) error {
	sum := report.VerifySummary{Modules: res.Modules, Verified: res.Verified, BytesHashed: res.Bytes, Unchanged: len(res.Unchanged)}
	sum.Modules += sum.Unchanged
	sum.Count(res.Findings)
	d := report.New("verify", version(), l.inv).WithFindings(res.Findings)
	top := ""
	if f.project != "" {
		top = l.projectAt(a.workDir, f.project).Dir // that it is there was seen before
	}
	d.Places = a.places(l, top)
	if f.base != nil {
		sum.Known = f.base.Mark(d, func(id string) bool { return all && isRule(id) })
		sum.Gone = len(d.Gone)
	}
	a.failOf(f.failOn, d.Findings)
	d.Summary = sum
	if more.verdicts != nil {
		d.WithVerdicts(l.inv.Toolchains, l.use, more.verdicts)
	}
	if f.diff {
		diffs(ctx, l.inv, d.Findings)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return a.print(d, func(p *plain.Printer) {
		p.Findings(d.Findings)
		p.Diffs(d.Findings)
		if more.verdicts != nil {
			p.ToolchainVerdicts(more.verdicts)
		}
		p.GoneFindings(d.Gone)
		p.Verified(sum)
		p.Since(res.Unchanged)
		if more.vendor != nil {
			p.Vendored(more.vendor)
		}
		if slices.ContainsFunc(res.Findings, mendable) && !a.quiet {
			fmt.Fprintln(p, "mend it: godoctor repair --all (-n shows how)")
		}
	})
}

// mendable reports whether godoctor repair has a fix for a finding.
func mendable(f finding.Finding) bool { return len(f.Fixes) > 0 && len(f.Fixes[0].Argv) == 0 }

// fail sets the exit code of findings that are bad enough.
func (a *app) fail(f *verifyFlags, list []finding.Finding) {
	worst, ok := finding.ParseSeverity(f.failOn)
	for i := range list {
		if ok && list[i].Severity <= worst {
			a.code = ExitFindings
		}
	}
}

// toVerify are the versions that are meant: those that are named, those that a project needs, or nil for all.
func (l *look) toVerify(workDir string, args []string, dir string) ([]int, error) {
	var picked []int
	for _, name := range args {
		path, version, _ := strings.Cut(name, "@")
		found := l.named(path, version)
		if len(found) == 0 {
			return nil, fmt.Errorf("%q is not in the module cache: 'godoctor ls %s' lists what is", name, path)
		}
		picked = append(picked, found...)
	}
	if dir == "" {
		return picked, nil
	}
	p := l.projectAt(workDir, dir)
	if p == nil {
		return nil, fmt.Errorf("no project was found at %q: name a directory with a go.mod or go.work file", dir)
	}
	wanted := append([]int{}, l.use.UsedBy(p)...) // none is not all
	if len(args) == 0 {
		return wanted, nil
	}
	both := []int{}
	for _, i := range picked {
		for _, j := range wanted {
			if i == j {
				both = append(both, i)
			}
		}
	}
	return both, nil
}
