package verify

import (
	"fmt"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/project"
)

// sumRules are the checks of go.sum files as texts, beside those of Rules.
var sumRules = map[string]Rule{
	"gosum-conflict":  {"gosum-conflict", finding.Error, "two hashes for one module version"},
	"gosum-malformed": {"gosum-malformed", finding.Error, "a line that go cannot read"},
	"gosum-missing":   {"gosum-missing", finding.Warning, "lines that a build needs are not there"},
}

// GoSums judges the go.sum files of projects as texts: lines that contradict each other, lines that go cannot read,
// and lines that lack. What they say about module versions is for Judge.
func GoSums(projects []usage.Project) []finding.Finding {
	var out []finding.Finding
	byDir := make(map[string]*usage.Project, len(projects))
	for i := range projects {
		if projects[i].Kind != project.Workspace {
			byDir[projects[i].Dir] = &projects[i]
		}
	}
	for i := range projects {
		p := &projects[i]
		out = append(out, conflicts(p)...)
		if p.Kind == project.Workspace {
			out = append(out, between(p, byDir)...)
		}
		for _, d := range p.Doubts {
			if d.Kind == project.DoubtSum {
				out = append(out, sumFinding("gosum-malformed", finding.Target{File: d.File, Line: d.Line}, d.Message))
			}
		}
		out = append(out, otherKinds(p)...)
		switch {
		case len(p.SumLacks) > 0:
			out = append(out, lacking(p, fmt.Sprintf("%d lines lack: %s", len(p.SumLacks), few(p.SumLacks))))
		case p.GoSum == "absent" && !p.Vendored && p.Kind != project.Workspace: // a workspace can do without (modload: mustHaveSums)
			out = append(out, lacking(p, "there is no go.sum file, and no build without one"))
		}
	}
	return out
}

// otherMax bounds the lines of one file that are told one by one.
const otherMax = 10

// otherKinds finds lines whose hash is of another kind than h1: go takes such a line for none, and for a warning
// (modfetch.checkModSum).
func otherKinds(p *usage.Project) []finding.Finding {
	var out []finding.Finding
	n := 0
	for _, s := range p.Sums {
		if strings.HasPrefix(s.Hash, "h1:") {
			continue
		}
		if n++; n <= otherMax {
			f := sumFinding("gosum-malformed", finding.Target{Module: s.Path, Version: s.Version, File: p.SumFile, Line: int(s.Line)},
				"its hash is of a kind that go does not know, and the line counts for nothing")
			f.Fixes = []finding.Fix{{ID: "remove-line", Title: "remove the line, and let go mod tidy add the right one", Undo: "put the old line back"}}
			out = append(out, f)
		}
	}
	if n > otherMax {
		out[otherMax-1].Detail += fmt.Sprintf("; there are %d such lines", n)
	}
	return out
}

func sumFinding(id string, target finding.Target, detail string) finding.Finding {
	r := sumRules[id]
	return finding.Finding{Check: r.ID, Severity: r.Severity, Title: r.Title, Target: target, Detail: detail, Docs: r.ID}
}

// A sumKey is what a line of go.sum is about.
type sumKey struct {
	m   module.Version
	mod bool
}

// A sumLine is a line in its file.
type sumLine struct {
	project.SumLine
	file string
}

// conflicts finds keys with two h1 hashes: the first in the file counts, and the other lies in wait
// (modfetch.haveModSumLocked).
func conflicts(p *usage.Project) []finding.Finding {
	first := make(map[sumKey]sumLine, len(p.Sums))
	return conflicting(first, p)
}

// conflicting adds the lines of a project's file to those that are known, and tells which contradict them.
func conflicting(first map[sumKey]sumLine, p *usage.Project) (out []finding.Finding) {
	for _, s := range p.Sums {
		if !strings.HasPrefix(s.Hash, "h1:") {
			continue
		}
		k := sumKey{module.Version{Path: s.Path, Version: s.Version}, s.GoMod}
		old, ok := first[k]
		if !ok {
			first[k] = sumLine{s, p.SumFile}
			continue
		}
		if old.Hash == s.Hash {
			continue
		}
		words := fmt.Sprintf("line %d says %s, line %d says %s; go takes the first and never looks at the other", old.Line, old.Hash, s.Line, s.Hash)
		if old.file != p.SumFile {
			words = fmt.Sprintf("%s:%d says %s, and this line %s; a workspace reads both files", old.file, old.Line, old.Hash, s.Hash)
		}
		f := sumFinding("gosum-conflict", finding.Target{Module: s.Path, Version: s.Version, File: p.SumFile, Line: int(s.Line)}, words)
		f.Witnesses = []finding.Witness{
			{Name: "gosum", Says: old.Hash, From: fmt.Sprintf("%s:%d", old.file, old.Line)},
			{Name: "gosum", Says: s.Hash, From: fmt.Sprintf("%s:%d", p.SumFile, s.Line)},
		}
		f.Fixes = []finding.Fix{{ID: "keep-right-line", Title: "keep the line that the checksum database has, and remove the other"}}
		out = append(out, f)
	}
	return out
}

// between finds what the go.sum files of a workspace's members say against its go.work.sum: go reads all of them
// (modload: WorkspaceGoSumFiles). What contradicts itself in one file is told there.
func between(work *usage.Project, byDir map[string]*usage.Project) (out []finding.Finding) {
	for _, use := range work.Use {
		p := byDir[use]
		if p == nil {
			continue
		}
		first := make(map[sumKey]sumLine, len(work.Sums))
		conflicting(first, work)
		for _, f := range conflicting(first, p) {
			if !strings.HasPrefix(f.Witnesses[0].From, p.SumFile+":") {
				out = append(out, f)
			}
		}
	}
	return out
}

// lacking tells all lines that lack at once, and the one command that adds them.
func lacking(p *usage.Project, detail string) finding.Finding {
	f := sumFinding("gosum-missing", finding.Target{File: p.SumFile}, detail)
	f.Fixes = []finding.Fix{{ID: "tidy", Title: "let go add them", Argv: []string{"go", "-C", p.Dir, "mod", "tidy"}, NeedsNetwork: true,
		Undo: "put the old go.mod and go.sum back"}}
	return f
}

// few names the first of many.
func few(list []string) string {
	const shown = 5
	if len(list) <= shown {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:shown], ", ") + fmt.Sprintf(" and %d more", len(list)-shown)
}
