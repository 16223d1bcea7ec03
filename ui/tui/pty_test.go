//go:build unix

package tui_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/ui/tui"
	"godoctor/ui/tui/tuitest"
)

// patience is how long a busy machine may take for what takes an idle one a tenth of a second.
const patience = time.Minute

var (
	binary string
	world  *cachetest.Machine
)

// panicking makes the test binary a program whose scan panics; see TestPanic.
const panicking = "GODOCTOR_TEST_PANIC"

func TestMain(m *testing.M) {
	if os.Getenv(panicking) != "" {
		err := tui.Run(context.Background(), tui.Options{
			In: os.Stdin, Out: os.Stdout, Environ: os.Environ(),
			Machine: func() (scan.Options, string, error) { panic("made up for a test") },
		})
		fmt.Println(err)
		os.Exit(7) // tui.Run came back, and so did the terminal
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "tui")
		check(err)
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "godoctor")
		build := exec.Command("go", "build", "-o", binary, "godoctor")
		build.Stderr = os.Stderr
		check(build.Run())
		world, err = cachetest.Demo(filepath.Join(dir, "machine"), time.Now())
		check(err)
		defer world.RemoveAll()
		return m.Run()
	}())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// open starts the built program in a terminal.
func open(t *testing.T, o tuitest.Options, args ...string) *tuitest.Terminal {
	t.Helper()
	o.Args = append(o.Args, args...)
	o.Env = append(append(world.Environ(), "LC_ALL=", "LANG=C.UTF-8"), o.Env...)
	o.Dir = world.Home
	term, err := tuitest.Start(t.Context(), binary, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { term.Close() })
	return term
}

// see waits for texts on the screen.
func see(t *testing.T, term *tuitest.Terminal, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if err := term.WaitText(patience, s); err != nil {
			t.Fatal(err)
		}
	}
}

// press sends keys. What comes behind esc before the program has looked at that is taken for a key with alt, however long
// ago it was pressed: on a busy machine the program sleeps longer than anybody waits. So its effect is awaited first.
func press(t *testing.T, term *tuitest.Terminal, keys ...string) {
	t.Helper()
	for _, k := range keys {
		before := term.Screen()
		if err := term.Keys(k); err != nil {
			t.Fatal(err)
		}
		if k == "esc" {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			err := term.WaitFor(ctx, func(screen string) bool { return screen != before })
			cancel()
			if err != nil {
				t.Fatalf("esc has no effect: %v", err)
			}
		}
	}
}

// clean insists that the terminal is as it was before the program began.
func clean(t *testing.T, term *tuitest.Terminal, code int) {
	t.Helper()
	got, err := term.Wait(patience)
	if err != nil {
		t.Fatal(err)
	}
	if got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	if term.AltScreen() {
		t.Error("the alternate screen was left on")
	}
	if _, _, visible := term.Cursor(); !visible {
		t.Error("the cursor was left hidden")
	}
	if term.Modes() != term.StartModes() {
		t.Errorf("modes before %+v, after %+v", term.StartModes(), term.Modes())
	}
	out := string(term.Output())
	for _, mode := range []string{"?1000", "?1002", "?1003", "?1006", "?2004", "?1004"} { // mouse, paste, focus
		if strings.LastIndex(out, "\x1b["+mode+"h") > strings.LastIndex(out, "\x1b["+mode+"l") {
			t.Errorf("mode %s was left on", mode)
		}
	}
}

// A walk through the program as a person would do it.
func TestWalk(t *testing.T) {
	term := open(t, tuitest.Options{Cols: 80, Rows: 24})
	see(t, term, "[1 Overview]", "Go keeps", "Module sources", "scanned ", "Looks only, until you confirm.")
	press(t, term, "down", "down")
	see(t, term, "> Module records")
	press(t, term, "2")
	see(t, term, "[2 Modules]", "sort SIZE desc")
	press(t, term, "/")
	if err := term.Type("cobra"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "/ cobra", "matches 7 of ")
	press(t, term, "enter", "down", "space")
	see(t, term, "[x] v")
	press(t, term, "esc")
	see(t, term, "marked 1 (")
	press(t, term, "g", "right")
	see(t, term, "v0.0.1-go1.2")
	if err := term.Resize(120, 40); err != nil {
		t.Fatal(err)
	}
	see(t, term, "Modules, row 1 of")
	if err := term.Resize(40, 12); err != nil {
		t.Fatal(err)
	}
	see(t, term, "godoctor [2 Modules]")
	if err := term.Resize(20, 5); err != nil {
		t.Fatal(err)
	}
	see(t, term, "godoctor needs 30x8")
	if err := term.Resize(80, 24); err != nil {
		t.Fatal(err)
	}
	see(t, term, "sort SIZE desc")
	press(t, term, "?")
	see(t, term, "Keys of Modules", "type to search")
	press(t, term, "esc")
	openBuilds(t, term)
	press(t, term, "esc", "q")
	clean(t, term, 0)
}

// openBuilds opens what the build cache is made of, whatever stores stand before it.
func openBuilds(t *testing.T, term *tuitest.Terminal) {
	t.Helper()
	press(t, term, "1", "g")
	for range 20 { // as many stores as there may be before it
		if strings.Contains(term.Screen(), "> Build cache") {
			break
		}
		before := term.Screen()
		press(t, term, "down")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // at the end of the list nothing changes
		term.WaitFor(ctx, func(screen string) bool { return screen != before })
		cancel()
	}
	see(t, term, "> Build cache")
	press(t, term, "enter")
	see(t, term, "by the Go version that made them", "go1.26.1")
}

