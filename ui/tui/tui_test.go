package tui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/related"
	"godoctor/scan/tree"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noon is when all tests happen.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sizes are the terminals that everything is drawn in.
var sizes = [][2]int{{30, 8}, {40, 12}, {59, 20}, {60, 14}, {80, 24}, {110, 30}, {120, 40}, {200, 60}}

// hostile are names that a terminal could take for commands, or that are wider than they look.
var hostile = []string{
	"evil.example/\x1b[2Jclear", "evil.example/\x1b]0;title\x07", "evil.example/\u202egnp.exe", "evil.example/\xff\xfe",
	"evil.example/new\nline", "evil.example/宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽", "evil.example/e\u0301\u0301\u0301\u0301\u0301",
	"evil.example/שלום", "evil.example/" + strings.Repeat("long/", 40), "evil.example/👩‍👩‍👧‍👦", "evil.example/\u009b31m", "",
}

// settings are those of the made-up machine: nothing of the one that the test runs on gets into a golden file.
var settings = []string{"HOME=/home/u", "PATH=", "GOENV=off", "GOROOT=/opt/nogo", "GOPROXY=https://proxy.example.io,direct",
	"GOTOOLCHAIN=auto"}

// inventory makes up a machine with a number of modules, five versions each.
func inventory(mods int, names ...string) *scan.Inventory {
	var versions []modcache.Version
	for i := range mods {
		names = append(names, fmt.Sprintf("example.com/group%02d/module%05d", i%40, i))
	}
	for i, name := range names {
		for k := range 5 {
			v := modcache.Version{Path: name, Version: fmt.Sprintf("v1.%d.0", k), Done: true, Exact: true,
				Parts:   modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod,
				Sources: tree.Size{Bytes: int64(i*k+1) * 1000, Disk: int64(i*k+1) * 4096, Files: int64(k + 1)},
				ZipSize: tree.Size{Bytes: 900, Disk: 4096, Files: 1}, Dir: "/home/u/go/pkg/mod/" + name,
				Fetched: noon.Add(-time.Duration(i*24+k) * time.Hour)}
			versions = append(versions, v)
		}
	}
	inv := &scan.Inventory{
		Started: noon.Add(-3 * time.Second), Finished: noon, Env: goenv.Load(goenv.Input{Dir: "/", Environ: settings}), Done: true, Exact: true,
		ModCache:   &modcache.Cache{Root: "/home/u/go/pkg/mod", Versions: versions, Exact: true, Done: true},
		BuildCache: &gocache.Cache{Root: "/home/u/.cache/go-build", Headers: true, Exact: true, Done: true, Actions: 100, Outputs: 90},
		Roots: []scan.Root{{Name: "GOMODCACHE", Path: "/home/u/go/pkg/mod", Real: "/home/u/go/pkg/mod",
			Disk: scan.Disk{Total: 460 << 30, Free: 41 << 30}}, {Name: "GOCACHE", Path: "/home/u/.cache/go-build"}},
	}
	for i, name := range []string{"sources", "zips", "meta", "vcs", "sumdb", "toolchains", "alien", "build", "test", "fuzz"} {
		inv.Stores = append(inv.Stores, scan.Store{Name: name, Path: "/home/u/go/pkg/mod", Items: int64(i * 1234), Exact: true,
			Size: tree.Size{Bytes: int64(i+1) << 29, Disk: int64(10-i) << 30, Files: int64(i * 99999)}})
	}
	for i, v := range []string{"go1.26.8", "go1.25.5", ""} {
		inv.BuildCache.Groups = append(inv.BuildCache.Groups, gocache.Group{Kind: gocache.KindArchive, GoVersion: v,
			GOOS: "linux", GOARCH: "amd64", Age: gocache.Age(i + 2), Entries: 1000, Size: tree.Size{Disk: int64(9-i) << 28}})
	}
	return inv
}

// testRoot is a program that has not begun to scan.
func testRoot(t testing.TB, o Options) *root {
	t.Helper()
	o.Now = func() time.Time { return noon }
	j := newJobs(context.Background())
	t.Cleanup(j.close)
	return newRoot(o, j)
}

