package cli

import (
	"context"
	"errors"
	"fmt"
	goversion "go/version"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/bundle"
	"godoctor/doctor/fetch"
	"godoctor/doctor/report"
	"godoctor/doctor/sumdb"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// bundleFlags are those of bundle create.
type bundleFlags struct {
	out                                  string
	projects, modules, toolchains, since []string
}

func (a *app) bundleCreateCommand() *cobra.Command {
	var f bundleFlags
	cmd := &cobra.Command{
		Use:   "create -o FILE.tar|DIR",
		Short: "make a bundle of what projects need, of modules, of toolchains",
		Long: `create makes an offline bundle. --project takes what builds, vets and tests of a project may need: the go.mod files of its
module graph, and the zips that its go.sum lists (all of the build list where it has none). --module takes a version and what it
needs in turn. --toolchain takes a Go release, of this platform or of another one. What is in the module cache is taken from
there, the rest is fetched through GOPROXY, and all of it is proved by the checksum database or by a go.sum before it is
packed. A private module comes from the module cache or from a proxy that GONOPROXY does not keep from being asked, and is marked.

The bundle is made in a hidden directory beside its target, checked, and installed from there alone by the go command into an
empty module cache, with no network. Then it gets its name. Nothing is overwritten. Who is stopped goes on with the same command.

The go command of a receiver that has seen a tree head of the checksum database before wants proof that the pinned one goes on
from it. So give its file GOPATH/pkg/sumdb/NAME/latest with --since. A bundle given with --since counts as one that the receiver
has: its versions are left out, and its head is among those that are proved.`,
		Example: `  godoctor bundle create -o offline.tar --project . --toolchain go1.25.3
  godoctor bundle create -o /srv/proxy --project api --project web --module golang.org/x/tools@v0.31.0
  godoctor bundle create -o next.tar --project . --since offline.tar
  godoctor bundle create -o offline.tar --project . --since latest-of-the-receiver`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.bundleCreate(cmd.Context(), &f) },
	}
	s := cmd.Flags()
	s.StringVarP(&f.out, "output", "o", "", "make `FILE`, an archive if it ends in .tar, else a directory")
	s.StringArrayVar(&f.projects, "project", nil, "what the project in `DIR` needs; may be given again")
	s.StringArrayVar(&f.modules, "module", nil, "`MODULE@VERSION` and what it needs; may be given again")
	s.StringArrayVar(&f.toolchains, "toolchain", nil, "the release `goX.Y.Z[:OS/ARCH]`; may be given again")
	s.StringArrayVar(&f.since, "since", nil, "leave out what `BUNDLE` has; or a tree head that the receiver has seen; may be given again")
	return cmd
}

// check refuses what cannot be meant, and makes module versions of the words.
func (f *bundleFlags) check() (modules, toolchains []module.Version, err error) {
	switch {
	case f.out == "":
		return nil, nil, misuse("bundle create wants -o FILE.tar or -o DIR")
	case len(f.projects)+len(f.modules)+len(f.toolchains) == 0:
		return nil, nil, misuse("name what is to be in the bundle: --project DIR, --module MODULE@VERSION or --toolchain goX.Y.Z")
	}
	for _, w := range f.modules {
		path, v, _ := strings.Cut(w, "@")
		m := module.Version{Path: path, Version: v}
		if err := module.Check(path, v); err != nil || v != module.CanonicalVersion(v) {
			return nil, nil, misuse("--module %q: want MODULE@VERSION with an exact version, like golang.org/x/tools@v0.31.0", w)
		}
		modules = append(modules, m)
	}
	for _, w := range f.toolchains {
		release, platform, given := strings.Cut(w, ":")
		m := goWord.FindStringSubmatch(release)
		if !strings.HasPrefix(release, "go") || m == nil || m[2] == "" {
			return nil, nil, misuse("--toolchain %q: want an exact release, like go1.25.3 or go1.25.3:windows/amd64", w)
		}
		goos, goarch := runtime.GOOS, runtime.GOARCH
		if given {
			p := platformWord.FindStringSubmatch(platform)
			if p == nil {
				return nil, nil, misuse("--toolchain %q: want OS/ARCH behind the colon, like windows/amd64", w)
			}
			goos, goarch = p[1], p[2]
		}
		toolchains = append(toolchains, module.Version{Path: "golang.org/toolchain", Version: "v0.0.1-" + release + "." + goos + "-" + goarch})
	}
	return modules, toolchains, nil
}

