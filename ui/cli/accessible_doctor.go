package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/prompt"
	"godoctor/ui/tui"
)

// A conversation does what is asked for in the numbered menus: with what does it for the screens, or a command where that
// tells more, and with progress in lines.
type conversation struct {
	*screens
	do tui.Options
}

var _ prompt.Doctor = (*conversation)(nil)

// lookOf is the machine as the commands know it.
func lookOf(m *prompt.Machine) *look { return &look{inv: m.Inventory, use: m.Usage, here: m.Here} }

// Look looks at the machine.
func (c *conversation) Look(ctx context.Context, exact bool) (*prompt.Machine, error) {
	mode := scan.Fast
	if exact {
		mode = scan.Exact
	}
	l, err := c.look(ctx, mode)
	if err != nil {
		return nil, err
	}
	return &prompt.Machine{Inventory: l.inv, Usage: l.use, Here: l.here}, nil
}

// Pick is ls: by a state, or by a pattern.
func (c *conversation) Pick(m *prompt.Machine, words string) []int {
	f := &lsFlags{sort: "size"}
	if slices.Contains(states(), words) {
		f.state, words = words, ""
	}
	if m.Inventory.ModCache == nil {
		return nil
	}
	return f.pick(lookOf(m), words)
}

// Check runs the checks.
func (c *conversation) Check(ctx context.Context, m *prompt.Machine) *prompt.Checked {
	start, count := time.Now(), new(meter.Meter)
	stop := c.progressOf("checking", count)
	res := c.do.Check(ctx, m.Inventory, m.Usage, count)
	stop()
	out := &prompt.Checked{Found: foundOf(res.Findings)}
	out.Summary = report.CheckSummary{Checks: res.Checks, Projects: res.Projects, Ignored: res.Ignored, DurationMS: time.Since(start).Milliseconds()}
	out.Summary.Errors, out.Summary.Warnings, out.Summary.Notes = finding.Count(res.Findings)
	return out
}

// Verify recomputes hashes.
func (c *conversation) Verify(ctx context.Context, m *prompt.Machine, picked []int) (*prompt.Verified, error) {
	if c.do.Verify == nil {
		return nil, errors.New(c.Refused())
	}
	a := c.apart(nil)
	opt := verify.Options{Usage: m.Usage, Picked: picked, Meter: new(meter.Meter)}
	res, _ := a.verifyWith(ctx, lookOf(m), &verifyFlags{failOn: "never"}, opt, picked == nil, "verifying")
	out := &prompt.Verified{Found: foundOf(res.Findings), Stopped: res.Stopped}
	out.Summary = report.VerifySummary{Modules: res.Modules, Verified: res.Verified, BytesHashed: res.Bytes}
	out.Summary.Count(res.Findings)
	return out, nil
}

// foundOf are findings as they are told, the worst first, each with what godoctor repair does about it.
func foundOf(list []finding.Finding) []prompt.Found {
	list = slices.Clone(list)
	finding.Sort(list)
	d := report.Bare("check", version()).WithFindings(list)
	withRepairs(d)
	out := make([]prompt.Found, len(list))
	for i := range list {
		shown := d.Findings[i]
		mends := len(shown.Fix) > 0 && len(shown.Fix[0].Argv) > 1 && shown.Fix[0].Argv[0] == "godoctor" && shown.Fix[0].Argv[1] == "repair"
		out[i] = prompt.Found{Finding: list[i], Shown: shown, Mends: mends, Usual: isRule(shown.Check) || list[i].Severity != finding.Note}
	}
	return out
}

// Cause is the reason on the manual page of a check.
func (c *conversation) Cause(id string) string { return c.reasonOf(id) }

// Settings are those of the go command.
func (c *conversation) Settings(m *prompt.Machine) []report.Setting {
	return report.Bare("env", version()).WithSettings(m.Inventory.Env, nil).Settings
}

// Warnings are what makes no sense in the configuration.
func (c *conversation) Warnings() []string {
	if c.do.Warnings == nil {
		return nil
	}
	return c.do.Warnings()
}

// Pin keeps a module version, or no longer.
func (c *conversation) Pin(ctx context.Context, m *prompt.Machine, p config.Pin, on bool) (*prompt.Machine, error) {
	switch {
	case c.saved != nil:
		return nil, errors.New(c.Refused())
	case c.do.Pin == nil:
		return nil, errors.New("pins are kept in the configuration, and --no-config was given")
	}
	if err := c.do.Pin(p, on); err != nil {
		return nil, err
	}
	use, here := c.do.Use(ctx, m.Inventory)
	return &prompt.Machine{Inventory: m.Inventory, Usage: use, Here: here}, nil
}

// Refused is why nothing may be changed.
func (c *conversation) Refused() string { return c.do.Clean.Refused }

// policyOf is a policy as the screens have it.
func policyOf(p prompt.Policy) tui.Policy {
	return tui.Policy{Kinds: p.Kinds, OlderThan: p.OlderThan, Young: p.Young, Goal: p.Goal, Keep: p.Keep}
}

