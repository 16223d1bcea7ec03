package process

import (
	"go/version"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/modcache"
)

// toolchainModule is the module that the go command downloads toolchains as.
const toolchainModule = "golang.org/toolchain"

// toolchainOf gives the name of the toolchain that a module version is, such as "go1.25.3", or "".
func toolchainOf(path, version string) string {
	if path != toolchainModule {
		return ""
	}
	name := strings.TrimPrefix(version, "v0.0.1-") // v0.0.1-go1.25.3.linux-amd64
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return name
}

// A kind is what a program is to a module cache.
type kind uint8

const (
	kindOther   kind = iota
	kindCommand      // the go command
	kindTool         // a tool that it runs: the compiler, the linker
	kindReader       // a program that reads packages, with the go command's help
)

// readers are programs that read packages out of the module cache, or have the go command do so, and are known by
// name. Others are known by the modules that they were built with.
var readers = words(`gopls dlv dlv-dap staticcheck golangci-lint govulncheck goimports gofumpt revive gotests mockgen wire
	stringer gomodifytags impl guru godef gocode gorename gotestsum errcheck ineffassign nilaway gosec goreturns gci
	goda callgraph deadcode godoc pkgsite`)

// tools are the programs in pkg/tool, for where only a name is known.
var tools = words(`asm buildid cgo compile covdata cover doc fix link nm objdump pack pprof preprofile test2json trace vet`)

func words(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// kindOf tells what a program is by the path of its file.
func kindOf(exe string) kind {
	dir, base := filepath.Split(exe)
	switch {
	case isCommand(base):
		return kindCommand
	case strings.HasSuffix(filepath.Dir(filepath.Clean(dir)), filepath.FromSlash("/pkg/tool")):
		return kindTool // pkg/tool/GOOS_GOARCH/NAME
	case readers[base]:
		return kindReader
	}
	return kindOther
}

// isCommand reports whether a program of that name is a go command, or stands for one: go1.25.3 as golang.org/dl and
// package managers install it.
func isCommand(base string) bool {
	return base == "go" || base == "gotip" || version.IsValid(base) || version.IsValid(strings.Replace(base, "go-", "go", 1))
}

// isGoName reports whether a process that shows nothing but its name (proc_pid_comm(5)) may use Go's caches. The system
// cuts names to 15 bytes.
func isGoName(comm string) bool { return isCommand(comm) || tools[comm] || readers[comm] }

// partSuffixes end the names of what belongs to a version in an @v directory (modfetch.CachePath).
var partSuffixes = []string{".ziphash", ".zip", ".mod", ".info", ".lock", ".partial"}

// versionAt gives the module version that a path in the module cache belongs to, as key makes it: an extracted
// directory, one that was renamed to be removed, or a file in cache/download.
func versionAt(rel string) (string, bool) {
	if rest, ok := strings.CutPrefix(rel, "cache/download/"); ok {
		path, name, ok := strings.Cut(rest, "/@v/")
		if !ok {
			return "", false
		}
		name, _, _ = strings.Cut(name, "/")
		end := -1
		for _, s := range partSuffixes {
			end = max(end, strings.LastIndex(name, s)) // .zip.tmp-godoctor-1 and .zip123.tmp are parts, too
		}
		if end < 0 {
			return "", false
		}
		return unescaped(path, name[:end])
	}
	at := strings.IndexByte(rel, '@')
	if at < 0 {
		return "", false
	}
	v, _, _ := strings.Cut(rel[at+1:], "/")
	v, _, _ = strings.Cut(v, ".tmp-")
	if name, _, kept := modcache.ParseKept(v); kept {
		v = name
	}
	return unescaped(rel[:at], v)
}

func unescaped(path, version string) (string, bool) {
	p, err := module.UnescapePath(path)
	if err != nil {
		return "", false
	}
	v, err := module.UnescapeVersion(version)
	if err != nil || !semver.IsValid(v) {
		return "", false
	}
	return key(p, v), true
}

func quoted(s string) string { return strconv.Quote(s) }
