package tui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// compareJob looks at two sides and compares them.
type compareJob struct {
	job
	running bool
	started time.Time
	at      *atomic.Int32 // the side that it looks at
}

// A compareMsg is for the screen Compare.
type compareMsg struct{}

func (compareMsg) screen() int { return compareScreen }

// compareTickMsg draws the screen again while a comparison runs.
type compareTickMsg struct {
	compareMsg
	id int
}

// comparedMsg ends a comparison.
type comparedMsg struct {
	compareMsg
	id     int
	result *compared
	side   int // that cannot be compared
	err    error
}

// start compares, in place of what still runs. What is known of a side is not looked at again.
func (c *comparison) start(known [2]*Side) tea.Cmd {
	if c.Compare == nil || c.sides[0] == "" || c.sides[1] == "" {
		return nil
	}
	c.drop()
	look, args, e := c.Compare.Side, c.sides, *c.env
	j := &compareJob{running: true, started: c.Now(), at: new(atomic.Int32)}
	var run tea.Cmd
	j.job, run = c.jobs.start(func(ctx context.Context) tea.Msg {
		var sides [2]Side
		for i, arg := range args {
			if known[i] != nil {
				sides[i] = *known[i]
				continue
			}
			j.at.Store(int32(i))
			var err error
			if sides[i], err = look(ctx, arg); err != nil {
				return comparedMsg{id: j.id, side: i, err: err}
			}
		}
		return comparedMsg{id: j.id, result: newCompared(sides, &e)}
	})
	c.job, c.choosing, c.err = j, false, ""
	return tea.Batch(run, c.tick())
}

// tick draws again after a moment.
func (c *comparison) tick() tea.Cmd {
	id := c.job.id
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return compareTickMsg{id: id} }))
}

// drop ends the comparison that runs, if there is one: nobody waits for what comes of it.
func (c *comparison) drop() {
	if c.job.running {
		c.job.cancel()
		c.job.running = false
	}
}

// stop ends all that the screen has begun, for ctrl+c, and says what that was.
func (c *comparison) stop() (what []string) {
	if c.job.running && c.job.ctx.Err() == nil {
		c.job.cancel()
		what = append(what, "the comparison")
	}
	if c.saving.running && c.saving.ctx.Err() == nil {
		c.saving.cancel()
		what = append(what, "the snapshot")
	}
	return what
}

// on takes what the jobs of the screen say.
func (c *comparison) on(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case compareTickMsg:
		if m.id == c.job.id && c.job.running {
			return c.tick()
		}
	case comparedMsg:
		c.onCompared(m)
	case snapshotSavedMsg:
		c.onSaved(m)
	case savedListMsg:
		c.onSavedList(m)
	case pathsMsg:
		return c.onPaths(m)
	}
	return nil
}

// onCompared takes a result.
func (c *comparison) onCompared(m comparedMsg) {
	if m.id != c.job.id || !c.job.running {
		return
	}
	c.job.running = false
	switch {
	case c.job.ctx.Err() != nil:
		if c.result == nil {
			c.err = "Stopped."
		}
	case m.err != nil:
		c.result, c.err = nil, letters[m.side]+" cannot be compared: "+c.env.say(report.NoPassword(m.err.Error()))
	default:
		c.result, c.err = m.result, ""
		if c.show > 0 && m.result.counts[c.show-1] == 0 {
			c.show = 0
		}
		keys := make([]string, len(m.result.rows))
		for i := range keys {
			keys[i] = m.result.rows[i].key
		}
		c.list.SetRows(keys, m.result.order(c.filter.words(), c.show))
	}
}

// progress says what is being looked at, in a line.
func (c *comparison) progress() string {
	j := c.job
	if j.ctx.Err() != nil {
		return line(c.width, span{" stopping ...", c.theme.Accent})
	}
	i := j.at.Load()
	return fitting(c.width, 2, span{" looking at " + letters[i] + ": ", c.theme.Accent}, span{c.named(c.sides[i]), nil},
		span{", " + text.Duration(c.Now().Sub(j.started)), nil}, span{"   ctrl+c stops", c.theme.Muted})
}

// saveJob writes a snapshot of this machine.
type saveJob struct {
	job
	running bool
}

// snapshotSavedMsg ends it.
type snapshotSavedMsg struct {
	compareMsg
	id   int
	file string
	sum  report.SnapshotSummary
	err  error
	list savedListMsg
}

// save begins to write a snapshot of this machine: with the project of B, or of A, where that is on it.
func (c *comparison) save() tea.Cmd {
	if c.saving.running {
		c.say("a snapshot is being taken already")
		return nil
	}
	side, save, saved := c.ofThisMachine(), c.Compare.Save, c.Compare.Saved
	j := &saveJob{running: true}
	var cmd tea.Cmd
	j.job, cmd = c.jobs.start(func(ctx context.Context) tea.Msg {
		m := snapshotSavedMsg{id: j.id}
		m.file, m.sum, m.err = save(ctx, side)
		m.list.saved, m.list.err = saved()
		return m
	})
	c.saving = j
	c.say("taking a snapshot of this machine ...")
	return cmd
}

// ofThisMachine is a side that was looked at on this machine.
func (c *comparison) ofThisMachine() string {
	if c.result != nil {
		for _, i := range []int{1, 0} {
			if s := &c.result.sides[i]; s.Local {
				return s.Arg
			}
		}
	}
	return "here"
}

// onSaved says where the snapshot is.
func (c *comparison) onSaved(m snapshotSavedMsg) {
	if m.id != c.saving.id {
		return
	}
	stopped := c.saving.ctx.Err() != nil
	c.saving.running = false
	c.onSavedList(m.list)
	switch {
	case m.err != nil && stopped:
		c.say("stopped: no snapshot was saved")
	case m.err != nil:
		c.say("the snapshot was not saved: " + m.err.Error())
	default:
		s := "saved " + c.env.path(m.file) + ": " + plural(m.sum.Settings, "setting")
		if m.sum.Project != "" {
			s += ", " + plural(m.sum.Modules, "module") + " of " + m.sum.Project
		}
		c.say(s + "; no secrets, no names")
	}
}
