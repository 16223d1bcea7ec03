package verify

import (
	"fmt"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/project"
)

func TestGoSums(t *testing.T) {
	sum := func(line int32, version, hash string, mod bool) project.SumLine {
		return project.SumLine{Sum: &project.Sum{Path: "example.com/m", Version: version, Hash: hash, GoMod: mod}, Line: line}
	}
	p := usage.Project{Project: &project.Project{Dir: "/p", SumFile: "/p/go.sum",
		Sums: []project.SumLine{sum(1, "v1.0.0", good, false), sum(2, "v1.0.0", bad, true), sum(3, "v1.0.0", bad, false),
			sum(4, "v1.0.0", "h2:x", false), sum(5, "v1.0.0", good, false), sum(6, "v1.1.0", bad, false)},
		Doubts: []project.Doubt{{Kind: project.DoubtSum, File: "/p/go.sum", Line: 7, Message: "wrong number of fields 2"},
			{Kind: project.DoubtSyntax, File: "/p/go.mod", Line: 1}},
	}, SumLacks: []string{"a v1.0.0", "b v1.0.0/go.mod", "c v1.0.0", "d v1.0.0", "e v1.0.0", "f v1.0.0"}}
	list := GoSums([]usage.Project{p})
	if len(list) != 4 {
		t.Fatalf("%+v", list)
	}
	want := []struct {
		check string
		line  int
		sev   finding.Severity
	}{{"gosum-conflict", 3, finding.Error}, {"gosum-malformed", 7, finding.Error}, {"gosum-malformed", 4, finding.Error}, {"gosum-missing", 0, finding.Warning}}
	for i, w := range want {
		if f := list[i]; f.Check != w.check || f.Target.Line != w.line || f.Severity != w.sev || f.Target.File != "/p/go.sum" || f.Detail == "" {
			t.Errorf("%+v", f)
		}
	}
	if d := list[3].Detail; d != "6 lines lack: a v1.0.0, b v1.0.0/go.mod, c v1.0.0, d v1.0.0, e v1.0.0 and 1 more" {
		t.Error(d)
	}
	if GoSums(nil) != nil {
		t.Error("something about nothing")
	}
}

// A workspace reads go.work.sum and the go.sum files of its members: what they say against each other is a conflict. What
// contradicts itself in one of them is told once.
func TestGoWorkSum(t *testing.T) {
	sum := func(line int32, version, hash string) project.SumLine {
		return project.SumLine{Sum: &project.Sum{Path: "example.com/m", Version: version, Hash: hash}, Line: line}
	}
	member := usage.Project{Project: &project.Project{Dir: "/w/a", SumFile: "/w/a/go.sum",
		Sums: []project.SumLine{sum(1, "v1.0.0", bad), sum(2, "v1.1.0", good), sum(3, "v1.2.0", good), sum(4, "v1.2.0", bad)}}, GoSum: "ok"}
	other := usage.Project{Project: &project.Project{Dir: "/x", SumFile: "/x/go.sum", Sums: []project.SumLine{sum(1, "v1.0.0", bad)}}, GoSum: "ok"}
	work := usage.Project{Project: &project.Project{Kind: project.Workspace, Dir: "/w", Use: []string{"/w/a", "/w/gone"}, SumFile: "/w/go.work.sum",
		Sums: []project.SumLine{sum(7, "v1.0.0", good), sum(8, "v1.1.0", good)}}, GoSum: "ok"}
	list := GoSums([]usage.Project{member, other, work})
	if len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	for i, want := range []string{"/w/a/go.sum 4", "/w/a/go.sum 1"} {
		f := list[i]
		if got := fmt.Sprintf("%s %d", f.Target.File, f.Target.Line); f.Check != "gosum-conflict" || got != want {
			t.Errorf("%s: %s: %s", f.Check, got, f.Detail)
		}
	}
	if from := list[1].Witnesses[0].From; from != "/w/go.work.sum:7" {
		t.Error(from)
	}
}
