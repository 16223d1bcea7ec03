package tui

import (
	"context"
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
)

// A pinnedMsg says that pins were kept, and what is known since.
type pinnedMsg struct {
	data *data
	text string // what came of it
}

// pinning is what P is to do.
type pinning struct {
	on   bool
	pins []config.Pin
	vers []*verRow // that it is about
}

// pinKey is P, with what it would do. It is asked for with every frame, so it looks at no more than what is under the
// cursor.
func (m *modules) pinKey() key.Binding {
	b := keys.pin
	mod, ver := m.selected()
	switch {
	case m.Pin == nil:
		b.SetHelp("P", "pin (not here)")
	case m.marks.Count() > 0:
		b.SetHelp("P", "pin marked")
	case ver != nil && ver.pinned(), ver == nil && mod != nil && !m.anyUnpinned(mod):
		b.SetHelp("P", "unpin")
	}
	return b
}

func (v *verRow) pinned() bool { return v.use != nil && v.use.Pinned }

// anyUnpinned reports whether a version of the module is not pinned.
func (m *modules) anyUnpinned(mod *modRow) bool {
	return slices.ContainsFunc(m.data.vers[mod.first:mod.last], func(v verRow) bool { return !v.pinned() })
}

// toPin is what P would do: with the marked versions, else with the version under the cursor, or all of the module.
// What is pinned whole is unpinned. nil: there is nothing to do it with.
func (m *modules) toPin() *pinning {
	mod, ver := m.selected()
	if mod == nil {
		return nil
	}
	p := &pinning{vers: m.chosen(mod, ver)}
	for _, v := range p.vers {
		p.on = p.on || !v.pinned()
	}
	whole := ver == nil && m.marks.Count() == 0
	if whole {
		p.pins = append(p.pins, config.Pin{Path: mod.key})
	}
	if !whole || !p.on {
		for _, v := range p.vers {
			p.pins = append(p.pins, config.Pin{Path: v.v.Path, Version: v.v.Version})
		}
	}
	return p
}

// chosen are the versions that a key is about: those that are marked, else the one under the cursor, or all of the module.
func (m *modules) chosen(mod *modRow, ver *verRow) []*verRow {
	var out []*verRow
	switch {
	case m.marks.Count() > 0:
		for i := range m.data.vers {
			if v := &m.data.vers[i]; m.marks.Has(v.key) {
				out = append(out, v)
			}
		}
	case ver != nil:
		out = append(out, ver)
	case mod != nil:
		out = m.shownOf(mod)
	}
	return out
}

// verifyAgain is the key r: the versions that are chosen are verified, and the screen of findings shows what comes of it.
func (m *modules) verifyAgain() tea.Cmd {
	w := wish{[]string{}}
	for _, v := range m.chosen(m.selected()) {
		w.keys = append(w.keys, v.v.Path+"@"+v.v.Version)
	}
	cmd := m.startVerify(w)
	if cmd != nil {
		m.say("verifying " + plural(len(w.keys), "version") + "; 5 shows what is found")
	}
	return cmd
}

// pin is the key P.
func (m *modules) pin() tea.Cmd {
	p := m.toPin()
	switch {
	case p == nil || len(p.vers) == 0:
		m.say("there is nothing to pin")
		return nil
	case m.Pin == nil:
		m.say(m.lacks("pins cannot be kept: the program was started without its configuration"))
		return nil
	case m.data.who == nil:
		m.say("who needs what is not known yet: pin when it is")
		return nil
	}
	for _, pin := range p.pins {
		if _, err := config.ParsePin(pin.String()); err != nil {
			m.say(err.Error())
			return nil
		}
	}
	if p.on {
		m.say("pinning " + m.pinned(p) + " ...")
	} else {
		m.say("unpinning " + m.pinned(p) + " ...")
	}
	return m.pinCmd(p)
}

// pinned names what is pinned.
func (m *modules) pinned(p *pinning) string {
	if len(p.pins) == 1 {
		return m.env.clean(p.pins[0].String())
	}
	return plural(len(p.vers), "version")
}

// pinCmd keeps the pins, asks again who needs what, and prepares what is shown.
func (m *modules) pinCmd(p *pinning) tea.Cmd {
	r, d, e := m.root, m.data, *m.env
	name := m.pinned(p)
	_, cmd := r.jobs.start(func(ctx context.Context) tea.Msg {
		var err error
		for _, pin := range p.pins {
			if err = r.Pin(pin, p.on); err != nil {
				break
			}
		}
		inv := d.inv
		if inv.Projects == nil {
			inv = d.who.inv // the next scan has not come so far
		}
		w := r.ask(ctx, inv)
		return pinnedMsg{prepare(d.inv, w, &e), p.outcome(name, w.result(), err)}
	})
	return cmd
}

// outcome says what came of it.
func (p *pinning) outcome(name string, r *usage.Result, err error) string {
	if err != nil {
		return err.Error()
	}
	if p.on {
		return "pinned " + name + ": kept whatever happens"
	}
	for _, v := range p.vers {
		switch u := r.Of(v.v.Path, v.v.Version); {
		case u == nil || !u.Pinned:
		case u.Pattern != "":
			return fmt.Sprintf("%s is still kept: the configuration protects %s", name, u.Pattern)
		default:
			return name + " is still pinned: by config.toml, or by a pin of the whole module"
		}
	}
	return "unpinned " + name
}

// onPinned shows what is known since.
func (r *root) onPinned(m pinnedMsg) tea.Cmd {
	r.say(m.text)
	return r.onRenewed(renewedMsg{m.data})
}
