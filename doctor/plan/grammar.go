package plan

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/module"

	"godoctor/scan/related"
)

// The names that an item may have. Whatever a plan file says, nothing else is followed: a module version has to have
// names in a module cache that lead back to it ([Places]), and everything else is one of the few forms that the go
// command and this program give to what they make.

// nameMax bounds the parts of names: file systems allow 255 bytes.
const nameMax = 255

var errName = errors.New("no such thing has that name")

// check says what is wrong with the names of an item.
func (it *Item) check() error {
	if it.Part.OfVersion() {
		_, err := it.below()
		return err
	}
	if it.Module != "" || it.Version != "" {
		return fmt.Errorf("part %q of module version %q: %w", it.Part, it.Module+"@"+it.Version, errName)
	}
	if hasRoot(it.Part) != (it.Root != "") || (it.Part == Entry || it.Part == Test) != (it.Names != nil) {
		return fmt.Errorf("part %q of that kind: %w", it.Part, errName)
	}
	if it.Root != "" && (!filepath.IsAbs(it.Root) || filepath.Clean(it.Root) != it.Root || strings.ContainsRune(it.Root, 0) ||
		filepath.Dir(it.Root) == it.Root) {
		return fmt.Errorf("place %q: %w", it.Root, errName)
	}
	if !it.named() {
		return fmt.Errorf("%s %q: %w", it.Part, it.Name, errName)
	}
	return nil
}

// below are the names of a module version, where the item has no others.
func (it *Item) below() (Below, error) {
	switch {
	case it.Name != "" || it.Names != nil || it.Root != "":
		return Below{}, fmt.Errorf("a module version has no other name: %w", errName)
	case it.Module == fipsPath || it.Module == toolchainPath && (it.Part == Sources || it.Part == Zip):
		return Below{}, fmt.Errorf("%s@%s goes as a whole or not at all: %w", it.Module, it.Version, errName)
	}
	return Places(module.Version{Path: it.Module, Version: it.Version})
}

const toolchainPath = "golang.org/toolchain"

// hasRoot reports whether items of a part lie in neither of the two caches.
func hasRoot(p Part) bool { return p == SDK || p == Archive || p == Related || p == Abandoned }

// named reports whether the names of what is no module version are of the form that its part has.
func (it *Item) named() bool {
	switch base := filepath.Base(it.Root); it.Part {
	case SDK:
		return sdkName.MatchString(it.Name) && base == it.Name && filepath.Base(filepath.Dir(it.Root)) == "sdk"
	case VCS:
		return isHash(it.Name)
	case Leftover:
		return isLeftover(it.Name)
	case Entry, Test:
		return hexName.MatchString(it.Name) && isEntries(it.Name, it.Names)
	case Fuzz:
		return isFuzz(it.Name)
	case Archive:
		return archiveName.MatchString(it.Name) && base == it.Name
	case Related:
		return removable(it.Name)
	case Abandoned:
		return it.Name == it.Root
	}
	return false
}

var (
	sdkName     = regexp.MustCompile(`^go1(\.[0-9]{1,4}){0,2}((rc|beta)[0-9]{1,3})?$`)
	hexName     = regexp.MustCompile(`^[0-9a-f]{2}$`)
	archiveName = regexp.MustCompile(`^[a-z0-9]{2,16}_[a-z0-9]{2,16}(_[a-z0-9]{1,16})*$`)
	fuzzName    = regexp.MustCompile(`^Fuzz([A-Z0-9_][A-Za-z0-9_]*)?$`)
	tempName    = regexp.MustCompile(`^(.+)\.(zip|ziphash|mod|info)([0-9]+|\.godoctor-[0-9-]{1,40})\.tmp$`)
	listTemp    = regexp.MustCompile(`^list[0-9]+\.tmp$`)
	tempEnd     = regexp.MustCompile(`^([0-9]+|godoctor-[0-9-]{1,40})$`)
)

// isHash recognises a SHA-256 in hexadecimal, as go writes it.
func isHash(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 64 && strings.ToLower(s) == s
}

// isEntries recognises a sorted list of build-cache entries of one directory.
func isEntries(dir string, names []string) bool {
	for i, name := range names {
		base, ok := strings.CutSuffix(name, "-a")
		if !ok {
			base, ok = strings.CutSuffix(name, "-d")
		}
		if !ok || !isHash(base) || base[:2] != dir || i > 0 && names[i-1] >= name {
			return false
		}
	}
	return len(names) > 0
}

// isFuzz recognises the place of the inputs of a fuzz function below fuzz: its package, and its name.
func isFuzz(name string) bool {
	i := strings.LastIndexByte(name, '/')
	return i > 0 && len(name) < 4096 && fuzzName.MatchString(name[i+1:]) && module.CheckImportPath(name[:i]) == nil && local(name)
}

// isLeftover recognises what broken-off work leaves in a module cache: directories that were being unpacked by go 1.15
// and older or removed by godoctor, temporary files beside the parts of a version, and .partial, which says that a
// directory is not whole (modfetch: unzip, downloadZip, writeDiskCache).
func isLeftover(rel string) bool {
	if !local(rel) {
		return false
	}
	if below, ok := strings.CutPrefix(rel, "cache/download/"); ok {
		path, name, ok := strings.Cut(below, "/@v/")
		if _, err := module.UnescapePath(path); !ok || err != nil {
			return false
		}
		if version, ok := strings.CutSuffix(name, ".partial"); ok {
			return isVersion(version)
		}
		if listTemp.MatchString(name) {
			return true
		}
		m := tempName.FindStringSubmatch(name)
		return m != nil && isVersion(m[1])
	}
	i := strings.LastIndex(rel, ".tmp-")
	if i < 0 || !tempEnd.MatchString(rel[i+len(".tmp-"):]) {
		return false
	}
	path, version, ok := strings.Cut(rel[:i], "@")
	_, err := module.UnescapePath(path)
	return ok && err == nil && isVersion(version)
}

// isVersion recognises a version as it is in file names.
func isVersion(escaped string) bool {
	v, err := module.UnescapeVersion(escaped)
	return err == nil && v != "" && module.CanonicalVersion(v) == v
}

// local reports whether a name with slashes stays below where it begins, on every system.
func local(name string) bool {
	return filepath.IsLocal(filepath.FromSlash(name)) && utf8.ValidString(name) && !strings.ContainsAny(name, "\\\x00:") &&
		!slices.ContainsFunc(strings.Split(name, "/"), func(elem string) bool {
			return elem == "" || elem == "." || elem == ".." || len(elem) > nameMax
		})
}

// removable reports whether what a place holds is a cache, which its tool makes anew. Counters of telemetry hold what a
// person chose, and the state of the checksum database is what protects from a fork of it.
func removable(place string) bool {
	if place == "telemetry" || place == "sumdb" {
		return false
	}
	return slices.ContainsFunc(related.Places(), func(p related.Place) bool {
		return p.Name == place && p.Store == related.StoreRelated
	})
}