// load gives a program the result of a scan.
func load(r *root, inv *scan.Inventory) *root {
	r.scan.running = true
	w := r.ask(context.Background(), inv)
	r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, w, &env{home: "/home/u", ascii: r.ASCII, now: r.Now})})
	return r
}

// press types keys: single characters, or names.
func press(r *root, names ...string) tea.Cmd {
	var cmd tea.Cmd
	for _, n := range names {
		_, cmd = r.Update(keyNamed(n))
	}
	return cmd
}

func keyNamed(n string) tea.KeyPressMsg {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome,
		"end": tea.KeyEnd, "backspace": tea.KeyBackspace, "tab": tea.KeyTab}
	if n == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if c, ok := codes[n]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if rest, ok := strings.CutPrefix(n, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(n)[0], Text: n}
}

// screenText is what the terminal shows, without colours.
func screenText(r *root) string { return ansi.Strip(r.View().Content) }

// checkFrame insists that the frame fits its terminal exactly and holds nothing that a name put there.
func checkFrame(t testing.TB, r *root, what string) {
	t.Helper()
	lines := strings.Split(r.View().Content, "\n")
	if len(lines) != r.height {
		t.Errorf("%s at %dx%d: %d lines", what, r.width, r.height, len(lines))
	}
	for i, l := range lines {
		s := shapeOf(l)
		if s.width > r.width {
			t.Errorf("%s at %dx%d: line %d is %d wide: %q", what, r.width, r.height, i, s.width, l)
		}
		if s.bad != 0 || r.ASCII && s.more != 0 {
			t.Errorf("%s: line %d holds %q", what, i, max(s.bad, s.more))
		}
	}
}

// A shape is how wide a line is, and what it holds that no line may, or none of ASCII.
type shape struct {
	width     int
	bad, more rune
}

// shapes are those of lines that were judged: most lines of a frame are in the one before too.
var shapes = make(map[string]shape)

// shapeOf judges a line. It is for one goroutine.
func shapeOf(l string) shape {
	if s, ok := shapes[l]; ok {
		return s
	}
	s := shape{width: ansi.StringWidth(l)}
	for _, c := range ansi.Strip(l) {
		switch {
		case c < ' ' || c >= 0x7f && c <= 0x9f || c == '\u202e':
			s.bad = c
		case c > 0x7e:
			s.more = c
		}
	}
	if len(shapes) > 50_000 {
		clear(shapes)
	}
	shapes[l] = s
	return s
}

