package tui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/report"
	"godoctor/scan/gocache"
)

// What the map shows, made ready beside the screen.

// A partKind is what a store is made of, as far as the map goes into it.
type partKind uint8

const (
	noParts    partKind = iota
	modParts            // modules: indexes into data.mods
	verParts            // downloaded toolchains: indexes into data.vers
	goParts             // every other Go: indexes into inv.Toolchains.Toolchains
	buildParts          // what a Go version made: indexes into inside.builds
	rootParts           // caches of other tools, and abandoned ones: indexes into inv.Related
)

// theRest is the id of the part of a store that is in no other.
const theRest = -1

// A part is a piece of a store.
type part struct {
	size, unneeded int64 // allocated bytes
	id             int32
}

// inside is what a store is made of, the largest part first.
type inside struct {
	kind   partKind
	parts  []part
	builds []report.BuiltBy
}

// insides goes into every store that is made of more than one thing.
func (d *data) insides() []inside {
	out := make([]inside, len(d.stores))
	for i := range d.stores {
		in := &out[i]
		switch d.stores[i].Name {
		case "sources":
			*in = inside{kind: modParts, parts: d.sourceParts()}
		case "toolchains":
			*in = inside{kind: verParts, parts: d.toolchainParts()}
		case "sdks":
			*in = inside{kind: goParts, parts: d.goParts()}
		case "build":
			*in = d.buildParts()
		case "related", "abandoned":
			*in = inside{kind: rootParts, parts: d.rootParts(d.stores[i].Name)}
		}
		in.complete(d.stores[i].Size.Disk)
	}
	return out
}

// complete adds what the parts leave of a store, and sorts them. Of one part alone there is nothing to see.
func (in *inside) complete(size int64) {
	for i := range in.parts {
		size -= in.parts[i].size
	}
	if len(in.parts) < 2 {
		*in = inside{}
		return
	}
	if size > 0 {
		in.parts = append(in.parts, part{size: size, id: theRest})
	}
	slices.SortStableFunc(in.parts, func(a, b part) int { return cmp.Compare(b.size, a.size) })
}

// sourceParts are the modules, by their extracted directories.
func (d *data) sourceParts() []part {
	out := make([]part, 0, len(d.mods))
	for i := range d.mods {
		p := part{id: int32(i)}
		for k := d.mods[i].first; k < d.mods[i].last; k++ {
			row := &d.vers[k]
			if row.v.Toolchain {
				continue
			}
			p.size += row.v.Sources.Disk
			if row.use != nil && row.use.Removable(row.v) > 0 {
				p.unneeded += row.v.Sources.Disk
			}
		}
		if p.size > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (d *data) toolchainParts() []part {
	var out []part
	for i := range d.vers {
		row := &d.vers[i]
		if !row.v.Toolchain || row.v.Disk() <= 0 {
			continue
		}
		p := part{size: row.v.Disk(), id: int32(i)}
		if row.use != nil {
			p.unneeded = row.use.Removable(row.v)
		}
		out = append(out, p)
	}
	return out
}

// goParts are the installations of Go outside the module cache.
func (d *data) goParts() []part {
	if d.inv.Toolchains == nil {
		return nil
	}
	inCache := ""
	if c := d.inv.ModCache; c != nil {
		inCache = c.Root + string(filepath.Separator)
	}
	var out []part
	for i := range d.inv.Toolchains.Toolchains {
		t := &d.inv.Toolchains.Toolchains[i]
		if t.Size.Disk > 0 && (inCache == "" || !strings.HasPrefix(t.Root, inCache)) {
			out = append(out, part{size: t.Size.Disk, id: int32(i)})
		}
	}
	return out
}

// rootParts are the directories that a store outside the caches is made of.
func (d *data) rootParts(store string) []part {
	var out []part
	for i := range d.inv.Related {
		if r := &d.inv.Related[i]; r.Store == store && r.Size.Disk > 0 {
			out = append(out, part{size: r.Size.Disk, id: int32(i)})
		}
	}
	return out
}

// buildParts are what each Go version left in the store of compiled packages.
func (d *data) buildParts() inside {
	c := d.inv.BuildCache
	if c == nil || !c.Headers {
		return inside{}
	}
	in := inside{kind: buildParts}
	in.builds = report.ByVersion(slices.DeleteFunc(slices.Clone(c.Groups), func(g gocache.Group) bool {
		return slices.Contains([]string{gocache.KindTestResult, gocache.KindTestLog, gocache.KindProfile, gocache.KindFuzz}, g.Kind)
	}))
	for i := range in.builds {
		if n := in.builds[i].Size.Disk; n > 0 {
			in.parts = append(in.parts, part{size: n, id: int32(i)})
		}
	}
	return in
}

// partName is what a part of a store is called.
func (d *data) partName(store int, p part, e *env) string {
	in := &d.inside[store]
	if p.id == theRest {
		return "the rest"
	}
	switch in.kind {
	case modParts:
		return d.mods[p.id].path
	case verParts:
		return goOf(d.vers[p.id].version)
	case goParts:
		t := &d.inv.Toolchains.Toolchains[p.id]
		return e.clean(cmp.Or(t.Version, filepath.Base(t.Root)))
	case rootParts:
		return e.path(d.inv.Related[p.id].Path)
	}
	b := &in.builds[p.id]
	if b.GoVersion == "" {
		return "entries that do not say"
	}
	return e.clean(b.GoVersion + " " + b.Platform())
}

// goOf is the release that a version of golang.org/toolchain is, such as v0.0.1-go1.26.8.linux-amd64.
func goOf(version string) string {
	s, ok := strings.CutPrefix(version, "v0.0.1-")
	i := strings.LastIndexByte(s, '.')
	if !ok || i < 0 {
		return version
	}
	return s[:i] + " " + strings.Replace(s[i+1:], "-", "/", 1)
}

// partKey tells a part from all others for as long as it lives.
func (d *data) partKey(store int, p part) string {
	in, key := &d.inside[store], ""
	switch {
	case p.id == theRest:
	case in.kind == modParts:
		key = d.mods[p.id].key
	case in.kind == verParts:
		key = d.vers[p.id].key
	case in.kind == goParts:
		key = d.inv.Toolchains.Toolchains[p.id].Root
	case in.kind == rootParts:
		key = d.inv.Related[p.id].Path
	default:
		key = buildKey(&in.builds[p.id])
	}
	return d.stores[store].Name + "\x00" + key
}

// buildKey is the key of a row of what made the build cache.
func buildKey(b *report.BuiltBy) string { return b.GoVersion + " " + b.Platform() }
