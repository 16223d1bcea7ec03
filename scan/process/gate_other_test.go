//go:build !linux

package process

import (
	"context"
	"testing"
)

// TestNotKnown: where the process table is not read, nobody is found, and the gate says that this means nothing.
func TestNotKnown(t *testing.T) {
	u := NewGate(GateInput{ModCache: t.TempDir()}).Look(context.Background())
	if u.Known() || u.Of("example.com/a", "v1.0.0") != nil || u.BuildCache() != nil {
		t.Errorf("%+v", u)
	}
}