// Plan makes a plan.
func (c *conversation) Plan(ctx context.Context, m *prompt.Machine, p prompt.Policy) (*plan.Plan, error) {
	return c.do.Clean.Plan(ctx, m.Inventory, m.Usage, policyOf(p))
}

// Prove hashes what goes.
func (c *conversation) Prove(ctx context.Context, m *prompt.Machine, p prompt.Policy, q *plan.Plan) *plan.Plan {
	count := new(meter.Meter)
	defer c.progressOf("hashing what is to go", count)()
	return c.do.Clean.Prove(ctx, m.Inventory, m.Usage, policyOf(p), q, count)
}

// AskRemove looks who uses what goes, and says what has to be confirmed.
func (c *conversation) AskRemove(ctx context.Context, m *prompt.Machine, q *plan.Plan) prompt.Question {
	who, known := c.do.Clean.Users(ctx, m.Inventory, m.Usage, q)
	return c.asked(questionOf(lookOf(m), q, known), who, known)
}

// asked is a question as it is put here.
func (c *conversation) asked(q question, who map[string]int, known bool) prompt.Question {
	return prompt.Question{Why: q.severe, Do: q.do, Want: q.want(), Otherwise: q.otherwise, Given: c.given(&q), Users: who, Known: known}
}

// Remove carries out a plan.
func (c *conversation) Remove(ctx context.Context, m *prompt.Machine, q *plan.Plan) prompt.Outcome {
	count := new(meter.Meter)
	defer c.progressTo("removing", count, q.Now()+q.Later())()
	return outcomeOf(c.do.Clean.Run(ctx, m.Inventory, m.Usage, q, plan.Options{Meter: count}))
}

func outcomeOf(o tui.Outcome) prompt.Outcome {
	return prompt.Outcome{Run: o.Run, Stopped: o.Stopped, Notes: o.Notes, Err: o.Err}
}

// Save writes a plan to a file of the program's own.
func (c *conversation) Save(q *plan.Plan) (string, error) { return c.do.Clean.Save(q) }

// Runs is the history.
func (c *conversation) Runs() ([]*state.Run, error) {
	if !c.settled && c.saved == nil {
		if err := c.ownFiles(); err != nil {
			return nil, err
		}
	}
	return c.do.Clean.Runs()
}

// AskUndo says what has to be confirmed before a run is taken back, or why it cannot be.
func (c *conversation) AskUndo(of *state.Run) (prompt.Question, error) {
	if err := undoable(of); err != nil {
		return prompt.Question{}, err
	}
	if !slices.ContainsFunc(of.Items, func(it state.RunItem) bool {
		return it.Kept != "" || len(it.Edits) > 0 || it.Module != "" && of.Kind == "clean"
	}) {
		return prompt.Question{}, errors.New("there is nothing to put back: go makes anew what it removed")
	}
	return prompt.Question{Do: undoWords(of), Want: "y", Otherwise: "give --yes to do it without being asked", Given: c.yes, Known: true}, nil
}

// Undo takes a run back.
func (c *conversation) Undo(ctx context.Context, m *prompt.Machine, of *state.Run) prompt.Outcome {
	count := new(meter.Meter)
	defer c.progressOf("bringing back", count)()
	return outcomeOf(c.do.Clean.Undo(ctx, m.Inventory, of, count, func(int, error) {}))
}

// Mend looks again at what is to be mended, and plans that.
func (c *conversation) Mend(ctx context.Context, m *prompt.Machine, w prompt.Wish) (*prompt.Mending, error) {
	if c.saved != nil {
		return nil, errors.New(c.Refused())
	}
	a, l := c.apart(nil), lookOf(m)
	x, err := a.examineWish(ctx, l, tui.MendWish{Findings: w.Findings, Known: w.Known, Project: w.Project}, new(meter.Meter))
	if err != nil {
		return nil, err
	}
	d := report.New("repair", version(), l.inv).WithRepair(x.repair, len(x.found), false)
	out := &prompt.Mending{Steps: x.repair.Steps, Shown: d.Repair}
	out.Ask = func(ctx context.Context, steps []plan.Step) prompt.Question {
		who, known := a.inTheWay(ctx, l, steps)
		known = known || onlySettings(steps)
		return c.asked(questionOfRepair(steps, known), who, known)
	}
	out.Run = func(ctx context.Context, steps []plan.Step) prompt.Mended {
		part := x.only(steps)
		gate, _ := a.gate(ctx, l)
		done, err := a.carryOut(ctx, l, part, w.Project, gate)
		if err != nil {
			return prompt.Mended{Err: err, Stopped: ctx.Err() != nil}
		}
		d := report.New("repair", version(), l.inv)
		part.tell(d, done)
		sum, _ := d.Summary.(report.RepairSummary)
		return prompt.Mended{Document: d, Summary: sum, Stopped: ctx.Err() != nil, Err: againError(done.err)}
	}
	return out, nil
}

// againError says that what was mended was not verified again.
func againError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("what was mended could not be verified again: %w", err)
}
