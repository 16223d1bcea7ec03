package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
	"godoctor/scan"
)

// used is a program that knows who needs what on a made-up machine, with pins that it keeps.
func used(t testing.TB, o Options, inv *scan.Inventory) (*root, *config.Config) {
	t.Helper()
	c := config.Default()
	o.Use = useOf(c)
	o.Pin = func(p config.Pin, on bool) error {
		if c.Pins = slices.DeleteFunc(c.Pins, func(q config.Pin) bool { return p == q }); on {
			c.Pins = append(c.Pins, p)
		}
		return nil
	}
	return load(testRoot(t, o), inv), c
}

// answer presses a key and gives the program what its command answers.
func answer(r *root, key string) {
	if cmd := press(r, key); cmd != nil {
		r.Update(cmd())
	}
}

// The states that the screens count are all that there are.
func TestStates(t *testing.T) {
	if len(usage.States) != numStates {
		t.Fatalf("there are %d states", len(usage.States))
	}
	for _, c := range []struct {
		counts map[usage.State]int32
		asked  bool
		want   string
	}{
		{map[usage.State]int32{usage.InUse: 2}, true, "2 in-use"},
		{map[usage.State]int32{usage.InUse: 1}, true, "in-use"},
		{map[usage.State]int32{usage.InUse: 9, usage.Orphan: 1}, true, "1 orphan of 10"},
		{map[usage.State]int32{usage.Young: 3, usage.GraphOnly: 1}, true, "3 young of 4"},
		{map[usage.State]int32{usage.InUse: 2}, false, "3 versions"},
	} {
		var n stateCounts
		for s, k := range c.counts {
			n[slices.Index(usage.States, s)] = k
		}
		if !c.asked {
			n[notAsked] = 1
		}
		if got := n.words(); got != c.want {
			t.Errorf("%v: %q, want %q", c.counts, got, c.want)
		}
	}
}

// f goes through the states that there are, says which, and shows the versions in them; esc shows all again.
func TestShowByState(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(60), 6))
	m := r.screens[modulesScreen].(*modules)
	press(r, "2")
	total := 0
	for range len(showing) {
		press(r, "f")
		if m.show == 0 {
			break
		}
		want := showing[m.show]
		if m.hits == 0 || !strings.Contains(screenText(r), "showing "+string(want)) {
			t.Errorf("%s: %d versions, screen:\n%s", want, m.hits, screenText(r))
		}
		for _, n := range m.nodes {
			if n >= 0 && m.data.vers[n].use.State != want {
				t.Errorf("%s is shown as %s", m.data.vers[n].key, want)
			}
		}
		total += m.hits
	}
	if m.show != 0 || total != len(m.data.vers) {
		t.Errorf("the states together have %d versions, want %d", total, len(m.data.vers))
	}
	press(r, "f", "/", "9", "9", "enter", "esc")
	if m.filter.words() != "" || m.show == 0 {
		t.Error("the first esc takes the words back, and nothing else")
	}
	if press(r, "esc"); m.show != 0 {
		t.Error("the second esc shows all states")
	}
	unasked := load(testRoot(t, Options{}), inventory(3))
	if press(unasked, "2", "f"); !strings.Contains(screenText(unasked), "was not looked for") {
		t.Error("f where nobody asked")
	}
}

// Sorted by state, what nobody needs comes first, in modules and in the list of them.
func TestSortByState(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(60), 6))
	d := r.data
	for i := 1; i < len(d.orders[byState].mods); i++ {
		a, b := &d.mods[d.orders[byState].mods[i-1]], &d.mods[d.orders[byState].mods[i]]
		if a.states.rank() > b.states.rank() {
			t.Fatalf("%s (%s) stands before %s (%s)", a.path, a.states.words(), b.path, b.states.words())
		}
	}
	for _, m := range d.mods {
		for k := m.first + 1; k < m.last; k++ {
			a, b := d.orders[byState].vers[k-1], d.orders[byState].vers[k]
			if rankOf(d.vers[a].state) > rankOf(d.vers[b].state) {
				t.Fatalf("%s stands before %s", d.vers[a].key, d.vers[b].key)
			}
		}
	}
}

