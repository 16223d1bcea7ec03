package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// compareWalks are ways through the screen Compare.
var compareWalks = [][]string{
	{"j", "enter", "pgdown", "G", "esc", "f", "j", "f", "f", "f", "f", "f", "/", "g", "o", "enter", "j", "y", "Y", "esc", "S", "r", "?", "esc", "J", "k", "enter", "esc"},
	{"C", "j", "tab", "j", "G", "g", "y", "S", "/", "x", "tab", "up", "down", "backspace", "esc", "C", "enter", "f", "esc", "esc"},
	{"/", "h", "tab", "tab", "down", "tab", "esc", "J", "tab", "enter", "Y", "[", "C", "]", "C", "esc"},
}

// Every state of the screen, in every size, in colour, without and in ASCII, fits its terminal, whatever is pressed.
func TestCompareFrames(t *testing.T) {
	for _, st := range compareStates {
		for _, size := range sizes {
			for mode := range 3 {
				if mode > 0 && size[0] != 40 && size[0] != 80 && size[0] != 120 {
					continue
				}
				for _, walk := range compareWalks {
					r := testRoot(t, Options{Color: mode == 0, ASCII: mode == 2})
					r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					f := newFakeComparer()
					comparing(f)(r)
					st.make(r, f)
					checkFrame(t, r, st.name)
					for i, k := range walk {
						cmd := press(r, k)
						checkFrame(t, r, fmt.Sprintf("%s while %q is answered", st.name, walk[:i+1]))
						if cmd != nil && k != "ctrl+c" {
							work(r, cmd)
						}
						checkFrame(t, r, fmt.Sprintf("%s after %q", st.name, walk[:i+1]))
						if r.current == compareScreen && r.dialog == nil {
							checkKeys(t, r, compareScreen)
							inPlace(t, r)
						}
					}
				}
			}
		}
	}
}

// inPlace insists that every key of the screen is in the table of keys.
func inPlace(t *testing.T, r *root) {
	t.Helper()
	for _, b := range r.screens[compareScreen].keys() {
		in := slices.ContainsFunc(compareUses(), func(u use) bool { return slices.Equal(u.key.Keys(), b.Keys()) })
		if !in && len(b.Keys()) > 0 {
			t.Errorf("%v (%s) is not in the table of keys", b.Keys(), b.Help().Desc)
		}
	}
}

// TestCompareGolden compares the screen with what it looked like when somebody looked at it.
func TestCompareGolden(t *testing.T) {
	for _, g := range []struct {
		name, state string
		keys        []string
	}{
		{"compare_choice", "choice", []string{"j"}}, {"compare_typing", "typing", nil}, {"compare_running", "running", nil},
		{"compare", "result", []string{"j"}}, {"compare_detail", "result", []string{"j", "enter"}}, {"compare_source", "result", []string{"f", "f", "f"}},
		{"compare_silent", "silent", []string{"G"}}, {"compare_same", "same", nil}, {"compare_error", "error", nil},
		{"compare_hostile", "hostile", []string{"j", "j"}},
	} {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
			name := fmt.Sprintf("%s_%dx%d", g.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Setenv("TZ", "UTC")
				r := testRoot(t, Options{})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				f := newFakeComparer()
				comparing(f)(r)
				for _, st := range compareStates {
					if st.name == g.state {
						st.make(r, f)
					}
				}
				press(r, g.keys...)
				golden(t, name, withoutGoroot(screenText(r)))
			})
		}
	}
}

// C opens the screen with the choice of A; what can change a build stands first; esc leads back, step by step.
func TestCompareWalk(t *testing.T) {
	r, f, c := compareRoot(t)
	do(r, "2", "C")
	if r.current != compareScreen || !c.choosing || c.choice.side != 0 || c.sides[1] != "here" {
		t.Fatalf("screen %d, %+v", r.current, c.sides)
	}
	wants(t, r, "Choose A", "2026-11-20-example.com-ledger", "example.com/team0/p000", "here: this machine now")
	do(r, "/")
	typePath(r, colleagueFile)
	work(r, press(r, "enter"))
	if len(f.looked) != 2 || f.looked[0] != colleagueFile || f.looked[1] != "here" {
		t.Errorf("looked at %q", f.looked)
	}
	wants(t, r, "4 can change a build, 1 behaviour, 1 source, 2 nothing", "> code        module example.com/alpha", "v1.1.0", "another version of this module is compiled",
		"'go get example.com/alpha@v1.1.0'", "A  colleague.json: a machine, linux/amd64, go1.26.8")
	groups := make([]int, len(c.result.rows))
	for i := range groups {
		groups[i] = c.result.rows[i].group
	}
	if !slices.IsSorted(groups) {
		t.Errorf("what matters less stands before what matters more: %v", groups)
	}
	press(r, "enter")
	wants(t, r, "SAME AS  godoctor compare "+colleagueFile+" here")
	press(r, "esc", "f")
	wants(t, r, "showing what can change a build")
	press(r, "esc")
	if c.filtered() || r.current != compareScreen {
		t.Error("the first esc is for the filter")
	}
	if press(r, "esc"); r.current != modulesScreen {
		t.Errorf("esc leads to %d", r.current)
	}
	do(r, "C")
	if c.result == nil || c.choosing {
		t.Error("the result is forgotten")
	}
}

