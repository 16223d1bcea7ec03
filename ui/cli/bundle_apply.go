package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/bundle"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/gocmd"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

func (a *app) bundleApplyCommand() *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply FILE|DIR",
		Short: "install what is in a bundle, without a network",
		Long: `apply checks a bundle as 'bundle verify' does, and has the go command install what is right and not there yet, from files
that were proved: from then on builds find it in the module cache. What is there stays as it is, so it may be run again, and
goes on where it was stopped. With --sdk toolchains of this platform are unpacked to ~/sdk instead, where golang.org/dl would put
them; one of them installs the modules where there is no Go yet.

Something wrong in a bundle refuses all of it: exit code 3, nothing is changed. Versions that neither the checksum database nor
the go.sum of a --project stands for, private modules, are installed only when a person types their number, or with --confirm.

Then the go command is given the signed records, so that it needs no network either where no go.sum has a hash, and
for toolchains in the module cache, which it looks up each time. If this machine has seen a tree head that the bundle does
not lead from, that is not possible: apply says so, and which file to give to whoever makes the bundle.`,
		Example: `  godoctor bundle apply -n offline.tar
  godoctor bundle apply --yes --project ~/src/app /media/usb/offline.tar
  godoctor bundle apply --sdk offline.tar`,
		Args: oneBundle,
		RunE: func(cmd *cobra.Command, args []string) error { return a.bundleApply(cmd.Context(), args[0], &f) },
	}
	s := cmd.Flags()
	s.StringArrayVar(&f.projects, "project", nil, "the go.sum of the project in `DIR` is a witness; may be given again")
	s.BoolVar(&f.sdk, "sdk", false, "unpack toolchains of this platform to ~/sdk instead of the module cache")
	return cmd
}

// applyFlags are those of bundle apply.
type applyFlags struct {
	projects []string
	sdk      bool
}

// An applying is one run of bundle apply.
type applying struct {
	*app
	inv   *scan.Inventory
	b     *bundle.Bundle
	found *bundle.Report
	d     *report.Document
	todo  []int                   // versions that are to be installed in the module cache, by their place in the manifest
	doubt map[module.Version]bool // that an earlier apply was installing when it was broken off
	sdks  []int                   // toolchains that are to be unpacked
	f     *applyFlags
}

func (a *app) bundleApply(ctx context.Context, path string, f *applyFlags) error {
	if err := a.mayChange("bundle apply"); err != nil {
		return err
	}
	x, err := a.applying(ctx, path, f, true)
	if err != nil {
		return err
	}
	defer x.b.Close()
	if !x.found.OK() {
		a.code = ExitFindings
		a.note("the bundle is refused, and nothing was changed: %s", text.Clean(x.found.First().Error()))
		return x.print()
	}
	x.plan()
	if a.dryRun || !x.something() {
		return x.print()
	}
	if err := x.confirm(ctx); err != nil {
		return err
	}
	if err := x.carryOut(ctx); err != nil {
		return err
	}
	if x.d.Summary.(report.BundleSummary).Failed > 0 {
		x.code = ExitPartly
	}
	return x.print()
}

// applying opens a bundle and checks all of it. Make says that a module cache is made where there is none. Who has it closes
// the bundle.
func (a *app) applying(ctx context.Context, path string, f *applyFlags, make bool) (*applying, error) {
	projects, err := a.readProjects(ctx, f.projects)
	if err != nil {
		return nil, err
	}
	b, err := a.openBundle(path)
	if err != nil {
		return nil, err
	}
	inv, r, err := a.checkBundle(ctx, b, projects, make)
	if err != nil {
		b.Close()
		return nil, err
	}
	x := &applying{app: a, inv: inv, b: b, found: r, f: f}
	x.document()
	return x, nil
}

// document begins the report anew: of what the bundle holds, and what was found.
func (x *applying) document() {
	x.d = report.New("bundle apply", version(), x.inv).WithBundle(x.b, x.found)
}

// something reports whether there is anything to be done.
func (x *applying) something() bool {
	return len(x.todo)+len(x.sdks) > 0 || x.lacksRecords() || x.left()
}

// plan finds out what is to be installed. What an earlier apply may have half installed is too, though it seems to be there.
func (x *applying) plan() {
	x.todo, x.sdks = nil, nil
	runs, _ := x.kept.Runs() // what cannot be read is told by who begins one
	x.doubt = bundle.Doubted(runs)
	for i := range x.b.Manifest.Modules {
		m, out := &x.b.Manifest.Modules[i], &x.d.Bundle.Modules[i]
		out.State, out.To = "planned", "modcache"
		release, goos, goarch, ok := bundle.Release(m.Version)
		if x.f.sdk && m.Toolchain() && ok && goos == runtime.GOOS && goarch == runtime.GOARCH {
			out.To = "sdk"
			if _, err := os.Lstat(x.sdkRoot(release)); err == nil {
				out.State = "there"
				continue
			}
			x.sdks = append(x.sdks, i)
			continue
		}
		if bundle.There(x.inv.ModCache.Root, m) && !x.doubt[m.ID()] {
			out.State = "there"
			continue
		}
		x.todo = append(x.todo, i)
	}
}

