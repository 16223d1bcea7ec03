package tui

import (
	"fmt"
	"slices"
	"sync"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// allPlaces are the places, made once: every key that changes nothing else asks for them, each step in a list too.
var allPlaces = sync.OnceValue(places)

// stray answers a key that means nothing on the screen that got it, if it means something on another one: what it does, and
// where. It is empty for all other keys.
func (r *root) stray(m tea.KeyPressMsg) string {
	if key.Matches(m, keys.back, keys.left, keys.right, keys.open) { // they move, and nobody is surprised at an end
		return ""
	}
	all := allPlaces()
	if slices.ContainsFunc(all, func(p place) bool { return p.screen == r.current && p.use(m) != nil }) {
		return ""
	}
	for _, p := range all {
		if p.screen == elsewhere {
			continue
		}
		if u := p.use(m); u != nil {
			return fmt.Sprintf("%s does nothing on %s; on %s: %s", m.Keystroke(), screens[r.current].name, p.name, u.words())
		}
	}
	return ""
}

// use is what a key does in a place, or nil.
func (p *place) use(m tea.KeyPressMsg) *use {
	for i := range p.uses {
		if key.Matches(m, p.uses[i].key) {
			return &p.uses[i]
		}
	}
	return nil
}
