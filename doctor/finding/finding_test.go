package finding

import "testing"

func TestOrderAndIdentity(t *testing.T) {
	list := []Finding{
		{Check: "b", Severity: Note, Target: Target{Module: "m", Version: "v1.0.0"}},
		{Check: "b", Severity: Error, Target: Target{Module: "n", Version: "v1.0.0"}},
		{Check: "a", Severity: Error, Target: Target{File: "/x/go.sum", Line: 7}},
	}
	Sort(list)
	if list[0].Check != "a" || list[1].Target.Module != "n" || list[2].Severity != Note {
		t.Errorf("%+v", list)
	}
	if e, w, n := Count(list); e != 2 || w != 0 || n != 1 {
		t.Error(e, w, n)
	}
	same := list[1]
	same.Detail, same.Severity = "other words", Warning
	if same.ID() != list[1].ID() || same.ID() == list[0].ID() || len(same.ID()) != 16 {
		t.Error("the identity of a finding is its check and target")
	}
	for target, want := range map[Target]string{{Module: "m", Version: "v1"}: "m@v1", {File: "f", Line: 3}: "f:3", {Path: "p"}: "p", {File: "f"}: "f", {Module: "m"}: "m"} {
		if got := target.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if s, ok := ParseSeverity("warning"); !ok || s != Warning || s.String() != "warning" {
		t.Error(s, ok)
	}
	if _, ok := ParseSeverity("never"); ok {
		t.Error("never is no severity")
	}
}
