package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"godoctor/doctor/state"
)

// inLines insists on lines of text: nothing that a terminal could take for a command.
func inLines(t testing.TB, said string) {
	t.Helper()
	none(t, said, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
	if !utf8.ValidString(said) {
		t.Fatal("what was said is no text")
	}
}

// plainly insists on lines of text without a picture.
func plainly(t testing.TB, said string) {
	t.Helper()
	inLines(t, said)
	none(t, said, func(r rune) bool { return r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff })
}

func none(t testing.TB, said string, bad func(rune) bool) {
	t.Helper()
	if i := strings.IndexFunc(said, bad); i >= 0 {
		t.Fatalf("in what was said: %q", said[max(0, i-60):min(len(said), i+60)])
	}
}

// wants insists on texts, one behind the other.
func wants(t *testing.T, said string, texts ...string) {
	t.Helper()
	rest := said
	for _, text := range texts {
		i := strings.Index(rest, text)
		if i < 0 {
			t.Fatalf("%q was not said there:\n%s", text, said)
		}
		rest = rest[i+len(text):]
	}
}

var names = []string{"example.com/a", "example.com/b", "example.com/c", "example.com/d", "example.com/e", "example.com/f"}

// tour goes everywhere and answers every question but those that change something.
var tour = []string{"1", "2", "1", "1", "look", "1", "2", "all", "none", "", "policy", "1", "2w", "2", "5GiB", "3", "2", "4", "2", "2", "b", "0", "kept", "save", "r", "", "",
	"3", "1", "1", "r", "", "", "2", "", "3", "", "a", "3", "run", "n", "", "", "4", "", "1", "p", "1", "p", "2", "", "", "4", "evil", "", "5", "1", "", "6", "2", "f", "", "", "7", "8", "", "1", "", "", "8", "b", "9", "page", "7", "more", "", ""}

// Everything is said in lines of text, whatever names there are.
func TestHostileNames(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		d := &dummy{names: hostile, runs: []*state.Run{{ID: "20261101-000000-001", Kind: "clean\x1b[m", Started: noon, Items: []state.RunItem{{Module: hostile[0], Error: hostile[1], Result: "failed"}}}},
			fail: nil, severe: true}
		l, err := converse(t, d, func(o *Options) { o.ASCII = ascii }, tour...)
		said := l.said.String()
		if err != nil || d.changed() || l.confirmed() > 0 {
			t.Fatalf("%v, %v %v\n%s", err, d.removed, d.mended, said)
		}
		if len(l.answers) != l.given {
			t.Errorf("%d of %d answers were asked for\n%s", l.given, len(l.answers), said)
		}
		plainly(t, said)
		if ascii && strings.ContainsFunc(said, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Error("more than ASCII")
		}
		wants(t, said, `evil.example/\x1b[2Jclear`, "What may go", "chosen, ", "finding", "where: ", "proof: ", "DIFFERS", "cause: because", "settings")
	}
}

// Nothing typed changes nothing, wherever that is.
func TestNothingTyped(t *testing.T) {
	for n := range 10 {
		for _, first := range []string{"", "1", "r", "run", "a", "f", "u", "p"} {
			d := &dummy{names: names, runs: []*state.Run{{ID: "20261101-000000-001", Kind: "clean", Started: noon, Finished: noon, Items: []state.RunItem{{Module: "m"}}}}}
			answers := append([]string{fmt.Sprint(n), first}, make([]string, 30)...)
			l, err := converse(t, d, nil, answers...)
			if err != nil || d.changed() || len(d.pinned) > 0 {
				t.Fatalf("%d %q: %v, removed %v, undone %v, mended %v, pinned %v\n%s", n, first, err, d.removed, d.undone, d.mended, d.pinned, l.said.String())
			}
		}
	}
}

// What goes is what was chosen, after the answer that the question names, and can be taken back at once.
func TestRemove(t *testing.T) {
	d := &dummy{names: names}
	l, err := converse(t, d, nil, "2", "2", "l", "1", "1", "", "run", "maybe", "run", "Y", "u", "y", "q")
	if err != nil || l.confirmed() != 2 {
		t.Fatal(err, l.said.String())
	}
	if want := []string{names[2], names[5], names[1], names[3], names[0]}; len(d.removed) != len(want) || len(d.undone) != 1 {
		t.Errorf("removed %q, undone %q\n%s", d.removed, d.undone, l.said.String())
	}
	if slices.Contains(d.removed, names[4]+"@v1.0.0") {
		t.Error("the largest was not chosen, and went")
	}
	wants(t, l.said.String(), "Chosen: 4 items", "2. is now chosen", "1. is now not chosen", "In use: example.com/a may need 2 items", "Type y to remove 5 items",
		"not confirmed: nothing was changed", "Type y to remove 5 items", "skipped example.com/c", "failed example.com/d", "removed 2 items, skipped 1, failed 1", "Type u to take it back",
		"Type y to bring back 5 items", "brought back", "knows what was changed")
}