// w proves who needs a version. An answer that comes after its dialog was closed changes nothing.
func TestWhy(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(60), 6))
	press(r, "2", "/")
	for _, k := range "module00000" {
		press(r, string(k))
	}
	press(r, "enter", "G", "k", "k")
	late := press(r, "w")
	if late == nil || !strings.Contains(screenText(r), "looking ...") {
		t.Fatalf("w does not say that it looks:\n%s", screenText(r))
	}
	old := r.dialog
	press(r, "esc", "G") // another version
	next := press(r, "w")
	r.Update(late())
	if r.dialog == old || !strings.Contains(screenText(r), "looking ...") {
		t.Errorf("an answer about another version is shown:\n%s", screenText(r))
	}
	r.Update(next())
	for _, want := range []string{"Why example.com/group00/module00000@v1.4.0", "in-use: in the build list", "~/src/p000/go.mod requires"} {
		if !strings.Contains(screenText(r), want) {
			t.Errorf("no %q:\n%s", want, screenText(r))
		}
	}
	press(r, "esc")
	r.Update(late())
	if r.dialog != nil {
		t.Error("a late answer opened a dialog")
	}
	press(r, "g")
	answer(r, "w")
	if s := screenText(r); !strings.Contains(s, "VERSIONS") || !strings.Contains(s, "v1.2.0") {
		t.Errorf("why of a module:\n%s", s)
	}
}

// P pins what is under the cursor or marked, and says what came of it; the state follows.
func TestPin(t *testing.T) {
	r, c := used(t, Options{}, withProjects(inventory(60), 6))
	m := r.screens[modulesScreen].(*modules)
	pinnedNow := func() int { return int(r.data.states[slices.Index(usage.States, usage.Pinned)]) }
	press(r, "2", "/", "0", "0", "0", "5", "9", "enter", "G", "esc") // nobody needs it
	if _, ver := m.selected(); ver == nil || ver.use.State != usage.Orphan {
		t.Fatalf("the cursor does not stay on what was found:\n%s", screenText(r))
	}
	answer(r, "P")
	if len(c.Pins) != 1 || c.Pins[0].Version == "" || pinnedNow() != 1 || !strings.Contains(screenText(r), "pinned "+c.Pins[0].String()) {
		t.Fatalf("pins %v, %d pinned:\n%s", c.Pins, pinnedNow(), screenText(r))
	}
	if !strings.Contains(screenText(r), "P unpin") {
		t.Error("the keys do not say that P unpins now")
	}
	if answer(r, "P"); len(c.Pins) != 0 || pinnedNow() != 0 {
		t.Errorf("pins %v, %d pinned", c.Pins, pinnedNow())
	}
	press(r, "h") // the module
	if answer(r, "P"); len(c.Pins) != 1 || c.Pins[0].Version != "" || pinnedNow() != 5 {
		t.Fatalf("pins %v, %d pinned", c.Pins, pinnedNow())
	}
	press(r, "l", "j")
	if answer(r, "P"); !strings.Contains(screenText(r), "is still pinned") {
		t.Errorf("a pin of the module keeps it, and nobody says so:\n%s", screenText(r))
	}
	press(r, "h")
	if answer(r, "P"); len(c.Pins) != 0 {
		t.Errorf("pins %v", c.Pins)
	}
	press(r, "space")
	if answer(r, "P"); len(c.Pins) != 5 || pinnedNow() != 5 {
		t.Errorf("marked: pins %v, %d pinned", c.Pins, pinnedNow())
	}
}

// Where a pin cannot be kept the reason is told, and nothing looks pinned.
func TestPinFails(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(20), 3))
	r.Pin = nil
	if press(r, "2", "P"); !strings.Contains(screenText(r), "without its configuration") || !strings.Contains(screenText(r), "pin (not here)") {
		t.Errorf("screen:\n%s", screenText(r))
	}
	r.Pin = func(config.Pin, bool) error { return errors.New("no room") }
	if answer(r, "P"); !strings.Contains(screenText(r), "no room") || r.data.states[slices.Index(usage.States, usage.Pinned)] != 0 {
		t.Errorf("screen:\n%s", screenText(r))
	}
	r.Pin = func(config.Pin, bool) error { t.Error("a name that is none was pinned"); return nil }
	load(r, withProjects(inventory(0, "evil.example/\x1b[2J"), 1))
	if press(r, "G", "P"); !strings.Contains(screenText(r), "malformed") {
		t.Errorf("screen:\n%s", screenText(r))
	}
}

