package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/sumdb"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// getFlags are those of toolchains get.
type getFlags struct {
	platform string
	sdk      bool
}

func (a *app) toolchainsGetCommand() *cobra.Command {
	var f getFlags
	cmd := &cobra.Command{
		Use:   "get goX.Y.Z",
		Short: "fetch a Go release, proved by its signed record: to the module cache, or to ~/sdk",
		Long: `get fetches a Go release as the module golang.org/toolchain, through GOPROXY, and has the go command install it in the
module cache, where it is found when a go.mod file or GOTOOLCHAIN asks for it. What is wanted is goX.Y.Z, goX.Y for the newest
patch that the proxy lists, or latest.

Nothing is installed that was not proved: before go sees it, the zip has to have the hash that the checksum database has
signed, and afterwards every file is compared once more. Without a record, and with GOSUMDB=off, nothing is fetched.

A download that is broken off goes on where it stopped, also after a restart. It is shown on stderr; with --jsonl there are
"progress" events before the document.

--platform OS/ARCH fetches that of another platform, as for an offline bundle. --sdk unpacks it to ~/sdk/goX.Y.Z instead, where
golang.org/dl would put it, and overwrites nothing there. The module lacks the directories api, doc, misc and test of the
distribution; no build needs them.`,
		Example: `  godoctor toolchains get go1.26.8
  godoctor toolchains get go1.26
  godoctor toolchains get go1.26.8 --platform windows/amd64
  godoctor toolchains get go1.26.8 --sdk
  godoctor toolchains get -n latest`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misuse("toolchains get takes one Go version, like go1.26.8, got %d", len(args))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.getToolchain(cmd.Context(), args[0], &f) },
		ValidArgsFunction: a.completeReleases,
	}
	s := cmd.Flags()
	s.StringVar(&f.platform, "platform", "", "fetch it for `OS/ARCH` instead of this platform")
	s.BoolVar(&f.sdk, "sdk", false, "unpack it to ~/sdk, where golang.org/dl would put it")
	cmd.RegisterFlagCompletionFunc("platform", fixed("darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"))
	return cmd
}

// A getting is one run of toolchains get.
type getting struct {
	*app
	inv    *scan.Inventory
	client *fetch.Client
	db     *notary
	module module.Version
	hash   string // of the zip, in the signed record
	mod    string // of the .mod, likewise
	zip    string // in the module cache, proved in this run; "": there is none
	sum    report.GetSummary
	run    *state.Run               // nil: nothing had to be changed
	judged *verify.ToolchainVerdict // of what is in its place now
}

// goWord is how a release is named; what is between the parentheses a proxy need not be asked about.
var (
	goWord       = regexp.MustCompile(`^(?:go)?(1\.[0-9]{1,4})(\.[0-9]{1,4}|(?:rc|beta)[0-9]{1,3})?$`)
	platformWord = regexp.MustCompile(`^([a-z0-9]{1,20})/([a-z0-9]{1,20})$`)
)

// check refuses what cannot be meant, before anything is looked at.
func (f *getFlags) check(a *app, word string) (goos, goarch string, err error) {
	goos, goarch = runtime.GOOS, runtime.GOARCH
	if f.platform != "" {
		m := platformWord.FindStringSubmatch(f.platform)
		if m == nil {
			return "", "", misuse("--platform %q: want OS/ARCH, like windows/amd64", f.platform)
		}
		goos, goarch = m[1], m[2]
	}
	switch {
	case word != "latest" && !goWord.MatchString(word):
		err = misuse("%q is no Go release: want goX.Y.Z, goX.Y or latest", word)
	case a.offline:
		err = misuse("toolchains get uses the network, and --offline forbids it")
	case a.demo:
		err = misuse("toolchains get and --demo exclude each other: a made-up machine asks nobody")
	case f.sdk && (goos != runtime.GOOS || goarch != runtime.GOARCH):
		err = misuse("--sdk is for this platform, %s/%s: golang.org/dl would run what is in ~/sdk", runtime.GOOS, runtime.GOARCH)
	default:
		err = a.mayChange("toolchains get")
	}
	return goos, goarch, err
}

func (a *app) getToolchain(ctx context.Context, word string, f *getFlags) error {
	g, err := a.get(ctx, word, f)
	if err != nil {
		return stopped(ctx, err)
	}
	return g.print()
}

// get fetches a toolchain, and proves that what is in its place then is what was published.
func (a *app) get(ctx context.Context, word string, f *getFlags) (*getting, error) {
	goos, goarch, err := f.check(a, word)
	if err != nil {
		return nil, err
	}
	a.settle()
	dir, err := a.makeModCache()
	if err != nil {
		return nil, err
	}
	inv, err := a.scanMachine(ctx, scan.Fast)
	if err != nil {
		return nil, err
	}
	if inv.ModCache == nil { // with -n it is not made
		with := *inv
		with.ModCache = &modcache.Cache{Root: dir}
		inv = &with
	}
	g := &getting{app: a, inv: inv, client: fetch.New(fetch.SettingsOf(inv.Env, a.Environ), fetch.Options{})}
	g.sum = report.GetSummary{GOOS: goos, GOARCH: goarch, To: "modcache"}
	if f.sdk {
		g.sum.To = "sdk"
	}
	defer g.client.Close()
	if err := g.resolve(ctx, word); err != nil {
		return nil, err
	}
	db, end := a.witness(inv, &verifyFlags{online: true, toolchains: true})
	defer end()
	g.db = db
	if err := g.record(ctx); err != nil {
		return nil, err
	}
	if err := g.bring(ctx); err != nil {
		return nil, err
	}
	return g, g.judge(ctx)
}