// What is severe wants the number, and y is not enough.
func TestSevere(t *testing.T) {
	d := &dummy{names: names, severe: true}
	l, err := converse(t, d, nil, "2", "run", "y", "run", "yes", "run", "4", "", "q")
	if err != nil || len(d.removed) != 4 || l.confirmed() != 1 {
		t.Fatal(err, d.removed, l.said.String())
	}
	wants(t, l.said.String(), "Take care: what may not come back.", "Type 4 to remove 4 items; anything else is a no (nothing typed: no, nothing is changed): ", "not confirmed", "not confirmed")
}

// From a pipe nothing is changed that was not confirmed beforehand.
func TestPipe(t *testing.T) {
	pipe := func(o *Options) { o.Person = false }
	for _, answers := range [][]string{{"2", "run", "y"}, {"3", "1", "1", "run", "y"}, {"7", "1", "y"}} {
		d := &dummy{names: names, runs: []*state.Run{{ID: "20261101-000000-001", Kind: "clean", Started: noon, Items: []state.RunItem{{}}}}}
		l, err := converse(t, d, pipe, answers...)
		var no *Unconfirmed
		if !errors.As(err, &no) || no.Otherwise != "give --yes" || d.changed() {
			t.Errorf("%v: %v %v", answers, err, d.removed)
		}
		if strings.Contains(l.said.String(), "anything else is a no") {
			t.Error("a pipe was asked")
		}
	}
	d := &dummy{names: names, given: true}
	l, err := converse(t, d, pipe, "2", "run", "u", "3", "a", "run", "")
	if err != nil || len(d.removed) != 4 || len(d.undone) != 1 || len(d.mended) != 2 {
		t.Error(err, d.removed, d.undone, d.mended, l.said.String())
	}
	wants(t, l.said.String(), ": 2\n", "confirmed beforehand: remove 4 items", "brought back")
	wants(t, l.said.String(), "confirmed beforehand: repair 2 items", "repaired 1 item, 1 item skipped")
}

// Where nothing may be changed, nothing is asked.
func TestRefused(t *testing.T) {
	d := &dummy{names: names, refused: "--dry-run was given: nothing is changed\x1b"}
	l, err := converse(t, d, nil, "2", "run", "", "3", "all", "run", "", "", "q")
	if err != nil || d.changed() {
		t.Fatal(err)
	}
	plainly(t, l.said.String())
	wants(t, l.said.String(), `Nothing can be changed here: --dry-run was given: nothing is changed\x1b`, "nothing can be changed here: --dry-run", "nothing can be changed here")
}

// What fails is told, and the conversation goes on.
func TestFailures(t *testing.T) {
	d := &dummy{names: names, fail: errors.New("it is \x1bbroken")}
	l, err := converse(t, d, nil, "1", "2", "3", "4", "5", "6", "7", "8", "9", "q")
	if err != nil {
		t.Fatal(err)
	}
	plainly(t, l.said.String())
	wants(t, l.said.String(), `could not be looked at: it is \x1bbroken`, `note: it is \x1bbroken`, "No run has changed anything here.")
	d = &dummy{names: names, differs: true}
	l, err = converse(t, d, func(o *Options) {
		d.gate = func(_ context.Context, at string) {
			if at == "remove" || at == "repair" || at == "pin" {
				d.fail = errors.New("no room")
			}
		}
	}, "2", "run", "", "4", "", "1", "p", "", "q")
	if err != nil || d.changed() {
		t.Fatal(err, l.said.String())
	}
	wants(t, l.said.String(), "4 items stay after all", "kept, it differs: 4 items", "Nothing can go: all of it stays.", "the pin was not changed: no room")
	d = &dummy{names: names}
	d.gate = func(_ context.Context, at string) {
		d.fail = nil
		if at == "remove" || at == "repair" {
			d.fail = errors.New("no room")
		}
	}
	l, err = converse(t, d, nil, "2", "run", "y", "3", "1", "1", "run", "y", "q")
	if err != nil || d.changed() {
		t.Fatal(err, l.said.String())
	}
	wants(t, l.said.String(), "it was not done: no room", "note: no room")
}

// Nothing at all is a state, too.
func TestNothingThere(t *testing.T) {
	l, err := converse(t, &dummy{}, nil, "1", "2", "run", "kept", "", "3", "4", "5", "6", "7", "8", "9", "", "0")
	if err != nil {
		t.Fatal(err)
	}
	wants(t, l.said.String(), "total: ", "There is nothing to remove.", `"run" is no answer here`, "Nothing is kept", "no module version in the module cache", "No Go is known",
		"No project was found", "No run has changed anything", "no module version in the module cache", "GO111MODULE is ", "Nothing was changed.")
}

