package remedy

import (
	"context"
	"errors"
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