// A packing is one run of bundle create.
type packing struct {
	*app
	inv *scan.Inventory
	in  *bundle.Making
}

// packing finds out what a bundle is to be made of: nothing is fetched or written by that. Who has it closes it.
func (a *app) packing(ctx context.Context, f *bundleFlags) (*packing, error) {
	modules, toolchains, err := f.check()
	if err != nil {
		return nil, err
	}
	p := &packing{app: a, in: &bundle.Making{Target: a.absolute(f.out), Modules: modules, Toolchains: toolchains, Meter: new(meter.Meter)}}
	if p.in.Projects, err = a.readProjects(ctx, f.projects); err != nil {
		return nil, err
	}
	if p.in.Older, p.in.Without, err = a.older(f.since); err == nil {
		p.inv, err = a.bundleMachine(ctx, false)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	p.in.Client, p.in.ModCache = fetch.New(fetch.SettingsOf(p.inv.Env, a.Environ), fetch.Options{Offline: a.offline}), p.inv.ModCache.Root
	p.lacksToolchains()
	return p, nil
}

func (p *packing) close() {
	if p.in.Client != nil {
		p.in.Client.Close()
	}
	if p.in.Without != nil {
		p.in.Without.Close()
	}
}

func (a *app) bundleCreate(ctx context.Context, f *bundleFlags) error {
	p, err := a.packing(ctx, f)
	if err != nil {
		return err
	}
	defer p.close()
	if a.dryRun {
		return p.printPlan(ctx)
	}
	d, made, err := p.pack(ctx)
	if err != nil {
		return err
	}
	return a.print(d, func(pr *plain.Printer) { pr.BundleMade(d.Bundle, d.Summary.(report.BundleSummary), made.Bytes) })
}

// ready sets who proves, and who rehearses.
func (p *packing) ready() error {
	db, err := sumdb.Open(sumdb.SettingsOf(p.inv.Env), p.inv.ModCache.Root, first(p.inv.Env.Gopaths()), p.in.Client, sumdb.Options{Online: true, Heads: p.kept})
	switch {
	case errors.Is(err, sumdb.ErrOff):
		p.note("GOSUMDB is off: the bundle has no records, and who gets it has to know the hashes from its own go.sum")
	case err != nil:
		return err
	default:
		p.in.DB = db
	}
	goCommand := p.installer(p.inv).Go
	if _, err := os.Stat(goCommand); err != nil {
		return fmt.Errorf("there is no go command here to rehearse the bundle with: %w", err)
	}
	p.in.Go = bundle.Rehearsal{Go: goCommand, Environ: p.Environ, GOSUMDB: p.inv.Env.Value("GOSUMDB")}
	return nil
}

// lacksToolchains says which releases the projects ask for that are not in the bundle.
func (p *packing) lacksToolchains() {
	for _, x := range p.in.Projects {
		if x.Toolchain != "" && !slices.ContainsFunc(p.in.Toolchains, func(m module.Version) bool {
			release, _, _, _ := bundle.Release(m.Version)
			return goversion.Compare(release, x.Toolchain) >= 0
		}) {
			p.note("%q asks for %s: if the receiver has no Go like that or newer, add --toolchain %s", text.Clean(x.Dir), text.Clean(x.Toolchain), text.Clean(x.Toolchain))
		}
	}
}

// needs finds out which versions would be in the bundle.
func (p *packing) needs(ctx context.Context) ([]bundle.Need, error) {
	defer p.progressOf("reading go.mod files", p.in.Meter)()
	needs, err := bundle.Resolve(ctx, p.in)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	return needs, nil
}

// printPlan says what would be in the bundle.
func (p *packing) printPlan(ctx context.Context) error {
	needs, err := p.needs(ctx)
	if err != nil {
		return err
	}
	d := report.New("bundle create", version(), p.inv)
	d.Bundle = &report.Bundle{Path: p.in.Target, Kind: kindOf(p.in.Target), Modules: []report.BundleModule{}, Faults: []report.BundleFault{}}
	zips := 0
	for _, n := range needs {
		x := report.BundleModule{Path: n.Path, Version: n.Version.Version, State: "planned"}
		if n.Zip {
			x.ZipBytes = zipHere(p.in.ModCache, n.Version)
			zips++
		}
		d.Bundle.Modules = append(d.Bundle.Modules, x)
	}
	d.BundleSummary(true)
	s := d.Summary.(report.BundleSummary)
	s.Zips, s.Unproved = zips, 0
	d.Summary = s
	return p.print(d, func(pr *plain.Printer) { pr.BundlePlanned(d.Bundle, s) })
}

// zipHere is the size of a zip in the module cache, 0 if it is not there.
func zipHere(modCache string, m module.Version) int64 {
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return 0
	}
	v, err := module.EscapeVersion(m.Version)
	if err != nil {
		return 0
	}
	fi, err := os.Stat(filepath.Join(modCache, "cache", "download", filepath.FromSlash(path), "@v", v+".zip"))
	if err != nil {
		return 0
	}
	return fi.Size()
}

