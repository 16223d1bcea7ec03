//go:build unix

package tui_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// A speech is the program with --accessible in a terminal, and how far it was listened to.
type speech struct {
	*tuitest.Terminal
	t  *testing.T
	at int
}

func speak(t *testing.T, dir string, environ []string, args ...string) *speech {
	t.Helper()
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Cols: 80, Rows: 24, Dir: dir, Env: append(environ, "LC_ALL=", "LANG=C.UTF-8"), Args: args})
	check(err)
	t.Cleanup(func() { term.Close() })
	return &speech{Terminal: term, t: t}
}

// hear waits until texts were said, one behind the other.
func (s *speech) hear(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		ctx, cancel := context.WithTimeout(s.t.Context(), patience)
		err := s.WaitFor(ctx, func(string) bool { return strings.Contains(string(s.Output()[s.at:]), text) })
		cancel()
		said := string(s.Output()[s.at:])
		if i := strings.Index(said, text); i >= 0 {
			s.at += i + len(text)
			continue
		}
		s.t.Fatalf("%q was not said: %v\n%s", text, err, said)
	}
}

// answer types a line.
func (s *speech) answer(text string) {
	s.t.Helper()
	check(s.Type(text + "\r"))
}

// end waits for the end, and insists that all that was said are lines that stay.
func (s *speech) end(code int) {
	s.t.Helper()
	got, err := s.Wait(patience)
	check(err)
	if got != code {
		s.t.Errorf("exit code %d, want %d", got, code)
	}
	if s.Modes() != s.StartModes() {
		s.t.Error("the terminal is not as it was")
	}
	plainly(s.t, string(s.Output()))
}

// plainly insists on text without a sequence for the terminal, a line that is written again, or a picture.
func plainly(t *testing.T, said string) {
	t.Helper()
	for i, r := range strings.ReplaceAll(said, "\r\n", "\n") { // the terminal ends lines so
		if r != '\n' && unicode.IsControl(r) || r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff {
			t.Fatalf("%q is in what was said: %q", r, said[max(0, i-60):min(len(said), i+60)])
		}
	}
}

// Who hears the program frees space and takes it back, and what was removed is as it was. Nothing goes before the answer that
// the question names.
func TestSpokenFreeAndTakeBack(t *testing.T) {
	t.Parallel()
	m := cleanable(t)
	before := contents(t, m.GOMODCACHE)
	s := speak(t, m.Home, m.Environ(), "--accessible", "--grace", "0") // the test has just read all of it
	s.hear("numbered menus", "1. overview", "0. quit", "What next?")
	s.answer("1")
	s.hear("How many at a time?", "nothing typed: 20")
	s.answer("all")
	s.hear("Go keeps ", "sources: ", "total: ", "orphan: ", "What next?")
	s.answer("2")
	s.hear("What may go, not used for 30 days", "Type a number")
	s.answer("policy")
	s.hear("1. for how long it was not used", "0. back")
	s.answer("1")
	s.hear("Such as 90d", "it stays: not used for 30 days")
	s.answer("0")
	s.hear("The plan is now of what may go, of any age", "What of it?")
	s.answer("0")
	s.hear("What may go, of any age", "Chosen: ", "1. chosen, unpacked sources", "leftovers of broken-off work", "not chosen, module versions nobody needs", "Type a number")
	s.answer("2")
	s.hear("2. is now not chosen", "a number, policy, kept, look, save, run")
	for range 2 {
		s.answer("run")
		s.hear("hashing what is to go", "goes: unpacked sources", "All of it: ", "No running process uses any of it", "Type y to remove ", "nothing is changed): ")
		s.answer("")
		s.hear("not confirmed: nothing was changed", "or ?")
	}
	if now := below(t, m.GOMODCACHE); len(now) == 0 || !sameFiles(contents(t, m.GOMODCACHE), before) {
		t.Fatal("something was changed without a yes")
	}
	s.answer("r")
	s.hear("Type y to remove ", "): ")
	s.answer("y")
	s.hear("removing: ", "removed ", "freed ", "Type u to take it back now")
	if now := contents(t, m.GOMODCACHE); len(now) >= len(before) {
		t.Errorf("nothing was removed: %d files, %d before", len(now), len(before))
	}
	s.answer("u")
	s.hear("Type y to bring back ", "): ")
	s.answer("y")
	s.hear("bringing back", "brought back ", "What next?")
	if now := contents(t, m.GOMODCACHE); !sameFiles(now, before) {
		t.Error("what was brought back is not what was there")
	}
	s.answer("7")
	s.hear("2 runs", "undo of ", "clean of ", "taken back", "Type a number")
	s.answer("q")
	s.hear("'godoctor history' knows what was changed.")
	s.end(0)
}

