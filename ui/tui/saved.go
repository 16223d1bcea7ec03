package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"godoctor/scan"
)

// A Saved is a scan of another machine, or of another day, that is shown in place of this machine now. It can be looked at:
// what changes or reads files of that machine is refused. Plans are made, for they say what would go there.
type Saved struct {
	Inventory *scan.Inventory // it came to its end
	Home      string          // of the user there, who is ~; raw
	Host      string          // whose scan it is, raw
	Refused   string          // why nothing is changed, read or looked at again
}

// runSaved is the body of the job that a scan is on this machine.
func (r *root) runSaved(ctx context.Context, s *scanJob) tea.Msg {
	s.home.Store(&r.Saved.Home)
	inv := r.Saved.Inventory
	return scanDoneMsg{id: s.id, data: prepare(inv, r.ask(ctx, inv), s.env())}
}

// lacks is what is said where something cannot be done because the program has not got what does it.
func (r *root) lacks(otherwise string) string {
	if r.Saved != nil {
		return r.Saved.Refused
	}
	return otherwise
}

// from says whose scan is shown and of when, the longest first.
func (r *root) from() []string {
	host := r.env.clean(r.Saved.Host)
	at := r.Saved.Inventory.Finished.Local().Format("2 Jan 15:04")
	return []string{"from " + host + ", " + at, "from " + host, "saved, " + at, "saved"}
}
