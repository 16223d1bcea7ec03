package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
)

// bundleGoldens are the states that are compared in three sizes.
var bundleGoldens = []struct {
	name  string
	state func(*root)
}{
	{"bundle_pick", bundleState(&carrier{}, "j", "j", "j", "space")},
	{"bundle_looking", within(&carrier{}, "look", packSide, "x")},
	{"bundle_looked", bundleState(&carrier{notes: []string{`"/home/u/src/p003" asks for go1.99.0: if the receiver has no Go like that or newer, add --toolchain go1.99.0`}}, "x", "j", "j")},
	{"bundle_ask", bundleState(&carrier{}, "x", "x")},
	{"bundle_making", within(&carrier{picture: inTheMiddle(0)}, "download", packSide, "x", "x", "y")},
	{"bundle_rehearsing", within(&carrier{}, "rehearsing", packSide, "x", "x", "y")},
	{"bundle_made", bundleState(&carrier{}, "x", "x", "y")},
	{"bundle_made_back", bundleState(&carrier{}, "x", "x", "y", "B")},
	{"bundle_failed", bundleState(&carrier{ending: errors.New("the bundle was not made: 410 Gone: no such version")}, "x", "x", "y")},
	{"bundle_type", named(&carrier{path: []string{"/media/usb/offline.tar", "/media/usb/offline2.tar", "/media/usb/old/"}}, "enter", "backspace", "backspace", "backspace", "backspace", "backspace")},
	{"bundle_checking", lookingInto},
	{"bundle_right", named(&carrier{loose: 2}, "x", "G")},
	{"bundle_faults", named(&carrier{wrong: []string{"example.com/a/@v/v1.0.0.zip", "x"}}, "x", "j", "j", "j")},
	{"bundle_apply_ask", named(&carrier{}, "x", "x")},
	{"bundle_applied", named(&carrier{}, "x", "x", "y")},
}

func TestBundleGolden(t *testing.T) {
	for _, g := range bundleGoldens {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
			name := fmt.Sprintf("%s_%dx%d", g.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Setenv("TZ", "UTC")
				r := testRoot(t, Options{Use: useOf(config.Default())})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				load(r, withProjects(inventory(40), 14))
				g.state(r)
				checkFrame(t, r, name)
				golden(t, name, hourless(screenText(r)))
			})
		}
	}
}

// bundleWalks are ways through the screen, drawn after every key.
var bundleWalks = [][]string{
	{"j", "space", "a", "u", "V", "G", "enter", "g", "o", "backspace", "enter", "esc", "G", "k", "space", "?", "esc", "/", "p", "0", "enter", "j", "enter", "esc", "esc", "y", "Y", "e", "esc"},
	{"g", "enter", "z", "tab", "left", "enter", "j", "enter", "esc", "a", "x", "j", "enter", "esc", "G", "Y", "x", "v", "j", "v", "esc", "esc"},
	{"B", "B", "a", "x", "x", "y", "j", "enter", "B", "esc", "enter", "7", "B", "j", "y", "Y", "enter", "8", "B", "esc"},
	{"B", "g", "enter", "f", "enter", "j", "j", "enter", "esc", "space", "G", "enter", "esc", "k", "y", "Y", "x", "v", "j", "v", "esc", "[", "B", "B"},
}

// Every state of the screen, with hostile names too, fits its terminal in every size, in colour, without and in ASCII.
func TestBundleFrames(t *testing.T) {
	kinds := []func() *carrier{
		func() *carrier { return &carrier{} },
		func() *carrier {
			return &carrier{names: hostile, path: hostile, picture: inTheMiddle(9, hostile...), loose: 3}
		},
		func() *carrier { return &carrier{wrong: hostile[:8], fail: errors.New("no\x1b[2J " + hostile[8])} },
		func() *carrier {
			return &carrier{wrong: hostile[:8], ending: errors.New(hostile[0] + hostile[8]), taken: true}
		},
	}
	for n, kind := range kinds {
		for _, size := range sizes {
			for mode := range 3 {
				if mode > 0 && size[0] != 40 && size[0] != 120 {
					continue
				}
				synctest.Test(t, func(t *testing.T) { // nobody waits for a tick
					f := kind()
					r := testRoot(t, Options{Color: mode == 0, ASCII: mode == 2, Use: useOf(config.Default()), Clean: (&remover{}).cleaner(), Bundle: f.bundler()})
					r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					press(r, "B")
					checkFrame(t, r, "before the scan")
					load(r, hostileProjects(inventory(3, hostile...)))
					press(r, "2", "a", "B")
					for _, w := range bundleWalks {
						for i, k := range w {
							if cmd := press(r, k); cmd != nil {
								checkFrame(t, r, fmt.Sprintf("%d while %q is answered", n, w[:i+1]))
								work(r, cmd)
							}
							checkFrame(t, r, fmt.Sprintf("%d after %q", n, w[:i+1]))
						}
					}
					if s := screenText(r); mode == 2 && strings.ContainsFunc(s, func(c rune) bool { return c > 0x7e }) {
						t.Errorf("%d: --ascii shows %q", n, s)
					}
				})
			}
		}
	}
}