// While a scan runs, who needs what is asked once, and its answer is in the next sample; at the end it is asked again.
func TestAskedOnceWhileScanning(t *testing.T) {
	inv := withProjects(inventory(20), 3)
	var asked atomic.Int32
	o := Options{Use: func(ctx context.Context, inv *scan.Inventory) (*usage.Result, *usage.Project) {
		asked.Add(1)
		return useOf(config.Default())(ctx, inv)
	}}
	r := testRoot(t, o)
	r.startScan()
	r.scan.live.Store(inv)
	sample := func() tea.Cmd { return r.sampleCmd() }
	_, cmd := r.Update(sample()())
	if !r.scan.asked || r.data == nil || r.data.who != nil || !strings.Contains(screenText(r), "looking who needs it") {
		t.Fatalf("the first sample:\n%s", screenText(r))
	}
	for _, c := range cmd().(tea.BatchMsg)[:1] {
		c()
	}
	r.Update(sample()())
	if asked.Load() != 1 || r.data.who == nil || r.data.who.use.Of(inv.ModCache.Versions[0].Path, "v1.0.0") == nil {
		t.Errorf("asked %d times; the answer is shown: %v", asked.Load(), r.data.who != nil)
	}
	r.Update(sample()())
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	w := r.ask(t.Context(), inv)
	r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, w, r.env)})
	if asked.Load() != 2 || r.data.who != w {
		t.Errorf("asked %d times", asked.Load())
	}
}

// An answer that an earlier question gets later than a later one is dropped, and so is one that was broken off.
func TestStaleAnswers(t *testing.T) {
	inv := withProjects(inventory(5), 1)
	r := testRoot(t, Options{})
	slow := make(chan bool)
	r.Use = func(ctx context.Context, inv *scan.Inventory) (*usage.Result, *usage.Project) {
		<-slow
		return useOf(config.Default())(ctx, inv)
	}
	first := make(chan *who)
	go func() { first <- r.ask(context.Background(), inv) }()
	for r.who.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	second := make(chan *who)
	go func() { second <- r.ask(context.Background(), inv) }()
	for r.who.asked.Load() == 1 {
		time.Sleep(time.Millisecond)
	}
	close(slow)
	<-first
	<-second
	if got := r.who.answer.Load(); got == nil || got.seq != 2 {
		t.Errorf("the answer to question %v is kept, want the last", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.Use = func(context.Context, *scan.Inventory) (*usage.Result, *usage.Project) {
		cancel()
		return &usage.Result{}, nil
	}
	if got := r.ask(ctx, inv); got.seq != 2 {
		t.Errorf("the answer that was broken off is kept")
	}
	// What was prepared before the last answer came is prepared again.
	r.scan.running = true
	_, cmd := r.Update(scanDoneMsg{id: r.scan.id, data: prepare(inv, nil, r.env)})
	if cmd == nil {
		t.Fatal("nothing is done about it")
	}
	if r.Update(cmd()); r.data.who == nil {
		t.Error("the answer is not shown")
	}
}

// Projects can be sorted, filtered, opened and copied.
func TestProjects(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(60), 9))
	p := r.screens[projectsScreen].(*projects)
	press(r, "4", "s")
	if got := p.selected().p.File; p.sortBy != projectsByFetch || !strings.Contains(screenText(r), "TO FETCH desc") {
		t.Errorf("sorted by %d, on %s", p.sortBy, got)
	}
	press(r, "s", "g")
	if p.selected().present != "3/4" {
		t.Errorf("least present first: %s", p.selected().present)
	}
	press(r, "S", "g")
	if presentRatio(p.selected().p) != 1 {
		t.Errorf("most present first: %s", p.selected().present)
	}
	press(r, "/", "p", "0", "0", "3", "enter")
	if p.list.Len() != 1 || p.selected().p.File != hereFile || !strings.Contains(screenText(r), "started here") {
		t.Fatalf("%d match:\n%s", p.list.Len(), screenText(r))
	}
	late := press(r, "enter")
	if !strings.Contains(screenText(r), "working out what it needs") {
		t.Errorf("screen:\n%s", screenText(r))
	}
	press(r, "esc")
	r.Update(late())
	if p.needs != nil {
		t.Error("a late answer opened a list")
	}
	if answer(r, "enter"); !strings.Contains(screenText(r), ".ziphash") || len(p.needs.rows) != 3 {
		t.Errorf("screen:\n%s", screenText(r))
	}
	press(r, "y")
	if !strings.Contains(screenText(r), "copied the module version") {
		t.Errorf("screen:\n%s", screenText(r))
	}
	press(r, "esc", "Y")
	if !strings.Contains(screenText(r), "copied the command") || argumentOf(p.selected()) != "/home/u/src/p003" {
		t.Errorf("screen:\n%s", screenText(r))
	}
	if press(r, "esc"); p.list.Len() != 9 {
		t.Error("esc does not clear the filter")
	}
}

