package check

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var vulnerable = &Check{
	ID:       "vulnerable",
	Title:    "a module with a known vulnerability is in use",
	Severity: finding.Error,
	Cost:     Network,
	Subject:  OfProject,
	Patience: 6 * time.Minute,
	Help: Help{
		Why: "govulncheck, which is installed, says that the project uses a version with a known vulnerability. Where the code that is " +
			"vulnerable is called it is an error, where its package is imported a warning, else a note.",
		Look: "govulncheck ./... in the project, and the page of the vulnerability: https://pkg.go.dev/vuln/ID. godoctor runs it with " +
			"--ask-proxy, because it asks the vulnerability database.",
		Do:  "go get MODULE@FIXED-VERSION and go mod tidy; of the standard library, a newer Go.",
		See: []string{"https://go.dev/doc/security/vuln/"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if p.Vulncheck == nil || q.Kind != project.Module || q.Weak || len(p.Projects) > 1 && !q.holds(p.Dir) {
			return
		}
		out, err := p.Vulncheck(p, q.Dir)
		var list []vulnerability
		if err == nil {
			list, err = vulnerabilities(out)
		}
		if err != nil {
			if !errors.Is(err, ErrNotInstalled) && p.Err() == nil {
				p.ReportAs(finding.Note, finding.Finding{Title: "govulncheck gave no answer", Detail: bounded(err.Error()), Target: finding.Target{Path: q.Dir}})
			}
			return
		}
		for i := range list {
			p.vulnerable(&list[i])
		}
	},
}

// ErrNotInstalled says that a program which is asked where it is installed is not.
var ErrNotInstalled = errors.New("not installed")

// vulnerable reports what govulncheck says of one vulnerability in one module.
func (p *Pass) vulnerable(v *vulnerability) {
	f := finding.Finding{
		Detail: fmt.Sprintf("%s: %s", v.ID, bounded(v.Summary)),
		Target: finding.Target{Module: v.Module, Version: v.Version, Path: v.ID, File: p.Project.File},
	}
	severity := finding.Note
	switch {
	case v.Function != "":
		severity = finding.Error
		f.Detail += fmt.Sprintf("; %s.%s is called", v.Package, bounded(v.Function))
		if v.Caller != "" {
			f.Detail += " from " + bounded(v.Caller)
		}
	case v.Package != "":
		severity = finding.Warning
		f.Detail += fmt.Sprintf("; %s is imported, and what is vulnerable in it is not called", v.Package)
	default:
		f.Detail += "; the module is required, and the package with it is not imported"
	}
	switch {
	case v.Module == "stdlib":
		f.Fixes = []finding.Fix{{ID: "newer-go", Title: "build with Go " + cmp.Or(v.Fixed, "of a newer release")}}
	case v.Fixed != "":
		f.Fixes = []finding.Fix{{ID: "get-fixed", Title: "require the version with the fix: " + v.Fixed,
			Argv: []string{"go", "-C", p.Project.Dir, "get", v.Module + "@" + v.Fixed}, NeedsNetwork: true, Undo: "version control"}}
	default:
		f.Fixes = []finding.Fix{{ID: "move-on", Title: "no version has a fix yet: do without the module"}}
	}
	p.ReportAs(severity, f)
}

// A vulnerability is the strongest thing that govulncheck says of one vulnerability in one module.
type vulnerability struct {
	ID, Summary       string
	Module, Version   string
	Fixed             string
	Package, Function string
	Caller            string // file and line of the project
}

// vulnMessage is one object of govulncheck -json (golang.org/x/vuln/internal/govulncheck: Message).
type vulnMessage struct {
	OSV *struct {
		ID      string `json:"id"`
		Summary string `json:"summary"`
	} `json:"osv"`
	Finding *struct {
		OSV   string      `json:"osv"`
		Fixed string      `json:"fixed_version"`
		Trace []vulnFrame `json:"trace"`
	} `json:"finding"`
}

type vulnFrame struct {
	Module, Version   string
	Package, Function string
	Receiver          string
	Position          *struct {
		Filename string
		Line     int
	}
}

// vulnMax bounds the vulnerabilities of one project.
const vulnMax = 1000

// vulnerabilities reads what govulncheck printed. Modules and versions that are none are passed over.
func vulnerabilities(out []byte) ([]vulnerability, error) {
	summaries := make(map[string]string)
	best := make(map[string]*vulnerability)
	for dec := json.NewDecoder(bytes.NewReader(out)); len(best) < vulnMax; {
		var m vulnMessage
		if err := dec.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("what govulncheck said could not be understood: %w", err)
		}
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		if m.Finding == nil || len(m.Finding.Trace) == 0 {
			continue
		}
		t := m.Finding.Trace
		v := &vulnerability{ID: m.Finding.OSV, Module: t[0].Module, Version: t[0].Version, Fixed: m.Finding.Fixed,
			Package: t[0].Package, Function: t[0].Function}
		if v.Module != "stdlib" && module.Check(v.Module, v.Version) != nil || v.Fixed != "" && v.Module != "stdlib" && module.Check(v.Module, v.Fixed) != nil {
			continue
		}
		if last := t[len(t)-1]; len(t) > 1 && last.Position != nil {
			v.Caller = fmt.Sprintf("%s:%d", last.Position.Filename, last.Position.Line)
		}
		key := v.ID + " " + v.Module
		if old := best[key]; old == nil || old.Function == "" && v.Function != "" || old.Package == "" && v.Package != "" {
			best[key] = v
		}
	}
	var list []vulnerability
	for _, v := range best {
		v.Summary = summaries[v.ID]
		list = append(list, *v)
	}
	slices.SortFunc(list, func(a, b vulnerability) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Module, b.Module)) })
	return list, nil
}
