package check

import (
	"os"
	"path/filepath"
	"slices"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
	"godoctor/scan/system"
)

var layoutCases = slices.Concat(workCases, vendorCases, projectCases)

// work writes a go.work file beside the projects.
func (l *lab) work(text string) string {
	file := filepath.Join(l.Projects, "go.work")
	l.write(file, text)
	return file
}

// member makes another module beside the project.
func (l *lab) member(name, gomod string) string {
	dir := filepath.Join(l.Projects, name)
	l.write(filepath.Join(dir, "go.mod"), gomod)
	l.write(filepath.Join(dir, "x.go"), "package "+name+"\n")
	return dir
}

// git makes a repository of a directory.
func (l *lab) git(dir string) {
	l.t.Helper()
	old := l.dir
	l.dir = dir
	if out, err := l.run("git", "init", "-q"); err != nil {
		l.t.Fatalf("git init: %v\n%s", err, out)
	}
	l.dir = old
}

var workCases = []labCase{{
	id: "not-in-workspace",
	damage: func(l *lab) {
		l.member("other", "module example.com/other\n\ngo 1.20\n")
		l.work("go 1.20\n\nuse ./other\n")
	},
	twin:     func(l *lab) { l.work("go 1.20\n\nuse ./p\n") },
	goes:     []string{"go", "build"},
	says:     "current directory is contained in a module that is not one of the workspace modules listed in go.work",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: l.project, File: filepath.Join(l.Projects, "go.work")}
	},
	fix: "work-use",
}, {
	id:   "not-in-workspace",
	name: "all packages",
	damage: func(l *lab) {
		l.member("other", "module example.com/other\n\ngo 1.20\n")
		l.work("go 1.20\n\nuse ./other\n")
	},
	goes:     []string{"go", "vet", "./..."},
	says:     "directory prefix . does not contain modules listed in go.work or their selected dependencies",
	severity: finding.Error,
	cure:     func(l *lab) { l.set("GOWORK", "off") },
	fix:      "work-use",
}, {
	id:   "not-in-workspace",
	name: "from elsewhere",
	damage: func(l *lab) {
		l.member("other", "module example.com/other\n\ngo 1.20\n")
		l.work("go 1.20\n\nuse ./other\n")
		l.dir = filepath.Join(l.Projects, "other")
	},
	silent:   "it works in another member",
	severity: finding.Note,
	fix:      "work-use",
}, {
	id:     "workspace-broken",
	damage: func(l *lab) { l.work("go 1.20\n\nuse (\n\t./p\n\t./gone\n)\n") },
	twin: func(l *lab) {
		l.member("gone", "module example.com/gone\n\ngo 1.20\n")
		l.work("go 1.20\n\nuse (\n\t./p\n\t./gone\n)\n")
	},
	goes:     []string{"go", "build"},
	says:     "cannot load module … listed in go.work file: open …: no such file or directory",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Projects, "go.work"), Line: 5}
	},
	fix: "work-drop",
}, {
	id:       "workspace-broken",
	name:     "go line",
	damage:   func(l *lab) { l.edit("go.mod", "go 1.20", "go 1.22"); l.work("go 1.20\n\nuse ./p\n") },
	goes:     []string{"go", "build"},
	says:     "requires go >= …, but go.work lists go …; to update it: go work use",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Projects, "go.work"), Line: 1}
	},
	detail: []string{"go.mod:3 has go 1.22"},
	fix:    "work-go",
}, {
	id:   "workspace-broken",
	name: "-mod=mod",
	damage: func(l *lab) {
		l.work("go 1.20\n\nuse ./p\n")
		l.set("GOFLAGS", `-mod=readonly '-ldflags=-s -w' "--mod=mod"`)
	},
	twin:     func(l *lab) { l.work("go 1.20\n\nuse ./p\n"); l.set("GOFLAGS", "-mod=mod -mod=readonly") },
	goes:     []string{"go", "build"},
	says:     "-mod may only be set to readonly or vendor when in workspace mode",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOFLAGS"} },
	cure:     func(l *lab) { l.set("GOFLAGS", "'-ldflags=-s -w'") }, // which the fix leaves
	fix:      FixEnvironment,
}, {
	id:       "workspace-broken",
	name:     "GOWORK",
	damage:   func(l *lab) { l.goenv("GOWORK=go.work") },
	twin:     func(l *lab) { l.goenv("GOWORK=off") },
	goes:     []string{"go", "build"},
	says:     "invalid GOWORK: not an absolute path",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: "GOWORK", File: l.goenvFile(), Line: 1} },
	fix:      FixSetting,
}, {
	id:       "workspace-broken",
	name:     "syntax",
	damage:   func(l *lab) { l.work("go 1.20\n\nuse ./p\n<<<<<<< HEAD\n") },
	goes:     []string{"go", "build"},
	says:     "errors parsing go.work: …:",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Projects, "go.work"), Line: 4}
	},
	twin: func(l *lab) { l.work("go 1.20\n\nuse ./p\n"); l.set("GOWORK", "auto") }, // which is the default
	cure: func(l *lab) { l.work("go 1.20\n\nuse ./p\n") },
	fix:  "edit",
}, {
	id:   "not-in-workspace",
	name: "GOWORK of the settings file",
	damage: func(l *lab) {
		work := filepath.Join(l.Home, "ws", "go.work")
		l.write(work, "go 1.20\n\nuse "+l.member("other", "module example.com/other\n\ngo 1.20\n")+"\n")
		l.goenv("GOWORK=" + work)
	},
	goes:     []string{"go", "build"},
	says:     "current directory is contained in a module that is not one of the workspace modules listed in go.work",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: l.project, File: filepath.Join(l.Home, "ws", "go.work")}
	},
	fix: "work-use",
}, {
	id:   "stray-parent",
	name: "go.mod in the home directory",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Home, "go.mod"), "module anc\n")
		l.dir = filepath.Join(l.Home, "a", "b")
		l.write(filepath.Join(l.dir, "b.go"), "package b\n")
	},
	goes:     []string{"go", "list"},
	silent:   "it says anc/a/b",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.Home, "go.mod")} },
	fix:      "move",
	cure:     func(l *lab) { must(l.t, os.Remove(filepath.Join(l.Home, "go.mod"))) },
}, {
	id:   "stray-parent",
	name: "go.work above the working tree",
	damage: func(l *lab) {
		l.git(l.project)
		l.work("go 1.20\n\nuse ./p\n")
	},
	twin: func(l *lab) {
		l.git(l.Projects)
		l.work("go 1.20\n\nuse ./p\n")
	},
	silent:   "it builds, with the workspace",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.Projects, "go.work")} },
	fix:      "move",
	cure:     func(l *lab) { must(l.t, os.Remove(filepath.Join(l.Projects, "go.work"))) },
}, {
	id:       "stray-parent",
	name:     "temporary files",
	damage:   func(l *lab) { l.write(filepath.Join(l.Tmp, "go.mod"), "module tmp\n"); l.dir = l.Tmp },
	goes:     []string{"go", "env", "GOMOD"},
	silent:   "go env does not warn",
	severity: finding.Note,
	fix:      "move",
	cure:     func(l *lab) { must(l.t, os.Remove(filepath.Join(l.Tmp, "go.mod"))) },
}, {
	id:   "stray-parent",
	name: "temporary files, in a command",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Tmp, "go.mod"), "module tmp\n")
		l.dir = l.Tmp
	},
	goes:      []string{"go", "list"},
	says:      "go: warning: ignoring go.mod in system temp root",
	severity:  finding.Note,
	fix:       "move",
	incurable: "go list fails outside a module all the same",
}, {
	id: "workspace-overrides",
	damage: func(l *lab) {
		l.member("dep", "module example.com/dep\n\ngo 1.20\n")
		l.write(filepath.Join(l.Projects, "dep", "x.go"), "package dep\n\nfunc Name() string { return \"another\" }\n")
		l.work("go 1.20\n\nuse (\n\t./p\n\t./dep\n)\n")
	},
	twin:     func(l *lab) { l.work("go 1.20\n\nuse ./p\n") },
	silent:   "it builds",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{Module: "example.com/dep", File: filepath.Join(l.project, "go.mod"), Line: 5}
	},
	cure: func(l *lab) { l.set("GOWORK", "off") },
}}

