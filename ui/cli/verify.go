package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/sumdb"
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

	toolchains, vendor bool
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

Where everything is verified the build cache is too (each output against the hash that is its name), and what lies about in
the module cache is told. --toolchains compares every installed Go with the checksum database's record of its release,
--vendor the vendored files of all projects with the zips of their modules.

With --since-last what has not been touched since an earlier run verified it (same files, sizes, times and inodes) is not
hashed again, and is called unchanged, not verified.

go mod verify compares with .ziphash only, for one project. Nothing is changed here, and nothing is asked of the network
unless --sumdb is given.`,
		Example: `  godoctor verify
  godoctor verify golang.org/x/tools@v0.31.0
  godoctor verify --project . --format sarif
  godoctor verify --since-last
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
	s.BoolVar(&f.since, "since-last", false, "do not hash again what has not been touched since it was verified")
	s.StringVar(&f.failOn, "fail-on", "error", "exit with 3 on findings of `SEVERITY` or worse: error, warning, note or never")
	cmd.RegisterFlagCompletionFunc("fail-on", fixed("error", "warning", "note", "never"))
	return cmd
}

func (f *verifyFlags) check(a *app) error {
	if _, ok := finding.ParseSeverity(f.failOn); !ok && f.failOn != "never" {
		return misuse("--fail-on %q: want error, warning, note or never", f.failOn)
	}
	switch {
	case f.online && a.offline:
		return misuse("--sumdb and --offline exclude each other")
	case f.fresh && !f.online:
		return misuse("--fresh goes with --sumdb")
	}
	return nil
}

func (a *app) verify(ctx context.Context, args []string, f *verifyFlags) error {
	if err := f.check(a); err != nil {
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
	var close func()
	if opt.DB, close = a.database(l.inv, f); close != nil {
		defer close()
	}
	a.useLedger(l.inv, &opt, f)
	stop := a.progressOf("verifying", opt.Meter)
	res := verify.Run(ctx, l.inv, opt, nil)
	stop()
	if err := a.kept.SaveLedger(res.Learned); err != nil {
		a.note("what was verified is not remembered: %v", err)
	}
	more := a.further(ctx, l, f, len(args) == 0 && f.project == "", opt.DB, res)
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.printFindings(l, f, res, &more)
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
func (a *app) printFindings(l *look, f *verifyFlags, res *verify.Result, more *further) error {
	if worst, ok := finding.ParseSeverity(f.failOn); ok {
		for i := range res.Findings {
			if res.Findings[i].Severity <= worst {
				a.code = ExitFindings
			}
		}
	}
	sum := report.VerifySummary{Modules: res.Modules, Verified: res.Verified, BytesHashed: res.Bytes, Unchanged: len(res.Unchanged)}
	sum.Modules += sum.Unchanged
	sum.Count(res.Findings)
	d := report.New("verify", version(), l.inv).WithFindings(res.Findings)
	d.Summary = sum
	return a.print(d, func(p *plain.Printer) {
		p.Findings(d.Findings)
		p.Verified(sum)
		p.Since(res.Unchanged)
		more.print(p)
	})
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

// database opens the checksum database that the settings name. Where there is none it is no witness.
func (a *app) database(inv *scan.Inventory, f *verifyFlags) (verify.Database, func()) {
	if inv.ModCache == nil {
		return nil, nil
	}
	client := fetch.New(fetch.SettingsOf(inv.Env, a.Environ), fetch.Options{Offline: a.offline || !f.online})
	db, err := sumdb.Open(sumdb.SettingsOf(inv.Env), inv.ModCache.Root, first(inv.Env.Gopaths()), client, sumdb.Options{Online: f.online, Fresh: f.fresh})
	if err != nil {
		client.Close()
		a.debugf("the checksum database is no witness: %v", err)
		return nil, nil
	}
	return notary{db, a}, client.Close
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return filepath.Clean(list[0])
}

// A notary is a checksum database as verify wants to see it.
type notary struct {
	db *sumdb.DB
	a  *app
}

// LookupAll asks for each version. That a record is not here is the normal case and not told; what is damaged or lies is.
func (n notary) LookupAll(ctx context.Context, list []module.Version, m *meter.Meter) []verify.Record {
	out := make([]verify.Record, len(list))
	told := make(map[string]bool)
	for i, r := range n.db.LookupAll(ctx, list, m) {
		out[i] = verify.Record{Zip: r.Record.Zip, Mod: r.Record.GoMod, Err: r.Err}
		for _, kind := range []error{sumdb.ErrSecurity, sumdb.ErrDamaged} {
			if errors.Is(r.Err, kind) && !told[r.Err.Error()] {
				told[r.Err.Error()] = true
				n.a.note("%v", r.Err)
			}
		}
	}
	return out
}
