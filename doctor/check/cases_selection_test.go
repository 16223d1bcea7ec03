package check

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

// asks makes the project ask for a toolchain, and GOTOOLCHAIN what it says; the proxy of the lab has go1.98.2 and go1.99.1.
func asks(gotoolchain, lines string) func(*lab) {
	return func(l *lab) {
		for _, v := range []string{"go1.98.2", "go1.99.0", "go1.99.1"} {
			must(l.t, l.Publish(cachetest.ToolchainModule(v, runtime.GOOS, runtime.GOARCH)))
		}
		must(l.t, os.RemoveAll(filepath.Join(l.GOPATH, "pkg", "sumdb")))
		must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "sumdb")))
		_, err := l.Serve()
		must(l.t, err)
		l.set("GOPROXY", l.GOPROXY)
		l.edit("go.mod", "go 1.20", lines)
		if gotoolchain != "" {
			l.set("GOTOOLCHAIN", gotoolchain)
		}
	}
}

func both(a, b func(*lab)) func(*lab) { return func(l *lab) { a(l); b(l) } }

// inGoenv moves GOTOOLCHAIN into the GOENV file.
func inGoenv(value string) func(*lab) {
	return func(l *lab) { l.set("GOTOOLCHAIN", ""); l.goenv("GOTOOLCHAIN=" + value) }
}

// inTree moves GOTOOLCHAIN into the go.env of a tree of its own, as distributions and container images have it.
func inTree(value string) func(*lab) {
	return func(l *lab) {
		dir := l.tree("tree", "")
		must(l.t, os.Remove(filepath.Join(dir, "go.env")))
		l.write(filepath.Join(dir, "go.env"), "GOTOOLCHAIN="+value+"\n")
		l.first(filepath.Join(dir, "bin"))
	}
}

func goenvLine(n int) func(*lab) finding.Target {
	return func(l *lab) finding.Target { return finding.Target{File: l.goenvFile(), Line: n} }
}

func modLine(n int) func(*lab) finding.Target {
	return func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.project, "go.mod"), Line: n} }
}

func setting1(key string) func(*lab) finding.Target {
	return func(*lab) finding.Target { return finding.Target{Path: key} }
}

// newDependency gives the project a dependency that asks for a newer Go than it does itself.
func newDependency(l *lab) {
	dep := cachetest.Module{Path: "example.com/new", Version: "v1.0.0", GoMod: "module example.com/new\n\ngo 1.98.2\n",
		Files: map[string]string{"n.go": "package new\n"}}
	must(l.t, l.Publish(dep))
	must(l.t, l.Install(dep))
	asks("auto", "go 1.21")(l)
	l.edit("go.mod", "require example.com/dep v1.2.0", "require (\n\texample.com/dep v1.2.0\n\texample.com/new v1.0.0\n)")
	l.write("go.sum", l.GoSum(l.mod, dep))
}

var listsGo = []string{"go", "list", "-m"}

