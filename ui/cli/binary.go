package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/privacy"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/meter"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
	"godoctor/ui/plain"
)

// binaryFlags are the switches of binary.
type binaryFlags struct {
	sumdb    bool
	rebuild  string
	goos     string
	goarch   string
	cgo      bool
	trimpath bool
	tags     string
}

func (a *app) binaryCommand() *cobra.Command {
	var f binaryFlags
	cmd := &cobra.Command{
		Use:   "binary [FILE...]",
		Short: "installed programs: the Go and the module that made them, and how to renew them; or all about one",
		Long: `binary lists the programs in GOBIN and in the bin directories of GOPATH: the Go version that built each, the
module version it was built from, whether the shell finds it, and the command that builds it anew.

Of a FILE (ELF, PE or Mach-O, for any platform) it tells the format and platform, the Go that built it and whether that still gets
fixes, the settings of the build, its SHA-256, and its modules. The hash of each module is held against the go.sum files of the
projects that are known, the module cache, and the records of the checksum database in the module cache; --sumdb asks the
checksum database for the others. A hash that somebody has otherwise is a finding, with exit code 3. No program is run.

With --rebuild DIR the program in DIR is built twice, in two copies in different directories, each with a module cache of its own,
with -trimpath, and the two are compared: is the build reproducible, and if not, which input differs? With a FILE too: is that
what these sources make? The standard library is compiled once, everything else twice. Nothing is downloaded, DIR and the caches
are only read, and the copies are removed. --goos and --goarch, or the variables, choose the platform; cgo is off unless --cgo
is given. Changes that are not committed are in, the stamp of version control is not (-buildvcs=false).`,
		Example: `  godoctor binary
  godoctor binary ./app --sumdb
  godoctor binary --rebuild . --goos windows --goarch amd64
  godoctor binary app.exe --rebuild ~/src/app`,
		RunE: func(cmd *cobra.Command, args []string) error {
			given := cmd.Flags().Changed
			switch {
			case given("rebuild"):
				return a.rebuild(cmd.Context(), args, &f)
			case given("goos"), given("goarch"), given("cgo"), given("trimpath"), given("tags"):
				return misuse("--goos, --goarch, --cgo, --trimpath and --tags are for --rebuild DIR")
			case len(args) > 0 && a.saved != nil:
				return misuse("a FILE is read on the machine that it is on: --from is for the list of programs")
			case len(args) > 0:
				return a.examinePrograms(cmd.Context(), args, &f)
			case given("sumdb"):
				return misuse("--sumdb is for a FILE: name the program")
			}
			return a.installed(cmd.Context())
		},
	}
	s := cmd.Flags()
	s.BoolVar(&f.sumdb, "sumdb", false, "ask the checksum database for hashes that are not known here")
	s.StringVar(&f.rebuild, "rebuild", "", "build the program in `DIR` twice, and compare")
	s.StringVar(&f.goos, "goos", "", "the `SYSTEM` that --rebuild builds for; default: GOOS, or that of FILE")
	s.StringVar(&f.goarch, "goarch", "", "the `ARCHITECTURE` that --rebuild builds for")
	s.StringVar(&f.tags, "tags", "", "the build `TAGS` of --rebuild; default: those of GOFLAGS, or of FILE")
	s.BoolVar(&f.cgo, "cgo", false, "--rebuild with cgo, which runs the C compiler")
	s.BoolVar(&f.trimpath, "trimpath", true, "--rebuild with -trimpath")
	cmd.MarkFlagDirname("rebuild")
	cmd.RegisterFlagCompletionFunc("goos", fixed("linux", "darwin", "windows", "freebsd", "openbsd", "netbsd", "android", "ios", "js", "wasip1", "plan9", "illumos", "solaris", "aix", "dragonfly"))
	cmd.RegisterFlagCompletionFunc("goarch", fixed("amd64", "arm64", "386", "arm", "riscv64", "ppc64le", "s390x", "loong64", "wasm"))
	return cmd
}

// installed lists the programs where go install puts them.
func (a *app) installed(ctx context.Context) error {
	inv, err := a.scanMachine(ctx, scan.Fast)
	if err != nil {
		return err
	}
	d := report.New("binary", version(), inv).WithBinaries(inv.Binaries)
	return a.print(d, func(p *plain.Printer) { p.Binaries(inv.Binaries) })
}

// examinePrograms tells all about programs that are named.
func (a *app) examinePrograms(ctx context.Context, args []string, f *binaryFlags) error {
	var files []*binary.File
	for _, arg := range args {
		if !filepath.IsAbs(arg) {
			arg = filepath.Join(a.workDir, arg)
		}
		x, err := binary.Examine(ctx, arg)
		if err != nil {
			return err
		}
		files = append(files, x)
	}
	a.fast = true // the projects that are known will do
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	records, err := a.recordsOf(ctx, l.inv, files, f)
	if err != nil {
		return err
	}
	d := report.New("binary", version(), l.inv)
	d.Binaries = []report.Binary{}
	sum := report.ProgramSummary{Programs: len(files), Modules: map[string]int{}, Asked: f.sumdb}
	clean := privacy.New(privacy.Who{KeepHosts: true})
	var found []finding.Finding
	var projects []*project.Project
	if l.inv.Projects != nil {
		projects = l.inv.Projects.Projects
	}
	table := toolchain.Known
	if l.inv.Toolchains != nil {
		table = l.inv.Toolchains.Table
	}
	for i, x := range files {
		list, bad := verify.Program(&x.Binary, projects, l.inv.ModCache, records[i])
		support, text := toolchain.Judge(x.GoVersion, table, time.Now())
		d.Binaries = append(d.Binaries, report.NewProgram(x, list, support, text, clean.Setting))
		found = append(found, bad...)
		for j := range list {
			sum.Modules[string(list[j].State)]++
		}
		if x.GoVersion == "" {
			sum.Problems++
		}
	}
	d = d.WithFindings(found)
	d.Summary = sum
	a.failOf("error", d.Findings)
	if sum.Problems > 0 && a.code == ExitOK {
		a.code = ExitPartly
	}
	return a.print(d, func(p *plain.Printer) {
		p.Programs(d.Binaries, sum)
		if len(d.Findings) > 0 {
			p.Checked(d.Findings, a.reasonOf)
		}
	})
}

// recordsOf are the records of the checksum database for the modules of each program: those that are here, or with --sumdb those that
// it gives.
func (a *app) recordsOf(ctx context.Context, inv *scan.Inventory, files []*binary.File, f *binaryFlags) ([][]verify.Record, error) {
	n, done := a.witness(inv, &verifyFlags{online: f.sumdb && !a.offline})
	defer done()
	out := make([][]verify.Record, len(files))
	if n == nil {
		return out, nil
	}
	for i, x := range files {
		list := verify.ProgramModules(&x.Binary)
		var ask []module.Version
		for _, m := range list {
			if module.Check(m.Path, m.Version) == nil {
				ask = append(ask, m)
			}
		}
		m := new(meter.Meter)
		stop := a.progressOf("checking the checksum database", m)
		answers := n.LookupAll(ctx, ask, m)
		stop()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		byName := make(map[module.Version]verify.Record)
		for j, m := range ask {
			byName[m] = answers[j]
		}
		for _, m := range list {
			out[i] = append(out[i], byName[m])
		}
	}
	n.keepEvidence()
	if e := n.db.Distrust(); e != nil {
		return nil, fmt.Errorf("the checksum database is not to be believed: %w", e)
	}
	if err := n.db.KeepHead(); err != nil {
		a.note("%v", err)
	}
	return out, nil
}
