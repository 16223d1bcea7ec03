package check

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"godoctor/doctor/finding"
)

const workflow = ".github/workflows/ci.yml"

// newerDep puts a newer version of the dependency into the world and the cache, with another go.mod file.
func (l *lab) newerDep(gomod string) {
	newer := l.mod
	newer.Version, newer.GoMod = "v1.3.0", gomod
	must(l.t, l.Publish(newer))
	must(l.t, l.InstallModOnly(newer))
	must(l.t, l.InstallSumDB(l.mod, newer))
}

// ci writes a workflow that sets up a version of go.
func (l *lab) ci(version string) {
	l.write(workflow, "jobs:\n  test:\n    steps:\n      - uses: actions/setup-go@v6\n        with:\n          go-version: "+version+"\n")
}

var elsewhereCases = []labCase{{
	id:       "ci-go-version",
	damage:   func(l *lab) { l.edit("go.mod", "go 1.20", "go 1.99"); l.ci("'1.98.x'"); l.set("GOTOOLCHAIN", "local") },
	twin:     func(l *lab) { l.ci("'>=1.19'") },
	goes:     []string{"go", "build"},
	says:     "go: go.mod requires go >= … (running go …; GOTOOLCHAIN=local)",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.project, workflow), Line: 6} },
	detail:   []string{"1.98.x", "is 1.99", "stops there"},
	fix:      "align-version",
	cure:     func(l *lab) { l.edit("go.mod", "go 1.99", "go 1.20"); l.ci("'stable'") },
}, {
	id:   "ci-go-version",
	name: "image",
	damage: func(l *lab) {
		l.edit("go.mod", "go 1.20", "go 1.22.5")
		l.write("Dockerfile", "FROM golang:1.22.3-alpine\n")
	},
	twin:     func(l *lab) { l.edit("go.mod", "go 1.20", "go 1.22.5"); l.write("Dockerfile", "FROM golang:1\n") },
	silent:   "it happens in the container",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.project, "Dockerfile"), Line: 1}
	},
	fix:  "align-version",
	cure: func(l *lab) { l.write("Dockerfile", "FROM scratch\n") },
}, {
	id:       "ci-go-version",
	name:     "unquoted",
	damage:   func(l *lab) { l.ci("1.20") },
	silent:   "it happens in the workflow",
	severity: finding.Warning,
	detail:   []string{"the number 1.2:"},
	fix:      "quote-version",
	cure:     func(l *lab) { l.ci("'stable'") },
}, {
	id:       "ci-go-version",
	name:     "another release",
	damage:   func(l *lab) { l.ci("'1.21'") },
	silent:   "both build",
	severity: finding.Note,
	fix:      "align-version",
	cure:     func(l *lab) { l.ci("stable") },
}, {
	id: "module-retracted",
	damage: func(l *lab) {
		l.newerDep("module example.com/dep\n\ngo 1.20\n\n// It deletes files.\nretract v1.2.0\n")
	},
	twin:     func(l *lab) { l.newerDep("module example.com/dep\n\ngo 1.20\n\nretract [v1.0.0, v1.1.9]\n") },
	goes:     []string{"go", "get", "example.com/dep@v1.2.0"},
	says:     "go: warning: … retracted by module author: …",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{Module: "example.com/dep", Version: "v1.2.0", File: filepath.Join(l.project, "go.mod"), Line: 5}
	},
	detail:    []string{"example.com/dep@v1.3.0 takes it back", "It deletes files."},
	fix:       "get-newer",
	incurable: "go get of the old version warns for ever",
}, {
	id:       "module-retracted",
	name:     "cured",
	damage:   func(l *lab) { l.newerDep("module example.com/dep\n\ngo 1.20\n\nretract v1.2.0\n") },
	silent:   "go build says nothing",
	severity: finding.Warning,
	fix:      "get-newer",
}, {
	id:   "module-retracted",
	name: "indirect",
	damage: func(l *lab) {
		l.newerDep("module example.com/dep\n\ngo 1.20\n\nretract v1.2.0\n")
		l.edit("go.mod", "dep v1.2.0", "dep v1.2.0 // indirect")
	},
	silent:    "go build says nothing",
	severity:  finding.Note,
	fix:       "get-newer",
	incurable: "as the one that is direct",
}, {
	id: "module-deprecated",
	damage: func(l *lab) {
		l.newerDep("// Deprecated: use example.com/better instead.\nmodule example.com/dep\n\ngo 1.20\n")
	},
	twin:     func(l *lab) { l.newerDep("// It is not deprecated.\nmodule example.com/dep\n\ngo 1.20\n") },
	goes:     []string{"go", "get", "example.com/dep@v1.2.0"},
	says:     "go: module … is deprecated: …",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{Module: "example.com/dep", Version: "v1.2.0", File: filepath.Join(l.project, "go.mod"), Line: 5}
	},
	detail:    []string{"use example.com/better instead."},
	fix:       "move-on",
	incurable: "to move on is work",
}, {
	id:       "vulnerable",
	damage:   func(l *lab) { l.vulncheck("testdata/govulncheck.json", nil) },
	twin:     func(l *lab) { l.vulncheck("", ErrNotInstalled) },
	silent:   "govulncheck says it, not go",
	severity: finding.Error,
	target: func(*lab) finding.Target {
		return finding.Target{Module: "golang.org/x/text", Version: "v0.3.6", Path: "GO-2021-0113"}
	},
	detail: []string{"Out-of-bounds read", "language.Parse is called from main.go:9"},
	fix:    "get-fixed",
	cure:   func(l *lab) { l.vulncheck("", nil) },
}, {
	id:       "vulnerable",
	name:     "no answer",
	damage:   func(l *lab) { l.vulncheck("", errors.New("no such host")) },
	silent:   "govulncheck says it, not go",
	severity: finding.Note,
	detail:   []string{"no such host"},
	cure:     func(l *lab) { l.vulncheck("", nil) },
}}

// vulncheck has govulncheck answer with a recorded file, nothing, or an error.
func (l *lab) vulncheck(file string, err error) {
	l.vuln = func(context.Context, string) ([]byte, error) {
		if err != nil || file == "" {
			return nil, err
		}
		return os.ReadFile(file)
	}
}
