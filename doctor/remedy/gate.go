package remedy

import (
	"context"
	"fmt"

	"godoctor/scan/process"
)

// GateOf makes a Gate of the process table. known is false where the system does not tell who runs: then there is no
// gate, and a person has to say that nothing uses the cache.
func GateOf(ctx context.Context, g *process.Gate) (gate Gate, known bool) {
	if !g.Look(ctx).Known() {
		return nil, false
	}
	return func(ctx context.Context) Users {
		u := g.Look(ctx)
		return func(path, version string) string {
			if !u.Known() {
				return "a process that cannot be seen any more"
			}
			who := u.Of(path, version)
			if who == nil {
				return ""
			}
			return fmt.Sprintf("%s (pid %d: %s)", who.Name, who.PID, who.Why)
		}
	}, true
}
