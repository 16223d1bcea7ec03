package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var offlineIncomplete = &Check{
	ID:       "offline-incomplete",
	Title:    "the project needs more than is here, and no proxy is to be asked",
	Severity: finding.Error,
	Cost:     Stat,
	Subject:  OfProject,
	Covers:   []string{"C73"},
	Says: []string{
		"module lookup disabled by GOPROXY=off",
	},
	Help: Help{
		Why: "With GOPROXY=off go uses what the module cache holds and asks nobody. A build needs the .mod files of the whole graph, and of " +
			"each module that it compiles the zip or the sources; go get, go mod download and go list -m -json need the .info files " +
			"too, so they fail where a build still works.",
		Look: "'godoctor projects .' lists what lacks. go env GOPROXY.",
		Do: "Fetch it where there is a network (go mod download, with the GOPROXY that you have there), or carry it over. A module cache " +
			"serves as a proxy too: GOPROXY=file://DIR/cache/download.",
		See: []string{"https://go.dev/ref/mod#module-cache"},
	},
	Run: func(p *Pass) {
		q, s := p.Project, p.proxies()
		if s.Err != nil || overNetwork(s) || len(s.Proxies) > 0 || q.Weak || q.Kind != project.Module || q.Vendored {
			return
		}
		setting := p.Setting("GOPROXY")
		f := finding.Finding{Target: finding.Target{Path: q.Dir, File: q.File}, Fixes: []finding.Fix{
			{ID: "fetch", Title: "fetch what lacks while there is a network, with another GOPROXY", Argv: []string{"godoctor", "repair", "--project", q.Dir},
				NeedsNetwork: true, Bytes: q.MissingBytes},
			written(setting, ""),
		}}
		severity, lacks := finding.Error, q.Needed-q.Present
		switch {
		case q.Offline && q.NoInfo > 0:
			severity = finding.Note
			f.Title = "a build works offline, go get and go list -m -json do not"
			f.Detail = fmt.Sprintf("%d of its module versions lack their .info", q.NoInfo)
		case q.Offline:
			return
		case q.Perhaps:
			severity = finding.Warning
			f.Detail = fmt.Sprintf("%d of %d module versions are not here; what lacks may be for other platforms or other modules' tests", lacks, q.Needed)
		default:
			f.Detail = fmt.Sprintf("%d of %d module versions are not here, and %d go.mod files", lacks, q.Needed, len(q.Missing))
		}
		if len(q.Because) > 0 && !q.Offline {
			f.Detail += ": " + firstFew(q.Because)
		}
		f.Detail += fmt.Sprintf("; GOPROXY is %s, set by %s", setting.Value, from(setting))
		p.ReportAs(severity, f)
	},
}