func (x *applying) sdkRoot(release string) string { return filepath.Join(x.home(), "sdk", release) }

// lacksRecords reports whether the go command is still to be given records: who was killed before that has modules without.
func (x *applying) lacksRecords() bool {
	for i := range x.found.Modules {
		if x.wantsRecord(i) && !x.b.Recorded(x.inv.ModCache.Root, x.found.Modules[i].ID()) {
			return true
		}
	}
	return false
}

// left reports whether a run that was killed has left something.
func (x *applying) left() bool {
	root := x.inv.ModCache.Root
	for _, dir := range []string{filepath.Join(filepath.Dir(root), ".godoctor"), filepath.Join(root, "cache", "godoctor")} { // see remedy.Stage
		list, _ := os.ReadDir(filepath.Join(dir, "staging"))
		if slices.ContainsFunc(list, func(e os.DirEntry) bool { return e.Name() != "parts" }) { // those are downloads
			return true
		}
	}
	return x.brokenOff()
}

// wantsRecord reports whether the go command can be given the record of a version.
func (x *applying) wantsRecord(i int) bool {
	c := &x.found.Modules[i]
	return c.Proof == bundle.ByRecord && c.Linked && c.Zip != "" && x.d.Bundle.Modules[i].To == "modcache"
}

// unproved counts what is to be installed and stands on nobody's word.
func (x *applying) unproved() (n int) {
	for _, i := range append(append([]int{}, x.todo...), x.sdks...) {
		if x.found.Modules[i].Proof == bundle.ByNobody {
			n++
		}
	}
	return n
}

// confirm asks. Versions for which nobody stands want their number.
func (x *applying) confirm(ctx context.Context) error {
	n, unproved := len(x.todo)+len(x.sdks), x.unproved()
	if n == 0 || x.yes && unproved == 0 || unproved > 0 && x.app.confirm == unproved {
		return nil
	}
	if x.asks() {
		x.printerTo(x.Stderr).BundleApplied(x.d.Bundle, x.d.Summary.(report.BundleSummary))
	}
	if unproved == 0 {
		return x.ask1(ctx, fmt.Sprintf("install %d module versions? [y/N] ", n), "y", "give --yes to install them without being asked")
	}
	return x.ask1(ctx, fmt.Sprintf("for %d of them nobody here stands: no signed record, and no go.sum of a --project. Type %d to install them: ", unproved, unproved),
		strconv.Itoa(unproved), fmt.Sprintf("%d versions have no signed record and stand in no go.sum here: name a --project whose go.sum has them, or give --confirm %d", unproved, unproved))
}

// carryOut installs, and gives the go command the records.
func (x *applying) carryOut(ctx context.Context) error {
	start := time.Now()
	if err := x.mend(ctx); err != nil {
		return err
	}
	opt := x.remedyOptions(&look{inv: x.inv})
	s, err := x.start(ctx, opt, "bundle", "apply")
	if err != nil {
		return err
	}
	defer s.Close()
	staging, err := s.Staging()
	if err != nil {
		return err
	}
	staging = filepath.Join(staging, "bundle")
	stop := x.progressOf("installing", opt.Meter)
	in := x.installer()
	x.unpack(ctx, s, staging, &in)
	err = x.install(ctx, s, staging, in)
	stop()
	if err == nil && ctx.Err() == nil && x.goesOn(ctx) {
		stop = x.progressOf("giving go the records", opt.Meter)
		err = x.records(ctx, s, staging, in)
		stop()
	}
	if left := bundle.Discard(staging); left != nil {
		x.debugf("%v", left)
	}
	x.notes(s)
	x.d.Bundle.DurationMS = time.Since(start).Milliseconds()
	x.d.BundleSummary(false)
	if ctx.Err() != nil {
		return stopped(ctx, ctx.Err())
	}
	return err
}

// goesOn waits while somebody who watches has paused the run, and reports whether it is to go on.
func (x *applying) goesOn(ctx context.Context) bool { return x.watch == nil || x.watch.More(ctx) }

// told notes what became of a version. One that was under way when the run was stopped is left, not failed.
func (x *applying) told(ctx context.Context, i int, err error) {
	out := &x.d.Bundle.Modules[i]
	out.State = "installed"
	if err != nil {
		out.State, out.Error = "failed", report.NoPassword(err.Error())
	}
	if x.watch != nil {
		if err != nil && ctx.Err() != nil {
			out.State = "left"
			return
		}
		x.watch.Version(out.Path+"@"+out.Version, out.ZipBytes, err)
	}
	if x.format == "jsonl" {
		x.event("installed", report.BundleEvent{Module: out.Path, Version: out.Version, State: out.State, Error: out.Error})
	}
}