// judge compares what is in the place of the toolchain with the signed record.
func (g *getting) judge(ctx context.Context) error {
	if g.sum.State == "planned" {
		return nil
	}
	v, err := g.verdict(ctx)
	if err != nil {
		return err
	}
	if v.State != verify.Genuine && v.State != verify.GenuineButEnv {
		return fmt.Errorf("%q is not what was published: %s", g.sum.Root, v)
	}
	g.judged = v
	return nil
}

// stopped gives the reason of a stop in place of what it led to.
func stopped(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// makeModCache makes the module cache of a machine that has none yet, but for -n.
func (a *app) makeModCache() (dir string, err error) {
	dir = a.modcache
	if dir == "" {
		if dir, err = goenv.Load(goenv.Input{Environ: a.Environ, Dir: a.workDir}).ModCache(); err != nil {
			return "", err
		}
	}
	if a.dryRun {
		return dir, nil
	}
	return dir, remedy.MakeModCache(dir)
}

// resolve makes a release of what was asked for.
func (g *getting) resolve(ctx context.Context, word string) error {
	release := "go" + strings.TrimPrefix(word, "go")
	if m := goWord.FindStringSubmatch(word); m == nil || m[2] == "" {
		newest, err := g.newest(ctx, release, m == nil)
		if err != nil {
			return err
		}
		g.note("%s is %s: the newest that the proxy lists for %s/%s", text.Clean(word), newest, g.sum.GOOS, g.sum.GOARCH)
		release = newest
	}
	g.sum.Toolchain = release
	g.module = module.Version{Path: "golang.org/toolchain", Version: "v0.0.1-" + release + "." + g.sum.GOOS + "-" + g.sum.GOARCH}
	g.sum.Module = g.module.String()
	if g.sum.To == "sdk" {
		g.sum.Root = filepath.Join(g.home(), "sdk", release)
	} else {
		g.sum.Root = filepath.Join(g.inv.ModCache.Root, "golang.org", "toolchain@"+g.module.Version)
	}
	return nil
}

// newest asks the proxy for the newest release, or for the newest patch of a major one.
func (g *getting) newest(ctx context.Context, major string, latest bool) (string, error) {
	all, err := g.client.List(ctx, "golang.org/toolchain")
	if err != nil {
		return "", g.failed("the list of releases was not fetched", err)
	}
	var here []string
	for _, v := range all {
		if strings.HasSuffix(v, "."+g.sum.GOOS+"-"+g.sum.GOARCH) {
			here = append(here, v)
		}
	}
	list := toolchain.ReleaseList{}
	for _, s := range toolchain.ReleasesIn(here) {
		if latest || strings.HasPrefix(s.Version, major+".") {
			list.Releases = append(list.Releases, s)
		}
	}
	if list.Newest() == "" {
		return "", fmt.Errorf("the proxy lists no release of %s for %s/%s: name one exactly, like go1.26.8", major, g.sum.GOOS, g.sum.GOARCH)
	}
	return list.Newest(), nil
}

// record asks the checksum database for the signed hashes.
func (g *getting) record(ctx context.Context) error {
	if g.db == nil {
		return errors.New("no toolchain is installed that is not proved, and there is no checksum database to prove it by: set GOSUMDB to one, as the go command too wants it for toolchains")
	}
	r := g.db.LookupAll(ctx, []module.Version{g.module}, nil)[0]
	g.db.end(new(verify.Result))
	switch {
	case errors.Is(r.Err, sumdb.ErrNotFound):
		return fmt.Errorf("the checksum database has no record of %s for %s/%s: there is no such release, or not for this platform", g.sum.Toolchain, g.sum.GOOS, g.sum.GOARCH)
	case r.Err != nil:
		return fmt.Errorf("%s cannot be proved, so it is not fetched: %w", g.module, r.Err)
	case r.Zip == "" || r.Mod == "":
		return fmt.Errorf("the record of %s is not whole, so it is not fetched", g.module)
	}
	g.hash, g.mod, g.sum.Hash = r.Zip, r.Mod, r.Zip
	return nil
}

// print tells what came of it, and what the toolchain is now.
func (g *getting) print() error {
	d := report.New("toolchains get", version(), g.inv)
	d.Toolchains, d.Archives = []report.Toolchain{}, []report.Archive{}
	if g.judged != nil {
		d.WithVerdicts(g.inv.Toolchains, nil, []verify.ToolchainVerdict{*g.judged})
	}
	d.WithGet(g.sum)
	g.sum = d.Summary.(report.GetSummary)
	return g.app.print(d, func(p *plain.Printer) { p.Got(&g.sum) })
}

// verdict compares what is in the place of the toolchain with the signed record.
func (g *getting) verdict(ctx context.Context) (*verify.ToolchainVerdict, error) {
	m := new(meter.Meter)
	defer g.progressOf("verifying", m)()
	res := verify.CheckToolchains(ctx, g.inv, verify.ToolchainOptions{DB: g.db, Paths: []string{g.sum.Root}, Meter: m})
	if len(res.Verdicts) != 1 {
		return nil, fmt.Errorf("%q could not be looked at", g.sum.Root)
	}
	return &res.Verdicts[0], nil
}
