package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/bundle"
	"godoctor/doctor/report"
	"godoctor/doctor/sumdb"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

func (a *app) bundleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "carry modules and toolchains to a machine without a network, with what proves them",
		Long: `bundle makes, checks and applies offline bundles. A bundle is a directory that is a module proxy, or a tar archive of
one: module versions, Go toolchains, and the records of the checksum database for all of them under one signed tree head, with
the tiles that prove them. Any web server serves it, and file:// does.

The receiver believes the signature of the checksum database that its own GOSUMDB names, and the go.sum files of its projects,
and nothing that the bundle says of itself: it need not trust whoever carries it.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("bundle wants create, verify or apply")
			}
			return misuse("unknown command %q: bundle has create, verify and apply", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.bundleCreateCommand(), a.bundleVerifyCommand(), a.bundleApplyCommand())
	return cmd
}

// bundleMachine looks at the machine as far as the bundle commands need it: no projects are looked for. make says that a
// module cache is made where there is none.
func (a *app) bundleMachine(ctx context.Context, make bool) (*scan.Inventory, error) {
	if a.demo {
		return nil, misuse("bundle and --demo exclude each other: a made-up machine has nothing to carry")
	}
	a.settle()
	a.only = []string{}
	dry := a.dryRun
	a.dryRun = dry || !make
	dir, err := a.makeModCache()
	a.dryRun = dry
	if err != nil {
		return nil, err
	}
	inv, err := a.scanMachine(ctx, scan.Fast)
	if err != nil {
		return nil, err
	}
	if inv.ModCache == nil { // it was not made
		with := *inv
		with.ModCache = &modcache.Cache{Root: dir}
		inv = &with
	}
	return inv, nil
}

// absolute is a path as the working directory has it.
func (a *app) absolute(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.workDir, path)
	}
	return filepath.Clean(path)
}

// readProjects reads the projects that were named.
func (a *app) readProjects(ctx context.Context, dirs []string) ([]*bundle.Project, error) {
	var out []*bundle.Project
	for _, dir := range dirs {
		p, err := bundle.ReadProject(ctx, a.absolute(dir))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// bundleWitness is who can tell here what is true of a bundle.
func (a *app) bundleWitness(inv *scan.Inventory, b *bundle.Bundle, projects []*bundle.Project) bundle.Witness {
	w := bundle.Witness{Sums: make(map[module.Version][]string)}
	for _, p := range projects {
		for m, list := range p.Sums {
			w.Sums[m] = append(w.Sums[m], list...)
		}
	}
	db, err := sumdb.Open(sumdb.SettingsOf(inv.Env), inv.ModCache.Root, first(inv.Env.Gopaths()), nil, sumdb.Options{Files: b.SumFile, Heads: a.kept})
	if err != nil {
		a.note("the checksum database is no witness: %v", err)
		return w
	}
	w.DB, w.Key = db, db.Key()
	return w
}

// checkBundle checks a bundle in front of the user's eyes. Make says that a module cache is made where there is none.
func (a *app) checkBundle(ctx context.Context, b *bundle.Bundle, projects []*bundle.Project, make bool) (*scan.Inventory, *bundle.Report, error) {
	inv, err := a.bundleMachine(ctx, make)
	if err != nil {
		return nil, nil, err
	}
	m := new(meter.Meter)
	defer a.progressOf("checking", m)()
	r, err := b.Check(ctx, a.bundleWitness(inv, b, projects), m)
	if err != nil {
		return nil, nil, stopped(ctx, err)
	}
	if r.Foreign != "" {
		a.note("the records in the bundle are of the checksum database %s, and GOSUMDB here is another one or off: they prove nothing here", text.Clean(r.Foreign))
	}
	return inv, r, nil
}

// older reads what --since names: a bundle, or a signed tree head.
func (a *app) older(paths []string) (heads [][]byte, b *bundle.Bundle, err error) {
	for _, p := range paths {
		p = a.absolute(p)
		if data, err := regular.ReadFile(p, 1<<10); err == nil && strings.HasPrefix(string(data), "go.sum database tree\n") {
			heads = append(heads, data)
			continue
		}
		if b != nil {
			return nil, b, misuse("--since names two bundles, and one is left out at most: %q", p)
		}
		if b, err = bundle.Open(p); err != nil {
			return nil, b, fmt.Errorf("--since wants a bundle, or a file GOPATH/pkg/sumdb/NAME/latest: %w", err)
		}
	}
	return heads, b, nil
}

// bundleVerifyCommand is bundle verify.
func (a *app) bundleVerifyCommand() *cobra.Command {
	var projects []string
	cmd := &cobra.Command{
		Use:   "verify FILE|DIR",
		Short: "check all of a bundle, offline: every byte, every hash, every signature",
		Long: `verify looks at everything in a bundle without a network, and writes nothing: the names and headers, the SHA-256 of each
file, the h1 of each zip and go.mod file, and the record of each version in the signed tree of the checksum database that
GOSUMDB names here. With --project the go.sum of that project is a witness too, the only one for private modules.

Exit code 3 means that something is wrong; 4 that nothing is, but nobody here stands for some versions.`,
		Example: `  godoctor bundle verify offline.tar
  godoctor bundle verify --json /media/usb/offline`,
		Args: oneBundle,
		RunE: func(cmd *cobra.Command, args []string) error { return a.bundleVerify(cmd.Context(), args[0], projects) },
	}
	cmd.Flags().StringArrayVar(&projects, "project", nil, "the go.sum of the project in `DIR` is a witness; may be given again")
	return cmd
}

// oneBundle is the argument of verify and apply.
func oneBundle(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return misuse("bundle %s takes one bundle, a directory or a .tar, got %d", cmd.Name(), len(args))
	}
	return nil
}

func (a *app) bundleVerify(ctx context.Context, path string, dirs []string) error {
	projects, err := a.readProjects(ctx, dirs)
	if err != nil {
		return err
	}
	b, err := a.openBundle(path)
	if err != nil {
		return err
	}
	defer b.Close()
	inv, r, err := a.checkBundle(ctx, b, projects, false)
	if err != nil {
		return err
	}
	d := report.New("bundle verify", version(), inv).WithBundle(b, r)
	switch s := d.Summary.(report.BundleSummary); {
	case !r.OK():
		a.code = ExitFindings
	case s.Unproved > 0:
		a.code = ExitPartly
	}
	return a.print(d, func(p *plain.Printer) { p.BundleChecked(d.Bundle, d.Summary.(report.BundleSummary)) })
}

// openBundle opens a bundle. One that is not as it should be is a finding, not a failure of the program.
func (a *app) openBundle(path string) (*bundle.Bundle, error) {
	b, err := bundle.Open(a.absolute(path))
	if err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
		return nil, &exitError{ExitFindings, fmt.Errorf("refused: %w", err)}
	}
	return b, err
}

// stages tells what begins: on a terminal in the line of progress, in JSON lines as an event.
func (a *app) stages(m *meter.Meter) (begin func(what string), end func()) {
	stop := func() {}
	end = func() {
		stop()
		stop = func() {}
	}
	return func(what string) {
		end()
		stop = a.progressOf(what, m)
		if a.format == "jsonl" {
			a.event("stage", report.StageEvent{Stage: what})
		}
	}, end
}
