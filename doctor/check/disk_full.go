package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
)

const (
	fullBytes    = 64 << 20 // not even one program can be linked
	littleBytes  = 1 << 30  // a build of something large, or a toolchain, takes as much
	leastBytes   = 128 << 20
	fullInodes   = 100
	littleInodes = 10000 // a module, or a build cache of the standard library, has thousands of files
)

var diskFull = &Check{
	ID:       "disk-full",
	Title:    "the disk is full",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C32"},
	Says: []string{
		"…: no space left on device",
		"…: disk quota exceeded",
		"There is not enough space on the disk",
		"package … is not in std",
	},
	Help: Help{
		Why: "A build writes into the build cache, the module cache and the directory for temporary files. Where one of these file systems " +
			"has no bytes or no inodes left, go says so, or something that leads astray: when the build cache is full, \"package bytes " +
			"is not in std\", because what it had found out about the standard library could not be kept.",
		Look: "df -h and df -i of $(go env GOCACHE), $(go env GOMODCACHE) and $TMPDIR.",
		Do: "godoctor clean removes module versions that nobody needs, godoctor clean --build what the build cache has not used for a day, " +
			"godoctor clean --leftovers what broken-off downloads left. On a small /tmp set GOTMPDIR to another file system.",
		See: []string{"golang/go#60076"},
	},
	Run: func(p *Pass) {
		for _, v := range p.volumes() {
			if s, ok := judgeVolume(&v); ok {
				f := finding.Finding{Title: v.title(s), Detail: v.detail(), Target: finding.Target{Path: v.dir}, Fixes: p.makeRoom(&v)}
				p.ReportAs(s, f)
			}
		}
	},
}

// A volume is a file system that go writes to.
type volume struct {
	names       []string // of the settings whose directories lie on it
	dir         string   // of the first of them
	device      uint64
	total, free int64
	inodes      int64
}

// volumes are the file systems of both caches and of temporary files, each once, but for what is read-only.
func (p *Pass) volumes() (list []volume) {
	temp := p.goTemp()
	if temp.key == "" {
		temp.key = "temporary files"
	}
	mod, _ := p.Env.ModCache()
	build, _ := p.Env.BuildCache()
	for _, place := range [][2]string{{"GOCACHE", build}, {"GOMODCACHE", mod}, {temp.key, temp.dir}} {
		if place[1] == "" {
			continue
		}
		s, err := p.System.Space(place[1])
		if err != nil || s.Total <= 0 {
			continue // not known, or one that has no size, like those of some containers
		}
		if mount, err := p.System.Mount(place[1]); err == nil && mount.ReadOnly {
			continue
		}
		known := false
		for i := range list {
			if v := &list[i]; s.Device != 0 && v.device == s.Device {
				v.names, known = append(v.names, place[0]), true
			}
		}
		if !known {
			list = append(list, volume{[]string{place[0]}, place[1], s.Device, s.Total, s.Free, s.Inodes})
		}
	}
	return list
}

// judgeVolume says how bad it is; ok is false where there is room.
func judgeVolume(v *volume) (s finding.Severity, ok bool) {
	little := min(littleBytes, max(v.total/10, leastBytes))
	switch {
	case v.free < fullBytes, v.inodes >= 0 && v.inodes < fullInodes:
		return finding.Error, true
	case v.free < int64(little), v.inodes >= 0 && v.inodes < littleInodes:
		return finding.Warning, true
	}
	return 0, false
}

func (v *volume) title(s finding.Severity) string {
	if s == finding.Error {
		return "the disk is full"
	}
	return "the disk is nearly full"
}

func (v *volume) detail() string {
	d := fmt.Sprintf("the file system of %s (%s) has %s free of %s", strings.Join(v.names, ", "), v.dir, room(v.free), room(v.total))
	if v.inodes >= 0 && v.inodes < littleInodes {
		d += fmt.Sprintf(", and room for %d more files", v.inodes)
	}
	return d
}

// makeRoom are the ways to free some of a volume.
func (p *Pass) makeRoom(v *volume) (fixes []finding.Fix) {
	for _, name := range v.names {
		switch name {
		case "GOCACHE":
			if n := p.unusedBuilds(); n > 0 {
				fixes = append(fixes, finding.Fix{ID: FixFreeSpace, Title: "remove what the build cache has not used for a day",
					Argv: []string{"godoctor", "clean", "--build"}, Bytes: n})
			}
		case "GOMODCACHE":
			if n := p.unneededModules(); n > 0 {
				fixes = append(fixes, finding.Fix{ID: FixFreeSpace, Title: "remove module versions that no project needs",
					Argv: []string{"godoctor", "clean"}, Bytes: n})
			}
			if n := p.leftovers(); n > 0 {
				fixes = append(fixes, finding.Fix{ID: FixFreeSpace, Title: "remove what broken-off downloads left",
					Argv: []string{"godoctor", "clean", "--leftovers"}, Bytes: n})
			}
		default:
			if dir := p.goodTemp(); dir != "" && len(v.names) == 1 && p.elsewhere(v, dir) {
				fixes = append(fixes, finding.Fix{ID: FixSetting, Title: "let go use " + dir + " for temporary files",
					Argv: setting("GOTMPDIR", dir), Undo: "go env -u GOTMPDIR"})
			}
		}
	}
	return append(fixes, finding.Fix{ID: FixElsewhere, Title: "make room on it, or move " + strings.Join(v.names, ", ") + " to another file system"})
}

// elsewhere reports whether a directory lies on another file system, which has room.
func (p *Pass) elsewhere(v *volume, dir string) bool {
	s, err := p.System.Space(dir)
	return err == nil && s.Device != v.device && s.Free >= littleBytes
}

func (m *Machine) unusedBuilds() (n int64) {
	c := m.Inventory.BuildCache
	if c == nil || !c.Looks {
		return 0
	}
	for _, g := range c.Groups {
		if g.Age == gocache.AgeFiveDays || g.Age == gocache.AgeOld || g.Age == gocache.AgeVeryOld {
			n += max(g.Size.Disk, 0)
		}
	}
	return n
}

func (m *Machine) unneededModules() (n int64) {
	c := m.Inventory.ModCache
	if c == nil || len(m.Usage.Versions) != len(c.Versions) {
		return 0
	}
	for i := range c.Versions {
		if v := &c.Versions[i]; m.Usage.Versions[i].State == usage.Orphan && m.Usage.Versions[i].Tier != usage.Keep {
			n += v.Sources.Disk + v.ZipSize.Disk
		}
	}
	return n
}

func (m *Machine) leftovers() int64 {
	if c := m.Inventory.ModCache; c != nil {
		return c.Stores[modcache.Leftovers].Size.Disk
	}
	return 0
}

// room is a size in words.
func room(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d GiB", n>>30)
}
