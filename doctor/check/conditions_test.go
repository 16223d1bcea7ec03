package check

import (
	"fmt"
	"slices"
	"testing"
)

// TestConditions: the catalogue is whole, each condition is covered by a check, and where no check runs it is said why.
func TestConditions(t *testing.T) {
	list := Conditions()
	if len(list) != 85 {
		t.Fatalf("%d conditions", len(list))
	}
	for i, c := range list {
		if want := fmt.Sprintf("C%02d", i+1); c.ID != want || c.Title == "" {
			t.Errorf("condition %d is %q %q", i+1, c.ID, c.Title)
		}
		runs := slices.ContainsFunc(c.Checks, func(id string) bool { f := Find(id); return f.Run != nil || f.Cost == Deep })
		if len(c.Checks) == 0 || runs == (c.Why != "") {
			t.Errorf("%s is covered by %q; why not: %q", c.ID, c.Checks, c.Why)
		}
	}
	for _, c := range All() {
		for _, id := range c.Covers {
			if !slices.ContainsFunc(list, func(x Condition) bool { return x.ID == id }) {
				t.Errorf("%s covers %q, which is none", c.ID, id)
			}
		}
	}
}
