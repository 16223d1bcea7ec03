package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/plain"
)

func (a *app) toolchainsVerifyCommand() *cobra.Command {
	f := verifyFlags{toolchains: true}
	cmd := &cobra.Command{
		Use:   "verify [GOROOT or ARCHIVE...]",
		Short: "is each Go the one that was published? by the signed record of its release",
		Long: `verify compares toolchains with the checksum database's record of golang.org/toolchain for their version and platform:
every installed Go, those that the go command downloaded, and downloaded archives; or just those that are named, which may
be anywhere: a GOROOT, or go1.X.Y.OS-ARCH.tar.gz or .zip as it was downloaded. Nothing is unpacked or run.

VERDICT is genuine; genuine except go.env, with the settings that somebody has edited; not an official build, which
distributions make and nobody signed; differs; or unknown, and why: no record is here (--sumdb asks for it), or there is none,
as for releases before go1.21. What differs is a finding, and the exit code 3.

Which files differ is listed where the zip of the release is in the module cache. --fetch downloads it for that, through
GOPROXY, into a temporary file that is removed again; it is used only if it has the hash of the signed record.

Only --sumdb and --fetch use the network. A Go that says it is another version than it is, or is linked without build info,
can be unknown; it is never genuine.`,
		Example: `  godoctor toolchains verify
  godoctor toolchains verify --sumdb
  godoctor toolchains verify --sumdb --fetch /usr/local/go
  godoctor toolchains verify --sumdb ~/Downloads/go1.26.8.linux-amd64.tar.gz`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.verifyToolchains(cmd.Context(), args, &f) },
	}
	s := cmd.Flags()
	s.BoolVar(&f.online, "sumdb", false, "ask the checksum database for what no record is here")
	s.BoolVar(&f.fresh, "fresh", false, "with --sumdb: do not believe cached records and tiles")
	s.BoolVar(&f.fetch, "fetch", false, "download the zip of one that differs, to say which files do")
	s.StringVar(&f.failOn, "fail-on", "error", "exit with 3 on findings of `SEVERITY` or worse: error, warning, note or never")
	cmd.RegisterFlagCompletionFunc("fail-on", fixed("error", "warning", "note", "never"))
	return cmd
}

func (a *app) verifyToolchains(ctx context.Context, args []string, f *verifyFlags) error {
	if err := f.check(a); err != nil {
		return err
	}
	paths, err := a.namedToolchains(args)
	if err != nil {
		return err
	}
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	m := new(meter.Meter)
	opt := verify.ToolchainOptions{Paths: paths, Every: true, Fetch: a.fetcher(l.inv, f, m), Meter: m}
	db, end := a.witness(l.inv, f)
	defer end()
	if db != nil {
		opt.DB = db
	}
	stop := a.progressOf("verifying", m)
	res := verify.CheckToolchains(ctx, l.inv, opt)
	stop()
	if err := ctx.Err(); err != nil {
		return err
	}
	whole := &verify.Result{Findings: res.Findings}
	db.end(whole)
	a.fail(f, whole.Findings)
	d := report.New("toolchains verify", version(), l.inv).WithFindings(whole.Findings)
	sum := d.WithVerdicts(l.inv.Toolchains, l.use, res.Verdicts)
	sum.Count(whole.Findings)
	d.Summary = sum
	return a.print(d, func(p *plain.Printer) {
		p.Findings(d.Findings)
		p.ToolchainVerdicts(res.Verdicts)
		p.ToolchainTally(sum)
	})
}

// namedToolchains makes the paths that are named absolute, and refuses what is no toolchain; nil if none is named.
func (a *app) namedToolchains(args []string) ([]string, error) {
	var paths []string
	for _, path := range args {
		if !filepath.IsAbs(path) {
			path = filepath.Join(a.workDir, path)
		}
		if err := verify.NamedToolchain(path); err != nil {
			return nil, fmt.Errorf("%w: name a GOROOT, or an archive like go1.26.8.linux-amd64.tar.gz", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// fetcher gets the zips of toolchains that differ, if that is asked for, into files of the program's own.
func (a *app) fetcher(inv *scan.Inventory, f *verifyFlags, m *meter.Meter) func(context.Context, module.Version) (string, func(), error) {
	if !f.fetch {
		return nil
	}
	return func(ctx context.Context, v module.Version) (string, func(), error) {
		c := fetch.New(fetch.SettingsOf(inv.Env, a.Environ), fetch.Options{})
		defer c.Close()
		m.Working(v.String())
		z, err := c.Zip(ctx, v, string(a.state), m)
		if err != nil {
			return "", nil, err
		}
		a.debugf("fetched %s from %s: %d bytes", v, z.Proxy, z.Bytes)
		return z.Path, func() {
			if err := z.Remove(); err != nil {
				a.note("a temporary file could not be removed: %v", err)
			}
		}, nil
	}
}
