package modcache

import (
	"strings"

	"godoctor/scan/tree"
)

// The watches give each directory of the cache its meaning. There is one type for each kind of
// directory whose names mean something; below an extracted directory, a clone or a checksum database
// nobody looks.

// topWatch is GOMODCACHE itself.
type topWatch struct{ *Scan }

func (w topWatch) Dir(name string) (tree.Place, bool) {
	if name == "cache" {
		return tree.Place{Cost: w.stores[Meta], Watch: cacheWatch(w)}, true
	}
	return w.sourceDir("", name), true
}

func (w topWatch) File(e tree.Entry) *tree.Cost { return w.alien(e.Name, "not the go command's", &e) }

// nameWatch is a directory that is part of a module path, like github.com/spf13.
type nameWatch struct {
	*Scan
	prefix string // escaped
}

func (w nameWatch) Dir(name string) (tree.Place, bool) { return w.sourceDir(w.prefix, name), true }

func (w nameWatch) File(e tree.Entry) *tree.Cost {
	return w.alien(join(w.prefix, e.Name), "not the go command's", &e)
}

// waits is what an item is that a clean has left in its place.
const waits = "waits for undo in its place: there was no room for the quarantine"

// sourceDir says what a directory outside cache/ is.
func (s *Scan) sourceDir(parent, name string) tree.Place {
	rel := join(parent, name)
	if !strings.Contains(name, "@") {
		if isPathElem(parent, name) {
			return tree.Place{Cost: s.stores[Sources], Watch: nameWatch{s, rel}}
		}
		return s.alienDir(rel, "not the name of a module")
	}
	if path, version, ok := splitVersionDir(rel, s.unescape); ok {
		base, v, _ := strings.Cut(rel, "@")
		return s.version(path, version, base, v).place(s)
	}
	if isOldTemp(rel) {
		return tree.Place{Cost: s.item(Leftovers, rel, "directory of an extraction that was broken off")}
	}
	if isKeptDir(rel) {
		return tree.Place{Cost: s.item(Leftovers, rel, waits)}
	}
	return s.alienDir(rel, "not the name of a module version")
}

// cacheWatch is GOMODCACHE/cache.
type cacheWatch struct{ *Scan }

func (w cacheWatch) Dir(name string) (tree.Place, bool) {
	switch name {
	case "download":
		return tree.Place{Cost: w.stores[Meta], Watch: downloadWatch{w.Scan, ""}}, true
	case "vcs":
		return tree.Place{Cost: w.stores[VCS], Watch: vcsWatch(w)}, true
	case "godoctor":
		return tree.Place{Cost: w.stores[Quarantine]}, true
	}
	return w.alienDir("cache/"+name, "not the go command's"), true
}

func (w cacheWatch) File(e tree.Entry) *tree.Cost {
	if e.Name == "lock" {
		return w.stores[Meta]
	}
	return w.alien("cache/"+e.Name, "not the go command's", &e)
}

// vcsWatch is cache/vcs: a clone is a directory named by a hash, with .info and .lock beside it.
type vcsWatch struct{ *Scan }

func (w vcsWatch) Dir(name string) (tree.Place, bool) {
	if !isHash(name) {
		return w.alienDir("cache/vcs/"+name, "not the name of a clone"), true
	}
	w.clones.Add(1)
	return tree.Place{Cost: w.stores[VCS]}, true
}

func (w vcsWatch) File(e tree.Entry) *tree.Cost {
	if base, ok := strings.CutSuffix(e.Name, ".info"); ok && isHash(base) {
		return w.stores[VCS]
	}
	if base, ok := strings.CutSuffix(e.Name, ".lock"); ok && isHash(base) {
		return w.stores[VCS]
	}
	return w.alien("cache/vcs/"+e.Name, "not the go command's", &e)
}

// isHash recognises a SHA-256 in hexadecimal.
func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// downloadWatch is cache/download and the parts of module paths below it.
type downloadWatch struct {
	*Scan
	prefix string // escaped
}

func (w downloadWatch) Dir(name string) (tree.Place, bool) {
	rel := join(w.prefix, name)
	switch {
	case w.prefix == "" && name == "sumdb":
		return tree.Place{Cost: w.stores[Sumdb]}, true
	case name == "@v":
		if path, ok := w.unescape(w.prefix); ok {
			return w.fileDir(path, w.prefix), true
		}
		return w.alienDir("cache/download/"+rel, "not under the name of a module"), true
	case isPathElem(w.prefix, name):
		return tree.Place{Cost: w.stores[Meta], Watch: downloadWatch{w.Scan, rel}}, true
	}
	return w.alienDir("cache/download/"+rel, "not the name of a module"), true
}

func (w downloadWatch) File(e tree.Entry) *tree.Cost {
	return w.alien("cache/download/"+join(w.prefix, e.Name), "not the go command's", &e)
}

// fileDir is the place of an @v directory.
func (s *Scan) fileDir(path, escaped string) tree.Place {
	cost := s.stores[Meta]
	if path == toolchainPath {
		cost = s.stores[Toolchains]
	}
	return tree.Place{Cost: cost, Watch: &fileWatch{
		Scan: s, path: path, escaped: escaped, own: cost}}
}

// fileWatch is an @v directory, which holds the files of all versions of one module.
type fileWatch struct {
	*Scan
	path    string     // module path
	escaped string     // the same, escaped
	own     *tree.Cost // pays for list

	// The versions seen in this directory by escaped version, nil for what is none: a few in a list, for most
	// directories have one or two, and all of them in a map. A directory is read by one worker, so there is no
	// lock.
	few  []seenVersion
	many map[string]*version
}

func (w *fileWatch) rel(name string) string { return "cache/download/" + w.escaped + "/@v/" + name }

func (w *fileWatch) Dir(name string) (tree.Place, bool) {
	return w.alienDir(w.rel(name), "a directory where go keeps files"), true
}

func (w *fileWatch) File(e tree.Entry) *tree.Cost {
	escaped, p, has := splitPart(e.Name)
	switch p {
	case partList:
		return w.own
	case partTemp:
		return w.item(Leftovers, w.rel(e.Name), "temporary file that nothing removes")
	case partKept:
		return w.item(Leftovers, w.rel(e.Name), waits)
	}
	if p != partAlien {
		if v := w.lookup(escaped); v != nil {
			return v.file(&e, p, has)
		}
	}
	return w.alien(w.rel(e.Name), "not the go command's", &e)
}

// seenVersion is an entry of fileWatch.few.
type seenVersion struct {
	escaped string
	version *version
}

// fewMax is how many versions are looked for one by one.
const fewMax = 8

// lookup finds the version that a file belongs to.
func (w *fileWatch) lookup(escaped string) *version {
	for i := range w.few {
		if w.few[i].escaped == escaped {
			return w.few[i].version
		}
	}
	e, ok := w.many[escaped]
	if ok {
		return e
	}
	if v, ok := unescapeVersion(escaped); ok {
		e = w.Scan.version(w.path, v, w.escaped, escaped)
	}
	switch {
	case len(w.few) < fewMax:
		w.few = append(w.few, seenVersion{escaped, e})
	case w.many == nil:
		w.many = map[string]*version{escaped: e}
	default:
		w.many[escaped] = e
	}
	return e
}