// Answers that make no sense are told so, and end.
func TestWrongAnswers(t *testing.T) {
	many := make([]string, 10000)
	for i := range many {
		many[i] = fmt.Sprintf("wrong\x1b%d", i)
	}
	l, err := converse(t, &dummy{names: names}, nil, many...)
	if !errors.Is(err, ErrLost) || l.given != patience {
		t.Errorf("%v after %d", err, l.given)
	}
	plainly(t, l.said.String())
	for _, first := range [][]string{nil, {"2"}, {"2", "look"}, {"2", "policy"}, {"2", "policy", "1"}, {"3"}, {"3", "1"}, {"3", "1", "1"}, {"6"}, {"7"}, {"9", "page"}} {
		d := &dummy{names: names, runs: []*state.Run{{ID: "20261101-000000-001", Kind: "undo", Started: noon}}}
		l, err := converse(t, d, nil, append(first, many[:5000]...)...)
		if err == nil || l.given > len(first)+2*patience || d.changed() {
			t.Errorf("%v: %v after %d", first, err, l.given)
		}
	}
	l, err = converse(t, &dummy{names: names}, nil, "77", "-1", "1.", "4", "exam", "99", "B", "help", "quit")
	if err != nil || l.given != 9 {
		t.Error(err, l.given)
	}
	wants(t, l.said.String(), `"77" is no answer here: type a number from 0 to 9.`, `"-1" is no answer`, "total: ", `"99" is no answer here: type a number from 1 to 6`)
}

// Input without an end is no input: it ends.
func TestEndlessInput(t *testing.T) {
	for name, in := range map[string]io.Reader{"one line": endless("x"), "lines": endless("x\n"), "empty lines of zeros": endless("\x00\n"), "nothing": strings.NewReader(""), "broken": broken{}} {
		d := &dummy{names: names}
		var said strings.Builder
		err := Run(t.Context(), Options{Doctor: d, In: in, Out: NewVoice(&said)})
		if err != nil && !errors.Is(err, ErrLost) || d.changed() || said.Len() > 1<<20 {
			t.Errorf("%s: %v, %d bytes", name, err, said.Len())
		}
	}
	in := io.MultiReader(strings.NewReader(strings.Repeat("y", lineMax*3)+"\n4"), strings.NewReader(""))
	var said strings.Builder
	if err := Run(t.Context(), Options{Doctor: &dummy{}, In: in, Out: NewVoice(&said)}); err != nil || len(said.String()) > 4000 {
		t.Error(err)
	}
	wants(t, said.String(), `"(a very long line)" is no answer here`, "There is no module version")
}

type endless string

func (e endless) Read(b []byte) (n int, err error) {
	for n+len(e) <= len(b) {
		n += copy(b[n:], e)
	}
	return n, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errors.New("the cable is out") }
func (broken) Write([]byte) (int, error) { return 0, errors.New("nobody listens") }

// Where nobody can hear it, it ends.
func TestBrokenOutput(t *testing.T) {
	if err := Run(t.Context(), Options{Doctor: &dummy{names: names}, In: endless("1\n"), Out: NewVoice(broken{})}); err == nil || !strings.Contains(err.Error(), "nobody listens") {
		t.Error(err)
	}
}

// What was typed before a question that changes something is no answer to it.
func TestTypedEarly(t *testing.T) {
	d := &dummy{names: names}
	var said strings.Builder
	err := Run(t.Context(), Options{Doctor: d, In: strings.NewReader("2\nrun\ny\ny\nyes\n"), Out: NewVoice(&said), Person: true})
	if err != nil || d.changed() {
		t.Fatal(err, said.String())
	}
	wants(t, said.String(), `"y" was typed before the question, and is not its answer.`, `"yes" was typed`, "Nothing was changed.")
}