const depModules = "# example.com/dep v1.2.0\n## explicit; go 1.20\nexample.com/dep\n"

// vendor writes a vendor directory that fits.
func (l *lab) vendor() {
	l.write("vendor/modules.txt", depModules)
	l.write("vendor/example.com/dep/dep.go", "package dep\n\nfunc Name() string { return \"dep\" }\n")
}

var vendorCases = []labCase{{
	id:       "vendor-inconsistent",
	damage:   func(l *lab) { l.vendor(); l.write("vendor/modules.txt", "") },
	twin:     func(l *lab) { l.vendor() },
	goes:     []string{"go", "build"},
	says:     "go: inconsistent vendoring in …:",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.project, "vendor")} },
	fix:      "vendor-again",
}, {
	id:   "vendor-inconsistent",
	name: "required",
	damage: func(l *lab) {
		l.vendor()
		l.edit("vendor/modules.txt", "## explicit; go 1.20\n", "")
		l.set("GOFLAGS", "-mod=mod -mod=vendor") // the last counts
	},
	twin:     func(l *lab) { l.write("vendor/modules.txt", ""); l.set("GOFLAGS", "-mod=mod") },
	goes:     []string{"go", "build"},
	says:     "is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
	severity: finding.Error,
	fix:      "vendor-again",
}, {
	id:       "vendor-inconsistent",
	name:     "not required",
	damage:   func(l *lab) { l.vendor(); l.edit("go.mod", "require example.com/dep v1.2.0\n", "") },
	goes:     []string{"go", "list", "./vendor/..."},
	says:     "is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
	severity: finding.Error,
	fix:      "vendor-again",
	cure:     func(l *lab) { l.edit("go.mod", "go 1.20\n", "go 1.20\n\nrequire example.com/dep v1.2.0\n") },
}, {
	id: "vendor-incomplete",
	damage: func(l *lab) {
		l.vendor()
		must(l.t, os.RemoveAll(filepath.Join(l.project, "vendor", "example.com")))
		l.write(".gitignore", "# ours\ndep\n")
	},
	goes:     []string{"go", "build"},
	says:     "cannot find module providing package …: import lookup disabled by -mod=vendor",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.project, "vendor")} },
	detail:   []string{"1 of 1 packages", "example.com/dep", ".gitignore:2 says dep"},
	fix:      "vendor-again",
}, {
	id:   "vendor-incomplete",
	name: "of a workspace",
	damage: func(l *lab) {
		l.edit("go.mod", "go 1.20", "go 1.22")
		l.write("go.work", "go 1.22\n\nuse .\n")
		if out, err := l.run("go", "work", "vendor"); err != nil {
			l.t.Fatalf("%v\n%s", err, out)
		}
		must(l.t, os.RemoveAll(filepath.Join(l.project, "vendor", "example.com")))
	},
	goes:     []string{"go", "build"},
	says:     "cannot find module providing package …: import lookup disabled by -mod=vendor",
	severity: finding.Error,
	fix:      "vendor-again",
}}