// states are what a screen can be in.
var states = []struct {
	name string
	make func(*root)
}{
	{"loading", func(r *root) { r.scan.running, r.scan.started = true, noon.Add(-time.Second) }},
	{"empty", func(r *root) {
		inv := inventory(0)
		inv.ModCache.Versions, inv.Stores, inv.BuildCache = nil, nil, nil
		load(r, inv)
	}},
	{"nothing", func(r *root) {
		inv := inventory(0)
		inv.ModCache, inv.BuildCache, inv.Stores = nil, nil, nil
		inv.Problems = []scan.Problem{{Subject: "GOMODCACHE", Message: `GOMODCACHE "rel" is relative: set it to an absolute path`, Fatal: true}}
		load(r, inv)
	}},
	{"full", func(r *root) { load(r, inventory(300)) }},
	{"hostile", func(r *root) {
		inv := inventory(3, hostile...)
		for i, n := range hostile {
			inv.Unreadable = append(inv.Unreadable, tree.Unreadable{Path: "/x/" + n, Err: errors.New("bad\x1b[31m " + n)})
			inv.Stores[i%len(inv.Stores)].Path = n
			inv.BuildCache.Groups = append(inv.BuildCache.Groups, gocache.Group{GoVersion: n, GOOS: n, GOARCH: n, Entries: 1})
			inv.Problems = append(inv.Problems, scan.Problem{Message: n, Path: n, Line: 3})
			inv.Related = append(inv.Related, related.Root{Store: "abandoned", Path: "/x/" + n, What: n, Size: tree.Size{Disk: 3 << 30}})
		}
		inv.Stores = append(inv.Stores, scan.Store{Name: "abandoned", Size: tree.Size{Disk: 40 << 30}})
		inv.Unread = int64(len(hostile))
		load(r, inv)
	}},
	{"asking", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(3), 2))
		r.who.answer.Store(nil)
		r.scan.running, r.scan.started = true, noon.Add(-time.Second)
		r.show(prepare(r.data.inv, nil, r.env))
	}},
	{"used", func(r *root) {
		r.Use, r.Pin = useOf(config.Default()), func(config.Pin, bool) error { return nil }
		load(r, withProjects(inventory(60), 12))
	}},
	{"unsure", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(60), 0))
	}},
	{"mapped", mapped},
	{"doubtful", func(r *root) {
		r.Use, r.Pin = useOf(config.Default()), func(config.Pin, bool) error { return errors.New("no room\x1b[2J") }
		r.Warnings = func() []string { return hostile }
		load(r, hostileProjects(inventory(3, hostile...)))
	}},
	{"unverified", func(r *root) { load(r, inventory(60)); unverified(r) }},
	{"verifying", func(r *root) { load(r, inventory(60)); verifying(r) }},
	{"stopped", func(r *root) { load(r, inventory(60)); stopped(r) }},
	{"verified", func(r *root) { load(r, withProjects(inventory(60), 2)); verified(r) }},
	{"well", func(r *root) { load(r, inventory(60)); well(r) }},
	{"all wrong", func(r *root) { load(r, inventory(200)); allWrong(r) }},
	{"planned", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(20), 3))
		planState(&remover{later: true})(r)
	}},
	{"hostile plan", func(r *root) { load(r, inventory(3, hostile...)); hostilePlan(r) }},
	{"cleaning", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(20), 3))
		cleaning(r)
	}},
	{"repairing", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(60), 3))
		repairing(&nurse{}, 4<<20)(r)
	}},
	{"hostile repair", func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(3, hostile...), 3))
		allWrong(r)
		who := map[string]int{hostile[0]: 1, hostile[2]: 2}
		f := &nurse{names: hostile, who: who, unknown: true, outcome: func(s *plan.Step) plan.Outcome {
			return plan.Outcome{Result: plan.Result(1 + len(s.Label())%3), Err: errors.New(s.Label())}
		}}
		r.Clean, r.Repair = (&remover{}).cleaner(), f.repairer()
		f.picture = inTheMiddle(9, hostile...)
	}},
	{"checked", func(r *root) { load(r, withProjects(inventory(20), 3)); checkedState(r) }},
	{"hostile checks", func(r *root) { load(r, withProjects(inventory(3), 3)); hostileChecks(r) }},
	{"hostile findings", func(r *root) { load(r, inventory(3, hostile...)); allWrong(r) }},
}

// walks are ways to go through the program, drawn after every key.
var walks = [][]string{
	{"1", "j", "j", "k", "G", "g", "pgdown", "?", "down", "pgdown", "w", "h", "up", "esc", "esc"},
	{"1", "G", "k", "k", "enter", "j", "esc", "e", "j", "esc", "y", "c", "6", "x", "t", "7", "z", "H"},
	{"2", "l", "j", "space", "space", "s", "s", "S", "V", "j", "V", "a", "enter", "esc", "u", "n", "N", "G", "?", "esc"},
	{"2", "/", "m", "o", "d", "enter", "j", "j", "h", "h", "/", "z", "z", "esc", "]", "[", "ctrl+d", "ctrl+u"},
	{"1", "?", "pgdown", "pgdown", "pgdown", "enter", "down", "esc", "esc", ":", "t", "h", "e", "m", "space", "m", "enter", ":", "z", "q", "enter", "esc", "esc", "%", "%"},
	{"2", "w", "esc", "l", "j", "w", "j", "G", "esc", "f", "f", "j", "f", "f", "esc", "s", "s", "s", "j", "P", "a", "P", "u", "s"},
	{"3", "j", "enter", "j", "esc", "e", "pgdown", "G", "esc"},
	{"5", "G", "enter", "j", "enter", "G", "esc", "Y", "Y", "h", "l", "h", "f", "j", "r", "k", "enter", "esc"},
	{"5", "d", "G", "esc", "j", "d", "esc", "G", "d", "j", "esc", "g"},
	{"5", "j", "o", "j", "s", "s", "s", "S", "enter", "j", "G", "esc", "f", "f", "f", "f", "o", "G", "y", "Y", "r", "/", "m", "enter", "esc", "v", "?", "esc", "1"},
	{"4", "j", "s", "s", "S", "enter", "j", "y", "Y", "G", "esc", "/", "p", "0", "enter", "Y", "/", "z", "z", "esc", "s", "S"},
	{"1", "m", "l", "j", "h", "k", "enter", "esc", "1", "G", "enter", "esc", "y", "E", "esc", "m", "j", "?", "esc", "m", "esc"},
}

