package check

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
	"godoctor/scan/toolchain"
)

// newestKnown is the newest release of a supported line whose name is as long as that of the go command of the tests.
func newestKnown(l *lab) string {
	l.t.Helper()
	rel := toolchain.Known.Releases
	for i := len(rel) - 1; i >= len(rel)-2; i-- {
		if name := fmt.Sprintf("go1.%d.%d", rel[i].Minor, rel[i].Newest); len(name) == len(thisGo()) {
			return name
		}
	}
	l.t.Fatalf("no newest release is as long as %s", thisGo())
	return ""
}

// release puts a go command first in PATH that is one of two releases: that whose name is as long as the true one.
func release(short, long string) func(*lab) {
	return func(l *lab) {
		name := short
		if len(thisGo()) == len(long) {
			name = long
		}
		noTree(l)
		l.first(filepath.Join(l.tree("first", name), "bin"))
	}
}

func upToDate(l *lab) {
	name := newestKnown(l)
	noTree(l)
	l.first(filepath.Join(l.tree("new", name), "bin"))
}

// program copies a real Go program, under another name; old: it says that an older Go has built it.
func program(l *lab, dir, name string, old bool) {
	from, by := thisGo(), thisGo()
	if old {
		by = oldName(l)
	}
	must(l.t, os.MkdirAll(dir, 0o755))
	l.patch(filepath.Join(goroot(), "bin", "gofmt"), filepath.Join(dir, name), from, by)
}

// linter installs a tool that type-checks a file with the go line of the project, and says what go/types says.
func linter(l *lab) {
	dir := filepath.Join(l.Home, "linter")
	l.write(filepath.Join(dir, "go.mod"), "module honnef.co/go/tools\n\ngo 1.20\n")
	l.write(filepath.Join(dir, "cmd", "staticcheck", "main.go"), `package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"
)

func main() {
	text, _ := os.ReadFile("go.mod")
	version := ""
	for _, line := range strings.Split(string(text), "\n") {
		if v, ok := strings.CutPrefix(line, "go "); ok {
			version = "go" + v
		}
	}
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "p.go", "package p", 0)
	if _, err := (&types.Config{GoVersion: version}).Check("p", fset, []*ast.File{f}, nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
`)
	here := l.dir
	l.dir = dir
	if out, err := l.run("go", "install", "./cmd/staticcheck"); err != nil {
		l.t.Fatalf("%v\n%s", err, out)
	}
	l.dir = here
	l.set("PATH", filepath.Join(l.GOPATH, "bin")+":"+os.Getenv("PATH")) // before that of whoever runs the tests
}

var releaseCases = []labCase{
	{id: "toolchain-vulnerable", damage: release("go1.26.2", "go1.25.12"), twin: upToDate,
		silent: "nothing tells", severity: finding.Warning, detail: []string{"CVE-2026-56864", "CVE-2026-56865", "runs when you type go"}, fix: "install-go",
		cure: upToDate},
	{id: "toolchain-vulnerable", name: "not in use", damage: func(l *lab) {
		upToDate(l)
		_, err := l.Toolchain("go1.25.9", runtime.GOOS, runtime.GOARCH, cachetest.Released, nil)
		must(l.t, err)
	}, silent: "nothing tells", severity: finding.Note, detail: []string{"CVE-2026-42501", "nothing that was looked at selects it"}, fix: "install-go",
		cure: func(l *lab) {
			must(l.t, cachetest.Remove(l.Dir(cachetest.ToolchainModule("go1.25.9", runtime.GOOS, runtime.GOARCH))))
		}},

	{id: "toolchain-unsupported", damage: release("go1.22.9", "go1.22.12"), twin: upToDate,
		silent: "nothing tells", severity: finding.Warning, detail: []string{"go1.22 is out of support since go1.24"}, fix: "install-go", cure: upToDate},
	{id: "toolchain-unsupported", name: "selected", damage: func(l *lab) { upToDate(l); l.set("GOTOOLCHAIN", "go1.21.3") },
		silent: "nothing tells", severity: finding.Warning, detail: []string{"go1.21.3", "selects", "out of support"}, fix: "install-go",
		cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},

	{id: "toolchain-behind", damage: release("go1.27.1", "go1.25.11"), twin: upToDate,
		silent: "nothing tells", severity: finding.Note, detail: []string{"behind go1."}, fix: "install-go", cure: upToDate},

	{id: "tool-too-old", damage: both(linter, func(l *lab) { l.edit("go.mod", "go 1.20", "go 1.99"); l.set("GOTOOLCHAIN", "local") }),
		twin: linter, goes: []string{"staticcheck"}, says: "package requires newer Go version … (application built with …)",
		severity: finding.Warning, detail: []string{"staticcheck", "asks for go 1.99"}, fix: "build-again",
		cure: func(l *lab) { l.edit("go.mod", "go 1.99", "go 1.20") }},

	{id: "program-shadowed", damage: func(l *lab) {
		program(l, filepath.Join(l.GOPATH, "bin"), "mytool", false)
		program(l, filepath.Join(l.Home, "bin"), "mytool", true)
		l.set("PATH", os.Getenv("PATH")+":"+filepath.Join(l.Home, "bin")+":"+filepath.Join(l.GOPATH, "bin"))
	}, goes: []string{"mytool", "-d", "p.go"}, silent: "the other one runs", severity: finding.Warning,
		detail: []string{"runs when mytool is typed", "built with go1."}, fix: "order-path",
		cure: func(l *lab) { must(l.t, os.Remove(filepath.Join(l.Home, "bin", "mytool"))) }},
	{id: "program-shadowed", name: "not in PATH", damage: func(l *lab) { program(l, filepath.Join(l.GOPATH, "bin"), "mytool", false) },
		silent: "the shell says: command not found", severity: finding.Note, detail: []string{"mytool", "not in PATH"}, fix: "add-path",
		cure: func(l *lab) { l.set("PATH", os.Getenv("PATH")+":"+filepath.Join(l.GOPATH, "bin")) }},
	{id: "program-shadowed", name: "relative GOBIN", damage: func(l *lab) { l.goenv("GOBIN=bin") },
		goes: []string{"go", "install", "-n", "."}, says: "cannot install, GOBIN must be an absolute path",
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "program-shadowed", name: "another platform", damage: func(l *lab) { l.goenv("GOBIN="+filepath.Join(l.Home, "bin"), "GOOS=plan9") },
		twin: func(l *lab) { l.goenv("GOBIN=" + filepath.Join(l.Home, "bin")) },
		goes: []string{"go", "install", "-n", "."}, says: "go: cannot install cross-compiled binaries when GOBIN is set",
		severity: finding.Warning, target: goenvLine(2), fix: FixSetting},
}
