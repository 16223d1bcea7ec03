package check

import (
	"slices"
	"strings"
	"testing"
)

// TestSaysAreRecognised: every text of every check, among other output, leads to that check: fewer than three others fit
// it better.
func TestSaysAreRecognised(t *testing.T) {
	table := All()
	for _, c := range table {
		for _, says := range c.Says {
			text := "go: downloading example.com/x v1.0.0\n\x1b[31m" + strings.ReplaceAll(says, "…", "what/ever.v1 \"x\"\n\t") + "\x1b[0m\nexit status 1\n"
			list := Recognise(text, table)
			own := slices.IndexFunc(list, func(r Recognised) bool { return r.Check == c })
			if own < 0 {
				t.Errorf("%s: %q is not recognised", c.ID, says)
				continue
			}
			better := 0
			for i := range list {
				if list[i].weight > list[own].weight {
					better++
				}
			}
			if better > 2 {
				t.Errorf("%s: %q fits %d others better: %s ...", c.ID, says, better, list[0].Check.ID)
			}
		}
	}
}

// TestRecognise: the more words fit, the earlier; each check once; what says next to nothing is not recognised.
func TestRecognise(t *testing.T) {
	table := []*Check{
		{ID: "short", Says: []string{"checksum mismatch"}},
		{ID: "long", Says: []string{"checksum mismatch", "verifying …: checksum mismatch"}},
		{ID: "other", Says: []string{"is not in std"}},
		{ID: "nothing", Says: []string{"… : …", "go: …"}},
	}
	ids := func(text string) string {
		var out []string
		for _, r := range Recognise(text, table) {
			out = append(out, r.Check.ID)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ text, want string }{
		{"verifying a.b/c@v1.0.0: checksum mismatch", "long short"},
		{"2026-01-02T03:04:05.678Z verifying a.b/c@v1.0.0:\n2026-01-02T03:04:05.679Z \tchecksum\n2026-01-02T03:04:05.679Z mismatch\n", "long short"},
		{"\x1b[1mverifying\x1b[0m a.b/c@v1.0.0: \x1b]8;;http://x\x07checksum mismatch", "long short"},
		{"go: x : y", ""}, {"", ""}, {"package bytes is not in std (/x)", "other"},
		{strings.Repeat("x ", ErrorMax) + "checksum mismatch", ""},
	} {
		if got := ids(c.text); got != c.want {
			t.Errorf("%.60q: %q, want %q", c.text, got, c.want)
		}
	}
	r := Recognise("verifying a.b/c@v1.0.0: checksum mismatch", table)[0]
	if r.Pattern != "verifying …: checksum mismatch" || !slices.Equal(r.Dots, []string{"a.b/c@v1.0.0"}) {
		t.Errorf("%+v", r)
	}
}

func TestMentions(t *testing.T) {
	m := Mentions("verifying rsc.io/quote/v3@v3.1.0: checksum mismatch\n\tdownloaded: h1:x\n\t/home/x/app/go.sum:12: h1:y\n" +
		"go: a.b/c@v0.0.0-20200101000000-abcdefabcdef: reading \"/x/cache/download/a.b/c/@v/v1.zip\": d.e/f@v2.0.0+incompatible, (rsc.io/quote/v3@v3.1.0)\n" +
		"no: user@v1.0.0 x.y/z@latest /x/../y/go.mod.\n")
	var got []string
	for _, v := range m.Modules {
		got = append(got, v.String())
	}
	want := []string{"rsc.io/quote/v3@v3.1.0", "a.b/c@v0.0.0-20200101000000-abcdefabcdef", "d.e/f@v2.0.0+incompatible"}
	if !slices.Equal(got, want) {
		t.Errorf("modules %q, want %q", got, want)
	}
	if want := []string{"/home/x/app/go.sum", "/x/cache/download/a.b/c/@v/v1.zip", "/y/go.mod"}; !slices.Equal(m.Files, want) {
		t.Errorf("files %q, want %q", m.Files, want)
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("verifying a.b/c@v1.0.0: checksum mismatch\n\x1b[31m/x/go.sum:1", "… checksum …")
	f.Fuzz(func(t *testing.T, text, says string) {
		table := []*Check{{ID: "x", Says: []string{says}}}
		for _, r := range Recognise(text, table) {
			if r.Pattern != says || len(r.Dots) > strings.Count(says, "…") {
				t.Errorf("%+v", r)
			}
		}
		Mentions(text)
	})
}

// mustRecognise: what the real go printed leads to the check: fewer than three others fit it better.
func mustRecognise(t *testing.T, id, out string) {
	t.Helper()
	list := Recognise(out, All())
	own := slices.IndexFunc(list, func(r Recognised) bool { return r.Check.ID == id })
	if own < 0 || own > 2 && list[2].weight > list[own].weight {
		t.Errorf("%s is not recognised in what go printed, or after others:\n%s", id, out)
	}
}
