package tui

import (
	"context"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A Cleaner makes plans and carries them out. All its funcs are called beside the screen, and may take their time.
type Cleaner struct {
	Refused string // why nothing may be changed here; empty: it may. Plans are made all the same

	// Plan makes a plan of what the policy names. Use is of that inventory.
	Plan func(ctx context.Context, inv *scan.Inventory, use *usage.Result, p Policy) (*plan.Plan, error)

	// Prove hashes what a plan removes and gives the plan of what could be proved.
	Prove func(ctx context.Context, inv *scan.Inventory, use *usage.Result, p Policy, q *plan.Plan, m *meter.Meter) *plan.Plan

	// Users looks who uses what is in a plan. known is false where the system does not tell; who are processes, raw, with
	// the number of items that each may need.
	Users func(ctx context.Context, inv *scan.Inventory, use *usage.Result, q *plan.Plan) (who map[string]int, known bool)

	// Run carries out a plan that a person has confirmed. The meter of the options is told of bytes and items.
	Run func(ctx context.Context, inv *scan.Inventory, use *usage.Result, q *plan.Plan, opt plan.Options) Outcome

	// Undo brings back what a run removed, and tells each of every item.
	Undo func(ctx context.Context, inv *scan.Inventory, of *state.Run, m *meter.Meter, each func(i int, err error)) Outcome

	Runs func() ([]*state.Run, error)                // the history, the youngest first
	Save func(q *plan.Plan) (file string, err error) // writes a plan into a file of the program's own
}

// A Policy is what a plan is made by.
type Policy struct {
	Kinds     plan.Policies
	OlderThan time.Duration // only what was not used for so long
	Young     bool          // with OlderThan 0: of any age, what was fetched or read within the grace period too
	Goal      int64         // stop when so many bytes are planned; 0: none
	Keep      int           // the newest so many versions of each module stay
	Modules   []string      // only those versions, and a person insists on them; empty: all
}

// An Outcome is what became of a run.
type Outcome struct {
	Run     *state.Run // nil if it did not begin
	Stopped bool       // it ended early
	Notes   []string   // raw
	Err     error      // why it did not begin, or what was fetched is not there
	Again   *Again     // of a repair: what was verified after it; nil: nothing was
	Made    *Packed    // of a bundle that is made: what it is
}

// usualPolicy is the one that is begun with: all kinds that somebody can do without, not used for a month. Few of them
// are ticked.
func usualPolicy() Policy {
	kinds, age := plan.Usual()
	return Policy{Kinds: kinds, OlderThan: age}
}

// markedPolicy is the policy for versions that a person marked.
func markedPolicy(keys []string) Policy {
	return Policy{Kinds: plan.Policies{Orphans: true}, Modules: keys}
}

// noCleaner is said where nothing can plan.
const noCleaner = "nothing can be planned here: the program was started without what does it"
