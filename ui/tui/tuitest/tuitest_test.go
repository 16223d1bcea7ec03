//go:build unix

package tuitest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

const patience = time.Minute

// run starts one of the children in a terminal.
func run(t *testing.T, child string, o Options) *Terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Under -race a program waits for a second before it ends, for what others might still report.
	o.Env = append(o.Env, "TUITEST_CHILD="+child, "GORACE=atexit_sleep_ms=0", "GOCOVERDIR="+os.Getenv("GOCOVERDIR"))
	term, err := Start(t.Context(), self, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	return term
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// soon is a context that ends when patience does.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func wantCode(t *testing.T, term *Terminal, want int) {
	t.Helper()
	code, err := term.Wait(patience)
	check(t, err)
	if code != want {
		t.Errorf("exit code %d, want %d\n%s", code, want, term.Screen())
	}
}

func TestCells(t *testing.T) {
	term := run(t, "colours", Options{Rows: 4, Cols: 80})
	wantCode(t, term, 0)
	red, green := Color{Kind: Indexed, Index: 1}, Color{Kind: Indexed, Index: 10}
	want := []Cell{
		{Text: "r", Fg: red}, {Text: "g", Fg: green}, {Text: "x", Fg: Color{Kind: Indexed, Index: 200}},
		{Text: "t", Fg: Color{Kind: RGB, R: 1, G: 2, B: 3}},
		{Text: "B", Bg: Color{Kind: Indexed, Index: 4}}, {Text: "C", Bg: Color{Kind: Indexed, Index: 17}},
		{Text: "D", Bg: Color{Kind: RGB, R: 9, G: 8, B: 7}},
		{Text: "b", Bold: true}, {Text: "f", Faint: true}, {Text: "i", Italic: true}, {Text: "u", Underline: true},
		{Text: "v", Reverse: true}, {Text: "s", Strike: true}, {Text: " "},
	}
	cells := term.Cells()
	for i, w := range want {
		w.Width = 1
		if got := cells[0][i]; got != w {
			t.Errorf("cell %d is %+v, want %+v", i, got, w)
		}
	}
	for x, w := range []Cell{{Text: "a", Width: 1}, {Text: "世", Width: 2}, {}, {Text: "界", Width: 2}, {}, {Text: "b", Width: 1}} {
		if got := cells[1][x]; got != w {
			t.Errorf("cell %d of the wide row is %+v, want %+v", x, got, w)
		}
	}
}

func TestScreenText(t *testing.T) {
	term := run(t, "colours", Options{Rows: 4, Cols: 80})
	wantCode(t, term, 0)
	end := strings.Repeat(" ", 77) + "end"
	if got, want := term.Screen(), "rgxtBCDbfiuvs\na世界b é\n\n"+end; got != want {
		t.Errorf("the screen is %q, want %q", got, want)
	}
	padded := strings.Split(term.Padded(), "\n")
	if len(padded) != 4 || padded[2] != strings.Repeat(" ", 80) || padded[3] != end {
		t.Errorf("the padded screen is %q", padded)
	}
	if !bytes.Contains(term.Output(), []byte("\x1b[38;2;1;2;3mt")) {
		t.Errorf("the output is %q", term.Output())
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"x", "x"}, {"é", "é"}, {"?", "?"}, {"space", " "}, {"enter", "\r"}, {"esc", "\x1b"}, {"tab", "\t"},
		{"shift+tab", "\x1b[Z"}, {"backspace", "\x7f"}, {"ctrl+c", "\x03"}, {"ctrl+z", "\x1a"}, {"ctrl+space", "\x00"},
		{"alt+x", "\x1bx"}, {"up", "\x1b[A"}, {"shift+down", "\x1b[1;2B"}, {"ctrl+right", "\x1b[1;5C"},
		{"home", "\x1b[H"}, {"pgdown", "\x1b[6~"}, {"ctrl+pgup", "\x1b[5;5~"}, {"f1", "\x1bOP"}, {"f12", "\x1b[24~"},
		{"a", "a"}, {"left", "\x1bOD"}, // from a on the child has cursor keys in application mode
	} {
		app := c.key == "left"
		if got, err := encode(c.key, app); err != nil || got != c.want {
			t.Errorf("%s sends %q, %v, want %q", c.key, got, err, c.want)
		}
	}
	for _, name := range []string{"", "dwon", "ctrl+", "ctrl+é", "shift+x", "ctrl+enter", "ctrl+shift+tab", "xy"} {
		if got, err := encode(name, false); err == nil {
			t.Errorf("%q is a key that sends %q", name, got)
		}
	}
}