// compareRoot is a program that can compare.
func compareRoot(t *testing.T) (*root, *fakeComparer, *comparison) {
	t.Helper()
	t.Setenv("TZ", "UTC")
	r, f := testRoot(t, Options{}), newFakeComparer()
	comparing(f)(r)
	return r, f, r.screens[compareScreen].(*comparison)
}

// wants insists that the screen shows texts.
func wants(t *testing.T, r *root, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if got := screenText(r); !strings.Contains(got, s) {
			t.Errorf("no %q on the screen:\n%s", s, got)
		}
	}
}

// f shows one group after the other, of those that there are; / looks at names and values.
func TestCompareFilters(t *testing.T) {
	r, _, c := compareRoot(t)
	do(r, "C")
	work(r, r.compareNow(envFile, "here"))
	var seen []int
	for range 4 {
		press(r, "f")
		seen = append(seen, c.show)
	}
	if !slices.Equal(seen, []int{sourceGroup + 1, silentGroup + 1, 0, sourceGroup + 1}) {
		t.Errorf("shown: %v", seen)
	}
	press(r, "esc", "/")
	for _, k := range "direct" {
		press(r, string(k))
	}
	if c.list.Len() != 1 {
		t.Errorf("%d match", c.list.Len())
	}
	press(r, "x")
	wants(t, r, "Nothing matches")
	press(r, "esc")
	if c.list.Len() != len(c.result.rows) {
		t.Error("the filter stays")
	}
}

// From Projects C takes the project under the cursor along.
func TestCompareFromProjects(t *testing.T) {
	r, _, c := compareRoot(t)
	do(r, "4", "j", "C")
	if dir := r.screens[projectsScreen].(*projects).selected().p.Dir; c.sides != [2]string{"", dir} {
		t.Errorf("%q, want %q as B", c.sides, dir)
	}
	wants(t, r, "Choose A")
}

// Swapping reads nothing again; r does.
func TestCompareSwap(t *testing.T) {
	r, f, c := compareRoot(t)
	do(r, "C")
	work(r, r.compareNow(colleagueFile, "here"))
	first := c.result.rows[0]
	do(r, "S")
	if len(f.looked) != 2 || c.sides != [2]string{"here", colleagueFile} || c.result.rows[0].a != first.b || c.result.rows[0].b != first.a {
		t.Errorf("looked at %q; %q; %+v", f.looked, c.sides, c.result.rows[0])
	}
	do(r, "r")
	if len(f.looked) != 4 {
		t.Errorf("r looked at %q", f.looked[2:])
	}
	do(r, "C", "tab", "g", "enter")
	if c.sides != [2]string{"here", "here"} || c.result == nil || c.result.decides() {
		t.Errorf("%q, %+v", c.sides, c.result)
	}
	wants(t, r, "nothing that decides a build differs", "All is alike that both sides know")
}

// What a replaced comparison says is dropped, and ctrl+c stops before it quits.
func TestCompareStale(t *testing.T) {
	r, f, c := compareRoot(t)
	do(r, "C")
	old := r.compareNow(colleagueFile, "here")
	now := r.compareNow(envFile, "here")
	work(r, old)
	if c.result != nil || c.err != "" || !c.job.running {
		t.Errorf("an answer to another question was taken: %+v %q", c.result, c.err)
	}
	work(r, now)
	if c.result == nil || c.result.sides[0].Arg != envFile {
		t.Fatal("the answer was not taken")
	}
	f.pace = func(ctx context.Context) { <-ctx.Done() }
	cmd := press(r, "r")
	if isQuit(press(r, "ctrl+c")) || c.job.ctx.Err() == nil {
		t.Error("the first ctrl+c stops the comparison")
	}
	wants(t, r, "stopping the comparison; ctrl+c again quits")
	work(r, cmd)
	if c.result == nil || c.job.running {
		t.Error("what was known before is gone")
	}
	if !isQuit(press(r, "ctrl+c")) {
		t.Error("ctrl+c does not quit")
	}
}

