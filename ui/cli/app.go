package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/report"
	"godoctor/doctor/scanfile"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/toolchain"
	"godoctor/ui/plain"
	"godoctor/ui/style"
	"godoctor/ui/text"
	"godoctor/ui/tui"
)

// app is one run of the program: what it was given, what the flags say, what it found out on the way.
type app struct {
	IO
	flags
	workDir string // whose project and settings count
	fromDir string // that paths of files are relative to: it stays where it was when --demo goes elsewhere
	state   state.Dir
	code    int                // exit code if nothing fails
	machine *cachetest.Machine // made up for --demo, to be removed
	saved   *scanfile.File     // of --from: looked at in place of this machine; nil: this one is
	fetched *toolchain.ReleaseList
	only    []string       // go.mod and go.work files: no other projects are looked for; nil: all are
	checks  []*check.Check // instead of the table; nil: that

	conf       *config.Config  // what the files of settings say
	settled    bool            // projects are looked for
	pins       config.Dir      // where pins are kept
	mayBeSaid  []config.Key    // of flags, in files
	said       *said           // what is said of flags
	ranks      map[string]rank // who said what the flags of the command are
	kept       state.Home
	graceGiven bool
	warned     bool // of what is wrong in the configuration
	spoken     bool // --accessible was given on the command line
	talking    bool // to somebody who answers: progress needs no name before it

	drawn *atomic.Bool // a line of progress stands on the terminal

	watch *tui.Watch // who is told how it goes, where that is the terminal UI; nil: whoever reads stderr
}

func newApp(rw IO) *app { return &app{IO: rw, drawn: new(atomic.Bool)} }

// close removes the made-up machine, if there is one.
func (a *app) close() {
	if a.machine == nil {
		return
	}
	if err := a.machine.RemoveAll(); err != nil {
		fmt.Fprintf(a.Stderr, "godoctor: the demo's files could not be removed: %v\n", err)
	}
}

// prepare runs before every command.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	a.spoken = cmd.Flags().Changed("accessible")
	completing := strings.HasPrefix(cmd.Name(), cobra.ShellCompRequestCmd) // who completes a word wants no words about settings
	if err := a.configure(cmd); err != nil && !completing {
		return err
	}
	a.hear()
	if err := a.flags.check(cmd); err != nil {
		return err
	}
	dir := a.workDir
	a.graceGiven = a.told("grace")
	for _, p := range []*string{&a.modcache, &a.gocache} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	if cache, err := goenv.UserCacheDir(a.Environ); err == nil {
		a.state = state.In(cache)
	}
	if a.warned = completing; cmd != cmd.Root() { // else on the screen, or with 'status'
		a.warn()
	}
	return a.openSaved(cmd)
}

// getwd is the working directory. One that was removed is an error, but for check and help, which somebody may call
// because of it: then it is the name by which the shell knew it, or the top of the file system.
func (a *app) getwd(cmd *cobra.Command) (string, error) {
	wd, err := os.Getwd()
	if err == nil || cmd.Name() != "check" && cmd.Name() != "help" {
		return wd, err
	}
	a.note("the working directory is not known (%v): change into one that exists", err)
	if wd = a.getenv("PWD"); !filepath.IsAbs(wd) {
		wd = filepath.VolumeName(os.TempDir()) + string(filepath.Separator)
	}
	return wd, nil
}

// demoMachine makes the machine of --demo, once, and takes its environment for ours: nothing of this machine is looked at from then
// on. Without --demo it does nothing.
func (a *app) demoMachine() error {
	if !a.demo || a.machine != nil {
		return nil
	}
	root := filepath.Join(os.TempDir(), "godoctor-demo-"+rand.Text()[:12])
	m, err := cachetest.Demo(root, time.Now())
	a.machine = m
	if err != nil {
		return fmt.Errorf("the made-up machine could not be built in %q: %w", root, err)
	}
	a.Environ = m.Environ()
	a.SystemConfig = ""
	a.workDir = m.Home
	a.state = ""
	a.note("this is a made-up machine (--demo)")
	return nil
}

// note prints a line that is not data. What others wrote need not be clean in it: an error may quote a file, or a server.
func (a *app) note(format string, args ...any) {
	switch line := drawable(fmt.Sprintf(format, args...)); {
	case a.watch != nil:
		a.watch.Note(line)
	case !a.quiet:
		a.aside("godoctor: " + line)
	}
}