// No two keys of the screen clash in any of its states.
func TestBundleKeys(t *testing.T) {
	for _, g := range bundleGoldens {
		r := testRoot(t, Options{Use: useOf(config.Default())})
		load(r, withProjects(inventory(40), 14))
		g.state(r)
		checkKeys(t, r, bundleScreen)
		checkKeys(t, r, activityScreen)
	}
}

// What is marked is looked at first, then asked about, and only then made: into the file that was named, as the command says.
func TestBundleMake(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 120, 40)
	wantText(t, r, "begin", "[Bundle]", "Make a bundle", "~/src/bundle-2026-11-22.tar", "[x] example.com/team0/p003", "[x] example.com/group19/module00019@v1.4.0",
		"marked: 1 project, 1 module version, 0 toolchains", "bundle create -o ~/src/bundle-2026-11-22.tar --project ~/src/p003")
	do(r, "j", "j", "space", "k")
	if len(f.wishes) > 0 {
		t.Fatal("something is looked at that nobody asked for")
	}
	do(r, "x")
	want := BundleWish{Target: "/home/u/src/bundle-2026-11-22.tar", Projects: []string{"/home/u/src/p003", "/home/u/src/p006"}, Modules: []string{"example.com/group19/module00019@v1.4.0"}}
	if len(f.wishes) != 1 || f.wishes[0].command() != want.command() {
		t.Errorf("wished: %q, want %q", f.wishes, want)
	}
	wantText(t, r, "looked", "6 module versions, 3 go.mod files alone: 5 zips here", "1 zip to fetch", "to fetch", "nothing is made yet", "x make it: asks first")
	do(r, "x")
	wantText(t, r, "question", "Make this bundle?", "> [ Cancel ] <", "Nothing is overwritten")
	if press(r, "enter"); r.question != nil || len(f.made) > 0 {
		t.Fatal("enter on Cancel makes it")
	}
	do(r, "x", "n", "x", "esc", "x")
	if len(f.made) > 0 {
		t.Fatal("it was made without an answer")
	}
	do(r, "y")
	if !slices.Equal(f.made, []string{want.Target}) || r.current != activityScreen {
		t.Fatalf("made %q", f.made)
	}
	wantText(t, r, "result", "The bundle is made: 34.0 MiB", "There: godoctor bundle apply bundle-2026-11-22.tar", "y copy path", "Y copy command")
	if r.scan.running {
		t.Error("the caches are looked at again, and nothing of them was changed")
	}
	do(r, "y")
	wantText(t, r, "y", "copied the path")
	do(r, "Y")
	wantText(t, r, "Y", "copied the command")
	if got := r.work.twin(); got != "godoctor bundle apply bundle-2026-11-22.tar" {
		t.Errorf("Y copies %q", got)
	}
	do(r, "B")
	wantText(t, r, "back", "RESULT", "The bundle is made", "esc another one")
	if do(r, "x"); len(f.wishes) != 1 {
		t.Error("x looks again though it is done")
	}
	if do(r, "esc"); b.sides[packSide].work != nil || r.current != bundleScreen {
		t.Error("esc does not begin another one")
	}
	if do(r, "esc"); r.current != activityScreen {
		t.Errorf("esc leads to screen %d", r.current)
	}
}

