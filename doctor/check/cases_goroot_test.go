package check

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"godoctor/doctor/finding"
)

// abiTree makes a tree with real files in internal/abi instead of links.
func abiTree(l *lab) (dir string) {
	l.t.Helper()
	dir = l.tree("tree", "")
	internal, abi := filepath.Join(dir, "src", "internal"), filepath.Join("src", "internal", "abi")
	must(l.t, os.Remove(internal))
	must(l.t, os.MkdirAll(filepath.Join(dir, abi), 0o755))
	l.linkAll(filepath.Join(goroot(), "src", "internal"), internal, "abi")
	l.linkAll(filepath.Join(goroot(), abi), filepath.Join(dir, abi))
	return dir
}

// without makes a tree without one of its parts, first in PATH.
func without(part string) func(*lab) {
	return func(l *lab) {
		dir := l.tree("tree", "")
		must(l.t, os.RemoveAll(filepath.Join(dir, strings.ReplaceAll(part, "PLATFORM", runtime.GOOS+"_"+runtime.GOARCH))))
		l.first(filepath.Join(dir, "bin"))
	}
}

// noTree takes the tree in front of PATH away again, as a new installation would.
func noTree(l *lab) { l.set("PATH", os.Getenv("PATH")) }

// otherArch makes a go command for another architecture than that of the tests: its header and its build info say so.
func otherArch(l *lab) {
	old, other, machine := "GOARCH=amd64", "GOARCH=arm64", uint16(183) // EM_AARCH64
	if runtime.GOARCH == "arm64" {
		old, other, machine = other, old, 62 // EM_X86_64
	}
	dir := l.tree("tree", "")
	file := filepath.Join(dir, "bin", "go")
	must(l.t, os.Remove(file))
	l.patch(filepath.Join(goroot(), "bin", "go"), file, old, other)
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	must(l.t, err)
	defer f.Close()
	_, err = f.WriteAt(binary.LittleEndian.AppendUint16(nil, machine), 18)
	must(l.t, err)
	l.first(filepath.Join(dir, "bin"))
}

