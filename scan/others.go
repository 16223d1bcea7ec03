package scan

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/binary"
	"godoctor/scan/goenv"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// others is what Go and its tools keep outside the two caches. It is looked for when the scan is of a whole
// machine: who names a cache wants to see that cache.
type others struct {
	toolchains *toolchain.Found
	binaries   *binary.Found
	related    []related.Root
	stores     []Store
	measured   bool
	result     *tree.Result
	took       time.Duration
}

// machineWide reports whether everything is to be looked at.
func (r *run) machineWide() bool { return r.opt.ModCache == "" && r.opt.BuildCache == "" }

// findOthers says what is there, without adding up what it takes.
func (r *run) findOthers(ctx context.Context) {
	start := time.Now()
	now := r.opt.Now()
	table := toolchain.Known
	if r.opt.Releases != nil {
		table = table.Refreshed(*r.opt.Releases, now)
	}
	o := &others{
		toolchains: toolchain.Find(ctx, toolchain.Input{Env: r.env, Environ: r.opt.Environ, ModCache: r.mod.Real, Now: now, Table: &table}),
		binaries:   binary.Find(ctx, binary.Input{Env: r.env, Environ: r.opt.Environ}),
		related: related.Find(related.Input{Env: r.env, Environ: r.opt.Environ, ModCache: r.mod.Real,
			BuildCache: r.build.Real, Now: now}),
	}
	home := goenv.HomeDir(r.opt.Environ)
	o.toolchains.Unreadable = keepBelow(o.toolchains.Unreadable, home)
	o.binaries.Unreadable = keepBelow(o.binaries.Unreadable, home)
	if r.opt.Index != nil {
		o.stores = slices.Clone(r.opt.Index.others)
		for i := range o.stores {
			o.stores[i].Exact = false // it was, then
		}
	}
	o.took = time.Since(start)
	r.setOthers(o)
}

// measureOthers adds up what was found takes. What was published before is not touched.
func (r *run) measureOthers(ctx context.Context) {
	start := time.Now()
	o := *r.others
	found := *o.toolchains
	found.Toolchains = slices.Clone(found.Toolchains)
	o.toolchains, o.related = &found, slices.Clone(o.related)
	r.cachedToolchains(&found)
	for i := range o.related {
		found.LeaveOut(o.related[i].ID)
	}
	found.Sizes(ctx, r.opt.Meter.Add, r.opt.Workers)
	o.result = related.Measure(ctx, o.related, r.taken(&found), r.opt.Workers, r.opt.Meter.Add)
	o.measured = ctx.Err() == nil
	o.stores = o.sum(r.mod.Real)
	o.took += time.Since(start)
	r.setOthers(&o)
}

func (r *run) setOthers(o *others) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.others = o
}

// cachedToolchains takes the sizes of toolchains in the module cache from the walk over it.
func (r *run) cachedToolchains(f *toolchain.Found) {
	for _, p := range r.passes {
		if p.mod == nil {
			continue
		}
		for _, v := range p.mod.Cache().Versions {
			if v.Toolchain && v.Done {
				f.SetSize(v.Dir, v.Sources)
			}
		}
	}
}

// taken are the directories that other stores pay for.
func (r *run) taken(f *toolchain.Found) []tree.ID {
	var ids []tree.ID
	for _, d := range []rootDir{r.mod, r.build} {
		if d.ok {
			ids = append(ids, d.id)
		}
	}
	for i := range f.Toolchains {
		if st, err := tree.StatRoot(f.Toolchains[i].Root); err == nil {
			ids = append(ids, tree.ID{Dev: st.Dev, Ino: st.Ino})
		}
	}
	return ids
}

// Names of the stores outside the caches.
const (
	storeSDKs     = "sdks"
	storeBinaries = "binaries"
)

// sum makes the stores. Toolchains in the module cache are in its store already.
func (o *others) sum(modCache string) []Store {
	stores := map[string]*Store{}
	add := func(name, path string, size tree.Size, items int64) {
		s := stores[name]
		if s == nil {
			s = &Store{Name: name, Path: path, Exact: o.measured}
			stores[name] = s
		}
		s.Size = s.Size.Add(size)
		s.Items += items
	}
	dirs := []string{modCache}
	counted := func(path string) bool {
		return slices.ContainsFunc(dirs, func(dir string) bool { return below(path, dir) })
	}
	for i := range o.toolchains.Toolchains {
		if t := &o.toolchains.Toolchains[i]; !below(t.Root, modCache) {
			add(storeSDKs, t.Root, t.Size, 1)
			dirs = append(dirs, t.Root)
		}
	}
	for _, a := range o.toolchains.Archives {
		if !counted(a.Path) {
			add(storeSDKs, a.Path, a.Size, 1)
		}
	}
	for _, d := range o.binaries.Dirs {
		if d.Exists {
			add(storeBinaries, d.Path, tree.Size{}, 0)
		}
	}
	if n := int64(len(o.binaries.Binaries)); n > 0 {
		add(storeBinaries, o.binaries.Binaries[0].Path, o.programs(counted), n)
	}
	for _, r := range o.related {
		add(r.Store, r.Path, r.Size, 1)
	}
	var out []Store
	for _, name := range storeOrder {
		if s := stores[name]; s != nil {
			out = append(out, *s)
		}
	}
	return out
}

// programs is what the programs take that lie in no directory that is counted already; where none does, with the directories
// that they are in.
func (o *others) programs(counted func(path string) bool) tree.Size {
	inside := false
	var size tree.Size
	for i := range o.binaries.Binaries {
		b := &o.binaries.Binaries[i]
		if counted(b.Path) {
			inside = true
			continue
		}
		size = size.Add(b.Size)
	}
	if inside {
		return size
	}
	return o.binaries.Size
}

// below reports whether path lies in dir.
func below(path, dir string) bool {
	return dir != "" && strings.HasPrefix(path, dir+string(filepath.Separator))
}

// keepBelow keeps the places below a directory, none where that is "". Elsewhere, in what others installed and put into PATH, not being
// allowed to look is the normal case and nobody's doubt.
func keepBelow(list []tree.Unreadable, dir string) []tree.Unreadable {
	dir = filepath.Clean(dir)
	return slices.DeleteFunc(slices.Clone(list), func(u tree.Unreadable) bool { return !below(u.Path, dir) })
}
