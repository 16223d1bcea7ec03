package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// hostile are names that a terminal could take for commands, or that are wider than they look.
var hostile = []string{"evil.example/\x1b[2Jclear", "evil.example/\x1b]0;title\x07", "evil.example/\u202egnp.exe", "evil.example/\xff\xfe",
	"evil.example/new\nline", "evil.example/back\rover", "evil.example/\u009b31m", "evil.example/tab\tbed", "evil.example/\u2800", "", "evil.example/%s%n"}

// A dummy stands for what looks, plans and changes: all of it is made up, and nothing is done but noted.
type dummy struct {
	names   []string // of module versions and all else
	refused string
	fail    error                                // nothing can be looked at, planned or begun
	severe  bool                                 // a number is to be typed
	given   bool                                 // flags have confirmed it
	differs bool                                 // what was chosen stays, since hashed
	gate    func(ctx context.Context, at string) // before each work; may be nil

	removed, undone, mended, pinned []string // what would have been done, in order
	saved, looked, ran              int
	runs                            []*state.Run
	policy                          Policy // of the last plan
}

func (d *dummy) at(ctx context.Context, what string) {
	if d.gate != nil {
		d.gate(ctx, what)
	}
}

// changed is whether anything was.
func (d *dummy) changed() bool { return d.ran > 0 }

func (d *dummy) Look(ctx context.Context, exact bool) (*Machine, error) {
	d.at(ctx, "look")
	d.looked++
	if d.fail != nil || ctx.Err() != nil {
		return nil, errors.Join(d.fail, ctx.Err())
	}
	inv := &scan.Inventory{Started: noon, Finished: noon, Exact: exact, Done: true,
		Env:        goenv.Load(goenv.Input{Dir: "/", Environ: append([]string{"HOME=/home/u", "GOENV=off", "GOROOT=/opt/nogo"}, "GOPROXY="+strings.Join(d.names, ","))}),
		ModCache:   &modcache.Cache{Root: "/home/u/go/pkg/mod", Exact: true, Done: true},
		Roots:      []scan.Root{{Name: "GOMODCACHE", Path: "/home/u/go/pkg/mod", Real: "/home/u/go/pkg/mod", Disk: scan.Disk{Total: 460 << 30, Free: 41 << 30}}},
		Toolchains: &toolchain.Found{}, Projects: &project.Found{Roots: []project.Root{{Path: "/home/u", Exists: true}}}}
	for i, n := range d.names {
		v := modcache.Version{Path: n, Version: "v1." + strconv.Itoa(i) + ".0", Dir: "/home/u/go/pkg/mod/" + n, Done: true, Exact: true,
			Parts:   modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod,
			Sources: tree.Size{Disk: int64(i+1) << 20, Files: 3}, Fetched: noon.AddDate(-1, 0, -i)}
		inv.ModCache.Versions = append(inv.ModCache.Versions, v)
		inv.Toolchains.Toolchains = append(inv.Toolchains.Toolchains, toolchain.Toolchain{Version: n, Root: n, GOOS: n, Why: n, Problems: []string{n}, Also: []string{n}})
		p := &project.Project{File: "/x/" + n + "/go.mod", Dir: "/x/" + n, Module: n, Go: "1.24.0", Main: &modgraph.Main{Path: n, Dir: "/x/" + n, Go: "1.24.0"}}
		if i%2 == 0 && i < 6 {
			p.Doubts = []project.Doubt{{Kind: project.DoubtSyntax, File: p.File, Line: i, Message: "odd " + n, Bounded: true}}
		}
		inv.Projects.Projects = append(inv.Projects.Projects, p)
	}
	for i, name := range []string{"sources", "zips", "vcs"} {
		s := scan.Store{Name: name, Path: strings.Join(d.names, "/"), Items: int64(i * 1234), Size: tree.Size{Disk: int64(i) << 30}}
		inv.Stores = append(inv.Stores, s)
	}
	return d.machine(inv, config.Default()), nil
}

func (d *dummy) machine(inv *scan.Inventory, c *config.Config) *Machine {
	use := usage.Look(context.Background(), &usage.Input{Inventory: inv, Config: c, Now: noon, Workers: 1})
	m := &Machine{Inventory: inv, Usage: use}
	if len(use.Projects) > 0 {
		m.Here = &use.Projects[0]
	}
	return m
}

func (d *dummy) Pick(m *Machine, words string) (picked []int) {
	for i := range m.Inventory.ModCache.Versions {
		if v := &m.Inventory.ModCache.Versions[i]; strings.Contains(v.Path, words) || words == string(m.Usage.Versions[i].State) {
			picked = append(picked, i)
		}
	}
	return picked
}