func kindOf(target string) string {
	if strings.HasSuffix(target, ".tar") {
		return "archive"
	}
	return "directory"
}

// pack makes the bundle, and says what is in it.
func (p *packing) pack(ctx context.Context) (*report.Document, *bundle.Made, error) {
	if err := p.ready(); err != nil {
		return nil, nil, err
	}
	start := time.Now()
	made, err := p.carryOut(ctx)
	if err != nil {
		return nil, nil, err
	}
	b, err := bundle.Open(p.in.Target)
	if err != nil {
		return nil, nil, err
	}
	defer b.Close()
	d := report.New("bundle create", version(), p.inv).WithBundle(b, nil)
	d.Bundle.FetchedB, d.Bundle.Reused, d.Bundle.LeftOut, d.Bundle.DurationMS = made.Fetched, made.Reused, made.Left, time.Since(start).Milliseconds()
	d.Bundle.Linked = true
	for i := range d.Bundle.Modules {
		x := &d.Bundle.Modules[i]
		if x.State, x.Proof = "packed", string(bundle.BySum); x.Recorded {
			x.Proof = string(bundle.ByRecord)
		}
	}
	return d.BundleSummary(false), made, nil
}

// carryOut has the bundle made, and keeps what was learnt on the way. Where somebody watches, it pauses and stops between the
// stages too.
func (p *packing) carryOut(ctx context.Context) (*bundle.Made, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begin, end := p.stages(p.in.Meter)
	p.in.Stage = func(what string) {
		if p.watch != nil && !p.watch.More(ctx) {
			cancel()
		}
		begin(what)
	}
	p.in.Downloading = func(q *fetch.Queue) func() {
		end()
		stop, quiet := p.progressOfQueue(q), p.eventsOfQueue(q)
		return func() { quiet(); stop() }
	}
	made, err := bundle.Make(ctx, p.in)
	end()
	p.keepRate(p.in.Client)
	if p.in.DB != nil {
		(&notary{db: p.in.DB, a: p.app}).keepEvidence()
		if kept := p.in.DB.KeepHead(); kept != nil {
			p.note("%v", kept)
		}
	}
	switch {
	case errors.Is(err, bundle.ErrBusy):
		return nil, &exitError{ExitBusy, err}
	case err != nil:
		return nil, p.failed(ctx, err)
	}
	return made, nil
}

// failed adds what to do. What came is kept.
func (p *packing) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return stopped(ctx, err)
	}
	err = (&getting{app: p.app}).failed("the bundle was not made", err)
	if left := filepath.Join(filepath.Dir(p.in.Target), "."+filepath.Base(p.in.Target)+".godoctor"); !errors.Is(err, bundle.ErrThere) {
		if _, lerr := os.Lstat(left); lerr == nil {
			p.note("what came is kept in %q: the same command goes on there; remove it to give up", text.Clean(left))
		}
	}
	return err
}