// ctrl+c stops the work that goes on, and leaves where none does; so does the end of the context.
func TestInterrupt(t *testing.T) {
	for _, at := range []string{"look", "plan", "prove", "ask", "remove", "check", "verify", "mend", "repair", "undo"} {
		d := &dummy{names: names}
		caught := make(chan os.Signal, 1)
		released := 0
		once := false
		d.gate = func(ctx context.Context, what string) {
			if what == at && !once {
				once = true
				caught <- os.Interrupt
				<-ctx.Done()
			}
		}
		l, err := converse(t, d, func(o *Options) {
			o.Catch = func() (<-chan os.Signal, func()) { return caught, func() { released++ } }
		}, map[string][]string{"look": {"1"}, "plan": {"2"}, "prove": {"2", "run", ""}, "ask": {"2", "run", ""}, "remove": {"2", "run", "y", "b"}, "check": {"3", "b"}, "verify": {"8", "", "b"},
			"mend": {"3", "1", "1", "b", "b"}, "repair": {"3", "1", "1", "run", "y"}, "undo": {"2", "run", "y", "u", "y"}}[at]...)
		if err != nil || !once || released == 0 {
			t.Fatalf("%s: %v\n%s", at, err, l.said.String())
		}
		wants(t, l.said.String(), "\nstopping: what it is at is finished first.", "stopped", "godoctor leaves.")
	}
	caught := make(chan os.Signal, 1)
	caught <- os.Interrupt
	in, _ := io.Pipe() // nobody types
	defer in.Close()
	o := Options{Doctor: &dummy{}, In: in, Out: NewVoice(io.Discard), Catch: func() (<-chan os.Signal, func()) { return caught, func() {} }}
	if err := Run(t.Context(), o); !errors.Is(err, ErrInterrupted) {
		t.Error(err)
	}
	o.Catch = nil
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("the terminal is gone")
	cancel(gone)
	if err := Run(ctx, o); !errors.Is(err, gone) {
		t.Error(err)
	}
}

// Lists come in pages of the size that was asked for.
func TestPages(t *testing.T) {
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("example.com/m%02d", i))
	}
	l, err := converse(t, &dummy{names: many}, nil, "4", "", "x", "15", "", "more", "50", "", "", "", "9", "page", "all", "", "", "4", "", "b", "9", "page", "", "q")
	if err != nil {
		t.Fatal(err)
	}
	wants(t, l.said.String(), "There are 50 lines. How many at a time? A number, or all (nothing typed: 20): ", `"x" is no answer`, "15. example.com/m14", "(nothing typed: the next 15): ",
		"30. example.com/m29", "(nothing typed: the next 15): ", "45. example.com/m44", "(nothing typed: the next 5): ", "Lists come 15 lines at a time.", "Lists come whole.", "50. example.com/m49", "(nothing typed: back): ", "Lists come 20 lines at a time.")
}

// A teller says what is due and no more.
func TestTeller(t *testing.T) {
	tell := newTeller("removing", noon)
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	gib := int64(1 << 30)
	s := State{Total: 1311, Of: "item", Size: 8 * gib}
	if got := tell.begin(s); got != "removing: 1,311 items, 8.00 GiB" {
		t.Error(got)
	}
	for _, c := range []struct {
		at          time.Duration
		done, bytes int64
		want        string
	}{
		{time.Second, 1, gib, ""},
		{2 * time.Second, 20, 2 * gib, "removing: 25 percent, 20 of 1,311 items, 2.00 GiB of 8.00 GiB, 2.0s"},
		{3 * time.Second, 21, 2*gib + 1, ""},
		{20 * time.Second, 22, 3 * gib, ""},
		{32 * time.Second, 23, 3 * gib, "still working: removing, 23 of 1,311 items, 3.00 GiB of 8.00 GiB, 0:32; at it"},
		{33 * time.Second, 800, 7 * gib, "removing: 87 percent, 800 of 1,311 items, 7.00 GiB of 8.00 GiB, 0:33"},
		{62 * time.Second, 1311, 9 * gib, ""},
		{63 * time.Second, 1311, 9 * gib, "still working: removing, 1,311 of 1,311 items, 8.00 GiB of 8.00 GiB, 1:03; at it"},
	} {
		s.Done, s.Bytes, s.Detail = c.done, c.bytes, "at it"
		if got := tell.next(at(c.at), s); got != c.want {
			t.Errorf("after %v: %q, want %q", c.at, got, c.want)
		}
	}
	scan := newTeller("scanning", noon)
	if got := scan.begin(State{}); got != "scanning" {
		t.Error(got)
	}
	if got := scan.next(at(heartbeat), State{Done: 12345, Of: "entry", Bytes: gib}); got != "still working: scanning, 12,345 entries, 1.00 GiB, 0:30" {
		t.Error(got)
	}
	var b strings.Builder
	end := Tell(&b, "godoctor: ", "checking", func() State { return State{Total: 1, Of: "item"} })
	end()
	if b.String() != "godoctor: checking: 1 item\n" {
		t.Errorf("%q", b.String())
	}
}

// TestAgeOfPolicy insists that an age that is no number of whole days is not told as one.
func TestAgeOfPolicy(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "of any age", 24 * time.Hour: "not used for 1 day", 90 * 24 * time.Hour: "not used for 90 days",
		12 * time.Hour: "not used for 12 hours", 36 * time.Hour: "not used for 36 hours", time.Minute: "not used for 1m0s"} {
		if got := (&Policy{OlderThan: d}).age(); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}
