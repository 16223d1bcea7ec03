package prompt

import (
	"context"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
)

// A Doctor does what is asked for here, as the commands do it. Its methods take their time, tell themselves how far they are,
// and come back soon after ctx has ended. They are called one at a time.
type Doctor interface {
	Looker
	Cleaner
	Mender
}

// A Looker finds out what is there, and changes nothing but pins.
type Looker interface {
	// Look looks at the machine and at who needs what; exact: at every file.
	Look(ctx context.Context, exact bool) (*Machine, error)

	// Pick gives the places in the module cache of the versions that words mean: a text, a pattern, or a state; "": all. The
	// largest come first.
	Pick(m *Machine, words string) []int

	Check(ctx context.Context, m *Machine) *Checked                          // runs the checks
	Verify(ctx context.Context, m *Machine, picked []int) (*Verified, error) // recomputes hashes; nil: of all
	Cause(check string) string                                               // why what a check finds is so; "": nobody says
	Settings(m *Machine) []report.Setting                                    // of the go command
	Warnings() []string                                                      // what makes no sense in the configuration, raw

	// Pin keeps a module version whatever happens, or no longer, and tells who needs what since.
	Pin(ctx context.Context, m *Machine, p config.Pin, on bool) (*Machine, error)
}

// A Cleaner plans what goes, carries it out, and takes it back.
type Cleaner interface {
	Refused() string // why nothing may be changed here, raw; "": it may

	Plan(ctx context.Context, m *Machine, p Policy) (*plan.Plan, error)
	Prove(ctx context.Context, m *Machine, p Policy, q *plan.Plan) *plan.Plan // hashes what goes
	AskRemove(ctx context.Context, m *Machine, q *plan.Plan) Question
	Remove(ctx context.Context, m *Machine, q *plan.Plan) Outcome // what a person has confirmed
	Save(q *plan.Plan) (file string, err error)

	Runs() ([]*state.Run, error)             // the history, the youngest first
	AskUndo(of *state.Run) (Question, error) // the error says why there is nothing to take back
	Undo(ctx context.Context, m *Machine, of *state.Run) Outcome
}

// A Mender finds out how something is mended, and mends it.
type Mender interface {
	Mend(ctx context.Context, m *Machine, w Wish) (*Mending, error)
}

// A Machine is what is known of the machine. It does not change.
type Machine struct {
	Inventory *scan.Inventory
	Usage     *usage.Result
	Here      *usage.Project // the project that the program was started in, or nil
}

// A Policy is what a plan is made by.
type Policy struct {
	Kinds     plan.Policies
	OlderThan time.Duration // only what was not used for so long
	Young     bool          // with OlderThan 0: of any age, what was fetched or read within the grace period too
	Goal      int64         // stop when so many bytes are planned; 0: none
	Keep      int           // the newest so many versions of each module stay
}

// A Question is what has to be answered before something is changed, in proportion to what that is.
type Question struct {
	Why       string // why it is asked so earnestly; "": it is not
	Do        string // what a yes does: "remove 3 items, 8.77 MiB"
	Want      string // the answer that is a yes: y, or a number
	Otherwise string // what to give where nobody can be asked
	Given     bool   // that was given

	Users map[string]int // processes, raw, and how many things of it each may need; nil: it is about none
	Known bool           // false where the system does not tell who uses the caches
}

// An Outcome is what became of a run.
type Outcome struct {
	Run     *state.Run // nil if it did not begin
	Stopped bool       // it ended early
	Notes   []string   // raw
	Err     error      // why it did not begin
}

// A Found is a finding.
type Found struct {
	Finding finding.Finding
	Shown   report.Finding
	Mends   bool // its first fix is carried out here
	Usual   bool // it is mended where all is mended
}

// Checked is what checks have found.
type Checked struct {
	Found   []Found
	Summary report.CheckSummary
}

// Verified is what a verification has found.
type Verified struct {
	Found   []Found
	Summary report.VerifySummary
	Stopped bool // it ended early: what was found until then counts
}

// A Wish is what is to be mended: findings, or what a project needs.
type Wish struct {
	Findings []finding.Finding
	Known    []finding.Finding // with Findings: all that was found, for what a person has to decide first is among it
	Project  string            // a go.mod or go.work file, raw: what it needs is mended, and what it lacks fetched. "": none
}

// A Mending is a repair that was planned.
type Mending struct {
	Steps []plan.Step
	Shown *report.Repair // the same, and what is left to a person

	Ask func(ctx context.Context, steps []plan.Step) Question
	Run func(ctx context.Context, steps []plan.Step) Mended // what a person has confirmed; verifies it again
}

// A Mended is what came of a repair.
type Mended struct {
	Document *report.Document // nil if it did not begin
	Summary  report.RepairSummary
	Stopped  bool  // it ended early
	Err      error // why it did not begin, or was not verified again
}