// found makes findings of all names: of three kinds, those that are mended here, that a person mends, and that nobody does.
func (d *dummy) found() (out []Found) {
	for i, n := range d.names {
		f := finding.Finding{Check: "sources-modified", Severity: finding.Severity(i % 3), Title: "not as it was " + n, Detail: n, Docs: "sources-modified",
			Target:    finding.Target{Module: n, Version: "v1." + strconv.Itoa(i) + ".0", Path: "/x/" + n, File: n, Line: i},
			Witnesses: []finding.Witness{{Name: "zip", Says: n, From: n, Lies: i%2 == 0}}, Files: []finding.File{{Path: n, Change: finding.Modified}}, More: i}
		if i%3 != 2 {
			f.Fixes = []finding.Fix{{ID: plan.FixUnpack, Title: "mend " + n, Undo: n, Edits: []finding.Edit{{Line: i % 2, Old: n, New: n}}},
				{ID: "by-hand", Title: n, Argv: []string{"go", n}, NeedsNetwork: true, Bytes: 1 << 20}}
		}
		shown := report.Bare("check", "v0").WithFindings([]finding.Finding{f}).Findings[0]
		out = append(out, Found{Finding: f, Shown: shown, Mends: i%3 == 0, Usual: true})
	}
	return out
}

func (d *dummy) Check(ctx context.Context, _ *Machine) *Checked {
	d.at(ctx, "check")
	return &Checked{Found: d.found(), Summary: report.CheckSummary{Checks: 90, Projects: 3, Errors: len(d.names)}}
}

func (d *dummy) Verify(ctx context.Context, _ *Machine, picked []int) (*Verified, error) {
	d.at(ctx, "verify")
	list := d.found()
	if picked != nil {
		list = list[:min(len(list), len(picked))]
	}
	return &Verified{Found: list, Summary: report.VerifySummary{Modules: len(d.names), Errors: len(list)}, Stopped: ctx.Err() != nil}, d.fail
}

func (d *dummy) Cause(string) string { return "because " + strings.Join(d.names, " ") + "\n\nand more" }

func (d *dummy) Settings(m *Machine) []report.Setting {
	return report.Bare("env", "v0").WithSettings(m.Inventory.Env, nil).Settings
}

func (d *dummy) Warnings() []string { return d.names }

func (d *dummy) Pin(ctx context.Context, m *Machine, p config.Pin, on bool) (*Machine, error) {
	d.at(ctx, "pin")
	if d.fail != nil {
		return nil, d.fail
	}
	c := config.Default()
	if on {
		c.Pins = []config.Pin{p}
	}
	d.pinned = append(d.pinned, fmt.Sprint(p, on))
	return d.machine(m.Inventory, c), nil
}

func (d *dummy) Refused() string { return d.refused }

// Plan plans two groups: what is unpacked again, and what may not come back.
func (d *dummy) Plan(ctx context.Context, m *Machine, p Policy) (*plan.Plan, error) {
	d.at(ctx, "plan")
	d.policy = p
	q := &plan.Plan{ID: "20261122-120000", Made: noon, ModCache: "/home/u/go/pkg/mod", Versions: 1000, Total: 1 << 40}
	for i, n := range d.names {
		it := plan.Item{Module: n, Version: "v1.0.0", Part: plan.Sources, Disk: int64(i+1) << 20, Tier: usage.Free, Rule: "sources", Why: n}
		if i%3 == 2 {
			it.Tier, it.Rule, it.Part = usage.Hold, "orphans", plan.Version
		}
		q.Items = append(q.Items, it)
		q.Kept = append(q.Kept, plan.Kept{Reason: n, Items: i + 1, Disk: 1 << 20, First: []string{n}})
	}
	return q, d.fail
}

func (d *dummy) Prove(ctx context.Context, _ *Machine, _ Policy, q *plan.Plan) *plan.Plan {
	d.at(ctx, "prove")
	n := 0
	out := q.Without(func(*plan.Item) bool { n++; return d.differs && n > 0 })
	if d.differs {
		out.Kept = append(slices.Clone(out.Kept), plan.Kept{Reason: "it differs", Items: n})
	}
	return out
}

// ask is a question about so many things.
func (d *dummy) ask(do string, n int) Question {
	q := Question{Do: fmt.Sprintf("%s %d items", do, n), Want: "y", Otherwise: "give --yes", Given: d.given, Known: len(d.names) != 1, Users: make(map[string]int)}
	for _, name := range d.names {
		q.Users[name] = 2
	}
	if d.severe {
		q.Why, q.Want = "what may not come back", strconv.Itoa(n)
	}
	return q
}

func (d *dummy) AskRemove(ctx context.Context, _ *Machine, q *plan.Plan) Question {
	d.at(ctx, "ask")
	return d.ask("remove", len(q.Items))
}

func (d *dummy) Remove(ctx context.Context, _ *Machine, q *plan.Plan) Outcome {
	d.at(ctx, "remove")
	if d.fail != nil {
		return Outcome{Err: d.fail}
	}
	d.ran++
	r := &state.Run{ID: "20261122-120000-001", Kind: "clean", Started: noon, Finished: noon.Add(time.Minute), Freed: q.Now()}
	for i := range q.Items {
		it := &q.Items[i]
		result := []string{"done", "done", "skipped", "failed", ""}[i%5]
		r.Items = append(r.Items, state.RunItem{Module: it.Module, Version: it.Version, Part: string(it.Part), Disk: it.Disk, Result: result, Error: it.Module})
		d.removed = append(d.removed, it.Label())
	}
	d.runs = append([]*state.Run{r}, d.runs...)
	return Outcome{Run: r, Stopped: ctx.Err() != nil, Notes: d.names}
}

