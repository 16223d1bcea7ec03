package project

import (
	"cmp"
	"go/version"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// bom is the byte order mark that some editors put before a text.
const bom = "\ufeff"

// names gives every pair of a module path and a version in a text, as far as it can be told from what stands
// around: where a file cannot be parsed it is better to name too much. The text may be anything: merge
// markers, half a file, UTF-16, NUL bytes.
func (t *table) names(text string) []module.Version {
	list := t.pairs(nil, strings.FieldsFunc(text, apart))
	if strings.IndexByte(text, 0) >= 0 {
		// UTF-16, as a shell of Windows writes it, has every second byte NUL.
		list = t.pairs(list, strings.FieldsFunc(strings.ReplaceAll(text, "\x00", ""), apart))
	}
	return list
}

// apart reports whether a rune separates words.
func apart(r rune) bool {
	switch r {
	case '"', '`', '\'', '(', ')', '[', ']', ',', ';', '\ufeff', unicode.ReplacementChar:
		return true
	}
	return unicode.IsSpace(r) || unicode.IsControl(r)
}

func (t *table) pairs(list []module.Version, words []string) []module.Version {
	for i := 1; i < len(words); i++ {
		v := strings.TrimSuffix(words[i], "/go.mod")
		if len(v) < 2 || v[0] != 'v' || !semver.IsValid(v) || !pathLike(words[i-1]) {
			continue
		}
		m := module.Version{Path: words[i-1], Version: module.CanonicalVersion(v)}
		if m.Version != v {
			m.Version = "" // v1.2 stands for any v1.2.x, and go chooses
		}
		list = append(list, t.version(m))
	}
	return list
}

// pathLike reports whether a word could be a module path. It is less strict than module.CheckPath, because a
// main module may replace a path that is not.
func pathLike(s string) bool {
	return s != "" && !strings.HasPrefix(s, ".") && !strings.HasPrefix(s, "//") && s != "=>" && module.CheckImportPath(s) == nil
}

// canonical is a list without doubles, sorted.
func canonical(list []module.Version) []module.Version {
	slices.SortFunc(list, compareVersions)
	return slices.Clip(slices.Compact(list))
}

func compareVersions(a, b module.Version) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), semver.Compare(a.Version, b.Version), cmp.Compare(a.Version, b.Version))
}

// scanned is what a text says line by line, where it could not be parsed.
type scanned struct {
	module, goLine, toolchain string
	dirs                      []string // words that look like directories, as written
}

// scanLines finds module, go and toolchain lines, and directories. Of several the highest counts: both sides
// of a merge may be what is meant.
func scanLines(text string) scanned {
	var s scanned
	text = strings.ReplaceAll(text, "\x00", "")
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.FieldsFunc(line, apart)
		for _, w := range words {
			if w == "." || w == ".." || strings.HasPrefix(w, "./") || strings.HasPrefix(w, "../") || filepath.IsAbs(w) {
				s.dirs = append(s.dirs, w)
			}
		}
		if len(words) != 2 {
			continue
		}
		switch verb, w := words[0], words[1]; {
		case verb == "module" && s.module == "":
			s.module = w
		case verb == "go" && version.IsValid("go"+w) && version.Compare("go"+w, "go"+s.goLine) > 0:
			s.goLine = w
		case verb == "toolchain" && (s.toolchain == "" || version.Compare(w, s.toolchain) > 0):
			s.toolchain = w
		}
	}
	return s
}
