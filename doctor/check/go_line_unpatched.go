package check

import (
	"fmt"
	"go/version"

	"godoctor/doctor/finding"
)

var goLineUnpatched = &Check{
	ID:       "go-line-unpatched",
	Title:    "a language version stands where the name of a release is needed",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C45"},
	Says: []string{
		"invalid toolchain: … is a language version but not a toolchain version",
		"download … for …: toolchain not available",
	},
	Help: Help{
		Why: "Since Go 1.21 the first release of a language version has a patch in its name: go1.22 is the language, go1.22.0 its " +
			"first release. A toolchain line or GOTOOLCHAIN that says go1.22 asks for a release that does not exist. Go 1.21 and 1.22 " +
			"make the same mistake with a go line without a patch: they look for a release of that name, newer ones for its .0.",
		Look: "The go and toolchain lines of go.mod and go.work, and 'go env GOTOOLCHAIN'.",
		Do:   "Write the patch: 'go mod edit -go=1.22.0', 'toolchain go1.22.3', GOTOOLCHAIN=go1.22.3.",
		See:  []string{"golang/go#62278", "golang/go#66175"},
	},
	Run: runGoLineUnpatched,
}

func runGoLineUnpatched(p *Pass) {
	for _, s := range p.failing(FailsName) {
		d, name := s.c.Here.Decided, s.c.Here.Name
		f := finding.Finding{Detail: fmt.Sprintf("%.300q asks for the toolchain %s, and no release is called that%s. go says %.400q.",
			d.Says, name, inProjects([]selected{s}), s.c.Here.Error)}
		if d == s.c.Toolchain {
			f.Target = finding.Target{File: d.File, Line: d.Line}
			f.Fixes = []finding.Fix{{ID: "name-release", Title: "name its first release, " + name + ".0, or a newer patch",
				Edits: []finding.Edit{d.edit(name, name+".0")}, NeedsNetwork: true}}
		} else {
			set := p.Setting("GOTOOLCHAIN")
			f.Target, f.Fixes = at(set), []finding.Fix{reset(set, name+".0"), allowSwitch(set)}
		}
		p.Report(f)
	}
	for _, s := range p.selections() {
		if c := s.c; c.Here.Error == "" && c.Here.Decided == c.Go && c.Go.Says != "" && c.looksForLanguage() {
			p.Report(finding.Finding{
				Title: "go " + c.Go.value() + " has no patch, and the go that runs looks for a release of that name",
				Detail: fmt.Sprintf("%s does not know yet that the first release is go%s.0. Its own answer: download go%s for %s: toolchain not available.",
					c.Local, c.Go.value(), c.Go.value(), p.Env.Value("GOHOSTOS")+"/"+p.Env.Value("GOHOSTARCH")),
				Target: finding.Target{File: c.Go.File, Line: c.Go.Line},
				Fixes: []finding.Fix{{ID: "name-release", Title: "write the patch",
					Edits: []finding.Edit{c.Go.edit(c.Go.value(), c.Go.value()+".0")}, NeedsNetwork: true}, installGo("a newer Go")},
			})
		}
	}
}

// looksForLanguage reports whether the go command makes the name of a toolchain of a go line as it stands: those of 1.21 and
// 1.22 do (golang/go#62278).
func (c *Choice) looksForLanguage() bool {
	lang := version.Lang(goVersion(c.Local))
	return (lang == "go1.21" || lang == "go1.22") && language("go"+c.Go.value())
}