func (d *dummy) Save(*plan.Plan) (string, error) {
	d.saved++
	return "/home/u/" + strings.Join(d.names, ""), d.fail
}

func (d *dummy) Runs() ([]*state.Run, error) { return d.runs, d.fail }

func (d *dummy) AskUndo(of *state.Run) (Question, error) {
	if of.Undone != "" {
		return Question{}, errors.New("it was taken back already")
	}
	return d.ask("bring back", len(of.Items)), nil
}

func (d *dummy) Undo(ctx context.Context, _ *Machine, of *state.Run) Outcome {
	d.at(ctx, "undo")
	d.ran++
	d.undone = append(d.undone, of.ID)
	of.Undone = "20261122-120000-002"
	return Outcome{Run: &state.Run{ID: of.Undone, Kind: "undo", Of: of.ID, Started: noon, Finished: noon, Items: of.Items}, Stopped: ctx.Err() != nil}
}

func (d *dummy) Mend(ctx context.Context, _ *Machine, w Wish) (*Mending, error) {
	d.at(ctx, "mend")
	r := &plan.Repair{}
	for i, f := range w.Findings {
		r.Steps = append(r.Steps, plan.Step{Module: f.Target.Module, Version: f.Target.Version, Fixes: []string{plan.FixUnpack}, Checks: []string{f.Check},
			Title: "mend it", Source: f.Detail, Unproved: i%3 == 2, NeedsNetwork: i%2 == 0, Bytes: 1 << 20, Edits: f.Fixes[0].Edits})
	}
	for _, n := range d.names {
		r.Left = append(r.Left, plan.Leave{Finding: finding.Finding{Check: n, Target: finding.Target{Path: n}}, Why: n, Argv: []string{n, n}})
	}
	doc := report.Bare("repair", "v0").WithRepair(r, len(w.Findings), false)
	out := &Mending{Steps: r.Steps, Shown: doc.Repair}
	out.Ask = func(ctx context.Context, steps []plan.Step) Question { return d.ask("repair", len(steps)) }
	out.Run = func(ctx context.Context, steps []plan.Step) Mended {
		d.at(ctx, "repair")
		if d.fail != nil {
			return Mended{Err: d.fail}
		}
		d.ran++
		outcomes := make([]plan.Outcome, len(steps))
		for i := range steps {
			outcomes[i] = plan.Outcome{Result: plan.Result(1 + i%3), Err: errors.New(steps[i].Module)}
			d.mended = append(d.mended, steps[i].Label())
		}
		x := report.Bare("repair", "v0").WithRepair(&plan.Repair{Steps: steps, Left: r.Left}, len(w.Findings), false).Mended(outcomes, nil)
		x.Run = &report.Run{ID: "20261122-120000-003", Kind: "repair"}
		sum, _ := x.Summary.(report.RepairSummary)
		return Mended{Document: x, Summary: sum, Stopped: ctx.Err() != nil}
	}
	return out, d.fail
}

// A listener answers questions, each when it was asked, and keeps what was said.
type listener struct {
	mu      sync.Mutex
	cond    sync.Cond
	said    strings.Builder
	asked   []string // the questions
	answers []string
	given   int
	rest    string // of the answer that is being read
	over    bool   // nobody asks any more
}

func newListener(answers []string) *listener {
	l := &listener{answers: answers}
	l.cond.L = &l.mu
	return l
}

// Write keeps what is said. What ends without a line end is a question.
func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said.Write(b)
	if s := string(b); strings.HasSuffix(s, "): ") {
		l.asked = append(l.asked, s)
		l.cond.Broadcast()
	}
	return len(b), nil
}

// Read gives the next answer once its question was asked.
func (l *listener) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.rest == "" {
		for len(l.asked) <= l.given && !l.over {
			l.cond.Wait()
		}
		if l.given == len(l.answers) || l.over {
			return 0, io.EOF
		}
		l.rest = l.answers[l.given] + "\n"
		l.given++
	}
	n := copy(b, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// confirmed is how many questions that change something were answered with the word that they name.
func (l *listener) confirmed() (n int) {
	for i, q := range l.asked {
		want, _, ok := strings.Cut(strings.TrimPrefix(q, "Type "), " to ")
		if ok && strings.Contains(q, "anything else is a no") && i < len(l.answers) && strings.EqualFold(strings.TrimSpace(l.answers[i]), want) {
			n++
		}
	}
	return n
}

// converse lets somebody give answers, and gives what was said.
func converse(t testing.TB, d *dummy, change func(o *Options), answers ...string) (*listener, error) {
	t.Helper()
	l := newListener(answers)
	o := Options{Doctor: d, In: l, Out: NewVoice(l), Person: true}
	o.Policy.Kinds, o.Policy.OlderThan = plan.Usual()
	if change != nil {
		change(&o)
	}
	err := Run(t.Context(), o)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.cond.Broadcast()
	return l, err
}

var _ Doctor = (*dummy)(nil)
