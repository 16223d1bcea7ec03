//go:build linux

package remedy

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"godoctor/scan/process"
)

// The gate of a system that tells who runs names who uses a version, here by working in it. Once it does not tell any more nothing is free, and
// where it never did there is no gate.
func TestGateOf(t *testing.T) {
	m := madeIn(t, quick(t))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	table := func() *process.Gate { // a new one each time: it remembers slow looks
		return process.NewGate(process.GateInput{ModCache: m.GOMODCACHE, GoCache: m.GOCACHE, Self: -1, Editors: func(string, string) bool { return false }})
	}
	if gate, known := GateOf(ended, table()); gate != nil || known {
		t.Error("a gate that sees nobody")
	}
	look := func(ctx context.Context) Users {
		gate, known := GateOf(t.Context(), table())
		if gate == nil || !known {
			t.Fatal("no gate")
		}
		return gate(ctx)
	}
	a := mod("example.com/a", "v1.0.0")
	if who := look(t.Context())(a.Path, a.Version); strings.Contains(who, fmt.Sprintf("pid %d:", os.Getpid())) {
		t.Errorf("%q uses it already", who)
	}
	t.Chdir(m.Dir(a))
	if who := look(t.Context())(a.Path, a.Version); !strings.Contains(who, " (pid ") || !strings.HasSuffix(who, ")") {
		t.Errorf("%q uses it", who)
	}
	if who := look(ended)(a.Path, a.Version); who != "a process that cannot be seen any more" {
		t.Errorf("%q uses it", who)
	}
}
