package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/ui/text"
)

// TestNotesAreClean insists that nothing that others wrote reaches a terminal by way of a note, and that what is clean stays as it is.
func TestNotesAreClean(t *testing.T) {
	var errs strings.Builder
	a := newApp(IO{Stderr: &errs})
	a.debug = true
	a.note("%v", errors.New("a server says \x1b]0;title\x07\nand more"))
	a.note("%s in %q", text.Clean("\x1b[2J"), `C:\x41`)
	a.debugf("%v", errors.New("\u009b2J"))
	const want = `godoctor: a server says \x1b]0;title\x07\x0aand more
godoctor: \x1b[2J in "C:\\x41"
debug: \u009b2J
`
	if errs.String() != want {
		t.Errorf("got\n%q, want\n%q", errs.String(), want)
	}
}

// TestInRow insists that a line that is drawn again and again never goes on in a second row of the terminal.
func TestInRow(t *testing.T) {
	p := fetch.Picture{Bytes: 5 << 20, Total: 900 << 20, Exact: true, Files: []fetch.FileState{{State: fetch.Receiving, Host: "proxy.example.com",
		Item: fetch.Item{Module: module.Version{Path: "example.com/with/a/long/path", Version: "v1.2.3-0.20260101000000-abcdefabcdef"}}}}}
	line := queueLine(p, 3*time.Second)
	if len(line) <= 80 {
		t.Fatalf("%q has room in a usual terminal", line)
	}
	for _, columns := range []int{1, 2, 40, 80, 1000} {
		got := inRow(line, columns)
		if n := len([]rune(got)); n >= columns || !strings.HasPrefix(line, strings.TrimSuffix(got, "…")) {
			t.Errorf("%d columns: %d, %q", columns, n, got)
		}
	}
	if inRow(line, 0) != line {
		t.Error("a line is cut where nobody knows how wide the terminal is")
	}
}