func TestTyping(t *testing.T) {
	term := run(t, "keys", Options{})
	check(t, term.WaitText(patience, "ready"))
	press := func(want string, keys ...string) {
		t.Helper()
		check(t, term.Keys(keys...))
		check(t, term.WaitText(patience, want))
	}
	press(`<"\x1b[B">`, "down")
	press(`<"a">`, "a")
	press(`<"\x1bOB">`, "down")
	start := time.Now()
	press(`j">`, "esc", "j") // two keys, not alt+j
	if d := time.Since(start); d < escPause {
		t.Errorf("j came %v after esc, want %v", d, escPause)
	}
	press(`<"\x03">`, "ctrl+c")
	check(t, term.Paste("two\rlines"))
	check(t, term.WaitText(patience, `<"\x1b[200~two\rlines\x1b[201~">`))
	check(t, term.Type("wörd"))
	check(t, term.WaitText(patience, `<"wörd">`))
	if err := term.Keys("x", "dwon"); err == nil || strings.Contains(term.Screen(), `<"x">`) {
		t.Errorf("an unknown key: %v", err)
	}
	check(t, term.Keys("q"))
	wantCode(t, term, 0)
	if err := term.Keys("x"); err == nil {
		t.Error("a key was pressed after the end")
	}
}

func TestModes(t *testing.T) {
	term := run(t, "keys", Options{})
	check(t, term.WaitText(patience, "ready"))
	before := term.StartModes()
	if before.Raw() || !term.Modes().Raw() {
		t.Errorf("raw before: %v; while it runs: %v", before.Raw(), term.Modes().Raw())
	}
	check(t, term.Keys("q"))
	wantCode(t, term, 0)
	if term.Modes() != before {
		t.Error("the modes are not as they were")
	}
	left := run(t, "leftraw", Options{})
	wantCode(t, left, 0)
	if left.Modes() == left.StartModes() || !left.Modes().Raw() {
		t.Error("a line that was left in raw mode looks like one that was not")
	}
}

func TestResize(t *testing.T) {
	term := run(t, "sizes", Options{Cols: 90, Rows: 20})
	check(t, term.WaitText(patience, "size 90x20"))
	for _, size := range [][2]int{{120, 40}, {40, 12}} {
		check(t, term.Resize(size[0], size[1]))
		check(t, term.WaitText(patience, fmt.Sprintf("size %dx%d", size[0], size[1])))
		check(t, term.WaitFor(soon(t), func(string) bool { return term.Lines()[size[1]-1] == "bottom" }))
		if lines := term.Lines(); len(lines) != size[1] {
			t.Errorf("%d lines, want %d", len(lines), size[1])
		}
	}
	if term.Resize(0, 5) == nil {
		t.Error("a terminal without columns")
	}
}

func TestAltScreen(t *testing.T) {
	term := run(t, "screens", Options{})
	check(t, term.WaitText(patience, "inside"))
	x, y, visible := term.Cursor()
	if !term.AltScreen() || visible || x != 10 || y != 2 || term.Title() != "one; two" {
		t.Errorf("alternate screen %v, cursor %d %d %v, title %q", term.AltScreen(), x, y, visible, term.Title())
	}
	if strings.Contains(term.Screen(), "before") {
		t.Error("the main screen shows through")
	}
	check(t, term.Keys("x"))
	check(t, term.WaitText(patience, "after"))
	if _, _, visible := term.Cursor(); term.AltScreen() || !visible || !strings.Contains(term.Screen(), "before") {
		t.Errorf("alternate screen %v, cursor %v:\n%s", term.AltScreen(), visible, term.Screen())
	}
}

func TestQueries(t *testing.T) {
	for _, light := range []bool{false, true} {
		background := map[bool]string{false: "0000/0000/0000", true: "ffff/ffff/ffff"}[light]
		term := run(t, "queries", Options{Light: light})
		for _, want := range []string{`"\x1b[?`, `"\x1b[2;3R"`, `"\x1b[?25;1$y"`, `"\x1b]11;rgb:` + background} {
			check(t, term.WaitText(patience, want))
			check(t, term.Keys("x"))
		}
		wantCode(t, term, 0)
	}
}

// A program that asks and does not listen must not bring the terminal to a stop.
func TestUnreadAnswers(t *testing.T) {
	term := run(t, "flood", Options{})
	check(t, term.WaitText(patience, "asked"))
}

func TestClusters(t *testing.T) {
	term := run(t, "clusters", Options{Cols: 100, Rows: 60})
	check(t, term.WaitText(patience, "done"))
	if got := strings.Count(term.Screen(), "👩‍🚀"); got != 301 {
		t.Errorf("%d clusters are whole, want 301", got)
	}
	for _, c := range []struct {
		in   string
		want int
	}{{"", 0}, {"abc", 3}, {"abcé", 3}, {"é", 0}, {"éa", 3}, {strings.Repeat("é", 40), 80}} {
		if got := torn([]byte(c.in)); got != c.want {
			t.Errorf("of %q %d bytes can be shown, want %d", c.in, got, c.want)
		}
	}
}

