package modcache

import (
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// toolchainPath is the module that toolchains are downloaded as.
const toolchainPath = "golang.org/toolchain"

// splitVersionDir reads the escaped path of an extracted directory, like "gopkg.in/yaml.v3@v3.0.1".
func splitVersionDir(rel string, unescape func(string) (string, bool)) (path, version string, ok bool) {
	base, v, found := strings.Cut(rel, "@")
	if !found {
		return "", "", false
	}
	path, ok = unescape(base)
	if !ok {
		return "", "", false
	}
	if strings.Contains(v, TempMark) || IsKept(v) { // behind a pseudo-version that reads like a version, too
		return "", "", false
	}
	version, ok = unescapeVersion(v)
	return path, version, ok
}

// TempMark is in the names that godoctor gives to directories that are on their way: "mod@v1.0.0.tmp-godoctor-...".
const TempMark = ".tmp-godoctor-"

// keepMark is in the names of what godoctor has cleaned away and left in its place for undo, because there was no room for the
// quarantine: "mod@v1.0.0.godoctor-keep-RUN-N", "v1.0.0.zip.godoctor-keep-RUN-N". They are none that go sweeps away when it
// fetches or unpacks the version again (modfetch: downloadZip, unzip): it does so before it knows whether it can.
const keepMark = ".godoctor-keep-"

// KeptName is the name under which a run leaves something in its place, the nth.
func KeptName(name, run string, n int) string { return name + keepMark + run + "-" + strconv.Itoa(n) }

// ParseKept reads such a name.
func ParseKept(kept string) (name, run string, ok bool) {
	name, rest, ok := strings.Cut(kept, keepMark)
	i := strings.LastIndexByte(rest, '-')
	if !ok || name == "" || i < 1 || strings.Trim(rest, "-0123456789") != "" {
		return "", "", false
	}
	return name, rest[:i], true
}

// IsKept reports whether a name is one of those.
func IsKept(name string) bool {
	_, _, ok := ParseKept(name)
	return ok
}

// isOldTemp recognises the directories that go 1.15 and earlier extracted into, "mod@v1.0.0.tmp-123",
// which later versions of go sweep away; godoctor uses the same form so that they would sweep ours.
func isOldTemp(rel string) bool {
	i := strings.LastIndex(rel, ".tmp-")
	return i >= 0 && isVersionDir(rel[:i])
}

// isKeptDir recognises a directory that waits in its place.
func isKeptDir(rel string) bool {
	name, _, ok := ParseKept(rel)
	return ok && isVersionDir(name)
}

func isVersionDir(rel string) bool {
	_, _, ok := splitVersionDir(rel, unescapePath)
	return ok
}

// plainElem accepts, without asking package module, what almost every element of a module path is made of. It
// accepts nothing that module.UnescapePath or CheckImportPath would refuse as an element (FuzzNames); what it
// does not accept may be right all the same.
func plainElem(s string) bool {
	if s == "" || s[0] == '-' || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	short, _, _ := strings.Cut(s, ".")
	switch len(short) { // what Windows keeps for devices
	case 3:
		return short != "con" && short != "prn" && short != "aux" && short != "nul"
	case 4:
		return short[:3] != "com" && short[:3] != "lpt"
	}
	return true
}

// plainPath accepts module paths made of plain elements: of a warm rescan's time a fifth was spent on checking
// names in full.
func plainPath(p string) bool {
	first, rest, more := strings.Cut(p, "/")
	if !strings.Contains(first, ".") || strings.Contains(first, "_") || !plainElem(first) {
		return false
	}
	for more {
		var elem string
		elem, rest, more = strings.Cut(rest, "/")
		if !plainElem(elem) {
			return false
		}
	}
	_, _, ok := module.SplitPathVersion(p)
	return ok
}

// unescapePath is module.UnescapePath. What it accepts, escaping gives back as it was: a capital letter
// and a stray "!" are refused, and nothing else is changed (FuzzNames).
func unescapePath(escaped string) (string, bool) {
	p, err := module.UnescapePath(escaped)
	return p, err == nil
}

// unescapeVersion accepts the canonical versions that the go command makes file names of.
func unescapeVersion(escaped string) (string, bool) {
	if plainElem(escaped) {
		return escaped, semver.IsValid(escaped) && semver.Canonical(escaped) == escaped
	}
	v, err := module.UnescapeVersion(escaped)
	return v, err == nil && module.CanonicalVersion(v) == v && semver.IsValid(v)
}

// isPathElem reports whether an escaped name can be an element of a module path: the directories
// between the top of the cache and the versions. The first element of a module path has a dot.
func isPathElem(parent, name string) bool {
	if parent == "" && !strings.Contains(name, ".") {
		return false
	}
	if plainElem(name) {
		return true
	}
	plain, ok := unescapeElem(name)
	return ok && module.CheckImportPath(plain) == nil
}

// unescapeElem undoes the escaping of one path element: "!a" stands for "A", and a capital letter
// cannot stand for itself.
func unescapeElem(s string) (string, bool) {
	buf := make([]byte, 0, len(s))
	bang := false
	for _, c := range []byte(s) {
		switch {
		case bang && 'a' <= c && c <= 'z':
			buf = append(buf, c-'a'+'A')
			bang = false
		case bang || 'A' <= c && c <= 'Z':
			return "", false
		case c == '!':
			bang = true
		default:
			buf = append(buf, c)
		}
	}
	return string(buf), !bang
}

func join(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "/" + name
}

// part is what a file in an @v directory is.
type part uint8

const (
	partAlien part = iota
	partList       // list, of the module
	partTemp       // *.tmp, left by work that was broken off
	partKept       // what waits in its place
	partZip
	partZiphash
	partMod
	partInfo
	partLock
	partPartial
)

var partSuffixes = []struct {
	suffix string
	part   part
	has    Parts
}{
	{".zip", partZip, HasZip},
	{".ziphash", partZiphash, HasZiphash},
	{".mod", partMod, HasMod},
	{".info", partInfo, HasInfo},
	{".lock", partLock, HasLock},
	{".partial", partPartial, HasPartial},
}

// splitPart reads the name of a file in an @v directory (modfetch.CachePath). The version is escaped
// still, and not checked.
func splitPart(name string) (escaped string, p part, has Parts) {
	if name == "list" {
		return "", partList, 0
	}
	if strings.HasSuffix(name, ".tmp") {
		return "", partTemp, 0
	}
	if was, _, ok := ParseKept(name); ok {
		if _, _, has := splitPart(was); has != 0 {
			return "", partKept, 0
		}
		return "", partAlien, 0
	}
	for _, s := range partSuffixes {
		if base, ok := strings.CutSuffix(name, s.suffix); ok {
			return base, s.part, s.has
		}
	}
	return "", partAlien, 0
}
