package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/text"
)

// planJob makes a plan, or proves one.
type planJob struct {
	job
	proving bool
	mending bool // it plans a repair
	running bool
	started time.Time
	meter   *meter.Meter
	sample  meter.Sample
	total   int64 // bytes that are to be hashed, about
}

// about is what it looks at.
func (j *planJob) about() string {
	if j.mending {
		return "what mends it"
	}
	return "what can go"
}

// planMadeMsg ends the making of a plan.
type planMadeMsg struct {
	id   int
	data *planData
	err  error
}

func (planMadeMsg) screen() int { return planScreenAt }

// planSampleMsg is what a tick found.
type planSampleMsg struct {
	id     int
	sample meter.Sample
}

func (planSampleMsg) screen() int { return planScreenAt }

// A proof is what is left of what was ticked after it was hashed, and who uses it. It is never changed.
type proof struct {
	of     ticked
	at     time.Time
	data   *planData      // of the plan that was proved
	asked  int            // items that were to be proved
	who    map[string]int // processes, clean, and the number of items that each may need
	known  bool
	hashed meter.Sample
	took   time.Duration
}

// proofFor is how long a proof is good for.
const proofFor = 5 * time.Minute

// provedMsg ends a proof.
type provedMsg struct {
	id    int
	proof *proof
}

func (provedMsg) screen() int { return planScreenAt }

// planSavedMsg says that a plan was saved.
type planSavedMsg struct {
	ticked ticked
	file   string
	err    error
	copy   bool // the command that carries it out is to be copied
}

func (planSavedMsg) screen() int { return planScreenAt }

// known is what a plan is made from: an inventory that is whole, and who needs what is in it.
func (r *root) known() (*scan.Inventory, *usage.Result, bool) {
	w := r.data.knows()
	if r.scan.running || w == nil || w.use == nil || w.inv == nil || !w.inv.Done {
		return nil, nil, false
	}
	return w.inv, w.use, true
}

// make begins to make a plan; where not enough is known yet it is made when the scan has ended.
func (p *planScreen) make() tea.Cmd {
	if p.Clean == nil {
		return nil
	}
	p.stop()
	inv, use, ok := p.known()
	p.wanted, p.stale = !ok, false
	if !ok {
		return nil
	}
	policy, e := p.policy, *p.env
	j := &planJob{running: true, started: p.Now()}
	var cmd tea.Cmd
	j.job, cmd = p.jobs.start(func(ctx context.Context) tea.Msg {
		q, err := p.Clean.Plan(ctx, inv, use, policy)
		if err != nil {
			return planMadeMsg{id: j.id, err: err}
		}
		return planMadeMsg{j.id, newPlanData(q, inv, use, policy, &e), nil}
	})
	p.job, p.err = j, nil
	return cmd
}

// stop ends what runs.
func (p *planScreen) stop() {
	if p.job.running {
		p.job.cancel()
		p.job.running = false
	}
}

// onMade takes a plan.
func (p *planScreen) onMade(m planMadeMsg) {
	if m.id != p.job.id || !p.job.running {
		return
	}
	p.job.running = false
	if p.err = m.err; m.err != nil {
		if p.job.ctx.Err() != nil {
			p.err = errors.New("stopped")
		}
		return
	}
	p.setPlan(m.data)
}

// prove begins to hash what is ticked.
func (p *planScreen) prove() tea.Cmd {
	q, of, d, e := p.ticks.chosen(), p.ticks.now(), p.data, *p.env
	c, now := p.Clean, p.Now
	j := &planJob{proving: true, running: true, started: p.Now(), meter: new(meter.Meter)}
	for i := range q.Items {
		if it := &q.Items[i]; it.Part.OfVersion() {
			j.total += 2 * it.Bytes // the directory, and what the zip unpacks to
		}
	}
	var cmd tea.Cmd
	j.job, cmd = p.jobs.start(func(ctx context.Context) tea.Msg {
		begun := now()
		proved := c.Prove(ctx, d.inv, d.use, d.policy, q, j.meter)
		out := &proof{of: of, asked: len(q.Items), took: now().Sub(begun), hashed: j.meter.Sample(), who: make(map[string]int)}
		if ctx.Err() != nil {
			return provedMsg{id: j.id}
		}
		who, known := c.Users(ctx, d.inv, d.use, proved)
		for name, n := range who {
			out.who[e.clean(name)] += n
		}
		out.known = known
		out.data = newPlanData(proved, d.inv, d.use, d.policy, &e)
		return provedMsg{j.id, out}
	})
	p.job = j
	return tea.Batch(cmd, p.sampleCmd())
}

