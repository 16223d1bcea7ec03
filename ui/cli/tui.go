package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/style"
	"godoctor/ui/tui"
)

// bare is the program without a command: the terminal UI where there is a person at both ends, else status.
func (a *app) bare(cmd *cobra.Command, args []string) error {
	if a.tui && a.noTUI {
		return misuse("--tui and --no-tui exclude each other")
	}
	if speak, err := a.speaks(); err != nil {
		return err
	} else if speak {
		return a.speak(cmd.Context())
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
	case a.ranks["fast"] == byFlag, a.ranks["bytes"] == byFlag, a.noInput:
		return "--fast, --bytes and --no-input are for 'status'"
	}
	return ""
}

// runTUI shows the terminal UI. Nothing else is printed meanwhile where its terminal is: that would tear the screen.
func (a *app) runTUI(ctx context.Context) error {
	a.quiet = true
	a.debug = a.debug && !isTerminal(a.Stderr)
	s := &screens{app: a, workers: runtime.GOMAXPROCS(0), via: "(terminal UI)"}
	o := s.hooks()
	o.In, o.Out, o.Environ, o.ASCII, o.Mouse, o.Demo = a.Stdin, a.Stdout, a.Environ, a.ascii || !a.unicode(), a.mouse, a.demo
	o.Color, o.Theme = style.Allowed(style.When(a.color), a.getenv, true), style.Name(a.theme)
	var crash *tui.Crash
	err := tui.Run(ctx, o)
	for _, l := range s.done {
		fmt.Fprintln(a.Stdout, l)
	}
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

// hooks are what does the work for the terminal UI, and for the numbered menus.
func (s *screens) hooks() tui.Options {
	o := tui.Options{Machine: s.machineToScan, Use: s.use, Verify: s.verify, Check: s.check, Checks: s.table(), Diff: verify.Diff, Warnings: s.warnings}
	o.Clean, o.Repair, o.Compare, o.Bundle = s.cleaner(), s.repairer(), s.comparer(), s.bundler()
	if !s.noConfig {
		o.Pin = s.pin
	}
	if !s.demo {
		o.Index, o.Keep, o.Trend = s.state.Index, s.state.SaveIndex, s.trend
	}
	if s.saved != nil {
		s.showSaved(&o)
	}
	return o
}

// screens answers what the terminal UI asks, beside the screen and one question at a time: a pin that is set while it is
// worked out who needs what changes the configuration behind it.
type screens struct {
	*app
	mu      sync.Mutex
	workers int      // of a verification
	via     string   // for the history: how somebody did it
	done    []string // what was changed, for who looks back after the screen is gone
}

// machineToScan says what the terminal UI is to look at. The made-up machine is built once, beside the screen; the
// configuration is read each time.
func (s *screens) machineToScan() (scan.Options, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ownFiles(); err != nil {
		return scan.Options{}, "", err
	}
	return scan.Options{Environ: s.Environ, Dir: s.workDir, ModCache: s.modcache, BuildCache: s.gocache,
		Releases: s.releases(), Projects: s.projects()}, s.home(), nil
}

// use finds out who needs what, and in which project the program was started.
func (s *screens) use(ctx context.Context, inv *scan.Inventory) (*usage.Result, *usage.Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if inv.Finished.IsZero() { // the scan goes on: what is young is young as of now
		now := *inv
		now.Finished = time.Now()
		inv = &now
	}
	r := s.who(ctx, inv, nil)
	return r, s.hereIn(r, inv.Env)
}

// verify recomputes hashes. It takes its time, so nothing that others wait for is held meanwhile.
func (s *screens) verify(ctx context.Context, inv *scan.Inventory, use *usage.Result, picked []int, m *meter.Meter, each func(*verify.Verdict)) *verify.Result {
	opt := verify.Options{Picked: picked, Usage: use, Workers: s.workers, Meter: m}
	f, a := &verifyFlags{}, s.apart(nil)
	n, end := a.witness(inv, f)
	defer end()
	var found []finding.Finding
	if n != nil {
		opt.DB = n
		found = n.begin(ctx, inv, picked, f, picked == nil)
	}
	res := verify.Run(ctx, inv, opt, each)
	res.Findings = append(res.Findings, found...)
	if !res.Stopped {
		a.further(ctx, &look{inv: inv, use: use}, f, picked == nil, opt.DB, res)
	}
	n.end(res)
	return res
}

// pin keeps a module version, or no longer, and reads the configuration again.
func (s *screens) pin(p config.Pin, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.pins.SetPin(p, on); err != nil {
		return fmt.Errorf("the pin could not be kept: %w", err)
	}
	s.settle()
	return nil
}

// warnings are what makes no sense in the configuration.
func (s *screens) warnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	if s.said != nil {
		out = append(out, s.said.warnings...)
	}
	for _, w := range s.conf.Warnings {
		out = append(out, w.Message)
	}
	return out
}

// home is the user's home directory, or empty.
func (a *app) home() string {
	if a.saved != nil {
		return a.saved.Host.Home
	}
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