// What is marked on Modules comes along, marked, and can be left out; a toolchain is typed; marks, filter, all and none.
func TestBundleMarks(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 80, 24)
	do(r, "G", "enter")
	typeText(r, "go1.25")
	do(r, "enter")
	wantText(t, r, "nonsense", "an exact release, like go1.25.3")
	typeText(r, ".3:windows/amd64")
	do(r, "enter")
	if w := b.wish(); !slices.Equal(w.Toolchains, []string{"go1.25.3:windows/amd64"}) {
		t.Errorf("toolchains %q", w.Toolchains)
	}
	wantText(t, r, "typed", "[x] go1.25.3:windows/amd64", "1 toolchain")
	do(r, "G", "enter")
	typeText(r, "x")
	do(r, "esc", "2", "j", "space", "B")
	if w := b.wish(); len(w.Modules) < 2 || len(w.Projects) != 1 || len(w.Toolchains) != 1 {
		t.Errorf("wish %+v", w)
	}
	do(r, "u")
	wantText(t, r, "u", "nothing is marked")
	if do(r, "x"); len(f.wishes) > 0 {
		t.Error("nothing is looked at")
	}
	wantText(t, r, "x", "nothing is marked: space marks")
	do(r, "Y")
	wantText(t, r, "Y", "nothing is marked")
	do(r, "2", "1", "B")
	if b.tally != [3]int{} {
		t.Errorf("what was unmarked is marked again: %v", b.tally)
	}
	do(r, "/", "p", "0", "0", "enter", "a")
	if w := b.wish(); len(w.Projects) != 8 || len(w.Modules) > 0 {
		t.Errorf("marked by the filter: %+v", w)
	}
	if do(r, "esc"); b.sides[packSide].filter.words() != "" || r.current != bundleScreen {
		t.Error("esc does not clear the filter first")
	}
	load(r, withProjects(inventory(20), 3))
	if w := b.wish(); len(w.Projects) != 3 {
		t.Errorf("projects that are gone stay marked: %q", w.Projects)
	}
}

// Fields are typed, completed beside the screen, kept and given up; ~ and relative paths mean what a shell means.
func TestBundleFields(t *testing.T) {
	f := &carrier{path: []string{"/home/u/src/out/", "/home/u/src/out/a/", "/home/u/old.tar", "/home/u/src/other.tar"}}
	r, b := depot(t, f, 80, 24)
	do(r, "g", "enter")
	if r.View().Cursor == nil || r.field() == nil {
		t.Fatal("no cursor in the field")
	}
	do(r, "ctrl+u", "o", "q")
	wantText(t, r, "q is a letter", " TO oq", "nothing here begins like that")
	do(r, "backspace", "tab")
	wantText(t, r, "hints", " TO o", "tab goes on to:", "   out/", "   other.tar")
	do(r, "u", "tab")
	wantText(t, r, "completed", " TO out/")
	typeText(r, "x.tar")
	do(r, "enter")
	if got := b.wish().Target; got != "/home/u/src/out/x.tar" {
		t.Errorf("target %q", got)
	}
	do(r, "j", "enter")
	r.Update(tea.PasteMsg{Content: " ~/old.tar\n"})
	do(r, "enter")
	if got := b.wish(); got.Since != "/home/u/old.tar" || !strings.HasSuffix(got.command(), " --since /home/u/old.tar") {
		t.Errorf("since %q: %s", got.Since, got.command())
	}
	wantText(t, r, "since", "~/old.tar")
	do(r, "enter", "ctrl+u", "esc")
	if b.wish().Since == "" {
		t.Error("esc does not give up what was typed")
	}
	do(r, "enter", "ctrl+u", "enter", "g", "enter", "ctrl+u", "enter")
	wantText(t, r, "empty", "a bundle has to have a name")
	do(r, "esc")
	if got := b.wish(); got.Since != "" || got.Target != "/home/u/src/out/x.tar" {
		t.Errorf("wish %+v", got)
	}
	if !slices.Contains(f.asked, "/home/u/src/o") {
		t.Errorf("asked for %q", f.asked)
	}
	b.edit = &bundleEdit{b: b, field: toField}
	b.on(completedMsg{id: 12345, typed: "", list: []string{"stale"}})
	if b.edit.hints != nil {
		t.Error("a stale answer is believed")
	}
}

