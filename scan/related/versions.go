package related

import (
	"cmp"
	"fmt"
	"path/filepath"
)

// Version managers that set GOPATH for each Go version give each its own module cache. None of them is
// lost: it is in use again as soon as its version is selected. But the same modules are there many times.

// findGoenv: GOPATH is $HOME/go/VERSION, or below GOENV_GOPATH_PREFIX.
func findGoenv(m *Machine) []Root {
	prefix := cmp.Or(m.getenv("GOENV_GOPATH_PREFIX"), m.below("go"))
	var list []Root
	for _, v := range realDirs(prefix) {
		if isDigit(v[0]) {
			list = append(list, versionCache("goenv", v, filepath.Join(prefix, v)))
		}
	}
	return modCaches(list)
}

// findAsdf: GOPATH is packages in the directory of the version, unless the user has set one.
func findAsdf(m *Machine) []Root {
	return packageCaches("asdf", join(cmp.Or(m.getenv("ASDF_DATA_DIR"), m.below(".asdf")), "installs", "golang"))
}

// findMise: likewise; mise was called rtx before 2024.
func findMise(m *Machine) []Root {
	data := cmp.Or(m.getenv("XDG_DATA_HOME"), m.below(".local", "share"))
	if m.goos == "windows" {
		data = cmp.Or(m.getenv("LocalAppData"), data)
	}
	list := packageCaches("mise", join(cmp.Or(m.getenv("MISE_DATA_DIR"), join(data, "mise")), "installs", "go"))
	return append(list, packageCaches("rtx", join(cmp.Or(m.getenv("RTX_DATA_DIR"), join(data, "rtx")), "installs", "go"))...)
}

// packageCaches finds the GOPATH named packages in each version's directory.
func packageCaches(manager, dir string) []Root {
	var list []Root
	for _, v := range realDirs(dir) {
		list = append(list, versionCache(manager, v, filepath.Join(dir, v, "packages")))
	}
	return modCaches(list)
}

// findGvm: GOPATH is a package set of a version, pkgsets/go1.22.0/global to begin with.
func findGvm(m *Machine) []Root {
	sets := join(cmp.Or(m.getenv("GVM_ROOT"), m.below(".gvm")), "pkgsets")
	var list []Root
	for _, v := range realDirs(sets) {
		for _, set := range realDirs(filepath.Join(sets, v)) {
			list = append(list, versionCache("gvm", v+"@"+set, filepath.Join(sets, v, set)))
		}
	}
	return modCaches(list)
}

func versionCache(manager, version, gopath string) Root {
	return Root{
		Path: filepath.Join(gopath, "pkg", "mod"),
		What: fmt.Sprintf("module cache of %s for %q, in use when that is selected", manager, version),
	}
}