func TestEnds(t *testing.T) {
	exit := run(t, "exit", Options{})
	wantCode(t, exit, 7)
	check(t, exit.WaitText(patience, "leaving"))
	err := exit.WaitText(patience, "nothing of the kind")
	if err == nil || !strings.Contains(err.Error(), "ended with code 7") || !strings.Contains(err.Error(), "| leaving") {
		t.Errorf("waiting after the end: %v", err)
	}
	stay := run(t, "stay", Options{})
	check(t, stay.WaitText(patience, "here to stay"))
	err = stay.WaitText(50*time.Millisecond, "nothing of the kind")
	if err == nil || !strings.Contains(err.Error(), "| here to stay") {
		t.Errorf("waiting in vain: %v", err)
	}
	if _, err := stay.Wait(time.Millisecond); err == nil || !strings.Contains(err.Error(), "| here to stay") {
		t.Errorf("waiting for the end in vain: %v", err)
	}
	check(t, stay.WaitIdle(patience, 20*time.Millisecond))
	check(t, stay.Signal(syscall.SIGTERM))
	wantCode(t, stay, 128+15)
	check(t, stay.Close())
	restless := run(t, "restless", Options{})
	check(t, restless.WaitText(patience, "."))
	if err := restless.WaitIdle(500*time.Millisecond, 490*time.Millisecond); err == nil {
		t.Error("a restless program is idle")
	}
}

func TestContext(t *testing.T) {
	self, err := os.Executable()
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	term, err := Start(ctx, self, Options{Env: []string{"TUITEST_CHILD=stay", "GOCOVERDIR=" + os.Getenv("GOCOVERDIR")}})
	check(t, err)
	check(t, term.WaitText(patience, "here"))
	cancel()
	wantCode(t, term, 128+9)
	check(t, term.Close())
	check(t, term.Close())
	if !strings.Contains(term.Screen(), "here to stay") {
		t.Error("the screen is gone")
	}
	if _, err := Start(t.Context(), "/nonexistent", Options{}); err == nil {
		t.Error("a program that does not exist was started")
	}
}

func TestShell(t *testing.T) {
	term := run(t, "lines", Options{Shell: true})
	check(t, term.WaitText(patience, "talk to me"))
	child := term.PID()
	check(t, term.Keys("ctrl+z"))
	check(t, term.WaitFor(soon(t), func(string) bool { return term.PID() != child }))
	check(t, term.Type("echo in the $((1+1))nd shell\r"))
	check(t, term.WaitText(patience, "in the 2nd shell"))
	check(t, term.Type("fg\r"))
	check(t, term.WaitFor(soon(t), func(string) bool { return term.PID() == child }))
	check(t, term.Type("hello\r"))
	check(t, term.WaitText(patience, "heard hello"))
	check(t, term.Type("bye\r"))
	check(t, term.WaitText(patience, "heard bye"))
	check(t, term.Type("echo code $?; exit 4\r"))
	wantCode(t, term, 4)
	check(t, term.WaitText(patience, "code 5"))
}

func TestRedirect(t *testing.T) {
	var stdout, stderr bytes.Buffer
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Stdout: &stdout}, "terminals true false true"},
		{Options{Stdin: strings.NewReader("")}, "terminals false true true"},
		{Options{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr}, "terminals false false false"},
	} {
		term := run(t, "piped", c.o)
		wantCode(t, term, 0)
		check(t, term.WaitText(patience, c.want))
	}
	if stdout.String() != "to stdoutto stdout" || stderr.String() != "to stderr" {
		t.Errorf("redirected: %q, %q", stdout.String(), stderr.String())
	}
}

func TestUsage(t *testing.T) {
	term := run(t, "burn", Options{})
	check(t, term.WaitText(patience, "burnt"))
	check(t, term.Type("\r"))
	wantCode(t, term, 0)
	u, err := term.Usage()
	check(t, err)
	if u.CPU < 50*time.Millisecond || u.CPU > patience || u.MaxRSS < 1<<20 || u.MaxRSS > 1<<30 {
		t.Errorf("it cost %+v", u)
	}
}

func TestTail(t *testing.T) {
	var o tail
	for i := range 2 * 4 {
		o.add(bytes.Repeat([]byte{byte('a' + i/4)}, tailSize/4))
	}
	if got := o.bytes(); len(got) != tailSize || got[0] != 'b' || got[tailSize-1] != 'b' {
		t.Errorf("%d bytes from %q to %q", len(got), got[0], got[len(got)-1])
	}
}