// What the last scan found is shown at once, with its date, and looked at again.
func TestLastScanFirst(t *testing.T) {
	for i := range 2 {
		term := open(t, tuitest.Options{Cols: 80, Rows: 24})
		see(t, term, "scanned ")
		press(t, term, "q")
		clean(t, term, 0)
		if _, err := os.Stat(filepath.Join(world.Home, ".cache", "godoctor", "index")); err != nil {
			t.Errorf("run %d: %v", i, err)
		}
	}
}

// Whatever ends the program, the terminal is as before and the exit code says why.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*testing.T, *tuitest.Terminal)
		code int
	}{
		{"SIGTERM", signal(syscall.SIGTERM), 143},
		{"SIGHUP", signal(syscall.SIGHUP), 129},
		{"SIGINT", signal(syscall.SIGINT), 130},
		{"ctrl+c", func(t *testing.T, term *tuitest.Terminal) {
			see(t, term, "scanned ")
			press(t, term, "ctrl+c")
		}, 130},
		{"q", func(t *testing.T, term *tuitest.Terminal) { press(t, term, "q") }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := open(t, tuitest.Options{Cols: 80, Rows: 24})
			see(t, term, "[1 Overview]")
			c.end(t, term)
			clean(t, term, c.code)
		})
	}
}

func signal(s syscall.Signal) func(*testing.T, *tuitest.Terminal) {
	return func(t *testing.T, term *tuitest.Terminal) {
		if err := term.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
}

// ctrl+z gives the shell back, fg the program; where there is no shell to come back from it says so.
func TestSuspend(t *testing.T) {
	term := open(t, tuitest.Options{Cols: 80, Rows: 24, Shell: true})
	see(t, term, "Go keeps", "scanned ")
	press(t, term, "ctrl+z")
	see(t, term, tuitest.ShellPrompt)
	if term.AltScreen() {
		t.Error("suspended on the alternate screen")
	}
	if err := term.Type("fg\r"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "[1 Overview]", "Go keeps")
	press(t, term, "2")
	see(t, term, "[2 Modules]")
	press(t, term, "q")
	see(t, term, tuitest.ShellPrompt)

	alone := open(t, tuitest.Options{Cols: 80, Rows: 24}) // leads its session: nobody could wake it
	see(t, alone, "scanned ")
	press(t, alone, "ctrl+z")
	see(t, alone, "no shell here to come back from")
	press(t, alone, "q")
	clean(t, alone, 0)
}

// A panic beside the screen does not leave the terminal behind.
func TestPanic(t *testing.T) {
	term, err := tuitest.Start(t.Context(), os.Args[0], tuitest.Options{
		Env: append(world.Environ(), panicking+"=1"), Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	clean(t, term, 7)
	if !strings.Contains(string(term.Output()), "made up for a test") {
		t.Error("the panic is not told")
	}
}

// Where there is no terminal at one end, or one that cannot move its cursor, the program prints and ends.
func TestNoTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	check(err)
	defer null.Close()
	for _, c := range []struct {
		name string
		o    tuitest.Options
		args []string
	}{
		{"dumb", tuitest.Options{Env: []string{"TERM=dumb"}}, nil},
		{"no TERM", tuitest.Options{Env: []string{"TERM="}}, nil},
		{"stdin", tuitest.Options{Stdin: null}, nil},
		{"--no-tui", tuitest.Options{}, []string{"--no-tui"}},
		{"--json", tuitest.Options{}, []string{"--json"}},
	} {
		c.o.Cols, c.o.Rows = 120, 60
		term := open(t, c.o, c.args...)
		clean(t, term, 0)
		if out := string(term.Output()); strings.Contains(out, "\x1b[?1049h") {
			t.Errorf("%s: took the whole screen", c.name)
		}
	}
	term := open(t, tuitest.Options{Env: []string{"TERM=dumb"}}, "--tui")
	clean(t, term, 2)
	if !strings.Contains(term.Screen(), "--tui: the terminal cannot move its cursor") {
		t.Errorf("screen:\n%s", term.Screen())
	}
}

// NO_COLOR with any value means no colour, and the row under the cursor can be seen all the same.
func TestNoColor(t *testing.T) {
	for _, c := range []struct {
		env    string
		args   []string
		colour bool
	}{
		{"NO_COLOR=maybe", nil, false}, {"NO_COLOR=0", nil, false}, {"NO_COLOR=", nil, true},
		{"X=", []string{"--color", "never"}, false}, {"NO_COLOR=1", []string{"--color", "always"}, true},
	} {
		term := open(t, tuitest.Options{Cols: 80, Rows: 24, Env: []string{c.env}}, c.args...)
		see(t, term, "scanned ")
		press(t, term, "q")
		clean(t, term, 0)
		out := string(term.Output())
		colour := regexp.MustCompile(`\x1b\[([0-9;]*;)?(3[0-7]|9[0-7]|38;[0-9;]+)m`).MatchString(out)
		if colour != c.colour {
			t.Errorf("%s %v: colour %v", c.env, c.args, colour)
		}
		if !regexp.MustCompile(`\x1b\[([0-9;]*;)?7m`).MatchString(out) {
			t.Errorf("%s: the selected row is not reversed", c.env)
		}
	}
}

// --ascii, and a locale that has no more, show nothing but ASCII.
func TestASCII(t *testing.T) {
	for _, o := range []tuitest.Options{{Args: []string{"--ascii"}}, {Env: []string{"LANG=C"}}} {
		o.Cols, o.Rows = 120, 40
		term := open(t, o)
		see(t, term, "scanned ")
		if s := term.Screen(); strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("not ASCII:\n%s", s)
		}
		press(t, term, "q")
		clean(t, term, 0)
	}
}
