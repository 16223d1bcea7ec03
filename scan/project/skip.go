package project

import (
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
)

// skipNames are directories that hold no project of the user, by their names.
var skipNames = map[string]SkipReason{
	".git": SkipVCS, ".hg": SkipVCS, ".svn": SkipVCS, ".bzr": SkipVCS, ".jj": SkipVCS,

	"node_modules": SkipPackages, "bower_components": SkipPackages, ".npm": SkipPackages, ".gradle": SkipPackages,
	".m2": SkipPackages, ".rustup": SkipPackages, "__pycache__": SkipPackages,

	".Trash": SkipTrash, ".Trashes": SkipTrash, "$RECYCLE.BIN": SkipTrash, "$Recycle.Bin": SkipTrash,
}

// skipBelow are directories that hold none, by their names and the name of the directory that they are in.
var skipBelow = map[[2]string]SkipReason{
	{".cargo", "registry"}: SkipPackages, {".cargo", "git"}: SkipPackages,
	{"Library", "Caches"}: SkipCache, {"share", "Trash"}: SkipTrash,
}

// skipName gives the reason for which a directory is left out because of its name; "" if there is none.
func skipName(parent, name string) SkipReason {
	if r, ok := skipNames[name]; ok {
		return r
	}
	switch name {
	case "registry", "git", "Caches", "Trash":
		return skipBelow[[2]string{parent, name}]
	}
	if strings.HasPrefix(name, ".Trash-") { // of a user on a removable disk
		return SkipTrash
	}
	return ""
}

// DefaultRoots are the directories below which projects are looked for when nobody names others: the home
// directory, src in every entry of GOPATH, and the working directory dir. One inside another is left out,
// unless the look would not come to it. The root of the file system is never among them.
func DefaultRoots(env *goenv.Env, environ []string, dir string) []string {
	candidates := []string{goenv.HomeDir(environ)}
	for _, p := range env.Gopaths() {
		candidates = append(candidates, filepath.Join(p, "src"))
	}
	candidates = append(candidates, dir)
	skips := DefaultSkips(env, environ)
	var roots []string
next:
	for _, c := range candidates {
		if c == "" || !filepath.IsAbs(c) {
			continue
		}
		c = filepath.Clean(c)
		if filepath.Dir(c) == c {
			continue
		}
		for _, r := range roots {
			if reaches(r, c, skips) {
				continue next
			}
		}
		roots = append(roots, c)
	}
	return roots
}

// reaches reports whether a look below a directory comes to another one, as far as names tell.
func reaches(from, to string, skips []string) bool {
	rel, ok := below(from, to)
	if !ok {
		return false
	}
	for _, s := range skips {
		if _, in := below(s, to); in && s != from {
			return false
		}
	}
	parent := filepath.Base(from)
	for _, name := range strings.Split(rel, string(filepath.Separator)) {
		if name == "vendor" || skipName(parent, name) != "" {
			return false
		}
		parent = name
	}
	return true
}

// below reports whether a path is a directory or lies in it, and gives the rest: "." for the directory itself.
func below(dir, path string) (rel string, ok bool) {
	rel, err := filepath.Rel(dir, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}

// DefaultSkips are the directories that are left out when nobody names others: both caches, GOROOT, the
// directory in which golang.org/dl keeps its toolchains, and the cache directory of the user.
func DefaultSkips(env *goenv.Env, environ []string) []string {
	var skips []string
	add := func(dir string, err error) {
		if err == nil && dir != "" && filepath.IsAbs(dir) {
			skips = append(skips, filepath.Clean(dir))
		}
	}
	add(env.ModCache())
	add(env.BuildCache())
	add(env.Goroot(), nil)
	if home := goenv.HomeDir(environ); home != "" {
		add(filepath.Join(home, "sdk"), nil)
	}
	add(goenv.UserCacheDir(environ))
	return skips
}
