package bundle

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"
)

// A kind says what a file of a bundle is.
type kind uint8

const (
	kindInfo kind = iota
	kindMod
	kindZip
	kindList
	kindLatest    // of a module
	kindSupported // of the checksum database, as the next ones
	kindHead
	kindLookup
	kindTile
)

// limit is how many bytes a file of a kind has at most.
func (k kind) limit() int64 {
	return [...]int64{MaxInfo, MaxMod, maxZip, MaxMod, MaxInfo, 0, maxNote, maxNote, maxTile}[k]
}

// A place is what a name of a file says.
type place struct {
	kind    kind
	path    string // of the module
	version string // of kindInfo, kindMod, kindZip and kindLookup
}

// locate takes a name apart. It accepts what [names] would make of a module version, what lies beside that, and the files of
// the checksum database of a name: nothing with an upper-case letter (so that no two names are one on any system), nothing
// absolute, no "..", no name that a system reserves.
func locate(name, sumdb string) (place, error) {
	p, ok := place{}, false
	if rest, isDB := strings.CutPrefix(name, "sumdb/"); isDB {
		p, ok = locateSum(rest, sumdb)
	} else {
		p, ok = locateModule(name)
	}
	if !ok || len(name) > maxName || !fs.ValidPath(name) || strings.ToLower(name) != name {
		return place{}, fmt.Errorf("%q: %w", name, ErrName)
	}
	return p, nil
}

// exts are the files of a module version.
var exts = map[string]kind{".info": kindInfo, ".mod": kindMod, ".zip": kindZip}

func locateModule(name string) (place, bool) {
	if dir, ok := strings.CutSuffix(name, "/@latest"); ok {
		at, err := unescapePath(dir)
		return place{kind: kindLatest, path: at}, err == nil
	}
	dir, base := path.Split(name)
	dir, ok := strings.CutSuffix(dir, "/@v/")
	if !ok {
		return place{}, false
	}
	at, err := unescapePath(dir)
	if err != nil {
		return place{}, false
	}
	if base == "list" {
		return place{kind: kindList, path: at}, true
	}
	ext := path.Ext(base)
	k, ok := exts[ext]
	if !ok {
		return place{}, false
	}
	v, err := unescapeVersion(at, strings.TrimSuffix(base, ext))
	return place{kind: k, path: at, version: v}, err == nil
}

func locateSum(rest, sumdb string) (place, bool) {
	rest, ok := strings.CutPrefix(rest, sumdb+"/")
	if sumdb == "" || !ok {
		return place{}, false
	}
	switch rest {
	case "supported":
		return place{kind: kindSupported}, true
	case "latest":
		return place{kind: kindHead}, true
	}
	if name, ok := strings.CutPrefix(rest, "lookup/"); ok {
		i := strings.LastIndexByte(name, '@')
		if i < 0 {
			return place{}, false
		}
		at, err := unescapePath(name[:i])
		if err != nil {
			return place{}, false
		}
		v, err := unescapeVersion(at, name[i+1:])
		return place{kind: kindLookup, path: at, version: v}, err == nil
	}
	t, err := tlog.ParseTilePath(rest)
	return place{kind: kindTile}, err == nil && t.H == 8 && t.L >= 0 && t.L < 8
}

// unescapePath is module.UnescapePath for names that come from outside: one path has one name.
func unescapePath(escaped string) (string, error) {
	at, err := module.UnescapePath(escaped)
	if err != nil {
		return "", err
	}
	if again, err := module.EscapePath(at); err != nil || again != escaped {
		return "", ErrName
	}
	return at, nil
}

func unescapeVersion(at, escaped string) (string, error) {
	v, err := module.UnescapeVersion(escaped)
	if err != nil {
		return "", err
	}
	if again, err := module.EscapeVersion(v); err != nil || again != escaped {
		return "", ErrName
	}
	return v, checkVersion(module.Version{Path: at, Version: v})
}

// checkVersion says why a module version cannot be in a bundle.
func checkVersion(m module.Version) error {
	if err := module.Check(m.Path, m.Version); err != nil {
		return err
	}
	if m.Version != module.CanonicalVersion(m.Version) {
		return fmt.Errorf("version %q is not canonical", m.Version)
	}
	return nil
}

// stem is the beginning of the names of a version's files, without the dot: "example.com/!m/@v/v1.0.0".
func stem(m module.Version) (string, error) {
	if err := checkVersion(m); err != nil {
		return "", err
	}
	at, err := module.EscapePath(m.Path)
	if err != nil {
		return "", err
	}
	v, err := module.EscapeVersion(m.Version)
	return at + "/@v/" + v, err
}

// lookupOf is the name of the record of a version.
func lookupOf(m module.Version, sumdb string) (string, error) {
	s, err := stem(m)
	if err != nil {
		return "", err
	}
	at, v, _ := strings.Cut(s, "/@v/")
	return "sumdb/" + sumdb + "/lookup/" + at + "@" + v, nil
}
