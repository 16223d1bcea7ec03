package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/check"
	"godoctor/scan/meter"
	"godoctor/ui/style"
)

// The least that a screen can be drawn in, and the most that is believed.
const (
	minWidth, minHeight = 30, 8
	maxCells            = 4096
)

// root is the model: it owns what the screens share and routes messages to them.
type root struct {
	Options
	drawer
	display style.Screen // what the theme is shown on
	env     *env
	jobs    *jobs

	width, height int
	layout        layout
	screens       []screen
	current       int
	previous      int     // where esc leads back to from a screen beside the others
	dialog        *dialog // nil unless one is open
	question      *ask    // nil unless a question is open
	help          *help   // nil unless the list of what can be done is open

	scan      *scanJob
	who       asking
	sample    meter.Sample
	data      *data
	trend     *trend     // of the last scan that came to its end; nil: nothing to say
	verifying *verifyJob // the last, if any
	checking  *checkJob  // likewise; never nil
	ledger    *ledger
	manuals   map[string]*check.Check
	health    *health    // what was verified and checked; nil: nothing yet
	wish      *wish      // what is to be verified after the scan, or nil
	work      *workJob   // what changes the caches, or did last; never nil
	works     []*workJob // of this session, in the order in which they begin
	changed   bool       // by those that have ended; the caches are scanned when none waits any more

	status string // answer to the last key; empty: nothing to say

	interrupted bool
	crash       *Crash // nil unless something beside the screen panicked
}

func newRoot(o Options, j *jobs) *root {
	r := &root{
		Options: o, display: displayOf(&o), jobs: j,
		env:  &env{ascii: o.ASCII, now: o.Now},
		scan: &scanJob{}, verifying: &verifyJob{}, checking: &checkJob{}, ledger: newLedger(),
		manuals: manualsOf(o.Checks), work: &workJob{},
	}
	r.drawer = newDrawer(o.Theme.Theme(r.display), o.ASCII)
	for _, s := range screens {
		r.screens = append(r.screens, s.make(r))
	}
	r.resize(80, 24)
	return r
}

// Init starts the scan.
func (r *root) Init() tea.Cmd { return tea.Batch(r.askBackground(), r.startScan()) }

// Update routes: size, jobs, the open dialog, the keys of all screens, the current screen.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		r.resize(m.Width, m.Height)
	case sampleMsg:
		return r, r.onSample(m)
	case scanDoneMsg:
		return r, r.onScanDone(m)
	case renewedMsg:
		return r, r.onRenewed(m)
	case verifySampleMsg:
		return r, r.onVerifySample(m)
	case verifyDoneMsg:
		r.onVerifyDone(m)
	case checkSampleMsg:
		return r, r.onCheckSample(m)
	case checkDoneMsg:
		r.onCheckDone(m)
	case whyMsg:
		m.dialog.fill(m.lines)
	case diffMsg:
		m.dialog.fill(m.lines)
		m.dialog.title = m.title
	case needsMsg:
		m.needs.fill(m.rows)
	case pinnedMsg:
		return r, r.onPinned(m)
	case forScreen:
		return r, r.screens[m.screen()].(receiver).on(m)
	case workSampleMsg:
		return r, r.onWorkSample(m)
	case workDoneMsg:
		return r, r.onWorkDone(m)
	case runsMsg:
		r.screens[activityScreen].(*activity).onRuns(m)
	case askArmedMsg:
		r.onArmed(m)
	case *Crash:
		r.crash = m
		return r, tea.Quit
	case tea.BackgroundColorMsg:
		r.onBackground(m)
	case tea.MouseMsg:
		return r, r.onMouse(m)
	case tea.KeyPressMsg:
		return r, r.onKey(m)
	case tea.PasteMsg:
		return r, r.onPaste(m)
	}
	return r, nil
}

// resize lays the frame out. Some terminals claim no size at all, or an absurd one.
func (r *root) resize(w, h int) {
	if w <= 0 || h <= 0 {
		w, h = 80, 24
	}
	r.width, r.height = min(w, maxCells), min(h, maxCells)
	r.layout = newLayout(r.width, r.height)
	for _, s := range r.screens {
		s.resize(r.width, r.layout.body)
	}
}

func (r *root) tooSmall() bool { return r.width < minWidth || r.height < minHeight }

// field is what takes letters as text now, or nil.
func (r *root) field() textfield { return r.screens[r.current].typing() }

