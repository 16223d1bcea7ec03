package goenv

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// findGo finds the go command, GOROOT and GOVERSION.
//
// The go command is the first in PATH that is one; failing that, that of GOROOT; failing that, one at a
// place where go commonly is installed. GOROOT is what the environment or the GOENV file says, else
// the tree around the go command.
func (r *resolver) findGo() {
	r.command = r.commandInPath()
	list := r.sources("GOROOT")
	s := Setting{Key: "GOROOT", Origin: OriginDerived, Overrides: list}
	if len(list) > 0 && list[0].Value != "" {
		s = chosen("GOROOT", list, 0)
		if s.Origin != OriginEnvironment {
			s.Value = filepath.Clean(s.Value) // findGOROOT cleans, os.Getenv does not
		}
	}
	if r.command.path == "" && s.Value != "" {
		r.command = r.commandIn(absolute(r.goos, r.dir, s.Value))
	}
	if r.command.path == "" {
		r.commandAtPlaces()
	}
	if s.Value == "" {
		s.Value, s.File = r.command.goroot, r.command.path
		if s.Value == "" && s.File != "" {
			r.problem(Problem{Key: "GOROOT", Message: fmt.Sprintf("%q does not stand in a go tree: set GOROOT, or put the bin directory of a go tree first in PATH", s.File)})
		}
	}
	r.set(s)
	r.setVersion(absolute(r.goos, r.dir, s.Value))
}

// commandInPath returns the first go command in PATH. Wrapper scripts, and programs that have nothing but
// the name, are passed over, and said so.
func (r *resolver) commandInPath() goCommand {
	for _, file := range r.inPath("go") {
		c := inspectCommand(r.goos, absolute(r.goos, r.dir, file))
		if !c.foreign() {
			return c
		}
		what := "not a go command that can be read"
		if c.script {
			what = "a script, and what it sets and runs is not known"
		}
		r.problem(Problem{Key: "GOROOT", Message: fmt.Sprintf("%q in PATH is %s: the next go in PATH or at a common place is described instead; put the bin directory of a go tree first in PATH", file, what)})
	}
	return goCommand{}
}

// commandIn returns the go command of a GOROOT.
func (r *resolver) commandIn(root string) goCommand {
	if root == "" {
		return goCommand{}
	}
	file := filepath.Join(root, "bin", "go"+exeSuffix(r.goos))
	if fi, err := os.Stat(file); err != nil || !fi.Mode().IsRegular() {
		return goCommand{}
	}
	return inspectCommand(r.goos, file)
}

// commandAtPlaces looks where go commonly is, because somebody may have installed it without putting it
// into PATH.
func (r *resolver) commandAtPlaces() {
	for _, place := range r.places {
		if c := r.commandIn(place); c.goroot != "" && !c.foreign() {
			r.command = c
			r.problem(Problem{Key: "GOROOT", Message: fmt.Sprintf("no go command in PATH, the one at %q is described: add its directory to PATH", c.path)})
			return
		}
	}
	r.problem(Problem{Key: "GOROOT", Message: "no go command in PATH or at a common place: install go, or add its bin directory to PATH"})
}

// setVersion sets GOVERSION: what the go command says of itself, which is what "go env" prints. The file
// GOROOT/VERSION is a second witness, and the only one where the binary cannot be read.
func (r *resolver) setVersion(root string) {
	file := filepath.Join(root, "VERSION")
	claimed := ""
	if root != "" {
		if data, err := readSmall(file); err == nil {
			line, _, _ := strings.Cut(string(data), "\n")
			claimed = strings.TrimSpace(line)
		}
	}
	switch version := r.command.version; {
	case version == "" && claimed == "":
		r.computed("GOVERSION", "", "")
	case version == "":
		r.computed("GOVERSION", claimed, file)
	default:
		r.computed("GOVERSION", version, r.command.path)
		if claimed != "" && claimed != version {
			r.problem(Problem{Key: "GOVERSION", File: file, Line: 1, Message: fmt.Sprintf("%q says %q, but the go command %q is %q: unset GOROOT, or install go anew", file, claimed, r.command.path, version)})
		}
	}
}

// treeOf returns the GOROOT that an executable stands in, or "": the parent of its bin directory that
// has pkg/tool (cfg.findGOROOT). A go tool built for another machine stands one level deeper.
func treeOf(goos, exe string) string {
	var tries []string
	if !resolvesLinks(goos) {
		tries = append(tries, exe)
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		tries = append(tries, real)
	}
	for _, exe := range tries {
		for _, up := range []string{"../..", "../../.."} {
			dir := filepath.Join(exe, up)
			if fi, err := os.Stat(filepath.Join(dir, "pkg", "tool")); err == nil && fi.IsDir() {
				return dir
			}
		}
	}
	return ""
}

// resolvesLinks reports whether the system tells a program its own path with links resolved
// (os.Executable: /proc/self/exe and sysctl do, argv and the Windows call do not).
func resolvesLinks(goos string) bool {
	switch goos {
	case "linux", "android", "freebsd", "dragonfly", "netbsd":
		return true
	}
	return false
}

// wellKnownGoroots are the places where installers and package managers put a GOROOT.
func wellKnownGoroots(goos string, env environ) []string {
	switch goos {
	case "windows":
		var list []string
		for _, key := range []string{"PROGRAMFILES", "PROGRAMFILES(X86)"} {
			if dir := env[key]; isAbs(goos, dir) {
				list = append(list, filepath.Join(dir, "Go"))
			}
		}
		return append(list, `C:\Program Files\Go`, `C:\Go`)
	case "darwin":
		return []string{"/usr/local/go", "/opt/homebrew/opt/go/libexec", "/usr/local/opt/go/libexec", "/opt/local/lib/go"}
	}
	return []string{"/usr/local/go", "/usr/lib/go", "/usr/lib/golang", "/usr/lib64/go", "/usr/local/lib/go",
		"/snap/go/current", "/opt/go", "/home/linuxbrew/.linuxbrew/opt/go/libexec"}
}
