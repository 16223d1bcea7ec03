// Package cli is the command line: commands, flags, exit codes, completions.
//
// It parses, asks scan and doctor for what was asked, and hands the answer to plain. Flags may stand
// before or after the command; where one is not given a variable or a file of settings may stand in for
// it (settings_rules.go). Data goes to stdout, everything else to stderr. Nothing is asked unless both ends are terminals.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"godoctor/scan/goenv"
	"godoctor/ui/text"
)

// The exit codes, the same in every format. Where several apply: 1, 130, 6, 5, 3, 4 in this order.
const (
	ExitOK          = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitFindings    = 3
	ExitPartly      = 4
	ExitUnconfirmed = 5
	ExitBusy        = 6
)

// IO is what a run of the program has to do with the world.
type IO struct {
	Args    []string // without the program's name
	Environ []string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer

	SystemConfig string // the administrator's settings for everybody on the machine; "": there are none
}

// Stopped is the cause of a context that a signal ended.
type Stopped struct{ Signal os.Signal }

func (s Stopped) Error() string { return "stopped by " + s.Signal.String() }

// code is 128 and the number of the signal, as shells have it.
func (s Stopped) code() int {
	if n, ok := s.Signal.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 130
}

// exitError is an error that knows its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// misuse makes an error for a call that is wrong.
func misuse(format string, args ...any) error {
	return &exitError{ExitUsage, fmt.Errorf(format, args...)}
}

// Who starts the program by a double click in the Explorer of Windows sees the terminal UI, instead of being told by cobra to open
// cmd.exe first.
func init() { cobra.MousetrapHelpText = "" }

// Run runs one command and gives its exit code. The reason of a failure is one line on stderr.
func Run(ctx context.Context, rw IO) int {
	rw.Environ = goenv.Distinct(rw.Environ)
	return newApp(rw).run(ctx)
}

func (a *app) run(ctx context.Context) int {
	defer a.close()
	root := a.root()
	root.SetArgs(a.Args)
	err := root.ExecuteContext(ctx)
	var cause Stopped
	if errors.As(context.Cause(ctx), &cause) {
		fmt.Fprintf(a.Stderr, "godoctor: %s\n", cause)
		return cause.code()
	}
	if err == nil {
		return a.code
	}
	code := ExitFailed
	var e *exitError
	if errors.As(err, &e) {
		code = e.code
	}
	hint := ""
	if code == ExitUsage {
		hint = " (see 'godoctor help')"
	}
	fmt.Fprintf(a.Stderr, "godoctor: %s%s\n", text.Clean(err.Error()), hint)
	return code
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// drawsOn reports whether a stream is a terminal that takes escape sequences.
func drawsOn(stream any) bool { return isTerminal(stream) && takesEscapes(stream.(*os.File)) }

// columns is how many columns a terminal has; 0: it does not say, or is none.
func columns(stream any) int {
	if !isTerminal(stream) {
		return 0
	}
	width, _, _ := term.GetSize(int(stream.(*os.File).Fd()))
	return width
}

// getenv reads a variable of the environment that the program was given. Of several entries the first counts, as for every Go
// program, the go command among them.
func (rw *IO) getenv(key string) string {
	return goenv.Getenv(runtime.GOOS, rw.Environ, key)
}

// root makes the command without a name and all others.
func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "godoctor",
		Short: "look at everything Go keeps on this machine",
		Long: `godoctor looks at everything Go keeps on this machine: the module cache and the build cache, version
by version. It says where the disk went, who needs what and which hash lies; frees what nobody needs, and takes it back. What
looks changes nothing, and what changes something shows it and asks before. The network is used where a flag or a command
says so.

Without a command it shows the terminal UI, where stdin and stdout are terminals; else it prints 'status'. With --accessible it
asks in numbered menus instead ('godoctor help accessibility').`,
		Example: `  godoctor                          where the gigabytes are
  godoctor status --fast            the same at once, sizes taken from the module zips
  godoctor ls --sort size --limit 20
  godoctor check                    why go fails here, and how to mend it
  godoctor clean -n                 what could be freed, and what it costs to get it back
  godoctor --demo                   look at a made-up machine instead of this one`,
		Args:              a.noCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: a.prepare,
		RunE:              a.bare,

		SuggestionsMinimumDistance: 2,
	}
	cmd.SetIn(a.Stdin)
	cmd.SetOut(a.Stdout)
	cmd.SetErr(a.Stderr)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse("%w", err) })
	a.flags.global(cmd.PersistentFlags())
	a.flags.scan(cmd.Flags())
	a.flags.bare(cmd.Flags())
	cmd.AddCommand(a.statusCommand(), a.lsCommand(), a.whyCommand(), a.projectsCommand(), a.verifyCommand(), a.checkCommand(), a.toolchainsCommand(), a.binaryCommand(), a.snapshotCommand(), a.compareCommand(), a.envCommand(), a.proxyCommand(),
		a.cleanCommand(), a.repairCommand(), a.undoCommand(), a.historyCommand(), a.purgeCommand(), a.bundleCommand(), a.metricsCommand(), a.scanCommand(), a.keysCommand(), a.configCommand(), a.manCommand(), a.versionCommand())
	cmd.SetHelpCommand(a.helpCommand())
	cmd.InitDefaultCompletionCmd()
	completeAt(cmd)
	a.completeFlags(cmd, cmd)
	return cmd
}

// noCommand refuses words that are no command, and says which one may have been meant.
func (a *app) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return misuse("unknown command %q: did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return misuse("unknown command %q", args[0])
}

// noArgs refuses arguments of a command that takes none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misuse("%s takes no arguments, got %q", cmd.Name(), args[0])
	}
	return nil
}
