package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/ui/text"
)

// proofsMax is how many projects prove that they need a version; a proof takes milliseconds.
const proofsMax = 100

// A whyMsg is the answer to why, for the dialog that waits for it. Once that is closed nobody sees it.
type whyMsg struct {
	dialog *dialog
	lines  []entry
}

// why is the key w: what keeps the version under the cursor, with proofs; of a module, what its versions are.
func (m *modules) why() tea.Cmd {
	mod, ver := m.selected()
	switch {
	case mod == nil:
		return nil
	case m.data.who == nil:
		m.say(m.notAsked())
		return nil
	}
	d := m.data // a scan may bring other data before the answer is put together
	w := &whys{env: *m.env, who: d.who}
	title := "Why " + mod.path
	body := func() { w.module(d, mod) }
	if ver != nil {
		title += "@" + ver.version
		if ver.use == nil {
			m.say("it was not there when who needs what was looked for; R looks again")
			return nil
		}
		body = func() { w.version(ver) }
	}
	box := &dialog{title: title, lines: []entry{{text: "looking ..."}}}
	m.dialog = box
	_, cmd := m.jobs.start(func(context.Context) tea.Msg {
		body()
		return whyMsg{box, w.out}
	})
	return cmd
}

// whys puts an answer together, beside the screen.
type whys struct {
	env env
	who *who
	out []entry
}

func (w *whys) add(label, s string) {
	w.out = append(w.out, entry{label: label, text: w.env.say(s)})
}

// module says what the versions of a module are.
func (w *whys) module(d *data, mod *modRow) {
	w.add("VERSIONS", mod.states.list())
	w.add("USERS", usersFact(mod))
	w.out = append(w.out, entry{})
	for i := mod.first; i < mod.last; i++ {
		ver := &d.vers[i]
		if ver.use == nil {
			continue
		}
		s := string(ver.use.State)
		if n := w.who.index(ver.use); n >= 0 {
			if list := w.who.use.Reasons(n); len(list) > 0 {
				s += ": " + list[0]
			}
		}
		w.out = append(w.out, entry{label: ver.version, text: w.env.say(s)})
	}
}

// version says what a version is, why, and proves it.
func (w *whys) version(ver *verRow) {
	u := ver.use
	w.add("STATE", string(u.State)+": "+report.StateWords(u.State))
	w.add("SIZE", text.Bytes(ver.v.Disk())+", of which "+text.Bytes(u.Removable(ver.v))+" can go")
	w.add("BACK", howBack(ver.v, u))
	i := w.who.index(u)
	if i < 0 {
		return
	}
	for n, s := range w.who.use.Reasons(i) {
		label := " "
		if n == 0 {
			label = "REASONS"
		}
		w.add(label, s)
	}
	proofs := w.who.use.Why(i, proofsMax)
	for k := range proofs {
		w.proof(&proofs[k])
	}
	if more := len(u.Uses) - len(proofs); more > 0 {
		w.out = append(w.out, entry{}, entry{text: fmt.Sprintf("and %s more", plural(more, "project"))})
	}
	w.programs(u)
}

// proof is why one project needs the version.
func (w *whys) proof(p *usage.Proof) {
	w.out = append(w.out, entry{}, entry{text: w.env.path(p.Project.File), strong: true})
	w.add("", p.How.String())
	for _, l := range p.Links {
		by := w.env.clean(l.By.String())
		if l.File != "" {
			by = w.env.path(l.File)
		}
		s := by + " requires " + w.env.clean(l.To.String())
		if l.Over.Path != "" {
			s += ", replaced by " + w.env.clean(l.Over.String())
		}
		w.out = append(w.out, entry{text: "- " + s})
	}
	if p.Line > 0 {
		w.out = append(w.out, entry{text: fmt.Sprintf("- %s:%d", w.env.path(p.File), p.Line)})
	}
	for _, ref := range p.Refs {
		w.add("", "- at "+ref)
	}
}

// programs are those that were built from the version.
func (w *whys) programs(u *usage.Version) {
	b := w.who.inv.Binaries
	if len(u.Built) == 0 || b == nil {
		return
	}
	w.out = append(w.out, entry{}, entry{text: "Programs that were built from it", strong: true})
	for _, i := range u.Built {
		if int(i) < len(b.Binaries) {
			w.out = append(w.out, entry{text: "- " + w.env.path(b.Binaries[i].Path)})
		}
	}
}
