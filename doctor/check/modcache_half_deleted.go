package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
	"godoctor/scan/owner"
)

var modcacheHalfDeleted = &Check{
	ID:       "modcache-half-deleted",
	Title:    "the module cache is half deleted",
	Severity: finding.Warning,
	Cost:     Walk,
	Covers:   []string{"C30"},
	Says:     []string{"unlinkat …: permission denied"},
	Help: Help{
		Why: "go clean -modcache removes what it may, and stops at what belongs to somebody else; a cleaner, or rm -rf of pkg/mod/cache " +
			"alone, takes the downloads and leaves the sources. Go does not use sources without their .ziphash file: it downloads " +
			"and unpacks those modules again, and without a network builds fail though the sources are there.",
		Look: "The sizes of $(go env GOMODCACHE)/cache/download and of the rest; find \"$(go env GOMODCACHE)\" ! -user \"$(id -un)\" | head.",
		Do: "Give the cache back to its user first, if anything in it belongs to another. Then finish the removal (go clean -modcache), " +
			"or let each project download what it needs (go mod download).",
		See: []string{"https://go.dev/ref/mod#go-clean-modcache"},
	},
	Run: func(p *Pass) {
		c := p.Inventory.ModCache
		if c == nil || !c.Done {
			return
		}
		h := countHalves(c)
		foreign := false
		if h.sources+h.downloads > h.whole {
			if look, ok := owner.New(p.System, c.Root); ok {
				lookModcache(p, look, c)
				foreign = look.Found().Foreign > 0
			}
		}
		switch {
		case foreign: // a removal that stopped
		case h.sources >= 3 && h.sources*10 >= h.whole: // a removal of the downloads; one or two are findings of their own
		default:
			return
		}
		f := finding.Finding{Target: finding.Target{Path: c.Root}}
		f.Detail = fmt.Sprintf("of %d module versions the sources are there without their downloads: go does not use them and downloads them again; "+
			"of %d the zip is there and not unpacked; %d are whole", h.sources, h.downloads, h.whole)
		if foreign {
			f.Detail += ". Parts belong to another user: a removal had to stop at them"
			f.Fixes = append(f.Fixes, p.takeOver(c.Root))
		}
		f.Fixes = append(f.Fixes,
			finding.Fix{ID: "download", Title: "download what the project here needs", Argv: []string{"go", "mod", "download"}, NeedsNetwork: true},
			finding.Fix{ID: "clean-modcache", Title: "or remove the whole module cache, and let go download what it needs", Argv: []string{"go", "clean", "-modcache"}})
		p.Report(f)
	},
}

// halves are how many module versions are whole, and how many lack one half.
type halves struct{ whole, sources, downloads int }

func countHalves(c *modcache.Cache) (h halves) {
	for i := range c.Versions {
		v := &c.Versions[i]
		dir, hash, zip := v.Parts.Has(modcache.HasDir), v.Parts.Has(modcache.HasZiphash), v.Parts.Has(modcache.HasZip)
		switch {
		case v.Path == "golang.org/fips140": // which has no .ziphash: go unpacks it from GOROOT
		case dir && hash:
			h.whole++
		case dir && !zip:
			h.sources++
		case zip && !dir:
			h.downloads++
		}
	}
	return h
}