var projectCases = []labCase{{
	id:       "replace-missing",
	damage:   func(l *lab) { l.edit("go.mod", "go 1.20\n", "go 1.20\n\nreplace example.com/dep => ../gone\n") },
	twin:     func(l *lab) { l.edit("go.mod", "go 1.20\n", "go 1.20\n\nreplace example.com/nobody => ../gone\n") },
	goes:     []string{"go", "build"},
	says:     "replacement directory … does not exist",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{Module: "example.com/dep", Path: filepath.Join(l.Projects, "gone"), File: filepath.Join(l.project, "go.mod"), Line: 5}
	},
	fix:  "get-directory",
	cure: func(l *lab) { l.edit("go.mod", "replace example.com/dep => ../gone\n", "") },
}, {
	id:       "replace-missing",
	name:     "list",
	damage:   func(l *lab) { l.edit("go.mod", "go 1.20\n", "go 1.20\n\nreplace example.com/dep => ../gone\n") },
	goes:     []string{"go", "list", "-m", "all"},
	says:     "(replaced by …): reading …: open …: no such file or directory",
	severity: finding.Error,
	fix:      "get-directory",
	cure:     func(l *lab) { l.edit("go.mod", "replace example.com/dep => ../gone\n", "") },
}, {
	id:   "replace-local",
	name: "outside",
	damage: func(l *lab) {
		l.git(l.project)
		l.member("dep", "module example.com/dep\n")
		l.edit("go.mod", "go 1.20\n", "go 1.20\n\nreplace example.com/dep => ../dep\n")
	},
	twin: func(l *lab) {
		l.git(l.Projects)
		l.member("dep", "module example.com/dep\n")
		l.edit("go.mod", "go 1.20\n", "go 1.20\n\nreplace example.com/dep => ../dep\n")
	},
	silent:   "it builds here",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.project, "go.mod"), Line: 5} },
	fix:      "drop-replace",
}, {
	id:     "vcs-stamping",
	name:   "no HEAD",
	damage: func(l *lab) { l.git(l.project); must(l.t, os.Remove(filepath.Join(l.project, ".git", "HEAD"))) },
	twin:   func(l *lab) { l.write(".git", "gitdir: "+filepath.Join(l.Home, "elsewhere")+"\n") }, // a worktree: go passes over it
	goes:   []string{"go", "build"},
	says:   "error obtaining VCS status: exit status 128 Use -buildvcs=false to disable VCS stamping.",

	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.project} },
	fix:      "no-stamp",
	cure:     func(l *lab) { l.set("GOFLAGS", "-buildvcs -buildvcs=0") },
}, {
	id:   "vcs-stamping",
	name: "another owner",
	damage: func(l *lab) {
		l.git(l.project)
		l.sys.Entry = func(path string) (system.Entry, error) {
			return system.Entry{Mode: os.ModeDir, UID: l.sys.UID + 17}, nil
		}
	},
	twin: func(l *lab) {
		l.git(l.project)
		l.write(filepath.Join(l.Home, ".gitconfig"), "[safe]\n\tdirectory = "+l.project+"\n")
		l.sys.Entry = func(path string) (system.Entry, error) {
			return system.Entry{Mode: os.ModeDir, UID: l.sys.UID + 17}, nil
		}
	},
	silent:   "the owner is recorded, not real; it says what it says of a damaged repository",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.project} },
	fix:      "safe-directory",
}, {
	id: "files-excluded",
	damage: func(l *lab) {
		l.write("only/only_plan9.go", "package only\n")
		l.edit("p.go", "import \"example.com/dep\"", "import \"example.com/dep\"\nimport _ \"example.com/p/only\"")
	},
	twin: func(l *lab) {
		l.write("only/only_plan9.go", "package only\n")
		l.write("plan9.go", "//go:build plan9\n\npackage main\n\nimport _ \"example.com/p/only\"\n")
	},
	goes:     []string{"go", "build"},
	says:     "build constraints exclude all Go files in …",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: filepath.Join(l.project, "only"), File: filepath.Join(l.project, "p.go"), Line: 4}
	},
	detail: []string{"only_plan9.go"},
	fix:    "constrain-import",
	cure:   func(l *lab) { l.write("only/doc.go", "package only\n") },
}, {
	id:   "files-excluded",
	name: "cgo of a dependency",
	damage: func(l *lab) {
		mod := cachetest.Module{Path: "example.com/cgo", Version: "v1.0.0", GoMod: "module example.com/cgo\n",
			Files: map[string]string{"c.go": "package cgo\n\nimport \"C\"\n"}}
		must(l.t, l.Publish(mod))
		must(l.t, l.Install(mod))
		l.edit("p.go", "import \"example.com/dep\"", "import \"example.com/dep\"\nimport _ \"example.com/cgo\"")
		l.edit("go.mod", "require example.com/dep v1.2.0", "require example.com/dep v1.2.0\nrequire example.com/cgo v1.0.0")
		l.write("go.sum", l.GoSum(l.mod, mod))
		l.set("CGO_ENABLED", "0")
	},
	goes:      []string{"go", "build"},
	says:      "build constraints exclude all Go files in …",
	severity:  finding.Error,
	detail:    []string{`it imports "C", and cgo is off`},
	fix:       "cgo-on",
	incurable: "whether there is a C compiler here is not this test's affair",
}, {
	id: "gomod-updates",
	damage: func(l *lab) {
		newer := l.mod
		newer.Version = "v1.3.0"
		user := cachetest.Module{Path: "example.com/user", Version: "v1.0.0", GoMod: "module example.com/user\n\ngo 1.20\n\nrequire example.com/dep v1.3.0\n",
			Files: map[string]string{"u.go": "package user\n\nimport _ \"example.com/dep\"\n"}}
		must(l.t, l.Publish(newer, user))
		must(l.t, l.Install(newer, user))
		must(l.t, l.InstallSumDB(l.mod, newer, user))
		l.edit("p.go", "import \"example.com/dep\"", "import \"example.com/dep\"\nimport _ \"example.com/user\"")
		l.edit("go.mod", "require example.com/dep v1.2.0", "require example.com/dep v1.2.0\nrequire example.com/user v1.0.0")
		l.write("go.sum", l.GoSum(l.mod, newer, user))
	},
	goes:     []string{"go", "build"},
	says:     "go: updates to go.mod needed; to update it: go mod tidy",
	severity: finding.Error,
	target: func(l *lab) finding.Target {
		return finding.Target{Module: "example.com/dep", Version: "v1.2.0", File: filepath.Join(l.project, "go.mod"), Line: 5}
	},
	detail: []string{"v1.3.0"},
	fix:    "tidy",
}, {
	id:       "no-module",
	damage:   func(l *lab) { l.dir = filepath.Join(l.Home, "x"); l.write(filepath.Join(l.dir, "x.go"), "package x\n") },
	twin:     func(l *lab) { l.dir = filepath.Join(l.Home, "x"); l.write(filepath.Join(l.dir, "x.txt"), "") },
	goes:     []string{"go", "build"},
	says:     "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.Home, "x")} },
	fix:      "mod-init",
}, {
	id:   "no-module",
	name: "a repository",
	damage: func(l *lab) {
		l.dir = filepath.Join(l.Home, "x")
		l.write(filepath.Join(l.dir, "x.go"), "package x\n")
		l.git(l.dir)
	},
	goes:     []string{"go", "build"},
	says:     "go: cannot find main module, but found …",
	severity: finding.Warning,
	fix:      "mod-init",
}, {
	id:        "no-module",
	name:      "one level too high",
	damage:    func(l *lab) { l.dir = l.Projects; l.write(filepath.Join(l.dir, "x.go"), "package x\n") },
	goes:      []string{"go", "get", "example.com/dep"},
	says:      "'go get' is no longer supported outside a module.",
	severity:  finding.Warning,
	detail:    []string{filepath.Join("p", "go.mod")},
	fix:       "change-directory",
	incurable: "the fix is to go elsewhere",
}}