// planWalks are ways through the screens Plan and Activity, where something can be planned.
var planWalks = [][]string{
	{"6", "j", "enter", "j", "space", "enter", "esc", "esc", "a", "u", "a", "K", "G", "esc", "t", "G", "space", "esc", "J", "Y", "x", "v", "j", "v", "d", "tab", "esc"},
	{"1", "c", "space", "c", "c", "j", "space", "c", "c", "y", "7", "L", "k", "/", "m", "enter", "esc", "H", "j", "enter", "esc", "z", "y", "esc", "y", "2", "l", "j", "c"},
}

// mendWalks are ways through the screens where something can be repaired.
var mendWalks = [][]string{
	{"7", "j", "p", "p", "tab", "X", "L", "k", "e", "esc", "3", "x", "tab", "esc", "4", "j", "x", "esc"},
	{"5", "space", "V", "j", "V", "x", "j", "space", "enter", "j", "esc", "G", "enter", "esc", "Y", "a", "u", "a", "x", "v", "j", "v", "esc", "esc", "F", "x", "esc", "?", "esc"},
}

// runs are the keys whose command is run in a walk: its answer changes what is on the screen.
var runs = map[string]bool{"d": true, "w": true, "P": true, "enter": true, "6": true, "7": true, "c": true, "x": true, "J": true, "H": true, "t": true, "F": true}

// Every screen, in every state and size, in colour, without and in ASCII, fits its terminal.
func TestFrames(t *testing.T) {
	for _, st := range states {
		for _, size := range sizes {
			for mode := range 3 {
				if mode > 0 && size[0] != 40 && size[0] != 80 && size[0] != 120 {
					continue // colour changes no width; three sizes show that
				}
				synctest.Test(t, func(t *testing.T) { // nobody waits for a tick
					r := testRoot(t, Options{Color: mode == 0, ASCII: mode == 2})
					r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					st.make(r)
					walkFrames(t, r, st.name)
				})
			}
		}
	}
}

// walkFrames goes the ways that there are in a state, and looks at each frame.
func walkFrames(t *testing.T, r *root, name string) {
	ways := walks
	if r.Clean != nil { // the other screens are as they are without
		ways = planWalks
	}
	if r.Repair != nil {
		ways = mendWalks
	}
	for _, w := range ways {
		for i, k := range w {
			if cmd := press(r, k); cmd != nil && runs[k] {
				checkFrame(t, r, fmt.Sprintf("%s while %q is answered", name, w[:i+1]))
				work(r, cmd)
			}
			checkFrame(t, r, fmt.Sprintf("%s after %q", name, w[:i+1]))
		}
	}
}

func TestTinyAndAbsurdSizes(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(50))
	for _, size := range [][2]int{{1, 1}, {0, 0}, {-5, 7}, {29, 8}, {30, 7}, {5, 50}, {300, 1}, {100000, 100000}, {80, 24}} {
		r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if size[0] < 5000 {
			checkFrame(t, r, "size")
		}
		if r.width > maxCells || r.height > maxCells {
			t.Errorf("%v became %dx%d", size, r.width, r.height)
		}
	}
	r.Update(tea.WindowSizeMsg{Width: 20, Height: 5})
	if press(r, "2"); r.current != 0 {
		t.Error("a key acted on a screen that cannot be seen")
	}
	if cmd := press(r, "q"); !isQuit(cmd) {
		t.Error("q does not quit a terminal that is too small")
	}
}

func isQuit(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	_, ok := cmd().(tea.QuitMsg)
	return ok
}

