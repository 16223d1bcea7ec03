package prompt

import (
	"errors"
	"strings"
	"testing"

	"godoctor/doctor/state"
)

// FuzzAnswers gives any lines for answers: nothing panics, nothing but lines of text is said, and nothing is changed but by
// the answer that a question names.
func FuzzAnswers(f *testing.F) {
	f.Add(strings.Join(tour, "\n"), uint8(0))
	f.Add("2\nrun\ny\nu\ny\n7\n1\n\n3\na\nrun\n2\n", uint8(1))
	f.Add("2\nrun\n4\nu\n\n8\n\n1\n1\n1\nrun\n1\n", uint8(6))
	f.Add("6\n1\nf\nrun\ny\n9\npage\n3\nm\nm\n\n", uint8(8))
	f.Add("\n?\nb\n0x\n\x1b[A\n99999999999999999999\nq", uint8(16))
	f.Fuzz(func(t *testing.T, script string, how uint8) {
		answers := strings.Split(script, "\n")
		answers = answers[:min(len(answers), 200)]
		d := &dummy{names: names, severe: how&2 != 0, differs: how&4 != 0, given: how&32 != 0,
			runs: []*state.Run{{ID: "20261101-000000-001", Kind: "clean", Started: noon, Items: []state.RunItem{{Module: "m", Part: "sources"}}}}}
		if how&8 != 0 {
			d.names = hostile
		}
		if how&16 != 0 {
			d.refused = "not here"
		}
		person := how&1 == 0
		l, err := converse(t, d, func(o *Options) { o.Person = person }, answers...)
		var no *Unconfirmed
		if err != nil && !errors.Is(err, ErrLost) && !errors.As(err, &no) {
			t.Fatal(err)
		}
		switch {
		case d.refused != "" && d.changed():
			t.Fatal("it was refused, and done")
		case person && d.ran != l.confirmed() && d.refused == "":
			t.Fatalf("%d runs, %d confirmed\n%s", d.ran, l.confirmed(), l.said.String())
		case !person && !d.given && d.changed():
			t.Fatal("a pipe has changed something")
		}
		inLines(t, l.said.String())
	})
}