// unpack unpacks toolchains to ~/sdk. Where there is no go command yet, one of them is it from then on.
func (x *applying) unpack(ctx context.Context, s *remedy.Session, staging string, in *remedy.Installer) {
	for _, i := range x.sdks {
		if ctx.Err() != nil || !x.goesOn(ctx) {
			return
		}
		m := x.b.Manifest.Modules[i]
		release, _, _, _ := bundle.Release(m.Version)
		files, done, err := x.b.Extract(ctx, staging, []bundle.Module{m})
		if err == nil {
			_, err = s.Unpacked(ctx, files[0], release)
			done()
		}
		x.told(ctx, i, err)
		if _, none := os.Stat(in.Go); none != nil && err == nil {
			in.Go = filepath.Join(x.sdkRoot(release), "bin", filepath.Base(in.Go))
		}
	}
}

// install has the go command install the versions.
func (x *applying) install(ctx context.Context, s *remedy.Session, staging string, in remedy.Installer) error {
	if len(x.todo) == 0 {
		return nil
	}
	if _, err := os.Stat(in.Go); err != nil {
		return fmt.Errorf("there is no go command here to install modules: %w: with --sdk a toolchain of the bundle is unpacked first", err)
	}
	list, mods := make([]module.Version, len(x.todo)), make([]bundle.Module, len(x.todo))
	for n, i := range x.todo {
		mods[n] = x.b.Manifest.Modules[i]
		list[n] = mods[n].ID()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.Bring(ctx, in, list, func(lo, hi int) ([]remedy.Staged, func(), error) {
		if !x.goesOn(ctx) {
			cancel()
			return nil, nil, context.Canceled
		}
		return x.b.Extract(ctx, staging, mods[lo:hi])
	}, func(n int, err error) { x.told(ctx, x.todo[n], err) })
	return nil
}

// records gives the go command the signed records of what is installed, by the one way in which it takes them: it asks for
// them itself, a proxy that is the bundle, with the checksum database on.
func (x *applying) records(ctx context.Context, s *remedy.Session, staging string, in remedy.Installer) error {
	var wants []remedy.Want
	unlinked := false
	for i := range x.found.Modules {
		c := &x.found.Modules[i]
		unlinked = unlinked || c.Proof == bundle.ByRecord && !c.Linked
		if state := x.d.Bundle.Modules[i].State; x.wantsRecord(i) && (state == "installed" || state == "there") {
			wants = append(wants, remedy.Want{Module: c.Path, Version: c.Version})
		}
	}
	if unlinked {
		x.unlinked()
	}
	if _, err := os.Stat(in.Go); err != nil || len(wants) == 0 {
		return nil
	}
	if err := x.b.ForgetRecords(x.inv.ModCache.Root); err != nil {
		return err
	}
	dir, done, err := x.b.ExtractSums(ctx, staging)
	if err != nil {
		return err
	}
	defer done()
	in.Environ = append(append([]string{}, in.Environ...), "GOPROXY="+gocmd.FileURL(dir), "GONOPROXY=none", "GOSUMDB="+x.inv.Env.Value("GOSUMDB"),
		"GONOSUMDB="+x.inv.Env.Value("GONOSUMDB"), "GOENV=off")
	in.Offline = false
	var failed error
	s.Install(ctx, in, wants, func(n int, err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s@%s: %w", wants[n].Module, wants[n].Version, err)
		}
	})
	if failed != nil && ctx.Err() == nil {
		x.note("the go command did not take the signed records, and asks the network where no go.sum has a hash: %s", text.Clean(failed.Error()))
		x.code = ExitPartly
	}
	return nil
}

// unlinked says what is needed on a machine that has seen another tree head.
func (x *applying) unlinked() {
	latest := filepath.Join(first(x.inv.Env.Gopaths()), "pkg", "sumdb", filepath.FromSlash(x.b.Manifest.SumDB.Name), "latest")
	x.note("this machine has seen another tree head of %s, and the bundle does not lead from it to its own: builds work, go.sum has their hashes; "+
		"what is in no go.sum does not. Give %q to whoever makes the bundle (bundle create --since), or use the network once", text.Clean(x.b.Manifest.SumDB.Name), text.Clean(latest))
	for i := range x.d.Bundle.Modules {
		if m := &x.d.Bundle.Modules[i]; m.Path == "golang.org/toolchain" && m.To == "modcache" {
			x.note("go will not run the toolchain %s from the module cache without that: --sdk unpacks it to ~/sdk, where it needs none", text.Clean(m.Version))
			x.code = ExitPartly
		}
	}
}

func (x *applying) print() error {
	if x.dryRun {
		x.d.BundleSummary(true)
	} else {
		x.d.BundleSummary(false)
	}
	return x.app.print(x.d, func(p *plain.Printer) { p.BundleApplied(x.d.Bundle, x.d.Summary.(report.BundleSummary)) })
}
