package toolchain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"godoctor/scan/regular"
)

// A goroot is what a directory says of itself.
type goroot struct {
	dir     string
	version string // first line of VERSION, raw
	command string // bin/go or bin/go.exe, if there is a regular file
	real    string // command with links resolved
	info    *debug.BuildInfo
	tools   []string // platforms that pkg/tool has tools for, such as "linux_amd64", sorted
	time    time.Time
	parts   []string

	missing  []string // of the signature
	problems []string
	denied   error // why a part could not be looked at
}

// signature is how many parts a toolchain has, and enough how many of them must be there.
const (
	signature = 4
	enough    = 3
)

// look reads what makes a directory a toolchain. It never fails: what is not there is missing.
func look(dir string) *goroot {
	g := &goroot{dir: dir}
	if fi, err := os.Stat(dir); err == nil {
		g.time = fi.ModTime()
	}
	g.readVersion()
	g.readCommand()
	g.readTools()
	if fi, err := os.Stat(filepath.Join(dir, "src", "runtime")); err != nil || !fi.IsDir() {
		g.lacks("src/runtime", err)
	}
	g.compareCompiler()
	g.parts = outside(dir)
	return g
}

// lacks notes a part of the signature that is not there, and why if the reason is not that.
func (g *goroot) lacks(part string, err error) {
	g.missing = append(g.missing, part)
	switch {
	case isLoop(err):
		g.problem("no %s: a link on the way leads in a circle", part)
	case err == nil:
		g.problem("no %s: something else has that name", part)
	case !errors.Is(err, fs.ErrNotExist) && !isNotDirectory(err):
		g.problem("no readable %s: %v", part, cause(err))
		if errors.Is(err, fs.ErrPermission) {
			g.denied = err
		}
	case g.dangles(part):
		g.problem("no %s: a link there leads nowhere", part)
	default:
		g.problem("no %s", part)
	}
}

// dangles reports whether a part is missing because a link leads to what is not there.
func (g *goroot) dangles(part string) bool {
	for p := filepath.FromSlash(part); p != "."; p = filepath.Dir(p) {
		fi, err := os.Lstat(filepath.Join(g.dir, p))
		if err == nil {
			return fi.Mode()&fs.ModeSymlink != 0
		}
	}
	return false
}

func (g *goroot) problem(format string, args ...any) {
	g.problems = append(g.problems, fmt.Sprintf(format, args...))
}

// readVersion reads the first line of VERSION.
func (g *goroot) readVersion() {
	text, err := readHead(filepath.Join(g.dir, "VERSION"), versionMax)
	if err != nil {
		g.lacks("VERSION", err)
		return
	}
	line, _, _ := strings.Cut(text, "\n")
	g.version = strings.TrimSpace(line)
	if len(g.version) > 200 || strings.ContainsRune(g.version, 0) {
		g.version = ""
	}
	if parse(g.version).kind == invalid {
		g.problem("VERSION does not name a version")
	}
}

// readCommand finds bin/go and reads its build info. It stands one level deeper in a tree that was built for
// another machine (cmd/go findGOROOT); "go.exe" is tried on every system, because a tree may be of another.
func (g *goroot) readCommand() {
	var why error = fs.ErrNotExist
	tries := []string{"go", "go.exe"}
	for _, name := range deeper(filepath.Join(g.dir, "bin")) {
		tries = append(tries, filepath.Join(name, "go"), filepath.Join(name, "go.exe"))
	}
	for _, name := range tries {
		file := filepath.Join(g.dir, "bin", name)
		fi, err := os.Stat(file)
		if err == nil && !fi.Mode().IsRegular() {
			err = regular.ErrNot
		}
		if err == nil {
			g.command = file
			g.examine(fi)
			return
		}
		if !errors.Is(err, fs.ErrNotExist) {
			why = err
		}
	}
	g.lacks("bin/go", why)
}

// examine reads the go command.
func (g *goroot) examine(fi fs.FileInfo) {
	g.real = g.command
	if real, err := filepath.EvalSymlinks(g.command); err == nil {
		g.real = real
	}
	switch info := buildInfo(g.command); {
	case info == nil && fi.Size() == 0:
		g.problem("bin/go is empty")
	case info == nil:
		g.problem("bin/go says nothing of itself: damaged, stripped of its build info, or a script")
	case info.Path != "" && info.Path != "cmd/go": // releases before go1.18 have no path
		g.problem("bin/go is %q, and not the go command", info.Path)
	default:
		g.info = info
	}
}

