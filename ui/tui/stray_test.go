package tui

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A key of another screen says where it belongs, and does nothing else; one of this screen never says so.
func TestStrayKeys(t *testing.T) {
	inv := withProjects(inventory(5), 3)
	r, _ := used(t, Options{}, inv)
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	told := 0
	for _, here := range places() {
		if here.screen == elsewhere || screens[here.screen].beside {
			continue
		}
		for _, there := range places() {
			for _, u := range there.uses {
				if there.screen == elsewhere {
					continue
				}
				k := u.key.Keys()[0]
				press(r, "esc", "esc", "esc")
				r.goTo(here.screen)
				r.dialog, r.question, r.help, r.status = nil, nil, nil, ""
				before := screenText(r)
				own := ours(here, u.key)
				cmd := press(r, k)
				says := strings.Contains(r.status, k+" does nothing on "+here.name)
				switch {
				case says && own:
					t.Errorf("%s on %s says %q", k, here.name, r.status)
				case says:
					told++
					r.status = ""
					if after := screenText(r); cmd != nil || after != before {
						t.Errorf("%s on %s does something:\n%s\nbefore:\n%s", k, here.name, after, before)
					}
				}
				r.dialog, r.question, r.help = nil, nil, nil
			}
		}
	}
	if told < 50 {
		t.Errorf("%d keys told where they belong", told)
	}
}

// ours says whether a key has a meaning in a place.
func ours(p place, b key.Binding) bool {
	for _, u := range p.uses {
		for _, k := range u.key.Keys() {
			if k == b.Keys()[0] {
				return true
			}
		}
	}
	return false
}
