package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/scan"
)

// No two keys of a screen clash, every key has help, and none of the keys that people hit by accident
// does anything but look.
func TestKeys(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(20))
	for i := range screens {
		r.goTo(i)
		checkKeys(t, r, i)
	}
}

// checkKeys looks at the keys of a screen as it is.
func checkKeys(t *testing.T, r *root, i int) {
	t.Helper()
	seen := map[string]string{}
	all := append(append(r.screens[i].keys(), moving()...), everywhere()...)
	for _, b := range all {
		if !b.Enabled() {
			continue
		}
		if b.Help().Key == "" || b.Help().Desc == "" {
			t.Errorf("%s: a key without help: %v", screens[i].name, b.Keys())
		}
		for _, k := range b.Keys() {
			if old, ok := seen[k]; ok && !sameKey(b, all, old) {
				t.Errorf("%s: %q is %q and %q", screens[i].name, k, old, b.Help().Desc)
			}
			seen[k] = b.Help().Desc
		}
	}
}

// sameKey reports whether two helps stand for the same binding, which a screen may call by its own words.
func sameKey(b key.Binding, all []key.Binding, desc string) bool {
	for _, o := range all {
		if o.Help().Desc == desc && slices.Equal(o.Keys(), b.Keys()) {
			return true
		}
	}
	return false
}

func TestScreensTable(t *testing.T) {
	if tabs() > 9 {
		t.Error("there are nine number keys")
	}
	seen := map[string]bool{}
	r := testRoot(t, Options{})
	for i, s := range screens {
		if s.name == "" || seen[s.name] || s.make(r) == nil {
			t.Errorf("screen %d: %q", i+1, s.name)
		}
		seen[s.name] = true
	}
	if screens[overviewScreen].name != "Overview" || screens[modulesScreen].name != "Modules" {
		t.Error("the places of the screens are wrong")
	}
}

// The cursor stays on its item, what is open stays open, and marks stay, while data is replaced.
func TestCursorStaysOnItem(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(30))
	press(r, "2", "j", "j", "l", "j", "space")
	m := r.screens[modulesScreen].(*modules)
	before, _ := m.tree.CursorKey()
	load(r, inventory(60)) // twice as many, other sizes first
	if after, _ := m.tree.CursorKey(); after != before {
		t.Errorf("the cursor went from %q to %q", before, after)
	}
	if m.marks.Count() != 1 {
		t.Errorf("%d marked, want 1", m.marks.Count())
	}
	press(r, "s", "S")
	if after, _ := m.tree.CursorKey(); after != before {
		t.Errorf("sorting moved the cursor from %q to %q", before, after)
	}
}

func TestFilter(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(200))
	press(r, "2", "/")
	if r.View().Cursor == nil {
		t.Error("no cursor in the filter")
	}
	press(r, "0", "0", "1", "7", "q") // q is a letter here
	m := r.screens[modulesScreen].(*modules)
	if m.filter.words() != "0017q" || m.hits != 0 {
		t.Errorf("filter %q, %d hits", m.filter.words(), m.hits)
	}
	press(r, "backspace")
	if m.hits != 55 { // module00017, and module00170 to module00179
		t.Errorf("%d hits, want 55", m.hits)
	}
	press(r, "enter", "j")
	if r.field() != nil || m.filter.words() == "" {
		t.Error("enter does not keep the filter")
	}
	press(r, "esc")
	if m.filter.words() != "" {
		t.Error("esc does not clear the filter")
	}
	press(r, "/")
	r.Update(tea.PasteMsg{Content: "module\x1b[31m\n00199"})
	if m.filter.words() != "module[31m00199" {
		t.Errorf("pasted %q", m.filter.words())
	}
}

func TestMarks(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(10))
	m := r.screens[modulesScreen].(*modules)
	press(r, "2", "space") // on a module: all its versions
	if m.marks.Count() != 5 {
		t.Errorf("%d marked, want 5", m.marks.Count())
	}
	press(r, "u", "a")
	if m.marks.Count() != 50 {
		t.Errorf("%d marked, want 50", m.marks.Count())
	}
	press(r, "u", "g", "l", "j", "V", "j", "j", "V")
	if m.marks.Count() != 3 {
		t.Errorf("%d marked by range, want 3", m.marks.Count())
	}
}

func TestQuitAndInterrupt(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(1))
	if !isQuit(press(r, "q")) {
		t.Error("q does not quit")
	}
	if isQuit(press(r, "esc")) {
		t.Error("esc quits")
	}
	r.dialog = &dialog{title: "Text"}
	if isQuit(press(r, "q")) || r.dialog != nil {
		t.Error("q in a dialog closes the dialog and nothing else")
	}
	press(r, "?")
	if isQuit(press(r, "q")) || r.help == nil || r.help.field.words() != "q" {
		t.Error("q in the help is not text")
	}
	press(r, "esc", "esc")
	r.scan, _ = fakeScan(r)
	if isQuit(press(r, "ctrl+c")) || r.scan.ctx.Err() == nil {
		t.Error("the first ctrl+c stops the scan and does not quit")
	}
	if !isQuit(press(r, "ctrl+c")) || !r.interrupted {
		t.Error("the second ctrl+c does not quit")
	}
}

func fakeScan(r *root) (*scanJob, tea.Cmd) {
	s := &scanJob{running: true}
	var cmd tea.Cmd
	s.job, cmd = r.jobs.start(func(ctx context.Context) tea.Msg { return nil })
	return s, cmd
}

