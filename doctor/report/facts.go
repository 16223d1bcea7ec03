package report

import (
	"fmt"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/toolchain"
)

// A Fact is something about this machine that its user may not know. Where Bytes is not zero the text goes on
// from it: "1.2 GiB" and "lie in 2 caches that ...".
type Fact struct {
	Bytes int64  `json:"bytes"`
	Text  string `json:"text"` // raw: module paths and versions are in it
}

// Facts are at most three things about this machine that its user may not know, the ones with most bytes or
// most consequence first. Each is computed from the inventory; where nothing is worth saying there are fewer.
func Facts(inv *scan.Inventory, r *usage.Result) []Fact {
	out := []Fact{}
	add := func(f Fact) {
		if f.Text != "" && len(out) < 3 {
			out = append(out, f)
		}
	}
	downloaded := unselected(inv, r)
	if downloaded.Text == "" {
		downloaded = downloadedToolchains(inv)
	}
	add(deadBuilds(inv))
	add(abandoned(inv))
	add(downloaded)
	for _, find := range []func(*scan.Inventory) Fact{unsupported, manyVersions, shadowed, untrimmed} {
		add(find(inv))
	}
	return out
}

// worth is the size from which on a fact about bytes is worth a line.
const worth = 1 << 20

// unselected are the downloaded toolchains that no project and no setting selects.
func unselected(inv *scan.Inventory, r *usage.Result) Fact {
	if r == nil || inv.ModCache == nil {
		return Fact{}
	}
	var n int64
	count := 0
	for i := range inv.ModCache.Versions {
		v := &inv.ModCache.Versions[i]
		if u := r.Of(v.Path, v.Version); v.Toolchain && u != nil && u.State == usage.Orphan && v.Disk() > 0 {
			n += v.Disk()
			count++
		}
	}
	if n < worth {
		return Fact{}
	}
	return Fact{n, fmt.Sprintf("are %s that no project here selects", many(count, "downloaded toolchain", "downloaded toolchains"))}
}

// deadBuilds: what Go versions left in the build cache that are not installed any more.
func deadBuilds(inv *scan.Inventory) Fact {
	if inv.BuildCache == nil || !inv.BuildCache.Headers || inv.Toolchains == nil {
		return Fact{}
	}
	installed := map[string]bool{}
	for i := range inv.Toolchains.Toolchains {
		installed[inv.Toolchains.Toolchains[i].Version] = true
	}
	var n int64
	versions := map[string]bool{}
	for _, g := range inv.BuildCache.Groups {
		if g.GoVersion != "" && !installed[g.GoVersion] {
			n += g.Size.Disk
			versions[g.GoVersion] = true
		}
	}
	if n < worth {
		return Fact{}
	}
	return Fact{n, fmt.Sprintf("of the build cache were made by %s not installed any more", many(len(versions), "Go version that is", "Go versions that are"))}
}

// abandoned: caches that no setting points to.
func abandoned(inv *scan.Inventory) Fact {
	var n int64
	count := 0
	for _, r := range inv.Related {
		if r.Store == "abandoned" && r.Size.Disk > 0 {
			n += r.Size.Disk
			count++
		}
	}
	if n < worth {
		return Fact{}
	}
	return Fact{n, fmt.Sprintf("lie in %s that no setting points to any more", many(count, "cache", "caches"))}
}

// downloadedToolchains: what the go command fetched on its own, which it never removes.
func downloadedToolchains(inv *scan.Inventory) Fact {
	if inv.ModCache == nil {
		return Fact{}
	}
	var n int64
	count := 0
	for i := range inv.ModCache.Versions {
		if v := &inv.ModCache.Versions[i]; v.Toolchain && v.Disk() > 0 {
			n += v.Disk()
			count++
		}
	}
	if n < worth {
		return Fact{}
	}
	return Fact{n, fmt.Sprintf("are %s that go downloaded by itself; it lists none of them and never removes one", many(count, "toolchain", "toolchains"))}
}

// unsupported: installed releases that get no security fixes.
func unsupported(inv *scan.Inventory) Fact {
	if inv.Toolchains == nil {
		return Fact{}
	}
	old, active := 0, ""
	for i := range inv.Toolchains.Toolchains {
		t := &inv.Toolchains.Toolchains[i]
		if t.Support == toolchain.Unsupported {
			old++
			if t.Active {
				active = t.Version
			}
		}
	}
	switch {
	case active != "":
		return Fact{0, fmt.Sprintf("the go that runs here, %s, gets no security fixes any more", active)}
	case old > 0:
		return Fact{0, fmt.Sprintf("%d of %d installed toolchains get no security fixes any more", old, len(inv.Toolchains.Toolchains))}
	}
	return Fact{}
}

// manyVersions: the module with the most versions.
func manyVersions(inv *scan.Inventory) Fact {
	if inv.ModCache == nil {
		return Fact{}
	}
	var best string
	var most, run int
	var disk, bestDisk int64
	for i := range inv.ModCache.Versions {
		v := &inv.ModCache.Versions[i]
		if v.Toolchain {
			continue
		}
		if i == 0 || v.Path != inv.ModCache.Versions[i-1].Path {
			run, disk = 0, 0
		}
		run++
		if disk += v.Disk(); run > most {
			most, best, bestDisk = run, v.Path, disk
		}
	}
	if most < 5 || bestDisk < worth {
		return Fact{}
	}
	return Fact{bestDisk, fmt.Sprintf("are %d versions of %s", most, best)}
}

// shadowed: installed programs that do not run when their name is typed.
func shadowed(inv *scan.Inventory) Fact {
	if inv.Binaries == nil {
		return Fact{}
	}
	n := 0
	for i := range inv.Binaries.Binaries {
		if inv.Binaries.Binaries[i].Shadowed != "" {
			n++
		}
	}
	if n == 0 {
		return Fact{}
	}
	return Fact{0, many(n, "installed program does not run when you type its name", "installed programs do not run when you type their names") + ": another one comes first in PATH"}
}

// untrimmed: a build cache that go has not trimmed for long.
func untrimmed(inv *scan.Inventory) Fact {
	c := inv.BuildCache
	if c == nil || !c.LastTrimmedKnown || inv.Finished.Sub(c.TrimTime) < 10*24*time.Hour {
		return Fact{}
	}
	var n int64
	for _, g := range c.Groups {
		if g.Age == gocache.AgeVeryOld {
			n += g.Size.Disk
		}
	}
	if n < worth {
		return Fact{}
	}
	return Fact{n, "of the build cache were not used for 30 days: go trims only while it builds"}
}

// many counts things in words.
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
