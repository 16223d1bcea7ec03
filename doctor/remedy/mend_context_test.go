package remedy

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// A look that is stopped has seen nothing: neither that something is right nor that it is wrong.
func TestMendLooksAreStopped(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	x := (&Session{Remover: r}).newBatch(ctx, []plan.Step{{Module: "example.com/a", Version: "v1.0.0", Fixes: []string{plan.FixUnpack}}},
		&Mender{Fetch: func(context.Context, module.Version, string, string, string, func(string) error) error {
			return errNetwork
		}})
	<-x.gathered
	defer x.close()
	v := x.list[0]
	if v.err != nil || !v.local || v.hash == "" || !v.agrees(v.hash) {
		t.Fatalf("%+v", v)
	}
	if err := v.check(); err != nil || !v.hashed {
		t.Fatal(err)
	}
	v.hashed = false
	cancel(errBusy)
	if err := v.check(); !errors.Is(err, context.Canceled) || v.hashed || len(v.bad) > 0 {
		t.Errorf("%v, %+v", err, v)
	}
	if err := v.localZip(); !errors.Is(err, errBusy) {
		t.Error(err)
	}
	if err := v.provedZip(partsOf(t, m, "example.com/a", "v1.0.0")[0]); !errors.Is(err, errBusy) {
		t.Error(err)
	}
	write(t, partsOf(t, m, "example.com/a", "v1.0.0")[1], "")
	if v.agrees(v.hash) {
		t.Error("the directory agrees, and nobody has looked at it")
	}
}

// An error says no more than that the context has ended if it is that of the context or its cause; and only then. What a version that
// was not touched says then is told to nobody.
func TestMendStoppedSays(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	x := &batch{ctx: ctx}
	for _, err := range []error{context.Canceled, errBusy, errThere} {
		if x.stopped(err) {
			t.Errorf("not yet stopped: %v", err)
		}
	}
	cancel(errBusy)
	for err, want := range map[error]bool{context.Canceled: true, errBusy: true, errThere: false, errors.Join(errThere, errBusy): true} {
		if x.stopped(err) != want {
			t.Errorf("%v: want %v", err, want)
		}
	}
	st := &plan.Step{Module: "example.com/a", Version: "v1.0.0", Fixes: []string{plan.FixFetch}}
	x.list = []*mending{{st: st, err: context.Canceled}, {st: st, err: errBusy, touched: true}, {st: st, err: errThere}}
	var told []int
	x.mend(func(i int, o plan.Outcome) { told = append(told, i) })
	if !slices.Equal(told, []int{1, 2}) {
		t.Errorf("told of %v", told)
	}
}

// What leaves a thing as it is for a reason that lies outside is no failure; what somebody holds is busy; all else has failed.
func TestOutcomeOf(t *testing.T) {
	for _, err := range []error{errBusy, usedError("go (pid 1)"), fs.ErrNotExist, errLink, errMount, errChanged, errYoung, errThere, errNetwork, errNotNamed, nil} {
		want := plan.Outcome{Result: plan.Skipped, Err: err}
		switch err {
		case nil:
			want.Result = plan.Done
		case errBusy, usedError("go (pid 1)"):
			want.Busy = true
		case errThere, errNetwork, errNotNamed:
			want.Result = plan.Failed
		}
		if got := outcomeOf(err); got != want {
			t.Errorf("%v: %+v", err, got)
		}
	}
}
