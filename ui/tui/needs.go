package tui

import (
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/usage"
	"godoctor/ui/text"
)

// What is known of the need of versions, made ready for the screens.

// numStates is how many states a version can be in, notAsked what stands for none of them.
const (
	numStates = 7
	notAsked  = numStates
)

// stateCounts counts versions by state: the index is that into usage.States, the last one is notAsked.
type stateCounts [numStates + 1]int32

// stateRank is the order in which states are of interest to who wants to free something.
var stateRank = func() (rank [numStates + 1]int) {
	for i, s := range []usage.State{usage.Orphan, usage.Unknown, usage.Young, usage.GraphOnly, usage.Pinned, usage.Listed, usage.InUse} {
		rank[slices.Index(usage.States, s)] = i
	}
	rank[notAsked] = numStates
	return rank
}()

func rankOf(state int8) int { return stateRank[state] }

// rank is that of the state of most interest among the versions of a module.
func (c *stateCounts) rank() int {
	best := numStates
	for s, n := range c {
		if n > 0 {
			best = min(best, stateRank[s])
		}
	}
	return best
}

// words says what the versions of a module are: how many nobody needs, where there are any, else what most are.
func (c *stateCounts) words() string {
	total, most := int32(0), 0
	for s, n := range c {
		total += n
		if n > c[most] || n == c[most] && stateRank[s] > stateRank[most] { // of two the stronger
			most = s
		}
	}
	if o := slices.Index(usage.States, usage.Orphan); c[o] > 0 {
		most = o
	}
	switch n := c[most]; {
	case c[notAsked] > 0:
		return plural(int(total), "version")
	case total == 1:
		return string(usage.States[most])
	case n == total:
		return fmt.Sprintf("%s %s", text.Count(int64(n)), usage.States[most])
	default:
		return fmt.Sprintf("%s %s of %s", text.Count(int64(n)), usage.States[most], text.Count(int64(total)))
	}
}

// list names all states that there are, with their counts.
func (c *stateCounts) list() string {
	var parts []string
	for s, n := range c[:numStates] {
		if n > 0 {
			parts = append(parts, text.Count(int64(n))+" "+string(usage.States[s]))
		}
	}
	return strings.Join(parts, ", ")
}

// needs notes who needs a version, and sums up for its module.
func (d *data) needs(row *verRow, m *modRow) {
	row.state = notAsked
	if u := d.who.result().Of(row.v.Path, row.v.Version); u != nil {
		row.use = u
		row.state = int8(slices.Index(usage.States, u.State))
		m.free += u.Removable(row.v)
	}
	m.states[row.state]++
	d.states[row.state]++
}

// countUsers counts the projects that need any version of a module.
func (d *data) countUsers() {
	if d.who == nil {
		return
	}
	seen := make([]int32, len(d.who.use.Projects)) // the module that counted it last, from 1
	for i := range d.mods {
		m := &d.mods[i]
		for k := m.first; k < m.last; k++ {
			u := d.vers[k].use
			if u == nil {
				continue
			}
			for _, use := range u.Uses {
				if seen[use.Project] != int32(i+1) {
					seen[use.Project] = int32(i + 1)
					m.users++
				}
			}
		}
	}
}

// goUsers is who selects a toolchain.
type goUsers struct {
	known    bool
	projects []int32 // indexes into who.use.Projects
	orphan   bool    // it lies in the module cache, and nobody needs it
	use      *usage.Version
}

// toolchainUsers joins the toolchains with who selects them. The answer may be one about an earlier snapshot, whose
// toolchains stand in another order.
func (d *data) toolchainUsers() {
	if d.who == nil || d.inv.Toolchains == nil || d.who.inv.Toolchains == nil {
		return
	}
	at := make(map[string]int, len(d.who.use.Toolchains))
	for i := range d.who.use.Toolchains {
		at[d.who.inv.Toolchains.Toolchains[i].Root] = i
	}
	cached := make(map[string]*usage.Version)
	for i := range d.vers {
		if v := &d.vers[i]; v.v.Toolchain && v.use != nil {
			cached[v.v.Dir] = v.use
		}
	}
	list := d.inv.Toolchains.Toolchains
	d.goUsers = make([]goUsers, len(list))
	for i := range list {
		g := &d.goUsers[i]
		if n, ok := at[list[i].Root]; ok && d.who.use.Asked {
			g.known, g.projects = true, d.who.use.Toolchains[n]
		}
		g.use = cached[list[i].Root]
		g.orphan = g.use != nil && g.use.State == usage.Orphan
	}
}
