package check

import "slices"

// All is the table of checks: those that verify knows first, then by what they are about. The order is that of lists
// and of the manual.
func All() []*Check {
	return slices.Concat(integrity, places, toolchains, settings, network, layout, elsewhere, []*Check{Failed, Expired})
}

// Find finds a check by its ID; nil if there is none.
func Find(id string) *Check {
	for _, c := range All() {
		if c.ID == id {
			return c
		}
	}
	return nil
}