// J saves this machine with the project that is compared, and says where; what fails is said.
func TestCompareSave(t *testing.T) {
	r, f, _ := compareRoot(t)
	do(r, "C", "J")
	wants(t, r, "saved ~/.local/state/godoctor/snapshots/2026-11-22-ledger.json: 44 settings, 2")
	work(r, r.compareNow(ledgerDir, colleagueFile))
	do(r, "J")
	if !slices.Equal(f.kept, []string{"here", ledgerDir}) {
		t.Errorf("saved: %q", f.kept)
	}
	f.fail = errors.New("no room\x1b[2J")
	do(r, "J", "C")
	do(r, "J")
	wants(t, r, `the snapshot was not saved: no room\x1b[2J`)
}

// tab completes what was typed: as far as all names go on alike, then into what is under the cursor.
func TestCompareComplete(t *testing.T) {
	r, f, c := compareRoot(t)
	do(r, "C", "/", "/", "h", "tab")
	if got := c.choice.field.words(); got != "/home/" {
		t.Errorf("completed to %q", got)
	}
	do(r, "tab", "down", "tab")
	if got := c.choice.field.words(); got != "/home/u/Downloads/" || c.choice.at().kind != kindTyped {
		t.Errorf("completed to %q, on %+v", got, c.choice.at())
	}
	typePath(r, "col")
	do(r, "tab")
	if got := c.choice.field.words(); got != colleagueFile {
		t.Errorf("completed to %q", got)
	}
	f.sides["/home/u/Downloads/\x1b[2Jenv.txt"] = goEnv() // a name that cannot be typed is taken from the list
	press(r, "ctrl+u")
	typePath(r, "/home/u/Downloads/")
	do(r, "down", "down", "down", "enter")
	if c.sides[0] != "/home/u/Downloads/\x1b[2Jenv.txt" || c.result == nil {
		t.Errorf("%q, %q", c.sides[0], c.err)
	}
}

// What was typed first is not shown as going on from what is typed now, and tab may come before the names.
func TestCompareCompleteLate(t *testing.T) {
	r, _, c := compareRoot(t)
	do(r, "C", "/")
	first := press(r, "/")
	second := press(r, "h")
	press(r, "tab")
	work(r, first)
	if len(c.choice.paths.offers) != 0 {
		t.Error("names for what was typed before were taken")
	}
	next := work(r, second)
	if got := c.choice.field.words(); got != "/home/" || next == nil {
		t.Errorf("completed to %q", got)
	}
}

// What cannot be compared is said, clean; another look may find it.
func TestCompareError(t *testing.T) {
	r, f, c := compareRoot(t)
	do(r, "C")
	work(r, r.compareNow("/no/\x1b[31mfile", "here"))
	wants(t, r, "A cannot be compared: ", `cannot be read: no such file`, "r compares again")
	f.sides["/no/\x1b[31mfile"] = colleague()
	do(r, "r")
	if c.result == nil || c.err != "" {
		t.Errorf("%q", c.err)
	}
	if do(r, "Y"); !strings.Contains(screenText(r), "not copied: the command has control characters") {
		t.Error("a command with control characters was copied")
	}
	do(r, "y")
	wants(t, r, "copied the values")
}

// Without anything to compare with nothing is done.
func TestCompareNothing(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(3))
	if press(r, "C"); r.current != overviewScreen {
		t.Error("a screen without purpose")
	}
	wants(t, r, "nothing can be compared here")
	r.goTo(compareScreen)
	wants(t, r, "Nothing can be compared here.")
	if press(r, "J", "r", "S", "enter", "esc"); r.current != overviewScreen {
		t.Error("esc does not lead back")
	}
}

// A path is taken as long as it is, and after another one was cleared too.
func TestComparePathIsLong(t *testing.T) {
	r, _, c := compareRoot(t)
	path := "/" + strings.Repeat("directory/", 40) + "go.json"
	for range 2 {
		press(r, "C", "/")
		r.Update(tea.PasteMsg{Content: path})
		if got := c.choice.field.words(); got != path {
			t.Errorf("%d of %d characters were taken", len(got), len(path))
		}
		press(r, "esc")
	}
}