// sampleCmd looks at the job after a moment.
func (p *planScreen) sampleCmd() tea.Cmd {
	j := p.job
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return planSampleMsg{j.id, j.meter.Sample()} }))
}

func (p *planScreen) onPlanSample(m planSampleMsg) tea.Cmd {
	if m.id != p.job.id || !p.job.running {
		return nil
	}
	p.job.sample = m.sample
	return p.sampleCmd()
}

// onProved takes a proof, and asks where somebody is looking.
func (p *planScreen) onProved(m provedMsg) tea.Cmd {
	if m.id != p.job.id || !p.job.running {
		return nil
	}
	p.job.running = false
	switch {
	case m.proof == nil:
		p.say("stopped: nothing was changed; x begins again")
		return nil
	case m.proof.of != p.ticks.now():
		p.say("the plan was changed meanwhile: x begins again")
		return nil
	}
	p.proof = m.proof
	p.proof.at = p.Now()
	if p.current != planScreenAt || p.dialog != nil || p.question != nil {
		p.say("what is to go was hashed: 6 shows the plan, x asks")
		return nil
	}
	return p.confirm()
}

// save begins to write what is ticked to a file.
func (p *planScreen) save(copies bool) tea.Cmd {
	q, of, c := p.ticks.chosen(), p.ticks.now(), p.Clean
	_, cmd := p.jobs.start(func(context.Context) tea.Msg {
		file, err := c.Save(q)
		return planSavedMsg{of, file, err, copies}
	})
	return cmd
}

func (p *planScreen) onSaved(m planSavedMsg) tea.Cmd {
	if m.err != nil {
		p.say("the plan could not be saved: " + m.err.Error())
		return nil
	}
	if m.ticked == p.ticks.now() {
		p.saved, p.savedOf = m.file, m.ticked
	}
	if m.copy {
		return p.copyText("command", p.applyCommand(m.file))
	}
	p.say("saved " + p.env.path(m.file))
	return nil
}

// savedNow is the file that has what is ticked now; empty where none has.
func (p *planScreen) savedNow() string {
	if p.savedOf != p.ticks.now() {
		return ""
	}
	return p.saved
}

// applyCommand carries out the saved plan. What was young when it was made is no reason to keep it then either.
func (p *planScreen) applyCommand(file string) string {
	command := "godoctor clean --apply " + shellWord(file)
	if p.policy.Young {
		command += " --grace 0"
	}
	return command
}

// progress is how far the job is, as a line.
func (p *planScreen) progress(width int) string {
	j := p.job
	switch {
	case j.ctx.Err() != nil:
		return line(width, span{" stopping ...", p.theme.Accent})
	case j.mending && j.sample.Bytes == 0:
		return line(width, span{" looking at it again ...", p.theme.Accent})
	case j.mending:
		return fitting(width, 2, span{" looking at it again: ", p.theme.Accent}, span{text.Bytes(j.sample.Bytes) + " hashed", nil},
			span{"   ctrl+c stops, nothing is changed", p.theme.Muted})
	case !j.proving:
		return line(width, span{" looking what can go ...", p.theme.Accent})
	}
	bar := min(max(width/6, 8), 24)
	s := j.sample
	spans := []span{{" ", nil}, {p.glyphs.barOf(s.Bytes, max(j.total, 1), bar), p.theme.Accent}, {" hashing what is to go: ", nil},
		{fmt.Sprintf("%s of %s", text.Count(s.Units), text.Count(s.Total)), p.theme.Strong}, {", " + text.Bytes(s.Bytes), nil}}
	return fitting(width, 4, append(spans, span{"   ctrl+c stops, nothing is changed", p.theme.Muted})...)
}

// weigh says how much a proved plan asks of a person.
func (f *proof) weigh() plan.Weight {
	if !f.known || f.data.needed() {
		return plan.Severe
	}
	return f.data.plan.Weigh()
}
