package tui

import (
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
	"godoctor/ui/text"
)

// facts is what there is to know of a module, or of a version.
func (m *modules) facts(mod *modRow, ver *verRow) []fact {
	if ver == nil {
		return m.moduleFacts(mod)
	}
	v := ver.v
	size := text.Bytes(v.Disk())
	if !v.Exact {
		size = "~" + size
	}
	out := []fact{
		{"VERSION", mod.path + "@" + ver.version},
		{"STATE", m.stateFact(ver)},
		{"BACK", howBack(v, ver.use)},
		{"SIZE", fmt.Sprintf("%s: sources %s in %s, zip %s", size, text.Bytes(v.Sources.Disk),
			plural(int(v.Sources.Files), "file"), text.Bytes(v.ZipSize.Disk))},
	}
	if !v.Fetched.IsZero() {
		out = append(out, fact{"FETCHED", text.Age(m.Now().Sub(v.Fetched)) + " ago, " + v.Fetched.Local().Format("2 Jan 2006 15:04")})
	}
	return append(out, fact{"WHERE", m.env.path(v.Dir)}, fact{"SAME AS", m.env.clean("godoctor why " + shellWord(ver.key))})
}

func (m *modules) moduleFacts(mod *modRow) []fact {
	out := []fact{
		{"MODULE", mod.path},
		{"SIZE", text.Bytes(mod.disk) + " in " + plural(int(mod.last-mod.first), "version")},
	}
	if m.data.who == nil {
		out = append(out, fact{"STATE", m.notAsked()})
	} else {
		out = append(out, fact{"STATE", mod.states.list()},
			fact{"USERS", usersFact(mod)}, fact{"FREE", freeFact(mod)})
	}
	return append(out, fact{"SAME AS", m.env.clean("godoctor why " + shellWord(mod.key))})
}

// usersFact says how many projects need a module.
func usersFact(mod *modRow) string {
	switch mod.users {
	case 0:
		return "no project needs any of them"
	case 1:
		return "1 project needs some of them"
	}
	return text.Count(int64(mod.users)) + " projects need some of them"
}

// freeFact says what of a module nobody needs.
func freeFact(mod *modRow) string {
	if mod.free == 0 {
		return "nothing of it can go"
	}
	return text.Bytes(mod.free) + " of it nobody needs"
}

// stateFact is the state of a version and why it has it.
func (m *modules) stateFact(ver *verRow) string {
	if ver.use == nil {
		return m.notAsked()
	}
	state := string(ver.use.State)
	why := slices.DeleteFunc(m.reasons(ver.use), func(s string) bool { return s == state })
	if len(why) == 0 {
		why = []string{report.StateWords(ver.use.State)}
	}
	return state + ": " + strings.Join(why, "; ")
}

// reasons says in clean words why a version has its state.
func (m *modules) reasons(u *usage.Version) []string {
	i := m.data.who.index(u)
	if i < 0 {
		return nil
	}
	list := m.data.who.use.Reasons(i)
	for k, s := range list {
		list[k] = m.env.say(s)
	}
	return list
}

// notAsked says why there is no state.
func (r *root) notAsked() string {
	if r.asking() {
		return "who needs it is being looked for ..."
	}
	return string(usage.Unknown) + ": who needs it was not looked for"
}

// asking reports whether who needs what is not known yet and soon will be.
func (r *root) asking() bool {
	return r.Use != nil && r.scan.running && r.data.knows() == nil
}

// howBack says how a version comes back when it is removed. u is what is known of its need, or nil.
func howBack(v *modcache.Version, u *usage.Version) string {
	way := "only its go.mod is here: needed for the module graph"
	switch {
	case v.Parts.Has(modcache.HasPartial):
		way = "was never extracted completely; go does it again"
	case v.Parts.Has(modcache.HasDir | modcache.HasZip):
		way = "sources: unpacked from the zip, offline; zip: downloaded"
	case v.Parts.Has(modcache.HasDir):
		way = "downloaded: there is no zip"
	case v.Parts.Has(modcache.HasZip):
		way = "is a zip only: unpacked when a build needs it"
	}
	if u == nil {
		return way
	}
	switch u.Tier {
	case usage.Keep:
		return "KEEP, not to be removed; " + way
	case usage.Hold:
		return "HOLD, may not come back once the zip is gone; " + way
	case usage.Network:
		return "network, its hash is known (" + string(u.Hash) + "); " + way
	}
	return string(u.Tier) + "; " + way
}

// stateWord is the state in the list. What nobody needs and may not come back says so.
func (m *modules) stateWord(ver *verRow) string {
	switch {
	case m.goes(ver.key):
		return "going"
	case ver.use != nil && ver.use.State == usage.Orphan && ver.use.Tier == usage.Hold:
		return "orphan, hold"
	case ver.use != nil:
		return string(ver.use.State)
	case m.asking():
		return "..."
	}
	return string(usage.Unknown)
}
