package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"godoctor/scan"
	"godoctor/ui/style"
	"godoctor/ui/tui"
)

// bare is the program without a command: the terminal UI where there is a person at both ends, else status.
func (a *app) bare(cmd *cobra.Command, args []string) error {
	if a.tui && a.noTUI {
		return misuse("--tui and --no-tui exclude each other")
	}
	reason := a.whyNoTUI(cmd)
	if a.tui && reason != "" {
		return misuse("--tui: %s", reason)
	}
	if a.noTUI || reason != "" {
		return a.status(cmd, args)
	}
	return a.runTUI(cmd.Context())
}

// whyNoTUI says why the terminal UI cannot be shown; empty if it can. A terminal UI that writes into a pipe
// waits for ever for a key that nobody presses.
func (a *app) whyNoTUI(cmd *cobra.Command) string {
	term := a.getenv("TERM")
	switch {
	case !isTerminal(a.Stdin):
		return "standard input is not a terminal"
	case !isTerminal(a.Stdout):
		return "standard output is not a terminal"
	case term == "dumb", term == "" && runtime.GOOS != "windows":
		return "the terminal cannot move its cursor (TERM is dumb or not set)"
	case a.format != "text":
		return "--format " + a.format + " is for programs"
	case a.fast, a.bytes, a.noInput:
		return "--fast, --bytes and --no-input are for 'status'"
	}
	return ""
}

// runTUI shows the terminal UI.
func (a *app) runTUI(ctx context.Context) error {
	o := tui.Options{
		Machine: a.machineToScan,
		In:      a.Stdin, Out: a.Stdout, Environ: a.Environ,
		Color: style.Allowed(style.When(a.color), a.getenv, true),
		ASCII: a.ascii || !a.unicode(), Demo: a.demo,
	}
	if !a.demo {
		o.Index, o.Keep = a.state.Index, a.state.SaveIndex
	}
	var crash *tui.Crash
	err := tui.Run(ctx, o)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &crash):
		fmt.Fprintf(a.Stderr, "%s\n", crash.Stack)
		return fmt.Errorf("%w; please report it with the lines above", err)
	case errors.Is(err, tui.ErrInterrupted):
		return &exitError{130, errors.New("interrupted")}
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("the terminal UI ended: %w", err)
}

// machineToScan says what the terminal UI is to look at. The made-up machine is built once, beside the screen.
func (a *app) machineToScan() (scan.Options, string, error) {
	if a.demo && a.machine == nil {
		a.quiet = true // the screen says that it is a demo
		if err := a.demoMachine(); err != nil {
			return scan.Options{}, "", err
		}
	}
	return scan.Options{Environ: a.Environ, Dir: a.workDir, ModCache: a.modcache, BuildCache: a.gocache,
		Releases: a.releases()}, a.home(), nil
}

// home is the user's home directory, or empty.
func (a *app) home() string {
	if runtime.GOOS == "windows" {
		return a.getenv("USERPROFILE")
	}
	return a.getenv("HOME")
}

// unicode reports whether the locale of the terminal can show more than ASCII. Where nothing is said it can:
// that is so of most terminals of today, and of all on Windows and macOS.
func (a *app) unicode() bool {
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.getenv(key); v != "" {
			return utf8Locale(v)
		}
	}
	return true
}