// onKey gives a key to whom it belongs.
func (r *root) onKey(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(m, keys.interrupt):
		return r.interrupt()
	case key.Matches(m, keys.suspend):
		return r.suspend()
	case r.tooSmall():
		if key.Matches(m, keys.quit) {
			return tea.Quit
		}
		return nil // keys that nobody can see the effect of
	case r.question != nil:
		return r.askKey(m)
	case r.dialog != nil:
		if r.dialog.update(m) {
			r.dialog = nil
		}
		return nil
	case r.help != nil:
		return r.helpKey(m)
	}
	r.status = ""
	if f := r.field(); f != nil {
		return f.edit(m)
	}
	if cmd, ok := r.globalKey(m); ok {
		return cmd
	}
	cmd := r.screens[r.current].update(m)
	if cmd == nil && r.status == "" {
		r.status = r.stray(m)
	}
	return cmd
}

// globalKey deals with the keys that mean the same on every screen.
func (r *root) globalKey(m tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case key.Matches(m, keys.quit) && r.work.running:
		return r.askQuit(), true
	case key.Matches(m, keys.quit):
		return tea.Quit, true
	case key.Matches(m, keys.help):
		r.openHelp()
	case key.Matches(m, keys.palette):
		r.openPalette()
	case key.Matches(m, keys.mouse):
		r.toggleMouse()
	case key.Matches(m, keys.errors):
		r.openErrors()
	case key.Matches(m, keys.rescan):
		return r.startScan(), true // what it counts is in the first line, or in that of the answers
	case key.Matches(m, keys.compare):
		return r.openCompare(), true
	case key.Matches(m, keys.plan) && (r.current == toolchainsScreen || r.current == projectsScreen || r.current == findingsScreen):
		return r.guide(), true
	case key.Matches(m, keys.again) && r.current != modulesScreen && r.current != findingsScreen && r.current != compareScreen:
		r.say("r verifies one version, on Modules and Findings; R scans everything again")
	case key.Matches(m, keys.bundle) && r.current != bundleScreen: // there it changes sides
		return r.goTo(bundleScreen), true
	case key.Matches(m, keys.screen):
		return r.goToTab(int(m.Code - '1')), true
	case key.Matches(m, keys.nextScreen):
		return r.turn(1), true
	case key.Matches(m, keys.prevScreen):
		return r.turn(-1), true
	default:
		return nil, false
	}
	return nil, true
}

// goToTab shows a screen that has a number.
func (r *root) goToTab(n int) tea.Cmd {
	if n < 0 || n >= tabs() {
		r.say(fmt.Sprintf("there are %d screens", tabs()))
		return nil
	}
	return r.goTo(n)
}

// turn goes on among the screens that have numbers; from one beside them it leads back first.
func (r *root) turn(by int) tea.Cmd {
	if screens[r.current].beside {
		return r.goTo(r.previous)
	}
	return r.goTo((r.current + by + tabs()) % tabs())
}

// goTo shows another screen, and tells it that somebody looks.
func (r *root) goTo(n int) tea.Cmd {
	if !screens[r.current].beside {
		r.previous = r.current
	}
	r.current = n
	if s, ok := r.screens[n].(interface{ entered() tea.Cmd }); ok {
		return s.entered()
	}
	return nil
}

// interrupt is ctrl+c: it stops what runs first, and only then the program.
func (r *root) interrupt() tea.Cmd {
	var what []string
	if r.scan.running && r.scan.ctx.Err() == nil {
		r.scan.cancel()
		r.wish = nil
		what = append(what, "the scan")
	}
	if r.verifying.running && r.verifying.ctx.Err() == nil {
		r.verifying.cancel()
		what = append(what, "the verification")
	}
	if r.checking.running && r.checking.ctx.Err() == nil {
		r.checking.cancel()
		what = append(what, "the checks")
	}
	what = append(what, r.stopWork()...)
	if j := r.screens[planScreenAt].(*planScreen).job; j.running && j.ctx.Err() == nil {
		j.cancel()
		what = append(what, "the look at "+j.about())
	}
	for _, s := range r.screens {
		if s, ok := s.(stopper); ok {
			what = append(what, s.stop()...)
		}
	}
	if len(what) == 0 {
		r.interrupted = true
		return tea.Quit
	}
	r.say("stopping " + strings.Join(what, " and ") + "; ctrl+c again quits")
	return nil
}

// suspend is ctrl+z, where there is somebody to wake the program up again.
func (r *root) suspend() tea.Cmd {
	if !canSuspend() {
		r.say("there is no shell here to come back from: q quits")
		return nil
	}
	return tea.Suspend
}

// say shows an answer in the status line until the next key.
func (r *root) say(s string) { r.status = s }
