package toolchain

import (
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

var sourceModcache = Source{
	Name: "modcache",
	Doc:  "toolchains that the go command downloaded to switch to: $GOMODCACHE/golang.org/toolchain@v0.0.1-goX.GOOS-GOARCH",
	Find: findModcache,
}

// modcachePrefix is how the go command names the directories (toolchain.Exec); a version escapes nothing but
// capital letters, which it has none of.
const modcachePrefix = "toolchain@v0.0.1-"

func findModcache(m *Machine) []Candidate {
	if m.in.ModCache == "" {
		return nil
	}
	var list []Candidate
	for _, root := range m.Below(filepath.Join(m.in.ModCache, "golang.org"), hasPrefix(modcachePrefix)) {
		version, platform, ok := splitModuleVersion(strings.TrimPrefix(filepath.Base(root), modcachePrefix))
		if !ok {
			continue // a leftover: a directory that was being extracted or removed
		}
		c := Candidate{Root: root, Owner: ownerGo, Removable: true, Promise: version, Platform: platform}
		partial := filepath.Join(m.in.ModCache, "cache", "download", "golang.org", "toolchain", "@v",
			"v0.0.1-"+version+"."+platform+".partial")
		if exists(partial) {
			c.Problems = append(c.Problems, "incomplete: unpacking it was broken off")
		}
		list = append(list, c)
	}
	return list
}

// splitModuleVersion reads "go1.26.8.linux-amd64".
func splitModuleVersion(s string) (version, platform string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 || module.Check("golang.org/toolchain", "v0.0.1-"+s) != nil {
		return "", "", false
	}
	version, platform = s[:i], s[i+1:]
	_, _, ok = splitPlatform(platform, "-")
	return version, platform, ok && parse(version).kind != invalid
}
