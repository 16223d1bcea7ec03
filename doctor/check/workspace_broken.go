package check

import (
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var workspaceBroken = &Check{
	ID:       "workspace-broken",
	Title:    "the go.work file does not fit what it lists",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C75"},
	Says: []string{
		"cannot load module … listed in go.work file: open …: no such file or directory",
		"requires go >= …, but go.work lists go …; to update it: go work use",
		"-mod may only be set to readonly or vendor when in workspace mode",
		"invalid GOWORK: not an absolute path",
		"errors parsing go.work: …:",
	},
	Help: Help{
		Why: "Every command below a go.work file reads all modules that it lists. One that was moved or deleted, a go line in go.work " +
			"that is lower than that of a member, -mod=mod in GOFLAGS, and a GOWORK that is not an absolute path each stop all of them.",
		Look: "go env GOWORK GOFLAGS, and the use and go lines of that file.",
		Do: "Take the use line of a missing module out (go work edit -dropuse=DIR), raise the go line (go work use), take -mod=mod out " +
			"of GOFLAGS, or work without the file: GOWORK=off.",
		See: []string{"https://go.dev/ref/mod#workspaces"},
	},
	Run: func(p *Pass) {
		if s := p.Setting("GOWORK"); s.Value != "" && s.Value != "off" && s.Value != "auto" && !filepath.IsAbs(s.Value) {
			p.Report(finding.Finding{Title: "GOWORK is not an absolute path", Detail: fmt.Sprintf("GOWORK is %q, from %s", s.Value, from(s)),
				Target: at(s), Fixes: []finding.Fix{unset(s)}})
			return
		}
		seen := make(map[string]bool)
		for _, q := range p.Projects {
			if q.Work != "" && !seen[q.Work] && !q.Weak {
				seen[q.Work] = true
				examineWork(p, q.Work)
			}
		}
	},
}

// examineWork looks at one go.work file.
func examineWork(p *Pass, file string) {
	s := p.Setting("GOFLAGS")
	if mod, _ := goenv.LastFlag(s.Value, "-mod"); mod == "mod" {
		p.Report(finding.Finding{Title: "GOFLAGS has -mod=mod, which no workspace allows",
			Detail: fmt.Sprintf("GOFLAGS is %q, from %s; %s is in effect", s.Value, from(s), file), Target: at(s), Fixes: []finding.Fix{withoutFlag(s, "-mod")}})
	}
	work, err := parseWork(file)
	if err != nil {
		p.Report(finding.Finding{Title: "go cannot read the go.work file", Detail: err.Error(), Target: finding.Target{File: file, Line: lineIn(err)},
			Fixes: []finding.Fix{{ID: "edit", Title: "mend the line by hand"}}})
		return
	}
	for _, use := range work.Use {
		dir := use.Path
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(file), dir)
		}
		gomod := filepath.Join(dir, "go.mod")
		if _, err := os.Stat(gomod); err != nil {
			p.Report(finding.Finding{Title: "a module that go.work lists is not there", Detail: fmt.Sprintf("%s has \"use %s\", and there is no %s", file, use.Path, gomod),
				Target: finding.Target{Path: dir, File: file, Line: lineOf(use.Syntax)},
				Fixes: []finding.Fix{{ID: "work-drop", Title: "take the use line out", Argv: []string{"go", "work", "edit", "-dropuse=" + use.Path, file},
					Undo: "go work edit -use=" + use.Path}}})
			continue
		}
		tooLow(p, file, work, gomod)
	}
}

// lineIn is the line of the first error of a parser; 0 where it names none.
func lineIn(err error) int {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return list[0].Pos.Line
	}
	return 0
}

// withoutFlag is the fix that takes a flag out of GOFLAGS.
func withoutFlag(s goenv.Setting, name string) finding.Fix {
	words, _ := goenv.Words(s.Value)
	flags, rest := goenv.Flags(s.Value), words[:0]
	for i, w := range words {
		if flags[i].Name != name {
			rest = append(rest, w)
		}
	}
	return reset(s, plainly(rest))
}

// tooLow compares the go line of go.work with that of a member (modload: loadWorkFile).
func tooLow(p *Pass, file string, work *modfile.WorkFile, gomod string) {
	f := modFile(gomod)
	if f == nil || f.Go == nil {
		return
	}
	has, line := "1.18", 0 // gover.DefaultGoWorkVersion
	if work.Go != nil {
		has, line = work.Go.Version, lineOf(work.Go.Syntax)
	}
	if version.Compare("go"+f.Go.Version, "go"+has) > 0 {
		p.Report(finding.Finding{Title: "a module of the workspace needs a higher go line than go.work has",
			Detail: fmt.Sprintf("%s:%d has go %s, and %s has go %s", gomod, lineOf(f.Go.Syntax), f.Go.Version, file, has),
			Target: finding.Target{Path: gomod, File: file, Line: line},
			Fixes: []finding.Fix{{ID: "work-go", Title: "raise the go line of go.work", Argv: []string{"go", "work", "edit", "-go=" + f.Go.Version, file},
				Undo: "go work edit -go=" + has}}})
	}
}