// goldens are the screens that TestGolden draws.
var goldens = []struct {
	name  string
	w, h  int
	keys  []string
	used  bool        // who needs what was asked
	state func(*root) // what was verified; may be nil
}{
	{"overview", 40, 12, nil, false, nil}, {"overview", 80, 24, []string{"j"}, false, nil}, {"overview", 120, 40, nil, false, nil},
	{"builds", 80, 24, []string{"G", "k", "k", "enter"}, false, nil},
	{"modules", 40, 12, []string{"2", "l", "j"}, false, nil}, {"modules", 80, 24, []string{"2", "l", "j", "space"}, false, nil},
	{"modules", 120, 40, []string{"2", "l", "j", "j"}, false, nil}, {"filter", 80, 24, []string{"2", "/", "0", "0", "2"}, false, nil},
	{"overview_used", 40, 12, nil, true, nil}, {"overview_used", 80, 24, nil, true, nil}, {"overview_used", 120, 40, nil, true, nil},
	{"overview_used", 200, 60, nil, true, nil},
	{"modules_used", 40, 12, []string{"2", "G", "l", "j"}, true, nil}, {"modules_used", 80, 24, []string{"2", "s", "s", "l", "j", "j"}, true, nil},
	{"modules_used", 120, 40, []string{"2", "s", "s", "s", "l", "j", "j"}, true, nil},
	{"modules_orphan", 80, 24, []string{"2", "f", "f", "f", "f", "j"}, true, nil},
	{"why", 80, 24, []string{"2", "s", "s", "l", "j", "j", "w"}, true, nil},
	{"projects", 40, 12, []string{"4", "j"}, true, nil}, {"projects", 80, 24, []string{"4", "s", "j"}, true, nil},
	{"projects", 120, 40, []string{"4", "j", "j"}, true, nil}, {"projects", 200, 60, []string{"4", "j", "j"}, true, nil},
	{"needs", 80, 24, []string{"4", "s", "enter"}, true, nil},
	{"notes", 80, 24, []string{"e"}, true, nil},
	{"findings_empty", 40, 12, []string{"5"}, true, unverified}, {"findings_empty", 80, 24, []string{"5"}, true, unverified},
	{"findings_empty", 120, 40, []string{"5"}, true, unverified},
	{"findings_running", 40, 12, []string{"5"}, true, verifying}, {"findings_running", 80, 24, []string{"5", "j"}, true, verifying},
	{"findings_running", 120, 40, []string{"5"}, true, verifying},
	{"findings", 40, 12, []string{"5", "j"}, true, verified}, {"findings", 80, 24, []string{"5", "j", "j"}, true, verified},
	{"findings", 120, 40, []string{"5", "j", "j"}, true, verified}, {"findings", 200, 60, []string{"5", "j", "j"}, true, verified},
	{"findings_diff", 80, 24, []string{"5", "j", "j", "d"}, true, verified},
	{"findings_ok", 80, 24, []string{"5", "o", "G"}, true, verified},
	{"findings_story", 80, 24, []string{"5", "j", "j", "enter"}, true, verified},
	{"findings_stopped", 80, 24, []string{"5"}, true, stopped}, {"findings_well", 80, 24, []string{"5"}, true, well},
	{"overview_verified", 80, 24, nil, true, verified}, {"overview_verified", 40, 12, nil, true, verified},
	{"overview_verifying", 120, 40, nil, true, verifying},
}

// TestGolden compares a few screens with what they looked like when somebody looked at them.
func TestGolden(t *testing.T) {
	for _, g := range goldens {
		name := fmt.Sprintf("%s_%dx%d", g.name, g.w, g.h)
		t.Run(name, func(t *testing.T) {
			t.Setenv("TZ", "UTC")
			r := testRoot(t, Options{})
			r.Update(tea.WindowSizeMsg{Width: g.w, Height: g.h})
			inv := inventory(120)
			if g.used {
				r.Use, inv = useOf(config.Default()), withProjects(inv, 14)
			}
			load(r, inv)
			if g.state != nil {
				g.state(r)
			}
			for _, k := range g.keys {
				if cmd := press(r, k); cmd != nil && runs[k] {
					r.Update(cmd())
				}
			}
			golden(t, name, withoutGoroot(screenText(r)))
		})
	}
}

// withoutGoroot leaves out the line that names the Go of the machine that the test runs on.
func withoutGoroot(screen string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(screen, "\n"), func(l string) bool { return strings.Contains(l, " GOROOT  ") }), "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s (go test ./ui/tui -update writes it anew):\n%s", file, got)
	}
}