// Messages of a scan that was replaced are dropped.
func TestStaleMessages(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(3))
	r.scan, _ = fakeScan(r)
	old := r.data
	r.Update(sampleMsg{id: r.scan.id - 1, data: prepare(inventory(9), nil, r.env)})
	r.Update(scanDoneMsg{id: r.scan.id + 1, data: prepare(inventory(9), nil, r.env)})
	if r.data != old || !r.scan.running {
		t.Error("a message of another scan was believed")
	}
}

func TestScanFails(t *testing.T) {
	r := testRoot(t, Options{Machine: func() (scan.Options, string, error) { return scan.Options{}, "", errors.New("no machine") }})
	r.startScan()
	msg := r.runScan(context.Background(), r.scan)
	r.Update(msg)
	if !strings.Contains(screenText(r), "no machine") || r.scan.running {
		t.Error("a scan that cannot begin is not told")
	}
}

// Closing waits for what runs, and nothing begins after it.
func TestJobs(t *testing.T) {
	j := newJobs(context.Background())
	ended := false
	_, cmd := j.start(func(ctx context.Context) tea.Msg {
		<-ctx.Done()
		time.Sleep(10 * time.Millisecond)
		ended = true
		return nil
	})
	started := make(chan bool)
	go func() {
		started <- true
		cmd()
	}()
	<-started
	for { // until the command has entered
		j.mu.Lock()
		_, late := j.last, j.closed
		j.mu.Unlock()
		if late {
			break
		}
		time.Sleep(5 * time.Millisecond)
		j.close()
	}
	if !ended {
		t.Error("close did not wait")
	}
	if _, cmd := j.start(func(context.Context) tea.Msg { t.Error("began after the end"); return nil }); cmd() != nil {
		t.Error("a command of a closed program answered")
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"a bc def", 4, "a bc|def"}, {"abcdef", 4, "abcd|ef"}, {"宽宽宽", 4, "宽宽|宽"}, {"宽", 1, "宽"}, {"", 5, ""}, {"x", 0, ""},
	} {
		if got := strings.Join(wrap(c.in, c.width), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

// harmless lets the commands of the screens Plan and Activity run: they are made up.
func harmless(key byte, cmd tea.Cmd) tea.Cmd {
	if strings.ContainsRune("67xJtzHy", rune(key)) {
		return cmd
	}
	return nil
}

// FuzzKeys types anything at any size: no panic, no frame that does not fit.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("2ljj sSVjV?q1Ge"), uint16(80), uint16(24))
	f.Add([]byte("2/abc\x01\x02"), uint16(40), uint16(12))
	f.Add([]byte("??ee22[]"), uint16(1), uint16(1))
	names := []string{"enter", "esc", "up", "down", "left", "right", "pgdown", "pgup", "home", "end", "backspace", "tab", "space", "ctrl+d", "ctrl+u"}
	f.Add([]byte("2ljwqf fP4jqsS/p\x00\x00G\x013\x00e"), uint16(80), uint16(24))
	inv := hostileProjects(inventory(30, hostile...))
	f.Add([]byte("5vdorj\x00G/p\x00f5sSyYj\x00\x01o"), uint16(120), uint16(40))
	f.Add([]byte("6aK\x01xvjy7zyHj\x00\x01"), uint16(80), uint16(24))
	f.Add([]byte("1c\x0cjc\x01cc\x01n\x01\x01t j\x01"), uint16(40), uint16(12))
	asked, _ := used(f, Options{}, inv)
	allWrong(asked)
	f.Fuzz(func(t *testing.T, typed []byte, w, h uint16) {
		r := testRoot(t, Options{Pin: func(config.Pin, bool) error { return nil }, Verify: some().run, Diff: someDiff, Clean: (&remover{names: hostile}).cleaner()})
		r.who.answer.Store(asked.data.who)
		load(r, inv)
		r.showHealth(asked.health)
		r.Update(tea.WindowSizeMsg{Width: int(w % 250), Height: int(h % 80)})
		for i, b := range typed[:min(len(typed), 60)] {
			switch {
			case b < 15:
				press(r, names[b])
			case b < 32:
				r.Update(tea.WindowSizeMsg{Width: int(b) * int(w%17), Height: int(b) * int(h%5)})
			case b < 127:
				work(r, harmless(b, press(r, string(rune(b)))))
			}
			if i%5 == 0 {
				checkFrame(t, r, fmt.Sprintf("after %q", typed[:i+1]))
			}
		}
		checkFrame(t, r, fmt.Sprintf("after %q", typed))
	})
}

// A key and its frame over 20,000 rows: the figure is in TESTING.md.
func BenchmarkKey20k(b *testing.B) {
	r := load(testRoot(b, Options{Color: true}), inventory(4000))
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	press(r, "2")
	r.screens[modulesScreen].(*modules).tree.OpenAll()
	for b.Loop() {
		press(r, "j")
		r.View()
	}
}

// A letter of the filter over 20,000 rows.
func BenchmarkFilter20k(b *testing.B) {
	r := load(testRoot(b, Options{Color: true}), inventory(4000))
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	press(r, "2", "/")
	for b.Loop() {
		press(r, "1")
		r.View()
		press(r, "backspace")
	}
}

// What a sample costs beside the screen.
func BenchmarkPrepare20k(b *testing.B) {
	inv := inventory(4000)
	e := &env{now: time.Now}
	for b.Loop() {
		prepare(inv, nil, e)
	}
}
