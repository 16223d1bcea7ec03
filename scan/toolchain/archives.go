package toolchain

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// archiveName is what go.dev calls its files: go1.26.8.linux-amd64.tar.gz, go1.26.8.src.tar.gz,
// go1.26.8.windows-amd64.msi; (1) is what browsers put into the name of a second copy.
var archiveName = regexp.MustCompile(`^go(1(?:\.[0-9]{1,4}){0,2}(?:(?:rc|beta)[0-9]{1,3})?)\.(?:([a-z0-9]+)-([a-z0-9]+)|src)(?: ?\([0-9]+\))?\.(?:tar\.gz|zip|msi|pkg)$`)

// packageName is what managers call what they downloaded, where they have names of their own: Scoop's
// go#1.26.8#0123abc.zip, Homebrew's <hash>--go--1.26.8.arm64_sequoia.bottle.tar.gz.
var packageName = regexp.MustCompile(`^(?:go#|[0-9a-f]{64}--go(?:@1\.[0-9]+)?--?)(1(?:\.[0-9]{1,4}){1,2})(?:[#._-].*)?\.(?:zip|tar\.gz)$`)

// archives looks for downloaded distributions where browsers and version managers leave them, and inside the
// trees of golang.org/dl.
func (m *Machine) archives(f *Found) []Archive {
	dirs := []string{
		m.InHome(), m.InHome("Downloads"), m.Dir("XDG_DOWNLOAD_DIR"), m.InHome("Desktop"), m.InHome("sdk"), m.InHome("go", "sdk"),
		m.InHome(".gvm", "archive"), m.Dir("GVM_ROOT", "archive"),
		m.InHome(".g", "downloads"), m.Dir("G_HOME", "downloads"),
		m.InHome(".gobrew", "downloads"), m.Dir("GOBREW_ROOT", ".gobrew", "downloads"),
		m.InHome("Library", "Caches", "Homebrew", "downloads"), m.Dir("HOMEBREW_CACHE", "downloads"),
		m.InHome(".cache", "Homebrew", "downloads"),
		m.Sys("/usr/local"), m.Sys("/usr/local/src"), m.Sys("/opt"), m.Sys("/tmp"), m.Sys("/root"),
	}
	dirs = append(dirs, m.scoopDirs("cache")...)
	dirs = append(dirs, m.Below(m.InHome("sdk"), hasPrefix("go"))...)
	for _, dir := range m.goenvDirs() {
		dirs = append(dirs, filepath.Join(dir, "cache"), filepath.Join(dir, "versions"))
	}
	for _, dir := range m.miseDirs() {
		dirs = append(dirs, m.Below(filepath.Join(dir, "downloads", "go"), visible)...)
	}
	for i := range f.Toolchains {
		dirs = append(dirs, f.Toolchains[i].Root)
	}
	var list []Archive
	for _, dir := range distinct(dirs) {
		for _, name := range m.Names(dir, func(name string) bool { return archiveName.MatchString(name) || packageName.MatchString(name) }) {
			list = m.archive(list, filepath.Join(dir, name), name)
		}
	}
	list = append(list, m.asdfArchives()...)
	slices.SortFunc(list, func(a, b Archive) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(list, func(a, b Archive) bool { return a.Path == b.Path })
}

// archive adds a file to the list if it is one. The name is its whole witness: an archive is not opened.
func (m *Machine) archive(list []Archive, path, name string) []Archive {
	fi, err := os.Lstat(path)
	if err != nil || !fi.Mode().IsRegular() {
		return list
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a directory that is found twice, once through a link
	}
	a := Archive{Path: path, Time: fi.ModTime(), Size: tree.Size{Bytes: fi.Size(), Disk: regular.Allocated(fi), Files: 1}}
	if s := archiveName.FindStringSubmatch(name); s != nil {
		a.Version, a.GOOS, a.GOARCH = "go"+s[1], s[2], s[3]
		if a.GOOS != "" && !slices.Contains(systems, a.GOOS) {
			return list
		}
	} else if s := packageName.FindStringSubmatch(name); s != nil {
		a.Version = "go" + s[1]
	}
	return append(list, a)
}

// asdfArchives are those of asdf's plugin, which calls every one of them archive.tar.gz.
func (m *Machine) asdfArchives() []Archive {
	var list []Archive
	for _, dir := range m.asdfDirs() {
		for _, version := range m.Names(filepath.Join(dir, "downloads", "golang"), visible) {
			path := filepath.Join(dir, "downloads", "golang", version, "archive.tar.gz")
			if list2 := m.archive(nil, path, ""); len(list2) == 1 && parse(version).kind != invalid {
				list2[0].Version = "go" + strings.TrimPrefix(version, "go")
				list = append(list, list2[0])
			}
		}
	}
	return list
}
