// Package tui is the terminal UI: one thin Bubble Tea model and a screen for each thing to look at.
//
// The model routes: size, messages of jobs, the open dialog, the keys of all screens, the current screen,
// in this order. Update translates keys into state and commands, View draws what is visible, and neither
// reads a disk, uses the network or sorts a long list: that is done by commands, which run beside them.
//
// A job is one command whose body is the whole operation. While it runs, a tick some ten times a second
// samples what it has published, prepares what the screens want to show, and hands it over in one
// message: there is no message per file. Bubble Tea does not wait for commands when it ends, so the
// program counts its jobs and does.
//
// Everything that comes from a file, a name or the environment is cleaned by package text where it enters
// the screens' data. Widths are counted in terminal cells. No frame is wider or taller than its terminal.
package tui

import (
	"context"
	"errors"
	"io"
	"runtime"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/ui/style"
)

// Options are what the program needs of the world.
type Options struct {
	// Machine says what to scan and where the user's home is, which is shown as ~. It is called beside the
	// screen, before each scan, and may take its time. Mode, Index, Live and Meter are set here.
	Machine func() (opt scan.Options, home string, err error)

	// Use finds out who needs what is in an inventory, and which project the program was started in (nil: none). It is
	// called beside the screen: once as soon as a running scan knows the projects, at the end of each scan, and after a
	// pin was set or taken off. What is not known in an inventory of a running scan may be nil. nil: nobody asks.
	Use func(ctx context.Context, inv *scan.Inventory) (*usage.Result, *usage.Project)

	// Pin keeps module versions whatever happens, or keeps them no longer; the next Use knows it. It is called beside
	// the screen. nil: pins cannot be kept.
	Pin func(p config.Pin, on bool) error

	// Verify recomputes the hashes of module versions: of those at the places picked in the module cache of inv, of all if
	// picked is nil. It counts in m, and gives each verdict to each from one goroutine at a time. It is called beside the
	// screen, when a person asks for it, and comes back soon after ctx has ended. use may be nil. nil: nothing verifies.
	Verify func(ctx context.Context, inv *scan.Inventory, use *usage.Result, picked []int, m *meter.Meter, each func(*verify.Verdict)) *verify.Result

	// Check runs the checks on what a scan found, and says what is wrong with the machine and its projects. It asks no network
	// and changes nothing, counts the checks in m, and comes back soon after ctx has ended. It is called beside the screen
	// after each scan that came to its end, and when a person asks for it. use may be nil. nil: nothing checks.
	Check func(ctx context.Context, inv *scan.Inventory, use *usage.Result, m *meter.Meter) *Checked

	Checks []*check.Check // the table, for the manual pages beside findings. nil: check.All

	// Diff compares a file of an extracted directory with the same in its zip. It is called beside the screen. nil: there
	// is no key for it.
	Diff func(ctx context.Context, v *modcache.Version, name string, limit int) (*verify.FileDiff, error)

	Clean *Cleaner // makes plans and carries them out. nil: nothing can be planned

	Repair *Repairer // mends and fetches. nil: nothing can be repaired

	Bundle *Bundler // makes and applies offline bundles. nil: there is nothing that does

	Compare *Comparer // looks at what is compared. nil: nothing can be compared

	Warnings func() []string // what makes no sense in the configuration, raw; called after Use; may be nil

	Index func() (*scan.Index, error) // reads what the last scan left; may be nil
	Keep  func(*scan.Index) error     // keeps what this one leaves; may be nil

	// Trend keeps what the stores take at the end of a scan, and gives what they took at earlier scans of the same roots,
	// the oldest first. It is called beside the screen. nil: there is no trend.
	Trend func(state.Point) []state.Point

	Saved *Saved // is shown in place of a scan; then Machine, Index and Keep are not asked. nil: this machine is scanned

	In      io.Reader
	Out     io.Writer
	Environ []string
	Color   bool
	Theme   style.Name // empty: auto
	ASCII   bool
	Mouse   bool             // it picks screens and rows; else the terminal selects text with it
	Demo    bool             // the machine is made up
	Now     func() time.Time // nil: time.Now

	workers int // of a scan
}

// fps is how often the screen is drawn at most, and so how long a key waits to be seen. Bubble Tea looks that often
// even when nothing changes, which is what an idle screen costs.
const fps = 45

// spare is how many goroutines may run beside the scan's workers. A worker that gets its answers from memory
// does not give way by itself, and without a spare one a key waits until the scheduler takes a worker's turn away.
const spare = 2

// Run shows the program until it is quit or ctx ends, and returns when its jobs have ended too. The
// terminal is as it was before, whatever happened.
func Run(ctx context.Context, o Options) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	o.workers = max(before, 2)
	jobs := newJobs(ctx)
	defer jobs.close()
	// With nothing to do one processor is enough: each more is woken by the ticks of the screen, looks for work and
	// sleeps again, which was a third of what an idle screen took.
	jobs.busy = func(busy bool) {
		if busy {
			runtime.GOMAXPROCS(o.workers + spare)
		} else {
			runtime.GOMAXPROCS(1)
		}
	}
	opts := []tea.ProgramOption{
		tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithEnvironment(o.Environ),
		tea.WithFPS(fps), tea.WithoutSignalHandler(),
	}
	// Whether there is colour was decided already, by rules that Bubble Tea's own guess differs from (NO_COLOR
	// with any value); and its guess of how many colours there are would run a program in tmux.
	r := newRoot(o, jobs)
	opts = append(opts, tea.WithColorProfile(r.display.Profile))
	p := tea.NewProgram(r, opts...)
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	m, err := p.Run()
	if err != nil {
		return err
	}
	switch r, ok := m.(*root); {
	case ok && r.crash != nil:
		return r.crash
	case ok && r.interrupted:
		return ErrInterrupted
	}
	return ctx.Err()
}

// ErrInterrupted is returned when ctrl+c ended the program.
var ErrInterrupted = errors.New("interrupted")