// Where there are no projects the screen says why.
func TestNoProjects(t *testing.T) {
	for _, c := range []struct {
		name, want string
		make       func(*root)
	}{
		{"loading", "Looking for projects", func(r *root) { r.scan.running = true }},
		{"not asked", "were not looked for", func(r *root) { r.Use = nil; load(r, inventory(3)) }},
		{"none", "No project was found below ~", func(r *root) { load(r, withProjects(inventory(3), 0)) }},
		{"not looked", "were not looked for", func(r *root) { load(r, inventory(3)) }},
	} {
		r := testRoot(t, Options{Use: useOf(config.Default())})
		c.make(r)
		if press(r, "4"); !strings.Contains(screenText(r), c.want) {
			t.Errorf("%s: no %q:\n%s", c.name, c.want, screenText(r))
		}
	}
}

// Toolchains say who selects them.
func TestToolchainUsers(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(20), 9))
	press(r, "3")
	if s := screenText(r); !strings.Contains(s, "8 projects, because of GOTOOLCHAIN=go1.24.9+auto:") {
		t.Errorf("screen:\n%s", s)
	}
	if press(r, "j"); !strings.Contains(screenText(r), "nobody here selects it") {
		t.Errorf("screen:\n%s", screenText(r))
	}
}

// The first line is about the project that the program was started in; then comes what can be freed, or why nothing.
func TestOverviewHead(t *testing.T) {
	r, _ := used(t, Options{}, withProjects(inventory(60), 6))
	for width, want := range map[int]string{ // what matters least goes first, and nothing is cut
		59: " example.com/team0/p003: go1.24.9, does not work offline", 80: " example.com/team0/p003: go1.24.9, does not work offline ",
		88: " example.com/team0/p003: go1.24.9, 3 of 3 module versions present, does not work offline", 40: " ..team0/p003, does not work offline"} {
		r.Update(tea.WindowSizeMsg{Width: width, Height: 24})
		s := screenText(r)
		_, head, _ := strings.Cut(s, want)
		if head, _, _ = strings.Cut(head, "\n"); !strings.Contains(s, want) || strings.TrimSpace(head) != "" || width == 80 && !strings.Contains(s, "may not come back") {
			t.Errorf("screen:\n%s", s)
		}
	}
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	load(r, withProjects(inventory(60), 0))
	if s := screenText(r); strings.Contains(s, "p003") || !strings.Contains(s, "nothing is called unused: no project was found") {
		t.Errorf("screen:\n%s", s)
	}
	press(r, "e")
	if s := screenText(r); !strings.Contains(s, "Because of this nothing is called an orphan") || !strings.Contains(s, "gone/go.mod") {
		t.Errorf("notes:\n%s", s)
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"/home/u/src": "/home/u/src", "a@v1.2.3+incompatible": "a@v1.2.3+incompatible",
		"/my src": "'/my src'", "it's": `'it'\''s'`, "": "''", "$(rm)": "'$(rm)'", "宽": "'宽'"} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}

// What a sample costs beside the screen once it is known who needs what.
func BenchmarkPrepareNeeds20k(b *testing.B) {
	r, _ := used(b, Options{}, withProjects(inventory(4000), 200))
	for b.Loop() {
		prepare(r.data.inv, r.data.who, r.env)
	}
}

// A key, a state, a key with everything marked and a filter letter over 20,000 versions whose need is known.
func BenchmarkNeeds20k(b *testing.B) {
	r, _ := used(b, Options{Color: true}, withProjects(inventory(4000), 200))
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	press(r, "2")
	m := r.screens[modulesScreen].(*modules)
	for _, keys := range [][]string{{"j"}, {"f"}} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			m.tree.OpenAll()
			for b.Loop() {
				press(r, keys...)
				r.View()
			}
		})
	}
	b.Run("marked", func(b *testing.B) {
		for m.show != 0 {
			press(r, "f")
		}
		press(r, "a")
		for b.Loop() {
			press(r, "j")
			r.View()
		}
		press(r, "u")
	})
	b.Run("filter", func(b *testing.B) {
		press(r, "/")
		for b.Loop() {
			press(r, "1")
			r.View()
			press(r, "backspace")
		}
	})
}