// A bundle that is named is looked into at once, and nothing is installed without the question; where toolchains go is chosen.
func TestBundleApply(t *testing.T) {
	f := &carrier{}
	r, b := depot(t, f, 120, 40)
	do(r, "B", "x")
	wantText(t, r, "nothing named", "no bundle is named")
	do(r, "enter")
	typeText(r, "/media/usb/offline.tar")
	do(r, "enter")
	if len(f.uses) != 1 || f.uses[0] != (BundleUse{Path: "/media/usb/offline.tar"}) || len(f.ways) > 0 {
		t.Fatalf("looked into %+v, applied %d", f.uses, len(f.ways))
	}
	wantText(t, r, "looked", "CHECKED", "right: every file is as the manifest says", "archive, 34.0 MiB in 48 files", "tree head of 28,123,4", "9 module versions, 1 toolchain",
		"7 versions to install", "3 here already", "nothing is changed yet", "to the module cache", "bundle apply /media/usb/offline.tar")
	do(r, "x")
	wantText(t, r, "question", "Install 7 versions?", "> [ Cancel ] <", "3 versions are here already, and stay as they are")
	if press(r, "enter"); r.question != nil || len(f.applied) > 0 {
		t.Fatal("enter on Cancel installs")
	}
	b.at().list.Select("way")
	do(r, "space")
	wantText(t, r, "sdk", "to ~/sdk", "godoctor bundle apply --sdk /media/usb/offline.tar")
	do(r, "x", "y")
	if len(f.applied) != 7 || !slices.Equal(f.ways, []int{1}) || r.current != activityScreen {
		t.Fatalf("applied %d in the ways %v", len(f.applied), f.ways)
	}
	wantText(t, r, "result", "Done: 7 versions installed, failed 0", "installed", "golang.org/toolchain@v0.0.1-go1.25.3.")
	if !r.scan.running {
		t.Error("the caches are not looked at again")
	}
	r.scan.running = false
	do(r, "B")
	wantText(t, r, "back", "RESULT", "Done: 7 versions installed")
	do(r, "esc", "x")
	if len(f.uses) != 2 {
		t.Errorf("looked %d times", len(f.uses))
	}
	f.there, f.rest = true, false
	do(r, "esc", "x")
	wantText(t, r, "all there", "right, and all of it is here: 10 versions")
	do(r, "x")
	wantText(t, r, "nothing to do", "there is nothing to install")
	f.rest = true
	do(r, "esc", "x", "x")
	wantText(t, r, "rest", "End what was begun?")
}

// What nobody stands for has to be typed; what is wrong is listed by its name, and cannot be installed.
func TestBundleDoubt(t *testing.T) {
	f := &carrier{loose: 2}
	r, b := depot(t, f, 120, 40)
	b.side, b.values[fileField] = applySide, "old.tar"
	do(r, "x")
	wantText(t, r, "loose", "for 2 versions nobody here stands", "unproved")
	do(r, "x")
	if r.question == nil || r.question.typed != "install 2" {
		t.Fatalf("nothing has to be typed:\n%s", screenText(r))
	}
	press(r, "y", "enter")
	if len(f.applied) > 0 {
		t.Error("y is enough")
	}
	press(r, "ctrl+u")
	typeText(r, "install 2")
	if work(r, press(r, "enter")); len(f.applied) != 7 {
		t.Errorf("applied %d", len(f.applied))
	}
	f = &carrier{wrong: []string{"example.com/a/@v/v1.0.0.zip", "x"}}
	r, b = depot(t, f, 120, 40)
	b.side, b.values[fileField] = applySide, "old.tar"
	do(r, "x")
	wantText(t, r, "faults", "REFUSED: 2 things are wrong", `"example.com/a/@v/v1.0.0.zip": its content`, "example.com/group01/module00007@v1.2.0: its hash", "bundle verify ")
	do(r, "x")
	if r.question != nil || r.dialog == nil {
		t.Error("it asks though something is wrong")
	}
	wantText(t, r, "refused", "Something is wrong in the bundle")
	f.fail = errors.New(`refused: "/home/u/src/old.tar": not an offline bundle of godoctor`)
	do(r, "esc", "esc", "x")
	wantText(t, r, "failure", `refused: "~/src/old.tar": not an offline bundle`)
	do(r, "x")
	if len(f.uses) != 3 || b.unpacking != nil {
		t.Errorf("looked %d times", len(f.uses))
	}
}
