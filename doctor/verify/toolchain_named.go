package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/regular"
)

// ToolchainOptions are those of CheckToolchains. The zero value looks at what the scan has found, by what lies here.
type ToolchainOptions struct {
	DB    Database // may be nil
	Paths []string // absolute: just these GOROOTs and archives, wherever they are; nil: all that were found

	// Every says that whatever differs is a finding, wherever it lies. Without it only what the go command has downloaded
	// is: of the others the verdict is all. What Paths names always is.
	Every bool

	// Fetch gets the zip of a toolchain that differs, so that the files can be listed, where none is cached that is
	// right. done removes it. nil: nothing is fetched. It is called by one goroutine at a time.
	Fetch func(ctx context.Context, m module.Version) (zip string, done func(), err error)

	Meter *meter.Meter // units: toolchains; may be nil
}

// archiveName is what go.dev calls the archives that can be looked into; (1) is what browsers put into the name of a
// second copy.
var archiveName = regexp.MustCompile(`^(go1(?:\.[0-9]{1,4}){0,2}(?:(?:rc|beta)[0-9]{1,3})?)\.([a-z0-9]+)-([a-z0-9]+)(?: ?\([0-9]+\))?\.(?:tar\.gz|zip)$`)

// ErrNoToolchain is the error for a path that is named and is neither a GOROOT nor an archive.
var ErrNoToolchain = errors.New("neither a GOROOT nor an archive of a Go distribution")

// NamedToolchain reports what is wrong with a path that a person names: nil for a directory with VERSION or bin/go, and
// for a file that ends in .tar.gz or .zip.
func NamedToolchain(path string) error {
	fi, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case fi.IsDir():
		for _, name := range []string{"VERSION", "bin/go", "bin/go.exe"} {
			if fi, err := os.Stat(filepath.Join(path, filepath.FromSlash(name))); err == nil && fi.Mode().IsRegular() {
				return nil
			}
		}
		return fmt.Errorf("%q: %w: it has no VERSION and no bin/go", path, ErrNoToolchain)
	case !fi.Mode().IsRegular() || !canHash(path):
		return fmt.Errorf("%q: %w (.tar.gz or .zip)", path, ErrNoToolchain)
	}
	return nil
}

// named picks what the paths name among what was found, and describes what was not.
func (t *toolchains) named(paths []string) {
	found := t.list
	t.list = nil
	for _, path := range paths {
		real := resolved(path)
		i := slices.IndexFunc(found, func(s *subject) bool { return resolved(s.Path) == real })
		var s *subject
		if i >= 0 {
			s = found[i]
		} else {
			s = describe(path, real)
		}
		if s.asked {
			continue // it is named twice
		}
		s.asked = true
		if i < 0 {
			t.add(s)
			found = append(found, s)
		} else {
			t.list = append(t.list, s)
		}
	}
}

// resolved is a path without links, or as it is where that cannot be found out.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}

// versionMax is more than a VERSION file has, which is two lines.
const versionMax = 4 << 10

// describe says of a GOROOT or an archive which release it is, or says it is: of an archive its name, of a GOROOT bin/go,
// and where that is silent VERSION and the one platform that there are tools for. real is the path without links: a
// link to an archive has the name that counts.
func describe(path, real string) *subject {
	s := &subject{ToolchainVerdict: ToolchainVerdict{Path: real}}
	if fi, err := os.Stat(path); err == nil && fi.Mode().IsRegular() {
		s.Archive, s.Path = true, filepath.Clean(path)
		if m := archiveName.FindStringSubmatch(filepath.Base(path)); m != nil {
			s.Version, s.GOOS, s.GOARCH = m[1], m[2], m[3]
		} else {
			s.noName = "its name is not that of a release, like go1.26.8.linux-amd64.tar.gz"
		}
		return s
	}
	for _, exe := range []string{"go", "go.exe"} {
		if info := goInfo(filepath.Join(real, "bin", exe)); info != nil {
			s.Version = info.GoVersion
			for _, set := range info.Settings {
				switch set.Key {
				case "GOOS":
					s.GOOS = set.Value
				case "GOARCH":
					s.GOARCH = set.Value
				}
			}
			break
		}
	}
	if s.Version == "" {
		text, _ := regular.ReadFile(filepath.Join(real, "VERSION"), versionMax)
		line, _, _ := strings.Cut(string(text), "\n")
		s.Version = strings.TrimSpace(line)
	}
	if s.GOOS == "" || s.GOARCH == "" {
		s.GOOS, s.GOARCH = toolsFor(real)
	}
	return s
}

// toolsFor is the one platform that a GOROOT has tools for.
func toolsFor(root string) (goos, goarch string) {
	list, err := os.ReadDir(filepath.Join(root, "pkg", "tool"))
	if err != nil {
		return "", ""
	}
	for _, e := range list {
		a, b, ok := strings.Cut(e.Name(), "_")
		switch {
		case !ok || !e.IsDir():
		case goos != "":
			return "", ""
		default:
			goos, goarch = a, b
		}
	}
	return goos, goarch
}

// firstModule is the first Go release with a module of its toolchain: go1.21.
const firstModule = 21

// beforeModules reports whether a release is older than toolchain modules are.
func beforeModules(version string) bool {
	m := minorOf.FindStringSubmatch(version)
	if m == nil {
		return version == "go1"
	}
	n, err := strconv.Atoi(m[1])
	return err == nil && n < firstModule
}

var minorOf = regexp.MustCompile(`^go1\.([0-9]{1,4})(?:$|[^0-9])`)

// ToolchainModules are the modules that the toolchains were published as: whose records are asked for.
func ToolchainModules(inv *scan.Inventory, paths []string) []module.Version {
	t := &toolchains{inv: inv}
	t.collect()
	if paths != nil {
		t.named(paths)
	}
	return t.modules()
}

// modules are those of all subjects, each once.
func (t *toolchains) modules() []module.Version {
	var list []module.Version
	for _, s := range t.list {
		if s.Module.Path != "" && !slices.Contains(list, s.Module) {
			list = append(list, s.Module)
		}
	}
	return list
}
