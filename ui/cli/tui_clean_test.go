package cli

import (
	"slices"
	"testing"
	"time"

	"godoctor/doctor/plan"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/ui/tui"
)

// TestCleanerYoung: what was fetched a moment ago is in a plan only where somebody asked for any age, today's too; what a
// project needs never is.
func TestCleanerYoung(t *testing.T) {
	l, s := compareLab(t)
	l.must(l.m.Install(cachetest.Module{Path: "example.com/new", Version: "v1.0.0", Fetched: time.Now(), Files: map[string]string{"n.go": "package n\n"}}))
	look, err := s.look(t.Context(), scan.Exact)
	l.must(err)
	c := s.cleaner()
	names := func(p tui.Policy) (out []string) {
		p.Kinds = plan.Policies{Orphans: true}
		q, err := c.Plan(t.Context(), look.inv, look.use, p)
		l.must(err)
		for i := range q.Items {
			out = append(out, q.Items[i].Label())
		}
		if proved := c.Prove(t.Context(), look.inv, look.use, p, q, nil); len(proved.Items) != len(q.Items) {
			t.Errorf("%+v: %d items, %d proved", p, len(q.Items), len(proved.Items))
		}
		return out
	}
	if got := names(tui.Policy{}); len(got) != 0 {
		t.Errorf("planned are %q, which are young", got)
	}
	if got := names(tui.Policy{Young: true}); !slices.Equal(got, []string{"example.com/new@v1.0.0"}) {
		t.Errorf("planned are %q", got)
	}
	if got := names(tui.Policy{}); len(got) != 0 || s.graceGiven {
		t.Errorf("after that planned are %q", got)
	}
}