var selectionLabCases = []labCase{
	{id: "go-too-old", name: "environment", damage: asks("local", "go 1.99.1"), twin: asks("auto", "go 1.99.1"),
		goes: listsGo, says: "go.mod requires go >= … (running go …; GOTOOLCHAIN=…)",
		severity: finding.Error, target: setting1("GOTOOLCHAIN"), detail: []string{"GOTOOLCHAIN=local of the environment", "go.mod requires go >= 1.99.1"},
		fix: FixEnvironment, cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
	{id: "go-too-old", name: "go env -w", damage: both(asks("", "go 1.99.1"), inGoenv("local")),
		goes: listsGo, says: "go.mod requires go >= … (running go …; GOTOOLCHAIN=…)",
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "go-too-old", name: "go.env of the installation", damage: both(asks("", "go 1.99.1"), inTree("local")),
		goes: listsGo, says: "go.mod requires go >= … (running go …; GOTOOLCHAIN=…)",
		severity: finding.Error, detail: []string{"go.env:1"}, fix: FixGoroot},
	{id: "go-too-old", name: "pinned", damage: func(l *lab) {
		asks("", "go 1.99.1")(l)
		l.set("GOTOOLCHAIN", thisGo())
	},
		goes: listsGo, says: "go.mod requires go >= … (running go …; GOTOOLCHAIN=…)",
		severity: finding.Error, fix: FixEnvironment, cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
	{id: "go-too-old", name: "workspace", damage: both(asks("local", "go 1.20"), func(l *lab) { l.write("go.work", "go 1.99.1\n\nuse .\n") }),
		goes: listsGo, says: "go.work requires go >= … (running go …; GOTOOLCHAIN=…)",
		severity: finding.Error, fix: FixEnvironment, cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
	{id: "go-too-old", name: "toolchain default", damage: asks("auto", "go 1.99.1\n\ntoolchain default"),
		goes: listsGo, says: "requires go >= … (running go …; go.mod sets toolchain default)",
		severity: finding.Error, target: modLine(5), fix: "drop-toolchain-line"},

	{id: "go-too-old", name: "dependency", damage: newDependency, goes: []string{"go", "list", "-m", "all"}, says: "module … requires go >= … (running go …",
		severity: finding.Warning, target: modLine(3), detail: []string{"example.com/new@v1.0.0 requires go >= 1.98.2", `"go 1.21"`}, fix: "raise-go-line",
		cure: func(l *lab) { l.edit("go.mod", "go 1.21", "go 1.98.2") }},

	{id: "go-line-unpatched", name: "toolchain line", damage: asks("auto", "go 1.21\n\ntoolchain go1.99 // the newest"), twin: asks("auto", "go 1.99"),
		goes: listsGo, says: "invalid toolchain: … is a language version but not a toolchain version",
		severity: finding.Error, target: modLine(5), fix: "name-release"},
	{id: "go-line-unpatched", name: "setting", damage: both(asks("", "go 1.20"), inGoenv("go1.99")),
		goes: listsGo, says: "invalid toolchain: … is a language version but not a toolchain version",
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "go-line-unpatched", name: "go1.22", damage: both(asks("auto", "go 1.99"), func(l *lab) { l.older("go1.22.") }),
		silent:   "Go 1.22 would say: download go1.99 for linux/amd64: toolchain not available (golang/go#66175)",
		severity: finding.Error, target: modLine(3), detail: []string{"download go1.99 for"}, fix: "name-release"},

	{id: "gotoolchain-path", damage: asks("path", "go 1.98.2"), twin: both(asks("path", "go 1.98.2"), func(l *lab) {
		l.script(filepath.Join(l.Home, "bin", "go1.98.2"), "exit 0")
		l.set("PATH", os.Getenv("PATH")+":"+filepath.Join(l.Home, "bin"))
	}),
		goes: listsGo, says: `cannot find "go…" in PATH`,
		severity: finding.Error, detail: []string{`"go 1.98.2"`, "GOTOOLCHAIN=path"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
	{id: "gotoolchain-path", name: "everywhere", damage: both(asks("", "go 1.20"), inGoenv("go1.98.2+path")),
		goes: listsGo, says: `cannot find "go…" in PATH`, severity: finding.Error, target: goenvLine(1), detail: []string{"everywhere"}, fix: FixSetting},

	{id: "gotoolchain-invalid", damage: inGoenv("nonsense"), goes: listsGo, says: `invalid GOTOOLCHAIN "…"`,
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "gotoolchain-invalid", name: "suffix", damage: inGoenv("go1.98.2+fast"), goes: listsGo,
		says:     `invalid GOTOOLCHAIN "…": only version suffixes are +auto and +path`,
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "gotoolchain-invalid", name: "least", damage: inGoenv("fast+auto"), goes: listsGo,
		says:     `invalid GOTOOLCHAIN "…": invalid minimum toolchain "…"`,
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "gotoolchain-invalid", name: "line", damage: asks("auto", "go 1.20\n\ntoolchain fast-go2"), goes: listsGo,
		says: `invalid toolchain "…" in …`, severity: finding.Error, target: modLine(5), fix: "drop-toolchain-line"},

	{id: "toolchain-blocked", name: "GOPROXY", damage: both(asks("auto", "go 1.98.2"), func(l *lab) { l.set("GOPROXY", "off") }),
		goes: listsGo, says: "download … for …: toolchain not available",
		severity: finding.Error, target: setting1("GOPROXY"), detail: []string{"go1.98.2", "GOPROXY=off"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOPROXY", l.GOPROXY) }},
	{id: "toolchain-blocked", name: "GOSUMDB", damage: both(asks("auto", "go 1.98.2"), func(l *lab) { l.set("GOSUMDB", "off") }),
		goes: listsGo, says: "verifying module: checksum database disabled by GOSUMDB=off",
		severity: finding.Error, target: setting1("GOSUMDB"), fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOSUMDB", cachetest.SumDBKey()) }},

	{id: "toolchain-ignored", damage: asks("local", "go 1.21\n\ntoolchain go1.98.2"), twin: asks("auto", "go 1.21\n\ntoolchain go1.98.2"),
		goes: []string{"go", "version"}, severity: finding.Warning, target: setting1("GOTOOLCHAIN"),
		detail: []string{`"toolchain go1.98.2" is not heeded`, "GOTOOLCHAIN=local"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
	{id: "toolchain-ignored", name: "a patch", damage: func(l *lab) {
		asks("local", "go 1.21\n\ntoolchain "+thisGo()[:strings.LastIndex(thisGo(), ".")]+".999")(l)
	},
		goes: []string{"go", "version"}, severity: finding.Note, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOTOOLCHAIN", "auto") }},
}
