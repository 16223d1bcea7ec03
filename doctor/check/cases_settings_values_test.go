package check

import (
	"os"
	"path/filepath"
	"runtime"

	"godoctor/doctor/finding"
	"godoctor/scan/system"
)

// valueCases are about values, wherever they come from.
var valueCases = []labCase{
	{
		id: "goflags", name: "a word of its own",
		damage: func(l *lab) { l.goenv("GOFLAGS=-mod readonly") },
		twin:   func(l *lab) { l.goenv("GOFLAGS=-mod=readonly -modcacherw '-ldflags=-s -w' -test.v --count=1") },
		goes:   []string{"go", "list", "-m"}, says: `go: parsing $GOFLAGS: non-flag "…"`,
		severity: finding.Error, target: setLine("GOFLAGS", 1), detail: []string{"write -mod=readonly"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "a flag that is not there",
		damage: func(l *lab) { l.goenv("GOFLAGS=-v -modcacherx -modcacherw") },
		goes:   []string{"go", "version"}, says: "go: parsing $GOFLAGS: unknown flag -…",
		severity: finding.Error, target: setLine("GOFLAGS", 1), detail: []string{"-modcacherx"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "a quote",
		damage: func(l *lab) { l.set("GOFLAGS", "'-ldflags=-s -w") },
		goes:   []string{"go", "version"}, says: "go: parsing $GOFLAGS: unterminated …",
		severity: finding.Error, target: ofKey("GOFLAGS"), detail: []string{"not closed"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOFLAGS", "'-ldflags=-s -w'") },
	},
	{
		id: "goflags", name: "no value",
		damage: func(l *lab) { l.goenv("GOFLAGS=-tags") },
		goes:   []string{"go", "list"}, says: "go: flag needs an argument: -… (from $GOFLAGS)",
		severity: finding.Error, target: setLine("GOFLAGS", 1), detail: []string{"-tags=VALUE"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "a mode that is not there",
		damage: func(l *lab) { l.goenv("GOFLAGS=-mod=vendored") },
		goes:   []string{"go", "list"}, says: "-mod=… not supported (can be '', 'mod', 'readonly', or 'vendor')",
		severity: finding.Error, target: setLine("GOFLAGS", 1), detail: []string{"-mod=vendored"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "another go.mod file",
		damage: func(l *lab) { l.goenv("GOFLAGS=-modfile=/nonexistent/go.mod") },
		goes:   []string{"go", "list"}, says: "go: open …: no such file or directory",
		severity: finding.Error, target: setLine("GOFLAGS", 1), detail: []string{"/nonexistent/go.mod"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "vendor",
		damage: func(l *lab) {
			l.goenv("GOFLAGS=-mod=vendor")
			l.write("vendor/modules.txt", "")
		},
		goes: []string{"go", "list", "-mod=vendor", "."}, says: "go: inconsistent vendoring in …:",
		severity: finding.Warning, target: setLine("GOFLAGS", 1), detail: []string{"-mod=vendor"}, fix: FixSetting,
		incurable: "the flag is given to the command here, so that go says the same twice",
	},
	{
		id: "goflags", name: "vendor and another module",
		damage: func(l *lab) { l.goenv("GOFLAGS=-mod=vendor"); l.dir = l.Home },
		goes:   []string{"go", "list", "-m", "example.com/dep@latest"}, says: "cannot query module due to -mod=vendor",
		severity: finding.Warning, target: setLine("GOFLAGS", 1), detail: []string{"-mod=vendor"}, fix: FixSetting,
	},
	{
		id: "goflags", name: "every command rewrites go.mod",
		damage:   func(l *lab) { l.set("GOFLAGS", "-mod=mod") },
		silent:   "that is what is wrong with it",
		severity: finding.Warning, target: ofKey("GOFLAGS"), detail: []string{"without a word"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOFLAGS", "") },
	},
	{
		id: "target-left-set", name: "another system",
		damage:   func(l *lab) { l.goenv("GOOS=plan9", "GOARCH="+runtime.GOARCH) },
		twin:     func(l *lab) { l.goenv("GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH) },
		silent:   "the standard library would have to be compiled for it first",
		severity: finding.Warning, target: setLine("GOOS", 1), detail: []string{`"plan9"`, runtime.GOOS}, fix: FixSetting,
	},
	{
		id: "target-left-set", name: "something runs it",
		damage: func(l *lab) {
			l.set("GOOS", "js")
			l.set("GOARCH", "wasm")
			must(l.t, os.MkdirAll(filepath.Join(l.Home, "bin"), 0o777))
			must(l.t, os.WriteFile(filepath.Join(l.Home, "bin", "go_js_wasm_exec"), []byte("#!/bin/sh\n"), 0o777))
			l.first(filepath.Join(l.Home, "bin"))
		},
		silent:   "nothing is wrong",
		severity: finding.Note, target: ofKey("GOOS"), detail: []string{"run here all the same"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOOS", ""); l.set("GOARCH", "") },
	},
	{
		id: "target-left-set", name: "no such pair",
		damage: func(l *lab) { l.goenv("GOARCH=amd46") },
		goes:   []string{"go", "vet", "."}, says: "go: unsupported GOOS/GOARCH pair …",
		severity: finding.Error, target: setLine("GOARCH", 1), detail: []string{"amd46"}, fix: FixSetting,
	},
	{
		id: "target-left-set", name: "no such system",
		damage: func(l *lab) { l.goenv("GOARCH="+runtime.GOARCH, "GOOS=lunix") },
		goes:   []string{"go", "vet", "."}, says: "go: unsupported GOOS/GOARCH pair …",
		severity: finding.Error, target: setLine("GOOS", 2), detail: []string{"lunix"}, fix: FixSetting,
	},
	{
		id: "cgo", name: "no compiler",
		damage: func(l *lab) { l.compiler(""); l.set("CGO_ENABLED", "1") },
		twin:   func(l *lab) { l.compiler(cc()); l.set("CGO_ENABLED", "1") },
		goes:   []string{"go", "build", "os/user"}, says: `cgo: C compiler "…" not found: exec: "…": executable file not found in $PATH`,
		severity: finding.Error, target: ofKey("CGO_ENABLED"), detail: []string{"CGO_ENABLED=1", cc()}, fix: FixEnvironment,
		incurable: "without a compiler it stays a note, and with a made-up one go does not build",
	},
	{
		id: "cgo", name: "CC is not there",
		damage:   func(l *lab) { l.compiler(cc()); l.set("CC", "clang-99 -m64") },
		silent:   "as above",
		severity: finding.Error, target: ofKey("CC"), detail: []string{"clang-99"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("CC", cc()) },
	},
	{
		id: "cgo", name: "off for want of one",
		damage: func(l *lab) { l.compiler("") },
		goes:   []string{"go", "build", "-race", "."}, says: "go: -race requires cgo; enable cgo by setting CGO_ENABLED=1",
		severity: finding.Note, target: ofKey("CGO_ENABLED"), detail: []string{cc(), "-race"}, fix: "install-compiler",
		incurable: "a compiler would have to be installed",
	},
	{
		id: "cgo", name: "off",
		damage: func(l *lab) {
			l.compiler(cc())
			l.write("p.go", importsC)
			l.goenv("CGO_ENABLED=0")
		},
		goes: []string{"go", "build", "."}, says: "build constraints exclude all Go files in …",
		severity: finding.Note, target: setLine("CGO_ENABLED", 1), fix: FixSetting,
		cure: func(l *lab) { l.goenv(""); l.write("p.go", pure) },
	},
	{
		id: "cgo", name: "macOS after an update",
		damage:   func(l *lab) { l.compiler(cc()); l.noDeveloper() },
		silent:   "this is another system",
		severity: finding.Error, target: ofKey("CC"), fix: "install-tools",
		cure: func(l *lab) { l.sys = system.This() },
	},
	{
		id: "setting-invalid", name: "an experiment",
		damage: func(l *lab) { l.goenv("GOEXPERIMENT=noregabiargs,rangefun") },
		twin:   func(l *lab) { l.goenv("GOEXPERIMENT=noregabiargs") },
		goes:   []string{"go", "version"}, says: "go: unknown GOEXPERIMENT …",
		severity: finding.Error, target: setLine("GOEXPERIMENT", 1), detail: []string{"rangefun"}, fix: FixSetting,
	},
	{
		id: "setting-invalid", name: "GO111MODULE",
		damage: func(l *lab) { l.set("GO111MODULE", "yes") },
		goes:   []string{"go", "list", "-m"}, says: "go: unknown environment setting GO111MODULE=…",
		severity: finding.Error, target: ofKey("GO111MODULE"), detail: []string{`"yes"`}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GO111MODULE", "") },
	},
	{
		id: "setting-invalid", name: "GOFIPS140",
		damage: func(l *lab) { l.goenv("GOFIPS140=v1.99.0") },
		goes:   []string{"go", "list"}, says: `go: unknown GOFIPS140 version "…"`,
		severity: finding.Error, target: setLine("GOFIPS140", 1), detail: []string{"v1.99.0"}, fix: FixSetting,
	},
	{
		id: "setting-invalid", name: "CC relative",
		damage: func(l *lab) { l.goenv("CC=./cc") },
		goes:   []string{"go", "list"}, says: "go: CC environment variable is relative; must be absolute path: …",
		severity: finding.Error, target: setLine("CC", 1), fix: FixSetting,
	},
	{
		id: "setting-invalid", name: "CC with a quote",
		damage: func(l *lab) { l.goenv("CC='cc") },
		goes:   []string{"go", "list"}, says: "go: CC environment variable could not be parsed: …",
		severity: finding.Error, target: setLine("CC", 1), fix: FixSetting,
	},
	{
		id: "setting-invalid", name: "GOWORK",
		damage: func(l *lab) { l.set("GOWORK", "go.work") },
		twin:   func(l *lab) { l.set("GOWORK", "off") },
		goes:   []string{"go", "list", "-m"}, says: "go: invalid GOWORK: not an absolute path",
		severity: finding.Error, target: ofKey("GOWORK"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOWORK", "") },
	},
	{
		id: "setting-invalid", name: "CGO_ENABLED",
		damage:   func(l *lab) { l.goenv("CGO_ENABLED=yes") },
		silent:   "go passes over it",
		severity: finding.Warning, target: setLine("CGO_ENABLED", 1), detail: []string{`"yes"`}, fix: FixSetting,
	},
	{
		id: "setting-invalid", name: "GOAMD64",
		damage:   func(l *lab) { l.set("GOOS", "linux"); l.set("GOARCH", "amd64"); l.goenv("GOAMD64=v9") },
		twin:     func(l *lab) { l.set("GOOS", "linux"); l.set("GOARCH", "amd64"); l.goenv("GOAMD64=v3") },
		silent:   "with a warm build cache go takes it",
		severity: finding.Warning, target: setLine("GOAMD64", 1), detail: []string{`"v9"`}, fix: FixSetting,
	},
	{
		id:     "modules-off",
		damage: func(l *lab) { l.goenv("GO111MODULE=off") },
		twin:   func(l *lab) { l.goenv("GO111MODULE=on") },
		goes:   []string{"go", "build", "."}, says: `cannot find package "…" in any of: … (from $GOROOT)`,
		severity: finding.Error, target: setLine("GO111MODULE", 1), fix: FixSetting,
	},
	{
		id: "modules-off", name: "asked for modules",
		damage: func(l *lab) { l.goenv("GO111MODULE=off") },
		goes:   []string{"go", "list", "-m"}, says: "go: list -m cannot be used with GO111MODULE=off",
		severity: finding.Error, target: setLine("GO111MODULE", 1), fix: FixSetting,
	},
	{
		id: "modules-off", name: "in the environment",
		damage: func(l *lab) { l.set("GO111MODULE", "off") },
		goes:   []string{"go", "mod", "verify"}, says: "go: modules disabled by GO111MODULE=off; see 'go help modules'",
		severity: finding.Error, target: ofKey("GO111MODULE"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GO111MODULE", "") },
	},
	{
		id: "gopath", name: "relative",
		damage: func(l *lab) { l.set("GOPATH", "go") },
		twin:   func(l *lab) { l.set("GOPATH", filepath.Join(l.Home, "go")) },
		goes:   []string{"go", "version"}, says: `GOPATH entry is relative; must be absolute path: "…"`,
		severity: finding.Error, target: ofKey("GOPATH"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOPATH", "") },
	},
	{
		id: "gopath", name: "a tilde",
		damage: func(l *lab) { l.set("GOPATH", "~/go") },
		goes:   []string{"go", "version"}, says: "GOPATH entry cannot start with shell metacharacter '~': \"…\"",
		severity: finding.Error, target: ofKey("GOPATH"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOPATH", "") },
	},
	{
		id: "gopath", name: "is GOROOT",
		damage: func(l *lab) { l.set("GOPATH", goroot()); l.set("GOMODCACHE", l.GOMODCACHE) },
		goes:   []string{"go", "version"}, says: "warning: both GOPATH and GOROOT are the same directory (…)",
		severity: finding.Warning, target: ofKey("GOPATH"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOPATH", "") },
	},
	{
		id: "gopath", name: "is a module",
		damage: func(l *lab) {
			l.write(filepath.Join(l.GOPATH, "go.mod"), "module example.com/gopath\n")
			l.write(filepath.Join(l.GOPATH, "main.go"), pure)
			l.dir = l.GOPATH
		},
		goes: []string{"go", "vet", "main.go"}, says: "go: warning: ignoring go.mod in $GOPATH …",
		severity: finding.Warning, target: func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.GOPATH, "go.mod")} },
		fix:  "move-module",
		cure: func(l *lab) { must(l.t, os.Remove(filepath.Join(l.GOPATH, "go.mod"))) },
	},
	{
		id: "gopath", name: "of several",
		damage:   func(l *lab) { l.set("GOPATH", l.GOPATH+string(os.PathListSeparator)+filepath.Join(l.Home, "more")) },
		silent:   "nothing is wrong",
		severity: finding.Note, target: ofKey("GOPATH"), detail: []string{"only the first"},
		cure: func(l *lab) { l.set("GOPATH", "") },
	},
	{
		id: "silent-switches", name: "GOFLAGS",
		damage:   func(l *lab) { l.goenv("GOFLAGS=-v -tags=integration -trimpath") },
		twin:     func(l *lab) { l.goenv("GOFLAGS=-v -modcacherw") },
		silent:   "that is what is wrong with it",
		severity: finding.Note, target: setLine("GOFLAGS", 1), detail: []string{"-tags=integration -trimpath"}, fix: FixSetting,
	},
	{
		id: "silent-switches", name: "GODEBUG",
		damage:   func(l *lab) { l.set("GODEBUG", "nobodyknowsthis=1") },
		silent:   "go takes every key",
		severity: finding.Note, target: ofKey("GODEBUG"), detail: []string{"nobodyknowsthis"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GODEBUG", "") },
	},
}
