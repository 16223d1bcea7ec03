package remedy

import (
	"context"
	"fmt"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// No version stands in a batch twice, nor behind what is none, and no batch is too large.
func TestBatchOf(t *testing.T) {
	version := func(n int) plan.Step { return plan.Step{Module: "a.b/c", Version: fmt.Sprintf("v1.0.%d", n)} }
	var many []plan.Step
	for i := range batchMax + 1 {
		many = append(many, version(i))
	}
	for _, c := range []struct {
		steps []plan.Step
		want  int
	}{{nil, 0}, {many[:1], 1}, {many[:batchMax], batchMax}, {many, batchMax}, {[]plan.Step{version(1), version(2), version(1)}, 2},
		{[]plan.Step{version(1), {Module: "a.b/d", Version: "v1.0.1"}}, 2}, {[]plan.Step{{File: "/go.sum"}, version(1)}, 0},
		{[]plan.Step{version(1), {Name: "cache/x"}, version(2)}, 1}} {
		if got := batchOf(c.steps); got != c.want {
			t.Errorf("%d of %d steps, want %d", got, len(c.steps), c.want)
		}
	}
}

// Those of which nothing is put aside go together, the others a few at a time; who has failed goes with nobody.
func TestParts(t *testing.T) {
	m := machine(t, quick(t))
	items := versions(t, m, "example.com/p", 2*asideMax+4, plan.Version)
	r := remover(t, m, Options{})
	s := &Session{Remover: r}
	var steps []plan.Step
	for i := range items {
		steps = append(steps, plan.Step{Module: items[i].Module, Version: items[i].Version, Fixes: []string{plan.FixFetch}})
	}
	for i := range 3 { // of these nothing is there
		steps = append(steps, plan.Step{Module: "example.com/none", Version: fmt.Sprintf("v1.0.%d", i), Fixes: []string{plan.FixFetch}})
	}
	x := s.newBatch(t.Context(), steps, &Mender{Fetch: func(context.Context, module.Version, string, string, string, func(string) error) error { return nil }})
	<-x.gathered
	defer x.close()
	for i, v := range x.list {
		v.err = nil
		if i == 1 {
			v.err = errBusy
		}
	}
	var sizes []int
	for _, part := range x.parts() {
		sizes = append(sizes, len(part))
	}
	if fmt.Sprint(sizes) != fmt.Sprint([]int{3, asideMax, asideMax, 3}) {
		t.Errorf("parts of %d", sizes)
	}
}
