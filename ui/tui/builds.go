package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan/gocache"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// builds shows what the build cache is made of: by Go version and platform, and how long ago it was used.
type builds struct {
	*root
	list    table.List[string]
	columns *table.Columns
}

func newBuilds(r *root) *builds {
	b := &builds{root: r, columns: table.NewColumns(
		table.Column{Title: "MADE BY", Width: 14, Flex: 1},
		table.Column{Title: "PLATFORM", Width: 14, Drop: 2},
		table.Column{Title: "SIZE", Width: 9, Right: true},
		table.Column{Title: "ENTRIES", Width: 8, Right: true, Drop: 4},
		table.Column{Title: "OVER 5 d", Width: 9, Right: true, Drop: 1},
		table.Column{Title: "OVER 30 d", Width: 9, Right: true, Drop: 3},
	)}
	b.setData(r.data)
	return b
}

func (b *builds) setData(d *data) {
	names := make([]string, len(d.builds))
	for i := range d.builds {
		names[i] = buildKey(&d.builds[i])
	}
	b.list.SetRows(names, nil)
}

func (b *builds) keys() []key.Binding { return []key.Binding{moveHint, keys.back} }

// update reports whether the list is to be closed.
func (b *builds) update(m tea.KeyPressMsg) bool {
	return !moveKeys(&b.list, m) && key.Matches(m, keys.back, keys.left)
}

func (b *builds) render(width, height int) []string {
	c := b.data.inv.BuildCache
	if c == nil {
		return []string{line(width, span{" there is no build cache", nil})}
	}
	total := c.Total()
	out := []string{line(width, span{" Build cache ", b.theme.Strong},
		span{fmt.Sprintf("%s, %s entries, by the Go version that made them", text.Bytes(total.Disk), text.Count(c.Actions+c.Outputs)), nil})}
	if height >= 6 {
		out = append(out, line(width, span{" " + trimmed(c, b.env), b.theme.Muted}))
		out = append(out, line(width))
	}
	out = append(out, line(width, span{"  " + b.columns.Header(width-1-table.Gutter), b.theme.Muted}))
	rest := max(height-len(out), 0)
	b.list.Resize(rest)
	for _, l := range b.list.Render(width-1, rest, b.row, b.style) {
		out = append(out, l+" ")
	}
	return out
}

// trimmed says what go's own trim does.
func trimmed(c *gocache.Cache, e *env) string {
	s := "go trims what it has not used for 5 days, at most once a day"
	if c.LastTrimmedKnown {
		s += "; last " + text.Age(e.now().Sub(c.TrimTime)) + " ago"
	}
	return s
}

func (b *builds) row(i, w int) string {
	r := &b.data.builds[i]
	name := b.env.clean(r.GoVersion)
	if name == "" {
		name = "(entries that do not say)"
	}
	return b.columns.Row(w, name, b.env.clean(r.Platform()), text.Bytes(r.Size.Disk), text.Short(r.Entries),
		text.Bytes(r.Old.Disk), text.Bytes(r.Ages[gocache.AgeVeryOld].Disk))
}

func (b *builds) style(_ int, selected bool, l string) string {
	if selected {
		return b.theme.Selected(l)
	}
	return l
}