var gorootCases = []labCase{
	{id: "goroot-other", damage: func(l *lab) { l.set("GOROOT", l.tree("other", oldName(l))) },
		twin: func(l *lab) { l.set("GOROOT", goroot()) },
		goes: []string{"go", "build", "internal/goarch"}, says: `compile: version "…" does not match go tool version "…"`,
		severity: finding.Error, target: setting1("GOROOT"), detail: []string{"of the environment is go1."}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOROOT", "") }},
	{id: "goroot-other", name: "go env -w", damage: func(l *lab) {
		dir := l.tree("other", oldName(l))
		l.goenv("GOPRIVATE=example.net", "GOROOT="+dir)
		l.write(filepath.Join(l.Home, ".bashrc"), "export GOROOT="+dir+"\n")
	},
		goes: []string{"go", "build", "internal/goarch"}, says: `compile: version "…" does not match go tool version "…"`,
		severity: finding.Error, target: goenvLine(2), fix: FixSetting},

	{id: "goroot-missing", damage: func(l *lab) { l.set("GOROOT", filepath.Join(l.Home, "gone")) },
		goes: []string{"go", "version"}, says: "go: cannot find GOROOT directory: …",
		severity: finding.Error, target: setting1("GOROOT"), detail: []string{"does not exist"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOROOT", "") }},
	{id: "goroot-missing", name: "go env -w", damage: func(l *lab) { l.goenv("GOROOT=" + l.Home) },
		goes: []string{"go", "list", "fmt"}, says: "package … is not in std (…)",
		severity: finding.Error, target: goenvLine(1), fix: FixSetting},
	{id: "goroot-missing", name: "no Go in it", damage: func(l *lab) { l.set("GOROOT", l.Home) },
		goes: []string{"go", "list", "fmt"}, says: "package … is not in std (…)",
		severity: finding.Error, target: setting1("GOROOT"), detail: []string{"neither a standard library nor tools"}, fix: FixEnvironment,
		cure: func(l *lab) { l.set("GOROOT", "") }},

	{id: "goroot-incomplete", damage: without("src"), goes: []string{"go", "list", "fmt"}, says: "package … is not in std (…)",
		severity: finding.Error, detail: []string{"has no src:"}, fix: "install-go", cure: noTree},
	{id: "goroot-incomplete", name: "no tools", damage: without("pkg/tool"), goes: []string{"go", "version"},
		says:     "cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set",
		severity: finding.Error, detail: []string{"has no pkg/tool/"}, fix: "install-go", cure: noTree},
	{id: "goroot-incomplete", name: "no compiler", damage: without("pkg/tool/PLATFORM/compile"), goes: []string{"go", "tool", "compile", "-V"},
		says: `no such tool "…"`, severity: finding.Error, detail: []string{"/compile"}, fix: "install-go", cure: noTree},

	{id: "goroot-mixed", name: "left over", damage: func(l *lab) {
		dir := abiTree(l)
		file := filepath.Join(dir, "src/internal/abi/map_swiss.go")
		l.write(file, "package abi\n\nconst MapGroupSlotsBits = 3\n")
		must(l.t, os.Chtimes(file, time.Time{}, time.Date(2025, 8, 8, 17, 33, 23, 0, time.UTC)))
		l.first(filepath.Join(dir, "bin"))
	}, twin: func(l *lab) { l.first(filepath.Join(abiTree(l), "bin")) },
		goes: []string{"go", "build", "internal/abi"}, says: "redeclared in this block",
		severity: finding.Error, detail: []string{"src/internal/abi/map_swiss.go"}, fix: "install-go", cure: noTree},
	{id: "goroot-mixed", name: "half an update", damage: func(l *lab) {
		dir, tool := l.tree("tree", ""), "pkg/tool/"+runtime.GOOS+"_"+runtime.GOARCH+"/compile"
		must(l.t, os.Remove(filepath.Join(dir, tool)))
		l.patch(filepath.Join(goroot(), tool), filepath.Join(dir, tool), thisGo(), oldName(l))
		l.first(filepath.Join(dir, "bin"))
	},
		goes: []string{"go", "build", "internal/goarch"}, says: `compile: version "…" does not match go tool version "…"`,
		severity: finding.Error, detail: []string{"the compiler go1."}, fix: "install-go", cure: noTree},

	{id: "several-gos", damage: func(l *lab) {
		l.set("PATH", os.Getenv("PATH")+":"+filepath.Join(l.tree("other", oldName(l)), "bin"))
	}, twin: func(l *lab) { l.set("PATH", os.Getenv("PATH")+":"+filepath.Join(l.tree("same", ""), "bin")) },
		goes: []string{"go", "version"}, silent: "both work", severity: finding.Note, detail: []string{"behind it:", "other/bin/go (go1."}, fix: "order-path", cure: noTree},
	{id: "several-gos", name: "start file", damage: func(l *lab) {
		dir := l.tree("other", oldName(l))
		l.write(filepath.Join(l.Home, ".zshrc"), "# mine\nexport PATH=\"$HOME/other/bin:$PATH\"\n")
		_ = dir
	}, goes: []string{"go", "version"}, severity: finding.Warning, detail: []string{".zshrc:2", "other/bin"}, fix: "order-path",
		cure: func(l *lab) { must(l.t, os.Remove(filepath.Join(l.Home, ".zshrc"))) }},
	{id: "several-gos", name: "VS Code", damage: func(l *lab) {
		l.write(".vscode/settings.json", "{\n  // \"go.goroot\": \"/gone\",\n  \"go.goroot\": \""+l.tree("other", oldName(l))+"\"\n}\n")
	}, twin: func(l *lab) {
		l.write(".vscode/settings.json", "{\"go.goroot\": \""+goroot()+"\", \"go.alternateTools\": {\"go\": \""+goroot()+"/bin/go\"}}\n")
	}, goes: []string{"go", "version"}, severity: finding.Warning, detail: []string{"settings.json:3", "which is go1."}, fix: "edit-editor",
		cure: func(l *lab) { must(l.t, os.Remove(filepath.Join(l.project, ".vscode", "settings.json"))) }},
	{id: "several-gos", name: "GoLand", damage: func(l *lab) {
		l.write(".idea/workspace.xml", "<project>\n<component name=\"GOROOT\" url=\"file://$USER_HOME$/gone\" />\n</project>\n")
	}, goes: []string{"go", "version"}, severity: finding.Warning, detail: []string{"workspace.xml:2", "GoLand is set to a Go that is not there"}, fix: "edit-editor",
		cure: func(l *lab) { must(l.t, os.RemoveAll(filepath.Join(l.project, ".idea"))) }},

	{id: "architecture-wrong", damage: func(l *lab) {
		otherArch(l)
		l.sys.Native = func() (string, error) { return runtime.GOARCH, nil }
		l.sys.GOOS = "linux"
	}, twin: func(l *lab) { l.sys.Native = func() (string, error) { return runtime.GOARCH, nil } },
		goes: []string{"sh", "-c", `"$(command -v go)" version`}, says: "Exec format error",
		severity: finding.Error, detail: []string{"the machine is linux/" + runtime.GOARCH}, fix: "install-go", cure: noTree},
	{id: "architecture-wrong", name: "emulated", damage: func(l *lab) { l.sys.Native = func() (string, error) { return "riscv64", nil } },
		goes: []string{"go", "version"}, silent: "it works, slowly", severity: finding.Warning, detail: []string{"by emulation", "the machine is linux/riscv64"}, fix: "install-go",
		cure: func(l *lab) { l.sys.Native = func() (string, error) { return runtime.GOARCH, nil } }},
}

// oldName is the version before that of the tests, in as many letters: go1.25.8 for go1.26.8.
func oldName(l *lab) string {
	l.t.Helper()
	name := thisGo()
	for _, pair := range [][2]string{{"go1.26", "go1.25"}, {"go1.25", "go1.24"}, {"go1.27", "go1.26"}, {"go1.28", "go1.27"}, {"go1.29", "go1.28"}} {
		if strings.HasPrefix(name, pair[0]) {
			return strings.Replace(name, pair[0], pair[1], 1)
		}
	}
	l.t.Fatalf("say which version comes before %s", name)
	return ""
}
