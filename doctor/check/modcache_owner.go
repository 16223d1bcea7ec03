package check

import (
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
	"godoctor/scan/owner"
)

var modcacheOwner = &Check{
	ID:       "modcache-owner",
	Title:    "go may not write into parts of the module cache",
	Severity: finding.Error,
	Cost:     Walk,
	Covers:   []string{"C29"},
	Says: []string{
		"open ….lock: permission denied",
		"unzip …: mkdir …: permission denied",
		"writing go.mod cache: mkdir …: permission denied",
	},
	Help: Help{
		Why: "A go command that was run as root with the home directory kept leaves directories that belong to root, and whoever owns " +
			"the cache can add nothing to them: neither another version of those modules nor a module below the same host. " +
			"The extracted directories of modules are read-only by design; that is not what this is about.",
		Look: "find \"$(go env GOMODCACHE)\" ! -user \"$(id -un)\" | head; ls -ld of the directory that the message names.",
		Do: "Give the cache back: sudo chown -R \"$(id -u):$(id -g)\" \"$(go env GOMODCACHE)\". Do not make the read-only directories of " +
			"modules writable: they keep editors from changing what is compiled.",
		See: []string{"https://go.dev/ref/mod#module-cache"},
	},
	Run: func(p *Pass) {
		c := p.Inventory.ModCache
		if c == nil {
			return
		}
		if mount, err := p.System.Mount(c.Root); err == nil && mount.ReadOnly {
			p.ReportAs(finding.Note, finding.Finding{
				Title:  "the module cache lies on a file system that is mounted read-only",
				Detail: "go works with what is in it and can add nothing: a module that is not there, or not unpacked, fails",
				Target: finding.Target{Path: c.Root},
				Fixes:  []finding.Fix{{ID: FixElsewhere, Title: "set GOMODCACHE to another directory to add modules"}}})
			return
		}
		look, ok := owner.New(p.System, c.Root)
		if !ok {
			return
		}
		top := lookModcache(p, look, c)
		f := look.Found()
		if f.Closed == 0 {
			return
		}
		if !top {
			p.Report(p.owned(c.Root, &f, "no module can be added"))
			return
		}
		p.ReportAs(finding.Warning, p.owned(c.Root, &f, "go fails as soon as it needs more of those modules than there is"))
	},
}

// lookModcache looks at what go writes into when it adds a module version: directories above extracted modules, @v
// directories, lock files and lists. top is false where the directories that all modules need are closed.
func lookModcache(p *Pass, look *owner.Look, c *modcache.Cache) (top bool) {
	root, err := filepath.EvalSymlinks(c.Root)
	if err != nil {
		root = c.Root
	}
	cache := filepath.Join(root, "cache")
	download := filepath.Join(cache, "download")
	top = true
	for _, dir := range []string{root, cache, download, filepath.Join(cache, "lock")} {
		top = look.See(dir, owner.Write) && top
	}
	seen := map[string]bool{root: true, cache: true, download: true}
	up := func(dir string) {
		for !seen[dir] && len(dir) > len(root) {
			seen[dir] = true
			look.See(dir, owner.Write)
			dir = filepath.Dir(dir)
		}
	}
	in := func(path string) string { return root + strings.TrimPrefix(path, c.Root) } // links in the root resolved
	for i := range c.Versions {
		v := &c.Versions[i]
		if p.Err() != nil {
			break
		}
		if v.Parts.Has(modcache.HasDir) {
			up(in(filepath.Dir(v.Dir)))
		}
		if v.Parts&^modcache.HasDir == 0 {
			continue
		}
		zip := in(v.Zip)
		at := filepath.Dir(zip)
		if !seen[at] {
			look.See(filepath.Join(at, "list"), owner.Write)
		}
		up(at)
		if v.Parts.Has(modcache.HasLock) {
			look.See(strings.TrimSuffix(zip, ".zip")+".lock", owner.Write)
		}
	}
	for _, dir := range []string{filepath.Join(cache, "vcs"), filepath.Join(download, "sumdb")} {
		look.See(dir, owner.Write)
		list, _ := os.ReadDir(dir)
		for _, e := range list {
			if e.IsDir() {
				look.See(filepath.Join(dir, e.Name()), owner.Write)
			}
		}
	}
	return top
}
