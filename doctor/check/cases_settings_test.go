package check

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"godoctor/doctor/finding"
	"godoctor/scan/system"
)

var settingsCases = slices.Concat(goenvCases, valueCases)

// settingsQuoted are known from issues, or would take a minute to hear.
var settingsQuoted = []string{
	"xcrun: error: invalid active developer path",          // golang/go#27921
	"exec format error",                                    // what an operating system says of another's programs; the standard library would have to be compiled for one
	"go: writing go env config: open …: permission denied", // nothing is refused to root
}

// setting is a target of a line of the GOENV file.
func setLine(key string, line int) func(*lab) finding.Target {
	return func(l *lab) finding.Target { return finding.Target{Path: key, File: l.goenvFile(), Line: line} }
}

func ofKey(key string) func(*lab) finding.Target {
	return func(*lab) finding.Target { return finding.Target{Path: key} }
}

// etc gives the machine a directory for all users, of its own.
func (l *lab) etc() string {
	l.sys.Etc = filepath.Join(l.Home, "etc")
	return l.sys.Etc
}

// goenvCases are about the GOENV file.
var goenvCases = []labCase{
	{
		id: "setting-hidden", name: "a start file of the shell",
		damage: func(l *lab) {
			l.etc()
			l.goenv("GOPRIVATE=corp.example", "GOFLAGS=-v")
			l.write(filepath.Join(l.Home, ".bashrc"), "# mine\nexport GOFLAGS='-mod=readonly' # why?\n")
			l.set("GOFLAGS", "-mod=readonly")
		},
		twin: func(l *lab) {
			l.etc()
			l.goenv("GOFLAGS=-v")
			l.set("GOFLAGS", "-v")
		},
		silent:   "go says so only when it writes the file",
		severity: finding.Warning, target: setLine("GOFLAGS", 2), detail: []string{".bashrc:2", `"-mod=readonly"`, `"-v"`}, fix: FixSetting,
	},
	{
		id: "setting-hidden", name: "for this session",
		damage: func(l *lab) {
			l.etc()
			l.goenv("GOFLAGS=-v")
			l.set("GOFLAGS", "-x")
		},
		goes: []string{"go", "env", "-w", "GOFLAGS=-v"}, says: "warning: go env -w …=... does not override conflicting OS environment variable",
		severity: finding.Note, target: setLine("GOFLAGS", 1), fix: FixSetting,
		cure: func(l *lab) { l.set("GOFLAGS", "") },
	},
	{
		id: "setting-hidden", name: "for all users",
		damage: func(l *lab) {
			l.write(filepath.Join(l.etc(), "environment"), "GOPROXY=https://user:secret@proxy.example.com\n")
			l.goenv("GOPROXY=off", "GOPROXY=direct")
		},
		silent:   "go says so only when it writes the file",
		severity: finding.Warning, target: setLine("GOPROXY", 2), detail: []string{"etc/environment:1"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "a key that is misspelt",
		damage:   func(l *lab) { l.goenv("GOPROXXY=off") },
		twin:     func(l *lab) { l.goenv("# mine", "", "GOPRIVATE=corp.example") },
		silent:   "go passes over it",
		severity: finding.Warning, target: setLine("GOPROXXY", 1), detail: []string{`"GOPROXY"`}, fix: FixSetting,
		cure: func(l *lab) { l.goenv("GOPROXY=off") },
	},
	{
		id: "goenv-file", name: "no setting",
		damage:   func(l *lab) { l.goenv("GOPRIVATE=corp.example", "export GOFLAGS=-v") },
		silent:   "go passes over it",
		severity: finding.Warning, target: setLine("", 2), detail: []string{"A to Z"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "of the environment only",
		damage:   func(l *lab) { l.goenv("GODEBUG=http2client=0") },
		silent:   "go passes over it",
		severity: finding.Warning, target: setLine("GODEBUG", 1), detail: []string{"no effect in a file"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "damaged",
		damage:   func(l *lab) { l.goenv("GOPRIVATE=corp.example\v") },
		silent:   "go takes it as it is",
		severity: finding.Warning, target: setLine("GOPRIVATE", 1), detail: []string{"damaged", "control characters"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "of Windows",
		damage:   func(l *lab) { l.goenv("GOPRIVATE=corp.example\r", "GOFLAGS=-v\r") },
		silent:   "go takes the carriage return as part of the value",
		severity: finding.Warning, target: setLine("GOENV", 1), detail: []string{"carriage return"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "an empty value",
		damage:   func(l *lab) { l.goenv("GOTOOLCHAIN=local", "GOTOOLCHAIN=") },
		silent:   "go takes its built-in default",
		severity: finding.Warning, target: setLine("GOTOOLCHAIN", 2), detail: []string{"go.env:"}, fix: FixSetting,
	},
	{
		id: "goenv-file", name: "a directory",
		damage: func(l *lab) { must(l.t, os.MkdirAll(l.goenvFile(), 0o777)) },
		goes:   []string{"go", "env", "-w", "GOFLAGS=-v"}, says: "go: reading go env config: …",
		severity: finding.Warning, target: ofKey("GOENV"), detail: []string{"directory"}, fix: FixEnvironment,
		cure: func(l *lab) { must(l.t, os.Remove(l.goenvFile())) },
	},
	{
		id: "goenv-file", name: "not there",
		damage:   func(l *lab) { l.set("GOENV", filepath.Join(l.Home, "none")) },
		silent:   "go passes over it",
		severity: finding.Warning, target: ofKey("GOENV"), detail: []string{"does not exist"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOENV", "") },
	},
	{
		id: "goenv-file", name: "switched off",
		damage: func(l *lab) {
			l.goenv("GOPRIVATE=corp.example")
			l.set("GOENV", "off")
		},
		twin:     func(l *lab) { l.set("GOENV", "off") },
		silent:   "nothing is wrong",
		severity: finding.Note, target: ofKey("GOENV"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOENV", "") },
	},
	{
		id: "goenv-file", name: "of another user",
		damage: func(l *lab) {
			l.goenv("GOPRIVATE=corp.example")
			l.owner(l.goenvFile(), 0, 1000)
		},
		silent:   "nothing is refused to root, who may run the tests",
		severity: finding.Warning, target: ofKey("GOENV"), detail: []string{"number 0", "1000"}, fix: "chown",
		cure: func(l *lab) { l.owner(l.goenvFile(), 1000, 1000) },
	},
	{
		id: "goenv-bricks", name: "GOROOT",
		damage: func(l *lab) { l.goenv("GOROOT=/opt/go", "GOPRIVATE=corp.example", "GOROOT=/nonexistent") },
		twin:   func(l *lab) { l.goenv("GOROOT=" + goroot()) },
		goes:   []string{"go", "env", "-u", "GOROOT"}, says: "go: cannot find GOROOT directory: …",
		severity: finding.Error, target: setLine("GOROOT", 3), detail: []string{"/nonexistent", "no such directory"}, fix: FixSetting,
	},
	{
		id: "goenv-bricks", name: "GOPATH relative",
		damage: func(l *lab) { l.goenv("GOPATH=go") },
		goes:   []string{"go", "env", "-u", "GOPATH"}, says: `GOPATH entry is relative; must be absolute path: "…"`,
		severity: finding.Error, target: setLine("GOPATH", 1), detail: []string{"relative"}, fix: FixSetting,
	},
	{
		id: "goenv-bricks", name: "GOPATH with a tilde",
		damage: func(l *lab) { l.goenv("GOPATH=/x:~/go") },
		goes:   []string{"go", "version"}, says: "GOPATH entry cannot start with shell metacharacter '~': \"…\"",
		severity: finding.Error, target: setLine("GOPATH", 1), detail: []string{`"~/go"`}, fix: FixSetting,
	},
	{
		id: "goenv-bricks", name: "GOWORK relative",
		damage: func(l *lab) { l.goenv("GOWORK=go.work") },
		goes:   []string{"go", "version"}, says: "go: invalid GOWORK: not an absolute path",
		severity: finding.Error, target: setLine("GOWORK", 1), fix: FixSetting,
	},
	{
		id: "goenv-bricks", name: "GOWORK not there",
		damage: func(l *lab) { l.goenv("GOWORK=/nonexistent/go.work") },
		goes:   []string{"go", "list", "-m"}, says: "go: reading go.work: open …: no such file or directory",
		severity: finding.Error, target: setLine("GOWORK", 1), fix: FixSetting,
	},
	{
		id: "goenv-bricks", name: "GOWORK, and go",
		damage: func(l *lab) { l.goenv("GOWORK=/nonexistent/go.work") },
		goes:   []string{"go", "env", "-u", "GOWORK"}, says: "go: GOWORK cannot be modified",
		severity: finding.Error, target: setLine("GOWORK", 1), fix: FixSetting,
		incurable: "go never takes it out, whether it is there or not",
	},
}

// owner has a file belong to one user and the tests be another.
func (l *lab) owner(file string, uid, self int) {
	l.sys.UID = self
	l.sys.Entry = func(path string) (system.Entry, error) {
		e, err := system.This().Entry(path)
		if path == file {
			e.UID = uid
		}
		return e, err
	}
}

// nothing is there of what macOS puts its tools into.
func (l *lab) noDeveloper() {
	l.sys.GOOS = "darwin"
	l.sys.Entry = func(path string) (system.Entry, error) { return system.Entry{}, fs.ErrNotExist }
}

// compiler puts a C compiler, which compiles nothing, into an otherwise empty PATH beside go; with "" none.
func (l *lab) compiler(name string) {
	bin := filepath.Join(l.Home, "bin")
	must(l.t, os.MkdirAll(bin, 0o777))
	if name != "" {
		must(l.t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nexit 0\n"), 0o777))
	}
	l.set("PATH", filepath.Join(goroot(), "bin")+string(os.PathListSeparator)+bin)
}

// cc is the C compiler of this kind of machine.
func cc() string {
	if slices.Contains([]string{"darwin", "freebsd", "openbsd"}, runtime.GOOS) {
		return "clang"
	}
	return "gcc"
}

const (
	importsC = "package main\n\nimport \"C\"\n\nfunc main() {}\n"
	pure     = "package main\n\nfunc main() {}\n"
)