// drawable is a line as it can be drawn: what was cleaned before is not cleaned again.
func drawable(line string) string {
	if text.Safe(line) {
		return line
	}
	return text.Clean(line)
}

// debugf prints a line for who looks into the program.
func (a *app) debugf(format string, args ...any) {
	if a.debug {
		a.aside("debug: " + drawable(fmt.Sprintf(format, args...)))
	}
}

// scan looks at the machine, with progress on stderr, and keeps the index for the next time.
func (a *app) scanMachine(ctx context.Context, mode scan.Mode) (*scan.Inventory, error) {
	if a.saved != nil {
		return a.saved.Inventory, ctx.Err()
	}
	if err := a.demoMachine(); err != nil {
		return nil, err
	}
	opt := scan.Options{
		Environ: a.Environ, Dir: a.workDir, ModCache: a.modcache, BuildCache: a.gocache,
		Mode: mode, Meter: new(meter.Meter), Releases: a.releases(),
	}
	if a.settled {
		opt.Projects = a.projects()
	}
	if mode != scan.Exact {
		start := time.Now()
		var err error
		if opt.Index, err = a.state.Index(); err != nil {
			a.debugf("no index: %v", err)
		}
		a.debugf("index read in %v", time.Since(start))
	}
	stop := a.progress(opt.Meter)
	inv := scan.Run(ctx, opt)
	stop()
	s := inv.Stats
	a.debugf("scan: %v, walk %v, headers %v, %d entries, %d directories believed from the index",
		inv.Finished.Sub(inv.Started), s.Walk, s.Headers, s.Entries, s.Recalled)
	if err := ctx.Err(); err != nil {
		return inv, err
	}
	if inv.Index != nil && s.Changed {
		if err := a.state.SaveIndex(inv.Index); err != nil {
			a.debugf("the index is not kept: %v", err)
		}
	}
	return inv, nil
}

// printer makes the text printer of a command.
func (a *app) printer() *plain.Printer { return a.printerTo(a.Stdout) }

func (a *app) printerTo(w io.Writer) *plain.Printer {
	screen := style.Screen{Profile: style.ProfileOf(style.Allowed(style.When(a.color), a.getenv, drawsOn(w)), a.Environ)}
	return plain.New(w, plain.Options{
		Theme: style.Name(a.theme).Theme(screen), ASCII: a.ascii, Bytes: a.bytes, Verbose: a.verbose, Now: time.Now(),
	})
}

// export is what the formats that leave this machine need to know of it.
func (a *app) export() plain.Export {
	e := plain.Export{Root: a.workDir, Home: a.home(), User: cmp.Or(a.getenv("USER"), a.getenv("USERNAME")), Verbose: a.verbose}
	if a.format == "markdown" {
		e.Hosts = a.privateHosts()
	}
	for _, c := range a.table() {
		help := strings.Join(slices.DeleteFunc([]string{c.Help.Why, c.Help.Look, c.Help.Do}, func(s string) bool { return s == "" }), "\n\n")
		e.Rules = append(e.Rules, plain.Rule{ID: c.ID, Title: c.Title, Severity: c.Severity.String(), Help: help})
	}
	return e
}

// privateHosts are the hosts that the settings call private.
func (a *app) privateHosts() []string {
	env, seen := a.goenvAt(a.workDir), make(map[string]bool)
	var out []string
	for _, key := range []string{"GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE"} {
		for _, pattern := range strings.Split(env.Value(key), ",") {
			host, _, _ := strings.Cut(strings.TrimSpace(pattern), "/")
			host = strings.TrimPrefix(host, "*.")
			if strings.Contains(host, ".") && !strings.ContainsAny(host, `*?[\`) && !seen[host] {
				seen[host] = true
				out = append(out, host)
			}
		}
	}
	return out
}

// print writes a document in the format that was asked for; text is printed by the function.
func (a *app) print(d *report.Document, text func(*plain.Printer)) error {
	d.OK, d.ExitCode = a.code == ExitOK, a.code
	a.ofHost(d)
	var err error
	switch a.format {
	case "json":
		err = plain.JSON(a.Stdout, d)
	case "jsonl":
		err = plain.Lines(a.Stdout, d)
	case "sarif":
		err = plain.SARIF(a.Stdout, d, a.export())
	case "github":
		err = plain.GitHub(a.Stdout, d, a.export())
	case "markdown":
		err = plain.Markdown(a.Stdout, d, a.export())
	default:
		p := a.printer()
		text(p)
		err = p.Err()
	}
	if err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}
