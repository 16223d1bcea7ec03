package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/report"
	"godoctor/doctor/scanfile"
	"godoctor/doctor/state"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

func (a *app) scanCommand() *cobra.Command {
	file, redact := "", false
	cmd := &cobra.Command{
		Use:   "scan",
		Short: "save everything that a look at this machine finds as one file, for --from",
		Long: `scan looks at the machine as 'godoctor status' and 'godoctor check --all' do, and saves what it found: every store, every module
version with who needs it and why, toolchains, programs, settings, projects with the module graphs of their build lists, and what
the checks found. With --from FILE godoctor shows that as if it were the machine, on any other one and on any system, in the
terminal UI and as text: nothing can be changed from there, and nothing of what the file names is looked at.

The file is JSON ("schema":"godoctor/scan/v1"), for this user alone. Passwords, tokens and logins are not in it, nor the arguments
of what GOAUTH and GOCACHEPROG name, nor what is in files: of go.sum files it has the lines without the hashes. The home directory and
the names of users are, because paths are what it is asked for; with --redact they are ~ and USER. Names of modules, of private
ones too, stay.`,
		Example: `  godoctor scan -o scan.json
  godoctor --from scan.json
  godoctor why golang.org/x/net --from scan.json
  godoctor scan --redact | gzip > scan.json.gz`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.saveScan(cmd.Context(), file, redact) },
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "write to `FILE`, which is replaced; else to stdout")
	cmd.Flags().BoolVar(&redact, "redact", false, "leave out the home directory and the user's name too, to give the file away")
	a.flags.scan(cmd.Flags())
	return cmd
}

// saveScan looks at the machine and writes what it found.
func (a *app) saveScan(ctx context.Context, file string, redact bool) error {
	if file != "" {
		file = a.at(file)
	}
	l, err := a.look(ctx, a.mode())
	if err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	host, _ := os.Hostname() // one that does not know its name has none
	if a.demo {
		host = "demo"
	}
	f := &scanfile.File{Program: version(), Inventory: l.inv, Usage: l.use,
		Host: scanfile.Host{Name: host, OS: runtime.GOOS, Arch: runtime.GOARCH, Home: a.home()}}
	if f.Checked, err = a.checkedAll(ctx, l); err != nil {
		return err
	}
	o := scanfile.Options{Redact: redact, Users: []string{cmp.Or(a.getenv("USER"), a.getenv("USERNAME")), filepath.Base(a.home())}}
	if file == "" {
		return f.Encode(a.Stdout, o)
	}
	var n written
	if err := state.WriteScan(file, func(w io.Writer) error { return f.Encode(io.MultiWriter(w, &n), o) }); err != nil {
		return fmt.Errorf("the scan was not saved: %w", err)
	}
	sum := report.ScanSummary{File: file, Bytes: int64(n), Projects: len(l.use.Projects), Modules: len(l.use.Versions),
		Findings: len(f.Checked.Findings), Redacted: redact}
	return a.print(report.New("scan", version(), l.inv).WithScan(sum), func(p *plain.Printer) {
		fmt.Fprintf(p, "the scan is in %s (%s): look at it anywhere with 'godoctor --from FILE'\n", text.Clean(file), text.Bytes(sum.Bytes))
	})
}

// checkedAll is what the checks find, over every project.
func (a *app) checkedAll(ctx context.Context, l *look) (*scanfile.Checked, error) {
	picked := a.pick(l, nil, &checkFlags{all: true})
	res, err := a.runChecks(ctx, l, picked, check.Options{})
	if err != nil {
		return nil, err
	}
	run := a.judged(res)
	return &scanfile.Checked{Ran: run.Ran, Projects: len(picked), Findings: run.Findings, Ignored: run.Ignored}, nil
}

// written is how many bytes were written.
type written int64

func (n *written) Write(b []byte) (int, error) {
	*n += written(len(b))
	return len(b), nil
}
