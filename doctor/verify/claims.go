package verify

import (
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/binary"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

// Lines of go.sum that are kept for one version and hash: enough to name every file where a few are wrong, and a bound
// where thousands of projects say the same.
const linesMax = 50

// claims are what everybody outside the cache says about the versions in it.
type claims struct {
	byName map[module.Version]int32
	list   []versionClaims
}

type versionClaims struct{ zip, mod, programs []Claim }

// newClaims prepares for the versions of a cache.
func newClaims(versions []modcache.Version) *claims {
	c := &claims{byName: make(map[module.Version]int32, len(versions)), list: make([]versionClaims, len(versions))}
	for i := range versions {
		c.byName[module.Version{Path: versions[i].Path, Version: versions[i].Version}] = int32(i)
	}
	return c
}

// gosum adds the lines of a go.sum file. Hashes of other kinds than h1 say nothing (modfetch: checkModSum).
func (c *claims) gosum(file string, lines []project.SumLine) {
	for _, s := range lines {
		i, ok := c.byName[module.Version{Path: s.Path, Version: s.Version}]
		if !ok || !strings.HasPrefix(s.Hash, "h1:") {
			continue
		}
		to := &c.list[i].zip
		if s.GoMod {
			to = &c.list[i].mod
		}
		*to = addClaim(*to, Claim{Hash: s.Hash, From: file, Line: int(s.Line)})
	}
}

// program adds what the linker wrote into an installed program.
func (c *claims) program(b *binary.Binary) {
	add := func(path, version, sum string) {
		if i, ok := c.byName[module.Version{Path: path, Version: version}]; ok && strings.HasPrefix(sum, "h1:") {
			c.list[i].programs = addClaim(c.list[i].programs, Claim{Hash: sum, From: b.Path})
		}
	}
	add(b.Module, b.Version, b.Sum)
	for _, d := range b.Deps {
		if d.Replace != nil {
			d = *d.Replace
		}
		add(d.Path, d.Version, d.Sum)
	}
}

// addClaim keeps at most linesMax claims of one hash.
func addClaim(list []Claim, c Claim) []Claim {
	n := 0
	for _, o := range list {
		if o.Hash == c.Hash {
			n++
		}
	}
	if n >= linesMax {
		return list
	}
	return append(list, c)
}
