package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/scan"
	"godoctor/ui/text"
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

// hostWidth is how much of the name of a machine is told where there is little room.
const hostWidth = 12

// savedLine says so at the bottom of the Overview, in at most width cells.
func (r *root) savedLine(width int) string {
	long := " " + strings.ToUpper(r.from()[0][:1]) + r.from()[0][1:] + ": a saved scan, nothing is changed from here."
	if text.Width(long) > width {
		return " A saved scan, read only."
	}
	return long
}

// from says whose scan is shown and of when, the longest first.
func (r *root) from() []string {
	host := r.env.clean(r.Saved.Host)
	at := r.Saved.Inventory.Finished.Local().Format("2 Jan 15:04")
	out := []string{"from " + host + ", " + at}
	if text.Width(host) > hostWidth { // a name with its domain
		host = text.Fit(host, hostWidth)
		out = append(out, "from "+host+", "+at)
	}
	return append(out, "from "+host, "saved")
}