// sameFiles reports whether all that was there is, as it was.
func sameFiles(now, before map[string]string) bool {
	for name, data := range before {
		if now[name] != data {
			return false
		}
	}
	return true
}

// A damaged module is found, told, and mended with progress; ctrl+c stops the work and not the conversation.
func TestSpokenRepair(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	zip, err := os.ReadFile(c.CachePath(c.big, "zip"))
	check(err)
	c.damage()
	c.close()
	s := speak(t, c.project, c.environ(), "--accessible")
	s.hear("What next?")
	s.answer("8")
	s.hear("Verify which?", "all, 2 module versions")
	s.answer("")
	s.hear("verifying", "2 findings, the worst first", "1. ERROR sources-modified example.com/ward/small@v0.1.0", "2. ERROR zip-", "Type a number")
	s.answer("1")
	s.hear("what: ", "where: ", "proof: ", "small.go is modified", "cause: ", "1. have go unpack", "use it")
	s.answer("b")
	s.hear("or ?")
	s.answer("all")
	s.hear("2 steps", "1. chosen, ", "2. chosen, ", "run: ")
	s.answer("run")
	s.hear("Type y to repair 2 items", "): ")
	s.answer("y")
	s.hear("fetching", "fetching: ", " percent, 0 of 1 file, ")
	check(s.Keys("ctrl+c"))
	s.hear("stopping: ", "stopped: what was done stays done", "repaired 0 items", "What next?")
	c.open()
	s.answer("8")
	s.hear("Verify which?")
	s.answer("ward")
	s.hear("2 findings", "Type a number")
	s.answer("all")
	s.hear("run: ")
	s.answer("r")
	s.hear("Type y to repair 2 items", "): ")
	s.answer("yes")
	s.hear("not confirmed", "or ?")
	s.answer("r")
	s.hear("Type y to repair 2 items", "): ")
	s.answer("Y")
	s.hear("fetching", "repairing", "verifying again", "done example.com/ward/", "verified again: nothing found", "What next?")
	s.answer("8")
	s.answer("")
	s.hear("2 module versions verified: nothing found", "What next?")
	check(s.Type("\x04")) // the end of the input
	s.end(0)
	if now, err := os.ReadFile(c.CachePath(c.big, "zip")); err != nil || string(now) != string(zip) {
		t.Error("the zip is not as it was", err)
	}
}

// ctrl+c at a question ends it, as a screen reader is of no help to who is asked; and with the variable that other programs
// know, in a terminal, it is the same program.
func TestSpokenEnds(t *testing.T) {
	m, err := cachetest.New(t.TempDir() + "/m")
	check(err)
	t.Cleanup(func() { check(m.RemoveAll()) })
	for i, end := range []struct {
		do   func(s *speech)
		code int
	}{
		{func(s *speech) { check(s.Keys("ctrl+c")) }, 130},
		{func(s *speech) { s.answer("0") }, 0},
		{func(s *speech) { s.answer("Quit") }, 0},
		{func(s *speech) {
			s.answer("4")
			s.hear("There is no module version", "What next?")
			check(s.Type("\x04"))
		}, 0},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			s := speak(t, m.Home, append(m.Environ(), "ACCESSIBLE=1", "TERM=dumb"))
			s.hear("What next?", "menu again): ")
			end.do(s)
			s.end(end.code)
		})
	}
}
