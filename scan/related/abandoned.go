package related

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
)

// modLook is where a module cache shows that something was added: below are the hosts of modules.
var modLook = []string{"cache", filepath.Join("cache", "download")}

// findModCaches looks where a module cache is by default, or was by a setting that something overrides.
func findModCaches(m *Machine) []Root {
	list := []Root{{Path: m.below("go", "pkg", "mod"), What: "module cache at the default place"}}
	for _, p := range m.gopaths() {
		list = append(list, Root{Path: filepath.Join(p, "pkg", "mod"), What: fmt.Sprintf("module cache of the GOPATH entry %q", p)})
	}
	for _, s := range m.overridden("GOMODCACHE") {
		list = append(list, Root{Path: s.Value, What: "module cache that " + said(s)})
	}
	for _, s := range m.overridden("GOPATH") {
		for p := range strings.SplitSeq(s.Value, m.listSeparator()) {
			list = append(list, Root{Path: join(p, "pkg", "mod"), What: "module cache of the GOPATH that " + said(s)})
		}
	}
	return modCaches(list)
}

// modCaches keeps what is a module cache.
func modCaches(list []Root) []Root {
	list = recognised(isModCache, list)
	for i := range list {
		list[i].look = modLook
	}
	return list
}

// findBuildCaches looks where a build cache is by default on any system, since XDG_CACHE_HOME may have
// been set only later, and where an overridden setting or a habit of CI scripts puts it.
func findBuildCaches(m *Machine) []Root {
	const what = "build cache at the default place"
	list := []Root{
		{Path: join(m.cacheDir(), "go-build"), What: what},
		{Path: m.below(".cache", "go-build"), What: what + " without XDG_CACHE_HOME"},
	}
	switch m.goos {
	case "darwin":
		list = append(list, Root{Path: m.below("Library", "Caches", "go-build"), What: what})
	case "windows":
		list = append(list, Root{Path: m.below("AppData", "Local", "go-build"), What: what})
	}
	for _, s := range m.overridden("GOCACHE") {
		list = append(list, Root{Path: s.Value, What: "build cache that " + said(s)})
	}
	for _, dir := range m.tempDirs() {
		path := filepath.Join(dir, "go-build")
		if fi, err := os.Lstat(path); err == nil && ownedBy(fi, m.uid) {
			list = append(list, Root{Path: path, What: "build cache in the temporary directory", entry: true})
		}
	}
	return recognised(isBuildCache, list)
}

// overridden are the values of a setting that lose against another one.
func (m *Machine) overridden(key string) []goenv.Source {
	if m.in.Env == nil {
		return nil
	}
	s, _ := m.in.Env.Lookup(key)
	return s.Overrides
}

// said names the place of an overridden setting.
func said(s goenv.Source) string {
	if s.File == "" {
		return "an overridden setting names"
	}
	return fmt.Sprintf("line %d of %q names, which is overridden", s.Line, s.File)
}

// listSeparator separates the entries of GOPATH.
func (m *Machine) listSeparator() string {
	if m.goos == "windows" {
		return ";"
	}
	return ":"
}
