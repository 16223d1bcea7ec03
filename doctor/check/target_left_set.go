package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var targetLeftSet = &Check{
	ID:       "target-left-set",
	Title:    "go builds for another system or processor than this machine's",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C59"},
	Says: []string{
		"exec format error",
		"go: unsupported GOOS/GOARCH pair …",
	},
	Help: Help{
		Why: "GOOS and GOARCH choose what is built for. Left in the environment or in the GOENV file after a cross build, they make every " +
			"build one: programs do not start here, go run and go test fail with \"exec format error\", cgo is off, files for this " +
			"system are left out. A pair that the release does not know stops every build.",
		Look: "go env GOOS GOARCH GOHOSTOS GOHOSTARCH; 'go tool dist list' lists the pairs.",
		Do:   "Take both away, and set them for the one command: GOOS=windows GOARCH=arm64 go build.",
	},
	Run: func(p *Pass) {
		goos, goarch := p.Setting("GOOS"), p.Setting("GOARCH")
		if has, known := p.release().Port(goos.Value, goarch.Value); known && !has {
			s := goos
			if !given(goos) || p.knowsSystem(goos.Value) && given(goarch) {
				s = goarch
			}
			p.Report(finding.Finding{Title: "the release builds for no such system and processor",
				Detail: fmt.Sprintf("%s has no %s/%s; %s is set by %s", p.Env.GoVersion(), goos.Value, goarch.Value, s.Key, p.origin(s)),
				Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
			return
		}
		for _, s := range []goenv.Setting{goos, goarch} {
			host := p.Env.Value("GOHOST" + s.Key[len("GO"):])
			if !given(s) || host == "" || s.Value == host {
				continue
			}
			severity, hint := finding.Warning, ""
			if p.runsForeign(goos.Value, goarch.Value) {
				severity, hint = finding.Note, "; such programs run here all the same"
			}
			p.ReportAs(severity, finding.Finding{
				Detail: fmt.Sprintf("%s is %s, set by %s, and this machine's is %s%s", s.Key, shown(s.Key, s.Value), p.origin(s), host, hint),
				Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
		}
	},
}

// knowsSystem reports whether a release builds for a system at all.
func (p *Pass) knowsSystem(goos string) bool {
	for _, arch := range []string{"amd64", "arm64", "wasm", "ppc64", "386"} {
		if has, _ := p.release().Port(goos, arch); has {
			return true
		}
	}
	return false
}

// runsForeign reports whether programs for a target run here: by a program that go run and go test call for that
// (go_GOOS_GOARCH_exec in PATH), or since the processor does.
func (p *Pass) runsForeign(goos, goarch string) bool {
	host, hostArch := p.Env.Value("GOHOSTOS"), p.Env.Value("GOHOSTARCH")
	if goos == host && hostArch == "amd64" && goarch == "386" && host != "darwin" {
		return true
	}
	return p.System.GOOS != "windows" && runnable(p.Machine, "go_"+goos+"_"+goarch+"_exec")
}
