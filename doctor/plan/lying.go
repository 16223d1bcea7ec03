package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
	"godoctor/scan/process"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

const (
	ruleVCS       = "vcs"
	ruleLeftovers = "leftovers"
)

// clones takes the repositories in cache/vcs. Their sizes are not among the facts, so they are measured.
func (m *maker) clones() {
	c := m.in.Inventory.ModCache
	if !m.in.Policies.VCS || c == nil || m.names != nil {
		return
	}
	if m.in.Elsewhere {
		if s := c.Stores[modcache.VCS]; s.Items > 0 {
			m.kept.many(keptThere, c.Root, int(s.Items), s.Size.Disk)
		}
		return
	}
	dir := filepath.Join(c.Root, "cache", "vcs")
	names, err := os.ReadDir(dir)
	if err != nil {
		return // there are none, or the scan has told that it cannot be read
	}
	var items []Item
	for _, e := range names {
		if !e.IsDir() || !isHash(e.Name()) {
			continue
		}
		items = append(items, Item{Part: VCS, Name: e.Name(), Path: filepath.Join(dir, e.Name()), Rule: ruleVCS,
			Why: "go clones the repository again when it has to fetch from it"})
	}
	measure(m.ctx, items)
	for _, it := range items {
		it.Tier, it.Changed = m.clone(it.Path)
		if reason := m.cloneKept(&it); reason != "" {
			m.kept.keep(reason, it.Label(), it.Disk)
			continue
		}
		m.take(it)
	}
}

// measure walks the directories of items.
func measure(ctx context.Context, items []Item) {
	costs := make([]tree.Cost, len(items))
	list := make([]tree.Root, len(items))
	for i := range items {
		list[i] = tree.Root{Path: items[i].Path, Place: tree.Place{Cost: &costs[i]}}
	}
	tree.Walk(ctx, list, tree.Options{})
	for i := range items {
		size := costs[i].Size()
		items[i].Bytes, items[i].Disk = size.Bytes, size.Disk
	}
}

// cloneKept says why a clone stays, or nothing.
func (f *facts) cloneKept(it *Item) string {
	held, known := process.Held(it.Path + ".lock")
	switch {
	case held, !known && !f.rested(it.Changed, day):
		return keptBusy
	case f.in.Now.Sub(it.Changed) < f.in.Grace:
		return keptYoung
	case !f.rested(it.Changed, 0):
		return keptRecent
	}
	return ""
}

// infoMax bounds the .info file of a clone.
const infoMax = 64 << 10

// clone says what it costs to get a clone back, and when it was changed last. What is not known to be public may hold
// commits that are nowhere else (modfetch/codehost.WorkDir: .info is the kind and the address, whose hash is the name).
func (f *facts) clone(path string) (usage.Tier, time.Time) {
	var changed time.Time
	for _, name := range []string{"", "FETCH_HEAD", "objects", "packed-refs", "HEAD"} {
		if fi, err := os.Lstat(filepath.Join(path, name)); err == nil && fi.ModTime().After(changed) {
			changed = fi.ModTime()
		}
	}
	data, err := regular.ReadFile(path+".info", infoMax)
	key := strings.TrimSuffix(string(data), "\n")
	sum := sha256.Sum256([]byte(key))
	if err != nil || f.noNet || hex.EncodeToString(sum[:]) != filepath.Base(path) || f.private(key) {
		return usage.Hold, changed
	}
	return usage.Network, changed
}

// private reports whether the address of a clone is not known to be public.
func (f *facts) private(key string) bool {
	_, address, _ := strings.Cut(key, ":")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return true
	}
	patterns := ""
	if env := f.in.Inventory.Env; env != nil {
		patterns = env.Value("GOPRIVATE") + "," + env.Value("GONOPROXY")
	}
	return module.MatchPrefixPatterns(patterns, u.Hostname()+strings.TrimSuffix(u.Path, ".git"))
}

// leftovers takes what broken-off work left in the module cache.
func (m *maker) leftovers() {
	if !m.in.Policies.Leftovers || m.names != nil {
		return
	}
	for _, it := range m.lying() {
		if reason := m.leftoverKept(&it); reason != "" {
			m.kept.keep(reason, it.Label(), it.Disk)
			continue
		}
		m.take(it)
	}
}

// lying are the leftovers among the facts.
func (f *facts) lying() (out []Item) {
	c := f.in.Inventory.ModCache
	if c == nil {
		return nil
	}
	add := func(path, what string, size tree.Size) {
		if rel, err := filepath.Rel(c.Root, path); err == nil {
			out = append(out, Item{Part: Leftover, Name: filepath.ToSlash(rel), Path: path, Rule: ruleLeftovers, Tier: usage.Free,
				Why: what, Bytes: size.Bytes, Disk: size.Disk})
		}
	}
	for _, left := range c.Leftovers {
		add(left.Path, left.What, left.Size)
	}
	for i := range f.list {
		if v := &f.list[i]; v.Parts.Has(modcache.HasPartial) {
			add(strings.TrimSuffix(v.Zip, ".zip")+".partial", "unpacking was broken off: go begins again when it needs the version", v.Sources)
		}
	}
	return out
}

// leftoverKept says why a leftover stays, or notes when it was changed.
func (f *facts) leftoverKept(it *Item) string {
	if modcache.IsKept(it.Name) {
		return keptUndo
	}
	if it.check() != nil {
		return keptName
	}
	if f.in.Elsewhere {
		return keptThere
	}
	fi, err := os.Lstat(it.Path)
	if err != nil {
		return keptGone
	}
	it.Changed = fi.ModTime()
	if t := changeTime(fi); strings.Contains(it.Name, "godoctor-") && t.After(it.Changed) {
		it.Changed = t // when it got this name; what is in it may be years old
	}
	held, known := false, false
	if lock := lockOf(it.Path); lock != "" {
		held, known = process.Held(lock)
	}
	partial := strings.HasSuffix(it.Name, ".partial")
	switch {
	case held:
		return keptBusy
	case partial && known && f.in.OlderThan == 0 && f.in.Now.Sub(it.Changed) >= time.Minute:
		return "" // whoever unpacks has the lock all the while (modfetch.unzip)
	case !f.rested(it.Changed, day):
		return keptRecent
	}
	return ""
}

// lockOf is the lock of the version that a leftover beside its parts belongs to; empty where there is none.
func lockOf(path string) string {
	dir, name := filepath.Split(path)
	if version, ok := strings.CutSuffix(name, ".partial"); ok {
		return dir + version + ".lock"
	}
	if m := tempName.FindStringSubmatch(name); m != nil {
		return dir + m[1] + ".lock"
	}
	return ""
}
