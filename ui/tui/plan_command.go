package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// command is what is ticked as a command; ok is false where only a saved plan says it: a command line names kinds of
// things, not single ones.
func (t *ticks) command() (words string, ok bool) {
	d := t.d
	var b strings.Builder
	b.WriteString("godoctor clean")
	if len(d.policy.Modules) > 0 {
		n := 0
		for i := range t.on {
			if t.on[i] {
				n++
				fmt.Fprintf(&b, " --module %s", shellWord(d.items[i].name))
			}
		}
		return b.String(), n == len(t.on) && n <= 20
	}
	some := make(map[string]bool)
	all := true
	for n := range d.groups {
		rule := d.groups[n].Rule
		whole := t.count[n] == len(d.groups[n].items)
		if was, seen := some[rule]; !whole && t.count[n] > 0 || seen && was != whole {
			return "", false
		}
		some[rule] = whole
		all = all && whole
	}
	// Sources of versions nobody needs belong to those versions here, and to the sources where those are not asked for.
	whole, there := some["orphans"]
	if some["sources"] && there && !whole || d.policy.Goal > 0 && !all {
		return "", false
	}
	for _, rule := range []string{"orphans", "sources", "toolchains", "vcs", "build", "test", "leftovers", "related", "abandoned"} {
		if some[rule] {
			b.WriteString(" --" + rule)
		}
	}
	if b.String() == "godoctor clean" {
		return "", false // that alone would mean the orphans
	}
	return b.String() + d.policy.flags(), true
}

// flags are the limits of a policy as flags.
func (p *Policy) flags() string {
	var b strings.Builder
	if p.OlderThan > 0 {
		fmt.Fprintf(&b, " --older-than %dd", p.OlderThan/(24*time.Hour))
	}
	if p.Young {
		b.WriteString(" --grace 0")
	}
	if p.Keep > 0 {
		fmt.Fprintf(&b, " --keep %d", p.Keep)
	}
	if p.Goal > 0 {
		fmt.Fprintf(&b, " --goal %s", strings.ReplaceAll(text.Bytes(p.Goal), " ", ""))
	}
	return b.String()
}

// keep is J and Y: what is ticked is written to a file, or copied as a command.
func (p *planScreen) keep(m tea.KeyPressMsg) tea.Cmd {
	if items, _, _ := p.ticks.sum(); items == 0 {
		p.say("nothing is ticked: space ticks")
		return nil
	}
	if key.Matches(m, keys.copyCommand) {
		if words, ok := p.ticks.command(); ok {
			return p.copyText("command", words)
		}
		if file := p.savedNow(); file != "" {
			return p.copyText("command", p.applyCommand(file))
		}
		return p.save(true)
	}
	return p.save(false)
}