// deeper returns the names like linux_arm64 in dir, sorted.
func deeper(dir string) []string {
	names, _ := listDir(dir, 4096, func(name string) bool {
		_, _, ok := splitPlatform(name, "_")
		return ok
	})
	slices.Sort(names)
	return names
}

// readTools lists the platforms that pkg/tool has tools for.
func (g *goroot) readTools() {
	dir := filepath.Join(g.dir, "pkg", "tool")
	_, err := os.Stat(dir)
	if err == nil {
		g.tools = deeper(dir)
	}
	if len(g.tools) == 0 {
		if err == nil {
			err = fs.ErrNotExist
		}
		g.lacks("pkg/tool", err)
		return
	}
	g.tools = slices.DeleteFunc(g.tools, func(platform string) bool { return !hasCompiler(filepath.Join(dir, platform)) })
	if len(g.tools) == 0 {
		g.tools = deeper(dir)
		g.problem("no compile in pkg/tool/%s", g.tools[0])
	}
}

// compareCompiler looks whether compiler and go command are of one release. An archive unpacked over another
// one, or a package updated by half, leaves two.
func (g *goroot) compareCompiler() {
	if v := g.compiler(); v != "" && !same(v, g.info.GoVersion) {
		g.problem("bin/go is %q, but the compiler in pkg/tool is %q", g.info.GoVersion, v)
	}
}

// compiler is the version that the compiler of the go command's own platform says of itself; "" where one of the two says nothing.
func (g *goroot) compiler() string {
	if g.info == nil {
		return ""
	}
	platform := buildSetting(g.info, "GOOS") + "_" + buildSetting(g.info, "GOARCH")
	exe := strings.TrimPrefix(filepath.Base(g.command), "go")
	info := buildInfo(filepath.Join(g.dir, "pkg", "tool", platform, "compile"+exe))
	if info == nil || info.Path != "cmd/compile" {
		return ""
	}
	return info.GoVersion
}

func hasCompiler(dir string) bool {
	for _, name := range []string{"compile", "compile.exe"} {
		if fi, err := os.Stat(filepath.Join(dir, name)); err == nil && fi.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// outside returns the directories that links at the top of a tree lead to. Distributions keep src and api
// apart. A directory that holds the tree itself is no part of it, whatever links to it.
func outside(dir string) []string {
	var parts []string
	for _, name := range []string{"api", "bin", "doc", "lib", "misc", "pkg", "pkg/include", "pkg/tool", "src", "test"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if fi, err := os.Lstat(path); err != nil || fi.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil || within(dir, real) || within(real, dir) || slices.Contains(parts, real) {
			continue
		}
		if fi, err := os.Stat(real); err == nil && fi.IsDir() {
			parts = append(parts, real)
		}
	}
	return parts
}

// within reports whether path is dir or lies below it. Both are clean.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator)))
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}

// platform is what the tree was built to run on: what the go command says, else the tools that are there. Of
// several the machine's own is taken.
func (g *goroot) platform(goos, goarch string) (string, string) {
	if g.info != nil {
		if os, arch := buildSetting(g.info, "GOOS"), buildSetting(g.info, "GOARCH"); os != "" && arch != "" {
			return os, arch
		}
	}
	if slices.Contains(g.tools, goos+"_"+goarch) {
		return goos, goarch
	}
	if len(g.tools) == 1 {
		os, arch, _ := splitPlatform(g.tools[0], "_")
		return os, arch
	}
	return "", ""
}

// systems are the values of GOOS there ever were, so that a directory name is not taken for a platform by
// accident.
var systems = strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos")

// splitPlatform reads "linux_amd64" or "linux-amd64".
func splitPlatform(name, sep string) (goos, goarch string, ok bool) {
	goos, goarch, ok = strings.Cut(name, sep)
	ok = ok && slices.Contains(systems, goos) && goarch != "" && strings.Trim(goarch, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
	return goos, goarch, ok
}
